// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: sockets and their sessions (API-009).
 */
#include <linux/tcp.h>

#include "nb_genl.h"
#include "nb_net.h"
#include "nb_netlink.h"
#include "nb_sock.h"

static int put_ends(struct sk_buff *skb, const struct nb_sock_info *info)
{
	if (info->has_local &&
	    nla_put(skb, NETBIOS_A_SESSION_LOCAL_NAME, NETBIOS_NAME_LEN,
		    info->local_name))
		return -EMSGSIZE;
	if (info->has_peer &&
	    nla_put(skb, NETBIOS_A_SESSION_PEER_NAME, NETBIOS_NAME_LEN,
		    info->peer_name))
		return -EMSGSIZE;
	if (!info->peer_addr)
		return 0;
	if (nla_put_in_addr(skb, NETBIOS_A_SESSION_LOCAL_ADDR,
			    info->local_addr) ||
	    nla_put_in_addr(skb, NETBIOS_A_SESSION_PEER_ADDR,
			    info->peer_addr) ||
	    nla_put_be16(skb, NETBIOS_A_SESSION_LOCAL_PORT,
			 info->local_port) ||
	    nla_put_be16(skb, NETBIOS_A_SESSION_PEER_PORT, info->peer_port) ||
	    nla_put_u64_64bit(skb, NETBIOS_A_SESSION_RX_BYTES, info->rx_bytes,
			      NETBIOS_A_SESSION_PAD) ||
	    nla_put_u64_64bit(skb, NETBIOS_A_SESSION_TX_BYTES, info->tx_bytes,
			      NETBIOS_A_SESSION_PAD))
		return -EMSGSIZE;
	return 0;
}

static int put_session(struct sk_buff *skb, const struct nb_sock_info *info,
		       int err, struct user_namespace *ns)
{
	if (nla_put_u64_64bit(skb, NETBIOS_A_SESSION_INODE, info->inode,
			      NETBIOS_A_SESSION_PAD) ||
	    nla_put_u32(skb, NETBIOS_A_SESSION_TYPE, info->type) ||
	    nla_put_u32(skb, NETBIOS_A_SESSION_STATE, info->state) ||
	    nb_nl_put_scope(skb, NETBIOS_A_SESSION_SCOPE, info->scope,
			    info->scope_len) ||
	    nla_put_u8(skb, NETBIOS_A_SESSION_CALLED, info->called) ||
	    nla_put_u32(skb, NETBIOS_A_SESSION_UID,
			from_kuid_munged(ns, info->uid)) ||
	    nla_put_u32(skb, NETBIOS_A_SESSION_KEEPALIVE, info->keepalive) ||
	    put_ends(skb, info))
		return -EMSGSIZE;
	if (info->ifindex &&
	    nla_put_u32(skb, NETBIOS_A_SESSION_IFINDEX, info->ifindex))
		return -EMSGSIZE;
	if (info->state == NETBIOS_SESSION_STATE_LISTEN &&
	    (nla_put_u32(skb, NETBIOS_A_SESSION_QUEUE, info->queue) ||
	     nla_put_u32(skb, NETBIOS_A_SESSION_BACKLOG, info->backlog)))
		return -EMSGSIZE;
	if (info->type == SOCK_DGRAM &&
	    nla_put_u32(skb, NETBIOS_A_SESSION_DROPS, info->drops))
		return -EMSGSIZE;
	if (err && nla_put_u32(skb, NETBIOS_A_SESSION_ERROR, -err))
		return -EMSGSIZE;
	return 0;
}

/*
 * What the event tells of a socket. Unlike nb_sock_fill_info() it does not
 * lock the socket: who changes the state has locked it, in some way, already.
 */
static void look(struct nb_sock *nsk, struct nb_sock_info *info)
{
	const struct tcp_sock *tp = tcp_sk(nsk->tcp->sk);
	const struct inet_sock *inet = inet_sk(nsk->tcp->sk);
	const struct nb_scope *scope = nsk->scope;

	info->type = nsk->sk.sk_type;
	info->called = nsk->called;
	info->has_local = true;
	memcpy(info->local_name, nsk->local_name, NETBIOS_NAME_LEN);
	info->has_peer = true;
	memcpy(info->peer_name, nsk->peer_name, NETBIOS_NAME_LEN);
	if (scope) {
		info->scope_len = scope->len;
		memcpy(info->scope, scope->labels, scope->len);
	}
	info->local_addr = inet->inet_rcv_saddr;
	info->peer_addr = inet->inet_daddr;
	info->local_port = inet->inet_sport;
	info->peer_port = inet->inet_dport;
	info->rx_bytes = READ_ONCE(tp->bytes_received);
	info->tx_bytes = READ_ONCE(tp->bytes_acked);
	info->uid = sock_i_uid(&nsk->sk);
	info->inode = sock_i_ino(&nsk->sk);
	info->ifindex = READ_ONCE(nsk->sk.sk_bound_dev_if);
	info->keepalive = READ_ONCE(nsk->keepalive);
}

/**
 * nb_event_session() - tell that a session came or went
 * @nsk: socket with an inner socket
 * @state: enum netbios_session_state, what it is now
 * @err: why, 0 or a negative errno
 *
 * Context: any; the caller keeps the inner socket there.
 */
void nb_event_session(struct nb_sock *nsk, u8 state, int err)
{
	struct nb_net *nn = nb_net(sock_net(&nsk->sk));
	struct nb_sock_info info = { .state = state };
	struct sk_buff *skb;
	void *hdr;

	if (!nb_nl_watched(nn, NB_MCGRP_EVENT))
		return;
	look(nsk, &info);
	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_ATOMIC);
	if (!skb)
		goto send;
	hdr = genlmsg_put(skb, 0, 0, &nb_genl_family, 0,
			  NETBIOS_CMD_SESSION_EVENT);
	if (WARN_ON_ONCE(!hdr || put_session(skb, &info, err,
					     nn->net->user_ns))) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
send:
	nb_nl_event(nn, skb, NB_MCGRP_EVENT, GFP_ATOMIC);
}

static int fill_session(struct sk_buff *skb, struct nb_sock *nsk, u32 portid,
			u32 seq, int flags, struct user_namespace *ns)
{
	struct nb_sock_info info;
	void *hdr;

	nb_sock_fill_info(nsk, &info);
	hdr = genlmsg_put(skb, portid, seq, &nb_genl_family, flags,
			  NETBIOS_CMD_SESSION_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (put_session(skb, &info, 0, ns)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static struct nb_sock *find_inode(struct nb_net *nn, u64 inode)
{
	struct nb_sock *nsk = NULL, *prev;

	do {
		prev = nsk;
		nsk = nb_net_next_sock(nn, prev);
		if (prev)
			sock_put(&prev->sk);
	} while (nsk && sock_i_ino(&nsk->sk) != inode);
	return nsk;
}

int netbios_nl_session_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	struct nb_sock *nsk;
	u64 inode;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, NETBIOS_A_SESSION_INODE)) {
		NL_SET_ERR_MSG(info->extack, "The inode is missing");
		return -EINVAL;
	}
	inode = nla_get_u64(info->attrs[NETBIOS_A_SESSION_INODE]);
	nsk = inode ? find_inode(nb_net(genl_info_net(info)), inode) : NULL;
	if (!nsk) {
		NL_SET_ERR_MSG(info->extack, "No socket has this inode");
		return -ENOENT;
	}
	err = -ENOMEM;
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (reply)
		err = fill_session(reply, nsk, info->snd_portid, info->snd_seq,
				   0, nb_nl_user_ns(skb));
	sock_put(&nsk->sk);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return genlmsg_reply(reply, info);
}

/* What the dump keeps between two messages: the last socket shown. */
struct dump_ctx {
	struct nb_sock *last;
};

static struct dump_ctx *dump_ctx(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct dump_ctx) > sizeof(cb->ctx));
	return (void *)cb->ctx;
}

int netbios_nl_session_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb)
{
	struct nb_net *nn = nb_net(sock_net(skb->sk));
	struct dump_ctx *ctx = dump_ctx(cb);
	struct nb_sock *nsk;

	while ((nsk = nb_net_next_sock(nn, ctx->last))) {
		if (fill_session(skb, nsk, NETLINK_CB(cb->skb).portid,
				 cb->nlh->nlmsg_seq, NLM_F_MULTI,
				 nb_nl_user_ns(cb->skb))) {
			sock_put(&nsk->sk);
			break;
		}
		if (ctx->last)
			sock_put(&ctx->last->sk);
		ctx->last = nsk;
	}
	return skb->len;
}

/**
 * nb_nl_session_done() - end of a dump of the sockets
 * @cb: dump
 *
 * Context: process, may sleep.
 * Return: 0.
 */
int nb_nl_session_done(struct netlink_callback *cb)
{
	struct dump_ctx *ctx = dump_ctx(cb);

	if (ctx->last)
		sock_put(&ctx->last->sk);
	return 0;
}
