// SPDX-License-Identifier: GPL-2.0
/*
 * What is measured with sessions: how long one takes from socket() to close(),
 * and the memory of those that are idle.
 *
 * A transport that knows no sessions exchanges SESSION REQUEST and answer as
 * its first messages.
 */
#include <sys/resource.h>

#include "nbperf.h"

#define SETUP_COUNT	300
#define MEMORY_COUNT	1000
#define SLABS_MAX	512

/**
 * struct handshake - one end while sessions are set up
 * @ask: with the length of a request
 * @answer: with the length of an answer
 */
struct handshake {
	struct side	ask;
	struct side	answer;
};

static void handshake_init(struct handshake *h, const struct transport *t)
{
	side_init(&h->ask, t, -1, REQUEST_LEN);
	side_init(&h->answer, t, -1, 0);
}

/* Gives the descriptor that the application uses from now on. */
static int call(struct handshake *h, const struct transport *t, int fd)
{
	if (t->flags & T_SESSION)
		return fd;
	h->answer.fd = fd;
	if (t->wrap)
		t->wrap(&h->answer);
	h->ask.fd = h->answer.fd;
	t->send(&h->ask, 1);
	t->recv(&h->answer, 1);
	return h->ask.fd;
}

static int be_called(struct handshake *h, const struct transport *t, int fd)
{
	if (t->flags & T_SESSION)
		return fd;
	h->ask.fd = fd;
	if (t->wrap)
		t->wrap(&h->ask);
	h->answer.fd = h->ask.fd;
	t->recv(&h->ask, 1);
	t->send(&h->answer, 1);
	return h->ask.fd;
}

static void serve_sessions(const struct transport *t, int listener,
			   struct handshake *h)
{
	int i, fd;
	char c;

	process_pin(1);
	for (i = 0; i <= SETUP_COUNT; i++) {
		fd = be_called(h, t, transport_accept(t, listener));
		/* the client closes first; KCM does not tell */
		if (!t->wrap && recv(fd, &c, 1, 0))
			errx(1, "%s: no end of file", t->name);
		close(fd);
	}
	_exit(0);
}

void metric_setup(int round, const struct path *path, const struct transport *t)
{
	struct handshake h;
	double start = 0;
	int i, listener;
	pid_t pid;

	path_rmem(path, t->rmem);
	handshake_init(&h, t);
	listener = transport_listen(t, path);
	pid = process_fork();
	if (!pid)
		serve_sessions(t, listener, &h);
	process_pin(0);
	close(listener);
	nb_enter(path->client);
	/* the first one shows that the server is there */
	for (i = 0; i <= SETUP_COUNT; i++) {
		if (i == 1)
			start = now();
		close(call(&h, t, transport_connect(t, path)));
	}
	start = now() - start;
	process_end(pid);
	path_rmem(path, NULL);
	metric_report(round, path, "setup", t, 0, SETUP_COUNT / start, 0);
}

struct slabs {
	int	n;
	struct {
		char	name[40];
		long	objects;
		long	size;
	} slab[SLABS_MAX];
};

static void read_slabs(struct slabs *slabs)
{
	FILE *file = fopen("/proc/slabinfo", "r");
	char line[512];

	if (!file)
		err(1, "slabinfo");
	slabs->n = 0;
	while (slabs->n < SLABS_MAX && fgets(line, sizeof(line), file))
		slabs->n += sscanf(line, "%39s %ld %*d %ld",
				   slabs->slab[slabs->n].name,
				   &slabs->slab[slabs->n].objects,
				   &slabs->slab[slabs->n].size) == 3;
	fclose(file);
}

/* Octets in use in @after and not in @before; both list the same caches. */
static long slab_growth(const struct slabs *before, const struct slabs *after,
			const struct transport *t)
{
	long total = 0;
	int i;

	for (i = 0; i < after->n; i++) {
		long n = after->slab[i].objects - before->slab[i].objects;

		total += n * after->slab[i].size;
		if (labs(n) > MEMORY_COUNT / 20)
			printf("# %s: %.2f %s of %ld octets a pair\n", t->name,
			       (double)n / MEMORY_COUNT, after->slab[i].name,
			       after->slab[i].size);
	}
	return total;
}

/* What is freed later, such as through RCU, or is only cached, shall go. */
static void settle(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

	nb_pause(1500);
	if (fd < 0 || write(fd, "2", 1) != 1)
		warn("drop_caches");
	close(fd);
	nb_pause(200);
}

void metric_memory(int round, const struct path *path, const struct transport *t)
{
	static int fds[MEMORY_COUNT][2];
	static struct slabs before, after;
	struct rlimit limit = { 4 * MEMORY_COUNT, 4 * MEMORY_COUNT };
	struct side side;
	int i, listener;

	memset(fds, 0, sizeof(fds));
	setrlimit(RLIMIT_NOFILE, &limit);
	path_rmem(path, t->rmem);
	listener = transport_listen(t, path);
	nb_enter(path->client);
	settle();
	read_slabs(&before);
	for (i = 0; i < MEMORY_COUNT; i++) {
		fds[i][0] = transport_connect(t, path);
		fds[i][1] = transport_accept(t, listener);
		if (!t->wrap)
			continue;
		side_init(&side, t, fds[i][0], REQUEST_LEN);
		t->wrap(&side);
		fds[i][0] = side.fd;
		side.fd = fds[i][1];
		t->wrap(&side);
		fds[i][1] = side.fd;
	}
	nb_pause(1500);
	read_slabs(&after);
	for (i = 0; i < MEMORY_COUNT; i++) {
		transport_reset(fds[i][0]);
		transport_reset(fds[i][1]);
	}
	close(listener);
	path_rmem(path, NULL);
	metric_report(round, path, "mem", t, 0,
		      (double)slab_growth(&before, &after, t) / MEMORY_COUNT, 0);
	settle();
}
