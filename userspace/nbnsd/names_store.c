// SPDX-License-Identifier: GPL-2.0
/*
 * Names to records of the store and back. A record is an owner of a name:
 *
 *	key	name (16), labels of the scope, address (4)
 *	value	format (1), 0, NB_FLAGS (2), expiry (4)
 *
 * with numbers in the order of the network. One more, whose key is the octet
 * 'C', has the service clock as its value.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names_impl.h"
#include "service/log.h"

#define FORMAT		1
#define ADDR_LEN	4
#define VALUE_LEN	8
#define CLOCK_KEY	"C"
#define CLOCK_LEN	4
#define BATCH_MIN	64

struct record {
	uint8_t	key[NETBIOS_NAME_LEN + NS_SCOPE_WIRE_MAX + ADDR_LEN];
	uint8_t	value[VALUE_LEN];
};

static void set32(uint8_t *p, uint32_t value)
{
	p[0] = value >> 24;
	p[1] = value >> 16;
	p[2] = value >> 8;
	p[3] = value;
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

int names_room_for_change(struct names *names)
{
	size_t room = names->room_changes ? names->room_changes * 2 : BATCH_MIN;
	struct change *changes;

	if (names->n_changes < names->room_changes)
		return 0;
	changes = realloc(names->changes, room * sizeof(*changes));
	if (!changes)
		return -ENOMEM;
	names->changes = changes;
	names->room_changes = room;
	return 0;
}

/* After names_room_for_change() */
void names_changed(struct names *names, struct entry *entry, uint32_t addr)
{
	names->changes[names->n_changes++] = (struct change) {
		.entry = entry,
		.addr = addr,
	};
	entry->changes++;
}

static size_t make_key(uint8_t *key, const struct change *change)
{
	size_t len = NETBIOS_NAME_LEN + change->entry->scope_len;

	memcpy(key, change->entry->key, len);
	memcpy(key + len, &change->addr, ADDR_LEN);
	return len + ADDR_LEN;
}

static void make_value(uint8_t *value, const struct owner *owner)
{
	value[0] = FORMAT;
	value[1] = 0;
	value[2] = owner->flags >> 8;
	value[3] = 0;
	set32(value + 4, owner->expires);
}

static bool take_value(struct owner *owner, uint32_t addr, const uint8_t *value,
		       size_t len)
{
	if (len < VALUE_LEN || value[0] != FORMAT)
		return false;
	*owner = (struct owner) {
		.addr = addr,
		.flags = value[2] << 8 & (NS_GROUP | NS_ONT),
		.expires = get32(value + 4),
	};
	return true;
}

static void make_record(struct store_change *result, struct record *record,
			const struct change *change)
{
	struct owner *owner = entry_owner(change->entry, change->addr);

	result->key = record->key;
	result->key_len = make_key(record->key, change);
	result->value = NULL;
	result->value_len = 0;
	if (owner) {
		make_value(record->value, owner);
		result->value = record->value;
		result->value_len = VALUE_LEN;
	}
}

static int write_changes(struct names *names)
{
	struct store_change one, *out = &one;
	size_t n = names->n_changes, i;
	struct record *record = NULL;
	uint8_t clock[CLOCK_LEN];
	int err;

	if (n) {
		out = malloc((n + 1) * sizeof(*out));
		record = malloc(n * sizeof(*record));
		if (!out || !record) {
			free(out);
			free(record);
			return -ENOMEM;
		}
	}
	for (i = 0; i < n; i++)
		make_record(&out[i], &record[i], &names->changes[i]);
	if (names->clock_unsaved) {
		set32(clock, names->clock);
		out[n++] = (struct store_change) { CLOCK_KEY, 1, clock, CLOCK_LEN };
	}
	err = names->store->write(names->store, out, n);
	if (names->n_changes)
		free(out);
	free(record);
	return err;
}

/* What the store has is what others were told */
static void undo(struct names *names, const struct change *change)
{
	struct owner *now = entry_owner(change->entry, change->addr), before;
	uint8_t key[sizeof(((struct record *)NULL)->key)], value[VALUE_LEN];
	int len;

	len = names->store->read(names->store, key, make_key(key, change), value,
				 sizeof(value));
	if (len >= 0 && take_value(&before, change->addr, value, len)) {
		/* A refresh was no change that had to be saved */
		if (now && now->flags & OWNER_UNSAVED)
			return;
		names_put_owner(names, change->entry, &before);
	} else if (now && len == -ENOENT) {
		names_take_owner(names, change->entry, now);
	}
}

static void settle(struct names *names, int err)
{
	struct change *change = names->changes, *end = change + names->n_changes;
	struct owner *owner;

	for (; change < end; change++) {
		if (err) {
			undo(names, change);
		} else {
			owner = entry_owner(change->entry, change->addr);
			if (owner)
				owner->flags &= ~OWNER_UNSAVED;
		}
		if (!--change->entry->changes && !change->entry->n)
			names_forget(names, change->entry);
	}
	names->n_changes = 0;
}

bool names_pending(const struct names *names)
{
	return names->n_changes || names->clock_unsaved;
}

int names_commit(struct names *names)
{
	int err;

	if (!names_pending(names))
		return 0;
	err = write_changes(names);
	names->clock_unsaved = false;
	settle(names, err);
	return err;
}

/* Labels that fill the scope exactly, none of them empty or too long */
static bool good_scope(const uint8_t *scope, size_t len)
{
	size_t at = 0;

	while (at < len) {
		if (!scope[at] || scope[at] > 63)
			return false;
		at += 1 + scope[at];
	}
	return at == len;
}

static int load_one(void *data, const void *key, size_t key_len, const void *value,
		    size_t value_len)
{
	size_t scope_len = key_len - NETBIOS_NAME_LEN - ADDR_LEN;
	struct names *names = data;
	const uint8_t *p = key;
	struct ns_name name;
	struct entry *entry;
	struct owner owner;
	uint32_t addr;

	if (key_len == 1 && p[0] == CLOCK_KEY[0] && value_len == CLOCK_LEN) {
		names->clock = get32(value);
		return 0;
	}
	if (key_len < NETBIOS_NAME_LEN + ADDR_LEN || scope_len > NS_SCOPE_WIRE_MAX ||
	    !good_scope(p + NETBIOS_NAME_LEN, scope_len))
		return -EBADMSG;
	memcpy(name.octets, p, NETBIOS_NAME_LEN);
	memcpy(name.scope, p + NETBIOS_NAME_LEN, scope_len);
	name.scope_len = scope_len;
	memcpy(&addr, p + key_len - ADDR_LEN, ADDR_LEN);
	if (!take_value(&owner, addr, value, value_len))
		return -EBADMSG;
	entry = names_add_entry(names, &name);
	if (!entry)
		return -ENOMEM;
	return names_put_owner(names, entry, &owner);
}

int names_load(struct names *names)
{
	int err = names->store->load(names->store, load_one, names);

	if (err == -ENOSPC)
		log_error("more owners of names in the database than \"max-owners\"");
	else if (err == -EBADMSG)
		log_error("a record of the database is none of this program");
	return err;
}
