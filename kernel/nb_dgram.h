/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The datagram service of a namespace, and its sockets.
 *
 *   nb_dgram.c        one UDP socket, port 138, for all sockets of the node
 *   nb_dgram_sock.c   the life of a socket      nb_dgram_opt.c   its options
 *   nb_dgram_send.c   sendmsg: who, where to    nb_dgram_out.c   UDP and IP
 *   nb_dgram_dist.c   to several nodes          nb_dgram_find.c  names
 *   nb_dgram_in.c     what arrives              nb_dgram_recv.c  recvmsg
 *   nb_dgram_frag.c   what is incomplete        nb_dgram_join.c  reassembly
 *   nb_dgram_err.c    DATAGRAM ERROR            nb_dgram_wire.c  the octets
 *   nb_dgram_query.c  questions to NBDDs
 *
 * Locks, below nb_name.lock: nb_dgram.lock > nb_dgram_sock.lock. All of them are
 * taken in softirq too. The outer lock of the socket is not taken to send and
 * receive; who sends reads nb_sock.name under RCU.
 */
#ifndef _NB_DGRAM_H
#define _NB_DGRAM_H

#include <linux/ratelimit.h>

#include "nb_dgram_wire.h"
#include "nb_sock.h"

struct nb_adapter;

/* Unicast datagrams that an error may still come back for */
#define NB_DGRAM_SENT	256

/* DATAGRAM QUERY REQUEST packets that an answer may still come to */
#define NB_DGRAM_QUERIES	64

/* DATAGRAM ERROR packets a second that a node sends at most (DG-032) */
#define NB_DGRAM_ERROR_RATE	50

/**
 * struct nb_dgram_sent - a unicast datagram that went out
 * @lock: protects what follows
 * @ds: who sent it, NULL if the slot is free or its sender is gone
 * @scope: scope of @name; owns a reference
 * @when: jiffies
 * @addr: where to
 * @id: DGM_ID
 * @name: to whom
 */
struct nb_dgram_sent {
	spinlock_t		lock;	/* see above */
	struct nb_dgram_sock	*ds;
	struct nb_scope		*scope;
	unsigned long		when;
	__be32			addr;
	u16			id;
	u8			name[NETBIOS_NAME_LEN];
};

/**
 * struct nb_dgram_query - a DATAGRAM QUERY REQUEST that went out
 * @when: jiffies
 * @addr: to whom, 0: free
 * @id: DGM_ID, random
 * @ifindex: adapter
 * @name: for which name
 * @scope: scope of @name; owns a reference
 */
struct nb_dgram_query {
	unsigned long		when;
	__be32			addr;
	u16			id;
	int			ifindex;
	u8			name[NETBIOS_NAME_LEN];
	struct nb_scope		*scope;
};

/**
 * struct nb_dgram_queries - all of them
 * @lock: protects what follows
 * @query: in no order
 */
struct nb_dgram_queries {
	spinlock_t		lock;	/* see above */
	struct nb_dgram_query	query[NB_DGRAM_QUERIES];
};

/**
 * struct nb_dgram_frags - datagrams of which fragments are missing
 * @lock: protects what follows
 * @entries: struct nb_dgram_frag, oldest first
 * @count: entries
 * @alarm: drops those whose time is over
 */
struct nb_dgram_frags {
	spinlock_t		lock;	/* see above */
	struct list_head	entries;
	unsigned int		count;
	struct nb_alarm		alarm;
};

/**
 * struct nb_dgram - the datagram service of a namespace
 * @nn: node
 * @sock: UDP socket, NULL while the service is off; nb_net.lock
 * @udp: its struct sock, read under RCU
 * @next_id: DGM_ID of the next datagram (DG-008)
 * @lock: protects @receivers and filters of sockets that are in it
 * @receivers: sockets that asked for broadcast datagrams
 * @error_limit: bounds the errors that are sent
 * @frags: reassembly
 * @queries: questions of the helper to NBDDs
 * @sent: by DGM_ID modulo NB_DGRAM_SENT
 */
struct nb_dgram {
	struct nb_net		*nn;
	struct socket		*sock;
	struct sock __rcu	*udp;
	atomic_t		next_id;
	spinlock_t		lock;	/* see above */
	struct hlist_head	receivers;
	struct ratelimit_state	error_limit;
	struct nb_dgram_frags	frags;
	struct nb_dgram_queries	queries;
	struct nb_dgram_sent	sent[NB_DGRAM_SENT];
};

/**
 * struct nb_dgram_lookup - a name that a non-blocking sender has looked up
 * @waiter: in the request to the helper
 * @pending: no answer yet
 * @done: the answer is there, and nobody has used it
 * @err: it: 0 or a negative errno
 * @relay: the question was how a group is reached, and not where a name is
 * @nbdd: by way of which server, 0 if there is none
 * @name: the name
 * @scope: scope of @name; owns a reference
 * @addrs: where it is
 */
struct nb_dgram_lookup {
	struct nb_waiter	waiter;
	bool			pending;
	bool			done;
	int			err;
	bool			relay;
	__be32			nbdd;
	u8			name[NETBIOS_NAME_LEN];
	struct nb_scope		*scope;
	struct nb_addrs		addrs;
};

/**
 * struct nb_dgram_route - the route of the last unicast datagram of a socket
 * @dst: it, owns a reference; NULL if there is none
 * @daddr: where to
 * @saddr: address of this node that it chose
 * @ifindex: adapter that was asked for
 * @mark: of the socket, then
 */
struct nb_dgram_route {
	struct dst_entry	*dst;
	__be32			daddr;
	__be32			saddr;
	int			ifindex;
	u32			mark;
};

/**
 * struct nb_dgram_sock - an AF_NETBIOS socket of type SOCK_DGRAM
 * @nb: must be first; sk_state stays TCP_CLOSE
 * @lock: protects what follows
 * @has_peer: connected: @peer is the default destination, and the only sender
 *	that is received from
 * @has_caller: NB_CALLER is set
 * @broadcast: NB_RECV_BROADCAST: the socket is in nb_dgram.receivers
 * @info: NB_DGRAM_INFO
 * @sent: it may be in nb_dgram.sent
 * @peer: connect()
 * @caller: NB_CALLER, the only sender that is received from
 * @receiver: in nb_dgram.receivers
 * @lookup: see struct nb_dgram_lookup
 * @route: see struct nb_dgram_route
 */
struct nb_dgram_sock {
	struct nb_sock		nb;
	spinlock_t		lock;	/* see above */
	bool			has_peer;
	bool			has_caller;
	bool			broadcast;
	bool			info;
	bool			sent;
	u8			peer[NETBIOS_NAME_LEN];
	u8			caller[NETBIOS_NAME_LEN];
	struct hlist_node	receiver;
	struct nb_dgram_lookup	lookup;
	struct nb_dgram_route	route;
};

/**
 * struct nb_dgram_cb - what a received datagram carries along, in skb->cb
 * @source: name of the sender
 * @source_addr: SOURCE_IP of its header
 * @from: address that it came from; another one if an NBDD relayed it
 * @to: address that it arrived at, which may be a broadcast address
 * @ifindex: adapter that it came in by, 0 for this node itself
 * @type: NB_DGM_*
 */
struct nb_dgram_cb {
	u8	source[NETBIOS_NAME_LEN];
	__be32	source_addr;
	__be32	from;
	__be32	to;
	int	ifindex;
	u8	type;
};

/**
 * struct nb_dgram_packet - a packet that is to go out
 * @ds: socket whose options it gets, NULL: that of the service
 * @daddr: where to
 * @saddr: from which address, 0: the route tells, and it is filled in
 * @ifindex: by which adapter, 0: the route tells
 * @dport: UDP port, network order, 0: that of the service
 * @broadcast: @daddr is a broadcast address
 * @ready: it has a header, which may be of another node: @hdr is not used
 * @hdr: header; its address, port, and in fragments offset and flags, are
 *	filled in on the way
 */
struct nb_dgram_packet {
	struct nb_dgram_sock	*ds;
	__be32			daddr;
	__be32			saddr;
	int			ifindex;
	__be16			dport;
	bool			broadcast;
	bool			ready;
	struct nb_dgm_header	hdr;
};

/**
 * struct nb_dgram_tx - a datagram that a user sends
 * @ds: its socket
 * @nn: node
 * @scope: scope of both names; owns a reference
 * @ifindex: adapter that it is confined to, 0 for all
 * @type: NB_DGM_*
 * @local: sockets of this node may receive it
 * @remote: other nodes may
 * @waits: the call may wait
 * @timeo: for how long it still may, in all that it waits for, jiffies
 * @source: from whom
 * @destination: to whom
 * @addrs: addresses of @destination in other nodes
 */
struct nb_dgram_tx {
	struct nb_dgram_sock	*ds;
	struct nb_net		*nn;
	struct nb_scope		*scope;
	int			ifindex;
	u8			type;
	bool			local;
	bool			remote;
	bool			waits;
	long			timeo;
	u8			source[NETBIOS_NAME_LEN];
	u8			destination[NETBIOS_NAME_LEN];
	struct nb_addrs		addrs;
};

static inline struct nb_dgram_sock *nb_dgram_sk(const struct sock *sk)
{
	return (struct nb_dgram_sock *)sk;
}

static inline struct nb_dgram_cb *nb_dgram_cb(struct sk_buff *skb)
{
	return (struct nb_dgram_cb *)skb->cb;
}

/* nb_dgram.c */
int nb_dgram_init(struct nb_net *nn);
void nb_dgram_exit(struct nb_net *nn);
int nb_dgram_start(struct nb_net *nn);
void nb_dgram_stop(struct nb_net *nn);

/* nb_net.lock is held */
static inline bool nb_dgram_is_open(const struct nb_net *nn)
{
	return nn->dgram->sock;
}

/* nb_dgram_sock.c */
extern const struct proto_ops nb_dgram_ops;
extern struct proto nb_dgram_proto;
void nb_dgram_sock_init(struct nb_dgram_sock *ds);
void nb_dgram_fill_info(struct nb_dgram_sock *ds, struct nb_sock_info *info);

/* nb_dgram_opt.c */
int nb_dgram_setsockopt(struct socket *sock, int level, int opt,
			sockptr_t optval, unsigned int len);
int nb_dgram_getsockopt(struct socket *sock, int level, int opt,
			char __user *optval, int __user *optlen);
void nb_dgram_set_broadcast(struct nb_dgram_sock *ds, bool on);
void nb_dgram_set_filter(struct nb_dgram_sock *ds, bool *has, u8 *name,
			 const u8 *value);

struct nb_scope *nb_dgram_set_scope(struct nb_dgram_sock *ds,
				    struct nb_scope *scope);

/* nb_dgram_send.c */
int nb_dgram_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);

/* nb_dgram_find.c */
int nb_dgram_find(struct nb_dgram_tx *tx);
void nb_dgram_looked_up(struct nb_waiter *w, int err,
			const struct nb_addrs *addrs);

/* nb_dgram_dist.c */
u8 nb_dgram_node_type(const struct nb_adapter *adapter);
u8 nb_dgram_snt(struct nb_net *nn, int ifindex);
bool nb_dgram_unasked(const struct nb_dgram_tx *tx, __be32 *nbdd, int *ifindex);
int nb_dgram_distribute(struct nb_dgram_tx *tx, struct sk_buff *section);

/* nb_dgram_out.c */
#define NB_DGRAM_HEADROOM	(LL_MAX_HEADER + sizeof(struct iphdr) + \
				 sizeof(struct udphdr) + NB_DGM_HDR_LEN)
int nb_dgram_xmit(struct nb_dgram *dg, struct nb_dgram_packet *packet,
		  struct sk_buff *section, bool keep);
void nb_dgram_route_drop(struct nb_dgram_sock *ds);

/* nb_dgram_in.c */
int nb_dgram_rcv(struct sock *udp, struct sk_buff *skb);
bool nb_dgram_deliver_name(struct nb_name *name, struct sk_buff *skb);
bool nb_dgram_deliver_all(struct nb_dgram *dg, const u8 *scope, u8 scope_len,
			  struct sk_buff *skb);

/* nb_dgram_recv.c */
int nb_dgram_recvmsg(struct socket *sock, struct msghdr *msg, size_t size,
		     int flags);

/* nb_dgram_frag.c */
void nb_dgram_frags_init(struct nb_dgram_frags *frags);
void nb_dgram_frags_purge(struct nb_dgram_frags *frags);
struct sk_buff *nb_dgram_frag_add(struct nb_net *nn,
				  struct nb_dgram_frags *frags,
				  const struct nb_dgm_header *hdr, __be32 from,
				  const u8 *data, size_t len);

/* nb_dgram_query.c */
void nb_dgram_queries_init(struct nb_dgram_queries *queries);
void nb_dgram_queries_exit(struct nb_dgram_queries *queries);
int nb_dgram_query(struct nb_net *nn, int ifindex, __be32 addr,
		   const struct nb_key *key);
void nb_dgram_got_answer(struct nb_dgram *dg, const struct nb_dgm_header *hdr,
			 __be32 from, const u8 *name, size_t len);

/* nb_nl_nbdd.c */
void nb_event_nbdd(struct nb_net *nn, const struct nb_dgram_query *query,
		   bool relays);
int nb_event_nbdd_packet(struct nb_net *nn, const struct sk_buff *skb,
			 int ifindex);

/* nb_dgram_err.c */
void nb_dgram_remember(const struct nb_dgram_tx *tx, u16 id, __be32 addr);
void nb_dgram_forget(struct nb_dgram *dg, struct nb_dgram_sock *ds);
void nb_dgram_got_error(struct nb_dgram *dg, const struct nb_dgm_header *hdr,
			__be32 from, u8 error);
void nb_dgram_send_error(struct nb_dgram *dg, const struct nb_dgm_header *bad,
			 __be32 from, const struct net_device *dev, u8 error);

#endif /* _NB_DGRAM_H */
