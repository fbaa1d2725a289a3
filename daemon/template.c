#include "template-private.h"

#include <string.h>

/* Rendering recurses once per level; no mail needs more than a handful. */
#define DEEPEST 32

typedef struct {
	const char *source;
	const char *at;
	const char *name;
	guint line;
	GPtrArray *open; /* the root and the sections around @at, borrowed */
} Compiler;

G_DEFINE_QUARK(template - error - quark, template_error)

static void node_free(gpointer data)
{
	Node *node = data;

	if (!node)
		return;
	g_clear_pointer(&node->children, g_ptr_array_unref);
	g_strfreev(node->parts);
	g_free(node->text);
	g_free(node);
}

static Node *node_new(NodeKind kind, guint line, char *text)
{
	Node *node = g_new0(Node, 1);

	node->kind = kind;
	node->line = line;
	node->text = text;
	if (kind != NODE_TEXT && text)
		node->parts = g_strsplit(g_str_equal(text, ".") ? "" : text, ".", -1);
	node->children = g_ptr_array_new_with_free_func(node_free);
	return node;
}

void template_free(Template *template)
{
	if (!template)
		return;
	node_free(template->root);
	g_free(template->name);
	g_free(template);
}

static gboolean compiler_fail(const Compiler *compiler, GError **error, const char *what, const char *name)
{
	g_set_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX, "%s:%u: %s%s%s%s", compiler->name,
		compiler->line, what, name ? " \"" : "", name ? name : "", name ? "\"" : "");
	return FALSE;
}

static Node *compiler_top(const Compiler *compiler)
{
	return compiler->open->pdata[compiler->open->len - 1];
}

static void compiler_skip_to(Compiler *compiler, const char *to)
{
	for (; compiler->at < to; compiler->at++)
		compiler->line += *compiler->at == '\n';
}

/* Keeps the text up to @end and moves on to it. */
static void compiler_text(Compiler *compiler, const char *end)
{
	if (end > compiler->at)
		g_ptr_array_add(compiler_top(compiler)->children,
			node_new(NODE_TEXT, compiler->line, g_strndup(compiler->at, end - compiler->at)));
	compiler_skip_to(compiler, end);
}

/* TRUE when nothing but blanks stands beside the tag on its line. Then the line goes with it. */
static gboolean compiler_stands_alone(const Compiler *compiler, const char **start, const char **end)
{
	const char *left = *start;
	const char *right = *end;

	while (left > compiler->source && (left[-1] == ' ' || left[-1] == '\t'))
		left--;
	if (left > compiler->source && left[-1] != '\n')
		return FALSE;

	right += strspn(right, " \t");
	if (right[0] == '\r' && right[1] == '\n')
		right++;
	if (*right != '\n' && *right != '\0')
		return FALSE;

	*start = left;
	*end = *right ? right + 1 : right;
	return TRUE;
}

/* "." or names with dots between them. */
static gboolean name_is_valid(const char *name)
{
	if (g_str_equal(name, "."))
		return TRUE;
	if (*name == '\0' || *name == '.' || g_str_has_suffix(name, ".") || strstr(name, ".."))
		return FALSE;
	for (; *name; name++) {
		if (!g_ascii_isalnum(*name) && !strchr("._-", *name))
			return FALSE;
	}
	return TRUE;
}

static gboolean compiler_open(Compiler *compiler, NodeKind kind, char *name, GError **error)
{
	if (compiler->open->len > DEEPEST) {
		g_autofree char *kept = name;
		return compiler_fail(compiler, error, "sections are nested too deeply at", kept);
	}

	Node *node = node_new(kind, compiler->line, name);
	g_ptr_array_add(compiler_top(compiler)->children, node);
	g_ptr_array_add(compiler->open, node);
	return TRUE;
}

static gboolean compiler_close(Compiler *compiler, const char *name, GError **error)
{
	Node *top = compiler_top(compiler);

	if (compiler->open->len == 1)
		return compiler_fail(compiler, error, "closes a section that is not open:", name);
	if (!g_str_equal(top->text, name)) {
		g_autofree char *what =
			g_strdup_printf("section \"%s\" of line %u is still open, not", top->text, top->line);
		return compiler_fail(compiler, error, what, name);
	}
	g_ptr_array_set_size(compiler->open, compiler->open->len - 1);
	return TRUE;
}

/* @sigil is the character that tells what the tag is, '\0' for a variable. */
static gboolean compiler_tag(Compiler *compiler, char sigil, const char *inside, gsize length, GError **error)
{
	g_autofree char *name = g_strstrip(g_strndup(inside, length));

	if (sigil == '!')
		return TRUE;
	if (sigil == '>' || sigil == '=')
		return compiler_fail(compiler, error,
			sigil == '>' ? "partials are not supported:" : "delimiters cannot be changed:", name);
	if (!name_is_valid(name))
		return compiler_fail(compiler, error, "not a name:", name);

	switch (sigil) {
	case '#':
		return compiler_open(compiler, NODE_SECTION, g_steal_pointer(&name), error);
	case '^':
		return compiler_open(compiler, NODE_INVERTED, g_steal_pointer(&name), error);
	case '/':
		return compiler_close(compiler, name, error);
	default:
		g_ptr_array_add(compiler_top(compiler)->children,
			node_new(NODE_VARIABLE, compiler->line, g_steal_pointer(&name)));
		return TRUE;
	}
}

/* Reads the tag whose "{{" is at @start. */
static gboolean compiler_step(Compiler *compiler, const char *start, GError **error)
{
	gboolean triple = start[2] == '{';
	const char *closing = triple ? "}}}" : "}}";
	const char *inside = start + 2;

	inside += strspn(inside, " \t\r\n");
	char sigil = *inside && strchr("#^/!>=&{", *inside) ? *inside : '\0';
	if (sigil)
		inside++;
	if (sigil == '{' && !triple)
		sigil = '\0', inside--;

	const char *close = strstr(inside, closing);
	if (!close) {
		compiler_skip_to(compiler, start);
		return compiler_fail(compiler, error, "a tag is opened and never closed", NULL);
	}

	const char *end = close + strlen(closing);
	const char *next = end;
	if (sigil && strchr("#^/!", sigil))
		compiler_stands_alone(compiler, &start, &next);

	compiler_text(compiler, start);
	if (!compiler_tag(compiler, sigil, inside, close - inside, error))
		return FALSE;
	compiler_skip_to(compiler, next);
	return TRUE;
}

static gboolean compiler_run(Compiler *compiler, GError **error)
{
	const char *start;

	while ((start = strstr(compiler->at, "{{"))) {
		if (!compiler_step(compiler, start, error))
			return FALSE;
	}
	compiler_text(compiler, compiler->at + strlen(compiler->at));

	if (compiler->open->len > 1) {
		const Node *top = compiler_top(compiler);
		compiler->line = top->line;
		return compiler_fail(compiler, error, "section is never closed:", top->text);
	}
	return TRUE;
}

Template *template_compile(const char *source, const char *name, guint first_line, GError **error)
{
	g_autoptr(GPtrArray) open = g_ptr_array_new();
	Compiler compiler = {.source = source, .at = source, .name = name, .line = first_line, .open = open};
	g_autoptr(Template) template = g_new0(Template, 1);

	template->name = g_strdup(name);
	template->root = node_new(NODE_SECTION, first_line, NULL);
	g_ptr_array_add(open, template->root);

	if (!g_utf8_validate(source, -1, NULL)) {
		compiler_fail(&compiler, error, "is not UTF-8", NULL);
		return NULL;
	}
	if (!compiler_run(&compiler, error))
		return NULL;
	return g_steal_pointer(&template);
}
