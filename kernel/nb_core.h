/* SPDX-License-Identifier: GPL-2.0 */
/*
 * AF_NETBIOS: the structures that more than one file sees, and what each
 * file offers to the others.
 *
 * Lifetime and locking
 * ====================
 *
 * struct nb_sock is the socket of the user. A session has one more socket
 * below it, the inner one: an ordinary kernel TCP socket (@tcp). Only
 * nb_tcp.c installs or removes callbacks on the inner socket of a session,
 * and only nb_halfopen.c on a connection that is none yet.
 *
 * An inner socket belongs, one after the other, to
 *  - the caller's nb_sock from connect() on. Retries and retargets use the
 *    same inner socket again, so it keeps the caller's cgroup, mark and
 *    device (nb_call.c);
 *  - or the 139 server (struct nb_halfopen) from accept to the match with a
 *    listener, and then the nb_sock made for the session (nb_halfopen.c).
 * It is released in process context, with no lock held, when its owner goes.
 *
 * @tcp does not change while sk_state is TCP_ESTABLISHED and after; it is
 * released by nb_sock_release() when the last user of the descriptor is
 * gone. So the data path (nb_recv.c, nb_send.c) uses it without the outer
 * lock once it has seen TCP_ESTABLISHED with acquire semantics.
 *
 * Locks, in the order in which they are taken:
 *
 *   lock_sock(outer listener) > lock_sock(outer child)
 *     > lock_sock(inner)
 *       > nb_name.lock > nb_listener.lock
 *       > nb_net.upcall_lock
 *       > sk_callback_lock of the inner socket
 *
 * The outer lock covers bind, listen, connect and options, and with the inner
 * one the coming and going of @tcp. The inner lock alone covers message
 * transfer: @rx and @tx. The data_ready, write_space and state_change callbacks
 * of an inner socket run with the inner lock held (in softirq, or by its owner
 * from the backlog) and take no outer lock; what needs process context goes to
 * @work. sk_state leaves TCP_SYN_SENT with the inner lock held, since the
 * positive response is read in data_ready.
 *
 * References: the file owns one on the outer sock; pending @work owns one
 * (nb_sock_kick() and nb_sock_work()); an entry of a listener's accept queue
 * owns one.
 */
#ifndef _NB_CORE_H
#define _NB_CORE_H

#include <linux/hashtable.h>
#include <linux/in.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <uapi/linux/netbios.h>
#include <uapi/linux/netbios_netlink.h>

#include "nb_alarm.h"
#include "nb_wire.h"
#include "nb_stats.h"

struct nb_dgram;
struct nb_name_op;
struct nb_relays;
struct nb_server;
struct nb_sock;
struct nb_upcall;

/* Addresses kept of one remote name; a group may have more members. */
#define NB_ADDRS_MAX	25

/**
 * struct nb_scope - a scope identifier, shared by reference
 * @ref: users
 * @len: octets in @labels
 * @labels: wire form, length octet and label in turn, no final zero
 *
 * The empty scope is a NULL pointer everywhere.
 */
struct nb_scope {
	refcount_t	ref;
	u8		len;
	u8		labels[];
};

/**
 * struct nb_key - what makes two names one: 16 octets and the scope (NAME-019)
 * @name: NETBIOS_NAME_LEN octets, compared exactly
 * @scope: labels in wire form, compared without regard to case; may be NULL
 * @scope_len: octets in @scope, 0 for the empty scope
 */
struct nb_key {
	const u8	*name;
	const u8	*scope;
	u8		scope_len;
};

/**
 * struct nb_addrs - where a remote name is
 * @n: entries used in @addr
 * @group: the name is a group name; the list may be incomplete (SS-040)
 * @addr: IPv4 addresses, network order
 */
struct nb_addrs {
	u8	n;
	bool	group;
	__be32	addr[NB_ADDRS_MAX];
};

/**
 * struct nb_settings - what `nbctl node set` changes, per namespace
 *
 * Read with READ_ONCE() on any path, written under nb_net.lock. What is more
 * than a word changes under nb_net.conf_lock too: @bind_gid, @permanent and
 * @smbserver with their flags; see nb_net_permanent() and nb_net_smbserver().
 */
struct nb_settings {
	bool		enabled;	/* both services are on */
	u16		port;		/* session service, host order */
	u16		call_port;	/* that of other nodes, host order */
	u16		dgram_port;	/* datagrams, host order, 0 off */
	u32		max_datagram;	/* octets (MAX_DATAGRAM_LENGTH) */
	u32		fragment_timeout; /* ms (FRAGMENT_TO) */
	u32		keepalive;	/* seconds, 0 off (SS-046) */
	u32		close_timeout;	/* seconds (SSN_CLOSE_TIMEOUT) */
	u32		retry_count;	/* connections a call (SSN_RETRY_COUNT) */
	u32		retry_interval;	/* ms (SESSION_RETRY_TIMER) */
	u32		request_timeout; /* ms, server waits for the request */
	u32		response_timeout; /* ms, caller waits, per connection */
	u32		upcall_timeout;	/* ms, helper's time for an answer */
	u32		release_timeout; /* seconds an entry stays "releasing" */
	u32		halfopen_max;	/* connections without a session yet */
	u32		halfopen_source_max; /* same, from one address */
	u32		name_max;
	u32		cache_max;
	u32		retarget_policy; /* enum netbios_retarget_policy */
	kgid_t		bind_gid[2];	/* range that may bind; 1 0 is empty */
	bool		bind_reserved;	/* the range may bind 1B 1C 1D 20 */
	bool		has_permanent;
	u8		permanent[NETBIOS_NAME_LEN];
	bool		has_smbserver;	/* *SMBSERVER<20> reaches smbserver */
	u8		smbserver[NETBIOS_NAME_LEN];
};

/**
 * struct nb_net - the node: everything that is per network namespace
 * @net: the namespace
 * @lock: serialises changes of @settings and @scope, start and stop of the
 *	server
 * @settings: see struct nb_settings
 * @scope: scope of the node; read under @lock or by nb_net_scope_get()
 * @conf_lock: protects @scope and the long fields of @settings, for a moment
 * @names: local names, struct nb_name by struct nb_key
 * @name_count: entries in @names
 * @name_alarm: removes names whose release nobody took in time
 * @cache: remote names, struct nb_cache_entry by struct nb_key
 * @cache_count: entries in @cache
 * @cache_lock: serialises changes of @cache; protects @cache_expiry
 * @cache_expiry: entries that expire, by time
 * @cache_work: removes what has expired
 * @upcall_lock: protects what follows up to @upcall_idle, and @name_alarm
 * @upcalls: unanswered requests to the helper, oldest first; see nb_pending.c
 * @upcall_fresh: those of them that the helper has not read, oldest first
 * @upcall_ids: all of them by id
 * @upcall_lookup: those about remote names, by name
 * @upcall_seed: of the hash of that
 * @upcall_count: entries in @upcalls
 * @upcall_lookups: those of them that are about remote names
 * @upcall_seq: number of the newest request
 * @upcall_calling: answered requests whose waiters are being called
 * @upcall_alarm: fails requests that were not answered in time
 * @upcall_idle: woken when a waiter has been called
 * @helper_portid: netlink port of the attached helper, 0 if none; also read
 *	without lock
 * @lanas: adapters by LANA number, value is the ifindex (xa_mk_value)
 * @lana_nb: notifier that keeps @lanas
 * @adapter_lock: serialises changes of @adapters and the events about them;
 *	taken with RTNL held, and with no other lock below it
 * @adapters: struct nb_adapter by ifindex, read under RCU
 * @server: state of the 139 server, nb_server.c
 * @dgram: the datagram service, nb_dgram.c
 * @relays: how groups are reached, nb_relay.c
 * @socks: all nb_socks of the namespace, for dumps
 * @sock_count: entries in @socks
 * @socks_lock: protects both; taken with no other lock below it. A socket
 *	is in the list until its last reference is gone
 * @session_count: those of them in TCP_SYN_SENT, TCP_ESTABLISHED or TCP_CLOSING
 * @stats: counters, by NB_STAT_*
 * @ns_stats: those that the helper keeps
 * @draining: the namespace goes away; nothing new is queued
 */
struct nb_net {
	struct net		*net;
	struct mutex		lock;		/* see above */
	struct nb_settings	settings;
	struct nb_scope		*scope;
	spinlock_t		conf_lock;	/* see above */

	struct rhashtable	names;
	atomic_t		name_count;
	struct nb_alarm		name_alarm;

	struct rhashtable	cache;
	atomic_t		cache_count;
	spinlock_t		cache_lock;	/* see above */
	struct rb_root_cached	cache_expiry;
	struct delayed_work	cache_work;

	spinlock_t		upcall_lock;	/* see above */
	struct list_head	upcalls;
	struct list_head	upcall_fresh;
	struct rhashtable	upcall_ids;
	DECLARE_HASHTABLE(upcall_lookup, 7);
	u32			upcall_seed;
	unsigned int		upcall_count;
	unsigned int		upcall_lookups;
	u64			upcall_seq;
	struct list_head	upcall_calling;
	struct nb_alarm		upcall_alarm;
	wait_queue_head_t	upcall_idle;
	u32			helper_portid;

	struct xarray		lanas;
	struct notifier_block	lana_nb;
	struct mutex		adapter_lock;	/* see above */
	struct xarray		adapters;

	struct nb_server	*server;
	struct nb_dgram		*dgram;
	struct nb_relays	*relays;

	struct hlist_head	socks;
	unsigned int		sock_count;
	spinlock_t		socks_lock;	/* see above */
	atomic_t		session_count;

	struct nb_stats __percpu *stats;
	struct nb_ns_stats	ns_stats;
	bool			draining;
};

/**
 * struct nb_name - an entry of the local name table
 * @node: in nb_net.names
 * @ref: references; the table owns one
 * @nn: the node
 * @name: NETBIOS_NAME_LEN octets
 * @scope: scope, NULL if empty; owns a reference
 * @group: group name
 * @any_owner: every permitted user may share it
 * @owner: who may share it otherwise
 * @ifindex: adapter that it is held on, 0 for all
 * @lock: protects what follows
 * @state: enum netbios_name_state
 * @permanent: stays without a socket that holds it
 * @socks: bound sockets, by nb_sock.name_node, oldest first
 * @holders: entries of @socks
 * @expires: jiffies when a releasing entry goes, with no helper
 * @op: the pending claim or release
 * @rcu: frees the entry
 *
 * An entry leaves the table with @lock held and its state is
 * NETBIOS_NAME_STATE_GONE from then on; it never comes back. Its sockets
 * are off @socks then, but keep their reference until nb_name_unhold().
 */
struct nb_name {
	struct rhash_head	node;
	refcount_t		ref;
	struct nb_net		*nn;
	u8			name[NETBIOS_NAME_LEN];
	struct nb_scope		*scope;
	bool			group;
	bool			any_owner;
	kuid_t			owner;
	int			ifindex;

	spinlock_t		lock;		/* see above */
	u8			state;
	bool			permanent;
	struct list_head	socks;
	unsigned int		holders;
	unsigned long		expires;
	struct nb_name_op	*op;
	struct rcu_head		rcu;
};

/**
 * struct nb_waiter - somebody who waits for an answer of the helper
 * @list: in the request
 * @done: called once, in process context, no spinlock held, unless
 *	nb_upcall_cancel() came first. @err is 0 or a negative errno:
 *	-EHOSTUNREACH not found, -EADDRINUSE claim or release refused,
 *	-ETIMEDOUT nobody answered, -ENETDOWN no helper or no network,
 *	-ENOBUFS out of resources. @addrs is the answer to a resolve or
 *	suspect, NULL otherwise; valid during the call only.
 * @req: the request, NULL when none is pending
 * @state: answer to a claim, NETBIOS_NAME_STATE_REGISTERED or _PROVISIONAL
 *
 * All but @done belongs to nb_upcall.c; the whole starts as zeroes.
 */
struct nb_waiter {
	struct list_head	list;
	void (*done)(struct nb_waiter *w, int err, const struct nb_addrs *addrs);
	struct nb_upcall	*req;
	u8			state;
};

/**
 * struct nb_sock_info - what others may know of a socket
 * @type: SOCK_SEQPACKET or SOCK_DGRAM
 * @state: enum netbios_session_state
 * @called: this end was called
 * @has_local: @local_name is valid
 * @has_peer: @peer_name is valid
 * @local_name: name of this end
 * @peer_name: name of the other end
 * @scope_len: octets in @scope
 * @scope: labels in wire form
 * @local_addr: IPv4 address of this end, 0 if none
 * @peer_addr: IPv4 address of the other end, 0 if none
 * @local_port: TCP port of this end
 * @peer_port: TCP port of the other end
 * @uid: owner
 * @inode: inode number, 0 while not accepted
 * @ifindex: adapter that it is bound to, 0 if to none
 * @keepalive: seconds, 0 off
 * @rx_bytes: octets received
 * @tx_bytes: octets sent and acknowledged
 * @rx_queue: octets that wait for the user
 * @tx_queue: octets that the peer has not acknowledged
 * @queue: sessions that wait for accept
 * @backlog: how many may
 * @drops: datagrams lost, the buffer being full
 */
struct nb_sock_info {
	u16		type;
	u8		state;
	bool		called;
	bool		has_local;
	bool		has_peer;
	u8		local_name[NETBIOS_NAME_LEN];
	u8		peer_name[NETBIOS_NAME_LEN];
	u8		scope_len;
	u8		scope[NB_WIRE_SCOPE_MAX];
	__be32		local_addr;
	__be32		peer_addr;
	__be16		local_port;
	__be16		peer_port;
	kuid_t		uid;
	unsigned long	inode;
	int		ifindex;
	u32		keepalive;
	u64		rx_bytes;
	u64		tx_bytes;
	u32		rx_queue;
	u32		tx_queue;
	u32		queue;
	u32		backlog;
	u32		drops;
};

/* nb_sock_info.c; process context, may sleep: takes the outer lock */
void nb_sock_fill_info(struct nb_sock *nsk, struct nb_sock_info *info);

/* nb_net.c: the node of a namespace and its settings */
extern unsigned int nb_net_id;
struct nb_net *nb_net(const struct net *net);
struct nb_scope *nb_net_scope_get(struct nb_net *nn);
bool nb_net_permanent(struct nb_net *nn, u8 *name);
bool nb_net_smbserver(struct nb_net *nn, u8 *name);
int nb_net_init(void);
void nb_net_exit(void);

/* nb_key.c: scopes, and the keys of the tables of names */
struct nb_scope *nb_scope_new(const u8 *labels, u8 len, gfp_t gfp);
struct nb_scope *nb_scope_get(struct nb_scope *scope);
void nb_scope_put(struct nb_scope *scope);
void nb_key_init(struct nb_key *key, const u8 *name,
		 const struct nb_scope *scope);
bool nb_key_equal(const struct nb_key *a, const struct nb_key *b);
u32 nb_key_hash(const struct nb_key *key, u32 seed);

/* nb_lana.c: adapters by number */
int nb_lana_init(struct nb_net *nn);
void nb_lana_exit(struct nb_net *nn);
int nb_lana_ifindex(struct nb_net *nn, unsigned int lana);

/* nb_name.c: the local name table */
int nb_name_init(struct nb_net *nn);
void nb_name_exit(struct nb_net *nn);
struct nb_name *nb_name_find(struct nb_net *nn, const struct nb_key *key);
struct nb_name *nb_name_lookup(struct nb_net *nn, const struct nb_key *key);
void nb_name_put(struct nb_name *name);

/* nb_name_hold.c: sockets hold local names */
int nb_name_hold(struct nb_sock *nsk, const struct nb_key *key, bool group);
void nb_name_unhold(struct nb_sock *nsk);

/* nb_cache.c: the cache of remote names */
int nb_cache_init(struct nb_net *nn);
void nb_cache_exit(struct nb_net *nn);
int nb_cache_lookup(struct nb_net *nn, const struct nb_key *key,
		    struct nb_addrs *addrs);
void nb_cache_forget(struct nb_net *nn, const struct nb_key *key, __be32 addr);

/* nb_upcall.c: questions to the helper */
int nb_upcall_init(struct nb_net *nn);
void nb_upcall_exit(struct nb_net *nn);
int nb_upcall_resolve(struct nb_net *nn, const struct nb_key *key, kuid_t uid,
		      struct nb_waiter *w);
int nb_upcall_suspect(struct nb_net *nn, const struct nb_key *key, __be32 addr,
		      u8 wire_error, kuid_t uid, struct nb_waiter *w);
int nb_upcall_relay(struct nb_net *nn, const struct nb_key *key, __be32 nbdd,
		    int ifindex, kuid_t uid, struct nb_waiter *w);
bool nb_upcall_cancel(struct nb_net *nn, struct nb_waiter *w);

/* nb_netlink.c: the generic netlink family and its events */
int nb_genl_init(void);
void nb_genl_exit(void);
void nb_event_name(struct nb_name *name, u8 state, int err);
void nb_event_session(struct nb_sock *nsk, u8 state, int err);
void nb_event_node(struct nb_net *nn);

/* nb_proc.c: /proc/net/netbios */
int nb_proc_init(struct nb_net *nn);
void nb_proc_exit(struct nb_net *nn);

#endif /* _NB_CORE_H */
