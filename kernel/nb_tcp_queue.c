// SPDX-License-Identifier: GPL-2.0
/*
 * The header of a message goes into TCP's write queue here, and nowhere else
 * does this module touch that queue.
 *
 * A header is in the kernel, its body in user memory, and no iterator holds
 * both. To call tcp_sendmsg_locked() for each costs a message of 16 KiB 4 %,
 * as the first call, with MSG_MORE, sends nothing, but computes the segment
 * size and looks at the windows all the same. So the four octets are put where
 * that call would put them, and the one for the body finds them there and goes
 * on behind them. MPTCP fills the queues of its subflows in the same way.
 *
 * Only the plain case is handled. The rest, memory pressure among it, is for
 * TCP: nb_tcp_queue_header() then says so.
 */
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/tcp.h>

#include "nb_sock.h"

/*
 * No error to tell, and no pause after which the congestion window is to be
 * restarted, see tcp_slow_start_after_idle_check().
 */
static bool is_plain(const struct sock *tcp)
{
	const struct tcp_sock *tp = tcp_sk(tcp);

	if (tcp->sk_state != TCP_ESTABLISHED || tcp->sk_err ||
	    tcp->sk_shutdown & SEND_SHUTDOWN)
		return false;
	return tp->packets_out ||
	       tcp_jiffies32 - tp->lsndtime <= inet_csk(tcp)->icsk_rto;
}

/*
 * The last buffer of the queue, if there is one that ends where @frag goes on
 * and that TCP would not call full: see tcp_xmit_size_goal().
 */
static struct sk_buff *extend_tail(struct sock *tcp,
				   const struct page_frag *frag, size_t len)
{
	const struct tcp_sock *tp = tcp_sk(tcp);
	struct sk_buff *skb = tcp_write_queue_tail(tcp);
	int frags = skb_shinfo(skb)->nr_frags;

	if (!tcp_skb_can_collapse_to(skb) ||
	    skb->len + len > max_t(u32, tp->gso_segs, 1) * tp->mss_cache ||
	    !skb_can_coalesce(skb, frags, frag->page, frag->offset) ||
	    !sk_wmem_schedule(tcp, len))
		return NULL;
	skb_frag_size_add(&skb_shinfo(skb)->frags[frags - 1], len);
	TCP_SKB_CB(skb)->tcp_flags &= ~TCPHDR_PSH;
	return skb;
}

/* As tcp_stream_alloc_skb(), which modules cannot call. */
static struct sk_buff *alloc_buffer(struct sock *tcp, size_t len)
{
	struct sk_buff *skb;

	skb = alloc_skb_fclone(MAX_TCP_HEADER, tcp->sk_allocation);
	if (!skb)
		return NULL;
	skb->truesize = SKB_TRUESIZE(skb_end_offset(skb));
	if (!sk_wmem_schedule(tcp, skb->truesize + len)) {
		__kfree_skb(skb);
		return NULL;
	}
	skb_reserve(skb, MAX_TCP_HEADER);
	skb->ip_summed = CHECKSUM_PARTIAL;
	INIT_LIST_HEAD(&skb->tcp_tsorted_anchor);
	return skb;
}

/* As tcp_skb_entail(), for the same reason; the queue is empty. */
static struct sk_buff *add_first(struct sock *tcp, const struct page_frag *frag,
				 size_t len)
{
	struct tcp_sock *tp = tcp_sk(tcp);
	struct sk_buff *skb = alloc_buffer(tcp, len);

	if (!skb)
		return NULL;
	skb_fill_page_desc(skb, 0, frag->page, frag->offset, len);
	page_ref_inc(frag->page);
	TCP_SKB_CB(skb)->seq = tp->write_seq;
	TCP_SKB_CB(skb)->end_seq = tp->write_seq;
	TCP_SKB_CB(skb)->tcp_flags = TCPHDR_ACK;
	__skb_header_release(skb);
	__skb_queue_tail(&tcp->sk_write_queue, skb);
	if (tp->chrono_type == TCP_CHRONO_UNSPEC) {
		tp->chrono_start = tcp_jiffies32;
		tp->chrono_type = TCP_CHRONO_BUSY;
	}
	tp->nonagle &= ~TCP_NAGLE_PUSH;
	sk_wmem_queued_add(tcp, skb->truesize);
	sk_mem_charge(tcp, skb->truesize);
	return skb;
}

/**
 * nb_tcp_queue_header() - queue the header of a message whose body follows
 * @tcp: inner socket
 * @hdr: NB_WIRE_HDR_LEN octets
 *
 * Nothing is sent: that is left to the tcp_sendmsg_locked() of the body, which
 * is to be called next.
 *
 * Context: inner lock held, process.
 * Return: false if tcp_sendmsg_locked() has to do it; nothing is queued then.
 */
bool nb_tcp_queue_header(struct sock *tcp, const u8 *hdr)
{
	struct page_frag *frag = sk_page_frag(tcp);
	const size_t len = NB_WIRE_HDR_LEN;
	struct tcp_sock *tp = tcp_sk(tcp);
	struct sk_buff *skb;

	sock_owned_by_me(tcp);
	if (!is_plain(tcp) || !sk_page_frag_refill(tcp, frag))
		return false;
	skb = tcp_send_head(tcp) ? extend_tail(tcp, frag, len) :
				   add_first(tcp, frag, len);
	if (!skb)
		return false;
	memcpy(page_address(frag->page) + frag->offset, hdr, len);
	frag->offset += len;
	skb_len_add(skb, len);
	sk_wmem_queued_add(tcp, len);
	sk_mem_charge(tcp, len);
	WRITE_ONCE(tp->write_seq, tp->write_seq + len);
	TCP_SKB_CB(skb)->end_seq += len;
	tcp_skb_pcount_set(skb, 0);
	return true;
}
