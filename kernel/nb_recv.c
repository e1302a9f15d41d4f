// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving session messages (RFC 1002 4.3.6, 5.2.2.2).
 *
 * There is no queue of messages. Octets wait where TCP put them, and the
 * reader copies them once, from TCP's queue to the user, when its message is
 * whole; until then recv takes nothing, so a signal or a time-out loses
 * nothing. An arrival looks at the four header octets, eats keep-alives and
 * wakes one reader for a whole message.
 *
 * One thing would stop that: a message larger than the window, which no
 * reader opens: see nb_stage.c.
 */
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "nb_sock.h"

#define NB_RECV_FLAGS	(MSG_DONTWAIT | MSG_PEEK | MSG_TRUNC | MSG_WAITALL | \
			 MSG_NOSIGNAL | MSG_CMSG_CLOEXEC | MSG_CMSG_COMPAT)

/* The peer broke the protocol: what it sent before stays readable. */
static void fail(struct nb_sock *nsk, int stat)
{
	NB_INC_STATS(nb_net(sock_net(&nsk->sk)), stat);
	nsk->rx.failed = true;
	nb_sock_over(nsk, -EPROTO);
}

/* Octets in TCP's queue, as tcp_inq(): no urgent ones, see parse_queue(). */
static inline u32 queued(const struct sock *tcp)
{
	u32 n = tcp_sk(tcp)->rcv_nxt - tcp_sk(tcp)->copied_seq;

	return n && sock_flag(tcp, SOCK_DONE) ? n - 1 : n;	/* the FIN */
}

/*
 * Look at the next header. The first octets of one that is not whole leave
 * TCP's queue: even one of them can pin a buffer that is as large as all TCP
 * may have, and then the others would never come.
 */
static const u8 *peek_header(struct nb_rx *rx, struct sock *tcp)
{
	u32 n;

	if (likely(!rx->hdr_len)) {
		const u8 *hdr = nb_tcp_peek_header(tcp, rx->hdr);

		if (likely(hdr))
			return hdr;
	}
	n = min_t(u32, queued(tcp), NB_WIRE_HDR_LEN - rx->hdr_len);
	if (!n || !nb_tcp_peek(tcp, rx->hdr + rx->hdr_len, n))
		return NULL;
	if (rx->hdr_len + n == NB_WIRE_HDR_LEN)
		return rx->hdr;
	nb_tcp_eat(tcp, n);
	rx->hdr_len += n;
	return NULL;
}

/* Find the header of the next message; keep-alives go on the way (SS-013). */
static bool next_header(struct nb_sock *nsk, struct sock *tcp)
{
	struct nb_rx *rx = &nsk->rx;
	const u8 *hdr;
	u32 len;
	u8 type;

	while ((hdr = peek_header(rx, tcp))) {
		rx->header = NB_WIRE_HDR_LEN - rx->hdr_len;
		rx->hdr_len = 0;
		if (likely(nb_wire_get_message(hdr, &rx->len))) {
			rx->staged = 0;
			rx->seen = 0;
			rx->known = true;
			return true;
		}
		if (nb_wire_get_header(hdr, &type, &len) ||
		    type != NB_SSN_KEEPALIVE) {
			fail(nsk, NB_STAT_BAD_PACKET);
			return false;
		}
		NB_INC_STATS(nb_net(sock_net(&nsk->sk)),
			     NB_STAT_KEEPALIVES_RECEIVED);
		nb_tcp_eat(tcp, rx->header);
	}
	return false;
}

static noinline bool parse_queue(struct nb_sock *nsk, struct sock *tcp)
{
	struct nb_rx *rx = &nsk->rx;
	u32 inq, missing;

	if (rx->failed)
		return false;
	if (unlikely(tcp_sk(tcp)->urg_data)) {
		fail(nsk, NB_STAT_URGENT_DATA);
		return false;
	}
	if (nsk->stream) {
		WRITE_ONCE(rx->ready, true);
		return true;
	}
	if (!rx->known && !next_header(nsk, tcp))
		return false;
	inq = queued(tcp);	/* keep-alives may have gone */
	missing = rx->len - rx->staged + rx->header;
	if (inq < missing) {
		if (nb_stage_needed(tcp, missing - inq))
			nb_stage(nsk, tcp);
		nb_tcp_ack_soon(tcp);
		return false;
	}
	WRITE_ONCE(rx->ready, true);
	return true;
}

/* Is the message at the head whole? Sets rx->ready. */
static bool parse(struct nb_sock *nsk, struct sock *tcp)
{
	return nsk->rx.ready || (queued(tcp) && parse_queue(nsk, tcp));
}

/*
 * An arrival that brought nothing: TCP had no memory for it, and may have
 * closed the window that it had promised. Give it what is there.
 */
static void look_for_progress(struct nb_sock *nsk, struct sock *tcp)
{
	struct nb_rx *rx = &nsk->rx;
	u32 inq = queued(tcp);

	if (inq && inq == rx->seen) {
		nb_stage(nsk, tcp);
		inq = queued(tcp);
	}
	rx->seen = inq;
}

/**
 * nb_rx_arrived() - octets came in
 * @nsk: session
 *
 * Context: inner lock held, softirq or process.
 */
void nb_rx_arrived(struct nb_sock *nsk)
{
	struct sock *tcp = nsk->tcp->sk;

	if (unlikely(nsk->rx.discard)) {
		nb_tcp_eat(tcp, tcp_inq(tcp));
		return;
	}
	if (nsk->rx.ready)
		return;
	if (parse(nsk, tcp))
		nsk->sk.sk_data_ready(&nsk->sk);
	else if (nsk->rx.known && !nsk->rx.failed)
		look_for_progress(nsk, tcp);
}

/**
 * nb_rx_unanswered() - is there a message that the user may want to answer?
 * @nsk: session
 *
 * Context: inner lock held, any context. There is none after nb_rx_discard();
 * who broke the protocol is not asked about.
 * Return: whether a whole message is here, or was the last to go either way.
 */
bool nb_rx_unanswered(const struct nb_sock *nsk)
{
	const struct nb_rx *rx = &nsk->rx;

	return rx->ready || rx->asked;
}

/**
 * nb_rx_purge() - forget what was staged
 * @nsk: session
 *
 * Context: inner lock held, process.
 */
void nb_rx_purge(struct nb_sock *nsk)
{
	bool failed = nsk->rx.failed;

	__skb_queue_purge(&nsk->sk.sk_receive_queue);
	memset(&nsk->rx, 0, sizeof(nsk->rx));
	nsk->rx.failed = failed;
}

/**
 * nb_rx_discard() - from now on throw away whatever arrives
 * @nsk: session
 *
 * Unread octets would make TCP reset the connection at close, and with it
 * drop messages that the user sent before (SS-050).
 * Context: inner lock held, process.
 */
void nb_rx_discard(struct nb_sock *nsk)
{
	nb_rx_purge(nsk);
	nsk->rx.discard = true;
	nb_rx_arrived(nsk);
}

/**
 * nb_rx_inq() - octets of the next message, or of a stream, for FIONREAD
 * @nsk: session
 *
 * Context: process, inner lock not held.
 * Return: its length, 0 if none is whole.
 */
int nb_rx_inq(struct nb_sock *nsk)
{
	struct sock *tcp = nsk->tcp->sk;
	int len = 0;

	lock_sock(tcp);
	if (parse(nsk, tcp))
		len = nsk->stream ? queued(tcp) : nsk->rx.len;
	release_sock(tcp);
	return len;
}

static int wait_arrival(struct sock *sk, struct sock *tcp, long *timeo)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	if (!*timeo)
		return -EAGAIN;
	if (signal_pending(current))
		return sock_intr_errno(*timeo);
	/* Exclusive: one message wakes one reader. */
	add_wait_queue_exclusive(sk_sleep(sk), &wait);
	release_sock(tcp);
	*timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, *timeo);
	lock_sock(tcp);
	remove_wait_queue(sk_sleep(sk), &wait);
	return 0;
}

/* The peer has gone; inside a message that is no orderly end. */
static int end_of_session(struct nb_sock *nsk, struct sock *tcp)
{
	struct nb_rx *rx = &nsk->rx;

	if (rx->failed || rx->discard)
		return 0;
	if (!rx->known && !rx->hdr_len && !queued(tcp))
		return 0;
	nb_rx_discard(nsk);
	NB_INC_STATS(nb_net(sock_net(&nsk->sk)),
		     NB_STAT_RX_RESET_INSIDE_MESSAGE);
	return -ECONNRESET;
}

/**
 * nb_rx_wait() - wait for a message
 * @sk: session
 * @tcp: its inner socket
 * @timeo: jiffies to wait
 *
 * Context: process, inner lock held, which is let go while it waits.
 * Return: 1 a message is whole, 0 end of session, or a negative errno.
 */
int nb_rx_wait(struct sock *sk, struct sock *tcp, long timeo)
{
	struct nb_sock *nsk = nb_sk(sk);
	int err;

	for (;;) {
		if (parse(nsk, tcp))
			return 1;
		err = sock_error(sk);
		if (err && sk->sk_shutdown & RCV_SHUTDOWN)
			nb_rx_discard(nsk);	/* told once, not twice */
		if (err)
			return err;
		if (sk->sk_shutdown & RCV_SHUTDOWN) {
			err = end_of_session(nsk, tcp);
			nb_sock_told(nsk);
			return err;
		}
		err = wait_arrival(sk, tcp, &timeo);
		if (err)
			return err;
	}
}

/* The first @n octets of the body; nothing leaves the queues. */
static int copy_body(struct nb_sock *nsk, struct sock *tcp, struct msghdr *msg,
		     u32 n)
{
	u32 seq = tcp_sk(tcp)->copied_seq + nsk->rx.header, len;
	struct sk_buff *skb;
	int err;

	if (nsk->rx.staged) {
		len = min(n, nsk->rx.staged);
		err = nb_stage_peek(nsk, msg, len);
		n -= len;
		if (err || !n)
			return err;
	}
	skb_queue_walk(&tcp->sk_receive_queue, skb) {
		u32 offset = seq - TCP_SKB_CB(skb)->seq;

		if (offset >= skb->len)
			continue;
		len = min(n, skb->len - offset);
		err = skb_copy_datagram_msg(skb, offset, msg, len);
		seq += len;
		n -= len;
		if (err || !n)
			return err;
	}
	return 0;
}

/* Header and @n octets of the body leave the queues. */
static void drop_body(struct nb_sock *nsk, struct sock *tcp, u32 n)
{
	struct nb_rx *rx = &nsk->rx;
	u32 staged = min(n, rx->staged);

	if (staged)
		nb_stage_drop(nsk, staged);
	nb_tcp_eat(tcp, rx->header + n - staged);
	rx->header = 0;
	rx->asked = true;
	rx->len -= n;
	if (!rx->len) {
		rx->known = false;
		WRITE_ONCE(rx->ready, false);
	}
}

/**
 * nb_rx_took() - octets of a stream left TCP's queue
 * @nsk: session
 *
 * Context: inner lock held, process.
 */
void nb_rx_took(struct nb_sock *nsk)
{
	nsk->rx.asked = true;
	WRITE_ONCE(nsk->rx.ready, queued(nsk->tcp->sk));
}

/*
 * Octets of a stream. Return: how many, or -EFAULT, which takes none.
 */
static int take_octets(struct nb_sock *nsk, struct sock *tcp,
		       struct msghdr *msg, size_t size, int flags)
{
	u32 n = min_t(size_t, queued(tcp), size);
	int err = copy_body(nsk, tcp, msg, n);

	if (err)
		return err;
	if (!(flags & MSG_PEEK)) {
		nb_tcp_eat(tcp, n);
		nb_rx_took(nsk);
	}
	return n;
}

/*
 * Give the message at the head, or its first part, to the user. It is
 * consumed even if copying fails.
 * Return: octets, the real length for MSG_TRUNC, or -EFAULT.
 */
static int take_message(struct nb_sock *nsk, struct sock *tcp,
			struct msghdr *msg, size_t size, int flags)
{
	u32 len = nsk->rx.len, n = min_t(size_t, len, size);
	bool rest = n < len && nsk->keep_rest;
	int err = n ? copy_body(nsk, tcp, msg, n) : 0;

	if (!(flags & MSG_PEEK))
		drop_body(nsk, tcp, rest ? n : len);
	if (err)
		return err;
	if (n < len && !rest)
		msg->msg_flags |= MSG_TRUNC;
	if (!rest)
		msg->msg_flags |= MSG_EOR;
	return flags & MSG_TRUNC ? len : n;
}

/**
 * nb_rx_pass_on() - what a reader leaves behind is the next reader's
 * @sk: session
 *
 * Context: inner lock held, process.
 */
void nb_rx_pass_on(struct sock *sk)
{
	struct nb_sock *nsk = nb_sk(sk);
	struct sock *tcp = nsk->tcp->sk;

	if (!parse(nsk, tcp))
		nsk->rx.seen = queued(tcp);
	else if (wq_has_sleeper(sk_sleep(sk)))
		sk->sk_data_ready(sk);
}

/**
 * nb_recvmsg() - receive one session message, or octets of a stream
 * @sock: socket of the user
 * @msg: buffer; MSG_EOR tells that the message ends here, MSG_TRUNC that its
 *	rest was dropped
 * @size: octets of the buffer
 * @flags: MSG_*
 *
 * Context: process, no lock held.
 * Return: octets; 0 without MSG_EOR at the end of the session; -EAGAIN,
 * -EINTR, -ENOTCONN, -EOPNOTSUPP (flags), -ECONNRESET (lost, also within a
 * message), -EPROTO (the peer broke the protocol), -EFAULT.
 */
int nb_recvmsg(struct socket *sock, struct msghdr *msg, size_t size, int flags)
{
	struct sock *sk = sock->sk, *tcp;
	struct nb_sock *nsk = nb_sk(sk);
	long timeo;
	int ret;

	if (flags & ~NB_RECV_FLAGS)
		return -EOPNOTSUPP;
	/* Pairs with nb_sock_set_state(). */
	if (smp_load_acquire(&sk->sk_state) != TCP_ESTABLISHED)
		return -ENOTCONN;

	timeo = sock_rcvtimeo(sk, flags & MSG_DONTWAIT);
	msg->msg_namelen = 0;
	tcp = nsk->tcp->sk;
	lock_sock(tcp);
	ret = nb_rx_wait(sk, tcp, timeo);
	if (ret > 0) {
		ret = nsk->stream ?
		      take_octets(nsk, tcp, msg, size, flags) :
		      take_message(nsk, tcp, msg, size, flags);
		nb_rx_pass_on(sk);
	}
	release_sock(tcp);
	return ret;
}
