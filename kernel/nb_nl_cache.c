// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: the cache of remote names.
 */
#include "nb_cache.h"
#include "nb_genl.h"
#include "nb_netlink.h"

static int put_entry(struct sk_buff *skb, const struct nb_cache_entry *entry)
{
	const struct nb_cache_value *value = &entry->value;
	const struct nb_scope *scope = entry->scope;
	u32 ttl;

	if (nla_put(skb, NETBIOS_A_CACHE_NAME, NETBIOS_NAME_LEN, entry->name) ||
	    nb_nl_put_scope(skb, NETBIOS_A_CACHE_SCOPE,
			    scope ? scope->labels : NULL,
			    scope ? scope->len : 0) ||
	    nla_put_u8(skb, NETBIOS_A_CACHE_GROUP, value->addrs.group) ||
	    nb_nl_put_addrs(skb, NETBIOS_A_CACHE_ADDR, &value->addrs) ||
	    nla_put_u32(skb, NETBIOS_A_CACHE_SOURCE, value->source) ||
	    nla_put_u8(skb, NETBIOS_A_CACHE_NEGATIVE, value->negative))
		return -EMSGSIZE;
	if (nb_cache_ttl(entry, &ttl) &&
	    nla_put_u32(skb, NETBIOS_A_CACHE_TTL, ttl))
		return -EMSGSIZE;
	return 0;
}

static int fill_entry(struct sk_buff *skb, const struct nb_cache_entry *entry,
		      u32 portid, u32 seq, int flags)
{
	void *hdr;

	hdr = genlmsg_put(skb, portid, seq, &nb_genl_family, flags,
			  NETBIOS_CMD_CACHE_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (put_entry(skb, entry)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

int netbios_nl_cache_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nb_cache_entry *entry;
	struct nb_nl_key key;
	struct sk_buff *reply;
	int err;

	err = nb_nl_key(info, NETBIOS_A_CACHE_NAME, NETBIOS_A_CACHE_SCOPE,
			&key);
	if (err)
		return err;
	err = -ENOMEM;
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		goto out_key;
	rcu_read_lock();
	entry = nb_cache_find(nb_net(genl_info_net(info)), &key.key);
	err = -ENOENT;
	if (entry)
		err = fill_entry(reply, entry, info->snd_portid,
				 info->snd_seq, 0);
	rcu_read_unlock();
	if (err) {
		NL_SET_ERR_MSG(info->extack, "The name is not in the cache");
		nlmsg_free(reply);
	} else {
		err = genlmsg_reply(reply, info);
	}
out_key:
	nb_nl_key_put(&key);
	return err;
}

/**
 * nb_nl_cache_start() - begin a dump of the cache
 * @cb: dump
 *
 * Context: process, may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int nb_nl_cache_start(struct netlink_callback *cb)
{
	return nb_nl_walk_start(cb, &nb_net(sock_net(cb->skb->sk))->cache);
}

static int dump_one(struct sk_buff *skb, struct netlink_callback *cb,
		    void *obj)
{
	u32 ttl;

	if (nb_cache_ttl(obj, &ttl) && !ttl)
		return 0;
	return fill_entry(skb, obj, NETLINK_CB(cb->skb).portid,
			  cb->nlh->nlmsg_seq, NLM_F_MULTI);
}

int netbios_nl_cache_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	return nb_nl_walk(skb, cb, dump_one);
}

static int get_value(struct genl_info *info, struct nb_cache_value *value)
{
	struct nlattr **attrs = info->attrs;
	int err;

	memset(value, 0, sizeof(*value));
	err = nb_nl_get_addrs(info, NETBIOS_A_CACHE_ADDR, &value->addrs);
	if (err)
		return err;
	if (attrs[NETBIOS_A_CACHE_GROUP])
		value->addrs.group = nla_get_u8(attrs[NETBIOS_A_CACHE_GROUP]);
	if (attrs[NETBIOS_A_CACHE_NEGATIVE])
		value->negative = nla_get_u8(attrs[NETBIOS_A_CACHE_NEGATIVE]);
	value->source = NETBIOS_CACHE_SOURCE_STATIC;
	if (attrs[NETBIOS_A_CACHE_SOURCE])
		value->source = nla_get_u32(attrs[NETBIOS_A_CACHE_SOURCE]);
	if (attrs[NETBIOS_A_CACHE_TTL]) {
		value->has_ttl = true;
		value->ttl = nla_get_u32(attrs[NETBIOS_A_CACHE_TTL]);
	}
	if (value->negative == !value->addrs.n)
		return 0;
	if (value->negative)
		NL_SET_ERR_MSG(info->extack, "A name that does not exist has no address");
	else
		NL_SET_ERR_MSG(info->extack, "An address is missing");
	return -EINVAL;
}

int netbios_nl_cache_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_cache_value value;
	struct nb_nl_key key;
	int err;

	err = get_value(info, &value);
	if (err)
		return err;
	err = nb_nl_key(info, NETBIOS_A_CACHE_NAME, NETBIOS_A_CACHE_SCOPE,
			&key);
	if (err)
		return err;
	err = nb_cache_add(nb_net(genl_info_net(info)), &key.key, &value);
	if (err == -ENOBUFS)
		NL_SET_ERR_MSG(info->extack, "The cache is full of entries that are not evicted");
	else if (err == -EEXIST)
		NL_SET_ERR_MSG(info->extack, "An answer does not replace a static entry");
	nb_nl_key_put(&key);
	return err;
}

int netbios_nl_cache_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_nl_key key;
	int err;

	err = nb_nl_key(info, NETBIOS_A_CACHE_NAME, NETBIOS_A_CACHE_SCOPE,
			&key);
	if (err)
		return err;
	err = nb_cache_delete(nb_net(genl_info_net(info)), &key.key);
	if (err)
		NL_SET_ERR_MSG(info->extack, "The name is not in the cache");
	nb_nl_key_put(&key);
	return err;
}

int netbios_nl_cache_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[NETBIOS_A_CACHE_SOURCE];

	nb_cache_flush(nb_net(genl_info_net(info)),
		       attr ? (int)nla_get_u32(attr) : -1);
	return 0;
}
