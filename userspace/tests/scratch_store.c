// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scratch_store.h"

static char dir[] = "/tmp/nbnsd-store-XXXXXX";
char path[64], broken[80], journal[80], journal_broken[96];
bool use_journal, durable;

struct store *open_store(void)
{
	char error[256];
	struct store *store = NULL;

	if (store_lmdb_open(&store, path, durable, error, sizeof(error)))
		printf("# %s\n", error);
	else if (use_journal && store_journal_open(&store, store, journal, durable))
		printf("# no journal\n");
	return store;
}

void remove_store(void)
{
	unlink(path);
	unlink(broken);
	unlink(journal);
	unlink(journal_broken);
}

bool scratch_store_begin(void)
{
	if (!mkdtemp(dir))
		return false;
	snprintf(path, sizeof(path), "%s/names.mdb", dir);
	snprintf(broken, sizeof(broken), "%s.broken", path);
	snprintf(journal, sizeof(journal), "%s-journal", path);
	snprintf(journal_broken, sizeof(journal_broken), "%s.broken", journal);
	return true;
}

void scratch_store_end(void)
{
	char name[80];

	remove_store();
	snprintf(name, sizeof(name), "%s-pid", path);
	unlink(name);
	rmdir(dir);
}

static int count(void *data, uint32_t id, const void *value, size_t len)
{
	(void)id;
	(void)value;
	(void)len;
	++*(unsigned int *)data;
	return 0;
}

unsigned int records(struct store *store)
{
	unsigned int n = 0;

	store->load(store, count, &n);
	return n;
}

int put(struct store *store, uint32_t id, const char *text)
{
	struct store_change change = { id, text, text ? strlen(text) : 0 };

	return store->write(store, &change, 1);
}
