// SPDX-License-Identifier: GPL-2.0
/*
 * The longest messages on fresh connections, with the stock tcp_rmem: larger
 * than the window that a fresh connection offers, so a reader that waits for
 * the whole message in the wrong way stalls for ever. One CPU and two differ.
 */
#include "nbperf.h"

#define CONNECTIONS	8
#define PING_PONGS	6

static char message[NETBIOS_MAX_MESSAGE], body[NETBIOS_MAX_MESSAGE];

static void put(int fd, size_t len)
{
	ssize_t ret = send(fd, message, len, MSG_NOSIGNAL);

	if (ret < 0 || (size_t)ret != len)
		err(1, "large: send of %zu gives %zd", len, ret);
}

static void get(int fd, size_t len, bool polling)
{
	ssize_t ret;

	memset(body, 0, sizeof(body));
	if (polling && nb_poll(fd, POLLIN, NB_BOUND) <= 0)
		errx(1, "large: poll");
	ret = recv(fd, body, sizeof(body), polling ? MSG_DONTWAIT : 0);
	if (ret < 0 || (size_t)ret != len)
		err(1, "large: recv of %zu gives %zd", len, ret);
	if (memcmp(body, message, len))
		errx(1, "large: wrong octets");
}

/* Every other connection begins with a message of the called side. */
static void talk(int fd, int connection, bool called)
{
	bool polling = connection & 2, first = (connection & 1) == called;
	size_t len = NETBIOS_MAX_MESSAGE - (connection & 4 ? 65536 : 0);
	int i;

	if (first)
		put(fd, len);
	for (i = 0; i < PING_PONGS; i++) {
		get(fd, len, polling);
		put(fd, len);
	}
	if (!first)
		get(fd, len, polling);
}

/* Both send before either receives. */
static void cross(int fd, bool polling)
{
	put(fd, NETBIOS_MAX_MESSAGE);
	get(fd, NETBIOS_MAX_MESSAGE, polling);
}

void large_test(const struct path *path, const struct transport *t)
{
	int i, listener;
	pid_t pid;

	nb_fill(message, sizeof(message), 7);
	for (i = 0; i <= CONNECTIONS; i++) {
		struct side pair[2];
		int fd;

		listener = transport_listen(t, path);
		nb_enter(path->client);
		pair[0].fd = transport_connect(t, path);
		pair[1].fd = transport_accept(t, listener);
		close(listener);
		pid = process_fork();
		fd = pair[!pid].fd;
		process_pin(!pid);
		close(pair[!!pid].fd);
		if (i < CONNECTIONS)
			talk(fd, i, !pid);
		else
			cross(fd, false);
		if (!pid)
			_exit(0);
		process_end(pid);
		close(fd);
	}
	printf("L %s %s %d connections of %d messages\n", path->name, t->name,
	       CONNECTIONS, 2 * PING_PONGS + 1);
	alarm(120);
}
