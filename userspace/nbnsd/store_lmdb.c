// SPDX-License-Identifier: GPL-2.0
/*
 * The store in LMDB.
 *
 * Why LMDB and not SQLite: a registration may cost 30,000 instructions, the
 * answer and the packet included, and has to be committed before it is
 * answered. LMDB writes into a shared mapping: a commit is no system call and
 * some 10,000 instructions, and what is in the mapping outlives a kill -9. A
 * commit of SQLite is several system calls and a checksum over each page that
 * changed. Nobody needs SQL for a key and twelve octets. (Since store_journal.c is
 * in front of it a commit is for dozens of registrations.)
 *
 * What LMDB does not do by itself, and is done here:
 *
 * - A full disk. Writing to a hole of a mapped file is a SIGBUS when there is
 *   no room for it. So the file is allocated first (posix_fallocate), and LMDB
 *   is only told of what is there: MDB_MAP_FULL is where it grows. The same goes
 *   for its own lock, a file that is mapped, too, so there is none (MDB_NOLOCK):
 *   one process, and nobody reads while another one writes.
 * - A damaged file. LMDB trusts its pages. So a child process first reads all of
 *   it, and writes to all of it in a transaction that it gives up; if that fails
 *   or dies the file is put aside.
 */
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "service/log.h"
#include "store.h"

#define STEP		(256UL << 10)	/* the file grows by this */
#define FILE_MODE	0600
#define FREE_PAGES	0		/* the number of that tree, as in mdb_stat(1) */
#define PATIENCE	60		/* seconds for a look at the file */
#define TRIAL		64		/* records that are changed at once */
#define VALUE_MAX	1024		/* no record is longer */

struct store_lmdb {
	struct store	store;
	MDB_env		*env;
	MDB_dbi		dbi;
	MDB_txn		*reader;	/* reset while nobody reads */
	size_t		size;		/* allocated, and known to LMDB */
	uint32_t	top;		/* no record has a higher number */
	int		fd;
	int		lock;		/* see lock() */
};

static struct store_lmdb *to_lmdb(struct store *store)
{
	return (struct store_lmdb *)store;
}

/* Errors of LMDB are below those of the system */
static int to_errno(int rc)
{
	switch (rc) {
	case 0:
		return 0;
	case MDB_NOTFOUND:
		return -ENOENT;
	case MDB_MAP_FULL:
		return -ENOSPC;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_PANIC:
		return -EBADMSG;
	default:
		return rc > 0 ? -rc : -EIO;
	}
}

static int grow(struct store_lmdb *db)
{
	int err = posix_fallocate(db->fd, db->size, STEP);

	if (err)
		return -err;
	err = to_errno(mdb_env_set_mapsize(db->env, db->size + STEP));
	if (!err)
		db->size += STEP;
	return err;
}

/* What is told to be the last one does not split a page in two that are half empty */
static int apply(struct store_lmdb *db, MDB_txn *txn, const struct store_change *change)
{
	uint32_t id = change->id;
	MDB_val key = { sizeof(id), &id };
	MDB_val value = { change->value_len, (void *)change->value };
	unsigned int flags = 0;
	int rc;

	if (!change->value) {
		rc = mdb_del(txn, db->dbi, &key, NULL);
		return rc == MDB_NOTFOUND ? 0 : rc;
	}
	if (id > db->top) {
		db->top = id;
		flags = MDB_APPEND;
	}
	return mdb_put(txn, db->dbi, &key, &value, flags);
}

static int try_write(struct store_lmdb *db, const struct store_change *change, size_t n)
{
	MDB_txn *txn;
	size_t i;
	int rc;

	rc = mdb_txn_begin(db->env, NULL, 0, &txn);
	for (i = 0; !rc && i < n; i++) {
		rc = apply(db, txn, &change[i]);
		if (rc)
			mdb_txn_abort(txn);
	}
	return rc ? rc : mdb_txn_commit(txn);
}

static int lmdb_write(struct store *store, const struct store_change *change, size_t n)
{
	struct store_lmdb *db = to_lmdb(store);
	int rc, err;

	while ((rc = try_write(db, change, n)) == MDB_MAP_FULL) {
		err = grow(db);
		if (err)
			return err;
	}
	return to_errno(rc);
}

/* Numbers are in the order of this machine, and not aligned */
static int load_one(store_fn fn, void *data, const MDB_val *key, const MDB_val *value)
{
	uint32_t id;

	if (key->mv_size != sizeof(id))
		return -EBADMSG;
	memcpy(&id, key->mv_data, sizeof(id));
	return fn(data, id, value->mv_data, value->mv_size);
}

static int lmdb_load(struct store *store, store_fn fn, void *data)
{
	struct store_lmdb *db = to_lmdb(store);
	MDB_val key, value;
	MDB_cursor *cursor;
	int rc, stop = 0;

	rc = mdb_txn_renew(db->reader);
	if (rc)
		return to_errno(rc);
	rc = mdb_cursor_open(db->reader, db->dbi, &cursor);
	if (!rc) {
		while (!stop && !(rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)))
			stop = load_one(fn, data, &key, &value);
		mdb_cursor_close(cursor);
	}
	mdb_txn_reset(db->reader);
	if (stop)
		return stop;
	return rc == MDB_NOTFOUND ? 0 : to_errno(rc);
}

static int lmdb_read(struct store *store, uint32_t id, void *result, size_t size)
{
	struct store_lmdb *db = to_lmdb(store);
	MDB_val key = { sizeof(id), &id }, value;
	int rc;

	rc = mdb_txn_renew(db->reader);
	if (rc)
		return to_errno(rc);
	rc = mdb_get(db->reader, db->dbi, &key, &value);
	if (!rc) {
		if (size > value.mv_size)
			size = value.mv_size;
		memcpy(result, value.mv_data, size);
	}
	mdb_txn_reset(db->reader);
	return rc ? to_errno(rc) : (int)size;
}

static int lmdb_sync(struct store *store)
{
	return to_errno(mdb_env_sync(to_lmdb(store)->env, 1));
}

static void lmdb_close(struct store *store)
{
	struct store_lmdb *db = to_lmdb(store);

	if (db->reader)
		mdb_txn_abort(db->reader);
	if (db->env)
		mdb_env_close(db->env);
	if (db->fd >= 0)
		close(db->fd);
	if (db->lock >= 0)
		close(db->lock);
	free(db);
}

static int find_top(struct store_lmdb *db, MDB_txn *txn)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	int rc;

	rc = mdb_cursor_open(txn, db->dbi, &cursor);
	if (rc)
		return rc;
	rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
	if (!rc && key.mv_size == sizeof(db->top))
		memcpy(&db->top, key.mv_data, sizeof(db->top));
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static int open_env(struct store_lmdb *db, const char *path, bool durable)
{
	unsigned int flags = MDB_NOSUBDIR | MDB_NOTLS | MDB_WRITEMAP | MDB_NOLOCK;
	MDB_txn *txn;
	int rc;

	rc = mdb_env_create(&db->env);
	if (rc)
		return rc;
	rc = mdb_env_set_mapsize(db->env, db->size);
	if (!rc)
		rc = mdb_env_open(db->env, path, flags | (durable ? 0 : MDB_NOSYNC),
				  FILE_MODE);
	if (!rc)
		rc = mdb_txn_begin(db->env, NULL, 0, &txn);
	if (rc)
		return rc;
	rc = mdb_dbi_open(txn, NULL, MDB_INTEGERKEY | MDB_CREATE, &db->dbi);
	if (!rc)
		rc = find_top(db, txn);
	if (rc) {
		mdb_txn_abort(txn);
		return rc;
	}
	rc = mdb_txn_commit(txn);
	if (!rc)
		rc = mdb_txn_begin(db->env, NULL, MDB_RDONLY, &db->reader);
	if (!rc)
		mdb_txn_reset(db->reader);
	return rc;
}

/*
 * Of an old file all has to be there before LMDB looks at it, and not only a
 * part of what was. A new one has to be empty for LMDB to begin it.
 */
static int allocate(struct store_lmdb *db, bool *empty)
{
	struct stat st;

	if (fstat(db->fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	*empty = !st.st_size;
	db->size = (st.st_size + STEP - 1) / STEP * STEP;
	if (*empty) {
		db->size = STEP;
		return 0;
	}
	return -posix_fallocate(db->fd, 0, db->size);
}

/* Whatever other name the file has. Where there are no locks this is not known. */
static bool is_in_use(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
}

static int open_file(struct store **result, const char *path, bool durable)
{
	struct store_lmdb *db = calloc(1, sizeof(*db));
	bool empty = false;
	int err;

	if (!db)
		return -ENOMEM;
	db->store = (struct store) {
		.load = lmdb_load,
		.write = lmdb_write,
		.read = lmdb_read,
		.sync = lmdb_sync,
		.close = lmdb_close,
	};
	db->lock = -1;
	db->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
	err = db->fd < 0 ? -errno : 0;
	if (!err && is_in_use(db->fd))
		err = -EBUSY;
	if (!err)
		err = allocate(db, &empty);
	if (!err)
		err = to_errno(open_env(db, path, durable));
	if (!err && empty)
		err = -posix_fallocate(db->fd, 0, db->size);
	if (err) {
		lmdb_close(&db->store);
		return err;
	}
	*result = &db->store;
	return 0;
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
	return rc == MDB_NOTFOUND || rc == MDB_MAP_FULL ? 0 : to_errno(rc);
}

static int use_all(const char *path)
{
	struct store *store;
	uint32_t sum = 0;
	int err;

	err = open_file(&store, path, false);
	if (err)
		return err;
	err = store->load(store, look, &sum);
	if (!err)
		err = try_writing(to_lmdb(store));
	store->close(store);
	return err;
}

/* 1 if the file is damaged, 0 if it is good or another error will tell */
static int is_damaged(const char *path)
{
	int status, err;
	pid_t child;

	if (access(path, F_OK))
		return 0;
	child = fork();
	if (child < 0)
		return 0;
	if (!child) {
		alarm(PATIENCE);	/* damage can also be endless */
		err = use_all(path);
		_exit(err == -EBADMSG || err == -EIO);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return 0;
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

/*
 * One process only: two would both acknowledge the same name. is_in_use() is about
 * the file itself, which may be put aside, and this about its name. Return: what
 * holds the lock until it is closed, which kill -9 does, too.
 */
static int lock(const char *path)
{
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char name[4096];
	int fd;

	snprintf(name, sizeof(name), "%s-pid", path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
	if (fd < 0)
		return -errno;
	if (!fcntl(fd, F_SETLK, &all))
		return fd;
	close(fd);
	return -EBUSY;
}

int store_lmdb_open(struct store **result, const char *path, bool durable, char *error,
		    size_t size)
{
	int fd = lock(path), err = fd < 0 ? fd : 0;

	if (!err && is_damaged(path))
		store_put_aside(path);
	if (!err)
		err = open_file(result, path, durable);
	if (!err)
		to_lmdb(*result)->lock = fd;
	else if (fd >= 0)
		close(fd);
	if (err == -EBUSY)
		snprintf(error, size, "%s: another nbnsd has it open", path);
	else if (err)
		snprintf(error, size, "%s: %s", path, strerror(-err));
	return err;
}
