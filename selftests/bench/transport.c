// SPDX-License-Identifier: GPL-2.0
/*
 * The transports, and how their connections are made.
 */
#include <stddef.h>
#include <sys/un.h>

#include "nbperf.h"

#define BACKLOG		128
#define KCM_RMEM	"4096 262144 6291456"
#define SERVER_NAME	"SERVER"

const struct transport transports[] = {
	{
		.name = "tcp", .text = "TCP, boundaries ignored: the limit",
		.family = AF_INET, .type = SOCK_STREAM, .batch = 1,
		.send = tcp_send, .recv = tcp_recv,
	}, {
		.name = "tcpmsg",
		.text = "TCP, one send and one recv of known length a message",
		.family = AF_INET, .type = SOCK_STREAM, .batch = 1,
		.flags = T_VARIANT, .send = tcp_send, .recv = tcpmsg_recv,
	}, {
		.name = "tcpmm",
		.text = "TCP, sendmmsg with MSG_MORE and recvmmsg of known lengths",
		.family = AF_INET, .type = SOCK_STREAM, .batch = BATCH_MAX,
		.flags = T_VARIANT, .send = tcpmm_send, .recv = tcpmm_recv,
	}, {
		.name = "samba",
		.text = "TCP, writev of header and body, one recv for each",
		.family = AF_INET, .type = SOCK_STREAM, .batch = 1,
		.send = samba_send, .recv = samba_recv,
	}, {
		.name = "buffered",
		.text = "TCP, writev of header and body, large reads",
		.family = AF_INET, .type = SOCK_STREAM, .batch = 1,
		.flags = T_VARIANT, .send = samba_send, .recv = buffered_recv,
	}, {
		.name = "bufbatch",
		.text = "TCP, up to 32 messages a send, large reads",
		.family = AF_INET, .type = SOCK_STREAM, .batch = BATCH_MAX,
		.flags = T_VARIANT, .send = bufbatch_send, .recv = buffered_recv,
	}, {
		.name = "kcm", .text = "AF_KCM, one send and one recv a message",
		.family = AF_INET, .type = SOCK_STREAM, .batch = 1,
		.flags = T_HEADER, .rmem = KCM_RMEM, .wrap = kcm_wrap,
		.send = record_send, .recv = record_recv,
	}, {
		.name = "unix", .text = "AF_UNIX SOCK_SEQPACKET: no network",
		.family = AF_UNIX, .type = SOCK_SEQPACKET, .batch = 1,
		.flags = T_LOCAL, .send = record_send, .recv = record_recv,
	}, {
		.name = "netbios",
		.text = "AF_NETBIOS, one send and one recv a message",
		.family = AF_NETBIOS, .type = SOCK_SEQPACKET, .batch = 1,
		.flags = T_SESSION, .send = record_send, .recv = record_recv,
	}, {
		.name = "netbiosmm", .text = "AF_NETBIOS, sendmmsg and recvmmsg",
		.family = AF_NETBIOS, .type = SOCK_SEQPACKET, .batch = BATCH_MAX,
		.flags = T_SESSION | T_VARIANT,
		.send = recordmm_send, .recv = recordmm_recv,
	},
};

const int transport_count = ARRAY_SIZE(transports);

/* Fails for a family that this kernel does not have. */
bool transport_works(const struct transport *t)
{
	int fd;

	if (t->wrap)
		fd = socket(AF_KCM, SOCK_SEQPACKET, 0);
	else
		fd = socket(t->family, t->type, 0);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Address of the listener of this moment: every one gets another port. */
static socklen_t address(const struct transport *t, const struct path *path,
			 bool fresh, struct sockaddr_storage *ss)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ss;
	struct sockaddr_un *un = (struct sockaddr_un *)ss;
	struct sockaddr_nb *nb = (struct sockaddr_nb *)ss;
	static uint16_t port = 20000;

	port += fresh;
	memset(ss, 0, sizeof(*ss));
	switch (t->family) {
	case AF_UNIX:
		un->sun_family = AF_UNIX;
		return offsetof(struct sockaddr_un, sun_path) + 1 +
		       sprintf(un->sun_path + 1, "nbperf%u", port);
	case AF_NETBIOS:
		*nb = nb_addr(SERVER_NAME);
		return sizeof(*nb);
	}
	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	in->sin_addr = path->server->addr;
	return sizeof(*in);
}

static void set_nodelay(const struct transport *t, int fd)
{
	int one = 1;

	if (t->family == AF_INET)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

int transport_listen(const struct transport *t, const struct path *path)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int fd;

	nb_enter(path->server);
	fd = socket(t->family, t->type | SOCK_CLOEXEC, 0);
	len = address(t, path, true, &ss);
	if (fd < 0 || bind(fd, (struct sockaddr *)&ss, len) || listen(fd, BACKLOG))
		err(1, "%s: listen", t->name);
	return fd;
}

/* The caller has entered the namespace of the client. */
int transport_connect(const struct transport *t, const struct path *path)
{
	int fd = socket(t->family, t->type | SOCK_CLOEXEC, 0);
	struct sockaddr_storage ss;
	socklen_t len;

	len = address(t, path, false, &ss);
	if (fd < 0 || connect(fd, (struct sockaddr *)&ss, len))
		err(1, "%s: connect", t->name);
	set_nodelay(t, fd);
	return fd;
}

int transport_accept(const struct transport *t, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		err(1, "%s: accept", t->name);
	set_nodelay(t, fd);
	return fd;
}

/* Close without FIN: no TIME_WAIT that the next measurement would meet. */
void transport_reset(int fd)
{
	struct linger linger = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(fd);
}

static void put_header(char *p, size_t len)
{
	p[0] = 0;
	p[1] = len >> 16;
	p[2] = len >> 8;
	p[3] = len;
}

/* Two sides at most are in use at a time; their buffers stay the same. */
void side_init(struct side *side, const struct transport *t, int fd, size_t len)
{
	static struct { char *in, *out; } buffers[2];
	static int turn;
	int i, n;

	turn ^= 1;
	if (!buffers[turn].in) {
		buffers[turn].in = aligned_alloc(4096, BUFFER_MAX);
		buffers[turn].out = aligned_alloc(4096, READ_MAX);
		memset(buffers[turn].in, 1, BUFFER_MAX);
	}
	*side = (struct side) {
		.t = t, .fd = fd, .len = len,
		.in = buffers[turn].in, .out = buffers[turn].out,
	};
	memset(side->out, 'x', READ_MAX);
	n = batch_of(side, BATCH_MAX);
	for (i = 0; i < n; i++)
		put_header(side->out + i * (HEADER_LEN + len), len);
}

/* Both ends of a connection: pair[0] connected, pair[1] accepted. */
void pair_open(struct side pair[2], const struct transport *t,
	       const struct path *path, size_t len)
{
	int listener, client;

	path_rmem(path, t->rmem);
	listener = transport_listen(t, path);
	nb_enter(path->client);
	client = transport_connect(t, path);
	side_init(&pair[0], t, client, len);
	side_init(&pair[1], t, transport_accept(t, listener), len);
	close(listener);
	if (t->wrap) {
		t->wrap(&pair[0]);
		nb_enter(path->server);
		t->wrap(&pair[1]);
	}
	path_rmem(path, NULL);
}

/* How many of @n messages one call moves: no more than half a buffer. */
int batch_of(const struct side *side, int n)
{
	int fit = READ_MAX / 2 / (HEADER_LEN + side->len);

	if (n > BATCH_MAX)
		n = BATCH_MAX;
	if (n > fit)
		n = fit;
	return n ? n : 1;
}

void expect(const struct side *side, ssize_t got, size_t want, const char *what)
{
	if (got < 0)
		err(1, "%s: %s", side->t->name, what);
	if ((size_t)got != want)
		errx(1, "%s: %s: %zd instead of %zu", side->t->name, what, got,
		     want);
}
