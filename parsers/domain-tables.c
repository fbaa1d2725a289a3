#include "domain-tables.h"
#include "domain.h"

#include <string.h>

typedef struct {
	const char *reason;
	const char *names; /* space-separated; each covers what is below it */
} Plumbing;

/* Being mentioned makes none of these a culprit. Hosts where anybody can put a page (docs.google.com,
 * github.io, blob.core.windows.net …) are not here: a page there can be the crime. */
static const Plumbing plumbing[] = {
	{"XML namespaces and document types",
		"w3.org schemas.microsoft.com schemas.openxmlformats.org schemas.xmlsoap.org purl.org "
		"xmlns.com ogp.me "
		"schema.org ns.adobe.com rdfs.org dublincore.org"},
	{"standards and registries",
		"ietf.org rfc-editor.org iana.org icann.org internic.net datatracker.ietf.org xarf.org "
		"x-arf.org "
		"abusix.org arin.net ripe.net apnic.net lacnic.net afrinic.net publicsuffix.org "
		"verisign-grs.com lookup.icann.org"},
	{"fonts, scripts and pictures of page builders",
		"fonts.googleapis.com fonts.gstatic.com gstatic.com ajax.googleapis.com "
		"maxcdn.bootstrapcdn.com "
		"cdnjs.cloudflare.com jsdelivr.net code.jquery.com use.typekit.net use.fontawesome.com "
		"googletagmanager.com google-analytics.com ssl.google-analytics.com gravatar.com "
		"googleusercontent.com"},
	{"help and policy pages of the mailbox providers, link shims",
		"aka.ms go.microsoft.com support.google.com policies.google.com myaccount.google.com "
		"accounts.google.com mail.google.com groups.google.com safelinks.protection.outlook.com "
		"urldefense.com urldefense.proofpoint.com "
		"outlook.office.com outlook.live.com outlook.office365.com support.apple.com help.yahoo.com "
		"overview.mail.yahoo.com more.att.com mail.onelink.me onelink.me l.facebook.com "
		"lm.facebook.com "
		"support.microsoft.com privacy.microsoft.com www.microsoft.com "
		"www.google.com"},
	{"mail clients that sign with themselves",
		"mozilla.org thunderbird.net getmailbird.com mailspring.com getmailspring.com emclient.com "
		"bluemail.me "
		"readdle.com sparkmailapp.com missiveapp.com freron.com superhuman.com "
		"avast.com avg.com sig.avast.com malwarebytes.com eset.com mailscanner.info roundcube.net"},
	{"social networks' icons in signatures",
		"facebook.com twitter.com x.com linkedin.com instagram.com youtube.com youtu.be "
		"pinterest.com "
		"tiktok.com"},
	{"mail gateways of the reporter's side",
		"protection.outlook.com mimecast.com mimecastprotect.com pphosted.com ppe-hosted.com "
		"barracudanetworks.com messagelabs.com iphmx.com trendmicro.com spamexperts.com "
		"mailcontrol.com antispamcloud.com hornetsecurity.com"},
	{"laws, authorities' and anti-abuse explanations",
		"legifrance.gouv.fr cnil.fr eur-lex.europa.eu gdpr.eu gdpr-info.eu ftc.gov ic3.gov "
		"law.cornell.edu "
		"gesetze-im-internet.de dejure.org bfdi.bund.de legislation.gov.uk ico.org.uk signal-spam.fr "
		"signal-arnaques.com copyright.gov wipo.int m3aawg.org maawg.org antiphishing.org apwg.org "
		"caloppa.org crtc.gc.ca fightspam.gc.ca europa.eu garanteprivacy.it agpd.es aepd.es"},
	{"tools that reporters quote",
		"spamcop.net spamhaus.org abuse.net abuseipdb.com virustotal.com urlscan.io phishtank.com "
		"phishtank.org openphish.com surbl.org uribl.com mxtoolbox.com whois.com who.is "
		"whois.domaintools.com "
		"domaintools.com dnslytics.com urlhaus.abuse.ch abuse.ch blocklist.de fail2ban.org "
		"safebrowsing.google.com transparencyreport.google.com stopforumspam.com projecthoneypot.org "
		"knujon.com dnswl.org senderscore.org senderbase.org talosintelligence.com "
		"barracudacentral.org "
		"ipinfo.io robtex.com shodan.io censys.io any.run hybrid-analysis.com web.archive.org "
		"archive.org "
		"archive.ph archive.today wikipedia.org netcraft.com"},
};

/* Whose mailboxes people have. A forwarded From there says nothing about a domain. */
static const char *const providers[] = {
	"gmail.com googlemail.com aol.com aim.com icloud.com me.com mac.com msn.com ymail.com rocketmail.com "
	"proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com fastmail.com "
	"fastmail.fm hey.com zoho.com zohomail.com zohomail.eu mail.com email.com usa.com gmx.net "
	"hushmail.com mailfence.com runbox.com posteo.de posteo.net mailbox.org disroot.org riseup.net "
	"duck.com",
	/* by country */
	"web.de freenet.de t-online.de arcor.de online.de kabelmail.de vodafone.de 1und1.de email.de",
	"orange.fr wanadoo.fr free.fr sfr.fr neuf.fr laposte.net bbox.fr numericable.fr club-internet.fr "
	"aliceadsl.fr 9online.fr cegetel.net voila.fr",
	"libero.it virgilio.it alice.it tin.it tiscali.it inwind.it iol.it fastwebnet.it aruba.it poste.it",
	"bluewin.ch sunrise.ch hispeed.ch swissonline.ch gmx.ch gmx.at aon.at chello.at a1.net",
	"telefonica.net terra.es ono.com movistar.es telenet.be skynet.be proximus.be scarlet.be voo.be",
	"ziggo.nl kpnmail.nl kpnplanet.nl planet.nl xs4all.nl home.nl upcmail.nl hetnet.nl casema.nl",
	"btinternet.com btopenworld.com sky.com talktalk.net virginmedia.com blueyonder.co.uk ntlworld.com "
	"tiscali.co.uk eircom.net",
	"comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net spectrum.net "
	"earthlink.net juno.com netzero.net optonline.net roadrunner.com rr.com frontier.com frontiernet.net "
	"windstream.net centurylink.net q.com embarqmail.com mindspring.com excite.com lycos.com",
	"rogers.com shaw.ca bell.net sympatico.ca videotron.ca telus.net cogeco.ca",
	"bigpond.com bigpond.net.au optusnet.com.au iinet.net.au tpg.com.au xtra.co.nz",
	"uol.com.br bol.com.br terra.com.br ig.com.br globo.com globomail.com sapo.pt",
	"mail.ru inbox.ru list.ru bk.ru internet.ru yandex.ru yandex.com ya.ru yandex.by yandex.kz yandex.ua "
	"rambler.ru lenta.ru ukr.net i.ua meta.ua bigmir.net",
	"seznam.cz email.cz post.cz centrum.cz centrum.sk atlas.cz volny.cz azet.sk zoznam.sk",
	"wp.pl o2.pl onet.pl op.pl poczta.onet.pl interia.pl interia.eu tlen.pl gazeta.pl vp.pl poczta.fm",
	"freemail.hu citromail.hu indamail.hu abv.bg mail.bg dir.bg otenet.gr in.gr net.hr siol.net inbox.lv "
	"online.ee mail.ee walla.co.il walla.com mynet.com",
	"telia.com telia.se bredband.net spray.se comhem.se online.no broadpark.no tele2.se tdcadsl.dk "
	"mail.dk "
	"jubii.dk stofanet.dk elisanet.fi kolumbus.fi luukku.com suomi24.fi",
	"qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn aliyun.com "
	"naver.com hanmail.net daum.net nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp nifty.com "
	"rediffmail.com",
};

/* Brands that sell mailboxes under the suffixes given. */
static const struct {
	const char *brand, *suffixes;
} brands[] = {
	{"yahoo",
		"com fr de it es co.uk co.in in ca com.au com.br com.ar com.mx co.jp ie se no dk pl ro gr nl "
		"be "
		"at cz hu pt com.tr com.vn co.id com.ph com.sg com.hk com.tw com.cn co.nz co.za co.th com.my "
		"com.co com.pe com.ve cl fi ne.jp"},
	{"hotmail",
		"com fr de it es co.uk be ch at nl se no dk fi ca com.br com.ar com.au co.jp gr hu cz "
		"com.tr pt ro cl co.nz co.th my sg ph"},
	{"outlook",
		"com fr de it es pt be at ie dk cz hu sa com.br com.ar com.au com.gr co.id co.il co.th jp kr "
		"lv my ph sg sk in cl com.tr com.vn"},
	{"live",
		"com fr de it be nl at ch se no dk fi ca co.uk ie com.ar com.mx com.au com.pt cn jp ru cl "
		"co.za in "
		"com.my com.sg hk"},
	{"gmx", "com de net at ch fr es co.uk li org us eu info biz"},
	{"aol", "com de fr co.uk it es ca com.br se nl be at ch com.mx com.ar com.au"},
};

static GHashTable *plumbing_names, *provider_names;

static void add_words(GHashTable *table, const char *words, const char *prefix)
{
	g_auto(GStrv) list = g_strsplit(words, " ", -1);
	for (char **word = list; *word; word++)
		if (**word)
			g_hash_table_add(table, g_strconcat(prefix, *word, NULL));
}

void domain_tables_init(void)
{
	plumbing_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(plumbing); i++)
		add_words(plumbing_names, plumbing[i].names, "");

	provider_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(providers); i++)
		add_words(provider_names, providers[i], "");
	for (guint i = 0; i < G_N_ELEMENTS(brands); i++) {
		g_autofree char *prefix = g_strconcat(brands[i].brand, ".", NULL);
		add_words(provider_names, brands[i].suffixes, prefix);
	}
}

gboolean domain_is_plumbing(const char *host)
{
	if (!plumbing_names)
		domain_init(NULL);
	for (const char *p = host; p && *p; p = strchr(p, '.') ? strchr(p, '.') + 1 : NULL)
		if (g_hash_table_contains(plumbing_names, p))
			return TRUE;
	return FALSE;
}

gboolean domain_is_mailbox_provider(const char *domain)
{
	if (!provider_names)
		domain_init(NULL);
	if (!domain)
		return FALSE;
	if (g_hash_table_contains(provider_names, domain))
		return TRUE;

	const char *registrable = domain_registrable(domain);
	return registrable && g_hash_table_contains(provider_names, registrable);
}
