/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NB_NETLINK_H
#define _NB_NETLINK_H

#include <linux/netlink.h>
#include <net/genetlink.h>

#include "nb_core.h"

enum {
	NB_MCGRP_EVENT,
	NB_MCGRP_UPCALL,
	NB_MCGRP_NBDD,
};

/**
 * struct nb_nl_key - the name that a request is about
 * @key: points to @scope and into the message
 * @scope: its scope; owns a reference
 */
struct nb_nl_key {
	struct nb_key	key;
	struct nb_scope	*scope;
};

extern struct genl_family nb_genl_family;

/* nb_netlink.c */
void nb_event_work(struct nb_net *nn, u8 cmd, u64 id);
void nb_nl_event(struct nb_net *nn, struct sk_buff *skb, int group, gfp_t gfp);
bool nb_nl_watched(struct nb_net *nn, int group);
int nb_nl_scope(struct nb_net *nn, const struct nlattr *attr,
		struct nb_scope **scope, struct netlink_ext_ack *extack);
int nb_nl_key(struct genl_info *info, int name, int scope,
	      struct nb_nl_key *key);
void nb_nl_key_put(struct nb_nl_key *key);
int nb_nl_put_scope(struct sk_buff *skb, int attr, const u8 *labels, u8 len);
int nb_nl_put_addrs(struct sk_buff *skb, int attr,
		    const struct nb_addrs *addrs);
int nb_nl_get_addrs(struct genl_info *info, int attr, struct nb_addrs *addrs);
int nb_nl_walk_start(struct netlink_callback *cb, struct rhashtable *table);
int nb_nl_walk(struct sk_buff *skb, struct netlink_callback *cb,
	       int (*fill)(struct sk_buff *skb, struct netlink_callback *cb,
			   void *obj));
int nb_nl_walk_done(struct netlink_callback *cb);

/* nb_nl_adapter.c */
int nb_nl_adapter(struct genl_info *info);

/* nb_nl_report.c */
int nb_nl_check_helper(struct genl_info *info);

/* nb_nl_name.c, nb_nl_cache.c, nb_nl_session.c: around their dumps */
int nb_nl_name_start(struct netlink_callback *cb);
int nb_nl_cache_start(struct netlink_callback *cb);
int nb_nl_session_done(struct netlink_callback *cb);

/* A message that lives as long as the module; those of macros are constants. */
static inline void nb_extack_set(struct netlink_ext_ack *extack,
				 const char *msg)
{
	if (extack)
		extack->_msg = msg;
}

/* uids and gids are told as the reader's user namespace knows them */
static inline struct user_namespace *nb_nl_user_ns(const struct sk_buff *skb)
{
	return sk_user_ns(NETLINK_CB(skb).sk);
}

#endif /* _NB_NETLINK_H */
