// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: the helper's questions to datagram distribution servers.
 */
#include "nb_adapter.h"
#include "nb_dgram.h"
#include "nb_genl.h"
#include "nb_helper.h"
#include "nb_netlink.h"

static int get_server(struct genl_info *info, int *ifindex, __be32 *addr)
{
	struct nb_net *nn = nb_net(genl_info_net(info));
	struct nlattr **attrs = info->attrs;

	if (GENL_REQ_ATTR_CHECK(info, NETBIOS_A_NBDD_IFINDEX) ||
	    GENL_REQ_ATTR_CHECK(info, NETBIOS_A_NBDD_ADDR)) {
		NL_SET_ERR_MSG(info->extack, "The adapter or the server is missing");
		return -EINVAL;
	}
	*ifindex = nla_get_u32(attrs[NETBIOS_A_NBDD_IFINDEX]);
	*addr = nla_get_in_addr(attrs[NETBIOS_A_NBDD_ADDR]);
	if (!xa_load(&nn->adapters, *ifindex)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[NETBIOS_A_NBDD_IFINDEX],
				    "This interface has no LANA number");
		return -ENODEV;
	}
	if (!nb_helper_addr_ok(*addr)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[NETBIOS_A_NBDD_ADDR],
				    "Not the address of a server");
		return -EINVAL;
	}
	return 0;
}

int netbios_nl_nbdd_query_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_net *nn = nb_net(genl_info_net(info));
	struct nb_nl_key key;
	int ifindex, err;
	__be32 addr;

	err = nb_nl_check_helper(info);
	if (err)
		return err;
	err = get_server(info, &ifindex, &addr);
	if (err)
		return err;
	err = nb_nl_key(info, NETBIOS_A_NBDD_NAME, NETBIOS_A_NBDD_SCOPE, &key);
	if (err)
		return err;
	err = nb_dgram_query(nn, ifindex, addr, &key.key);
	nb_nl_key_put(&key);
	return err;
}

static int put_answer(struct sk_buff *skb, const struct nb_dgram_query *query,
		      bool relays)
{
	const struct nb_scope *scope = query->scope;

	if (nla_put_u32(skb, NETBIOS_A_NBDD_IFINDEX, query->ifindex) ||
	    nla_put_in_addr(skb, NETBIOS_A_NBDD_ADDR, query->addr) ||
	    nla_put(skb, NETBIOS_A_NBDD_NAME, NETBIOS_NAME_LEN, query->name) ||
	    nb_nl_put_scope(skb, NETBIOS_A_NBDD_SCOPE,
			    scope ? scope->labels : NULL,
			    scope ? scope->len : 0) ||
	    nla_put_u8(skb, NETBIOS_A_NBDD_RELAYS, relays))
		return -EMSGSIZE;
	return 0;
}

/**
 * nb_event_nbdd() - tell the helper that a server has answered
 * @nn: node
 * @query: what it was asked
 * @relays: the answer was positive
 *
 * It comes like the doorbell, not in between the answers to the helper's
 * requests. If it gets lost, that is as if the packet had been.
 *
 * Context: softirq.
 */
void nb_event_nbdd(struct nb_net *nn, const struct nb_dgram_query *query,
		   bool relays)
{
	struct sk_buff *skb;
	void *hdr;

	if (!nb_nl_watched(nn, NB_MCGRP_UPCALL))
		return;
	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_ATOMIC);
	if (!skb)
		goto send;
	hdr = genlmsg_put(skb, 0, 0, &nb_genl_family, 0,
			  NETBIOS_CMD_NBDD_ANSWER);
	if (WARN_ON_ONCE(!hdr || put_answer(skb, query, relays))) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
send:
	nb_nl_event(nn, skb, NB_MCGRP_UPCALL, GFP_ATOMIC);
}
