// SPDX-License-Identifier: GPL-2.0
/*
 * What is read from an AF_NETBIOS socket: names, readiness, queue lengths, and
 * the picture of it that netlink and /proc show.
 */
#include <linux/net.h>
#include <linux/poll.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <asm/ioctls.h>
#include <net/tcp.h>

#include "nb_dgram.h"
#include "nb_sock.h"

/**
 * nb_sock_getname() - name of this end or of the peer (SS-043)
 * @sock: socket
 * @addr: struct sockaddr_nb is written here
 * @peer: 0 this end, else the peer
 *
 * Context: process. Return: length of the address, or -ENOTCONN.
 */
int nb_sock_getname(struct socket *sock, struct sockaddr *addr, int peer)
{
	struct sockaddr_nb *snb = (struct sockaddr_nb *)addr;
	struct sock *sk = sock->sk;
	struct nb_sock *nsk = nb_sk(sk);
	int ret = sizeof(*snb);

	memset(snb, 0, sizeof(*snb));
	snb->snb_family = AF_NETBIOS;
	lock_sock(sk);
	nb_sock_bind_failed(nsk);
	if (peer) {
		if (sk->sk_state == TCP_ESTABLISHED)
			memcpy(snb->snb_name, nsk->peer_name, NETBIOS_NAME_LEN);
		else
			ret = -ENOTCONN;
	} else if (nsk->name && !READ_ONCE(nsk->bind_err)) {
		snb->snb_type = nsk->name->group ? NETBIOS_GROUP_NAME :
						   NETBIOS_UNIQUE_NAME;
		memcpy(snb->snb_name, nsk->name->name, NETBIOS_NAME_LEN);
	} else if (sk->sk_state == TCP_ESTABLISHED) {
		memcpy(snb->snb_name, nsk->local_name, NETBIOS_NAME_LEN);
	}
	release_sock(sk);
	return ret;
}

static __poll_t poll_listener(struct nb_sock *nsk)
{
	__poll_t mask = READ_ONCE(nsk->conflict) ? EPOLLERR : 0;

	if (!list_empty_careful(&nsk->listener->acceptq))
		mask |= EPOLLIN | EPOLLRDNORM;
	return mask;
}

static __poll_t poll_session(struct nb_sock *nsk, int shutdown)
{
	__poll_t mask = 0;

	if (READ_ONCE(nsk->rx.ready))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (shutdown & SEND_SHUTDOWN || nb_tx_writable(nsk))
		return mask | EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND;

	sk_set_bit(SOCKWQ_ASYNC_NOSPACE, &nsk->sk);
	set_bit(SOCK_NOSPACE, &nsk->tcp->flags);
	/* Room may have come before the bit was seen; see tcp_poll(). */
	smp_mb__after_atomic();
	if (nb_tx_writable(nsk))
		mask |= EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND;
	return mask;
}

/**
 * nb_sock_poll() - readiness
 * @file: file
 * @sock: socket
 * @wait: poll table
 *
 * Readable only if a whole message, a session to accept, an error or the end
 * is there; writable means that the next message of any size is taken.
 *
 * Context: process, no lock. Return: EPOLL* mask.
 */
__poll_t nb_sock_poll(struct file *file, struct socket *sock, poll_table *wait)
{
	struct sock *sk = sock->sk;
	struct nb_sock *nsk = nb_sk(sk);
	int state, shutdown;
	__poll_t mask = 0;

	sock_poll_wait(file, sock, wait);
	/* First, pairs with nb_sock_set_state(): the error is there by then. */
	state = smp_load_acquire(&sk->sk_state);
	shutdown = READ_ONCE(sk->sk_shutdown);
	if (READ_ONCE(sk->sk_err))
		mask |= EPOLLERR;
	if (shutdown == SHUTDOWN_MASK)
		mask |= EPOLLHUP;
	if (shutdown & RCV_SHUTDOWN)
		mask |= EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;

	switch (state) {
	case TCP_LISTEN:
		return mask | poll_listener(nsk);
	case TCP_ESTABLISHED:
		return mask | poll_session(nsk, shutdown);
	case TCP_CLOSE:
		/* A claim that is pending ends in EPOLLOUT, as a call does. */
		if (READ_ONCE(nsk->bind_err) != -EINPROGRESS)
			mask |= EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND;
	}
	return mask;
}

/**
 * nb_sock_ioctl() - SIOCINQ (FIONREAD) and SIOCOUTQ (TIOCOUTQ)
 * @sock: connected socket
 * @cmd: command
 * @arg: int __user *
 *
 * Context: process. Return: 0, -ENOTCONN, -EFAULT, -ENOIOCTLCMD.
 */
int nb_sock_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	struct sock *sk = sock->sk;
	struct nb_sock *nsk = nb_sk(sk);
	const struct tcp_sock *tp;
	int n;

	if (cmd != SIOCINQ && cmd != SIOCOUTQ)
		return -ENOIOCTLCMD;
	/* Pairs with nb_sock_set_state(). */
	if (smp_load_acquire(&sk->sk_state) != TCP_ESTABLISHED)
		return -ENOTCONN;
	if (cmd == SIOCINQ) {
		n = nb_rx_inq(nsk);
	} else {
		tp = tcp_sk(nsk->tcp->sk);
		n = READ_ONCE(tp->write_seq) - READ_ONCE(tp->snd_una);
	}
	return put_user(n, (int __user *)arg);
}

static void fill_tcp(const struct sock *tcp, struct nb_sock_info *info)
{
	const struct inet_sock *inet = inet_sk(tcp);
	const struct tcp_sock *tp = tcp_sk(tcp);

	info->local_addr = inet->inet_rcv_saddr;
	info->peer_addr = inet->inet_daddr;
	info->local_port = inet->inet_sport;
	info->peer_port = inet->inet_dport;
	info->rx_bytes = tp->bytes_received;
	info->tx_bytes = tp->bytes_acked;
	info->rx_queue = READ_ONCE(tp->rcv_nxt) - READ_ONCE(tp->copied_seq);
	info->tx_queue = READ_ONCE(tp->write_seq) - READ_ONCE(tp->snd_una);
}

/**
 * nb_sock_fill_info() - the picture of a socket
 * @nsk: socket; the caller holds a reference, or the file does
 * @info: is written whole
 *
 * Context: process, outer lock not held; may sleep.
 */
void nb_sock_fill_info(struct nb_sock *nsk, struct nb_sock_info *info)
{
	struct sock *sk = &nsk->sk;
	const struct nb_listener *lsn;

	memset(info, 0, sizeof(*info));
	lock_sock(sk);
	nb_sock_bind_failed(nsk);
	info->type = sk->sk_type;
	info->state = nb_sock_shown_state(nsk, sk->sk_state);
	info->called = nsk->called;
	if (nsk->name) {
		info->has_local = true;
		memcpy(info->local_name, nsk->name->name, NETBIOS_NAME_LEN);
	} else if (nsk->tcp) {
		info->has_local = true;
		memcpy(info->local_name, nsk->local_name, NETBIOS_NAME_LEN);
	}
	if (nsk->tcp) {
		info->has_peer = true;
		memcpy(info->peer_name, nsk->peer_name, NETBIOS_NAME_LEN);
		fill_tcp(nsk->tcp->sk, info);
	}
	if (nsk->scope) {
		info->scope_len = nsk->scope->len;
		memcpy(info->scope, nsk->scope->labels, nsk->scope->len);
	}
	info->uid = sock_i_uid(sk);
	info->inode = sock_i_ino(sk);
	info->ifindex = sk->sk_bound_dev_if;
	info->keepalive = nsk->keepalive;
	lsn = nsk->listener;
	if (sk->sk_state == TCP_LISTEN && lsn) {
		info->queue = READ_ONCE(lsn->waiting);
		info->backlog = sk->sk_max_ack_backlog;
	}
	if (sk->sk_type == SOCK_DGRAM)
		nb_dgram_fill_info(nb_dgram_sk(sk), info);
	release_sock(sk);
}
