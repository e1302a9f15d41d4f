/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NB_NET_H
#define _NB_NET_H

#include "nb_core.h"

struct netlink_ext_ack;

int nb_net_configure(struct nb_net *nn, const struct nb_settings *to,
		     struct nb_scope *scope, struct netlink_ext_ack *extack);
struct nb_sock *nb_net_next_sock(struct nb_net *nn, struct nb_sock *prev);

#endif /* _NB_NET_H */
