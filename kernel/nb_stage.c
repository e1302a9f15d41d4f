// SPDX-License-Identifier: GPL-2.0
/*
 * Staging: what lets a message come that is larger than the window of TCP.
 *
 * Octets of a message that is not whole stay in TCP's queue, and nobody reads
 * them there. So when the rest does not fit into what is left of the window,
 * they move, by reference, to the outer sk_receive_queue; TCP then opens the
 * window by what it gave away. They stay charged to the inner socket, that is
 * to tcp_mem and its memcg. At most one message is staged.
 */
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "nb_sock.h"

/* Octets that pin more memory than this many times their number are copied. */
#define STAGE_WASTE	4

/* Wait before another try when there was no memory to stage with. */
#define STAGE_RETRY	(HZ / 20)

/* The part of a staged skb that still belongs to the message. */
struct stage_cb {
	u32	offset;
	u32	len;
	bool	copy;		/* has octets of its own: more may be added */
};

#define STAGE_CB(skb)	((struct stage_cb *)(skb)->cb)

/* What is staged goes before the inner socket does, see nb_tcp_detach(). */
static void stage_free(struct sk_buff *part)
{
	sock_owned_by_me(part->sk);
	sk_mem_uncharge(part->sk, part->truesize);
}

/*
 * Charges memory as TCP does, and refuses when TCP would; but not to
 * sk_rmem_alloc, which is what closes the window.
 */
static bool stage_add(struct nb_sock *nsk, struct sk_buff *part)
{
	struct sock *tcp = nsk->tcp->sk;

	sock_owned_by_me(tcp);
	if (!sk_rmem_schedule(tcp, part, part->truesize)) {
		kfree_skb(part);
		return false;
	}
	sk_mem_charge(tcp, part->truesize);
	part->sk = tcp;
	part->destructor = stage_free;
	__skb_queue_tail(&nsk->sk.sk_receive_queue, part);
	return true;
}

/* Octets of tiny segments, which pin far more memory than they carry. */
static bool stage_copy(struct nb_sock *nsk, const struct sk_buff *skb,
		       u32 offset, u32 len)
{
	struct sk_buff *part = skb_peek_tail(&nsk->sk.sk_receive_queue);

	if (!part || !STAGE_CB(part)->copy || skb_tailroom(part) < len) {
		part = alloc_skb(max_t(u32, len, SKB_MAX_ORDER(0, 0)),
				 GFP_ATOMIC);
		if (!part)
			return false;
		STAGE_CB(part)->offset = 0;
		STAGE_CB(part)->len = 0;
		STAGE_CB(part)->copy = true;
		if (!stage_add(nsk, part))
			return false;
	}
	/* Linear to linear, or from pages: within its length it cannot fail. */
	if (WARN_ON_ONCE(skb_copy_bits(skb, offset, skb_put(part, len), len)))
		return false;
	STAGE_CB(part)->len += len;
	return true;
}

static bool stage_skb(struct nb_sock *nsk, struct sk_buff *skb, u32 offset,
		      u32 len)
{
	struct sk_buff *part;

	if (skb->truesize / STAGE_WASTE > len)
		return stage_copy(nsk, skb, offset, len);
	part = skb_clone(skb, GFP_ATOMIC);
	if (!part)
		return false;
	STAGE_CB(part)->offset = offset;
	STAGE_CB(part)->len = len;
	STAGE_CB(part)->copy = false;
	return stage_add(nsk, part);
}

static int stage_actor(read_descriptor_t *desc, struct sk_buff *skb,
		       unsigned int offset, size_t len)
{
	struct nb_sock *nsk = desc->arg.data;
	struct nb_rx *rx = &nsk->rx;
	u32 used = min_t(u32, len, rx->header);
	u32 n = min_t(u32, len - used, rx->len - rx->staged);

	rx->header -= used;
	if (n) {
		if (!stage_skb(nsk, skb, offset + used, n)) {
			/* Not the pending run, see nb_send.c. */
			nb_sock_kick(nsk, STAGE_RETRY);
			desc->count = 0;
			return used;
		}
		rx->staged += n;
	}
	if (!rx->header && rx->staged == rx->len)
		desc->count = 0;
	return used + n;
}

/**
 * nb_stage() - take what came of the message at the head off TCP's queue
 * @nsk: session
 * @tcp: its inner socket
 *
 * If there is no memory for that, the work of the socket tries again.
 *
 * Context: inner lock held, any context.
 */
void nb_stage(struct nb_sock *nsk, struct sock *tcp)
{
	read_descriptor_t desc = { .arg.data = nsk, .count = 1 };

	tcp_read_sock(tcp, &desc, stage_actor);
}

/**
 * nb_stage_needed() - may the rest of a message not come without staging?
 * @tcp: inner socket
 * @missing: octets of the message that are not here yet
 *
 * TCP may fail to deliver them while what came stays in its queue. The window
 * that was promised stays promised, and the peer may fill it. But it sends no
 * part of a full segment into what is left of a window, and the end of this
 * message may share a segment with the next one: so one segment more must fit.
 * Octets in tiny segments take far more memory than window; what TCP then drops
 * it reports as an arrival, too.
 *
 * Context: inner lock held, any context.
 */
bool nb_stage_needed(const struct sock *tcp, u32 missing)
{
	const struct tcp_sock *tp = tcp_sk(tcp);
	int rcvbuf = READ_ONCE(tcp->sk_rcvbuf);

	return missing + tp->advmss > tcp_receive_window(tp) ||
	       atomic_read(&tcp->sk_rmem_alloc) >= rcvbuf - rcvbuf / 4 ||
	       nb_tcp_window_shrinks(tcp);
}

/**
 * nb_stage_peek() - give staged octets to the user; nothing leaves the queue
 * @nsk: session
 * @msg: buffer of the user
 * @n: how many, no more than nb_rx.staged
 *
 * Context: inner lock held, process. Return: 0 or -EFAULT.
 */
int nb_stage_peek(struct nb_sock *nsk, struct msghdr *msg, u32 n)
{
	struct sk_buff *skb;
	int err = 0;

	skb_queue_walk(&nsk->sk.sk_receive_queue, skb) {
		u32 len = min(n, STAGE_CB(skb)->len);

		err = skb_copy_datagram_msg(skb, STAGE_CB(skb)->offset, msg,
					    len);
		n -= len;
		if (err || !n)
			break;
	}
	return err;
}

/**
 * nb_stage_drop() - staged octets are done with
 * @nsk: session
 * @n: how many, the first ones
 *
 * Context: inner lock held, process.
 */
void nb_stage_drop(struct nb_sock *nsk, u32 n)
{
	struct sk_buff *skb;

	nsk->rx.staged -= n;
	while (n && (skb = skb_peek(&nsk->sk.sk_receive_queue))) {
		struct stage_cb *cb = STAGE_CB(skb);
		u32 len = min(cb->len, n);

		n -= len;
		cb->offset += len;
		cb->len -= len;
		if (!cb->len) {
			__skb_unlink(skb, &nsk->sk.sk_receive_queue);
			consume_skb(skb);
		}
	}
}
