/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inside of names.h, for names.c and names_store.c.
 */
#ifndef NBNSD_NAMES_IMPL_H
#define NBNSD_NAMES_IMPL_H

#include "names.h"

/**
 * enum change_kind - what became of an owner
 * @CHANGE_NEW: its record was free
 * @CHANGE_OTHER: there is a record, with other content
 * @CHANGE_GONE: its record will be free
 */
enum change_kind {
	CHANGE_NEW,
	CHANGE_OTHER,
	CHANGE_GONE,
};

/**
 * struct change - an owner whose record is not as the store has it
 * @entry: name
 * @addr: owner, there or not
 * @id: record
 * @kind: see above
 */
struct change {
	struct entry		*entry;
	uint32_t		addr;
	uint32_t		id;
	enum change_kind	kind;
};

struct names {
	struct store	*store;
	struct entry	**table;
	uint32_t	mask;
	uint64_t	secret[2];
	bool		exact;
	unsigned int	count;		/* entries in the table, gone ones too */
	unsigned int	owners;
	unsigned int	max;
	uint32_t	generation;
	uint32_t	clock;		/* as saved last */
	bool		clock_unsaved;
	uint32_t	swept;		/* next chain to sweep */
	bool		idle;		/* ... without looking at it */
	bool		unsaved;	/* there may be an OWNER_UNSAVED */
	uint32_t	soonest;	/* no owner expires before that */
	uint32_t	soonest_swept;	/* ... of those that were looked at */
	struct change	*changes;
	size_t		n_changes;
	size_t		room_changes;
	uint32_t	next_id;	/* above all that are in use */
	uint32_t	*free_ids;	/* below it */
	size_t		n_free_ids;
	size_t		room_free_ids;
};

/* names.c */
struct entry *names_add_entry(struct names *names, const struct ns_name *name);
int names_put_owner(struct names *names, struct entry *entry, const struct owner *owner);
void names_take_owner(struct names *names, struct entry *entry, struct owner *owner);
void names_forget(struct names *names, struct entry *entry);

/* names_store.c */
int names_load(struct names *names);
int names_room_for_change(struct names *names);
void names_changed(struct names *names, struct entry *entry, const struct owner *owner,
		   enum change_kind kind);
uint32_t names_take_id(struct names *names);
void names_free_id(struct names *names, uint32_t id);

#endif /* NBNSD_NAMES_IMPL_H */
