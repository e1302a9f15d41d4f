// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: local names.
 */
#include "nb_genl.h"
#include "nb_name.h"
#include "nb_netlink.h"
#include "nb_sock.h"

static u32 count_listeners(const struct nb_name *name)
{
	const struct nb_sock *nsk;
	u32 n = 0;

	list_for_each_entry(nsk, &name->socks, name_node)
		if (READ_ONCE(nsk->sk.sk_state) == TCP_LISTEN)
			n++;
	return n;
}

static int put_name(struct sk_buff *skb, const struct nb_name *name, u8 state,
		    int err, struct user_namespace *ns)
{
	const struct nb_scope *scope = name->scope;

	lockdep_assert_held(&name->lock);
	if (nla_put(skb, NETBIOS_A_NAME_NAME, NETBIOS_NAME_LEN, name->name) ||
	    nb_nl_put_scope(skb, NETBIOS_A_NAME_SCOPE,
			    scope ? scope->labels : NULL,
			    scope ? scope->len : 0) ||
	    nla_put_u8(skb, NETBIOS_A_NAME_GROUP, name->group) ||
	    nla_put_u32(skb, NETBIOS_A_NAME_STATE, state) ||
	    nla_put_u8(skb, NETBIOS_A_NAME_PERMANENT, name->permanent) ||
	    nla_put_u32(skb, NETBIOS_A_NAME_SOCKETS, name->holders) ||
	    nla_put_u32(skb, NETBIOS_A_NAME_LISTENERS, count_listeners(name)))
		return -EMSGSIZE;
	if (!name->any_owner &&
	    nla_put_u32(skb, NETBIOS_A_NAME_OWNER,
			from_kuid_munged(ns, name->owner)))
		return -EMSGSIZE;
	if (name->ifindex &&
	    nla_put_u32(skb, NETBIOS_A_NAME_IFINDEX, name->ifindex))
		return -EMSGSIZE;
	if (err && nla_put_u32(skb, NETBIOS_A_NAME_ERROR, -err))
		return -EMSGSIZE;
	return 0;
}

/**
 * nb_event_name() - tell that the state of a local name changed
 * @name: entry
 * @state: its state now
 * @err: why, 0 or a negative errno
 *
 * Context: any; @name->lock is held.
 */
void nb_event_name(struct nb_name *name, u8 state, int err)
{
	struct sk_buff *skb;
	void *hdr;

	if (!nb_nl_watched(name->nn, NB_MCGRP_EVENT))
		return;
	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_ATOMIC);
	if (!skb)
		goto send;
	hdr = genlmsg_put(skb, 0, 0, &nb_genl_family, 0,
			  NETBIOS_CMD_NAME_EVENT);
	if (WARN_ON_ONCE(!hdr || put_name(skb, name, state, err,
					  name->nn->net->user_ns))) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
send:
	nb_nl_event(name->nn, skb, NB_MCGRP_EVENT, GFP_ATOMIC);
}

static int fill_name(struct sk_buff *skb, struct nb_name *name, u32 portid,
		     u32 seq, int flags, struct user_namespace *ns)
{
	int err = -EMSGSIZE;
	void *hdr;

	hdr = genlmsg_put(skb, portid, seq, &nb_genl_family, flags,
			  NETBIOS_CMD_NAME_GET);
	if (!hdr)
		return -EMSGSIZE;
	spin_lock_bh(&name->lock);
	if (name->state == NETBIOS_NAME_STATE_GONE)
		err = -ENOENT;
	else
		err = put_name(skb, name, name->state, 0, ns);
	spin_unlock_bh(&name->lock);
	if (err)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return err;
}

int netbios_nl_name_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_net *nn = nb_net(genl_info_net(info));
	struct nb_nl_key key;
	struct nb_name *name;
	struct sk_buff *reply;
	int err;

	err = nb_nl_key(info, NETBIOS_A_NAME_NAME, NETBIOS_A_NAME_SCOPE, &key);
	if (err)
		return err;
	name = nb_name_find(nn, &key.key);
	nb_nl_key_put(&key);
	if (!name) {
		NL_SET_ERR_MSG(info->extack, "The name is not in the table");
		return -ENOENT;
	}
	err = -ENOMEM;
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (reply)
		err = fill_name(reply, name, info->snd_portid, info->snd_seq,
				0, nb_nl_user_ns(skb));
	nb_name_put(name);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return genlmsg_reply(reply, info);
}

/**
 * nb_nl_name_start() - begin a dump of the local names
 * @cb: dump
 *
 * Context: process, may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int nb_nl_name_start(struct netlink_callback *cb)
{
	return nb_nl_walk_start(cb, &nb_net(sock_net(cb->skb->sk))->names);
}

static int dump_one(struct sk_buff *skb, struct netlink_callback *cb,
		    void *obj)
{
	int err = fill_name(skb, obj, NETLINK_CB(cb->skb).portid,
			    cb->nlh->nlmsg_seq, NLM_F_MULTI,
			    nb_nl_user_ns(cb->skb));

	return err == -ENOENT ? 0 : err;
}

int netbios_nl_name_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb)
{
	return nb_nl_walk(skb, cb, dump_one);
}

/* On an adapter that is not there a name would be held for nobody. */
static int get_ifindex(struct genl_info *info, int *ifindex)
{
	const struct nlattr *attr = info->attrs[NETBIOS_A_NAME_IFINDEX];
	bool there;

	*ifindex = attr ? nla_get_u32(attr) : 0;
	if (!*ifindex)
		return 0;
	rcu_read_lock();
	there = dev_get_by_index_rcu(genl_info_net(info), *ifindex);
	rcu_read_unlock();
	if (there)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr, "No such adapter");
	return -ENODEV;
}

static int get_spec(struct sk_buff *skb, struct genl_info *info,
		    struct nb_name_spec *spec)
{
	struct nlattr **attrs = info->attrs;

	*spec = (struct nb_name_spec) {
		.any_owner	= !attrs[NETBIOS_A_NAME_OWNER],
		.owner		= INVALID_UID,
		.state		= NETBIOS_NAME_STATE_CLAIMING,
	};
	if (attrs[NETBIOS_A_NAME_GROUP])
		spec->group = nla_get_u8(attrs[NETBIOS_A_NAME_GROUP]);
	if (attrs[NETBIOS_A_NAME_PERMANENT])
		spec->permanent = nla_get_u8(attrs[NETBIOS_A_NAME_PERMANENT]);
	if (attrs[NETBIOS_A_NAME_OWNER]) {
		spec->owner = make_kuid(nb_nl_user_ns(skb),
					nla_get_u32(attrs[NETBIOS_A_NAME_OWNER]));
		if (!uid_valid(spec->owner)) {
			NL_SET_ERR_MSG_ATTR(info->extack,
					    attrs[NETBIOS_A_NAME_OWNER],
					    "Not a user of this user namespace");
			return -EINVAL;
		}
	}
	return get_ifindex(info, &spec->ifindex);
}

/* The states that one may set: the others are the kernel's own. */
static int get_state(struct genl_info *info, int none)
{
	const struct nlattr *attr = info->attrs[NETBIOS_A_NAME_STATE];

	if (!attr)
		return none;
	switch (nla_get_u32(attr)) {
	case NETBIOS_NAME_STATE_REGISTERED:
	case NETBIOS_NAME_STATE_PROVISIONAL:
	case NETBIOS_NAME_STATE_CONFLICT:
		return nla_get_u32(attr);
	default:
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "Only registered, provisional and conflict can be set");
		return -EINVAL;
	}
}

int netbios_nl_name_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_net *nn = nb_net(genl_info_net(info));
	struct nb_name_spec spec;
	struct nb_nl_key key;
	int state, err;

	/* With nobody to claim it, the word of the administrator decides. */
	state = get_state(info, READ_ONCE(nn->helper_portid) ?
				NETBIOS_NAME_STATE_CLAIMING :
				NETBIOS_NAME_STATE_REGISTERED);
	if (state < 0)
		return state;
	err = get_spec(skb, info, &spec);
	if (err)
		return err;
	spec.state = state;
	err = nb_nl_key(info, NETBIOS_A_NAME_NAME, NETBIOS_A_NAME_SCOPE, &key);
	if (err)
		return err;
	err = nb_name_add(nn, &key.key, &spec, info->extack);
	nb_nl_key_put(&key);
	return err;
}

int netbios_nl_name_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_net *nn = nb_net(genl_info_net(info));
	struct nb_nl_key key;
	int err;

	err = nb_nl_key(info, NETBIOS_A_NAME_NAME, NETBIOS_A_NAME_SCOPE, &key);
	if (err)
		return err;
	err = nb_name_delete(nn, &key.key,
			     READ_ONCE(nn->helper_portid) == info->snd_portid,
			     info->extack);
	nb_nl_key_put(&key);
	return err;
}

int netbios_nl_name_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[NETBIOS_A_NAME_PERMANENT];
	int permanent = attr ? nla_get_u8(attr) : -1;
	int state = get_state(info, 0);
	struct nb_nl_key key;
	int err;

	if (state < 0)
		return state;
	err = nb_nl_key(info, NETBIOS_A_NAME_NAME, NETBIOS_A_NAME_SCOPE, &key);
	if (err)
		return err;
	err = nb_name_set(nb_net(genl_info_net(info)), &key.key,
			  state ? state : -1, permanent, info->extack);
	nb_nl_key_put(&key);
	return err;
}
