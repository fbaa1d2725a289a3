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

/* Lines that mail programs add, often the only ones above a forward, with a link to their maker. */
static const char *const programs[] = {"sent from my ", "sent from yahoo", "sent from outlook",
	"sent with proton", "sent from mail for", "get outlook for", "envoyé de mon", "envoyé depuis",
	"von meinem iphone", "von meinem ipad", "von meinem samsung", "von meinem huawei", "von meinem handy",
	"von meinem mobil", "gesendet mit ", "gesendet von ", "inviato da ", "enviado desde ", "enviado do ",
	"verzonden vanaf ", "skickat från ", "sendt fra ", "lähetetty ", "wysłane z ", "odesláno z ",
	"отправлено с ", "virus-free", "avast logo", "www.avast.com"};

/* Lines that gateways and lawyers add. */
static const char *const footers[] = {"this email has been checked", "this e-mail has been scanned",
	"this email was scanned", "scanned by ", "diese e-mail wurde von avast", "l'absence de virus",
	"this email and any ", "this e-mail and any ", "this message and any ",
	"this message is confidential", "the information contained in this", "the information in this e",
	"confidential", "disclaimer", "ce message et ", "ce courriel et ", "ce message est ",
	"diese e-mail enthält", "diese nachricht enthält", "este mensaje y ", "este correo ",
	"questo messaggio ", "esta mensagem ", "dit bericht ", "please consider the environment",
	"pensez à l'environnement", "unsubscribe", "powered by "};

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
	gsize n = strspn(line, "-_=*");
	return n >= 2 && n + strspn(line + n, " \r") >= length;
}

/* A closing has a name and little more below it; a letter that goes on for long was not closed. */
static gboolean is_closing(const char *line, gsize length)
{
	return length <= CLOSING_MAX && begins(line, closings, G_N_ELEMENTS(closings));
}

/* "Gesendet von evil@example.com" was written by a person. */
static gboolean is_program(const char *line)
{
	return begins(line, programs, G_N_ELEMENTS(programs)) && !strchr(line, '@');
}

gboolean signature_is_program(const char *text)
{
	const char *start = text + strspn(text, " \t*>");
	g_autofree char *line = g_utf8_strdown(start, MIN(strcspn(start, "\n"), LINE_MAX_BYTES));
	return is_program(line);
}

gsize signature_start(const char *text)
{
	gboolean words = FALSE;
	const char *program = NULL; /* a program's line above everything */
	for (const char *p = text; *p;) {
		gsize length = strcspn(p, "\n");
		const char *start = p + strspn(p, " \t*>");
		gsize used = MIN((gsize)(start - p), length);
		g_autofree char *line = g_utf8_strdown(start, MIN(length - used, LINE_MAX_BYTES));
		gboolean rule = is_rule(start, length - used), is_programs = is_program(line);
		/* A rule above everything is decoration, not a signature. */
		if ((words || program) &&
			(rule || is_programs || is_closing(line, length - used) ||
				begins(line, footers, G_N_ELEMENTS(footers))))
			return (words ? p : program) - text;
		if (is_programs)
			program = p;
		words = words || (*line && !rule && !is_programs);
		p += length + (p[length] == '\n');
	}
	return program && !words ? (gsize)(program - text) : strlen(text);
}
