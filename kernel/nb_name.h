/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NB_NAME_H
#define _NB_NAME_H

#include "nb_core.h"

/**
 * struct nb_name_spec - what a new local name shall be
 * @group: group name
 * @permanent: stays without a socket that holds it
 * @any_owner: every permitted user may share it
 * @owner: who may share it otherwise
 * @ifindex: adapter that it is held on, 0 for all
 * @state: enum netbios_name_state; NETBIOS_NAME_STATE_CLAIMING has the helper
 *	claim it
 */
struct nb_name_spec {
	bool	group;
	bool	permanent;
	bool	any_owner;
	kuid_t	owner;
	int	ifindex;
	u8	state;
};

struct netlink_ext_ack;

/* nb_name.c: the table; "held" is with nb_name.lock held */
struct nb_name *nb_name_new(struct nb_net *nn, const struct nb_key *key,
			    const struct nb_name_spec *spec);
int nb_name_insert_held(struct nb_name *name);
void nb_name_remove_held(struct nb_name *name, int err);
void nb_name_replace_held(struct nb_name *name);
void nb_name_state_held(struct nb_name *name, u8 state, int err);
void nb_name_key(const struct nb_name *name, struct nb_key *key);

/*
 * Is a name this node's, for what comes in by an adapter, or from this node
 * itself (0)? In conflict, being released or not yet ours is not (SS-017).
 */
static inline bool nb_name_held_at(const struct nb_name *name, int ifindex)
{
	int state = READ_ONCE(name->state);

	if (ifindex && name->ifindex && name->ifindex != ifindex)
		return false;
	return state == NETBIOS_NAME_STATE_REGISTERED ||
	       state == NETBIOS_NAME_STATE_PROVISIONAL;
}

/* nb_name_hold.c: which sockets hold it */
void nb_name_unused_held(struct nb_name *name);

/* nb_name_op.c: what the helper does for a name */
int nb_name_claim_held(struct nb_name *name);
void nb_name_release_held(struct nb_name *name);
bool nb_name_stop_held(struct nb_name *name, bool *taken);
void nb_name_release_pending(struct nb_net *nn);
void nb_name_expire(struct work_struct *work);

/* nb_name_admin.c: what the administrator and the helper do to it */
int nb_name_add(struct nb_net *nn, const struct nb_key *key,
		const struct nb_name_spec *spec,
		struct netlink_ext_ack *extack);
int nb_name_delete(struct nb_net *nn, const struct nb_key *key, bool by_helper,
		   struct netlink_ext_ack *extack);
int nb_name_set(struct nb_net *nn, const struct nb_key *key, int state,
		int permanent, struct netlink_ext_ack *extack);

#endif /* _NB_NAME_H */
