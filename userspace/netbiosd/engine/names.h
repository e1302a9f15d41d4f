/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netbiosd: the local names, and what the network knows of each on each adapter.
 */
#ifndef _NETBIOSD_NAMES_H
#define _NETBIOSD_NAMES_H

#include <stdbool.h>
#include <stdint.h>
#include <wire/ns_packet.h>
#include "../engine.h"
#include "memory.h"
#include "timer.h"

struct adapter;
struct claim;
struct leg;
struct name;
struct nbd_engine;

/**
 * struct scope - a scope that names have, or had
 * @next: list of all
 * @text: dotted
 * @name: its labels, in the form of a name without octets
 * @names: names in it
 */
struct scope {
	struct scope	*next;
	char		text[NETBIOS_SCOPE_MAX + 1];
	struct ns_name	name;
	struct name	*names;
};

/**
 * enum reg_state - how far a name is on one adapter
 * @REG_UNCLAIMED: the network has not been asked
 * @REG_BROADCAST: claimed by broadcast, and that is all there is to do
 * @REG_PROVISIONAL: the same, but a name server has still to be asked
 * @REG_SERVER: a name server has it
 * @REG_LEFT: the network still believes it, but the adapter has left, or has
 *	another address, type or server (leave.c)
 */
enum reg_state {
	REG_UNCLAIMED,
	REG_BROADCAST,
	REG_PROVISIONAL,
	REG_SERVER,
	REG_LEFT,
};

/**
 * struct reg - a name on an adapter. There may be many; keep it small.
 * @next: of the same name
 * @name: whose
 * @leg: procedure that runs, or NULL
 * @timer: when something is due: a claim, a refresh. On the background heap.
 * @ttl: lifetime granted, s, 0 infinite
 * @nbns: server that has it
 * @slot: adapter
 * @state: enum reg_state
 */
struct reg {
	struct reg	*next;
	struct name	*name;
	struct leg	*leg;
	struct timer	timer;
	uint32_t	ttl;
	uint32_t	nbns;
	uint8_t		slot;
	uint8_t		state;
};

/* What is left of 32 bits */
#define NAME_CHANGED_BITS	27

/**
 * struct name - a local name. There may be many; keep it small.
 * @hash_next: same bucket
 * @prev: in the list of its scope
 * @next: in the list of its scope
 * @scope: of the name
 * @claim: claim that the kernel waits for, or NULL
 * @regs: where it is claimed
 * @octets: the 16
 * @ifindex: adapter, 0 for all
 * @changed: when we told the kernel of a state, the low bits of s
 * @state: enum netbios_name_state
 * @group: it is a group name
 * @release_due: strict H node: to be released when a server is back
 */
struct name {
	struct name	*hash_next;
	struct name	*prev, *next;
	struct scope	*scope;
	struct claim	*claim;
	struct reg	*regs;
	uint8_t		octets[NETBIOS_NAME_LEN];
	int		ifindex;
	uint32_t	changed : NAME_CHANGED_BITS;
	uint32_t	state : 3;
	uint32_t	group : 1;
	uint32_t	release_due : 1;
};

/**
 * struct names - the table
 */
struct names {
	struct name	**bucket;
	uint32_t	buckets;	/* a power of two */
	uint32_t	n;
	uint64_t	seed[2];
	struct scope	*scopes;
	struct pool	pool;		/* of names */
	struct pool	reg_pool;
};

void names_init(struct nbd_engine *e);
void names_free(struct nbd_engine *e);
struct scope *scope_find(struct nbd_engine *e, const struct ns_name *name);
struct name *name_find(struct nbd_engine *e, const struct ns_name *name);
struct name *name_new(struct nbd_engine *e, const struct ns_name *name, const char *scope);
void name_free(struct nbd_engine *e, struct name *name);
void name_wire(const struct name *name, struct ns_name *wire);
struct nbd_key name_key(const struct name *name);
bool name_held(const struct name *name);
bool name_granted(const struct name *name);
bool name_on(const struct name *name, const struct adapter *a);
void name_state(struct nbd_engine *e, struct name *name, enum netbios_name_state state);
void name_settle(struct nbd_engine *e, struct name *name);
struct reg *reg_find(const struct name *name, const struct adapter *a);
struct reg *reg_get(struct name *name, struct adapter *a);
void reg_free(struct nbd_engine *e, struct reg *reg);
void name_forget_regs(struct nbd_engine *e, struct name *name);
void names_on_adapter(struct adapter *a,
		      void (*fn)(struct adapter *a, struct name *name, const void *data),
		      const void *data);
struct name *names_unique(struct nbd_engine *e, const struct adapter *a);

#endif /* _NETBIOSD_NAMES_H */
