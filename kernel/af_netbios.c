// SPDX-License-Identifier: GPL-2.0
/*
 * AF_NETBIOS: NetBIOS over TCP/IP (RFC 1001, RFC 1002) as a socket family.
 *
 * This file registers the family and makes sockets. What they do:
 *
 *   nb_sock.c    bind, the work item     nb_close.c   shutdown, release
 *   nb_listen.c  listen, accept          nb_server.c  TCP 139
 *   nb_halfopen.c its connections that are no session yet
 *   nb_connect.c connect                 nb_call.c    the steps of a call
 *   nb_send.c    sendmsg, keep-alive     nb_recv.c    recvmsg
 *   nb_stage.c   messages larger than the window
 *   nb_stream.c  what differs for streams
 *   nb_tcp.c     the inner TCP socket
 *   nb_name.c    local names             nb_cache.c   remote names
 *   nb_upcall.c  questions to the helper nb_netlink.c control
 *   nb_wire.c    the octets of RFC 1002  nb_dgram*.c  SOCK_DGRAM
 */
#include <linux/module.h>
#include <linux/net.h>
#include <net/sock.h>
#include <net/tcp_states.h>
#include <net/udp.h>

#include "nb_dgram.h"
#include "nb_sock.h"

struct workqueue_struct *nb_wq;

/* SO_KEEPALIVE: the core tells the protocol, which tells the inner socket. */
static void set_tcp_keepalive(struct sock *sk, int on)
{
	struct nb_sock *nsk = nb_sk(sk);
	struct sock *tcp;

	/* Before connect() there is none; nb_tcp_attach() looks then. */
	if (!nsk->tcp)
		return;
	tcp = nsk->tcp->sk;
	lock_sock(tcp);
	tcp->sk_prot->keepalive(tcp, on);
	sock_valbool_flag(tcp, SOCK_KEEPOPEN, on);
	release_sock(tcp);
}

struct proto nb_proto = {
	.name		= "NETBIOS",
	.owner		= THIS_MODULE,
	.obj_size	= sizeof(struct nb_sock),
	.keepalive	= set_tcp_keepalive,
};

NB_ACCEPT_DEFINE(nb_listener_accept);

const struct proto_ops nb_seqpacket_ops = {
	.family		= PF_NETBIOS,
	.owner		= THIS_MODULE,
	.release	= nb_sock_release,
	.bind		= nb_sock_bind,
	.connect	= nb_call_connect,
	.socketpair	= sock_no_socketpair,
	.accept		= NB_ACCEPT(nb_listener_accept),
	.getname	= nb_sock_getname,
	.poll		= nb_sock_poll,
	.ioctl		= nb_sock_ioctl,
	.listen		= nb_sock_listen,
	.shutdown	= nb_sock_shutdown,
	.setsockopt	= nb_sock_setsockopt,
	.getsockopt	= nb_sock_getsockopt,
	.sendmsg	= nb_sendmsg,
	.recvmsg	= nb_recvmsg,
	.mmap		= sock_no_mmap,
	.splice_read	= nb_stream_splice_read,
	NB_SENDPAGE
};

static void sock_destruct(struct sock *sk)
{
	struct nb_net *nn = nb_net(sock_net(sk));
	struct nb_sock *nsk = nb_sk(sk);

	spin_lock_bh(&nn->socks_lock);
	hlist_del_init(&nsk->node);
	WRITE_ONCE(nn->sock_count, nn->sock_count - 1);
	spin_unlock_bh(&nn->socks_lock);
	nb_scope_put(nsk->scope);
	kfree(nsk->listener);
	__skb_queue_purge(&sk->sk_receive_queue);
}

/**
 * nb_sock_alloc() - make the socket of a descriptor, or of a session that
 *	waits for accept()
 * @net: namespace
 * @sock: socket of the user, or NULL
 * @type: SOCK_SEQPACKET or SOCK_DGRAM
 * @kern: as in socket creation
 *
 * Context: process. Return: it, or NULL for want of memory.
 */
struct sock *nb_sock_alloc(struct net *net, struct socket *sock, int type,
			   int kern)
{
	struct nb_net *nn = nb_net(net);
	struct nb_sock *nsk;
	struct sock *sk;

	sk = sk_alloc(net, PF_NETBIOS, GFP_KERNEL,
		      type == SOCK_DGRAM ? &nb_dgram_proto : &nb_proto, kern);
	if (!sk)
		return NULL;
	sock_init_data(sock, sk);
	sk->sk_type = type;
	sk->sk_destruct = sock_destruct;
	nsk = nb_sk(sk);
	nsk->lana = -1;
	nsk->keepalive = READ_ONCE(nn->settings.keepalive);
	INIT_LIST_HEAD(&nsk->name_node);
	INIT_LIST_HEAD(&nsk->accept_node);
	INIT_DELAYED_WORK(&nsk->work, nb_sock_work);
	if (type == SOCK_DGRAM)
		nb_dgram_sock_init(nb_dgram_sk(sk));
	spin_lock_bh(&nn->socks_lock);
	hlist_add_head(&nsk->node, &nn->socks);
	WRITE_ONCE(nn->sock_count, nn->sock_count + 1);
	spin_unlock_bh(&nn->socks_lock);
	return sk;
}

/*
 * The protocol number is an adapter, as in Winsock: 0 any, INT_MIN LANA 0, -n
 * LANA n. It does not fit the 16-bit sk_protocol, which stays 0.
 */
static int netbios_create(struct net *net, struct socket *sock, int protocol,
			  int kern)
{
	struct nb_sock *nsk;
	struct sock *sk;

	if (sock->type != SOCK_SEQPACKET && sock->type != SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	if (protocol > 0)
		return -EPROTONOSUPPORT;
	sk = nb_sock_alloc(net, sock, sock->type, kern);
	if (!sk)
		return -ENOBUFS;
	nsk = nb_sk(sk);
	if (protocol)
		nsk->lana = protocol == NETBIOS_LANA_0 ? 0 : -protocol;
	nsk->scope = nb_net_scope_get(nb_net(net));
	sock->ops = sock->type == SOCK_DGRAM ? &nb_dgram_ops :
					       &nb_seqpacket_ops;
	NB_CUSTOM_SOCKOPT(sock);
	return 0;
}

static const struct net_proto_family netbios_family = {
	.family		= PF_NETBIOS,
	.create		= netbios_create,
	.owner		= THIS_MODULE,
};

static int __init netbios_init(void)
{
	int err;

	BUILD_BUG_ON(AF_NETBIOS != AF_NETBEUI || SOL_NETBIOS != SOL_NETBEUI);
	BUILD_BUG_ON(sizeof(struct sockaddr_nb) != 20);

	nb_wq = alloc_workqueue("netbios", WQ_UNBOUND, 0);
	if (!nb_wq)
		return -ENOMEM;
	udp_encap_enable();
	err = nb_net_init();
	if (err)
		goto err_udp;
	err = proto_register(&nb_proto, 1);
	if (err)
		goto err_net;
	err = proto_register(&nb_dgram_proto, 1);
	if (err)
		goto err_proto;
	err = nb_genl_init();
	if (err)
		goto err_dgram;
	/* Last: from here on there are users. */
	err = sock_register(&netbios_family);
	if (err)
		goto err_genl;
	return 0;

err_genl:
	nb_genl_exit();
err_dgram:
	proto_unregister(&nb_dgram_proto);
err_proto:
	proto_unregister(&nb_proto);
err_net:
	nb_net_exit();
err_udp:
	udp_encap_disable();
	destroy_workqueue(nb_wq);
	return err;
}

static void __exit netbios_exit(void)
{
	sock_unregister(PF_NETBIOS);
	nb_genl_exit();
	nb_net_exit();
	udp_encap_disable();
	/* A work may still be on its way out of this module. */
	destroy_workqueue(nb_wq);
	proto_unregister(&nb_dgram_proto);
	proto_unregister(&nb_proto);
	rcu_barrier();
}

module_init(netbios_init);
module_exit(netbios_exit);

/*
 * No MODULE_ALIAS_NETPROTO: with it any user could load code that parses
 * network input. The unit of the helper, or the administrator, loads it.
 */
MODULE_DESCRIPTION("NetBIOS over TCP/IP (RFC 1001, RFC 1002)");
MODULE_LICENSE("GPL");
