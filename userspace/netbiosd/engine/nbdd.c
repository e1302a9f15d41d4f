// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: datagram distribution servers. Which one is used, NBDD-AVAILABLE of
 * the H node draft (section 3), and what they relay (RFC 1001 17.3).
 *
 * The datagram service is the kernel's, and so is UDP 138: it sends our
 * questions and hands us the answers. A server gives no other sign of life, so
 * the one in use is asked again and again, too.
 */
#include <errno.h>
#include <string.h>

#include "node.h"

/* How long a list of members counts at most, s: others may join */
#define MEMBERS_TTL	60

/**
 * struct nbdd_question - DATAGRAM QUERY REQUEST of which the answer is awaited
 * @next: list of all
 * @adapter: where
 * @addr: server
 * @work: who wants to know, NULL: only whether it answers
 * @timer: next repetition, or the end
 * @tries: repetitions that are left
 * @key: name that it is about
 * @scope: of @key
 */
struct nbdd_question {
	struct nbdd_question	*next;
	struct adapter		*adapter;
	uint32_t		addr;
	struct work		*work;
	struct timer		timer;
	uint8_t			tries;
	struct nbd_key		key;
	char			scope[NETBIOS_SCOPE_MAX + 1];
};

static bool is_everybody(const struct nbd_key *key)
{
	return key->name[0] == '*';
}

static void free_question(struct nbdd_question *q)
{
	struct nbd_engine *e = q->adapter->engine;
	struct nbdd_question **p;

	for (p = &e->nbdd_questions; *p != q; p = &(*p)->next)
		;
	*p = q->next;
	timer_stop(&e->timers, &q->timer);
	transient_free(q);
}

/* The end of a question that has no answer */
static void give_up(struct nbdd_question *q, uint32_t status)
{
	struct nbd_engine *e = q->adapter->engine;
	struct work *work = q->work;

	free_question(q);
	work_status(e, work, status);
}

static int place(const struct adapter *a, uint32_t addr)
{
	unsigned int i;

	for (i = 0; i < a->nbdd.n; i++)
		if (a->nbdd.addr[i] == addr)
			return i;
	return -1;
}

static void tell(struct adapter *a, bool was, uint32_t before)
{
	uint32_t now = a->nbdd.addr[a->nbdd.current];
	char old[ADDR_TEXT], new[ADDR_TEXT];

	if (!a->nbdd.available)
		say(a->engine, NBD_LOG_WARNING,
		    "%s: datagram distribution server %s does not answer, none is left",
		    a->conf.name, addr_text(before, old));
	else if (!was)
		say(a->engine, NBD_LOG_NOTICE,
		    "%s: datagram distribution server %s answers again", a->conf.name,
		    addr_text(now, new));
	else
		say(a->engine, NBD_LOG_NOTICE, "%s: datagram distribution server %s, not %s",
		    a->conf.name, addr_text(now, new), addr_text(before, old));
}

/* The first one that was never heard to fail, or answers again */
static void choose(struct adapter *a)
{
	uint32_t before = a->nbdd.addr[a->nbdd.current];
	bool was = a->nbdd.available;
	unsigned int i;

	for (i = 0; i < a->nbdd.n && a->nbdd.down[i]; i++)
		;
	a->nbdd.available = i < a->nbdd.n;
	a->nbdd.current = a->nbdd.available ? i : 0;
	if (was == a->nbdd.available && before == a->nbdd.addr[a->nbdd.current])
		return;
	tell(a, was, before);
	adapter_report(a);
}

/* H-005. Only the first who asks pays for finding out */
static void silent(struct adapter *a, uint32_t addr)
{
	struct nbd_engine *e = a->engine;
	struct nbdd_question *q, *next;

	a->nbdd.down[place(a, addr)] = true;
	choose(a);
	for (q = e->nbdd_questions; q; q = next) {
		next = q->next;
		if (q->adapter == a && q->addr == addr)
			give_up(q, NETBIOS_WORK_STATUS_TIMEOUT);
	}
}

/* Return: false if it ends here */
static bool send_question(struct nbdd_question *q)
{
	struct nbd_engine *e = q->adapter->engine;
	int err = e->ops->nbdd_query(e->os, q->adapter->conf.ifindex, q->addr, &q->key);

	/* Without the datagram service nobody needs to know */
	if (err == -ENETDOWN) {
		give_up(q, NETBIOS_WORK_STATUS_UNAVAILABLE);
		return false;
	}
	q->tries--;
	timer_set(&e->timers, &q->timer, e->now + e->config.ucast_timeout);
	return true;
}

/**
 * nbdd_question_timer() - no answer so far
 * @e: engine
 * @timer: of a question
 */
void nbdd_question_timer(struct nbd_engine *e, struct timer *timer)
{
	struct nbdd_question *q = (struct nbdd_question *)((char *)timer -
				  offsetof(struct nbdd_question, timer));

	(void)e;
	if (q->tries)
		send_question(q);
	else
		silent(q->adapter, q->addr);
}

static void ask(struct adapter *a, uint32_t addr, const struct nbd_key *key,
		unsigned int tries, const struct nbd_work *w)
{
	struct nbd_engine *e = a->engine;
	struct nbdd_question *q = transient_alloc(sizeof(*q));

	q->adapter = a;
	q->addr = addr;
	q->key = *key;
	strncpy(q->scope, key->scope, NETBIOS_SCOPE_MAX);
	q->key.scope = q->scope;
	q->tries = tries;
	q->timer.kind = TIMER_NBDD_QUESTION;
	if (w)
		q->work = work_new(e, w, q);
	q->next = e->nbdd_questions;
	e->nbdd_questions = q;
	send_question(q);
}

static void poll(struct adapter *a, unsigned int i, unsigned int tries)
{
	struct nbd_engine *e = a->engine;
	struct name *name = names_unique(e, a);
	struct nbd_key key = { .scope = e->scope };

	/* Of a group it would have to put a list together (H-007) */
	key.name[0] = '*';
	if (name)
		key = name_key(name);
	ask(a, a->nbdd.addr[i], &key, tries, NULL);
}

/**
 * nbdd_schedule_poll() - the interval begins
 * @a: adapter
 */
void nbdd_schedule_poll(struct adapter *a)
{
	struct nbd_engine *e = a->engine;

	if (a->nbdd.n)
		timer_set(&e->timers, &a->nbdd.poll, e->now + e->config.poll_interval);
}

/**
 * nbdd_poll_timer() - ask the server in use, and those that would be preferred
 *	if they were back (H-006)
 * @e: engine
 * @timer: of an adapter
 */
void nbdd_poll_timer(struct nbd_engine *e, struct timer *timer)
{
	struct adapter *a = (struct adapter *)((char *)timer - offsetof(struct adapter, nbdd.poll));
	unsigned int current = a->nbdd.available ? a->nbdd.current : a->nbdd.n;
	unsigned int i;

	nbdd_schedule_poll(a);
	for (i = 0; i < a->nbdd.n && i < current; i++)
		poll(a, i, 1);
	if (current < a->nbdd.n)
		poll(a, current, e->config.ucast_count);
}

/**
 * nbdd_init() - an adapter begins: the flag starts TRUE (H-003)
 * @a: adapter
 */
void nbdd_init(struct adapter *a)
{
	struct nbd_engine *e = a->engine;
	unsigned int i;

	a->nbdd.n = adapter_has_servers(a) && e->ops->nbdd_query ? a->conf.n_nbdd : 0;
	for (i = 0; i < a->nbdd.n; i++) {
		a->nbdd.addr[i] = a->conf.nbdd[i];
		a->nbdd.down[i] = false;
	}
	a->nbdd.current = 0;
	a->nbdd.available = a->nbdd.n;
	if (a->nbdd.n)
		timer_set(&e->timers, &a->nbdd.poll, e->now);
}

/**
 * nbdd_stop() - an adapter ends
 * @a: adapter
 */
void nbdd_stop(struct adapter *a)
{
	struct nbdd_question *q, *next;

	timer_stop(&a->engine->timers, &a->nbdd.poll);
	a->nbdd.n = 0;
	a->nbdd.available = false;
	for (q = a->engine->nbdd_questions; q; q = next) {
		next = q->next;
		if (q->adapter == a)
			give_up(q, NETBIOS_WORK_STATUS_UNAVAILABLE);
	}
}

/* DG-025: what the name server knows; a list of all nodes has nobody */
static void no_relay(struct adapter *a, struct work *work, const struct nbd_key *key)
{
	struct nbd_engine *e = a->engine;
	struct ns_name wire;

	if (is_everybody(key) || ns_name_set(&wire, key->name, key->scope))
		work_end(e, work, &(struct nbd_answer) {
			.status = NETBIOS_WORK_STATUS_NOT_FOUND,
			.ttl = e->config.negative_ttl });
	else
		resolve_members(a, work, &wire, MEMBERS_TTL);
}

/* A server has answered this question */
static void conclude(struct nbdd_question *q, bool relays)
{
	struct adapter *a = q->adapter;
	struct nbd_engine *e = a->engine;
	struct nbdd_question copy = *q;

	copy.key.scope = copy.scope;
	free_question(q);
	if (!copy.work)
		return;
	if (relays)
		work_end(e, copy.work, &(struct nbd_answer) {
			.status = NETBIOS_WORK_STATUS_OK, .ttl = e->config.cache_ttl });
	else
		no_relay(a, copy.work, &copy.key);
}

static bool is_about(const struct nbdd_question *q, const struct adapter *a,
		     const struct nbd_nbdd_answer *answer)
{
	return q->adapter == a && q->addr == answer->addr &&
	       !memcmp(q->key.name, answer->key.name, NETBIOS_NAME_LEN) &&
	       !strcasecmp(q->key.scope, answer->key.scope);
}

/**
 * nbdd_answer() - see nbd_engine_nbdd()
 * @a: adapter
 * @answer: of a server; a negative one is a sign of life, too
 */
void nbdd_answer(struct adapter *a, const struct nbd_nbdd_answer *answer)
{
	struct nbd_engine *e = a->engine;
	struct nbdd_question *q, *next;
	int i = place(a, answer->addr);

	if (i < 0)
		return;
	a->nbdd.down[i] = false;
	choose(a);
	for (q = e->nbdd_questions; q; q = next) {
		next = q->next;
		if (is_about(q, a, answer))
			conclude(q, answer->relays);
	}
}

/**
 * nbdd_work() - how are datagrams to a group distributed? (DG-024)
 * @e: engine
 * @w: work
 */
void nbdd_work(struct nbd_engine *e, const struct nbd_work *w)
{
	struct adapter *a = adapter_find(e, w->ifindex);
	uint32_t status = NETBIOS_WORK_STATUS_UNAVAILABLE;
	int i;

	if (a && a->active && !w->addr) {
		no_relay(a, work_new(e, w, NULL), &w->key);
		return;
	}
	i = a && a->active ? place(a, w->addr) : -1;
	if (i >= 0 && !a->nbdd.down[i]) {
		ask(a, w->addr, &w->key, e->config.ucast_count, w);
		return;
	}
	if (i >= 0)
		status = NETBIOS_WORK_STATUS_TIMEOUT;	/* it is polled */
	e->ops->work_done(e->os, w->id, &(struct nbd_answer) { .status = status });
}

/**
 * nbdd_cancel() - nobody waits for this work any more
 * @e: engine
 * @work: work
 */
void nbdd_cancel(struct nbd_engine *e, struct work *work)
{
	free_question(work->owner);
	work_drop(e, work);
}

/**
 * nbdd_deadline() - the kernel will not wait much longer
 * @work: work
 */
void nbdd_deadline(struct work *work)
{
	give_up(work->owner, NETBIOS_WORK_STATUS_TIMEOUT);
}

/**
 * nbdd_free() - forget all questions
 * @e: engine
 */
void nbdd_free(struct nbd_engine *e)
{
	while (e->nbdd_questions) {
		work_drop(e, e->nbdd_questions->work);
		free_question(e->nbdd_questions);
	}
}
