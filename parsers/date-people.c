/* Dates that mail clients wrote for people, in their language: what a forward or a form quotes. */

#include "date-private.h"
#include "date-words.h"

#include <string.h>

typedef struct {
	Moment moment;
	gboolean half;      /* the hour is one of twelve, half of the day unknown yet or said */
	gboolean after;     /* after noon */
	gboolean after_dot; /* the day's number ended in a dot */
	char next; /* 'm': "tháng 10", the next number is the month; 'w': "Th 4", a day of the week */
} Reading;

static int whole_year(const char *at, gsize n)
{
	int year = date_number(at, n);
	return n == 4 ? year : year + (year < 70 ? 2000 : 1900);
}

/* "28/10/2021", "27. 10. 2021", "02/10/2023 4:52 PM": day first, unless it can't be, or the hours are counted
 * as Americans do; "2021. 10. 27.", "2021/10/28": the year first. Returns what follows, or NULL. */
static const char *read_numbers(Reading *reading, const char *at, gsize n)
{
	char mark = at[n];
	if (!mark) /* the text ends with the number */
		return NULL;
	const char *second = at + n + 1;
	second += mark == '.' ? strspn(second, " ") : 0;
	gsize m = date_digits(second);
	if ((n > 2 && n != 4) || !m || m > 2 || !strchr("./-", mark) || second[m] != mark)
		return NULL;
	const char *third = second + m + 1;
	third += mark == '.' ? strspn(third, " ") : 0;
	gsize y = date_digits(third);
	int first = date_number(at, n), other = date_number(second, m);
	if (n == 4 && (y == 1 || y == 2)) {
		reading->moment.year = first;
		reading->moment.month = other;
		reading->moment.day = date_number(third, y);
		return third + y;
	}
	if (n == 4 || (y != 4 && y != 2))
		return NULL;
	gsize length = strcspn(third, "\n");
	gboolean american = mark == '/' && first <= 12 &&
		(other > 12 || g_strstr_len(third, length, "AM") || g_strstr_len(third, length, "PM"));
	reading->moment.day = american ? other : first;
	reading->moment.month = american ? first : other;
	reading->moment.year = whole_year(third, y);
	return third + y;
}

static const char *read_unit(Reading *reading, const char *at, gsize n, char unit)
{
	int number = date_number(at, n);
	Moment *moment = &reading->moment;
	switch (unit) {
	case 'y':
		moment->year = number;
		break;
	case 'm':
		moment->month = number;
		break;
	case 'd':
		moment->day = number;
		break;
	case 'H':
		moment->hour = number;
		break;
	case 'M':
		moment->minute = number;
		break;
	case 'S':
		moment->second = number;
		break;
	}
	return g_utf8_next_char(at + n);
}

/* "12.06", "17.55.44" */
static const char *read_dotted_time(Moment *moment, const char *at, gsize n)
{
	moment->hour = date_number(at, n);
	moment->minute = date_number(at + n + 1, 2);
	at += n + 3;
	if (*at == '.' && date_digits(at + 1) == 2) {
		moment->second = date_number(at + 1, 2);
		at += 3;
	}
	return at;
}

/* "14h25", "14 h 25", "9h"; returns what follows, or NULL. */
static const char *read_french_time(Moment *moment, const char *at, gsize n)
{
	const char *sign = at + n + (at[n] == ' ');
	if ((*sign != 'h' && *sign != 'H') || g_ascii_isalpha(sign[1]) || sign[1] & 0x80)
		return NULL;
	const char *minute = sign + 1 + (sign[1] == ' ');
	moment->hour = date_number(at, n);
	if (date_digits(minute) != 2)
		return sign + 1;
	moment->minute = date_number(minute, 2);
	return minute + 2;
}

static const char *read_number(Reading *reading, const char *at)
{
	Moment *moment = &reading->moment;
	gsize n = date_digits(at);
	char unit = date_unit(at + n + (at[n] == ' '));
	if (unit)
		return read_unit(reading, at, n, unit);
	if (n <= 2 && moment->hour < 0 && at[n] == ':' && g_ascii_isdigit(at[n + 1]))
		return date_read_time(at, n, moment);
	const char *after = moment->day ? NULL : read_numbers(reading, at, n);
	if (after)
		return after;
	if (n <= 2 && moment->hour < 0 && moment->day && at[n] == '.' && date_digits(at + n + 1) == 2)
		return read_dotted_time(moment, at, n);
	after = n <= 2 && moment->hour < 0 && moment->day ? read_french_time(moment, at, n) : NULL;
	if (after)
		return after;
	if (n == 4 && !moment->year) {
		moment->year = date_number(at, n);
	} else if (n <= 2 && reading->next) {
		if (reading->next == 'm')
			moment->month = date_number(at, n);
		reading->next = 0;
	} else if (n <= 2 && !moment->day) {
		moment->day = date_number(at, n);
		reading->after_dot = at[n] == '.';
	}
	return at + n;
}

static const char *read_word(Reading *reading, const char *at)
{
	gsize length = 0;
	int half = date_half_word(at, &length);
	if (half >= 0) {
		reading->half = TRUE;
		reading->after = half == 12;
		return at + length;
	}
	int month = date_month_word(at, reading->after_dot, &length);
	if (!length)
		return g_utf8_next_char(at);
	g_autofree char *word = g_utf8_strdown(at, length);
	reading->next = g_str_equal(word, "tháng") || g_str_equal(word, "thg") ? 'm'
		: g_str_equal(word, "thứ") || g_str_equal(word, "th")          ? 'w'
									       : 0;
	/* The second of two is the month: "mar. 26 oct." was a Tuesday. */
	if (month && (!reading->moment.month || reading->moment.month == 3)) {
		reading->moment.month = month;
		return at + length;
	}
	if (!g_ascii_isalpha(*at))
		return at + length;
	Moment aside = reading->moment;
	aside.month = 1; /* the English months were tried */
	date_read_word(at, &aside);
	aside.month = reading->moment.month;
	reading->moment = aside;
	return at + length;
}

gint64 date_for_people(const char *text)
{
	Reading reading = {.moment = {.hour = -1}};
	Moment *moment = &reading.moment;
	g_autofree char *own = g_utf8_make_valid(text, strnlen(text, 200));
	for (const char *at = own; *at;) {
		if (g_ascii_isdigit(*at))
			at = read_number(&reading, at);
		else if ((*at == '+' || *at == '-') && moment->hour >= 0 && date_digits(at + 1))
			at = date_read_offset(at, moment);
		else
			at = read_word(&reading, at);
	}
	if (reading.half && reading.after && moment->hour >= 0 && moment->hour < 12)
		moment->hour += 12;
	else if (reading.half && !reading.after && moment->hour == 12)
		moment->hour = 0;
	/* No month was named in words by chance: a whole date, or none. */
	return moment->year && moment->month && moment->day ? date_seconds(moment) : REPORT_NO_DATE;
}
