/* Templates: any text compiles to one that renders, or is refused with a reason. */

#include "template.h"
#include "fuzz.h"

static const char context_json[] =
	"{\"name\":\"N\",\"yes\":true,\"no\":false,\"empty\":[],\"one\":{\"name\":\"inner\"},"
	"\"many\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"number\":7}";

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	static json_t *context;
	if (!context)
		context = json_loads(context_json, 0, NULL);
	g_autofree char *text = fuzz_text(bytes, size);
	g_autoptr(GError) error = NULL;
	g_autoptr(Template) template = template_compile(text, "fuzz", 1, &error);
	g_assert_true((template == NULL) == (error != NULL));
	if (!template)
		return 0;
	g_autofree char *out = template_render(template, NULL, context, NULL, &error);
	g_assert_true((out == NULL) == (error != NULL));
	return 0;
}
