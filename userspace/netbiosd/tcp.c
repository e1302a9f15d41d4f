// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>

#include "service/log.h"
#include "tcp.h"
#include "udp.h"

/* RFC 1002 4.2.1: a 16-bit length stands in front of each packet */
#define PREFIX		2
#define ANSWER_MAX	65535

struct query {
	ev_io		io;		/* first, see on_ready() */
	ev_timer	limit;
	struct query	*next;
	uint64_t	cookie;
	unsigned char	*out;		/* the question with its prefix */
	size_t		out_len;
	size_t		sent;
	unsigned char	*in;		/* the answer with its prefix */
	size_t		got;
};

static struct {
	struct ev_loop	*loop;
	tcp_fn		fn;
	void		*data;
	struct query	*queries;
	unsigned int	n;
} tcp;

static void forget(struct query *query)
{
	struct query **link = &tcp.queries;

	while (*link != query)
		link = &(*link)->next;
	*link = query->next;
	tcp.n--;
	ev_io_stop(tcp.loop, &query->io);
	ev_timer_stop(tcp.loop, &query->limit);
	close(query->io.fd);
	free(query->out);
	free(query->in);
	free(query);
}

/* The last thing that is done with @query */
static void finish(struct query *query, bool ok)
{
	unsigned char *in = query->in;
	size_t len = query->got - PREFIX;
	uint64_t cookie = query->cookie;

	/* The packet outlives the query, which the engine may not cancel now */
	query->in = NULL;
	forget(query);
	tcp.fn(tcp.data, cookie, ok ? in + PREFIX : NULL, ok ? len : 0);
	free(in);
}

static void on_limit(struct ev_loop *loop, ev_timer *timer, int revents)
{
	(void)loop;
	(void)revents;
	log_debug("TCP port %d: no answer in time", NS_PORT);
	finish(timer->data, false);
}

/* 1 when everything is sent, 0 when it has to wait, -1 upon an error */
static int send_more(struct query *query)
{
	ssize_t n;

	n = send(query->io.fd, query->out + query->sent, query->out_len - query->sent,
		 MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	query->sent += n;
	return query->sent == query->out_len;
}

/* The same for receiving */
static int receive_more(struct query *query)
{
	size_t want = PREFIX;
	ssize_t n;

	if (query->got >= PREFIX)
		want += query->in[0] << 8 | query->in[1];
	n = recv(query->io.fd, query->in + query->got, want - query->got, 0);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	if (!n)
		return -1;
	query->got += n;
	if (query->got < PREFIX)
		return 0;
	want = PREFIX + (query->in[0] << 8 | query->in[1]);
	if (want == PREFIX)
		return -1;
	return query->got == want;
}

static void on_ready(struct ev_loop *loop, ev_io *io, int revents)
{
	struct query *query = (struct query *)io;
	int done;

	(void)revents;
	if (query->sent < query->out_len) {
		/* A connection that failed tells it here */
		done = send_more(query);
		if (done < 0)
			finish(query, false);
		if (done <= 0)
			return;
		ev_io_stop(loop, io);
		ev_io_set(io, io->fd, EV_READ);
		ev_io_start(loop, io);
		return;
	}
	done = receive_more(query);
	if (done)
		finish(query, done > 0);
}

static int open_socket(int ifindex, uint32_t addr)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(NS_PORT),
		.sin_addr.s_addr = addr,
	};
	char device[IF_NAMESIZE];
	int fd, err;

	if (!if_indextoname(ifindex, device))
		return -errno;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	/* 127.0.0.1, where a server beside us can be, is not behind that device */
	if ((!udp_is_ours(addr) &&
	     setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device) + 1)) ||
	    (connect(fd, (struct sockaddr *)&to, sizeof(to)) && errno != EINPROGRESS)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static struct query *new_query(const void *packet, size_t len)
{
	struct query *query = calloc(1, sizeof(*query));

	if (!query)
		return NULL;
	query->out_len = PREFIX + len;
	query->out = malloc(query->out_len);
	query->in = malloc(PREFIX + ANSWER_MAX);
	if (!query->out || !query->in) {
		free(query->out);
		free(query->in);
		free(query);
		return NULL;
	}
	query->out[0] = len >> 8;
	query->out[1] = len & 0xff;
	memcpy(query->out + PREFIX, packet, len);
	return query;
}

int tcp_query(uint64_t cookie, int ifindex, uint32_t addr, const void *packet, size_t len)
{
	struct query *query;
	int fd;

	if (len > ANSWER_MAX)
		return -EMSGSIZE;
	if (tcp.n == TCP_MAX)
		return -EBUSY;
	fd = open_socket(ifindex, addr);
	if (fd < 0)
		return fd;
	query = new_query(packet, len);
	if (!query) {
		close(fd);
		return -ENOMEM;
	}
	query->cookie = cookie;
	query->next = tcp.queries;
	tcp.queries = query;
	tcp.n++;
	ev_io_init(&query->io, on_ready, fd, EV_WRITE);
	ev_io_start(tcp.loop, &query->io);
	ev_timer_init(&query->limit, on_limit, TCP_SECONDS, 0);
	query->limit.data = query;
	ev_timer_start(tcp.loop, &query->limit);
	return 0;
}

void tcp_cancel(uint64_t cookie)
{
	struct query *query;

	for (query = tcp.queries; query; query = query->next) {
		if (query->cookie == cookie) {
			forget(query);
			return;
		}
	}
}

void tcp_init(struct ev_loop *loop, tcp_fn fn, void *data)
{
	tcp.loop = loop;
	tcp.fn = fn;
	tcp.data = data;
}

void tcp_exit(void)
{
	while (tcp.queries)
		forget(tcp.queries);
}
