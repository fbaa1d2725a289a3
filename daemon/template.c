#include "template.h"

#include <string.h>

/* Rendering recurses once per level; no mail needs more than a handful. */
#define DEEPEST 32

typedef enum {
	NODE_TEXT,
	NODE_VARIABLE,
	NODE_SECTION,
	NODE_INVERTED,
} NodeKind;

typedef struct {
	NodeKind kind;
	guint line;
	char *text;   /* a name, or the words of NODE_TEXT */
	char **parts; /* of a dotted name; empty for "." */
	GPtrArray *children;
} Node;

struct Template {
	char *name;
	Node *root;
};

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
	Compiler compiler = {
		.source = source, .at = source, .name = name, .line = first_line, .open = open
	};
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

/* The first part of a dotted name is looked for outwards, the rest only inside what was found. */
static json_t *stack_find(const GPtrArray *stack, char **parts)
{
	json_t *value = NULL;

	if (!parts[0])
		return stack->pdata[stack->len - 1];
	for (guint i = stack->len; i > 0 && !value; i--)
		value = json_object_get(stack->pdata[i - 1], parts[0]);
	for (guint i = 1; parts[i] && value; i++)
		value = json_object_get(value, parts[i]);
	return value;
}

static gboolean value_is_true(const json_t *value)
{
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_NULL:
	case JSON_FALSE:
		return FALSE;
	case JSON_ARRAY:
		return json_array_size(value) > 0;
	case JSON_STRING:
		return json_string_length(value) > 0;
	case JSON_INTEGER:
		return json_integer_value(value) != 0;
	default:
		return TRUE;
	}
}

static void text_append(GString *out, const char *name, const char *text, TemplateFilter filter)
{
	const char *dot = strrchr(name, '.');
	g_autofree char *words = filter ? filter(dot && dot[1] ? dot + 1 : name, text) : NULL;

	g_string_append(out, filter ? words : text);
}

static void value_append(GString *out, const char *name, const json_t *value, TemplateFilter filter)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_STRING:
		text_append(out, name, json_string_value(value), filter);
		break;
	case JSON_INTEGER:
		g_string_append_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_REAL:
		g_string_append(out, g_ascii_formatd(number, sizeof number, "%.15g", json_real_value(value)));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		g_string_append(out, json_is_true(value) ? "true" : "false");
		break;
	default:
		break; /* a list or an object has no words; template_check() refuses it */
	}
}

typedef struct {
	const Template *template;
	GPtrArray *stack;
	GString *out; /* NULL while only checking */
	TemplateFilter filter;
	gboolean strict; /* a missing name is an error */
	GError *error;
} Walk;

static void walk_nodes(Walk *walk, const GPtrArray *nodes);

static gboolean walk_fail(Walk *walk, const Node *node, const char *what)
{
	if (!walk->error)
		g_set_error(&walk->error, TEMPLATE_ERROR, TEMPLATE_ERROR_UNKNOWN, "%s:%u: %s \"%s\"",
			walk->template->name, node->line, what, node->text);
	return FALSE;
}

static void walk_inside(Walk *walk, const Node *node, json_t *value)
{
	g_ptr_array_add(walk->stack, value);
	walk_nodes(walk, node->children);
	g_ptr_array_set_size(walk->stack, walk->stack->len - 1);
}

static void walk_section(Walk *walk, const Node *node, json_t *value)
{
	size_t i;
	json_t *item;

	if (json_is_array(value))
		json_array_foreach(value, i, item) walk_inside(walk, node, item);
	else if (value_is_true(value) || (!walk->out && !json_is_null(value)))
		walk_inside(walk, node, value);
}

static void walk_node(Walk *walk, const Node *node)
{
	if (node->kind == NODE_TEXT) {
		if (walk->out)
			g_string_append(walk->out, node->text);
		return;
	}

	json_t *value = stack_find(walk->stack, node->parts);
	if (!value && walk->strict) {
		walk_fail(walk, node, "unknown variable");
		return;
	}

	if (node->kind == NODE_SECTION)
		walk_section(walk, node, value);
	else if (node->kind == NODE_INVERTED && (!walk->out || !value_is_true(value)))
		walk_nodes(walk, node->children);
	else if (node->kind == NODE_VARIABLE && walk->strict &&
		(json_is_object(value) || json_is_array(value)))
		walk_fail(walk, node, "a list or an object cannot be written out:");
	else if (node->kind == NODE_VARIABLE && walk->out)
		value_append(walk->out, node->text, value, walk->filter);
}

static void walk_nodes(Walk *walk, const GPtrArray *nodes)
{
	for (guint i = 0; i < nodes->len && !walk->error; i++)
		walk_node(walk, nodes->pdata[i]);
}

static gboolean walk_run(Walk *walk, const Template *template, json_t *base, json_t *context, GError **error)
{
	g_autoptr(GPtrArray) stack = g_ptr_array_new();

	walk->template = template;
	walk->stack = stack;
	if (base)
		g_ptr_array_add(stack, base);
	g_ptr_array_add(stack, context);
	walk_nodes(walk, template->root->children);
	if (!walk->error)
		return TRUE;
	g_propagate_error(error, walk->error);
	return FALSE;
}

char *template_render(const Template *template, json_t *context)
{
	Walk walk = { .out = g_string_new(NULL) };

	walk_run(&walk, template, NULL, context, NULL);
	return g_string_free(walk.out, FALSE);
}

char *template_render_strict(
	const Template *template, json_t *base, json_t *context, TemplateFilter filter, GError **error)
{
	Walk walk = { .out = g_string_new(NULL), .filter = filter, .strict = TRUE };
	gboolean whole = walk_run(&walk, template, base, context, error);

	return g_string_free(walk.out, !whole);
}

gboolean template_check(const Template *template, json_t *context, GError **error)
{
	Walk walk = { .strict = TRUE };

	return walk_run(&walk, template, NULL, context, error);
}

static void nodes_names(const GPtrArray *nodes, GHashTable *names)
{
	for (guint i = 0; i < nodes->len; i++) {
		const Node *node = nodes->pdata[i];
		if (node->kind != NODE_TEXT)
			g_hash_table_add(names, g_strdup(node->text));
		nodes_names(node->children, names);
	}
}

void template_names(const Template *template, GHashTable *names)
{
	nodes_names(template->root->children, names);
}
