#include "advice.h"

#include "hook.h"
#include "outbox.h"
#include "rdap.h"

gboolean advice_settings_work(const Config *config, GError **error)
{
	return outbox_check(config, error) && hook_check(config, error) && rdap_check(config, error);
}

char *advice_forgotten(const Config *config, Database *database)
{
	if (config_string(config, "border", "token_pattern"))
		return NULL;
	g_autoptr(PGresult) result = database_call(database, NULL, "select desk.sends()", 0, NULL);
	if (!result || !database_field_true(result, 0, 0))
		return NULL;
	return g_strdup(
		"there are sending customers, but [border] token_pattern is not set: tokens in their mails, "
		"which name customer, campaign and recipient, are not found in reports");
}
