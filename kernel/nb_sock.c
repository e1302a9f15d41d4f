// SPDX-License-Identifier: GPL-2.0
/*
 * The life of an AF_NETBIOS socket: states, bind, listen, and the one work
 * item that does whatever is rare. Its end is in nb_close.c.
 */
#include <linux/net.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "nb_name.h"
#include "nb_sock.h"
#include "nb_trace.h"

/**
 * nb_sock_kick() - let the work of a socket run
 * @nsk: socket
 * @delay: jiffies; an earlier or later run that is pending is replaced
 *
 * Context: any.
 */
void nb_sock_kick(struct nb_sock *nsk, unsigned long delay)
{
	sock_hold(&nsk->sk);		/* put in nb_sock_work() */
	if (mod_delayed_work(nb_wq, &nsk->work, delay))
		sock_put(&nsk->sk);	/* was pending, with its reference */
}

/**
 * nb_sock_kick_idle() - let the work of a socket run, unless it will anyway
 * @nsk: socket
 * @delay: jiffies; a run that is pending stays as it is
 *
 * Context: any.
 */
void nb_sock_kick_idle(struct nb_sock *nsk, unsigned long delay)
{
	sock_hold(&nsk->sk);		/* put in nb_sock_work() */
	if (!queue_delayed_work(nb_wq, &nsk->work, delay))
		sock_put(&nsk->sk);
}

/**
 * nb_sock_shown_state() - what netlink, /proc and traces call a state
 * @nsk: socket
 * @tcp_state: TCP_*
 *
 * Context: any. Return: enum netbios_session_state.
 */
u8 nb_sock_shown_state(const struct nb_sock *nsk, int tcp_state)
{
	switch (tcp_state) {
	case TCP_LISTEN:
		return NETBIOS_SESSION_STATE_LISTEN;
	case TCP_SYN_SENT:
		return NETBIOS_SESSION_STATE_CALLING;
	case TCP_ESTABLISHED:
		return READ_ONCE(nsk->sk.sk_shutdown) ?
		       NETBIOS_SESSION_STATE_CLOSING :
		       NETBIOS_SESSION_STATE_CONNECTED;
	case TCP_CLOSING:
		return NETBIOS_SESSION_STATE_CLOSING;
	}
	return READ_ONCE(nsk->name) ? NETBIOS_SESSION_STATE_BOUND :
				      NETBIOS_SESSION_STATE_CLOSED;
}

static bool is_session(int tcp_state)
{
	return tcp_state == TCP_SYN_SENT || tcp_state == TCP_ESTABLISHED ||
	       tcp_state == TCP_CLOSING;
}

/**
 * nb_sock_set_state() - enter a state, and tell who watches
 * @nsk: socket
 * @state: TCP_*
 * @err: why, a negative errno or 0
 *
 * Context: any; the locks that the head of nb_core.h names for sk_state.
 */
void nb_sock_set_state(struct nb_sock *nsk, int state, int err)
{
	int more = is_session(state) - is_session(nsk->sk.sk_state);
	u8 old = nb_sock_shown_state(nsk, nsk->sk.sk_state);
	u8 new = nb_sock_shown_state(nsk, state);

	if (more)
		atomic_add(more, &nb_net(sock_net(&nsk->sk))->session_count);
	trace_nb_session_state(nsk->local_name, nsk->peer_name, old, new, err);
	/* Whoever sees TCP_ESTABLISHED sees nsk->tcp: nb_recv.c, nb_send.c. */
	smp_store_release(&nsk->sk.sk_state, state);
	if (state == TCP_ESTABLISHED)
		nb_event_session(nsk, new, err);
}

/* A session that is up: push a rest, answer the peer's FIN, keep alive. */
static void session_work(struct nb_sock *nsk)
{
	struct sock *tcp = nsk->tcp->sk;
	unsigned long next = 0;
	bool broken, over;

	lock_sock(tcp);
	if (nsk->tx_rest)
		nb_tx_push_rest(nsk);
	broken = nsk->rx.failed;
	over = nsk->sk.sk_shutdown & SEND_SHUTDOWN && !nsk->tx_rest;
	if (!broken && !over) {
		nb_rx_arrived(nsk);
		next = nb_sock_answer_time(nsk) ?: nb_tx_keepalive(nsk);
	}
	release_sock(tcp);

	if (broken && tcp->sk_state != TCP_CLOSE)
		tcp_abort(tcp, EPROTO);
	else if (over)
		nb_tcp_send_fin(nsk->tcp);
	if (next)
		nb_sock_kick_idle(nsk, next);
}

/**
 * nb_sock_work() - the work item of a socket
 * @work: in struct nb_sock
 */
void nb_sock_work(struct work_struct *work)
{
	struct nb_sock *nsk = container_of(to_delayed_work(work),
					   struct nb_sock, work);
	struct sock *sk = &nsk->sk;
	struct socket *tcp = NULL;

	lock_sock(sk);
	switch (sk->sk_state) {
	case TCP_SYN_SENT:
		nb_call_run(nsk);
		break;
	case TCP_ESTABLISHED:
		nb_call_finish(nsk);
		session_work(nsk);
		break;
	case TCP_CLOSING:
		tcp = nb_sock_drain(nsk);
		break;
	}
	release_sock(sk);
	if (tcp)
		sock_release(tcp);
	sock_put(sk);			/* held in nb_sock_kick() */
}

/**
 * nb_sock_claimed() - the helper has decided on a claim
 * @nsk: socket that waits in bind()
 * @err: 0 the name is ours, or a negative errno
 *
 * Context: nb_name.lock held, does not sleep.
 */
void nb_sock_claimed(struct nb_sock *nsk, int err)
{
	struct sock *sk = &nsk->sk;

	WRITE_ONCE(nsk->bind_err, err);
	if (err && READ_ONCE(nsk->bind_async))
		WRITE_ONCE(sk->sk_err, -err);
	sk->sk_state_change(sk);
	sk_wake_async(sk, SOCK_WAKE_IO, POLL_OUT);
}

/**
 * nb_sock_conflict() - the name of a bound socket is in conflict (NS-078)
 * @nsk: socket
 *
 * Sessions go on; a listener reports EPOLLERR and accept() fails until it is
 * closed. Context: nb_name.lock held, does not sleep.
 */
void nb_sock_conflict(struct nb_sock *nsk)
{
	struct sock *sk = &nsk->sk;

	WRITE_ONCE(nsk->conflict, true);
	sk->sk_state_change(sk);
	sk_error_report(sk);
}

/**
 * nb_sock_ifindex() - adapter that a socket is confined to
 * @nsk: socket
 *
 * SO_BINDTODEVICE, or the LANA number of socket(). Context: any.
 * Return: ifindex, 0 for any, -EADDRNOTAVAIL if that adapter is gone.
 */
int nb_sock_ifindex(struct nb_sock *nsk)
{
	int ifindex = READ_ONCE(nsk->sk.sk_bound_dev_if);

	if (ifindex || nsk->lana < 0)
		return ifindex;
	ifindex = nb_lana_ifindex(nb_net(sock_net(&nsk->sk)), nsk->lana);
	return ifindex > 0 ? ifindex : -EADDRNOTAVAIL;
}

/**
 * nb_sock_own_name() - the name that a socket calls from (SS-026)
 * @nsk: socket, outer lock held
 * @name: where its 16 octets go
 *
 * Return: 0, or -EADDRNOTAVAIL: not bound and no permanent name, or it is not
 * registered, or the name is in conflict.
 */
int nb_sock_own_name(struct nb_sock *nsk, u8 *name)
{
	struct nb_net *nn = nb_net(sock_net(&nsk->sk));
	struct nb_name *entry;
	struct nb_key key;
	bool held;

	if (READ_ONCE(nsk->conflict))
		return -EADDRNOTAVAIL;
	if (nsk->name) {
		memcpy(name, nsk->name->name, NETBIOS_NAME_LEN);
		return 0;
	}
	if (!nb_net_permanent(nn, name))
		return -EADDRNOTAVAIL;
	nb_key_init(&key, name, nsk->scope);
	entry = nb_name_find(nn, &key);
	if (!entry)
		return -EADDRNOTAVAIL;
	held = nb_name_held_at(entry, 0);
	nb_name_put(entry);
	return held ? 0 : -EADDRNOTAVAIL;
}

static int check_addr(const struct sockaddr_nb *addr, int len)
{
	if (len < (int)sizeof(*addr))
		return -EINVAL;
	if (addr->snb_family != AF_NETBIOS)
		return -EAFNOSUPPORT;
	if (addr->snb_type != NETBIOS_UNIQUE_NAME &&
	    addr->snb_type != NETBIOS_GROUP_NAME)
		return -EINVAL;
	return addr->snb_name[0] == '*' ? -EINVAL : 0;
}

/* Wait for the helper's answer to a claim; a signal takes the claim back. */
static int wait_claim(struct sock *sk)
{
	struct nb_sock *nsk = nb_sk(sk);
	long timeo = MAX_SCHEDULE_TIMEOUT;
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	int err;

	nb_sock_wait_begin(sk, &wait, false);
	for (;;) {
		err = READ_ONCE(nsk->bind_err);
		if (err != -EINPROGRESS)
			break;
		if (signal_pending(current)) {
			err = sock_intr_errno(timeo);
			break;
		}
		release_sock(sk);
		timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, timeo);
		lock_sock(sk);
	}
	remove_wait_queue(sk_sleep(sk), &wait);
	return err;
}

/**
 * nb_sock_bind() - claim a name and wait until it is this node's
 * @sock: socket
 * @addr: struct sockaddr_nb
 * @len: its length
 *
 * Context: process; waits for the helper, interruptibly, if the name is not
 * registered yet.
 * Return: 0, or -EINVAL (short address, asterisk, bound already),
 * -EAFNOSUPPORT, -EADDRINUSE, -EACCES, -EADDRNOTAVAIL (no such adapter, or in
 * conflict), -ENETDOWN (no helper), -EINPROGRESS (O_NONBLOCK), -EALREADY,
 * -EINTR, -ETIMEDOUT, -ENOBUFS.
 */
int nb_sock_bind(struct socket *sock, struct sockaddr *addr, int len)
{
	struct sockaddr_nb *snb = (struct sockaddr_nb *)addr;
	struct sock *sk = sock->sk;
	struct nb_sock *nsk = nb_sk(sk);
	bool nonblock = sock->file && sock->file->f_flags & O_NONBLOCK;
	struct nb_key key;
	int err;

	err = check_addr(snb, len);
	if (err)
		return err;
	lock_sock(sk);
	nb_sock_bind_failed(nsk);
	err = -EALREADY;
	if (READ_ONCE(nsk->bind_err))
		goto out;
	err = -EINVAL;
	if (nsk->name || sk->sk_state != TCP_CLOSE)
		goto out;
	err = nb_sock_ifindex(nsk);
	if (err < 0)
		goto out;

	nb_key_init(&key, snb->snb_name, nsk->scope);
	WRITE_ONCE(nsk->bind_async, nonblock);
	WRITE_ONCE(nsk->bind_err, -EINPROGRESS);
	err = nb_name_hold(nsk, &key, snb->snb_type == NETBIOS_GROUP_NAME);
	if (err != -EINPROGRESS)
		WRITE_ONCE(nsk->bind_err, err);
	else if (!nonblock)
		err = wait_claim(sk);
	if (err && !(err == -EINPROGRESS && nonblock)) {
		if (nsk->name)
			nb_name_unhold(nsk);
		WRITE_ONCE(nsk->bind_err, 0);
	}
out:
	release_sock(sk);
	return err;
}

/**
 * nb_sock_bind_failed() - let go of a name whose claim failed meanwhile
 * @nsk: socket, outer lock held
 *
 * A bind() that waits does so itself, and tells why. If there is an error in
 * @bind_err after this, a claim is pending, or has failed and bind() is about
 * to return.
 */
void nb_sock_bind_failed(struct nb_sock *nsk)
{
	int err = READ_ONCE(nsk->bind_err);

	if (!err || err == -EINPROGRESS || !nsk->bind_async)
		return;
	if (nsk->name)
		nb_name_unhold(nsk);
	WRITE_ONCE(nsk->bind_err, 0);
}

/**
 * nb_sock_listen() - accept calls to the name
 * @sock: bound socket
 * @backlog: sessions that may wait for accept()
 *
 * Context: process. Return: 0, -EINVAL (not bound, or connected),
 * -EALREADY (claim pending), -EADDRINUSE (another listener on the name with
 * the same caller), -EADDRNOTAVAIL (name in conflict), -ENOMEM.
 */
int nb_sock_listen(struct socket *sock, int backlog)
{
	struct sock *sk = sock->sk;
	struct nb_sock *nsk = nb_sk(sk);
	int err;

	lock_sock(sk);
	nb_sock_bind_failed(nsk);
	if (sk->sk_state == TCP_LISTEN) {
		WRITE_ONCE(sk->sk_max_ack_backlog, backlog);
		err = 0;
	} else if (READ_ONCE(nsk->bind_err)) {
		err = -EALREADY;
	} else if (sk->sk_state != TCP_CLOSE || !nsk->name || nsk->call) {
		err = -EINVAL;
	} else if (READ_ONCE(nsk->conflict)) {
		err = -EADDRNOTAVAIL;
	} else {
		err = nb_listener_start(nsk, backlog);
	}
	release_sock(sk);
	return err;
}
