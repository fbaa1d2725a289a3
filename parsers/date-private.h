#pragma once

/* What a date is made of; only date*.c needs it. */

#include "message.h"

typedef struct {
	int year, month, day, hour, minute, second;
	int zone; /* minutes east */
	gboolean has_zone;
	gboolean is_foreign; /* has words that are not English */
} Moment;

/* Digits at @at, at most ten, and what the first @length of them say. */
gsize date_digits(const char *at);
int date_number(const char *text, gsize length);
/* "hh:mm[:ss[.fraction]]" of which the first number has @n digits; "+hhmm"; a word of ASCII letters, zone,
 * month or half of the day. Each returns what follows. */
const char *date_read_time(const char *at, gsize n, Moment *moment);
const char *date_read_offset(const char *at, Moment *moment);
const char *date_read_word(const char *at, Moment *moment);
gint64 date_seconds(const Moment *moment);
/* A date written for people, in any language: "26. Oktober 2021 um 14:25", "28/10/2021 12.06",
 * "2021年10月27日 午後2:25". */
gint64 date_for_people(const char *text);
