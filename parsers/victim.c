#include "victim.h"
#include "extract-private.h"

#include <string.h>

enum { WORD_MAX = 24, WORDS_BEFORE = 3, SENTENCE_WORDS = 7, LOG_LINE_MAX = 2000 };

/* "my server 192.0.2.1", "attacks against our site example.net": the victim. */
static const char *const mine[] = {"my", "our", "mine", "mon", "ma", "mes", "notre", "nos", "mein", "meine",
	"meinem", "meinen", "meiner", "unser", "unsere", "unserem", "unseren", "unserer", "mi", "mis",
	"nuestro", "nuestra", "mio", "mia", "nostro", "nostra", "meu", "minha", "nosso", "nossa", "mijn",
	"onze", "ons", "min", "mitt", "vår", "vårt", "vores", "dst", "destination", "target", "victim",
	"dest"};

/* Directly before it: "the server attacked: 192.0.2.1". */
static const char *const struck[] = {"attacked", "attacking", "scanned", "scanning"};

/* "a complaint against evil.example" */
static const char *const complaining[] = {"complaint", "complain", "complaints", "complaining", "report",
	"reports", "action", "actions", "act", "steps", "measures", "proceedings", "proceed", "file",
	"evidence", "case", "accusation", "accusations", "objection"};

/* Between the two it turns the sentence: "our users get spam from evil.example". */
static const char *const turning[] = {"from", "by", "via", "de", "par", "von", "durch", "desde", "por", "da",
	"van", "door", "från", "fra", "is", "are", "was", "sends", "sent", "your", "customer", "about",
	"see"};

/* "our official site is …": the victim's, some words before. */
static const char *const genuine[] = {"genuine", "legitimate", "official", "authentic", "original",
	"originals", "owner", "police", "légitime", "officiel", "officielle", "echte", "echten", "offizielle",
	"legítimo", "legítima", "oficial", "ufficiale", "legittimo", "officiële", "officiella", "oficjalna",
	"официальный"};

/* "evil.example imitates bank.example": a colon behind it turns the sentence. */
static const char *const imitating[] = {"impersonating", "impersonates", "imitating", "imitates", "mimicking",
	"mimics", "targeting", "targets", "posing", "pretending", "spoofing", "spoofs", "copied", "usurpe",
	"usurpant", "imite", "imitiert", "nachgeahmt", "suplanta", "suplantando", "imita"};

/* "a page targeting My Bank, hosted at evil.example" */
static const char *const placing[] = {"hosted", "at", "on", "from", "by", "using", "via", "through", "with",
	"under", "bei", "auf", "von", "unter", "mit", "sur", "par", "depuis", "avec", "desde", "con", "bajo",
	"su", "da", "com", "op", "door"};

static gboolean is_a_victim(const char *text, const char *at)
{
	gboolean colon = FALSE;
	for (guint n = 0; n < SENTENCE_WORDS && at > text; n++) {
		const char *end = at;
		while (end > text && strchr(" \t\"'(<[,", end[-1]))
			end--;
		if (end > text && end[-1] == ':') {
			colon = TRUE;
			end--;
		}
		const char *start = end;
		while (start > text && !strchr(" \t\n.;!?\"'(<[,", start[-1]) && end - start < WORD_MAX)
			start--;
		if (start == end)
			return FALSE;
		g_autofree char *word = g_strndup(start, end - start);
		if (extract_is_among(word, genuine, G_N_ELEMENTS(genuine)))
			return TRUE;
		if (extract_is_among(word, imitating, G_N_ELEMENTS(imitating)))
			return !colon;
		if (extract_is_among(word, placing, G_N_ELEMENTS(placing)))
			return FALSE;
		at = start;
	}
	return FALSE;
}

static gboolean is_complaining(const char *text, const char *at)
{
	for (guint n = 0; n < 2 && at > text; n++) {
		const char *end = at;
		while (end > text && strchr(" \t\n", end[-1]))
			end--;
		const char *start = end;
		while (start > text && !strchr(" \t\n.;!?", start[-1]) && end - start < WORD_MAX)
			start--;
		g_autofree char *word = g_strndup(start, end - start);
		if (extract_is_among(word, complaining, G_N_ELEMENTS(complaining)))
			return TRUE;
		at = start;
	}
	return FALSE;
}

/* Whether the words before @at call what stands there the reporter's own. */
static gboolean is_his_own(const char *text, const char *at)
{
	for (guint n = 0; n < WORDS_BEFORE && at > text; n++) {
		const char *end = at;
		while (end > text && strchr(" \t\"'(<[:=*,", end[-1]))
			end--;
		const char *start = end;
		while (start > text && !strchr(" \t\n.;!?\"'(<[:=", start[-1]) && end - start < WORD_MAX)
			start--;
		if (start == end)
			return FALSE;
		g_autofree char *word = g_strndup(start, end - start);
		if (g_ascii_strcasecmp(word, "against") == 0)
			return !is_complaining(text, start);
		if (extract_is_among(word, mine, G_N_ELEMENTS(mine)) ||
			(n == 0 && extract_is_among(word, struck, G_N_ELEMENTS(struck))))
			return TRUE;
		if (extract_is_among(word, turning, G_N_ELEMENTS(turning)))
			return FALSE;
		at = start;
	}
	return FALSE;
}

/* "203.0.113.9 - - [02/Mar/2026:08:00:01 +0000] "GET / HTTP/1.1" 404 153 "http://referer.example/" "agent"":
 * only what the line begins with did it. */
static gboolean is_in_a_log_line(const char *text, const char *at)
{
	const char *line = at;
	while (line > text && line[-1] != '\n' && at - line < LOG_LINE_MAX)
		line--;
	gsize length = MIN(strcspn(line, "\n"), LOG_LINE_MAX);
	const char *request = g_strstr_len(line, length, " HTTP/");
	return request && at > line + strcspn(line, " ") &&
		(g_strstr_len(line, length, "\"GET ") || g_strstr_len(line, length, "\"POST ") ||
			g_strstr_len(line, length, "\"HEAD "));
}

gboolean victim_is_meant(const char *text, const char *at)
{
	if (is_in_a_log_line(text, at))
		return TRUE;
	return is_his_own(text, at) || is_a_victim(text, at) || victim_by_phrase(text, at);
}
