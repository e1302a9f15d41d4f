// SPDX-License-Identifier: GPL-2.0
/*
 * Which files the store in LMDB can use.
 *
 * LMDB makes a database of what it is given, and trusts its pages. So a file is
 * only touched if it has the mark of LMDB and what we set when we made it. Then a
 * child process reads all of it, and writes to all of it in a transaction that it
 * gives up; if that fails or dies the file is put aside.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "service/log.h"
#include "store_lmdb_impl.h"

#define FREE_PAGES	0		/* the number of that tree, as in mdb_stat(1) */
#define PATIENCE	60		/* seconds for a look at the file */
#define TRIAL		64		/* records that are changed at once */
#define VALUE_MAX	1024		/* no record is longer */

#define META_PAGES	2		/* the first ones; one may be damaged */
#define META_MAGIC	0xbeefc0deU

/*
 * The beginning of such a page, as LMDB 0.9 has it on the disk; @main is the tree
 * of the records.
 */
struct meta {
	size_t		page;
	uint32_t	kind[2];
	uint32_t	magic;
	uint32_t	version;
	size_t		address;
	size_t		map_size;
	struct {
		uint32_t	pad;
		uint16_t	flags;
		uint16_t	depth;
		size_t		pages[3];
		size_t		entries;
		size_t		root;
	} free, main;
	size_t		last_page;
	size_t		transaction;
};

/* What a loss of power may leave of one that was just made */
static bool is_blank(int fd, off_t size)
{
	static const uint8_t none[4096];
	uint8_t part[sizeof(none)];
	ssize_t n;
	off_t at;

	for (at = 0; at < size; at += n) {
		n = pread(fd, part, sizeof(part), at);
		if (n <= 0 || memcmp(part, none, n))
			return false;
	}
	return true;
}

/* The newest one that is not damaged. Return: false if there is none. */
static bool read_meta(int fd, struct meta *newest)
{
	long page = sysconf(_SC_PAGESIZE);
	bool found = false;
	struct meta meta;
	int i;

	for (i = 0; i < META_PAGES; i++) {
		if (pread(fd, &meta, sizeof(meta), i * page) != sizeof(meta) ||
		    meta.magic != META_MAGIC)
			continue;
		if (!found || meta.transaction > newest->transaction)
			*newest = meta;
		found = true;
	}
	return found;
}

/* Before the first commit the flags are not there yet, nor is anything else. */
static bool has_mark(int fd)
{
	struct meta meta = { 0 };

	return read_meta(fd, &meta) &&
	       (meta.main.flags & MDB_INTEGERKEY || !meta.main.entries);
}

/* Is there something in the file, and not what we have put there? */
bool lmdb_is_foreign(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool foreign = false;
	struct stat st;

	if (fd < 0)
		return false;	/* not there, or another error will tell */
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size)
		foreign = !has_mark(fd) && !is_blank(fd, st.st_size);
	close(fd);
	return foreign;
}

static int look(void *data, uint32_t id, const void *value, size_t len)
{
	const uint8_t *p = value;
	uint32_t *sum = data;

	*sum += id;
	while (len--)
		*sum += *p++;
	return 0;
}

/*
 * Some records become an octet longer, so that their pages are made anew;
 * *@from is the number of the first one, and then of the next.
 */
static int rewrite_some(MDB_cursor *cursor, uint32_t *from)
{
	uint8_t longer[VALUE_MAX + 1] = { 0 };
	MDB_val key = { sizeof(*from), from }, value;
	uint32_t id;
	int rc, i;

	rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
	for (i = 0; !rc && i < TRIAL; i++) {
		if (key.mv_size != sizeof(id) || value.mv_size > VALUE_MAX)
			return MDB_CORRUPTED;
		memcpy(&id, key.mv_data, sizeof(id));
		if (id < *from || id == UINT32_MAX)	/* not in their order */
			return MDB_CORRUPTED;
		memcpy(longer, value.mv_data, value.mv_size);
		*from = id + 1;
		key.mv_data = &id;
		value = (MDB_val) { value.mv_size + 1, longer };
		rc = mdb_cursor_put(cursor, &key, &value, 0);
		if (!rc)
			rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	return rc;
}

/* LMDB keeps its free pages in a tree like that of the records. */
static int delete_all(MDB_cursor *cursor, uint32_t *from)
{
	MDB_val key, value;
	int rc;

	(void)from;
	while (!(rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT))) {
		rc = mdb_cursor_del(cursor, 0);
		if (rc)
			return rc;
	}
	return rc;
}

/* Nothing of it is kept. */
static int try_change(struct store_lmdb *db, MDB_dbi dbi, uint32_t *from,
		      int (*change)(MDB_cursor *cursor, uint32_t *from))
{
	MDB_cursor *cursor;
	MDB_txn *txn;
	int rc;

	rc = mdb_txn_begin(db->env, NULL, 0, &txn);
	if (rc)
		return rc;
	rc = mdb_cursor_open(txn, dbi, &cursor);
	if (!rc) {
		rc = change(cursor, from);
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(txn);
	return rc;
}

/* Without room it is not known; then reading has to be enough. */
static int try_writing(struct store_lmdb *db)
{
	uint32_t from = 0;
	int rc;

	while (!(rc = try_change(db, db->dbi, &from, rewrite_some)))
		;
	if (rc == MDB_NOTFOUND || rc == MDB_MAP_FULL)
		rc = try_change(db, FREE_PAGES, NULL, delete_all);
	return rc == MDB_NOTFOUND || rc == MDB_MAP_FULL ? 0 : lmdb_errno(rc);
}

static int use_all(const char *path)
{
	struct store *store;
	uint32_t sum = 0;
	int err;

	err = lmdb_open_file(&store, path, false);
	if (err)
		return err;
	err = store->load(store, look, &sum);
	if (!err)
		err = try_writing(to_lmdb(store));
	store->close(store);
	return err;
}

/* Not if another error will tell */
bool lmdb_is_damaged(const char *path)
{
	int status, err;
	pid_t child;

	if (access(path, F_OK))
		return false;
	child = fork();
	if (child < 0)
		return false;
	if (!child) {
		alarm(PATIENCE);	/* damage can also be endless */
		err = use_all(path);
		_exit(err == -EBADMSG || err == -EIO);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return status != 0;
}

void store_put_aside(const char *path)
{
	char name[4096];

	snprintf(name, sizeof(name), "%s.broken", path);
	if (rename(path, name)) {
		log_error("%s is damaged and cannot be renamed: %m", path);
		return;
	}
	log_error("%s is damaged: kept as %s; names come back as their owners refresh them",
		  path, name);
}
