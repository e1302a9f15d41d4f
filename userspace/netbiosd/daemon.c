// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters.h"
#include "daemon.h"
#include "engine.h"
#include "kernel.h"
#include "service/log.h"
#include "service/notify.h"
#include "service/watch.h"
#include "rtnl.h"
#include "server.h"
#include "tcp.h"
#include "udp.h"
#include "world.h"

/* Releasing at the end takes no longer, nor is it looked at more often; s */
#define RELEASE_LIMIT	5.0
#define RELEASE_LOOK	0.05

/* The permanent name was refused or nobody could be asked: try again after, s */
#define AGAIN_FIRST	2.0
#define AGAIN_MAX	64.0

static struct {
	struct ev_loop		*loop;
	struct nbd_engine	*engine;
	const struct service_options *options;
	struct files		*files;
	bool			failed;
	ev_timer		release;
	ev_tstamp		release_until;
	ev_timer		again;
	ev_tstamp		again_after;
	bool			has_permanent;
	uint8_t			permanent[NETBIOS_NAME_LEN];
	char			scope[NETBIOS_SCOPE_MAX + 1];
} self;

static void on_packet(void *data, int ifindex, uint32_t addr, uint16_t port,
		      bool broadcast, const void *packet, size_t len)
{
	nbd_engine_packet(data, ifindex, addr, port, broadcast, packet, len);
}

static void on_tcp(void *data, uint64_t cookie, const void *packet, size_t len)
{
	nbd_engine_tcp(data, cookie, packet, len);
}

static void on_interfaces(void *data)
{
	(void)data;
	adapters_read();
}

static void on_work(void *data)
{
	struct nbd_work work;

	while (!kernel_take_work(&work))
		nbd_engine_work(data, &work);
}

static void on_cancel(void *data, uint64_t id)
{
	nbd_engine_cancel(data, id);
}

static void on_nbdd(void *data, const struct nbd_nbdd_answer *answer)
{
	nbd_engine_nbdd(data, answer);
}

static void on_again(struct ev_loop *loop, ev_timer *timer, int revents)
{
	(void)loop;
	(void)timer;
	(void)revents;
	nbd_engine_permanent(self.engine, self.has_permanent ? self.permanent : NULL);
}

/*
 * A node always has its permanent name (RFC 1001 15.1.1): a claim that failed
 * because there was no network yet, or another node in the way, is repeated.
 */
static void watch_permanent(enum netbios_name_state state)
{
	if (state == NETBIOS_NAME_STATE_REGISTERED)
		self.again_after = AGAIN_FIRST;
	if (state != NETBIOS_NAME_STATE_GONE || ev_is_active(&self.release) ||
	    ev_is_active(&self.again))
		return;
	ev_timer_set(&self.again, self.again_after, 0.0);
	ev_timer_start(self.loop, &self.again);
	self.again_after *= 2;
	if (self.again_after > AGAIN_MAX)
		self.again_after = AGAIN_MAX;
}

static void on_name(void *data, const struct nbd_local_name *name)
{
	nbd_engine_name(data, name);
	if (self.has_permanent && !strcmp(name->key.scope, self.scope) &&
	    !memcmp(name->key.name, self.permanent, sizeof(self.permanent)))
		watch_permanent(name->state);
}

static void on_node(void *data, const struct node_info *node)
{
	struct nbd_engine *engine = data;

	if (self.has_permanent == node->has_permanent && !strcmp(self.scope, node->scope) &&
	    (!node->has_permanent ||
	     !memcmp(self.permanent, node->permanent, sizeof(self.permanent))))
		return;
	/* Entries of LMHOSTS are in the scope of the node: the engine enters them anew */
	if (strcmp(self.scope, node->scope))
		kernel_flush_lmhosts();
	strncpy(self.scope, node->scope, NETBIOS_SCOPE_MAX);
	self.has_permanent = node->has_permanent;
	memcpy(self.permanent, node->permanent, sizeof(self.permanent));
	nbd_engine_scope(engine, self.scope);
	nbd_engine_permanent(engine, node->has_permanent ? self.permanent : NULL);
}

/* As it is now, which may be more than this event tells */
static void on_node_event(void *data)
{
	kernel_node(on_node, data);
}

static void on_adapter(void *data, const struct nbd_adapter *adapter)
{
	(void)data;
	adapters_settings(adapter);
}

/* Everything once more; the engine knows what it knows already */
static void on_lost(void *data)
{
	log_info("events of the kernel were lost, reading everything anew");
	kernel_node(on_node, data);
	adapters_read();
	kernel_names(on_name, data);
}

/* Whoever loads it again starts another helper: names and settings went with it */
static void on_gone(void *data)
{
	(void)data;
	log_error("netbios.ko was unloaded: nobody is left to help");
	self.failed = true;
	ev_break(self.loop, EVBREAK_ALL);
}

static const struct kernel_events events = {
	.work = on_work,
	.cancel = on_cancel,
	.nbdd = on_nbdd,
	.name = on_name,
	.node = on_node_event,
	.adapter = on_adapter,
	.lost = on_lost,
	.gone = on_gone,
};

/* FRED.EXAMPLE.COM is FRED<00>; false for what is no name of a host */
static bool host_name(uint8_t *name)
{
	char host[256] = "";
	size_t i;

	if (gethostname(host, sizeof(host) - 1))
		return false;
	host[strcspn(host, ".")] = '\0';
	if (!host[0] || !strcmp(host, "localhost") || host[0] == '(' || host[0] == '*')
		return false;
	memset(name, ' ', NETBIOS_NAME_LEN);
	for (i = 0; host[i] && i < NETBIOS_NAME_LEN - 1; i++)
		name[i] = toupper((unsigned char)host[i]);
	name[NETBIOS_NAME_LEN - 1] = 0x00;
	return true;
}

static void on_peek(void *data, const struct node_info *node)
{
	*(bool *)data = node->has_permanent;
}

/*
 * The host name, where the file does not name the node and nobody else has.
 * Return: the permanent name that is to be set, or NULL.
 */
static const uint8_t *choose_permanent(const struct config *config, const struct config *old)
{
	bool ours = old && old->permanent == PERMANENT_NAME, has = false;
	static uint8_t name[NETBIOS_NAME_LEN];

	if (config->permanent == PERMANENT_NAME)
		return config->permanent_name;
	kernel_node(on_peek, &has);
	if (config->permanent != PERMANENT_HOST || (has && !ours))
		return NULL;
	if (host_name(name))
		return name;
	log_warning("the host name makes no permanent name: set one with permanent-name");
	return NULL;
}

/*
 * Settings of the node that the file has an opinion on. What @old set and
 * @config does not is set to what it is by default. Both parts of the permanent
 * name at once: it is claimed in each state that it passes through.
 */
static void configure_node(const struct config *config, const struct config *old)
{
	const uint8_t *permanent = choose_permanent(config, old);
	const char *scope = NULL;

	if (config->has_scope)
		scope = config->scope;
	else if (old && old->has_scope)
		scope = "";
	if (scope || permanent)
		kernel_set_node(scope, permanent);
	if (config->has_sessions || (old && old->has_sessions))
		kernel_set_sessions(config->has_sessions && config->sessions);
	kernel_node(on_node, self.engine);
}

static void load_hosts(void)
{
	kernel_flush_lmhosts();
	if (nbd_engine_lmhosts(self.engine, self.files->hosts, self.files->n_hosts))
		log_error("no memory for the entries of %s", self.files->config->lmhosts);
	else if (self.files->n_hosts)
		log_info("%s: %zu names", self.files->config->lmhosts, self.files->n_hosts);
	/* The engine has a copy */
	free(self.files->hosts);
	self.files->hosts = NULL;
	self.files->n_hosts = 0;
}

static void apply_files(struct files *new)
{
	struct files old = *self.files;

	*self.files = *new;
	nbd_engine_config(self.engine, &new->config->ns);
	configure_node(new->config, old.config);
	adapters_configure(new->config);
	adapters_read();
	server_configure(new->config);
	load_hosts();
	files_free(&old);
}

static void on_reload(struct ev_loop *loop, ev_signal *sig, int revents)
{
	struct files new = { 0 };

	(void)loop;
	(void)sig;
	(void)revents;
	if (files_read(&new, self.options) && !new.hosts_bad) {
		apply_files(&new);
		log_notice("the files have been read again");
	} else {
		files_free(&new);
		log_error("not reloaded: everything stays as it was");
	}
}

static void on_dump_line(void *data, const char *text)
{
	(void)data;
	log_notice("%s", text);
}

static void on_usr1(struct ev_loop *loop, ev_signal *sig, int revents)
{
	(void)loop;
	(void)sig;
	(void)revents;
	nbd_engine_dump(self.engine, on_dump_line, NULL);
	server_show();
}

static void on_release_look(struct ev_loop *loop, ev_timer *timer, int revents)
{
	(void)timer;
	(void)revents;
	if (!kernel_names_left()) {
		ev_break(loop, EVBREAK_ALL);
	} else if (ev_now(loop) > self.release_until) {
		log_warning("not all names could be released in %.0f s", RELEASE_LIMIT);
		ev_break(loop, EVBREAK_ALL);
	}
}

static void on_end(struct ev_loop *loop, ev_signal *sig, int revents)
{
	(void)sig;
	(void)revents;
	/* A second signal does not wait */
	if (!self.files->config->release_at_exit || ev_is_active(&self.release)) {
		ev_break(loop, EVBREAK_ALL);
		return;
	}
	log_notice("releasing all names");
	kernel_release_all();
	self.release_until = ev_now(loop) + RELEASE_LIMIT;
	ev_timer_init(&self.release, on_release_look, RELEASE_LOOK, RELEASE_LOOK);
	ev_timer_start(loop, &self.release);
}

static int start(void)
{
	const struct nbd_os *os;
	int err;

	self.loop = ev_default_loop(0);
	if (!self.loop) {
		log_error("no event loop: %m");
		return -EIO;
	}
	os = world_init(self.loop);
	self.engine = nbd_engine_new(os, NULL);
	if (!self.engine)
		return -ENOMEM;
	world_start(self.engine);
	nbd_engine_config(self.engine, &self.files->config->ns);
	udp_init(self.loop, on_packet, self.engine);
	tcp_init(self.loop, on_tcp, self.engine);
	adapters_init(self.loop, self.engine);
	server_init(self.loop, self.engine);
	ev_timer_init(&self.again, on_again, 0.0, 0.0);
	self.again_after = AGAIN_FIRST;
	err = kernel_open(self.loop, &events, self.engine);
	if (err)
		return err;
	err = rtnl_init(self.loop, on_interfaces, NULL);
	if (err) {
		log_error("rtnetlink: %s", strerror(-err));
		return err;
	}
	adapters_configure(self.files->config);
	err = adapters_read();
	if (err)
		return err;
	load_hosts();
	/* Names of a predecessor before those of our own, then what waits */
	err = kernel_names(on_name, self.engine);
	if (err) {
		log_error("reading the names: %s", strerror(-err));
		return err;
	}
	configure_node(self.files->config, NULL);
	on_work(self.engine);
	server_configure(self.files->config);
	return 0;
}

static void stop(void)
{
	if (!self.loop)
		return;
	/* First of all: from now on nobody waits for us */
	kernel_close();
	rtnl_exit();
	server_exit();
	adapters_exit();
	tcp_exit();
	udp_exit();
	nbd_engine_free(self.engine);
	files_free(self.files);
	ev_loop_destroy(self.loop);
}

int daemon_run(const struct service_options *options, struct files *files)
{
	uint64_t watchdog_us = notify_init();
	int err;

	self.options = options;
	self.files = files;
	err = start();
	if (!err) {
		watch_start(self.loop, on_reload, on_usr1, on_end, watchdog_us);
		notify_ready();
		log_notice("ready");
		ev_run(self.loop, 0);
		log_notice("ends");
	}
	stop();
	return err || self.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
