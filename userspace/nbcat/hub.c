// SPDX-License-Identifier: GPL-2.0
/*
 * Hubs: from a feed to sessions, from sessions to a drain; see nbcat.h.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "nbcat.h"

/* More than this is written before more is received */
#define DRAIN_MAX	(256 << 10)

/*
 * After the end of standard input the sessions are ended when nothing has
 * come for a while: NetBIOS has no half-closed session, so hanging up at once
 * would lose the answer.
 */
static void arm_quiet(struct hub *hub)
{
	struct cat *cat = hub->cat;

	if (!hub->shared || cat->opt.quiet_ms < 0)
		return;
	if (hub->feed.eof && !hub->feed.len && !hub->pending && hub->sessions)
		cat->quiet_until = now_ms() + cat->opt.quiet_ms;
	else
		cat->quiet_until = -1;
}

void hub_hang_up(struct hub *hub)
{
	while (hub->sessions)
		session_end(hub->sessions);
}

void hub_update(struct hub *hub)
{
	bool feed = !hub->ended && !hub->feed.eof && !hub->pending && hub->sessions &&
		    !hub->mute;

	source_want(&hub->feed.src, feed ? EPOLLIN : 0);
	source_want(&hub->drain.src, hub->drain.len ? EPOLLOUT : 0);
}

void hub_pump(struct hub *hub)
{
	struct session *s, *next;
	const char *data;
	size_t len;

	while (!hub->pending && hub->sessions && feed_next(&hub->feed, &data, &len)) {
		for (s = hub->sessions; s; s = next) {
			next = s->next;
			session_send(s, data, len);
		}
	}
	if (hub->feed.eof && !hub->feed.len && !hub->pending && !hub->shared)
		hub_hang_up(hub);
	arm_quiet(hub);
	hub_update(hub);
}

static void feed_ready(struct source *src, uint32_t events)
{
	struct hub *hub = (struct hub *)((char *)src - offsetof(struct hub, feed.src));
	long n;

	(void)events;
	n = feed_fill(&hub->feed);
	if (n == -EAGAIN)
		return;
	if (n < 0) {
		say("read: %s", strerror(-n));
		cat_fail(hub->cat, STATUS_SESSION);
		hub->feed.eof = true;
	}
	hub_pump(hub);
}

bool hub_takes(const struct hub *hub)
{
	return hub->drain.len < DRAIN_MAX;
}

int hub_deliver(struct hub *hub, const char *data, size_t len, bool whole)
{
	int err;

	arm_quiet(hub);
	if (hub->deaf)
		return 0;
	err = drain_put(&hub->drain, data, len);
	if (!err && whole && !hub->cat->opt.binary)
		err = drain_put(&hub->drain, "\n", 1);
	return err;
}

static void drain_broke(struct hub *hub, int err)
{
	hub->deaf = true;
	hub->drain.len = 0;
	source_want(&hub->drain.src, 0);
	/* A command that reads no further may still have something to say */
	if (!hub->shared)
		return;
	say("standard output: %s", strerror(-err));
	cat_fail(hub->cat, STATUS_SESSION);
	listener_stop(hub->cat);
	hub_hang_up(hub);
}

void hub_flush(struct hub *hub)
{
	struct session *s;
	int err;

	err = drain_flush(&hub->drain);
	if (err)
		drain_broke(hub, err);
	if (hub->once && !hub->drain.len)
		source_close(&hub->drain.src);
	hub_update(hub);
	for (s = hub->sessions; s; s = s->next)
		session_update(s);
}

static void drain_ready(struct source *src, uint32_t events)
{
	struct hub *hub = (struct hub *)((char *)src - offsetof(struct hub, drain.src));

	(void)events;
	hub_flush(hub);
}

struct hub *hub_new(struct cat *cat, int in, int out, bool shared)
{
	struct hub *hub = calloc(1, sizeof(*hub));

	if (!hub)
		return NULL;
	hub->cat = cat;
	hub->shared = shared;
	hub->feed.max = cat->opt.max;
	hub->feed.binary = cat->opt.binary;
	hub->feed.zero = cat->opt.zero;
	source_init(&hub->feed.src, &cat->loop, in, feed_ready);
	source_init(&hub->drain.src, &cat->loop, out, drain_ready);
	hub->next = cat->hubs;
	cat->hubs = hub;
	return hub;
}

void hub_join(struct hub *hub, struct session *s)
{
	s->hub = hub;
	s->next = hub->sessions;
	hub->sessions = s;
	arm_quiet(hub);
	hub_update(hub);
}

void hub_leave(struct hub *hub, struct session *s)
{
	struct session **at;

	for (at = &hub->sessions; *at && *at != s; at = &(*at)->next)
		;
	if (*at)
		*at = s->next;
	if (s->has_pending)
		hub->pending--;
	/* Not pumped here: the caller may be hub_pump() itself */
	hub->dirty = true;
	if (!hub->shared) {
		hub->ended = true;
		source_close(&hub->feed.src);
	}
}

/* Is there output that has not been written yet? */
bool hub_busy(const struct cat *cat)
{
	const struct hub *hub;

	for (hub = cat->hubs; hub; hub = hub->next)
		if (hub->drain.len)
			return true;
	return false;
}

void hub_reap(struct cat *cat)
{
	struct hub **at = &cat->hubs, *hub;

	while ((hub = *at)) {
		if (hub->dirty) {
			hub->dirty = false;
			hub_pump(hub);
		}
		if (!hub->ended || hub->drain.len) {
			at = &hub->next;
			continue;
		}
		*at = hub->next;
		source_close(&hub->drain.src);
		feed_free(&hub->feed);
		drain_free(&hub->drain);
		free(hub);
	}
}
