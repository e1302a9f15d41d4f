// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: adapters, their settings and their condition.
 */
#include "nb_adapter.h"
#include "nb_genl.h"
#include "nb_helper.h"
#include "nb_netlink.h"

/* On its way out of the namespace an adapter has no name any more. */
static int put_ifname(struct sk_buff *skb, struct net *net, int ifindex)
{
	const struct net_device *dev;
	int err = 0;

	rcu_read_lock();
	dev = dev_get_by_index_rcu(net, ifindex);
	if (dev)
		err = nla_put_string(skb, NETBIOS_A_ADAPTER_IFNAME, dev->name);
	rcu_read_unlock();
	return err;
}

static int put_servers(struct sk_buff *skb, int attr,
		       const struct nb_servers *servers)
{
	int i;

	for (i = 0; i < servers->n; i++)
		if (nla_put_in_addr(skb, attr, servers->addr[i]))
			return -EMSGSIZE;
	return 0;
}

/* What is 0 is not known, and not told. */
static int put_known(struct sk_buff *skb, int attr, __be32 addr)
{
	return addr ? nla_put_in_addr(skb, attr, addr) : 0;
}

static int put_condition(struct sk_buff *skb,
			 const struct nb_adapter_condition *c)
{
	if (c->type == NETBIOS_NODE_TYPE_AUTO)
		return 0;
	if (nla_put_u32(skb, NETBIOS_A_ADAPTER_TYPE, c->type) ||
	    put_known(skb, NETBIOS_A_ADAPTER_ADDR, c->addr) ||
	    put_known(skb, NETBIOS_A_ADAPTER_BROADCAST, c->broadcast) ||
	    nla_put_u8(skb, NETBIOS_A_ADAPTER_NBNS_AVAILABLE,
		       c->nbns_available) ||
	    put_known(skb, NETBIOS_A_ADAPTER_NBNS_CURRENT, c->nbns_current) ||
	    nla_put_u8(skb, NETBIOS_A_ADAPTER_NBDD_AVAILABLE,
		       c->nbdd_available) ||
	    put_known(skb, NETBIOS_A_ADAPTER_NBDD_CURRENT, c->nbdd_current))
		return -EMSGSIZE;
	return 0;
}

static int put_adapter(struct sk_buff *skb, struct net *net,
		       const struct nb_adapter *adapter)
{
	const struct nb_adapter_settings *s = &adapter->settings;

	if (nla_put_u32(skb, NETBIOS_A_ADAPTER_LANA, adapter->lana) ||
	    nla_put_u32(skb, NETBIOS_A_ADAPTER_IFINDEX, adapter->ifindex) ||
	    put_ifname(skb, net, adapter->ifindex) ||
	    nla_put_u8(skb, NETBIOS_A_ADAPTER_ENABLED, s->enabled) ||
	    nla_put_u32(skb, NETBIOS_A_ADAPTER_NODE_TYPE, s->node_type) ||
	    put_servers(skb, NETBIOS_A_ADAPTER_NBNS, &s->nbns) ||
	    put_servers(skb, NETBIOS_A_ADAPTER_NBDD, &s->nbdd))
		return -EMSGSIZE;
	return put_condition(skb, &adapter->condition);
}

static int fill_adapter(struct sk_buff *skb, struct nb_net *nn, u32 portid,
			u32 seq, int flags, u8 cmd,
			const struct nb_adapter *adapter)
{
	void *hdr;

	hdr = genlmsg_put(skb, portid, seq, &nb_genl_family, flags, cmd);
	if (!hdr)
		return -EMSGSIZE;
	if (put_adapter(skb, nn->net, adapter)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * nb_event_adapter() - tell that settings or condition of an adapter changed
 * @nn: node; @nn->adapter_lock is held, which keeps the events in order
 * @adapter: what it is now
 *
 * Context: process, may sleep.
 */
void nb_event_adapter(struct nb_net *nn, const struct nb_adapter *adapter)
{
	struct sk_buff *skb;

	if (!nb_nl_watched(nn, NB_MCGRP_EVENT))
		return;
	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (skb && WARN_ON_ONCE(fill_adapter(skb, nn, 0, 0, 0,
					     NETBIOS_CMD_ADAPTER_EVENT,
					     adapter))) {
		nlmsg_free(skb);
		return;
	}
	nb_nl_event(nn, skb, NB_MCGRP_EVENT, GFP_KERNEL);
}

/**
 * nb_nl_adapter() - the adapter that a request is about
 * @info: request, with a LANA number, an interface, or both
 *
 * Context: process.
 * Return: index of the interface, -EINVAL or -ENODEV.
 */
int nb_nl_adapter(struct genl_info *info)
{
	const struct nlattr *lana = info->attrs[NETBIOS_A_ADAPTER_LANA];
	const struct nlattr *nla = info->attrs[NETBIOS_A_ADAPTER_IFINDEX];
	struct nb_net *nn = nb_net(genl_info_net(info));
	int ifindex;

	if (!lana && !nla) {
		NL_SET_ERR_MSG(info->extack, "The adapter is missing: lana or ifindex");
		return -EINVAL;
	}
	ifindex = lana ? nb_lana_ifindex(nn, nla_get_u32(lana)) :
			 (int)nla_get_u32(nla);
	if (ifindex < 0) {
		NL_SET_ERR_MSG_ATTR(info->extack, lana,
				    "No adapter has this LANA number");
		return -ENODEV;
	}
	if (nla && ifindex != nla_get_u32(nla)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla,
				    "lana and ifindex are two different adapters");
		return -EINVAL;
	}
	if (!xa_load(&nn->adapters, ifindex)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla ?: lana,
				    "This interface has no LANA number");
		return -ENODEV;
	}
	return ifindex;
}

int netbios_nl_adapter_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_net *nn = nb_net(genl_info_net(info));
	const struct nb_adapter *adapter;
	struct sk_buff *reply;
	int ifindex, err;

	ifindex = nb_nl_adapter(info);
	if (ifindex < 0)
		return ifindex;
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	rcu_read_lock();
	adapter = nb_adapter_find(nn, ifindex);
	err = -ENODEV;
	if (adapter)
		err = fill_adapter(reply, nn, info->snd_portid, info->snd_seq,
				   0, NETBIOS_CMD_ADAPTER_GET, adapter);
	rcu_read_unlock();
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return genlmsg_reply(reply, info);
}

int netbios_nl_adapter_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb)
{
	struct nb_net *nn = nb_net(sock_net(skb->sk));
	const struct nb_adapter *adapter;
	unsigned long lana = cb->args[0];
	void *entry;
	int err = 0;

	xa_for_each_start(&nn->lanas, lana, entry, lana) {
		rcu_read_lock();
		adapter = nb_adapter_find(nn, xa_to_value(entry));
		if (adapter)
			err = fill_adapter(skb, nn, NETLINK_CB(cb->skb).portid,
					   cb->nlh->nlmsg_seq, NLM_F_MULTI,
					   NETBIOS_CMD_ADAPTER_GET, adapter);
		rcu_read_unlock();
		if (err)
			break;
		cb->args[0] = lana + 1;
	}
	return skb->len;
}

/* Return: 0 or -EINVAL. A lone 0.0.0.0 is the empty list. */
static int get_servers(struct genl_info *info, int attr,
		       struct nb_servers *servers)
{
	struct nb_servers new = {};
	const char *wrong = NULL;
	struct nlattr *nla;
	bool none = false;
	int rest;

	if (!info->attrs[attr])
		return 0;
	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rest) {
		__be32 addr;

		if (nla_type(nla) != attr)
			continue;
		addr = nla_get_in_addr(nla);
		if (none || (!addr && new.n))
			wrong = "0.0.0.0, no server, stands alone";
		else if (addr && !nb_helper_addr_ok(addr))
			wrong = "Not the address of a server";
		else if (new.n == NB_SERVERS_MAX)
			wrong = "More than 8 servers";
		if (wrong) {
			nb_extack_set(info->extack, wrong);
			NL_SET_BAD_ATTR(info->extack, nla);
			return -EINVAL;
		}
		none = !addr;
		if (addr)
			new.addr[new.n++] = addr;
	}
	*servers = new;
	return 0;
}

static int get_settings(struct genl_info *info, struct nb_adapter_settings *s)
{
	struct nlattr **attrs = info->attrs;

	if (attrs[NETBIOS_A_ADAPTER_ENABLED])
		s->enabled = nla_get_u8(attrs[NETBIOS_A_ADAPTER_ENABLED]);
	if (attrs[NETBIOS_A_ADAPTER_NODE_TYPE])
		s->node_type = nla_get_u32(attrs[NETBIOS_A_ADAPTER_NODE_TYPE]);
	return get_servers(info, NETBIOS_A_ADAPTER_NBNS, &s->nbns) ?:
	       get_servers(info, NETBIOS_A_ADAPTER_NBDD, &s->nbdd);
}

int netbios_nl_adapter_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_net *nn = nb_net(genl_info_net(info));
	struct nb_adapter_settings settings;
	const struct nb_adapter *adapter;
	int ifindex, err;

	ifindex = nb_nl_adapter(info);
	if (ifindex < 0)
		return ifindex;
	mutex_lock(&nn->adapter_lock);
	adapter = nb_adapter_find(nn, ifindex);
	err = -ENODEV;
	if (adapter) {
		settings = adapter->settings;
		err = get_settings(info, &settings) ?:
		      nb_adapter_configure(nn, ifindex, &settings);
	}
	mutex_unlock(&nn->adapter_lock);
	return err;
}
