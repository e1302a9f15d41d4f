// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl status: asks a node what names it has. The helper does it if it runs (some
 * nodes answer to nothing but its port), but only to resolve a name it is needed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "nbctl.h"
#include "status.h"

/* The scope of the node, if none is given: others in it have the same */
int node_scope(struct ctl *ctl, char scope[NETBIOS_SCOPE_MAX + 1])
{
	int err = nb_node_scope(scope);

	if (!err)
		return STATUS_OK;
	ctl_error(ctl, "scope: %s", strerror(-err));
	return STATUS_FAILED;
}

/* An address is asked for everything, a name at the first of its addresses */
static int open_question(struct ctl *ctl, struct ns_ask *ask, const char *text,
			 const char *scope, struct in_addr *node)
{
	struct sockaddr_nb name = { .snb_name = "*" };
	struct nb_resolve answer;
	int status, err;

	if (inet_pton(AF_INET, text, node) == 1) {
		status = address_operand(ctl, text, node);
		if (status)
			return status;
	} else {
		if (nb_sockaddr_parse(&name, text, NB_SUFFIX_PAD, NETBIOS_UNIQUE_NAME)) {
			ctl_error(ctl, "%s: neither an address nor a NetBIOS name", text);
			return STATUS_USAGE;
		}
		status = resolve(ctl, &name, scope, &answer);
		if (status)
			return status;
		node->s_addr = answer.nrs_addr[0];
	}
	err = ns_ask_open(ask, node->s_addr, (const uint8_t *)name.snb_name, scope);
	if (err)
		ctl_error(ctl, "%s: %s", text, strerror(-err));
	return err ? STATUS_FAILED : STATUS_OK;
}

static const char *reason(int err)
{
	switch (err) {
	case -ETIMEDOUT:
		return "no answer";
	case -ECONNREFUSED:
		return "no NetBIOS there: UDP port 137 is closed";
	default:
		return strerror(-err);
	}
}

static int run_question(struct ctl *ctl, struct ns_ask *ask, struct in_addr node)
{
	char addr[INET_ADDRSTRLEN];
	json_t *answer;
	int status, err;

	inet_ntop(AF_INET, &node, addr, sizeof(addr));
	err = ns_ask_run(ask, NS_ASK_TRIES * NS_ASK_TIMEOUT);
	if (err) {
		ctl_error(ctl, "%s: %s", addr, reason(err));
		return STATUS_FAILED;
	}
	answer = status_decode(ask);
	json_object_set_new(answer, "addr", json_string(addr));
	status = STATUS_OK;
	if (ctl->json)
		status = json_print(answer);
	else
		status_print(answer, ctl->all);
	json_decref(answer);
	return status;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	char text[NETBIOS_SCOPE_MAX + 1];
	struct ns_ask ask = { .fd = -1 };
	struct in_addr node;
	const char *scope;
	int status;

	status = name_operands(ctl, argc, argv, &scope);
	if (!status && !scope) {
		status = node_scope(ctl, text);
		scope = text;
	}
	if (!status)
		status = open_question(ctl, &ask, argv[0], scope, &node);
	if (!status)
		status = run_question(ctl, &ask, node);
	ns_ask_close(&ask);
	return status;
}

static const struct argp_option options[] = {
	{ "all", 'a', NULL, 0, "Show the statistics, too", 0 },
	{ "wait", 'w', "SECONDS", 0, "Wait so long at most for the address of a name", 0 },
	{ 0 }
};

const struct command status_commands[] = {
	{ "", "NAME|ADDRESS [scope SCOPE]", "Ask a node for its names.", options, 1, 3, run },
	{ 0 }
};
