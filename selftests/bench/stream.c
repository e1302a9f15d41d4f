// SPDX-License-Identifier: GPL-2.0
/*
 * Messages on a TCP stream: no framing at all, which is the limit, and the
 * ways in which programs frame.
 */
#include <sys/uio.h>

#include "nbperf.h"

static size_t packet_len(const struct side *side)
{
	return HEADER_LEN + side->len;
}

static void send_all(const struct side *side, const char *p, size_t left)
{
	while (left) {
		ssize_t n = send(side->fd, p, left, MSG_NOSIGNAL);

		if (n <= 0)
			err(1, "%s: send", side->t->name);
		p += n;
		left -= n;
	}
}

static void check_header(const struct side *side, const char *p)
{
	if (memcmp(p, side->out, HEADER_LEN))
		errx(1, "%s: wrong header", side->t->name);
}

int tcp_send(struct side *side, int n)
{
	(void)n;
	send_all(side, side->out, packet_len(side));
	return 1;
}

/* Reads as much as there is and does not look at it. */
int tcp_recv(struct side *side, int n)
{
	(void)n;
	do {
		ssize_t got = recv(side->fd, side->in, READ_MAX, 0);

		if (got <= 0)
			err(1, "%s: recv", side->t->name);
		side->fill += got;
	} while (side->fill < packet_len(side));
	n = side->fill / packet_len(side);
	side->fill %= packet_len(side);
	return n;
}

/* One call a message: the limit at the same number of calls. */
int tcpmsg_recv(struct side *side, int n)
{
	ssize_t got = recv(side->fd, side->in, packet_len(side), MSG_WAITALL);

	(void)n;
	expect(side, got, packet_len(side), "recv");
	return 1;
}

/* The limit of batches: only the last message pushes. */
int tcpmm_send(struct side *side, int n)
{
	struct iovec iov = { side->out, packet_len(side) };
	struct mmsghdr batch[BATCH_MAX] = {};
	int i;

	n = batch_of(side, n);
	for (i = 0; i < n - 1; i++) {
		batch[i].msg_hdr.msg_iov = &iov;
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	if (n > 1)
		expect(side, sendmmsg(side->fd, batch, n - 1,
				      MSG_MORE | MSG_NOSIGNAL), n - 1, "sendmmsg");
	return n - 1 + tcp_send(side, 1);
}

int tcpmm_recv(struct side *side, int n)
{
	struct mmsghdr batch[BATCH_MAX] = {};
	struct iovec iov[BATCH_MAX];
	int i;

	n = batch_of(side, n);
	for (i = 0; i < n; i++) {
		iov[i].iov_base = side->in + i * packet_len(side);
		iov[i].iov_len = packet_len(side);
		batch[i].msg_hdr.msg_iov = &iov[i];
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	expect(side, recvmmsg(side->fd, batch, n, MSG_WAITALL, NULL), n,
	       "recvmmsg");
	return n;
}

int samba_send(struct side *side, int n)
{
	struct iovec iov[2] = {
		{ side->out, HEADER_LEN },
		{ side->out + HEADER_LEN, side->len },
	};
	size_t done;
	ssize_t ret;

	(void)n;
	ret = writev(side->fd, iov, 2);
	if (ret < 0)
		err(1, "%s: writev", side->t->name);
	done = ret;
	send_all(side, side->out + done, packet_len(side) - done);
	return 1;
}

int samba_recv(struct side *side, int n)
{
	(void)n;
	expect(side, recv(side->fd, side->in, HEADER_LEN, MSG_WAITALL),
	       HEADER_LEN, "recv of header");
	check_header(side, side->in);
	if (side->len)
		expect(side, recv(side->fd, side->in, side->len, MSG_WAITALL),
		       side->len, "recv of body");
	return 1;
}

/* Messages that are whole in the buffer; @side->pos moves behind them. */
static int count_buffered(struct side *side)
{
	int n = 0;

	while (side->fill - side->pos >= packet_len(side)) {
		check_header(side, side->in + side->pos);
		side->pos += packet_len(side);
		n++;
	}
	return n;
}

/* Large reads; the messages are used where they lie. */
int buffered_recv(struct side *side, int n)
{
	for (n = count_buffered(side); !n; n = count_buffered(side)) {
		size_t room;
		ssize_t got;

		if (side->pos == side->fill) {
			side->pos = 0;
			side->fill = 0;
		} else if (side->pos + packet_len(side) > BUFFER_MAX) {
			side->fill -= side->pos;
			memmove(side->in, side->in + side->pos, side->fill);
			side->pos = 0;
		}
		room = BUFFER_MAX - side->fill;
		got = recv(side->fd, side->in + side->fill,
			   room < READ_MAX ? room : READ_MAX, 0);
		if (got <= 0)
			err(1, "%s: recv", side->t->name);
		side->fill += got;
	}
	return n;
}

/* A program that gathers its messages before it writes. */
int bufbatch_send(struct side *side, int n)
{
	n = batch_of(side, n);
	send_all(side, side->out, n * packet_len(side));
	return n;
}
