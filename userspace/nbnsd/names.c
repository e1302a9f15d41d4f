// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names_impl.h"

#define CHAINS_MIN	1024

static uint64_t rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

/* One round of SipHash; names are chosen by strangers */
static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
}

/* SipHash-1-3 of octets; its output need not be the same on other machines */
static uint32_t hash(const struct names *names, const uint8_t *key, size_t len)
{
	uint64_t v[4] = {
		names->secret[0] ^ 0x736f6d6570736575ULL,
		names->secret[1] ^ 0x646f72616e646f6dULL,
		names->secret[0] ^ 0x6c7967656e657261ULL,
		names->secret[1] ^ 0x7465646279746573ULL,
	};
	uint64_t word;
	size_t at;

	for (at = 0; at + 8 <= len; at += 8) {
		memcpy(&word, key + at, 8);
		sip_word(v, word);
	}
	word = 0;
	memcpy(&word, key + at, len - at);
	sip_word(v, word | (uint64_t)len << 56);
	v[2] ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* Scopes are compared without case (NAME-020), unless told otherwise; names exactly */
static size_t make_key(const struct names *names, uint8_t *key, const struct ns_name *name)
{
	unsigned int i;
	uint8_t c;

	memcpy(key, name->octets, NETBIOS_NAME_LEN);
	for (i = 0; i < name->scope_len; i++) {
		c = name->scope[i];
		key[NETBIOS_NAME_LEN + i] = !names->exact && c >= 'A' && c <= 'Z' ?
					    c - 'A' + 'a' : c;
	}
	return NETBIOS_NAME_LEN + name->scope_len;
}

static struct entry *find(struct names *names, const uint8_t *key, size_t len,
			  uint32_t value)
{
	struct entry *entry;

	for (entry = names->table[value & names->mask]; entry; entry = entry->next)
		if (entry->hash == value &&
		    entry->scope_len == len - NETBIOS_NAME_LEN &&
		    !memcmp(entry->key, key, len))
			return entry;
	return NULL;
}

static void grow(struct names *names)
{
	uint32_t mask = names->mask * 2 + 1, i;
	struct entry **table, *entry, *next;

	table = calloc((size_t)mask + 1, sizeof(*table));
	if (!table)
		return;		/* longer chains are slower, not wrong */
	for (i = 0; i <= names->mask; i++) {
		for (entry = names->table[i]; entry; entry = next) {
			next = entry->next;
			entry->next = table[entry->hash & mask];
			table[entry->hash & mask] = entry;
		}
	}
	free(names->table);
	names->table = table;
	names->mask = mask;
}

struct entry *names_add_entry(struct names *names, const struct ns_name *name)
{
	uint8_t key[NETBIOS_NAME_LEN + NS_SCOPE_WIRE_MAX];
	size_t len = make_key(names, key, name);
	uint32_t value = hash(names, key, len);
	struct entry *entry = find(names, key, len, value);

	if (entry)
		return entry;
	if (names->count > names->mask)
		grow(names);
	entry = malloc(sizeof(*entry) + len);
	if (!entry)
		return NULL;
	*entry = (struct entry) {
		.hash = value,
		.room = 1,
		.scope_len = len - NETBIOS_NAME_LEN,
	};
	memcpy(entry->key, key, len);
	entry->next = names->table[value & names->mask];
	names->table[value & names->mask] = entry;
	names->count++;
	return entry;
}

void names_forget(struct names *names, struct entry *entry)
{
	struct entry **link = &names->table[entry->hash & names->mask];

	while (*link != entry)
		link = &(*link)->next;
	*link = entry->next;
	if (entry->room > 1)
		free(entry->many);
	free(entry);
	names->count--;
}

/* The first owner whose address is not below @addr */
static uint32_t place(struct entry *entry, uint32_t addr)
{
	struct owner *owners = entry_owners(entry);
	uint32_t low = 0, high = entry->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (memcmp(&owners[middle].addr, &addr, sizeof(addr)) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct owner *entry_owner(struct entry *entry, uint32_t addr)
{
	uint32_t i = place(entry, addr);

	return i < entry->n && entry_owners(entry)[i].addr == addr ?
	       &entry_owners(entry)[i] : NULL;
}

static int more_room(struct entry *entry)
{
	uint32_t room = entry->room == 1 ? 4 : entry->room * 2;
	struct owner *many;

	many = realloc(entry->room == 1 ? NULL : entry->many, room * sizeof(*many));
	if (!many)
		return -ENOMEM;
	if (entry->room == 1)
		many[0] = entry->one;
	entry->many = many;
	entry->room = room;
	return 0;
}

static uint32_t sooner(uint32_t when, uint32_t expires)
{
	return expires && expires < when ? expires : when;
}

/* A sweep may have been where the owner is, or not */
static void will_expire(struct names *names, uint32_t expires)
{
	names->soonest = sooner(names->soonest, expires);
	names->soonest_swept = sooner(names->soonest_swept, expires);
}

int names_put_owner(struct names *names, struct entry *entry, const struct owner *owner)
{
	struct owner *owners;
	uint32_t i;

	will_expire(names, owner->expires);
	owners = entry_owner(entry, owner->addr);
	if (owners) {
		*owners = *owner;
		return 0;
	}
	if (names->owners >= names->max)
		return -ENOSPC;
	if (entry->n == entry->room && more_room(entry))
		return -ENOMEM;
	owners = entry_owners(entry);
	i = place(entry, owner->addr);
	memmove(&owners[i + 1], &owners[i], (entry->n - i) * sizeof(*owners));
	owners[i] = *owner;
	entry->n++;
	names->owners++;
	names->generation++;
	return 0;
}

void names_take_owner(struct names *names, struct entry *entry, struct owner *owner)
{
	uint32_t i = owner - entry_owners(entry);

	memmove(owner, owner + 1, (entry->n - i - 1) * sizeof(*owner));
	entry->n--;
	names->owners--;
	names->generation++;
}

static bool expired(const struct owner *owner, uint32_t now)
{
	return owner->expires && owner->expires <= now;
}

/* Backwards: what is dropped moves only those that were looked at */
static void drop_expired(struct names *names, struct entry *entry, uint32_t now)
{
	uint32_t i;

	for (i = entry->n; i-- > 0;)
		if (expired(&entry_owners(entry)[i], now))
			names_drop(names, entry, entry_owners(entry)[i].addr);
}

struct entry *names_find(struct names *names, const struct ns_name *name, uint32_t now)
{
	uint8_t key[NETBIOS_NAME_LEN + NS_SCOPE_WIRE_MAX];
	size_t len = make_key(names, key, name);
	struct entry *entry = find(names, key, len, hash(names, key, len));

	if (!entry)
		return NULL;
	/* Of long lists the sweep takes care */
	if (entry->n <= 4)
		drop_expired(names, entry, now);
	return entry->n ? entry : NULL;
}

int names_set(struct names *names, const struct ns_name *name, const struct owner *owner)
{
	enum change_kind kind = CHANGE_OTHER;
	struct owner new = *owner, *old;
	struct entry *entry;
	int err;

	err = names_room_for_change(names);
	if (err)
		return err;
	entry = names_add_entry(names, name);
	if (!entry)
		return -ENOMEM;
	old = entry_owner(entry, owner->addr);
	if (old) {
		new.id = old->id;
	} else {
		new.id = names_take_id(names);
		kind = CHANGE_NEW;
	}
	err = names_put_owner(names, entry, &new);
	if (!err)
		names_changed(names, entry, &new, kind);
	else if (kind == CHANGE_NEW)
		names_free_id(names, new.id);
	if (!entry->n && !entry->changes)
		names_forget(names, entry);
	return err;
}

void names_refresh(struct names *names, struct owner *owner, uint32_t expires)
{
	owner->expires = expires;
	owner->flags |= OWNER_UNSAVED;
	names->unsaved = true;
	will_expire(names, expires);
}

void names_drop(struct names *names, struct entry *entry, uint32_t addr)
{
	struct owner *owner = entry_owner(entry, addr);

	if (!owner || names_room_for_change(names))
		return;
	names_changed(names, entry, owner, CHANGE_GONE);
	names_take_owner(names, entry, owner);
}

void names_clear(struct names *names, struct entry *entry)
{
	uint32_t i;

	for (i = entry->n; i-- > 0;)
		names_drop(names, entry, entry_owners(entry)[i].addr);
}

static void sweep_entry(struct names *names, struct entry *entry, uint32_t now)
{
	struct owner *owner;
	uint32_t i;

	drop_expired(names, entry, now);
	for (i = 0; i < entry->n; i++) {
		owner = &entry_owners(entry)[i];
		names->soonest_swept = sooner(names->soonest_swept, owner->expires);
		if (!(owner->flags & OWNER_UNSAVED))
			continue;
		if (names_room_for_change(names))
			names->unsaved = true;
		else
			names_changed(names, entry, owner, CHANGE_OTHER);
	}
}

/* Most of the time there is nothing to be found, and nobody has to look */
static void begin_sweep(struct names *names, uint32_t now)
{
	names->idle = !names->unsaved && now < names->soonest;
	if (names->idle)
		return;
	names->unsaved = false;
	names->soonest_swept = UINT32_MAX;
	names->swept = 0;
}

void names_sweep(struct names *names, uint32_t now, unsigned int part)
{
	uint32_t chains = (names->mask + part) / part;
	struct entry *entry;

	if (!names->swept || names->idle)
		begin_sweep(names, now);
	for (; chains && names->swept <= names->mask; chains--, names->swept++)
		for (entry = names->idle ? NULL : names->table[names->swept]; entry;
		     entry = entry->next)
			sweep_entry(names, entry, now);
	if (names->swept <= names->mask)
		return;
	if (!names->idle)
		names->soonest = names->soonest_swept;
	names->swept = 0;
	names->clock = now;
	names->clock_unsaved = true;
}

void names_each(struct names *names, void (*fn)(void *data, struct entry *entry),
		void *data)
{
	struct entry *entry;
	uint32_t i;

	for (i = 0; i <= names->mask; i++)
		for (entry = names->table[i]; entry; entry = entry->next)
			if (entry->n)
				fn(data, entry);
}

unsigned int names_count(const struct names *names, unsigned int *owners)
{
	*owners = names->owners;
	return names->count;
}

uint32_t names_generation(const struct names *names)
{
	return names->generation;
}

uint32_t names_clock(const struct names *names)
{
	return names->clock;
}

void names_free(struct names *names)
{
	struct entry *entry;
	uint32_t i;

	if (!names)
		return;
	for (i = 0; names->table && i <= names->mask; i++) {
		while ((entry = names->table[i])) {
			names->table[i] = entry->next;
			if (entry->room > 1)
				free(entry->many);
			free(entry);
		}
	}
	free(names->table);
	free(names->changes);
	free(names->free_ids);
	free(names);
}

int names_new(struct names **result, struct store *store, const void *secret,
	      unsigned int max, bool exact)
{
	struct names *names = calloc(1, sizeof(*names));
	int err = -ENOMEM;

	if (!names)
		return err;
	names->store = store;
	names->max = max;
	names->exact = exact;
	names->clock = 1;
	names->next_id = 1;
	names->soonest = UINT32_MAX;
	memcpy(names->secret, secret, sizeof(names->secret));
	names->table = calloc(CHAINS_MIN, sizeof(*names->table));
	names->mask = CHAINS_MIN - 1;
	if (names->table)
		err = names_load(names);
	if (err) {
		names_free(names);
		return err;
	}
	*result = names;
	return 0;
}
