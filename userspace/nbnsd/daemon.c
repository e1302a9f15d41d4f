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
#include "ports.h"
#include "service/log.h"
#include "service/notify.h"
#include "service/watch.h"

#define STATUS_INTERVAL	10.0
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

static const struct nbns_world nbns_world = {
	.now = world_now,
	.random = world_random,
	.wake_at = world_wake_at,
	.send = ports_send,
	.send_stream = ports_send_stream,
};

static const struct nbdd_world nbdd_world = {
	.now = world_now,
	.send = ports_distribute,
};

/* What comes from the network */

static void on_name_packet(const struct nbns_peer *from, const void *data, size_t len)
{
	nbns_packet(self.nbns, from, data, len);
}

static void on_datagram(const struct nbdd_from *from, const void *data, size_t len)
{
	nbdd_packet(self.nbdd, from, nbns_now(self.nbns), data, len);
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
	ports_show();
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
		log_error("%s: %s", journal, err == -EINVAL ?
			  "no journal of nbnsd: left as it is; move it away to begin anew" :
			  strerror(-err));
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
	err = ports_open(self.loop, self.config, &(struct ports_fns) {
		.names = on_name_packet,
		.datagrams = self.nbdd ? on_datagram : NULL,
	});
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
	ports_close();
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
