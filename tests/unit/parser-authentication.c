/* Authentication-Results: which of them are our border's, and what they say. */

#include <string.h>

#include "domain.h"
#include "kinds.h"

#define AR "Authentication-Results: "
#define OURS                                                                                                 \
	"Received: from x.example (x.example [192.0.2.1]) by mx.desk.example with ESMTPS; Mon, 2 Mar 2026 "  \
	"09:00:00 +0000\n"
#define THEIRS                                                                                               \
	"Received: from y.example (y.example [192.0.2.2]) by mx.other.example with ESMTPS; Mon, 2 Mar 2026 " \
	"08:00:00 +0000\n"

static const struct {
	const char *headers,
		*results; /* "method=result domain", '+' before one aligned with From: a@isp.example */
} rows[] = {
	{AR "mx.desk.example; dkim=pass header.d=isp.example\n", "+dkim=pass isp.example"},
	{AR "MX.Desk.Example 1; dkim=pass header.d=isp.example\n", "+dkim=pass isp.example"},
	{AR "mx.desk.example 2; dkim=pass header.d=isp.example\n", ""}, /* a version nobody knows */
	{AR "mx.evil.example; dkim=pass header.d=isp.example\n", ""},
	{AR "x=mx.desk.example; dkim=pass header.d=isp.example\n", ""},
	{AR "; dkim=pass header.d=isp.example\n", ""},
	{AR "\n", ""},
	{AR "mx.desk.example; none\n", ""},
	/* Only what stands above the first Received that is not ours. */
	{OURS AR "mx.desk.example; spf=pass smtp.mailfrom=isp.example\n", "+spf=pass isp.example"},
	{OURS AR "mx.desk.example; spf=pass smtp.mailfrom=isp.example\n" THEIRS, "+spf=pass isp.example"},
	{OURS THEIRS AR "mx.desk.example; spf=pass smtp.mailfrom=isp.example\n", ""},
	{THEIRS AR "mx.desk.example; spf=pass smtp.mailfrom=isp.example\n" OURS, ""},
	/* The topmost of ours alone. */
	{AR "mx.evil.example; dkim=pass header.d=isp.example\n" AR
	    "mx.desk.example; dkim=fail header.d=isp.example\n" AR
	    "mx.desk.example; dkim=pass header.d=isp.example\n",
		"+dkim=fail isp.example"},
	/* Which property names the domain. */
	{AR "mx.desk.example; dkim=pass header.i=@mail.isp.example header.b=x\n",
		"+dkim=pass mail.isp.example"},
	{AR "mx.desk.example; dkim=pass header.i=@evil.example header.d=isp.example\n",
		"+dkim=pass isp.example"},
	{AR "mx.desk.example; dkim=pass header.dx=isp.example\n", "dkim=pass"},
	{AR "mx.desk.example; dkim=pass header.d=\n", "dkim=pass"},
	{AR "mx.desk.example; spf=pass smtp.mailfrom=a@isp.example\n", "+spf=pass isp.example"},
	{AR "mx.desk.example; spf=pass smtp.mail=isp.example\n", "+spf=pass isp.example"},
	{AR "mx.desk.example; spf=pass smtp.helo=out.isp.example\n", "+spf=pass out.isp.example"},
	{AR "mx.desk.example; spf=pass header.d=isp.example\n", "spf=pass"}, /* not that of spf */
	{AR "mx.desk.example; dmarc=pass header.from=isp.example\n", "+dmarc=pass isp.example"},
	{AR "mx.desk.example; arc=pass header.d=evil.example\n", "arc=pass evil.example"},
	{AR "mx.desk.example; domainkeys=pass header.from=a@isp.example\n", "+domainkeys=pass isp.example"},
	{AR "mx.desk.example; domainkeys=pass header.d=isp.example\n", "+domainkeys=pass isp.example"},
	{AR "mx.desk.example; iprev=pass policy.iprev=192.0.2.1\n", "iprev=pass"},
	{AR "mx.desk.example; auth=pass smtp.auth=a@isp.example\n", "+auth=pass isp.example"},
	{AR "mx.desk.example; other=pass header.d=isp.example\n", "other=pass"},
	{AR "mx.desk.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=isp.example\n",
		"dkim=pass evil.example|+spf=pass isp.example"},
	/* Spelling: comments, quotes, blanks around '=', versions of methods, letters of any case. */
	{AR "mx.desk.example; DKIM/1 = PASS (good\\) header.d=evil.example) header.d =\tisp.example\n",
		"+dkim=pass isp.example"},
	{AR "mx.desk.example;\n\tdkim=pass   reason=\"x; dkim=pass header.d=evil.example\"  "
	    "header.d=isp.example\n",
		"+dkim=pass isp.example"},
	{AR "mx.desk.example; dkim=fail reason=\"a \\\" header.d=isp.example\" header.d=evil.example\n",
		"dkim=fail evil.example"},
	{AR "mx.desk.example; dkim=fail (a (nested; dkim=pass) \" ; b) header.d=evil.example\n",
		"dkim=fail evil.example"},
	{AR "mx.desk.example; dkim=fail reason=\"(\" header.d=evil.example; spf=pass smtp.mail=isp.example\n",
		"dkim=fail evil.example|+spf=pass isp.example"},
	{AR "mx.desk.example; dkim=fail reason=) header.d=evil.example\n", "dkim=fail evil.example"},
	{AR "mx.desk.example (x) (y); dkim=pass header.d=isp.example\n", "+dkim=pass isp.example"},
	{AR "mx.desk.example; dkim=pass header.d=isp.example\\\n", "dkim=pass"},
	{AR "mx.desk.example; dkim=pass header.d=is\\p.example\n", "dkim=pass"}, /* quotes only in quotes */
	{AR "mx.desk.example; dkim=pass header.d=\"isp\\.example\"\n", "+dkim=pass isp.example"},
	{AR "mx.desk.example; dkim=pass header.d=isp(a \\) b).example\n", "dkim=pass isp"},
	/* Cut behind a backslash: the next field does not go on. */
	{AR "mx.desk.example; dkim=fail reason=\"x\\\n\";spf=pass: y\n", "dkim=fail"},
	{AR "(by us) mx.desk.example; dkim=pass header.d=isp.example\n", "+dkim=pass isp.example"},
	{AR "mx.desk.example  1; dkim=pass header.d=isp.example\n", "+dkim=pass isp.example"},
	{AR "mx.desk.example 2 1; dkim=pass header.d=isp.example\n", ""},
	{AR "mx.desk.example dkim=pass header.d=isp.example\n", ""},
	{AR "mx.desk.example 1 dkim=pass header.d=isp.example\n", ""},
	{AR "mx.desk.example 1 x=y; dkim=pass header.d=isp.example\n", ""},
	{AR "mx.desk.example; dkim=pass header.dXisp.example\n", "dkim=pass"},
	{AR "mx.desk.example; dkim=pass header.i=@isp.example header.d=\n", "+dkim=pass isp.example"},
	/* Nobody can say which of two From was checked. */
	{"From: b@evil.example\n" AR "mx.desk.example; dkim=pass header.d=isp.example\n",
		"dkim=pass isp.example"},
};

static char *results_of(const char *headers, const char *border_json)
{
	g_autoptr(Border) border = border_new_from_json(border_json, strlen(border_json), NULL);
	g_autofree char *mail = g_strconcat(headers, "From: a@isp.example\nSubject: x\n\nspam\n", NULL);
	g_autoptr(Report) report = kinds_parse((const guint8 *)mail, strlen(mail), border);
	GString *all = g_string_new(NULL);
	for (guint i = 0; i < report->auth->len; i++) {
		const AuthResult *auth = report->auth->pdata[i];
		g_string_append_printf(all, "%s%s%s=%s%s%s", i ? "|" : "", auth->aligned ? "+" : "",
			auth->method, auth->result, auth->domain ? " " : "",
			auth->domain ? auth->domain : "");
	}
	return g_string_free(all, FALSE);
}

static void test_rows(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *results = results_of(rows[i].headers,
			"{\"authserv_ids\":[\"mx.desk.example\"],\"hosts\":[\"mx.desk.example\"]}");
		g_test_message("%s", rows[i].headers);
		g_assert_cmpstr(results, ==, rows[i].results);
	}
}

/* Microsoft 365 writes no authserv-id: the topmost field is its, if the border says so. */
static void test_topmost(void)
{
	static const char *const headers = AR "spf=pass smtp.mailfrom=isp.example; dkim=none\n" AR
					      "mx.evil.example; dkim=pass header.d=isp.example\n";
	g_autofree char *topmost = results_of(headers, "{\"authserv_ids\":[\"topmost\"]}");
	g_assert_cmpstr(topmost, ==, "+spf=pass isp.example|dkim=none");
	g_autofree char *named = results_of(headers, "{\"authserv_ids\":[\"mx.desk.example\"]}");
	g_assert_cmpstr(named, ==, "");
	g_autofree char *none = results_of(AR "mx.desk.example; dkim=pass header.d=isp.example\n", "{}");
	g_assert_cmpstr(none, ==, "");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	message_init();
	domain_init(NULL);
	g_test_add_func("/authentication/rows", test_rows);
	g_test_add_func("/authentication/topmost", test_topmost);
	return g_test_run();
}
