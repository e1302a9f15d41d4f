// SPDX-License-Identifier: GPL-2.0
/*
 * Messages on sockets that keep them apart: AF_NETBIOS, AF_KCM and AF_UNIX.
 */
#include "nbperf.h"

static size_t record_len(const struct side *side)
{
	return side->len + (side->t->flags & T_HEADER ? HEADER_LEN : 0);
}

static char *record(const struct side *side)
{
	return side->out + (side->t->flags & T_HEADER ? 0 : HEADER_LEN);
}

int record_send(struct side *side, int n)
{
	(void)n;
	expect(side, send(side->fd, record(side), record_len(side),
			  MSG_EOR | MSG_NOSIGNAL), record_len(side), "send");
	return 1;
}

int record_recv(struct side *side, int n)
{
	(void)n;
	expect(side, recv(side->fd, side->in, READ_MAX, 0), record_len(side),
	       "recv");
	return 1;
}

static void check_lengths(const struct side *side, const struct mmsghdr *batch,
			  int n, const char *what)
{
	int i;

	if (n <= 0)
		err(1, "%s: %s", side->t->name, what);
	for (i = 0; i < n; i++)
		expect(side, batch[i].msg_len, record_len(side), what);
}

int recordmm_send(struct side *side, int n)
{
	struct iovec iov = { record(side), record_len(side) };
	struct mmsghdr batch[BATCH_MAX] = {};
	int i;

	n = batch_of(side, n);
	for (i = 0; i < n; i++) {
		batch[i].msg_hdr.msg_iov = &iov;
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	n = sendmmsg(side->fd, batch, n, MSG_EOR | MSG_NOSIGNAL);
	check_lengths(side, batch, n, "sendmmsg");
	return n;
}

int recordmm_recv(struct side *side, int n)
{
	struct mmsghdr batch[BATCH_MAX] = {};
	struct iovec iov[BATCH_MAX];
	size_t room;
	int i;

	n = batch_of(side, n);
	room = READ_MAX / n;
	for (i = 0; i < n; i++) {
		iov[i].iov_base = side->in + i * room;
		iov[i].iov_len = room;
		batch[i].msg_hdr.msg_iov = &iov[i];
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	n = recvmmsg(side->fd, batch, n, MSG_WAITFORONE, NULL);
	check_lengths(side, batch, n, "recvmmsg");
	return n;
}
