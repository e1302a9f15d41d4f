/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NB_RESOLVE_H
#define _NB_RESOLVE_H

#include "nb_sock.h"

int nb_resolve_ask(struct nb_net *nn, const struct nb_key *key, long timeo,
		   struct nb_addrs *addrs);
int nb_resolve_relay(struct nb_net *nn, const struct nb_key *key, __be32 nbdd,
		     int ifindex, long timeo);
int nb_resolve(struct nb_sock *nsk, struct nb_resolve *val, long timeo);

#endif /* _NB_RESOLVE_H */
