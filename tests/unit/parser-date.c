/* Dates in every spelling that mails have. */

#include "message.h"

static void test_dates(void)
{
	static const struct {
		const char *text;
		gint64 seconds;
	} rows[] = {
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
		if (message_date(rows[i].text) != rows[i].seconds)
			g_error("\"%s\" is %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, rows[i].text,
				message_date(rows[i].text), rows[i].seconds);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/date/spellings", test_dates);
	return g_test_run();
}
