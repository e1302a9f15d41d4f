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

#include <wire/addr.h>
#include <wire/ns_packet.h>

#include "../engine.h"
#include "adapter.h"
#include "leg.h"
#include "memory.h"
#include "names.h"
#include "timer.h"
#include "txn.h"
#include "work.h"

/* Adapters of a node; a registration names its adapter by slot */
#define ADAPTERS_MAX	64

/* Time that is kept between the end of work and its deadline in the kernel */
#define DEADLINE_MARGIN	500

struct nbdd_question;
struct release;
struct resolve;

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
	bool			server;		/* there is one beside us */
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
uint32_t random32(struct nbd_engine *e);
void say(struct nbd_engine *e, enum nbd_log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
const char *addr_text(uint32_t addr, char *buf);
bool in_node_scope(const struct nbd_engine *e, const struct ns_name *name);

#define ADDR_TEXT	16

/* stats.c */
void count(struct nbd_engine *e, enum nbd_counter counter);
void stats_timer(struct nbd_engine *e, struct timer *timer);
void alert(struct nbd_engine *e, const struct nbd_alert *what);
void alert_name(struct adapter *a, enum nbd_alert_kind kind, const struct ns_name *name,
		uint32_t addr, uint32_t addr2, const char *text);

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

/* whose.c */
bool whose_server_is_own(const struct nbd_engine *e, uint32_t addr);
bool whose_is_servers(struct adapter *a, const struct ns_packet *packet, uint32_t from,
		      uint16_t port);

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
