#include "signature.h"

#include <string.h>

enum { LINE_MAX_BYTES = 300, CLOSING_MAX = 60 };

/* A short line that begins with one of these ends the letter. Lower case. */
static const char *const closings[] = {"kind regards", "best regards", "regards", "warm regards",
	"with regards", "sincerely", "yours", "best,", "signed,", "signed:", "best wishes", "cheers",
	"cordialement", "bien cordialement", "salutations", "bien à vous", "sincères salutations",
	"mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß", "freundliche grüße",
	"freundliche grüsse", "viele grüße", "beste grüße", "mfg", "liebe grüße", "saludos", "un saludo",
	"atentamente", "cordialmente", "cordiali saluti", "distinti saluti", "saluti", "atenciosamente",
	"cumprimentos", "com os melhores cumprimentos", "met vriendelijke groet", "vriendelijke groet",
	"med vänlig hälsning", "vänliga hälsningar", "hälsningar", "mvh", "med venlig hilsen",
	"med vennlig hilsen", "venlig hilsen", "hilsen", "ystävällisin terveisin", "terveisin", "pozdrawiam",
	"z poważaniem", "s pozdravem", "s pozdravom", "üdvözlettel", "tisztelettel", "cu stimă",
	"с уважением", "з повагою", "saygılarımla", "με εκτίμηση", "lugupidamisega", "ar cieņu", "pagarbiai",
	"s poštovanjem", "lep pozdrav"};

/* Lines that programs, gateways and lawyers add. */
static const char *const footers[] = {"sent from my ", "sent from yahoo", "sent from outlook",
	"sent with proton", "sent from mail for", "get outlook for", "envoyé de mon", "envoyé depuis",
	"von meinem ", "gesendet mit ", "gesendet von ", "inviato da ", "enviado desde ", "enviado do ",
	"verzonden vanaf ", "skickat från ", "sendt fra ", "lähetetty ", "wysłane z ", "odesláno z ",
	"отправлено с ", "this email has been checked", "virus-free", "this e-mail has been scanned",
	"this email was scanned", "scanned by ", "diese e-mail wurde von avast", "l'absence de virus",
	"this email and any ", "this e-mail and any ", "this message and any ",
	"this message is confidential", "the information contained in this", "the information in this e",
	"confidentiality notice", "confidential", "disclaimer", "ce message et ", "ce courriel et ",
	"ce message est ", "diese e-mail enthält", "diese nachricht enthält", "este mensaje y ",
	"este correo ", "questo messaggio ", "esta mensagem ", "dit bericht ",
	"please consider the environment", "pensez à l'environnement", "unsubscribe", "avast logo",
	"www.avast.com", "powered by "};

static gboolean begins(const char *line, const char *const *list, guint n)
{
	for (guint i = 0; i < n; i++)
		if (g_str_has_prefix(line, list[i]))
			return TRUE;
	return FALSE;
}

/* "-- ", "--", "___", "---": a rule alone in its line (RFC 3676 section 4.3). */
static gboolean is_rule(const char *line, gsize length)
{
	if (length < 2)
		return FALSE;
	gsize n = strspn(line, "-_=*");
	return n >= 2 && n + strspn(line + n, " \r") >= length;
}

/* A closing has a name and little more below it; a letter that goes on for long was not closed. */
static gboolean is_closing(const char *line, gsize length)
{
	return length <= CLOSING_MAX && begins(line, closings, G_N_ELEMENTS(closings));
}

gsize signature_start(const char *text)
{
	gboolean words = FALSE;
	for (const char *p = text; *p;) {
		gsize length = strcspn(p, "\n");
		const char *start = p + strspn(p, " \t*>");
		gsize used = MIN((gsize)(start - p), length);
		g_autofree char *line = g_utf8_strdown(start, MIN(length - used, LINE_MAX_BYTES));
		gboolean rule = is_rule(start, length - used);
		/* A rule above everything is decoration, not a signature. */
		if (words &&
			(rule || is_closing(line, length - used) ||
				begins(line, footers, G_N_ELEMENTS(footers))))
			return p - text;
		words = words || (*line && !rule);
		p += length + (p[length] == '\n');
	}
	return strlen(text);
}
