#include "kinds.h"

#include <string.h>

#include "domain.h"

/* Lines "domain,complainant" as submitters type them, in the body or an attached text or CSV file. Who
 * may submit is not decided here. */

enum {
	BATCH_PEEK = 64 << 10, /* bytes that tell whether it is a batch */
	BATCH_MAX_FIELDS = 12,
	BATCH_LEAST_SHARE = 50, /* percent of the lines that must be good, or it is a text */
	BATCH_MOST_BAD = 8,     /* lines beyond the good ones: then it is a text, without reading on */
};

typedef struct {
	char *domain, *complainant;
	const char *error; /* literal; NULL: a good line */
} Line;

static void batch_line_clear(Line *line)
{
	g_free(line->domain);
	g_free(line->complainant);
	memset(line, 0, sizeof *line);
}

static char *batch_trim(char *field)
{
	g_strstrip(field);
	gsize length = strlen(field);
	gboolean is_quoted = length >= 2 && strchr("\"'", field[0]) && field[length - 1] == field[0];
	if (is_quoted || (length >= 2 && field[0] == '<' && field[length - 1] == '>')) {
		field[length - 1] = '\0';
		memmove(field, field + 1, length - 1);
		g_strstrip(field);
	}
	return field;
}

/* Comma, semicolon or TAB, the first that occurs outside quotes; else blanks. */
static char batch_separator(const char *text)
{
	gboolean in_quotes = FALSE;
	for (; *text; text++) {
		in_quotes ^= *text == '"';
		if (!in_quotes && strchr(",;\t", *text))
			return *text;
	}
	return ' ';
}

/* Empty fields at the end go. */
static GPtrArray *batch_fields(const char *text)
{
	GPtrArray *fields = g_ptr_array_new_with_free_func(g_free);
	char separator = batch_separator(text);
	GString *field = g_string_new(NULL);
	gboolean in_quotes = FALSE;

	for (const char *p = text; fields->len < BATCH_MAX_FIELDS; p++) {
		if (*p == '"')
			in_quotes = !in_quotes;
		gboolean ends = !*p || (!in_quotes && *p == separator);
		if (!ends) {
			g_string_append_c(field, *p);
			continue;
		}
		char *value = batch_trim(g_strdup(field->str));
		g_string_truncate(field, 0);
		if (separator == ' ' && !*value)
			g_free(value);
		else
			g_ptr_array_add(fields, value);
		if (!*p)
			break;
	}
	g_string_free(field, TRUE);
	while (fields->len && !*(char *)fields->pdata[fields->len - 1])
		g_ptr_array_set_size(fields, fields->len - 1);
	return fields;
}

/* Host of "http://www.example.org/path", "www.example.org", "example.org.", "*.example.org". */
static char *batch_domain(const char *field)
{
	const char *scheme = strstr(field, "://");
	g_auto(GStrv) dots = g_strsplit(scheme ? scheme + 3 : field, "[.]", 20);
	g_autofree char *host = g_strjoinv(".", dots);
	host[strcspn(host, "/?#:\\")] = '\0';
	const char *start = host;
	if (g_str_has_prefix(start, "*."))
		start += 2;
	if (g_ascii_strncasecmp(start, "www.", 4) == 0 && strchr(start + 4, '.'))
		start += 4;
	g_autofree char *normal = domain_normal(start);
	return normal && domain_is_delegated(normal) ? g_steal_pointer(&normal) : NULL;
}

static gboolean batch_is_header(GPtrArray *fields)
{
	static const char *const names[] = {"domain", "domains", "domain name", "domainname", "domain_name",
		"spamming domain", "reporter", "complainant", "complainant_email", "complainant email",
		"email", "e-mail", "mail", "reporter email", "reporter_email", "domaine", "plaignant",
		"adresse", "domäne", "beschwerdeführer", "melder", "dominio", "denunciante", NULL};
	if (!fields->len)
		return FALSE;
	for (guint i = 0; i < MIN(fields->len, 2); i++) {
		g_autofree char *name = g_utf8_strdown(fields->pdata[i], -1);
		if (!g_strv_contains(names, name))
			return FALSE;
	}
	return TRUE;
}

/* A domain and an address, the other way round too: no domain holds an "@". */
static void batch_read(const char *text, Line *line)
{
	g_autoptr(GPtrArray) fields = batch_fields(text);
	const char *domain = fields->len > 0 ? fields->pdata[0] : "";
	const char *complainant = fields->len > 1 ? fields->pdata[1] : "";

	if (strchr(domain, '@') && !strchr(domain, '/') && !strchr(complainant, '@')) {
		const char *swap = domain;
		domain = complainant;
		complainant = swap;
	}
	if (fields->len == 1)
		line->error = "missing-field";
	else if (fields->len > 2)
		line->error = "too-many-fields";
	line->domain = batch_domain(domain);
	line->complainant = domain_address(complainant);
	if (!line->error && !line->domain)
		line->error = "no-domain";
	if (!line->error && !line->complainant)
		line->error = "no-address";
}

/* More than two words, and nothing but blanks between them: prose, as most lines of most mails are. */
static gboolean batch_is_prose(const char *text)
{
	guint words = 0;
	if (strpbrk(text, ",;\t\""))
		return FALSE;
	for (; *text && words < 3; words++) {
		text += strcspn(text, " ");
		text += strspn(text, " ");
	}
	return words > 2;
}

/* Blank, a comment, the fence of a pasted file, or a spreadsheet's empty row. */
static gboolean batch_is_idle(const char *text)
{
	return *text == '#' || g_str_has_prefix(text, "//") || strspn(text, "-=_*~`") == strlen(text) ||
		strspn(text, ",;\t \"") == strlen(text);
}

/* "-- " begins a signature (RFC 3676 section 4.3). */
static gboolean batch_is_end(const char *raw)
{
	return strcmp(raw, "-- ") == 0 || strcmp(raw, "--") == 0;
}

typedef struct {
	Report *report; /* NULL: only count */
	GHashTable *seen;
	guint good, bad;
	guint apart; /* good ones whose complainant is not at the domain itself */
	gboolean has_header;
} Batch;

static void batch_store(Batch *batch, guint number, const char *raw, Line *line)
{
	Report *report = batch->report;
	BatchLine *stored = report_add_line(report, number);
	if (!stored)
		return;
	stored->domain = report_text(report, line->domain, REPORT_MAX_VALUE);
	stored->complainant = report_text(report, line->complainant, REPORT_MAX_VALUE);
	stored->error = line->error;
	if (line->error)
		return;

	g_autofree char *lower = g_ascii_strdown(line->complainant, -1);
	g_autofree char *key = g_strconcat(line->domain, " ", lower, NULL);
	if (!g_hash_table_add(batch->seen, g_steal_pointer(&key))) {
		stored->error = "repeated";
		return;
	}
	/* lines[] holds them all; beyond the limit of incidents it is noted as such */
	Incident *incident = report_add_incident(report, CATEGORY_SPAM);
	if (!incident)
		return;
	incident->complainant = stored->complainant;
	incident_add_domain(report, incident, line->domain);
	incident_add_evidence(report, incident, EVIDENCE_TYPED, PROVENANCE_TYPED, line->domain, line->domain);
}

static void batch_take(Batch *batch, guint number, char *raw)
{
	char *text = raw;
	if (g_str_has_prefix(text, "\xEF\xBB\xBF"))
		text += 3;
	g_strstrip(text);
	if (batch_is_idle(text))
		return;

	if (!batch->good && !batch->bad && !batch->has_header) {
		g_autoptr(GPtrArray) fields = batch_fields(text);
		batch->has_header = batch_is_header(fields);
		if (batch->has_header)
			return;
	}
	if (!batch->report && (!strchr(text, '@') || batch_is_prose(text))) {
		batch->bad++;
		return;
	}
	Line line = {0};
	batch_read(text, &line);
	*(line.error ? &batch->bad : &batch->good) += 1;
	batch->apart += !line.error && !domain_aligned(domain_of_address(line.complainant), line.domain);
	if (batch->report)
		batch_store(batch, number, text, &line);
	batch_line_clear(&line);
}

static void batch_walk(Batch *batch, const char *text, gsize most)
{
	const char *end = text + MIN(strlen(text), most);
	guint number = 0;
	while (text < end) {
		const char *newline = memchr(text, '\n', end - text);
		g_autofree char *raw = g_strndup(text, (newline ? newline : end) - text);
		number++;
		if (batch_is_end(raw))
			break;
		batch_take(batch, number, raw);
		if (!newline || (!batch->report && batch->bad > batch->good + BATCH_MOST_BAD))
			break;
		text = newline + 1;
	}
}

/* Whether most lines are good ones; counting stores nothing. */
static gboolean batch_is_batch(const char *text)
{
	Batch batch = {0};
	batch_walk(&batch, text, BATCH_PEEK);
	guint lines = batch.good + batch.bad;
	/* "evil.example sales@evil.example" is how people name whom they complain of. */
	if (!batch.apart)
		return FALSE;
	return batch.has_header || lines <= 2 || batch.good * 100 > BATCH_LEAST_SHARE * lines;
}

static gboolean batch_is_file(const Part *part)
{
	g_autofree char *name = g_ascii_strdown(part->name ? part->name : "", -1);
	gboolean is_named = g_str_has_suffix(name, ".csv") || g_str_has_suffix(name, ".txt") ||
		g_str_has_suffix(name, ".tsv");
	if (g_str_has_prefix(part->type, "text/csv") || g_str_has_prefix(part->type, "application/csv"))
		return TRUE;
	return is_named &&
		(g_str_has_prefix(part->type, "text/plain") ||
			g_str_has_prefix(part->type, "application/octet-stream") ||
			g_str_has_prefix(part->type, "application/vnd.ms-excel") ||
			g_str_has_prefix(part->type, "text/tab-separated"));
}

/* The text that is a batch: the body, else the first file that is one; NULL. Borrowed. */
static const char *batch_find(Message *message)
{
	GPtrArray *parts = message_parts(message);
	for (guint i = 0; i < parts->len; i++) {
		Part *part = parts->pdata[i];
		if (batch_is_file(part) && batch_is_batch(part_text(part)))
			return part_text(part);
	}
	const char *text = message_text(message);
	return strchr(text, '@') && batch_is_batch(text) ? text : NULL;
}

static gboolean batch_recognises(Message *message, const Border *border)
{
	return batch_find(message) != NULL;
}

static gboolean batch_parse(Message *message, const Border *border, Report *report)
{
	const char *text = batch_find(message);
	if (!text)
		return FALSE;

	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Batch batch = {.report = report, .seen = seen};
	batch_walk(&batch, text, MESSAGE_MAX_TEXT);
	report_because(report, "Lines \"domain,complainant\": %u good, %u bad.", batch.good, batch.bad);
	report_set(report, KIND_BATCH, DISPOSITION_COMPLAINT, NULL);
	return TRUE;
}

const Kind batch_kind = {batch_recognises, batch_parse};
