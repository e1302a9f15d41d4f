// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl diagnose: is this node itself able to find and to call anybody?
 */
#include <string.h>

#include "diagnose.h"
#include "service/port.h"

#define NS_PORT_NUMBER	137

static const struct port_hints hints = {
	.netbiosd = "it serves another network namespace, or has not attached yet",
	.other = "stop it",
};

static const char *text_of(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "";
}

static const char *datagrams(const json_t *node)
{
	if (json_is_true(json_object_get(node, "dgram-open")))
		return ", and datagrams";
	if (!json_integer_value(json_object_get(node, "dgram-port")))
		return "; datagrams are switched off";
	return "; datagrams are not, their port is taken";
}

static void check_enabled(struct diagnosis *d, const json_t *node)
{
	int port = json_integer_value(json_object_get(node, "port"));
	char owner[256];

	d->port = json_integer_value(json_object_get(node, "call-port"));
	if (json_is_true(json_object_get(node, "enabled"))) {
		step(d, "node", STEP_OK, "TCP port %d is served%s", port, datagrams(node));
		return;
	}
	if (!port_tcp_owner(owner, sizeof(owner), port, &hints)) {
		step(d, "node", STEP_FAILED, "NetBIOS is off here");
		conclude(d, "node-off", "nbctl node set enabled on",
			 "NetBIOS is switched off in this network namespace");
		return;
	}
	step(d, "node", STEP_FAILED, "NetBIOS is off here, and TCP port %d is taken %s", port,
	     owner);
	conclude(d, "port-taken",
		 "\"smb ports = 445\" in smb.conf if that is smbd; then nbctl node set enabled on",
		 "NetBIOS cannot be switched on, since TCP port %d is taken %s", port, owner);
}

/* Without one, names that are not in the cache are not found: that shows later */
static void check_helper(struct diagnosis *d, const json_t *node)
{
	char owner[256];

	d->no_helper = !json_object_get(node, "helper");
	if (!d->no_helper) {
		step(d, "helper", STEP_OK, "netbiosd is attached");
		return;
	}
	port_owner(owner, sizeof(owner), NS_PORT_NUMBER, &hints);
	if (strstr(owner, "gone meanwhile"))
		step(d, "helper", STEP_NOTE, "no helper, and nobody has UDP port 137");
	else
		step(d, "helper", STEP_NOTE, "no helper; UDP port 137 is taken %s", owner);
}

static bool nbns_is_down(const json_t *adapter)
{
	return json_array_size(json_object_get(adapter, "nbns")) &&
	       !json_is_true(json_object_get(adapter, "nbns-available"));
}

static void check_adapter(struct diagnosis *d, const json_t *adapter)
{
	const json_t *nbns = json_object_get(adapter, "nbns");
	const char *addr = json_string_value(json_object_get(adapter, "addr"));

	if (!addr)
		return;
	if (json_array_size(nbns))
		step(d, "adapter", STEP_OK, "%s %s, %s node, name server %s",
		     text_of(adapter, "ifname"), addr, text_of(adapter, "type"),
		     json_string_value(json_array_get(nbns, 0)));
	else
		step(d, "adapter", STEP_OK, "%s %s, %s node, no name server",
		     text_of(adapter, "ifname"), addr, text_of(adapter, "type"));
}

bool diagnose_has_nbns(struct diagnosis *d)
{
	json_t *adapters, *adapter;
	bool has = false;
	size_t i;

	if (ctl_dump(d->ctl, NETBIOS_CMD_ADAPTER_GET, adapter_attrs, &adapters))
		return false;
	json_array_foreach(adapters, i, adapter)
		has = has || json_array_size(json_object_get(adapter, "nbns"));
	json_decref(adapters);
	return has;
}

/* It shows when it is asked, so this is looked at afterwards */
bool diagnose_nbns_down(struct diagnosis *d)
{
	json_t *adapters, *adapter;
	bool down = false;
	size_t i;

	if (ctl_dump(d->ctl, NETBIOS_CMD_ADAPTER_GET, adapter_attrs, &adapters))
		return false;
	json_array_foreach(adapters, i, adapter) {
		if (!nbns_is_down(adapter))
			continue;
		down = true;
		step(d, "nbns", STEP_FAILED, "name server %s does not answer",
		     json_string_value(json_array_get(json_object_get(adapter, "nbns"), 0)));
	}
	json_decref(adapters);
	return down;
}

int diagnose_node(struct diagnosis *d)
{
	json_t *node, *adapters, *adapter;
	size_t i, before;
	int status;

	ctl_new(d->ctl, NETBIOS_CMD_NODE_GET, 0);
	status = ctl_get(d->ctl, node_attrs, &node);
	if (status)
		return status;
	check_enabled(d, node);
	check_helper(d, node);
	json_decref(node);
	status = ctl_dump(d->ctl, NETBIOS_CMD_ADAPTER_GET, adapter_attrs, &adapters);
	if (status)
		return status;
	before = json_array_size(d->steps);
	json_array_foreach(adapters, i, adapter)
		check_adapter(d, adapter);
	json_decref(adapters);
	/* It is the helper that tells the addresses of adapters */
	if (json_array_size(d->steps) > before || d->no_helper)
		return STATUS_OK;
	step(d, "adapter", STEP_FAILED, "no adapter has an address");
	conclude(d, "no-network", "ip address; \"enabled\" in netbiosd.conf(5)",
		 "this host has no adapter with an IPv4 address that NetBIOS may use");
	return STATUS_OK;
}

/* A name of this very node? */
static void check_own(struct diagnosis *d, const json_t *row)
{
	const char *state = text_of(row, "state");
	int listeners = json_integer_value(json_object_get(row, "listeners"));

	if (!strcmp(state, "conflict")) {
		step(d, "own", STEP_FAILED, "it is a name of this node, and in conflict");
		conclude(d, "conflict",
			 "rename one of the two; nbctl monitor tells which address objects",
			 "this node has the name, but another node has it, too, so nobody can be called by it here");
	} else if (strcmp(state, "registered") && strcmp(state, "provisional")) {
		step(d, "own", STEP_NOTE, "it is a name of this node that is %s", state);
	} else if (!listeners) {
		step(d, "own", STEP_FAILED, "it is a name of this node; nobody listens");
		conclude(d, "no-listener", "start the program that should listen on it",
			 "this node has the name, but no program listens on it");
	} else {
		step(d, "own", STEP_OK, "it is a name of this node, with %d listeners", listeners);
	}
}

int diagnose_own(struct diagnosis *d)
{
	json_t *rows, *row;
	size_t i;
	int status;

	status = ctl_dump(d->ctl, NETBIOS_CMD_NAME_GET, name_attrs, &rows);
	if (status)
		return status;
	json_array_foreach(rows, i, row)
		if (!strcmp(text_of(row, "name"), d->text) &&
		    !json_is_true(json_object_get(row, "group")) &&
		    !strcasecmp(text_of(row, "scope"), d->scope))
			check_own(d, row);
	json_decref(rows);
	return STATUS_OK;
}
