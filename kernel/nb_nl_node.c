// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: the node, and its counters.
 */
#include "nb_dgram.h"
#include "nb_genl.h"
#include "nb_helper.h"
#include "nb_name.h"
#include "nb_net.h"
#include "nb_netlink.h"

/* Settings that are one u32, where it goes and comes from. */
static const struct {
	u16 attr;
	u16 offset;
} numbers[] = {
#define NUMBER(a, field) \
	{ NETBIOS_A_NODE_##a, offsetof(struct nb_settings, field) }
	NUMBER(MAX_DATAGRAM, max_datagram),
	NUMBER(FRAGMENT_TIMEOUT, fragment_timeout),
	NUMBER(KEEPALIVE, keepalive),
	NUMBER(CLOSE_TIMEOUT, close_timeout),
	NUMBER(RETRY_COUNT, retry_count),
	NUMBER(RETRY_INTERVAL, retry_interval),
	NUMBER(REQUEST_TIMEOUT, request_timeout),
	NUMBER(RESPONSE_TIMEOUT, response_timeout),
	NUMBER(UPCALL_TIMEOUT, upcall_timeout),
	NUMBER(RELEASE_TIMEOUT, release_timeout),
	NUMBER(HALFOPEN_MAX, halfopen_max),
	NUMBER(HALFOPEN_SOURCE_MAX, halfopen_source_max),
	NUMBER(NAME_MAX, name_max),
	NUMBER(CACHE_MAX, cache_max),
	NUMBER(RETARGET_POLICY, retarget_policy),
#undef NUMBER
};

static u32 *number(struct nb_settings *s, int i)
{
	return (u32 *)((char *)s + numbers[i].offset);
}

static int put_gids(struct sk_buff *skb, const struct nb_settings *s,
		    struct user_namespace *ns)
{
	u32 low = 1, high = 0;

	/* an empty range has no ids that could be translated */
	if (gid_lte(s->bind_gid[0], s->bind_gid[1])) {
		low = from_kgid_munged(ns, s->bind_gid[0]);
		high = from_kgid_munged(ns, s->bind_gid[1]);
	}
	if (nla_put_u32(skb, NETBIOS_A_NODE_BIND_GID_MIN, low) ||
	    nla_put_u32(skb, NETBIOS_A_NODE_BIND_GID_MAX, high))
		return -EMSGSIZE;
	return 0;
}

static int put_settings(struct sk_buff *skb, struct nb_net *nn,
			struct user_namespace *ns)
{
	struct nb_settings *s = &nn->settings;
	const struct nb_scope *scope = nn->scope;
	int i;

	lockdep_assert_held(&nn->lock);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (nla_put_u32(skb, numbers[i].attr, *number(s, i)))
			return -EMSGSIZE;
	if (nla_put_u8(skb, NETBIOS_A_NODE_ENABLED, s->enabled) ||
	    nla_put_u16(skb, NETBIOS_A_NODE_PORT, s->port) ||
	    nla_put_u16(skb, NETBIOS_A_NODE_CALL_PORT, s->call_port) ||
	    nla_put_u16(skb, NETBIOS_A_NODE_DGRAM_PORT, s->dgram_port) ||
	    nla_put_u8(skb, NETBIOS_A_NODE_DGRAM_OPEN,
		       nb_dgram_is_open(nn)) ||
	    nla_put_u8(skb, NETBIOS_A_NODE_BIND_RESERVED, s->bind_reserved) ||
	    put_gids(skb, s, ns))
		return -EMSGSIZE;
	if (s->has_permanent && nla_put(skb, NETBIOS_A_NODE_PERMANENT_NAME,
					NETBIOS_NAME_LEN, s->permanent))
		return -EMSGSIZE;
	if (s->has_smbserver && nla_put(skb, NETBIOS_A_NODE_SMBSERVER_NAME,
					NETBIOS_NAME_LEN, s->smbserver))
		return -EMSGSIZE;
	return nb_nl_put_scope(skb, NETBIOS_A_NODE_SCOPE,
			       scope ? scope->labels : NULL,
			       scope ? scope->len : 0);
}

static int fill_node(struct sk_buff *skb, struct nb_net *nn, u32 portid,
		     u32 seq, u8 cmd, struct user_namespace *ns)
{
	u32 helper = READ_ONCE(nn->helper_portid);
	void *hdr;

	hdr = genlmsg_put(skb, portid, seq, &nb_genl_family, 0, cmd);
	if (!hdr)
		return -EMSGSIZE;
	if (put_settings(skb, nn, ns) ||
	    nla_put_u32(skb, NETBIOS_A_NODE_NAMES,
			atomic_read(&nn->name_count)) ||
	    nla_put_u32(skb, NETBIOS_A_NODE_CACHE_ENTRIES,
			atomic_read(&nn->cache_count)) ||
	    nla_put_u32(skb, NETBIOS_A_NODE_SOCKETS,
			READ_ONCE(nn->sock_count)) ||
	    nla_put_u32(skb, NETBIOS_A_NODE_PENDING,
			READ_ONCE(nn->upcall_count)) ||
	    nla_put_u32(skb, NETBIOS_A_NODE_SESSIONS,
			atomic_read(&nn->session_count)))
		return -EMSGSIZE;
	if (helper && nla_put_u32(skb, NETBIOS_A_NODE_HELPER, helper))
		return -EMSGSIZE;
	genlmsg_end(skb, hdr);
	return 0;
}

int netbios_nl_node_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_net *nn = nb_net(genl_info_net(info));
	struct sk_buff *reply;
	int err;

	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	mutex_lock(&nn->lock);
	err = fill_node(reply, nn, info->snd_portid, info->snd_seq,
			NETBIOS_CMD_NODE_GET, nb_nl_user_ns(skb));
	mutex_unlock(&nn->lock);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return genlmsg_reply(reply, info);
}

/**
 * nb_event_node() - tell that settings or helper of a node changed
 * @nn: node
 *
 * Context: process, may sleep; takes nb_net.lock.
 */
void nb_event_node(struct nb_net *nn)
{
	struct sk_buff *skb;
	int err;

	if (!nb_nl_watched(nn, NB_MCGRP_EVENT))
		return;
	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (skb) {
		mutex_lock(&nn->lock);
		err = fill_node(skb, nn, 0, 0, NETBIOS_CMD_NODE_EVENT,
				nn->net->user_ns);
		mutex_unlock(&nn->lock);
		if (err) {
			nlmsg_free(skb);
			skb = NULL;
		}
	}
	nb_nl_event(nn, skb, NB_MCGRP_EVENT, GFP_KERNEL);
}

static int get_name(struct genl_info *info, int attr, bool *has, u8 *name)
{
	const struct nlattr *nla = info->attrs[attr];

	if (!nla)
		return 0;
	if (nla_len(nla) && nla_len(nla) != NETBIOS_NAME_LEN) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla, "A name has 16 octets");
		return -EINVAL;
	}
	if (nla_len(nla) && *(const char *)nla_data(nla) == '*') {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "A name must not begin with an asterisk");
		return -EINVAL;
	}
	*has = nla_len(nla);
	memset(name, 0, NETBIOS_NAME_LEN);
	memcpy(name, nla_data(nla), nla_len(nla));
	return 0;
}

static int get_gids(struct sk_buff *skb, struct genl_info *info,
		    struct nb_settings *s)
{
	const struct nlattr *low = info->attrs[NETBIOS_A_NODE_BIND_GID_MIN];
	const struct nlattr *high = info->attrs[NETBIOS_A_NODE_BIND_GID_MAX];
	struct user_namespace *ns = nb_nl_user_ns(skb);
	kgid_t min, max;

	if (!low && !high)
		return 0;
	if (!low || !high) {
		NL_SET_ERR_MSG(info->extack, "bind-gid-min and bind-gid-max go together");
		return -EINVAL;
	}
	min = make_kgid(ns, nla_get_u32(low));
	max = make_kgid(ns, nla_get_u32(high));
	if (nla_get_u32(low) > nla_get_u32(high)) {
		min = KGIDT_INIT(1);
		max = KGIDT_INIT(0);
	} else if (!gid_valid(min) || !gid_valid(max) || gid_lt(max, min)) {
		NL_SET_ERR_MSG_ATTR(info->extack, low,
				    "Not groups of this user namespace");
		return -EINVAL;
	}
	s->bind_gid[0] = min;
	s->bind_gid[1] = max;
	return 0;
}

static int get_settings(struct sk_buff *skb, struct genl_info *info,
			struct nb_settings *s)
{
	struct nlattr **attrs = info->attrs;
	int err, i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (attrs[numbers[i].attr])
			*number(s, i) = nla_get_u32(attrs[numbers[i].attr]);
	if (attrs[NETBIOS_A_NODE_ENABLED])
		s->enabled = nla_get_u8(attrs[NETBIOS_A_NODE_ENABLED]);
	if (attrs[NETBIOS_A_NODE_PORT])
		s->port = nla_get_u16(attrs[NETBIOS_A_NODE_PORT]);
	if (attrs[NETBIOS_A_NODE_CALL_PORT])
		s->call_port = nla_get_u16(attrs[NETBIOS_A_NODE_CALL_PORT]);
	if (attrs[NETBIOS_A_NODE_DGRAM_PORT])
		s->dgram_port = nla_get_u16(attrs[NETBIOS_A_NODE_DGRAM_PORT]);
	if (attrs[NETBIOS_A_NODE_BIND_RESERVED])
		s->bind_reserved =
			nla_get_u8(attrs[NETBIOS_A_NODE_BIND_RESERVED]);
	err = get_gids(skb, info, s);
	if (!err)
		err = get_name(info, NETBIOS_A_NODE_PERMANENT_NAME,
			       &s->has_permanent, s->permanent);
	if (!err)
		err = get_name(info, NETBIOS_A_NODE_SMBSERVER_NAME,
			       &s->has_smbserver, s->smbserver);
	return err;
}

/* The permanent name of a node is in the node's scope. */
struct permanent {
	bool		has;
	u8		name[NETBIOS_NAME_LEN];
	struct nb_scope	*scope;
	struct nb_key	key;
};

static void permanent_get(struct nb_net *nn, struct permanent *p)
{
	p->has = nb_net_permanent(nn, p->name);
	p->scope = nb_net_scope_get(nn);
	nb_key_init(&p->key, p->name, p->scope);
}

/*
 * It has to be registered before anybody calls from it (SS-026, NAME-025). A
 * helper claims it; without one nobody else would.
 */
static int permanent_register(struct nb_net *nn, const struct nb_key *key,
			      struct netlink_ext_ack *extack)
{
	struct nb_name_spec spec = {
		.permanent	= true,
		.any_owner	= true,
		.state		= NETBIOS_NAME_STATE_REGISTERED,
	};
	int err;

	/* a program may hold it already */
	err = nb_name_set(nn, key, -1, true, NULL);
	if (!err || READ_ONCE(nn->helper_portid))
		return 0;
	err = nb_name_add(nn, key, &spec, NULL);
	if (err)
		NL_SET_ERR_MSG(extack,
			       "The permanent name is set, but could not be registered");
	return err;
}

/* What is not the permanent name any more lasts as long as somebody holds it. */
static int permanent_changed(struct nb_net *nn, const struct permanent *old,
			     bool given, struct netlink_ext_ack *extack)
{
	struct permanent new;
	bool same;
	int err = 0;

	permanent_get(nn, &new);
	same = old->has && new.has && nb_key_equal(&old->key, &new.key);
	if (old->has && !same)
		nb_name_set(nn, &old->key, -1, false, NULL);
	if (new.has && (given || !same))
		err = permanent_register(nn, &new.key, extack);
	nb_scope_put(new.scope);
	return err;
}

int netbios_nl_node_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_net *nn = nb_net(genl_info_net(info));
	struct nb_settings settings;
	struct permanent old;
	struct nb_scope *scope;
	int err;

	mutex_lock(&nn->lock);
	permanent_get(nn, &old);
	settings = nn->settings;
	err = get_settings(skb, info, &settings);
	if (err)
		goto out_unlock;
	err = nb_nl_scope(nn, info->attrs[NETBIOS_A_NODE_SCOPE], &scope,
			  info->extack);
	if (err)
		goto out_unlock;
	err = nb_net_configure(nn, &settings, scope, info->extack);
	if (err)
		nb_scope_put(scope);
out_unlock:
	mutex_unlock(&nn->lock);
	if (!err) {
		nb_event_node(nn);
		err = permanent_changed(nn, &old,
					info->attrs[NETBIOS_A_NODE_PERMANENT_NAME],
					info->extack);
	}
	nb_scope_put(old.scope);
	return err;
}

int netbios_nl_helper_attach_doit(struct sk_buff *skb, struct genl_info *info)
{
	return nb_helper_attach(nb_net(genl_info_net(info)), info->snd_portid,
				info->extack);
}

int netbios_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	void *hdr;

	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	hdr = genlmsg_put_reply(reply, info, &nb_genl_family, 0,
				NETBIOS_CMD_STATS_GET);
	if (!hdr || nb_stats_put(nb_net(genl_info_net(info)), reply)) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}
