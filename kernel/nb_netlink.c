// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: what the handlers share, and the events.
 *
 * Documentation/netlink/specs/netbios.yaml describes the messages; the
 * policies in nb_genl.c come from there.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "nb_genl.h"
#include "nb_helper.h"
#include "nb_netlink.h"

/* The generated table, with what the generator cannot express. */
static struct genl_ops ops[ARRAY_SIZE(netbios_nl_ops)] __ro_after_init;

static const struct genl_multicast_group groups[] = {
	[NB_MCGRP_EVENT]  = { .name = NETBIOS_MCGRP_EVENT, },
	[NB_MCGRP_UPCALL] = { .name = NETBIOS_MCGRP_UPCALL,
			      .flags = GENL_MCAST_CAP_NET_ADMIN, },
	[NB_MCGRP_NBDD]   = { .name = NETBIOS_MCGRP_NBDD,
			      .flags = GENL_MCAST_CAP_NET_ADMIN, },
};

struct genl_family nb_genl_family __ro_after_init = {
	.name		= NETBIOS_FAMILY_NAME,
	.version	= NETBIOS_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	.mcgrps		= groups,
	.n_mcgrps	= ARRAY_SIZE(groups),
};

/*
 * A dump is of all there is. The policy is that of the request for one: what
 * would pick that must not be passed over in silence.
 */
static int dump_start(struct netlink_callback *cb)
{
	if (!nlmsg_attrlen(cb->nlh, GENL_HDRLEN))
		return 0;
	NL_SET_ERR_MSG(cb->extack, "A dump takes no attributes");
	return -EINVAL;
}

static void __init make_ops(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		ops[i] = netbios_nl_ops[i];
		if (ops[i].dumpit)
			ops[i].start = dump_start;
		switch (ops[i].cmd) {
		case NETBIOS_CMD_NAME_GET:
			ops[i].start = nb_nl_name_start;
			ops[i].done = nb_nl_walk_done;
			break;
		case NETBIOS_CMD_CACHE_GET:
			ops[i].start = nb_nl_cache_start;
			ops[i].done = nb_nl_walk_done;
			break;
		case NETBIOS_CMD_SESSION_GET:
			ops[i].done = nb_nl_session_done;
			break;
		}
	}
}

/**
 * nb_genl_init() - register the family
 *
 * Context: process, may sleep; module init, after nb_net_init().
 * Return: 0 or a negative errno.
 */
int __init nb_genl_init(void)
{
	int err;

	make_ops();
	err = nb_helper_init();
	if (err)
		return err;
	err = genl_register_family(&nb_genl_family);
	if (err)
		nb_helper_exit();
	return err;
}

/**
 * nb_genl_exit() - unregister the family
 *
 * Context: process, may sleep; module exit, before nb_net_exit().
 */
void nb_genl_exit(void)
{
	genl_unregister_family(&nb_genl_family);
	nb_helper_exit();
}

/**
 * nb_nl_watched() - whether an event is worth being made
 * @nn: node
 * @group: NB_MCGRP_*
 *
 * Context: any.
 * Return: false if nobody listens; true if somebody does, who may be in another
 * namespace.
 */
bool nb_nl_watched(struct nb_net *nn, int group)
{
	return genl_has_listeners(&nb_genl_family, nn->net, group);
}

/**
 * nb_nl_event() - send an event
 * @nn: node
 * @skb: message; NULL if there was no memory for it
 * @group: NB_MCGRP_*
 * @gfp: how to allocate
 *
 * A listener whose buffer is full learns that from its next read, as ENOBUFS;
 * it is counted here too if the listener has set NETLINK_BROADCAST_ERROR.
 *
 * Context: any that @gfp allows.
 */
void nb_nl_event(struct nb_net *nn, struct sk_buff *skb, int group, gfp_t gfp)
{
	int err = -ENOMEM;

	if (skb)
		err = genlmsg_multicast_netns(&nb_genl_family, nn->net, skb, 0,
					      group, gfp);
	if (err && err != -ESRCH)
		NB_INC_STATS(nn, NB_STAT_EVENTS_LOST);
}

/**
 * nb_event_work() - ring the helper's bell, or call it back
 * @nn: node
 * @cmd: NETBIOS_CMD_WORK_READY or NETBIOS_CMD_WORK_CANCEL
 * @id: request
 *
 * Context: any; spinlocks may be held.
 */
void nb_event_work(struct nb_net *nn, u8 cmd, u64 id)
{
	struct sk_buff *skb;
	void *hdr;

	if (!nb_nl_watched(nn, NB_MCGRP_UPCALL))
		return;
	skb = genlmsg_new(nla_total_size_64bit(sizeof(id)), GFP_ATOMIC);
	if (!skb)
		goto send;
	hdr = genlmsg_put(skb, 0, 0, &nb_genl_family, 0, cmd);
	if (WARN_ON_ONCE(!hdr || nla_put_u64_64bit(skb, NETBIOS_A_WORK_ID, id,
						   NETBIOS_A_WORK_PAD))) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
send:
	nb_nl_event(nn, skb, NB_MCGRP_UPCALL, GFP_ATOMIC);
}

/**
 * nb_nl_scope() - the scope that a request names
 * @nn: node
 * @attr: attribute, dotted text; NULL for the node's scope
 * @scope: gets a reference, or NULL for the empty scope
 * @extack: gets the reason of a failure
 *
 * Context: process, may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int nb_nl_scope(struct nb_net *nn, const struct nlattr *attr,
		struct nb_scope **scope, struct netlink_ext_ack *extack)
{
	u8 labels[NB_WIRE_SCOPE_MAX];
	const char *text;
	int len;

	if (!attr) {
		*scope = nb_net_scope_get(nn);
		return 0;
	}
	text = nla_data(attr);
	len = nb_wire_scope_from_text(text, strnlen(text, nla_len(attr)),
				      labels, sizeof(labels));
	if (len < 0) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "Not a scope: labels of 1 to 63 octets with dots between");
		return len;
	}
	*scope = nb_scope_new(labels, len, GFP_KERNEL_ACCOUNT);
	return PTR_ERR_OR_ZERO(*scope);
}

/**
 * nb_nl_key() - the name that a request is about
 * @info: request
 * @name: number of the attribute with the name
 * @scope: number of the attribute with the scope
 * @key: gets the key, for nb_nl_key_put() later
 *
 * Context: process, may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int nb_nl_key(struct genl_info *info, int name, int scope,
	      struct nb_nl_key *key)
{
	int err;

	if (GENL_REQ_ATTR_CHECK(info, name)) {
		NL_SET_ERR_MSG(info->extack, "The name is missing");
		return -EINVAL;
	}
	err = nb_nl_scope(nb_net(genl_info_net(info)), info->attrs[scope],
			  &key->scope, info->extack);
	if (!err)
		nb_key_init(&key->key, nla_data(info->attrs[name]), key->scope);
	return err;
}

/**
 * nb_nl_key_put() - done with a key
 * @key: key
 *
 * Context: any.
 */
void nb_nl_key_put(struct nb_nl_key *key)
{
	nb_scope_put(key->scope);
}

/**
 * nb_nl_put_scope() - write a scope into a message, as dotted text
 * @skb: message
 * @attr: number of the attribute
 * @labels: wire form
 * @len: octets in @labels
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int nb_nl_put_scope(struct sk_buff *skb, int attr, const u8 *labels, u8 len)
{
	char text[NETBIOS_SCOPE_MAX + 1];

	if (nb_wire_scope_to_text(labels, len, text, sizeof(text)) < 0)
		return -EMSGSIZE;
	return nla_put_string(skb, attr, text);
}

/**
 * nb_nl_put_addrs() - write addresses into a message
 * @skb: message
 * @attr: number of the attribute
 * @addrs: addresses
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int nb_nl_put_addrs(struct sk_buff *skb, int attr,
		    const struct nb_addrs *addrs)
{
	int i;

	for (i = 0; i < addrs->n; i++)
		if (nla_put_in_addr(skb, attr, addrs->addr[i]))
			return -EMSGSIZE;
	return 0;
}

/**
 * nb_nl_get_addrs() - read the addresses of a request
 * @info: request; its policy has seen the attributes
 * @attr: number of the attribute, which may come many times
 * @addrs: gets the addresses
 *
 * Context: process.
 * Return: 0, or -EINVAL if there are more than NB_ADDRS_MAX or one that
 * cannot be a node's.
 */
int nb_nl_get_addrs(struct genl_info *info, int attr, struct nb_addrs *addrs)
{
	struct nlattr *nla;
	int rest;

	addrs->n = 0;
	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rest) {
		__be32 addr;

		if (nla_type(nla) != attr)
			continue;
		addr = nla_get_in_addr(nla);
		if (addrs->n == NB_ADDRS_MAX) {
			NL_SET_ERR_MSG_ATTR(info->extack, nla,
					    "More than 25 addresses");
			return -EINVAL;
		}
		if (!nb_helper_addr_ok(addr)) {
			NL_SET_ERR_MSG_ATTR(info->extack, nla,
					    "Not the address of a node");
			return -EINVAL;
		}
		addrs->addr[addrs->n++] = addr;
	}
	return 0;
}

/* What a dump of a table keeps between two messages. */
struct walk_ctx {
	struct rhashtable_iter *iter;
};

static struct walk_ctx *walk_ctx(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct walk_ctx) > sizeof(cb->ctx));
	return (void *)cb->ctx;
}

/**
 * nb_nl_walk_start() - begin a dump of a table
 * @cb: dump
 * @table: table
 *
 * Context: process, may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int nb_nl_walk_start(struct netlink_callback *cb, struct rhashtable *table)
{
	struct walk_ctx *ctx = walk_ctx(cb);
	int err = dump_start(cb);

	if (err)
		return err;
	ctx->iter = kzalloc(sizeof(*ctx->iter), GFP_KERNEL);
	if (!ctx->iter)
		return -ENOMEM;
	rhashtable_walk_enter(table, ctx->iter);
	/* not 0: the last message compares the two */
	cb->seq = 1;
	cb->prev_seq = 1;
	return 0;
}

/**
 * nb_nl_walk() - go on with a dump of a table
 * @skb: message to fill
 * @cb: dump
 * @fill: writes one object; 0, or -EMSGSIZE if it does not fit
 *
 * Says so (NLM_F_DUMP_INTR) if the table was resized and objects may come
 * twice.
 *
 * Context: process; @fill runs on the RCU read side.
 * Return: octets in @skb, 0 at the end.
 */
int nb_nl_walk(struct sk_buff *skb, struct netlink_callback *cb,
	       int (*fill)(struct sk_buff *skb, struct netlink_callback *cb,
			   void *obj))
{
	struct rhashtable_iter *iter = walk_ctx(cb)->iter;
	int err = 0;
	void *obj;

	rhashtable_walk_start(iter);
	/* peek: the one that did not fit last time */
	for (obj = rhashtable_walk_peek(iter); obj && !err;
	     obj = err ? obj : rhashtable_walk_next(iter)) {
		if (IS_ERR(obj))
			cb->seq++;
		else
			err = fill(skb, cb, obj);
	}
	rhashtable_walk_stop(iter);
	if (err && !skb->len)
		return err;
	return skb->len;
}

/**
 * nb_nl_walk_done() - end of a dump
 * @cb: dump
 *
 * Context: process, may sleep.
 * Return: 0.
 */
int nb_nl_walk_done(struct netlink_callback *cb)
{
	struct walk_ctx *ctx = walk_ctx(cb);

	rhashtable_walk_exit(ctx->iter);
	kfree(ctx->iter);
	return 0;
}
