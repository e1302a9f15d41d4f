// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: entries of the LMHOSTS file. Those with #PRE are in the kernel's
 * cache, the others are asked when the network does not know a name.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "node.h"

/* Services that a line without octet 16 is about: workstation, messenger, server */
static const uint8_t any_suffix[] = { 0x00, 0x03, 0x20 };

static int compare_names(const struct nbd_lmhosts_entry *a, const struct nbd_lmhosts_entry *b)
{
	int order = memcmp(a->name, b->name, NETBIOS_NAME_LEN - 1);

	if (order)
		return order;
	if (a->suffix != b->suffix)
		return a->suffix - b->suffix;
	return a->suffix ? a->name[NETBIOS_NAME_LEN - 1] - b->name[NETBIOS_NAME_LEN - 1] : 0;
}

/* First entry of what is not before @key; the end if there is none */
static size_t first_of(const struct lmhosts *file, const struct nbd_lmhosts_entry *key)
{
	size_t low = 0, high = file->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (compare_names(&file->entry[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The lines of one name, whose first one says whether it is a group; @answer has none yet */
static void collect(const struct lmhosts *file, const struct nbd_lmhosts_entry *key,
		    struct nbd_answer *answer)
{
	const struct nbd_lmhosts_entry *entry;
	size_t i;

	for (i = first_of(file, key); i < file->n && answer->n < NBD_ADDRS_MAX; i++) {
		entry = &file->entry[i];
		if (compare_names(entry, key))
			return;
		if (!addr_is_host(entry->addr) || (answer->n && answer->group != entry->group))
			continue;
		answer->group = entry->group;
		answer->addr[answer->n++] = entry->addr;
	}
}

/**
 * lmhosts_find() - does the file have this name?
 * @e: engine
 * @name: name
 * @answer: result, if so
 *
 * Return: true if so. Several lines give a name several addresses. Lines about any
 * octet 16 count where there is none about this one.
 */
bool lmhosts_find(const struct nbd_engine *e, const struct ns_name *name,
		  struct nbd_answer *answer)
{
	struct nbd_lmhosts_entry key = { .suffix = true };

	if (!in_node_scope(e, name))
		return false;
	memcpy(key.name, name->octets, NETBIOS_NAME_LEN);
	answer->n = 0;
	collect(&e->lmhosts, &key, answer);
	key.suffix = false;
	if (!answer->n)
		collect(&e->lmhosts, &key, answer);
	if (answer->n)
		answer->status = NETBIOS_WORK_STATUS_OK;
	return answer->n;
}

/* Calls @fn for each name that stands for a line: one, or one a service */
static void each_name(struct nbd_engine *e, const struct nbd_lmhosts_entry *entry,
		      void (*fn)(struct nbd_engine *e, const struct nbd_key *key))
{
	struct nbd_key key = { .scope = e->scope };
	unsigned int i;

	memcpy(key.name, entry->name, NETBIOS_NAME_LEN);
	if (entry->suffix) {
		fn(e, &key);
		return;
	}
	for (i = 0; i < sizeof(any_suffix); i++) {
		key.name[NETBIOS_NAME_LEN - 1] = any_suffix[i];
		fn(e, &key);
	}
}

static void preload(struct nbd_engine *e, const struct nbd_key *key)
{
	struct nbd_answer answer = { 0 };
	struct ns_name wire;

	if (!ns_name_set(&wire, key->name, key->scope) && lmhosts_find(e, &wire, &answer))
		e->ops->cache_add(e->os, key, answer.group, answer.addr, answer.n);
}

static void unload(struct nbd_engine *e, const struct nbd_key *key)
{
	e->ops->cache_del(e->os, key, 0);
}

/* The lines of one name are told as one entry */
static void preloads(struct nbd_engine *e, const struct lmhosts *file,
		     void (*fn)(struct nbd_engine *e, const struct nbd_key *key))
{
	const struct nbd_lmhosts_entry *entry, *last = NULL;
	size_t i;

	for (i = 0; i < file->n; i++) {
		entry = &file->entry[i];
		if (!entry->pre || (last && !compare_names(last, entry)))
			continue;
		last = entry;
		each_name(e, entry, fn);
	}
}

/**
 * lmhosts_enter() - lines with #PRE go to the kernel's cache
 * @e: engine
 */
void lmhosts_enter(struct nbd_engine *e)
{
	preloads(e, &e->lmhosts, preload);
}

/**
 * lmhosts_remove() - and leave it
 * @e: engine
 */
void lmhosts_remove(struct nbd_engine *e)
{
	preloads(e, &e->lmhosts, unload);
}

/**
 * lmhosts_free() - forget the file; the kernel's cache keeps what it has
 * @e: engine
 */
void lmhosts_free(struct nbd_engine *e)
{
	free(e->lmhosts.entry);
	e->lmhosts = (struct lmhosts) { 0 };
}

/* By merging, which is stable: what stands first in the file is tried first */
static void sort(struct nbd_lmhosts_entry *entry, struct nbd_lmhosts_entry *room, size_t n)
{
	size_t half = n / 2, i = 0, k = half, to = 0;

	if (n < 2)
		return;
	sort(entry, room, half);
	sort(entry + half, room, n - half);
	memcpy(room, entry, n * sizeof(*entry));
	while (i < half && k < n)
		entry[to++] = compare_names(&room[k], &room[i]) < 0 ? room[k++] : room[i++];
	while (i < half)
		entry[to++] = room[i++];
	while (k < n)
		entry[to++] = room[k++];
}

int nbd_engine_lmhosts(struct nbd_engine *e, const struct nbd_lmhosts_entry *entry, size_t n)
{
	struct lmhosts new = { .n = n };
	struct nbd_lmhosts_entry *room = NULL;

	if (n) {
		new.entry = malloc(n * sizeof(*entry));
		room = malloc(n * sizeof(*entry));
		if (!new.entry || !room) {
			free(new.entry);
			free(room);
			return -ENOMEM;
		}
		memcpy(new.entry, entry, n * sizeof(*entry));
		sort(new.entry, room, n);
		free(room);
	}
	lmhosts_remove(e);
	lmhosts_free(e);
	e->lmhosts = new;
	lmhosts_enter(e);
	return 0;
}
