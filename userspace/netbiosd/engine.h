/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netbiosd: the name service of a node (RFC 1001, RFC 1002, H node draft)
 * without any I/O. The process around it (main.c) calls what is here; what
 * the engine wants of the world goes through the table of os.h.
 *
 * One thread. No call blocks. README.md tells how the inside is divided.
 */
#ifndef _NETBIOSD_ENGINE_H
#define _NETBIOSD_ENGINE_H

#include "os.h"

struct nbd_engine;

/**
 * struct nbd_config - settings of the node, those of netbiosd.conf(5)
 * @bcast_timeout: BCAST_REQ_RETRY_TIMEOUT, ms (250)
 * @bcast_count: BCAST_REQ_RETRY_COUNT, transmissions in all (3)
 * @ucast_timeout: UCAST_REQ_RETRY_TIMEOUT, ms (1500; RFC 1002 6 says 5000)
 * @ucast_count: UCAST_REQ_RETRY_COUNT, transmissions in all (3)
 * @conflict_timer: CONFLICT_TIMER, ms (1000)
 * @wack_max: longest wait that a WACK can ask for, ms (15000)
 * @claim_ttl: lifetime proposed to the NBNS, s (300000), 0 is infinite
 * @min_ttl: shorter grants count as this, s (10), so that no server makes us
 *	flood it
 * @refresh_percent: refresh after this share of the granted lifetime (50)
 * @refresh_opcode: opcode of NAME REFRESH REQUEST, 8 or 9 (8)
 * @poll_interval: a server that is away is asked this often, ms (15000)
 * @cache_ttl: lifetime of answers that carry none or a longer one, s (600)
 * @negative_ttl: lifetime of "not found", s (3), 0: not cached
 * @multihomed: register unique names with opcode F (MS-NBTE) (false)
 * @overwrite_demand: M and H nodes broadcast NAME OVERWRITE DEMAND after a
 *	claim, as B nodes do (true)
 * @strict_release: an H node whose server is away keeps a name until the server
 *	has released it (draft 3.2), instead of giving it up at once (false)
 * @conflict_demands: send NAME CONFLICT DEMAND to the second owner of a unique
 *	name (true)
 * @trust_strangers: obey conflict demands and releases that do not come from a
 *	name server of ours (false)
 * @all_addresses: answer queries with the addresses of all adapters that take
 *	part; false: only with that of the adapter that was asked (true)
 * @response_ra: set RA in query responses (false)
 * @tcp: ask again by TCP when an answer of the NBNS is truncated (true)
 * @lmhosts_first: look into LMHOSTS before the network (false: after)
 * @rate_limit: negative and status answers a second to one source (20000),
 *	0: no limit. Answers for own names are not limited.
 * @claims_in_flight: requests that claims in the background have open at once
 *	(512)
 * @canary_interval: time between queries for random names, ms, 0: none (0)
 */
struct nbd_config {
	uint32_t	bcast_timeout;
	uint32_t	bcast_count;
	uint32_t	ucast_timeout;
	uint32_t	ucast_count;
	uint32_t	conflict_timer;
	uint32_t	wack_max;
	uint32_t	claim_ttl;
	uint32_t	min_ttl;
	uint32_t	refresh_percent;
	uint32_t	refresh_opcode;
	uint32_t	poll_interval;
	uint32_t	cache_ttl;
	uint32_t	negative_ttl;
	bool		multihomed;
	bool		overwrite_demand;
	bool		strict_release;
	bool		conflict_demands;
	bool		trust_strangers;
	bool		all_addresses;
	bool		response_ra;
	bool		tcp;
	bool		lmhosts_first;
	uint32_t	rate_limit;
	uint32_t	claims_in_flight;
	uint32_t	canary_interval;
};

/**
 * struct nbd_adapter - an interface with its settings (adapter-get) and its
 *	address (rtnetlink)
 * @ifindex: interface, above 0
 * @name: its name, for messages
 * @up: it is up and running
 * @addr: IPv4 address, 0 if none. One a node: the first of several
 * @broadcast: subnet-directed broadcast address, or the multicast group that
 *	stands for it (RFC 1001 A-1); 0: B style does not work here
 * @mac: hardware address, the unit id of NODE STATUS RESPONSE
 * @enabled: it takes part
 * @type: configured type
 * @n_nbns: servers in @nbns
 * @nbns: name servers in the order in which they are tried
 * @n_nbdd: servers in @nbdd
 * @nbdd: datagram distribution servers, the same
 */
struct nbd_adapter {
	int		ifindex;
	char		name[16];
	bool		up;
	uint32_t	addr;
	uint32_t	broadcast;
	uint8_t		mac[6];
	bool		enabled;
	enum nbd_type	type;
	unsigned int	n_nbns;
	uint32_t	nbns[NBD_SERVERS_MAX];
	unsigned int	n_nbdd;
	uint32_t	nbdd[NBD_SERVERS_MAX];
};

/**
 * struct nbd_work - what the kernel asks (work-get)
 * @id: of the kernel
 * @kind: enum netbios_work_kind
 * @key: the name
 * @group: claim, release: it is a group name
 * @ifindex: claim, release: adapter, 0 for all; relay: adapter that the datagrams
 *	go out by
 * @addr: suspect: the address that was wrong; relay: the server, 0 if there is
 *	none
 * @wire_error: suspect: 82h, or 0 for a host that did not answer
 * @deadline: ms from now
 */
struct nbd_work {
	uint64_t	id;
	uint32_t	kind;
	struct nbd_key	key;
	bool		group;
	int		ifindex;
	uint32_t	addr;
	uint8_t		wire_error;
	uint32_t	deadline;
};

/**
 * struct nbd_nbdd_answer - DATAGRAM QUERY RESPONSE that fits an nbdd_query()
 * @ifindex: adapter
 * @addr: server
 * @key: name that it was asked for
 * @relays: it relays datagrams to it
 */
struct nbd_nbdd_answer {
	int		ifindex;
	uint32_t	addr;
	struct nbd_key	key;
	bool		relays;
};

/**
 * struct nbd_local_name - an entry of the kernel's name table (name-get, and
 *	the event of a change)
 * @key: the name
 * @state: enum netbios_name_state
 * @group: it is a group name
 * @permanent: it stays without a socket
 * @ifindex: adapter, 0 for all
 */
struct nbd_local_name {
	struct nbd_key		key;
	enum netbios_name_state	state;
	bool			group;
	bool			permanent;
	int			ifindex;
};

/**
 * struct nbd_lmhosts_entry - a line of the LMHOSTS file
 * @name: the name; octet 16 only counts if @suffix is set
 * @suffix: the line gave octet 16; else it is any
 * @pre: #PRE: to the kernel's cache at once (for 00, 03 and 20 if the suffix
 *	is any)
 * @group: it is a group name (#DOM); several lines are its members
 * @addr: IPv4 address
 */
struct nbd_lmhosts_entry {
	uint8_t		name[NETBIOS_NAME_LEN];
	bool		suffix;
	bool		pre;
	bool		group;
	uint32_t	addr;
};

/**
 * nbd_config_default() - all settings as they are without a file
 * @config: result
 */
void nbd_config_default(struct nbd_config *config);

/**
 * nbd_engine_new() - begin, with the default settings and without adapters
 * @ops: the world; must live as long as the engine
 * @os: first argument of its functions
 *
 * Return: the engine, NULL if out of memory.
 */
struct nbd_engine *nbd_engine_new(const struct nbd_os *ops, void *os);

/**
 * nbd_engine_free() - end at once; sends nothing, names stay as they are
 * @engine: engine or NULL
 */
void nbd_engine_free(struct nbd_engine *engine);

/**
 * nbd_engine_config() - other settings; they count for what begins from now on
 * @engine: engine
 * @config: copied
 */
void nbd_engine_config(struct nbd_engine *engine, const struct nbd_config *config);

/**
 * nbd_engine_scope() - scope of the node (node-get): that of LMHOSTS entries,
 *	polls and canaries. Lines with #PRE move to it
 * @engine: engine
 * @scope: dotted text
 */
void nbd_engine_scope(struct nbd_engine *engine, const char *scope);

/**
 * nbd_engine_permanent() - permanent name of the node, or NULL; sent first in
 *	NODE STATUS RESPONSE and flagged PRM
 * @engine: engine
 * @name: NETBIOS_NAME_LEN octets
 */
void nbd_engine_permanent(struct nbd_engine *engine, const uint8_t *name);

/**
 * nbd_engine_adapter() - an adapter is there, or anything of it has changed
 * @engine: engine
 * @adapter: copied
 *
 * Names are claimed anew on an adapter that begins to take part or has another
 * address, type or servers. Calling it without a change does nothing.
 */
void nbd_engine_adapter(struct nbd_engine *engine, const struct nbd_adapter *adapter);

/**
 * nbd_engine_adapter_leaving() - is an adapter that was disabled still telling
 *	the network that its names are gone?
 * @engine: engine
 * @ifindex: interface
 *
 * Its packets have to go out, and responses to come in, until then.
 *
 * Return: true if so.
 */
bool nbd_engine_adapter_leaving(struct nbd_engine *engine, int ifindex);

/**
 * nbd_engine_adapter_gone() - the interface is no more
 * @engine: engine
 * @ifindex: interface
 */
void nbd_engine_adapter_gone(struct nbd_engine *engine, int ifindex);

/**
 * nbd_engine_name() - the table has this name, in this state
 * @engine: engine
 * @name: copied
 *
 * For the dump at start, and for each name event. A name that the engine did
 * not know is claimed on the network in the background and refused ones are
 * reported in conflict. GONE: it was removed without work. An event that only
 * repeats what the engine knows, also because it did it, does nothing.
 * CLAIMING and RELEASING are ignored: work says what to do.
 */
void nbd_engine_name(struct nbd_engine *engine, const struct nbd_local_name *name);

/**
 * nbd_engine_work() - begin a piece of work
 * @engine: engine
 * @work: copied
 *
 * Work that is known already (a dump shows it again) is ignored. The answer
 * goes to work_done(), possibly before this call returns.
 */
void nbd_engine_work(struct nbd_engine *engine, const struct nbd_work *work);

/**
 * nbd_engine_cancel() - nobody waits for this work any more (work-cancel)
 * @engine: engine
 * @id: of the kernel
 */
void nbd_engine_cancel(struct nbd_engine *engine, uint64_t id);

/**
 * nbd_engine_packet() - a UDP packet has come to port 137
 * @engine: engine
 * @ifindex: adapter through which it came
 * @addr: source address
 * @port: source port
 * @broadcast: it was sent to a broadcast or multicast address
 * @data: the packet; need not be aligned
 * @len: octets
 *
 * Packets on adapters that do not take part are dropped. Nothing is allocated
 * to answer one.
 */
void nbd_engine_packet(struct nbd_engine *engine, int ifindex, uint32_t addr,
		       uint16_t port, bool broadcast, const void *data, size_t len);

/**
 * nbd_engine_server() - a name server has the address of this node as well, or
 *	has no longer
 * @engine: engine
 * @there: it is there
 *
 * While it is, nbd_os.serve() is called for its packets, and the node uses it
 * as any other server if the settings name its address: what send() gets for
 * port 137 of ourselves is for the server.
 */
void nbd_engine_server(struct nbd_engine *engine, bool there);

/**
 * nbd_engine_server_packet() - the server of nbd_engine_server() answers the node, or
 *	asks it
 * @engine: engine
 * @ifindex: adapter that asked, or that is asked
 * @addr: address of the server
 * @data: the packet
 * @len: octets
 */
void nbd_engine_server_packet(struct nbd_engine *engine, int ifindex, uint32_t addr,
			      const void *data, size_t len);

/**
 * nbd_engine_tcp() - end of a tcp_query()
 * @engine: engine
 * @cookie: of the query
 * @data: the packet, NULL upon failure
 * @len: octets
 */
void nbd_engine_tcp(struct nbd_engine *engine, uint64_t cookie,
		    const void *data, size_t len);

/**
 * nbd_engine_nbdd() - a datagram distribution server has answered (nbdd-answer)
 * @engine: engine
 * @answer: it
 */
void nbd_engine_nbdd(struct nbd_engine *engine, const struct nbd_nbdd_answer *answer);

/**
 * nbd_engine_lmhosts() - the file has been read; replaces what was there
 * @engine: engine
 * @entry: copied
 * @n: entries
 *
 * Return: 0, -ENOMEM, and the old entries stay.
 */
int nbd_engine_lmhosts(struct nbd_engine *engine,
		       const struct nbd_lmhosts_entry *entry, size_t n);

/**
 * nbd_engine_timer() - the time given to wake_at() has come
 * @engine: engine
 */
void nbd_engine_timer(struct nbd_engine *engine);

/**
 * nbd_engine_dump() - state in words, for the log upon SIGUSR1
 * @engine: engine
 * @line: called for each line
 * @data: for @line
 */
void nbd_engine_dump(struct nbd_engine *engine,
		     void (*line)(void *data, const char *text), void *data);

/**
 * nbd_counter_name() - name of a counter, without the prefix "ns-"
 * @counter: which
 *
 * Return: text such as "queries-received".
 */
const char *nbd_counter_name(enum nbd_counter counter);

#endif /* _NETBIOSD_ENGINE_H */
