// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl node adapter
 */
#include <string.h>

#include "nbctl.h"

/* What is set, and what is in force if a helper serves the adapter */
static void format_type(char *buf, size_t size, const json_t *row)
{
	const char *type = json_string_value(json_object_get(row, "type"));
	const char *set = json_string_value(json_object_get(row, "node-type"));

	if (!type)
		snprintf(buf, size, "(%s)", set ? set : "?");
	else if (set && strcmp(set, type))
		snprintf(buf, size, "%s (%s)", type, set);
	else
		snprintf(buf, size, "%s", type);
}

static const struct column columns[] = {
	{ "LANA", "lana", NULL },
	{ "DEVICE", "ifname", NULL },
	{ "ENABLED", "enabled", NULL },
	{ "TYPE", "type", format_type },
	{ "ADDRESS", "addr", NULL },
	{ "NBNS", "nbns", NULL },
	{ "NBNS-AVAILABLE", "nbns-available", NULL },
	{ "NBDD", "nbdd", NULL },
	{ "NBDD-AVAILABLE", "nbdd-available", NULL },
	{ 0 }
};

/* As the words of "set" have it; "type" is what people say */
static const struct operand set_operands[] = {
	{ "enabled", "enabled", NULL, NULL },
	{ "type", "node-type", NULL, NULL },
	{ "nbns", "nbns", NULL, NULL },
	{ "nbdd", "nbdd", NULL, NULL },
	{ 0 }
};

static void print_server(const json_t *adapter, const char *title, const char *available,
			 const char *current)
{
	const json_t *addr = json_object_get(adapter, current);

	printf(", %s %s", title,
	       json_is_true(json_object_get(adapter, available)) ? "yes" : "no");
	if (addr)
		printf(" (%s)", json_string_value(addr));
}

/* One line of nbctl node */
void adapter_print(const json_t *adapter)
{
	const json_t *addr = json_object_get(adapter, "addr");
	char lana[32], type[32];

	snprintf(lana, sizeof(lana), "lana %" JSON_INTEGER_FORMAT,
		 json_integer_value(json_object_get(adapter, "lana")));
	format_type(type, sizeof(type), adapter);
	printf("%-20s  %s", lana, json_string_value(json_object_get(adapter, "ifname")));
	if (json_is_false(json_object_get(adapter, "enabled")))
		printf(", off");
	printf(", type %s", type);
	if (addr)
		printf(", %s", json_string_value(addr));
	if (json_object_get(adapter, "type")) {
		print_server(adapter, "NBNS-AVAILABLE", "nbns-available", "nbns-current");
		print_server(adapter, "NBDD-AVAILABLE", "nbdd-available", "nbdd-current");
	}
	putchar('\n');
}

static int put_device(struct ctl *ctl, struct nlmsghdr *nlh, const char *device)
{
	ctl->object = device;
	return ctl_put(ctl, nlh, attr_by_key(adapter_attrs, "ifindex"), device);
}

static int show(struct ctl *ctl, const char *device)
{
	json_t *rows = NULL, *row;
	int status;

	if (device) {
		status = put_device(ctl, ctl_new(ctl, NETBIOS_CMD_ADAPTER_GET, 0), device);
		if (!status)
			status = ctl_get(ctl, adapter_attrs, &row);
		if (!status)
			rows = json_pack("[o]", row);
	} else {
		status = ctl_dump(ctl, NETBIOS_CMD_ADAPTER_GET, adapter_attrs, &rows);
	}
	if (!status)
		status = rows_print(ctl, rows, columns);
	json_decref(rows);
	return status;
}

static int set(struct ctl *ctl, int argc, char **argv)
{
	struct nlmsghdr *nlh = ctl_new(ctl, NETBIOS_CMD_ADAPTER_SET, 0);
	int status;

	status = put_device(ctl, nlh, argv[0]);
	if (!status)
		status = ctl_operands(ctl, nlh, adapter_attrs, set_operands, NULL,
				      argc - 1, argv + 1);
	return status ? status : ctl_request(ctl, adapter_attrs, NULL, NULL);
}

int adapter_run(struct ctl *ctl, int argc, char **argv)
{
	if (!argc || (!strcmp(argv[0], "show") && argc <= 2))
		return show(ctl, argc > 1 ? argv[1] : NULL);
	if (!strcmp(argv[0], "set") && argc > 3)
		return set(ctl, argc - 1, argv + 1);
	if (!strcmp(argv[0], "set"))
		return ctl_missing(ctl, argv[argc - 1]);
	return ctl_usage(ctl, argv[0]);
}
