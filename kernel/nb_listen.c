// SPDX-License-Identifier: GPL-2.0
/*
 * Listening sockets: which of them takes a call (SS-014 to SS-018, SS-025),
 * and the queue of sessions that wait for accept().
 *
 * The listeners of a name are the bound sockets of struct nb_name that are in
 * TCP_LISTEN; nb_name.lock makes the search and a new listen() exclude each
 * other.
 */
#include <linux/net.h>
#include <linux/security.h>
#include <net/tcp.h>

#include "nb_server.h"
#include "nb_sock.h"

/**
 * nb_listener_get() - the listener part of a socket, made on first use
 * @nsk: socket, outer lock held
 *
 * Context: process. Return: it, or NULL for want of memory.
 */
struct nb_listener *nb_listener_get(struct nb_sock *nsk)
{
	struct nb_listener *lsn = nsk->listener;

	if (lsn)
		return lsn;
	lsn = kzalloc(sizeof(*lsn), GFP_KERNEL_ACCOUNT);
	if (!lsn)
		return NULL;
	spin_lock_init(&lsn->lock);
	INIT_LIST_HEAD(&lsn->acceptq);
	nsk->listener = lsn;
	return lsn;
}

static bool same_caller(const struct nb_listener *a, const struct nb_listener *b)
{
	if (a->has_caller != b->has_caller)
		return false;
	return !a->has_caller || !memcmp(a->caller, b->caller, NETBIOS_NAME_LEN);
}

static bool shares(struct nb_sock *a, struct nb_sock *b)
{
	int ifa = nb_sock_ifindex(a), ifb = nb_sock_ifindex(b);

	if (ifa && ifb && ifa != ifb)
		return true;
	return a->sk.sk_reuseport && b->sk.sk_reuseport;
}

/**
 * nb_listener_start() - begin to listen
 * @nsk: bound socket, outer lock held
 * @backlog: sessions that may wait
 *
 * Context: process. Return: 0, -EADDRINUSE or -ENOMEM.
 */
int nb_listener_start(struct nb_sock *nsk, int backlog)
{
	struct nb_listener *lsn = nb_listener_get(nsk);
	struct nb_name *name = nsk->name;
	struct nb_sock *other;
	int err = 0;

	if (!lsn)
		return -ENOMEM;
	spin_lock_bh(&name->lock);
	list_for_each_entry(other, &name->socks, name_node) {
		if (other->sk.sk_state == TCP_LISTEN &&
		    same_caller(lsn, other->listener) && !shares(nsk, other))
			err = -EADDRINUSE;
	}
	if (!err) {
		WRITE_ONCE(nsk->sk.sk_max_ack_backlog, backlog);
		nb_sock_set_state(nsk, TCP_LISTEN, 0);
	}
	spin_unlock_bh(&name->lock);
	return err;
}

/**
 * nb_listener_no_more() - take no session from now on; those that wait stay
 * @nsk: listener, outer lock held
 *
 * So a listen can serve exactly one call (SS-025): between accept() and close()
 * another one could come, and would be cut off.
 *
 * Context: process.
 */
void nb_listener_no_more(struct nb_sock *nsk)
{
	struct nb_name *name = nsk->name;
	struct sock *sk = &nsk->sk;

	/* nb_listener_match() looks at it under this lock */
	spin_lock_bh(&name->lock);
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | RCV_SHUTDOWN);
	spin_unlock_bh(&name->lock);
	sk->sk_state_change(sk);
}

/**
 * nb_listener_stop() - end listening; who waits for accept() is cut off
 * @nsk: listener, outer lock held, no longer on the list of its name
 *
 * Context: process.
 */
void nb_listener_stop(struct nb_sock *nsk)
{
	struct nb_listener *lsn = nsk->listener;
	struct nb_sock *child, *next;
	LIST_HEAD(orphans);

	spin_lock_bh(&lsn->lock);
	lsn->closed = true;
	list_splice_init(&lsn->acceptq, &orphans);
	lsn->waiting = 0;
	spin_unlock_bh(&lsn->lock);

	list_for_each_entry_safe(child, next, &orphans, accept_node) {
		list_del_init(&child->accept_node);
		nb_sock_cut_off(child);	/* takes the queue's reference */
	}
}

static bool confined_elsewhere(struct nb_sock *nsk, int ifindex)
{
	int want = nb_sock_ifindex(nsk);

	return ifindex && want && want != ifindex;
}

/* Take a place in the queue of @nsk. Full: as TCP, one more than asked. */
static bool reserve(struct nb_sock *nsk)
{
	struct nb_listener *lsn = nsk->listener;
	bool room;

	spin_lock_bh(&lsn->lock);
	room = lsn->waiting <= READ_ONCE(nsk->sk.sk_max_ack_backlog);
	if (room)
		lsn->waiting++;
	spin_unlock_bh(&lsn->lock);
	return room;
}

static void unreserve(struct nb_sock *nsk)
{
	struct nb_listener *lsn = nsk->listener;

	/* inside the lock of the name elsewhere, which datagrams take in softirq */
	spin_lock_bh(&lsn->lock);
	if (!lsn->closed)
		lsn->waiting--;
	spin_unlock_bh(&lsn->lock);
}

/**
 * nb_listener_match() - find who takes a call
 * @name: the called name, held by this node
 * @calling: the calling name
 * @ifindex: adapter that the call came to, 0 if from this very node
 * @error: why nobody does: NB_ERR_NO_LISTEN, NB_ERR_NO_LISTEN_CALLER or
 *	NB_ERR_NO_RESOURCES
 * @retarget: where to send the caller instead; nr_port 0: nowhere
 *
 * The exact caller goes before any caller, then the oldest listener with a
 * free place. A retargeting listener needs no place.
 *
 * Context: process. Return: the listener, with a reference and a place in its
 * queue, or NULL.
 */
struct nb_sock *nb_listener_match(struct nb_name *name, const u8 *calling,
				  int ifindex, u8 *error,
				  struct nb_retarget *retarget)
{
	struct nb_sock *nsk, *found = NULL;
	int exact;

	*error = NB_ERR_NO_LISTEN;
	spin_lock_bh(&name->lock);
	for (exact = 1; exact >= 0 && !found; exact--) {
		list_for_each_entry(nsk, &name->socks, name_node) {
			struct nb_listener *lsn = nsk->listener;

			if (READ_ONCE(nsk->sk.sk_state) != TCP_LISTEN ||
			    READ_ONCE(nsk->sk.sk_shutdown) & RCV_SHUTDOWN ||
			    confined_elsewhere(nsk, ifindex))
				continue;
			if (*error == NB_ERR_NO_LISTEN)
				*error = NB_ERR_NO_LISTEN_CALLER;
			if (lsn->has_caller != exact ||
			    (exact && memcmp(lsn->caller, calling,
					     NETBIOS_NAME_LEN)))
				continue;
			*error = NB_ERR_NO_RESOURCES;
			if (!lsn->has_retarget && !reserve(nsk))
				continue;
			if (lsn->has_retarget)
				*retarget = lsn->retarget;
			found = nsk;
			sock_hold(&found->sk);	/* put by the caller */
			break;
		}
	}
	spin_unlock_bh(&name->lock);
	return found;
}

/*
 * A session inherits what was set on its listener, and its security label: the
 * task that makes it is most often a worker. Who calls from this very node, over
 * loopback, reaches the listeners of all adapters, but by none of them.
 */
static void inherit(struct nb_sock *child, struct nb_sock *nsk,
		    const struct sock *tcp)
{
	const struct sock *from = &nsk->sk;
	struct sock *sk = &child->sk;

	child->keep_rest = READ_ONCE(nsk->keep_rest);
	child->stream = nsk->stream;
	child->keepalive = READ_ONCE(nsk->keepalive);
	child->scope = nb_scope_get(nsk->scope);
	if (!ipv4_is_loopback(inet_sk(tcp)->inet_rcv_saddr))
		sk->sk_bound_dev_if = max(nb_sock_ifindex(nsk), 0);
	sk->sk_priority = from->sk_priority;
	sk->sk_mark = from->sk_mark;
	sk->sk_rcvtimeo = from->sk_rcvtimeo;
	sk->sk_sndtimeo = from->sk_sndtimeo;
	sk->sk_sndbuf = from->sk_sndbuf;
	sk->sk_rcvbuf = from->sk_rcvbuf;
	sk->sk_userlocks = from->sk_userlocks;
	sock_valbool_flag(sk, SOCK_KEEPOPEN, sock_flag(from, SOCK_KEEPOPEN));
	sock_valbool_flag(sk, SOCK_LINGER, sock_flag(from, SOCK_LINGER));
	sk->sk_lingertime = from->sk_lingertime;
	sk->sk_uid = from->sk_uid;
	security_sk_clone(from, sk);
}

/* Answer the caller and open the session, early octets included (SS-020). */
static int open_session(struct nb_sock *child, struct socket *tcp)
{
	u8 hdr[NB_WIRE_HDR_LEN];
	int err;

	nb_wire_put_header(hdr, NB_SSN_POSITIVE, 0);
	lock_sock(tcp->sk);
	nb_tcp_attach(child, tcp);
	err = nb_tcp_send(tcp->sk, hdr, sizeof(hdr));
	if (!err) {
		nb_sock_set_state(child, TCP_ESTABLISHED, 0);
		nb_rx_arrived(child);
		if (tcp->sk->sk_shutdown & RCV_SHUTDOWN)
			nb_sock_peer_gone(child);
	} else {
		nb_tcp_detach(child);
	}
	release_sock(tcp->sk);
	return err;
}

static bool enqueue(struct nb_sock *nsk, struct nb_sock *child)
{
	struct nb_listener *lsn = nsk->listener;
	bool open;

	spin_lock_bh(&lsn->lock);
	open = !lsn->closed;
	if (open)
		list_add_tail(&child->accept_node, &lsn->acceptq);
	spin_unlock_bh(&lsn->lock);
	return open;
}

/**
 * nb_listener_hand_over() - make a connection a session of a listener
 * @nsk: listener, from nb_listener_match()
 * @name: the called name
 * @tcp: connection with the SESSION REQUEST taken off; unhooked. Owned by the
 *	session on success, by the caller on failure
 * @calling: the calling name
 *
 * The answer to the 1986 handoff question: the connection itself changes
 * hands, with every octet behind the request (HANDOFF-004, HANDOFF-005).
 *
 * Context: process, no lock held. Return: 0 or a negative errno.
 */
int nb_listener_hand_over(struct nb_sock *nsk, const u8 *name,
			  struct socket *tcp, const u8 *calling)
{
	struct net *net = sock_net(&nsk->sk);
	struct nb_sock *child;
	struct sock *sk;
	int err;

	sk = nb_sock_alloc(net, NULL, SOCK_SEQPACKET, 0);
	if (!sk) {
		err = -ENOMEM;
		goto err_unreserve;
	}
	child = nb_sk(sk);
	/* The listener keeps the namespace alive here; allocates, so no lock. */
	sk_net_refcnt_upgrade(tcp->sk);

	/* Dumps find it already, and look at the inner socket. */
	lock_sock(sk);
	inherit(child, nsk, tcp->sk);
	nb_tcp_set_owner(tcp, sk->sk_uid);
	child->called = true;
	memcpy(child->local_name, name, NETBIOS_NAME_LEN);
	memcpy(child->peer_name, calling, NETBIOS_NAME_LEN);
	err = open_session(child, tcp);
	release_sock(sk);
	if (err) {
		sock_put(sk);
		goto err_unreserve;
	}
	NB_INC_STATS(nb_net(net), NB_STAT_SESSIONS_ACCEPTED);
	if (child->keepalive)
		nb_sock_kick_idle(child, child->keepalive * HZ);
	if (!enqueue(nsk, child)) {
		nb_sock_cut_off(child);
		return 0;
	}
	nsk->sk.sk_data_ready(&nsk->sk);
	return 0;

err_unreserve:
	unreserve(nsk);
	nsk->sk.sk_state_change(&nsk->sk);	/* nothing comes: see no_more() */
	return err;
}

static struct nb_sock *dequeue(struct nb_listener *lsn)
{
	struct nb_sock *child;

	spin_lock_bh(&lsn->lock);
	child = list_first_entry_or_null(&lsn->acceptq, struct nb_sock,
					 accept_node);
	if (child) {
		list_del_init(&child->accept_node);
		lsn->waiting--;
	}
	spin_unlock_bh(&lsn->lock);
	return child;
}

/* A place may be taken by a session that is about to be queued. */
static bool no_more(struct nb_sock *nsk)
{
	return nsk->sk.sk_shutdown & RCV_SHUTDOWN &&
	       !READ_ONCE(nsk->listener->waiting);
}

/* Is there nothing that accept() would return for? */
static bool idle(struct nb_sock *nsk)
{
	return list_empty_careful(&nsk->listener->acceptq) &&
	       !READ_ONCE(nsk->conflict) && !no_more(nsk);
}

/* While accept() waits, it helps the server: see nb_server.c. */
static int wait_session(struct sock *sk, long *timeo)
{
	struct nb_net *nn = nb_net(sock_net(sk));
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	struct nb_server_helper helper;

	if (!*timeo)
		return -EAGAIN;
	if (signal_pending(current))
		return sock_intr_errno(*timeo);
	nb_sock_wait_begin(sk, &wait, true);
	if (idle(nb_sk(sk))) {
		nb_server_helper_add(nn, &helper, &wait);
		release_sock(sk);
		if (!READ_ONCE(helper.called))
			*timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, *timeo);
		nb_server_helper_remove(nn, &helper);
		lock_sock(sk);
	}
	remove_wait_queue(sk_sleep(sk), &wait);
	return 0;
}

/**
 * nb_listener_accept() - take the oldest session that waits
 * @sock: listener
 * @newsock: where it goes
 * @arg: flags
 *
 * Context: process. Return: 0, -EINVAL (not listening, or shut down and empty),
 * -EADDRNOTAVAIL (name in conflict), -EAGAIN, -EINTR.
 */
int nb_listener_accept(struct socket *sock, struct socket *newsock,
		       struct proto_accept_arg *arg)
{
	struct sock *sk = sock->sk;
	struct nb_sock *nsk = nb_sk(sk), *child = NULL;
	long timeo;
	int err;

	lock_sock(sk);
	timeo = sock_rcvtimeo(sk, arg->flags & O_NONBLOCK);
	for (;;) {
		err = -EINVAL;
		if (sk->sk_state != TCP_LISTEN)
			break;
		err = -EADDRNOTAVAIL;
		if (READ_ONCE(nsk->conflict))
			break;
		child = dequeue(nsk->listener);
		err = 0;
		if (child)
			break;
		err = -EINVAL;
		if (no_more(nsk))
			break;
		err = wait_session(sk, &timeo);
		if (err)
			break;
	}
	release_sock(sk);
	if (!child)
		return err;
	sock_graft(&child->sk, newsock);	/* with the queue's reference */
	nb_tcp_set_owner(child->tcp, child->sk.sk_uid);
	newsock->state = SS_CONNECTED;
	NB_CUSTOM_SOCKOPT(newsock);
	return 0;
}
