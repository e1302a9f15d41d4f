// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node.h"
#include "service/log.h"

/* Seconds until the next attempt */
#define RETRY		1.0

/* Records that have one turn, as packets of a socket */
#define BATCH		64

static struct {
	struct ev_loop		*loop;
	const struct config	*config;
	unsigned int		services;	/* that we have */
	node_fn			fn;
	bool			open;
	bool			connected;
	bool			welcome;
	ev_io			link;
	ev_timer		retry;
	char			told[LINK_DATA_MAX + 1];	/* why there is no link */
	unsigned long long	lost;
	struct link_buffer	buffer;
} self;

/* Once, and anew when the reason is another */
static void tell(const char *why)
{
	if (!strcmp(self.told, why))
		return;
	snprintf(self.told, sizeof(self.told), "%s", why);
	log_error("no link to netbiosd, trying on: %s", why);
}

static void hang_up(void)
{
	if (self.connected) {
		ev_io_stop(self.loop, &self.link);
		close(self.link.fd);
	}
	self.connected = false;
	self.welcome = false;
	ev_timer_set(&self.retry, RETRY, 0.0);
	ev_timer_start(self.loop, &self.retry);
}

static void welcome(const struct link_record *record)
{
	self.welcome = true;
	self.told[0] = '\0';
	log_notice("serving beside the node of this host, through netbiosd");
	if (self.services & ~record->services)
		log_notice("but without datagram distribution: this netbiosd does not have it");
}

static void refused(const struct link_record *record)
{
	char why[LINK_DATA_MAX + 1];

	snprintf(why, sizeof(why), "%.*s", (int)record->len, (const char *)record->data);
	tell(why);
	hang_up();
}

/* Return: false if there is no more, or nobody there */
static bool take_record(void)
{
	struct link_record record;
	int err = link_receive(self.link.fd, &record, &self.buffer);

	if (err == -EAGAIN)
		return false;
	if (err) {
		if (self.welcome || err != -ECONNRESET)
			tell(err == -ECONNRESET ? "it has ended" : strerror(-err));
		hang_up();
	} else if (record.kind == LINK_WELCOME) {
		welcome(&record);
	} else if (record.kind == LINK_REFUSED) {
		refused(&record);
	} else if (record.kind == LINK_PACKET && self.welcome) {
		self.fn(&record);
	} else {
		hang_up();
	}
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

/* Sockets of one device serve there alone, and those of addresses at them */
static int say_hello(int fd)
{
	const struct config *config = self.config;
	int ifindex = 0, err;

	if (*config->interface) {
		ifindex = if_nametoindex(config->interface);
		if (!ifindex)
			return -errno;
	}
	err = link_send(fd, &(struct link_record) {
		.kind = LINK_HELLO,
		.services = self.services,
		.ifindex = ifindex,
		.n = config->n_listen,
		.addr = config->listen,
	});
	/* Refused already: why has still to be read */
	return err == -EPIPE ? 0 : err;
}

static int greet(int fd, uid_t uid)
{
	if (link_trusts(uid, self.config->node_user))
		return say_hello(fd);
	log_error("user %u has the address of netbiosd, but is not %s", uid,
		  self.config->node_user);
	return -EPERM;
}

static int connect_node(void)
{
	uid_t uid;
	int fd = link_connect(&uid), err;

	if (fd < 0)
		return fd;
	err = greet(fd, uid);
	if (err) {
		close(fd);
		return err;
	}
	self.connected = true;
	ev_io_init(&self.link, on_link, fd, EV_READ);
	ev_io_start(self.loop, &self.link);
	return 0;
}

static void on_retry(struct ev_loop *loop, ev_timer *timer, int revents)
{
	int err = connect_node();

	(void)loop;
	(void)timer;
	(void)revents;
	if (!err)
		return;
	if (err != -ECONNREFUSED)
		tell(strerror(-err));
	hang_up();
}

int node_open(struct ev_loop *loop, const struct config *config, unsigned int services,
	      node_fn fn)
{
	int err;

	self.loop = loop;
	self.config = config;
	self.services = services;
	self.fn = fn;
	self.open = true;
	ev_timer_init(&self.retry, on_retry, RETRY, 0.0);
	err = connect_node();
	if (err)
		hang_up();
	return err;
}

void node_send(const struct link_record *record)
{
	if (!self.welcome || link_send(self.link.fd, record))
		self.lost++;
}

unsigned long long node_lost(void)
{
	return self.lost;
}

void node_close(void)
{
	if (!self.open)
		return;
	hang_up();
	ev_timer_stop(self.loop, &self.retry);
	self.open = false;
}
