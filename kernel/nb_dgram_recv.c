// SPDX-License-Identifier: GPL-2.0
/*
 * Received datagrams, on their way to the user.
 */
#include <linux/net.h>
#include <linux/skbuff.h>

#include "nb_dgram.h"

#define RECV_FLAGS	(MSG_DONTWAIT | MSG_PEEK | MSG_TRUNC | MSG_WAITALL | \
			 MSG_NOSIGNAL | MSG_CMSG_CLOEXEC | MSG_CMSG_COMPAT)

static void put_source(struct msghdr *msg, const struct nb_dgram_cb *cb)
{
	struct sockaddr_nb *addr = msg->msg_name;

	addr->snb_family = AF_NETBIOS;
	addr->snb_type = NETBIOS_UNIQUE_NAME;
	memcpy(addr->snb_name, cb->source, NETBIOS_NAME_LEN);
	msg->msg_namelen = sizeof(*addr);
}

/* DG-037. What is not for everybody is for the name that is bound. */
static void put_info(struct nb_dgram_sock *ds, struct msghdr *msg,
		     const struct nb_dgram_cb *cb)
{
	const struct nb_name *name;
	struct nb_dgram_info info = {
		.ndi_source_addr	= cb->source_addr,
		.ndi_from_addr		= cb->from,
		.ndi_to_addr		= cb->to,
		.ndi_ifindex		= cb->ifindex,
		.ndi_type		= cb->type,
		.ndi_destination.snb_family = AF_NETBIOS,
	};
	const u8 *to = nb_dgm_everybody;

	/* a bind() that another thread gives up lets go of the name */
	rcu_read_lock();
	name = READ_ONCE(ds->nb.name);
	if (cb->type != NB_DGM_BROADCAST && name) {
		to = name->name;
		if (name->group)
			info.ndi_destination.snb_type = NETBIOS_GROUP_NAME;
	}
	memcpy(info.ndi_destination.snb_name, to, NETBIOS_NAME_LEN);
	rcu_read_unlock();
	put_cmsg(msg, SOL_NETBIOS, NB_DGRAM_INFO, sizeof(info), &info);
}

/**
 * nb_dgram_recvmsg() - receive one datagram
 * @sock: socket of the user
 * @msg: buffer; gets the name of the sender; MSG_TRUNC tells that it was too
 *	small and the rest was dropped
 * @size: octets of the buffer
 * @flags: MSG_*
 *
 * Context: process.
 * Return: octets, with MSG_TRUNC of the whole datagram; 0 after SHUT_RD;
 * -EAGAIN, -EINTR, -EOPNOTSUPP (flags), -EFAULT, or what a DATAGRAM ERROR
 * said.
 */
int nb_dgram_recvmsg(struct socket *sock, struct msghdr *msg, size_t size,
		     int flags)
{
	struct sock *sk = sock->sk;
	struct nb_dgram_sock *ds = nb_dgram_sk(sk);
	struct sk_buff *skb;
	size_t n;
	int err;

	if (flags & ~RECV_FLAGS)
		return -EOPNOTSUPP;
	msg->msg_namelen = 0;
	skb = skb_recv_datagram(sk, flags, &err);
	if (!skb)
		return err;
	n = skb->len;
	if (n > size) {
		n = size;
		msg->msg_flags |= MSG_TRUNC;
	}
	err = skb_copy_datagram_msg(skb, 0, msg, n);
	if (err)
		goto out_free;
	sock_recv_cmsgs(msg, sk, skb);
	if (msg->msg_name)
		put_source(msg, nb_dgram_cb(skb));
	if (READ_ONCE(ds->info))
		put_info(ds, msg, nb_dgram_cb(skb));
	err = flags & MSG_TRUNC ? skb->len : n;
out_free:
	skb_free_datagram(sk, skb);
	return err;
}
