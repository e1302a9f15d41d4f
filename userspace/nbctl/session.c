// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl session
 */
#include "nbctl.h"

static void format_end(char *buf, size_t size, const json_t *addr, const json_t *port)
{
	if (addr)
		snprintf(buf, size, "%s:%d", json_string_value(addr),
			 (int)json_integer_value(port));
	else
		value_format(buf, size, NULL);
}

static void format_local(char *buf, size_t size, const json_t *row)
{
	format_end(buf, size, json_object_get(row, "local-addr"),
		   json_object_get(row, "local-port"));
}

static void format_peer(char *buf, size_t size, const json_t *row)
{
	format_end(buf, size, json_object_get(row, "peer-addr"),
		   json_object_get(row, "peer-port"));
}

static void format_role(char *buf, size_t size, const json_t *row)
{
	bool called = json_is_true(json_object_get(row, "called"));

	if (json_object_get(row, "peer-name"))
		snprintf(buf, size, "%s", called ? "called" : "caller");
	else
		value_format(buf, size, NULL);
}

static void format_queue(char *buf, size_t size, const json_t *row)
{
	const json_t *queue = json_object_get(row, "queue");

	if (queue)
		snprintf(buf, size, "%d/%d", (int)json_integer_value(queue),
			 (int)json_integer_value(json_object_get(row, "backlog")));
	else
		value_format(buf, size, NULL);
}

static const struct column columns[] = {
	{ "TYPE", "type", NULL },
	{ "STATE", "state", NULL },
	{ "NAME", "local-name", NULL },
	{ "PEER", "peer-name", NULL },
	{ "ROLE", "called", format_role },
	{ "LOCAL", "local-addr", format_local },
	{ "REMOTE", "peer-addr", format_peer },
	{ "RX", "rx-bytes", NULL },
	{ "TX", "tx-bytes", NULL },
	{ "QUEUE", "queue", format_queue },
	{ "UID", "uid", NULL },
	{ "INODE", "inode", NULL },
	{ "SCOPE", "scope", NULL },
	{ 0 }
};

static int show(struct ctl *ctl, int argc, char **argv)
{
	json_t *rows;
	int status;

	(void)argc;
	(void)argv;
	status = ctl_dump(ctl, NETBIOS_CMD_SESSION_GET, session_attrs, &rows);
	if (status)
		return status;
	rows_sort(rows, "local-name", "peer-name");
	status = rows_print(ctl, rows, columns);
	json_decref(rows);
	return status;
}

const struct command session_commands[] = {
	{ "show", "", "Show all AF_NETBIOS sockets and their sessions.", NULL, 0, 0, show },
	{ 0 }
};
