// SPDX-License-Identifier: GPL-2.0
/*
 * TCP 137 of nbnsd with clients that ask for much at once, read slowly, or come
 * in crowds to keep others out (NS-033 to NS-035). A process of its own answers
 * each request of two octets with as many octets as these say.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "nbnsd/stream.h"
#include "tap.h"

#define PATIENCE	10	/* seconds for an answer; idle ones end later */
#define REQUEST		4	/* octets, the length in front among them */

static uint16_t port;
static pid_t server;

static void on_request(uint64_t id, uint32_t addr, uint16_t from, uint32_t local,
		       const void *data, size_t len)
{
	static uint8_t answer[UINT16_MAX];
	const uint8_t *p = data;

	(void)addr;
	(void)from;
	(void)local;
	if (len != 2)
		return;
	memset(answer, p[0] ^ p[1], sizeof(answer));
	stream_send(id, answer, p[0] << 8 | p[1]);
}

static uint32_t address(unsigned int host)
{
	return htonl(INADDR_LOOPBACK - 1 + host);
}

/* One that nobody has had for a while */
static uint16_t free_port(void)
{
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_addr.s_addr = address(1) };
	socklen_t len = sizeof(local);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&local, len) ||
	    getsockname(fd, (struct sockaddr *)&local, &len))
		exit(EXIT_FAILURE);
	close(fd);
	return ntohs(local.sin_port);
}

static void start(void)
{
	struct ev_loop *loop;
	int ready[2];
	char octet;

	port = free_port();
	if (pipe(ready))
		exit(EXIT_FAILURE);
	server = fork();
	if (server) {
		close(ready[1]);
		if (read(ready[0], &octet, 1) != 1)
			exit(EXIT_FAILURE);
		close(ready[0]);
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	loop = ev_default_loop(0);
	if (stream_listen(loop, address(1), port, "", on_request) ||
	    write(ready[1], "", 1) != 1)
		_exit(EXIT_FAILURE);
	ev_run(loop, 0);
	_exit(EXIT_SUCCESS);
}

/* A connection from 127.0.0.@host, with room for @window octets if not for many */
static int call_with(unsigned int host, int window)
{
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = address(host) };
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = address(1),
	};
	struct timeval patience = { .tv_sec = PATIENCE };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (window)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof(window));
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int call(unsigned int host)
{
	return call_with(host, 0);
}

static bool ask(int fd, uint16_t len)
{
	uint8_t request[REQUEST] = { 0, 2, len >> 8, len };

	return send(fd, request, sizeof(request), MSG_NOSIGNAL) == sizeof(request);
}

/* The answer to ask(), whole and nothing else */
static bool answered(int fd, uint16_t len)
{
	static uint8_t answer[2 + UINT16_MAX];
	uint8_t octet = len >> 8 ^ len;
	unsigned int i;

	if (recv(fd, answer, 2 + len, MSG_WAITALL) != 2 + len ||
	    (answer[0] << 8 | answer[1]) != len)
		return false;
	for (i = 0; i < len; i++)
		if (answer[2 + i] != octet)
			return false;
	return true;
}

static bool ended(int fd)
{
	char octet;
	ssize_t n = recv(fd, &octet, 1, 0);

	return !n || (n < 0 && errno == ECONNRESET);
}

static void test_in_pieces(void)
{
	uint8_t request[REQUEST] = { 0, 2, 3, 232 };
	int fd = call(1), i;

	for (i = 0; i < REQUEST; i++) {
		send(fd, &request[i], 1, MSG_NOSIGNAL);
		usleep(5000);
	}
	ok(answered(fd, 1000), "a request octet by octet");
	close(fd);
}

/* More than one read of ours takes, and far more answers than we keep */
static void test_much_at_once(void)
{
	static uint8_t requests[600 * REQUEST];
	int fd = call(1), n;

	for (n = 0; n < 600; n++)
		memcpy(&requests[n * REQUEST], (uint8_t[]){ 0, 2, 234, n }, REQUEST);
	ok(send(fd, requests, sizeof(requests), MSG_NOSIGNAL) == sizeof(requests),
	   "600 requests at once");
	usleep(200000);
	for (n = 0; n < 600 && answered(fd, 234 << 8 | (n & 255)); n++)
		;
	is_number(n, 600, "each has its answer, in order");
	close(fd);
}

/* It reads less than we have sent when the server hears that it is done */
static void test_nothing_more_to_ask(void)
{
	int fd = call_with(1, 4096);

	ask(fd, 1000);
	ask(fd, 30000);
	shutdown(fd, SHUT_WR);
	usleep(100000);
	ok(answered(fd, 1000) && answered(fd, 30000), "answers after the last request");
	ok(ended(fd), "and the end");
	close(fd);
}

static void test_too_long(void)
{
	int fd = call(1);

	ok(send(fd, "\x10\x00", 2, MSG_NOSIGNAL) == 2 && ended(fd), "too long a request");
	close(fd);
}

static void test_of_one_address(void)
{
	int fd[STREAMS_OF_ONE + 1], i, good = 0;

	for (i = 0; i <= STREAMS_OF_ONE; i++)
		fd[i] = call(2);
	for (i = 0; i < STREAMS_OF_ONE; i++)
		good += ask(fd[i], 10) && answered(fd[i], 10);
	is_number(good, STREAMS_OF_ONE, "so many of one address are served");
	ok(ended(fd[STREAMS_OF_ONE]), "and one more is not");
	for (i = 0; i <= STREAMS_OF_ONE; i++)
		close(fd[i]);
}

/* As many as there may be, half of which send just enough not to be idle */
static void test_crowd(void)
{
	int fd[STREAMS_MAX], i, one, good = 0;

	for (i = 0; i < STREAMS_MAX; i++)
		fd[i] = call(10 + i / STREAMS_OF_ONE);
	for (i = STREAMS_MAX / 2; i < STREAMS_MAX; i++)
		good += ask(fd[i], 20) && answered(fd[i], 20);
	for (i = 0; i < STREAMS_MAX / 2; i++)
		send(fd[i], "", 1, MSG_NOSIGNAL);
	one = call(1);
	ok(one >= 0 && ask(one, 30) && answered(one, 30), "a crowd keeps nobody out");
	ok(ended(fd[0]), "who has asked nothing for longest goes");
	for (i = STREAMS_MAX / 2; i < STREAMS_MAX; i++)
		good += ask(fd[i], 40) && answered(fd[i], 40);
	is_number(good, STREAMS_MAX, "not who is served");
	close(one);
	for (i = 0; i < STREAMS_MAX; i++)
		close(fd[i]);
}

int main(void)
{
	start();
	test_in_pieces();
	test_much_at_once();
	test_nothing_more_to_ask();
	test_too_long();
	test_of_one_address();
	test_crowd();
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	return tap_end();
}
