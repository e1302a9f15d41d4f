// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: the helper's questions to datagram distribution servers, and the
 * packets of one that is beside this node.
 */
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/route.h>

#include "nb_adapter.h"
#include "nb_dgram.h"
#include "nb_genl.h"
#include "nb_helper.h"
#include "nb_netlink.h"

/* Not said is 0: any. */
static int get_adapter(struct genl_info *info, int *ifindex)
{
	struct nlattr *attr = info->attrs[NETBIOS_A_NBDD_IFINDEX];

	*ifindex = 0;
	if (!attr)
		return 0;
	*ifindex = nla_get_u32(attr);
	if (xa_load(&nb_net(genl_info_net(info))->adapters, *ifindex))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "This interface has no LANA number");
	return -ENODEV;
}

static int get_server(struct genl_info *info, int *ifindex, __be32 *addr)
{
	struct nlattr **attrs = info->attrs;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, NETBIOS_A_NBDD_IFINDEX) ||
	    GENL_REQ_ATTR_CHECK(info, NETBIOS_A_NBDD_ADDR)) {
		NL_SET_ERR_MSG(info->extack, "The adapter or the server is missing");
		return -EINVAL;
	}
	err = get_adapter(info, ifindex);
	if (err)
		return err;
	*addr = nla_get_in_addr(attrs[NETBIOS_A_NBDD_ADDR]);
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

static int put_packet(struct sk_buff *msg, const struct sk_buff *skb,
		      int ifindex)
{
	if ((ifindex && nla_put_u32(msg, NETBIOS_A_NBDD_IFINDEX, ifindex)) ||
	    nla_put_in_addr(msg, NETBIOS_A_NBDD_ADDR, ip_hdr(skb)->saddr) ||
	    nla_put_u16(msg, NETBIOS_A_NBDD_PORT,
			ntohs(udp_hdr(skb)->source)) ||
	    nla_put_in_addr(msg, NETBIOS_A_NBDD_LOCAL, ip_hdr(skb)->daddr) ||
	    nla_put(msg, NETBIOS_A_NBDD_PACKET, skb->len, skb->data))
		return -EMSGSIZE;
	return 0;
}

/**
 * nb_event_nbdd_packet() - give a packet to the NBDD beside this node
 * @nn: node
 * @skb: packet, linear, whose data is the header of the datagram service
 * @ifindex: adapter that it came in by, 0 for this node itself
 *
 * It has a group of its own: what a flood of packets makes a listener lose are
 * packets, and nothing that the helper has to know.
 *
 * Context: softirq.
 * Return: 0, -ENOENT if there is no NBDD, or another negative errno if the
 * packet is lost.
 */
int nb_event_nbdd_packet(struct nb_net *nn, const struct sk_buff *skb,
			 int ifindex)
{
	struct sk_buff *msg;
	void *hdr;
	int err;

	if (!nb_nl_watched(nn, NB_MCGRP_NBDD))
		return -ENOENT;
	msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_ATOMIC);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put(msg, 0, 0, &nb_genl_family, 0,
			  NETBIOS_CMD_NBDD_PACKET);
	if (WARN_ON_ONCE(!hdr || put_packet(msg, skb, ifindex))) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	err = genlmsg_multicast_netns(&nb_genl_family, nn->net, msg, 0,
				      NB_MCGRP_NBDD, GFP_ATOMIC);
	/* Whoever watches does so in another namespace. */
	return err == -ESRCH ? -ENOENT : err;
}

static bool get_header(const struct nlattr *attr, struct nb_dgm_header *hdr)
{
	size_t len = nla_len(attr);

	if (len > NB_DGM_HDR_LEN + NB_DGM_SECTION_MAX ||
	    nb_dgm_get_header(nla_data(attr), len, hdr) < 0)
		return false;
	return nb_dgm_is_data(hdr->type) || hdr->type == NB_DGM_QUERY_POSITIVE ||
	       hdr->type == NB_DGM_QUERY_NEGATIVE;
}

static int get_local(struct genl_info *info, __be32 *addr)
{
	struct nlattr *attr = info->attrs[NETBIOS_A_NBDD_LOCAL];

	if (!attr)
		return 0;
	*addr = nla_get_in_addr(attr);
	if (inet_addr_type(genl_info_net(info), *addr) == RTN_LOCAL)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr, "Not an address of this host");
	return -EADDRNOTAVAIL;
}

/* What goes to all hosts of a request, and how. */
static int get_packet(struct genl_info *info, struct nb_dgram_packet *packet)
{
	struct nlattr **attrs = info->attrs;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, NETBIOS_A_NBDD_PACKET) ||
	    GENL_REQ_ATTR_CHECK(info, NETBIOS_A_NBDD_TO)) {
		NL_SET_ERR_MSG(info->extack, "The packet or the host is missing");
		return -EINVAL;
	}
	if (!get_header(attrs[NETBIOS_A_NBDD_PACKET], &packet->hdr)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[NETBIOS_A_NBDD_PACKET],
				    "Not a packet that an NBDD sends");
		return -EINVAL;
	}
	if (attrs[NETBIOS_A_NBDD_PORT])
		packet->dport = htons(nla_get_u16(attrs[NETBIOS_A_NBDD_PORT]));
	packet->ready = true;
	err = get_adapter(info, &packet->ifindex);
	return err ?: get_local(info, &packet->saddr);
}

static int send_to(struct nb_net *nn, struct nb_dgram_packet packet,
		   __be32 addr, struct sk_buff *skb)
{
	int err;

	/* the sockets here have had it already: when it was sent, or came in */
	if (nb_dgm_is_data(packet.hdr.type) &&
	    inet_addr_type(nn->net, addr) == RTN_LOCAL)
		return 0;
	packet.daddr = addr;
	err = nb_dgram_xmit(nn->dgram, &packet, skb, true);
	if (!err)
		NB_INC_STATS(nn, NB_STAT_DGRAM_NBDD_SENT);
	return err;
}

int netbios_nl_nbdd_send_doit(struct sk_buff *request, struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[NETBIOS_A_NBDD_PACKET];
	struct nb_dgram_packet packet = {};
	int err, ret = -ENETUNREACH, i;
	struct nb_addrs to;
	struct sk_buff *skb;

	err = nb_nl_check_helper(info);
	if (err)
		return err;
	err = get_packet(info, &packet);
	if (err)
		return err;
	err = nb_nl_get_addrs(info, NETBIOS_A_NBDD_TO, &to);
	if (err)
		return err;
	skb = alloc_skb(NB_DGRAM_HEADROOM + nla_len(attr), GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	skb_reserve(skb, NB_DGRAM_HEADROOM);
	skb_put_data(skb, nla_data(attr), nla_len(attr));
	for (i = 0; i < to.n; i++) {
		err = send_to(nb_net(genl_info_net(info)), packet, to.addr[i],
			      skb);
		ret = ret ? err : 0;
	}
	kfree_skb(skb);
	return ret;
}
