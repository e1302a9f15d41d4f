// SPDX-License-Identifier: GPL-2.0
/*
 * smbload: messages with the framing of SMB between a client and a server, and
 * how long they take. Both ends are plain TCP and read without looking at what
 * they get, so that what is in between is most of the cost.
 *
 * A request begins with the length of the answer that it wants. With a name the
 * client sets up a session first (RFC 1002 4.3.2), as on port 139; the server takes
 * one with and without.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEADER		4
#define MESSAGE_MAX	131071
#define SESSION_REQUEST	0x81
#define POSITIVE	0x82
#define NAME_LEN	16
#define ENCODED_LEN	34	/* RFC 1001 14.1, without a scope */

static const char usage[] =
	"usage: smbload serve PORT\n"
	"       smbload ADDRESS PORT REQUEST ANSWER DEPTH COUNT [NAME]\n"
	"Sends COUNT requests of REQUEST octets for answers of ANSWER octets, DEPTH of\n"
	"them at a time, and prints the nanoseconds that took. NAME is called first.\n";

static unsigned char buf[HEADER + MESSAGE_MAX];

static void put_header(unsigned char *at, unsigned int type, size_t len)
{
	at[0] = type;
	at[1] = len >> 16;
	at[2] = len >> 8;
	at[3] = len;
}

static void send_all(int fd, const void *from, size_t len)
{
	const char *at = from;
	ssize_t n;

	for (; len; at += n, len -= n) {
		n = send(fd, at, len, MSG_NOSIGNAL);
		if (n < 0)
			err(1, "send");
	}
}

/* Return: false at the end of the connection */
static bool read_all(int fd, void *to, size_t len)
{
	ssize_t n = recv(fd, to, len, MSG_WAITALL);

	if (n < 0)
		err(1, "recv");
	if (n && (size_t)n < len)
		errx(1, "ended inside a message");
	return n;
}

/* Return: the length of the body, which is in @buf behind the header; -1 at the end */
static long read_frame(int fd)
{
	size_t len;

	if (!read_all(fd, buf, HEADER))
		return -1;
	len = (size_t)buf[1] << 16 | buf[2] << 8 | buf[3];
	if (len > MESSAGE_MAX)
		errx(1, "a message of %zu octets", len);
	if (len && !read_all(fd, buf + HEADER, len))
		errx(1, "ended behind a header");
	return len;
}

static int nodelay(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void serve_one(int fd)
{
	unsigned int wanted;

	while (read_frame(fd) >= 0) {
		if (buf[0] == SESSION_REQUEST) {
			put_header(buf, POSITIVE, 0);
			send_all(fd, buf, HEADER);
			continue;
		}
		memcpy(&wanted, buf + HEADER, sizeof(wanted));
		wanted = ntohl(wanted);
		if (wanted > MESSAGE_MAX)
			errx(1, "an answer of %u octets", wanted);
		put_header(buf, 0, wanted);
		send_all(fd, buf, HEADER + wanted);
	}
}

static void serve(unsigned int port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one, on = 1;

	signal(SIGCHLD, SIG_IGN);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 16))
		err(1, "port %u", port);
	printf("serves\n");
	fflush(stdout);
	for (;;) {
		one = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		if (one < 0)
			err(1, "accept");
		if (!fork()) {
			serve_one(nodelay(one));
			exit(0);
		}
		close(one);
	}
}

static int connect_to(const char *address, unsigned int port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (inet_pton(AF_INET, address, &addr.sin_addr) != 1)
		errx(2, "%s is no IPv4 address", address);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
		err(1, "%s", address);
	return nodelay(fd);
}

static void put_name(unsigned char *at, const char *text, unsigned char suffix)
{
	unsigned char name[NAME_LEN];
	size_t i, len = strnlen(text, NAME_LEN - 1);

	memset(name, ' ', sizeof(name));
	memcpy(name, text, len);
	name[NAME_LEN - 1] = suffix;
	*at++ = 2 * NAME_LEN;
	for (i = 0; i < NAME_LEN; i++) {
		*at++ = 'A' + (name[i] >> 4);
		*at++ = 'A' + (name[i] & 15);
	}
	*at = 0;
}

static void call(int fd, const char *name)
{
	put_header(buf, SESSION_REQUEST, 2 * ENCODED_LEN);
	put_name(buf + HEADER, name, 0x20);
	put_name(buf + HEADER + ENCODED_LEN, "SMBLOAD", 0);
	send_all(fd, buf, HEADER + 2 * ENCODED_LEN);
	if (read_frame(fd) < 0 || buf[0] != POSITIVE)
		errx(1, "%s does not answer the call", name);
}

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static void run(int fd, size_t request, unsigned int answer, unsigned long depth,
		unsigned long count)
{
	static unsigned char out[HEADER + MESSAGE_MAX];
	unsigned int wanted = htonl(answer);
	unsigned long sent = 0, got = 0;
	long long start = now();

	put_header(out, 0, request);
	memcpy(out + HEADER, &wanted, sizeof(wanted));
	while (got < count) {
		for (; sent < count && sent < got + depth; sent++)
			send_all(fd, out, HEADER + request);
		if (read_frame(fd) != answer)
			errx(1, "another answer than asked for");
		got++;
	}
	printf("%lld\n", now() - start);
}

int main(int argc, char **argv)
{
	unsigned long number[4];
	int fd, i;

	if (argc == 3 && !strcmp(argv[1], "serve"))
		serve(atoi(argv[2]));
	if (argc < 7 || argc > 8)
		errx(2, "%s", usage);
	for (i = 0; i < 4; i++)
		number[i] = strtoul(argv[3 + i], NULL, 10);
	if (number[0] < sizeof(unsigned int) || number[0] > MESSAGE_MAX ||
	    number[1] > MESSAGE_MAX)
		errx(2, "%s", usage);
	fd = connect_to(argv[1], atoi(argv[2]));
	if (argc == 8)
		call(fd, argv[7]);
	run(fd, number[0], number[1], number[2], number[3]);
	return 0;
}
