// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nbnsd_world.h"

#define RECORDS_MAX	4096

struct world world;
struct sent sent[SENT_MAX];

static struct record {
	bool	used;
	size_t	len;
	uint8_t	value[300];
} records[RECORDS_MAX];

static uint32_t n_records;	/* above all that were used */

static int load(struct store *store, store_fn fn, void *data)
{
	uint32_t id;
	int stop;

	(void)store;
	for (id = 0; id < n_records; id++) {
		if (!records[id].used)
			continue;
		stop = fn(data, id, records[id].value, records[id].len);
		if (stop)
			return stop;
	}
	return 0;
}

static int write_all(struct store *store, const struct store_change *change, size_t n)
{
	(void)store;
	if (world.store_full)
		return -ENOSPC;
	world.writes++;
	for (; n; n--, change++) {
		if (change->id >= RECORDS_MAX || change->value_len > sizeof(records->value))
			abort();
		if (change->id >= n_records)
			n_records = change->id + 1;
		records[change->id].used = change->value;
		records[change->id].len = change->value_len;
		if (change->value)
			memcpy(records[change->id].value, change->value,
			       change->value_len);
	}
	return 0;
}

static int read_one(struct store *store, uint32_t id, void *value, size_t size)
{
	(void)store;
	if (id >= RECORDS_MAX || !records[id].used)
		return -ENOENT;
	if (size > records[id].len)
		size = records[id].len;
	memcpy(value, records[id].value, size);
	return size;
}

static uint64_t now(void *data)
{
	(void)data;
	return world.now;
}

static void not_random(void *data, void *buf, size_t len)
{
	static uint8_t next;
	uint8_t *p = buf;

	(void)data;
	while (len--)
		*p++ = ++next;
}

static void wake_at(void *data, uint64_t when)
{
	(void)data;
	world.wake = when;
}

static void keep(const struct nbns_peer *to, const void *data, size_t len)
{
	if (world.n_sent == SENT_MAX)
		return;
	sent[world.n_sent].to = *to;
	sent[world.n_sent].len = len;
	memcpy(sent[world.n_sent].data, data, len);
	world.n_sent++;
}

static void send_all(void *data, const struct nbns_out *out, unsigned int n)
{
	(void)data;
	for (; n; n--, out++)
		keep(&out->to, out->data, out->len);
}

static void send_stream(void *data, const struct nbns_peer *to, const void *octets,
			size_t len)
{
	(void)data;
	keep(to, octets, len);
}

static void distribute(void *data, const struct nbdd_from *from, const uint32_t *addr,
		       unsigned int n, uint16_t port, const void *octets, size_t len)
{
	struct nbns_peer to = { .port = port, .local = from->local };

	(void)data;
	for (; n; n--, addr++) {
		to.addr = *addr;
		keep(&to, octets, len);
	}
}

static const struct nbns_world nbns_world = {
	.now = now,
	.random = not_random,
	.wake_at = wake_at,
	.send = send_all,
	.send_stream = send_stream,
};

static const struct nbdd_world nbdd_world = {
	.now = now,
	.send = distribute,
};

static void start(void)
{
	static const uint64_t secret[2] = { 1, 2 };

	if (names_new(&world.names, &world.store, secret, 3000,
		      world.settings.wins))
		abort();
	world.nbns = nbns_new(&nbns_world, NULL, world.names, &world.settings);
	world.nbdd = nbdd_new(&nbdd_world, NULL, world.names, false);
	if (!world.nbns || !world.nbdd)
		abort();
	world.n_sent = 0;
}

void world_end(void)
{
	nbdd_free(world.nbdd);
	nbns_free(world.nbns);
	names_free(world.names);
	world.nbdd = NULL;
	world.nbns = NULL;
	world.names = NULL;
}

void world_new(void)
{
	world_end();
	memset(records, 0, n_records * sizeof(*records));
	n_records = 0;
	world = (struct world) {
		.now = 1000000,
		.store = { .load = load, .write = write_all, .read = read_one },
		.settings = {
			.secured = true,
			.challenge_timeout = 5000,
			.challenge_count = 3,
			.challenges_max = 8,
			.ttl_default = 1000,
			.ttl_min = 100,
			.expiry_percent = 200,
		},
	};
	start();
}

void world_again(void)
{
	world_end();
	start();
}

unsigned int world_turn(void)
{
	nbns_turn(world.nbns);
	return world.n_sent;
}

void world_sleep(unsigned int seconds)
{
	while (seconds--) {
		world.now += 1000;
		if (world.wake <= world.now)
			nbns_timer(world.nbns);
		world_turn();
	}
}
