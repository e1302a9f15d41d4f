// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl node
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "nbctl.h"

#define GID_RANGE	"bind-group-range"

static const char *unit(const struct attr *attr)
{
	switch (attr->kind) {
	case ATTR_SECONDS:
		return " s";
	case ATTR_MILLISECONDS:
		return " ms";
	default:
		return "";
	}
}

static void print_setting(const struct attr *attr, const json_t *value)
{
	char text[256];

	if (json_is_boolean(value))
		snprintf(text, sizeof(text), "%s", json_is_true(value) ? "on" : "off");
	else
		value_format(text, sizeof(text), value);
	printf("%-20s  %s%s\n", attr->key, text, value ? unit(attr) : "");
}

static void print_node(const json_t *node)
{
	const json_t *helper = json_object_get(node, "helper");
	const struct attr *attr;

	for (attr = node_attrs; attr->key; attr++)
		if (strcmp(attr->key, "helper"))
			print_setting(attr, json_object_get(node, attr->key));
	if (helper)
		printf("%-20s  attached, netlink port %" JSON_INTEGER_FORMAT "\n", "helper",
		       json_integer_value(helper));
	else
		printf("%-20s  none\n", "helper");
}

static void print_adapters(const json_t *adapters)
{
	const json_t *adapter;
	size_t i;

	json_array_foreach(adapters, i, adapter)
		adapter_print(adapter);
}

static int show(struct ctl *ctl, int argc, char **argv)
{
	json_t *node, *adapters;
	int status;

	(void)argc;
	(void)argv;
	ctl_new(ctl, NETBIOS_CMD_NODE_GET, 0);
	status = ctl_get(ctl, node_attrs, &node);
	if (status)
		return status;
	status = ctl_dump(ctl, NETBIOS_CMD_ADAPTER_GET, adapter_attrs, &adapters);
	if (status)
		goto out;
	if (ctl->json) {
		json_object_set_new(node, "adapters", adapters);
		status = json_print(node);
		goto out;
	}
	print_node(node);
	print_adapters(adapters);
	json_decref(adapters);
out:
	json_decref(node);
	return status;
}

/* MIN-MAX as people think of it: both attributes at once, or an empty range */
static int put_range(struct ctl *ctl, struct nlmsghdr *nlh, const char *text)
{
	char min[11] = "1", max[11] = "0";
	int used = 0, status;

	if (strcmp(text, "none") &&
	    (sscanf(text, "%10[0-9]-%10[0-9]%n", min, max, &used) != 2 || text[used] ||
	     strtoull(min, NULL, 10) > strtoull(max, NULL, 10))) {
		ctl_error(ctl, GID_RANGE " %s: neither MIN-MAX nor none", text);
		return STATUS_USAGE;
	}
	status = ctl_put(ctl, nlh, attr_by_key(node_attrs, "bind-gid-min"), min);
	if (!status)
		status = ctl_put(ctl, nlh, attr_by_key(node_attrs, "bind-gid-max"), max);
	return status;
}

static int put_pair(struct ctl *ctl, struct nlmsghdr *nlh, const char *key,
		    const char *text)
{
	const struct attr *attr = attr_by_key(node_attrs, key);

	if (!strcmp(key, GID_RANGE))
		return put_range(ctl, nlh, text);
	if (attr && (attr->flags & ATTR_SETTABLE))
		return ctl_put(ctl, nlh, attr, text);
	ctl_error(ctl, "%s: no such setting; see nbctl node", key);
	return STATUS_USAGE;
}

static int set(struct ctl *ctl, int argc, char **argv)
{
	struct nlmsghdr *nlh = ctl_new(ctl, NETBIOS_CMD_NODE_SET, 0);
	int i, status;

	if (argc % 2) {
		ctl_error(ctl, "%s: value missing", argv[argc - 1]);
		return STATUS_USAGE;
	}
	for (i = 0; i < argc; i += 2) {
		status = put_pair(ctl, nlh, argv[i], argv[i + 1]);
		if (status)
			return status;
	}
	status = ctl_request(ctl, node_attrs, NULL, NULL);
	/* a port that is taken need not be an error */
	if (!status && *nb_genl_message(ctl->genl))
		ctl_error(ctl, "warning: %s", nb_genl_message(ctl->genl));
	return status;
}

const struct command node_commands[] = {
	{ "show", "", "Show settings, adapters and whether a helper is attached.",
	  NULL, 0, 0, show },
	{ "set", "KEY VALUE [KEY VALUE]...",
	  "Change settings, all of them or none. The keys are those of nbctl node, and "
	  GID_RANGE " MIN-MAX|none.",
	  NULL, 2, OPERANDS_MAX, set },
	{ "adapter",
	  "[show [DEV]] | set DEV [type auto|b|p|m|h] [nbns ADDR[,ADDR]...|none] "
	  "[nbdd ADDR[,ADDR]...|none] [enabled on|off]",
	  "Show the adapters, or change settings of one.", NULL, 0, OPERANDS_MAX, adapter_run },
	{ 0 }
};
