// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a datagram socket, and what is read from it.
 */
#include <linux/net.h>
#include <linux/poll.h>
#include <linux/sockios.h>
#include <asm/ioctls.h>

#include "nb_dgram.h"

struct proto nb_dgram_proto = {
	.name		= "NETBIOS-DGRAM",
	.owner		= THIS_MODULE,
	.obj_size	= sizeof(struct nb_dgram_sock),
};

/**
 * nb_dgram_sock_init() - what a datagram socket has more than others
 * @ds: socket, zeroed behind its struct nb_sock
 *
 * Context: process.
 */
void nb_dgram_sock_init(struct nb_dgram_sock *ds)
{
	spin_lock_init(&ds->lock);
	INIT_HLIST_NODE(&ds->receiver);
	INIT_LIST_HEAD(&ds->lookup.waiter.list);
	ds->lookup.waiter.done = nb_dgram_looked_up;
}

static int dgram_release(struct socket *sock)
{
	struct sock *sk = sock->sk;
	struct nb_dgram_sock *ds = nb_dgram_sk(sk);
	struct nb_net *nn;

	if (!sk)
		return 0;
	nn = nb_net(sock_net(sk));
	lock_sock(sk);
	nb_name_unhold(&ds->nb);
	nb_dgram_set_broadcast(ds, false);
	release_sock(sk);
	/* nobody delivers any more; now nobody reports either */
	if (ds->sent)
		nb_dgram_forget(nn->dgram, ds);
	nb_upcall_cancel(nn, &ds->lookup.waiter);
	nb_scope_put(ds->lookup.scope);
	nb_dgram_route_drop(ds);
	sock_orphan(sk);
	sock->sk = NULL;
	skb_queue_purge(&sk->sk_receive_queue);
	sock_put(sk);
	return 0;
}

/*
 * The peer is where send() goes, and the only one that is received from. It
 * is looked up when something is sent.
 */
static int dgram_connect(struct socket *sock, struct sockaddr *uaddr, int len,
			 int flags)
{
	const struct sockaddr_nb *addr = (struct sockaddr_nb *)uaddr;
	struct sock *sk = sock->sk;
	struct nb_dgram_sock *ds = nb_dgram_sk(sk);
	const u8 *peer = NULL;
	int err = 0;

	if (len < (int)sizeof(addr->snb_family))
		return -EINVAL;
	if (addr->snb_family != AF_UNSPEC) {
		if (len < (int)sizeof(*addr))
			return -EINVAL;
		if (addr->snb_family != AF_NETBIOS)
			return -EAFNOSUPPORT;
		peer = addr->snb_name;
	}
	lock_sock(sk);
	nb_sock_bind_failed(&ds->nb);
	if (READ_ONCE(ds->nb.bind_err)) {
		err = -EALREADY;
		goto out;
	}
	nb_dgram_set_filter(ds, &ds->has_peer, ds->peer, peer);
	sock->state = peer ? SS_CONNECTED : SS_UNCONNECTED;
	WRITE_ONCE(sk->sk_shutdown, 0);
out:
	release_sock(sk);
	return err;
}

static int dgram_getname(struct socket *sock, struct sockaddr *addr, int peer)
{
	struct sockaddr_nb *snb = (struct sockaddr_nb *)addr;
	struct nb_dgram_sock *ds = nb_dgram_sk(sock->sk);
	int ret = sizeof(*snb);

	if (!peer)
		return nb_sock_getname(sock, addr, 0);
	memset(snb, 0, sizeof(*snb));
	snb->snb_family = AF_NETBIOS;
	spin_lock_bh(&ds->lock);
	if (ds->has_peer)
		memcpy(snb->snb_name, ds->peer, NETBIOS_NAME_LEN);
	else
		ret = -ENOTCONN;
	spin_unlock_bh(&ds->lock);
	return ret;
}

/*
 * Writable is a socket that can send now: not while a claim or a lookup of its
 * own is on its way.
 */
static __poll_t dgram_poll(struct file *file, struct socket *sock,
			   poll_table *wait)
{
	__poll_t mask = datagram_poll(file, sock, wait);
	struct nb_dgram_sock *ds = nb_dgram_sk(sock->sk);

	if (READ_ONCE(ds->nb.bind_err) == -EINPROGRESS ||
	    READ_ONCE(ds->lookup.pending))
		mask &= ~(EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND);
	if (READ_ONCE(ds->nb.conflict))
		mask |= EPOLLERR;
	return mask;
}

static int next_len(struct sock *sk)
{
	struct sk_buff *skb;
	int len = 0;

	spin_lock_bh(&sk->sk_receive_queue.lock);
	skb = skb_peek(&sk->sk_receive_queue);
	if (skb)
		len = skb->len;
	spin_unlock_bh(&sk->sk_receive_queue.lock);
	return len;
}

static int dgram_ioctl(struct socket *sock, unsigned int cmd,
		       unsigned long arg)
{
	struct sock *sk = sock->sk;
	int n;

	switch (cmd) {
	case SIOCINQ:
		n = next_len(sk);
		break;
	case SIOCOUTQ:
		n = sk_wmem_alloc_get(sk);
		break;
	default:
		return -ENOIOCTLCMD;
	}
	return put_user(n, (int __user *)arg);
}

/* As with UDP: who is not connected is told so, but whoever waits is woken. */
static int dgram_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	int err;

	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;
	lock_sock(sk);
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | (how + 1));
	sk->sk_state_change(sk);
	err = nb_dgram_sk(sk)->has_peer ? 0 : -ENOTCONN;
	release_sock(sk);
	return err;
}

/**
 * nb_dgram_fill_info() - what a datagram socket shows beside what all show
 * @ds: socket, outer lock held
 * @info: picture of it
 *
 * Context: process.
 */
void nb_dgram_fill_info(struct nb_dgram_sock *ds, struct nb_sock_info *info)
{
	struct sock *sk = &ds->nb.sk;

	spin_lock_bh(&ds->lock);
	if (ds->has_peer) {
		info->has_peer = true;
		memcpy(info->peer_name, ds->peer, NETBIOS_NAME_LEN);
		info->state = NETBIOS_SESSION_STATE_CONNECTED;
	}
	spin_unlock_bh(&ds->lock);
	info->rx_queue = sk_rmem_alloc_get(sk);
	info->tx_queue = sk_wmem_alloc_get(sk);
	info->drops = atomic_read(&sk->sk_drops);
}

const struct proto_ops nb_dgram_ops = {
	.family		= PF_NETBIOS,
	.owner		= THIS_MODULE,
	.release	= dgram_release,
	.bind		= nb_sock_bind,
	.connect	= dgram_connect,
	.socketpair	= sock_no_socketpair,
	.accept		= sock_no_accept,
	.getname	= dgram_getname,
	.poll		= dgram_poll,
	.ioctl		= dgram_ioctl,
	.gettstamp	= sock_gettstamp,
	.listen		= sock_no_listen,
	.shutdown	= dgram_shutdown,
	.setsockopt	= nb_dgram_setsockopt,
	.getsockopt	= nb_dgram_getsockopt,
	.sendmsg	= nb_dgram_sendmsg,
	.recvmsg	= nb_dgram_recvmsg,
	.mmap		= sock_no_mmap,
	NB_NO_SENDPAGE
};
