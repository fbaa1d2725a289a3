/* Where a forwarded mail begins, what belongs to its header lines, and what is none. */

#include "domain.h"
#include "forward-block.h"
#include "forward-clients.h"

#include <glib.h>
#include <string.h>

#define OR_DASH(text) ((text) ? (text) : "-")
#define HEAD          "From: a@evil.example\nDate: Mon, 2 Mar 2026 09:00:00 +0000\nTo: b@c.example\n"
#define BLOCK         "header lines: a@evil.example > b@c.example "
#define FORWARDED     "---- Forwarded message ----\n"
#define XYZZY         "---- Xyzzy ----\n"
#define RAW           "Received: from x by y\nFrom: a@evil.example\n"
#define PASTED        "raw headers: - [-] {Received: from x by y/From: a@evil.example/"
#define LONG60        "x23456789012345678901234567890123456789012345678901234567890"

/* client: sender "name" > recipients [subject] {text}, and what is his own; '/' ends a line. */
static char *shown(const char *text, const char *subject)
{
	g_autoptr(Report) report = report_new();
	g_autofree char *own = NULL;
	g_autoptr(GString) all = g_string_new(NULL);
	report->subject = subject;
	g_autoptr(GPtrArray) forwards = forward_find(text, report, &own);
	for (guint i = 0; i < forwards->len; i++) {
		const Forward *one = forwards->pdata[i];
		g_string_append_printf(all, "%s: %s", one->client, OR_DASH(one->from));
		if (one->from_name)
			g_string_append_printf(all, " \"%s\"", one->from_name);
		for (guint n = 0; n < one->to->len; n++)
			g_string_append_printf(all, "%s%s", n ? "," : " > ", (char *)one->to->pdata[n]);
		g_string_append_printf(
			all, " [%s] {%s} ", OR_DASH(one->subject), one->source ? one->source : one->text);
	}
	g_string_append(all, own);
	return g_strdelimit(g_string_free(g_steal_pointer(&all), FALSE), "\n", '/');
}

static const struct {
	const char *text, *wanted;
} blocks[] = {
	{HEAD "Subject: S\n\nBuy\n", BLOCK "[S] {/Buy/} "},
	/* blank: no-break spaces and stars of an empty bold line */
	{HEAD "Subject: S\n\xc2\xa0\nBuy\nCc: x\n", BLOCK "[S] {\xc2\xa0/Buy/Cc: x/} "},
	{HEAD "Subject: S\n* *\nBuy\nCc: x\n", BLOCK "[S] {* */Buy/Cc: x/} "},
	{HEAD "Subject: one\n\xc2\xa7\ntwo\nCc: x\n", BLOCK "[one \xc2\xa7 two] {} "},
	{HEAD "Subject: one\n\xc3\xa0\ntwo\nCc: x\n", BLOCK "[one \xc3\xa0 two] {} "},
	{"\xc3\xa0\n" HEAD "Subject: S\n", BLOCK "[S] {} \xc3\xa0/"},
	/* blank lines within, as from cells of a table, and the one that ends it */
	{HEAD "\nSubject: S\n\nBuy\n", BLOCK "[S] {/Buy/} "},
	{HEAD "Subject: S\n\nBuy\nCc: x\n", BLOCK "[S] {/Buy/Cc: x/} "},
	{HEAD "Subject: S\n\n\nCc: x\n", BLOCK "[S] {//Cc: x/} "},
	/* values below their label */
	{"From:\na@evil.example\nTo:\nb@c.example\nSubject:\nS\nBuy\n", BLOCK "[S] {Buy/} "},
	{HEAD "Subject: S\nImportance:\nBuy\n", BLOCK "[S] {Buy/} "},
	{HEAD "Importance: high\n(very)\nSubject: S\nBuy\n", BLOCK "[S] {Buy/} "},
	{HEAD "Importance: high\nPriority: 1\nSubject: S\n", BLOCK "[S] {} "},
	{"From: a@evil.example\nDate:\nTo:\n\nBuy\n", "From: a@evil.example/Date:/To://Buy/"},
	/* wrapped ones */
	{HEAD "Subject: one\ntwo\nCc: x\n\nBuy\n", BLOCK "[one two] {/Buy/} "},
	{HEAD "Subject: one\ntwo\nthree\nfour\nCc: x\n", BLOCK "[one] {two/three/four/Cc: x/} "},
	{HEAD "Subject: S\nBuy\nFrom: us\n", BLOCK "[S] {Buy/From: us/} "},
	{"From: a@evil.example\nTo: b@c.example,\nd@e.example;\nf@g.example\nBuy\n\n",
		"From: a@evil.example/To: b@c.example,/d@e.example;/f@g.example/Buy//"},
	{"From: a@evil.example\nSubject: S\nTo: b@c.example,\nd@e.example;\nf@g.example\nBuy\n",
		"header lines: a@evil.example > b@c.example,d@e.example,f@g.example [S] {Buy/} "},
	{"From: a@evil.example\nSubject: S\nTo: b@c.example\nwrite to x@y.example\n",
		"header lines: a@evil.example > b@c.example [S] {write to x@y.example/} "},
	{"From: a@evil.example\nSubject: S\nTo: b@c.example,\nBuy\n",
		"header lines: a@evil.example > b@c.example [S] {Buy/} "},
	{HEAD "Subject: S\nCc: d@e.example,\nf@g.example\nBuy\n", BLOCK "[S] {Buy/} "},
	{HEAD "Subject: Dear,\nx@y.example\n", BLOCK "[Dear,] {x@y.example/} "},
	{"From: a@evil.example\nTo: B\nC\nD\nE\nF\n<b@c.example>\nSubject: S\n",
		"header lines: a@evil.example > b@c.example [S] {} "},
	{"From: a@evil.example\nDate: x\nCc: B\nC\nD\nE\nF\nSubject: S\n",
		"header lines: a@evil.example [S] {} "},
	{"> " HEAD "> Buy\nSubject: none\n",
		"From: a@evil.example/Date: Mon, 2 Mar 2026 09:00:00 +0000/"
		"To: b@c.example/Buy/Subject: none/"},
	{"> From: a@evil.example\n> To: b@c.example\n> Date: x\n> Buy\nSubject: none\n",
		BLOCK "[-] {Buy/} Subject: none/"},
	/* the second sender is another mail's */
	{HEAD "Subject: S\nFrom: x@y.example\nSubject: T\n",
		BLOCK "[S] {} header lines: x@y.example [T] {} "},
	/* two lines are enough with an address */
	{"From: a@evil.example\nSubject: S\n", "header lines: a@evil.example [S] {} "},
	{"From: the top\nSubject: S\n", "From: the top/Subject: S/"},
	{"From: a@evil.example\nDate: today\n", "From: a@evil.example/Date: today/"},
	{"From: the top\nDate: today\nSubject: S\n", "header lines: - \"the top\" [S] {} "},
	{"To: b@c.example\nDate: today\nSubject: S\n", "To: b@c.example/Date: today/Subject: S/"},
	/* Orange's line without a colon */
	{"Message du 02/03/26 09:00\nDe : a@evil.example\n\xc3\x80 : b@c.example\n", BLOCK "[-] {} "},
	{"De : a@evil.example\nMessage du chef\n\xc3\x80 : b@c.example\n",
		"De : a@evil.example/Message du chef/\xc3\x80 : b@c.example/"},
	{"De : a@evil.example\nCommande n 4711\n\xc3\x80 : b@c.example\n",
		"De : a@evil.example/Commande n 4711/\xc3\x80 : b@c.example/"},
	/* recipients once */
	{"From: a@evil.example\nSubject: S\nTo: b@c.example; B <b@c.example>, d@e.example\n",
		"header lines: a@evil.example > b@c.example,d@e.example [S] {} "},
	/* spelling of a label */
	{"De\xc2\xa0: a@evil.example\nObjet\xc2\xa0\xc2\xa0: S\n", "header lines: a@evil.example [S] {} "},
	{"\xc2\xa0"
	 "De: a@evil.example\nObjet: S\n",
		"header lines: a@evil.example [S] {} "},
	{"差出人：a@evil.example\n件名： S\n", "header lines: a@evil.example [S] {} "},
	{"De\xc2\xb7: a@evil.example\nObjet: S\n", "De\xc2\xb7: a@evil.example/Objet: S/"},
	{HEAD "R\xc3\xa9pondre  \xc3\xa0: <r@evil.example>\nSubject: S\n", BLOCK "[S] {} "},
	{HEAD "reply   to.: <r@evil.example>\nSubject: S\n", BLOCK "[S] {} "},
	{"_*From:*_ a@evil.example\n*Subject*: S\n", "header lines: a@evil.example [S] {} "},
};

static const struct {
	const char *text, *wanted;
} separated[] = {
	{FORWARDED "To: b@c.example\nSubject: S\n\nBuy\n", "en: - > b@c.example [S] {/Buy/} "},
	{FORWARDED "To: b@c.example\n\nBuy\n", "en: - [-] {To: b@c.example//Buy/} "},
	{FORWARDED "Quux: a@evil.example\nBuy\n", "en: - [-] {Quux: a@evil.example/Buy/} "},
	{FORWARDED "From: a@evil.example\nDate: x\n\nBuy\n", "en: a@evil.example [-] {/Buy/} "},
	/* in a language that no table has: addresses, a time of day, the rest */
	{XYZZY "Quux: A <a@evil.example>\nWaldo: 2 9:00\nFred: b@c.example\nThud: S\n\nBuy\n",
		"separator: a@evil.example \"A\" > b@c.example [S] {/Buy/} "},
	{XYZZY "Quux: a@evil.example\nWaldo: klo 14.25\nThud: S\n", "separator: a@evil.example [S] {} "},
	{XYZZY "Quux: a@evil.example\nWaldo: ab:00\nThud: S\n", "separator: a@evil.example [ab:00] {} "},
	{XYZZY "Quux: a@evil.example\nWaldo: 9:x0\nThud: S\n", "separator: a@evil.example [9:x0] {} "},
	{XYZZY "Quux: a@evil.example\nWaldo: 9:0x\nThud: S\n", "separator: a@evil.example [9:0x] {} "},
	{XYZZY "Quux: a@evil.example\nWaldo: 91001\nThud: S\n", "separator: a@evil.example [91001] {} "},
	{XYZZY "Quux: a@evil.example\nWaldo: S\n\nBuy: now\n",
		"---- Xyzzy ----/Quux: a@evil.example/Waldo: "
		"S//Buy: now/"},
	{XYZZY "Quux: A\nWaldo: S\nThud: T\n", "---- Xyzzy ----/Quux: A/Waldo: S/Thud: T/"},
	{XYZZY "Quux: a@evil.example\nWaldo: S\n: T\n", "---- Xyzzy ----/Quux: a@evil.example/Waldo: S/: T/"},
	{XYZZY "Quux: a@evil.example\nWaldo: S\nThud:\n",
		"---- Xyzzy ----/Quux: a@evil.example/Waldo: S/Thud:/"},
	{XYZZY "Quux: a@evil.example\nWaldo: S\nhttp://evil.example/\n",
		"---- Xyzzy ----/Quux: a@evil.example/Waldo: S/http://evil.example//"},
	/* run together */
	{"---- Forwarded Message ---- From: A <a@evil.example>To: b@c.exampleSent: Mon, 09:26:50 AMSubject: "
	 "S: Cc: x\nBuy\n",
		"en: a@evil.example \"A\" > b@c.example [S: Cc: x] {Buy/} "},
	{"---- Forwarded Message ---- From: Talk to: me <a@evil.example>To: b@c.example Subject: S\nBuy\n",
		"en: a@evil.example \"Talk to: me\" > b@c.example [S] {Buy/} "},
	{"---- Forwarded Message ---- From: Letto: me <a@evil.example>To: b@c.example Subject: S\nBuy\n",
		"en: a@evil.example \"Letto: me\" > b@c.example [S] {Buy/} "},
	{"---- Forwarded Message ---- From: A From: B <a@evil.example>Subject: S\nBuy\n",
		"en: a@evil.example \"A From: B\" [S] {Buy/} "},
	{"---- Forwarded Message ---- From: A\nBuy\n", "---- Forwarded Message ---- From: A/Buy/"},
};

static const struct {
	const char *text, *wanted;
} raws[] = {
	{RAW "Subject: S\n\nBuy\n", PASTED "Subject: S///Buy/} "},
	/* three fields, one of them a machine's */
	{RAW "\nBuy\n", "Received: from x by y/From: a@evil.example//Buy/"},
	{"Subject: S\nX-A: b\nMime-Version: 1.0\n\nBuy\n", "Subject: S/X-A: b/Mime-Version: 1.0//Buy/"},
	/* which field may be the first */
	{"X-Spam: yes\n" RAW "\nBuy\n",
		"raw headers: - [-] {X-Spam: yes/Received: from x by y/From: "
		"a@evil.example///Buy/} "},
	{"X-: yes\n" RAW "Subject: S\n", PASTED "Subject: S//} X-: yes/"},
	{"Quux: yes\n" RAW "Subject: S\n", PASTED "Subject: S//} Quux: yes/"},
	/* folded, and wrapped without a fold */
	{RAW "\tby z\nby q\nSubject: S\n", PASTED "\tby z/ by q/Subject: S//} "},
	{RAW "X_A: b\nX-B: c\n9a: d\nA: e\nhttp://evil.example/\nhttp:/x\n:f\nSubject: S\n",
		PASTED "X_A: b/X-B: c/ 9a: d/ A: e/ http://evil.example//http:/x/ :f/Subject: S//} "},
	{RAW LONG60 ": x\nSubject: S\n", PASTED LONG60 ": x/Subject: S//} "},
	{RAW LONG60 "1: x\nSubject: S\n", PASTED " " LONG60 "1: x/Subject: S//} "},
	/* an empty line after each field, and the one that ends them */
	{RAW "\nSubject: S\n\nBuy\n", PASTED "Subject: S///Buy/} "},
	{RAW "Subject: S\n\nNote: x\n", PASTED "Subject: S///Note: x/} "},
	{RAW "Subject: S\n\n", PASTED "Subject: S///} "},
	{RAW "Subject: S\n\nReceived: from y\n\nBuy\n", PASTED "Subject: S/Received: from y///Buy/} "},
	{RAW "Subject: S\n\nsubject: T\n", PASTED "Subject: S///subject: T/} "},
	{"From: a@evil.example\nReceived: x\nSubject: S\n\nFrom: us\n",
		"raw headers: - [-] {From: a@evil.example/Received: x/Subject: S///From: us/} "},
	{"> Received: from x by y\n> From: a@evil.example\n> Subject: S\n>\nReply-To: us\n",
		PASTED "Subject: S///} Reply-To: us/"},
	{"> Received: from x by y\n> From: a@evil.example\nSubject: T\n",
		"Received: from x by y/From: a@evil.example/Subject: T/"},
	/* what a pasted mail has inside is its own */
	{RAW "Subject: S\n\nOn 2 Mar 2026, X <x@y.example> wrote:\n> x\n",
		PASTED "Subject: S///On 2 Mar 2026, X <x@y.example> wrote:/x/} "},
	{RAW "Subject: S\n\n" HEAD,
		PASTED "Subject: S///From: a@evil.example/Date: Mon, 2 Mar 2026 09:00:00 "
		       "+0000/To: b@c.example/} "},
	{RAW "Subject: S\n\n>>> X <x@y.example> 02.03.2026 09:00 >>>\nx\n",
		PASTED "Subject: S///X <x@y.example> 02.03.2026 09:00 >>>/x/} "},
	/* below a separator */
	{FORWARDED "\n" RAW "Subject: S\n\nBuy\n",
		"en: - [-] {Received: from x by y/From: a@evil.example/Subject: S///Buy/} "},
};

/* In a mail whose subject says that it is a forward, or not. */
static const struct {
	const char *text, *subject, *wanted;
} separators[] = {
	{"---- Forwarded message ----\nBuy\n", NULL, "en: - [-] {Buy/} "},
	{"Forwarded message:\n\nBuy\n", NULL, "en: - [-] {Buy/} "},
	{"Forwarded message\nBuy\n", NULL, "Forwarded message/Buy/"},
	{"---- Forwarded message\nBuy\n", NULL, "en: - [-] {Buy/} "},
	{"-Forwarded message:\nBuy\n", NULL, "en: - [-] {Buy/} "},
	{"*~ Forwarded  message ~*:\nBuy\n", NULL, "en: - [-] {Buy/} "},
	{"---- Forwarded message\xef\xbc\x9a\nBuy\n", NULL, "en: - [-] {Buy/} "},
	/* dashes of any width, but no quotation marks */
	{"\xe2\x80\x94\xe2\x80\x94 Forwarded message \xe2\x80\x94\xe2\x80\x94\nBuy\n", NULL,
		"en: - [-] {Buy/} "},
	{"\xe2\x94\x80\xe2\x94\x80 Forwarded message \xe2\x94\x80:\nBuy\n", NULL, "en: - [-] {Buy/} "},
	{"---- \xe2\x80\xa6"
	 "Forwarded message ----\nBuy\n",
		NULL,
		"---- \xe2\x80\xa6"
		"Forwarded message ----/Buy/"},
	{"---- \xe2\x82\x80"
	 "Forwarded message ----\nBuy\n",
		NULL,
		"---- \xe2\x82\x80"
		"Forwarded message ----/Buy/"},
	{"---- \xe3\x80\x80"
	 "Forwarded message ----\nBuy\n",
		NULL,
		"---- \xe3\x80\x80"
		"Forwarded message ----/Buy/"},
	{"-----\n\n" HEAD, NULL, BLOCK "[-] {} -----//"},
	{"---- : ----\nQuux: a@evil.example\nFred: b@c.example\nThud: S\n", NULL,
		"---- : ----/Quux: a@evil.example/Fred: b@c.example/Thud: S/"},
	/* two languages */
	{"---- Xyzzy ---- Forwarded Message ----\n" HEAD, NULL,
		"separator: a@evil.example > b@c.example [-] {} "},
	{"---- Xyzzy ---- From: A\n" HEAD, NULL, BLOCK "[-] {} ---- Xyzzy ---- From: A/"},
	/* an unknown phrase: drawn around, or below a subject that says forward */
	{"--- Xyzzy ---\nQuux: a@evil.example\nFred: b@c.example\nThud: S\n", NULL,
		"separator: a@evil.example > b@c.example [S] {} "},
	{"--Xyzzy--\nQuux: a@evil.example\nFred: b@c.example\nThud: S\n", NULL,
		"--Xyzzy--/Quux: a@evil.example/Fred: b@c.example/Thud: S/"},
	{"--- Xyzzy\nQuux: a@evil.example\nFred: b@c.example\nThud: S\n", NULL,
		"--- Xyzzy/Quux: a@evil.example/Fred: b@c.example/Thud: S/"},
	{"=== Xyzzy ===\nQuux: a@evil.example\nFred: b@c.example\nThud: S\n", NULL,
		"=== Xyzzy ===/Quux: a@evil.example/Fred: b@c.example/Thud: S/"},
	{"=== Xyzzy ===\n\nQuux: a@evil.example\nFred: b@c.example\nThud: S\n", NULL,
		"separator: a@evil.example > b@c.example [S] {} "},
	{"Xyzzy:\n\nQuux: a@evil.example\nFred: b@c.example\nThud: S\n", "Fwd: S",
		"separator: a@evil.example > b@c.example [S] {} "},
	{"Xyzzy:\n\nQuux: a@evil.example\nFred: b@c.example\nThud: S\n", "Re: S",
		"Xyzzy://Quux: a@evil.example/Fred: b@c.example/Thud: S/"},
	{"- Xyzzy:\n\nQuux: a@evil.example\nFred: b@c.example\nThud: S\n", "Fwd: S",
		"- Xyzzy://Quux: a@evil.example/Fred: b@c.example/Thud: S/"},
	{"Xy: zzy*\n\nQuux: a@evil.example\nFred: b@c.example\nThud: S\n", "Fwd: S",
		"Xy: zzy*//Quux: a@evil.example/Fred: b@c.example/Thud: S/"},
	{"--- Xyzzy ---\nBuy\n", "Fwd: S", "--- Xyzzy ---/Buy/"},
	/* up to four empty lines below it */
	{FORWARDED "\n\n\n\n" HEAD, NULL, "en: a@evil.example > b@c.example [-] {} "},
	{FORWARDED "\n\n", NULL, "---- Forwarded message ----///"},
	/* the sender in one line */
	{FORWARDED "2.3.2026, \"A\" <a@evil.example>:\nBuy\n", NULL, "en: a@evil.example [-] {Buy/} "},
	{FORWARDED "\"A\" <a@evil.example>:\nBuy\n", NULL, "en: - [-] {\"A\" <a@evil.example>:/Buy/} "},
	{FORWARDED "2.3.2026, \"A\" <a@evil.example>\nBuy\n", NULL,
		"en: - [-] {2.3.2026, \"A\" <a@evil.example>/Buy/} "},
	{FORWARDED "2.3.2026, A:\nBuy\n", NULL, "en: - [-] {2.3.2026, A:/Buy/} "},
	/* the same line below the header lines, and another mail's */
	{FORWARDED HEAD "Subject: S\n" FORWARDED "Buy\n", NULL,
		"en: a@evil.example > b@c.example [S] {Buy/} "},
	{FORWARDED HEAD "Subject: S\n" FORWARDED "From: x@y.example\nSubject: T\n", NULL,
		"en: a@evil.example > b@c.example [S] {} en: x@y.example [T] {} "},
	{FORWARDED HEAD "Buy\n" FORWARDED "Sell\n", NULL,
		"en: a@evil.example > b@c.example [-] {Buy/} en: - [-] {Sell/} "},
	{"Mine\n" FORWARDED "Buy\n", NULL, "en: - [-] {Buy/} Mine/"},
};

static const struct {
	const char *text, *wanted;
} quotations[] = {
	{"On 2 Mar 2026, X <x@y.example> wrote:\n> Buy\nMine\n", "quotation: x@y.example [-] {Buy/} Mine/"},
	{"On 2 Mar 2026, X <x@y.example> wrote:*\n> Buy\n", "quotation: x@y.example [-] {Buy/} "},
	{"On 2 Mar 2026, X <x@y.example> wrote\xef\xbc\x9a\n> Buy\n", "quotation: x@y.example [-] {Buy/} "},
	{"On 2 Mar 2026, X <x@y.example> wrote\n> Buy\n", "On 2 Mar 2026, X <x@y.example> wrote/Buy/"},
	{"On 2 Mar 2026, X <x@y.example> sold:\n> Buy\n", "On 2 Mar 2026, X <x@y.example> sold:/Buy/"},
	/* wrapped */
	{"On 2 Mar 2026 at 9:00, X\n<x@y.example>\nwrote:\n> Buy\n", "quotation: x@y.example [-] {Buy/} "},
	{"On 2 Mar at 9:00\n2026, X\nY\n<x@y.example> wrote:\n> Buy\n",
		"quotation: x@y.example [-] {Buy/} On 2 Mar at 9:00/2026, X/Y/"},
	{"On 2 Mar 2026, X <x@y.example>\n\nhe wrote:\n> Buy\n",
		"On 2 Mar 2026, X <x@y.example>//he wrote:/Buy/"},
	{"On 2 Mar 2026, X <x@y.example>\n> and he wrote:\n>> Buy\n",
		"On 2 Mar 2026, X <x@y.example>/and he wrote:/Buy/"},
	{"On 2 Mar 2026, X <x@y.example> wrote", "On 2 Mar 2026, X <x@y.example> wrote/"},
	{"X <x@y.example>, on\n2 Mar 2026,\nwrote\nBuy\n", "X <x@y.example>, on/2 Mar 2026,/wrote/Buy/"},
	/* his own words above it */
	{"I got this.\nOn 2 Mar 2026, X <x@y.example> wrote:\n> Buy\n",
		"quotation: x@y.example [-] {Buy/} I got this./"},
	{"At 9:00 I got\nOn 2 Mar 2026, X <x@y.example> wrote:\n> Buy\n",
		"quotation: x@y.example [-] {Buy/} At 9:00 I got/"},
	{"Ask me@isp.example\n2 Mar 2026 x@y.example wrote:\n> Buy\n",
		"quotation: x@y.example [-] {Buy/} Ask me@isp.example/"},
	{"I got this.\nX <x@y.example> wrote:\n> Buy\n", "quotation: x@y.example [-] {Buy/} I got this./"},
	{"X <x@y.example>\nhe wrote on 2 Mar 2026:\n> Buy\n", "quotation: x@y.example [-] {Buy/} "},
	{"X <x@y.example> wrote\nto z@y.example on 2 Mar 2026:\n> Buy\n",
		"quotation: x@y.example [-] {Buy/} "},
	{"On 2 Mar 2026 at 9:00 X\n<x@y.example> wrote:\n> Buy\n", "quotation: x@y.example [-] {Buy/} "},
	/* a name, a date, marks: two of them */
	{"On Monday X <x@y.example> wrote:\n> Buy\n", "quotation: x@y.example [-] {Buy/} "},
	{"On Monday X <x@y.example> wrote:\n    Buy\n", "quotation: x@y.example [-] {    Buy/} "},
	{"On Monday X <x@y.example> wrote:\nBuy\n", "On Monday X <x@y.example> wrote:/Buy/"},
	{"On 2 March X <x@y.example> wrote:\nBuy\n", "quotation: x@y.example [-] {Buy/} "},
	{"On 2 March X wrote: \n> Buy\n", "quotation: - [-] {Buy/} "},
	{"On Monday X wrote:\n> Buy\n", "On Monday X wrote:/Buy/"},
	{"> On 2 Mar 2026, X <x@y.example> wrote:\n> Buy\n", "quotation: x@y.example [-] {Buy/} "},
	{"On 2 Mar 2026, X <x@y.example> wrote:\n\n> Buy\n\n> now\nMine\n",
		"quotation: x@y.example [-] {/Buy//now/} Mine/"},
	/* GroupWise */
	{">>> X <x@y.example> 02.03.2026 09:00 >>>\nBuy\n", "GroupWise: x@y.example [-] {Buy/} "},
	{">>> X <x@y.example> 2026-03-02 >>>\nBuy\n", "GroupWise: x@y.example [-] {Buy/} "},
	{">> X <x@y.example> 02.03.2026 09:00 >>>\nBuy\n", "X <x@y.example> 02.03.2026 09:00 >>>/Buy/"},
	{">>> X <x@y.example> 02.03.2026 09:00 >>\nBuy\n", "X <x@y.example> 02.03.2026 09:00 >>/Buy/"},
	{">>> X <x@y.example> at noon: >>>\nBuy\n", "X <x@y.example> at noon: >>>/Buy/"},
	/* marks with up to three spaces, and a mark of bytes before them */
	{"   > "
	 "From: a@evil.example\n   > Subject: S\n",
		"header lines: a@evil.example [S] {} "},
	{"    > "
	 "From: a@evil.example\n    > Subject: S\n",
		"    > From: a@evil.example/    > Subject: S/"},
	{"\xef\xbb\xbf> From: a@evil.example\n> Subject: S\n> Buy\nMine\n",
		"header lines: a@evil.example [S] {Buy/} Mine/"},
	{"> \xef\xbb\xbf"
	 "From: a@evil.example\n> Subject: S\n",
		"header lines: a@evil.example [S] {} "},
};

static void check(const char *text, const char *subject, const char *wanted)
{
	g_autofree char *found = shown(text, subject);
	g_test_message("%s", text);
	g_assert_cmpstr(found, ==, wanted);
}

static void test_blocks(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++)
		check(blocks[i].text, NULL, blocks[i].wanted);
	for (gsize i = 0; i < G_N_ELEMENTS(separated); i++)
		check(separated[i].text, NULL, separated[i].wanted);
}

static void test_raws(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(raws); i++)
		check(raws[i].text, NULL, raws[i].wanted);
}

static void test_separators(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(separators); i++)
		check(separators[i].text, separators[i].subject, separators[i].wanted);
}

static void test_quotations(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(quotations); i++)
		check(quotations[i].text, NULL, quotations[i].wanted);
}

/* When it was sent. */
static void test_dates(void)
{
	static const char *const texts[] = {FORWARDED
		"2 Mar 2026 09:00:00 +0000, \"A\" <a@evil.example>:\nBuy\n",
		"On Mon, 2 Mar 2026 09:00:00 +0000, A <a.1999@evil2.example> wrote:\n> Buy\n",
		">>> A <a@evil.example> 2 Mar 2026 09:00:00 +0000 >>>\nBuy\n", HEAD "Subject: S\n",
		XYZZY "Quux: a@evil.example\nWaldo: 2 Mar 2026 09:00:00 +0000\nThud: S\n"};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(Report) report = report_new();
		g_autofree char *own = NULL;
		g_autoptr(GPtrArray) forwards = forward_find(texts[i], report, &own);
		g_test_message("%s", texts[i]);
		g_assert_cmpuint(forwards->len, ==, 1);
		g_assert_cmpint(((Forward *)forwards->pdata[0])->date, ==, 1772442000);
	}
}

/* Whether @n of @piece reach a limit. */
static gboolean is_noted(const char *head, const char *piece, guint n, const char *token)
{
	g_autoptr(Report) report = report_new();
	g_autoptr(GString) text = g_string_new(head);
	g_autofree char *own = NULL;
	for (guint i = 0; i < n; i++)
		g_string_append(text, piece);
	g_autoptr(GPtrArray) forwards = forward_find(text->str, report, &own);
	return g_ptr_array_find_with_equal_func(report->malformed, token, g_str_equal, NULL);
}

static void test_limits(void)
{
	g_assert_false(is_noted("", FORWARDED "Buy\n", 18, "too-many-forwards"));
	g_assert_true(is_noted("", FORWARDED "Buy\n", 22, "too-many-forwards"));
	g_assert_false(is_noted("", "Buy\n", 29999, "too-many-lines"));
	g_assert_true(is_noted("", "Buy\n", 30000, "too-many-lines"));

	/* A line that leads in a quotation is a line. */
	g_autofree char *words = g_strnfill(500, 'x');
	g_autofree char *long_one =
		g_strconcat("On 2 Mar 2026, ", words, " <x@y.example> wrote:\n> Buy\n", NULL);
	g_autofree char *found = shown(long_one, NULL);
	g_assert_true(g_str_has_prefix(found, "On 2 Mar"));
	for (guint third = 250; third <= 350; third += 100) {
		g_autofree char *part = g_strndup(words, third);
		g_autofree char *wrapped = g_strconcat("X <x@y.example> ", part, "\n", part,
			third == 250 ? "\n" : " ", "2 Mar 2026 wrote:\n> Buy\n", NULL);
		g_autofree char *last = shown(wrapped, NULL);
		g_assert_true(g_str_has_prefix(last, "quotation: - "));
	}
	g_autofree char *marks = g_strnfill(60, '>');
	g_autofree char *deep = shown(marks, NULL);
	g_assert_cmpstr(deep, ==, ">>>>>>>>>>/");
	g_autofree char *below = g_strconcat(FORWARDED "2 Mar 2026, ", words, " <x@y.example>:\n", NULL);
	g_autofree char *unread = shown(below, NULL);
	g_assert_true(g_str_has_prefix(unread, "en: - [-]"));
	g_autofree char *spaces = g_strnfill(500, ' ');
	g_autofree char *arrows = g_strconcat(">>> 02.03.2026 09:00 X <x@y.example>", spaces, ">>>\n", NULL);
	g_autofree char *prose = shown(arrows, NULL);
	g_assert_true(g_str_has_prefix(prose, "02.03."));
	/* A phrase is short. */
	g_autofree char *phrase = g_strconcat(
		"---- ", words, " ----\nQuux: a@evil.example\nFred: b@c.example\nThud: S\n", NULL);
	g_autofree char *none = shown(phrase, NULL);
	g_assert_true(g_str_has_prefix(none, "---- xxx"));
	/* What does not fit into a value is left out of it. */
	g_autofree char *many = g_strnfill(17000, 'x');
	g_autofree char *block = g_strconcat(HEAD "Subject: ", many, "\n", NULL);
	g_autofree char *cut = shown(block, NULL);
	g_assert_cmpstr(cut, ==, BLOCK "[-] {} ");
}

static void test_words(void)
{
	/* Text that is no UTF-8 is no word. */
	g_assert_cmpint(forward_label("\xff\xfe", 2), ==, FIELD_NONE);
	g_assert_cmpint(forward_label("", 0), ==, FIELD_NONE);
	g_assert_null(forward_phrase("", 0));
	forward_free(NULL);
}

static const struct {
	const char *value, *address, *name;
} mailboxes[] = {
	{"A B <a@evil.example>", "a@evil.example", "A B"},
	{"\"'A'\" <mailto:a@evil.example>", "a@evil.example", "A"},
	{"A [mailto:a@evil.example]", "a@evil.example", "A"},
	{"a@evil.example", "a@evil.example", NULL},
	{"A", NULL, "A"},
	/* the address in brackets is the sender's, what stands before it a name */
	{"b@c.example <a@evil.example>", "a@evil.example", "b@c.example"},
	{"b@c.example <MAILTO:a@evil.example>", "a@evil.example", "b@c.example"},
	{"b@c.example [a@evil.example]", "a@evil.example", "b@c.example"},
	{"b@c.example (a@evil.example)", "b@c.example", NULL},
	{"b@c.example, a@evil.example", "b@c.example", NULL},
	{"A <a@evil.example> <b@c.example>", "a@evil.example", "A"},
	{"A <a@> <a@evil.example>", "a@evil.example", "A <a@>"},
	{"a.b+c-d@my-evil.example", "a.b+c-d@my-evil.example", NULL},
	{"a at evil dot example", NULL, "a at evil dot example"},
	/* no ASCII */
	{"j\xc3\xb6rg@evil.example", "j\xc3\xb6rg@evil.example", NULL},
	{"a@b\xc3\xbc"
	 "cher.example",
		"a@xn--bcher-kva.example", NULL},
	/* around it */
	{"'a@evil.example'", "a@evil.example", NULL},
	{"write to a@evil.example.", "a@evil.example", "write to"},
	/* made harmless */
	{"a[@]evil[.]example", "a@evil.example", "a[@]evil[.]example"},
	{"A (a@)", NULL, "A (a@)"},
};

static void test_mailboxes(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(mailboxes); i++) {
		g_autofree char *name = NULL, *address = forward_mailbox(mailboxes[i].value, &name);
		g_test_message("%s", mailboxes[i].value);
		g_assert_cmpstr(address, ==, mailboxes[i].address);
		g_assert_cmpstr(name, ==, mailboxes[i].name);
	}
	/* Nothing before the value is looked at. */
	g_autofree char *address = forward_mailbox("<a@evil.example <b@c.example>" + 1, NULL);
	g_assert_cmpstr(address, ==, "b@c.example");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	domain_init(NULL);
	message_init();
	g_test_add_func("/forward/rules/blocks", test_blocks);
	g_test_add_func("/forward/rules/raws", test_raws);
	g_test_add_func("/forward/rules/separators", test_separators);
	g_test_add_func("/forward/rules/quotations", test_quotations);
	g_test_add_func("/forward/rules/mailboxes", test_mailboxes);
	g_test_add_func("/forward/rules/dates", test_dates);
	g_test_add_func("/forward/rules/limits", test_limits);
	g_test_add_func("/forward/rules/words", test_words);
	return g_test_run();
}
