/* Dates as mails spell them: RFC 5322 with its obsolete zones, asctime, ISO 8601, comments,
 * missing parts. */

#include <string.h>

#include "message.h"

typedef struct {
	int year, month, day, hour, minute, second;
	int zone; /* minutes east */
	gboolean has_zone, is_iso;
} Moment;

static const struct {
	const char *name;
	int minutes;
} zones[] = {
	{"ut", 0},
	{"utc", 0},
	{"gmt", 0},
	{"z", 0},
	{"wet", 0},
	{"bst", 60},
	{"cet", 60},
	{"met", 60},
	{"west", 60},
	{"cest", 120},
	{"mest", 120},
	{"mesz", 120},
	{"eet", 120},
	{"sast", 120},
	{"eest", 180},
	{"msk", 180},
	{"ist", 330},
	{"jst", 540},
	{"kst", 540},
	{"aest", 600},
	{"aedt", 660},
	{"nzst", 720},
	{"nzdt", 780},
	{"ast", -240},
	{"adt", -180},
	{"est", -300},
	{"edt", -240},
	{"cst", -360},
	{"cdt", -300},
	{"mst", -420},
	{"mdt", -360},
	{"pst", -480},
	{"pdt", -420},
	{"brt", -180},
};

static int number(const char *text, gsize length)
{
	int value = 0;
	for (gsize i = 0; i < MIN(length, 9); i++) /* more digits are no date */
		value = value * 10 + text[i] - '0';
	return value;
}

static gsize digits(const char *text)
{
	gsize n = 0;
	while (n < 10 && g_ascii_isdigit(text[n]))
		n++;
	return n;
}

static int month_of(const char *word, gsize length)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	if (length < 3)
		return 0;
	for (int i = 0; i < 12; i++)
		if (!g_ascii_strncasecmp(word, names + 3 * i, 3))
			return i + 1;
	return 0;
}

/* "hh:mm[:ss[.fraction]]"; returns what follows. */
static const char *read_time(const char *at, gsize n, Moment *moment)
{
	moment->hour = number(at, n);
	at += n + 1;
	n = digits(at);
	moment->minute = number(at, n);
	at += n;
	moment->second = 0;
	if (*at == ':' && g_ascii_isdigit(at[1])) {
		n = digits(++at);
		moment->second = number(at, n);
		at += n;
	}
	if ((*at == '.' || *at == ',') && g_ascii_isdigit(at[1]))
		at += 1 + strspn(at + 1, "0123456789");
	return at;
}

/* "+hhmm", "+hh:mm", "+hh"; returns what follows. */
static const char *read_offset(const char *at, Moment *moment)
{
	int sign = *at == '-' ? -1 : 1;
	gsize n = digits(++at);
	int hours = number(at, MIN(n, 2)),
	    minutes = n == 4 ? number(at + 2, 2)
		: n == 3     ? number(at + 1, 2)
			     : 0;
	if (n == 3)
		hours = number(at, 1);
	at += n;
	if (n <= 2 && *at == ':' && digits(at + 1) == 2) {
		minutes = number(at + 1, 2);
		at += 3;
	}
	/* "-0000 (EST)", "GMT+0100": a number says more than a name. */
	if (hours <= 14 && minutes < 60) {
		moment->zone = sign * (hours * 60 + minutes);
		moment->has_zone = TRUE;
	}
	return at;
}

static const char *read_word(const char *at, Moment *moment)
{
	gsize n = 0;
	while (g_ascii_isalpha(at[n]))
		n++;
	int month = month_of(at, n);
	/* "Mon" and "Mar" look alike only to a careless eye; "Sat" is none, "Sep" is. */
	if (month && !moment->month) {
		moment->month = month;
		return at + n;
	}
	if (n == 2 && !g_ascii_strncasecmp(at, "pm", 2) && moment->hour < 12)
		moment->hour += 12;
	else if (n == 2 && !g_ascii_strncasecmp(at, "am", 2) && moment->hour == 12)
		moment->hour = 0;
	for (guint i = 0; i < G_N_ELEMENTS(zones) && !moment->has_zone && moment->hour >= 0; i++)
		if (strlen(zones[i].name) == n && !g_ascii_strncasecmp(at, zones[i].name, n)) {
			moment->zone = zones[i].minutes;
			moment->has_zone = TRUE;
		}
	return at + n;
}

/* "yyyy-mm-dd", "yyyy/mm/dd", "yyyymmddThhmmss". */
static const char *read_iso(const char *at, Moment *moment)
{
	moment->is_iso = TRUE;
	moment->year = number(at, 4);
	gsize n = digits(at + 5);
	moment->month = number(at + 5, n);
	at += 5 + n;
	if (*at != '-' && *at != '/')
		return at;
	n = digits(at + 1);
	moment->day = number(at + 1, n);
	at += 1 + n;
	if ((*at == 'T' || *at == 't') && g_ascii_isdigit(at[1]))
		at++;
	return at;
}

static const char *read_number(const char *at, Moment *moment)
{
	gsize n = digits(at);
	if (n <= 2 && at[n] == ':' && g_ascii_isdigit(at[n + 1]) && moment->hour < 0)
		return read_time(at, n, moment);
	if (n == 4 && (at[4] == '-' || at[4] == '/') && digits(at + 5) >= 1 && digits(at + 5) <= 2)
		return read_iso(at, moment);
	if (n <= 2 && !moment->day) {
		moment->day = number(at, n);
	} else if (n >= 2 && n <= 4 && !moment->year) {
		int year = number(at, n);
		/* RFC 5322 section 4.3: two digits up to 49 are 20xx, three digits count from 1900. */
		moment->year = n == 4 ? year : n == 2 && year < 50 ? year + 2000 : year + 1900;
	}
	return at + n;
}

static const char *skip_comment(const char *at)
{
	guint depth = 0;
	for (; *at; at++) {
		if (*at == '(')
			depth++;
		else if (*at == ')' && --depth == 0)
			return at + 1;
	}
	return at;
}

static gint64 days_from_civil(int year, int month, int day)
{
	year -= month <= 2;
	int era = year / 400;
	int yoe = year - era * 400;
	int doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	return (gint64)era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static gint64 moment_seconds(const Moment *moment)
{
	static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	/* What no mail can have seen is a forged or broken date; PostgreSQL would take it, people would not.
	 */
	if (moment->year < 1970 || moment->year > 2200 || moment->month < 1 || moment->month > 12 ||
		moment->day < 1 || moment->day > lengths[moment->month - 1])
		return REPORT_NO_DATE;
	int hour = MAX(moment->hour, 0);
	if (hour > 24 || moment->minute > 59 || moment->second > 60)
		return REPORT_NO_DATE;
	return days_from_civil(moment->year, moment->month, moment->day) * 86400 + hour * 3600 +
		moment->minute * 60 + moment->second - moment->zone * 60;
}

gint64 message_date(const char *text)
{
	if (!text)
		return REPORT_NO_DATE;
	Moment moment = {.hour = -1};
	const char *at = text, *end = text + strnlen(text, 200);
	while (at < end) {
		if (*at == '(')
			at = skip_comment(at);
		else if (g_ascii_isdigit(*at))
			at = read_number(at, &moment);
		else if ((*at == '+' || *at == '-') && moment.hour >= 0 && digits(at + 1) >= 2)
			at = read_offset(at, &moment);
		else if (g_ascii_isalpha(*at))
			at = read_word(at, &moment);
		else
			at++;
	}
	return moment_seconds(&moment);
}
