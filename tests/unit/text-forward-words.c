/* Each word that mail clients put around a forwarded mail: what is read with it, and is not without. */

#include "domain.h"
#include "forward.h"

#include <glib.h>
#include <string.h>

#define DATE "Mon, 2 Mar 2026 09:00:00 +0000"

static const char from[] =
	"from|sender|de|expéditeur|de la part de|von|absender|remitente|remitent|da|mittente|"
	"remetente|van|afzender|från|avsändare|fra|afsender|avsender|lähettäjä|keneltä|frá|"
	"sendandi|od|nadawca|odesílatel|odosielateľ|feladó|küldő|de la|expeditor|expeditorul|"
	"от|от кого|отправитель|подател|від|від кого|відправник|kimden|gönderen|από|"
	"αποστολέας|saatja|kellelt|šalje|pošiljatelj|pošiljalac|pošiljalec|од|шаље|пошиљалац|"
	"no|sūtītājs|nuo|siuntėjas|差出人|送信者|送信元|発信者|发件人|寄件者|寄件人|發件人|보낸 "
	"사람|보낸사람|보내는 사람|발신자|발신|"
	"من|المرسل|מאת|שולח|از|فرستنده|từ|người gửi|จาก|dari|daripada|pengirim";
static const char to[] = "to|recipient|à|a|pour|destinataire|envoyé à|an|empfänger|para|destinatario|per a|"
			 "destinatari|destinatário|aan|ontvanger|naar|till|mottagare|til|modtager|mottaker|"
			 "viðtakandi|vastaanottaja|kenelle|vastaanottajat|do|adresat|odbiorca|komu|pro|pre|"
			 "adresát|příjemce|príjemca|komu/pro|címzett|címzettek|către|catre|pentru|destinatar|"
			 "destinatarul|кому|получатель|до|получател|одержувач|отримувач|kime|alıcı|προς|"
			 "παραλήπτης|kellele|saaja|adressaat|za|prima|primatelj|prema|prejemnik|primalac|за|"
			 "прима|прималац|kam|adresāts|gavėjas|宛先|送信先|受信者|收件人|收件者|받는 "
			 "사람|받는사람|수신자|수신|إلى|الى|"
			 "المستلم|אל|נמען|به|گیرنده|đến|tới|người nhận|ถึง|kepada|untuk|ke";
static const char cc[] =
	"cc|c.c|ccn|cci|bcc|copie à|copie|cópia|con copia|copia|kopie|kopi|kopia|kopio|kópia|"
	"kopiert|kopie an|kopie (cc)|cc (kopie)|dw|do wiadomości|udw|másolat|másolatot kap|"
	"titkos másolat|copie carbon|копия|копія|як|bilgi|κοιν|κοινοποίηση|koopia|kopija|skt|"
	"kopija kam|抄送|副本|참조|写し|نسخة|نسخة إلى|עותק|העתק";
static const char date[] =
	"date|sent|sent on|date sent|received|envoyé|envoyé le|date d'envoi|date d’envoi|"
	"datum|gesendet|gesendet am|sendedatum|fecha|enviado|enviado el|enviat|data|"
	"fecha de envío|inviato|data invio|inviato il|enviada|enviado em|enviada em|"
	"data de envio|verzonden|verzonden op|skickat|skickades|dato|sendt|dags|dagsetning|"
	"päivämäärä|lähetetty|pvm|päiväys|wysłano|wysłane|data wysłania|dátum|odesláno|"
	"odoslané|odoslaný|elküldve|küldve|küldés dátuma|időpont|dată|trimis|trimis la|дата|"
	"отправлено|изпратено|дата отправки|надіслано|відправлено|tarih|gönderildi|"
	"gönderilme tarihi|gönderim tarihi|gönderme tarihi|gönderilen|ημερομηνία|στάλθηκε|"
	"εστάλη|ημ/νία|απεστάλη|kuupäev|saadetud|saatmisaeg|poslano|poslato|датум|послато|"
	"datums|nosūtīts|išsiųsta|datuma|išsiuntimo "
	"data|日付|日時|送信日時|送信日|日期|发送时间|发送日期|寄件日期|時間|"
	"时间|發送時間|发送於|传送时间|날짜|보낸 날짜|일시|전송됨|보낸날짜|발송 일시|تاريخ|التاريخ|تم "
	"الإرسال|تاريخ الإرسال|"
	"תאריך|נשלח|تاریخ|ارسال شده|ngày|đã gửi|ngày gửi|vào ngày|วันที่|ส่งเมื่อ|tanggal|"
	"dikirim|tarikh|dihantar";
static const char subject[] =
	"subject|subj|objet|sujet|betreff|betr|asunto|assumpte|tema|oggetto|assunto|"
	"onderwerp|ämne|rubrik|emne|efni|aihe|otsikko|temat|předmět|predmet|věc|vec|tárgy|"
	"subiect|subiectul|тема|относно|konu|θέμα|teema|naslov|zadeva|наслов|предмет|temats|"
	"tēma|件名|主题|主旨|主題|标题|제목|الموضوع|موضوع|נושא|chủ đề|tiêu đề|เรื่อง|หัวเรื่อง|subjek|"
	"perihal";
static const char reply_to[] =
	"reply-to|reply to|répondre à|antwort an|antworten an|responder a|rispondi a|"
	"responder para|antwoord aan|antwoorden naar|svara till|svar til|vastaus|"
	"vastausosoite|odpowiedź do|odpowiedz do|odpovědět komu|odpovědět|odpovedať komu|"
	"válaszcím|răspuns către|odpověď na|odpowiedź-do|odpovedať-pre|odpovedať pre|"
	"ответить|кому ответить|відповісти|адреса для відповіді|ответ-кому|кому відповісти|"
	"yanıtla|yanıt adresi|απάντηση σε|odgovori na|返信先|回复|回复至|回覆|답장 받는 사람|회신";
static const char other[] =
	"importance|priority|attachments|attachment|organization|mailed-by|signed-by|"
	"security|mailing list|reply-by|list-unsubscribe|message-id|return-path|user-agent|"
	"x-mailer|resent-from|resent-to|resent-date|categories|sensitivity|pièces jointes|"
	"pièce jointe|wichtigkeit|anlagen|anhänge|priorität|organisation|priorité|"
	"importancia|datos adjuntos|importanza|allegati|importância|anexos|anexo|urgentie|"
	"bijlagen|priorità|prioritet|bifogade filer|vedhæftede filer|vedlegg|tärkeys|"
	"liitteet|ważność|załączniki|důležitost|přílohy|важность|вложения";
static const struct {
	const char *languages, *words;
} phrases[] = {
	{"en",
		"forwarded message|begin forwarded message|original message|"
		"start of forwarded message|forwarded mail|forwarded email|forwarded e-mail|"
		"begin forwarded email|original mail|original email|original e-mail|"
		"forwarded message from|begin of forwarded message|fwd message|message forwarded|"
		"forwarded spam"},
	{"fr",
		"message transféré|début du message réexpédié|début du message transféré|"
		"message d'origine|message d’origine|message original|message réexpédié|"
		"courriel d'origine|courriel original|mail original|mail transféré|e-mail d'origine|"
		"e-mail transféré|courriel transféré|message initial|début du courriel transféré|"
		"message transmis|début du message transmis|message renvoyé|message retransmis"},
	{"de",
		"weitergeleitete nachricht|anfang der weitergeleiteten nachricht|"
		"ursprüngliche nachricht|originalnachricht|original-nachricht|original nachricht|"
		"weitergeleitete e-mail|weitergeleitete mail|ursprüngliche e-mail|ursprüngliche mail|"
		"beginn der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|"
		"original-mail|originalmail"},
	{"es",
		"mensaje reenviado|inicio del mensaje reenviado|mensaje original|correo reenviado|"
		"correo original|comienzo del mensaje reenviado"},
	{"it",
		"messaggio inoltrato|inizio messaggio inoltrato|inizio del messaggio inoltrato|"
		"messaggio originale|inizio messaggio originale|mail inoltrata"},
	{"pt",
		"mensagem encaminhada|início da mensagem encaminhada|mensagem reencaminhada|"
		"início da mensagem reencaminhada|mensagem original|e-mail encaminhado|"
		"começo da mensagem encaminhada"},
	{"nl",
		"doorgestuurd bericht|begin doorgestuurd bericht|oorspronkelijk bericht|"
		"origineel bericht|oorspronkelijke bericht|doorgezonden bericht|"
		"begin van het doorgestuurde bericht"},
	{"sv",
		"vidarebefordrat meddelande|vidarebefordrat brev|"
		"början på vidarebefordrat meddelande|vidarebefordrat mejl|ursprungligt meddelande|"
		"originalmeddelande|vidarebefordrat e-postmeddelande|"
		"börja vidarebefordrat meddelande|vidarebefordrat mail"},
	{"da",
		"videresendt meddelelse|videresendt besked|start på videresendt besked|"
		"begynd videresendt besked|videresendt e-mail|oprindelig meddelelse|"
		"oprindelig besked|den oprindelige meddelelse|original besked|videresendt mail|"
		"begyndelse på videresendt besked"},
	{"no",
		"videresendt melding|begynnelse på videresendt melding|start på videresendt melding|"
		"videresendt e-post|opprinnelig melding|original melding|videresendt epost|"
		"videresendt beskjed|begynn videresendt melding"},
	{"fi",
		"välitetty viesti|edelleenlähetetty viesti|välitetty viesti alkaa|"
		"edelleen lähetetty viesti|edelleenlähetetty viesti alkaa|alkuperäinen viesti|"
		"välitetty sähköposti|välitetty viesti / fwd.msg"},
	{"is", "áframsent skilaboð|framsend skilaboð|upprunaleg skilaboð"},
	{"pl",
		"przekazana wiadomość|wiadomość przekazana dalej|początek przekazywanej wiadomości|"
		"początek przekazanej wiadomości|przesłana wiadomość|przesłana dalej wiadomość|"
		"wiadomość oryginalna|oryginalna wiadomość|wiadomość przekazana|"
		"treść przekazanej wiadomości|początek wiadomości przekazanej|przekazany e-mail"},
	{"cs",
		"přeposlaná zpráva|začátek přeposílané zprávy|začátek přeposlané zprávy|"
		"původní zpráva|přeposlaný e-mail|původní e-mail|předaná zpráva|"
		"začátek předávané zprávy"},
	{"sk",
		"preposlaná správa|začiatok preposlanej správy|začiatok preposielanej správy|"
		"pôvodná správa|odoslaná správa|preposlaný e-mail|postúpená správa"},
	{"hu",
		"továbbított üzenet|továbbított üzenet kezdete|eredeti üzenet|továbbított levél|"
		"továbbított levél kezdete|eredeti levél|továbbított e-mail"},
	{"ro",
		"mesaj redirecționat|mesaj redirecţionat|început mesaj redirecționat|"
		"început mesaj redirecţionat|mesaj original|mesaj inițial|mesajul inițial|"
		"mesaj redirectionat|mesaj transmis|mesaj înaintat|începutul mesajului redirecționat|"
		"mesaj retransmis|începe mesajul redirecționat|începe mesajul redirecţionat|"
		"incepe mesajul redirectionat"},
	{"ru",
		"пересылаемое сообщение|пересланное сообщение|начало переадресованного сообщения|"
		"исходное сообщение|пересылаемое письмо|начало пересылаемого сообщения|"
		"перенаправленное сообщение|переадресованное сообщение|начало пересланного сообщения|"
		"переадресованное письмо|пересланное письмо|исходное письмо|"
		"конец пересылаемого сообщения"},
	{"uk",
		"переслане повідомлення|початок переадресованого листа|початок пересланого листа|"
		"оригінальне повідомлення|пересланий лист|початкове повідомлення|"
		"переадресоване повідомлення|перенаправлене повідомлення|"
		"початок листа, що пересилається|початок переадресованого повідомлення|початок листа"},
	{"bg",
		"препратено съобщение|начало на препратеното съобщение|оригинално съобщение|"
		"препратено писмо|начало на препратено съобщение"},
	{"tr",
		"yönlendirilen mesaj|iletilen mesaj|iletilen ileti|yönlendirilmiş ileti|"
		"iletilmiş mesaj|iletilen mesajın başlangıcı|özgün ileti|orijinal mesaj|"
		"yönlendirilmiş mesaj|i̇letilen e-posta|iletilen mesaj başlangıcı|özgün mesaj|"
		"orijinal ileti|i̇letilen i̇leti|i̇letilen mesaj|i̇letilmiş mesaj|"
		"yönlendirilmiş mesaj başlangıcı|i̇leti başlangıcı"},
	{"el",
		"προωθημένο μήνυμα|έναρξη προωθημένου μηνύματος|αρχικό μήνυμα|προωθούμενο μήνυμα|"
		"αρχή προωθημένου μηνύματος|πρωτότυπο μήνυμα"},
	{"et",
		"edastatud kiri|edastatud sõnum|edastatud sõnumi algus|algne sõnum|algne kiri|"
		"edasi saadetud kiri|edastatud kirja algus"},
	{"hr",
		"proslijeđena poruka|započni proslijeđenu poruku|izvorna poruka|"
		"početak proslijeđene poruke|prosljeđena poruka|proslijeđena pošta"},
	{"sl",
		"posredovano sporočilo|začetek posredovanega sporočila|izvirno sporočilo|"
		"posredovana pošta"},
	{"sr",
		"prosleđena poruka|прослеђена порука|originalna poruka|оригинална порука|"
		"почетак прослеђене поруке|početak prosleđene poruke"},
	{"lv",
		"pārsūtītā ziņa|pārsūtīts ziņojums|sākotnējais ziņojums|pārsūtītais ziņojums|"
		"pārsūtīta vēstule|pārsūtītā vēstule|sākotnējā ziņa"},
	{"lt",
		"persiųstas laiškas|persiųsta žinutė|peradresuotas laiškas|pradinis laiškas|"
		"originalus laiškas|persiunčiamas laiškas|persiųstas pranešimas|"
		"persiųstos žinutės pradžia"},
	{"ca gl",
		"missatge reenviat|inici del missatge reenviat|missatge original|mensaxe reenviada|"
		"mensaxe orixinal"},
	{"ja",
		"転送されたメッセージ|転送メッセージ|転送されたメール|元のメッセージ|オリジナルメッセージ|"
		"転送されたメッセージの開始|転送メール|以下は転送されたメッセージです"},
	{"zh",
		"转发的邮件|转发邮件|已转发邮件|开始转发的邮件|以下是转发的邮件|轉寄郵件|轉寄的郵件|轉寄訊息|"
		"原始邮件|原始郵件|转发邮件信息|开始转发邮件|被转发邮件信息|"
		"以下是转发邮件|以下為轉寄郵件|轉寄的訊息|转发的消息|转发邮件开始|已轉寄的郵件|開始轉寄郵件|"
		"被转发的邮件|原始信件"},
	{"ko",
		"전달된 메시지|전달된 메일|원본 메시지|전달된 메시지 시작|원본메일|전달된 메시지의 시작|원본 "
		"메일|전달 메시지|원래 메시지"},
	{"ar",
		"رسالة معاد توجيهها|بدء الرسالة المعاد توجيهها|الرسالة الأصلية|رسالة مُعاد توجيهها|"
		"الرسالة المعاد توجيهها|بداية الرسالة المعاد توجيهها|رسالة أصلية|"
		"بدء الرسالة المُعاد توجيهها|رسالة محولة"},
	{"he",
		"הודעה שהועברה|תחילת ההודעה שהועברה|הודעה מקורית|הודעה מועברת|תחילת הודעה מועברת|"
		"התחלת ההודעה שהועברה|הודעה שנשלחה הלאה"},
	{"fa", "پیام فوروارد شده|پیام اصلی|پیام بازارسال‌شده"},
	{"vi",
		"thư đã chuyển tiếp|thư được chuyển tiếp|tin nhắn gốc|bắt đầu thư được chuyển tiếp|"
		"thư gốc|tin nhắn đã chuyển tiếp"},
	{"th", "ข้อความที่ส่งต่อ|เริ่มต้นข้อความที่ส่งต่อ|ข้อความต้นฉบับ"},
	{"id ms",
		"pesan terusan|pesan yang diteruskan|mulai pesan yang diteruskan|pesan asli|"
		"mesej yang dimajukan|mesej asal|pesan yang dilanjutkan"},
};
static const char wrote[] =
	" wrote| writes| a écrit| a ecrit| schrieb| escribió| ha scritto| escreveu| schreef|"
	" geschreven| skrev| kirjoitti| napisał| pisze| napsal| napísal| írta| a scris| пише|"
	" написа| yazdı| έγραψε| kirjutas| napisao| napisala| je napisal| rakstīja| rašė|"
	" va escriure| skrifaði| menulis|写道|寫道|のメッセージ|さんは書きました|님이 작성|كتب| כתב| viết";
static const char forward_prefixes[] =
	"fwd|fw|wg|tr|rv|vs|vb|vl|vid|i|enc|pd|redir|i̇lt|ilt|videresend|videresendt|"
	"vidarebefordrat|doorst|továbbítás|továbbítva|edst|pārs|persiųsta|прев|пер|нап|πρθ|"
	"προωθ|转发|轉寄|転送|전달|إعادة توجيه|הועבר|reenv|rif|transf|tran|fs|prp|prosl|doorgestuurd|"
	"reenviado";
static const char reply_prefixes[] =
	"re|aw|sv|antw|ref|odp|ynt|vá|res|r|bls|atb|απ|rép|回复|回覆|答复|返信|답장|رد|תגובה|hal|ats";
static const char machine_fields[] =
	"received|return-path|message-id|delivered-to|dkim-signature|authentication-results|"
	"x-received|arc-seal|arc-message-signature|x-original-to|received-spf|"
	"x-originating-ip";
static const char usual_fields[] =
	"from|to|cc|subject|date|reply-to|sender|mime-version|content-type|"
	"content-transfer-encoding|list-unsubscribe|list-id|precedence|user-agent|"
	"feedback-id|in-reply-to|references|envelope-to|arc-authentication-results";

typedef struct {
	GPtrArray *forwards;
	const Forward *first; /* or NULL */
	char *own;
} Found;

static Found find(const char *format, const char *word)
{
	g_autoptr(Report) report = report_new();
	g_auto(GStrv) pieces = g_strsplit(format, "%s", -1);
	g_autofree char *text = g_strjoinv(word, pieces);
	Found found = {NULL};

	g_test_message("%s", text);
	found.forwards = forward_find(text, report, &found.own);
	found.first = found.forwards->len ? found.forwards->pdata[0] : NULL;
	return found;
}

static void found_clear(Found *found)
{
	g_ptr_array_unref(found->forwards);
	g_free(found->own);
}

/* Whether a word does what it is for, in a text that each table has. */
typedef gboolean (*Does)(const Forward *forward, const char *word);

static void each(const char *words, const char *format, Does does)
{
	g_auto(GStrv) list = g_strsplit(words, "|", -1);
	for (char **word = list; *word; word++) {
		Found found = find(format, *word);
		g_assert_true(found.first && does(found.first, *word));
		found_clear(&found);
	}
	Found none = find(format, "quince");
	g_assert_false(none.first && does(none.first, "quince"));
	found_clear(&none);
}

static gboolean has_sender(const Forward *forward, const char *word)
{
	return g_strcmp0(forward->from, "a@evil.example") == 0;
}

static gboolean has_recipient(const Forward *forward, const char *word)
{
	return forward->to->len == 1 && g_str_equal(forward->to->pdata[0], "b@c.example");
}

static gboolean has_date(const Forward *forward, const char *word)
{
	return forward->date == 1772442000;
}

static gboolean has_subject(const Forward *forward, const char *word)
{
	return g_strcmp0(forward->subject, "S") == 0;
}

static gboolean has_reply_to(const Forward *forward, const char *word)
{
	return g_strcmp0(forward->reply_to, "r@evil.example") == 0;
}

static void test_labels(void)
{
	each(from, "%s: A <a@evil.example>\nDate: " DATE "\nSubject: S\n\nBuy\n", has_sender);
	each(to, "From: a@evil.example\n%s: <b@c.example>\nDate: " DATE "\nSubject: S\n\nBuy\n",
		has_recipient);
	each(date, "Von: a@evil.example\nBetreff: S\n%s: " DATE "\n\nBuy\n", has_date);
	each(subject, "From: a@evil.example\nDate: " DATE "\n%s: S\n\nBuy\n", has_subject);
	each(reply_to, "From: a@evil.example\n%s: <r@evil.example>\nSubject: S\n\nBuy\n", has_reply_to);
	/* A line without a label belongs to the sender above it. */
	each(cc, "From: a@evil.example\n%s: <c@d.example>\nSubject: S\n\nBuy\n", has_sender);
	each(other, "Von: a@evil.example\n%s: <c@d.example>\nBetreff: S\n\nBuy\n", has_sender);
}

static const char *languages;

static gboolean has_languages(const Forward *forward, const char *word)
{
	return g_strcmp0(forward->client, languages) == 0;
}

static void test_phrases(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(phrases); i++) {
		languages = phrases[i].languages;
		each(phrases[i].words, "Mine.\n\n---- %s ----\n\nBuy\n", has_languages);
	}
}

static gboolean is_quotation(const Forward *forward, const char *word)
{
	return forward->is_reply && has_sender(forward, word);
}

static void test_wrote(void)
{
	each(wrote, "Mine.\n\nMon, 2 Mar 2026, A <a@evil.example>%s:\n> Buy\n", is_quotation);
}

static gboolean is_raw(const Forward *forward, const char *word)
{
	return forward->message && g_str_has_prefix(forward->source, word);
}

static void test_raw(void)
{
	each(machine_fields, "%s: x\nFrom: a@evil.example\nSubject: S\n\nBuy\n", is_raw);
	each(usual_fields, "%s: x\nX-A: b\nReceived: x\n\nBuy\n", is_raw);
}

static void none(const char *words, const char *format)
{
	g_auto(GStrv) list = g_strsplit(words, "|", -1);
	for (char **word = list; *word; word++) {
		Found found = find(format, *word);
		g_assert_null(found.first);
		found_clear(&found);
	}
}

/* One line alone, or the words in a sentence, lead in nothing. */
static void test_alone(void)
{
	static const char *const labels[] = {from, to, cc, date, subject, reply_to, other};
	for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
		none(labels[i], "Mine.\n%s: A <a@evil.example>\nBuy\n");
		none(labels[i], "Mine, %s: a@evil.example\nand subject: S\nBuy\n");
	}
	for (gsize i = 0; i < G_N_ELEMENTS(phrases); i++) {
		none(phrases[i].words, "Mine.\n%s\nBuy\n");
		none(phrases[i].words, "See the %s:\nBuy\n");
	}
	none(wrote, "He%s:\nBuy\n");
	none(wrote, "He%s to me:\n> Buy\n");
	none(machine_fields, "%s: x\nand more: y\nBuy\n");
}

static void prefixes(const char *words, gboolean is_forward)
{
	g_auto(GStrv) list = g_strsplit(words, "|", -1);
	for (char **word = list; *word; word++) {
		g_autofree char *text = g_strconcat(*word, ": S", NULL);
		gboolean was_forward;
		g_test_message("%s", text);
		g_assert_cmpstr(forward_strip_subject(text, &was_forward), ==, "S");
		g_assert_true(was_forward == is_forward);
		g_autofree char *sentence = g_strconcat(*word, " S: T", NULL);
		g_assert_cmpstr(forward_strip_subject(sentence, &was_forward), ==, sentence);
		g_assert_false(was_forward);
	}
}

static void test_prefixes(void)
{
	prefixes(forward_prefixes, TRUE);
	prefixes(reply_prefixes, FALSE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	domain_init(NULL);
	message_init();
	g_test_add_func("/forward/words/labels", test_labels);
	g_test_add_func("/forward/words/phrases", test_phrases);
	g_test_add_func("/forward/words/wrote", test_wrote);
	g_test_add_func("/forward/words/raw", test_raw);
	g_test_add_func("/forward/words/alone", test_alone);
	g_test_add_func("/forward/words/prefixes", test_prefixes);
	return g_test_run();
}
