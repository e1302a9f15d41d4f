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

static struct sock *options(struct sock *udp,
			    const struct nb_dgram_packet *packet)
{
	return packet->ds ? &packet->ds->nb.sk : udp;
}

static struct rtable *look_route_up(struct sock *udp,
				    struct nb_dgram_packet *packet)
{
	struct sock *sk = options(udp, packet);
	struct net *net = sock_net(udp);
	struct flowi4 fl4;
	struct rtable *rt;

	flowi4_init_output(&fl4, packet->ifindex, READ_ONCE(sk->sk_mark), 0,
			   RT_SCOPE_UNIVERSE, IPPROTO_UDP, 0, packet->daddr,
			   packet->saddr, packet->dport,
			   inet_sk(udp)->inet_sport, sock_net_uid(net, sk));
	rt = ip_route_output_flow(net, &fl4, udp);
	if (IS_ERR(rt))
		return rt;
	/* a cache entry must not turn a datagram into a broadcast */
	if (rt->rt_flags & (RTCF_BROADCAST | RTCF_MULTICAST) &&
	    !packet->broadcast) {
		ip_rt_put(rt);
		return ERR_PTR(-EACCES);
	}
	packet->saddr = fl4.saddr;
	return rt;
}

/*
 * A connected UDP socket keeps its route. So do we, also when a socket is not
 * connected: most programs send to one name for a while.
 */
static struct dst_entry *kept_route(struct nb_dgram_packet *packet)
{
	struct nb_dgram_sock *ds = packet->ds;
	struct nb_dgram_route *route = &ds->route;
	struct dst_entry *dst = NULL;

	spin_lock_bh(&ds->lock);
	if (route->dst && route->daddr == packet->daddr &&
	    route->ifindex == packet->ifindex &&
	    route->mark == READ_ONCE(ds->nb.sk.sk_mark) &&
	    dst_check(route->dst, 0)) {
		dst = dst_clone(route->dst);
		packet->saddr = route->saddr;
	}
	spin_unlock_bh(&ds->lock);
	return dst;
}

static void keep_route(const struct nb_dgram_packet *packet,
		       struct dst_entry *dst)
{
	struct nb_dgram_sock *ds = packet->ds;
	struct nb_dgram_route route = {
		.dst		= dst_clone(dst),
		.daddr		= packet->daddr,
		.saddr		= packet->saddr,
		.ifindex	= packet->ifindex,
		.mark		= READ_ONCE(ds->nb.sk.sk_mark),
	};

	spin_lock_bh(&ds->lock);
	swap(ds->route, route);
	spin_unlock_bh(&ds->lock);
	dst_release(route.dst);
}

/**
 * nb_dgram_route_drop() - a socket sends no more
 * @ds: socket
 *
 * Context: process.
 */
void nb_dgram_route_drop(struct nb_dgram_sock *ds)
{
	dst_release(ds->route.dst);
	ds->route.dst = NULL;
}

/* Return: a reference, or what routing says; @packet gets its own address. */
static struct rtable *find_route(struct sock *udp,
				 struct nb_dgram_packet *packet)
{
	/* one by broadcast takes several, and may not vouch for a unicast */
	bool keep = packet->ds && !packet->saddr && !packet->broadcast;
	struct dst_entry *dst;
	struct rtable *rt;

	dst = keep ? kept_route(packet) : NULL;
	if (dst)
		return container_of(dst, struct rtable, dst);
	rt = look_route_up(udp, packet);
	if (keep && !IS_ERR(rt))
		keep_route(packet, &rt->dst);
	return rt;
}

/* Puts UDP and IP in front of a packet and sends it, which takes it. */
static int send_packet(struct sock *udp, struct rtable *rt,
		       const struct nb_dgram_packet *packet,
		       struct sk_buff *skb)
{
	struct net *net = sock_net(udp);
	struct udphdr *uh;
	struct iphdr *iph;
	int err;

	uh = __skb_push(skb, sizeof(*uh));
	skb_reset_transport_header(skb);
	uh->source = inet_sk(udp)->inet_sport;
	uh->dest = packet->dport;
	uh->len = htons(skb->len);
	udp_set_csum(false, skb, packet->saddr, packet->daddr, skb->len);

	iph = __skb_push(skb, sizeof(*iph));
	skb_reset_network_header(skb);
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = 0;
	iph->frag_off = 0;
	iph->ttl = ip4_dst_hoplimit(&rt->dst);
	iph->protocol = IPPROTO_UDP;
	iph->saddr = packet->saddr;
	iph->daddr = packet->daddr;
	__ip_select_ident(net, iph, 1);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	skb->protocol = htons(ETH_P_IP);
	/* the caller is an RCU reader */
	skb_dst_set_noref(skb, &rt->dst);
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
		      const struct nb_dgram_packet *packet,
		      struct sk_buff *skb)
{
	const struct sock *sk = options(udp, packet);
	u8 hdr[NB_DGM_HDR_LEN];
	int len;

	if (!packet->ready) {
		len = nb_dgm_put_header(hdr, &packet->hdr);
		memcpy(__skb_push(skb, len), hdr, len);
	}
	skb->priority = READ_ONCE(sk->sk_priority);
	skb->mark = READ_ONCE(sk->sk_mark);
	return send_packet(udp, rt, packet, skb);
}

/* DG-012 to DG-016: only flags and offset differ from fragment to fragment. */
static int send_fragments(struct sock *udp, struct rtable *rt,
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
		err = send_slice(udp, rt, packet, skb);
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
	struct rtable *rt;
	int err;

	rt = find_route(udp, packet);
	if (IS_ERR(rt))
		return PTR_ERR(rt);
	packet->hdr.addr = packet->saddr;
	packet->hdr.port = ntohs(inet_sk(udp)->inet_sport);
	packet->hdr.flags |= nb_dgram_snt(nn, rt->dst.dev->ifindex);
	if (!packet->ready && nb_dgm_is_data(packet->hdr.type) &&
	    skb->len > most) {
		err = send_fragments(udp, rt, packet, skb, most);
	} else {
		if (keep || skb_cloned(skb))
			skb = slice(skb, 0, skb->len);
		else
			*section = NULL;
		err = skb ? send_slice(udp, rt, packet, skb) : -ENOBUFS;
	}
	ip_rt_put(rt);
	return err;
}

/**
 * nb_dgram_xmit() - send one packet, or its fragments
 * @dg: service
 * @packet: what and where to
 * @section: what follows the header, with NB_DGRAM_HEADROOM in front; header
 *	and all if @packet is ready
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
		err = xmit(udp, packet, &section, keep);
	}
	rcu_read_unlock();
	if (!keep && section)
		kfree_skb(section);
	return err;
}
