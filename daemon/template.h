#pragma once

#include <glib.h>
#include <jansson.h>

/* A strict, logic-less subset of Mustache: variables, sections over lists, objects and true values,
 * inverted sections, comments. Nothing is escaped (the mails are text/plain); partials, lambdas and
 * changed delimiters are errors. A tag alone on its line leaves no line behind. */
typedef struct Template Template;

#define TEMPLATE_ERROR (template_error_quark())
GQuark template_error_quark(void);
typedef enum {
	TEMPLATE_ERROR_SYNTAX,  /* the text is no template: unclosed, unopened or unknown tag, or without end
				 */
	TEMPLATE_ERROR_UNKNOWN, /* a name that the context does not have */
	TEMPLATE_ERROR_MISSING, /* no such mail, language or file */
} TemplateError;

/* @name stands in error messages: "NAME:LINE: ...". The template keeps no pointer to @source.
 * Lines are counted from @first_line, so that a body below a Subject: line is numbered as in its file. */
Template *template_compile(const char *source, const char *name, guint first_line, GError **error);
void template_free(Template *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Template, template_free)

/* What a text may say: the last part of the variable's name, and its value; a new string. */
typedef char *(*TemplateFilter)(const char *name, const char *text);

/* NULL with TEMPLATE_ERROR_UNKNOWN when a name that is reached is missing, since a sentence with a hole in it
 * must not be sent; with TEMPLATE_ERROR_SYNTAX when its sections write more than any mail holds. @base may be
 * NULL; it has what @context leaves out. Texts go through @filter unless it is NULL; conditions see them as
 * they are. */
char *template_render(
	const Template *template, json_t *base, json_t *context, TemplateFilter filter, GError **error);

/* FALSE with TEMPLATE_ERROR_UNKNOWN when the template uses a name that @context lacks. Sections are
 * entered whether they are true or not, lists with each of their items; what stands below an empty
 * list cannot be checked and passes. */
gboolean template_check(const Template *template, json_t *context, GError **error);

/* Adds each dotted name that the template uses to @names, a set of char * (owned by the set). */
void template_names(const Template *template, GHashTable *names);
