#include "html.h"

#include <glib.h>
#include <string.h>
#include <time.h>

static const struct {
	const char *html, *text;
} rows[] = {
	{"<p>One</p><p>Two<br>lines</p>", "One\n\nTwo\nlines\n"},
	{"a  b\n\tc", "a b c\n"},
	{"w&ouml;rld &#8217;&#x41;&nbsp;&amp;&copy;", "w\u00f6rld \u2019A &\u00a9\n"},
	{"&#150; &unknown; a=1&copy=2",
		"\u2013 &unknown; a=1&copy=2\n"}, /* windows-1252; a parameter of a URL */
	{"<style>p{a<b}</style><script>if(a<b)\"</p>\"</script>x<!-- y -->z", "xz\n"},
	{"<div style='DISPLAY : none'>pre<div>head</div>er</div>seen", "seen\n"},
	{"<span style=\"font-size:0px\">hid</span>seen<span hidden>hid</span>", "seen\n"},
	{"<blockquote><p>q</p><blockquote>qq</blockquote></blockquote>after", "> q\n>>\n> > qq\nafter\n"},
	{"<table><tr><td>From:</td><td>x@y</td></tr><tr><td>To:</td><td>z</td></tr></table>",
		"From:\tx@y\nTo:\tz\n"},
	{"<ul><li>one<li>two</ul>", "- one\n- two\n"},
	{"<pre>Received: a\n\tby b\n</pre>x", "Received: a\n by b\nx\n"},
	{"3 < 4 and a <b>bold</b> <", "3 < 4 and a bold\n"},
	{"<!--[if mso]>outlook<![endif]-->all", "all\n"},
	{"<!-- never closed> x", "x\n"},
	/* What is hidden, and what is not. */
	{"a<span hidden>b c<br>d<p>e</p>f</span>g", "ag\n"},
	{"<div hidden>a<b>b</b><br>c<div/>d</div>e", "e\n"},
	{"<div style='display:none'/>seen</div style='display:none'>too", "seen\ntoo\n"},
	{"<i style='visibility: hidden'>a</i>b<i style='color:red; MSO-HIDE:ALL'>c</i>d", "bd\n"},
	{"<i style='font-size:0'>a</i>b<i style='max-height:0px; overflow:hidden;'>c</i>d", "bd\n"},
	{"<i style='font-size:0.9em'>a</i>b<i style='overflow:hidden'>c</i>d", "abcd\n"},
	{"<img hidden src=x>seen<input style=display:none>too", "seentoo\n"},
	/* Scripts end with their own tag only. */
	{"<script>if(a<xscript=\"b)</script>c", "c\n"},
	{"<script>\"</b '\"</script>c", "c\n"},
	{"<script>a<b title=\"</script>c", "c\n"},
	{"<style>a<b title=\"</style>c", "c\n"},
	/* Markup that is none, and broken tags. */
	{"<!DOCTYPE html>x --> y", "x --> y\n"},
	{"<?xml version='1.0'?>seen", "seen\n"},
	{"</ p>x </>y < z", "</ p>x </>y < z\n"},
	{"<b >seen</b >", "seen\n"},
	{"a&#32;&#32;b&#9;c&#0;d", "a b cd\n"},
	{"<pre>a\r\nb</pre>", "a\nb\n"},
	{"<b \"x\" 'y'>a</b>b", "ab\n"},
	{"<a href=\"http://x", ""},
	{"", ""},
};

static const struct {
	const char *html, *target, *text;
	LinkKind kind;
	gboolean tiny;
} links[] = {
	{"<a href='http://evil.example/?a=1&amp;b=2'>http://bank.example/</a>",
		"http://evil.example/?a=1&b=2", "http://bank.example/", LINK_HREF, FALSE},
	{"<A HREF=http://evil.example/x>y</A>", "http://evil.example/x", "y", LINK_HREF, FALSE},
	{"<a class=\"b\" href = \" http://evil.example/ \"><b>z</b></a>", "http://evil.example/", "z",
		LINK_HREF, FALSE},
	{"<form action=http://evil.example/post>", "http://evil.example/post", NULL, LINK_HREF, FALSE},
	{"<img src=http://t.example/p.gif width=1 height='1'>", "http://t.example/p.gif", NULL, LINK_SRC,
		TRUE},
	{"<img src=http://t.example/p.gif width=100 height=1>", "http://t.example/p.gif", NULL, LINK_SRC,
		FALSE},
	{"<meta http-equiv=refresh content=\"0; url='http://m.example/'\">", "http://m.example/", NULL,
		LINK_OTHER, FALSE},
	{"<div style='display:none'><a href=http://hidden.example/>x</a></div>", "http://hidden.example/",
		NULL, LINK_HREF, FALSE},
	{"<a href=http://evil.example/>x<b>y</b> <i>z</i></a> no more", "http://evil.example/", "xy z",
		LINK_HREF, FALSE},
	{"<a href=http://evil.example/ hidden>x</a>", "http://evil.example/", NULL, LINK_HREF, FALSE},
	{"<a \"x\" nohref href=http://evil.example/ >x</a>", "http://evil.example/", "x", LINK_HREF, FALSE},
	{"<a href=\"http://evil.example/>x</a> rest", "http://evil.example/", "x", LINK_HREF, FALSE},
	{"<a href=http://evil.example/ width=1 height=1>x</a>", "http://evil.example/", "x", LINK_HREF,
		FALSE},
	{"<img style='display:none' src=http://t.example/p.gif>", "http://t.example/p.gif", NULL, LINK_SRC,
		TRUE},
	{"<img src=http://t.example/p.gif width=3 height=3>", "http://t.example/p.gif", NULL, LINK_SRC, TRUE},
	{"<img src=http://t.example/p.gif width=4 height=3>", "http://t.example/p.gif", NULL, LINK_SRC,
		FALSE},
	{"<img src=http://t.example/p.gif width=1 height=100>", "http://t.example/p.gif", NULL, LINK_SRC,
		FALSE},
	{"<img src=http://t.example/p.gif width=1>", "http://t.example/p.gif", NULL, LINK_SRC, FALSE},
	{"<img src=http://t.example/p.gif height=1>", "http://t.example/p.gif", NULL, LINK_SRC, FALSE},
	{"<img src=http://t.example/p.gif width=auto height=1>", "http://t.example/p.gif", NULL, LINK_SRC,
		FALSE},
	{"<img src=http://t.example/p.gif width=1 height=auto>", "http://t.example/p.gif", NULL, LINK_SRC,
		FALSE},
	/* no target, no link */
	{"<a href=''>x</a><a name=x>y</a><a href=' '>z</a>", NULL, NULL, LINK_HREF, FALSE},
	{"</a href=http://evil.example/>x", NULL, NULL, LINK_HREF, FALSE},
	{"<meta content='text/html; charset=utf-8'>", NULL, NULL, LINK_HREF, FALSE},
};

static char *convert(const char *html, GPtrArray **links_out)
{
	*links_out = g_ptr_array_new_with_free_func((GDestroyNotify)html_link_free);
	return html_to_text(html, strlen(html), *links_out);
}

/* What each element does to the text, with its name for each %s. */
static const struct {
	const char *names, *html, *text;
} elements[] = {
	{"address article body center dd div dl dt fieldset footer form header ol pre section table tr ul",
		"a<%s>b</%s>c", "a\nb\nc\n"},
	{"h1 h2 h3 h4 h5 h6 p", "a<%s>b</%s>c", "a\n\nb\n\nc\n"},
	{"blockquote", "a<%s>b</%s>c", "a\n> b\nc\n"},
	{"li", "a<%s>b</%s>c", "a\n- b\nc\n"},
	{"td th", "<tr><%s>a</%s><%s>b</%s></tr>", "a\tb\n"},
	{"object script style template title", "a<%s>b</%s>c", "ac\n"},
	{"br hr", "a<%s>b", "a\nb\n"},
	/* has no end that could be waited for */
	{"area base br embed frame hr img input link meta wbr", "<%s hidden>seen", "seen\n"},
	{"pre", "<%s>a  b</%s>", "a  b\n"},
	{"b span font unknown", "a<%s>b</%s>c", "abc\n"},
};

static void test_elements(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(elements); i++) {
		g_auto(GStrv) names = g_strsplit(elements[i].names, " ", -1);
		g_auto(GStrv) pieces = g_strsplit(elements[i].html, "%s", -1);
		for (char **name = names; *name; name++) {
			g_autofree char *html = g_strjoinv(*name, pieces);
			g_autoptr(GPtrArray) found = NULL;
			g_autofree char *text = convert(html, &found);
			g_test_message("%s", html);
			g_assert_cmpstr(text, ==, elements[i].text);
		}
	}
}

/* Each attribute that leads elsewhere. */
static void test_attributes(void)
{
	static const struct {
		LinkKind kind;
		const char *tags; /* names and attributes in turn */
	} attributes[] = {
		{LINK_HREF, "a href area href form action"},
		{LINK_SRC,
			"body background embed src frame src iframe src img src input src object data script src "
			"table background td background video poster"},
		{LINK_OTHER, "base href link href meta content"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(attributes); i++) {
		g_auto(GStrv) words = g_strsplit(attributes[i].tags, " ", -1);
		for (char **tag = words; *tag; tag += 2) {
			g_autofree char *html = g_strdup_printf("<%s title=\"http://other.example/\" "
								"%s=\"%shttp://l.example/\">",
				tag[0], tag[1], strcmp(tag[0], "meta") ? "" : "0; url=");
			g_autoptr(GPtrArray) found = NULL;
			g_autofree char *text = convert(html, &found);
			g_test_message("%s", html);
			g_assert_cmpuint(found->len, ==, 1);
			const Link *link = found->pdata[0];
			g_assert_cmpstr(link->target, ==, "http://l.example/");
			g_assert_cmpint(link->kind, ==, attributes[i].kind);
		}
	}
}

static void test_text(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) found = NULL;
		g_autofree char *text = convert(rows[i].html, &found);
		g_test_message("%s", rows[i].html);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void test_links(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
		g_autoptr(GPtrArray) found = NULL;
		g_autofree char *text = convert(links[i].html, &found);
		g_test_message("%s", links[i].html);
		g_assert_cmpuint(found->len, ==, links[i].target ? 1 : 0);
		if (!links[i].target)
			continue;
		const Link *link = found->pdata[0];
		g_assert_cmpstr(link->target, ==, links[i].target);
		g_assert_cmpstr(link->text, ==, links[i].text);
		g_assert_cmpint(link->kind, ==, links[i].kind);
		g_assert_true(link->tiny == links[i].tiny);
	}
}

/* A link stands where its first word does, behind the line ends that were owed. */
static void test_offsets(void)
{
	g_autoptr(GPtrArray) found = NULL;
	g_autofree char *text = convert("<p>a</p><p><a href=x>b <i>c</i></a></p>", &found);
	const Link *link = found->pdata[0];
	g_assert_cmpstr(text, ==, "a\n\nb c\n");
	g_assert_cmpuint(link->offset, ==, strlen("a\n\n"));
}

/* A page is read to its end and no further. */
static void test_ends(void)
{
	static const char *const pages[] = {"a&amp;b&lt", "<a href='x'>y</a >z",
		"a<br/>b</b>c<!-- d -->e<?f?>g", "<script>a</script>b", "<a href=x y=z w>v",
		"<pre>a\r\n b</pre>"};
	for (gsize i = 0; i < G_N_ELEMENTS(pages); i++)
		for (gsize length = strlen(pages[i]); length > 0; length--) {
			g_autoptr(GPtrArray) seen =
				g_ptr_array_new_with_free_func((GDestroyNotify)html_link_free);
			g_autoptr(GPtrArray) found = NULL;
			g_autofree char *alone = g_strndup(pages[i], length);
			g_autofree char *wanted = convert(alone, &found);
			g_autofree char *text = html_to_text(pages[i], length, seen);
			g_test_message("%s", alone);
			g_assert_cmpstr(text, ==, wanted);
			g_assert_cmpuint(seen->len, ==, found->len);
		}
	html_link_free(NULL);
}

static void test_limits(void)
{
	g_autoptr(GString) html = g_string_new("<a href=x>");
	while (html->len < 2 * HTML_MAX_TEXT)
		g_string_append(html, "abc def ");
	g_autoptr(GPtrArray) found = NULL;
	g_autofree char *text = convert(html->str, &found);
	g_assert_cmpuint(strlen(text), >=, HTML_MAX_TEXT);
	g_assert_cmpuint(strlen(text), <, HTML_MAX_TEXT + 10);
	const Link *link = found->pdata[0];
	g_assert_cmpuint(strlen(link->text), >=, 195);
	g_assert_cmpuint(strlen(link->text), <=, 205);

	g_string_truncate(html, 0);
	for (guint i = 0; i < HTML_MAX_LINKS + 10; i++)
		g_string_append(html, "<img src=x>");
	g_autoptr(GPtrArray) many = NULL;
	g_autofree char *none = convert(html->str, &many);
	g_assert_cmpstr(none, ==, "");
	g_assert_cmpuint(many->len, ==, HTML_MAX_LINKS);
}

/* What a hostile page may cost: no more than a harmless one of its length. */
static void test_linear(void)
{
	static const char *const patterns[] = {"<!--", "<a href=\"", "<a href='>", "<script>", "<blockquote>",
		"<", "&", "&#", "<b ", "</", "<div style=display:none>"};
	clock_t start = clock(); /* of the processor: a busy machine is no slow text */
	for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++) {
		g_autoptr(GString) html = g_string_new(NULL);
		while (html->len < 1 << 19)
			g_string_append(html, patterns[i]);
		g_autoptr(GPtrArray) found = NULL;
		g_autofree char *text = convert(html->str, &found);
		g_assert_cmpuint(found->len, <=, 2000);
		g_assert_cmpuint(strlen(text), <=, 12 << 20);
	}
	g_assert_cmpint(clock() - start, <, 20 * CLOCKS_PER_SEC);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/html/text", test_text);
	g_test_add_func("/html/elements", test_elements);
	g_test_add_func("/html/attributes", test_attributes);
	g_test_add_func("/html/links", test_links);
	g_test_add_func("/html/offsets", test_offsets);
	g_test_add_func("/html/ends", test_ends);
	g_test_add_func("/html/limits", test_limits);
	g_test_add_func("/html/linear", test_linear);
	return g_test_run();
}
