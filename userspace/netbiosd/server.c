// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "server.h"
#include "service/link.h"
#include "service/log.h"
#include "udp.h"

/* Seconds between attempts to get an address that somebody else has */
#define RETRY		5.0

/* Records that have one turn, as packets of a socket */
#define BATCH		16

/* Someone who may not connect is told of so often in the log, s */
#define TELL_AGAIN	60

/* Looking a user up takes time, which any user here could make us waste; s */
#define USER_KNOWN	5

enum {
	GIVEN,		/* packets for the server */
	LOST,		/* there was no room for */
	SENT,		/* packets of the server */
	COUNTERS,
};

static struct {
	struct ev_loop		*loop;
	struct nbd_engine	*engine;
	const struct config	*config;
	bool			open;		/* for connections */
	bool			told;		/* why not */
	ev_io			listener;
	ev_timer		retry;
	bool			connected;
	ev_io			link;
	unsigned int		services;	/* 0: it has not said hello */
	int			ifindex;	/* serves at it, 0: at all */
	unsigned int		n_local;
	uint32_t		local[LINK_ADDRS_MAX];	/* serves at them, none: at all */
	uid_t			stranger;
	ev_tstamp		stranger_at;	/* refused, and told of */
	ev_tstamp		looked_at;	/* for @stranger, in vain */
	uint64_t		counter[COUNTERS];
	struct link_buffer	buffer;
} self;

static void hang_up(void)
{
	bool served = self.services;

	if (!self.connected)
		return;
	ev_io_stop(self.loop, &self.link);
	close(self.link.fd);
	self.connected = false;
	self.services = 0;
	if (!served)
		return;
	log_notice("the name server beside this node has gone");
	kernel_nbdd_leave();
	nbd_engine_server(self.engine, false);
}

static void refuse(int fd, const char *why)
{
	link_send(fd, &(struct link_record) {
		.kind = LINK_REFUSED,
		.data = why,
		.len = strlen(why),
	});
}

static bool serves_at(int ifindex, uint32_t local)
{
	unsigned int i;

	/* What this host says to itself comes by loopback */
	if (self.ifindex && ifindex && self.ifindex != ifindex)
		return false;
	for (i = 0; i < self.n_local; i++)
		if (self.local[i] == local)
			return true;
	return !self.n_local;
}

static void give(unsigned int service, int ifindex, uint32_t local, uint32_t addr,
		 uint16_t port, const void *data, size_t len)
{
	int err = link_send(self.link.fd, &(struct link_record) {
		.kind = LINK_PACKET,
		.services = service,
		.ifindex = ifindex,
		.local = local,
		.port = port,
		.n = 1,
		.addr = &addr,
		.data = data,
		.len = len,
	});

	self.counter[err ? LOST : GIVEN]++;
}

static void on_datagram(void *data, const struct nbdd_packet *p)
{
	(void)data;
	if (serves_at(p->ifindex, p->local))
		give(LINK_DATAGRAMS, p->ifindex, p->local, p->addr[0], p->port, p->data, p->len);
}

/* Those of @wanted that there are: datagrams come from the kernel */
static unsigned int join(unsigned int wanted)
{
	int err;

	if (!(wanted & LINK_DATAGRAMS))
		return wanted;
	err = kernel_nbdd_join(self.loop, on_datagram, NULL);
	if (!err)
		return wanted;
	log_warning("no datagrams for the server beside this node: %s", strerror(-err));
	return wanted & ~LINK_DATAGRAMS;
}

static void hello(const struct link_record *record)
{
	unsigned int services;
	int err;

	if (self.services || !(record->services & LINK_NAMES)) {
		refuse(self.link.fd, "netbiosd does not serve that");
		hang_up();
		return;
	}
	services = join(record->services);
	err = link_send(self.link.fd, &(struct link_record) {
		.kind = LINK_WELCOME,
		.services = services,
	});
	if (err) {
		kernel_nbdd_leave();
		hang_up();
		return;
	}
	self.services = services;
	self.ifindex = record->ifindex;
	self.n_local = record->n;
	memcpy(self.local, record->addr, record->n * sizeof(*record->addr));
	log_notice("a name server serves beside this node");
	nbd_engine_server(self.engine, true);
}

static void send_to_node(const struct link_record *record, uint32_t addr)
{
	int ifindex = record->ifindex ? record->ifindex : udp_adapter(addr);

	nbd_engine_server_packet(self.engine, ifindex, record->local, record->data, record->len);
}

/* A question goes where the route leads, and not from where its cause came to */
static void send_question(const struct link_record *record, uint32_t addr)
{
	int ifindex = udp_route(addr);

	if (!ifindex)
		ifindex = udp_adapter(record->local);
	udp_send_from(ifindex, udp_address(ifindex), addr, record->port, record->data,
		      record->len);
}

static void send_name_packet(const struct link_record *record, uint32_t addr)
{
	if (record->port == NS_PORT && udp_is_ours(addr))
		send_to_node(record, addr);
	else if (!record->ifindex)
		send_question(record, addr);
	else
		udp_send_from(record->ifindex, record->local, addr, record->port, record->data,
			      record->len);
}

/* The kernel counts what it sends, and what it cannot */
static void send_datagram(const struct link_record *record)
{
	kernel_nbdd_send(&(struct nbdd_packet) {
		.ifindex = record->ifindex,
		.local = record->local,
		.port = record->port,
		.n = record->n,
		.addr = record->addr,
		.data = record->data,
		.len = record->len,
	});
}

static void packet(const struct link_record *record)
{
	unsigned int i;

	if (!(record->services & self.services)) {
		hang_up();
		return;
	}
	if (record->services == LINK_DATAGRAMS) {
		self.counter[SENT]++;
		send_datagram(record);
		return;
	}
	for (i = 0; i < record->n; i++) {
		self.counter[SENT]++;
		send_name_packet(record, record->addr[i]);
	}
}

static void refuse_record(int err)
{
	if (err == -EPROTONOSUPPORT)
		refuse(self.link.fd, "nbnsd and netbiosd are of different versions");
	if (err != -ECONNRESET)
		log_warning("the name server beside this node: %s", strerror(-err));
	hang_up();
}

/* Return: false if there is no more, or nobody there */
static bool take_record(void)
{
	struct link_record record;
	int err = link_receive(self.link.fd, &record, &self.buffer);

	if (err == -EAGAIN)
		return false;
	if (err)
		refuse_record(err);
	else if (record.kind == LINK_HELLO)
		hello(&record);
	else if (record.kind == LINK_PACKET)
		packet(&record);
	else
		hang_up();
	return self.connected;
}

static void on_link(struct ev_loop *loop, ev_io *io, int revents)
{
	unsigned int n = BATCH;

	(void)loop;
	(void)io;
	(void)revents;
	while (n-- && take_record())
		;
}

static void tell_of_stranger(uid_t uid)
{
	ev_tstamp now = ev_now(self.loop);

	if (self.stranger_at && uid == self.stranger && now < self.stranger_at + TELL_AGAIN)
		return;
	self.stranger = uid;
	self.stranger_at = now;
	log_warning("user %u may not serve names here: \"name-server-user\" is %s", uid,
		    self.config->server_user);
}

static bool may_serve(uid_t uid)
{
	ev_tstamp now = ev_now(self.loop);

	if (self.looked_at && uid == self.stranger && now < self.looked_at + USER_KNOWN)
		return false;
	if (link_trusts(uid, self.config->server_user))
		return true;
	tell_of_stranger(uid);
	self.looked_at = now;
	return false;
}

static void on_connection(struct ev_loop *loop, ev_io *io, int revents)
{
	uid_t uid;
	int fd;

	(void)revents;
	fd = link_accept(io->fd, &uid);
	if (fd < 0)
		return;
	/* Its predecessor may have been killed just now */
	while (self.connected && take_record())
		;
	if (self.connected || !may_serve(uid)) {
		refuse(fd, self.connected ? "another name server serves beside this node" :
					    "netbiosd.conf does not let this user serve names: see \"name-server-user\"");
		close(fd);
		return;
	}
	self.connected = true;
	ev_io_init(&self.link, on_link, fd, EV_READ);
	ev_io_start(loop, &self.link);
}

static void open_listener(void)
{
	int fd = link_listen();

	if (fd < 0) {
		if (!self.told)
			log_error("no name server can serve beside this node: %s",
				  fd == -EADDRINUSE ? "another process has the address" :
						      strerror(-fd));
		self.told = true;
		ev_timer_set(&self.retry, RETRY, 0.0);
		ev_timer_start(self.loop, &self.retry);
		return;
	}
	self.told = false;
	self.open = true;
	ev_io_init(&self.listener, on_connection, fd, EV_READ);
	ev_io_start(self.loop, &self.listener);
}

static void on_retry(struct ev_loop *loop, ev_timer *timer, int revents)
{
	(void)loop;
	(void)timer;
	(void)revents;
	open_listener();
}

static void close_listener(void)
{
	ev_timer_stop(self.loop, &self.retry);
	if (!self.open)
		return;
	self.open = false;
	ev_io_stop(self.loop, &self.listener);
	close(self.listener.fd);
}

bool server_give(int ifindex, uint32_t local, uint32_t addr, uint16_t port,
		 const void *data, size_t len)
{
	if (!(self.services & LINK_NAMES) || !serves_at(ifindex, local))
		return false;
	give(LINK_NAMES, ifindex, local, addr, port, data, len);
	return true;
}

bool server_asked(int ifindex, uint32_t addr, uint16_t port, const void *data, size_t len)
{
	if (!self.services || port != NS_PORT || !udp_is_ours(addr))
		return false;
	return server_give(ifindex, addr, udp_address(ifindex), NS_PORT, data, len);
}

void server_show(void)
{
	if (self.counter[GIVEN] || self.counter[LOST] || self.connected)
		log_notice("for the name server beside us %llu packets, lost %llu; from it %llu",
			   (unsigned long long)self.counter[GIVEN],
			   (unsigned long long)self.counter[LOST],
			   (unsigned long long)self.counter[SENT]);
}

void server_configure(const struct config *config)
{
	self.config = config;
	self.looked_at = 0;
	if (!config->server) {
		close_listener();
		hang_up();
	} else if (!self.open && !ev_is_active(&self.retry)) {
		open_listener();
	}
}

void server_init(struct ev_loop *loop, struct nbd_engine *engine)
{
	self.loop = loop;
	self.engine = engine;
	ev_timer_init(&self.retry, on_retry, RETRY, 0.0);
}

void server_exit(void)
{
	close_listener();
	kernel_nbdd_leave();
	if (self.connected) {
		ev_io_stop(self.loop, &self.link);
		close(self.link.fd);
	}
	self.connected = false;
	self.services = 0;
}
