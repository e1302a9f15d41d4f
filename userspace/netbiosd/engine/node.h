/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netbiosd: what the files of the engine know of each other. Nothing outside
 * of the engine includes this; README.md is the map.
 *
 * Ownership: the engine owns adapters, names, transactions and work. A name
 * owns its registrations (one an adapter), a registration the procedure (leg)
 * that runs for it, and whoever started a transaction ends it. Callbacks of a
 * transaction may end it.
 *
 * Memory: out of memory ends the process (alloc_zeroed()); the kernel keeps
 * the names, and a new helper goes on from there.
 */
#ifndef _NETBIOSD_NODE_H
#define _NETBIOSD_NODE_H

#include <wire/ns_packet.h>

#include "../engine.h"

/* Adapters of a node; a registration names its adapter by slot */
#define ADAPTERS_MAX	64

/* Time that is kept between the end of work and its deadline in the kernel */
#define DEADLINE_MARGIN	500

struct claim;
struct leg;
struct name;
struct nbdd_question;
struct release;
struct resolve;
struct txn;

/* timer.c */

/**
 * enum timer_kind - what is called when a timer has run out
 */
enum timer_kind {
	TIMER_TXN,
	TIMER_WORK,
	TIMER_NBNS_POLL,
	TIMER_NBDD_POLL,
	TIMER_NBDD_QUESTION,
	TIMER_STATS,
	TIMER_CANARY,
	TIMER_REG,
	TIMER_KINDS,
};

/**
 * struct timer - something to do at a time; lives in what it belongs to
 * @due: ms
 * @index: place in the heap, from 1; 0 if it does not run
 * @kind: enum timer_kind
 */
struct timer {
	uint64_t	due;
	uint32_t	index;
	uint8_t		kind;
};

/**
 * struct timers - a heap, the next one on top
 */
struct timers {
	struct timer	**heap;
	uint32_t	n;
	uint32_t	size;
};

void timer_set(struct timers *timers, struct timer *timer, uint64_t due);
void timer_stop(struct timers *timers, struct timer *timer);
struct timer *timers_take(struct timers *timers, uint64_t now);
uint64_t timers_next(const struct timers *timers);
void timers_free(struct timers *timers);

/* transient.c, pool.c */

/* Size and alignment of slabs; some pages, so that one that is mostly empty costs little */
#define SLAB	(32U << 10)

/**
 * struct pool - objects of one size
 * @size: of each, octets
 * @slabs: those that have room
 */
struct pool {
	uint32_t		size;
	struct pool_slab	*slabs;
};

void *pool_alloc(struct pool *pool);
void pool_free(struct pool *pool, void *p);
void *slab_map(void);
void slab_unmap(void *slab);
void *slab_of(void *p);

/* names.c */

/**
 * struct scope - a scope that names have, or had
 * @next: list of all
 * @text: dotted
 * @name: its labels, in the form of a name without octets
 * @names: names in it
 */
struct scope {
	struct scope	*next;
	char		text[NETBIOS_SCOPE_MAX + 1];
	struct ns_name	name;
	struct name	*names;
};

/**
 * enum reg_state - how far a name is on one adapter
 * @REG_UNCLAIMED: the network has not been asked
 * @REG_BROADCAST: claimed by broadcast, and that is all there is to do
 * @REG_PROVISIONAL: the same, but a name server has still to be asked
 * @REG_SERVER: a name server has it
 * @REG_LEFT: the network still believes it, but the adapter has left, or has
 *	another address, type or server (leave.c)
 */
enum reg_state {
	REG_UNCLAIMED,
	REG_BROADCAST,
	REG_PROVISIONAL,
	REG_SERVER,
	REG_LEFT,
};

/**
 * struct reg - a name on an adapter. There may be many; keep it small.
 * @next: of the same name
 * @name: whose
 * @leg: procedure that runs, or NULL
 * @timer: when something is due: a claim, a refresh. On the background heap.
 * @ttl: lifetime granted, s, 0 infinite
 * @nbns: server that has it
 * @slot: adapter
 * @state: enum reg_state
 */
struct reg {
	struct reg	*next;
	struct name	*name;
	struct leg	*leg;
	struct timer	timer;
	uint32_t	ttl;
	uint32_t	nbns;
	uint8_t		slot;
	uint8_t		state;
};

/* What is left of 32 bits */
#define NAME_CHANGED_BITS	27

/**
 * struct name - a local name. There may be many; keep it small.
 * @hash_next: same bucket
 * @prev: in the list of its scope
 * @next: in the list of its scope
 * @scope: of the name
 * @claim: claim that the kernel waits for, or NULL
 * @regs: where it is claimed
 * @octets: the 16
 * @ifindex: adapter, 0 for all
 * @changed: when we told the kernel of a state, the low bits of s
 * @state: enum netbios_name_state
 * @group: it is a group name
 * @release_due: strict H node: to be released when a server is back
 */
struct name {
	struct name	*hash_next;
	struct name	*prev, *next;
	struct scope	*scope;
	struct claim	*claim;
	struct reg	*regs;
	uint8_t		octets[NETBIOS_NAME_LEN];
	int		ifindex;
	uint32_t	changed : NAME_CHANGED_BITS;
	uint32_t	state : 3;
	uint32_t	group : 1;
	uint32_t	release_due : 1;
};

/**
 * struct names - the table
 */
struct names {
	struct name	**bucket;
	uint32_t	buckets;	/* a power of two */
	uint32_t	n;
	uint64_t	seed[2];
	struct scope	*scopes;
	struct pool	pool;		/* of names */
	struct pool	reg_pool;
};

/* adapter.c, nbns.c */

/**
 * struct server_list - the name servers of an adapter, or its datagram servers
 * @n: servers
 * @addr: they, the preferred one first
 * @down: those that did not answer
 * @current: server in use
 * @available: NBNS-AVAILABLE, NBDD-AVAILABLE
 * @poll: next time that those that are down are asked
 */
struct server_list {
	unsigned int	n;
	uint32_t	addr[NBD_SERVERS_MAX];
	bool		down[NBD_SERVERS_MAX];
	unsigned int	current;
	bool		available;
	struct timer	poll;
};

/**
 * struct left - what an adapter was when the network last heard of its names
 * @addr: address
 * @ont: NS_ONT_*
 * @broadcasts: it broadcast, too
 */
struct left {
	uint32_t	addr;
	uint16_t	ont;
	bool		broadcasts;
};

/**
 * struct adapter - an interface
 * @engine: back
 * @slot: its place
 * @used: there is one in this slot
 * @active: takes part
 * @leaving: takes no part any more, but may still say so
 * @type: in force
 * @conf: as the shell gave it
 * @nbns: name servers
 * @nbdd: datagram servers
 * @left: for registrations in state REG_LEFT
 * @n_left: how many there are
 * @reported: condition that the kernel knows
 */
struct adapter {
	struct nbd_engine	*engine;
	uint8_t			slot;
	bool			used;
	bool			active;
	bool			leaving;
	enum nbd_type		type;
	struct nbd_adapter	conf;
	struct server_list	nbns;
	struct server_list	nbdd;
	struct left		left;
	unsigned int		n_left;
	struct nbd_condition	reported;
};

/* txn.c */

/**
 * struct txn_ops - what the owner of a transaction does
 * @answer: a response that fits; the transaction goes on unless it is ended
 * @quiet: optional; all was sent and nobody has answered so far, broadcast
 *	answers are still taken for a while
 * @silence: nobody has answered, or the time after txn_linger() is over; the
 *	transaction has to be ended
 */
struct txn_ops {
	void (*answer)(struct txn *txn, const struct ns_packet *packet, uint32_t from);
	void (*quiet)(struct txn *txn);
	void (*silence)(struct txn *txn);
};

/**
 * struct txn - a request of ours that waits for a response
 * @hash_next: same bucket
 * @prev: list of all
 * @next: list of all
 * @ops: owner's functions
 * @owner: owner
 * @adapter: where
 * @timer: next repetition, or the end
 * @until: broadcast: answers are taken at least that long
 * @dest: to whom; 0 by broadcast
 * @interval: between repetitions, ms
 * @id: NAME_TRN_ID
 * @tries: repetitions that are left
 * @wacks: WACKs that may still come
 * @nbns: @dest is the name server in use, and changes with it
 * @background: counts as such
 * @status: NODE STATUS REQUEST
 * @quiet: @quiet was called
 * @over: nothing is sent any more
 * @opcode: of the request
 * @counter: what to count
 * @len: octets in @data
 * @data: the packet
 */
struct txn {
	struct txn		*hash_next;
	struct txn		*prev, *next;
	const struct txn_ops	*ops;
	void			*owner;
	struct adapter		*adapter;
	struct timer		timer;
	uint64_t		until;
	uint32_t		dest;
	uint32_t		interval;
	uint16_t		id;
	uint16_t		len;
	uint8_t			tries;
	uint8_t			wacks;
	bool			nbns : 1;
	bool			background : 1;
	bool			status : 1;
	bool			quiet : 1;
	bool			over : 1;
	uint8_t			opcode;
	uint8_t			counter;
	uint8_t			data[];
};

/**
 * struct request - what to send; see txn_start()
 * @ops: owner's functions
 * @owner: owner
 * @name: question
 * @opcode: NS_OP_*
 * @flags: NS_RD; NS_B is added
 * @dest: to whom; 0 by broadcast
 * @nbns: @dest does not count: to the name server in use
 * @background: counts against claims_in_flight
 * @qtype: of a query: NS_TYPE_NB, which may be left out, or NS_TYPE_NBSTAT
 * @ttl: of the record
 * @entry: owner in the record; not for queries
 * @until: broadcast: answers are taken at least that long, ms from now
 * @tries: 0: as configured
 */
struct request {
	const struct txn_ops	*ops;
	void			*owner;
	const struct ns_name	*name;
	uint8_t			opcode;
	uint16_t		flags;
	uint32_t		dest;
	bool			nbns;
	bool			background;
	uint16_t		qtype;
	uint32_t		ttl;
	struct ns_entry		entry;
	uint32_t		until;
	uint8_t			tries;
};

#define TXN_BUCKETS	1024

struct txn *txn_start(struct adapter *adapter, const struct request *request);
void txn_unanswered(struct txn *txn, const struct ns_packet *packet, uint32_t from);
void txn_end(struct txn **txn);
void txn_linger(struct txn *txn, uint32_t ms);
bool txn_response(struct adapter *adapter, const struct ns_packet *packet,
		  uint32_t from, uint16_t port);
bool txn_fits(const struct txn *txn, const struct ns_packet *packet);
void txn_nbns_switch(struct adapter *adapter, uint32_t from, uint32_t to);
void txn_timer(struct nbd_engine *e, struct timer *timer);

/* work.c */

/**
 * struct work - a piece of work of the kernel, inside of what does it
 * @hash_next: same bucket
 * @next: for the owner
 * @timer: shortly before its deadline
 * @id: of the kernel
 * @kind: enum netbios_work_kind
 * @owner: struct claim, struct release, struct resolve, struct nbdd_question
 */
struct work {
	struct work	*hash_next;
	struct work	*next;
	struct timer	timer;
	uint64_t	id;
	uint32_t	kind;
	void		*owner;
};

#define WORK_BUCKETS	256

struct work *work_new(struct nbd_engine *e, const struct nbd_work *work, void *owner);
struct work *work_find(struct nbd_engine *e, uint64_t id);
void work_drop(struct nbd_engine *e, struct work *work);
int work_end(struct nbd_engine *e, struct work *work, const struct nbd_answer *answer);
int work_status(struct nbd_engine *e, struct work *work, uint32_t status);
void work_timer(struct nbd_engine *e, struct timer *timer);

/* status_ask.c */

#define STATUS_ASKS	16

/**
 * struct status_ask - NODE STATUS REQUEST on behalf of a program of this host
 * @txn: our question, NULL: not in use
 * @to: its address
 * @port: its port
 * @id: its NAME_TRN_ID
 */
struct status_ask {
	struct txn	*txn;
	uint32_t	to;
	uint16_t	port;
	uint16_t	id;
};

/* rate.c */

#define RATE_SOURCES	256
#define ALERTS_KEPT	64
#define POISONERS_MAX	8

/**
 * struct bucket - tokens of one source
 */
struct bucket {
	uint32_t	addr;
	uint32_t	tokens;
	uint64_t	at;
};

/**
 * struct alerted - an alert that was raised lately
 */
struct alerted {
	uint8_t		kind;
	uint32_t	addr;
	uint32_t	name;
	uint64_t	at;
};

bool rate_ok(struct nbd_engine *e, uint32_t addr);
bool rate_purge_ok(struct nbd_engine *e);
void rate_bad_response(struct adapter *a, uint32_t addr);

/* lmhosts.c */

/**
 * struct lmhosts - entries of the file, sorted by name
 */
struct lmhosts {
	struct nbd_lmhosts_entry	*entry;
	size_t				n;
};

/**
 * struct nbd_engine - the whole
 */
struct nbd_engine {
	const struct nbd_os	*ops;
	void			*os;
	struct nbd_config	config;
	uint64_t		now;
	uint64_t		wake;		/* what wake_at() was told */
	struct timers		timers;
	struct timers		background;	/* regs; held while too much is in flight */
	unsigned int		in_flight;	/* transactions in the background */
	struct names		names;
	char			scope[NETBIOS_SCOPE_MAX + 1];
	uint8_t			permanent[NETBIOS_NAME_LEN];
	bool			has_permanent;
	struct adapter		adapter[ADAPTERS_MAX];
	bool			adapters_full;	/* which has been said */
	unsigned int		adapters;	/* slots in use are below */
	bool			leaving;	/* one of them may be */
	struct txn		*txn_bucket[TXN_BUCKETS];
	struct txn		*txns;
	unsigned int		n_txns;
	struct work		*work_bucket[WORK_BUCKETS];
	struct resolve		*resolves;
	struct release		*releases;
	struct nbdd_question	*nbdd_questions;
	uint64_t		cookie;
	struct status_ask	status_ask[STATUS_ASKS];
	struct lmhosts		lmhosts;
	struct timer		canary;
	uint32_t		poisoner[POISONERS_MAX];
	unsigned int		poisoners;
	struct bucket		rate[RATE_SOURCES];
	struct bucket		bad[RATE_SOURCES];
	struct bucket		purges;
	struct alerted		alerted[ALERTS_KEPT];
	unsigned int		next_alerted;
	uint64_t		counter[NBD_COUNTERS];
	bool			counted;	/* since the last report */
	uint64_t		stats_at;	/* time of that */
	struct timer		stats;
};

/* util.c: small things that all need */
void *alloc_zeroed(size_t size);
void *transient_alloc(size_t size);
void transient_free(void *p);
uint32_t random32(struct nbd_engine *e);
void say(struct nbd_engine *e, enum nbd_log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
const char *addr_text(uint32_t addr, char *buf);
bool addr_is_host(uint32_t addr);
bool in_node_scope(const struct nbd_engine *e, const struct ns_name *name);

#define ADDR_TEXT	16

/* stats.c */
void count(struct nbd_engine *e, enum nbd_counter counter);
void stats_timer(struct nbd_engine *e, struct timer *timer);
void alert(struct nbd_engine *e, const struct nbd_alert *what);
void alert_name(struct adapter *a, enum nbd_alert_kind kind, const struct ns_name *name,
		uint32_t addr, uint32_t addr2, const char *text);

/* names.c */
void names_init(struct nbd_engine *e);
void names_free(struct nbd_engine *e);
struct scope *scope_find(struct nbd_engine *e, const struct ns_name *name);
struct name *name_find(struct nbd_engine *e, const struct ns_name *name);
struct name *name_new(struct nbd_engine *e, const struct ns_name *name, const char *scope);
void name_free(struct nbd_engine *e, struct name *name);
void name_wire(const struct name *name, struct ns_name *wire);
struct nbd_key name_key(const struct name *name);
bool name_held(const struct name *name);
bool name_granted(const struct name *name);
bool name_on(const struct name *name, const struct adapter *a);
void name_state(struct nbd_engine *e, struct name *name, enum netbios_name_state state);
void name_settle(struct nbd_engine *e, struct name *name);
struct reg *reg_find(const struct name *name, const struct adapter *a);
struct reg *reg_get(struct name *name, struct adapter *a);
void reg_free(struct nbd_engine *e, struct reg *reg);
void name_forget_regs(struct nbd_engine *e, struct name *name);
void names_on_adapter(struct adapter *a,
		      void (*fn)(struct adapter *a, struct name *name, const void *data),
		      const void *data);
struct name *names_unique(struct nbd_engine *e, const struct adapter *a);

/* adapter.c */
struct adapter *adapter_find(struct nbd_engine *e, int ifindex);
bool adapter_own_addr(const struct nbd_engine *e, uint32_t addr);
unsigned int adapter_addrs(struct adapter *a, const struct name *name,
			   struct ns_entry *entry, unsigned int max);
struct ns_entry adapter_entry(const struct adapter *a, bool group);
bool adapter_broadcasts(const struct adapter *a);
bool adapter_has_servers(const struct adapter *a);
void adapter_report(struct adapter *a);
uint16_t adapter_ont(const struct adapter *a);
enum nbd_type adapter_type(const struct nbd_adapter *conf);
bool adapter_can_take_part(const struct nbd_adapter *conf);
void adapter_set(struct nbd_engine *e, const struct nbd_adapter *conf);
void adapter_gone(struct adapter *a);

#define for_each_adapter(e, a)						\
	for ((a) = (e)->adapter; (a) < (e)->adapter + (e)->adapters; (a)++)	\
		if ((a)->used && (a)->active)

/* nbns.c */
void nbns_init(struct adapter *a);
bool nbns_usable(const struct adapter *a);
uint32_t nbns_current(const struct adapter *a);
bool nbns_is(const struct adapter *a, uint32_t addr);
bool nbns_silent(struct adapter *a, uint32_t addr);
void nbns_alive(struct adapter *a, uint32_t addr);
void nbns_schedule_poll(struct adapter *a);
void nbns_poll_timer(struct nbd_engine *e, struct timer *timer);
void nbns_stop(struct adapter *a);

/* nbdd.c */
void nbdd_init(struct adapter *a);
void nbdd_stop(struct adapter *a);
void nbdd_free(struct nbd_engine *e);
void nbdd_poll_timer(struct nbd_engine *e, struct timer *timer);
void nbdd_question_timer(struct nbd_engine *e, struct timer *timer);
void nbdd_answer(struct adapter *a, const struct nbd_nbdd_answer *answer);
void nbdd_work(struct nbd_engine *e, const struct nbd_work *work);
void nbdd_cancel(struct nbd_engine *e, struct work *work);
void nbdd_deadline(struct work *work);

/* leg.c: the claim of one name on one adapter */

/**
 * struct leg - such a claim, or a refresh
 * @engine: back
 * @reg: what it works for
 * @adapter: where
 * @claim: on behalf of; NULL: in the background
 * @broadcast: broadcast part, while it runs
 * @unicast: part with the name server, or a challenge, while it runs
 * @step: enum leg_step of leg.c
 * @owner: putative owner who is challenged
 * @rival: who claims the same name by broadcast, 0: nobody was heard
 * @result: reg_state that it will have
 * @plain: no multihomed registration any more
 * @several: multihomed registration, whatever the settings
 */
struct leg {
	struct nbd_engine	*engine;
	struct reg		*reg;
	struct adapter		*adapter;
	struct claim		*claim;
	struct txn		*broadcast;
	struct txn		*unicast;
	uint8_t			step;
	uint8_t			result;
	bool			plain;
	bool			several;
	uint32_t		owner;
	uint32_t		rival;
};

void leg_start(struct reg *reg, struct adapter *a, struct claim *claim);
void leg_server(struct reg *reg, struct adapter *a);
void leg_free(struct leg *leg);
bool leg_gives_way(struct leg *leg, uint32_t other);
void leg_yield(struct leg *leg, uint32_t to);
bool leg_can_hurry(const struct leg *leg);
bool leg_at_server(const struct leg *leg);
void leg_hurry(struct leg *leg);

/* refresh.c */
void refresh_start(struct reg *reg, struct adapter *a);
void refresh_schedule(struct reg *reg, struct adapter *a);
void reg_timer(struct nbd_engine *e, struct timer *timer);
void reg_soon(struct nbd_engine *e, struct reg *reg, uint32_t ms);
void refresh_all(struct adapter *a);

/* leave.c */
void leave_begin(struct adapter *a, const struct nbd_adapter *next);
void leave_reg(struct reg *reg, struct adapter *a, const struct nbd_adapter *next);
bool leave_is_over(struct reg *reg, struct adapter *a);
void leave_start(struct reg *reg, struct adapter *a);
struct ns_entry leave_entry(const struct adapter *a, bool group);
bool leave_can_send(const struct adapter *a);
bool leave_goes_on(const struct adapter *a);
void leave_look(struct nbd_engine *e);

/* claim.c */
void claim_work(struct nbd_engine *e, const struct nbd_work *work);
void claim_leg_done(struct claim *claim);
void claim_leg_failed(struct claim *claim, uint32_t status, uint32_t by);
void claim_leg_gone(struct claim *claim);
void claim_cancel(struct claim *claim);
void claim_deadline(struct claim *claim);
void claim_drop(struct claim *claim);
void claim_demand(struct adapter *a, const struct name *name);

/* release.c */
void release_work(struct nbd_engine *e, const struct nbd_work *work);
void release_cancel(struct release *release);
void release_deadline(struct release *release);
void release_undo(struct nbd_engine *e, struct name *name);
void release_due(struct nbd_engine *e, struct name *name);
void release_forget(struct nbd_engine *e, const struct name *name);
void release_adapter_gone(struct adapter *a);
bool release_runs(const struct adapter *a);
void releases_free(struct nbd_engine *e);

/* resolve.c */
void resolve_work(struct nbd_engine *e, const struct nbd_work *work);
void resolve_members(struct adapter *a, struct work *work, const struct ns_name *wire,
		     uint32_t max_ttl);
void resolve_cancel(struct nbd_engine *e, struct work *work);
void resolve_deadline(struct nbd_engine *e, struct work *work);
bool resolve_tcp(struct nbd_engine *e, uint64_t cookie, const void *data, size_t len);
void resolve_adapter_gone(struct adapter *a);
void resolves_free(struct nbd_engine *e);

/* respond.c */
void respond(struct adapter *a, const struct ns_packet *packet, uint32_t from,
	     uint16_t port, bool broadcast);
void respond_b_node(struct adapter *a, uint16_t flags, uint32_t from);
void reply(struct adapter *a, uint32_t to, uint16_t port, const void *data, size_t len);

/* status.c */
void status_respond(struct adapter *a, const struct ns_packet *packet, uint32_t from,
		    uint16_t port);

/* status_ask.c */
void status_ask(struct adapter *a, const struct ns_packet *packet, uint32_t from,
		uint16_t port);
void status_ask_adapter_gone(const struct adapter *a);

/* conflict.c */
bool conflict_is_demand(const struct ns_packet *packet);
void conflict_demand_received(struct adapter *a, const struct ns_packet *packet,
			      uint32_t from, uint16_t port);
void conflict_release_received(struct adapter *a, const struct ns_packet *packet,
			       uint32_t from, uint16_t port, bool broadcast);
void conflict_mark(struct nbd_engine *e, struct name *name, uint32_t by, const char *why);
void conflict_two_owners(struct adapter *a, const struct ns_name *name, uint32_t first,
			 uint32_t later);

/* canary.c */
void canary_schedule(struct nbd_engine *e);
void canary_timer(struct nbd_engine *e, struct timer *timer);
bool canary_poisoner(const struct nbd_engine *e, uint32_t addr);

/* lmhosts.c */
bool lmhosts_find(const struct nbd_engine *e, const struct ns_name *name,
		  struct nbd_answer *answer);
void lmhosts_enter(struct nbd_engine *e);
void lmhosts_remove(struct nbd_engine *e);
void lmhosts_free(struct nbd_engine *e);

/* engine.c */
void permanent_ensure(struct nbd_engine *e);

#endif /* _NETBIOSD_NODE_H */
