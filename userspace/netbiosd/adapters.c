// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters.h"
#include "kernel.h"
#include "service/log.h"
#include "service/notify.h"
#include "service/port.h"
#include "rtnl.h"
#include "udp.h"

/* Seconds between attempts to get a port that somebody else has */
#define RETRY		5.0

struct adapter {
	struct adapter		*next;
	struct nbd_adapter	a;		/* as it is, port or not */
	struct nbd_condition	condition;
	bool			present;	/* while interfaces are read */
	bool			configured;	/* the kernel knows the file's settings */
	bool			open;		/* there is a socket */
	bool			left;		/* which is not needed any more */
	int			error;		/* why there is none */
};

static struct {
	struct ev_loop		*loop;
	struct nbd_engine	*engine;
	const struct config	*config;
	struct adapter		*list;
	ev_timer		retry;
	ev_timer		leave;
} lan;

static struct adapter *find(int ifindex)
{
	struct adapter *adapter;

	for (adapter = lan.list; adapter; adapter = adapter->next)
		if (adapter->a.ifindex == ifindex)
			return adapter;
	return NULL;
}

static size_t put_adapter(char *text, size_t size, const struct adapter *adapter)
{
	static const char types[] = "?BPMH";
	char server[INET_ADDRSTRLEN];
	int n;

	if (adapter->error)
		n = snprintf(text, size, "%s: port %d: %s; ", adapter->a.name, NS_PORT,
			     strerror(-adapter->error));
	else if (!adapter->condition.active)
		return 0;
	else if (adapter->condition.nbns_available &&
		 inet_ntop(AF_INET, &adapter->condition.nbns, server, sizeof(server)))
		n = snprintf(text, size, "%s: %c node, name server %s; ", adapter->a.name,
			     types[adapter->condition.type], server);
	else
		n = snprintf(text, size, "%s: %c node; ", adapter->a.name,
			     types[adapter->condition.type]);
	return n < 0 ? 0 : (size_t)n >= size ? size - 1 : (size_t)n;
}

static void show_status(void)
{
	const struct adapter *adapter;
	char text[200] = "";
	size_t len = 0;

	for (adapter = lan.list; adapter; adapter = adapter->next)
		len += put_adapter(text + len, sizeof(text) - len, adapter);
	if (len >= 2)
		text[len - 2] = '\0';
	notify_status("%s", len ? text : "no adapter takes part");
}

static const struct port_hints hints = {
	.netbiosd = "only one netbiosd can serve a network namespace",
	.nbnsd = "start it again, and it serves through netbiosd, unless \"beside-node = no\" in nbnsd.conf forbids it",
	.other = "stop it, or take this adapter from the helper with \"enabled = no\"",
};

/* Told once, and anew when the reason is another */
static void port_failed(struct adapter *adapter, int err)
{
	char why[300], text[360];

	if (!ev_is_active(&lan.retry)) {
		ev_timer_set(&lan.retry, RETRY, 0.0);
		ev_timer_start(lan.loop, &lan.retry);
	}
	if (adapter->error == err)
		return;
	adapter->error = err;
	if (err != -EADDRINUSE) {
		log_error("UDP port %d on %s: %s (trying again every %.0f s)", NS_PORT,
			  adapter->a.name, strerror(-err), RETRY);
		return;
	}
	snprintf(text, sizeof(text), "UDP port %d on %s is taken, %s", NS_PORT,
		 adapter->a.name, port_owner(why, sizeof(why), NS_PORT, &hints));
	log_error("%s (trying again every %.0f s)", text, RETRY);
	kernel_port_taken(adapter->a.ifindex, text);
}

static void open_port(struct adapter *adapter)
{
	int err = udp_open(adapter->a.ifindex, adapter->a.name, adapter->a.addr,
			   adapter->a.broadcast);

	adapter->open = !err;
	if (err) {
		port_failed(adapter, err);
		return;
	}
	if (adapter->error)
		log_notice("UDP port %d on %s is ours now", NS_PORT, adapter->a.name);
	adapter->error = 0;
}

static void close_port(struct adapter *adapter)
{
	udp_close(adapter->a.ifindex);
	adapter->open = false;
	adapter->error = 0;
}

static bool needs_port(const struct adapter *adapter)
{
	return adapter->a.enabled && adapter->a.up && adapter->a.addr;
}

/* The port of a disabled adapter is kept while there is something to say */
static void leave_port(struct adapter *adapter)
{
	if (!adapter->open && !adapter->error)
		return;
	if (!nbd_engine_adapter_leaving(lan.engine, adapter->a.ifindex))
		close_port(adapter);
}

static void on_leave(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct adapter *adapter;

	(void)loop;
	(void)timer;
	(void)revents;
	for (adapter = lan.list; adapter; adapter = adapter->next) {
		if (adapter->left && !needs_port(adapter))
			leave_port(adapter);
		adapter->left = false;
	}
}

/* Not at once: the engine may be at work on a packet of this very socket */
void adapters_left(int ifindex)
{
	struct adapter *adapter = find(ifindex);

	if (!adapter)
		return;
	adapter->left = true;
	ev_timer_start(lan.loop, &lan.leave);
}

/* What is known of an adapter has changed: port first, then the engine */
static void apply(struct adapter *adapter)
{
	struct nbd_adapter a = adapter->a;

	if (needs_port(adapter))
		open_port(adapter);
	else if (!a.up || !a.addr)
		close_port(adapter);
	/* Without its port it cannot take part, which is the same as being down */
	a.up = a.up && adapter->open;
	nbd_engine_adapter(lan.engine, &a);
	if (!needs_port(adapter))
		leave_port(adapter);
}

static void on_retry(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct adapter *adapter;

	(void)loop;
	(void)timer;
	(void)revents;
	for (adapter = lan.list; adapter; adapter = adapter->next)
		if (adapter->error)
			apply(adapter);
	show_status();
}

static bool same_settings(const struct nbd_adapter *a, const struct nbd_adapter *b)
{
	return a->enabled == b->enabled && a->type == b->type &&
	       a->n_nbns == b->n_nbns && a->n_nbdd == b->n_nbdd &&
	       !memcmp(a->nbns, b->nbns, a->n_nbns * sizeof(*a->nbns)) &&
	       !memcmp(a->nbdd, b->nbdd, a->n_nbdd * sizeof(*a->nbdd));
}

static void take_settings(struct adapter *adapter, const struct nbd_adapter *settings)
{
	adapter->a.enabled = settings->enabled;
	adapter->a.type = settings->type;
	adapter->a.n_nbns = settings->n_nbns;
	memcpy(adapter->a.nbns, settings->nbns, sizeof(settings->nbns));
	adapter->a.n_nbdd = settings->n_nbdd;
	memcpy(adapter->a.nbdd, settings->nbdd, sizeof(settings->nbdd));
}

void adapters_settings(const struct nbd_adapter *settings)
{
	struct adapter *adapter = find(settings->ifindex);

	/* Our own reports come back here, too */
	if (!adapter || same_settings(&adapter->a, settings))
		return;
	take_settings(adapter, settings);
	apply(adapter);
	show_status();
}

void adapters_condition(const struct nbd_condition *condition)
{
	struct adapter *adapter = find(condition->ifindex);

	if (!adapter)
		return;
	adapter->condition = *condition;
	show_status();
}

/* What @old set and @new does not is set to what it is by default */
static void add_defaults(struct adapter_config *new, const struct adapter_config *old)
{
	if (old->has_enabled && !new->has_enabled) {
		new->has_enabled = true;
		new->enabled = true;
	}
	if (old->has_type && !new->has_type) {
		new->has_type = true;
		new->type = NBD_TYPE_AUTO;
	}
	if (old->has_nbns && !new->has_nbns) {
		new->has_nbns = true;
		new->n_nbns = 0;
	}
	if (old->has_nbdd && !new->has_nbdd) {
		new->has_nbdd = true;
		new->n_nbdd = 0;
	}
}

/* What the file says; @old: what it said before, about an interface called @name */
static void configure(struct adapter *adapter, const struct config *old, const char *name)
{
	struct adapter_config settings, before;

	config_adapter(&settings, lan.config, adapter->a.name);
	if (old) {
		config_adapter(&before, old, name);
		add_defaults(&settings, &before);
	}
	adapter->configured = true;
	if (settings.has_enabled || settings.has_type || settings.has_nbns ||
	    settings.has_nbdd)
		kernel_set_adapter(adapter->a.ifindex, adapter->a.name, &settings);
}

void adapters_configure(const struct config *config)
{
	const struct config *old = lan.config;
	struct adapter *adapter;

	lan.config = config;
	for (adapter = lan.list; adapter; adapter = adapter->next)
		configure(adapter, old, adapter->a.name);
}

static void take_link(const struct rtnl_link *link)
{
	struct adapter *adapter = find(link->ifindex);
	char before[sizeof(adapter->a.name)];
	struct adapter_config settings;

	if (!adapter) {
		adapter = calloc(1, sizeof(*adapter));
		if (!adapter)
			return;
		adapter->a.ifindex = link->ifindex;
		adapter->next = lan.list;
		lan.list = adapter;
	}
	adapter->present = true;
	memcpy(before, adapter->a.name, sizeof(before));
	memcpy(adapter->a.name, link->name, sizeof(adapter->a.name));
	memcpy(adapter->a.mac, link->mac, sizeof(adapter->a.mac));
	adapter->a.up = link->up;
	adapter->a.addr = link->addr;
	config_adapter(&settings, lan.config, link->name);
	adapter->a.broadcast = settings.has_broadcast ? settings.broadcast :
							link->broadcast;
	/* Another name: another part of the file */
	if (!adapter->configured || strcmp(before, link->name))
		configure(adapter, adapter->configured ? lan.config : NULL, before);
}

static void drop_absent(void)
{
	struct adapter **link = &lan.list, *adapter;

	while ((adapter = *link)) {
		if (adapter->present) {
			link = &adapter->next;
			continue;
		}
		*link = adapter->next;
		close_port(adapter);
		nbd_engine_adapter_gone(lan.engine, adapter->a.ifindex);
		free(adapter);
	}
}

static void on_settings(void *data, const struct nbd_adapter *settings)
{
	struct adapter *adapter = find(settings->ifindex);

	(void)data;
	if (adapter)
		take_settings(adapter, settings);
}

int adapters_read(void)
{
	struct rtnl_link *links;
	struct adapter *adapter;
	size_t n, i;
	int err;

	err = rtnl_read(&links, &n);
	if (err) {
		log_error("reading the interfaces: %s", strerror(-err));
		return err;
	}
	for (adapter = lan.list; adapter; adapter = adapter->next)
		adapter->present = false;
	for (i = 0; i < n; i++)
		if (!links[i].loopback)
			take_link(&links[i]);
	free(links);
	drop_absent();
	err = kernel_adapters(on_settings, NULL);
	if (err)
		log_error("reading the adapters: %s", strerror(-err));
	for (adapter = lan.list; adapter; adapter = adapter->next)
		apply(adapter);
	show_status();
	return err;
}

void adapters_init(struct ev_loop *loop, struct nbd_engine *engine)
{
	lan.loop = loop;
	lan.engine = engine;
	ev_timer_init(&lan.retry, on_retry, RETRY, 0.0);
	ev_timer_init(&lan.leave, on_leave, 0.0, 0.0);
}

void adapters_exit(void)
{
	struct adapter *adapter;

	ev_timer_stop(lan.loop, &lan.retry);
	ev_timer_stop(lan.loop, &lan.leave);
	while ((adapter = lan.list)) {
		lan.list = adapter->next;
		udp_close(adapter->a.ifindex);
		free(adapter);
	}
}
