/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two files of the store in LMDB share: store_lmdb.c works with a file,
 * store_lmdb_check.c tells whether it can.
 */
#ifndef NBNSD_STORE_LMDB_IMPL_H
#define NBNSD_STORE_LMDB_IMPL_H

#include <lmdb.h>

#include "store.h"

struct store_lmdb {
	struct store	store;
	MDB_env		*env;
	MDB_dbi		dbi;
	MDB_txn		*reader;	/* reset while nobody reads */
	size_t		size;		/* allocated, and known to LMDB */
	uint32_t	top;		/* no record has a higher number */
	int		fd;
	int		lock;		/* see lock() in store_lmdb.c */
};

static inline struct store_lmdb *to_lmdb(struct store *store)
{
	return (struct store_lmdb *)store;
}

/* store_lmdb.c */
int lmdb_errno(int rc);
/* Without a lock, and without a look at what is in the file. */
int lmdb_open_file(struct store **result, const char *path, bool durable);

/* store_lmdb_check.c */
bool lmdb_is_foreign(const char *path);
bool lmdb_is_damaged(const char *path);

#endif /* NBNSD_STORE_LMDB_IMPL_H */
