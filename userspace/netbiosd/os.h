/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netbiosd: everything that its logic asks of the outside world.
 *
 * The logic (engine.h) does no I/O of its own: it reads no clock, opens no
 * socket and allocates no randomness but through this table. The process
 * around it fills the table with system calls, the tests with a simulated
 * world.
 *
 * Addresses are IPv4 in network order, ports in host order, times in
 * milliseconds of a clock that never goes back, names 16 octets. No function
 * may call the engine from inside: what it learns comes later, from the loop.
 */
#ifndef _NETBIOSD_OS_H
#define _NETBIOSD_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/netbios.h>
#include <linux/netbios_netlink.h>

/* Addresses of one name, as many as the kernel keeps (MS-NBTE: what WINS keeps) */
#define NBD_ADDRS_MAX	25
/* Name servers, or datagram servers, of one adapter */
#define NBD_SERVERS_MAX	8
/* "At no time", for wake_at() */
#define NBD_NEVER	UINT64_MAX

/**
 * struct nbd_key - a name with its scope, as the kernel shows it
 * @name: NETBIOS_NAME_LEN octets
 * @scope: dotted text, "" for the empty scope; never NULL
 */
struct nbd_key {
	uint8_t		name[NETBIOS_NAME_LEN];
	const char	*scope;
};

/**
 * enum nbd_type - type of an end node; the values of adapter-set's node-type
 * @NBD_TYPE_AUTO: H if name servers are configured, else B (settings only)
 * @NBD_TYPE_B: broadcast (RFC 1001 10.1)
 * @NBD_TYPE_P: point-to-point
 * @NBD_TYPE_M: mixed
 * @NBD_TYPE_H: hybrid (Internet draft "Hybrid NetBIOS End-Nodes", 1992)
 */
enum nbd_type {
	NBD_TYPE_AUTO,
	NBD_TYPE_B,
	NBD_TYPE_P,
	NBD_TYPE_M,
	NBD_TYPE_H,
};

/**
 * struct nbd_answer - end of a piece of work (work-done)
 * @status: enum netbios_work_status
 * @n: resolve and suspect with OK: addresses in @addr; relay: members, 0 if the
 *	server relays
 * @addr: they
 * @group: resolve and suspect with OK: it is a group name
 * @ttl: resolve, suspect and relay: seconds that the answer may be cached
 * @state: claim with OK: NETBIOS_NAME_STATE_REGISTERED or _PROVISIONAL
 */
struct nbd_answer {
	uint32_t	status;
	unsigned int	n;
	uint32_t	addr[NBD_ADDRS_MAX];
	bool		group;
	uint32_t	ttl;
	uint32_t	state;
};

/**
 * struct nbd_condition - how an adapter is doing (adapter-report)
 * @ifindex: adapter
 * @active: it takes part: enabled, up, has an address
 * @type: type in force, never NBD_TYPE_AUTO
 * @addr: its address
 * @broadcast: where it broadcasts to
 * @nbns_available: NBNS-AVAILABLE of the H node draft; of a P or M node, too:
 *	a server has answered last; false without any server
 * @nbns: server in use, 0 if none
 * @nbdd_available: NBDD-AVAILABLE
 * @nbdd: server in use, 0 if none
 */
struct nbd_condition {
	int		ifindex;
	bool		active;
	enum nbd_type	type;
	uint32_t	addr;
	uint32_t	broadcast;
	bool		nbns_available;
	uint32_t	nbns;
	bool		nbdd_available;
	uint32_t	nbdd;
};

/**
 * enum nbd_alert_kind - what an administrator should know of (alert-report)
 * @NBD_ALERT_NAME_CONFLICT: a name of ours is in conflict now; @addr is who
 *	said so
 * @NBD_ALERT_TWO_OWNERS: two nodes, @addr and @addr2, answer for a unique name
 * @NBD_ALERT_FOREIGN_RELEASE: somebody who is not our name server told us to
 *	give a name up
 * @NBD_ALERT_FOREIGN_CONFLICT: the same with NAME CONFLICT DEMAND
 * @NBD_ALERT_POISONER: @addr answered for a name that cannot exist
 * @NBD_ALERT_B_NODE_HEARD: a B node shares the broadcast area of an H node
 *	(draft section 3.5)
 * @NBD_ALERT_FLOOD: @addr sends more than rate limits allow, or wrong answers
 *	to a pending question
 * @NBD_ALERT_NBNS_LOST: no name server answers any more; @addr was the last
 * @NBD_ALERT_NBNS_BACK: @addr answers
 * @NBD_ALERT_ANSWER_REJECTED: @addr answered a question that @addr2 was asked
 * @NBD_ALERT_NBNS_REFUSED: the name server @addr refused a name of ours
 */
enum nbd_alert_kind {
	NBD_ALERT_NAME_CONFLICT,
	NBD_ALERT_TWO_OWNERS,
	NBD_ALERT_FOREIGN_RELEASE,
	NBD_ALERT_FOREIGN_CONFLICT,
	NBD_ALERT_POISONER,
	NBD_ALERT_B_NODE_HEARD,
	NBD_ALERT_FLOOD,
	NBD_ALERT_NBNS_LOST,
	NBD_ALERT_NBNS_BACK,
	NBD_ALERT_ANSWER_REJECTED,
	NBD_ALERT_NBNS_REFUSED,
	NBD_ALERT_KINDS,
};

/**
 * struct nbd_alert - one alert
 * @kind: what happened
 * @ifindex: adapter, 0 if none
 * @key: name that it is about, NULL if none
 * @addr: address that it is about, 0 if none
 * @addr2: second address, 0 if none
 * @text: one line in English, without the name and the addresses
 */
struct nbd_alert {
	enum nbd_alert_kind	kind;
	int			ifindex;
	const struct nbd_key	*key;
	uint32_t		addr;
	uint32_t		addr2;
	const char		*text;
};

/**
 * enum nbd_counter - totals of the life of the engine (ns-stats-report)
 *
 * RECEIVED counts packets that were well-formed, SENT those handed to send(),
 * repetitions included.
 */
enum nbd_counter {
	NBD_QUERIES_RECEIVED,
	NBD_QUERIES_SENT,
	NBD_REGISTRATIONS_RECEIVED,
	NBD_REGISTRATIONS_SENT,
	NBD_RELEASES_RECEIVED,
	NBD_RELEASES_SENT,
	NBD_REFRESHES_SENT,
	NBD_STATUS_RECEIVED,		/* NODE STATUS REQUEST */
	NBD_RESPONSES_RECEIVED,		/* of any kind */
	NBD_RESPONSES_SENT,
	NBD_RESPONSES_BAD,		/* fitted no pending request */
	NBD_PACKETS_BAD,		/* malformed */
	NBD_RATE_LIMITED,		/* not answered for that reason */
	NBD_WACKS_RECEIVED,
	NBD_REDIRECTS_RECEIVED,
	NBD_TIMEOUTS,			/* requests that nobody answered */
	NBD_DEFENDED,			/* claims of others that were refused */
	NBD_CONFLICTS,			/* names of ours that fell in conflict */
	NBD_CONFLICT_DEMANDS_SENT,
	NBD_FOREIGN_DEMANDS,		/* conflict and release, not obeyed */
	NBD_TWO_OWNERS,
	NBD_NBNS_FAILOVERS,		/* another server, or none any more */
	NBD_CANARIES_SENT,
	NBD_CANARIES_ANSWERED,
	NBD_COUNTERS,
};

/**
 * struct nbd_node_stats - live figures for NODE STATUS RESPONSE (RFC 1002
 *	4.2.18), in host order; what is not known is 0
 * @sessions: sessions that are being set up, up, or being closed
 * @max_sessions: most that there can be, 65535 if more
 * @max_message: longest session message, 65535 if more
 * @frames_received: session packets, or the nearest that is counted
 * @frames_sent: the same
 */
struct nbd_node_stats {
	uint16_t	sessions;
	uint16_t	max_sessions;
	uint16_t	max_message;
	uint32_t	frames_received;
	uint32_t	frames_sent;
};

/**
 * enum nbd_log_level - as in syslog(3)
 */
enum nbd_log_level {
	NBD_LOG_ERR = 3,
	NBD_LOG_WARNING = 4,
	NBD_LOG_NOTICE = 5,
	NBD_LOG_INFO = 6,
	NBD_LOG_DEBUG = 7,
};

/**
 * struct nbd_os - the outside world; @os of each call is what
 *	nbd_engine_new() was given
 *
 * Functions that return int give 0 or a negative errno.
 */
struct nbd_os {
	/** @now: the clock, ms; the same during one call of the engine is fine */
	uint64_t (*now)(void *os);

	/** @random: fill @buf with unpredictable octets (getrandom) */
	void (*random)(void *os, void *buf, size_t len);

	/**
	 * @wake_at: call nbd_engine_timer() at @when, replaces what was set
	 * before; NBD_NEVER stops it. Early or late calls do no harm.
	 */
	void (*wake_at)(void *os, uint64_t when);

	/**
	 * @send: one UDP packet from port 137 of adapter @ifindex, with its
	 * address as the source. @broadcast: @addr is the broadcast address.
	 */
	int (*send)(void *os, int ifindex, uint32_t addr, uint16_t port,
		    bool broadcast, const void *data, size_t len);

	/**
	 * @tcp_query: connect to port 137 of @addr, send @data with its length
	 * in front (RFC 1002 4.2.1), wait for one packet; nbd_engine_tcp()
	 * has to be called with @cookie, once, also upon failure. A negative
	 * result: it will not be. NULL: no TCP.
	 */
	int (*tcp_query)(void *os, uint64_t cookie, int ifindex, uint32_t addr,
			 const void *data, size_t len);

	/** @tcp_cancel: nobody waits for @cookie any more */
	void (*tcp_cancel)(void *os, uint64_t cookie);

	/**
	 * @work_done: answer a piece of work. -ENOENT: too late; the engine
	 * undoes a claim then.
	 */
	int (*work_done)(void *os, uint64_t id, const struct nbd_answer *answer);

	/**
	 * @name_set: a local name has another state: REGISTERED, PROVISIONAL
	 * or CONFLICT
	 */
	int (*name_set)(void *os, const struct nbd_key *key,
			enum netbios_name_state state);

	/** @name_del: a local name is no longer this node's */
	int (*name_del)(void *os, const struct nbd_key *key);

	/**
	 * @name_add: enter a local name that nobody has bound, as permanent;
	 * used for the permanent name of the node. The claim comes as work.
	 */
	int (*name_add)(void *os, const struct nbd_key *key, bool group);

	/** @cache_add: source LMHOSTS, no expiry */
	int (*cache_add)(void *os, const struct nbd_key *key, bool group,
			 const uint32_t *addr, unsigned int n);

	/** @cache_del: forget @addr of @key, with @addr 0 the whole entry */
	int (*cache_del)(void *os, const struct nbd_key *key, uint32_t addr);

	/** @adapter_report: the condition of an adapter has changed */
	int (*adapter_report)(void *os, const struct nbd_condition *condition);

	/**
	 * @adapter_left: an adapter that was disabled has told the network what
	 * there was to tell, see nbd_engine_adapter_leaving(). It comes from
	 * within any call of the engine, also that of nbd_engine_adapter().
	 */
	void (*adapter_left)(void *os, int ifindex);

	/** @alert: tell the administrator; the engine limits the rate */
	int (*alert)(void *os, const struct nbd_alert *alert);

	/** @stats: NBD_COUNTERS totals; at most once a second, when changed */
	int (*stats)(void *os, const uint64_t *counter);

	/**
	 * @node_stats: figures for NODE STATUS RESPONSE. On the answer path:
	 * no system call; figures that are a second old are good enough.
	 */
	void (*node_stats)(void *os, struct nbd_node_stats *stats);

	/**
	 * @nbdd_query: have the kernel ask @addr with one DATAGRAM QUERY
	 * REQUEST (RFC 1002 4.4.4) for @key; what is answered comes by
	 * nbd_engine_nbdd(). -ENETDOWN: the datagram service is off. NULL: the
	 * kernel cannot; NBDD-AVAILABLE is false then.
	 */
	int (*nbdd_query)(void *os, int ifindex, uint32_t addr,
			  const struct nbd_key *key);

	/**
	 * @serve: a packet that came by unicast is for the server beside the
	 * node, see nbd_engine_server(). Return: false if the server does not
	 * serve there, and the packet is the node's after all.
	 */
	bool (*serve)(void *os, int ifindex, uint32_t addr, uint16_t port,
		      const void *data, size_t len);

	/** @log: one line, without a newline */
	void (*log)(void *os, enum nbd_log_level level, const char *text);
};

#endif /* _NETBIOSD_OS_H */
