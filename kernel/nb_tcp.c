// SPDX-License-Identifier: GPL-2.0
/*
 * The inner TCP socket of a session: made, hooked, read, written and let go
 * here and nowhere else.
 *
 * The callbacks run with the inner lock held, so whoever holds that lock has
 * them locked out, and unhooking under it needs no grace period. They take no
 * outer lock; see the head of nb_core.h.
 */
#include <linux/net.h>
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/tcp.h>

#include "nb_sock.h"

/* How long an acknowledgment waits for the rest of a message: ns, and slack. */
#define ACK_SOON	(100 * NSEC_PER_USEC)

/* The session above an inner socket, whose lock every callback holds. */
static struct nb_sock *owner(const struct sock *tcp)
{
	return rcu_dereference_protected(__sk_user_data(tcp),
					 lockdep_sock_is_held(tcp));
}

static void session_data_ready(struct sock *tcp)
{
	struct nb_sock *nsk = owner(tcp);

	trace_sk_data_ready(tcp);
	if (!nsk)
		return;
	if (nsk->sk.sk_state == TCP_SYN_SENT)
		nb_call_response(nsk);
	else
		nb_rx_arrived(nsk);
}

/*
 * Called only after SOCK_NOSPACE was set on the inner socket: by poll, by a
 * sender that waits, or by TCP when it refused the rest of a message.
 */
static void session_write_space(struct sock *tcp)
{
	struct nb_sock *nsk = owner(tcp);
	struct socket_wq *wq;

	if (!nsk || !sk_stream_is_writeable(tcp))
		return;
	if (nsk->tx_rest) {
		nb_sock_kick(nsk, 0);
		return;
	}
	clear_bit(SOCK_NOSPACE, &tcp->sk_socket->flags);
	rcu_read_lock();
	wq = rcu_dereference(nsk->sk.sk_wq);
	if (skwq_has_sleeper(wq))
		wake_up_interruptible_poll(&wq->wait, EPOLLOUT |
					   EPOLLWRNORM | EPOLLWRBAND);
	sock_wake_async(wq, SOCK_WAKE_SPACE, POLL_OUT);
	rcu_read_unlock();
}

/* A FIN or the end of the connection. What had arrived stays readable. */
static void session_state_change(struct sock *tcp)
{
	struct nb_sock *nsk = owner(tcp);
	struct sock *sk;

	if (!nsk)
		return;
	sk = &nsk->sk;
	if (sk->sk_state == TCP_SYN_SENT) {
		nb_call_kick(nsk);
		return;
	}
	if (tcp->sk_shutdown & RCV_SHUTDOWN) {
		nb_rx_arrived(nsk);
		nb_sock_peer_gone(nsk);
	} else {
		/* Our own FIN is acknowledged: close() may wait for that. */
		sk->sk_state_change(sk);
	}
	if (sk->sk_state == TCP_CLOSING)
		nb_sock_kick(nsk, 0);
}

static void session_error_report(struct sock *tcp)
{
	struct nb_sock *nsk = owner(tcp);

	if (!nsk || nsk->sk.sk_state == TCP_SYN_SENT || !tcp->sk_err ||
	    nsk->rx.failed)	/* reported already */
		return;
	WRITE_ONCE(nsk->sk.sk_err, tcp->sk_err);
	sk_error_report(&nsk->sk);
}

/**
 * nb_tcp_create() - make the inner socket of a caller
 * @sk: outer socket, not locked
 *
 * Runs in the caller's context, so that its cgroup and credentials are those
 * of the caller; the namespace reference allocates, hence no lock.
 *
 * Context: may sleep, no lock held. Return: the socket or an ERR_PTR.
 */
struct socket *nb_tcp_create(struct sock *sk)
{
	struct socket *tcp;
	int err;

	err = sock_create_kern(sock_net(sk), PF_INET, SOCK_STREAM, IPPROTO_TCP,
			       &tcp);
	if (err)
		return ERR_PTR(err);
	sk_net_refcnt_upgrade(tcp->sk);
	return tcp;
}

/**
 * nb_tcp_attach() - put an inner socket below a session and hook it
 * @nsk: outer socket
 * @tcp: connected or not; its callbacks are TCP's own
 *
 * Context: outer and inner lock held by the caller.
 */
void nb_tcp_attach(struct nb_sock *nsk, struct socket *tcp)
{
	struct sock *sk = tcp->sk;

	sock_owned_by_me(&nsk->sk);
	sock_owned_by_me(sk);
	nsk->tcp = tcp;
	memset(&nsk->rx, 0, sizeof(nsk->rx));
	/* A message goes out when it is complete, not when an ACK comes. */
	tcp_sk(sk)->nonagle |= TCP_NAGLE_OFF;
	/* A message is taken whole: nb_send.c waits before, not within it. */
	WRITE_ONCE(tcp_sk(sk)->notsent_lowat, UINT_MAX);
	/*
	 * TCP leaves many acknowledgments to the reader, who comes when a
	 * message is whole. A peer whose congestion window is full before that
	 * waits for the timer of delayed acknowledgments: no longer than this,
	 * and most often less, see nb_tcp_ack_soon().
	 */
	inet_csk(sk)->icsk_delack_max = 1;
	nb_tcp_sync_options(&nsk->sk, sk);

	write_lock_bh(&sk->sk_callback_lock);
	nsk->tcp_ops.data_ready = sk->sk_data_ready;
	nsk->tcp_ops.write_space = sk->sk_write_space;
	nsk->tcp_ops.state_change = sk->sk_state_change;
	nsk->tcp_ops.error_report = sk->sk_error_report;
	rcu_assign_sk_user_data(sk, nsk);
	sk->sk_data_ready = session_data_ready;
	sk->sk_write_space = session_write_space;
	sk->sk_state_change = session_state_change;
	sk->sk_error_report = session_error_report;
	write_unlock_bh(&sk->sk_callback_lock);
}

/**
 * nb_tcp_detach() - unhook the inner socket and take it from the session
 * @nsk: outer socket
 *
 * After this no callback runs or will run. Context: outer and inner lock held,
 * may sleep. Return: the inner socket, to be released without the inner lock.
 */
struct socket *nb_tcp_detach(struct nb_sock *nsk)
{
	struct socket *tcp = nsk->tcp;
	struct sock *sk = tcp->sk;

	sock_owned_by_me(&nsk->sk);
	sock_owned_by_me(sk);
	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_data_ready = nsk->tcp_ops.data_ready;
	sk->sk_write_space = nsk->tcp_ops.write_space;
	sk->sk_state_change = nsk->tcp_ops.state_change;
	sk->sk_error_report = nsk->tcp_ops.error_report;
	rcu_assign_sk_user_data(sk, NULL);
	write_unlock_bh(&sk->sk_callback_lock);
	nb_rx_purge(nsk);
	nb_tx_purge(nsk);
	nsk->tcp = NULL;
	return tcp;
}

/**
 * nb_tcp_set_owner() - to whom the inner socket of an accepted session belongs
 * @tcp: inner socket
 * @uid: owner of the listener, then of the accepted socket, as sock_graft()
 *	would set it
 *
 * The server, which accepted the connection, is a worker, or any process that
 * waits in accept(). Context: any but hard interrupts.
 */
void nb_tcp_set_owner(struct socket *tcp, kuid_t uid)
{
	struct sock *sk = tcp->sk;

	write_lock_bh(&sk->sk_callback_lock);
	SOCK_INODE(tcp)->i_uid = uid;
	sk->sk_uid = uid;
	write_unlock_bh(&sk->sk_callback_lock);
}

/**
 * nb_tcp_reset_on_free() - let the release of @tcp send RST instead of FIN
 * @tcp: inner socket
 *
 * Context: may sleep, inner lock not held.
 */
void nb_tcp_reset_on_free(struct socket *tcp)
{
	sock_no_linger(tcp->sk);
}

/**
 * nb_tcp_sync_options() - carry socket options of the core to the inner socket
 * @sk: outer socket, where setsockopt(SOL_SOCKET) left them
 * @tcp: inner socket
 *
 * The core gives a family no say in SOL_SOCKET on 6.1, so this is called with
 * every message that is sent. Context: inner lock held.
 */
void nb_tcp_sync_options(const struct sock *sk, struct sock *tcp)
{
	int ifindex = READ_ONCE(sk->sk_bound_dev_if);
	u32 prio = READ_ONCE(sk->sk_priority);
	u32 mark = READ_ONCE(sk->sk_mark);

	if (unlikely(tcp->sk_mark != mark || tcp->sk_priority != prio)) {
		WRITE_ONCE(tcp->sk_mark, mark);
		WRITE_ONCE(tcp->sk_priority, prio);
		sk_dst_reset(tcp);
	}
	if (unlikely(ifindex && tcp->sk_bound_dev_if != ifindex)) {
		WRITE_ONCE(tcp->sk_bound_dev_if, ifindex);
		sk_dst_reset(tcp);
	}
	if (unlikely(sk->sk_userlocks & SOCK_SNDBUF_LOCK &&
		     tcp->sk_sndbuf != READ_ONCE(sk->sk_sndbuf))) {
		tcp->sk_userlocks |= SOCK_SNDBUF_LOCK;
		WRITE_ONCE(tcp->sk_sndbuf, sk->sk_sndbuf);
	}
	if (unlikely(sock_flag(sk, SOCK_KEEPOPEN) !=
		     sock_flag(tcp, SOCK_KEEPOPEN))) {
		tcp->sk_prot->keepalive(tcp, sock_flag(sk, SOCK_KEEPOPEN));
		sock_valbool_flag(tcp, SOCK_KEEPOPEN,
				  sock_flag(sk, SOCK_KEEPOPEN));
	}
}

/**
 * nb_tcp_disconnect() - make the inner socket of a call ready for another try
 * @tcp: inner socket
 *
 * Context: may sleep, inner lock not held. Return: 0 or a negative errno.
 */
int nb_tcp_disconnect(struct socket *tcp)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	int err;

	err = kernel_connect(tcp, &none, sizeof(none), O_NONBLOCK);
	sock_error(tcp->sk);	/* of the try before */
	return err;
}

/**
 * nb_tcp_connect() - start to connect, without waiting
 * @tcp: inner socket
 * @addr: IPv4 address
 * @port: TCP port, network order
 *
 * The source port is an ephemeral one (SS-028).
 * Context: may sleep, inner lock not held.
 * Return: 0 connected, -EINPROGRESS, or why not.
 */
int nb_tcp_connect(struct socket *tcp, __be32 addr, __be16 port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = addr,
		.sin_port = port,
	};

	return kernel_connect(tcp, (struct sockaddr *)&sin, sizeof(sin),
			      O_NONBLOCK);
}

/**
 * nb_tcp_send() - queue a control packet
 * @tcp: inner socket
 * @data: packet, header included
 * @len: octets
 *
 * Context: inner lock held. Return: 0, or a negative errno with the stream
 * perhaps broken inside the packet: the caller gives the session up.
 */
int nb_tcp_send(struct sock *tcp, void *data, size_t len)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };
	struct kvec vec = { .iov_base = data, .iov_len = len };
	int ret;

	sock_owned_by_me(tcp);
	iov_iter_kvec(&msg.msg_iter, ITER_SOURCE, &vec, 1, len);
	ret = tcp_sendmsg_locked(tcp, &msg, len);
	if (ret < 0)
		return ret;
	return ret == len ? 0 : -ENOBUFS;
}

/**
 * nb_tcp_peek() - look at the first octets of the receive queue
 * @tcp: inner socket
 * @buf: where they go
 * @len: how many
 *
 * Context: inner lock held, any context. Return: false if fewer are there.
 */
bool nb_tcp_peek(struct sock *tcp, void *buf, size_t len)
{
	u32 seq = tcp_sk(tcp)->copied_seq;
	struct sk_buff *skb;

	if (tcp_inq(tcp) < len)
		return false;
	skb_queue_walk(&tcp->sk_receive_queue, skb) {
		u32 offset = seq - TCP_SKB_CB(skb)->seq;
		u32 n;

		if (offset >= skb->len)
			continue;
		n = min_t(u32, len, skb->len - offset);
		if (skb_copy_bits(skb, offset, buf, n))
			return false;
		buf += n;
		seq += n;
		len -= n;
		if (!len)
			return true;
	}
	return false;
}

/**
 * nb_tcp_peek_header() - look at the header of the next packet
 * @tcp: inner socket
 * @hdr: room for NB_WIRE_HDR_LEN octets
 *
 * As nb_tcp_peek(), for every message that arrives: nearly always the four
 * octets lie together in the first buffer.
 * Context: inner lock held, any context.
 * Return: the header, in @hdr or in place; NULL if it is not whole yet.
 */
const u8 *nb_tcp_peek_header(struct sock *tcp, u8 *hdr)
{
	struct sk_buff *skb = skb_peek(&tcp->sk_receive_queue);
	const skb_frag_t *frag;
	u32 offset;

	if (!skb)
		return NULL;
	offset = tcp_sk(tcp)->copied_seq - TCP_SKB_CB(skb)->seq;
	if (offset + NB_WIRE_HDR_LEN <= skb_headlen(skb))
		return skb->data + offset;
	frag = skb_shinfo(skb)->frags;
	if (!skb_headlen(skb) && skb_shinfo(skb)->nr_frags &&
	    offset + NB_WIRE_HDR_LEN <= skb_frag_size(frag)) {
		const u8 *data = skb_frag_address_safe(frag);

		if (data)
			return data + offset;
	}
	return nb_tcp_peek(tcp, hdr, NB_WIRE_HDR_LEN) ? hdr : NULL;
}

/**
 * nb_tcp_eat() - throw away the first octets of the receive queue
 * @tcp: inner socket
 * @len: how many; fewer if fewer are there
 *
 * Context: inner lock held, any context.
 */
void nb_tcp_eat(struct sock *tcp, size_t len)
{
	if (len)
		tcp_read_done(tcp, len);
}

/**
 * nb_tcp_ack_soon() - do not leave an acknowledgment to a reader
 * @tcp: inner socket
 *
 * If TCP has put an acknowledgment off, send it in less than a jiffy, in which
 * a fast network carries fifty long messages. Not at once: most often the rest
 * of the message is on its way, and whoever reads or answers it acknowledges
 * it, too. If TCP has not decided yet, nb_tcp_attach() sets the limit.
 *
 * This is the timer that TCP has for acknowledgments that it compresses; any
 * that is sent meanwhile stops it, see tcp_event_ack_sent().
 *
 * Context: inner lock held, any context.
 */
void nb_tcp_ack_soon(struct sock *tcp)
{
	struct tcp_sock *tp = tcp_sk(tcp);

	if (tp->compressed_ack ||
	    !(inet_csk(tcp)->icsk_ack.pending & ICSK_ACK_TIMER))
		return;
	tp->compressed_ack = 1;
	if (hrtimer_is_queued(&tp->compressed_ack_timer))
		return;
	sock_hold(tcp);
	hrtimer_start_range_ns(&tp->compressed_ack_timer,
			       ns_to_ktime(ACK_SOON), ACK_SOON,
			       HRTIMER_MODE_REL_PINNED_SOFT);
}

/**
 * nb_tcp_send_fin() - close the sending side, once
 * @tcp: inner socket
 *
 * A shutdown calls sk_state_change, which may bring whoever called this back
 * here. Context: may sleep, inner lock not held.
 */
void nb_tcp_send_fin(struct socket *tcp)
{
	if (!(READ_ONCE(tcp->sk->sk_shutdown) & SEND_SHUTDOWN))
		kernel_sock_shutdown(tcp, SHUT_WR);
}

/**
 * nb_tcp_drained() - has the peer acknowledged all that was sent?
 * @tcp: inner socket
 *
 * Context: any; exact with the inner lock held.
 */
bool nb_tcp_drained(const struct sock *tcp)
{
	const struct tcp_sock *tp = tcp_sk(tcp);

	return tcp->sk_state == TCP_CLOSE ||
	       READ_ONCE(tp->write_seq) == READ_ONCE(tp->snd_una);
}
