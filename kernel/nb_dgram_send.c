// SPDX-License-Identifier: GPL-2.0
/*
 * sendmsg() of datagrams: from whom, to whom, and to which nodes (RFC 1001 17).
 */
#include <linux/ip.h>
#include <linux/udp.h>

#include "nb_dgram.h"
#include "nb_name.h"
#include "nb_trace.h"

#define SEND_FLAGS	(MSG_DONTWAIT | MSG_NOSIGNAL | MSG_EOR | MSG_BATCH | \
			 MSG_CMSG_COMPAT)

/* "*", padded with blanks as programs do, or with zeroes as on the wire */
static bool is_asterisk(const u8 *name)
{
	int i;

	if (name[0] != '*')
		return false;
	for (i = 1; i < NETBIOS_NAME_LEN; i++)
		if (name[i] && name[i] != ' ')
			return false;
	return true;
}

static int get_destination(struct nb_dgram_tx *tx, const struct msghdr *msg)
{
	const struct sockaddr_nb *addr = msg->msg_name;
	struct nb_dgram_sock *ds = tx->ds;
	bool connected;

	if (addr) {
		if (msg->msg_namelen < (int)sizeof(*addr))
			return -EINVAL;
		if (addr->snb_family != AF_NETBIOS)
			return -EAFNOSUPPORT;
		memcpy(tx->destination, addr->snb_name, NETBIOS_NAME_LEN);
	} else {
		spin_lock_bh(&ds->lock);
		connected = ds->has_peer;
		memcpy(tx->destination, ds->peer, NETBIOS_NAME_LEN);
		spin_unlock_bh(&ds->lock);
		if (!connected)
			return -EDESTADDRREQ;
	}
	if (tx->destination[0] != '*')
		return 0;
	if (!is_asterisk(tx->destination))
		return -EINVAL;
	if (!sock_flag(&ds->nb.sk, SOCK_BROADCAST))
		return -EACCES;
	memcpy(tx->destination, nb_dgm_everybody, NETBIOS_NAME_LEN);
	return 0;
}

/* An unbound socket may change its scope at any moment. */
static void get_scope(struct nb_dgram_tx *tx)
{
	struct nb_sock *nsk = &tx->ds->nb;

	if (!READ_ONCE(nsk->scope))
		return;
	spin_lock_bh(&tx->ds->lock);
	tx->scope = nb_scope_get(nsk->scope);
	spin_unlock_bh(&tx->ds->lock);
}

/* DG-009, DG-039: from a name that is ours, and by its adapter. */
static int get_source(struct nb_dgram_tx *tx)
{
	struct nb_sock *nsk = &tx->ds->nb;
	const struct nb_name *name;
	struct nb_key key;
	int err = -EADDRNOTAVAIL;

	tx->ifindex = nb_sock_ifindex(nsk);
	if (tx->ifindex < 0)
		return tx->ifindex;
	rcu_read_lock();
	name = READ_ONCE(nsk->name);
	if (name) {
		tx->scope = nb_scope_get(name->scope);
		memcpy(tx->source, name->name, NETBIOS_NAME_LEN);
	} else {
		get_scope(tx);
		if (nb_net_permanent(tx->nn, tx->source)) {
			nb_key_init(&key, tx->source, tx->scope);
			name = nb_name_lookup(tx->nn, &key);
		}
	}
	if (name && nb_name_held_at(name, tx->ifindex)) {
		if (name->ifindex)
			tx->ifindex = name->ifindex;
		err = 0;
	}
	rcu_read_unlock();
	return err;
}

/*
 * Both names and the user's octets, with room for all headers in front. It may
 * wait for room in the send buffer, which takes from the time of the call.
 */
static struct sk_buff *make_section(struct nb_dgram_tx *tx, struct msghdr *msg,
				    size_t len, int *names)
{
	const struct nb_scope *scope = tx->scope;
	u8 scope_len = scope ? scope->len : 0;
	int need = NB_DGM_NAMES_MIN + 2 * scope_len;
	unsigned long start = jiffies;
	struct sk_buff *skb;
	int err;

	skb = sock_alloc_send_skb(&tx->ds->nb.sk,
				  NB_DGRAM_HEADROOM + need + len,
				  msg->msg_flags & MSG_DONTWAIT, &err);
	if (!skb)
		return ERR_PTR(err);
	if (tx->timeo != MAX_SCHEDULE_TIMEOUT)
		tx->timeo = max_t(long, tx->timeo - (jiffies - start), 0);
	skb_reserve(skb, NB_DGRAM_HEADROOM);
	*names = nb_dgm_put_names(skb_put(skb, need), need, tx->source,
				  tx->destination,
				  scope ? scope->labels : NULL, scope_len);
	err = *names < 0 ? *names : memcpy_from_msg(skb_put(skb, len), msg, len);
	if (!err)
		return skb;
	kfree_skb(skb);
	return ERR_PTR(err);
}

/*
 * DG-038: to the sockets of this node, without the wire. Takes @skb, the
 * user's octets. Return: whether anybody wanted it.
 */
static bool send_local(struct nb_dgram_tx *tx, struct sk_buff *skb)
{
	struct nb_dgram_cb *cb = nb_dgram_cb(skb);
	const struct nb_scope *scope = tx->scope;
	struct nb_name *name;
	bool wanted = false;
	struct nb_key key;

	skb_orphan(skb);
	memset(cb, 0, sizeof(*cb));
	memcpy(cb->source, tx->source, NETBIOS_NAME_LEN);
	cb->ifindex = tx->ifindex;
	cb->type = tx->type;
	if (tx->type == NB_DGM_BROADCAST)
		return nb_dgram_deliver_all(tx->nn->dgram,
					    scope ? scope->labels : NULL,
					    scope ? scope->len : 0, skb);
	nb_key_init(&key, tx->destination, scope);
	rcu_read_lock();
	name = nb_name_lookup(tx->nn, &key);
	if (name && nb_name_held_at(name, tx->ifindex))
		wanted = nb_dgram_deliver_name(name, skb);
	else
		kfree_skb(skb);
	rcu_read_unlock();
	return wanted;
}

/*
 * A multihomed node has several addresses: the first that can be reached. Takes
 * @section.
 */
static int send_unique(struct nb_dgram_tx *tx, struct sk_buff *section)
{
	struct nb_dgram *dg = tx->nn->dgram;
	int err = -EHOSTUNREACH, i;

	for (i = 0; i < tx->addrs.n; i++) {
		bool last = i == tx->addrs.n - 1;
		struct nb_dgram_packet packet = {
			.ds		= tx->ds,
			.daddr		= tx->addrs.addr[i],
			.ifindex	= tx->ifindex,
			.hdr = {
				.type	= NB_DGM_UNIQUE,
				.flags	= NB_DGM_FIRST,
				.id	= atomic_inc_return(&dg->next_id),
				.len	= section->len,
			},
		};

		nb_dgram_remember(tx, packet.hdr.id, packet.daddr);
		err = nb_dgram_xmit(dg, &packet, section, !last);
		if (last)
			return err;	/* it has the section */
		if (err != -ENETUNREACH && err != -EHOSTUNREACH)
			break;
	}
	consume_skb(section);
	return err;
}

/* Takes @section. */
static int send_remote(struct nb_dgram_tx *tx, struct sk_buff *section)
{
	int err;

	if (tx->type == NB_DGM_UNIQUE)
		return send_unique(tx, section);
	err = nb_dgram_distribute(tx, section);
	consume_skb(section);
	return err;
}

static int send(struct nb_dgram_tx *tx, struct msghdr *msg, size_t len)
{
	struct sk_buff *section, *skb;
	bool reached = false;
	int err, names;

	/* First, since this is where the core waits by its own clock. */
	section = make_section(tx, msg, len, &names);
	if (IS_ERR(section))
		return PTR_ERR(section);
	err = nb_dgram_find(tx);
	if (err) {
		kfree_skb(section);
		return err;
	}
	trace_nb_datagram(tx->nn, tx->source, tx->destination,
			  tx->addrs.n ? tx->addrs.addr[0] : 0, tx->type, len,
			  true);
	NB_INC_STATS(tx->nn, NB_STAT_DGRAM_SENT);
	if (!tx->remote) {
		__skb_pull(section, names);
		send_local(tx, section);
		return 0;
	}
	if (tx->local) {
		skb = skb_clone(section, GFP_KERNEL);
		if (skb) {
			__skb_pull(skb, names);
			reached = send_local(tx, skb);
		}
	}
	err = send_remote(tx, section);
	return reached ? 0 : err;
}

/* Is there a reason not to send at all? The fast path finds none. */
static int check_state(struct sock *sk)
{
	struct nb_sock *nsk = nb_sk(sk);
	int err = READ_ONCE(nsk->bind_err);

	if (unlikely(err)) {
		if (err == -EINPROGRESS)
			return -EALREADY;
		lock_sock(sk);
		nb_sock_bind_failed(nsk);
		err = READ_ONCE(nsk->bind_err);
		release_sock(sk);
		if (err)
			return -EALREADY;
	}
	if (unlikely(READ_ONCE(sk->sk_shutdown) & SEND_SHUTDOWN))
		return -EPIPE;
	return sock_error(sk);
}

/**
 * nb_dgram_sendmsg() - send one datagram
 * @sock: socket of the user; unbound, the permanent name of the node sends
 * @msg: the datagram, and to whom, unless the socket is connected
 * @len: octets, 0 to NETBIOS_MAX_DATAGRAM
 *
 * Context: process.
 * Return: @len, or a negative errno, see the table in
 * Documentation/netbios.rst.
 */
int nb_dgram_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct sock *sk = sock->sk;
	struct nb_dgram_tx tx __nb_uninitialized;
	int err;

	if (msg->msg_flags & ~SEND_FLAGS)
		return -EOPNOTSUPP;
	if (msg->msg_controllen)
		return -EINVAL;
	if (len > NETBIOS_MAX_DATAGRAM)
		return -EMSGSIZE;
	err = check_state(sk);
	if (err)
		return err;
	tx.ds = nb_dgram_sk(sk);
	tx.nn = nb_net(sock_net(sk));
	tx.scope = NULL;
	tx.local = false;
	tx.remote = false;
	tx.timeo = sock_sndtimeo(sk, msg->msg_flags & MSG_DONTWAIT);
	tx.waits = tx.timeo;
	tx.addrs.n = 0;
	tx.addrs.group = false;
	err = get_destination(&tx, msg);
	if (err)
		return err;
	err = get_source(&tx);
	if (!err)
		err = send(&tx, msg, len);
	nb_scope_put(tx.scope);
	if (unlikely(err && err != -EAGAIN))
		NB_INC_STATS(tx.nn, NB_STAT_DGRAM_SEND_FAILED);
	return err ?: len;
}
