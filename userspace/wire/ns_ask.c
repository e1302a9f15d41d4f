// SPDX-License-Identifier: GPL-2.0
/*
 * NODE STATUS REQUEST over a socket that is connected, so that only who was asked
 * gets through.
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "ns_ask.h"

static int connect_to(const struct ns_ask *ask, uint32_t addr)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(NS_PORT),
		.sin_addr.s_addr = addr,
	};

	return connect(ask->fd, (struct sockaddr *)&to, sizeof(to)) ? -errno : 0;
}

static int own_address(struct ns_ask *ask)
{
	struct sockaddr_in own;
	socklen_t len = sizeof(own);

	if (getsockname(ask->fd, (struct sockaddr *)&own, &len))
		return -errno;
	ask->own = own.sin_addr.s_addr;
	return 0;
}

int ns_ask_open(struct ns_ask *ask, uint32_t node, const uint8_t *name, const char *scope)
{
	int err;

	ask->fd = -1;
	ask->node = node;
	ask->by_helper = false;
	ask->sent = 0;
	err = ns_name_set(&ask->name, name, scope);
	if (err)
		return err;
	if (getrandom(&ask->id, sizeof(ask->id), 0) < 0)
		return -errno;
	ask->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (ask->fd < 0)
		return -errno;
	err = connect_to(ask, node);
	return err ? err : own_address(ask);
}

static int send_packet(const struct ns_ask *ask)
{
	uint8_t packet[NS_PACKET_MAX];
	size_t len;

	if (ask->by_helper)
		len = ns_build_status_ask(packet, sizeof(packet), ask->id, &ask->name, ask->node);
	else
		len = ns_build_query(packet, sizeof(packet), ask->id, 0, &ask->name,
				     NS_TYPE_NBSTAT);
	/* A port unreachable may be about an earlier packet */
	if (send(ask->fd, packet, len, 0) < 0 && errno != ECONNREFUSED)
		return -errno;
	return 0;
}

int ns_ask_send(struct ns_ask *ask)
{
	/* This host needs nobody in between */
	bool by_helper = !ask->sent++ && ask->own != ask->node;
	int err = 0;

	if (by_helper != ask->by_helper)
		err = connect_to(ask, by_helper ? ask->own : ask->node);
	ask->by_helper = by_helper;
	return err ? err : send_packet(ask);
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

static int no_helper(struct ns_ask *ask)
{
	int err = ns_ask_send(ask);

	return err ? err : -EAGAIN;
}

int ns_ask_read(struct ns_ask *ask)
{
	ssize_t len;

	for (;;) {
		len = recv(ask->fd, ask->answer, sizeof(ask->answer), MSG_DONTWAIT);
		/* No helper: on by ourselves, at once */
		if (len < 0 && errno == ECONNREFUSED && ask->by_helper)
			return no_helper(ask);
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
