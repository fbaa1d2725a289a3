/* Dates in every spelling that mails have. */

#include "date-private.h"

typedef struct {
	const char *text;
	gint64 seconds;
} Row;

static void expect(const char *text, gint64 found, gint64 wanted)
{
	if (found != wanted)
		g_error("\"%s\" is %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, text, found, wanted);
}

static void test_dates(void)
{
	static const Row rows[] = {
		{"Mon, 2 Mar 2026 09:00:00 +0000", 1772442000},
		{"2 Mar 2026 09:00 +0000", 1772442000},
		{"Mon, 02 Mar 2026 10:00:00 +0100", 1772442000},
		{"Mon, 2 Mar 2026 04:00:00 EST", 1772442000},
		{"Mon, 2 Mar 2026 04:00:00 -0500 (GMT-5)", 1772442000}, /* comments do not count */
		{"Mon, 2 Mar 2026 09:00:00 -0000 (EST)", 1772442000},
		{"Mon, 2 Mar 2026 09:00:00 UT", 1772442000},
		{"Mon, 2 Mar 2026 09:00:00 Z", 1772442000},
		{"Mon, 2 Mar 2026 10:00:00 CET", 1772442000},
		{"Mon, 2 Mar 2026 10:00:00 GMT+0100", 1772442000},
		{"Mon, 2 Mar 26 09:00:00 +0000", 1772442000}, /* RFC 5322 section 4.3 */
		{"Mon, 2 Mar 126 09:00:00 +0000", 1772442000},
		{"Mon Mar  2 09:00:00 2026", 1772442000}, /* asctime */
		{"Mon Mar  2 10:00:00 CET 2026", 1772442000},
		{"March 2, 2026 9:00:00 AM", 1772442000},
		{"2 Mar 2026 09:00:00 PM", 1772485200},
		{"2026-03-02T09:00:00Z", 1772442000},
		{"2026-03-02T10:00:00+01:00", 1772442000},
		{"2026-03-02 09:00:00.123 +0000", 1772442000},
		{"2026-03-02", 1772409600},
		{"2026/03/02 09:00:00", 1772442000},
		{"Thu, 29 Feb 2024 23:59:60 +0000", 1709251200}, /* a leap second */
		{"Thu, 1 Jan 1970 00:00:00 +0000", 0},
		{"26. října 2021 14:25:08 GMT+3", 1635247508},
		{"26. Oktober 2021 um 14:25:08 OESZ", 1635247508},
		{"26. lokakuuta 2021 klo 14.25.08 UTC+3", 1635247508},
		{"26. listopada 2021. u 14:25:08 EEST", 1635247508}, /* Croatian: October */
		{"28 listopada 2021 14:25 +0000", 1638109500},       /* Polish: November */
		{"26 de outubro de 2021, 14:25:08 EEST", 1635247508},
		{"mar. 26 oct. 2021 à 11:25", 1635247500}, /* a Tuesday */
		{"mardi 26 octobre 2021 11:25:00", 1635247500},
		{"Le mar. 26 oct. 2021, \u00e0 11 h 25", 1635247500},
		{"26 octobre 2021 \u00e0 11h25:08", 1635247500},
		{"26 octobre 2021 11H", 1635246000},
		{"26 octobre 2021 11h, 25", 1635246000},
		{"26 octobre 2021 11 heures", 1635206400},
		{"26 octobre 2021 11 h\u00e9", 1635206400},
		{"mié, 27 oct 2021 a las 9:31", 1635327060},
		{"st 27. 10. 2021 v 9:31", 1635327060},
		{"2021. okt. 27., Sze, 9:31", 1635327060},
		{"ср, 27 жовт. 2021 о 09:31", 1635327060},
		{"27 окт. 2021 г. в 09:31", 1635327060},
		{"28/10/2021 12.06", 1635422760},
		{"10/28/2021 12:06", 1635422760},
		{"02/10/2023 4:52 PM EST", 1676065920}, /* the tenth of February */
		{"02/10/2023 16:52", 1696265520},       /* the second of October */
		{"2 Kasım 2021 Salı 09:26:50 GMT+1", 1635841610},
		{"2021年10月27日(水) 9:31", 1635327060},
		{"2021年10月27日 午後2:25:08", 1635344708},
		{"2021년 10월 27일 (수) 오후 2:25", 1635344700},
		{"2021年10月27日 14时25分08秒", 1635344708},
		{"Vào Th 4, 27 thg 10, 2021 vào lúc 09:31", 1635327060},
		{"vasárnap, 2021. október 31. 12:46", 1635684360},
		{"Monday, 1 August 2022 11:11 pm", 1659395460},
		{"2021. 10. 27. (\uc218) \uc624\ud6c4 2:25", 1635344700},
		{"2021/10/27 \u4e0b\u5348 2:25", 1635344700},
		{"2021-10-27 \uc624\ud6c4 2:25", 1635344700},
		{"2021. 10. 27. 14:25", 1635344700},
		{"mardi 26/10/2021 11:25", 1635247500},
		{"2 Mar 2026 12:00 Amsterdam", 1772452800},
		{"12:00 on 2 Mar 2026", 1772452800},
		{"Mon, 2 Mar 2026 09:00:00 C", 1772442000}, /* nobody knows what a letter means */
		{"2026-03 09:00", REPORT_NO_DATE},
		{"0 Mar 2026 09:00:00", REPORT_NO_DATE},
		{"2 Mar 2026 09:60:00", REPORT_NO_DATE},
		{"2 Mar 2026 09:00:61", REPORT_NO_DATE},
		{"2026-00-02", REPORT_NO_DATE},
		{"31.02.2021 10:00", REPORT_NO_DATE},
		{"29.02.2021 10:00", REPORT_NO_DATE},
		{"marţi, 2 noiembrie 2021, 09:26:50 GMT+1", 1635841610},
		{"Mon, 2 Mar 2026 09:00:00 +0000 xyz", 1772442000},
		{"This is not a date", REPORT_NO_DATE},
		{"", REPORT_NO_DATE},
		{"32 Mar 2026 09:00:00 +0000", REPORT_NO_DATE},
		{"Mon, 2 Mar 2026 25:00:00 +0000", REPORT_NO_DATE},
		{"Mon, 2 Mar 9999 09:00:00 +0000", REPORT_NO_DATE}, /* no mail is from then */
		{"Mon, 2 Mar 1492 09:00:00 +0000", REPORT_NO_DATE},
		{"2026-13-02T09:00:00Z", REPORT_NO_DATE},
		{"((((((", REPORT_NO_DATE},
		{NULL, REPORT_NO_DATE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		expect(rows[i].text, message_date(rows[i].text), rows[i].seconds);
}

/* Dates of programs, which need no second reading as people's: that one reads comments, too. */
static void test_machine_dates(void)
{
	static const Row rows[] = {
		{"Mon, 2 Mar 2026 09:00:00 +0000", 1772442000},
		{"Monday, 2 March 2026 09:00:00 +0000", 1772442000},
		{"2 Mar 2026 09:00:00", 1772442000},
		{"2-Mar-2026 09:00:00 +0000", 1772442000},
		{"02/Mar/2026:09:00:00 +0000", 1772442000}, /* logs of web servers */
		{"2 Mar 9 2026 09:00:00", 1772442000},      /* no year has one digit */
		{"2026 Mar 2 09:00:00", 1772442000},
		{"Mar 2 09:00:00 2026", 1772442000},
		{"Mar 2 09:00:00.123 2026", 1772442000}, /* a fraction is no year */
		{"Mar 2 09:00:00,123 2026", 1772442000},
		{"Mar 2 14:00:00 +05: 2026", 1772442000},
		{"Mar 2 14:00:00 +05 26", 1772442000}, /* the year, not minutes */
		{"2026-03-02T09:00:00Z", 1772442000},
		{"2026/03/02 09:00:00", 1772442000},
		{"2 Mar 2026 T 09:00:00", 1772442000},
		{"2 Mar 2026 t 09:00:00", 1772442000},
		{"Mon, 2 Mar 2026 14:30:00 +530", 1772442000},
		{"Mon, 2 Mar 2026 14:30:00 +05:30", 1772442000},
		{"Mon, 2 Mar 2026 14:30:00 +0530:45", 1772442000},
		{"Mon, 2 Mar 2026 09:00:00 -2500", 1772442000}, /* no such zone */
		{"Mon, 2 Mar 2026 09:00:00 +0160", 1772442000},
		{"Mon, 2 Mar 2026 04:00:00 GMT-5", 1772442000},
		{"Mon, 2 Mar 2026 09:00:00 GMT -5", 1772442000},
		{"Mon, 2 Mar 2026 09:00:00 AM-5", 1772442000},
		{"Mon, 2 Mar 2026 04:00 - EST", 1772442000},
		{"04:00:00 EST- Mon, 2 Mar 2026", 1772442000},
		{"2 Mar 2026 09:00 10:30", 1772442000}, /* from, to */
		{"2 Mar 2026 09:00:00 1999", 1772442000},
		{"123456 2 Mar 2026 09:00:00", 1772442000},
		{"2: Mar 2026 09:00:00", 1772442000},
		{"Mon (2 Jan 2020) 2 Mar 2026 09:00:00", 1772442000},
		{"Mon ((3 Jan 2020) 3 Jan 2020) 2 Mar 2026 09:00:00", 1772442000},
		{"mar 26 oct 2021 11:25", 1635247500}, /* a Tuesday */
		{"26 oct 2021 11:25, mar", 1635247500},
		{"2 Mar 2026 12:30:00 AM", 1772411400},
		{"2 Mar 2026 12:30:00 PM", 1772454600},
		{"2 Mar 2026 13:30:00 PM", 1772458200},
		{"29 Mar 2026", 1774742400},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *commented = g_strconcat(rows[i].text, " (GMT+3)", NULL);
		expect(rows[i].text, message_date(rows[i].text), rows[i].seconds);
		expect(commented, message_date(commented), rows[i].seconds);
	}
}

/* Each zone and month that is known by its name, and needs no second reading. */
static void test_names(void)
{
	static const struct {
		const char *zone;
		int minutes;
	} zones[] = {
		{"UT", 0},
		{"UTC", 0},
		{"GMT", 0},
		{"Z", 0},
		{"WET", 0},
		{"BST", 60},
		{"CET", 60},
		{"MET", 60},
		{"WEST", 60},
		{"CEST", 120},
		{"MEST", 120},
		{"MEZ", 60},
		{"MESZ", 120},
		{"OEZ", 120},
		{"OESZ", 180},
		{"EET", 120},
		{"SAST", 120},
		{"EEST", 180},
		{"MSK", 180},
		{"IST", 330},
		{"JST", 540},
		{"KST", 540},
		{"AEST", 600},
		{"AEDT", 660},
		{"NZST", 720},
		{"NZDT", 780},
		{"AST", -240},
		{"ADT", -180},
		{"EST", -300},
		{"EDT", -240},
		{"CST", -360},
		{"CDT", -300},
		{"MST", -420},
		{"MDT", -360},
		{"PST", -480},
		{"PDT", -420},
		{"BRT", -180},
	};
	static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July",
		"August", "September", "October", "November", "December"};
	for (guint i = 0; i < G_N_ELEMENTS(zones); i++) {
		g_autofree char *text = g_strdup_printf("2 Mar 2026 09:00:00 %s (GMT+0007)", zones[i].zone);
		expect(text, message_date(text), 1772442000 - zones[i].minutes * 60);
	}
	for (guint i = 0; i < G_N_ELEMENTS(months); i++) {
		g_autofree char *text = g_strdup_printf("2 %s 2026 09:00 (GMT+3)", months[i]);
		g_autofree char *brief = g_strdup_printf("2 %.3s 2026 09:00", months[i]);
		g_autofree char *number = g_strdup_printf("2026-%02u-02 09:00", i + 1);
		expect(text, message_date(text), message_date(number));
		expect(brief, message_date(brief), message_date(number));
	}
}

static void test_people_dates(void)
{
	static const Row rows[] = {
		{"27.10.21 14:25", 1635344700},
		{"2021. 3. 2. 14:25", 1614695100},
		{"2021/10/ 27", REPORT_NO_DATE},
		{"27.10. 9:31", REPORT_NO_DATE},
		{"27,10,2021", REPORT_NO_DATE},
		{"10.28.2021 12:06", REPORT_NO_DATE}, /* only strokes are American */
		{"28/10/2021 4:52 PM", 1635439920},
		{"02/10/2023 4:52 AM", 1676004720},
		{"28/10/2021 12.06 30", 1635422760},
		{"26. lokakuuta klo 14.25. 2021", 1635258300},
		{"27 okt 2021:30", 1635292800},
		{"27 okt 2021.30", 1635292800},
		{"27 okt 2021 9:31 10:45", 1635327060},
		{"27 okt 2021 9:31 10.45", 1635327060},
		{"27: okt 2021 9:31", 1635327060},
		{"5.10 oktober 2021 9:31", 1633426260}, /* the day, not the hour */
		{"27 okt 2021 9 31", 1635292800},
		{"27. okt. 9. 2021", 1635292800},
		{"27 okt 2021 9:31 1999", 1635327060},
		{"#123, 27 okt 2021 9:31", 1635327060},
		{"27 mars 2021 à 9:31", 1616837460},
		{"26 oct. 2021 9:31, mar.", 1635240660},
		{"okt-27-2021 9:31", 1635327060},
		{"27 okt 2021 9:31 -0300", 1635337860},
		{"27 okt 2021 4:31 - EST", 1635327060},
		{"2021年10月27日 午前9:31", 1635327060},
		{"2021年10月27日 午後9:31", 1635370260},
		{"2021年10月27日 午後14:25", 1635344700},
		{"2021年10月27日 午前12:25", 1635294300},
		{"2021年10月27日 午後12:25", 1635337500},
		{"2021年10月27日 午後", 1635292800},
	};
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		expect(rows[i].text, date_for_people(rows[i].text), rows[i].seconds);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/date/spellings", test_dates);
	g_test_add_func("/date/machine", test_machine_dates);
	g_test_add_func("/date/names", test_names);
	g_test_add_func("/date/people", test_people_dates);
	return g_test_run();
}
