// SPDX-License-Identifier: GPL-2.0
/*
 * nbcat: the command line.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../nbcat/nbcat.h"
#include "tap.h"

#define ARGS_MAX	8

static int split(char **argv, char *line)
{
	int argc = 0;
	char *save, *word;

	for (word = strtok_r(line, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	return argc;
}

static void parse(struct options *opt, const char *line)
{
	char *argv[ARGS_MAX + 1], *copy = strdup(line);
	int argc = split(argv, copy);

	memset(opt, 0, sizeof(*opt));
	options_parse(opt, argc, argv);
	free(copy);
}

/* What the exit status is; options_parse() ends the process when it is not right */
static int status(const char *line)
{
	struct options opt;
	int state, null;
	pid_t pid;

	fflush(NULL);	/* options_parse() ends with exit() */
	pid = fork();
	if (pid < 0)
		abort();
	if (!pid) {
		null = open("/dev/null", O_WRONLY);
		dup2(null, STDERR_FILENO);
		parse(&opt, line);
		_exit(0);
	}
	waitpid(pid, &state, 0);
	return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

#define RIGHT(line)	is_number(status("nbcat " line), 0, line)
#define WRONG(line)	is_number(status("nbcat " line), STATUS_USAGE, line " is wrong")

static void test_defaults(void)
{
	struct options opt;

	parse(&opt, "nbcat FRED");
	is_number(opt.max, NETBIOS_MAX_MESSAGE, "longest message");
	is_number(opt.quiet_ms, 1000, "who calls hangs up after a second");
	parse(&opt, "nbcat -u FRED");
	is_number(opt.max, NETBIOS_MAX_DATAGRAM, "longest datagram");
	is_number(opt.count, 0, "as many as come");
	parse(&opt, "nbcat -u -l -n 3 -m 5 FRED");
	is_number(opt.count, 3, "three");
	is_number(opt.max, 5, "short ones");
	is_number(opt.quiet_ms, -1, "who listens does so for ever");
}

static void test_datagrams(void)
{
	RIGHT("-u -m 512 FRED");
	WRONG("-u -m 513 FRED");
	RIGHT("-m 513 FRED");
	WRONG("-u *");
	RIGHT("-u -B *");
	RIGHT("-u -l -B *");
	WRONG("-B FRED");
	WRONG("-n 1 FRED");
	WRONG("-u -n 0 FRED");
	RIGHT("-u -c BOB FRED");
	WRONG("-c BOB FRED");
	WRONG("-u --echo FRED");
	RIGHT("-u -l --echo FRED");
	WRONG("-u -l --keep-rest FRED");
	WRONG("-u -l --keepalive=3 FRED");
	WRONG("-u -l -R :99 FRED");
}

static void test_everybody(void)
{
	struct sockaddr_nb addr;

	nb_sockaddr_parse(&addr, "*", NB_SUFFIX_PAD, NETBIOS_UNIQUE_NAME);
	ok(name_is_everybody(&addr), "the asterisk is everybody");
	nb_sockaddr_parse(&addr, "*SMBSERVER", NB_SUFFIX_PAD, NETBIOS_UNIQUE_NAME);
	ok(!name_is_everybody(&addr), "*SMBSERVER is not");
}

int main(void)
{
	test_defaults();
	test_datagrams();
	test_everybody();
	return tap_end();
}
