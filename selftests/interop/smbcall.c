// SPDX-License-Identifier: GPL-2.0
/*
 * smbcall: CALL a file server by its NetBIOS name and negotiate SMB with it.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "nb.h"
#include "smb.h"

/* exit status when there was a session, but no SMB on it */
#define EXIT_NOT_SMB	3

static void usage(int status)
{
	fputs("usage: smbcall [-2] [-c CALLING] [-t SECONDS] NAME\n"
	      "CALLs NAME over AF_NETBIOS and negotiates SMB1, or SMB2 with -2.\n"
	      "NAME is FILES, FILES<20> or FILES#20; CALLING is the name to call from,\n"
	      "the node's permanent name if there is none.\n"
	      "Exit status: 0 negotiated, 1 no session, 2 usage, 3 no SMB answer.\n",
	      status ? stderr : stdout);
	exit(status);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e3 + ts.tv_nsec / 1e6;
}

static void call(int fd, const struct sockaddr_nb *addr)
{
	char text[NB_TEXT_LEN];
	int error;

	if (!connect(fd, (const struct sockaddr *)addr, sizeof(*addr)))
		return;
	error = errno;
	printf("smbcall: no session with %s: %s, wire error %02X (%s)\n",
	       nb_text(text, addr->snb_name), strerrorname_np(error),
	       nb_wire_error(fd), strerror(error));
	exit(1);
}

static void show_session(int fd, double ms)
{
	char calling[NB_TEXT_LEN], called[NB_TEXT_LEN];
	struct nb_session_info info;
	struct in_addr peer;

	nb_session_info(fd, &info);
	peer.s_addr = info.nsi_peer_addr;
	printf("smbcall: session %s -> %s with %s:%d after %.1f ms\n",
	       nb_text(calling, info.nsi_calling), nb_text(called, info.nsi_called),
	       inet_ntoa(peer), ntohs(info.nsi_peer_port), ms);
}

static int negotiate(int fd, int version)
{
	static unsigned char buf[NETBIOS_MAX_MESSAGE];
	const char *dialect;
	ssize_t len;
	bool end;

	len = smb_negotiate_request(buf, version);
	if (send(fd, buf, len, 0) != len)
		nb_die("send");
	len = nb_receive(fd, buf, sizeof(buf), &end);
	if (len < 0 || end) {
		printf("smbcall: no answer: %s\n",
		       end ? "hung up" : strerrorname_np(errno));
		return EXIT_NOT_SMB;
	}
	dialect = smb_negotiated(buf, len);
	if (!dialect) {
		printf("smbcall: an answer of %zd octets, but no dialect\n", len);
		return EXIT_NOT_SMB;
	}
	printf("smbcall: SMB negotiated: %s, answer of %zd octets\n", dialect, len);
	return 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_nb called, calling = {};
	unsigned int seconds = 20;
	int fd, option, version = 1;
	double start;

	while ((option = getopt(argc, argv, "2c:t:h")) != -1) {
		switch (option) {
		case '2':
			version = 2;
			break;
		case 'c':
			nb_parse(&calling, optarg);
			break;
		case 't':
			seconds = atoi(optarg);
			break;
		default:
			usage(option == 'h' ? 0 : EXIT_USAGE);
		}
	}
	if (optind != argc - 1)
		usage(EXIT_USAGE);
	nb_parse(&called, argv[optind]);

	fd = nb_socket();
	nb_timeout(fd, SO_SNDTIMEO, seconds);
	nb_timeout(fd, SO_RCVTIMEO, seconds);
	if (calling.snb_family &&
	    bind(fd, (struct sockaddr *)&calling, sizeof(calling)))
		nb_die("bind");
	start = now();
	call(fd, &called);
	show_session(fd, now() - start);
	return negotiate(fd, version);
}
