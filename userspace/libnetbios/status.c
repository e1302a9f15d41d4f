// SPDX-License-Identifier: GPL-2.0
/*
 * The names of another node: NODE STATUS.
 */
#include <string.h>
#include <wire/ns_ask.h>

#include <netbios/netbios.h>

static void take(struct nb_node_status *result, const struct ns_ask *ask)
{
	struct ns_status_entry entry;
	unsigned int i;

	memset(result, 0, sizeof(*result));
	memcpy(result->unit_id, ask->status.statistics.unit_id, sizeof(result->unit_id));
	result->truncated = ask->truncated;
	result->count = ask->status.n;
	for (i = 0; i < ask->status.n; i++) {
		entry = ns_status_entry(&ask->status, i);
		memcpy(result->names[i].name, entry.name, NETBIOS_NAME_LEN);
		result->names[i].flags = entry.flags;
	}
}

int nb_node_status(struct in_addr node, const char *scope, int timeout,
		   struct nb_node_status *result)
{
	static const uint8_t wildcard[NETBIOS_NAME_LEN] = "*";
	char own[NETBIOS_SCOPE_MAX + 1];
	struct ns_ask ask;
	int err = 0;

	if (!scope) {
		err = nb_node_scope(own);
		scope = own;
	}
	if (err)
		return err;
	err = ns_ask_open(&ask, node.s_addr, wildcard, scope);
	if (!err)
		err = ns_ask_run(&ask, timeout < 0 ? NS_ASK_TRIES * NS_ASK_TIMEOUT : timeout);
	if (!err)
		take(result, &ask);
	ns_ask_close(&ask);
	return err;
}
