// SPDX-License-Identifier: GPL-2.0
/*
 * connect(): who runs a call, and how one waits for it, gives it up and reads
 * its outcome. What a call does is in nb_call.c.
 *
 * A call runs with the outer lock held: by connect() itself while that waits,
 * by the work item of the socket when it does not.
 */
#include <linux/net.h>
#include <net/tcp.h>

#include "nb_call.h"

/**
 * nb_call_kick() - something happened to a call: let whoever runs it run
 * @nsk: calling socket
 *
 * Context: any.
 */
void nb_call_kick(struct nb_sock *nsk)
{
	struct nb_call *call = READ_ONCE(nsk->call);

	if (call && READ_ONCE(call->waits))
		nsk->sk.sk_state_change(&nsk->sk);
	else
		nb_sock_kick(nsk, 0);
}

/**
 * nb_call_answered() - the helper has answered a resolve or a suspect
 * @w: in struct nb_call
 * @err: 0 or a negative errno
 * @addrs: where the name is, if it is known
 *
 * Context: process, takes no lock.
 */
void nb_call_answered(struct nb_waiter *w, int err,
		      const struct nb_addrs *addrs)
{
	struct nb_call *call = container_of(w, struct nb_call, waiter);

	if (!err && addrs)
		call->addrs = *addrs;
	call->answer_err = err;
	/* Pairs with the acquire in nb_call.c. */
	smp_store_release(&call->answered, true);
	nb_call_kick(call->nsk);
}

/* Run until the call waits or is over. Return: 0 up, -EINPROGRESS, or why. */
static int run(struct nb_sock *nsk)
{
	int err = 0;

	while (!err && READ_ONCE(nsk->sk.sk_state) == TCP_SYN_SENT)
		err = nb_call_step(nsk->call);
	return READ_ONCE(nsk->sk.sk_state) == TCP_ESTABLISHED ? 0 : err;
}

static void free_call(struct nb_sock *nsk)
{
	struct nb_call *call = nsk->call;

	nb_upcall_cancel(nb_net(sock_net(&nsk->sk)), &call->waiter);
	/* Callbacks read it with the inner lock held. */
	if (nsk->tcp)
		lock_sock(nsk->tcp->sk);
	WRITE_ONCE(nsk->call, NULL);
	if (nsk->tcp)
		release_sock(nsk->tcp->sk);
	kfree(call);
}

/**
 * nb_call_finish() - after a session came up: let the call go
 * @nsk: socket in TCP_ESTABLISHED, outer lock held
 *
 * Context: process.
 */
void nb_call_finish(struct nb_sock *nsk)
{
	if (nsk->call)
		free_call(nsk);
}

/**
 * nb_call_cancel() - give a call up
 * @nsk: socket in TCP_SYN_SENT, outer lock held
 *
 * The caller detaches and frees the inner socket. If the session comes up
 * just now it is dropped with it. Context: process, may sleep.
 */
void nb_call_cancel(struct nb_sock *nsk)
{
	if (nsk->call)
		free_call(nsk);
}

/*
 * A call failed or was given up: back to an unconnected socket. @report: let
 * SO_ERROR and poll() tell. Return: 0 if the session came up meanwhile, which
 * no signal takes away; else @err.
 */
static int fail(struct nb_sock *nsk, int err, bool report)
{
	struct sock *sk = &nsk->sk;
	struct socket *tcp = nsk->tcp;

	lock_sock(tcp->sk);
	if (sk->sk_state == TCP_ESTABLISHED) {
		err = 0;
	} else {
		/* Before the state: poll() must not find one without the other. */
		if (report)
			WRITE_ONCE(sk->sk_err, -err);
		nb_sock_set_state(nsk, TCP_CLOSE, err);
		/*
		 * With the state, so that what the peer sends behind its answer
		 * is not taken for a session's, and ends in another error.
		 */
		nb_tcp_detach(nsk);
		WRITE_ONCE(sk->sk_shutdown, 0);
	}
	release_sock(tcp->sk);
	if (!err)
		return 0;

	NB_INC_STATS(nb_net(sock_net(sk)), NB_STAT_CALLS_FAILED);
	free_call(nsk);
	sock_release(tcp);
	if (report)
		sk_error_report(sk);
	return err;
}

/**
 * nb_call_abort() - shutdown() of a socket whose call is on its way
 * @nsk: socket in TCP_SYN_SENT, outer lock held
 *
 * A connect() that waits is woken and finds no call any more.
 *
 * Context: process, may sleep.
 * Return: true if the call is over; false if the session came up meanwhile.
 */
bool nb_call_abort(struct nb_sock *nsk)
{
	bool waits = nsk->call->waits;

	if (!fail(nsk, -ECONNABORTED, !waits))
		return false;
	if (waits)
		nsk->sk.sk_state_change(&nsk->sk);
	return true;
}

/*
 * The work runs at the deadline of the phase, also if that came since the step
 * looked at the time. The helper has a deadline of its own.
 */
static void kick_at_deadline(struct nb_sock *nsk)
{
	const struct nb_call *call = nsk->call;

	if (call->phase != CALL_ASKED)
		nb_sock_kick_idle(nsk, clamp_t(long, call->deadline - jiffies,
					       0, LONG_MAX));
}

/**
 * nb_call_run() - go on with a call that connect() does not wait for
 * @nsk: socket in TCP_SYN_SENT, outer lock held
 *
 * Context: process, from the work item.
 */
void nb_call_run(struct nb_sock *nsk)
{
	int err;

	if (!nsk->call || nsk->call->waits)
		return;
	err = run(nsk);
	if (err && err != -EINPROGRESS)
		err = fail(nsk, err, true);
	if (!err)
		nb_call_finish(nsk);
	else if (err == -EINPROGRESS)
		kick_at_deadline(nsk);
}

/* Let the work item go on with the call. */
static int hand_to_work(struct nb_sock *nsk)
{
	WRITE_ONCE(nsk->call->waits, false);
	nb_sock_kick(nsk, 0);
	return -EINPROGRESS;
}

/* connect() waits: whoever is woken runs the call. */
static int wait_call(struct sock *sk)
{
	long timeo = sock_sndtimeo(sk, false);
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	struct nb_sock *nsk = nb_sk(sk);
	const struct nb_call *call = nsk->call;
	int err;

	nb_sock_wait_begin(sk, &wait, false);
	for (;;) {
		long left, slept;

		err = run(nsk);
		if (err != -EINPROGRESS)
			break;
		if (!timeo) {
			err = hand_to_work(nsk);
			break;
		}
		if (signal_pending(current)) {
			err = sock_intr_errno(timeo);
			break;
		}
		left = timeo;
		if (call->phase != CALL_ASKED)
			left = clamp_t(long, call->deadline - jiffies, 1,
				       timeo);
		release_sock(sk);
		slept = left - wait_woken(&wait, TASK_INTERRUPTIBLE, left);
		lock_sock(sk);
		if (timeo != MAX_SCHEDULE_TIMEOUT)
			timeo -= min(slept, timeo);
		if (nsk->call != call) {
			/* Finished by the work, or see nb_call_abort(). */
			err = sk->sk_state == TCP_ESTABLISHED ? 0 : -ECONNABORTED;
			break;
		}
	}
	remove_wait_queue(sk_sleep(sk), &wait);
	return err;
}

static int start_call(struct nb_sock *nsk, const struct sockaddr_nb *addr,
		      struct socket *tcp, bool waits)
{
	struct sock *sk = &nsk->sk;
	struct nb_call *call;
	int err, ifindex;

	err = nb_sock_own_name(nsk, nsk->local_name);
	if (err)
		return err;
	ifindex = nb_sock_ifindex(nsk);
	if (ifindex < 0)
		return ifindex;
	call = kzalloc(sizeof(*call), GFP_KERNEL_ACCOUNT);
	if (!call)
		return -ENOMEM;
	call->nsk = nsk;
	call->waits = waits;
	call->waiter.done = nb_call_answered;
	INIT_LIST_HEAD(&call->waiter.list);
	WRITE_ONCE(nsk->call, call);
	WRITE_ONCE(nsk->wire_error, 0);
	nsk->over = false;
	memcpy(nsk->peer_name, addr->snb_name, NETBIOS_NAME_LEN);
	WRITE_ONCE(sk->sk_err, 0);
	WRITE_ONCE(sk->sk_shutdown, 0);
	nb_sock_set_state(nsk, TCP_SYN_SENT, 0);
	lock_sock(tcp->sk);
	nb_tcp_attach(nsk, tcp);
	if (ifindex)
		tcp->sk->sk_bound_dev_if = ifindex;
	release_sock(tcp->sk);
	NB_INC_STATS(nb_net(sock_net(sk)), NB_STAT_CALLS_MADE);
	return 0;
}

static int may_call(struct nb_sock *nsk)
{
	switch (nsk->sk.sk_state) {
	case TCP_SYN_SENT:
		return -EALREADY;
	case TCP_ESTABLISHED:
		return -EISCONN;
	case TCP_LISTEN:
		return -EINVAL;
	}
	return READ_ONCE(nsk->bind_err) ? -EALREADY : 0;
}

/**
 * nb_call_connect() - CALL
 * @sock: socket; unbound, the permanent name of the node calls
 * @uaddr: struct sockaddr_nb, the name that is called
 * @len: its length
 * @flags: O_NONBLOCK
 *
 * A signal gives the call up; a time-out of SO_SNDTIMEO does not, it goes on
 * in the background as with O_NONBLOCK.
 *
 * Context: process, no lock held. Return: 0 or a negative errno, see the
 * table in Documentation/netbios.rst.
 */
int nb_call_connect(struct socket *sock, struct sockaddr *uaddr, int len, int flags)
{
	struct sockaddr_nb *addr = (struct sockaddr_nb *)uaddr;
	bool waits = !(flags & O_NONBLOCK);
	struct sock *sk = sock->sk;
	struct nb_sock *nsk = nb_sk(sk);
	const struct nb_call *call;
	struct socket *tcp;
	int err;

	if (len < (int)sizeof(*addr))
		return -EINVAL;
	if (addr->snb_family != AF_NETBIOS)
		return -EAFNOSUPPORT;
	tcp = nb_tcp_create(sk);
	if (IS_ERR(tcp))
		return PTR_ERR(tcp);

	lock_sock(sk);
	nb_sock_bind_failed(nsk);
	err = may_call(nsk);
	if (!err)
		err = start_call(nsk, addr, tcp, waits);
	if (err) {
		release_sock(sk);
		sock_release(tcp);
		return err;
	}
	call = nsk->call;
	err = waits ? wait_call(sk) : run(nsk);
	/* After shutdown() there is none, or that of another connect(). */
	if (err && err != -EINPROGRESS && nsk->call == call) {
		/* Once a packet is out, a caller that polls learns by SO_ERROR. */
		bool report = !waits && nsk->call->tries;

		err = fail(nsk, err, report);
		if (err && report)
			err = -EINPROGRESS;
	}
	if (!err) {
		nb_call_finish(nsk);
		sock->state = SS_CONNECTED;
	} else if (nsk->call && !waits) {
		kick_at_deadline(nsk);
	}
	release_sock(sk);
	return err;
}
