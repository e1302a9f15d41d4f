// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl cache
 */
#include "nbctl.h"

static void format_type(char *buf, size_t size, const json_t *row)
{
	const char *type = "unique";

	if (json_is_true(json_object_get(row, "negative")))
		type = "negative";
	else if (json_is_true(json_object_get(row, "group")))
		type = "group";
	snprintf(buf, size, "%s", type);
}

static void format_ttl(char *buf, size_t size, const json_t *row)
{
	const json_t *ttl = json_object_get(row, "ttl");

	if (ttl)
		value_format(buf, size, ttl);
	else
		snprintf(buf, size, "forever");
}

static const struct column columns[] = {
	{ "NAME", "name", NULL },
	{ "TYPE", "group", format_type },
	{ "SOURCE", "source", NULL },
	{ "TTL", "ttl", format_ttl },
	{ "SCOPE", "scope", NULL },
	{ "ADDRESSES", "addr", NULL },
	{ 0 }
};

static const struct operand key_operands[] = {
	{ "scope", "scope", NULL, NULL },
	{ 0 }
};

static const struct operand add_operands[] = {
	{ "scope", "scope", NULL, NULL },
	{ "group", "group", "on", NULL },
	{ "unique", "group", "off", NULL },
	{ "negative", "negative", "on", NULL },
	{ "source", "source", NULL, NULL },
	{ "ttl", "ttl", NULL, "forever" },
	{ 0 }
};

static const struct operand flush_operands[] = {
	{ "source", "source", NULL, NULL },
	{ 0 }
};

/* Words that are no operand go to @rest; see ctl_operands() */
static int request(struct ctl *ctl, uint8_t cmd, const struct operand *operands,
		   const char *rest, int argc, char **argv)
{
	struct nlmsghdr *nlh = ctl_new(ctl, cmd, 0);
	int status;

	ctl->object = argv[0];
	status = ctl_put(ctl, nlh, attr_by_key(cache_attrs, "name"), argv[0]);
	if (status)
		return status;
	return ctl_operands(ctl, nlh, cache_attrs, operands, rest, argc - 1, argv + 1);
}

static int show(struct ctl *ctl, int argc, char **argv)
{
	json_t *rows, *row;
	int status;

	if (!argc) {
		status = ctl_dump(ctl, NETBIOS_CMD_CACHE_GET, cache_attrs, &rows);
	} else {
		status = request(ctl, NETBIOS_CMD_CACHE_GET, key_operands, NULL, argc, argv);
		if (!status)
			status = ctl_get(ctl, cache_attrs, &row);
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
	int status;

	status = request(ctl, NETBIOS_CMD_CACHE_ADD, add_operands, "addr", argc, argv);
	return status ? status : ctl_request(ctl, cache_attrs, NULL, NULL);
}

static int del(struct ctl *ctl, int argc, char **argv)
{
	int status;

	status = request(ctl, NETBIOS_CMD_CACHE_DEL, key_operands, NULL, argc, argv);
	return status ? status : ctl_request(ctl, cache_attrs, NULL, NULL);
}

static int flush(struct ctl *ctl, int argc, char **argv)
{
	struct nlmsghdr *nlh = ctl_new(ctl, NETBIOS_CMD_CACHE_FLUSH, 0);
	int status;

	status = ctl_operands(ctl, nlh, cache_attrs, flush_operands, NULL, argc, argv);
	return status ? status : ctl_request(ctl, cache_attrs, NULL, NULL);
}

const struct command cache_commands[] = {
	{ "show", "[NAME [scope SCOPE]]", "Show remote names.", NULL, 0, 3, show },
	{ "add",
	  "NAME ADDR... [ttl SECONDS|forever] [group|unique] [scope SCOPE] "
	  "[source static|lmhosts|query] [negative]",
	  "Add a remote name, or replace it.", NULL, 2, OPERANDS_MAX, add },
	{ "del", "NAME [scope SCOPE]", "Delete a remote name.", NULL, 1, 3, del },
	{ "flush", "[source static|lmhosts|query]",
	  "Delete all remote names, or those from one source.", NULL, 0, 2, flush },
	{ 0 }
};
