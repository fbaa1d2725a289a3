/* Dates as mails spell them: RFC 5322 with its obsolete zones, asctime, ISO 8601, comments,
 * missing parts. */

#include <string.h>

#include "date-private.h"

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
	{"mez", 60},
	{"mesz", 120},
	{"oez", 120},
	{"oesz", 180},
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

int date_number(const char *text, gsize length)
{
	int value = 0;
	for (gsize i = 0; i < MIN(length, 9); i++) /* more digits are no date */
		value = value * 10 + text[i] - '0';
	return value;
}

gsize date_digits(const char *text)
{
	gsize n = 0;
	while (n < 10 && g_ascii_isdigit(text[n]))
		n++;
	return n;
}

static int month_of(const char *word, gsize length)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	static const char *const whole[] = {"january", "february", "march", "april", "may", "june", "july",
		"august", "september", "october", "november", "december"};
	/* "mardi" and "martes" are no March */
	for (int i = 0; i < 12; i++)
		if (!g_ascii_strncasecmp(word, names + 3 * i, 3) &&
			(length <= 4 ||
				(length == strlen(whole[i]) && !g_ascii_strncasecmp(word, whole[i], length))))
			return i + 1;
	return 0;
}

static gboolean is_weekday(const char *word, gsize length)
{
	static const char names[] = "montuewedthufrisatsun";
	for (guint i = 0; i < 7; i++)
		if (!g_ascii_strncasecmp(word, names + 3 * i, 3))
			return length == 3 || !g_ascii_strncasecmp(word + length - 3, "day", 3);
	return FALSE;
}

/* "hh:mm[:ss[.fraction]]"; returns what follows. */
const char *date_read_time(const char *at, gsize n, Moment *moment)
{
	moment->hour = date_number(at, n);
	at += n + 1;
	n = date_digits(at);
	moment->minute = date_number(at, n);
	at += n;
	moment->second = 0;
	if (*at == ':' && g_ascii_isdigit(at[1])) {
		n = date_digits(++at);
		moment->second = date_number(at, n);
		at += n;
	}
	if ((*at == '.' || *at == ',') && g_ascii_isdigit(at[1]))
		at += 1 + strspn(at + 1, "0123456789");
	return at;
}

/* "+hhmm", "+hh:mm", "+hh"; returns what follows. */
const char *date_read_offset(const char *at, Moment *moment)
{
	int sign = *at == '-' ? -1 : 1;
	gsize n = date_digits(++at);
	int hours = date_number(at, MIN(n, 2)),
	    minutes = n == 4 ? date_number(at + 2, 2)
		: n == 3     ? date_number(at + 1, 2)
			     : 0;
	if (n == 3)
		hours = date_number(at, 1);
	at += n;
	if (n <= 2 && *at == ':' && date_digits(at + 1) == 2) {
		minutes = date_number(at + 1, 2);
		at += 3;
	}
	/* "-0000 (EST)", "GMT+0100": a number says more than a name. */
	if (hours <= 14 && minutes < 60) {
		moment->zone = sign * (hours * 60 + minutes);
		moment->has_zone = TRUE;
	}
	return at;
}

const char *date_read_word(const char *at, Moment *moment)
{
	gsize n = 0;
	while (g_ascii_isalpha(at[n]))
		n++;
	int month = month_of(at, n);
	/* The second of two is the month: "mar. 26 oct. 2021" was a Tuesday. */
	if (month && (!moment->month || moment->month == 3)) {
		moment->month = month;
		return at + n;
	}
	gboolean known = month || is_weekday(at, n) || (n == 1 && (*at == 'T' || *at == 't'));
	if (n == 2 && (!g_ascii_strncasecmp(at, "pm", 2) || !g_ascii_strncasecmp(at, "am", 2))) {
		gboolean after = (*at | 0x20) == 'p';
		if (after && moment->hour < 12)
			moment->hour += 12;
		else if (!after && moment->hour == 12)
			moment->hour = 0;
		known = TRUE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(zones) && !moment->has_zone && moment->hour >= 0; i++)
		if (strlen(zones[i].name) == n && !g_ascii_strncasecmp(at, zones[i].name, n)) {
			moment->zone = zones[i].minutes;
			moment->has_zone = known = TRUE;
		}
	moment->is_foreign |= !known || (at[n] & 0x80);
	return at + n;
}

/* "yyyy-mm-dd", "yyyy/mm/dd". */
static const char *read_iso(const char *at, Moment *moment)
{
	moment->year = date_number(at, 4);
	gsize n = date_digits(at + 5);
	moment->month = date_number(at + 5, n);
	at += 5 + n;
	if (*at != '-' && *at != '/')
		return at;
	n = date_digits(at + 1);
	moment->day = date_number(at + 1, n);
	at += 1 + n;
	if ((*at == 'T' || *at == 't') && g_ascii_isdigit(at[1]))
		at++;
	return at;
}

static const char *read_number(const char *at, Moment *moment)
{
	gsize n = date_digits(at);
	if (n <= 2 && at[n] == ':' && g_ascii_isdigit(at[n + 1]) && moment->hour < 0)
		return date_read_time(at, n, moment);
	if (n == 4 && (at[4] == '-' || at[4] == '/') && date_digits(at + 5) >= 1 && date_digits(at + 5) <= 2)
		return read_iso(at, moment);
	if (n <= 2 && !moment->day) {
		moment->day = date_number(at, n);
	} else if (n >= 2 && n <= 4 && !moment->year) {
		int year = date_number(at, n);
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

gint64 date_seconds(const Moment *moment)
{
	static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	/* What no mail can have seen is a forged or broken date; PostgreSQL would take it, people would not.
	 */
	if (moment->year < 1970 || moment->year > 2200 || moment->month < 1 || moment->month > 12 ||
		moment->day < 1 || moment->day > lengths[moment->month - 1])
		return REPORT_NO_DATE;
	if (moment->month == 2 && moment->day == 29 && !g_date_is_leap_year(moment->year))
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
		else if ((*at == '+' || *at == '-') && moment.hour >= 0 &&
			(date_digits(at + 1) >= 2 ||
				(moment.has_zone && g_ascii_isalpha(at[-1]) && date_digits(at + 1))))
			at = date_read_offset(at, &moment);
		else if (g_ascii_isalpha(*at))
			at = date_read_word(at, &moment);
		else
			moment.is_foreign |= (*at++ & 0x80) != 0; /* "2021-10-27 오후 2:25" */
	}
	gint64 seconds = date_seconds(&moment);
	if (seconds != REPORT_NO_DATE && !moment.is_foreign)
		return seconds;
	gint64 local = date_for_people(text);
	return local == REPORT_NO_DATE ? seconds : local;
}
