/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NB_RELAY_H
#define _NB_RELAY_H

#include "nb_core.h"

/* Groups, each with a server, of which it is known how they are reached */
#define NB_RELAYS_MAX	64

/* How long nobody is asked again if there was no answer, seconds */
#define NB_RELAY_RETRY	15

/**
 * struct nb_relay - how datagrams to a group go by a server
 * @lock: protects what follows
 * @known: this one is in use
 * @relays: the server relays them, or nobody can tell; false: it refused
 * @nbdd: the server, 0: there is none
 * @name: NETBIOS_NAME_LEN octets
 * @scope: scope of @name; owns a reference
 * @expires: jiffies
 * @members: where they go to if it does not; may be incomplete, or empty
 */
struct nb_relay {
	spinlock_t		lock;	/* see above */
	bool			known;
	bool			relays;
	__be32			nbdd;
	u8			name[NETBIOS_NAME_LEN];
	struct nb_scope		*scope;
	unsigned long		expires;
	struct nb_addrs		members;
};

/**
 * struct nb_relays - all of them
 * @seed: of the hash
 * @slot: by the hash of server, name and scope; a newer one takes the place of
 *	an older one
 */
struct nb_relays {
	u32		seed;
	struct nb_relay	slot[NB_RELAYS_MAX];
};

int nb_relay_init(struct nb_net *nn);
void nb_relay_exit(struct nb_net *nn);
int nb_relay_find(struct nb_net *nn, const struct nb_key *key, __be32 nbdd,
		  struct nb_addrs *members);
void nb_relay_learn(struct nb_net *nn, const struct nb_key *key, __be32 nbdd,
		    const struct nb_addrs *members, u32 ttl);

#endif /* _NB_RELAY_H */
