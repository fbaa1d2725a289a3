#pragma once

#include "template.h"

/* All mails in all languages: those built in, and the overrides of an administrator's directory:
 * DIR/<party ref>/<language>/<audience>-<kind>.txt before DIR/<language>/... before the built-in ones.
 * Immutable after loading, so threads share it. */
typedef struct TemplateSet TemplateSet;

/* Compiles every template and checks it against the sample context of its mail, so that an unknown
 * variable or an unclosed section is found now and not while sending. @directory may be NULL; errors
 * name file and line. @language is the default one and must have every mail. */
TemplateSet *template_set_load(const char *directory, const char *language, GError **error);

/* As template_set_load(), but goes on after an error: every complaint as a string "file:line: words".
 * Empty when all is well. Free with g_ptr_array_unref(). */
GPtrArray *template_set_check(const char *directory, const char *language);

TemplateSet *template_set_ref(TemplateSet *set);
void template_set_unref(TemplateSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TemplateSet, template_set_unref)

/* @mail is "<audience>-<kind>", as the file is called. Language de-AT falls back to de, then to the
 * default. @party is the sending party's ref or NULL. Subject without line breaks, body with \n.
 * @base and @filter as for template_render(). TEMPLATE_ERROR_UNKNOWN when @context lacks a name that
 * the template uses. */
gboolean template_set_render(const TemplateSet *set, const char *party, const char *language,
	const char *mail, json_t *base, json_t *context, TemplateFilter filter, char **subject_out,
	char **body_out, GError **error);

/* The sample context of a mail, or NULL if there is no such mail. Borrowed. */
json_t *template_set_sample(const TemplateSet *set, const char *mail);

/* The variables that a mail uses in a language, of the desk's own template; NULL if it has none there. */
char **template_set_names(const TemplateSet *set, const char *language, const char *mail);

/* NULL-terminated and sorted; free with g_strfreev(). */
char **template_set_mails(const TemplateSet *set);
char **template_set_languages(const TemplateSet *set);
