// SPDX-License-Identifier: GPL-2.0
/*
 * NB_STREAM: a session as a stream of octets, headers included (RFC 1002
 * 4.3). It is for relays: they look at headers only, so that octets pass by
 * with splice(), and do not wait for the end of their message.
 *
 * recv is that of nb_recv.c, to which all that is there is one message whose
 * rest is kept; nothing is staged.
 */
#include <linux/skbuff.h>
#include <linux/splice.h>
#include <net/tcp.h>

#include "nb_sock.h"

#define STREAM_SEND_FLAGS	(MSG_DONTWAIT | MSG_NOSIGNAL | MSG_MORE | \
				 MSG_BATCH | MSG_CMSG_COMPAT | \
				 NB_MSG_SPLICE_PAGES)

/*
 * As nb_sendmsg() it waits for room in the inner socket; TCP itself is called
 * without waiting, and may take a part.
 */
static int send_octets(struct sock *sk, struct sock *tcp, struct msghdr *msg,
		       int flags)
{
	int sent = 0, n, err;

	do {
		err = nb_tx_wait(sk, tcp, flags);
		if (err)
			break;
		msg->msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL |
				 (flags & (MSG_MORE | NB_MSG_SPLICE_PAGES));
		n = tcp_sendmsg_locked(tcp, msg, msg_data_left(msg));
		if (n < 0) {
			err = n == -EAGAIN && !(flags & MSG_DONTWAIT) ?
			      -ENOBUFS : n;
			break;
		}
		sent += n;
	} while (msg_data_left(msg) && !(flags & MSG_DONTWAIT));
	return sent ?: err;
}

/**
 * nb_stream_sendmsg() - send octets of a session that is a stream
 * @sk: session
 * @msg: octets
 *
 * Context: process, no lock held.
 * Return: octets taken, without waiting perhaps fewer than there are, or a
 * negative errno as nb_sendmsg().
 */
int nb_stream_sendmsg(struct sock *sk, struct msghdr *msg)
{
	struct nb_sock *nsk = nb_sk(sk);
	int flags = msg->msg_flags, ret;
	struct sock *tcp;

	if (flags & ~STREAM_SEND_FLAGS)
		return -EOPNOTSUPP;
	ret = nb_tx_check(sk, msg);
	if (ret)
		return ret;
	if (msg->msg_controllen)
		return -EINVAL;
	tcp = nsk->tcp->sk;
	lock_sock(tcp);
	nb_tcp_sync_options(sk, tcp);
	ret = send_octets(sk, tcp, msg, flags);
	nsk->rx.asked = false;
	release_sock(tcp);
	return ret == -EPIPE ? sk_stream_error(sk, flags, ret) : ret;
}

/**
 * nb_stream_tcp() - the inner socket, if octets may go to it as they are
 * @sock: socket of the user
 *
 * Context: process. Return: it, or NULL.
 */
struct socket *nb_stream_tcp(struct socket *sock)
{
	struct nb_sock *nsk = nb_sk(sock->sk);

	if (!nsk->stream)
		return NULL;
	/* Pairs with nb_sock_set_state(). */
	return smp_load_acquire(&nsk->sk.sk_state) == TCP_ESTABLISHED ?
	       nsk->tcp : NULL;
}

struct pipe_end {
	struct pipe_inode_info	*pipe;
	unsigned int		flags;
};

static int to_pipe(read_descriptor_t *desc, struct sk_buff *skb,
		   unsigned int offset, size_t len)
{
	struct pipe_end *to = desc->arg.data;
	int n;

	n = skb_splice_bits(skb, skb->sk, offset, to->pipe,
			    min(desc->count, len), to->flags);
	if (n > 0)
		desc->count -= n;
	return n;
}

/**
 * nb_stream_splice_read() - move received octets to a pipe
 * @sock: session; one that is no stream copies a message, as read() does
 * @ppos: unused
 * @pipe: to where
 * @len: octets at most
 * @flags: SPLICE_F_*
 *
 * Context: process, @pipe locked. Return: octets, 0 at the end of the session,
 * or a negative errno as nb_recvmsg(); -EAGAIN also if the pipe is full.
 */
ssize_t nb_stream_splice_read(struct socket *sock, loff_t *ppos,
			      struct pipe_inode_info *pipe, size_t len,
			      unsigned int flags)
{
	struct pipe_end to = { .pipe = pipe, .flags = flags };
	read_descriptor_t desc = { .arg.data = &to, .count = len };
	bool nonblock = sock->file->f_flags & O_NONBLOCK;
	struct socket *inner = nb_stream_tcp(sock);
	struct sock *sk = sock->sk, *tcp;
	int ret;

	if (!nb_sk(sk)->stream)
		return copy_splice_read(sock->file, ppos, pipe, len, flags);
	if (!inner)
		return -ENOTCONN;
	tcp = inner->sk;
	lock_sock(tcp);
	ret = nb_rx_wait(sk, tcp, sock_rcvtimeo(sk, nonblock));
	if (ret > 0) {
		ret = tcp_read_sock(tcp, &desc, to_pipe);
		nb_rx_took(nb_sk(sk));
		nb_rx_pass_on(sk);
	}
	release_sock(tcp);
	return ret;
}
