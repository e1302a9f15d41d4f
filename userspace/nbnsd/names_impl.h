/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inside of names.h, for names.c and names_store.c.
 */
#ifndef NBNSD_NAMES_IMPL_H
#define NBNSD_NAMES_IMPL_H

#include "names.h"

/**
 * struct change - an owner whose record is not as the store has it
 * @entry: name
 * @addr: owner, there or not
 */
struct change {
	struct entry	*entry;
	uint32_t	addr;
};

struct names {
	struct store	*store;
	struct entry	**table;
	uint32_t	mask;
	uint64_t	secret[2];
	unsigned int	count;		/* entries in the table, gone ones too */
	unsigned int	owners;
	unsigned int	max;
	uint32_t	generation;
	uint32_t	clock;		/* as saved last */
	bool		clock_unsaved;
	uint32_t	swept;		/* next chain to sweep */
	struct change	*changes;
	size_t		n_changes;
	size_t		room_changes;
};

/* names.c */
struct entry *names_add_entry(struct names *names, const struct ns_name *name);
int names_put_owner(struct names *names, struct entry *entry, const struct owner *owner);
void names_take_owner(struct names *names, struct entry *entry, struct owner *owner);
void names_forget(struct names *names, struct entry *entry);

/* names_store.c */
int names_load(struct names *names);
int names_room_for_change(struct names *names);
void names_changed(struct names *names, struct entry *entry, uint32_t addr);

#endif /* NBNSD_NAMES_IMPL_H */
