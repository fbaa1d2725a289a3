#include "category.h"

#include <string.h>

enum { TEXT_MAX = 20000, SENTENCE_MAX = 400 };

static const char *const subjects[] = {"whois", "registrant", "registration data", "registration information",
	"rdap", "titulaire du domaine", "domaininhaber", "registrierungsdaten", "titular del dominio",
	"domeinhouder", "données d'enregistrement", "intestatario del dominio", "contact data",
	"domain owner", "données du titulaire"};

static const char *const wrongs[] = {"false", "fake", "invalid", "incorrect", "inaccurate", "bogus", "wrong",
	"fictitious", "does not exist", "doesn't exist", "do not exist", "non-existent", "nonexistent",
	"bounces", "disconnected", "forged", "inaccuracy", "not valid", "faux", "fausse", "erroné",
	"n'existe pas", "inexistant", "bidon", "falsch", "gefälscht", "ungültig", "existiert nicht", "falso",
	"falsa", "inválid", "inexacto", "no existe", "falsi", "non esiste", "errati", "inesistent",
	"vals zijn", "valse", "onjuist", "bestaat niet", "ложн", "недействительн"};

static const struct {
	const char *field, *words; /* separated by '|' */
} fields[] = {
	{"email", "e-mail|email|courriel|correo|mailadresse|mail address"},
	{"phone", "phone|telefon|teléfono|fax"},
	{"address", "address|street|postal|anschrift|straße|dirección|indirizzo|endereço|adres|zip code"},
	{"name", "name|nom |nombre|nome|naam|person"},
};

static gboolean has_one(const char *text, const char *const *list, guint n)
{
	for (guint i = 0; i < n; i++)
		if (strstr(text, list[i]))
			return TRUE;
	return FALSE;
}

static const char *field_of(const char *sentence)
{
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_auto(GStrv) words = g_strsplit(fields[i].words, "|", -1);
		if (has_one(sentence, (const char *const *)words, g_strv_length(words)))
			return fields[i].field;
	}
	return NULL;
}

/* A dot inside "example.com" ends nothing. */
static const char *sentence_end(const char *p)
{
	for (; *p; p++)
		if ((strchr(".!?;", *p) && g_ascii_isspace(p[1])) || (p[0] == '\n' && p[1] == '\n'))
			return p + 1;
	return p;
}

char *category_whois_claim(const char *text, const char **field_out)
{
	/* Most texts do not speak of it at all. */
	gsize length = MIN(strlen(text), TEXT_MAX);
	while (length && ((guchar)text[length] & 0xc0) == 0x80)
		length--;
	g_autofree char *lower = g_utf8_strdown(text, length);
	if (!has_one(lower, subjects, G_N_ELEMENTS(subjects)))
		return NULL;

	g_autofree char *shown = g_strndup(text, length);
	char *claim = NULL;
	for (const char *p = shown; *p;) {
		const char *end = sentence_end(p);
		g_autofree char *sentence = g_strndup(p, end - p);
		g_autofree char *folded = g_utf8_strdown(sentence, -1);
		p = end;
		if (!has_one(folded, subjects, G_N_ELEMENTS(subjects)) ||
			!has_one(folded, wrongs, G_N_ELEMENTS(wrongs)))
			continue;
		/* The subject line says that they are wrong; a later sentence may say which. */
		const char *field = field_of(folded);
		if (claim && !field)
			continue;
		g_free(claim);
		claim = g_strstrip(
			g_utf8_substring(sentence, 0, MIN(g_utf8_strlen(sentence, -1), SENTENCE_MAX)));
		*field_out = field ? field : "registrant";
		if (field)
			break;
	}
	return claim;
}
