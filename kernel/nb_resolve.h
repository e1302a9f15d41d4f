/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NB_RESOLVE_H
#define _NB_RESOLVE_H

#include "nb_sock.h"

/*
 * Does the error of a search mean that no other node has the name? A group that
 * this node is in can then be called here (SS-040).
 */
static inline bool nb_resolve_found_nobody(int err)
{
	return err == -EHOSTUNREACH || err == -ENETDOWN || err == -ETIMEDOUT;
}

int nb_resolve_ask(struct nb_net *nn, const struct nb_key *key, kuid_t uid,
		   long *timeo, struct nb_addrs *addrs);
int nb_resolve_relay(struct nb_net *nn, const struct nb_key *key, __be32 nbdd,
		     int ifindex, kuid_t uid, long *timeo);
int nb_resolve(struct nb_sock *nsk, struct nb_resolve *val, long timeo);

#endif /* _NB_RESOLVE_H */
