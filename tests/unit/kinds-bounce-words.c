/* Each phrase by which a mail that came back says so: what is taken with it, and is not without. */

#include <string.h>

#include "domain.h"
#include "kinds.h"

static const char subject_starts[] =
	"undeliverable|undelivered|delivery status|delivery notification|delivery report|"
	"delivery failure|delivery_failure|delivery failed|delivery has failed|"
	"delivery error|delivery delayed|delivery incomplete|delivery problem|"
	"delivery unsuccessful|failure notice|failure notification|failure delivery|"
	"failed delivery|failed mail|failed to deliver|failed message|fail to deliver|"
	"returned mail|returned email|returned e-mail|returned message|return mail|"
	"return to sender|mail returned|message returned|email returned|mail delivery|"
	"mail delivered failed|e-mail delivery|email delivery failed|email delivery failure|"
	"message delivery failed|message delivery failure|message delivery has failed|"
	"message undeliverable|message not delivered|message delayed|message status|"
	"message blocked|message rejected|message you sent blocked|"
	"**message you sent blocked|mail not delivered|mail not deliverable|"
	"mail system error|mail failure|mail error|mail undeliverable|mail transport error|"
	"mail routing error|mail rejected|nondeliverable mail|nondelivery|non-delivery|"
	"non delivery|non-deliverable|notice: mail delivery status|warning: delayed mail|"
	"warning: mail delay|warning: could not send message|warning - delayed|"
	"warning: e-mail could not|unable to deliver|could not deliver|couldn't deliver|"
	"cannot deliver|can't deliver|not delivered:|not deliverable|"
	"permanent delivery failure|permanent failure|permanent error|"
	"temporary delivery failure|temporary failure|transient delivery failure|"
	"postmaster notify|postmaster warning|postmaster copy|email not delivered|"
	"e-mail not delivered|email undeliverable|error sending|"
	"there was an error sending your mail|sorry, your mail could not be|[bounce]|"
	"bounce message|bounced mail|bounced message|bounced email|recipient unknown|"
	"user unknown|unknown user|unknown recipient|unknown address|invalid recipient|"
	"address not found|mailbox full|mailbox is full|mailbox unavailable|"
	"mailbox not found|no such user|over quota|quota exceeded|transmission failure|"
	"transmission error|command status report|error report from|"
	"we were not able to deliver|we could not deliver|your message wasn't delivered|"
	"your message was not delivered|your mail was not delivered|"
	"your email was not delivered|your message to|relaying denied|smtp error";
static const char subjects[] =
	"considered unsolicited bulk|returning message to sender|returned to sender|"
	"undelivered mail returned|delivery status notification|non-delivery notification|"
	"non-delivery report|see transcript for details|couldn't be delivered|"
	"could not be delivered|mail failure.|unzustellbar|nicht zustellbar|nicht zugestellt|"
	"zustellung fehlgeschlagen|zustellung der nachricht|fehler bei der zustellung|"
	"übermittlungsstatus|übermittlungsfehler|übertragungsfehler|"
	"verzögerung der zustellung|zustellungsverzögerung|zustellungsfehler|zustellstatus|"
	"rückläufer|konnte nicht gesendet werden|empfänger unbekannt|non remis|non_remis|"
	"non distribuable|non distribué|non délivré|non délivrable|avis de non-remise|"
	"notification d'état de remise|notification d'état de distribution|"
	"échec de la remise|echec de la remise|échec de remise|échec de la distribution|"
	"échec d'envoi|échec de livraison|echec de livraison|rapport de non-remise|"
	"impossible de remettre|impossible de délivrer|n'a pas pu être remis|"
	"n'a pas pu être délivré|message retardé|retour à l'expéditeur|no se puede entregar|"
	"no se pudo entregar|no se ha podido entregar|no se ha entregado|no entregado|"
	"no entregable|imposible entregar|correo devuelto|mensaje devuelto|"
	"notificación de estado de entrega|error de entrega|error en la entrega|"
	"fallo en la entrega|fallo de entrega|devolución de correo|devuelto al remitente|"
	"no s'ha pogut lliurar|non recapitabile|recapito non riuscito|impossibile recapitare|"
	"mancato recapito|mancata consegna|non consegnato|non recapitato|errore di consegna|"
	"notifica di mancato|avviso di mancata|notifica sullo stato del recapito|"
	"não entregue|não é possível entregar|não foi possível entregar|"
	"não pôde ser entregue|falha na entrega|falha de entrega|entrega falhou|"
	"não entregável|status de entrega|estado da entrega|devolvido ao remetente|"
	"mensagem devolvida|onbestelbaar|niet-bestelbaar|niet bestelbaar|niet bezorgd|"
	"kan niet worden bezorgd|kon niet worden bezorgd|niet afgeleverd|"
	"kon niet worden afgeleverd|afleveren mislukt|olevererbar|ej levererat|ej levererbar|"
	"kunde inte leverera|kan inte levereras|leveransfel|levereras inte|kan ikke leveres|"
	"kunne ikke levere|ikke levert|ikke leveret|uleverbar|leveringsfejl|leveringsfeil|"
	"toimittaminen epäonnistui|toimitus epäonnistui|ei voitu toimittaa|ei voi toimittaa|"
	"ei toimitettu|perillemenoton|nie można dostarczyć|nie udało się dostarczyć|"
	"nie dostarczono|niedostarczon|niedostarczaln|niedoręczon|błąd dostarczania|"
	"zwrot poczty|zwrot wiadomości|nedoručiteln|nedoručen|nelze doručit|"
	"nepodařilo se doručit|nebylo možné doručit|nedoručiteľn|nie je možné doručiť|"
	"kézbesíthetetlen|kézbesíteni|nem kézbesíthető|sikertelen kézbesítés|nelivrabil|"
	"nu s-a putut livra|nu a putut fi livrat|nu poate fi livrat|ni mogoče dostaviti|"
	"ni bilo mogoče dostaviti|nije moguće isporučiti|neisporučen|не доставлен|"
	"недоставлен|не удалось доставить|невозможно доставить|не может быть доставлено|"
	"ошибка доставки|возвращено отправителю|не вдалося доставити|неможливо доставити|"
	"не може да бъде доставен|неуспешна доставка|δεν είναι δυνατή η παράδοση|"
	"αδυναμία παράδοσης|μη παραδοτέο|αποτυχία παράδοσης|teslim edilemedi|"
	"teslim edilemiyor|teslim edilemeyen|gönderilemedi|iletilemedi|iletilemeyen|"
	"teslimat "
	"hatası|退信|无法送达|无法投递|无法传递|无法递送|未送达|未传递|投递失败|发送失败|送达失败|無法傳遞|"
	"無法投遞|無法送達|未傳遞|"
	"傳遞失敗|投遞失敗|配信不能|配信できません|配信されませんでした|配信に失敗|配信失敗|配信エラー|"
	"配信遅延|配達できません|配達不能|送信できません|送信エラー|"
	"送信失敗|宛先不明|宛先に届|不達|エラーメール|返送されました|返送します|未配信|배달되지 않음|배달할 "
	"수 없음|배달 실패|전송 실패|전송실패|발송 실패|"
	"발송실패|반송|تعذر تسليم|تعذر التسليم|لم يتم تسليم|غير قابل للتسليم|לא ניתן למסור|"
	"לא ניתן למסירה|ההודעה לא נמסרה|ไม่สามารถส่ง|ส่งไม่สำเร็จ|không thể gửi|"
	"không thể phân phối|không gửi được|không gửi thành công|tidak terkirim|"
	"tidak dapat dikirim|gagal terkirim|gagal mengirim";
static const char texts[] =
	"could not be delivered|couldn't be delivered|cannot be delivered|can't be delivered|"
	"can not be delivered|was not delivered|wasn't delivered|were not delivered|"
	"has not been delivered|not able to deliver|unable to deliver|wasn't able to deliver|"
	"undeliverable|was undelivered|couldn't deliver|could not deliver|failed to deliver|"
	"delivery failed|delivery failure|delivery has failed|delivery to the following|"
	"delivery of this message|delivery error|delivery attempt|error delivering your mail|"
	"error while attempting to deliver|delivering a message|permanent fatal error|"
	"permanent error|permanent failure|transient non-fatal error|fatal errors|"
	"delivery problem|did not receive this message|did not receive your message|"
	"had errors|did not reach|returned to sender|returned message|returned mail|"
	"being returned|has been returned|message headers follow|unsent message|"
	"transcript of session|transcript of the session|mail system at host|mailer-daemon|"
	"address rejected|user unknown|unknown user|unknown recipient|no such user|"
	"no mailbox here|mailbox unavailable|mailbox full|mailbox is full|mailbox not found|"
	"mailbox does not exist|over quota|quota exceeded|address not found|"
	"could not be sent|could not be found|did not like our|invalid recipient|"
	"rejected by the recipient|was rejected|blocked by our|host unknown|not listed in|"
	"hop count exceeded|too many hops|message expired|delivery time expired|"
	"warning message only|still being retried|will be retried|has been delayed|"
	"delivery is delayed|remote host said|sorry, no mailbox|giving up on|"
	"i'm afraid i wasn't able|status: 5.|status: 4.|action: failed|action: delayed|"
	"final-recipient:|delivery status notification|konnte nicht zugestellt|"
	"nicht zugestellt werden|konnte nicht ausgeliefert|unzustellbar|empfänger unbekannt|"
	"n'a pas pu être remis|n'a pas pu être délivré|n'a pas été remis|n'a pas été délivré|"
	"n'a pas pu être distribué|impossible de remettre|échec de la remise|"
	"destinataire inconnu|no se pudo entregar|no se puede entregar|"
	"no se ha podido entregar|no ha podido ser entregado|no pudo ser entregado|"
	"no se entregó|non è stato recapitato|non è stato consegnato|"
	"non è stato possibile recapitare|non è stato possibile consegnare|"
	"impossibile recapitare|não pôde ser entregue|não foi entregue|"
	"não foi possível entregar|niet worden bezorgd|niet worden afgeleverd|"
	"niet afgeleverd|onbestelbaar|kunde inte leverera|inte levererats|kunne ikke leveres|"
	"ikke leveret|ei voitu toimittaa|epäonnistui|nie została dostarczona|"
	"nie można dostarczyć|nie udało się dostarczyć|nelze doručit|nebylo možné doručit|"
	"nepodařilo se doručit|nebola doručená|nem sikerült kézbesíteni|nem kézbesíthető|"
	"nu a putut fi livrat|nu a fost livrat|не доставлено|не было доставлено|"
	"не может быть доставлено|не удалось доставить|невозможно доставить|"
	"не вдалося доставити|не може да бъде доставен|δεν παραδόθηκε|"
	"δεν ήταν δυνατή η παράδοση|teslim edilemedi|iletilemedi|gönderilemedi|无法送达|无法投递|未送达|"
	"投递失败|退信|不存在|無法傳遞|無法投遞|無法送達|配信できません|配信されません|配信に失敗|"
	"送信できません|送信に失敗|送信出来ません|届きません|"
	"届けられません|届けることができません|配達できません|返送|エラー|배달되지|배달할 수 "
	"없|전송되지|반송|تعذر تسليم|לא ניתן למסור|"
	"ไม่สามารถส่ง|không thể gửi|tidak dapat dikirim";
static const char delays[] =
	"warning message only|not need to resend|no need to resend|don't need to resend|"
	"will be retried|will keep trying|still being retried|still trying|will try again|"
	"will continue trying|keep trying to deliver|has been delayed|is delayed|"
	"delivery delayed|delayed mail|message delayed|delivery incomplete|"
	"could not be delivered yet|not yet been delivered|not been delivered yet|"
	"temporary problem delivering|transient non-fatal|action: delayed|(delay)|"
	"wird weiterhin versucht|verzöger|a été retardé|est retardé|nouvelles tentatives|"
	"se seguirá intentando|demora en la entrega|se ha retrasado|sarà ritentato|ritardat|"
	"continuará tentando|atrasad|vertraagd|fördröj|forsinke|opóźnion|zpožděn|задерж|"
	"отложен|配信遅延|遅延して|遅れています|延迟|延遲|지연";
static const char returned[] =
	"below this line is a copy of the message|this is a copy of the message|"
	"copy of the message follows|copy of the original message|copy of your message|"
	"message headers follow|original message follows|original message headers|"
	"original message -|original message=|-original message|original mail follows|"
	"returned message -|returned mail -|returned message:|unsent message below|"
	"undelivered message follow|undelivered message -|message contents follow|"
	"message header follow|message text follows|text of your message|"
	"your original message|the first part of the message|included below|"
	"is attached below|enclosed is a copy|headers of the original|header follows|"
	"contenu du message|message d'origine|ursprüngliche nachricht|originalnachricht|"
	"mensaje original|messaggio originale|mensagem original|текст сообщения|"
	"исходное сообщение|原邮件|原郵件|元のメール|送信メール|원본 메시지";
static const char daemons[] = "mailer-daemon|mailer_daemon|mailerdaemon|mailer daemon|mail-daemon|maildaemon|"
			      "mdaemon|mail delivery subsystem|mail delivery system|mail deliver system|"
			      "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e";
static const char systems[] =
	"postmaster|poostmaster|post_master|post-master|bounce|mail delivery|mail system|"
	"mail server|mail administrator|mailadmin|mail transport|mail router|mail gateway|"
	"mailsystem|mail-system|delivery system|delivery subsystem|delivery notification|"
	"content-filter at|system administrator|systemadministrator|system attendant|"
	"sysadmin|administrateur syst|administrador del sistema|administrador do sistema|"
	"amministratore di sistema|администратор|microsoft outlook|microsoft exchange|"
	"interscan";
static const char system_addresses[] = "-admin|daemon|no-reply|noreply";
static const char returned_fields[] = "Received: x|Return-Path: x|Return-path: x|DKIM-Signature: x";
static const char recipient_fields[] = "X-Failed-Recipients|X-Mailer-Daemon-Recipients|X-Bounced-Address";
static const char other_lines[] = "from:|sender:|message-id:|reply-to:|return-path:|references:|"
				  "in-reply-to:|cc:|x-|original-|envelope|mail from|>>> mail from|contact ";

#define DAEMON "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\n\n"

static Report *parse(const char *format, const char *word)
{
	g_autoptr(Border) border = border_new_from_json(NULL, 0, NULL);
	g_auto(GStrv) pieces = g_strsplit(format, "%s", -1);
	g_autofree char *rest = g_strjoinv(word, pieces);
	g_autofree char *mail =
		g_strconcat("To: abuse@desk.example\nContent-Type: text/plain; charset=utf-8\n", rest, NULL);

	g_test_message("%s", mail);
	return kinds_parse((const guint8 *)mail, strlen(mail), border);
}

static void each(const char *words, const char *format, gboolean (*does)(const Report *))
{
	g_auto(GStrv) list = g_strsplit(words, "|", -1);
	for (char **word = list; *word; word++) {
		g_autoptr(Report) report = parse(format, *word);
		g_assert_true(does(report));
	}
	g_autoptr(Report) none = parse(format, "quince");
	g_assert_false(does(none));
}

static gboolean is_bounce(const Report *report)
{
	return report->kind == KIND_BOUNCE && report->disposition == DISPOSITION_NOT_COMPLAINT;
}

static gboolean is_none(const Report *report)
{
	return report->kind != KIND_BOUNCE;
}

static gboolean is_delay(const Report *report)
{
	return is_bounce(report) && g_strcmp0(report->reason, "delayed") == 0;
}

static const Delivery *only_delivery(const Report *report)
{
	return report->deliveries->len == 1 ? report->deliveries->pdata[0] : NULL;
}

static gboolean has_id(const Report *report)
{
	const Delivery *delivery = only_delivery(report);
	return delivery && g_strcmp0(delivery->our_message_id, "9@desk.example") == 0;
}

static gboolean has_recipient(const Report *report)
{
	const Delivery *delivery = only_delivery(report);
	return is_bounce(report) && delivery && g_strcmp0(delivery->recipient, "c@shop.example") == 0;
}

static gboolean has_no_recipient(const Report *report)
{
	return is_bounce(report) && report->deliveries->len == 0;
}

static void none(const char *words, const char *format)
{
	g_auto(GStrv) list = g_strsplit(words, "|", -1);
	for (char **word = list; *word; word++) {
		g_autoptr(Report) report = parse(format, *word);
		g_assert_true(is_none(report));
	}
}

static void test_subjects(void)
{
	static const char head[] = "Return-Path: <>\nFrom: A <a@b.example>\nSubject: ";
	static const char text[] = "\n\nIt could not be delivered.\n";
	g_autofree char *start = g_strconcat(head, "%s (x)", text, NULL);
	g_autofree char *inside = g_strconcat(head, "x %s x", text, NULL);

	each(subject_starts, start, is_bounce);
	each(subjects, inside, is_bounce);

	none(subject_starts, inside);
}

static void test_texts(void)
{
	each(texts, "From: A <a@b.example>\nAuto-Submitted: auto-generated\nSubject: Undelivered\n\nx %s x\n",
		is_bounce);
	each(delays, DAEMON "x %s x\n", is_delay);
	each(returned, DAEMON "x %s x\nMessage-ID: <9@desk.example>\n", has_id);
	each(returned_fields, DAEMON "%s\nMessage-ID: <9@desk.example>\n", has_id);
}

static void test_senders(void)
{
	each(daemons, "From: \"A %s B\" <a@b.example>\nSubject: Undelivered\n\nx\n", is_bounce);
	each(systems, "From: \"A %s B\" <a@b.example>\nSubject: Undelivered\n\nIt could not be delivered.\n",
		is_bounce);
	each(system_addresses,
		"From: A <x%s@b.example>\nSubject: Undelivered\n\nIt could not be delivered.\n", is_bounce);
}

/* One sign is none: people use these words, and some are called so. */
static void test_alone(void)
{
	static const char subject[] =
		"From: A <a@b.example>\nSubject: %s\n\nhttp://evil.example/ spams me.\n";
	none(subject_starts, subject);
	none(subjects, subject);
	none(texts, "From: A <a@b.example>\nSubject: spam\n\nhttp://evil.example/ says: %s\n");
	none(systems, "From: \"A %s B\" <a@b.example>\nSubject: spam\n\nhttp://evil.example/ spams me.\n");
	none(system_addresses, "From: A <x%s@b.example>\nSubject: spam\n\nhttp://evil.example/ spams me.\n");
	/* his domain may be called like anything */
	none("mailer-daemon|mdaemon|maildaemon",
		"From: A <a@%s.example>\nSubject: Undelivered\n\nhttp://evil.example/ spams me.\n");
}

static void test_recipients(void)
{
	each(recipient_fields, "From: a@b.example\nSubject: x\n%s: c@shop.example\n\nx\n", has_recipient);
	each(other_lines, DAEMON "%s <c@shop.example>\n", has_no_recipient);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/bounce/words/subjects", test_subjects);
	g_test_add_func("/bounce/words/texts", test_texts);
	g_test_add_func("/bounce/words/senders", test_senders);
	g_test_add_func("/bounce/words/alone", test_alone);
	g_test_add_func("/bounce/words/recipients", test_recipients);
	return g_test_run();
}
