// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>

#include "service/log.h"
#include "stream.h"

#define LISTENERS_MAX	16
#define BACKLOG		64
#define PREFIX		2	/* RFC 1002 4.2.1: a length in front of each packet */
#define IN_MAX		(PREFIX + 1024)
#define OUT_MAX		(4 * (PREFIX + 65535))
/* So that what is sent has nearly been read, and a slow reader is not idle */
#define SNDBUF		(32 << 10)
/* A port whose last connections are not yet over can be had some time later */
#define RETRY		5.0

struct listener {
	ev_io		io;		/* first, see on_connection() */
	ev_timer	retry;
	uint32_t	addr;
	uint16_t	port;
	const char	*interface;
};

struct stream {
	ev_io		io;		/* first, see on_ready() */
	ev_timer	idle;
	struct stream	*next;
	uint64_t	id;
	uint32_t	addr;
	uint16_t	port;
	uint32_t	local;
	uint64_t	turn;		/* of its last request, or part of an answer */
	bool		dead;		/* to be closed when nobody is inside */
	size_t		got;
	uint8_t		in[IN_MAX];
	uint8_t		*out;
	size_t		out_len;
	size_t		sent;
};

static struct {
	struct ev_loop	*loop;
	stream_fn	fn;
	struct listener	listener[LISTENERS_MAX];
	int		n_listeners;
	struct stream	*streams;
	unsigned int	n;
	uint64_t	last_id;
	uint64_t	turns;
} tcp;

static void watch(struct stream *stream, int events)
{
	if (stream->io.events == events && ev_is_active(&stream->io))
		return;
	ev_io_stop(tcp.loop, &stream->io);
	ev_io_set(&stream->io, stream->io.fd, events);
	ev_io_start(tcp.loop, &stream->io);
}

static void end(struct stream *stream)
{
	struct stream **link = &tcp.streams;

	while (*link != stream)
		link = &(*link)->next;
	*link = stream->next;
	ev_io_stop(tcp.loop, &stream->io);
	ev_timer_stop(tcp.loop, &stream->idle);
	close(stream->io.fd);
	free(stream->out);
	free(stream);
	tcp.n--;
}

/* With a reset: an end of ours would keep the port for a minute */
static void drop(struct stream *stream)
{
	struct linger linger = { .l_onoff = 1 };

	setsockopt(stream->io.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	end(stream);
}

/* Octets alone are none: with one now and then it could stay for ever */
static void has_progress(struct stream *stream)
{
	stream->turn = ++tcp.turns;
	ev_timer_again(tcp.loop, &stream->idle);
}

static void on_idle(struct ev_loop *loop, ev_timer *timer, int revents)
{
	(void)loop;
	(void)revents;
	drop(timer->data);
}

/* Return: false if the connection has failed */
static bool send_more(struct stream *stream)
{
	ssize_t n;

	n = send(stream->io.fd, stream->out + stream->sent, stream->out_len - stream->sent,
		 MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	has_progress(stream);
	stream->sent += n;
	if (stream->sent == stream->out_len) {
		stream->sent = 0;
		stream->out_len = 0;
	}
	return true;
}

static size_t packet_len(const struct stream *stream)
{
	return stream->in[0] << 8 | stream->in[1];
}

/*
 * Who asks much at once waits: for the next packet when the answers have gone.
 * Return: false if there is one that is too long.
 */
static bool take_packets(struct stream *stream)
{
	size_t len;

	while (stream->got >= PREFIX && !stream->out_len) {
		len = packet_len(stream);
		if (PREFIX + len > sizeof(stream->in))
			return false;
		if (stream->got < PREFIX + len)
			break;
		has_progress(stream);
		tcp.fn(stream->id, stream->addr, stream->port, stream->local,
		       stream->in + PREFIX, len);
		stream->got -= PREFIX + len;
		memmove(stream->in, stream->in + PREFIX + len, stream->got);
	}
	return !stream->dead;
}

/* Return: false if the connection has failed, or will have no more requests */
static bool receive_more(struct stream *stream)
{
	ssize_t n;

	n = recv(stream->io.fd, stream->in + stream->got, sizeof(stream->in) - stream->got,
		 0);
	if (n > 0)
		stream->got += n;
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void on_ready(struct ev_loop *loop, ev_io *io, int revents)
{
	struct stream *stream = (struct stream *)io;
	bool good = !stream->dead;

	(void)loop;
	if (good && revents & EV_WRITE) {
		good = send_more(stream);
	} else if (good && !receive_more(stream)) {
		/* it may still read what it has asked for */
		end(stream);
		return;
	}
	if (!good || !take_packets(stream))
		drop(stream);
	else
		watch(stream, stream->out_len ? EV_WRITE : EV_READ);
}

static unsigned int count_of(uint32_t addr)
{
	struct stream *stream;
	unsigned int n = 0;

	for (stream = tcp.streams; stream; stream = stream->next)
		n += stream->addr == addr;
	return n;
}

static struct stream *new_stream(int fd, const struct sockaddr_in *from)
{
	static const int sndbuf = SNDBUF;
	struct sockaddr_in local;
	socklen_t len = sizeof(local);
	struct stream *stream;

	if (count_of(from->sin_addr.s_addr) >= STREAMS_OF_ONE ||
	    getsockname(fd, (struct sockaddr *)&local, &len))
		return NULL;
	stream = calloc(1, sizeof(*stream));
	if (!stream)
		return NULL;
	stream->id = ++tcp.last_id;
	stream->addr = from->sin_addr.s_addr;
	stream->port = ntohs(from->sin_port);
	stream->local = local.sin_addr.s_addr;
	/* best effort */
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &sndbuf, sizeof(sndbuf));
	return stream;
}

/* There is always room for one more: who has been idle for longest goes. */
static void make_room(void)
{
	struct stream *stream, *oldest = tcp.streams;

	for (stream = tcp.streams; stream; stream = stream->next)
		if (stream->turn < oldest->turn)
			oldest = stream;
	if (oldest)
		drop(oldest);
}

static void on_connection(struct ev_loop *loop, ev_io *io, int revents)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	struct stream *stream;
	int fd;

	(void)revents;
	fd = accept4(io->fd, (struct sockaddr *)&from, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE)
			make_room();
		return;
	}
	stream = new_stream(fd, &from);
	if (!stream) {
		close(fd);
		return;
	}
	if (tcp.n == STREAMS_MAX)
		make_room();
	stream->next = tcp.streams;
	tcp.streams = stream;
	tcp.n++;
	ev_io_init(&stream->io, on_ready, fd, EV_READ);
	ev_io_start(loop, &stream->io);
	ev_timer_init(&stream->idle, on_idle, 0.0, STREAM_IDLE);
	stream->idle.data = stream;
	has_progress(stream);
}

void stream_send(uint64_t id, const void *data, size_t len)
{
	struct stream *stream;
	uint8_t *out;

	for (stream = tcp.streams; stream; stream = stream->next)
		if (stream->id == id)
			break;
	if (!stream || stream->dead)
		return;
	out = stream->out_len + PREFIX + len > OUT_MAX ? NULL :
	      realloc(stream->out, stream->out_len + PREFIX + len);
	/* It does not read what it asks for */
	if (!out) {
		stream->dead = true;
		watch(stream, EV_WRITE);
		return;
	}
	stream->out = out;
	out += stream->out_len;
	out[0] = len >> 8;
	out[1] = len;
	memcpy(out + PREFIX, data, len);
	stream->out_len += PREFIX + len;
	watch(stream, EV_WRITE);
}

static int open_listener(const struct listener *listener)
{
	struct sockaddr_in local = {
		.sin_family = AF_INET,
		.sin_port = htons(listener->port),
		.sin_addr.s_addr = listener->addr,
	};
	const char *interface = listener->interface;
	int fd, err;

	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if ((*interface && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
				      strlen(interface) + 1)) ||
	    bind(fd, (struct sockaddr *)&local, sizeof(local)) || listen(fd, BACKLOG)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static void on_retry(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct listener *listener = timer->data;
	int fd = open_listener(listener);

	(void)revents;
	if (fd < 0)
		return;
	log_notice("TCP port %d is free now", listener->port);
	ev_timer_stop(loop, timer);
	ev_io_init(&listener->io, on_connection, fd, EV_READ);
	ev_io_start(loop, &listener->io);
}

int stream_listen(struct ev_loop *loop, uint32_t addr, uint16_t port,
		  const char *interface, stream_fn fn)
{
	struct listener *listener = &tcp.listener[tcp.n_listeners];
	int fd;

	if (tcp.n_listeners == LISTENERS_MAX)
		return -EMFILE;
	tcp.loop = loop;
	tcp.fn = fn;
	*listener = (struct listener) { .addr = addr, .port = port, .interface = interface };
	fd = open_listener(listener);
	if (fd < 0 && fd != -EADDRINUSE)
		return fd;
	tcp.n_listeners++;
	ev_io_init(&listener->io, on_connection, fd, EV_READ);
	ev_timer_init(&listener->retry, on_retry, RETRY, RETRY);
	listener->retry.data = listener;
	if (fd >= 0) {
		ev_io_start(loop, &listener->io);
		return 0;
	}
	log_warning("TCP port %d is taken: long lists are cut short until it is free", port);
	ev_timer_start(loop, &listener->retry);
	return 0;
}

void stream_close_all(void)
{
	while (tcp.streams)
		drop(tcp.streams);
	while (tcp.n_listeners) {
		tcp.n_listeners--;
		ev_io_stop(tcp.loop, &tcp.listener[tcp.n_listeners].io);
		ev_timer_stop(tcp.loop, &tcp.listener[tcp.n_listeners].retry);
		if (tcp.listener[tcp.n_listeners].io.fd >= 0)
			close(tcp.listener[tcp.n_listeners].io.fd);
	}
}
