// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: NBDD-AVAILABLE of the H node draft (section 3). The datagram
 * service is the kernel's, and so is UDP 138: it sends the polls.
 */
#include <errno.h>

#include "node.h"

static void schedule_poll(struct adapter *a)
{
	struct nbd_engine *e = a->engine;

	if (a->nbdd.n && !a->nbdd.available && e->ops->nbdd_query)
		timer_set(&e->timers, &a->nbdd.poll, e->now + e->config.poll_interval);
	else
		timer_stop(&e->timers, &a->nbdd.poll);
}

/**
 * nbdd_init() - an adapter begins: the flag starts TRUE (H-003)
 * @a: adapter
 */
void nbdd_init(struct adapter *a)
{
	unsigned int i;

	a->nbdd.n = adapter_has_servers(a) ? a->conf.n_nbdd : 0;
	for (i = 0; i < a->nbdd.n; i++) {
		a->nbdd.addr[i] = a->conf.nbdd[i];
		a->nbdd.down[i] = false;
	}
	a->nbdd.current = 0;
	a->nbdd.available = a->nbdd.n && a->engine->ops->nbdd_query;
}

/**
 * nbdd_poll_timer() - ask the servers, since none is in use (H-006)
 * @e: engine
 * @timer: of an adapter
 */
void nbdd_poll_timer(struct nbd_engine *e, struct timer *timer)
{
	struct adapter *a = (struct adapter *)((char *)timer - offsetof(struct adapter, nbdd.poll));
	struct name *name = names_unique(e, a);
	struct nbd_key key = { .scope = e->scope };
	unsigned int i;

	key.name[0] = '*';
	if (name)
		key = name_key(name);
	for (i = 0; i < a->nbdd.n; i++)
		e->ops->nbdd_query(e->os, a->conf.ifindex, a->nbdd.addr[i], &key);
	schedule_poll(a);
}

/**
 * nbdd_news() - see nbd_engine_nbdd()
 * @a: adapter
 * @addr: server
 * @answered: it did
 */
void nbdd_news(struct adapter *a, uint32_t addr, bool answered)
{
	unsigned int i, next;

	for (i = 0; i < a->nbdd.n && a->nbdd.addr[i] != addr; i++)
		;
	if (i == a->nbdd.n)
		return;
	a->nbdd.down[i] = !answered;
	for (next = 0; next < a->nbdd.n && a->nbdd.down[next]; next++)
		;
	/* One that was never heard to fail is as good as one that answers */
	a->nbdd.available = next < a->nbdd.n;
	a->nbdd.current = a->nbdd.available ? next : 0;
	adapter_report(a);
	schedule_poll(a);
}
