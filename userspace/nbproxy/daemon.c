// SPDX-License-Identifier: GPL-2.0
/*
 * The process: its loop, signals, and what the service manager is told.
 */
#include <ev.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "daemon.h"
#include "front.h"
#include "service/log.h"
#include "service/notify.h"
#include "service/watch.h"
#include "session.h"

#define STATUS_INTERVAL	10.0

static struct {
	const struct service_options *options;
	struct ev_loop	*loop;
	ev_timer	status;
	bool		ready;
} self;

static void tell_status(void)
{
	char waits[FRONT_WAITS_MAX];

	front_waits(waits, sizeof(waits));
	notify_status("%u sessions, listening in %u places%s%s", session_count(), front_count(),
		      *waits ? ", waiting for " : "", waits);
}

/* Whoever waits for this service wants to be served: by one place at least */
static void on_front(void)
{
	char waits[FRONT_WAITS_MAX];

	if (self.ready || front_claims())
		return;
	tell_status();
	front_waits(waits, sizeof(waits));
	if (!front_count()) {
		log_warning("not ready, nobody can call: waiting for %s", waits);
		return;
	}
	self.ready = true;
	notify_ready();
	log_notice("ready%s%s", *waits ? ", but waiting for " : "", waits);
}

static void on_status(struct ev_loop *loop, ev_timer *timer, int revents)
{
	(void)loop;
	(void)timer;
	(void)revents;
	tell_status();
}

static void on_usr1(struct ev_loop *loop, ev_signal *sig, int revents)
{
	const uint64_t *c = session_counters();

	(void)loop;
	(void)sig;
	(void)revents;
	log_notice("%u sessions, listening in %u places", session_count(), front_count());
	log_notice("accepted %llu, refused %llu, not reached %llu, faulty %llu, octets of those that are over %llu",
		   (unsigned long long)c[SESSIONS_ACCEPTED],
		   (unsigned long long)c[SESSIONS_REFUSED],
		   (unsigned long long)c[SESSIONS_UNREACHED],
		   (unsigned long long)c[SESSIONS_FAULTY],
		   (unsigned long long)c[SESSIONS_OCTETS]);
}

static void on_reload(struct ev_loop *loop, ev_signal *sig, int revents)
{
	struct config *config;

	(void)loop;
	(void)sig;
	(void)revents;
	config = conf_read(&config_kind, self.options);
	if (!config) {
		log_error("not reloaded: everything stays as it was");
		return;
	}
	session_limits(config);
	if (!front_set(config))
		log_notice("settings read again; sessions go on");
	config_free(config);
}

/* A session has two descriptors, and two more for each direction that is held up */
static void raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/*
 * Who sends to us may go on, and send more, before we pass it on: the fewer turns we
 * take, the less a message costs. On a processor with nothing else to do we run at
 * once all the same. What the administrator has chosen stays.
 */
static void be_unhurried(void)
{
	struct sched_param param = { 0 };

	if (sched_getscheduler(0) == SCHED_OTHER)
		sched_setscheduler(0, SCHED_BATCH, &param);
}

int daemon_run(const struct service_options *options, struct config *config)
{
	uint64_t watchdog_us = notify_init();
	int err;

	raise_files();
	be_unhurried();
	self.options = options;
	self.loop = ev_default_loop(0);
	if (!self.loop) {
		log_error("no event loop: %m");
		return EXIT_FAILURE;
	}
	front_init(self.loop, on_front);
	session_init(self.loop, front_room);
	session_limits(config);
	watch_start(self.loop, on_reload, on_usr1, NULL, watchdog_us);
	err = front_set(config);
	config_free(config);
	if (!err) {
		ev_timer_init(&self.status, on_status, STATUS_INTERVAL, STATUS_INTERVAL);
		ev_timer_start(self.loop, &self.status);
		ev_run(self.loop, 0);
		log_notice("ends");
	}
	front_close_all();
	session_close_all();
	ev_loop_destroy(self.loop);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
