// SPDX-License-Identifier: GPL-2.0
/*
 * nbcat: standard input and output, a command, or an echo, on NetBIOS sessions
 * and datagrams.
 */
#include <argp.h>
#include <fcntl.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "nbcat.h"

const char *argp_program_version = "nbcat " NETBIOS_VERSION;

int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * (int64_t)1000 + ts.tv_nsec / 1000000;
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("nbcat: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

/* The first thing that went wrong is what the exit status tells */
void cat_fail(struct cat *cat, int status)
{
	if (cat->status == STATUS_OK)
		cat->status = status;
}

/* Flags of standard output before we changed them, -1 if we did not */
static int stdout_flags = -1;

static void restore_stdout(void)
{
	if (stdout_flags >= 0)
		fcntl(STDOUT_FILENO, F_SETFL, stdout_flags);
}

static void on_fatal_signal(int sig)
{
	restore_stdout();
	signal(sig, SIG_DFL);
	raise(sig);
}

/*
 * A pipe that is full must not keep us from sending. The flag belongs to
 * everybody who has the pipe, so it is put back. A terminal is left alone: it
 * is usually our standard input too, and the shell's.
 */
static void unblock_stdout(void)
{
	static const int fatal[] = { SIGHUP, SIGINT, SIGTERM };
	struct stat st;
	size_t i;
	int flags;

	if (fstat(STDOUT_FILENO, &st) || !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		return;
	flags = fcntl(STDOUT_FILENO, F_GETFL);
	if (flags < 0 || (flags & O_NONBLOCK))
		return;
	stdout_flags = flags;
	atexit(restore_stdout);
	for (i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
		signal(fatal[i], on_fatal_signal);
	fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
}

/* Descriptors 0 to 2 must not be had by sockets and pipes */
static void fill_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static void set_signals(void)
{
	/* Children are not waited for; unlike SIG_IGN this is not inherited */
	struct sigaction chld = { .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT };

	sigaction(SIGCHLD, &chld, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int until(int64_t a, int64_t b)
{
	int64_t first = a < 0 ? b : b < 0 || a < b ? a : b;
	int64_t left;

	if (first < 0)
		return -1;
	left = first - now_ms();
	return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left;
}

static void check_deadlines(struct cat *cat)
{
	int64_t now = now_ms();

	if (cat->quiet_until >= 0 && now >= cat->quiet_until) {
		cat->quiet_until = -1;
		hub_hang_up(cat->stdio);
	}
	if (cat->accept_until >= 0 && now >= cat->accept_until) {
		say(cat->opt.datagrams ? "nothing came" : "nobody called");
		cat_fail(cat, STATUS_TIMEOUT);
		listener_stop(cat);
		if (cat->datagrams)
			session_end(cat->datagrams);
	}
}

static void run(struct cat *cat)
{
	int err;

	while (cat->listener.fd >= 0 || cat->sessions || hub_busy(cat)) {
		err = loop_once(&cat->loop, until(cat->quiet_until, cat->accept_until));
		if (err) {
			say("epoll: %s", strerror(-err));
			cat_fail(cat, STATUS_SESSION);
			return;
		}
		check_deadlines(cat);
		datagram_resume(cat);
		hub_reap(cat);
		session_reap(cat);
	}
}

static int start(struct cat *cat)
{
	int fd;

	if (!cat->opt.echo && !cat->opt.command) {
		cat->stdio = hub_new(cat, STDIN_FILENO, STDOUT_FILENO, true);
		if (!cat->stdio)
			return -1;
		unblock_stdout();
	}
	fd = cat->opt.listen ? endpoint_listen(cat) : endpoint_call(cat);
	if (fd < 0)
		return -1;
	if (cat->opt.datagrams)
		return datagram_start(cat, fd);
	if (cat->opt.listen)
		return listener_start(cat, fd);
	return session_start(cat, fd, &cat->opt.name, false);
}

int main(int argc, char **argv)
{
	static struct cat cat = {
		.listener = { .fd = -1 },
		.accept_until = -1,
		.quiet_until = -1,
	};

	fill_standard();
	/* One write for a line: both ends of a session may have one terminal */
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	set_signals();
	options_parse(&cat.opt, argc, argv);
	cat.message = malloc(cat.opt.max);
	if (!cat.message || loop_init(&cat.loop)) {
		say("%s", strerror(errno));
		return STATUS_SESSION;
	}
	if (start(&cat)) {
		cat_fail(&cat, STATUS_SESSION);
		return cat.status;
	}
	run(&cat);
	return cat.status;
}
