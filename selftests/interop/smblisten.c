// SPDX-License-Identifier: GPL-2.0
/*
 * smblisten: a listener for SMB clients. It looks at the first message of each
 * session, tells whether that is one whole SMB negotiate request, and refuses
 * the dialects in an orderly way.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nb.h"
#include "smb.h"

static void usage(int status)
{
	fputs("usage: smblisten [-b BACKLOG] [-C CALLER] [-n SESSIONS] [-s] NAME\n"
	      "LISTENs on NAME (FILES, FILES<20> or FILES#20), prints a line a session.\n"
	      "  -b BACKLOG   of listen(), default 16\n"
	      "  -C CALLER    nobody else may call\n"
	      "  -n SESSIONS  end after so many\n"
	      "  -s           stall: never accept\n",
	      status ? stderr : stdout);
	exit(status);
}

/* what is wrong with the first message; *version is that of SMB if nothing is */
static const char *first_message(int fd, unsigned char *buf, ssize_t *len,
				 int *version)
{
	bool end;

	*len = nb_receive(fd, buf, NETBIOS_MAX_MESSAGE, &end);
	if (*len < 0)
		return strerrorname_np(errno);
	if (end)
		return "hung up before the first message";
	*version = smb_is_negotiate_request(buf, *len);
	return *version ? NULL : "not one whole SMB negotiate request";
}

/* the caller hangs up on the refusal; until then it may read it */
static void refuse_dialects(int fd, const unsigned char *request)
{
	unsigned char answer[SMB_NEGOTIATE_MAX];
	ssize_t len = smb_refuse_dialects(answer, request);
	char rest[1024];
	bool end = false;

	if (send(fd, answer, len, MSG_NOSIGNAL) != len)
		return;
	nb_timeout(fd, SO_RCVTIMEO, 2);
	while (!end && nb_receive(fd, rest, sizeof(rest), &end) >= 0)
		;
}

static void serve(int fd)
{
	static unsigned char buf[NETBIOS_MAX_MESSAGE];
	char calling[NB_TEXT_LEN], called[NB_TEXT_LEN];
	struct nb_session_info info;
	const char *problem;
	int version = 0;
	ssize_t len;

	nb_session_info(fd, &info);
	nb_timeout(fd, SO_RCVTIMEO, 20);
	problem = first_message(fd, buf, &len, &version);
	printf("smblisten: %s called by %s: ", nb_text(called, info.nsi_called),
	       nb_text(calling, info.nsi_calling));
	if (problem)
		printf("%s\n", problem);
	else
		printf("SMB%d negotiate, %zd octets in one message\n", version, len);
	if (version == 1)
		refuse_dialects(fd, buf);
}

int main(int argc, char **argv)
{
	int option, listener, fd, backlog = 16, sessions = -1;
	struct sockaddr_nb addr;
	char text[NB_TEXT_LEN];
	const char *caller = NULL;
	bool stall = false;

	while ((option = getopt(argc, argv, "b:C:n:sh")) != -1) {
		switch (option) {
		case 'b':
			backlog = atoi(optarg);
			break;
		case 'C':
			caller = optarg;
			break;
		case 'n':
			sessions = atoi(optarg);
			break;
		case 's':
			stall = true;
			break;
		default:
			usage(option == 'h' ? 0 : EXIT_USAGE);
		}
	}
	if (optind != argc - 1)
		usage(EXIT_USAGE);

	setvbuf(stdout, NULL, _IOLBF, 0);
	nb_parse(&addr, argv[optind]);
	listener = nb_listen(&addr, backlog, caller);
	printf("smblisten: listening on %s as user %d\n",
	       nb_text(text, addr.snb_name), geteuid());
	while (stall)
		pause();
	for (; sessions; sessions -= sessions > 0) {
		fd = nb_accept(listener);
		if (fd < 0)
			nb_die("accept");
		serve(fd);
		close(fd);
	}
	return 0;
}
