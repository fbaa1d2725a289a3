#include "date-words.h"

#include <string.h>

enum { WORD_MAX = 60 };

/* Beginnings of the names, lower case, as they stand in a date (many languages inflect them) and as clients
 * shorten them, two bytes at least. The longest that fits decides. */
static const char *const months[12] = {
	"jan|janv|januar|janeiro|ene|gen|genn|gennaio|ian|sty|stycz|led|ledna|ocak|oca|tammi|jaan|sij|siječ|"
	"saus|янв|січ|јан|ян|ιαν|يناير|ינו|בינו|gener",
	"feb|febr|fév|févr|fev|lut|úno|şub|şubat|helmi|veebr|velj|vas|vasar|фев|февр|лют|феб|φεβ|"
	"فبراير|פבר|בפבר|únor",
	"mar|mars|märz|mär|mrz|marzo|março|març|maart|mrt|maa|maalis|mart|marca|marec|márc|martie|märts|ožu|"
	"bře|březn|kov|kovo|мар|март|бер|берез|μαρ|مارس|מרץ|במרץ|marts|mrc",
	"apr|avr|avril|abr|kwi|kwiet|dub|dubn|nis|nisan|huhti|ápr|tra|travn|bal|апр|апрел|квіт|кві|"
	"απρ|أبريل|אפר|באפר|aprīl",
	"may|mai|maj|maja|mei|mayo|maio|mag|maggio|máj|máje|květ|kvě|mayıs|touko|svi|svib|geg|geguž|май|мая|"
	"трав|тра|μαΐ|μαι|מאי|במאי|مايو|maijs|maig|maí",
	"jun|juin|juni|giu|giugn|cze|czerw|czerwc|červn|čvn|haz|hazir|kesä|jún|júní|iun|juuni|lipnj|lipanj|"
	"birž|июн|черв|чер|јун|юни|ιουν|يونيو|יונ|ביונ|jūn",
	"jul|juil|juillet|juli|lug|lugli|lip|lipc|lipiec|červenc|čvc|tem|temm|heinä|júl|júlí|iul|juuli|srpnj|"
	"srpanj|liep|июл|лип|липн|јул|юли|ιουλ|يوليو|יול|ביול|jūl",
	"aug|août|aoû|aout|ago|sie|sierp|srp|srpn|ağu|ağust|elo|elok|ágú|kol|kolov|rugp|авг|серп|сер|αυγ|"
	"أغسطس|אוג|באוג|avg",
	"sep|sept|set|wrz|wrze|zář|eyl|eylül|syys|szept|ruj|rujn|rugs|сен|сент|вер|верес|септ|σεπ|سبتمبر|"
	"ספט|בספט",
	"oct|okt|out|ott|paź|październ|říj|říjn|ekim|eki|loka|sps|spal|окт|жовт|жов|οκτ|أكتوبر|"
	"אוק|באוק|listopada.",
	"nov|nov|lis|listop|kas|kasım|marras|noiem|noi|stud|lapkr|ноя|нояб|лист|ноем|νοε|نوفمبر|נוב|בנוב",
	"dec|dez|déc|dic|dici|gru|grud|pro|prosin|ara|aral|joulu|detsem|pros|gruod|дек|груд|гру|дец|δεκ|"
	"ديسمبر|"
	"דצמ|בדצמ|des|dets",
};

/* Days of the week that begin like a month. */
static const char *const days[] = {
	"mard", "martes", "marted", "marț", "marti", "maand", "maanan", "vasár", "серед", "kolmap"};

static gboolean is_weekday(const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(days); i++)
		if (g_str_has_prefix(word, days[i]))
			return TRUE;
	return FALSE;
}

static gsize word_bytes(const char *at)
{
	const char *end = at;
	while (*end && end - at < WORD_MAX && g_unichar_isalpha(g_utf8_get_char(end)))
		end = g_utf8_next_char(end);
	return end - at;
}

static GHashTable *names; /* beginning of a month's name → its number */
static gsize longest;     /* of them, in bytes */

static void load_names(void)
{
	names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int i = 11; i >= 0; i--) { /* the first month wins */
		g_auto(GStrv) list = g_strsplit(months[i], "|", -1);
		for (char **name = list; *name; name++) {
			longest = MAX(longest, strlen(*name));
			g_hash_table_insert(names, g_strdup(*name), GINT_TO_POINTER(i + 1));
		}
	}
}

/* The month whose name is the longest that @word begins with, or 0; @word is cut on the way. */
static int month_of(char *word)
{
	if (!names)
		load_names();
	for (gsize n = MIN(strlen(word), longest); n > 1; n--) {
		word[n] = '\0';
		gpointer month = g_hash_table_lookup(names, word);
		if (month)
			return GPOINTER_TO_INT(month);
	}
	return 0;
}

int date_month_word(const char *at, gboolean after_dot, gsize *length_out)
{
	*length_out = word_bytes(at);
	if (!*length_out)
		return 0;
	g_autofree char *lower = g_utf8_strdown(at, *length_out);
	if (is_weekday(lower))
		return 0;
	g_autofree char *word = g_strconcat(lower, after_dot ? "." : "", NULL);
	return month_of(word);
}

int date_half_word(const char *at, gsize *length_out)
{
	static const struct {
		const char *word;
		int hours;
	} halves[] = {{"午後", 12}, {"下午", 12}, {"晚上", 12}, {"오후", 12}, {"午前", 0}, {"上午", 0},
		{"오전", 0}, {"p.m.", 12}, {"p. m.", 12}, {"a.m.", 0}, {"a. m.", 0}, {"ös", 12}, {"öö", 0},
		{"μ.μ.", 12}, {"π.μ.", 0}};
	for (guint i = 0; i < G_N_ELEMENTS(halves); i++)
		if (g_str_has_prefix(at, halves[i].word)) {
			*length_out = strlen(halves[i].word);
			return halves[i].hours;
		}
	return -1;
}

char date_unit(const char *at)
{
	static const struct {
		const char *word;
		char unit;
	} units[] = {{"年", 'y'}, {"년", 'y'}, {"月", 'm'}, {"월", 'm'}, {"日", 'd'}, {"일", 'd'},
		{"時", 'H'}, {"时", 'H'}, {"點", 'H'}, {"点", 'H'}, {"시", 'H'}, {"分", 'M'}, {"분", 'M'},
		{"秒", 'S'}, {"초", 'S'}};
	for (guint i = 0; i < G_N_ELEMENTS(units); i++)
		if (g_str_has_prefix(at, units[i].word))
			return units[i].unit;
	return 0;
}
