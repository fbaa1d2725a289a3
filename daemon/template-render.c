#include "template-private.h"

#include <string.h>

enum {
	STEPS_MAX = 1000000, /* sections entered for one mail */
	TEXT_MAX = 16 << 20, /* bytes of it */
};

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
	switch (json_typeof(value)) {
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

	switch (json_typeof(value)) {
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
		break; /* null; walk_node() refuses lists and objects */
	}
}

typedef struct {
	const Template *template;
	GPtrArray *stack;
	GString *out; /* NULL while only checking */
	guint steps;
	TemplateFilter filter;
	GError *error;
} Walk;

static void walk_nodes(Walk *walk, const GPtrArray *nodes);

static gboolean walk_fail(Walk *walk, const Node *node, TemplateError code, const char *what)
{
	if (!walk->error)
		g_set_error(&walk->error, TEMPLATE_ERROR, code, "%s:%u: %s \"%s\"", walk->template->name,
			node->line, what, node->text);
	return FALSE;
}

/* A list in itself is written once for each pair of its items, and in that again: 2^24 times for two. */
static void walk_inside(Walk *walk, const Node *node, json_t *value)
{
	if (++walk->steps > STEPS_MAX || (walk->out && walk->out->len > TEXT_MAX)) {
		walk_fail(walk, node, TEMPLATE_ERROR_SYNTAX, "more than a mail holds is written by section");
		return;
	}
	g_ptr_array_add(walk->stack, value);
	walk_nodes(walk, node->children);
	g_ptr_array_set_size(walk->stack, walk->stack->len - 1);
}

static void walk_section(Walk *walk, const Node *node, json_t *value)
{
	size_t i;
	json_t *item;

	if (json_is_array(value))
		json_array_foreach(value, i, item)
		{
			if (walk->error)
				return;
			walk_inside(walk, node, item);
		}
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
	if (!value) {
		walk_fail(walk, node, TEMPLATE_ERROR_UNKNOWN, "unknown variable");
		return;
	}

	if (node->kind == NODE_SECTION)
		walk_section(walk, node, value);
	else if (node->kind == NODE_INVERTED && (!walk->out || !value_is_true(value)))
		walk_nodes(walk, node->children);
	else if (node->kind == NODE_VARIABLE && (json_is_object(value) || json_is_array(value)))
		walk_fail(walk, node, TEMPLATE_ERROR_UNKNOWN, "a list or an object cannot be written out:");
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

char *template_render(
	const Template *template, json_t *base, json_t *context, TemplateFilter filter, GError **error)
{
	Walk walk = {.out = g_string_new(NULL), .filter = filter};
	gboolean whole = walk_run(&walk, template, base, context, error);

	return g_string_free(walk.out, !whole);
}

gboolean template_check(const Template *template, json_t *context, GError **error)
{
	Walk walk = {.out = NULL};

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
