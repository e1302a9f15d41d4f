// SPDX-License-Identifier: GPL-2.0
/*
 * Names to records of the store and back. A record is an owner of a name:
 *
 *	format (1), 0 (1), NB_FLAGS (2), expiry (4), address (4), name (16),
 *	labels of the scope
 *
 * with numbers in the order of the network. Record 0 has the service clock.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names_impl.h"
#include "service/log.h"

#define FORMAT		1
#define ADDR_LEN	4
#define FIXED_LEN	12	/* in front of the name */
#define VALUE_MAX	(FIXED_LEN + NETBIOS_NAME_LEN + NS_SCOPE_WIRE_MAX)
#define CLOCK_ID	0
#define CLOCK_LEN	4
#define BATCH_MIN	64

struct record {
	uint8_t	value[VALUE_MAX];
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
void names_changed(struct names *names, struct entry *entry, const struct owner *owner,
		   enum change_kind kind)
{
	names->changes[names->n_changes++] = (struct change) {
		.entry = entry,
		.addr = owner->addr,
		.id = owner->id,
		.kind = kind,
	};
	entry->changes++;
}

uint32_t names_take_id(struct names *names)
{
	return names->n_free_ids ? names->free_ids[--names->n_free_ids] : names->next_id++;
}

/* Without memory the number stays unused until the next start */
void names_free_id(struct names *names, uint32_t id)
{
	size_t room = names->room_free_ids ? names->room_free_ids * 2 : BATCH_MIN;
	uint32_t *ids;

	if (names->n_free_ids == names->room_free_ids) {
		ids = realloc(names->free_ids, room * sizeof(*ids));
		if (!ids)
			return;
		names->free_ids = ids;
		names->room_free_ids = room;
	}
	names->free_ids[names->n_free_ids++] = id;
}

/* The owner that the record is about, if it is still there */
static struct owner *owner_of(const struct change *change)
{
	struct owner *owner = entry_owner(change->entry, change->addr);

	return owner && owner->id == change->id ? owner : NULL;
}

static size_t make_value(uint8_t *value, const struct entry *entry,
			 const struct owner *owner)
{
	size_t len = NETBIOS_NAME_LEN + entry->scope_len;

	value[0] = FORMAT;
	value[1] = 0;
	value[2] = owner->flags >> 8;
	value[3] = 0;
	set32(value + 4, owner->expires);
	memcpy(value + 8, &owner->addr, ADDR_LEN);
	memcpy(value + FIXED_LEN, entry->key, len);
	return FIXED_LEN + len;
}

static bool take_value(struct owner *owner, uint32_t id, const uint8_t *value, size_t len)
{
	if (len < FIXED_LEN + NETBIOS_NAME_LEN || len > VALUE_MAX || value[0] != FORMAT)
		return false;
	*owner = (struct owner) {
		.id = id,
		.flags = value[2] << 8 & (NS_GROUP | NS_ONT),
		.expires = get32(value + 4),
	};
	memcpy(&owner->addr, value + 8, ADDR_LEN);
	return true;
}

static void make_record(struct store_change *result, struct record *record,
			const struct change *change)
{
	const struct owner *owner = owner_of(change);

	*result = (struct store_change) { .id = change->id };
	if (owner) {
		result->value = record->value;
		result->value_len = make_value(record->value, change->entry, owner);
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
		out[n++] = (struct store_change) { CLOCK_ID, clock, CLOCK_LEN };
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
	struct owner *now = owner_of(change), before;
	uint8_t value[VALUE_MAX];
	int len;

	len = names->store->read(names->store, change->id, value, sizeof(value));
	if (len >= 0 && take_value(&before, change->id, value, len)) {
		/* A refresh was no change that had to be saved */
		if (!now || !(now->flags & OWNER_UNSAVED))
			names_put_owner(names, change->entry, &before);
		return;
	}
	if (now)
		names_take_owner(names, change->entry, now);
	if (change->kind == CHANGE_NEW)
		names_free_id(names, change->id);
}

static void settled(struct names *names, const struct change *change)
{
	struct owner *owner = owner_of(change);

	if (owner)
		owner->flags &= ~OWNER_UNSAVED;
	if (change->kind == CHANGE_GONE)
		names_free_id(names, change->id);
}

/* Backwards: what an undone change had made of another is undone first */
static void settle(struct names *names, int err)
{
	struct change *change;
	size_t i;

	for (i = names->n_changes; i-- > 0;) {
		change = &names->changes[i];
		if (err)
			undo(names, change);
		else
			settled(names, change);
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
	if (err)
		names->unsaved = true;	/* what was refreshed is in memory only */
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

static int load_owner(struct names *names, uint32_t id, const uint8_t *value, size_t len)
{
	struct ns_name name;
	struct entry *entry;
	struct owner owner;

	if (!take_value(&owner, id, value, len))
		return -EBADMSG;
	memcpy(name.octets, value + FIXED_LEN, NETBIOS_NAME_LEN);
	name.scope_len = len - FIXED_LEN - NETBIOS_NAME_LEN;
	memcpy(name.scope, value + FIXED_LEN + NETBIOS_NAME_LEN, name.scope_len);
	if (!good_scope(name.scope, name.scope_len))
		return -EBADMSG;
	entry = names_add_entry(names, &name);
	if (!entry)
		return -ENOMEM;
	return names_put_owner(names, entry, &owner);
}

struct loading {
	struct names	*names;
	unsigned int	damaged;
};

/*
 * Numbers come in their order: those between are free, and so are those of
 * records that say nothing any more.
 */
static int load_one(void *data, uint32_t id, const void *value, size_t len)
{
	struct loading *loading = data;
	struct names *names = loading->names;
	int err;

	if (id == CLOCK_ID) {
		if (len != CLOCK_LEN)
			return -EBADMSG;
		names->clock = get32(value);
		return 0;
	}
	if (id < names->next_id)
		return -EBADMSG;
	while (names->next_id < id && id - names->next_id <= names->max)
		names_free_id(names, names->next_id++);
	names->next_id = id + 1;
	err = load_owner(names, id, value, len);
	if (err != -EBADMSG)
		return err;
	loading->damaged++;
	names_free_id(names, id);
	return 0;
}

int names_load(struct names *names)
{
	struct loading loading = { names, 0 };
	int err = names->store->load(names->store, load_one, &loading);

	/* if there is nothing else, it is the database of somebody else */
	if (!err && loading.damaged && !names->owners)
		err = -EBADMSG;
	if (err == -ENOSPC)
		log_error("more owners of names in the database than \"max-owners\"");
	else if (err == -EBADMSG)
		log_error("the records of the database are none of this program");
	else if (loading.damaged)
		log_error("%u records of the database are damaged: their owners will have to register again",
			  loading.damaged);
	return err;
}
