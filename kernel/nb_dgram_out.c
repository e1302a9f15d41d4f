// SPDX-License-Identifier: GPL-2.0
/*
 * Datagrams on their way out: fragments, UDP, IP.
 *
 * The packets belong to the socket of the user: its send buffer pays for them,
 * and its mark, priority and uid are theirs. IP is given the UDP socket of the
 * service instead, since only that one is of its family.
 */
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/route.h>
#include <net/udp.h>

#include "nb_dgram.h"

/* IP and UDP: what MAX_DATAGRAM_LENGTH counts beside header and section */
#define BELOW	(sizeof(struct iphdr) + sizeof(struct udphdr))

static struct rtable *route(struct sock *udp, struct nb_dgram_packet *packet,
			    struct flowi4 *fl4)
{
	struct net *net = sock_net(udp);
	struct sock *sk = packet->sk;
	struct rtable *rt;

	flowi4_init_output(fl4, packet->ifindex, READ_ONCE(sk->sk_mark), 0,
			   RT_SCOPE_UNIVERSE, IPPROTO_UDP, 0, packet->daddr,
			   packet->saddr, packet->dport,
			   inet_sk(udp)->inet_sport, sock_net_uid(net, sk));
	rt = ip_route_output_flow(net, fl4, udp);
	if (IS_ERR(rt))
		return rt;
	/* a cache entry must not turn a datagram into a broadcast */
	if (rt->rt_flags & (RTCF_BROADCAST | RTCF_MULTICAST) &&
	    !packet->broadcast) {
		ip_rt_put(rt);
		return ERR_PTR(-EACCES);
	}
	return rt;
}

/* Puts UDP and IP in front of a packet and sends it, which takes it. */
static int send_packet(struct sock *udp, struct rtable *rt,
		       const struct flowi4 *fl4, struct sk_buff *skb)
{
	struct net *net = sock_net(udp);
	struct udphdr *uh;
	struct iphdr *iph;
	int err;

	uh = __skb_push(skb, sizeof(*uh));
	skb_reset_transport_header(skb);
	uh->source = fl4->fl4_sport;
	uh->dest = fl4->fl4_dport;
	uh->len = htons(skb->len);
	udp_set_csum(false, skb, fl4->saddr, fl4->daddr, skb->len);

	iph = __skb_push(skb, sizeof(*iph));
	skb_reset_network_header(skb);
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = 0;
	iph->frag_off = 0;
	iph->ttl = ip4_dst_hoplimit(&rt->dst);
	iph->protocol = IPPROTO_UDP;
	iph->saddr = fl4->saddr;
	iph->daddr = fl4->daddr;
	__ip_select_ident(net, iph, 1);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	skb->protocol = htons(ETH_P_IP);
	skb_dst_set(skb, dst_clone(&rt->dst));
	UDP_INC_STATS(net, UDP_MIB_OUTDATAGRAMS, 0);
	err = ip_local_out(net, udp, skb);
	return err > 0 ? net_xmit_errno(err) : err;
}

/* A packet with one slice of a section; who pays for that pays for this. */
static struct sk_buff *slice(const struct sk_buff *section, unsigned int offset,
			     unsigned int len)
{
	struct sk_buff *skb = alloc_skb(NB_DGRAM_HEADROOM + len, GFP_ATOMIC);

	if (!skb)
		return NULL;
	skb_reserve(skb, NB_DGRAM_HEADROOM);
	skb_put_data(skb, section->data + offset, len);
	if (section->sk)
		skb_set_owner_w(skb, section->sk);
	return skb;
}

static int send_slice(struct sock *udp, struct rtable *rt,
		      const struct flowi4 *fl4, struct nb_dgram_packet *packet,
		      struct sk_buff *skb)
{
	u8 hdr[NB_DGM_HDR_LEN];
	int len;

	len = nb_dgm_put_header(hdr, &packet->hdr);
	memcpy(__skb_push(skb, len), hdr, len);
	skb->priority = READ_ONCE(packet->sk->sk_priority);
	skb->mark = READ_ONCE(packet->sk->sk_mark);
	return send_packet(udp, rt, fl4, skb);
}

/* DG-012 to DG-016: only flags and offset differ from fragment to fragment. */
static int send_fragments(struct sock *udp, struct rtable *rt,
			  const struct flowi4 *fl4,
			  struct nb_dgram_packet *packet,
			  const struct sk_buff *section, unsigned int most)
{
	u8 flags = packet->hdr.flags & ~(NB_DGM_FIRST | NB_DGM_MORE);
	struct nb_net *nn = nb_net(sock_net(udp));
	unsigned int offset, len;
	struct sk_buff *skb;
	int err = 0;

	for (offset = 0; offset < section->len && !err; offset += len) {
		len = min(section->len - offset, most);
		packet->hdr.offset = offset;
		packet->hdr.flags = flags | (offset ? 0 : NB_DGM_FIRST) |
				    (offset + len < section->len ?
				     NB_DGM_MORE : 0);
		skb = slice(section, offset, len);
		if (!skb)
			return -ENOBUFS;
		NB_INC_STATS(nn, NB_STAT_DGRAM_FRAGMENTS_SENT);
		err = send_slice(udp, rt, fl4, packet, skb);
	}
	return err;
}

/* Takes *@section and clears it, if it is sent as it is. */
static int xmit(struct sock *udp, struct nb_dgram_packet *packet,
		struct sk_buff **section, bool keep)
{
	struct nb_net *nn = nb_net(sock_net(udp));
	unsigned int limit = READ_ONCE(nn->settings.max_datagram);
	unsigned int most = limit - BELOW - NB_DGM_HDR_LEN;
	struct sk_buff *skb = *section;
	struct flowi4 fl4;
	struct rtable *rt;
	int err;

	rt = route(udp, packet, &fl4);
	if (IS_ERR(rt))
		return PTR_ERR(rt);
	packet->hdr.addr = fl4.saddr;
	packet->hdr.port = ntohs(fl4.fl4_sport);
	packet->hdr.flags |= nb_dgram_snt(nn, rt->dst.dev->ifindex);
	if (nb_dgm_is_data(packet->hdr.type) && skb->len > most) {
		err = send_fragments(udp, rt, &fl4, packet, skb, most);
	} else {
		if (keep || skb_cloned(skb))
			skb = slice(skb, 0, skb->len);
		else
			*section = NULL;
		err = skb ? send_slice(udp, rt, &fl4, packet, skb) : -ENOBUFS;
	}
	ip_rt_put(rt);
	return err;
}

/**
 * nb_dgram_xmit() - send one packet, or its fragments
 * @dg: service
 * @packet: what and where to
 * @section: what follows the header, with NB_DGRAM_HEADROOM in front
 * @keep: the caller needs @section again; else it is taken, whatever happens
 *
 * Context: any; does not sleep.
 * Return: 0, -ENETDOWN if the service is off, -EACCES for a unicast to a
 * broadcast address, or what routing, memory or a packet filter say.
 */
int nb_dgram_xmit(struct nb_dgram *dg, struct nb_dgram_packet *packet,
		  struct sk_buff *section, bool keep)
{
	struct sock *udp;
	int err = -ENETDOWN;

	rcu_read_lock();
	udp = rcu_dereference(dg->udp);
	if (udp) {
		if (!packet->dport)
			packet->dport = inet_sk(udp)->inet_sport;
		if (!packet->sk)
			packet->sk = udp;
		err = xmit(udp, packet, &section, keep);
	}
	rcu_read_unlock();
	if (!keep && section)
		kfree_skb(section);
	return err;
}
