/* Which subject, sender or field makes which kind of a mail, one row each; whole mails are in tests/data. */

#include <string.h>

#include "bounce.h"
#include "domain.h"
#include "kinds.h"
#include "wording.h"

static const char border_json[] = "{\"addresses\":[\"abuse@desk.example\"],\"domains\":[\"desk.example\"],"
				  "\"instance\":\"desk-1\",\"token_domain\":\"t.desk.example\"}";

static Report *parse(const char *mail)
{
	g_autoptr(Border) border = border_new_from_json(border_json, strlen(border_json), NULL);
	g_assert_nonnull(border);
	return kinds_parse((const guint8 *)mail, strlen(mail), border);
}

typedef struct {
	const char *head; /* fields beside To and Message-ID */
	const char *text;
	const char *kind;
	const char *reason; /* NULL: a complaint */
} Row;

static const Row rows[] = {
	/* bounces: two signs of three */
	{"From: MAILER-DAEMON@b.example\nSubject: Returned mail: User unknown", "x", "bounce", "bounce"},
	{"From: \"Mail Delivery System\" <x@b.example>\nSubject: Undelivered", "x", "bounce", "bounce"},
	{"From: x@b.example\nSubject: DELIVERY FAILURE: Mailbox full\nReturn-Path: <>",
		"could not be delivered", "bounce", "bounce"},
	{"From: postmaster@b.example\nSubject: Undeliverable: x", "could not be delivered to c@d.example",
		"bounce", "bounce"},
	{"From: postmaster@b.example\nSubject: Undeliverable: x", "xyzzy", "bounce", "perhaps-a-bounce"},
	{"From: x@b.example\nSubject: Hello\nX-Failed-Recipients: c@d.example", "x", "bounce", "bounce"},
	{"From: bob@b.example\nSubject: Undeliverable mail is your customer's trick",
		"http://evil.example/ spams", "human", NULL},
	{"From: bob@b.example\nSubject: Fwd: Undelivered Mail Returned to Sender",
		"why do I get this? http://evil.example/", "human", NULL},
	/* the domain of an address may hold any word */
	{"From: bob@mailer-daemon.example\nSubject: spam", "http://evil.example/ spams", "human", NULL},
	{"From: postmaster@b.example\nSubject: spam from your network", "http://evil.example/ spams", "human",
		NULL},

	/* automatic replies */
	{"From: a@b.example\nSubject: x\nAuto-Submitted: auto-replied", "away", "auto-reply", "auto-reply"},
	{"From: a@b.example\nSubject: x\nAuto-Submitted: Auto-Replied (vacation)", "away", "auto-reply",
		"auto-reply"},
	{"From: a@b.example\nSubject: x\nX-Autoreply: yes", "away", "auto-reply", "auto-reply"},
	{"From: a@b.example\nSubject: x\nX-Autoreply: no", "http://evil.example/ spams", "human", NULL},
	{"From: a@b.example\nSubject: x\nAuto-Submitted: no", "http://evil.example/ spams", "human", NULL},
	{"From: a@b.example\nSubject: Out of Office: x", "away", "auto-reply", "auto-reply"},
	{"From: a@b.example\nSubject: Out of office spam from your customer", "http://evil.example/ spams",
		"human", NULL},
	{"From: a@b.example\nSubject: spam\nX-Auto-Response-Suppress: All", "http://evil.example/ spams",
		"human", NULL},

	{"From: a@b.example\nSubject: Vacation: these rentals are a fraud", "http://evil.example/ cheats",
		"human", NULL},
	{"From: a@b.example\nSubject: Vacation: back on Monday", "See you.", "auto-reply", "auto-reply"},
	{"From: bob@b.example\nReturn-Path: <bob@mailer-daemon.example>\nSubject: Undeliverable fakes",
		"your customer http://evil.example/ spams, mail to him could not be delivered", "human",
		NULL},

	/* receipts */
	{"From: a@b.example\nSubject: Read: x", "Your message was read on Monday", "receipt", "read-receipt"},
	{"From: a@b.example\nSubject: Read: x", "http://evil.example/ spams", "human", NULL},

	/* lists */
	{"From: a@b.example\nSubject: x\nList-Id: <l.b.example>", "hello", "list", "list"},
	{"From: a@b.example\nSubject: x\nList-Id: <abuse.desk.example>", "http://evil.example/ spams",
		"human", NULL}, /* our own group */
	{"From: a@b.example\nSubject: x\nPrecedence: bulk", "http://evil.example/ spams", "human", NULL},
	{"From: a@b.example\nSubject: x\nList-Id: <l.b.example>", "spam from your network", "list",
		"list-with-complaint"},

	/* ours */
	{"From: a@b.example\nSubject: x\nX-Complaintd: desk-1", "x", "own", "own"},
	{"From: a@b.example\nSubject: x\nX-Complaintd: desk-10", "http://evil.example/ spams", "human", NULL},
	{"From: a@b.example\nSubject: x\nIn-Reply-To: <9.abcd@t.desk.example>", "done", "reply", "reply"},
	{"From: a@b.example\nSubject: x\nIn-Reply-To: <9.abcd@t.other.example>", "http://evil.example/ spams",
		"human", NULL},
	{"From: a@b.example\nSubject: Re: [complaint #4711-k7Qm]", "done", "reply", "reply"},
	{"From: a@b.example\nSubject: Re: [ticket #4711-k7Qm]", "http://evil.example/ spams", "human", NULL},

	/* off a list */
	{"From: a@b.example\nSubject: unsubscribe", "", "opt-out", NULL},
	{"From: a@b.example\nSubject: Unsubscribe id=4711", "", "opt-out", NULL},
	{"From: a@b.example\nSubject: unsubscribe spammers", "http://evil.example/ spams", "human", NULL},
	{"From: a@b.example\nSubject: unsubscribe", "their link http://evil.example/u does nothing", "human",
		NULL},
};

static void test_row(gconstpointer data)
{
	const Row *row = data;
	g_autofree char *mail = g_strconcat("To: abuse@desk.example\nMessage-ID: <1@b.example>\n", row->head,
		"\n\n", row->text, "\n", NULL);
	g_autoptr(Report) report = parse(mail);
	g_assert_cmpstr(report_kind_name(report->kind), ==, row->kind);
	g_assert_cmpstr(report->reason, ==, row->reason);
	/* whatever is no complaint has nobody to blame */
	if (row->reason)
		g_assert_cmpuint(report->incidents->len, ==, 0);
}

static void test_status(void)
{
	static const struct {
		const char *text, *status;
	} cases[] = {
		{"550 5.1.1 no such user", "5.1.1"},
		{"(#5.4.4)", "5.4.4"},
		{"4.7.650 too many", "4.7.650"},
		{"host [5.1.1.2] said no", NULL},  /* an address */
		{"192.5.1.1 said no", NULL},       /* and its end */
		{"Exim 4.96", NULL},               /* a version */
		{"Sendmail 8.5.1.1 550 no", NULL}, /* a longer one */
		{"5.1.1. The end", "5.1.1"},       /* a full stop is not a fourth number */
		{"see 3.1.1", NULL},               /* no class 3 */
		{"5.1234.1", NULL},
		{"", NULL},
		{NULL, NULL},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *status = bounce_status(cases[i].text);
		g_assert_cmpstr(status, ==, cases[i].status);
	}
}

static void test_reply_code(void)
{
	g_assert_true(bounce_has_reply_code("550 no"));
	g_assert_true(bounce_has_reply_code("said: 421-later"));
	g_assert_true(bounce_has_reply_code("(552 5.2.2 full)"));
	g_assert_false(bounce_has_reply_code("in 550days"));
	g_assert_false(bounce_has_reply_code("port 4500 is shut"));
	g_assert_false(bounce_has_reply_code("192.0.2.55 said"));
	g_assert_false(bounce_has_reply_code("498 is none"));
	g_assert_false(bounce_has_reply_code("550"));
}

static void test_fold(void)
{
	static const struct {
		const char *text, *folded;
	} cases[] = {
		{"  Hello\r\n\tWorld  ", "hello world"}, {"couldn\xe2\x80\x99t", "couldn't"},
		{"\xef\xbb\xbf"
		 "A\xe2\x80\x8b"
		 "b",
			"ab"}, /* byte-order mark, zero-width space */
		{"\xc3\x9c"
		 "BER",
			"\xc3\xbc"
			"ber"},
		{"soft\u00adhyphen, \u202amarks of\u202e direction, a\u00a0space,\fa page",
			"softhyphen, marks of direction, a space, a page"},
		{"\u2018a\u2019 \u00b4b` c'", "'a' 'b' c'"}, {"a\xe2\x80", "a"}, /* cut amid a letter */
		{"", ""}, {NULL, ""},
		{"a\xff"
		 "b",
			"a"}, /* ends where it is no UTF-8 any more */
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *folded = wording_fold(cases[i].text, 100);
		g_assert_cmpstr(folded, ==, cases[i].folded);
	}
	g_autofree char *cut = wording_fold("abcdef", 3);
	g_assert_cmpstr(cut, ==, "abc");
}

static void test_find(void)
{
	static const Wording table[] = {{"out of office", WORDING_START}, {"退信", WORDING_START},
		{"en congé", WORDING_START}, {"read:", WORDING_START}, {"not here", WORDING_ANYWHERE},
		{NULL, WORDING_START}};
	g_assert_nonnull(wording_find(table, "out of office通知"));
	g_assert_nonnull(wording_find(table, "en congés"));
	g_assert_nonnull(wording_find(table, "read:x"));
	g_assert_nonnull(wording_find(table, "out of office"));
	g_assert_nonnull(wording_find(table, "out of office: x"));
	g_assert_nonnull(wording_find(table, "退信通知"));
	g_assert_nonnull(wording_find(table, "he is not here today"));
	g_assert_null(wording_find(table, "out of offices"));
	g_assert_null(wording_find(table, "i am out of office"));
	g_assert_null(wording_find(table, ""));
}

/* Rows must be as wording_fold() makes texts, or they never match. */
static void test_tables(void)
{
	static const Wording *const tables[] = {wording_bounce_subjects, wording_bounce_texts,
		wording_delay_texts, wording_returned, wording_auto_subjects, wording_absence_texts,
		wording_request_texts, wording_receipt_subjects, wording_receipt_texts};
	for (guint t = 0; t < G_N_ELEMENTS(tables); t++) {
		for (const Wording *row = tables[t]; row->text; row++) {
			g_autofree char *folded = wording_fold(row->text, 500);
			g_assert_cmpstr(folded, ==, row->text);
			g_assert_cmpuint(strlen(row->text), >=, 3);
		}
	}
}

/* Every phrase of a table is found, and by itself: no other of the table stands before it. */
static const struct {
	const Wording *table;
	gboolean begins; /* what does not begin with it only speaks of it */
	const char *phrases;
} sayings[] = {
	{wording_auto_subjects, TRUE,
		"automatic reply|automatic response|automated reply|automated response|"
		"auto reply|auto-reply|autoreply|auto response|auto-response|autoresponse|"
		"autoresponder|auto responder|auto:|auto re:|out of office|out-of-office|"
		"out of the office|ooo:|[ooo]|[auto-reply]|[autoreply]|[auto reply]|"
		"away from my mail|away from the office|away from office|i am away|i'm away|"
		"on vacation|vacation reply|vacation:|on holiday|on leave|on annual leave|"
		"absent:|absence:|re: out of office|automatische antwort|"
		"automatische rückmeldung|automatische eingangsbestätigung|"
		"automatische empfangsbestätigung|automatisch generierte antwort|autoantwort|"
		"auto-antwort|abwesenheit|abwesend|abwesenheitsnotiz|abwesenheitsnachricht|"
		"abwesenheitsmeldung|abwesenheitsassistent|nicht im büro|nicht im haus|urlaub:|"
		"urlaubsabwesenheit|eingangsbestätigung|réponse automatique|reponse automatique|"
		"réponse auto|absence du bureau|absent du bureau|absent(e) du bureau|"
		"message d'absence|en congés|en congé|accusé de réception automatique|"
		"respuesta automática|respuesta automatica|contestación automática|"
		"fuera de la oficina|fuera de oficina|ausente|ausencia|risposta automatica|"
		"risponditore automatico|fuori sede|fuori ufficio|assente|assenza|"
		"resposta automática|resposta automatica|ausência temporária|ausência|"
		"fora do escritório|resposta automàtica|automatisch antwoord|"
		"automatische beantwoording|automatische reactie|afwezig|afwezigheid|"
		"niet aanwezig|autosvar|automatiskt svar|automatsvar|frånvaro|frånvarande|"
		"automatisk svar|fravær|fraværende|ikke til stede|ikke på kontoret|"
		"automaattinen vastaus|poissa|poissaolo|sjálfvirkt svar|odpowiedź automatyczna|"
		"automatyczna odpowiedź|autoodpowiedź|nieobecność|poza biurem|"
		"automatická odpověď|automatická odpoveď|mimo kancelář|nepřítomnost|neprítomnosť|"
		"mimo kancelárie|automatikus válasz|házon kívül|irodán kívül|távollét|"
		"răspuns automat|raspuns automat|în afara biroului|samodejni odgovor|"
		"automatski odgovor|automatinis atsakymas|automātiskā atbilde|automaatvastus|"
		"automaatne vastus|автоматический ответ|автоответчик|автоответ|"
		"отсутствие на рабочем месте|автоматична відповідь|автоматическая|"
		"автоматичен отговор|αυτόματη απάντηση|εκτός γραφείου|otomatik yanıt|"
		"otomatik cevap|ofis dışında|自動応答|自動返信|【自動返信】|[自動返信]|【自動応答】|不在通知|不在:|不在のお知らせ|"
		"休暇通知|自动回复|自动答复|[自动回复]|自動回覆|自動答覆|不在办公室|不在辦公室|자동 회신|자동회신|자동 응답|자동응답|부재중|부재 중|"
		"jawaban otomatis|balasan otomatis|trả lời tự động|thư trả lời tự động|"
		"الرد التلقائي|رد تلقائي|תשובה אוטומטית|מענה אוטומטי|ตอบกลับอัตโนมัติ|"
		"การตอบกลับอัตโนมัติ|स्वचालित उत्तर"},
	{wording_absence_texts, FALSE,
		"out of the office|out of office|away from the office|away from my desk|"
		"away from my email|away from email|on vacation|on annual leave|on holiday|"
		"on parental leave|on maternity leave|on leave until|currently away|"
		"currently unavailable|limited access to email|limited access to my email|"
		"no access to my email|will respond upon my return|will reply when i return|"
		"will get back to you|this is an automatic reply|this is an automated reply|"
		"this is an automated response|this is an automatically generated re|"
		"this is an automated message|do not reply to this e-mail|"
		"do not reply to this email|i'm only sleeping|nicht im büro|nicht im hause|"
		"nicht erreichbar|im urlaub|in urlaub|außer haus|wird nicht weitergeleitet|"
		"automatisch generiert|automatisch erzeugt|automatisch erstellt|absent du bureau|"
		"absente du bureau|absent(e)|je suis absent|je suis en congé|actuellement absent|"
		"en congés|de retour le|réponse automatique|message automatique|"
		"fuera de la oficina|estoy de vacaciones|estaré ausente|respuesta automática|"
		"mensaje automático|fuori ufficio|sono assente|sarò assente|in ferie|"
		"risposta automatica|messaggio automatico|fora do escritório|estou ausente|"
		"estou de férias|resposta automática|niet aanwezig|afwezig|met vakantie|"
		"op vakantie|automatisch antwoord|på semester|inte på kontoret|frånvarande|"
		"på ferie|ikke på kontoret|lomalla|poissa|jestem nieobecn|na urlopie|poza biurem|"
		"mimo kancelář|na dovolené|dovolenku|szabadságon|nem tartózkodom|concediu|"
		"в отпуске|отсутству|відпустці|отпуска|άδεια|εκτός γραφείου|izinde|yıllık izin|"
		"不在にして|休暇|出張|自動返信|自動応答|不在办公室|休假|自动回复|自动答复|自動回覆|부재중|휴가|자동 회신"},
	{wording_request_texts, FALSE,
		"we have received your|we've received your|we received your|"
		"your request has been received|your message has been received|"
		"your email has been received|your e-mail has been received|"
		"your report has been received|your ticket has been|has been assigned ticket|"
		"a ticket has been created|ticket has been opened|ticket number|"
		"a new support request|support request has been|thank you for contacting|"
		"thank you for your message|thank you for your email|thank you for your e-mail|"
		"thanks for contacting|thank you for reaching out|acknowledges receipt|"
		"acknowledge receipt|this is an automatic|this is an automated|"
		"automatically generated|ihre anfrage ist|ihre anfrage wurde|"
		"ihre nachricht ist bei uns|ihre nachricht wurde|wir haben ihre|"
		"vielen dank für ihre|nous avons bien reçu|votre demande a|votre message a bien|"
		"accusons réception|hemos recibido|su solicitud ha sido|su mensaje ha sido|"
		"gracias por contactar|abbiamo ricevuto|la sua richiesta|recebemos|"
		"sua solicitação|we hebben uw|uw bericht is|vi har mottagit|vi har modtaget|"
		"vi har mottatt|otrzymaliśmy|ваше обращение|ваше письмо получено|"
		"заявка зарегистрирована|受け付けました|受付いたしました|お問い合わせありがとう|已收到您|접수되었습니다"},
	{wording_receipt_subjects, TRUE,
		"read:|read receipt|read notification|not read:|deleted:|return receipt|"
		"disposition notification|message disposition notification|message read|"
		"your message was read|receipt confirmation|reading confirmation|"
		"confirmation of reading|opened:|gelesen:|ungelesen:|nicht gelesen:|"
		"ungelesen gelöscht:|lesebestätigung|empfangsbestätigung (angezeigt)|"
		"empfangsbestätigung (anzeige)|lu :|lu:|non lu :|non lu:|confirmation de lecture|"
		"accusé de lecture|accusé de réception (affich|leído:|no leído:|"
		"confirmación de lectura|acuse de lectura|letto:|non letto:|conferma di lettura|"
		"ricevuta di lettura|ricevuta di ritorno|lido:|lida:|não lida:|não lido:|"
		"confirmação de leitura|recibo de leitura|gelezen:|niet gelezen:|leesbevestiging|"
		"ontvangstbevestiging (weergegeven)|läst:|oläst:|läskvitto|lest:|ikke lest:|"
		"lesebekreftelse|læst:|ikke læst:|læsekvittering|luettu:|lukematta:|lukukuittaus|"
		"przeczytano:|przeczytane:|nie przeczytano:|potwierdzenie przeczytania|přečteno:|"
		"nepřečteno:|potvrzení o přečtení|prečítané:|olvasott:|elolvasva:|citit:|okundu:|"
		"okunmadı:|прочитано:|прочтено:|не прочитано:|уведомление о прочтении|"
		"αναγνώσθηκε:|διαβάστηκε:|已读:|已讀:|未读:|已读回执|開封済み:|開封済み：|開封確認|開封通知|읽음:|읽지 않음:|"
		"אישור קריאה|נקרא:|đã đọc:|dibaca:"},
	{wording_receipt_texts, FALSE,
		"was read on|was read by|was read at|has been read|was displayed|"
		"has been displayed|was opened on|was opened at|was deleted without being read|"
		"no guarantee that the message|return receipt for|does not guarantee that|"
		"this is a receipt|wurde gelesen|wurde angezeigt|wurde am|ungelesen gelöscht|"
		"a été lu|a été affiché|supprimé sans être lu|se ha leído|fue leído|se leyó|"
		"eliminado sin leer|è stato letto|è stato visualizzato|foi lida|foi lido|"
		"foi exibida|is gelezen|is weergegeven|lästes|har lästs|ble lest|blev læst|"
		"luettiin|została przeczytana|została wyświetlona|byla přečtena|byla zobrazena|"
		"prečítaná|elolvasta|elolvasásának|a fost citit|okundu|прочитано|было прочтено|"
		"διαβάστηκε|已阅读|已被阅读|已读|已讀取|開封されました|開封済み|表示されました|읽었습니다|읽음|נקראה|đã được đọc|"
		"telah dibaca"},
	{wording_challenge_texts, FALSE,
		"added to the recipient's allowed list|have your address added to|"
		"to have your message delivered, please|confirm that you are not a spammer|"
		"confirm that you are a real person|confirm that you are human|"
		"verify that you are human|prove that you are human|prove you are a human|"
		"confirm your message so that it|confirm the delivery of your message|"
		"your message is waiting for your confirmation|your e-mail has been held|"
		"your email has been held|your message has been held because|"
		"is protected by a challenge|challenge/response|this one-time confirmation|"
		"one-time authentication|release your message from quarantine|"
		"bitte bestätigen sie, dass sie kein spammer|damit ihre nachricht zugestellt|"
		"pour que votre message soit délivré|afin que votre message soit délivré|"
		"prouver que vous n'êtes pas un robot|para que su mensaje sea entregado"},
};

static void test_sayings(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(sayings); i++) {
		g_auto(GStrv) list = g_strsplit(sayings[i].phrases, "|", -1);
		for (char **phrase = list; *phrase; phrase++) {
			g_autofree char *alone = g_strconcat(*phrase, " x", NULL);
			g_autofree char *amid = g_strconcat("x ", alone, NULL);
			g_test_message("%s", *phrase);
			g_assert_cmpstr(wording_find(sayings[i].table, alone), ==, *phrase);
			g_assert_cmpstr(
				wording_find(sayings[i].table, amid), ==, sayings[i].begins ? NULL : *phrase);
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	message_init();
	domain_init(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strdup_printf("/kinds/row/%02u-%s", i, rows[i].kind);
		g_test_add_data_func(path, &rows[i], test_row);
	}
	g_test_add_func("/kinds/bounce/status", test_status);
	g_test_add_func("/kinds/bounce/reply-code", test_reply_code);
	g_test_add_func("/kinds/wording/fold", test_fold);
	g_test_add_func("/kinds/wording/find", test_find);
	g_test_add_func("/kinds/wording/tables", test_tables);
	g_test_add_func("/kinds/wording/sayings", test_sayings);
	return g_test_run();
}
