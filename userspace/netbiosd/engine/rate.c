// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: how much one source may ask. A table of fixed size: a stranger who
 * takes the place of another only lets that one start anew.
 */
#include <netinet/in.h>

#include "node.h"

/* Responses a second that fit nothing and are taken for accidents */
#define BAD_LIMIT	50
/* Changes of the kernel's cache a second because of what strangers say */
#define PURGE_LIMIT	50

/* Fibonacci hashing; nothing is lost if somebody makes sources collide */
static struct bucket *bucket(struct bucket *table, uint32_t addr)
{
	return &table[(addr * 2654435769u) >> 24 & (RATE_SOURCES - 1)];
}

/* Takes a token; a second fills the bucket again */
static bool take(struct nbd_engine *e, struct bucket *b, uint32_t addr, uint32_t limit)
{
	uint64_t gained;

	if (b->addr != addr) {
		*b = (struct bucket) { .addr = addr, .tokens = limit, .at = e->now };
	} else if (e->now > b->at) {
		gained = (e->now - b->at) * limit / 1000;
		if (gained) {
			b->tokens = b->tokens + gained < limit ? b->tokens + gained : limit;
			b->at = e->now;
		}
	}
	if (!b->tokens)
		return false;
	b->tokens--;
	return true;
}

/**
 * rate_ok() - may this source have one more answer that is no defence?
 * @e: engine
 * @addr: source
 *
 * Return: false if it has had too many.
 */
bool rate_ok(struct nbd_engine *e, uint32_t addr)
{
	if (!e->config.rate_limit || take(e, bucket(e->rate, addr), addr, e->config.rate_limit))
		return true;
	count(e, NBD_RATE_LIMITED);
	alert(e, &(struct nbd_alert) {
		.kind = NBD_ALERT_FLOOD,
		.addr = addr,
		.text = "asks more than the rate limit allows",
	});
	return false;
}

/**
 * rate_purge_ok() - may one more entry of the kernel's cache go because of what a
 *	stranger says?
 * @e: engine
 *
 * Return: false if there were too many, from all sources together.
 */
bool rate_purge_ok(struct nbd_engine *e)
{
	return take(e, &e->purges, INADDR_BROADCAST, PURGE_LIMIT);
}

/**
 * rate_bad_response() - a response came that fits no request of ours
 * @a: adapter
 * @addr: source
 */
void rate_bad_response(struct adapter *a, uint32_t addr)
{
	struct nbd_engine *e = a->engine;

	count(e, NBD_RESPONSES_BAD);
	if (take(e, bucket(e->bad, addr), addr, BAD_LIMIT))
		return;
	alert(e, &(struct nbd_alert) {
		.kind = NBD_ALERT_FLOOD,
		.ifindex = a->conf.ifindex,
		.addr = addr,
		.text = "sends responses that fit no request",
	});
}
