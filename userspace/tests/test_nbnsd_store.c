// SPDX-License-Identifier: GPL-2.0
/*
 * The store of nbnsd in LMDB, alone and with the journal in front of it: what a
 * kill -9 leaves, a full disk, files that are none.
 */
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "scratch_store.h"
#include "tap.h"

#define BIG	20000	/* records, more than the file begins with */
#define DAMAGES	100	/* files with some octets changed */

static void test_records(void)
{
	struct store_change changes[] = { { 3, "three", 5 }, { 1, NULL, 0 }, { 4, "4", 1 } };
	char value[8] = "";
	struct store *store;

	remove_store();
	store = open_store();

	ok(!put(store, 1, "one") && !put(store, 2, "two"), "written");
	is_number(store->read(store, 2, value, sizeof(value)), 3, "read");
	is_text(value, "two", "as it was written");
	is_number(store->read(store, 5, value, sizeof(value)), -ENOENT, "not there");
	ok(!store->write(store, changes, 3), "a batch");
	is_number(records(store), 3, "adds and removes");
	ok(!put(store, 9, NULL), "nothing to remove is no error");
	store->close(store);
}

/* The child says how far it got by the pipe, and is killed in between */
static void test_kill(void)
{
	unsigned int last = 0, n, pid;
	struct store *store;
	int fd[2], status;

	remove_store();
	if (pipe(fd))
		abort();
	pid = fork();
	if (!pid) {
		store = open_store();
		for (n = 1; store; n++) {
			if (put(store, n, "acknowledged") ||
			    write(fd[1], &n, sizeof(n)) != sizeof(n))
				_exit(1);
		}
		_exit(1);
	}
	close(fd[1]);
	while (last < 3000 && read(fd[0], &last, sizeof(last)) == sizeof(last))
		;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	while (read(fd[0], &last, sizeof(last)) == sizeof(last))
		;
	close(fd[0]);
	store = open_store();
	ok(store, "opened after kill -9");
	ok(last >= 3000, "there was something to lose");
	n = store ? records(store) : 0;
	/* One more may have been written and not told of */
	ok(n == last || n == last + 1, "%u records told of, %u there", last, n);
	if (store)
		store->close(store);
}

/* The file may not grow, as on a full disk */
static void test_full(void)
{
	struct rlimit limit = { 256 << 10, RLIM_INFINITY };
	struct store *store;
	uint32_t id = 1;
	char value[80];
	int err = 0;

	remove_store();
	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	signal(SIGXFSZ, SIG_IGN);
	store = open_store();
	setrlimit(RLIMIT_FSIZE, &limit);
	while (id < BIG && !(err = put(store, id, value)))
		id++;
	ok(err == -EFBIG || err == -ENOSPC, "no more room (%d)", err);
	is_number(records(store), id - 1, "and all that was written is there");
	limit.rlim_cur = RLIM_INFINITY;
	setrlimit(RLIMIT_FSIZE, &limit);
	while (id < BIG && !(err = put(store, id, value)))
		id++;
	is_number(id, BIG, "with room it goes on");
	store->close(store);
	store = open_store();
	is_number(records(store), BIG - 1, "and all is there");
	store->close(store);
}

static void damage(const char *how, off_t at, const void *data, size_t len)
{
	struct store *store;
	int fd;

	remove_store();
	store = open_store();
	put(store, 1, "one");
	store->close(store);
	fd = open(path, O_RDWR);
	if (fd < 0 || (data ? pwrite(fd, data, len, at) != (ssize_t)len : ftruncate(fd, at)))
		abort();
	close(fd);
	store = open_store();
	ok(store, "%s: opened all the same", how);
	ok(!access(broken, F_OK), "%s: the damaged file is kept", how);
	ok(store && !put(store, 1, "new"), "%s: a new one is written", how);
	if (store)
		store->close(store);
}

static void test_damaged(void)
{
	static char garbage[65536];

	memset(garbage, 0xa5, sizeof(garbage));
	damage("garbage in the first page", 0, garbage, 4096);
	damage("garbage behind the head", 8192, garbage, sizeof(garbage));
	damage("a part only", 9000, NULL, 0);
}

/* Somebody else's file: refused, as it is and where it is */
static void refuse(const char *what, const void *data, size_t len)
{
	static uint8_t after[65536];
	struct store *store = NULL;
	char error[256] = "", want[256];
	int fd, err;

	remove_store();
	fd = open(path, O_RDWR | O_CREAT, 0600);
	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		abort();
	err = store_lmdb_open(&store, path, false, error, sizeof(error));
	ok(err == -EINVAL, "%s: refused", what);
	snprintf(want, sizeof(want), "%s: no database of nbnsd: left as it is; move it away to begin anew",
		 path);
	ok(!strcmp(error, want), "%s: which is told", what);
	ok(pread(fd, after, sizeof(after), 0) == (ssize_t)len && !memcmp(after, data, len),
	   "%s: not touched", what);
	ok(!access(path, F_OK) && access(broken, F_OK), "%s: nor renamed", what);
	close(fd);
	unlink(path);
}

/* A database of LMDB, with keys that are no numbers */
static size_t make_other_lmdb(void *data, size_t size)
{
	char name[] = "Alice", number[] = "123 456";
	MDB_val key = { sizeof(name), name }, value = { sizeof(number), number };
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	ssize_t n;
	int fd;

	remove_store();
	if (mdb_env_create(&env) ||
	    mdb_env_open(env, path, MDB_NOSUBDIR | MDB_NOLOCK, 0600) ||
	    mdb_txn_begin(env, NULL, 0, &txn) || mdb_dbi_open(txn, NULL, 0, &dbi) ||
	    mdb_put(txn, dbi, &key, &value, 0) || mdb_txn_commit(txn))
		abort();
	mdb_env_close(env);
	fd = open(path, O_RDONLY);
	n = read(fd, data, size);
	close(fd);
	return n;
}

static void test_foreign(void)
{
	static const char text[] = "These are the names of my friends:\nAlice\nBob\n";
	static uint8_t other[60000];
	struct store *store;
	int fd;

	refuse("a text", text, sizeof(text) - 1);
	refuse("one octet", "x", 1);
	memset(other + 30000, 1, 30000);
	refuse("zeroes, then more", other, sizeof(other));
	memset(other, 0xa5, sizeof(other));
	refuse("garbage", other, sizeof(other));
	refuse("another database of LMDB", other, make_other_lmdb(other, sizeof(other)));

	/* Nothing that could be anybody's */
	remove_store();
	close(open(path, O_RDWR | O_CREAT, 0600));
	store = open_store();
	ok(store && !put(store, 1, "one"), "an empty file is begun");
	store->close(store);
	remove_store();
	fd = open(path, O_RDWR | O_CREAT, 0600);
	if (ftruncate(fd, 256 << 10))
		abort();
	close(fd);
	store = open_store();
	ok(store && !put(store, 1, "one"), "and so is one of zeroes");
	store->close(store);
}

/* A store with records that were changed and removed, so with free pages, too */
static off_t make_used(void)
{
	struct store *store;
	char value[60] = "";
	struct stat st;
	uint32_t id;

	remove_store();
	store = open_store();
	for (id = 1; id <= 2000; id++) {
		snprintf(value, sizeof(value), "record %u, and something behind it", id);
		put(store, id, value);
		if (id % 3 == 0)
			put(store, id - 2, NULL);
	}
	store->close(store);
	stat(path, &st);
	return st.st_size;
}

/* Opens, reads all, changes a little; exit status 0, or 1 if it does not open */
static void use_damaged(void)
{
	struct store *store = open_store();
	uint32_t id;

	if (!store)
		_exit(1);
	records(store);
	for (id = 1; id < 50; id++)
		put(store, id * 40, id % 2 ? "new" : NULL);
	store->close(store);
	_exit(0);
}

/* Some octets anywhere: it may cost records, but not the server */
static void test_random_damage(void)
{
	unsigned int seed, died = 0, refused = 0, i;
	static uint8_t whole[1 << 20];
	off_t size = make_used();
	int fd, status;
	pid_t pid;

	fd = open(path, O_RDWR);
	if (fd < 0 || size > (off_t)sizeof(whole) || pread(fd, whole, size, 0) != size)
		abort();
	for (seed = 1; seed <= DAMAGES; seed++) {
		unsigned int state = seed;

		close(fd);
		fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
		if (pwrite(fd, whole, size, 0) != size)
			abort();
		for (i = 0; i < 60; i++) {
			uint8_t octet = rand_r(&state);

			if (pwrite(fd, &octet, 1, rand_r(&state) % size) != 1)
				abort();
		}
		pid = fork();
		if (!pid)
			use_damaged();
		waitpid(pid, &status, 0);
		if (!WIFEXITED(status)) {
			died++;
			printf("# seed %u: signal %d\n", seed, WTERMSIG(status));
		} else if (WEXITSTATUS(status)) {
			refused++;
		}
		unlink(broken);
	}
	close(fd);
	ok(!died, "%u of %u damaged files killed their reader", died, DAMAGES);
	ok(!refused, "%u were not opened", refused);
}

/* Return: errno of another process that opens the store by @name */
static int open_beside(const char *name)
{
	struct store *second = NULL;
	char error[256];
	int status;

	if (!fork())
		_exit(-store_lmdb_open(&second, name, false, error, sizeof(error)));
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_busy(void)
{
	char error[256], other[96], name[112];
	struct store *store = open_store(), *second = NULL;

	snprintf(other, sizeof(other), "%s-other", path);
	snprintf(name, sizeof(name), "%s-pid", other);
	is_number(open_beside(path), EBUSY, "one process at a time");
	ok(!symlink(path, other), "a symbolic link");
	is_number(open_beside(other), EBUSY, "is no way around that");
	unlink(other);
	ok(!link(path, other), "a second name");
	is_number(open_beside(other), EBUSY, "is none, either");
	ok(!access(path, F_OK), "and the file stays where it is");
	unlink(other);
	store->close(store);
	is_number(store_lmdb_open(&second, "/nonexistent/x", false, error, sizeof(error)),
		  -ENOENT, "no such folder");
	is_text(error, "/nonexistent/x: No such file or directory", "which is told");
	ok(!symlink("/dev/null", other), "what is no file");
	is_number(store_lmdb_open(&second, other, false, error, sizeof(error)), -EINVAL,
		  "is not taken for one");
	ok(!access(other, F_OK), "nor put aside");
	unlink(other);
	unlink(name);
}

static void test_both(void)
{
	test_records();
	test_kill();
	test_full();
}

int main(void)
{
	if (!scratch_store_begin())
		return 1;
	test_both();
	test_damaged();
	test_foreign();
	test_random_damage();
	test_busy();
	use_journal = true;
	test_both();
	durable = true;
	test_records();
	scratch_store_end();
	return tap_end();
}
