// SPDX-License-Identifier: GPL-2.0
/*
 * -u: datagrams.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nbcat.h"

struct datagram {
	struct sockaddr_nb	from;
	struct nb_dgram_info	info;
	size_t			len;
	int			flags;
};

/* Octets of DATAGRAM ERROR (RFC 1002 4.4.3) */
static const char *wire_reason(int octet)
{
	switch (octet) {
	case 0x82:
		return "destination name not present";
	case 0x83:
		return "invalid source name format";
	case 0x84:
		return "invalid destination name format";
	default:
		return "unknown error octet";
	}
}

static const char *reason(int err)
{
	switch (err) {
	case EADDRNOTAVAIL:
		return "no name to send from, see -s, or it is in conflict";
	case EHOSTUNREACH:
		return "name not found";
	case ENETDOWN:
		return "no helper to find the name, or the service is off";
	case ENETUNREACH:
		return "no way there";
	default:
		return strerror(err);
	}
}

/* Who receives goes on, whatever became of an answer */
void datagram_failed(struct session *s, int err)
{
	struct cat *cat = s->cat;
	int octet = err == ECONNREFUSED || err == EPROTO || err == EIO ?
		    nb_wire_error(s->src.fd) : 0;
	char name[NB_NAME_TEXT_MAX];

	if (!cat->opt.listen || cat->opt.verbose) {
		nb_name_format(name, s->to.snb_name);
		if (octet > 0)
			say("datagram to %s: %s (error 0x%02X)", name,
			    wire_reason(octet), octet);
		else
			say("datagram to %s: %s", name, reason(err));
	}
	if (!cat->opt.listen)
		cat_fail(cat, STATUS_CALL);
	if (!cat->opt.listen || s->answer)
		session_end(s);
}

/* By what way it came, for -v */
static void say_received(const struct datagram *d)
{
	char from[NB_NAME_TEXT_MAX], to[NB_NAME_TEXT_MAX], dev[IF_NAMESIZE] = "?";
	char source[INET_ADDRSTRLEN], by[INET_ADDRSTRLEN], at[INET_ADDRSTRLEN];
	const struct nb_dgram_info *info = &d->info;

	nb_name_format(from, d->from.snb_name);
	nb_name_format(to, info->ndi_destination.snb_name);
	if (!info->ndi_source_addr) {
		say("%zu octets from %s to %s, of this node", d->len, from, to);
		return;
	}
	inet_ntop(AF_INET, &info->ndi_source_addr, source, sizeof(source));
	inet_ntop(AF_INET, &info->ndi_from_addr, by, sizeof(by));
	inet_ntop(AF_INET, &info->ndi_to_addr, at, sizeof(at));
	if (info->ndi_ifindex)
		if_indextoname(info->ndi_ifindex, dev);
	say("%zu octets from %s at %s%s%s to %s, arrived at %s on %s", d->len, from,
	    source, strcmp(source, by) ? " by way of " : "",
	    strcmp(source, by) ? by : "", to, at, dev);
}

/* Returns a positive errno */
static int get_one(struct session *s, struct datagram *d)
{
	union {
		char buf[CMSG_SPACE(sizeof(struct nb_dgram_info))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { .iov_base = s->cat->message, .iov_len = s->cat->opt.max };
	struct msghdr msg = {
		.msg_name = &d->from, .msg_namelen = sizeof(d->from),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;
	ssize_t n;

	memset(d, 0, sizeof(*d));
	n = recvmsg(s->src.fd, &msg, MSG_DONTWAIT);
	if (n < 0)
		return errno;
	d->len = n;
	d->flags = msg.msg_flags;
	for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
		if (c->cmsg_level == SOL_NETBIOS && c->cmsg_type == NB_DGRAM_INFO &&
		    c->cmsg_len == CMSG_LEN(sizeof(d->info)))
			memcpy(&d->info, CMSG_DATA(c), sizeof(d->info));
	return 0;
}

/* A command gets the datagram, and what it says goes to the sender of that */
static int answer_start(struct session *s, const struct datagram *d)
{
	struct cat *cat = s->cat;
	struct session *a;
	struct hub *hub;
	int fd;

	fd = fcntl(s->src.fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	a = session_new(cat, fd, &d->from);
	if (!a)
		goto err_close;
	a->answer = true;
	a->to = d->from;
	a->info = d->info;
	hub = session_command(a);
	if (!hub)
		goto err_free;
	hub->once = true;
	session_begin(a, hub);
	hub_deliver(hub, cat->message, d->len, true);
	hub_flush(hub);
	return 0;

err_free:
	free(a);
err_close:
	close(fd);
	return -errno;
}

static void take(struct session *s, const struct datagram *d)
{
	struct cat *cat = s->cat;
	int err;

	if (cat->opt.listen) {
		s->to = d->from;
		nb_name_format(s->peer, d->from.snb_name);
	}
	if (s->hub) {
		s->hub->mute = false;
		session_take(s, d->len, d->flags);
		hub_update(s->hub);
	} else if (cat->opt.command) {
		err = answer_start(s, d);
		if (err)
			say("%s: %s", cat->opt.command, strerror(-err));
	} else if (memcmp(d->from.snb_name, cat->opt.name.snb_name, NETBIOS_NAME_LEN)) {
		/* An answer to the own name would come back here, for ever */
		session_take(s, d->len, d->flags);
	}
}

/* The name is lost: epoll would tell so for ever */
static bool in_conflict(struct session *s)
{
	struct pollfd pfd = { .fd = s->src.fd };
	char name[NB_NAME_TEXT_MAX];

	if (poll(&pfd, 1, 0) <= 0 || !(pfd.revents & POLLERR))
		return false;
	nb_name_format(name, (s->cat->opt.listen ? &s->cat->opt.name :
			      &s->cat->opt.own)->snb_name);
	say("name %s: it is in conflict", name);
	cat_fail(s->cat, STATUS_NAME);
	session_end(s);
	return true;
}

/* One datagram; false when there is none or no more is wanted */
bool datagram_receive(struct session *s)
{
	struct cat *cat = s->cat;
	struct datagram d;
	int err;

	err = get_one(s, &d);
	if (err == EINTR)
		return false;
	if (err == EAGAIN) {
		in_conflict(s);
		return false;
	}
	if (err) {
		session_failed(s, err);
		return s->src.fd >= 0;
	}
	cat->accept_until = -1;
	if (cat->opt.verbose)
		say_received(&d);
	take(s, &d);
	cat->received++;
	if (cat->opt.count && cat->received >= cat->opt.count)
		return false;
	return s->src.fd >= 0 && cat->sessions <= cat->opt.max_sessions;
}

/* After each round: an answer may have ended, or the last one gone out */
void datagram_resume(struct cat *cat)
{
	struct session *s = cat->datagrams;

	if (!s)
		return;
	if (cat->opt.count && cat->received >= cat->opt.count && !s->has_pending)
		session_end(s);
	else if (cat->opt.command)
		session_update(s);
}

int datagram_start(struct cat *cat, int fd)
{
	struct session *s = session_new(cat, fd, &cat->opt.name);
	struct hub *hub = cat->stdio;

	if (!s)
		goto err;
	s->to = cat->opt.name;
	if (cat->opt.command && !cat->opt.listen) {
		hub = session_command(s);
		if (!hub)
			goto err;
	}
	if (hub)
		hub->mute = cat->opt.listen;
	cat->datagrams = s;
	session_begin(s, hub);
	if (cat->opt.verbose && cat->opt.listen)
		say("receiving on %s", s->peer);
	return 0;

err:
	say("datagrams: %s", strerror(errno));
	cat_fail(cat, STATUS_SESSION);
	free(s);
	return -1;
}
