/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names that nbnsd serves: a hash table in memory, which answers, and a
 * store, which survives. Changes are made in memory at once and gathered for
 * names_commit(); nobody may be told of a change before that.
 *
 * Times are seconds of a service clock that stands still while nbnsd does not
 * run: nobody can refresh a name then. An owner is one record of the store, so
 * that a group of thousands costs its next member no more than its first.
 */
#ifndef NBNSD_NAMES_H
#define NBNSD_NAMES_H

#include <wire/ns_packet.h>

#include "store.h"

/* Beside the bits of NB_FLAGS in struct owner: the store has an older expiry */
#define OWNER_UNSAVED	0x0001

/**
 * struct owner - an address that a name has
 * @addr: IPv4, network order
 * @expires: service clock; 0: never
 * @id: record of the store, set by names.h
 * @flags: NS_GROUP, NS_ONT; OWNER_UNSAVED
 */
struct owner {
	uint32_t	addr;
	uint32_t	expires;
	uint32_t	id;
	uint16_t	flags;
};

/**
 * struct entry - a name
 * @next: in its chain
 * @hash: of @key
 * @n: owners, in the order of addresses (memcmp); 0: gone, not yet committed
 * @room: owners that there is room for
 * @changes: entries of the list of changes that point here
 * @scope_len: octets of @key behind the name
 * @one: the owner if there is room for one
 * @many: the owners if there is room for more
 * @key: NETBIOS_NAME_LEN octets, and the scope as in struct ns_name, in lower
 *	case if case does not count
 */
struct entry {
	struct entry	*next;
	uint32_t	hash;
	uint32_t	n;
	uint32_t	room;
	uint32_t	changes;
	union {
		struct owner	one;
		struct owner	*many;
	};
	uint8_t		scope_len;
	uint8_t		key[];
};

struct names;

/**
 * names_new() - what a store has
 * @result: the names
 * @store: stays the caller's
 * @secret: 16 unpredictable octets, the key of the hash
 * @max: owners that there may be, of all names
 * @exact: scopes are compared with case
 *
 * Return: 0 or a negative errno.
 */
int names_new(struct names **result, struct store *store, const void *secret,
	      unsigned int max, bool exact);

/**
 * names_free() - forget all; the store stays as it is
 * @names: names, or NULL
 */
void names_free(struct names *names);

/**
 * names_clock() - the service clock as it was saved last
 * @names: names
 *
 * Return: seconds; 1 in a new store.
 */
uint32_t names_clock(const struct names *names);

/**
 * names_find() - look a name up
 * @names: names
 * @name: name and scope
 * @now: owners that have expired by then are dropped
 *
 * Return: an entry with an owner, or NULL. Good until names_commit().
 */
struct entry *names_find(struct names *names, const struct ns_name *name, uint32_t now);

/**
 * entry_owners() - the owners of a name
 * @entry: name
 *
 * Return: @entry->n of them.
 */
static inline struct owner *entry_owners(struct entry *entry)
{
	return entry->room == 1 ? &entry->one : entry->many;
}

/**
 * entry_owner() - one of the owners of a name
 * @entry: name
 * @addr: its address
 *
 * Return: the owner or NULL.
 */
struct owner *entry_owner(struct entry *entry, uint32_t addr);

/**
 * entry_is_group() - is it a group name?
 * @entry: with an owner
 */
static inline bool entry_is_group(struct entry *entry)
{
	return entry_owners(entry)->flags & NS_GROUP;
}

/**
 * names_set() - give a name an owner, or an owner other flags and expiry
 * @names: names
 * @name: name and scope
 * @owner: the owner
 *
 * Return: 0, -ENOMEM, -ENOSPC if there are too many owners.
 */
int names_set(struct names *names, const struct ns_name *name, const struct owner *owner);

/**
 * names_refresh() - another expiry; the store has it some time later
 * @names: names
 * @owner: of an entry
 * @expires: service clock
 */
void names_refresh(struct names *names, struct owner *owner, uint32_t expires);

/**
 * names_drop() - take an owner from a name
 * @names: names
 * @entry: name
 * @addr: the address; nothing happens if it has no such owner
 */
void names_drop(struct names *names, struct entry *entry, uint32_t addr);

/**
 * names_clear() - take all owners from a name
 * @names: names
 * @entry: name
 */
void names_clear(struct names *names, struct entry *entry);

/**
 * names_pending() - is there anything to commit?
 * @names: names
 */
bool names_pending(const struct names *names);

/**
 * names_commit() - make what was changed survive, or undo it
 * @names: names
 *
 * Return: 0, or a negative errno: the changes are undone.
 */
int names_commit(struct names *names);

/**
 * names_sweep() - drop what has expired, save what was refreshed
 * @names: names
 * @now: service clock
 * @part: look at one of so many parts of the table, the next one each time;
 *	after the last one the clock is saved
 *
 * To be followed by names_commit().
 */
void names_sweep(struct names *names, uint32_t now, unsigned int part);

/**
 * names_each() - call a function for all names that have an owner
 * @names: names
 * @fn: function
 * @data: for @fn
 */
void names_each(struct names *names, void (*fn)(void *data, struct entry *entry),
		void *data);

/**
 * names_count() - how many there are
 * @names: names
 * @owners: result, their owners
 *
 * Return: names.
 */
unsigned int names_count(const struct names *names, unsigned int *owners);

/**
 * names_generation() - a number that is another one whenever owners were added
 *	or dropped
 * @names: names
 */
uint32_t names_generation(const struct names *names);

#endif /* NBNSD_NAMES_H */
