// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <sys/random.h>

#include "adapters.h"
#include "kernel.h"
#include "server.h"
#include "service/log.h"
#include "tcp.h"
#include "udp.h"
#include "world.h"

/* The kernel is not asked anew for every NODE STATUS REQUEST; ms */
#define STATS_PAUSE	1000

/* Longest wait for a timer, ms; the loop wakes up as often by itself */
#define LOOK		60000

static struct {
	struct ev_loop		*loop;
	struct nbd_engine	*engine;
	ev_check		check;
	ev_timer		timer;
	uint64_t		armed;		/* when @timer goes off */
	uint64_t		wanted;		/* when the engine wants to be called */
	uint64_t		now;
	bool			now_known;
	struct nbd_node_stats	stats;
	uint64_t		stats_until;
} world;

/* Lifetimes at a server go on while this machine is suspended */
static uint64_t read_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000;
}

/* Once for all that one round of the loop has to do: a clock can be slow */
static uint64_t os_now(void *os)
{
	(void)os;
	if (!world.now_known) {
		world.now = read_clock();
		world.now_known = true;
	}
	return world.now;
}

static void on_round(struct ev_loop *loop, ev_check *check, int revents)
{
	(void)loop;
	(void)check;
	(void)revents;
	world.now_known = false;
}

/* The loop's own clock stands still then, so that it is looked now and again */
static void arm(uint64_t when)
{
	uint64_t now = os_now(NULL);

	if (when != NBD_NEVER && when > now + LOOK)
		when = now + LOOK;
	ev_timer_stop(world.loop, &world.timer);
	ev_timer_set(&world.timer, when > now ? (when - now) / 1000.0 : 0.0, 0.0);
	ev_timer_start(world.loop, &world.timer);
	world.armed = when;
}

/*
 * The engine postpones its timer all the time, and a timer that goes off early
 * costs less than setting it anew each time.
 */
static void os_wake_at(void *os, uint64_t when)
{
	(void)os;
	world.wanted = when;
	if (when < world.armed)
		arm(when);
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int revents)
{
	(void)loop;
	(void)timer;
	(void)revents;
	world.armed = NBD_NEVER;
	if (world.wanted <= os_now(NULL)) {
		world.wanted = NBD_NEVER;
		nbd_engine_timer(world.engine);
	}
	if (world.wanted < world.armed)
		arm(world.wanted);
}

static void os_random(void *os, void *buf, size_t len)
{
	char *p = buf;
	ssize_t n;

	(void)os;
	while (len) {
		n = getrandom(p, len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		/* There is no such kernel: AF_NETBIOS runs on none without it */
		if (n <= 0)
			abort();
		p += n;
		len -= n;
	}
}

static int os_send(void *os, int ifindex, uint32_t addr, uint16_t port, bool broadcast,
		   const void *data, size_t len)
{
	(void)os;
	if (!broadcast && server_asked(ifindex, addr, port, data, len))
		return 0;
	return udp_send(ifindex, addr, port, data, len);
}

static bool os_serve(void *os, int ifindex, uint32_t addr, uint16_t port, const void *data,
		     size_t len)
{
	(void)os;
	return server_give(ifindex, udp_asked_at(), addr, port, data, len);
}

static int os_tcp_query(void *os, uint64_t cookie, int ifindex, uint32_t addr,
			const void *data, size_t len)
{
	(void)os;
	return tcp_query(cookie, ifindex, addr, data, len);
}

static void os_tcp_cancel(void *os, uint64_t cookie)
{
	(void)os;
	tcp_cancel(cookie);
}

static void on_node(void *data, const struct node_info *node)
{
	struct nbd_node_stats *stats = data;

	stats->sessions = node->sessions < UINT16_MAX ? node->sessions : UINT16_MAX;
}

static void os_node_stats(void *os, struct nbd_node_stats *stats)
{
	uint64_t now = os_now(os);

	if (now >= world.stats_until) {
		kernel_node(on_node, &world.stats);
		world.stats_until = now + STATS_PAUSE;
	}
	*stats = world.stats;
}

static int os_adapter_report(void *os, const struct nbd_condition *condition)
{
	adapters_condition(condition);
	return kernel_adapter_report(os, condition);
}

static void os_adapter_left(void *os, int ifindex)
{
	(void)os;
	adapters_left(ifindex);
}

static void os_log(void *os, enum nbd_log_level level, const char *text)
{
	(void)os;
	log_text(level, text);
}

static const struct nbd_os os_table = {
	.now = os_now,
	.random = os_random,
	.wake_at = os_wake_at,
	.send = os_send,
	.tcp_query = os_tcp_query,
	.tcp_cancel = os_tcp_cancel,
	.work_done = kernel_work_done,
	.name_set = kernel_name_set,
	.name_del = kernel_name_del,
	.name_add = kernel_name_add,
	.cache_add = kernel_cache_add,
	.cache_del = kernel_cache_del,
	.adapter_report = os_adapter_report,
	.adapter_left = os_adapter_left,
	.alert = kernel_alert,
	.stats = kernel_stats,
	.node_stats = os_node_stats,
	.nbdd_query = kernel_nbdd_query,
	.serve = os_serve,
	.log = os_log,
};

const struct nbd_os *world_init(struct ev_loop *loop)
{
	world.loop = loop;
	world.armed = NBD_NEVER;
	world.wanted = NBD_NEVER;
	/* 131071 octets a message, as many sessions as there are sockets */
	world.stats.max_sessions = UINT16_MAX;
	world.stats.max_message = UINT16_MAX;
	ev_timer_init(&world.timer, on_timer, 0.0, 0.0);
	ev_check_init(&world.check, on_round);
	ev_check_start(loop, &world.check);
	return &os_table;
}

void world_start(struct nbd_engine *engine)
{
	world.engine = engine;
}
