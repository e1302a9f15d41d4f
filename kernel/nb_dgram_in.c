// SPDX-License-Identifier: GPL-2.0
/*
 * Datagrams that arrive (RFC 1002 5.3.3): in softirq, straight from UDP, which
 * has verified the checksum. Nothing is queued on the way to the sockets.
 */
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/route.h>
#include <net/udp.h>

#include "nb_adapter.h"
#include "nb_dgram.h"
#include "nb_name.h"
#include "nb_trace.h"

/* A packet on its way in. */
struct packet {
	struct nb_dgram		*dg;
	struct sk_buff		*skb;	/* whose data is the header */
	struct nb_dgm_header	hdr;
	__be32			from;
	__be32			to;
	int			ifindex;
	bool			broadcast; /* was not sent to us alone */
	bool			served;	/* there is an NBDD, which it is for too */
	const u8		*data;	/* behind the header */
	size_t			len;
};

static void drop(const struct packet *p, int stat)
{
	NB_INC_STATS(p->dg->nn, stat);
	trace_nb_datagram_dropped(p->dg->nn, p->from, p->hdr.type, stat);
}

/* DG-035: a filter names one sender; and a socket may be confined. */
static bool wants(struct nb_dgram_sock *ds, const struct nb_dgram_cb *cb)
{
	int ifindex = nb_sock_ifindex(&ds->nb);
	bool ok = true;

	if (ifindex && cb->ifindex && ifindex != cb->ifindex)
		return false;
	if (!READ_ONCE(ds->has_peer) && !READ_ONCE(ds->has_caller))
		return true;
	spin_lock(&ds->lock);
	/* no name begins with an asterisk: that is connected to all */
	if (ds->has_peer && ds->peer[0] != '*' &&
	    memcmp(ds->peer, cb->source, NETBIOS_NAME_LEN))
		ok = false;
	if (ds->has_caller && memcmp(ds->caller, cb->source, NETBIOS_NAME_LEN))
		ok = false;
	spin_unlock(&ds->lock);
	return ok;
}

static void queue(struct nb_dgram_sock *ds, struct sk_buff *skb)
{
	struct sock *sk = &ds->nb.sk;
	struct nb_net *nn = nb_net(sock_net(sk));
	int err;

	if (!skb) {
		NB_INC_STATS(nn, NB_STAT_DGRAM_NO_MEMORY);
		atomic_inc(&sk->sk_drops);
		return;
	}
	err = sock_queue_rcv_skb(sk, skb);
	if (!err) {
		NB_INC_STATS(nn, NB_STAT_DGRAM_DELIVERED);
		return;
	}
	/* else a filter of the socket did not want it */
	if (err == -ENOMEM || err == -ENOBUFS)
		NB_INC_STATS(nn, NB_STAT_DGRAM_RCVBUF_FULL);
	kfree_skb(skb);
}

/* The last of those who want it gets the original, the others clones. */
static void offer(struct nb_dgram_sock **last, struct nb_dgram_sock *ds,
		  struct sk_buff *skb)
{
	if (!wants(ds, nb_dgram_cb(skb)))
		return;
	if (*last)
		queue(*last, skb_clone(skb, GFP_ATOMIC));
	*last = ds;
}

/**
 * nb_dgram_deliver_name() - to all who receive on a name (DG-035)
 * @name: entry that is held
 * @skb: the user's octets, with struct nb_dgram_cb; it is taken
 *
 * Context: any. Takes nb_name.lock.
 * Return: whether anybody wanted it.
 */
bool nb_dgram_deliver_name(struct nb_name *name, struct sk_buff *skb)
{
	struct nb_dgram_sock *last = NULL;
	struct nb_sock *nsk;

	spin_lock_bh(&name->lock);
	list_for_each_entry(nsk, &name->socks, name_node)
		if (nsk->sk.sk_type == SOCK_DGRAM)
			offer(&last, nb_dgram_sk(&nsk->sk), skb);
	if (last)
		queue(last, skb);
	spin_unlock_bh(&name->lock);
	if (!last)
		kfree_skb(skb);
	return last;
}

static bool same_scope(const struct nb_scope *scope, const u8 *labels, u8 len)
{
	return nb_wire_scope_equal(scope ? scope->labels : NULL,
				   scope ? scope->len : 0, labels, len);
}

/**
 * nb_dgram_deliver_all() - to all who receive broadcasts (DG-036)
 * @dg: service
 * @scope: labels in wire form; may be in @skb
 * @scope_len: octets in @scope
 * @skb: the user's octets, with struct nb_dgram_cb; it is taken
 *
 * Context: any. Takes nb_dgram.lock.
 * Return: whether anybody wanted it.
 */
bool nb_dgram_deliver_all(struct nb_dgram *dg, const u8 *scope, u8 scope_len,
			  struct sk_buff *skb)
{
	struct nb_dgram_sock *last = NULL, *ds;

	spin_lock_bh(&dg->lock);
	hlist_for_each_entry(ds, &dg->receivers, receiver)
		if (same_scope(ds->nb.scope, scope, scope_len))
			offer(&last, ds, skb);
	if (last)
		queue(last, skb);
	spin_unlock_bh(&dg->lock);
	if (!last)
		kfree_skb(skb);
	return last;
}

/*
 * Our own datagram that an NBDD, or the link, brought back: the sockets here
 * got it when it was sent (DG-038).
 */
static bool is_own(const struct packet *p)
{
	if (p->hdr.type == NB_DGM_UNIQUE)
		return false;
	if (p->skb->pkt_type == PACKET_LOOPBACK)
		return true;
	if (p->hdr.addr == p->from && !(p->skb->dev->flags & IFF_LOOPBACK))
		return false;
	return inet_addr_type(p->dg->nn->net, p->hdr.addr) == RTN_LOCAL;
}

/* The name decides whom a datagram reaches, so it decides what it is, too. */
static u8 shown_type(u8 type, const struct nb_name *name)
{
	if (!name)
		return NB_DGM_BROADCAST;
	if (type != NB_DGM_BROADCAST)
		return type;
	return name->group ? NB_DGM_GROUP : NB_DGM_UNIQUE;
}

/* Hands the octets behind the names to the sockets; takes @skb. */
static void deliver(const struct packet *p, struct sk_buff *skb,
		    const struct nb_dgm_names *names, struct nb_name *name)
{
	struct nb_dgram_cb *cb = nb_dgram_cb(skb);
	struct net_device *dev = skb->dev;
	bool wanted;

	BUILD_BUG_ON(sizeof(*cb) > SOCK_SKB_CB_OFFSET);
	skb_dst_drop(skb);
	nf_reset_ct(skb);
	skb->dev = dev;
	memcpy(cb->source, names->source, NETBIOS_NAME_LEN);
	cb->source_addr = p->hdr.addr;
	cb->from = p->from;
	cb->to = p->to;
	cb->ifindex = p->ifindex;
	cb->type = shown_type(p->hdr.type, name);
	trace_nb_datagram(p->dg->nn, names->source, names->destination,
			  p->hdr.addr, p->hdr.type, skb->len, false);
	if (name)
		wanted = nb_dgram_deliver_name(name, skb);
	else
		wanted = nb_dgram_deliver_all(p->dg, names->scope,
					      names->scope_len, skb);
	if (!wanted)
		drop(p, NB_STAT_DGRAM_NO_RECEIVER);
}

/* DG-029, DG-030. What is distributed from here need not be for us, too. */
static void no_name(const struct packet *p)
{
	if (!p->served)
		drop(p, NB_STAT_DGRAM_NO_NAME);
	if (p->hdr.type == NB_DGM_UNIQUE && !p->broadcast)
		nb_dgram_send_error(p->dg, &p->hdr, p->from, p->skb->dev,
				    NB_DGM_NO_NAME);
}

/*
 * The sockets that a datagram is for. Return: false if there can be none; then
 * it was dropped, and an error was sent if one is due.
 */
static bool find_receivers(const struct packet *p,
			   const struct nb_dgm_names *names,
			   struct nb_name **name)
{
	struct nb_key key = {
		.name = names->destination,
		.scope = names->scope,
		.scope_len = names->scope_len,
	};

	*name = NULL;
	if (!nb_dgm_to_everybody(names->destination)) {
		*name = nb_name_lookup(p->dg->nn, &key);
		if (!*name || !nb_name_held_at(*name, p->ifindex)) {
			no_name(p);
			return false;
		}
	}
	/*
	 * Both names get the one scope of their node (RFC 1002 5.3.1), and a
	 * user has only names of its own scope to reply to, and to filter by.
	 */
	if (nb_wire_scope_equal(names->source_scope, names->source_scope_len,
				names->scope, names->scope_len))
		return true;
	drop(p, NB_STAT_DGRAM_NO_RECEIVER);
	return false;
}

/* Return: octets of the names; if they are malformed, it was dropped. */
static int get_names(const struct packet *p, const u8 *section, size_t len,
		     struct nb_dgm_names *names)
{
	int used = nb_dgm_get_names(section, len, names);

	if (used >= 0 && len - used <= NETBIOS_MAX_DATAGRAM)
		return used;
	drop(p, NB_STAT_DGRAM_MALFORMED);
	if (used < 0 && p->hdr.type == NB_DGM_UNIQUE && !p->broadcast)
		nb_dgram_send_error(p->dg, &p->hdr, p->from, p->skb->dev,
				    names->error);
	return -EBADMSG;
}

/* A whole section, in @skb. */
static void whole(const struct packet *p, struct sk_buff *skb)
{
	struct nb_dgm_names names;
	struct nb_name *name;
	int used;

	used = get_names(p, skb->data, skb->len, &names);
	if (used < 0 || !find_receivers(p, &names, &name)) {
		kfree_skb(skb);
		return;
	}
	__skb_pull(skb, used);
	deliver(p, skb, &names, name);
}

/*
 * DG-018: a fragment. The first one has to be for somebody here, so that
 * strangers cannot fill the table with what is dropped in the end anyway.
 */
static void fragment(const struct packet *p)
{
	struct nb_dgm_names names;
	struct sk_buff *section;
	struct nb_name *name;

	NB_INC_STATS(p->dg->nn, NB_STAT_DGRAM_FRAGMENTS_RECEIVED);
	if (p->hdr.flags & NB_DGM_FIRST &&
	    (get_names(p, p->data, p->len, &names) < 0 ||
	     !find_receivers(p, &names, &name)))
		return;
	section = nb_dgram_frag_add(p->dg->nn, &p->dg->frags, &p->hdr, p->from,
				    p->data, p->len);
	if (!section)
		return;
	section->dev = p->skb->dev;
	NB_INC_STATS(p->dg->nn, NB_STAT_DGRAM_REASSEMBLED);
	whole(p, section);
}

/* Takes @p->skb. */
static void data_packet(struct packet *p)
{
	u8 flags = p->hdr.flags & (NB_DGM_FIRST | NB_DGM_MORE);
	int len = nb_dgm_fits(&p->hdr, p->len);

	if (is_own(p)) {
		if (!p->served)
			drop(p, NB_STAT_DGRAM_OWN);
	} else if (len < 0) {
		drop(p, NB_STAT_DGRAM_MALFORMED);
	} else if (flags != NB_DGM_FIRST) {
		fragment(p);
	} else {
		__skb_pull(p->skb, NB_DGM_HDR_LEN);
		/* never fails: it gets shorter, and is linear */
		pskb_trim(p->skb, len);
		whole(p, p->skb);
		return;
	}
	kfree_skb(p->skb);
}

/* DG-028: a P node hears nothing that was broadcast. */
static bool is_p_node(const struct packet *p)
{
	const struct nb_adapter *adapter;

	adapter = nb_adapter_find(p->dg->nn, p->skb->dev->ifindex);
	return adapter && nb_dgram_node_type(adapter) == NETBIOS_NODE_TYPE_P;
}

static void control_packet(const struct packet *p)
{
	switch (p->hdr.type) {
	case NB_DGM_ERROR:
		if (p->len)
			nb_dgram_got_error(p->dg, &p->hdr, p->from, p->data[0]);
		else
			drop(p, NB_STAT_DGRAM_MALFORMED);
		break;
	case NB_DGM_QUERY_POSITIVE:
	case NB_DGM_QUERY_NEGATIVE:
		nb_dgram_got_answer(p->dg, &p->hdr, p->from, p->data, p->len);
		break;
	default:
		if (!p->served)
			drop(p, NB_STAT_DGRAM_UNEXPECTED);
	}
}

/* A frame to us alone may have in it what is for all: routing tells. */
static bool is_to_many(const struct sk_buff *skb)
{
	const struct rtable *rt = skb_rtable(skb);

	return skb->pkt_type != PACKET_HOST ||
	       (rt && rt->rt_flags & (RTCF_BROADCAST | RTCF_MULTICAST));
}

/*
 * DG-040, DG-041: an NBDD beside us gets what was sent to us alone, from its
 * header on; but it has no say in what a unique name receives. Our own packets
 * come by loopback.
 */
static bool serve(const struct packet *p)
{
	int err;

	if (p->broadcast ||
	    (p->hdr.type != NB_DGM_QUERY && p->hdr.type != NB_DGM_GROUP &&
	     p->hdr.type != NB_DGM_BROADCAST))
		return false;
	err = nb_event_nbdd_packet(p->dg->nn, p->skb, p->ifindex);
	if (err == -ENOENT)
		return false;
	if (err)
		drop(p, NB_STAT_DGRAM_NBDD_LOST);
	else
		NB_INC_STATS(p->dg->nn, NB_STAT_DGRAM_NBDD_GIVEN);
	return true;
}

/**
 * nb_dgram_rcv() - a packet has come to UDP port 138
 * @udp: socket of the service
 * @skb: packet, whose data is the UDP header; it is taken
 *
 * Context: softirq, RCU read side. Return: 0.
 */
int nb_dgram_rcv(struct sock *udp, struct sk_buff *skb)
{
	struct packet p = {
		.dg = nb_net(sock_net(udp))->dgram,
		.skb = skb,
		.from = ip_hdr(skb)->saddr,
		.to = ip_hdr(skb)->daddr,
		.broadcast = is_to_many(skb),
	};
	int used = -EBADMSG;

	if (!(skb->dev->flags & IFF_LOOPBACK))
		p.ifindex = skb->dev->ifindex;
	__skb_pull(skb, sizeof(struct udphdr));
	if (skb->len <= NB_DGM_HDR_LEN + NB_DGM_SECTION_MAX &&
	    !skb_linearize(skb))
		used = nb_dgm_get_header(skb->data, skb->len, &p.hdr);
	if (used < 0) {
		drop(&p, NB_STAT_DGRAM_MALFORMED);
		kfree_skb(skb);
		return 0;
	}
	p.data = skb->data + used;
	p.len = skb->len - used;
	p.served = serve(&p);
	if (p.broadcast && is_p_node(&p)) {
		drop(&p, NB_STAT_DGRAM_BROADCAST_AT_P);
		kfree_skb(skb);
	} else if (nb_dgm_is_data(p.hdr.type)) {
		data_packet(&p);
	} else {
		control_packet(&p);
		kfree_skb(skb);
	}
	return 0;
}
