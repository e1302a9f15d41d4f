// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: counters, and alerts for the administrator.
 */
#include <string.h>

#include "node.h"

#define STATS_INTERVAL	1000
/* The same alert is not repeated within this time, ms */
#define ALERT_INTERVAL	60000

static const char *const counter_names[NBD_COUNTERS] = {
	[NBD_QUERIES_RECEIVED] = "queries-received",
	[NBD_QUERIES_SENT] = "queries-sent",
	[NBD_REGISTRATIONS_RECEIVED] = "registrations-received",
	[NBD_REGISTRATIONS_SENT] = "registrations-sent",
	[NBD_RELEASES_RECEIVED] = "releases-received",
	[NBD_RELEASES_SENT] = "releases-sent",
	[NBD_REFRESHES_SENT] = "refreshes-sent",
	[NBD_STATUS_RECEIVED] = "status-requests",
	[NBD_RESPONSES_RECEIVED] = "responses-received",
	[NBD_RESPONSES_SENT] = "responses-sent",
	[NBD_RESPONSES_BAD] = "responses-bad",
	[NBD_PACKETS_BAD] = "packets-bad",
	[NBD_RATE_LIMITED] = "rate-limited",
	[NBD_WACKS_RECEIVED] = "wacks",
	[NBD_REDIRECTS_RECEIVED] = "redirects",
	[NBD_TIMEOUTS] = "timeouts",
	[NBD_DEFENDED] = "defended",
	[NBD_CONFLICTS] = "conflicts",
	[NBD_CONFLICT_DEMANDS_SENT] = "conflict-demands-sent",
	[NBD_FOREIGN_DEMANDS] = "foreign-demands",
	[NBD_TWO_OWNERS] = "two-owners",
	[NBD_NBNS_FAILOVERS] = "nbns-failovers",
	[NBD_CANARIES_SENT] = "canaries-sent",
	[NBD_CANARIES_ANSWERED] = "canaries-answered",
};

const char *nbd_counter_name(enum nbd_counter counter)
{
	return counter < NBD_COUNTERS ? counter_names[counter] : "?";
}

/**
 * count() - one more
 * @e: engine
 * @counter: of what
 */
void count(struct nbd_engine *e, enum nbd_counter counter)
{
	e->counter[counter]++;
	if (e->counted)
		return;
	e->counted = true;
	timer_set(&e->timers, &e->stats,
		  e->stats_at + STATS_INTERVAL > e->now ? e->stats_at + STATS_INTERVAL : e->now);
}

/**
 * stats_timer() - tell the kernel what was counted
 * @e: engine
 * @timer: e->stats
 */
void stats_timer(struct nbd_engine *e, struct timer *timer)
{
	(void)timer;
	e->counted = false;
	e->stats_at = e->now;
	e->ops->stats(e->os, e->counter);
}

static uint32_t key_digest(const struct nbd_key *key)
{
	uint32_t digest = 0;
	unsigned int i;

	if (key)
		for (i = 0; i < NETBIOS_NAME_LEN; i++)
			digest = digest * 31 + key->name[i];
	return digest;
}

/* Was the same raised a short time ago? If not, it is now. */
static bool repeated(struct nbd_engine *e, const struct nbd_alert *what)
{
	struct alerted *a, new = { .kind = what->kind, .addr = what->addr,
				   .name = key_digest(what->key), .at = e->now };

	for (a = e->alerted; a < e->alerted + ALERTS_KEPT; a++)
		if (a->at && a->at + ALERT_INTERVAL > e->now && a->kind == new.kind &&
		    a->addr == new.addr && a->name == new.name)
			return true;
	e->alerted[e->next_alerted++ % ALERTS_KEPT] = new;
	return false;
}

/**
 * alert() - tell the administrator, unless it was just done
 * @e: engine
 * @what: of what
 */
void alert(struct nbd_engine *e, const struct nbd_alert *what)
{
	/* What comes and goes with a server is rare, and each time is news */
	if (what->kind != NBD_ALERT_NBNS_LOST && what->kind != NBD_ALERT_NBNS_BACK &&
	    repeated(e, what))
		return;
	e->ops->alert(e->os, what);
}

/**
 * alert_name() - the same, about a name as it came from the wire
 * @a: adapter
 * @kind: what happened
 * @name: name
 * @addr: address, or 0
 * @addr2: second address, or 0
 * @text: a line
 */
void alert_name(struct adapter *a, enum nbd_alert_kind kind, const struct ns_name *name,
		uint32_t addr, uint32_t addr2, const char *text)
{
	char scope[NETBIOS_SCOPE_MAX + 1];
	struct nbd_key key = { .scope = ns_name_scope(name, scope) };

	memcpy(key.name, name->octets, NETBIOS_NAME_LEN);
	alert(a->engine, &(struct nbd_alert) {
		.kind = kind,
		.ifindex = a->conf.ifindex,
		.key = &key,
		.addr = addr,
		.addr2 = addr2,
		.text = text,
	});
}
