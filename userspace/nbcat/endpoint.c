// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets: options, bind, connect, and the words for what goes wrong. A name
 * is claimed and a call made before the loop runs, since nothing else could
 * happen meanwhile.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "nbcat.h"

#define BACKLOG	128

struct reason {
	int		err;
	const char	*text;
};

static const struct reason bind_reasons[] = {
	{ EACCES, "not permitted; see bind-gid-min in nbctl(8)" },
	{ EADDRINUSE, "another node or user has the name" },
	{ EADDRNOTAVAIL, "no such adapter, or the name is in conflict" },
	{ EINVAL, "not a name that can be bound" },
	{ ENETDOWN, "no helper with a network to claim the name; is netbiosd running?" },
	{ 0 }
};

static const struct reason call_reasons[] = {
	{ EACCES, "called name does not listen for this caller" },
	{ EADDRNOTAVAIL, "no name to call from, see -s, or no such adapter" },
	{ EHOSTUNREACH, "name not found" },
	{ ELOOP, "too many retargets" },
	{ ENETDOWN, "no helper with a network to find the name; is netbiosd running?" },
	{ EPERM, "sent elsewhere, where retarget-policy of nbctl(8) forbids to go" },
	{ EPROTO, "the other end is no NetBIOS session service" },
	{ 0 }
};

static const char *reason(const struct reason *list, int err)
{
	for (; list->err; list++)
		if (list->err == err)
			return list->text;
	return NULL;
}

static void explain(const char *what, const struct sockaddr_nb *addr, int err,
		    const struct reason *list)
{
	const char *text = reason(list, err);
	char name[NB_NAME_TEXT_MAX];

	nb_name_format(name, addr->snb_name);
	/* The text of the system alone would mislead: "No route to host" */
	if (text)
		say("%s %s: %s (%s)", what, name, text, strerror(err));
	else
		say("%s %s: %s", what, name, strerror(err));
}

static int set_option(int fd, int level, int option, const void *value,
		      socklen_t len, const char *what)
{
	if (!setsockopt(fd, level, option, value, len))
		return 0;
	say("%s: %s", what, strerror(errno));
	return -1;
}

static int set_datagram_options(int fd, const struct options *opt)
{
	int one = 1, err;

	err = set_option(fd, SOL_NETBIOS, NB_DGRAM_INFO, &one, sizeof(one),
			 "information about datagrams");
	if (!opt->broadcast)
		return err;
	if (opt->listen)
		err |= set_option(fd, SOL_NETBIOS, NB_RECV_BROADCAST, &one,
				  sizeof(one), "--broadcast");
	else
		err |= set_option(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one),
				  "--broadcast");
	return err;
}

static int set_options(int fd, const struct options *opt)
{
	int one = 1, err = 0;

	if (opt->datagrams)
		err |= set_datagram_options(fd, opt);
	if (opt->device)
		err |= set_option(fd, SOL_SOCKET, SO_BINDTODEVICE, opt->device,
				  strlen(opt->device) + 1, opt->device);
	if (opt->scope)
		err |= set_option(fd, SOL_NETBIOS, NB_SCOPE, opt->scope,
				  strlen(opt->scope), "scope");
	if (opt->keepalive >= 0)
		err |= set_option(fd, SOL_NETBIOS, NB_KEEPALIVE, &opt->keepalive,
				  sizeof(opt->keepalive), "keep-alive");
	if (opt->keep_rest)
		err |= set_option(fd, SOL_NETBIOS, NB_KEEP_REST, &one,
				  sizeof(one), "--keep-rest");
	if (opt->has_caller)
		err |= set_option(fd, SOL_NETBIOS, NB_CALLER, &opt->caller,
				  sizeof(opt->caller), "caller");
	if (opt->has_retarget)
		err |= set_option(fd, SOL_NETBIOS, NB_RETARGET, &opt->retarget,
				  sizeof(opt->retarget), "retarget");
	return err;
}

static int endpoint_open(struct cat *cat)
{
	int type = cat->opt.datagrams ? SOCK_DGRAM : SOCK_SEQPACKET;
	int fd;

	fd = nb_socket(type | SOCK_CLOEXEC | SOCK_NONBLOCK, cat->opt.lana);
	if (fd < 0) {
		say("socket: %s%s", strerror(errno), errno == EAFNOSUPPORT ?
		    ": is the module netbios loaded?" : "");
		cat->status = errno == EAFNOSUPPORT ? STATUS_ABSENT : STATUS_NAME;
		return -1;
	}
	if (!set_options(fd, &cat->opt))
		return fd;
	close(fd);
	cat->status = STATUS_NAME;
	return -1;
}

/* Waits for the end of what gave EINPROGRESS; returns a positive errno */
static int finish(int fd, int64_t until)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(int);
	int64_t left = -1;
	int err = 0, n;

	do {
		if (until >= 0) {
			left = until - now_ms();
			if (left < 0)
				left = 0;
		}
		n = poll(&pfd, 1, left);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno;
	if (!n)
		return ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len))
		return errno;
	return err;
}

static int status_of(int err, int otherwise)
{
	return err == ETIMEDOUT ? STATUS_TIMEOUT : otherwise;
}

static int claim(struct cat *cat, int fd, struct sockaddr_nb *addr, int64_t until)
{
	int err = 0;

	addr->snb_type = cat->opt.own_type;
	if (bind(fd, (struct sockaddr *)addr, sizeof(*addr)))
		err = errno == EINPROGRESS ? finish(fd, until) : errno;
	if (!err)
		return 0;
	explain("name", addr, err, bind_reasons);
	cat->status = status_of(err, STATUS_NAME);
	return -1;
}

static int64_t deadline(const struct options *opt)
{
	return opt->wait_ms < 0 ? -1 : now_ms() + opt->wait_ms;
}

int endpoint_listen(struct cat *cat)
{
	int64_t until = deadline(&cat->opt);
	int fd = endpoint_open(cat);

	if (fd < 0)
		return -1;
	/* What is for everybody needs no name */
	if (!(cat->opt.datagrams && name_is_everybody(&cat->opt.name)) &&
	    claim(cat, fd, &cat->opt.name, until))
		goto err_close;
	if (!cat->opt.datagrams && listen(fd, BACKLOG)) {
		explain("listen", &cat->opt.name, errno, bind_reasons);
		cat->status = STATUS_NAME;
		goto err_close;
	}
	cat->accept_until = until;
	return fd;

err_close:
	close(fd);
	return -1;
}

static void explain_call(struct cat *cat, int fd, int err)
{
	char name[NB_NAME_TEXT_MAX];
	int octet = nb_wire_error(fd);

	cat->status = status_of(err, STATUS_CALL);
	if (octet <= 0) {
		explain("call", &cat->opt.name, err, call_reasons);
		return;
	}
	say("call %s: %s (error 0x%02X: %s)",
	    nb_name_format(name, cat->opt.name.snb_name), nb_wire_strerror(octet),
	    octet, strerror(err));
}

int endpoint_call(struct cat *cat)
{
	const struct sockaddr_nb *to = &cat->opt.name;
	int64_t until = deadline(&cat->opt);
	int fd = endpoint_open(cat);
	int err = 0;

	if (fd < 0)
		return -1;
	if (cat->opt.has_own && claim(cat, fd, &cat->opt.own, until))
		goto err_close;
	if (cat->opt.datagrams)
		return fd;
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)))
		err = errno == EINPROGRESS ? finish(fd, until) : errno;
	if (!err)
		return fd;
	explain_call(cat, fd, err);
err_close:
	close(fd);
	return -1;
}
