// SPDX-License-Identifier: GPL-2.0
/*
 * One session.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nbcat.h"

/* Messages taken in one go, so that a busy session does not starve the others */
#define BUDGET	16

static void say_connected(const struct session *s, bool called)
{
	char local[NB_NAME_TEXT_MAX], addr[INET_ADDRSTRLEN];
	struct nb_session_info info;

	if (nb_session_info(s->src.fd, &info)) {
		say("session with %s", s->peer);
		return;
	}
	nb_name_format(local, called ? info.nsi_called : info.nsi_calling);
	inet_ntop(AF_INET, &info.nsi_peer_addr, addr, sizeof(addr));
	say("session with %s at %s:%u, %s %s", s->peer, addr, ntohs(info.nsi_peer_port),
	    called ? "which called" : "called from", local);
}

void session_end(struct session *s)
{
	struct cat *cat = s->cat;

	if (s->src.fd < 0)
		return;
	if (cat->opt.verbose && !cat->opt.datagrams)
		say("session with %s ended", s->peer);
	source_close(&s->src);
	if (s->hub)
		hub_leave(s->hub, s);
	if (cat->datagrams == s)
		cat->datagrams = NULL;
	s->next_dead = cat->dead;
	cat->dead = s;
	cat->sessions--;
}

void session_failed(struct session *s, int err)
{
	const struct options *opt = &s->cat->opt;

	if (opt->datagrams) {
		datagram_failed(s, err);
		return;
	}
	/* A listener that goes on is not to be blamed for one of its callers */
	if (!opt->keep || opt->verbose)
		say("session with %s: %s", s->peer, strerror(err));
	if (!opt->keep)
		cat_fail(s->cat, STATUS_SESSION);
	session_end(s);
}

void session_update(struct session *s)
{
	const struct cat *cat = s->cat;
	bool takes = s->hub ? !s->hub->drain.len : !s->has_pending;

	if (s->answer || (cat->opt.datagrams && cat->sessions > cat->opt.max_sessions))
		takes = false;
	source_want(&s->src, (takes ? EPOLLIN : 0) | (s->has_pending ? EPOLLOUT : 0));
}

/* A message is taken whole or not at all; returns 0, or a positive errno */
static int try_send(struct session *s, const char *data, size_t len)
{
	struct msghdr msg = {
		.msg_iov = &(struct iovec){ .iov_base = (char *)data, .iov_len = len },
		.msg_iovlen = 1,
	};
	ssize_t n;

	if (s->cat->opt.datagrams) {
		msg.msg_name = &s->to;
		msg.msg_namelen = sizeof(s->to);
	}
	do {
		n = sendmsg(s->src.fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? errno : 0;
}

static int keep_pending(struct session *s, const char *data, size_t len)
{
	s->pending = malloc(len ? len : 1);
	if (!s->pending)
		return ENOMEM;
	memcpy(s->pending, data, len);
	s->pending_len = len;
	s->has_pending = true;
	if (s->hub)
		s->hub->pending++;
	session_update(s);
	return 0;
}

void session_send(struct session *s, const char *data, size_t len)
{
	int err;

	err = try_send(s, data, len);
	if (err == EAGAIN)
		err = keep_pending(s, data, len);
	if (err)
		session_failed(s, err);
}

static void send_pending(struct session *s)
{
	int err;

	err = try_send(s, s->pending, s->pending_len);
	if (err == EAGAIN)
		return;
	if (err) {
		session_failed(s, err);
		/* An error of one datagram is not the end: the next one */
		if (s->src.fd < 0)
			return;
	}
	free(s->pending);
	s->pending = NULL;
	s->has_pending = false;
	session_update(s);
	if (s->hub) {
		s->hub->pending--;
		hub_pump(s->hub);
	}
}

/* A message has come, in cat->message */
void session_take(struct session *s, size_t len, int flags)
{
	struct cat *cat = s->cat;
	bool whole = !cat->opt.keep_rest || (flags & MSG_EOR);
	int err = 0;

	if ((flags & MSG_TRUNC) && !s->cut) {
		s->cut = true;
		say("%s: message longer than %zu octets was cut",
		    s->peer, cat->opt.max);
	}
	if (s->hub)
		err = hub_deliver(s->hub, cat->message, len, whole);
	else
		session_send(s, cat->message, len);
	if (err)
		session_failed(s, -err);
}

/* One message; false when there is none or the session is over */
static bool receive_one(struct session *s)
{
	struct cat *cat = s->cat;
	struct iovec iov = { .iov_base = cat->message, .iov_len = cat->opt.max };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	n = recvmsg(s->src.fd, &msg, MSG_DONTWAIT);
	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR)
			session_failed(s, errno);
		return false;
	}
	/* The end of a message tells one without octets from the end of all */
	if (!n && !(msg.msg_flags & MSG_EOR)) {
		/* It left without what it was to be sent */
		if (s->has_pending)
			session_failed(s, EPIPE);
		else
			session_end(s);
		return false;
	}
	session_take(s, n, msg.msg_flags);
	return s->src.fd >= 0;
}

static void receive(struct session *s)
{
	struct hub *hub = s->hub;
	int n;

	for (n = 0; n < BUDGET; n++) {
		if (hub ? !hub_takes(hub) : s->has_pending)
			break;
		if (!(s->cat->opt.datagrams ? datagram_receive(s) : receive_one(s)))
			break;
	}
	if (hub)
		hub_flush(hub);
}

static void session_ready(struct source *src, uint32_t events)
{
	struct session *s = (struct session *)src;

	if (s->has_pending && (events & ~EPOLLIN))
		send_pending(s);
	if (src->fd >= 0 && (src->want & EPOLLIN) && (events & ~EPOLLOUT))
		receive(s);
}

/* -e: a command of its own */
struct hub *session_command(struct session *s)
{
	struct cat *cat = s->cat;
	struct hub *hub;
	int in, out, err;

	err = child_start(cat->opt.command, s, &in, &out);
	if (err) {
		errno = -err;
		return NULL;
	}
	hub = hub_new(cat, in, out, false);
	if (!hub) {
		close(in);
		close(out);
	}
	return hub;
}

struct session *session_new(struct cat *cat, int fd, const struct sockaddr_nb *peer)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->cat = cat;
	source_init(&s->src, &cat->loop, fd, session_ready);
	nb_name_format(s->peer, peer->snb_name);
	return s;
}

/* @hub is NULL for a session that answers itself */
void session_begin(struct session *s, struct hub *hub)
{
	if (hub)
		hub_join(hub, s);
	s->cat->sessions++;
	session_update(s);
}

/* On failure the descriptor is still the caller's */
int session_start(struct cat *cat, int fd, const struct sockaddr_nb *peer, bool called)
{
	struct session *s = session_new(cat, fd, peer);
	struct hub *hub = cat->stdio;

	if (!s)
		goto err;
	if (cat->opt.verbose)
		say_connected(s, called);
	if (cat->opt.command) {
		hub = session_command(s);
		if (!hub)
			goto err;
	}
	session_begin(s, hub);
	return 0;

err:
	say("session: %s", strerror(errno));
	cat_fail(cat, STATUS_SESSION);
	free(s);
	return -1;
}

void session_reap(struct cat *cat)
{
	struct session *s;

	while ((s = cat->dead)) {
		cat->dead = s->next_dead;
		free(s->pending);
		free(s);
	}
	listener_resume(cat);
}
