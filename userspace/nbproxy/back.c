// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "back.h"

/* How often the cache is looked at for an address that the call has asked for */
#define LOOK_INTERVAL	0.05
#define NO_SUCH_NAME	0x82	/* RFC 1002 4.3.4: called name not present */
#define SUFFIX_SERVER	0x20
#define TEXT_MAX	160

/* One of the two methods */
struct way {
	ev_io		io;
	int		fd;		/* -1: not on its way */
	char		text[TEXT_MAX];	/* why it failed, "" if it has not */
};

struct back {
	struct ev_loop		*loop;
	struct server		server;
	struct sockaddr_nb	calling;	/* the name that is being called */
	struct way		direct;
	struct way		netbios;
	ev_timer		look;
	ev_timer		limit;
	ev_timer		over;
	back_fn			fn;
	void			*data;
};

static void way_stop(struct back *back, struct way *way)
{
	if (way->fd < 0)
		return;
	ev_io_stop(back->loop, &way->io);
	close(way->fd);
	way->fd = -1;
}

void back_cancel(struct back *back)
{
	way_stop(back, &back->direct);
	way_stop(back, &back->netbios);
	ev_timer_stop(back->loop, &back->look);
	ev_timer_stop(back->loop, &back->limit);
	ev_timer_stop(back->loop, &back->over);
	free(back);
}

static void succeed(struct back *back, struct way *way)
{
	struct end end = { .fd = way->fd, .direct = way == &back->direct };
	char name[NB_NAME_TEXT_MAX], text[TEXT_MAX];
	void *data = back->data;
	back_fn fn = back->fn;

	if (end.direct)
		snprintf(text, sizeof(text), "directly");
	else
		snprintf(text, sizeof(text), "by NetBIOS, as %s",
			 nb_name_format(name, back->calling.snb_name));
	ev_io_stop(back->loop, &way->io);
	way->fd = -1;
	back_cancel(back);
	fn(data, end, text);
}

static bool on_its_way(const struct back *back)
{
	return back->direct.fd >= 0 || back->netbios.fd >= 0;
}

static void way_failed(struct back *back, struct way *way, const char *text)
{
	way_stop(back, way);
	snprintf(way->text, sizeof(way->text), "%s", text);
	/* Later: nobody is called back from back_start() */
	if (!on_its_way(back))
		ev_timer_start(back->loop, &back->over);
}

/* All ways have failed, or have had their time */
static void on_over(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct back *back = timer->data;
	struct end none = { .fd = -1 };
	void *data = back->data;
	back_fn fn = back->fn;
	char text[2 * TEXT_MAX + 32];
	bool late = timer == &back->limit;

	(void)loop;
	(void)revents;
	if (!late && on_its_way(back))
		return;
	snprintf(text, sizeof(text), "%s%s%s%s%s", back->direct.text,
		 *back->direct.text && *back->netbios.text ? "; " : "", back->netbios.text,
		 late && (*back->direct.text || *back->netbios.text) ? "; " : "",
		 late ? "no answer in time" : "");
	back_cancel(back);
	fn(data, none, text);
}

static void way_watch(struct back *back, struct way *way)
{
	ev_io_set(&way->io, way->fd, EV_WRITE);
	ev_io_start(back->loop, &way->io);
}

static int socket_error(int fd)
{
	socklen_t len = sizeof(int);
	int err = 0;

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) ? errno : err;
}

/* Direct: TCP, and that is all (SMB-002) */

static void direct_failed(struct back *back, int err)
{
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "directly: %s", strerror(err));
	way_failed(back, &back->direct, text);
}

static void on_direct(struct ev_loop *loop, ev_io *io, int revents)
{
	struct back *back = io->data;
	int err = socket_error(io->fd);

	(void)loop;
	(void)revents;
	if (err)
		direct_failed(back, err);
	else
		succeed(back, &back->direct);
}

static void direct_start(struct back *back)
{
	const struct address *addr = &back->server.addr;
	struct way *way = &back->direct;

	way->fd = socket(addr->any.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (way->fd < 0) {
		direct_failed(back, errno);
		return;
	}
	if (connect(way->fd, (const struct sockaddr *)&addr->any, addr->len) &&
	    errno != EINPROGRESS)
		direct_failed(back, errno);
	else
		way_watch(back, way);
}

/* Where a name is: known by the cache, as soon as the call has asked for it */

static bool look(struct back *back)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&back->server.addr.any;
	struct nb_resolve answer;
	int fd, err;

	fd = nb_socket(SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, NB_LANA_ANY);
	if (fd < 0)
		return false;
	err = nb_resolve(fd, &back->server.called, &answer);
	close(fd);
	if (err || !answer.nrs_count)
		return false;
	*in = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(back->server.port),
		.sin_addr.s_addr = answer.nrs_addr[0],
	};
	back->server.addr.len = sizeof(*in);
	return true;
}

/* NetBIOS: a call (SMB-007) */

static void netbios_start(struct back *back);

/* The host is there, but has another name: file servers answer to this one (P-02) */
static bool fall_back(struct back *back)
{
	if (back->calling.snb_name[0] == '*' || (!back->server.addr.len && !look(back)))
		return false;
	way_stop(back, &back->netbios);
	nb_sockaddr_parse(&back->calling, "*SMBSERVER", SUFFIX_SERVER, NETBIOS_UNIQUE_NAME);
	netbios_start(back);
	return true;
}

static void netbios_failed(struct back *back, int err)
{
	char name[NB_NAME_TEXT_MAX], text[TEXT_MAX];
	int octet = back->netbios.fd < 0 ? 0 : nb_wire_error(back->netbios.fd);

	if (octet == NO_SUCH_NAME && fall_back(back))
		return;
	nb_name_format(name, back->calling.snb_name);
	if (octet > 0)
		snprintf(text, sizeof(text), "call of %s: %s (%02X)", name,
			 nb_wire_strerror(octet), octet);
	else
		snprintf(text, sizeof(text), "call of %s: %s", name,
			 err == EHOSTUNREACH ? "no such name, or no route" :
			 err == ENETDOWN ? "no helper to find it" :
			 err == EADDRNOTAVAIL ? "this node has no name to call from" :
			 strerror(err));
	way_failed(back, &back->netbios, text);
}

static void on_netbios(struct ev_loop *loop, ev_io *io, int revents)
{
	struct back *back = io->data;
	int err = socket_error(io->fd);

	(void)loop;
	(void)revents;
	if (err)
		netbios_failed(back, err);
	else
		succeed(back, &back->netbios);
}

/* A name that the name service knows is left to it; all others have an address */
static int tell_address(const struct back *back, int fd)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&back->server.addr.any;

	if (back->server.by_name && back->calling.snb_name[0] != '*')
		return 0;
	return setsockopt(fd, SOL_NETBIOS, NB_ADDRESS, &in->sin_addr, sizeof(in->sin_addr));
}

static void netbios_start(struct back *back)
{
	struct way *way = &back->netbios;
	int on = 1;

	way->fd = nb_socket(SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, NB_LANA_ANY);
	if (way->fd < 0 || setsockopt(way->fd, SOL_NETBIOS, NB_STREAM, &on, sizeof(on)) ||
	    tell_address(back, way->fd)) {
		netbios_failed(back, errno);
		return;
	}
	if (connect(way->fd, (const struct sockaddr *)&back->calling, sizeof(back->calling)) &&
	    errno != EINPROGRESS)
		netbios_failed(back, errno);
	else
		way_watch(back, way);
}

static void on_look(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct back *back = timer->data;

	(void)revents;
	if (!look(back))
		return;
	ev_timer_stop(loop, timer);
	if (back->server.methods & METHOD_DIRECT)
		direct_start(back);
}

static void prepare(struct back *back, double timeout)
{
	back->direct.fd = -1;
	back->netbios.fd = -1;
	ev_init(&back->direct.io, on_direct);
	ev_init(&back->netbios.io, on_netbios);
	ev_timer_init(&back->look, on_look, LOOK_INTERVAL, LOOK_INTERVAL);
	ev_timer_init(&back->limit, on_over, timeout, 0.0);
	ev_timer_init(&back->over, on_over, 0.0, 0.0);
	back->direct.io.data = back;
	back->netbios.io.data = back;
	back->look.data = back;
	back->limit.data = back;
	back->over.data = back;
}

struct back *back_start(struct ev_loop *loop, const struct server *server, double timeout,
			back_fn fn, void *data)
{
	struct back *back = calloc(1, sizeof(*back));

	if (!back)
		return NULL;
	back->loop = loop;
	back->server = *server;
	back->calling = server->called;
	back->fn = fn;
	back->data = data;
	prepare(back, timeout);
	ev_timer_start(loop, &back->limit);
	if (!server->addr.len && !look(back))
		ev_timer_start(loop, &back->look);
	if (server->methods & METHOD_NETBIOS)
		netbios_start(back);
	if (server->methods & METHOD_DIRECT && back->server.addr.len)
		direct_start(back);
	return back;
}
