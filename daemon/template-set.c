#include "template-set.h"

#include <gio/gio.h>
#include <string.h>

#define BUILT_IN     "/complaintd/templates"
#define LARGEST_FILE (256 * 1024)

/* Made by glib-compile-resources; named here so that the linker takes it out of the archive. */
GResource *complaintd_get_resource(void);

typedef struct {
	Template *subject;
	Template *body;
} Mail;

struct TemplateSet {
	gint references;
	char *language;    /* where nothing better is known */
	json_t *samples;   /* mail -> context */
	GHashTable *mails; /* "party/language/mail" -> Mail; party "" for all */
	GHashTable *languages;
};

typedef struct {
	TemplateSet *set;
	GPtrArray *complaints;
} Loader;

static void mail_free(gpointer data)
{
	Mail *mail = data;

	template_free(mail->subject);
	template_free(mail->body);
	g_free(mail);
}

TemplateSet *template_set_ref(TemplateSet *set)
{
	g_atomic_int_inc(&set->references);
	return set;
}

void template_set_unref(TemplateSet *set)
{
	if (!set || !g_atomic_int_dec_and_test(&set->references))
		return;
	g_hash_table_unref(set->mails);
	g_hash_table_unref(set->languages);
	json_decref(set->samples);
	g_free(set->language);
	g_free(set);
}

static void complain(Loader *loader, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void complain(Loader *loader, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	g_ptr_array_add(loader->complaints, g_strdup_vprintf(format, list));
	va_end(list);
}

/* "Subject: words", an empty line, the text. Lines keep the numbers they have in the file. */
static Mail *mail_compile(const char *source, const char *file, GError **error)
{
	if (!g_str_has_prefix(source, "Subject:")) {
		g_set_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX,
			"%s:1: does not begin with \"Subject:\"", file);
		return NULL;
	}

	gsize length = strcspn(source, "\n");
	const char *blank = source + length + (source[length] != '\0');
	const char *body = blank + strspn(blank, "\r");
	if (*body != '\n') {
		g_set_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX,
			"%s:2: no empty line below the subject", file);
		return NULL;
	}

	g_autofree char *words =
		g_strstrip(g_strndup(source + strlen("Subject:"), length - strlen("Subject:")));
	if (!*words) {
		g_set_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX, "%s:1: the subject is empty", file);
		return NULL;
	}

	Mail *mail = g_new0(Mail, 1);
	mail->subject = template_compile(words, file, 1, error);
	mail->body = mail->subject ? template_compile(body + 1, file, 3, error) : NULL;
	if (!mail->body)
		g_clear_pointer(&mail, mail_free);
	return mail;
}

/* Takes the mail into the set if it compiles and its sample knows every name it uses. */
static void loader_add(Loader *loader, const char *party, const char *language, const char *file_name,
	const char *source, const char *path)
{
	g_autofree char *name = g_strndup(file_name, strlen(file_name) - strlen(".txt"));
	g_autoptr(GError) error = NULL;
	json_t *sample = json_object_get(loader->set->samples, name);

	if (!sample) {
		complain(loader, "%s:1: there is no mail called \"%s\"", path, name);
		return;
	}

	Mail *mail = mail_compile(source, path, &error);
	if (!mail) {
		complain(loader, "%s", error->message);
		return;
	}

	g_hash_table_insert(loader->set->mails, g_strconcat(party, "/", language, "/", name, NULL), mail);
	g_hash_table_add(loader->set->languages, g_strdup(language));
	if (!template_check(mail->subject, sample, &error) || !template_check(mail->body, sample, &error))
		complain(loader, "%s", error->message);
}

/* "*" has what every mail has; a mail's own member only what differs. */
static void complete_samples(json_t *samples)
{
	json_t *base = json_incref(json_object_get(samples, "*"));
	const char *mail;
	json_t *sample;

	json_object_del(samples, "*");
	json_object_foreach(samples, mail, sample) json_object_update_missing(sample, base);
	json_decref(base);
}

static gboolean load_samples(Loader *loader)
{
	g_autoptr(GBytes) bytes = g_resource_lookup_data(
		complaintd_get_resource(), BUILT_IN "/samples.json", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	json_error_t wrong = {.line = 0};

	if (bytes)
		loader->set->samples = json_loadb(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
			JSON_REJECT_DUPLICATES, &wrong);
	if (json_is_object(loader->set->samples)) {
		complete_samples(loader->set->samples);
		return TRUE;
	}
	complain(loader, "templates/samples.json:%d: %s", wrong.line, bytes ? wrong.text : "is not built in");
	return FALSE;
}

static void load_built_in(Loader *loader)
{
	g_auto(GStrv) languages = g_resource_enumerate_children(
		complaintd_get_resource(), BUILT_IN, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

	for (guint i = 0; languages && languages[i]; i++) {
		if (!g_str_has_suffix(languages[i], "/"))
			continue;
		g_autofree char *directory = g_strconcat(BUILT_IN, "/", languages[i], NULL);
		g_autofree char *language = g_strndup(languages[i], strlen(languages[i]) - 1);
		g_auto(GStrv) files = g_resource_enumerate_children(
			complaintd_get_resource(), directory, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
		for (guint j = 0; files && files[j]; j++) {
			g_autofree char *path = g_strconcat(directory, files[j], NULL);
			g_autofree char *shown = g_strconcat("templates/", languages[i], files[j], NULL);
			g_autoptr(GBytes) bytes = g_resource_lookup_data(
				complaintd_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
			/* g_resource_lookup_data() puts a NUL behind the bytes. */
			loader_add(loader, "", language, files[j], g_bytes_get_data(bytes, NULL), shown);
		}
	}
}

/* "de", "pt-BR": what a language's directory may be called. */
static gboolean is_language(const char *name)
{
	gsize letters = strspn(name, "abcdefghijklmnopqrstuvwxyz");

	return (letters == 2 || letters == 3) && (name[letters] == '\0' || name[letters] == '-');
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Directory entries in order, so that the first complaint is always the same one. */
static GPtrArray *entries_of(Loader *loader, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) directory = g_dir_open(path, 0, &error);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	if (!directory)
		complain(loader, "%s", error->message);
	while (directory && (name = g_dir_read_name(directory))) {
		if (*name != '.')
			g_ptr_array_add(names, g_strdup(name));
	}
	g_ptr_array_sort(names, compare_names);
	return names;
}

static void load_file(
	Loader *loader, const char *party, const char *language, const char *name, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *source = NULL;
	gsize length;

	if (!g_str_has_suffix(name, ".txt"))
		return; /* an editor's backup, a note */
	if (!g_file_get_contents(path, &source, &length, &error))
		complain(loader, "%s", error->message);
	else if (length > LARGEST_FILE || strlen(source) != length)
		complain(loader, "%s:1: is no text, or larger than 256 KiB", path);
	else
		loader_add(loader, party, language, name, source, path);
}

static void load_language(Loader *loader, const char *party, const char *language, const char *path)
{
	g_autoptr(GPtrArray) names = entries_of(loader, path);

	for (guint i = 0; i < names->len; i++) {
		g_autofree char *file = g_build_filename(path, names->pdata[i], NULL);
		load_file(loader, party, language, names->pdata[i], file);
	}
}

/* @party "": the top of the directory, where parties' directories stand beside languages. */
static void load_directory(Loader *loader, const char *party, const char *path)
{
	g_autoptr(GPtrArray) names = entries_of(loader, path);

	for (guint i = 0; i < names->len; i++) {
		const char *name = names->pdata[i];
		g_autofree char *below = g_build_filename(path, name, NULL);
		if (!g_file_test(below, G_FILE_TEST_IS_DIR))
			continue;
		if (is_language(name))
			load_language(loader, party, name, below);
		else if (*party)
			complain(loader, "%s: is not called like a language", below);
		else
			load_directory(loader, name, below);
	}
}

static Mail *find(const TemplateSet *set, const char *party, const char *language, const char *name)
{
	g_autofree char *key = g_strconcat(party, "/", language, "/", name, NULL);

	return g_hash_table_lookup(set->mails, key);
}

static void check_default_language(Loader *loader)
{
	const char *mail;
	json_t *sample;

	json_object_foreach(loader->set->samples, mail, sample)
	{
		if (!find(loader->set, "", loader->set->language, mail))
			complain(loader, "no template for \"%s\" in the default language \"%s\"", mail,
				loader->set->language);
	}
}

static TemplateSet *load(const char *directory, const char *language, GPtrArray *complaints)
{
	TemplateSet *set = g_new0(TemplateSet, 1);
	Loader loader = {.set = set, .complaints = complaints};

	set->references = 1;
	set->language = g_strdup(language && *language ? language : "en");
	set->mails = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, mail_free);
	set->languages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (load_samples(&loader)) {
		load_built_in(&loader);
		if (directory && *directory)
			load_directory(&loader, "", directory);
		check_default_language(&loader);
	}
	return set;
}

TemplateSet *template_set_load(const char *directory, const char *language, GError **error)
{
	g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(TemplateSet) set = load(directory, language, complaints);

	if (complaints->len == 0)
		return g_steal_pointer(&set);
	g_set_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_MISSING, "%s", (char *)complaints->pdata[0]);
	if (complaints->len > 1 && error && *error)
		g_prefix_error(error, "%u faults in the templates, the first: ", complaints->len);
	return NULL;
}

GPtrArray *template_set_check(const char *directory, const char *language)
{
	GPtrArray *complaints = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(TemplateSet) set = load(directory, language, complaints);

	return complaints;
}

/* The party's own words before the desk's, the exact language before the general one. */
static Mail *choose(const TemplateSet *set, const char *party, const char *language, const char *name)
{
	g_autofree char *general = g_strndup(language, strcspn(language, "-_"));
	const char *const languages[] = {language, general, set->language};
	const char *const parties[] = {party, ""};
	Mail *mail = NULL;

	for (guint l = 0; l < G_N_ELEMENTS(languages) && !mail; l++) {
		for (guint p = *party ? 0 : 1; p < G_N_ELEMENTS(parties) && !mail; p++)
			mail = find(set, parties[p], languages[l], name);
	}
	return mail;
}

gboolean template_set_render(const TemplateSet *set, const char *party, const char *language,
	const char *mail, json_t *base, json_t *context, TemplateFilter filter, char **subject_out,
	char **body_out, GError **error)
{
	const Mail *chosen = choose(set, party ? party : "", language ? language : "", mail);

	if (!chosen) {
		g_set_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_MISSING, "there is no mail called \"%s\"",
			mail);
		return FALSE;
	}

	g_autofree char *subject = template_render(chosen->subject, base, context, filter, error);
	g_autofree char *body = subject ? template_render(chosen->body, base, context, filter, error) : NULL;
	if (!body)
		return FALSE;
	g_strdelimit(subject, "\r\n", ' ');
	*subject_out = g_steal_pointer(&subject);
	*body_out = g_steal_pointer(&body);
	return TRUE;
}

json_t *template_set_sample(const TemplateSet *set, const char *mail)
{
	return json_object_get(set->samples, mail);
}

static char **sorted_keys(GPtrArray *names)
{
	g_ptr_array_sort(names, compare_names);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

char **template_set_mails(const TemplateSet *set)
{
	GPtrArray *names = g_ptr_array_new();
	const char *mail;
	json_t *sample;

	json_object_foreach(set->samples, mail, sample) g_ptr_array_add(names, g_strdup(mail));
	return sorted_keys(names);
}

char **template_set_languages(const TemplateSet *set)
{
	GPtrArray *names = g_ptr_array_new();
	GHashTableIter iter;
	gpointer language;

	g_hash_table_iter_init(&iter, set->languages);
	while (g_hash_table_iter_next(&iter, &language, NULL))
		g_ptr_array_add(names, g_strdup(language));
	return sorted_keys(names);
}

char **template_set_names(const TemplateSet *set, const char *language, const char *mail)
{
	const Mail *found = find(set, "", language, mail);
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *sorted = g_ptr_array_new();
	GHashTableIter iter;
	gpointer name;

	if (!found) {
		g_ptr_array_unref(sorted);
		return NULL;
	}
	template_names(found->subject, names);
	template_names(found->body, names);
	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		g_ptr_array_add(sorted, g_strdup(name));
	return sorted_keys(sorted);
}
