// SPDX-License-Identifier: GPL-2.0
/*
 * Sending session messages (RFC 1002 4.3.6, 5.2.2.1) and keep-alives.
 *
 * A sender waits before its first octet until the inner socket has room, and
 * only there. From then on the message is taken whole: TCP is called without
 * waiting, so the inner lock is never dropped between the header and the last
 * octet, and no other sender, keep-alive or shutdown can come in between.
 * That is why no further lock or turn is needed, and why two peers that send
 * to each other cannot block each other's receiver.
 *
 * What TCP then refuses for want of memory is kept in @tx_rest and pushed
 * from @work; nothing else is sent before it.
 */
#include <linux/mm.h>
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/tcp.h>

#include "nb_sock.h"

#define NB_SEND_FLAGS	(MSG_DONTWAIT | MSG_NOSIGNAL | MSG_EOR | MSG_MORE | \
			 MSG_BATCH | MSG_CMSG_COMPAT)

/*
 * Up to here a bad buffer is found before the header is on its way, and takes
 * nothing. Of longer ones every page would cost some 30 instructions.
 */
#define TX_CHECK_MAX	1024

/* Longer messages are not held back for MSG_MORE: it gains nothing. */
#define TX_CORK_MAX	4096

/* Wait before another try when TCP had no memory and nothing is in flight. */
#define TX_RETRY	(HZ / 20)

/**
 * struct nb_tx_rest - octets of a message that TCP did not take yet
 * @off: first of them
 * @len: end of @data
 * @data: octets
 */
struct nb_tx_rest {
	size_t	off;
	size_t	len;
	u8	data[] __counted_by(len);
};

/* Send buffer that n more octets may need, whatever the segment size. */
static size_t space_for(const struct sock *tcp, size_t n)
{
	size_t segs = n / max_t(u32, tcp_sk(tcp)->mss_cache, 1) + 2;

	return n + NB_WIRE_HDR_LEN + segs * 2 * SKB_TRUESIZE(MAX_TCP_HEADER);
}

static void push_corked(struct nb_sock *nsk)
{
	if (READ_ONCE(nsk->corked)) {
		WRITE_ONCE(nsk->corked, false);
		tcp_sock_set_nodelay(nsk->tcp->sk);
	}
}

static int wait_space(struct sock *sk, struct sock *tcp, long *timeo)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	sk_set_bit(SOCKWQ_ASYNC_NOSPACE, sk);
	set_bit(SOCK_NOSPACE, &tcp->sk_socket->flags);
	if (!*timeo)
		return -EAGAIN;
	if (signal_pending(current))
		return sock_intr_errno(*timeo);
	add_wait_queue(sk_sleep(sk), &wait);
	release_sock(tcp);
	push_corked(nb_sk(sk));
	*timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, *timeo);
	lock_sock(tcp);
	remove_wait_queue(sk_sleep(sk), &wait);
	return 0;
}

/**
 * nb_tx_wait() - wait for the right to send
 * @sk: session
 * @tcp: its inner socket
 * @flags: MSG_DONTWAIT
 *
 * Context: process, inner lock held, which is let go while it waits.
 * Return: 0, or a negative errno as nb_sendmsg(); nothing was taken then.
 */
int nb_tx_wait(struct sock *sk, struct sock *tcp, int flags)
{
	long timeo = sock_sndtimeo(sk, flags & MSG_DONTWAIT);
	struct nb_sock *nsk = nb_sk(sk);
	int err;

	for (;;) {
		/* SO_ERROR may take it away at any moment */
		err = sock_error(sk);
		if (err)
			return err;
		if (sk->sk_shutdown & SEND_SHUTDOWN)
			return -EPIPE;
		if (!nsk->tx_rest && sk_stream_memory_free(tcp))
			return 0;
		err = wait_space(sk, tcp, &timeo);
		if (err)
			return err;
	}
}

/* The stream is broken inside a message: nothing sensible can follow. */
static void tx_abort(struct nb_sock *nsk, int err)
{
	NB_INC_STATS(nb_net(sock_net(&nsk->sk)), NB_STAT_TX_ABORTED);
	nsk->rx.failed = true;
	nb_sock_over(nsk, err);
}

/* Keep what is left in @from, @head first, until TCP has memory. */
static int stash(struct nb_sock *nsk, struct iov_iter *from, const u8 *head,
		 size_t head_len)
{
	size_t n = iov_iter_count(from);
	struct nb_tx_rest *rest;

	NB_INC_STATS(nb_net(sock_net(&nsk->sk)), NB_STAT_TX_REST);
	rest = kvmalloc(struct_size(rest, data, head_len + n),
			GFP_KERNEL_ACCOUNT);
	if (!rest) {
		tx_abort(nsk, -ENOBUFS);
		return -ENOBUFS;
	}
	rest->off = 0;
	rest->len = head_len + n;
	memcpy(rest->data, head, head_len);
	if (!copy_from_iter_full(rest->data + head_len, n, from)) {
		kvfree(rest);
		tx_abort(nsk, -ECONNABORTED);
		return -EFAULT;
	}
	WRITE_ONCE(nsk->tx_rest, rest);
	/* Not the run that is pending: that may be the next keep-alive's. */
	nb_sock_kick(nsk, TX_RETRY);
	return 0;
}

/*
 * Hand @len octets to TCP without waiting.
 * Return: octets taken, or a negative errno if the connection is no more.
 */
static int give(struct sock *tcp, struct msghdr *msg, size_t len, bool more)
{
	int ret;

	msg->msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0);
	ret = tcp_sendmsg_locked(tcp, msg, len);
	return ret == -EAGAIN || ret == -EFAULT ? 0 : ret;
}

static int give_header(struct sock *tcp, u8 *hdr, bool more)
{
	struct kvec vec = { .iov_base = hdr, .iov_len = NB_WIRE_HDR_LEN };
	struct msghdr msg = {};

	iov_iter_kvec(&msg.msg_iter, ITER_SOURCE, &vec, 1, NB_WIRE_HDR_LEN);
	return give(tcp, &msg, NB_WIRE_HDR_LEN, more);
}

/* Header from the kernel, body straight from the user. */
static int push_packet(struct nb_sock *nsk, struct sock *tcp,
		       struct msghdr *msg, size_t len, bool more)
{
	u8 hdr[NB_WIRE_HDR_LEN];
	int ret;

	nb_wire_put_header(hdr, NB_SSN_MESSAGE, len);
	/* What is queued goes out with the body, if there is one. */
	if (unlikely(!len) || !nb_tcp_queue_header(tcp, hdr)) {
		ret = give_header(tcp, hdr, len || more);
		if (ret < 0)
			return ret;
		if (unlikely(ret < NB_WIRE_HDR_LEN))
			return stash(nsk, &msg->msg_iter, hdr + ret,
				     NB_WIRE_HDR_LEN - ret);
	}
	ret = give(tcp, msg, len, more);
	if (ret < 0 || likely(ret == len))
		return ret < 0 ? ret : 0;
	return stash(nsk, &msg->msg_iter, NULL, 0);
}

static int push_message(struct nb_sock *nsk, struct sock *tcp,
			struct msghdr *msg, size_t len)
{
	bool more = msg->msg_flags & (MSG_MORE | MSG_BATCH) &&
		    len <= TX_CORK_MAX;
	int sndbuf = tcp->sk_sndbuf, room, err;

	/* Whole or not at all: for this call the buffer is large enough. */
	room = tcp->sk_wmem_queued + space_for(tcp, len);
	if (room > sndbuf)
		WRITE_ONCE(tcp->sk_sndbuf, room);
	err = push_packet(nsk, tcp, msg, len, more);
	if (room > sndbuf && tcp->sk_sndbuf == room)
		WRITE_ONCE(tcp->sk_sndbuf, sndbuf);
	WRITE_ONCE(nsk->corked, more);
	nsk->rx.asked = false;
	return err;
}

static int send_message(struct sock *sk, struct msghdr *msg, size_t len)
{
	struct nb_sock *nsk = nb_sk(sk);
	struct sock *tcp = nsk->tcp->sk;
	int flags = msg->msg_flags;
	int err;

	if (len <= TX_CHECK_MAX &&
	    fault_in_iov_iter_readable(&msg->msg_iter, len))
		return -EFAULT;
	lock_sock(tcp);
	nb_tcp_sync_options(sk, tcp);
	err = nb_tx_wait(sk, tcp, flags);
	if (!err)
		err = push_message(nsk, tcp, msg, len);
	release_sock(tcp);
	return err;
}

/**
 * nb_tx_check() - may this be sent at all?
 * @sk: session
 * @msg: what
 *
 * Context: process. Return: 0, -ENOTCONN, -EALREADY or -EISCONN.
 */
int nb_tx_check(const struct sock *sk, const struct msghdr *msg)
{
	/* Pairs with nb_sock_set_state(). */
	if (smp_load_acquire(&sk->sk_state) == TCP_ESTABLISHED)
		return msg->msg_namelen ? -EISCONN : 0;
	if (READ_ONCE(nb_sk(sk)->bind_err) == -EINPROGRESS)
		return -EALREADY;
	return -ENOTCONN;
}

/**
 * nb_sendmsg() - send one session message, or octets of a stream
 * @sock: socket of the user
 * @msg: one message, whatever the number of buffers
 * @len: octets, 0 to NETBIOS_MAX_MESSAGE
 *
 * All or nothing, also without blocking. MSG_MORE and sendmmsg() let small
 * messages travel together.
 *
 * Context: process, no lock held.
 * Return: @len, or -EMSGSIZE, -EAGAIN, -EINTR, -EPIPE, -ENOTCONN, -EISCONN
 * (an address was given), -EALREADY (a claim is pending), -EINVAL (control
 * data), -EOPNOTSUPP (flags), -EFAULT, -ENOBUFS, or the error that ended the
 * session.
 */
int nb_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct sock *sk = sock->sk;
	int flags = msg->msg_flags;
	int err;

	if (unlikely(nb_sk(sk)->stream))
		return nb_stream_sendmsg(sk, msg);
	if (flags & ~NB_SEND_FLAGS)
		return -EOPNOTSUPP;
	err = nb_tx_check(sk, msg);
	if (err)
		return err;
	err = -EINVAL;
	if (msg->msg_controllen)
		goto out;
	err = -EMSGSIZE;
	if (len > NETBIOS_MAX_MESSAGE)
		goto out;

	err = send_message(sk, msg, len);
out:
	if (likely(!err))
		return len;
	/* sendmmsg() stops here: what it corked before must not wait. */
	push_corked(nb_sk(sk));
	return err == -EPIPE ? sk_stream_error(sk, flags, err) : err;
}

/**
 * nb_tx_writable() - would the next message, of any size, be taken at once?
 * @nsk: session
 *
 * Context: any, no lock needed.
 */
bool nb_tx_writable(struct nb_sock *nsk)
{
	return !READ_ONCE(nsk->tx_rest) && sk_stream_is_writeable(nsk->tcp->sk);
}

/**
 * nb_tx_push_rest() - push what TCP refused before
 * @nsk: session
 *
 * Context: process, inner lock held.
 */
void nb_tx_push_rest(struct nb_sock *nsk)
{
	struct nb_tx_rest *rest = nsk->tx_rest;
	struct sock *tcp = nsk->tcp->sk;

	while (rest && rest->off < rest->len) {
		struct kvec vec = {
			.iov_base = rest->data + rest->off,
			.iov_len = rest->len - rest->off,
		};
		struct msghdr msg = {};
		int ret;

		iov_iter_kvec(&msg.msg_iter, ITER_SOURCE, &vec, 1, vec.iov_len);
		ret = give(tcp, &msg, vec.iov_len, false);
		if (ret < 0)
			break;
		if (!ret) {
			set_bit(SOCK_NOSPACE, &tcp->sk_socket->flags);
			nb_sock_kick_idle(nsk, TX_RETRY);
			return;
		}
		rest->off += ret;
	}
	nb_tx_purge(nsk);
	tcp->sk_write_space(tcp);
}

/**
 * nb_tx_purge() - forget what TCP refused
 * @nsk: session
 *
 * Context: process, inner lock held.
 */
void nb_tx_purge(struct nb_sock *nsk)
{
	kvfree(nsk->tx_rest);
	WRITE_ONCE(nsk->tx_rest, NULL);
}

/* Jiffies since anything went either way. TCP keeps both times anyway. */
static u32 idle_time(const struct sock *tcp)
{
	return min_t(u32, tcp_jiffies32 - tcp_sk(tcp)->lsndtime,
		     tcp_jiffies32 - inet_csk(tcp)->icsk_ack.lrcvtime);
}

/**
 * nb_tx_keepalive() - send SESSION KEEP ALIVE if the session was idle (SS-046)
 * @nsk: session
 *
 * With octets unacknowledged TCP itself finds out whether the peer lives.
 *
 * Context: process, inner lock held.
 * Return: jiffies until this is to be called again, 0 for never.
 */
unsigned long nb_tx_keepalive(struct nb_sock *nsk)
{
	unsigned long interval = READ_ONCE(nsk->keepalive) * HZ;
	struct sock *tcp = nsk->tcp->sk;
	u8 hdr[NB_WIRE_HDR_LEN];
	u32 idle;

	/* Of a stream only the user knows where a message ends. */
	if (!interval || nsk->sk.sk_shutdown || nsk->stream)
		return 0;
	idle = idle_time(tcp);
	if (idle < interval)
		return interval - idle;
	if (nsk->tx_rest || !nb_tcp_drained(tcp))
		return interval;
	nb_wire_put_header(hdr, NB_SSN_KEEPALIVE, 0);
	if (nb_tcp_send(tcp, hdr, sizeof(hdr))) {
		tx_abort(nsk, -ECONNABORTED);
		return 0;
	}
	NB_INC_STATS(nb_net(sock_net(&nsk->sk)), NB_STAT_KEEPALIVES_SENT);
	return interval;
}
