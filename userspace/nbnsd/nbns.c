// SPDX-License-Identifier: GPL-2.0
/*
 * The server: which packet is whose, the queue of answers, the clock.
 */
#include <stdlib.h>
#include <string.h>

#include "nbns_impl.h"
#include "service/log.h"

/* The whole table is swept in a minute, and what was refreshed saved */
#define SWEEP_MS	4000
#define SWEEP_PARTS	15
/* A disk that is full is told of so often */
#define STORE_ERROR_MS	10000

uint32_t nbns_now(const struct nbns *nbns)
{
	return nbns->clock + (nbns_ms(nbns) - nbns->start) / 1000;
}

void nbns_wake(struct nbns *nbns)
{
	uint64_t when = challenge_timer(nbns);

	if (when > nbns->sweep_at)
		when = nbns->sweep_at;
	if (when == nbns->woken_at)
		return;
	nbns->woken_at = when;
	nbns->world->wake_at(nbns->data, when);
}

struct nbns_out *nbns_out(struct nbns *nbns, const struct nbns_peer *to)
{
	struct nbns_out *out;

	if (nbns->n_out == OUT_MAX)
		nbns_turn(nbns);
	out = &nbns->out[nbns->n_out++];
	out->to = *to;
	out->depends = false;
	out->len = 0;
	return out;
}

/* What was promised does not hold: the answer is a server error instead */
static void take_back(struct nbns *nbns)
{
	struct nbns_out *out;

	for (out = nbns->out; out < nbns->out + nbns->n_out; out++)
		if (out->depends)
			out->data[3] = (out->data[3] & ~NS_RCODE) | NS_SRV_ERR;
}

static void store_failed(struct nbns *nbns, int err)
{
	uint64_t now = nbns_ms(nbns);

	nbns->counter[NBNS_STORE_FAILED]++;
	take_back(nbns);
	if (nbns->store_error_at && now - nbns->store_error_at < STORE_ERROR_MS)
		return;
	nbns->store_error_at = now;
	log_error("the database takes no changes (%s): claims are refused, names that are known are served",
		  strerror(-err));
}

void nbns_turn(struct nbns *nbns)
{
	int err = names_commit(nbns->names);

	if (err)
		store_failed(nbns, err);
	if (nbns->n_out)
		nbns->world->send(nbns->data, nbns->out, nbns->n_out);
	nbns->n_out = 0;
}

/* Requests by the opcode alone, other flags do not matter (NS-041) */
static void request(struct nbns *nbns, const struct nbns_peer *from,
		    const struct ns_packet *packet)
{
	switch (ns_opcode(packet)) {
	case NS_OP_QUERY:
		query_request(nbns, from, packet);
		return;
	case NS_OP_REGISTER:
	case NS_OP_MULTIHOMED:
	case NS_OP_REFRESH:
	case NS_OP_RELEASE:
		claim_request(nbns, from, packet);
		return;
	default:
		nbns->counter[NBNS_IGNORED]++;
	}
}

void nbns_packet(struct nbns *nbns, const struct nbns_peer *from, const void *data,
		 size_t len)
{
	struct ns_packet packet;

	if (ns_parse(&packet, data, len)) {
		nbns->counter[NBNS_MALFORMED]++;
		return;
	}
	if (packet.flags & NS_RESPONSE)
		challenge_response(nbns, from, &packet);
	else if (packet.flags & NS_B || !packet.questions)
		nbns->counter[NBNS_IGNORED]++;	/* of B nodes (NS-089) */
	else
		request(nbns, from, &packet);
}

void nbns_timer(struct nbns *nbns)
{
	if (nbns_ms(nbns) >= nbns->sweep_at) {
		names_sweep(nbns->names, nbns_now(nbns), SWEEP_PARTS);
		nbns->sweep_at = nbns_ms(nbns) + SWEEP_MS;
	}
	nbns->woken_at = 0;
	nbns_wake(nbns);
}

void nbns_config(struct nbns *nbns, const struct nbns_settings *settings)
{
	nbns->settings = *settings;
}

const uint64_t *nbns_counters(const struct nbns *nbns)
{
	return nbns->counter;
}

struct nbns *nbns_new(const struct nbns_world *world, void *data, struct names *names,
		      const struct nbns_settings *settings)
{
	struct nbns *nbns = calloc(1, sizeof(*nbns));

	if (!nbns)
		return NULL;
	nbns->world = world;
	nbns->data = data;
	nbns->names = names;
	nbns->settings = *settings;
	nbns->clock = names_clock(names);
	nbns->start = nbns_ms(nbns);
	nbns->sweep_at = nbns->start + SWEEP_MS;
	nbns_wake(nbns);
	return nbns;
}

void nbns_free(struct nbns *nbns)
{
	if (!nbns)
		return;
	challenge_free_all(nbns);
	free(nbns);
}
