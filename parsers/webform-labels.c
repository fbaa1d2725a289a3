#include "webform.h"

#include <string.h>

enum { LABEL_WORDS = 6 };

/* Labels, folded, without "your", "*" and what stands in brackets. */
static const struct {
	WebformField field;
	const char *labels; /* each between bars */
} webform_labels[] = {
	/* several: what heads a mail, too */
	{FIELD_FROM, "|from|von|de|da|van|från|fra|od|от|"},
	{FIELD_TO,
		"|to|an|à|para|a|aan|till|til|do|кому|cc|sent|date|gesendet|datum|envoyé|enviado|inviato|"
		"verzonden|"},
	/* English */
	{FIELD_REPORTER,
		"|email|e-mail|email address|e-mail address|mail address|reporter|reporter email|"
		"reporter e-mail|complainant|complainant email|contact email|sender email|"
		"reporter address|reported by|submitted by|"},
	{FIELD_NAME, "|name|full name|reporter name|contact name|"},
	{FIELD_SUBJECT, "|subject|title|"},
	{FIELD_MESSAGE,
		"|message|message body|description|details|comment|comments|statement|explanation|complaint|"
		"evidence|headers|body|reasons|additional information|"},
	{FIELD_DOMAIN, "|domain|domain name|domains|reported domain|abusive domain|website|"},
	{FIELD_URL, "|url|urls|link|abusive url|reported url|web address|exact url|"},
	{FIELD_CATEGORY, "|category|type|type of abuse|abuse type|reason|"},
	{FIELD_OTHER,
		"|phone|telephone|company|organisation|organization|ip|ip address|country|address|"
		"user agent|submitted|language|good faith|referrer|"},
	{FIELD_DOMAIN,
		"|abusive domain or url|domain or url|url or domain|website url|website address|reported "
		"website|"
		"abusive website|offending domain|offending website|domain in question|"},
	{FIELD_URL, "|abuse url|offending url|reported link|link to the content|location of the content|"},
	{FIELD_MESSAGE,
		"|details of your complaint|details of the abuse|description of the abuse|abuse details|"
		"describe the abuse|describe the problem|what happened|report|"
		"reason for report|problem description|"},
	{FIELD_CATEGORY,
		"|kind of abuse|nature of abuse|nature of complaint|report type|subject of "
		"complaint|inaccuracy|"},
	{FIELD_NAME, "|reporter's name|reported by name|"},
	{FIELD_REPORTER, "|reporter's email|reporter's e-mail|"},
	{FIELD_OTHER,
		"|first name|last name|surname|forename|ip address of the attacker|abusive ip|attacker "
		"ip|submitted on|"
		"submitted from|date of incident|time of submission|"},
	/* French */
	{FIELD_REPORTER,
		"|courriel|adresse e-mail|adresse email|adresse mail|adresse de courriel|"
		"adresse électronique|plaignant|mail|mél|"},
	{FIELD_NAME, "|nom|nom complet|"},
	{FIELD_DOMAIN, "|site signalé|domaine signalé|nom de domaine signalé|"},
	{FIELD_URL, "|url signalée|adresse signalée|lien signalé|"},
	{FIELD_MESSAGE, "|description du problème|description de l'abus|plainte|"},
	{FIELD_OTHER, "|prénom|téléphone|société|adresse ip|pays|"},
	{FIELD_SUBJECT, "|sujet|objet|"},
	{FIELD_MESSAGE, "|commentaire|commentaires|détails|motifs|"},
	{FIELD_DOMAIN, "|domaine|nom de domaine|site|site web|"},
	{FIELD_URL, "|lien|adresse web|adresse du site|"},
	{FIELD_CATEGORY, "|catégorie|type d'abus|motif|"},
	/* German */
	{FIELD_REPORTER, "|e-mail-adresse|emailadresse|mailadresse|melder|absender|"},
	{FIELD_SUBJECT, "|betreff|"},
	{FIELD_MESSAGE, "|nachricht|beschreibung|mitteilung|begründung|"},
	{FIELD_DOMAIN, "|domäne|domainname|webseite|"},
	{FIELD_URL, "|webadresse|"},
	{FIELD_CATEGORY, "|kategorie|art|art des missbrauchs|grund|"},
	{FIELD_OTHER, "|telefon|firma|land|vorname|"},
	{FIELD_NAME, "|nachname|"},
	/* Spanish, Italian, Portuguese, Dutch */
	{FIELD_REPORTER,
		"|correo|correo electrónico|denunciante|indirizzo e-mail|indirizzo email|"
		"endereço de e-mail|e-mailadres|"},
	{FIELD_NAME, "|nombre|nome|naam|"},
	{FIELD_SUBJECT, "|asunto|oggetto|assunto|onderwerp|"},
	{FIELD_MESSAGE,
		"|mensaje|descripción|messaggio|descrizione|mensagem|descrição|bericht|omschrijving|"},
	{FIELD_DOMAIN, "|dominio|nombre de dominio|sitio web|sito|sito web|domínio|domeinnaam|domein|"},
	{FIELD_URL, "|enlace|"},
	{FIELD_CATEGORY, "|categoría|tipo de abuso|motivo|categoria|categorie|"},
	{FIELD_OTHER, "|teléfono|telefono|telefone|"},
};

static GHashTable *fields; /* label → WebformField */

static void load_fields(void)
{
	fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = G_N_ELEMENTS(webform_labels); i--;) { /* what stands first wins */
		g_auto(GStrv) labels = g_strsplit(webform_labels[i].labels, "|", -1);
		for (char **label = labels; *label; label++)
			g_hash_table_insert(
				fields, g_strdup(*label), GUINT_TO_POINTER(webform_labels[i].field));
	}
}

/* "URL of the illegal content": the noun decides where the whole is not listed. "Phishing URL" is how abuse
 * teams write. */
static WebformField field_of_noun(const char *label)
{
	static const struct {
		const char *noun;
		WebformField field;
	} nouns[] = {
		{"url", FIELD_URL},
		{"urls", FIELD_URL},
		{"link", FIELD_URL},
		{"links", FIELD_URL},
		{"domain", FIELD_DOMAIN},
		{"domains", FIELD_DOMAIN},
		{"domaine", FIELD_DOMAIN},
		{"lien", FIELD_URL},
	};
	g_auto(GStrv) words = g_strsplit(label, " ", LABEL_WORDS + 2);
	guint n = g_strv_length(words);
	for (guint i = 0; n > 1 && n <= LABEL_WORDS && i < G_N_ELEMENTS(nouns); i++)
		if (g_str_equal(words[0], nouns[i].noun))
			return nouns[i].field;
	return FIELD_NONE;
}

WebformField webform_field_of(const char *label)
{
	if (!*label)
		return FIELD_NONE;
	if (!fields)
		load_fields();
	WebformField field = GPOINTER_TO_UINT(g_hash_table_lookup(fields, label));
	return field != FIELD_NONE ? field : field_of_noun(label);
}
