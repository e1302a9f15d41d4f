// SPDX-License-Identifier: GPL-2.0
/*
 * The process around the two servers: sockets, clock, signals, and the end of
 * each turn of the event loop, where changes are committed and answers sent.
 */
#include <errno.h>
#include <ev.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/random.h>

#include "daemon.h"
#include "nbdd.h"
#include "nbns.h"
#include "service/log.h"
#include "service/notify.h"
#include "service/port.h"
#include "service/watch.h"
#include "stream.h"
#include "udp.h"

#define STATUS_INTERVAL	10.0
#define SEND_BATCH	64
/* World time goes in steps of up to 10 ms: a timer must not be early, and spin */
#define CLOCK_STEP	0.010

static struct {
	const struct options	*options;
	struct config		*config;
	struct ev_loop		*loop;
	struct store		*store;
	struct names		*names;
	struct nbns		*nbns;
	struct nbdd		*nbdd;
	ev_timer		wake;
	ev_timer		status;
	ev_prepare		turn;
} self;

/* The world of both servers */

static uint64_t world_now(void *data)
{
	struct timespec ts;

	(void)data;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000;
}

static void world_random(void *data, void *buf, size_t len)
{
	(void)data;
	if (getrandom(buf, len, 0) != (ssize_t)len)
		abort();
}

static void world_wake_at(void *data, uint64_t when)
{
	uint64_t now = world_now(NULL);

	(void)data;
	ev_timer_stop(self.loop, &self.wake);
	if (when == NBNS_NEVER)
		return;
	ev_timer_set(&self.wake, (when > now ? (when - now) / 1e3 : 0.0) + CLOCK_STEP,
		     0.0);
	ev_timer_start(self.loop, &self.wake);
}

static void to_packet(struct udp_packet *packet, const struct nbns_out *out)
{
	*packet = (struct udp_packet) {
		.to = {
			.addr = out->to.addr,
			.port = out->to.port,
			.local = out->to.local,
			.socket = out->to.socket,
		},
		.data = out->data,
		.len = out->len,
	};
}

/* Those of one socket together, in their order */
static void world_send(void *data, const struct nbns_out *out, unsigned int n)
{
	struct udp_packet packet[SEND_BATCH];
	unsigned int i = 0;

	(void)data;
	for (; n; n--, out++) {
		if (i == SEND_BATCH || (i && (out->to.stream ||
					      out->to.socket != packet[0].to.socket))) {
			udp_send(NS_PORT, packet, i);
			i = 0;
		}
		if (out->to.stream)
			stream_send(out->to.stream, out->data, out->len);
		else
			to_packet(&packet[i++], out);
	}
	udp_send(NS_PORT, packet, i);
}

static void world_send_stream(void *data, const struct nbns_peer *to, const void *octets,
			      size_t len)
{
	(void)data;
	stream_send(to->stream, octets, len);
}

static void world_distribute(void *data, const struct nbdd_from *from, const uint32_t *addr,
			     unsigned int n, uint16_t port, const void *octets, size_t len)
{
	struct udp_packet packet[SEND_BATCH];
	unsigned int i = 0;

	(void)data;
	for (; n; n--, addr++) {
		packet[i++] = (struct udp_packet) {
			.to = {
				.addr = *addr,
				.port = port,
				.local = from->local,
				.socket = from->socket,
			},
			.data = octets,
			.len = len,
		};
		if (i == SEND_BATCH || n == 1) {
			udp_send(DGM_PORT, packet, i);
			i = 0;
		}
	}
}

static const struct nbns_world nbns_world = {
	.now = world_now,
	.random = world_random,
	.wake_at = world_wake_at,
	.send = world_send,
	.send_stream = world_send_stream,
};

static const struct nbdd_world nbdd_world = {
	.now = world_now,
	.send = world_distribute,
};

/* What comes from the network */

static void on_name_packet(const struct udp_peer *from, const void *data, size_t len)
{
	struct nbns_peer peer = {
		.addr = from->addr,
		.port = from->port,
		.local = from->local,
		.socket = from->socket,
	};

	nbns_packet(self.nbns, &peer, data, len);
}

static void on_stream_packet(uint64_t id, uint32_t addr, uint16_t port, uint32_t local,
			     const void *data, size_t len)
{
	struct nbns_peer peer = {
		.addr = addr,
		.port = port,
		.local = local,
		.socket = -1,
		.stream = id,
	};

	nbns_packet(self.nbns, &peer, data, len);
}

static void on_datagram(const struct udp_peer *from, const void *data, size_t len)
{
	struct nbdd_from peer = {
		.addr = from->addr,
		.port = from->port,
		.local = from->local,
		.socket = from->socket,
	};

	nbdd_packet(self.nbdd, &peer, nbns_now(self.nbns), data, len);
}

/* Timers and signals */

/* Before the loop waits: the end of a turn */
static void on_turn(struct ev_loop *loop, ev_prepare *prepare, int revents)
{
	(void)loop;
	(void)prepare;
	(void)revents;
	nbns_turn(self.nbns);
}

static void on_wake(struct ev_loop *loop, ev_timer *timer, int revents)
{
	(void)loop;
	(void)timer;
	(void)revents;
	nbns_timer(self.nbns);
}

static void on_status(struct ev_loop *loop, ev_timer *timer, int revents)
{
	unsigned int owners, names = names_count(self.names, &owners);

	(void)loop;
	(void)timer;
	(void)revents;
	notify_status("%u names, %u owners", names, owners);
}

static void on_usr1(struct ev_loop *loop, ev_signal *sig, int revents)
{
	const uint64_t *c = nbns_counters(self.nbns), *d;
	unsigned int owners, names = names_count(self.names, &owners);

	(void)loop;
	(void)sig;
	(void)revents;
	log_notice("%u names, %u owners", names, owners);
	log_notice("queries %llu (found %llu), status requests %llu",
		   (unsigned long long)c[NBNS_QUERIES], (unsigned long long)c[NBNS_FOUND],
		   (unsigned long long)c[NBNS_STATUS]);
	log_notice("registrations %llu, refreshes %llu, overwrites %llu, releases %llu",
		   (unsigned long long)c[NBNS_REGISTRATIONS],
		   (unsigned long long)c[NBNS_REFRESHES],
		   (unsigned long long)c[NBNS_OVERWRITES],
		   (unsigned long long)c[NBNS_RELEASES]);
	log_notice("refused %llu, challenges %llu, malformed %llu, ignored %llu, turns that could not be saved %llu",
		   (unsigned long long)c[NBNS_REFUSED],
		   (unsigned long long)c[NBNS_CHALLENGES],
		   (unsigned long long)c[NBNS_MALFORMED],
		   (unsigned long long)c[NBNS_IGNORED],
		   (unsigned long long)c[NBNS_STORE_FAILED]);
	if (!self.nbdd)
		return;
	d = nbdd_counters(self.nbdd);
	log_notice("datagrams forwarded %llu (copies %llu), for nobody %llu, dropped %llu, queries %llu",
		   (unsigned long long)d[NBDD_FORWARDED],
		   (unsigned long long)d[NBDD_COPIES],
		   (unsigned long long)d[NBDD_UNKNOWN],
		   (unsigned long long)d[NBDD_DROPPED],
		   (unsigned long long)d[NBDD_QUERIES]);
}

static void on_restart_needed(const char *name)
{
	log_notice("%s takes effect at restart, and stays as it was until then", name);
}

/* Sockets and the database stay as they are: that is another process's work */
static void on_reload(struct ev_loop *loop, ev_signal *sig, int revents)
{
	struct config *config;

	(void)loop;
	(void)sig;
	(void)revents;
	config = options_config(self.options);
	if (!config) {
		log_error("not reloaded: everything stays as it was");
		return;
	}
	config_restart(self.config, config, on_restart_needed);
	/* Scopes in the table are compared as this says */
	config->ns.wins = self.config->ns.wins;
	nbns_config(self.nbns, &config->ns);
	log_notice("settings read again");
	config_free(config);
}

static void start_turns(void)
{
	ev_prepare_init(&self.turn, on_turn);
	ev_prepare_start(self.loop, &self.turn);
	ev_timer_init(&self.status, on_status, 0.0, STATUS_INTERVAL);
	ev_timer_start(self.loop, &self.status);
}

/* Start and end */

static const struct port_hints hints = {
	.netbiosd = "a node and nbnsd can share a host if each has an adapter of its own: set \"interface\" in nbnsd.conf, and take that adapter from the helper with \"enabled = no\"",
	.other = "stop it, or set \"listen\" or \"interface\" in nbnsd.conf to what it does not use; port 138 may be that of AF_NETBIOS itself, which has it on all adapters: set \"nbdd = no\" here, or \"nbctl node set dgram-port 0\" for the node",
};

static void say_why(uint16_t port, int err, int level)
{
	char why[512] = "";

	if (err == -EADDRINUSE)
		port_owner(why, sizeof(why), port, &hints);
	if (level == LOG_ERR)
		log_error("UDP port %d: %s%s%s", port, strerror(-err), *why ? ", " : "", why);
	else
		log_notice("no datagram distribution, UDP port %d: %s%s%s", port,
			   strerror(-err), *why ? ", " : "", why);
}

static int open_at(uint32_t addr)
{
	const struct config *config = self.config;
	int err;

	err = udp_open(self.loop, addr, NS_PORT, config->interface, on_name_packet);
	if (err < 0) {
		say_why(NS_PORT, err, LOG_ERR);
		return err;
	}
	if (self.nbdd) {
		err = udp_open(self.loop, addr, DGM_PORT, config->interface, on_datagram);
		if (err < 0)
			say_why(DGM_PORT, err,
				config->nbdd == NBDD_YES ? LOG_ERR : LOG_NOTICE);
		if (err < 0 && config->nbdd == NBDD_YES)
			return err;
	}
	if (!config->tcp)
		return 0;
	err = stream_listen(self.loop, addr, NS_PORT, config->interface, on_stream_packet);
	if (err)
		log_error("TCP port %d: %s", NS_PORT, strerror(-err));
	return err;
}

static int open_sockets(void)
{
	const struct config *config = self.config;
	unsigned int i;
	int err = 0;

	if (!config->n_listen)
		return open_at(0);
	for (i = 0; i < config->n_listen && !err; i++)
		err = open_at(config->listen[i]);
	return err;
}

static int open_store(void)
{
	const struct config *config = self.config;
	char error[512], journal[PATH_MAX];
	int err;

	err = store_lmdb_open(&self.store, config->database, config->power_safe, error,
			      sizeof(error));
	if (err) {
		log_error("%s", error);
		return err;
	}
	snprintf(journal, sizeof(journal), "%s-journal", config->database);
	err = store_journal_open(&self.store, self.store, journal, config->power_safe);
	if (err)
		log_error("%s: %s", journal, strerror(-err));
	return err;
}

static int open_names(void)
{
	const struct config *config = self.config;
	uint64_t secret[2];
	int err;

	err = open_store();
	if (err)
		return err;
	world_random(NULL, secret, sizeof(secret));
	err = names_new(&self.names, self.store, secret, config->max_owners,
			config->ns.wins);
	if (err)
		log_error("%s: %s", config->database, strerror(-err));
	return err;
}

static int start(void)
{
	unsigned int owners, names;
	int err;

	self.loop = ev_default_loop(0);
	if (!self.loop) {
		log_error("no event loop: %m");
		return -EIO;
	}
	ev_timer_init(&self.wake, on_wake, 0.0, 0.0);
	err = open_names();
	if (err)
		return err;
	self.nbns = nbns_new(&nbns_world, NULL, self.names, &self.config->ns);
	if (!self.nbns)
		return -ENOMEM;
	if (self.config->nbdd != NBDD_NO) {
		self.nbdd = nbdd_new(&nbdd_world, NULL, self.names,
				     self.config->registered_only);
		if (!self.nbdd)
			return -ENOMEM;
	}
	err = open_sockets();
	if (err)
		return err;
	names = names_count(self.names, &owners);
	log_notice("ready, with %u names of %u owners", names, owners);
	return 0;
}

/* Everything that was refreshed, and the clock */
static void save(void)
{
	unsigned int i;
	int err;

	/* To the end of the round that is under way, and a whole one */
	for (i = 0; i < 2; i++)
		names_sweep(self.names, nbns_now(self.nbns), 1);
	err = names_commit(self.names);
	if (!err)
		err = self.store->sync(self.store);
	if (err)
		log_error("%s: %s", self.config->database, strerror(-err));
}

static void stop(void)
{
	udp_close_all();
	stream_close_all();
	if (self.nbns)
		save();
	nbdd_free(self.nbdd);
	nbns_free(self.nbns);
	names_free(self.names);
	if (self.store)
		self.store->close(self.store);
	config_free(self.config);
	if (self.loop)
		ev_loop_destroy(self.loop);
}

int daemon_run(const struct options *options, struct config *config)
{
	uint64_t watchdog_us = notify_init();
	int err;

	self.options = options;
	self.config = config;
	err = start();
	if (!err) {
		start_turns();
		watch_start(self.loop, on_reload, on_usr1, NULL, watchdog_us);
		notify_ready();
		ev_run(self.loop, 0);
		log_notice("ends");
	}
	stop();
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
