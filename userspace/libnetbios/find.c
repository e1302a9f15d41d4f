// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that need no socket of the caller's: where a name is, the scope of the
 * node, and a name to hold.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <netbios/netbios.h>

static int set_timeout(int fd, int ms)
{
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	/* 0 would be none */
	if (!ms)
		tv.tv_usec = 1;
	if (ms >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)))
		return -errno;
	return 0;
}

static int set_scope(int fd, const char *scope)
{
	if (scope && setsockopt(fd, SOL_NETBIOS, NB_SCOPE, scope, strlen(scope)))
		return -errno;
	return 0;
}

int nb_node_scope(char scope[NETBIOS_SCOPE_MAX + 1])
{
	socklen_t len = NETBIOS_SCOPE_MAX + 1;
	int fd, err = 0;

	memset(scope, 0, len);
	fd = nb_socket(SOCK_DGRAM | SOCK_CLOEXEC, NB_LANA_ANY);
	if (fd < 0)
		return -errno;
	if (getsockopt(fd, SOL_NETBIOS, NB_SCOPE, scope, &len))
		err = -errno;
	close(fd);
	return err;
}

int nb_find(const struct sockaddr_nb *name, const char *scope, int timeout,
	    struct nb_resolve *answer)
{
	int fd, err;

	fd = nb_socket(SOCK_DGRAM | SOCK_CLOEXEC, NB_LANA_ANY);
	if (fd < 0)
		return -errno;
	err = set_timeout(fd, timeout);
	if (!err)
		err = set_scope(fd, scope);
	if (!err)
		err = nb_resolve(fd, name, answer);
	close(fd);
	return err == -EAGAIN ? -ETIMEDOUT : err;
}

static int wait_claim(int fd, int timeout)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(int);
	int n, err;

	n = poll(&pfd, 1, timeout);
	if (n <= 0)
		return n ? -errno : -ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len))
		return -errno;
	return -err;
}

static int claim(int fd, const struct sockaddr_nb *name, const char *scope, int timeout)
{
	int err;

	err = set_scope(fd, scope);
	if (err)
		return err;
	if (!bind(fd, (const struct sockaddr *)name, sizeof(*name)))
		return 0;
	return errno == EINPROGRESS ? wait_claim(fd, timeout) : -errno;
}

int nb_register(const struct sockaddr_nb *name, const char *scope, int lana, int timeout)
{
	int fd, err;

	fd = nb_socket(SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, lana);
	if (fd < 0)
		return -1;
	err = claim(fd, name, scope, timeout);
	if (!err)
		return fd;
	close(fd);
	errno = -err;
	return -1;
}
