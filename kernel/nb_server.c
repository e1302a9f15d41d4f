// SPDX-License-Identifier: GPL-2.0
/*
 * The session server (RFC 1001 16.1.1, RFC 1002 5.2.1.2): one listening TCP
 * socket per namespace, port 139, for all names of the node. What becomes of
 * the connections that it accepts is in nb_halfopen.c.
 *
 * A new connection is accepted when its request is there, or a little later:
 * most often the request is in the next segment. @accept_work does that, or a
 * process that waits in accept() anyway: it is most likely the one that is
 * called, and one switch of tasks less is 5 % of a session. It only helps: the
 * work stays queued, so that nobody depends on it.
 */
#include <linux/net.h>
#include <linux/rwsem.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "nb_halfopen.h"
#include "nb_server.h"
#include "nb_sock.h"

#define SERVER_BACKLOG	1024

/* A connection without a request waits so long, unless many do. */
#define ACCEPT_DELAY	(HZ / 100)
#define ACCEPT_SOON	(SERVER_BACKLOG / 8)

/* A helper has work of its own. */
#define HELP_MAX	16

/**
 * struct nb_server - the server of a namespace
 * @nn: node
 * @listen: listening socket, NULL while the service is off
 * @data_ready: callback of @listen before it was hooked
 * @accept_work: takes new connections
 * @helpers: struct nb_server_helper, who can do the same
 * @called: a request came, and nobody took it yet
 * @helped: jiffies when a helper went that may be back at once
 * @serving: read while @listen is in use, written to close it
 * @halfopens: connections without a session
 */
struct nb_server {
	struct nb_net		*nn;
	struct socket		*listen;
	void			(*data_ready)(struct sock *sk);
	struct delayed_work	accept_work;
	wait_queue_head_t	helpers;
	bool			called;
	unsigned long		helped;
	struct rw_semaphore	serving;
	struct nb_halfopens	halfopens;
};

static bool has_connection(struct sock *sk)
{
	return !reqsk_queue_empty(&inet_csk(sk)->icsk_accept_queue);
}

static void take_connection(struct nb_server *server, struct socket *tcp)
{
	/* The child inherited the callback of the listening socket. */
	write_lock_bh(&tcp->sk->sk_callback_lock);
	tcp->sk->sk_data_ready = server->data_ready;
	write_unlock_bh(&tcp->sk->sk_callback_lock);
	nb_halfopens_take(&server->halfopens, tcp);
}

/* Return: whether there may be more than @max connections. */
static bool serve(struct nb_server *server, unsigned int max)
{
	struct socket *tcp;
	bool more;

	down_read(&server->serving);
	WRITE_ONCE(server->called, false);
	/* An accept in vain costs a socket, so look first. */
	while ((more = server->listen && has_connection(server->listen->sk)) &&
	       max-- && !kernel_accept(server->listen, &tcp, O_NONBLOCK)) {
		take_connection(server, tcp);
		cond_resched();
	}
	up_read(&server->serving);
	return more;
}

static void accept_work(struct work_struct *work)
{
	struct nb_server *server = container_of(to_delayed_work(work),
						struct nb_server, accept_work);

	/*
	 * Once more if there was no memory to accept with, or in a flood, which
	 * must not keep nb_server_stop() waiting.
	 */
	if (serve(server, SERVER_BACKLOG))
		queue_delayed_work(nb_wq, &server->accept_work, ACCEPT_DELAY);
}

static int wake_helper(struct wait_queue_entry *entry, unsigned int mode,
		       int sync, void *key)
{
	struct nb_server_helper *helper =
		container_of(entry, struct nb_server_helper, entry);

	WRITE_ONCE(helper->called, true);
	return woken_wake_function(helper->wait, mode, sync, key);
}

/**
 * nb_server_helper_add() - a process is about to wait, and could help
 * @nn: node
 * @helper: of the caller; nb_server_helper_remove() must follow
 * @wait: how it waits, see wait_woken()
 *
 * It is woken when there is a call, @called says so; also at once.
 * Context: process.
 */
void nb_server_helper_add(struct nb_net *nn, struct nb_server_helper *helper,
			  struct wait_queue_entry *wait)
{
	helper->wait = wait;
	helper->called = READ_ONCE(nn->server->called);
	init_waitqueue_func_entry(&helper->entry, wake_helper);
	add_wait_queue_exclusive(&nn->server->helpers, &helper->entry);
}

/**
 * nb_server_helper_remove() - after the wait: help if there is a call
 * @nn: node
 * @helper: given to nb_server_helper_add()
 *
 * Context: process, may sleep, no lock held.
 */
void nb_server_helper_remove(struct nb_net *nn, struct nb_server_helper *helper)
{
	struct nb_server *server = nn->server;

	remove_wait_queue(&server->helpers, &helper->entry);
	if (!READ_ONCE(helper->called))
		return;
	WRITE_ONCE(server->helped, jiffies);
	/* First, so that a connection that comes now queues it again. */
	cancel_delayed_work(&server->accept_work);
	if (serve(server, HELP_MAX))
		mod_delayed_work(nb_wq, &server->accept_work, 0);
}

/*
 * A request is there. Who has helped just now is about to wait again, and sees
 * @called then; the work, which is queued, sees to it if not.
 */
static void call_server(struct nb_server *server)
{
	WRITE_ONCE(server->called, true);
	/* No barrier: who is missed here is found by the work. */
	if (waitqueue_active(&server->helpers))
		wake_up_interruptible(&server->helpers);
	else if (jiffies - READ_ONCE(server->helped) > 1)
		mod_delayed_work(nb_wq, &server->accept_work, 0);
}

/*
 * Runs without the lock of the listening socket when it has a new connection,
 * and for a connection that was not accepted yet when octets come.
 */
static void listen_data_ready(struct sock *sk)
{
	struct nb_server *server = nb_net(sock_net(sk))->server;

	trace_sk_data_ready(sk);
	read_lock_bh(&sk->sk_callback_lock);
	if (sk->sk_state == TCP_LISTEN && sk->sk_user_data)
		queue_delayed_work(nb_wq, &server->accept_work, ACCEPT_DELAY);
	if (sk->sk_state == TCP_LISTEN &&
	    READ_ONCE(sk->sk_ack_backlog) < ACCEPT_SOON)
		;
	else
		call_server(server);
	read_unlock_bh(&sk->sk_callback_lock);
}

/**
 * nb_server_start() - open the session service
 * @nn: node
 *
 * No SO_REUSEPORT: nobody binds beside us. SO_REUSEADDR only lets the port be
 * taken again while old sessions, or their TIME_WAIT, are on it; beside a
 * socket that listens it allows nothing.
 *
 * Context: process, nn->lock held.
 * Return: 0, -EADDRINUSE (the port is taken), or another negative errno.
 */
int nb_server_start(struct nb_net *nn)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_ANY),
		.sin_port = htons(nn->settings.port),
	};
	struct nb_server *server = nn->server;
	struct socket *sock;
	struct sock *sk;
	int err;

	lockdep_assert_held(&nn->lock);
	err = sock_create_kern(nn->net, PF_INET, SOCK_STREAM, IPPROTO_TCP,
			       &sock);
	if (err)
		return err;
	sock->sk->sk_reuse = SK_CAN_REUSE;
	err = kernel_bind(sock, (struct sockaddr *)&sin, sizeof(sin));
	if (err)
		goto err_release;

	sk = sock->sk;
	write_lock_bh(&sk->sk_callback_lock);
	server->data_ready = sk->sk_data_ready;
	__rcu_assign_sk_user_data_with_flags(sk, server, SK_USER_DATA_NOCOPY);
	sk->sk_data_ready = listen_data_ready;
	write_unlock_bh(&sk->sk_callback_lock);
	down_write(&server->serving);
	server->listen = sock;
	up_write(&server->serving);
	err = kernel_listen(sock, SERVER_BACKLOG);
	if (err)
		goto err_stop;
	return 0;

err_stop:
	nb_server_stop(nn);
	return err;
err_release:
	sock_release(sock);
	return err;
}

/**
 * nb_server_stop() - close the session service; sessions that are up go on
 * @nn: node
 *
 * Context: process, nn->lock held; waits for the server's work.
 */
void nb_server_stop(struct nb_net *nn)
{
	struct nb_server *server = nn->server;
	struct socket *sock = server->listen;

	if (!sock)
		return;
	lock_sock(sock->sk);
	write_lock_bh(&sock->sk->sk_callback_lock);
	rcu_assign_sk_user_data(sock->sk, NULL);
	sock->sk->sk_data_ready = server->data_ready;
	write_unlock_bh(&sock->sk->sk_callback_lock);
	release_sock(sock->sk);
	/* A child may queue the work once more: it then finds nothing to accept. */
	down_write(&server->serving);
	server->listen = NULL;
	up_write(&server->serving);
	cancel_delayed_work_sync(&server->accept_work);
	sock_release(sock);
	/* A child may still be in listen_data_ready(), which it inherited. */
	synchronize_rcu();
	cancel_delayed_work_sync(&server->accept_work);

	nb_halfopens_end(&server->halfopens);
}

/**
 * nb_server_init() - make the server of a namespace; it does not serve yet
 * @nn: node
 *
 * Context: process. Return: 0 or -ENOMEM.
 */
int nb_server_init(struct nb_net *nn)
{
	struct nb_server *server = kzalloc(sizeof(*server), GFP_KERNEL);

	if (!server)
		return -ENOMEM;
	server->nn = nn;
	INIT_DELAYED_WORK(&server->accept_work, accept_work);
	init_waitqueue_head(&server->helpers);
	init_rwsem(&server->serving);
	nb_halfopens_init(&server->halfopens, nn);
	nn->server = server;
	return 0;
}

/**
 * nb_server_exit() - free the server of a namespace
 * @nn: node; nb_server_stop() was called
 *
 * Context: process.
 */
void nb_server_exit(struct nb_net *nn)
{
	/* The last helper may have queued it. */
	cancel_delayed_work_sync(&nn->server->accept_work);
	kfree(nn->server);
	nn->server = NULL;
}
