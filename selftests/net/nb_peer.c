// SPDX-License-Identifier: GPL-2.0
/*
 * A peer that writes and reads octets: plain TCP and hand-made packets, so
 * that nothing of the module under test judges itself. See nb_util.h.
 */
#include "nb_util.h"

static int tcp_socket(const struct nb_host *host)
{
	struct timeval bound = { .tv_sec = NB_BOUND / 1000 };
	int fd = nb_socket_in(host, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = 1;

	if (fd < 0)
		return fd;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof(bound));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound));
	return fd;
}

static int failed(int fd)
{
	int err = -errno;

	close(fd);
	return err;
}

int tcp_listen(const struct nb_host *host, int port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	int fd;

	fd = tcp_socket(host);
	if (fd < 0)
		return fd;
	addr.sin_port = htons(port);
	if (bind(fd, (void *)&addr, sizeof(addr)) || listen(fd, 64))
		return failed(fd);
	return fd;
}

int tcp_connect(const struct nb_host *from, const struct nb_host *to, int port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	int fd;

	fd = tcp_socket(from);
	if (fd < 0)
		return fd;
	addr.sin_port = htons(port);
	addr.sin_addr = to->addr;
	if (connect(fd, (void *)&addr, sizeof(addr)))
		return failed(fd);
	return fd;
}

int tcp_accept(int fd)
{
	struct timeval bound = { .tv_sec = NB_BOUND / 1000 };
	int child, one = 1;

	child = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	if (child < 0)
		return -errno;
	setsockopt(child, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(child, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof(bound));
	setsockopt(child, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound));
	return child;
}

int tcp_put(int fd, const void *buf, size_t len)
{
	size_t done = 0;
	ssize_t ret;

	while (done < len) {
		ret = send(fd, (const char *)buf + done, len - done,
			   MSG_NOSIGNAL);
		if (ret < 0)
			return -errno;
		done += ret;
	}
	return (int)done;
}

/* as many octets as come before the end; an error only if there are none */
int tcp_get(int fd, void *buf, size_t len)
{
	size_t done = 0;
	ssize_t ret;

	while (done < len) {
		ret = recv(fd, (char *)buf + done, len - done, 0);
		if (ret < 0)
			return done ? (int)done : -errno;
		if (!ret)
			break;
		done += ret;
	}
	return (int)done;
}

/* neither data nor end for a while */
bool tcp_silent(int fd)
{
	return nb_poll(fd, POLLIN | POLLRDHUP, NB_QUIET) == 0;
}

/* 0 if the peer ends without another octet, by FIN or by RST */
int tcp_end(int fd)
{
	char octet;
	ssize_t ret;

	ret = recv(fd, &octet, 1, 0);
	if (ret > 0)
		return -EBADMSG;
	return !ret || errno == ECONNRESET ? 0 : -errno;
}

void tcp_reset(int fd)
{
	struct linger linger = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(fd);
}

size_t ss_header(uint8_t *buf, uint8_t type, uint32_t len)
{
	buf[0] = type;
	buf[1] = len >> 16 & 1;
	buf[2] = len >> 8;
	buf[3] = len;
	return 4;
}

/* second-level form, RFC 1001 14.1 and 14.2; @scope is dotted, "" or NULL */
size_t ss_name(uint8_t *buf, const struct sockaddr_nb *name, const char *scope)
{
	size_t at = 0, i;

	buf[at++] = 32;
	for (i = 0; i < NETBIOS_NAME_LEN; i++) {
		buf[at++] = 'A' + ((uint8_t)name->snb_name[i] >> 4);
		buf[at++] = 'A' + ((uint8_t)name->snb_name[i] & 15);
	}
	while (scope && *scope) {
		size_t len = strcspn(scope, ".");

		buf[at++] = len;
		memcpy(buf + at, scope, len);
		at += len;
		scope += len + (scope[len] == '.');
	}
	buf[at++] = 0;
	return at;
}

size_t ss_request(uint8_t *buf, const char *called, const char *calling,
		  const char *scope)
{
	struct sockaddr_nb to = nb_addr(called), from = nb_addr(calling);
	size_t len = 4;

	len += ss_name(buf + len, &to, scope);
	len += ss_name(buf + len, &from, scope);
	ss_header(buf, SS_REQUEST, len - 4);
	return len;
}

int ss_put_request(int fd, const char *called, const char *calling)
{
	uint8_t buf[SS_REQUEST_LEN];

	return tcp_put(fd, buf, ss_request(buf, called, calling, NULL));
}

int ss_put_message(int fd, size_t len, unsigned int seed)
{
	uint8_t *buf = malloc(len + 4);
	int ret;

	ss_header(buf, SS_MESSAGE, len);
	nb_fill(buf + 4, len, seed);
	ret = tcp_put(fd, buf, len + 4);
	free(buf);
	return ret < 0 ? ret : 0;
}

int ss_get_answer(int fd, uint8_t *body)
{
	uint8_t head[4];
	int len, ret;

	ret = tcp_get(fd, head, sizeof(head));
	if (ret != sizeof(head))
		return ret < 0 ? ret : -ENODATA;
	len = head[2] << 8 | head[3];
	if (head[1] || len > 8)
		return -EBADMSG;
	if (len && (!body || tcp_get(fd, body, len) != len))
		return -EBADMSG;
	if (len != (head[0] == SS_NEGATIVE ? 1 : head[0] == SS_RETARGET ? 6 : 0))
		return -EBADMSG;
	return head[0];
}

int ss_get_request(int fd, const char *called, const char *calling)
{
	uint8_t got[SS_REQUEST_LEN], want[SS_REQUEST_LEN];
	int ret;

	ret = tcp_get(fd, got, sizeof(got));
	if (ret != sizeof(got))
		return ret < 0 ? ret : -ENODATA;
	ss_request(want, called, calling, NULL);
	return memcmp(got, want, sizeof(got)) ? -EBADMSG : 0;
}
