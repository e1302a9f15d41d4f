// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl name
 */
#include <pwd.h>

#include "claim.h"
#include "nbctl.h"

static void format_type(char *buf, size_t size, const json_t *row)
{
	bool group = json_is_true(json_object_get(row, "group"));

	snprintf(buf, size, "%s", group ? "group" : "unique");
}

static void format_owner(char *buf, size_t size, const json_t *row)
{
	const json_t *owner = json_object_get(row, "owner");
	const struct passwd *pw;

	if (!owner) {
		snprintf(buf, size, "any");
		return;
	}
	pw = getpwuid(json_integer_value(owner));
	if (pw)
		snprintf(buf, size, "%s", pw->pw_name);
	else
		value_format(buf, size, owner);
}

static void format_device(char *buf, size_t size, const json_t *row)
{
	const json_t *ifname = json_object_get(row, "ifname");

	if (json_object_get(row, "ifindex"))
		value_format(buf, size, ifname ? ifname : json_object_get(row, "ifindex"));
	else
		snprintf(buf, size, "all");
}

static const struct column columns[] = {
	{ "NAME", "name", NULL },
	{ "TYPE", "group", format_type },
	{ "STATE", "state", NULL },
	{ "OWNER", "owner", format_owner },
	{ "PERMANENT", "permanent", NULL },
	{ "DEV", "ifindex", format_device },
	{ "SOCKETS", "sockets", NULL },
	{ "LISTENERS", "listeners", NULL },
	{ "SCOPE", "scope", NULL },
	{ 0 }
};

static const struct operand key_operands[] = {
	{ "scope", "scope", NULL, NULL },
	{ 0 }
};

static const struct operand set_operands[] = {
	{ "scope", "scope", NULL, NULL },
	{ "state", "state", NULL, NULL },
	{ "permanent", "permanent", "on", NULL },
	{ "transient", "permanent", "off", NULL },
	{ 0 }
};

static const struct operand add_operands[] = {
	{ "scope", "scope", NULL, NULL },
	{ "state", "state", NULL, NULL },
	{ "permanent", "permanent", "on", NULL },
	{ "transient", "permanent", "off", NULL },
	{ "group", "group", "on", NULL },
	{ "unique", "group", "off", NULL },
	{ "owner", "owner", NULL, "any" },
	{ "dev", "ifindex", NULL, NULL },
	{ 0 }
};

/* A request about the name argv[0], with what the words behind it say */
static int fill(struct ctl *ctl, struct nlmsghdr *nlh, const struct operand *operands,
		int argc, char **argv)
{
	int status;

	ctl->object = argv[0];
	status = ctl_put(ctl, nlh, attr_by_key(name_attrs, "name"), argv[0]);
	if (status)
		return status;
	return ctl_operands(ctl, nlh, name_attrs, operands, NULL, argc - 1, argv + 1);
}

static int show(struct ctl *ctl, int argc, char **argv)
{
	json_t *rows, *row;
	int status;

	if (!argc) {
		status = ctl_dump(ctl, NETBIOS_CMD_NAME_GET, name_attrs, &rows);
	} else {
		status = fill(ctl, ctl_new(ctl, NETBIOS_CMD_NAME_GET, 0), key_operands,
			      argc, argv);
		if (!status)
			status = ctl_get(ctl, name_attrs, &row);
		if (!status)
			rows = json_pack("[o]", row);
	}
	if (status)
		return status;
	rows_sort(rows, "name", "scope");
	status = rows_print(ctl, rows, columns);
	json_decref(rows);
	return status;
}

static int add(struct ctl *ctl, int argc, char **argv)
{
	struct claim claim = { 0 };
	struct nlmsghdr *nlh;
	int status = STATUS_OK;

	/* Before the request: its event may be quicker than we are */
	if (ctl->wait)
		status = claim_watch(ctl, &claim);
	if (status)
		goto out;
	nlh = ctl_new(ctl, NETBIOS_CMD_NAME_ADD, 0);
	status = fill(ctl, nlh, add_operands, argc, argv);
	if (status)
		goto out;
	if (ctl->wait)
		claim_expect(&claim, nlh);
	status = ctl_request(ctl, name_attrs, NULL, NULL);
	if (!status && ctl->wait)
		status = claim_wait(ctl, &claim);
out:
	claim_free(&claim);
	return status;
}

static int del(struct ctl *ctl, int argc, char **argv)
{
	struct nlmsghdr *nlh = ctl_new(ctl, NETBIOS_CMD_NAME_DEL, 0);
	int status = fill(ctl, nlh, key_operands, argc, argv);

	return status ? status : ctl_request(ctl, name_attrs, NULL, NULL);
}

static int set(struct ctl *ctl, int argc, char **argv)
{
	struct nlmsghdr *nlh = ctl_new(ctl, NETBIOS_CMD_NAME_SET, 0);
	int status = fill(ctl, nlh, set_operands, argc, argv);

	return status ? status : ctl_request(ctl, name_attrs, NULL, NULL);
}

static const struct argp_option add_options[] = {
	{ "wait", 'w', "SECONDS", 0, "Wait for the end of the claim", 0 },
	{ 0 }
};

const struct command name_commands[] = {
	{ "show", "[NAME [scope SCOPE]]", "Show local names.", NULL, 0, 3, show },
	{ "add",
	  "NAME [group|unique] [owner USER|any] [permanent|transient] [scope SCOPE] "
	  "[dev DEV] [state registered|provisional|conflict]",
	  "Add a local name. Without a state the helper, if there is one, claims it.",
	  add_options, 1, OPERANDS_MAX, add },
	{ "del", "NAME [scope SCOPE]", "Delete a local name; its sessions live on.",
	  NULL, 1, 3, del },
	{ "set", "NAME [state STATE] [permanent|transient] [scope SCOPE]",
	  "Change the state of a local name, or whether it is permanent.",
	  NULL, 2, OPERANDS_MAX, set },
	{ 0 }
};
