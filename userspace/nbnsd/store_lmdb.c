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
 * - A file that is damaged, or somebody else's: store_lmdb_check.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "store_lmdb_impl.h"

#define STEP		(256UL << 10)	/* the file grows by this */
#define FILE_MODE	0600

/* Errors of LMDB are below those of the system */
int lmdb_errno(int rc)
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
	err = lmdb_errno(mdb_env_set_mapsize(db->env, db->size + STEP));
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
	return lmdb_errno(rc);
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
		return lmdb_errno(rc);
	rc = mdb_cursor_open(db->reader, db->dbi, &cursor);
	if (!rc) {
		while (!stop && !(rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)))
			stop = load_one(fn, data, &key, &value);
		mdb_cursor_close(cursor);
	}
	mdb_txn_reset(db->reader);
	if (stop)
		return stop;
	return rc == MDB_NOTFOUND ? 0 : lmdb_errno(rc);
}

static int lmdb_read(struct store *store, uint32_t id, void *result, size_t size)
{
	struct store_lmdb *db = to_lmdb(store);
	MDB_val key = { sizeof(id), &id }, value;
	int rc;

	rc = mdb_txn_renew(db->reader);
	if (rc)
		return lmdb_errno(rc);
	rc = mdb_get(db->reader, db->dbi, &key, &value);
	if (!rc) {
		if (size > value.mv_size)
			size = value.mv_size;
		memcpy(result, value.mv_data, size);
	}
	mdb_txn_reset(db->reader);
	return rc ? lmdb_errno(rc) : (int)size;
}

static int lmdb_sync(struct store *store)
{
	return lmdb_errno(mdb_env_sync(to_lmdb(store)->env, 1));
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

int lmdb_open_file(struct store **result, const char *path, bool durable)
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
		err = lmdb_errno(open_env(db, path, durable));
	if (!err && empty)
		err = -posix_fallocate(db->fd, 0, db->size);
	if (err) {
		lmdb_close(&db->store);
		return err;
	}
	*result = &db->store;
	return 0;
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
	int fd, err;

	if (lmdb_is_foreign(path)) {
		snprintf(error, size, "%s: no database of nbnsd: left as it is; move it away to begin anew",
			 path);
		return -EINVAL;
	}
	fd = lock(path);
	err = fd < 0 ? fd : 0;
	if (!err && lmdb_is_damaged(path))
		store_put_aside(path);
	if (!err)
		err = lmdb_open_file(result, path, durable);
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
