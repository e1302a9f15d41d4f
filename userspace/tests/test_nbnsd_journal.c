// SPDX-License-Identifier: GPL-2.0
/*
 * The journal of nbnsd in front of LMDB: both as one store, kill -9, damage, no
 * room for it. What it has in common with LMDB is in test_nbnsd_store.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "scratch_store.h"
#include "tap.h"

static int check_order(void *data, uint32_t id, const void *value, size_t len)
{
	uint32_t *last = data;

	(void)value;
	(void)len;
	if (id <= *last)
		return -EBADMSG;
	*last = id;
	return 0;
}

/* Changes of records that are below, new ones between them, and removed ones */
static struct store *mixed_store(void)
{
	struct store *store;
	uint32_t id;

	remove_store();
	store = open_store();
	for (id = 10; id <= 100; id += 10)
		put(store, id, "below");
	store->sync(store);
	put(store, 5, "first");
	put(store, 50, "other");
	put(store, 55, "between");
	put(store, 55, "changed");
	put(store, 60, NULL);
	put(store, 65, "new");
	put(store, 65, NULL);
	put(store, 200, "last");
	return store;
}

static void check_mixed(struct store *store, const char *when)
{
	uint32_t last = 0;
	char value[8] = "";

	printf("# %s\n", when);
	is_number(records(store), 12, "records");
	ok(!store->load(store, check_order, &last) && last == 200, "in their order");
	is_number(store->read(store, 55, value, sizeof(value)), 7, "changed twice");
	is_text(value, "changed", "to the last of both");
	is_number(store->read(store, 60, value, sizeof(value)), -ENOENT, "removed");
	is_number(store->read(store, 10, value, 5), 5, "not changed");
}

static void kill_and(void (*fn)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		fn();
		kill(getpid(), SIGKILL);
	}
	waitpid(pid, &status, 0);
}

static void make_mixed(void)
{
	mixed_store();
}

static void test_merge(void)
{
	struct store *store = mixed_store();

	check_mixed(store, "while it runs");
	store->close(store);
	use_journal = false;
	store = open_store();
	check_mixed(store, "all of it is below after the end");
	store->close(store);
	use_journal = true;
	kill_and(make_mixed);
	store = open_store();
	check_mixed(store, "after kill -9");
	store->close(store);
}

static void change_octets(off_t at, const void *data, size_t len)
{
	int fd = open(journal, O_RDWR);

	if (fd < 0 || pwrite(fd, data, len, at) != (ssize_t)len)
		abort();
	close(fd);
}

/* What was written before the damage, and what comes after it, is there */
static void test_journal_damaged(void)
{
	static const char text[] = "A diary.\n";
	struct store *store;
	char error[256];
	struct stat st;

	kill_and(make_mixed);
	change_octets(60, "\xff\xff", 2);
	store = open_store();
	ok(store && records(store) >= 10, "octets changed: opened all the same");
	ok(store && !put(store, 300, "new") && records(store) >= 11, "and goes on");
	store->close(store);

	kill_and(make_mixed);
	change_octets(0, "NBNSDJ9", 7);
	store = open_store();
	ok(!access(journal_broken, F_OK), "another version: the journal is kept");
	is_number(store ? records(store) : 0, 10, "another version: what is below is there");
	ok(store && !put(store, 300, "new"), "another version: a new one is written");
	store->close(store);

	kill_and(make_mixed);
	if (truncate(journal, 0))
		abort();
	change_octets(0, text, sizeof(text));
	is_number(store_lmdb_open(&store, path, false, error, sizeof(error)), 0, "below");
	is_number(store_journal_open(&store, store, journal, false), -EINVAL,
		  "a text is no journal");
	store->close(store);
	ok(!stat(journal, &st) && st.st_size == sizeof(text) && access(journal_broken, F_OK),
	   "and stays what and where it is");

	remove_store();
	if (mkdir(journal, 0700))
		abort();
	is_number(store_lmdb_open(&store, path, false, error, sizeof(error)), 0, "below");
	is_number(store_journal_open(&store, store, journal, false), -EISDIR,
		  "one that cannot be read is not passed over");
	store->close(store);
	rmdir(journal);
	ok(stat(journal, &st), "nor replaced");
}

/* The same place twice; a sum of the round before is none */
static void make_two_rounds(void)
{
	struct store *store;

	remove_store();
	store = open_store();
	put(store, 1, "a");
	put(store, 2, "b");
	store->sync(store);
	put(store, 2, NULL);
	store->sync(store);
	put(store, 1, "c");
}

/* As if the head were on the disk and the second record not */
static void test_old_round(void)
{
	struct store *store;
	uint32_t used;
	int fd;

	kill_and(make_two_rounds);
	fd = open(journal, O_RDWR);
	if (fd < 0 || pread(fd, &used, sizeof(used), 8) != sizeof(used))
		abort();
	close(fd);
	is_number(used, 16, "one record");
	used *= 2;
	change_octets(8, &used, sizeof(used));
	store = open_store();
	is_number(records(store), 1, "an old record behind it does not come back");
	store->close(store);
}

static void cannot_grow(struct store **store)
{
	struct rlimit none = { 1000, RLIM_INFINITY }, old;

	getrlimit(RLIMIT_FSIZE, &old);
	setrlimit(RLIMIT_FSIZE, &none);
	if (store_journal_open(store, *store, journal, false))
		abort();
	setrlimit(RLIMIT_FSIZE, &old);
}

/* Without room for a journal there is the store */
static void test_no_journal(void)
{
	struct store *store;

	remove_store();
	use_journal = false;
	store = open_store();
	cannot_grow(&store);
	ok(!put(store, 1, "one"), "goes on without");
	ok(access(journal, F_OK), "nothing is left of it");
	store->close(store);
	use_journal = true;
	store = open_store();
	is_number(records(store), 1, "a database without a journal gets one");
	store->close(store);
}

int main(void)
{
	if (!scratch_store_begin())
		return 1;
	signal(SIGXFSZ, SIG_IGN);
	use_journal = true;
	test_merge();
	test_journal_damaged();
	test_old_round();
	test_no_journal();
	scratch_store_end();
	return tap_end();
}
