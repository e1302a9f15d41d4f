// SPDX-License-Identifier: GPL-2.0
/*
 * NODE STATUS REQUEST over a socket that is connected, so that only the node that
 * was asked gets through.
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "ns_ask.h"

int ns_ask_open(struct ns_ask *ask, uint32_t node, const uint8_t *name, const char *scope)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(NS_PORT),
		.sin_addr.s_addr = node,
	};
	int err;

	ask->fd = -1;
	err = ns_name_set(&ask->name, name, scope);
	if (err)
		return err;
	if (getrandom(&ask->id, sizeof(ask->id), 0) < 0)
		return -errno;
	ask->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (ask->fd < 0 || connect(ask->fd, (struct sockaddr *)&to, sizeof(to)))
		return -errno;
	return 0;
}

int ns_ask_send(struct ns_ask *ask)
{
	uint8_t packet[NS_PACKET_MAX];
	size_t len;

	len = ns_build_query(packet, sizeof(packet), ask->id, 0, &ask->name, NS_TYPE_NBSTAT);
	/* A port unreachable may be about an earlier packet */
	if (send(ask->fd, packet, len, 0) < 0 && errno != ECONNREFUSED)
		return -errno;
	return 0;
}

bool ns_ask_parse(struct ns_ask *ask, size_t len)
{
	const struct ns_record *record;
	struct ns_packet packet;

	if (ns_parse(&packet, ask->answer, len) || packet.id != ask->id ||
	    !(packet.flags & NS_RESPONSE) || ns_opcode(&packet) != NS_OP_QUERY ||
	    packet.flags & NS_RCODE || !packet.records)
		return false;
	record = &packet.record[0];
	if (record->type != NS_TYPE_NBSTAT || !ns_name_equal(&record->name, &ask->name) ||
	    ns_status_parse(&ask->status, record))
		return false;
	ask->truncated = packet.flags & NS_TC;
	return true;
}

int ns_ask_read(struct ns_ask *ask)
{
	ssize_t len;

	for (;;) {
		len = recv(ask->fd, ask->answer, sizeof(ask->answer), MSG_DONTWAIT);
		if (len < 0)
			return -errno;
		if (ns_ask_parse(ask, len))
			return 0;
	}
}

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static int wait_answer(struct ns_ask *ask, int64_t end)
{
	struct pollfd pfd = { .fd = ask->fd, .events = POLLIN };
	int64_t left;
	int err;

	while ((left = end - now()) > 0) {
		if (poll(&pfd, 1, left) < 0 && errno != EINTR)
			return -errno;
		err = ns_ask_read(ask);
		if (err != -EAGAIN && err != -EINTR)
			return err;
	}
	return -ETIMEDOUT;
}

/* The third part of the time for each try */
int ns_ask_run(struct ns_ask *ask, int timeout)
{
	int64_t begin = now();
	int err = 0, try;

	for (try = 1; try <= NS_ASK_TRIES; try++) {
		err = ns_ask_send(ask);
		if (!err)
			err = wait_answer(ask, begin + (int64_t)timeout * try / NS_ASK_TRIES);
		if (err != -ETIMEDOUT)
			break;
	}
	return err;
}

void ns_ask_close(struct ns_ask *ask)
{
	if (ask->fd >= 0)
		close(ask->fd);
}
