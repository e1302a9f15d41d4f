/* SPDX-License-Identifier: GPL-2.0 */
/*
 * struct nb_sock and the files that make up a socket. Locks and lifetime:
 * the comment at the head of nb_core.h.
 */
#ifndef _NB_SOCK_H
#define _NB_SOCK_H

#include "nb_core.h"

struct nb_call;
struct nb_tx_rest;

/**
 * struct nb_rx - the message at the head of the inner receive queue
 * @len: octets of its body not yet given to the user
 * @staged: how many of them left TCP's queue for the outer sk_receive_queue
 * @seen: octets in TCP's queue after the last arrival, if they are a part of
 *	this message
 * @known: @len is valid
 * @header: octets of the header still in TCP's queue
 * @hdr_len: octets in @hdr, while the header is not whole
 * @hdr: octets of a header that did not come in one piece
 * @ready: the message is whole; read without lock by poll
 * @failed: the peer broke the protocol; nothing more is read
 * @discard: the user closed; whatever comes is thrown away
 * @asked: the user took a message, and has sent none since
 *
 * Protected by the inner lock.
 */
struct nb_rx {
	u32	len;
	u32	staged;
	u32	seen;
	u8	header;
	u8	hdr_len;
	u8	hdr[NB_WIRE_HDR_LEN];
	bool	known;
	bool	ready;
	bool	failed;
	bool	discard;
	bool	asked;
};

/**
 * struct nb_listener - what a listening socket has more than others
 * @lock: protects @acceptq, @waiting and @closed
 * @acceptq: sessions that wait for accept(), oldest first, by
 *	nb_sock.accept_node; each with a reference
 * @waiting: places taken: entries of @acceptq and sessions being made
 * @closed: nothing is queued any more
 * @has_caller: NB_CALLER is set; fixed while listening
 * @has_retarget: NB_RETARGET is set, under nb_name.lock while listening
 * @caller: NB_CALLER
 * @retarget: NB_RETARGET
 */
struct nb_listener {
	spinlock_t		lock;	/* see above */
	struct list_head	acceptq;
	unsigned int		waiting;
	bool			closed;
	bool			has_caller;
	bool			has_retarget;
	u8			caller[NETBIOS_NAME_LEN];
	struct nb_retarget	retarget;
};

/**
 * struct nb_tcp_ops - callbacks of an inner socket before it was hooked
 * @data_ready: sk_data_ready
 * @write_space: sk_write_space
 * @state_change: sk_state_change
 * @error_report: sk_error_report
 */
struct nb_tcp_ops {
	void (*data_ready)(struct sock *sk);
	void (*write_space)(struct sock *sk);
	void (*state_change)(struct sock *sk);
	void (*error_report)(struct sock *sk);
};

/**
 * struct nb_sock - an AF_NETBIOS socket
 * @sk: must be first; sk_state is TCP_CLOSE, TCP_LISTEN, TCP_SYN_SENT (a call
 *	is on its way), TCP_ESTABLISHED or TCP_CLOSING (closed by the user, the
 *	rest drains)
 * @tcp: inner socket, see nb_core.h
 * @tcp_ops: what @tcp called before it was hooked
 * @rx: receive side, inner lock
 * @tx_rest: rest of a message that TCP refused for want of memory, inner lock;
 *	while it is there nothing else may be sent
 * @corked: the last message was held back for the next one
 * @keep_rest: NB_KEEP_REST
 * @stream: NB_STREAM; fixed while there is a session or a call
 * @called: this end was called
 * @over: the end of the session was told to who watches
 * @keepalive: seconds, 0 off
 * @local_name: name of this end, valid from connect or accept on
 * @peer_name: name of the other end
 * @name: the entry that bind() holds, outer lock; NULL if not bound
 * @name_node: in nb_name.socks, under nb_name.lock
 * @bind_err: outcome of a claim: -EINPROGRESS pending, 0 held, or why not
 * @bind_async: bind() did not wait: the outcome goes to SO_ERROR
 * @conflict: the name is in conflict or was withdrawn
 * @wire_error: NB_WIRE_ERROR
 * @drain_end: jiffies when draining is given up, or the wait for an answer to
 *	a peer that has sent its FIN
 * @lana: LANA number, -1 for any adapter
 * @scope: NB_SCOPE; owns a reference; NULL if empty
 * @call_addr: NB_ADDRESS, 0 to look names up; outer lock
 * @call: progress of connect(), outer lock
 * @listener: what listen() needs, outer lock; fixed while listening
 * @node: in nb_net.socks
 * @accept_node: in nb_listener.acceptq
 * @work: everything rare: call progress, keep-alive, @tx_rest, draining
 */
struct nb_sock {
	struct sock		sk;
	struct socket		*tcp;
	struct nb_tcp_ops	tcp_ops;
	struct nb_rx		rx;
	bool			corked;
	bool			keep_rest;
	bool			stream;
	bool			called;
	bool			over;
	u8			wire_error;
	struct nb_tx_rest	*tx_rest;
	u32			keepalive;
	int			lana;
	u8			local_name[NETBIOS_NAME_LEN];
	u8			peer_name[NETBIOS_NAME_LEN];
	struct nb_name		*name;
	struct list_head	name_node;
	int			bind_err;
	bool			bind_async;
	bool			conflict;
	unsigned long		drain_end;
	struct nb_scope		*scope;
	__be32			call_addr;
	struct nb_call		*call;
	struct nb_listener	*listener;
	struct hlist_node	node;
	struct list_head	accept_node;
	struct delayed_work	work;
};

static inline struct nb_sock *nb_sk(const struct sock *sk)
{
	return (struct nb_sock *)sk;
}

/**
 * nb_sock_wait_begin() - be among those that a socket wakes
 * @sk: outer socket
 * @wait: entry with woken_wake_function(), for remove_wait_queue() in the end
 * @exclusive: it is enough to wake one of several
 *
 * Look for what is waited for behind this. Whoever makes it happen takes no
 * outer lock: he makes it happen, and then looks whether anybody waits, with
 * the other barrier in between (skwq_has_sleeper()). With both of them one
 * sees the other.
 *
 * Context: process.
 */
static inline void nb_sock_wait_begin(struct sock *sk,
				      struct wait_queue_entry *wait,
				      bool exclusive)
{
	if (exclusive)
		add_wait_queue_exclusive(sk_sleep(sk), wait);
	else
		add_wait_queue(sk_sleep(sk), wait);
	smp_mb();	/* see above */
}

/* af_netbios.c */
extern struct workqueue_struct *nb_wq;
extern struct proto nb_proto;
extern const struct proto_ops nb_seqpacket_ops;
struct sock *nb_sock_alloc(struct net *net, struct socket *sock, int type,
			   int kern);

/* nb_sock.c: the life of a socket: states, work, bind, listen */
void nb_sock_claimed(struct nb_sock *nsk, int err);
void nb_sock_conflict(struct nb_sock *nsk);
u8 nb_sock_shown_state(const struct nb_sock *nsk, int tcp_state);
void nb_sock_set_state(struct nb_sock *nsk, int state, int err);
void nb_sock_kick(struct nb_sock *nsk, unsigned long delay);
void nb_sock_kick_idle(struct nb_sock *nsk, unsigned long delay);
void nb_sock_work(struct work_struct *work);
int nb_sock_bind(struct socket *sock, struct sockaddr *addr, int len);
int nb_sock_listen(struct socket *sock, int backlog);
void nb_sock_bind_failed(struct nb_sock *nsk);
int nb_sock_own_name(struct nb_sock *nsk, u8 *name);
int nb_sock_ifindex(struct nb_sock *nsk);

/* nb_close.c: its end: hang-ups, shutdown, release */
void nb_sock_over(struct nb_sock *nsk, int err);
void nb_sock_peer_gone(struct nb_sock *nsk);
void nb_sock_told(struct nb_sock *nsk);
unsigned long nb_sock_answer_time(struct nb_sock *nsk);
struct socket *nb_sock_drain(struct nb_sock *nsk);
int nb_sock_shutdown(struct socket *sock, int how);
void nb_sock_cut_off(struct nb_sock *nsk);
int nb_sock_release(struct socket *sock);

/* nb_sock_info.c: what is read from a socket: names, poll, ioctl, options */
int nb_sock_getname(struct socket *sock, struct sockaddr *addr, int peer);
__poll_t nb_sock_poll(struct file *file, struct socket *sock, poll_table *wait);
int nb_sock_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg);

/* nb_sockopt.c */
int nb_sock_setsockopt(struct socket *sock, int level, int opt, sockptr_t val,
		       unsigned int len);
int nb_sock_getsockopt(struct socket *sock, int level, int opt,
		       char __user *val, int __user *len);

/* nb_tcp.c: the inner socket */
struct socket *nb_tcp_create(struct sock *sk);
void nb_tcp_attach(struct nb_sock *nsk, struct socket *tcp);
struct socket *nb_tcp_detach(struct nb_sock *nsk);
void nb_tcp_set_owner(struct socket *tcp, kuid_t uid);
void nb_tcp_reset_on_free(struct socket *tcp);
void nb_tcp_sync_options(const struct sock *sk, struct sock *tcp);
int nb_tcp_disconnect(struct socket *tcp);
int nb_tcp_connect(struct socket *tcp, __be32 addr, __be16 port);
int nb_tcp_send(struct sock *tcp, void *data, size_t len);
bool nb_tcp_peek(struct sock *tcp, void *buf, size_t len);
const u8 *nb_tcp_peek_header(struct sock *tcp, u8 *hdr);
void nb_tcp_eat(struct sock *tcp, size_t len);
void nb_tcp_ack_soon(struct sock *tcp);
void nb_tcp_send_fin(struct socket *tcp);
bool nb_tcp_drained(const struct sock *tcp);

/* nb_tcp_queue.c: its write queue */
bool nb_tcp_queue_header(struct sock *tcp, const u8 *hdr);

/* nb_recv.c: received messages; the inner lock is held unless said otherwise */
int nb_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags);
void nb_rx_arrived(struct nb_sock *nsk);
bool nb_rx_unanswered(const struct nb_sock *nsk);
void nb_rx_discard(struct nb_sock *nsk);
void nb_rx_purge(struct nb_sock *nsk);
int nb_rx_inq(struct nb_sock *nsk);
int nb_rx_wait(struct sock *sk, struct sock *tcp, long timeo);
void nb_rx_took(struct nb_sock *nsk);
void nb_rx_pass_on(struct sock *sk);

/* nb_stage.c: messages larger than the window */
bool nb_stage_needed(const struct sock *tcp, u32 missing);
void nb_stage(struct nb_sock *nsk, struct sock *tcp);
int nb_stage_peek(struct nb_sock *nsk, struct msghdr *msg, u32 n);
void nb_stage_drop(struct nb_sock *nsk, u32 n);

/* nb_send.c: sent messages and keep-alives */
int nb_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);
bool nb_tx_writable(struct nb_sock *nsk);
void nb_tx_push_rest(struct nb_sock *nsk);
void nb_tx_purge(struct nb_sock *nsk);
unsigned long nb_tx_keepalive(struct nb_sock *nsk);
int nb_tx_check(const struct sock *sk, const struct msghdr *msg);
int nb_tx_wait(struct sock *sk, struct sock *tcp, int flags);

/* nb_stream.c: sessions whose messages are not looked at */
int nb_stream_sendmsg(struct sock *sk, struct msghdr *msg);
ssize_t nb_stream_splice_read(struct socket *sock, loff_t *ppos,
			      struct pipe_inode_info *pipe, size_t len,
			      unsigned int flags);
struct socket *nb_stream_tcp(struct socket *sock);

/* nb_connect.c: connect(); nb_call.c: the steps of a call */
int nb_call_connect(struct socket *sock, struct sockaddr *addr, int len, int flags);
void nb_call_run(struct nb_sock *nsk);
void nb_call_kick(struct nb_sock *nsk);
void nb_call_cancel(struct nb_sock *nsk);
bool nb_call_abort(struct nb_sock *nsk);
void nb_call_finish(struct nb_sock *nsk);
void nb_call_response(struct nb_sock *nsk);

/* nb_listen.c: the listening socket and its accept queue */
struct nb_listener *nb_listener_get(struct nb_sock *nsk);
int nb_listener_start(struct nb_sock *nsk, int backlog);
void nb_listener_no_more(struct nb_sock *nsk);
void nb_listener_stop(struct nb_sock *nsk);
int nb_listener_accept(struct socket *sock, struct socket *newsock,
		       struct proto_accept_arg *arg);
struct nb_sock *nb_listener_match(struct nb_name *name, const u8 *calling,
				  int ifindex, u8 *error,
				  struct nb_retarget *retarget);
int nb_listener_hand_over(struct nb_sock *nsk, const u8 *name,
			  struct socket *tcp, const u8 *calling);

#endif /* _NB_SOCK_H */
