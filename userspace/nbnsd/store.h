/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where names survive: records with a number each, changed in batches. All that
 * nbnsd asks of a database is in this table; there is LMDB behind it
 * (store_lmdb.c tells why), with a journal in front of it (store_journal.c), and a
 * few lines of memory in the tests.
 *
 * Numbers, and small ones: the tree of the database stays dense and flat, and
 * the 10,000th record costs no more than the first.
 */
#ifndef NBNSD_STORE_H
#define NBNSD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct store_change - one record of a batch
 * @id: its number
 * @value: octets, NULL: remove the record; there may be none
 * @value_len: how many
 */
struct store_change {
	uint32_t	id;
	const void	*value;
	size_t		value_len;
};

/* One record, to whoever loads. Nonzero ends the loading with this result. */
typedef int (*store_fn)(void *data, uint32_t id, const void *value, size_t len);

/**
 * struct store - an open store; functions return 0 or a negative errno
 */
struct store {
	/** @load: call @fn for each record, in the order of numbers */
	int (*load)(struct store *store, store_fn fn, void *data);

	/**
	 * @write: make all changes or none; a kill of the process afterwards
	 * does not undo them. -ENOSPC: there is no room.
	 */
	int (*write)(struct store *store, const struct store_change *change, size_t n);

	/** @read: octets of a value, at most @size, or -ENOENT */
	int (*read)(struct store *store, uint32_t id, void *value, size_t size);

	/** @sync: what was written survives a loss of power, too */
	int (*sync)(struct store *store);

	/** @close: the end */
	void (*close)(struct store *store);
};

/**
 * store_lmdb_open() - open or make a file
 * @result: the store
 * @path: its name; there will be one with "-pid" behind it beside it
 * @durable: each write() survives a loss of power
 * @error: on error, one line
 * @size: room in @error
 *
 * A database that is damaged is put aside as "PATH.broken", with a warning in the
 * log: names come back as their owners refresh them. Another file is not touched.
 *
 * Return: 0 or a negative errno; -EBUSY if another process has it, -EINVAL if it
 * is no database of ours.
 */
int store_lmdb_open(struct store **result, const char *path, bool durable,
		    char *error, size_t size);

/**
 * store_journal_open() - gather changes in a file of their own
 * @result: the store to use instead of @below, which it closes in the end
 * @below: where changes go when the file is full, and before each sync()
 * @path: name of the file
 * @durable: each write() survives a loss of power
 *
 * A change costs the same however many records there are. If a new file cannot be
 * made, that is logged, and @result is @below. One of another version is put aside;
 * of one that is damaged, what is good is used.
 *
 * Return: 0; or a negative errno, because a file that is there, and may have
 * records, cannot be read; -EINVAL if it is no journal.
 */
int store_journal_open(struct store **result, struct store *below, const char *path,
		       bool durable);

/**
 * store_put_aside() - rename a damaged file to "PATH.broken", and log it
 * @path: its name
 */
void store_put_aside(const char *path);

#endif /* NBNSD_STORE_H */
