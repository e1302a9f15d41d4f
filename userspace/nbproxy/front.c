// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "front.h"
#include "report.h"
#include "service/log.h"
#include "session.h"

#define BACKLOG		64
/* Accepted before others have their turn */
#define BATCH		16
/* A name or a port that cannot be had now may be free later */
#define RETRY		5.0
/* Without descriptors or memory for a caller, which waits */
#define PAUSE		1.0

struct front {
	struct front	*next;
	struct service	service;
	ev_io		io;
	ev_timer	retry;		/* listens again, or opens again */
	int		fd;		/* -1: waits for @retry */
	bool		listens;	/* else its name is being claimed */
	int		said;		/* errno that the log has already */
	bool		wanted;
};

static struct {
	struct ev_loop	*loop;
	struct front	*fronts;
	bool		room;
	front_fn	changed;
} self;

static void watch(struct front *front)
{
	ev_io_stop(self.loop, &front->io);
	ev_io_set(&front->io, front->fd, front->listens ? EV_READ : EV_WRITE);
	if (!front->listens || self.room)
		ev_io_start(self.loop, &front->io);
}

static void stop(struct front *front)
{
	ev_io_stop(self.loop, &front->io);
	ev_timer_stop(self.loop, &front->retry);
	if (front->fd >= 0)
		close(front->fd);
	front->fd = -1;
	front->listens = false;
}

static const char *explain(const struct front *front, int err)
{
	if (!front->service.netbios)
		return err == EADDRINUSE ?
			"another program has this port, or has it on all addresses" : strerror(err);
	switch (err) {
	case EACCES:
		return "not permitted to have this name";
	case EADDRINUSE:
		return "another node, user or listener has the name";
	case EADDRNOTAVAIL:
		return "the name is in conflict";
	case EAFNOSUPPORT:
		return "netbios.ko is not loaded";
	case ENETDOWN:
		return "no helper to claim the name, or the node is not enabled";
	}
	return strerror(err);
}

static void later(struct front *front, int err)
{
	bool news = err != front->said;

	stop(front);
	front->said = err;
	ev_timer_set(&front->retry, RETRY, 0.0);
	ev_timer_start(self.loop, &front->retry);
	if (!news)
		return;
	log_error("%s: %s; tried again every %d s", front->service.text, explain(front, err),
		  (int)RETRY);
	self.changed();
}

static void start_listening(struct front *front)
{
	if (listen(front->fd, BACKLOG)) {
		later(front, errno);
		return;
	}
	front->said = 0;
	front->listens = true;
	watch(front);
	log_notice("listening on %s, for %s", front->service.text,
		   front->service.server.text);
	self.changed();
}

static int open_name(struct front *front)
{
	const struct sockaddr_nb *name = &front->service.name;
	int on = 1;

	front->fd = nb_socket(SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, NB_LANA_ANY);
	if (front->fd < 0 || setsockopt(front->fd, SOL_NETBIOS, NB_STREAM, &on, sizeof(on)))
		return errno;
	return bind(front->fd, (const struct sockaddr *)name, sizeof(*name)) ? errno : 0;
}

static int open_port(struct front *front)
{
	const struct address *addr = &front->service.addr;
	int on = 1;

	front->fd = socket(addr->any.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (front->fd < 0)
		return errno;
	setsockopt(front->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	return bind(front->fd, (const struct sockaddr *)&addr->any, addr->len) ? errno : 0;
}

static void start(struct front *front)
{
	int err = front->service.netbios ? open_name(front) : open_port(front);

	if (err == EINPROGRESS)
		watch(front);
	else if (err)
		later(front, err);
	else
		start_listening(front);
}

static void on_retry(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct front *front = timer->data;

	(void)loop;
	(void)revents;
	if (front->listens)
		watch(front);
	else
		start(front);
}

/* The caller stays in the backlog: to look at once again would be all that is done */
static void pause_listening(struct front *front, int err)
{
	report_warning("%s: %s; callers have to wait", front->service.text, strerror(err));
	ev_io_stop(self.loop, &front->io);
	ev_timer_set(&front->retry, PAUSE, 0.0);
	ev_timer_start(self.loop, &front->retry);
}

static void as_ipv6(struct in6_addr *to, const void *ipv4)
{
	memset(to, 0, sizeof(*to));
	memset(&to->s6_addr[10], 0xff, 2);
	memcpy(&to->s6_addr[12], ipv4, 4);
}

static void know_name(struct caller *caller)
{
	char name[NB_NAME_TEXT_MAX] = "?", addr[INET_ADDRSTRLEN] = "?";
	struct nb_session_info info = { 0 };

	if (!nb_session_info(caller->end.fd, &info)) {
		nb_name_format(name, info.nsi_calling);
		inet_ntop(AF_INET, &info.nsi_peer_addr, addr, sizeof(addr));
	}
	as_ipv6(&caller->addr, &info.nsi_peer_addr);
	snprintf(caller->text, sizeof(caller->text), "%.50s at %s", name, addr);
}

static void know_address(struct caller *caller, const struct sockaddr_storage *from)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;
	const struct sockaddr_in *in = (const struct sockaddr_in *)from;
	char addr[INET6_ADDRSTRLEN] = "?";

	if (from->ss_family == AF_INET6) {
		caller->addr = in6->sin6_addr;
		inet_ntop(AF_INET6, &in6->sin6_addr, addr, sizeof(addr));
	} else {
		as_ipv6(&caller->addr, &in->sin_addr);
		inet_ntop(AF_INET, &in->sin_addr, addr, sizeof(addr));
	}
	snprintf(caller->text, sizeof(caller->text), "%s", addr);
}

/* Return: errno if there is no caller */
static int accept_one(struct front *front)
{
	struct sockaddr_storage from = { 0 };
	socklen_t len = sizeof(from);
	struct caller caller = { .end.direct = !front->service.netbios };

	caller.end.fd = accept4(front->fd, (struct sockaddr *)&from, &len,
				SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (caller.end.fd < 0)
		return errno;
	if (caller.end.direct)
		know_address(&caller, &from);
	else
		know_name(&caller);
	session_start(&caller, &front->service);
	return 0;
}

static void accept_some(struct front *front)
{
	int i, err = 0;

	for (i = 0; i < BATCH && self.room && !err; i++)
		err = accept_one(front);
	switch (err) {
	case 0:
	case EAGAIN:
	case EINTR:
	case ECONNABORTED:
	case EPROTO:
		return;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		pause_listening(front, err);
		return;
	}
	/* The name was lost (NS-078) */
	later(front, err);
}

static void on_ready(struct ev_loop *loop, ev_io *io, int revents)
{
	struct front *front = io->data;
	socklen_t len = sizeof(int);
	int err = 0;

	(void)loop;
	(void)revents;
	if (front->listens) {
		accept_some(front);
		return;
	}
	/* The end of a claim */
	if (getsockopt(front->fd, SOL_SOCKET, SO_ERROR, &err, &len))
		err = errno;
	if (err)
		later(front, err);
	else
		start_listening(front);
}

static struct front *find(const struct service *service)
{
	struct front *front;

	for (front = self.fronts; front; front = front->next)
		if (config_same_entrance(&front->service, service))
			break;
	return front;
}

static struct front *add(const struct service *service)
{
	struct front *front = calloc(1, sizeof(*front));

	if (!front)
		return NULL;
	front->fd = -1;
	front->service = *service;
	ev_init(&front->io, on_ready);
	ev_init(&front->retry, on_retry);
	front->io.data = front;
	front->retry.data = front;
	front->next = self.fronts;
	self.fronts = front;
	return front;
}

static void remove_unwanted(void)
{
	struct front **link = &self.fronts, *front;

	while ((front = *link)) {
		if (front->wanted) {
			front->wanted = false;
			link = &front->next;
			continue;
		}
		log_notice("%s: not listening any more", front->service.text);
		stop(front);
		*link = front->next;
		free(front);
	}
}

void front_init(struct ev_loop *loop, front_fn changed)
{
	self.loop = loop;
	self.changed = changed;
	self.room = true;
}

int front_set(const struct config *config)
{
	struct front *front;
	size_t i;

	for (i = 0; i < config->n_services; i++) {
		front = find(&config->services[i]);
		if (front) {
			front->service = config->services[i];
		} else {
			front = add(&config->services[i]);
			if (!front)
				return -ENOMEM;
		}
		front->wanted = true;
	}
	/* First those that may have a port which a new one wants */
	remove_unwanted();
	for (front = self.fronts; front; front = front->next)
		if (front->fd < 0 && !ev_is_active(&front->retry))
			start(front);
	return 0;
}

void front_room(bool room)
{
	struct front *front;

	self.room = room;
	if (!room)
		log_warning("no more sessions: callers have to wait");
	for (front = self.fronts; front; front = front->next)
		if (front->listens)
			watch(front);
}

unsigned int front_count(void)
{
	const struct front *front;
	unsigned int n = 0;

	for (front = self.fronts; front; front = front->next)
		n += front->listens;
	return n;
}

unsigned int front_waits(char *buf, size_t size)
{
	const struct front *front;
	unsigned int n = 0;

	buf[0] = '\0';
	for (front = self.fronts; front; front = front->next) {
		if (front->listens)
			continue;
		if (front->said)
			snprintf(buf, size, "%s (%s)", front->service.text,
				 explain(front, front->said));
		else
			snprintf(buf, size, "%s", front->service.text);
		n++;
	}
	if (n > 1)
		snprintf(buf + strlen(buf), size - strlen(buf), " and %u more", n - 1);
	return n;
}

bool front_claims(void)
{
	const struct front *front;

	for (front = self.fronts; front; front = front->next)
		if (!front->listens && !front->said)
			return true;
	return false;
}

void front_close_all(void)
{
	struct front *front;

	while ((front = self.fronts)) {
		stop(front);
		self.fronts = front->next;
		free(front);
	}
}
