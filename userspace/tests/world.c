// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

/* A packet on its way to the engine */
struct arrival {
	struct arrival	*next;
	uint64_t	at;
	int		ifindex;
	uint32_t	from;
	uint16_t	port;
	bool		broadcast;
	size_t		len;
	uint8_t		data[];
};

struct world world;
static struct arrival *arrivals;

uint32_t addr(const char *text)
{
	return inet_addr(text);
}

struct ns_name wire(const char *octets)
{
	struct ns_name name;

	if (ns_name_set(&name, (const uint8_t *)octets, ""))
		abort();
	return name;
}

/* The world as the engine sees it */

static uint64_t os_now(void *os)
{
	(void)os;
	return world.now;
}

static void os_random(void *os, void *buf, size_t len)
{
	uint8_t *p = buf;

	(void)os;
	while (len--) {
		world.random = world.random * 6364136223846793005u + 1442695040888963407u;
		*p++ = world.random >> 56;
	}
}

static void os_wake_at(void *os, uint64_t when)
{
	(void)os;
	world.wake = when;
}

static int os_send(void *os, int ifindex, uint32_t to, uint16_t port, bool broadcast,
		   const void *data, size_t len)
{
	struct sent *sent = &world.sent[world.n_sent];
	unsigned int i;

	(void)os;
	if (world.n_sent == sizeof(world.sent) / sizeof(world.sent[0]))
		return -ENOBUFS;
	if (len > sizeof(sent->data))
		abort();
	world.n_sent++;
	*sent = (struct sent) { .at = world.now, .ifindex = ifindex, .addr = to, .port = port,
				.broadcast = broadcast, .len = len };
	memcpy(sent->data, data, len);
	if (ns_parse(&sent->packet, sent->data, len))
		abort();	/* the engine sends nothing malformed */
	for (i = 0; i < world.n_hosts; i++) {
		struct host *host = &world.host[i];

		if (!host->dead && host->ifindex == ifindex && port == NS_PORT &&
		    (broadcast || host->addr == to))
			host->fn(host, sent);
	}
	return 0;
}

static int os_tcp_query(void *os, uint64_t cookie, int ifindex, uint32_t to, const void *data,
			size_t len)
{
	(void)os;
	(void)ifindex;
	(void)to;
	world.tcp_cookie = cookie;
	world.tcp_queries++;
	memcpy(world.tcp_data, data, len);
	return 0;
}

static void os_tcp_cancel(void *os, uint64_t cookie)
{
	(void)os;
	(void)cookie;
	world.tcp_cancels++;
}

static int os_work_done(void *os, uint64_t id, const struct nbd_answer *a)
{
	(void)os;
	if (world.too_late)
		return -ENOENT;
	world.done[world.n_done++ % 64] = (struct done) { .id = id, .at = world.now, .answer = *a };
	return 0;
}

static int os_name_set(void *os, const struct nbd_key *key, enum netbios_name_state state)
{
	(void)os;
	(void)key;
	world.name_sets++;
	world.name_state = state;
	return 0;
}

static int os_name_del(void *os, const struct nbd_key *key)
{
	(void)os;
	(void)key;
	world.name_dels++;
	return 0;
}

static int os_name_add(void *os, const struct nbd_key *key, bool group)
{
	(void)os;
	(void)key;
	(void)group;
	world.name_adds++;
	return 0;
}

static int os_cache_add(void *os, const struct nbd_key *key, bool group, const uint32_t *a,
			unsigned int n)
{
	(void)os;
	(void)key;
	(void)n;
	world.cache_adds++;
	world.cache_addr = a[0];
	world.cache_group = group;
	return 0;
}

static int os_cache_del(void *os, const struct nbd_key *key, uint32_t a)
{
	(void)os;
	(void)key;
	world.cache_dels++;
	world.cache_del_addr = a;
	return 0;
}

static void os_adapter_left(void *os, int ifindex)
{
	(void)os;
	/* Who is told may close the port: nothing can be said any more */
	if (nbd_engine_adapter_leaving(world.engine, ifindex))
		abort();
	world.lefts++;
}

static int os_adapter_report(void *os, const struct nbd_condition *condition)
{
	(void)os;
	world.condition = *condition;
	world.reports++;
	return 0;
}

static int os_alert(void *os, const struct nbd_alert *a)
{
	(void)os;
	world.alerts[a->kind]++;
	world.alert = *a;
	return 0;
}

static int os_stats(void *os, const uint64_t *counter)
{
	(void)os;
	memcpy(world.counter, counter, sizeof(world.counter));
	world.stats_reports++;
	return 0;
}

static void os_node_stats(void *os, struct nbd_node_stats *stats)
{
	(void)os;
	*stats = world.node_stats;
}

static int os_nbdd_query(void *os, int ifindex, uint32_t to, const struct nbd_key *key)
{
	(void)os;
	world.nbdd_queries++;
	strncpy(world.nbdd_scope, key->scope, NETBIOS_SCOPE_MAX);
	world.nbdd_last = (struct nbd_nbdd_answer) { .ifindex = ifindex, .addr = to, .key = *key };
	world.nbdd_last.key.scope = world.nbdd_scope;
	return world.nbdd_err;
}

static void os_log(void *os, enum nbd_log_level level, const char *text)
{
	(void)os;
	world.warnings += level == NBD_LOG_WARNING;
	if (getenv("WORLD_LOG"))
		printf("# %llu %s\n", (unsigned long long)world.now, text);
}

static bool os_serve(void *os, int ifindex, uint32_t from, uint16_t port, const void *data,
		     size_t len)
{
	(void)os;
	(void)data;
	if (ifindex == world.server_not_at)
		return false;
	world.served++;
	world.served_addr = from;
	world.served_port = port;
	world.served_len = len;
	return true;
}

static const struct nbd_os ops = {
	.now = os_now,
	.random = os_random,
	.wake_at = os_wake_at,
	.send = os_send,
	.tcp_query = os_tcp_query,
	.tcp_cancel = os_tcp_cancel,
	.work_done = os_work_done,
	.name_set = os_name_set,
	.name_del = os_name_del,
	.name_add = os_name_add,
	.cache_add = os_cache_add,
	.cache_del = os_cache_del,
	.adapter_report = os_adapter_report,
	.adapter_left = os_adapter_left,
	.alert = os_alert,
	.stats = os_stats,
	.node_stats = os_node_stats,
	.nbdd_query = os_nbdd_query,
	.serve = os_serve,
	.log = os_log,
};

void world_begin(void)
{
	memset(&world, 0, offsetof(struct world, sent));
	world.now = 1000000;
	world.wake = NBD_NEVER;
	world.random = 4711;
	world.next_id = 1;
	world.engine = nbd_engine_new(&ops, NULL);
	if (!world.engine)
		abort();
}

void world_end(void)
{
	struct arrival *a;

	nbd_engine_free(world.engine);
	while ((a = arrivals)) {
		arrivals = a->next;
		free(a);
	}
}

void arrive(uint64_t delay, int ifindex, uint32_t from, uint16_t port, bool broadcast,
	    const void *data, size_t len)
{
	/* An allocation of its own, so that ASan sees each octet beyond the end */
	struct arrival *a = malloc(sizeof(*a) + len), **p = &arrivals;

	if (!a)
		abort();
	*a = (struct arrival) { .at = world.now + delay, .ifindex = ifindex, .from = from,
				.port = port, .broadcast = broadcast, .len = len };
	if (len)
		memcpy(a->data, data, len);
	while (*p && (*p)->at <= a->at)
		p = &(*p)->next;
	a->next = *p;
	*p = a;
}

static void deliver(void)
{
	struct arrival *a = arrivals;

	arrivals = a->next;
	if (world.server && a->from == world.server)
		nbd_engine_server_packet(world.engine, a->ifindex, a->from, a->data, a->len);
	else
		nbd_engine_packet(world.engine, a->ifindex, a->from, a->port, a->broadcast,
				  a->data, a->len);
	free(a);
}

void world_run(uint64_t ms)
{
	uint64_t end = world.now + ms, next;

	for (;;) {
		next = world.wake;
		if (arrivals && arrivals->at < next)
			next = arrivals->at;
		if (next > end)
			break;
		if (next > world.now)
			world.now = next;
		if (arrivals && arrivals->at <= world.now) {
			deliver();
		} else {
			world.wake = NBD_NEVER;
			nbd_engine_timer(world.engine);
		}
	}
	world.now = end;
}

void adapter_conf(struct nbd_adapter *conf, int ifindex, const char *address,
		  enum nbd_type type, const char *nbns, const char *nbns2)
{
	*conf = (struct nbd_adapter) {
		.ifindex = ifindex, .name = "eth0", .up = true, .enabled = true, .type = type,
		.addr = addr(address),
		.broadcast = addr(address) | htonl(255),
		.mac = { 2, 0, 0, 0, 0, 1 },
	};
	if (nbns)
		conf->nbns[conf->n_nbns++] = addr(nbns);
	if (nbns2)
		conf->nbns[conf->n_nbns++] = addr(nbns2);
}

void adapter(int ifindex, const char *address, enum nbd_type type, const char *nbns,
	     const char *nbns2)
{
	struct nbd_adapter conf;

	adapter_conf(&conf, ifindex, address, type, nbns, nbns2);
	nbd_engine_adapter(world.engine, &conf);
}

struct nbd_config config(void)
{
	struct nbd_config c;

	nbd_config_default(&c);
	return c;
}

/* Hosts */

struct host *host_new(const char *address, host_fn fn)
{
	struct host *host = &world.host[world.n_hosts++];

	*host = (struct host) { .addr = addr(address), .ifindex = IFINDEX, .fn = fn, .ttl = 3600 };
	return host;
}

struct owned *host_owns(struct host *host, const char *octets, uint16_t flags)
{
	struct owned *owned = &host->owned[host->n++];

	*owned = (struct owned) { .name = wire(octets), .flags = flags, .n = 1 };
	owned->addr[0] = host->addr;
	return owned;
}

struct owned *host_find(struct host *host, const struct ns_name *name)
{
	unsigned int i;

	for (i = 0; i < host->n; i++)
		if (ns_name_equal(&host->owned[i].name, name))
			return &host->owned[i];
	return NULL;
}

void answer(struct host *host, const struct sent *sent, const void *data, size_t len)
{
	arrive(1, sent->ifindex, host->addr, NS_PORT, false, data, len);
}

static void answer_owned(struct host *host, const struct sent *sent, uint16_t flags,
			 const struct owned *owned, uint32_t ttl)
{
	struct ns_entry entry[NBD_ADDRS_MAX];
	uint8_t buf[NS_PACKET_MAX];
	unsigned int i;

	for (i = 0; i < owned->n; i++)
		entry[i] = (struct ns_entry) { .flags = owned->flags, .addr = owned->addr[i] };
	answer(host, sent, buf, ns_build_response(buf, sizeof(buf), sent->packet.id, flags,
						  &sent->packet.question, ttl, entry, owned->n));
}

static void answer_null(struct host *host, const struct sent *sent, uint16_t flags, uint32_t ttl,
			int data)
{
	uint8_t buf[NS_PACKET_MAX];

	answer(host, sent, buf, ns_build_null(buf, sizeof(buf), sent->packet.id, flags,
					      &sent->packet.question, ttl, data));
}

/* Defends and resolves its names, for B nodes and others */
void b_node(struct host *host, const struct sent *sent)
{
	const struct ns_packet *p = &sent->packet;
	const struct owned *owned;

	if ((p->flags & NS_RESPONSE) || !p->questions)
		return;
	owned = host_find(host, &p->question);
	if (!owned)
		return;
	if (ns_opcode(p) == NS_OP_QUERY)
		answer_owned(host, sent, 0x8500, owned, 0);
	else if (ns_opcode(p) == NS_OP_REGISTER && (p->flags & NS_RD) &&
		 !(owned->flags & ns_entry(&p->record[0], 0).flags & NS_GROUP))
		answer_owned(host, sent, 0xad86, owned, 0);
}

/* No broadcasts, and no where it has to be said */
void p_node(struct host *host, const struct sent *sent)
{
	const struct ns_packet *p = &sent->packet;

	if (sent->broadcast || (p->flags & NS_RESPONSE))
		return;
	if (ns_opcode(p) == NS_OP_QUERY && !host_find(host, &p->question))
		answer_null(host, sent, 0x8503, 0, -1);
	else if (ns_opcode(p) == NS_OP_QUERY)
		b_node(host, sent);
}

static void server_query(struct host *host, const struct sent *sent)
{
	const struct owned *owned = host_find(host, &sent->packet.question);
	uint8_t buf[NS_PACKET_MAX];

	if (host->redirect)
		answer(host, sent, buf, ns_build_redirect(buf, sizeof(buf), sent->packet.id,
							  &sent->packet.question,
							  host->redirect));
	else if (owned)
		answer_owned(host, sent, 0x8580, owned, 600);
	else
		answer_null(host, sent, 0x8583, 0, -1);
}

static void server_register(struct host *host, const struct sent *sent)
{
	struct owned spare;
	const struct ns_packet *p = &sent->packet;
	struct ns_entry entry = ns_entry(&p->record[0], 0);
	struct owned *owned = host_find(host, &p->question);
	bool same = owned && (owned->addr[0] == entry.addr || (owned->flags & entry.flags & NS_GROUP));

	if (owned && !same && !(owned->flags & NS_GROUP) && host->challenges) {
		if (p->flags & NS_RD) {
			answer_owned(host, sent, 0xad00, owned, 0);
			return;
		}
		owned->addr[0] = entry.addr;	/* overwritten */
		same = true;
	}
	if (owned && !same) {
		answer_owned(host, sent, 0xad86, owned, 0);
		return;
	}
	if (!owned) {
		/* A server that is full agrees and forgets */
		owned = host->n < 16 ? &host->owned[host->n++] : &spare;
		*owned = (struct owned) { .name = p->question, .flags = entry.flags, .n = 1 };
		owned->addr[0] = entry.addr;
	}
	answer_owned(host, sent, 0xad80, owned, host->ttl);
}

static void server_release(struct host *host, const struct sent *sent)
{
	struct owned *owned = host_find(host, &sent->packet.question);
	struct owned none = { .n = 1 };

	answer_owned(host, sent, 0xb400 | host->release_rcode, owned ? owned : &none, 0);
	if (owned && !host->release_rcode)
		*owned = host->owned[--host->n];
}

void name_server(struct host *host, const struct sent *sent)
{
	const struct ns_packet *p = &sent->packet;
	struct owned none = { .n = 1 };

	if (sent->broadcast || (p->flags & NS_RESPONSE) || !p->questions)
		return;
	host->requests++;
	if (host->wacks) {
		host->wacks--;
		answer_null(host, sent, 0xbc00, host->wack_ttl, p->flags);
		return;
	}
	if (host->rcode) {
		answer_owned(host, sent, 0x8580 | (p->flags & NS_OPCODE) | host->rcode, &none, 0);
		return;
	}
	if (host->refresh_rcode && ns_opcode(p) == NS_OP_REFRESH) {
		answer_owned(host, sent, 0xad80 | host->refresh_rcode, &none, 0);
		return;
	}
	switch (ns_opcode(p)) {
	case NS_OP_QUERY:
		server_query(host, sent);
		break;
	case NS_OP_RELEASE:
		server_release(host, sent);
		break;
	default:
		server_register(host, sent);
	}
}

/* Says yes to everything that is asked by broadcast */
void poisoner(struct host *host, const struct sent *sent)
{
	struct owned all = { .n = 1, .addr = { host->addr } };

	if (sent->broadcast && ns_opcode(&sent->packet) == NS_OP_QUERY)
		answer_owned(host, sent, 0x8500, &all, 165);
}

/* The kernel */

static uint64_t begin_work(uint32_t kind, const char *octets, bool group, uint32_t bad)
{
	struct nbd_work work = { .id = world.next_id++, .kind = kind, .group = group,
				 .addr = bad, .deadline = 20000, .key = { .scope = "" } };

	if (kind == NETBIOS_WORK_KIND_RELAY)
		work.ifindex = IFINDEX;
	memcpy(work.key.name, octets, NETBIOS_NAME_LEN);
	nbd_engine_work(world.engine, &work);
	return work.id;
}

uint64_t claim(const char *octets, bool group)
{
	return begin_work(NETBIOS_WORK_KIND_CLAIM, octets, group, 0);
}

uint64_t release(const char *octets, bool group)
{
	return begin_work(NETBIOS_WORK_KIND_RELEASE, octets, group, 0);
}

uint64_t resolve(const char *octets)
{
	return begin_work(NETBIOS_WORK_KIND_RESOLVE, octets, false, 0);
}

uint64_t suspect(const char *octets, const char *address)
{
	return begin_work(NETBIOS_WORK_KIND_SUSPECT, octets, false, addr(address));
}

uint64_t relay(const char *octets, const char *nbdd)
{
	return begin_work(NETBIOS_WORK_KIND_RELAY, octets, false, nbdd ? addr(nbdd) : 0);
}

void nbdd_answers(bool relays)
{
	world.nbdd_last.relays = relays;
	nbd_engine_nbdd(world.engine, &world.nbdd_last);
}

void have(const char *octets, enum netbios_name_state state, bool group)
{
	struct nbd_local_name name = { .state = state, .group = group, .key = { .scope = "" } };

	memcpy(name.key.name, octets, NETBIOS_NAME_LEN);
	nbd_engine_name(world.engine, &name);
}

const struct done *done(uint64_t id)
{
	unsigned int i;

	for (i = 0; i < 64; i++)
		if (id && world.done[i].id == id)
			return &world.done[i];
	return NULL;
}

int status(uint64_t id)
{
	const struct done *d = done(id);

	return d ? (int)d->answer.status : -1;
}

void hold(const char *octets, bool group)
{
	uint64_t id = claim(octets, group);

	world_run(12000);
	if (status(id))
		printf("# claim of %.16s: status %d\n", octets, status(id));
}

/* What was sent */

static bool matches(const struct sent *sent, uint16_t flags, const char *to)
{
	return sent->packet.flags == flags &&
	       (to ? !sent->broadcast && sent->addr == addr(to) : sent->broadcast);
}

unsigned int sent_count(unsigned int from, uint16_t flags, const char *to)
{
	unsigned int n = 0;

	for (; from < world.n_sent; from++)
		n += matches(&world.sent[from], flags, to);
	return n;
}

const struct sent *sent_find(unsigned int from, uint16_t flags, const char *to)
{
	for (; from < world.n_sent; from++)
		if (matches(&world.sent[from], flags, to))
			return &world.sent[from];
	return NULL;
}

const struct sent *asked(const void *data, size_t len, bool broadcast, const char *from,
			 uint16_t port)
{
	unsigned int before = world.n_sent;

	arrive(0, IFINDEX, addr(from), port, broadcast, data, len);
	world_run(0);
	return world.n_sent > before ? &world.sent[before] : NULL;
}

const struct sent *queried(const char *octets, bool broadcast)
{
	struct ns_name name = wire(octets);
	uint8_t buf[NS_PACKET_MAX];

	return asked(buf, ns_build_query(buf, sizeof(buf), 0x4242,
					 NS_RD | (broadcast ? NS_B : 0), &name, NS_TYPE_NB),
		     broadcast, HOST, 4000);
}
