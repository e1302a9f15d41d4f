// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "back.h"
#include "report.h"
#include "service/log.h"
#include "session.h"

enum { UP, DOWN };	/* to the server, and back */

struct session {
	struct session		*next;
	struct session		**link;
	struct caller		caller;
	char			service[PLACE_TEXT_MAX];
	char			server[PLACE_TEXT_MAX];
	struct back		*back;		/* until the server is reached */
	struct end		far;		/* its end, fd is -1 until then */
	struct pump		pump[2];
	ev_io			near_io;
	ev_io			far_io;
	ev_timer		stall;
	uint64_t		stalled_at;	/* octets when @stall was looked at */
	ev_timer		idle;		/* of AF_NETBIOS ends */
	uint64_t		idle_at;	/* octets when @idle was looked at */
	ev_timer		closing;	/* one direction has ended */
};

static struct {
	struct ev_loop	*loop;
	session_room_fn	room;
	struct session	*sessions;
	unsigned int	n;
	unsigned int	max;
	unsigned int	source_max;
	double		connect_timeout;
	double		stall_timeout;
	double		close_timeout;
	uint64_t	counter[SESSION_COUNTERS];
} all;

/* To be told apart from an end that the peer has meant */
static void reset_on_close(int fd)
{
	struct linger linger = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

static void session_free(struct session *session, bool reset)
{
	if (session->back)
		back_cancel(session->back);
	ev_io_stop(all.loop, &session->near_io);
	ev_io_stop(all.loop, &session->far_io);
	ev_timer_stop(all.loop, &session->stall);
	ev_timer_stop(all.loop, &session->idle);
	ev_timer_stop(all.loop, &session->closing);
	pump_free(&session->pump[UP]);
	pump_free(&session->pump[DOWN]);
	all.counter[SESSIONS_OCTETS] += session->pump[UP].octets + session->pump[DOWN].octets;
	if (reset) {
		reset_on_close(session->caller.end.fd);
		reset_on_close(session->far.fd);
	}
	close(session->caller.end.fd);
	if (session->far.fd >= 0)
		close(session->far.fd);
	*session->link = session->next;
	if (session->next)
		session->next->link = session->link;
	free(session);
	if (all.n-- == all.max)
		all.room(true);
}

static void session_over(struct session *session)
{
	log_info("%s to %s ends: %llu octets there, %llu back", session->caller.text,
		 session->server, (unsigned long long)session->pump[UP].octets,
		 (unsigned long long)session->pump[DOWN].octets);
	session_free(session, false);
}

/* Somebody is to blame: the other end must not take it for a regular end */
static void session_faulty(struct session *session, const char *who, const char *what)
{
	all.counter[SESSIONS_FAULTY]++;
	report_warning("%s to %s: %s: %s", session->caller.text, session->server, who, what);
	session_free(session, true);
}

static void session_failed(struct session *session, const struct pump *pump)
{
	bool up = pump == &session->pump[UP];
	bool from = pump->fault != FAULT_WRITE;
	const char *who = up == from ? "the caller" : "the server";
	char what[256];

	pump_explain(pump, what, sizeof(what));
	if (pump->fault == FAULT_CUT || pump->fault == FAULT_FRAMING ||
	    pump->fault == FAULT_TOO_LONG || pump->fault == FAULT_MEMORY) {
		session_faulty(session, who, what);
		return;
	}
	log_info("%s to %s: %s has gone: %s", session->caller.text, session->server, who, what);
	session_free(session, true);
}

static void watch(ev_io *io, int events)
{
	if (io->events == events && ev_is_active(io) == !!events)
		return;
	ev_io_stop(all.loop, io);
	ev_io_set(io, io->fd, events);
	if (events)
		ev_io_start(all.loop, io);
}

/* What each end is asked for: to send, to take what is held for it, or nothing */
static void watch_both(struct session *session)
{
	const struct pump *up = &session->pump[UP], *down = &session->pump[DOWN];

	watch(&session->near_io, (up->state == PUMP_WAITS_IN ? EV_READ : 0) |
	      (down->state == PUMP_WAITS_OUT ? EV_WRITE : 0));
	watch(&session->far_io, (down->state == PUMP_WAITS_IN ? EV_READ : 0) |
	      (up->state == PUMP_WAITS_OUT ? EV_WRITE : 0));
}

/* Return: false if the session is gone */
static bool run_pump(struct session *session, int which)
{
	struct pump *pump = &session->pump[which], *other = &session->pump[!which];
	bool ended = pump->state == PUMP_ENDED;

	if (pump_run(pump) == PUMP_FAILED) {
		session_failed(session, pump);
		return false;
	}
	if (pump->state != PUMP_ENDED || ended)
		return true;
	if (other->state == PUMP_ENDED) {
		session_over(session);
		return false;
	}
	/* SMB-010: the other direction may finish, but not for ever */
	shutdown(pump->to.fd, SHUT_WR);
	ev_timer_set(&session->closing, all.close_timeout, 0.0);
	ev_timer_start(all.loop, &session->closing);
	return true;
}

/* Readable here feeds one direction, writable here lets the other one go on */
static void on_ready(struct session *session, int read, int revents)
{
	if (revents & EV_READ && !run_pump(session, read))
		return;
	if (revents & EV_WRITE && !run_pump(session, !read))
		return;
	watch_both(session);
}

static void on_near(struct ev_loop *loop, ev_io *io, int revents)
{
	(void)loop;
	on_ready(io->data, UP, revents);
}

static void on_far(struct ev_loop *loop, ev_io *io, int revents)
{
	(void)loop;
	on_ready(io->data, DOWN, revents);
}

/* Costs the data path nothing: it is looked at once in a while */
static void on_stall(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct session *session = timer->data;
	uint64_t octets = session->pump[UP].octets + session->pump[DOWN].octets;
	bool moved = octets != session->stalled_at;
	bool held[2] = { pump_holds(&session->pump[UP]), pump_holds(&session->pump[DOWN]) };
	int which = held[UP] ? UP : DOWN;

	(void)loop;
	(void)revents;
	session->stalled_at = octets;
	if (moved || (!held[UP] && !held[DOWN]))
		return;
	if (session->pump[which].state == PUMP_WAITS_OUT)
		session_faulty(session, which == UP ? "the server" : "the caller",
			       "takes nothing any more");
	else
		session_faulty(session, which == UP ? "the caller" : "the server",
			       "has stopped inside a frame");
}

/* Of a stream the kernel does not know where a keep-alive may go (SMB-009) */
static void on_idle(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct session *session = timer->data;
	uint64_t octets = session->pump[UP].octets + session->pump[DOWN].octets;

	(void)loop;
	(void)revents;
	if (octets == session->idle_at) {
		pump_keepalive(&session->pump[UP]);
		pump_keepalive(&session->pump[DOWN]);
	}
	session->idle_at = octets;
}

/* Return: seconds, 0 if none are sent there */
static int keepalive_of(struct end end)
{
	socklen_t len = sizeof(int);
	int seconds = 0;

	if (!end.direct)
		getsockopt(end.fd, SOL_NETBIOS, NB_KEEPALIVE, &seconds, &len);
	return seconds;
}

static void start_timers(struct session *session)
{
	int seconds = keepalive_of(session->far);

	if (!seconds)
		seconds = keepalive_of(session->caller.end);
	ev_timer_set(&session->stall, all.stall_timeout, all.stall_timeout);
	ev_timer_start(all.loop, &session->stall);
	ev_timer_set(&session->idle, seconds, seconds);
	if (seconds)
		ev_timer_start(all.loop, &session->idle);
}

static void on_closing(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct session *session = timer->data;

	(void)loop;
	(void)revents;
	log_info("%s to %s: does not end, so it is reset", session->caller.text,
		 session->server);
	session_free(session, true);
}

static void set_stream_options(struct end end)
{
	int on = 1;

	if (!end.direct)
		return;
	setsockopt(end.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(end.fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

static void on_reached(void *data, struct end end, const char *text)
{
	struct session *session = data;

	session->back = NULL;
	if (end.fd < 0) {
		all.counter[SESSIONS_UNREACHED]++;
		report_warning("%s to %s: not reached: %s", session->caller.text,
			       session->server, text);
		session_free(session, true);
		return;
	}
	session->far = end;
	set_stream_options(session->caller.end);
	set_stream_options(end);
	pump_init(&session->pump[UP], session->caller.end, end);
	pump_init(&session->pump[DOWN], end, session->caller.end);
	log_info("%s called %s, joined with %s %s", session->caller.text, session->service,
		 session->server, text);
	ev_io_set(&session->far_io, end.fd, EV_NONE);
	watch_both(session);
	start_timers(session);
}

static unsigned int count_of(const struct in6_addr *addr)
{
	const struct session *session;
	unsigned int n = 0;

	for (session = all.sessions; session; session = session->next)
		n += !memcmp(&session->caller.addr, addr, sizeof(*addr));
	return n;
}

static void link_in(struct session *session)
{
	session->next = all.sessions;
	session->link = &all.sessions;
	if (all.sessions)
		all.sessions->link = &session->next;
	all.sessions = session;
	if (++all.n == all.max)
		all.room(false);
}

static struct session *session_new(const struct caller *caller, const struct service *service)
{
	struct session *session = calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	session->caller = *caller;
	strcpy(session->service, service->text);
	strcpy(session->server, service->server.text);
	session->far.fd = -1;
	session->pump[UP].pipe[0] = -1;
	session->pump[DOWN].pipe[0] = -1;
	ev_io_init(&session->near_io, on_near, caller->end.fd, EV_NONE);
	ev_io_init(&session->far_io, on_far, -1, EV_NONE);
	ev_init(&session->stall, on_stall);
	ev_init(&session->idle, on_idle);
	ev_init(&session->closing, on_closing);
	session->near_io.data = session;
	session->far_io.data = session;
	session->stall.data = session;
	session->idle.data = session;
	session->closing.data = session;
	return session;
}

void session_start(const struct caller *caller, const struct service *service)
{
	struct session *session = NULL;

	if (count_of(&caller->addr) >= all.source_max) {
		all.counter[SESSIONS_REFUSED]++;
		report_warning("%s: refused, its address has %u sessions", caller->text,
			       all.source_max);
		goto refuse;
	}
	session = session_new(caller, service);
	if (!session)
		goto refuse;
	session->back = back_start(all.loop, &service->server, all.connect_timeout, on_reached,
				   session);
	if (!session->back)
		goto refuse;
	all.counter[SESSIONS_ACCEPTED]++;
	link_in(session);
	return;
refuse:
	free(session);
	reset_on_close(caller->end.fd);
	close(caller->end.fd);
}

void session_init(struct ev_loop *loop, session_room_fn fn)
{
	all.loop = loop;
	all.room = fn;
}

void session_limits(const struct config *config)
{
	bool had_room = all.n < all.max;

	all.max = config->sessions_max;
	all.source_max = config->source_max;
	all.connect_timeout = config->connect_timeout;
	all.stall_timeout = config->stall_timeout;
	all.close_timeout = config->close_timeout;
	if (had_room != (all.n < all.max))
		all.room(!had_room);
}

void session_close_all(void)
{
	while (all.sessions)
		session_free(all.sessions, false);
}

unsigned int session_count(void)
{
	return all.n;
}

const uint64_t *session_counters(void)
{
	return all.counter;
}
