// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "nb.h"

void nb_die(const char *what)
{
	errx(1, "%s: %s (%s)", what, strerrorname_np(errno), strerror(errno));
}

void nb_parse(struct sockaddr_nb *addr, const char *text)
{
	size_t len = strcspn(text, "<#");
	unsigned long suffix = 0x20;
	const char *end = text + len;
	char *rest;

	if (*end) {
		suffix = strtoul(end + 1, &rest, 16);
		if (rest != end + 3 || strcmp(rest, *end == '<' ? ">" : ""))
			errx(EXIT_USAGE, "%s: not a name of the form NAME<20>", text);
	}
	if (!len || len > NETBIOS_NAME_LEN - 1)
		errx(EXIT_USAGE, "%s: a name has 1 to 15 characters", text);

	memset(addr, 0, sizeof(*addr));
	addr->snb_family = AF_NETBIOS;
	addr->snb_type = NETBIOS_UNIQUE_NAME;
	memset(addr->snb_name, ' ', NETBIOS_NAME_LEN - 1);
	memcpy(addr->snb_name, text, len);
	addr->snb_name[NETBIOS_NAME_LEN - 1] = suffix;
}

const char *nb_text(char text[NB_TEXT_LEN], const char *name)
{
	int len = NETBIOS_NAME_LEN - 1;
	int i;

	while (len && name[len - 1] == ' ')
		len--;
	for (i = 0; i < len; i++)
		text[i] = isprint((unsigned char)name[i]) ? name[i] : '?';
	snprintf(text + len, NB_TEXT_LEN - len, "<%02x>",
		 (unsigned char)name[NETBIOS_NAME_LEN - 1]);
	return text;
}

int nb_socket(void)
{
	int fd = socket(AF_NETBIOS, SOCK_SEQPACKET, 0);

	if (fd < 0)
		nb_die("socket(AF_NETBIOS)");
	return fd;
}

void nb_timeout(int fd, int option, unsigned int seconds)
{
	struct timeval tv = { .tv_sec = seconds };

	if (setsockopt(fd, SOL_SOCKET, option, &tv, sizeof(tv)))
		nb_die("setsockopt(timeout)");
}

int nb_listen(const struct sockaddr_nb *addr, int backlog, const char *caller)
{
	char text[NB_TEXT_LEN];
	struct sockaddr_nb filter;
	int fd = nb_socket();

	if (bind(fd, (const struct sockaddr *)addr, sizeof(*addr)))
		nb_die(nb_text(text, addr->snb_name));
	if (caller) {
		nb_parse(&filter, caller);
		if (setsockopt(fd, SOL_NETBIOS, NB_CALLER, &filter, sizeof(filter)))
			nb_die("NB_CALLER");
	}
	if (listen(fd, backlog))
		nb_die("listen");
	return fd;
}

int nb_accept(int listener)
{
	int fd;

	do {
		fd = accept(listener, NULL, NULL);
	} while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
	return fd;
}

void nb_session_info(int fd, struct nb_session_info *info)
{
	socklen_t len = sizeof(*info);

	if (getsockopt(fd, SOL_NETBIOS, NB_SESSION_INFO, info, &len))
		nb_die("NB_SESSION_INFO");
}

int nb_wire_error(int fd)
{
	socklen_t len = sizeof(int);
	int error;

	if (getsockopt(fd, SOL_NETBIOS, NB_WIRE_ERROR, &error, &len))
		nb_die("NB_WIRE_ERROR");
	return error;
}

ssize_t nb_receive(int fd, void *buf, size_t size, bool *end)
{
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t len = recvmsg(fd, &msg, 0);

	*end = len == 0 && !(msg.msg_flags & MSG_EOR);
	if (len > 0 && ((msg.msg_flags & MSG_TRUNC) || !(msg.msg_flags & MSG_EOR))) {
		errno = EMSGSIZE;
		return -1;
	}
	return len;
}
