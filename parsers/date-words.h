#pragma once

/* Words of dates as mail clients write them for people; only date*.c needs it. */

#include <glib.h>

/* Month that a word of any language names, from 1, or 0. @after_dot: the day before it ends in a dot, by
 * which Croatian's October differs from Polish's November. Bytes of the word go to @length_out. */
int date_month_word(const char *at, gboolean after_dot, gsize *length_out);
/* 12 for a word that says "after noon", 0 for "before noon", -1 for others. */
int date_half_word(const char *at, gsize *length_out);
/* What a number before @at counts in Chinese, Japanese and Korean: 'y' 'm' 'd' 'H' 'M' 'S', or 0. */
char date_unit(const char *at);
