// SPDX-License-Identifier: GPL-2.0
/*
 * Challenges (RFC 1001 15.2.2): the owners of a name are asked whether they
 * still have it, while who claims it is kept waiting with WACKs. All addresses
 * of a name are asked at once: it takes no longer with many homes.
 */
#include <stdlib.h>
#include <string.h>

#include "nbns_impl.h"

#define WACK_FLAGS	(NS_RESPONSE | NS_OPCODE_FLAGS(NS_OP_WACK) | NS_AA)
#define MS_PER_S	1000
/*
 * A copy of a claim that comes sooner was on its way when the WACK was. Samba
 * takes a second WACK for an error.
 */
#define WACK_AGAIN	1000	/* ms */

struct challenge {
	struct challenge	*next;
	struct claim		claim;
	uint64_t		next_at;	/* ms */
	uint64_t		wack_at;	/* ms, of the last one */
	unsigned int		sent;		/* rounds of questions */
	uint16_t		id;
	unsigned int		n;
	unsigned int		denied;		/* a bit for each of @addr */
	uint32_t		addr[NBNS_HOMES_MAX];
};

static void unlink_challenge(struct nbns *nbns, struct challenge *challenge)
{
	struct challenge **link = &nbns->challenges;

	while (*link != challenge)
		link = &(*link)->next;
	*link = challenge->next;
	nbns->n_challenges--;
}

static void drop_silent(struct nbns *nbns, const struct challenge *challenge)
{
	struct entry *entry;
	unsigned int i;

	entry = names_find(nbns->names, &challenge->claim.name, nbns_now(nbns));
	for (i = 0; entry && i < challenge->n; i++)
		names_drop(nbns->names, entry, challenge->addr[i]);
}

static void finish(struct nbns *nbns, struct challenge *challenge, bool owned)
{
	unlink_challenge(nbns, challenge);
	if (!owned)
		drop_silent(nbns, challenge);
	claim_decided(nbns, &challenge->claim, owned);
	free(challenge);
}

static void ask(struct nbns *nbns, struct challenge *challenge)
{
	struct nbns_peer to = challenge->claim.from;
	struct nbns_out *out;
	unsigned int i;

	if (to.stream) {
		to.stream = 0;
		to.socket = -1;
	}
	to.port = NS_PORT;
	for (i = 0; i < challenge->n; i++) {
		if (challenge->denied & 1u << i)
			continue;
		to.addr = challenge->addr[i];
		out = nbns_out(nbns, &to);
		/* No RD: it is about a name of the node, not about what it knows */
		out->len = ns_build_query(out->data, sizeof(out->data), challenge->id, 0,
					  &challenge->claim.name, NS_TYPE_NB);
	}
	challenge->sent++;
	challenge->next_at = nbns_ms(nbns) + nbns->settings.challenge_timeout;
}

static void send_wack(struct nbns *nbns, struct challenge *challenge)
{
	const struct nbns_settings *settings = &nbns->settings;
	const struct claim *claim = &challenge->claim;
	struct nbns_out *out = nbns_out(nbns, &claim->from);
	uint32_t ms = 0;

	challenge->wack_at = nbns_ms(nbns);
	if (challenge->sent < settings->challenge_count)
		ms = (settings->challenge_count - challenge->sent) *
		     settings->challenge_timeout;
	if (challenge->sent && challenge->next_at > nbns_ms(nbns))
		ms += challenge->next_at - nbns_ms(nbns);

	out->len = ns_build_null(out->data, sizeof(out->data), claim->id, WACK_FLAGS,
				 &claim->name, ms / MS_PER_S + 1, claim->flags);
}

bool challenge_again(struct nbns *nbns, const struct claim *claim)
{
	struct challenge *challenge;

	for (challenge = nbns->challenges; challenge; challenge = challenge->next)
		if (challenge->claim.id == claim->id &&
		    challenge->claim.from.addr == claim->from.addr &&
		    challenge->claim.from.port == claim->from.port &&
		    challenge->claim.opcode == claim->opcode &&
		    ns_name_equal(&challenge->claim.name, &claim->name))
			break;
	if (challenge && nbns_ms(nbns) - challenge->wack_at >= WACK_AGAIN)
		send_wack(nbns, challenge);
	return challenge;
}

static void choose(struct challenge *challenge, struct entry *entry)
{
	const struct claim *claim = &challenge->claim;
	struct owner *owners = entry_owners(entry);
	uint32_t i;

	if (claim->opcode == NS_OP_RELEASE) {
		challenge->addr[challenge->n++] = claim->owner.addr;
		return;
	}
	for (i = 0; i < entry->n && i < NBNS_HOMES_MAX; i++)
		if (owners[i].addr != claim->owner.addr)
			challenge->addr[challenge->n++] = owners[i].addr;
}

bool challenge_start(struct nbns *nbns, const struct claim *claim, struct entry *entry)
{
	struct challenge *challenge;

	if (nbns->n_challenges >= nbns->settings.challenges_max)
		return false;
	challenge = calloc(1, sizeof(*challenge));
	if (!challenge)
		return false;
	challenge->claim = *claim;
	nbns->world->random(nbns->data, &challenge->id, sizeof(challenge->id));
	choose(challenge, entry);
	challenge->next = nbns->challenges;
	nbns->challenges = challenge;
	nbns->n_challenges++;
	nbns->counter[NBNS_CHALLENGES]++;
	send_wack(nbns, challenge);
	ask(nbns, challenge);
	nbns_wake(nbns);
	return true;
}

static int target(const struct challenge *challenge, uint32_t addr)
{
	unsigned int i;

	for (i = 0; i < challenge->n; i++)
		if (challenge->addr[i] == addr)
			return i;
	return -1;
}

/* A node with several homes may claim its name for another of them */
static bool same_node(const struct challenge *challenge, const struct ns_packet *packet)
{
	const struct ns_record *record = &packet->record[0];
	unsigned int n = ns_entries(record), i;

	for (i = 0; i < n; i++)
		if (ns_entry(record, i).addr == challenge->claim.owner.addr &&
		    challenge->claim.opcode != NS_OP_RELEASE)
			return true;
	return false;
}

/* It has the name, and the address that is claimed: one more home */
static void join(struct nbns *nbns, struct challenge *challenge)
{
	unlink_challenge(nbns, challenge);
	claim_joins(nbns, &challenge->claim);
	free(challenge);
}

static void judge(struct nbns *nbns, struct challenge *challenge, int i,
		  const struct ns_packet *packet)
{
	bool positive = !(packet->flags & NS_RCODE) && packet->records &&
			ns_entries(&packet->record[0]);

	if (positive && same_node(challenge, packet)) {
		join(nbns, challenge);
	} else if (positive) {
		finish(nbns, challenge, true);
	} else if (packet->flags & NS_RCODE) {
		challenge->denied |= 1u << i;
		if (challenge->denied == (1u << challenge->n) - 1)
			finish(nbns, challenge, false);
	}
}

void challenge_response(struct nbns *nbns, const struct nbns_peer *from,
			const struct ns_packet *packet)
{
	struct challenge *challenge;
	int i = -1;

	for (challenge = nbns->challenges; challenge; challenge = challenge->next) {
		if (challenge->id != packet->id || ns_opcode(packet) != NS_OP_QUERY)
			continue;
		i = target(challenge, from->addr);
		if (i >= 0 && (!packet->records ||
			       ns_name_equal(&packet->record[0].name,
					     &challenge->claim.name)))
			break;
	}
	if (!challenge) {
		nbns->counter[NBNS_IGNORED]++;
		return;
	}
	judge(nbns, challenge, i, packet);
}

uint64_t challenge_timer(struct nbns *nbns)
{
	struct challenge *challenge, *next;
	uint64_t now, when = NBNS_NEVER;

	if (!nbns->challenges)
		return when;
	now = nbns_ms(nbns);
	for (challenge = nbns->challenges; challenge; challenge = next) {
		next = challenge->next;
		if (challenge->next_at <= now) {
			if (challenge->sent >= nbns->settings.challenge_count) {
				finish(nbns, challenge, false);
				continue;
			}
			ask(nbns, challenge);
		}
		if (challenge->next_at < when)
			when = challenge->next_at;
	}
	return when;
}

void challenge_free_all(struct nbns *nbns)
{
	struct challenge *challenge;

	while ((challenge = nbns->challenges)) {
		nbns->challenges = challenge->next;
		free(challenge);
	}
}
