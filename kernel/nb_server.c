// SPDX-License-Identifier: GPL-2.0
/*
 * The session server (RFC 1001 16.1.1, RFC 1002 5.2.1.2): one listening TCP
 * socket per namespace, port 139, for all names of the node. What becomes of
 * the connections that it accepts is in nb_halfopen.c.
 */
#include <linux/net.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "nb_halfopen.h"
#include "nb_server.h"
#include "nb_sock.h"

#define SERVER_BACKLOG	1024

/*
 * A new connection is accepted when its request is there, or after this time:
 * most often the request is in the next segment, and one work does for both.
 * Not so when many connections wait.
 */
#define ACCEPT_DELAY	(HZ / 100)
#define ACCEPT_SOON	(SERVER_BACKLOG / 8)

/**
 * struct nb_server - the server of a namespace
 * @nn: node
 * @listen: listening socket, NULL while the service is off
 * @data_ready: callback of @listen before it was hooked
 * @accept_work: takes new connections
 * @halfopens: connections without a session
 */
struct nb_server {
	struct nb_net		*nn;
	struct socket		*listen;
	void			(*data_ready)(struct sock *sk);
	struct delayed_work	accept_work;
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

static void accept_work(struct work_struct *work)
{
	struct nb_server *server = container_of(to_delayed_work(work),
						struct nb_server, accept_work);
	struct socket *listen = READ_ONCE(server->listen), *tcp;

	/* An accept in vain costs a socket, so look first. */
	while (listen && has_connection(listen->sk) &&
	       !kernel_accept(listen, &tcp, O_NONBLOCK)) {
		take_connection(server, tcp);
		cond_resched();
	}
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
	if (sk->sk_state != TCP_LISTEN ||
	    READ_ONCE(sk->sk_ack_backlog) >= ACCEPT_SOON)
		mod_delayed_work(nb_wq, &server->accept_work, 0);
	else if (sk->sk_user_data)
		queue_delayed_work(nb_wq, &server->accept_work, ACCEPT_DELAY);
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
	server->listen = sock;
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
	WRITE_ONCE(server->listen, NULL);
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
	kfree(nn->server);
	nn->server = NULL;
}
