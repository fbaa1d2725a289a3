#include "forward-clients.h"

#include <string.h>

/* Words are separated by '|'. One that several languages have stands with the first of them. */

static const char *const from_labels[] = {
	/* en */ "from|sender",
	/* fr */ "de|expéditeur|de la part de",
	/* de */ "von|absender",
	/* es ca gl */ "remitente|remitent",
	/* it */ "da|mittente",
	/* pt */ "remetente",
	/* nl */ "van|afzender",
	/* sv */ "från|avsändare",
	/* da no */ "fra|afsender|avsender",
	/* fi */ "lähettäjä|keneltä",
	/* is */ "frá|sendandi",
	/* pl */ "od|nadawca",
	/* cs sk */ "odesílatel|odosielateľ",
	/* hu */ "feladó|küldő",
	/* ro */ "de la|expeditor|expeditorul",
	/* ru bg */ "от|от кого|отправитель|подател",
	/* uk */ "від|від кого|відправник",
	/* tr */ "kimden|gönderen",
	/* el */ "από|αποστολέας",
	/* et */ "saatja|kellelt",
	/* hr sl sr */ "šalje|pošiljatelj|pošiljalac|pošiljalec|од|шаље|пошиљалац",
	/* lv */ "no|sūtītājs",
	/* lt */ "nuo|siuntėjas",
	/* ja */ "差出人|送信者|送信元|発信者",
	/* zh */ "发件人|寄件者|寄件人|發件人",
	/* ko */ "보낸 사람|보낸사람|보내는 사람|발신자|발신",
	/* ar */ "من|المرسل",
	/* he */ "מאת|שולח",
	/* fa */ "از|فرستنده",
	/* vi */ "từ|người gửi",
	/* th */ "จาก",
	/* id ms */ "dari|daripada|pengirim",
};

static const char *const to_labels[] = {
	/* en */ "to|recipient",
	/* fr */ "à|a|pour|destinataire|envoyé à",
	/* de */ "an|empfänger",
	/* es ca gl */ "para|destinatario|per a|destinatari",
	/* pt */ "destinatário",
	/* nl */ "aan|ontvanger|naar",
	/* sv */ "till|mottagare",
	/* da no is */ "til|modtager|mottaker|viðtakandi",
	/* fi */ "vastaanottaja|kenelle|vastaanottajat",
	/* pl */ "do|adresat|odbiorca",
	/* cs sk */ "komu|pro|pre|adresát|příjemce|príjemca|komu/pro",
	/* hu */ "címzett|címzettek",
	/* ro */ "către|catre|pentru|destinatar|destinatarul",
	/* ru bg */ "кому|получатель|до|получател",
	/* uk */ "одержувач|отримувач",
	/* tr */ "kime|alıcı",
	/* el */ "προς|παραλήπτης",
	/* et */ "kellele|saaja|adressaat",
	/* hr sl sr */ "za|prima|primatelj|prema|prejemnik|primalac|за|прима|прималац",
	/* lv lt */ "kam|adresāts|gavėjas",
	/* ja */ "宛先|送信先|受信者",
	/* zh */ "收件人|收件者",
	/* ko */ "받는 사람|받는사람|수신자|수신",
	/* ar */ "إلى|الى|المستلم",
	/* he */ "אל|נמען",
	/* fa */ "به|گیرنده",
	/* vi */ "đến|tới|người nhận",
	/* th */ "ถึง",
	/* id ms */ "kepada|untuk|ke",
};

static const char *const cc_labels[] = {
	/* en fr de it pt */ "cc|c.c|ccn|cci|bcc|copie à|copie|cópia|con copia|copia",
	/* de nl cs da no sv fi */ "kopie|kopi|kopia|kopio|kópia|kopiert|kopie an|kopie (cc)|cc (kopie)",
	/* pl hu ro */ "dw|do wiadomości|udw|másolat|másolatot kap|titkos másolat|copie carbon",
	/* ru uk bg */ "копия|копія|як",
	/* tr el et hr lv lt */ "bilgi|κοιν|κοινοποίηση|koopia|kopija|skt|kopija kam",
	/* ja zh ko */ "抄送|副本|참조|写し",
	/* ar he */ "نسخة|نسخة إلى|עותק|העתק",
};

static const char *const date_labels[] = {
	/* en */ "date|sent|sent on|date sent|received",
	/* fr */ "envoyé|envoyé le|date d'envoi|date d’envoi",
	/* de */ "datum|gesendet|gesendet am|sendedatum",
	/* es ca gl */ "fecha|enviado|enviado el|enviat|data|fecha de envío",
	/* it */ "inviato|data invio|inviato il",
	/* pt */ "enviada|enviado em|enviada em|data de envio",
	/* nl */ "verzonden|verzonden op",
	/* sv */ "skickat|skickades",
	/* da no is */ "dato|sendt|dags|dagsetning",
	/* fi */ "päivämäärä|lähetetty|pvm|päiväys",
	/* pl */ "wysłano|wysłane|data wysłania",
	/* cs sk */ "dátum|odesláno|odoslané|odoslaný",
	/* hu */ "elküldve|küldve|küldés dátuma|időpont",
	/* ro */ "dată|trimis|trimis la",
	/* ru bg */ "дата|отправлено|изпратено|дата отправки",
	/* uk */ "надіслано|відправлено",
	/* tr */ "tarih|gönderildi|gönderilme tarihi|gönderim tarihi|gönderme tarihi|gönderilen",
	/* el */ "ημερομηνία|στάλθηκε|εστάλη|ημ/νία|απεστάλη",
	/* et */ "kuupäev|saadetud|saatmisaeg",
	/* hr sl sr */ "poslano|poslato|датум|послато",
	/* lv lt */ "datums|nosūtīts|išsiųsta|datuma|išsiuntimo data",
	/* ja */ "日付|日時|送信日時|送信日",
	/* zh */ "日期|发送时间|发送日期|寄件日期|時間|时间|發送時間|发送於|传送时间",
	/* ko */ "날짜|보낸 날짜|일시|전송됨|보낸날짜|발송 일시",
	/* ar */ "تاريخ|التاريخ|تم الإرسال|تاريخ الإرسال",
	/* he */ "תאריך|נשלח",
	/* fa */ "تاریخ|ارسال شده",
	/* vi */ "ngày|đã gửi|ngày gửi|vào ngày",
	/* th */ "วันที่|ส่งเมื่อ",
	/* id ms */ "tanggal|dikirim|tarikh|dihantar",
};

static const char *const subject_labels[] = {
	/* en */ "subject|subj",
	/* fr */ "objet|sujet",
	/* de */ "betreff|betr",
	/* es ca gl */ "asunto|assumpte|tema",
	/* it */ "oggetto",
	/* pt */ "assunto",
	/* nl */ "onderwerp",
	/* sv */ "ämne|rubrik",
	/* da no is */ "emne|efni",
	/* fi */ "aihe|otsikko",
	/* pl */ "temat",
	/* cs sk */ "předmět|predmet|věc|vec",
	/* hu */ "tárgy",
	/* ro */ "subiect|subiectul",
	/* ru uk bg */ "тема|относно",
	/* tr */ "konu",
	/* el */ "θέμα",
	/* et */ "teema",
	/* hr sl sr */ "naslov|zadeva|наслов|предмет",
	/* lv lt */ "temats|tēma",
	/* ja */ "件名",
	/* zh */ "主题|主旨|主題|标题",
	/* ko */ "제목",
	/* ar */ "الموضوع|موضوع",
	/* he */ "נושא",
	/* vi */ "chủ đề|tiêu đề",
	/* th */ "เรื่อง|หัวเรื่อง",
	/* id ms */ "subjek|perihal",
};

static const char *const reply_to_labels[] = {
	/* en */ "reply-to|reply to",
	/* fr de */ "répondre à|antwort an|antworten an",
	/* es it pt */ "responder a|rispondi a|responder para",
	/* nl sv da no fi */ "antwoord aan|antwoorden naar|svara till|svar til|vastaus|vastausosoite",
	/* pl cs sk hu ro */
	"odpowiedź do|odpowiedz do|odpovědět komu|odpovědět|odpovedať komu|válaszcím|"
	"răspuns către|odpověď na|odpowiedź-do|odpovedať-pre|odpovedať pre",
	/* ru uk */
	"ответить|кому ответить|відповісти|адреса для відповіді|ответ-кому|"
	"кому відповісти",
	/* tr el hr */ "yanıtla|yanıt adresi|απάντηση σε|odgovori na",
	/* ja zh ko */ "返信先|回复|回复至|回覆|답장 받는 사람|회신",
};

static const char *const other_labels[] = {
	/* en */ "importance|priority|attachments|attachment|organization|mailed-by|signed-by|"
		 "security|mailing list|reply-by|list-unsubscribe|message-id|return-path|"
		 "user-agent|x-mailer|resent-from|resent-to|resent-date|categories|sensitivity",
	/* fr de */
	"pièces jointes|pièce jointe|wichtigkeit|anlagen|anhänge|priorität|organisation|"
	"priorité",
	/* es it pt nl */
	"importancia|datos adjuntos|importanza|allegati|importância|anexos|anexo|"
	"urgentie|bijlagen|priorità",
	/* sv da no fi */ "prioritet|bifogade filer|vedhæftede filer|vedlegg|tärkeys|liitteet",
	/* pl cs ru */ "ważność|załączniki|důležitost|přílohy|важность|вложения",
};

/* Dashes, quote marks and the colon at the end are not part of a phrase. */
static const struct {
	const char *languages, *words;
} phrases[] = {
	{"en",
		"forwarded message|begin forwarded message|original message|start of forwarded "
		"message|forwarded mail|"
		"forwarded email|forwarded e-mail|begin forwarded email|original mail|original "
		"email|original e-mail|"
		"forwarded message from|begin of forwarded message|fwd message|message forwarded|forwarded "
		"spam"},
	{"fr",
		"message transféré|début du message réexpédié|début du message transféré|message "
		"d'origine|message d’origine|"
		"message original|message réexpédié|courriel d'origine|courriel original|mail original|mail "
		"transféré|"
		"e-mail d'origine|e-mail transféré|courriel transféré|message initial|début du courriel "
		"transféré|message transmis|"
		"début du message transmis|message renvoyé|message retransmis"},
	{"de",
		"weitergeleitete nachricht|anfang der weitergeleiteten nachricht|ursprüngliche nachricht|"
		"originalnachricht|original-nachricht|original nachricht|weitergeleitete "
		"e-mail|weitergeleitete mail|"
		"ursprüngliche e-mail|ursprüngliche mail|beginn der weitergeleiteten nachricht|"
		"anfang der weitergeleiteten e-mail|original-mail|originalmail"},
	{"es",
		"mensaje reenviado|inicio del mensaje reenviado|mensaje original|correo reenviado|correo "
		"original|"
		"comienzo del mensaje reenviado"},
	{"it",
		"messaggio inoltrato|inizio messaggio inoltrato|inizio del messaggio inoltrato|messaggio "
		"originale|"
		"inizio messaggio originale|mail inoltrata"},
	{"pt",
		"mensagem encaminhada|início da mensagem encaminhada|mensagem reencaminhada|"
		"início da mensagem reencaminhada|mensagem original|e-mail encaminhado|começo da mensagem "
		"encaminhada"},
	{"nl",
		"doorgestuurd bericht|begin doorgestuurd bericht|oorspronkelijk bericht|origineel bericht|"
		"oorspronkelijke bericht|doorgezonden bericht|begin van het doorgestuurde bericht"},
	{"sv",
		"vidarebefordrat meddelande|vidarebefordrat brev|början på vidarebefordrat meddelande|"
		"vidarebefordrat mejl|ursprungligt meddelande|originalmeddelande|vidarebefordrat "
		"e-postmeddelande|"
		"börja vidarebefordrat meddelande|vidarebefordrat mail"},
	{"da",
		"videresendt meddelelse|videresendt besked|start på videresendt besked|begynd videresendt "
		"besked|"
		"videresendt e-mail|oprindelig meddelelse|oprindelig besked|den oprindelige "
		"meddelelse|original besked|"
		"videresendt mail|begyndelse på videresendt besked"},
	{"no",
		"videresendt melding|begynnelse på videresendt melding|start på videresendt melding|"
		"videresendt e-post|opprinnelig melding|original melding|videresendt epost|videresendt "
		"beskjed|"
		"begynn videresendt melding"},
	{"fi",
		"välitetty viesti|edelleenlähetetty viesti|välitetty viesti alkaa|edelleen lähetetty viesti|"
		"edelleenlähetetty viesti alkaa|alkuperäinen viesti|välitetty sähköposti|"
		"välitetty viesti / fwd.msg"},
	{"is", "áframsent skilaboð|framsend skilaboð|upprunaleg skilaboð"},
	{"pl",
		"przekazana wiadomość|wiadomość przekazana dalej|początek przekazywanej wiadomości|"
		"początek przekazanej wiadomości|przesłana wiadomość|przesłana dalej wiadomość|wiadomość "
		"oryginalna|"
		"oryginalna wiadomość|wiadomość przekazana|treść przekazanej wiadomości|"
		"początek wiadomości przekazanej|przekazany e-mail"},
	{"cs",
		"přeposlaná zpráva|začátek přeposílané zprávy|začátek přeposlané zprávy|původní zpráva|"
		"přeposlaný e-mail|původní e-mail|předaná zpráva|začátek předávané zprávy"},
	{"sk",
		"preposlaná správa|začiatok preposlanej správy|začiatok preposielanej správy|pôvodná správa|"
		"odoslaná správa|preposlaný e-mail|postúpená správa"},
	{"hu",
		"továbbított üzenet|továbbított üzenet kezdete|eredeti üzenet|továbbított levél|"
		"továbbított levél kezdete|eredeti levél|továbbított e-mail"},
	{"ro",
		"mesaj redirecționat|mesaj redirecţionat|început mesaj redirecționat|început mesaj "
		"redirecţionat|"
		"mesaj original|mesaj inițial|mesajul inițial|mesaj redirectionat|mesaj transmis|mesaj "
		"înaintat|"
		"începutul mesajului redirecționat|mesaj retransmis|începe mesajul redirecționat|"
		"începe mesajul redirecţionat|incepe mesajul redirectionat"},
	{"ru",
		"пересылаемое сообщение|пересланное сообщение|начало переадресованного сообщения|"
		"исходное сообщение|пересылаемое письмо|начало пересылаемого сообщения|"
		"перенаправленное сообщение|переадресованное сообщение|начало пересланного сообщения|"
		"переадресованное письмо|пересланное письмо|исходное письмо|конец пересылаемого сообщения"},
	{"uk",
		"переслане повідомлення|початок переадресованого листа|початок пересланого листа|"
		"оригінальне повідомлення|пересланий лист|початкове повідомлення|переадресоване "
		"повідомлення|перенаправлене повідомлення|"
		"початок листа, що пересилається|початок переадресованого повідомлення|початок листа"},
	{"bg",
		"препратено съобщение|начало на препратеното съобщение|оригинално съобщение|препратено писмо|"
		"начало на препратено съобщение"},
	{"tr",
		"yönlendirilen mesaj|iletilen mesaj|iletilen ileti|yönlendirilmiş ileti|iletilmiş mesaj|"
		"iletilen mesajın başlangıcı|özgün ileti|orijinal mesaj|yönlendirilmiş mesaj|i̇letilen "
		"e-posta|"
		"iletilen mesaj başlangıcı|özgün mesaj|orijinal ileti|i̇letilen i̇leti|i̇letilen "
		"mesaj|i̇letilmiş mesaj|"
		"yönlendirilmiş mesaj başlangıcı|i̇leti başlangıcı"},
	{"el",
		"προωθημένο μήνυμα|έναρξη προωθημένου μηνύματος|αρχικό μήνυμα|προωθούμενο μήνυμα|"
		"αρχή προωθημένου μηνύματος|πρωτότυπο μήνυμα"},
	{"et",
		"edastatud kiri|edastatud sõnum|edastatud sõnumi algus|algne sõnum|algne kiri|edasi saadetud "
		"kiri|"
		"edastatud kirja algus"},
	{"hr",
		"proslijeđena poruka|započni proslijeđenu poruku|izvorna poruka|početak proslijeđene poruke|"
		"prosljeđena poruka|proslijeđena pošta"},
	{"sl", "posredovano sporočilo|začetek posredovanega sporočila|izvirno sporočilo|posredovana pošta"},
	{"sr",
		"prosleđena poruka|прослеђена порука|originalna poruka|оригинална порука|почетак прослеђене "
		"поруке|"
		"početak prosleđene poruke"},
	{"lv",
		"pārsūtītā ziņa|pārsūtīts ziņojums|sākotnējais ziņojums|pārsūtītais ziņojums|pārsūtīta "
		"vēstule|"
		"pārsūtītā vēstule|sākotnējā ziņa"},
	{"lt",
		"persiųstas laiškas|persiųsta žinutė|peradresuotas laiškas|pradinis laiškas|originalus "
		"laiškas|"
		"persiunčiamas laiškas|persiųstas pranešimas|persiųstos žinutės pradžia"},
	{"ca gl",
		"missatge reenviat|inici del missatge reenviat|missatge original|mensaxe reenviada|mensaxe "
		"orixinal"},
	{"ja",
		"転送されたメッセージ|転送メッセージ|転送されたメール|元のメッセージ|オリジナルメッセージ|"
		"転送されたメッセージの開始|転送メール|以下は転送されたメッセージです"},
	{"zh",
		"转发的邮件|转发邮件|已转发邮件|开始转发的邮件|以下是转发的邮件|轉寄郵件|轉寄的郵件|轉寄訊息|"
		"原始邮件|原始郵件|转发邮件信息|开始转发邮件|被转发邮件信息|以下是转发邮件|以下為轉寄郵件|"
		"轉寄的訊息|"
		"转发的消息|转发邮件开始|已轉寄的郵件|開始轉寄郵件|被转发的邮件|原始信件"},
	{"ko",
		"전달된 메시지|전달된 메일|원본 메시지|전달된 메시지 시작|원본메일|전달된 메시지의 시작|원본 "
		"메일|"
		"전달 메시지|원래 메시지"},
	{"ar",
		"رسالة معاد توجيهها|بدء الرسالة المعاد توجيهها|الرسالة الأصلية|رسالة مُعاد توجيهها|"
		"الرسالة المعاد توجيهها|بداية الرسالة المعاد توجيهها|رسالة أصلية|بدء الرسالة المُعاد توجيهها|"
		"رسالة محولة"},
	{"he",
		"הודעה שהועברה|תחילת ההודעה שהועברה|הודעה מקורית|הודעה מועברת|תחילת הודעה מועברת|"
		"התחלת ההודעה שהועברה|הודעה שנשלחה הלאה"},
	{"fa", "پیام فوروارد شده|پیام اصلی|پیام بازارسال‌شده"},
	{"vi",
		"thư đã chuyển tiếp|thư được chuyển tiếp|tin nhắn gốc|bắt đầu thư được chuyển tiếp|thư gốc|"
		"tin nhắn đã chuyển tiếp"},
	{"th", "ข้อความที่ส่งต่อ|เริ่มต้นข้อความที่ส่งต่อ|ข้อความต้นฉบับ"},
	{"id ms",
		"pesan terusan|pesan yang diteruskan|mulai pesan yang diteruskan|pesan asli|"
		"mesej yang dimajukan|mesej asal|pesan yang dilanjutkan"},
};

/* In the line that leads in a quotation. A space before means: a word of its own. */
static const char *const wrote[] = {" wrote", " writes", " a écrit", " a ecrit", " schrieb", " escribió",
	" ha scritto", " escreveu", " schreef", " geschreven", " skrev", " kirjoitti", " napisał", " pisze",
	" napsal", " napísal", " írta", " a scris", " пише", " написа", " yazdı", " έγραψε", " kirjutas",
	" napisao", " napisala", " je napisal", " rakstīja", " rašė", " va escriure", " skrifaði", " menulis",
	"写道", "寫道", "のメッセージ", "さんは書きました", "님이 작성", "كتب", " כתב", " viết"};

static const char *const forward_prefixes[] = {"fwd", "fw", "wg", "tr", "rv", "vs", "vb", "vl", "vid", "i",
	"enc", "pd", "redir", "i̇lt", "ilt", "videresend", "videresendt", "vidarebefordrat", "doorst",
	"továbbítás", "továbbítva", "edst", "pārs", "persiųsta", "прев", "пер", "нап", "πρθ", "προωθ", "转发",
	"轉寄", "転送", "전달", "إعادة توجيه", "הועבר", "reenv", "rif", "transf", "tran", "fs", "prp",
	"prosl", "doorgestuurd", "reenviado"};

static const char *const reply_prefixes[] = {"re", "aw", "sv", "antw", "ref", "odp", "ynt", "vá", "res", "r",
	"bls", "atb", "απ", "rép", "回复", "回覆", "答复", "返信", "답장", "رد", "תגובה", "hal", "ats"};

enum { LABEL_MAX = 60, FOLDED_MAX = 200 }; /* bytes of a label, and of anything that is looked up */

static GHashTable *labels, *phrase_languages;

char *forward_folded(const char *text, gsize length)
{
	GString *out = g_string_sized_new(length + 1);
	gboolean ascii = TRUE;
	for (gsize i = 0; i < length; i++) {
		guchar c = text[i];
		if (c == 0xc2 && i + 1 < length && (guchar)text[i + 1] == 0xa0) { /* no-break space */
			c = ' ';
			i++;
		}
		ascii &= c < 0x80;
		if (!g_ascii_isspace(c))
			g_string_append_c(out, g_ascii_tolower(c));
		else if (out->len && out->str[out->len - 1] != ' ')
			g_string_append_c(out, ' ');
	}
	if (out->len && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	if (ascii || !g_utf8_validate(out->str, out->len, NULL))
		return g_string_free(out, FALSE);

	g_autofree char *composed = g_utf8_normalize(out->str, out->len, G_NORMALIZE_NFC);
	g_string_free(out, TRUE);
	g_autofree char *folded = g_utf8_casefold(composed, -1);
	return g_utf8_normalize(folded, -1, G_NORMALIZE_NFC);
}

static void add_words(GHashTable *table, const char *words, gconstpointer value)
{
	g_auto(GStrv) list = g_strsplit(words, "|", -1);
	for (char **word = list; *word; word++)
		g_hash_table_insert(table, forward_folded(*word, strlen(*word)), (gpointer)value);
}

static void add_labels(const char *const *rows, guint n, ForwardField field)
{
	for (guint i = 0; i < n; i++)
		add_words(labels, rows[i], GINT_TO_POINTER(field));
}

#define ADD_LABELS(rows, field) add_labels(rows, G_N_ELEMENTS(rows), field)

/* Once; no label stands in two tables. */
static void load_tables(void)
{
	if (labels)
		return;
	labels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	phrase_languages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	ADD_LABELS(other_labels, FIELD_OTHER);
	ADD_LABELS(reply_to_labels, FIELD_REPLY_TO);
	ADD_LABELS(cc_labels, FIELD_CC);
	ADD_LABELS(date_labels, FIELD_DATE);
	ADD_LABELS(subject_labels, FIELD_SUBJECT);
	ADD_LABELS(to_labels, FIELD_TO);
	ADD_LABELS(from_labels, FIELD_FROM);
	for (guint i = 0; i < G_N_ELEMENTS(phrases); i++)
		add_words(phrase_languages, phrases[i].words, phrases[i].languages);
}

/* What the folded text stands for. Most lines of most mails are asked for, so ASCII costs no memory. */
static gpointer look_up(GHashTable *table, const char *text, gsize length)
{
	char small[FOLDED_MAX + 1];
	gsize n = 0;
	for (gsize i = 0; i < length; i++) {
		if ((guchar)text[i] >= 0x80) {
			g_autofree char *folded = forward_folded(text, length);
			return g_hash_table_lookup(table, folded);
		}
		if (!g_ascii_isspace(text[i]))
			small[n++] = g_ascii_tolower(text[i]);
		else if (n && small[n - 1] != ' ')
			small[n++] = ' ';
	}
	n -= n && small[n - 1] == ' ';
	small[n] = '\0';
	return g_hash_table_lookup(table, small);
}

ForwardField forward_label(const char *label, gsize length)
{
	load_tables();
	while (length && strchr(" \t*_", *label))
		label++, length--;
	while (length && strchr(" \t*_.", label[length - 1]))
		length--;
	if (length > LABEL_MAX)
		return FIELD_NONE;
	return GPOINTER_TO_INT(look_up(labels, label, length));
}

const char *forward_phrase(const char *phrase, gsize length)
{
	load_tables();
	if (length > FOLDED_MAX)
		return NULL;
	return look_up(phrase_languages, phrase, length);
}

gboolean forward_has_wrote(const char *line, gsize length)
{
	if (length > 600)
		return FALSE;
	g_autofree char *folded = forward_folded(line, length);
	for (guint i = 0; i < G_N_ELEMENTS(wrote); i++)
		if (strstr(folded, wrote[i]))
			return TRUE;
	return FALSE;
}

static gboolean among(const char *word, const char *const *list, guint n)
{
	for (guint i = 0; i < n; i++)
		if (g_str_equal(word, list[i]))
			return TRUE;
	return FALSE;
}

gsize forward_prefix(const char *subject, gboolean *reply_out)
{
	*reply_out = FALSE;
	/* "Fwd:", "Fwd :", "Fwd(2):", "[Fwd:" and the full-width colon */
	const char *p = subject + (*subject == '[');
	const char *colon = p;
	while (*colon && *colon != ':' && colon - p < 60 && !g_str_has_prefix(colon, "："))
		colon++;
	gsize length = colon - p;
	if (*colon != ':' && !g_str_has_prefix(colon, "："))
		return 0;
	while (length && strchr(" .)]0123456789([", p[length - 1]))
		length--;

	g_autofree char *word = forward_folded(p, length);
	if (!among(word, forward_prefixes, G_N_ELEMENTS(forward_prefixes))) {
		*reply_out = among(word, reply_prefixes, G_N_ELEMENTS(reply_prefixes));
		if (!*reply_out)
			return 0;
	}
	colon += *colon == ':' ? 1 : strlen("：");
	return colon + strspn(colon, " \t") - subject;
}
