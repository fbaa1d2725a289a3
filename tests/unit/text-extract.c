#include "domain.h"
#include "extract.h"
#include "signature.h"

#include <glib.h>
#include <string.h>
#include <time.h>

/* What is found, one after the other: U a URL, H a host, I an address, N a network, E an e-mail address;
 * '*' before what was defanged, '#' behind a URL whose host is an address. */
static const struct {
	const char *text, *wanted;
} rows[] = {
	{"hxxp://evil[.]example/login", "U*http://evil.example/login"},
	{"hXXps[:]//a(dot)evil.example.", "U*https://a.evil.example"},
	{"h**p://evil.example/ meow://evil.example", "U*http://evil.example/ U*http://evil.example"},
	{"evil dot com", "H*evil.com"},
	{"the dot com era", ""},
	{"evil [dot] co [dot] uk", "H*evil.co.uk"},
	{"evil[.com and evil.]net and evil\\.org", "H*evil.com H*evil.net H*evil.org"},
	{"evil\u200b.ex\u00adample", "Hevil.example"}, /* invisible letters */
	{"http: //evil.example/x", "U*http://evil.example/x"},
	{"joe[@]evil[.]example joe (at) evil (dot) example", "E*joe@evil.example E*joe@evil.example"},
	{"<mailto:b@evil.example?subject=x>", "Eb@evil.example"},
	{"root@localhost @handle", ""},
	{"login from 192.0.2.7:22", "I192.0.2.7"},
	{"192[.]0[.]2[.]7 (192.0.2.8), [192.0.2.9]", "I*192.0.2.7 I192.0.2.8 I192.0.2.9"},
	{"since version 10.2.3.4", ""}, /* a version, not an address */
	{"10.2.3.4-rc1 v1.2.3.4 1.2.3.4.5", ""},
	{"198.51.100.0/24 2001:db8::/32", "N198.51.100.0/24 N2001:db8::/32"},
	{"192.0.2.8/admin.php", "Uhttp://192.0.2.8/admin.php#"},
	{"2001:db8::1, [2001:db8::2]:443", "I2001:db8::1 I2001:db8::2"},
	{"12:30:45 a::b std::string aa:bb:cc:dd:ee:ff", ""},
	{"report.txt index.php e.g. i.e. foo.zip readme.md", ""},
	{"http://evil.zip/x", "Uhttp://evil.zip/x"}, /* with a scheme it is no file */
	{"sent later.It was M.Sc. in ASP.NET", ""},
	{"evil.example.They sent", "Hevil.example"},
	{"/var/www/evil.example/index.php C:\\evil.com", ""},
	{"domain:evil.example host=evil.test", "Hevil.example Hevil.test"},
	{"evil.example,evil.test;evil.com", "Hevil.example Hevil.test Hevil.com"},
	{"(see http://evil.example/a_(b)) \"http://evil.test\".",
		"Uhttp://evil.example/a_(b) Uhttp://evil.test"},
	{"http://a.example,http://b.example", "Uhttp://a.example Uhttp://b.example"},
	{"http:\\\\evil.example\\x", "Uhttp://evil.example/x"},
	{"evil.example/login.php", "Uhttp://evil.example/login.php"},
	{"\u8bf7\u8bbf\u95eeevil.example\u5427\u3002http://evil.test/x\u3002",
		"Hevil.example Uhttp://evil.test/x"},
	{"b\u00fccher.example", "Hxn--bcher-kva.example"},
	{"text/plain and/or 24/7 1.000,00 1.5.2026", ""},
	/* Where a name ends, and what only looks like one. */
	{"Www.Evil.Example", "Hwww.evil.example"}, /* telephones begin with a capital */
	{"www.evil.example.They sent", "Hwww.evil.example"},
	{"www.They sent", ""},
	{"I ran setup.sh.Then it", ""},                   /* a file stays one before a sentence */
	{"www.evil.sh a.b.zip", "Hwww.evil.sh Ha.b.zip"}, /* files have two labels, and no "www" */
	{"evil[.]zip", "H*evil.zip"},                     /* nobody defangs a file */
	{"Evil.it HELLO.IT iT.it evil.ITaly", "Hevil.it Hhello.it Hit.it"},
	{"a.it x.com", "Hx.com"}, /* "z.B.", "e.V": an abbreviation, but not under a long suffix */
	{"evil.example:80 evil.example:443/x evil.example:",
		"Hevil.example Uhttp://evil.example:443/x Hevil.example"},
	{"evil.example/ evil.example?x=1", "Hevil.example Hevil.example"},
	{"evil.example%20 evil%2eexample", ""},
	{"*.evil.example $evil.example -evil.example- ...", "Hevil.example Hevil.example Hevil.example"},
	{"a:b=c:evil.example a:b:c:d:evil.example", "Hevil.example"}, /* three labels, no more */
	{"abc:evil.example:x.test", "Hevil.example Hx.test"},
	{"a.b \\\\evil.example\\share abc:/var/evil.example x:\\evil.example", ""},
	{"evil\\shop.example", ""},
	{"\u57df\u540devil.example", "Hevil.example"}, /* no space stands before a name in Chinese, */
	{"\u30b5\u30a4\u30c8evil.test \u306eevil.test \uc0ac\uc774\ud2b8evil.test",
		"Hevil.test Hevil.test Hevil.test"}, /* nor in Japanese or Korean */
	{"\u6dd8\u5b9d.example evil\u6dd8.example \u0430evil.example",
		"Hxn--pbt173b.example Hxn--evil-8i8i.example Hxn--evil-43d.example"}, /* names of their own */
	{"\u57dfab.c \u57df\u540d \u57dfa.b\u540d", ""},
	{"7.2.0.192.in-addr.arpa abcdefgh.onion", ""},
	{"\xc3"
	 "evil.example evil.example\xe3\x80",
		"Hevil.example Hevil.example"}, /* a character that is cut */
	{"evil.Example www.x.it x.it", "Hevil.example Hwww.x.it"},
	{"/var/vmail/joe@evil.example/cur C:\\mail\\joe@evil.example \\\\host\\joe@evil.example", ""},
	{"ad\\joe@evil.example ab:joe@evil.example", "Ejoe@evil.example Ejoe@evil.example"},
	{"evil.example//x evil.example//y.test", "Uhttp://evil.example//x Uhttp://evil.example//y.test"},
	{"http:\\evil.example", ""},
	/* Addresses of machines. */
	{"10.0.0.1 beef.12 1.2.3.4/2.5.6", "I10.0.0.1 I1.2.3.4"},
	{"1.1.1.1 9.9.9 1.2.34", "I1.1.1.1"},
	{"version: 192.0.2.7 Firmware 192.0.2.7 versioning 192.0.2.7", "I192.0.2.7"},
	{"build 2001:db8::1", "I2001:db8::1"},
	{"192.0.2.7x 192.0.2.7-8", ""},
	{"198.51.100.0/33 198.51.100.0/32 198.51.100.0/ 198.51.100.0/24x",
		"I198.51.100.0 N198.51.100.0/32 I198.51.100.0 I198.51.100.0"},
	{"2001:db8::/128 2001:db8::/129 2001:db8::/x", "N2001:db8::/128 I2001:db8::"},
	{"fe80::1 cafe::1 2a00:1450::1", "I2a00:1450::1"},
	{"192.0.2.8:8080/x http://192.0.2.9/ http://[2001:db8::1]/",
		"Uhttp://192.0.2.8:8080/x# Uhttp://192.0.2.9/# Uhttp://[2001:db8::1]/#"},
	/* E-mail addresses. */
	{"joe@evil.example:25 joe@evil.example/x joe@evil.example. joe@evil.example-",
		"Ejoe@evil.example Ejoe@evil.example Ejoe@evil.example Ejoe@evil.example"},
	{"a:joe@evil.example x/joe@evil.example a?joe@evil.example a#joe@evil.example x\\joe@evil.example",
		"Ejoe@evil.example Ejoe@evil.example Ejoe@evil.example Ejoe@evil.example Ejoe@evil.example"},
	{"joe@evil joe@@evil.example joe@evil.txt", ""},
	{"MAILTO:joe@evil.example mailto:joe", "Ejoe@evil.example"},
	{"<mailto:out@evil.example?subject=joe@victim.example>", "Eout@evil.example"}, /* who wants out */
	{"*@evil.example @evil.example", "Hevil.example Hevil.example"},
	/* URLs. */
	{"http://192.0.2.9 http://a..b http://evil..example/ a_b://evil.example/ http://[zz]",
		"Uhttp://192.0.2.9# Uhttp://a..b Uhttp://evil..example/ Uhttp://[zz]"},
	{"http://evil.example/a\001b http://evil.example\177",
		"Uhttp://evil.example/a Uhttp://evil.example\177"},
	{"httq://evil.example hps://evil.example htp://evil.example hxxpx://evil.example hxxpq://evil.example",
		"U*httq://evil.example U*hps://evil.example U*http://evil.example U*https://evil.example "
		"U*hxxpq://evil.example"},
	{"ftps://evil.example meows://evil.example", "U*ftps://evil.example U*meows://evil.example"},
	{"ab:// evil.example see evil.example //note", "Hevil.example Hevil.example"},
	{"http://http://evil.example/x hxxp://https://evil[.]example/y",
		"Uhttp://evil.example/x U*https://evil.example/y"}, /* pasted into a field that began with it
								     */
	{"http://evil.example/http://other.example/", "Uhttp://evil.example/http://other.example/"},
	{"http://evil http://evil/x http://evil[.] https://login.evil[.]example",
		"Uhttp://evil/x U*https://login.evil.example"},
	{"http://evil.example/a,b;c=http: http://evil.example/?a;http://evil.test",
		"Uhttp://evil.example/a,b;c=http Uhttp://evil.example/?a Uhttp://evil.test"},
	{"http://evil.example/,ab://x http://evil.example/;abc:/x",
		"Uhttp://evil.example/,ab://x Uhttp://evil.example/;abc:/x"}, /* no scheme */
	{"[http://evil.example/a[1].php] http://evil.example/a]b",
		"Uhttp://evil.example/a[1].php Uhttp://evil.example/a"},
	{"http://evil.example/\u4e2d\u6587 \u201chttp://evil.example/x\u201d.",
		"Uhttp://evil.example/\u4e2d\u6587 Uhttp://evil.example/x"},
	{"view-source:http://evil.example/ url=http://evil.example/ 1http://evil.example/",
		"Uhttp://evil.example/ Uhttp://evil.example/ Uhttp://evil.example/"},
	{"evil.test:http://evil.example/", "Hevil.test Uhttp://evil.example/"},
	{"://evil.example/ http:/\\evil.example http:\\/evil.example", "Hevil.example"},
	{"\"http:\\/\\/evil.example\\/x\" http:\\\\/evil.example a\\",
		"Uhttp://evil.example/x Uhttp://evil.example"},
	{"note: // evil.example/x", "Uhttp://evil.example/x"},
	{"ftp://evil.example fxp://evil.example ttp://evil.example hxtps://evil.example",
		"Uftp://evil.example U*ftp://evil.example U*http://evil.example U*https://evil.example"},
	{"sftp://evil.example hp://evil.example xtp://evil.example",
		"U*sftp://evil.example U*hp://evil.example U*xtp://evil.example"},
	{"https://evil.example ttps://evil.example MEOW://evil.example",
		"Uhttps://evil.example U*https://evil.example U*http://evil.example"},
	{"www.google.com/url?q=http%3A%2F%2F192.0.2.7%2F www.google.com/url?q=http%3A%2F%2Fevil.example%2F",
		"Uhttp://192.0.2.7/# Uhttp://evil.example/"},
	/* Hidden and disguised names. */
	{"evil[punkt]com evil(point)com evil{punto}com evil[ponto]com evil( d0t )com",
		"H*evil.com H*evil.com H*evil.com H*evil.com H*evil.com"},
	{"evil[.}com evil(  .  )com evil[com evil[.", ""},
	{"http[://]evil.example http[:/]/evil.example evil.example[/]x joe{at}evil.example",
		"U*http://evil.example U*http://evil.example U*http://evil.example/x E*joe@evil.example"},
	{"[.com .]com \\.com -dot-com evil\\.]com evil-dot- evil-dotcom a_dot_", ""},
	{"evil-dot-com Evil_DOT_com", "H*evil.com H*evil.com"},
	{"evil  [.]  example evil    [.] com", "H*evil.example"},
	{"evil dot qqqq evil dot ! evil [.] ! evil dot", ""},
	{"evil dot\tcom evil\tdot com evil {dot} com", "H*evil.com H*evil.com"},
	{"http:// evil.example http:// (evil.example) s: //evil.example note: //evil",
		"U*http://evil.example Hevil.example"},
	{"hxxp: //evil.example/x see http:// and", "U*http://evil.example/x"},
	{"e\u200fvil.example evil\u202a.example evil\u202e.example e\u2060vil.example e\u2064vil.example",
		"Hevil.example Hevil.example Hevil.example Hevil.example Hevil.example"},
	{"e\u2066vil.example e\u2069vil.example \ufeffevil.example e\ufeffvil.example",
		"Hevil.example Hevil.example Hevil.example Hevil.example"},
	{"a\u200abe.example a\u2010 be.example a\u202fbe.example a\u2065be.example a\u206abe.example "
	 "\u00aebe.example a\u2264be.example",
		"Hbe.example Hbe.example Hbe.example Hbe.example Hbe.example Hxn--be-7da.example Hbe.example"},
	{"evil\u3002com evil\uff0ecom evil\uff61com", "Hevil.com Hevil.com Hevil.com"},
	{"\u662f\u3002evil.com evil.com\u3002\u4e2d\u56fd", "Hevil.com Hevil.com"}, /* it ends a sentence */
	{"evil\u00fc[.com evil\u00fc [.] com", "H*xn--evil-3ra.com H*xn--evil-3ra.com"},
	{"evil-[.com evil- [.] com evil-dot-.com evil.example [.] /x", "Hevil-dot-.com Hevil.example"},
	{"evil dot qqqq.com", "Hqqqq.com"},
	/* What looks like an invisible character by two of its three bytes. */
	{"a\u300bbe.example a\u2044be.example a\uff3fbe.example", "Hbe.example Hbe.example Hbe.example"},
	{"evil\u3060.example evil\u6eff.example evil\ufefc.example",
		"Hxn--evil-893c.example Hxn--evil-eq9i.example Hxn--evil-35f7o.example"},
	{"evil\u2011shop.example evil\u2010shop.example http://evil\uff0dshop.example/x",
		"Hevil-shop.example Hevil-shop.example Uhttp://evil-shop.example/x"}, /* not "shop.example" */
	{"Berlin \u2011shop.example", "Hshop.example"},
	{"evil.example\nevil.test\revil.example\fevil.test\vevil.example\tevil.test",
		"Hevil.example Hevil.test Hevil.example Hevil.test Hevil.example Hevil.test"},
};

static const struct {
	const char *url, *wanted, *host;
} urls[] = {
	{"HTTP://Evil.Example/A", "http://Evil.Example/A", "evil.example"},
	{"http://bank.example@evil.example/", "http://bank.example@evil.example/", "evil.example"},
	{"http://evil.example:8080/x", "http://evil.example:8080/x", "evil.example"},
	{"http://%65vil.example/", "http://%65vil.example/", "evil.example"},
	{"http://3221225985/", "http://3221225985/", "192.0.2.1"},
	{"http://[2001:db8::1]:80/", "http://[2001:db8::1]:80/", "2001:db8::1"},
	{"https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.example%2Fa&data=1",
		"https://evil.example/a", "evil.example"},
	{"https://urldefense.com/v3/__https://evil.example/b__;Kw!!x", "https://evil.example/b",
		"evil.example"},
	{"https://urldefense.com/v3/__https:/evil.example/b__;!!x", "https://evil.example/b", "evil.example"},
	{"https://urldefense.proofpoint.com/v2/url?u=http-3A__evil.example_x-3Fa-3D1&d=D",
		"http://evil.example/x?a=1", "evil.example"},
	{"https://www.google.de/url?sa=t&q=http://evil.example/", "http://evil.example/", "evil.example"},
	{"https://www.google.com/search?q=evil.example", "https://www.google.com/search?q=evil.example",
		"www.google.com"},
	{"https://google.com.evil.example/url?q=http://other.example/",
		"https://google.com.evil.example/url?q=http://other.example/", "google.com.evil.example"},
	{"https://l.facebook.com/l.php?u=https%3A%2F%2Fevil.example%2F", "https://evil.example/",
		"evil.example"},
	{"https://secure-web.cisco.com/1abc/http%3A%2F%2Fevil.example%2Fx", "http://evil.example/x",
		"evil.example"},
	{"https://protect.mimecast.com/s/abc?domain=evil.example", "http://evil.example/", "evil.example"},
	{"https://www-evil--site-example.translate.goog/x", "https://www.evil-site.example/",
		"www.evil-site.example"},
	{"https://x.safelinks.protection.outlook.com/"
	 "?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttp%3A%2F%2Fevil.example%2F",
		"http://evil.example/", "evil.example"},
	{"https://evil.example/?u=http://other.example/", "https://evil.example/?u=http://other.example/",
		"evil.example"},
	{"evil.example/x", "http://evil.example/x", "evil.example"},
	{"192.0.2.7/x", "http://192.0.2.7/x", "192.0.2.7"},
	{"[2001:db8::1]/x", "http://[2001:db8::1]/x", "2001:db8::1"},
	{"3221225985/x", NULL, NULL}, /* a number is a host behind a scheme only */
	{"[zz]/x", NULL, NULL},
	{"http://[zz]/x", "http://[zz]/x", NULL},
	{"http://evil%zz.example/", "http://evil%zz.example/", NULL},
	{"http:\\\\evil.example\\a:/b", "http://evil.example/a:/b", "evil.example"},
	{"http://evil.example/a:\\\\b", "http://evil.example/a:\\\\b", "evil.example"},
	{"evil.example/x?u=http://other.example/", "http://evil.example/x?u=http://other.example/",
		"evil.example"},
	{"evil.example/http://other.example/", "http://evil.example/http://other.example/", "evil.example"},
	{"evil.example?u=http://other.example/", "http://evil.example?u=http://other.example/",
		"evil.example"},
	{"http:/evil.example/x", "http://evil.example/x", "evil.example"},
	{"abc:/evil.example/x", NULL, NULL},
	{"a$b://evil.example/x", NULL, NULL},
	{"1ab://evil.example/x", NULL, NULL},
	{"://evil.example/x", NULL, NULL},
	{"svn+ssh://evil.example/x", "svn+ssh://evil.example/x", "evil.example"},
	{"abcdefghijkl://evil.example/x", "abcdefghijkl://evil.example/x", "evil.example"},
	{"abcdefghijklm://evil.example/x", NULL, NULL},
	{" \t", NULL, NULL},
	{NULL, NULL, NULL},
	/* what only looks like one that leads elsewhere */
	{"https://notgoogle.com/url?q=http://other.example/",
		"https://notgoogle.com/url?q=http://other.example/", "notgoogle.com"},
	{"https://google.com/url?q=http://evil.example/", "http://evil.example/", "evil.example"},
	{"https://xyoutube.com/redirect?q=http://other.example/",
		"https://xyoutube.com/redirect?q=http://other.example/", "xyoutube.com"},
	{"https://www.youtuby.com/redirect?q=http://other.example/",
		"https://www.youtuby.com/redirect?q=http://other.example/", "www.youtuby.com"},
	{"https://l.facebook.com/l.php?uh=http://other.example/&v=u",
		"https://l.facebook.com/l.php?uh=http://other.example/&v=u", "l.facebook.com"},
	{"https://l.facebook.com/l.php?x=1&amp;u=http://evil.example/", "http://evil.example/",
		"evil.example"},
	{"https://l.facebook.com/l.php?v=1&uxhttp://other.example/",
		"https://l.facebook.com/l.php?v=1&uxhttp://other.example/", "l.facebook.com"},
	{"https://l.facebook.com", "https://l.facebook.com", "l.facebook.com"},
	{"https://l.facebook.com/l.php?u=", "https://l.facebook.com/l.php?u=", "l.facebook.com"},
	{"https://l.facebook.com/l.php?v=1", "https://l.facebook.com/l.php?v=1", "l.facebook.com"},
	{"https://l.facebook.com/l.php?u=http://evil.example/%70%61%00%zz%7",
		"http://evil.example/pa%00%zz%7", "evil.example"},
	{"https://l.facebook.com/l.php?u=http://evil.example/a%0Db", "http://evil.example/a\rb",
		"evil.example"},
	{"https://urldefense.com/v3/__https://evil.example/b__", "https://evil.example/b", "evil.example"},
	{"https://urldefense.com/v3/https://other.example/b",
		"https://urldefense.com/v3/https://other.example/b", "urldefense.com"},
	{"https://urldefense.proofpoint.com/v2/url?d=other.example",
		"https://urldefense.proofpoint.com/v2/url?d=other.example", "urldefense.proofpoint.com"},
	{"https://www.bing.com/ck/a?u=a1aHR0cDovL2V2aWwuZXhhbXBsZS8", "http://evil.example/", "evil.example"},
	{"https://www.bing.com/ck/a?u=b1aHR0cDovL2V2aWwuZXhhbXBsZS8",
		"https://www.bing.com/ck/a?u=b1aHR0cDovL2V2aWwuZXhhbXBsZS8", "www.bing.com"},
	{"https://www.bing.com/ck/a?v=1", "https://www.bing.com/ck/a?v=1", "www.bing.com"},
	{"https://protect.mimecast.com/s/abc?domain=", "https://protect.mimecast.com/s/abc?domain=",
		"protect.mimecast.com"},
	{"https://www-evil--site-example.translate.goog", "https://www.evil-site.example/",
		"www.evil-site.example"},
	{"javascript:alert(1)", NULL, NULL},
	{"mailto:a@evil.example", NULL, NULL},
	{"cid:part1", NULL, NULL},
	{"", NULL, NULL},
};

/* Targets of links; NULL: it leads to no site. */
static const struct {
	const char *target, *wanted;
} targets[] = {
	{"https://evil.example/x", "https://evil.example/x"},
	{"HTTP://evil.example/", "http://evil.example/"},
	{"hxxp://evil[.]example/", "http://evil.example/"}, /* made unclickable, as it was copied */
	{"//evil.example/x", "http://evil.example/x"},
	{"www.evil.example/x", "http://www.evil.example/x"},
	{"evil.example/x", NULL}, /* a path: "privacy.zip" is a host as well */
	{"/login.example/x", NULL},
	{"login.php", NULL},
	{"#evil.example", NULL},
	{"mailto:a@evil.example", NULL},
	{"cid:part1@evil.example", NULL},
	{"tel:evil.example", NULL},
	{"evil.example:443/x", NULL},
	{"//", NULL},
	{"www.", NULL},
	{"", NULL},
};

/* The part before '|' is what he wrote himself. */
static const char *const signatures[] = {
	"Spam.\n|-- \nRita\n",
	"Spam.\n\n|Kind regards,\nRita\n",
	"Spam.\n|Mit freundlichen Gr\u00fc\u00dfen\n",
	"Spam.\n|Sent from my phone\n",
	"Spam.\n|This email and any attachments are confidential.\n",
	"-----\nA rule above everything\nis decoration.\n|",
	"-----\n=====\nSpam.\n|",
	"Spam.\n-\nof evil.example\n|", /* a point of a list */
	"Spam.\n--of evil.example\n|",
	"Spam.\nRegards from me to you all, this line is far too long to be the closing formula of a "
	"letter.\n|",
	"|Get Outlook for iOS<https://app.example/>\n\n",
	"\n|Sent from my phone\n________________\nRita\n",
	"|Sent from my phone\nKind regards,\nRita\n",
	"Sent from my phone\nSpam.\n|",
	"Sent from my phone\nSpam.\n|-- \nRita\n",
	"Spam.\nGesendet von evil@example.com um 8 Uhr.\n|", /* a person's words */
	"Spam.\nVon meinem Konto wurde Geld abgebucht.\n|",
	"Regards from me to you all, this line is far too long to be the closing formula of a "
	"letter.\nSpam.\n|",
};

static char *all_in(const char *text, gsize length, guint most)
{
	static const char kinds[] = {[FOUND_URL] = 'U',
		[FOUND_HOST] = 'H',
		[FOUND_IP] = 'I',
		[FOUND_NETWORK] = 'N',
		[FOUND_EMAIL] = 'E'};
	g_autoptr(GPtrArray) found = extract_all(text, length, most);
	GString *seen = g_string_new(NULL);
	for (guint f = 0; f < found->len; f++) {
		const Found *one = found->pdata[f];
		g_string_append_printf(seen, "%s%c%s%s%s", f ? " " : "", kinds[one->kind],
			one->defanged ? "*" : "", one->value, one->host_is_ip ? "#" : "");
		g_assert_cmpuint(one->end, <=, length);
		g_assert_cmpuint(one->start, <, one->end);
	}
	return g_string_free(seen, FALSE);
}

static void test_rows(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *seen = all_in(rows[i].text, strlen(rows[i].text), 20);
		g_test_message("%s", rows[i].text);
		g_assert_cmpstr(seen, ==, rows[i].wanted);
	}
}

static void test_urls(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
		gboolean is_ip;
		g_autofree char *host = NULL, *url = extract_url(urls[i].url, &host, &is_ip);
		g_autofree char *address = domain_ip(urls[i].host, FALSE);
		g_test_message("%s", urls[i].url);
		g_assert_cmpstr(url, ==, urls[i].wanted);
		g_assert_cmpstr(host, ==, urls[i].host);
		g_assert_true(is_ip == (address != NULL));
	}
}

/* A text is read to its end and no further, and from its beginning. */
static void test_ends(void)
{
	static const char *const texts[] = {"evil[ dot ]com", "evil( . )com", "evil[dot]com", "evil[.com",
		"evil-dot-com", "evil dot com x", "evil [.] com", "http:// evil.com", "http: //evil.com",
		"evil\u3002com", "http:\\/\\/evil.com/x", "evil\u00ad.com", "e\u200bvil.com", "joe@evil.com",
		"192.0.2.77", "http://evil.com/x"};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		for (gsize length = strlen(texts[i]); length > 0; length--)
			for (gsize from = 0; from < length; from++) {
				g_autofree char *alone = g_strndup(texts[i] + from, length - from);
				g_autofree char *wanted = all_in(alone, strlen(alone), 20);
				g_autofree char *found = all_in(texts[i] + from, length - from, 20);
				g_assert_cmpstr(found, ==, wanted);
			}
	g_autofree char *found = all_in("evil.com\0evil.net", 17, 20);
	g_assert_cmpstr(found, ==, "Hevil.com Hevil.net");
	extract_found_free(NULL);
}

/* No more is found than is wanted, whatever it is. */
static void test_most(void)
{
	static const char *const things[] = {"http://evil.com/x", "evil.com", "192.0.2.7", "192.0.2.7/24",
		"192.0.2.7/x", "joe@evil.com", "evil.com/x", "a:evil.com", "evil.com:", "evil[.]com"};
	for (gsize i = 0; i < G_N_ELEMENTS(things); i++) {
		g_autofree char *two = g_strdup_printf("x.com,%s,%s", things[i], things[i]);
		g_autofree char *found = all_in(two, strlen(two), 1);
		g_assert_cmpstr(found, ==, strstr(things[i], "[") ? "H*x.com" : "Hx.com");
	}
}

/* A name may be as long as it is; what is cut stays UTF-8. */
static void test_long_urls(void)
{
	for (gsize length = 8170; length < 8200; length++) {
		g_autofree char *path = g_strnfill(length, 'a');
		g_autofree char *text = g_strconcat("http://evil.example/", path, "\u00fc\u00fc", NULL);
		g_autofree char *host = NULL;
		gboolean is_ip;
		g_autofree char *url = extract_url(text, &host, &is_ip);
		g_assert_true(g_utf8_validate(url, -1, NULL));
		g_assert_cmpstr(host, ==, "evil.example");
	}
	g_autofree char *name = g_strnfill(600, 'a');
	g_autofree char *text = g_strconcat("http://", name, "@evil.example/", NULL);
	g_autofree char *host = NULL;
	gboolean is_ip;
	g_autofree char *url = extract_url(text, &host, &is_ip);
	g_assert_cmpstr(host, ==, "evil.example");
}

/* Each word of the tables. */
static void test_words(void)
{
	static const char *const versions[] = {
		"version", "versions", "ver", "v", "release", "build", "firmware", "revision", "update"};
	static const char *const files[] = {"zip", "mov", "md", "py", "sh", "ps", "cab", "so", "app", "bar"};
	static const char *const titles[] = {"asp.net", "vb.net", "ado.net", "co.ltd", "dr.med"};
	static const char *const before_dot[] = {"a", "an", "the", "this", "that", "these", "polka", "every",
		"each", "one", "no", "red", "green", "blue", "black", "first", "last", "single"};
	for (gsize i = 0; i < G_N_ELEMENTS(versions); i++) {
		g_autofree char *text = g_strconcat(versions[i], " 192.0.2.7 192.0.2.8", NULL);
		g_autofree char *found = all_in(text, strlen(text), 20);
		g_assert_cmpstr(found, ==, "I192.0.2.8");
	}
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *text = g_strconcat("evil.", files[i], " www.evil.", files[i], NULL);
		g_autofree char *wanted = g_strconcat("Hwww.evil.", files[i], NULL);
		g_autofree char *found = all_in(text, strlen(text), 20);
		g_assert_cmpstr(found, ==, wanted);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(titles); i++) {
		g_autofree char *text = g_strconcat(titles[i], " www.", titles[i], NULL);
		g_autofree char *wanted = g_strconcat("Hwww.", titles[i], NULL);
		g_autofree char *found = all_in(text, strlen(text), 20);
		g_assert_cmpstr(found, ==, wanted);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(before_dot); i++) {
		g_autofree char *text =
			g_strdup_printf("%s dot com %s [.] com", before_dot[i], before_dot[i]);
		g_autofree char *wanted = g_strconcat("H*", before_dot[i], ".com", NULL);
		g_autofree char *found = all_in(text, strlen(text), 20);
		g_assert_cmpstr(found, ==, wanted);
	}
}

static void test_targets(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(targets); i++) {
		gboolean is_ip;
		g_autofree char *host = NULL, *url = extract_link(targets[i].target, &host, &is_ip);
		g_test_message("%s", targets[i].target);
		g_assert_cmpstr(url, ==, targets[i].wanted);
	}
}

/* What a hostile text may cost: no more than a harmless one of its length. */
static void test_linear(void)
{
	static const char *const patterns[] = {"a:", "http://", "a.", "[.]", "(dot)", "@", ":::", "http://a,",
		"\xe3\x80\x82", "a@", "1.", "<"};
	clock_t start = clock(); /* of the processor: a busy machine is no slow text */
	for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		while (text->len < 1 << 19)
			g_string_append(text, patterns[i]);
		g_autoptr(GPtrArray) found = extract_all(text->str, text->len, 1000);
		g_assert_cmpuint(found->len, <=, 1000);
	}
	g_assert_cmpint(clock() - start, <, 20 * CLOCKS_PER_SEC);
}

static void test_signatures(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(signatures); i++) {
		g_auto(GStrv) parts = g_strsplit(signatures[i], "|", 2);
		g_autofree char *text = g_strconcat(parts[0], parts[1], NULL);
		g_test_message("%s", text);
		g_assert_cmpuint(signature_start(text), ==, strlen(parts[0]));
	}
}

/* What leads to http://evil.example/ when it stands behind it, escaped; and on another path does not. */
static const char *const wrappers[] = {
	"https://safelinks.protection.outlook.com/x?x=1&url=",
	"https://statics.teams.cdn.office.net/evergreen-assets/safelinks?x=1&url=",
	"https://urldefense.proofpoint.com/v1/url?x=1&u=",
	"https://google.de/url?x=1&q=",
	"https://google.de/url?x=1&url=",
	"https://google.de/pagead/aclk?x=1&adurl=",
	"https://google.de/translate?x=1&u=",
	"https://googleadservices.com/pagead/aclk?x=1&adurl=",
	"https://doubleclick.net/x?x=1&adurl=",
	"https://duckduckgo.com/l/x?x=1&uddg=",
	"https://l.facebook.com/l.php?x=1&u=",
	"https://lm.facebook.com/l.php?x=1&u=",
	"https://l.messenger.com/l.php?x=1&u=",
	"https://l.instagram.com/x?x=1&u=",
	"https://linkedin.com/redir/x?x=1&url=",
	"https://linkedin.com/safety/go?x=1&url=",
	"https://youtube.com/redirect?x=1&q=",
	"https://vk.com/away.php?x=1&to=",
	"https://t.umblr.com/redirect?x=1&z=",
	"https://slack-redir.net/link?x=1&url=",
	"https://out.reddit.com/x?x=1&url=",
	"https://steamcommunity.com/linkfilter?x=1&url=",
	"https://linkprotect.cudasvc.com/url?x=1&a=",
	"https://clicktime.symantec.com/x?x=1&u=",
	"https://clicktime.trendmicro.com/x?x=1&url=",
	"https://trendmicro.com/wis/clicktime?x=1&url=",
	"https://trendmicro.com/x?x=1&url=",
	"https://link.edgepilot.com/s/x?x=1&u=",
	"https://linkprotect.ironport.com/x?x=1&u=",
};

static const char *const wrapped[] = {
	"https://urldefense.com/v3/__http://evil.example/__;!!x",
	"https://urldefense.us/v3/__http://evil.example/__;!!x",
	"https://urldefense.com/v2/url?u=http-3A__evil.example_&d=D",
	"https://urldefense.proofpoint.com/v2/url?u=http-3A__evil.example_&d=D",
	"https://www.google.fr/amp/evil.example/",
	"https://cdn.ampproject.org/c/evil.example/",
	"https://www.bing.com/ck/a?u=a1aHR0cDovL2V2aWwuZXhhbXBsZS8",
	"https://secure-web.cisco.com/1abc/http%3A%2F%2Fevil.example%2F",
	"https://url.us.m.mimecastprotect.com/s/abc?domain=evil.example",
	"https://protect-eu.mimecast.com/s/abc?domain=evil.example",
	"https://mandrillapp.com/track/click/30000000/evil.example?p=1",
	"https://www.google.fr/amp/s/evil.example/",
};

static void check_target(const char *url, const char *wanted)
{
	gboolean is_ip;
	g_autofree char *host = NULL, *target = extract_url(url, &host, &is_ip);
	g_test_message("%s", url);
	g_assert_cmpstr(host, ==, wanted);
}

static void test_wrappers(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(wrappers); i++) {
		const char *authority = strstr(wrappers[i], "://") + 3, *path = strchr(authority, '/');
		g_autofree char *url = g_strconcat(wrappers[i], "http%3A%2F%2Fevil.example%2F&z=1", NULL);
		g_autofree char *host = g_strndup(authority, path - authority);
		g_autofree char *below =
			g_strdup_printf("https://www.%s%shttp%%3A%%2F%%2Fevil.example%%2F", host, path);
		g_autofree char *other = g_strdup_printf("https://not%s%shttp://evil.example/", host, path);
		g_autofree char *name = g_strconcat("not", host, NULL);
		check_target(url, "evil.example");
		check_target(below, "evil.example");
		gboolean is_any = path[1] == 'x' || g_str_has_suffix(host, "trendmicro.com"); /* path */
		if (!g_str_has_suffix(host, ".trendmicro.com")) /* which is a name below one */
			check_target(other, name);
		if (is_any)
			continue;
		g_autofree char *elsewhere =
			g_strdup_printf("https://%s/_%shttp://evil.example/", host, path);
		check_target(elsewhere, host);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(wrapped); i++)
		check_target(wrapped[i], "evil.example");
}

/* Lines that end what he wrote; the formula of a letter only when it is short. */
static const struct {
	gboolean is_formula;
	const char *lines;
} endings[] = {
	{TRUE,
		"kind regards|best regards|regards|warm regards|with regards|sincerely|yours|"
		"best,|signed,|signed:|best wishes|cheers|cordialement|bien cordialement|"
		"salutations|bien à vous|sincères salutations|mit freundlichen grüßen|"
		"mit freundlichen grüssen|mit freundlichem gruß|freundliche grüße|"
		"freundliche grüsse|viele grüße|beste grüße|mfg|liebe grüße|saludos|un saludo|"
		"atentamente|cordialmente|cordiali saluti|distinti saluti|saluti|atenciosamente|"
		"cumprimentos|com os melhores cumprimentos|met vriendelijke groet|"
		"vriendelijke groet|med vänlig hälsning|vänliga hälsningar|hälsningar|mvh|"
		"med venlig hilsen|med vennlig hilsen|venlig hilsen|hilsen|"
		"ystävällisin terveisin|terveisin|pozdrawiam|z poważaniem|s pozdravem|"
		"s pozdravom|üdvözlettel|tisztelettel|cu stimă|с уважением|з повагою|"
		"saygılarımla|με εκτίμηση|lugupidamisega|ar cieņu|pagarbiai|s poštovanjem|"
		"lep pozdrav"},
	{FALSE,
		"sent from my |sent from yahoo|sent from outlook|sent with proton|"
		"sent from mail for|get outlook for|envoyé de mon|envoyé depuis|"
		"von meinem iphone|von meinem ipad|von meinem samsung|von meinem huawei|"
		"von meinem handy|von meinem mobil|gesendet mit |gesendet von |inviato da |"
		"enviado desde |enviado do |verzonden vanaf |skickat från |sendt fra |lähetetty |"
		"wysłane z |odesláno z |отправлено с |virus-free|avast logo|www.avast.com"},
	{FALSE,
		"this email has been checked|this e-mail has been scanned|this email was scanned|"
		"scanned by |diese e-mail wurde von avast|l'absence de virus|this email and any |"
		"this e-mail and any |this message and any |this message is confidential|"
		"the information contained in this|the information in this e|confidential|"
		"disclaimer|ce message et |ce courriel et |ce message est |diese e-mail enthält|"
		"diese nachricht enthält|este mensaje y |este correo |questo messaggio |"
		"esta mensagem |dit bericht |please consider the environment|"
		"pensez à l'environnement|unsubscribe|powered by "},
};

static void test_endings(void)
{
	static const char more[] =
		" and so on and on, in a line that is too long to be the formula of a letter";
	for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_auto(GStrv) list = g_strsplit(endings[i].lines, "|", -1);
		for (char **line = list; *line; line++) {
			g_autofree char *text = g_strconcat("Spam.\n", *line, "\nRita\n", NULL);
			g_autofree char *longer = g_strconcat("Spam.\n", *line, more, "\nRita\n", NULL);
			g_autofree char *amid = g_strconcat("Spam.\nIt is ", *line, "\nRita\n", NULL);
			g_test_message("%s", *line);
			g_assert_cmpuint(signature_start(text), ==, strlen("Spam.\n"));
			g_assert_cmpuint(signature_start(longer), ==,
				endings[i].is_formula ? strlen(longer) : strlen("Spam.\n"));
			g_assert_cmpuint(signature_start(amid), ==, strlen(amid));
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	domain_init(NULL);
	g_test_add_func("/extract/rows", test_rows);
	g_test_add_func("/extract/ends", test_ends);
	g_test_add_func("/extract/most", test_most);
	g_test_add_func("/extract/words", test_words);
	g_test_add_func("/extract/urls", test_urls);
	g_test_add_func("/extract/long-urls", test_long_urls);
	g_test_add_func("/extract/targets", test_targets);
	g_test_add_func("/extract/wrappers", test_wrappers);
	g_test_add_func("/extract/linear", test_linear);
	g_test_add_func("/extract/signatures", test_signatures);
	g_test_add_func("/extract/endings", test_endings);
	return g_test_run();
}
