/* What RDAP servers answer, and the list of them. */

#include "address.h"
#include "https.h"
#include "rdap-read.h"

#include <jansson.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size);

static void check_answer(const RdapAnswer *answer)
{
	if (answer->abuse_email)
		g_assert_null(address_refusal(answer->abuse_email));
	if (answer->registrar)
		g_assert_true(
			g_utf8_validate(answer->registrar, -1, NULL) && !strpbrk(answer->registrar, "\r\n"));
	if (answer->related)
		g_assert_null(https_url_refusal(answer->related));
	if (!answer->document)
		return;
	json_t *document = json_loads(answer->document, 0, NULL);
	g_assert_true(json_is_object(document));
	json_decref(document);
}

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	g_autoptr(GError) wrong_answer = NULL;
	g_autoptr(GError) wrong_list = NULL;
	g_autoptr(RdapAnswer) answer = rdap_read((const char *)bytes, size, "spam.example", &wrong_answer);
	g_autofree char *server = rdap_read_server((const char *)bytes, size, "spam.example", &wrong_list);

	g_assert_true((answer == NULL) == (wrong_answer != NULL));
	if (answer)
		check_answer(answer);
	if (server)
		g_assert_true(g_str_has_prefix(server, "https://") && g_str_has_suffix(server, "/"));
	return 0;
}
