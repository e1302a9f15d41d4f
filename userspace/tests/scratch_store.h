/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A store of nbnsd in a folder of its own, for the tests of LMDB and of the journal.
 */
#ifndef SCRATCH_STORE_H
#define SCRATCH_STORE_H

#include <stdbool.h>
#include <nbnsd/store.h>

extern char path[], broken[], journal[], journal_broken[];
extern bool use_journal, durable;

/* The folder, and its end with all that is in it. */
bool scratch_store_begin(void);
void scratch_store_end(void);

/* NULL: it says why. */
struct store *open_store(void);
void remove_store(void);

/* NULL: remove it. */
int put(struct store *store, uint32_t id, const char *text);
unsigned int records(struct store *store);

#endif /* SCRATCH_STORE_H */
