// SPDX-License-Identifier: GPL-2.0
/*
 * The end of an AF_NETBIOS socket: the peer's hang-up and ours, shutdown,
 * close with pending data, SO_LINGER (RFC 1001 16.1.3, RFC 1002 5.2.3).
 */
#include <linux/net.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "nb_sock.h"

static unsigned long close_timeout(const struct sock *sk)
{
	return READ_ONCE(nb_net(sock_net(sk))->settings.close_timeout) * HZ;
}

/* Tell, once, that a session is no more. The inner lock is held. */
static void tell_over(struct nb_sock *nsk, int err)
{
	sock_owned_by_me(nsk->tcp->sk);
	if (nsk->over)
		return;
	nsk->over = true;
	if (err)
		NB_INC_STATS(nb_net(sock_net(&nsk->sk)), NB_STAT_SESSION_LOST);
	nb_event_session(nsk, NETBIOS_SESSION_STATE_CLOSED, err);
}

/* The same from here: it may be ending by itself just now. */
static void end_by_us(struct nb_sock *nsk, int err)
{
	lock_sock(nsk->tcp->sk);
	tell_over(nsk, err);
	release_sock(nsk->tcp->sk);
}

/**
 * nb_sock_over() - a session has ended, both ways (RFC 1001 16.1.3)
 * @nsk: session
 * @err: how: 0 orderly, or a negative errno for whoever sends or receives
 *
 * Whole messages that had arrived stay readable (SS-051).
 * Context: inner lock held, softirq or process.
 */
void nb_sock_over(struct nb_sock *nsk, int err)
{
	struct sock *sk = &nsk->sk;

	if (err)
		WRITE_ONCE(sk->sk_err, -err);
	WRITE_ONCE(sk->sk_shutdown, SHUTDOWN_MASK);
	tell_over(nsk, err);
	sk->sk_state_change(sk);
	sk_wake_async(sk, SOCK_WAKE_WAITD, POLL_HUP);
	/* Most users close now, which makes the work needless. */
	nb_sock_kick(nsk, 1);
}

/**
 * nb_sock_peer_gone() - the peer's FIN came, or the connection is no more
 * @nsk: session; what had arrived was looked at
 *
 * The end of a session is the end both ways (SS-051). But a peer may send a
 * message with its FIN right behind and wait for the answer, and a program
 * that is about to answer cannot know of that FIN. So when there is a message
 * that was not answered, and TCP can still send, the session ends a little
 * later: when recv has told the end, when the user closes, or after
 * SSN_CLOSE_TIMEOUT.
 *
 * Context: inner lock held, softirq or process.
 */
void nb_sock_peer_gone(struct nb_sock *nsk)
{
	struct sock *sk = &nsk->sk, *tcp = nsk->tcp->sk;

	if (tcp->sk_state != TCP_CLOSE_WAIT ||
	    sk->sk_shutdown & SEND_SHUTDOWN || !nb_rx_unanswered(nsk)) {
		nb_sock_over(nsk, nsk->rx.failed ? 0 : -tcp->sk_err);
		return;
	}
	if (sk->sk_shutdown & RCV_SHUTDOWN)	/* a FIN that came again */
		return;
	nsk->drain_end = jiffies + close_timeout(sk);
	WRITE_ONCE(sk->sk_shutdown, RCV_SHUTDOWN);
	sk->sk_state_change(sk);
	sk_wake_async(sk, SOCK_WAKE_WAITD, POLL_IN);
	nb_sock_kick(nsk, 1);	/* which then waits for @drain_end */
}

/**
 * nb_sock_told() - the user was told that the peer has gone
 * @nsk: session
 *
 * Context: inner lock held, process.
 */
void nb_sock_told(struct nb_sock *nsk)
{
	if (nsk->tcp->sk->sk_state == TCP_CLOSE_WAIT &&
	    !(nsk->sk.sk_shutdown & SEND_SHUTDOWN))
		nb_sock_over(nsk, 0);
}

/**
 * nb_sock_answer_time() - time left to answer a peer that has sent its FIN
 * @nsk: session; ends here if there is none
 *
 * Context: inner lock held, process.
 * Return: jiffies, 0 if the peer has not, or time is over.
 */
unsigned long nb_sock_answer_time(struct nb_sock *nsk)
{
	unsigned long now = jiffies;

	if (nsk->tcp->sk->sk_state != TCP_CLOSE_WAIT)
		return 0;
	if (time_before(now, nsk->drain_end))
		return nsk->drain_end - now;
	nb_sock_told(nsk);
	return 0;
}

/* Take the inner socket off a session that is over; the caller frees it. */
static struct socket *close_session(struct sock *sk)
{
	struct sock *tcp = nb_sk(sk)->tcp->sk;
	struct socket *sock;

	lock_sock(tcp);
	nb_sock_set_state(nb_sk(sk), TCP_CLOSE, -sk->sk_err);
	sock = nb_tcp_detach(nb_sk(sk));
	release_sock(tcp);
	return sock;
}

/**
 * nb_sock_drain() - go on with a socket that the user closed (SS-050)
 * @nsk: session in TCP_CLOSING, of which not all was acknowledged yet; outer
 *	lock held
 *
 * Context: process, from the work item.
 * Return: the inner socket to free when that is over, or NULL.
 */
struct socket *nb_sock_drain(struct nb_sock *nsk)
{
	struct sock *sk = &nsk->sk, *tcp = nsk->tcp->sk;
	unsigned long now = jiffies;
	bool pushed;

	lock_sock(tcp);
	if (nsk->tx_rest)
		nb_tx_push_rest(nsk);
	pushed = !nsk->tx_rest;
	release_sock(tcp);
	if (pushed)
		nb_tcp_send_fin(nsk->tcp);

	if (pushed && nb_tcp_drained(tcp))
		return close_session(sk);
	if (time_after_eq(now, nsk->drain_end)) {
		NB_INC_STATS(nb_net(sock_net(sk)), NB_STAT_CLOSE_TIMEOUT);
		nb_tcp_reset_on_free(nsk->tcp);
		return close_session(sk);
	}
	nb_sock_kick_idle(nsk, nsk->drain_end - now);
	return NULL;
}

/* Begin the end of a session: nothing more is sent, what was sent drains. */
static void hang_up(struct nb_sock *nsk, bool discard)
{
	struct sock *sk = &nsk->sk, *tcp = nsk->tcp->sk;
	bool rest;

	lock_sock(tcp);
	if (discard)
		nb_rx_discard(nsk);
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | SEND_SHUTDOWN |
		   (discard ? RCV_SHUTDOWN : 0));
	rest = nsk->tx_rest;
	release_sock(tcp);
	if (!rest)
		nb_tcp_send_fin(nsk->tcp);
}

static int shut_session(struct sock *sk, int how)
{
	struct nb_sock *nsk = nb_sk(sk);

	if (sk->sk_state != TCP_ESTABLISHED)
		return -ENOTCONN;
	if (how == SHUT_RD) {
		lock_sock(nsk->tcp->sk);
		nb_rx_discard(nsk);
		WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | RCV_SHUTDOWN);
		release_sock(nsk->tcp->sk);
	} else {
		hang_up(nsk, how == SHUT_RDWR);
	}
	sk->sk_state_change(sk);
	return 0;
}

/**
 * nb_sock_shutdown() - HANG UP, or stop to receive
 * @sock: connected socket; or a listener, which takes no more unless @how is
 *	SHUT_WR; or a caller, whose call is given up
 * @how: SHUT_RD: what arrives is discarded; SHUT_WR: hang up after what is
 *	pending. NetBIOS has no half-close: the peer answers by its own end,
 *	after what it may still have to send.
 *
 * Context: process. Return: 0, -EINVAL or -ENOTCONN.
 */
int nb_sock_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	struct nb_sock *nsk = nb_sk(sk);
	int err = 0;

	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;
	lock_sock(sk);
	if (sk->sk_state == TCP_LISTEN && how != SHUT_WR)
		nb_listener_no_more(nsk);
	else if (sk->sk_state != TCP_SYN_SENT || !nb_call_abort(nsk))
		err = shut_session(sk, how);
	release_sock(sk);
	return err;
}

/**
 * nb_sock_cut_off() - end a session that nobody accepted
 * @nsk: session; the reference of the accept queue is taken
 *
 * Context: process; the outer lock of the listener may be held.
 */
void nb_sock_cut_off(struct nb_sock *nsk)
{
	struct sock *sk = &nsk->sk;
	struct socket *tcp;

	lock_sock_nested(sk, SINGLE_DEPTH_NESTING);
	nb_tcp_reset_on_free(nsk->tcp);
	end_by_us(nsk, -ECONNABORTED);
	tcp = close_session(sk);
	if (cancel_delayed_work(&nsk->work))
		sock_put(sk);		/* held in nb_sock_kick() */
	sock_set_flag(sk, SOCK_DEAD);
	release_sock(sk);
	sock_release(tcp);
	sock_put(sk);
}

/* SO_LINGER: wait until the peer has everything. */
static void linger(struct sock *sk)
{
	struct nb_sock *nsk = nb_sk(sk);
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	long timeo = sk->sk_lingertime;

	nb_sock_wait_begin(sk, &wait, false);
	while (timeo && !signal_pending(current) &&
	       (READ_ONCE(nsk->tx_rest) || !nb_tcp_drained(nsk->tcp->sk))) {
		release_sock(sk);
		timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, timeo);
		lock_sock(sk);
	}
	remove_wait_queue(sk_sleep(sk), &wait);
}

/*
 * The user is done with a session. Return: an inner socket to free now, or
 * NULL if the rest drains in the background.
 */
static struct socket *release_session(struct sock *sk)
{
	struct nb_sock *nsk = nb_sk(sk);

	if (nsk->rx.failed ||
	    (sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime)) {
		nb_tcp_reset_on_free(nsk->tcp);
		return close_session(sk);
	}
	lock_sock(nsk->tcp->sk);
	nb_rx_discard(nsk);
	release_sock(nsk->tcp->sk);
	/* Nothing on its way: releasing the inner socket sends the FIN. */
	if (!nsk->tx_rest && nb_tcp_drained(nsk->tcp->sk))
		return close_session(sk);

	hang_up(nsk, true);
	if (sock_flag(sk, SOCK_LINGER) && !(current->flags & PF_EXITING))
		linger(sk);
	if (!nsk->tx_rest && nb_tcp_drained(nsk->tcp->sk))
		return close_session(sk);
	nsk->drain_end = jiffies + close_timeout(sk);
	nb_sock_set_state(nb_sk(sk), TCP_CLOSING, 0);
	nb_sock_kick(nsk, 0);
	return NULL;
}

/**
 * nb_sock_release() - the last descriptor is closed
 * @sock: socket
 *
 * Context: process. Return: 0.
 */
int nb_sock_release(struct socket *sock)
{
	struct sock *sk = sock->sk;
	struct nb_sock *nsk = nb_sk(sk);
	struct socket *tcp = NULL;

	if (!sk)
		return 0;
	sock_hold(sk);			/* put at the end */
	lock_sock(sk);
	if (nsk->name)
		nb_name_unhold(nsk);
	switch (sk->sk_state) {
	case TCP_LISTEN:
		nb_listener_stop(nsk);
		nb_sock_set_state(nb_sk(sk), TCP_CLOSE, 0);
		break;
	case TCP_SYN_SENT:
		nb_call_cancel(nsk);
		/* it may have come up in the last moment */
		if (sk->sk_state == TCP_ESTABLISHED)
			end_by_us(nsk, 0);
		tcp = close_session(sk);
		break;
	case TCP_ESTABLISHED:
		nb_call_finish(nsk);
		end_by_us(nsk, 0);
		tcp = release_session(sk);
		break;
	}
	sock_orphan(sk);
	sock->sk = NULL;
	if (sk->sk_state == TCP_CLOSE && cancel_delayed_work(&nsk->work))
		sock_put(sk);		/* held in nb_sock_kick() */
	release_sock(sk);
	if (tcp)
		sock_release(tcp);
	sock_put(sk);			/* of the descriptor */
	sock_put(sk);			/* held above */
	return 0;
}
