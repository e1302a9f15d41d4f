// SPDX-License-Identifier: GPL-2.0
/*
 * The datagram service of a namespace (RFC 1001 17, RFC 1002 5.3): one UDP
 * socket, port 138, for all names of the node.
 *
 * UDP hands packets to nb_dgram_rcv() instead of queueing them, as to a tunnel.
 * The switch for that is global. It is turned on for as long as the module is
 * there, not with each socket: it patches the kernel's code, while others run
 * it.
 */
#include <linux/net.h>
#include <net/udp.h>

#include "nb_dgram.h"
#include "nb_net.h"

/* any but 0; no protocol of the kernel has it */
#define ENCAP_TYPE	0xff

/**
 * nb_dgram_start() - open the datagram service
 * @nn: node; @nn->lock is held
 *
 * Context: process, may sleep.
 * Return: 0, -EADDRINUSE (the port is taken), or another negative errno.
 */
int nb_dgram_start(struct nb_net *nn)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_ANY),
		.sin_port = htons(nn->settings.dgram_port),
	};
	struct nb_dgram *dg = nn->dgram;
	struct socket *sock;
	int err;

	lockdep_assert_held(&nn->lock);
	err = sock_create_kern(nn->net, PF_INET, SOCK_DGRAM, IPPROTO_UDP,
			       &sock);
	if (err)
		return err;
	sock_set_flag(sock->sk, SOCK_BROADCAST);
	/* before the port is ours: nothing may come past it */
	WRITE_ONCE(udp_sk(sock->sk)->encap_rcv, nb_dgram_rcv);
	WRITE_ONCE(udp_sk(sock->sk)->encap_type, ENCAP_TYPE);
	err = kernel_bind(sock, (struct sockaddr *)&sin, sizeof(sin));
	if (err) {
		sock_release(sock);
		return err;
	}
	dg->sock = sock;
	rcu_assign_pointer(dg->udp, sock->sk);
	return 0;
}

/**
 * nb_dgram_stop() - close the datagram service
 * @nn: node; @nn->lock is held
 *
 * Context: process, may sleep; waits for senders and for what is arriving.
 */
void nb_dgram_stop(struct nb_net *nn)
{
	struct nb_dgram *dg = nn->dgram;

	lockdep_assert_held(&nn->lock);
	if (!dg->sock)
		return;
	RCU_INIT_POINTER(dg->udp, NULL);
	WRITE_ONCE(udp_sk(dg->sock->sk)->encap_rcv, NULL);
	/* both run on the RCU read side */
	synchronize_net();
	sock_release(dg->sock);
	dg->sock = NULL;
	nb_dgram_frags_purge(&dg->frags);
}

/**
 * nb_dgram_init() - prepare a node for datagrams
 * @nn: node
 *
 * Context: process, may sleep. Return: 0 or -ENOMEM.
 */
int nb_dgram_init(struct nb_net *nn)
{
	struct nb_dgram *dg;
	int i;

	dg = kvzalloc(sizeof(*dg), GFP_KERNEL_ACCOUNT);
	if (!dg)
		return -ENOMEM;
	dg->nn = nn;
	spin_lock_init(&dg->lock);
	INIT_HLIST_HEAD(&dg->receivers);
	/* where a node begins is no secret, but need not be known either */
	atomic_set(&dg->next_id, get_random_u16());
	ratelimit_state_init(&dg->error_limit, HZ, NB_DGRAM_ERROR_RATE);
	/* what is held back is counted, not logged */
	ratelimit_set_flags(&dg->error_limit, RATELIMIT_MSG_ON_RELEASE);
	nb_dgram_frags_init(&dg->frags);
	nb_dgram_queries_init(&dg->queries);
	for (i = 0; i < NB_DGRAM_SENT; i++)
		spin_lock_init(&dg->sent[i].lock);
	nn->dgram = dg;
	return 0;
}

/**
 * nb_dgram_exit() - the reverse of nb_dgram_init()
 * @nn: node; the service is off, no socket is left
 *
 * Context: process, may sleep.
 */
void nb_dgram_exit(struct nb_net *nn)
{
	nb_dgram_queries_exit(&nn->dgram->queries);
	nb_dgram_forget(nn->dgram, NULL);
	kvfree(nn->dgram);
}
