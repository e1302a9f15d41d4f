// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that change names: registration, refresh, overwrite, release.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "nbns_impl.h"

#define MULTICAST	224	/* first octet; from here on no host has the address */
#define PERCENT		100

/* What is to be done about a claim */
enum verdict {
	GRANT,		/* make it an owner */
	REPLACE,	/* the only one */
	DISPUTE,	/* who has it has to be asked */
	REFUSE,		/* ACT_ERR */
	REFUSE_STRANGE,	/* RFS_ERR: no such name can be had */
	REFUSE_UPDATE,	/* IMP_ERR: overwrites are not for us */
};

/* AD80 as drawn; of a release B400 (RFC 1002 4.2.5, 4.2.10) */
static uint16_t flags_of(const struct claim *claim)
{
	if (claim->opcode == NS_OP_RELEASE)
		return NS_RESPONSE | NS_OPCODE_FLAGS(NS_OP_RELEASE) | NS_AA;
	/*
	 * RA stays set also if we do not challenge: without it this would be an
	 * end-node challenge (E-35)
	 */
	return NS_RESPONSE | NS_OPCODE_FLAGS(NS_OP_REGISTER) | NS_AA | NS_RD | NS_RA;
}

static struct nbns_out *answer(struct nbns *nbns, const struct claim *claim,
			       uint16_t flags, uint32_t ttl, const struct owner *owner)
{
	struct nbns_out *out = nbns_out(nbns, &claim->from);
	struct ns_entry entry = {
		.flags = owner->flags & (NS_GROUP | NS_ONT),
		.addr = owner->addr,
	};

	out->len = ns_build_response(out->data, sizeof(out->data), claim->id, flags,
				     &claim->name, ttl, &entry, 1);
	return out;
}

/* An owner of a group is not told (NS-091) */
static void refuse(struct nbns *nbns, const struct claim *claim, unsigned int rcode,
		   struct entry *entry)
{
	static const struct owner a_group = { .flags = NS_GROUP };
	const struct owner *owner = &claim->owner;

	nbns->counter[NBNS_REFUSED]++;
	if (entry)
		owner = entry_is_group(entry) ? &a_group : entry_owners(entry);
	answer(nbns, claim, flags_of(claim) | rcode, 0, owner);
}

/* NS-070: at least what was proposed */
static uint32_t grant_ttl(const struct nbns *nbns, uint32_t proposed)
{
	if (!proposed)
		return nbns->settings.ttl_default;
	return proposed < nbns->settings.ttl_min ? nbns->settings.ttl_min : proposed;
}

static uint32_t expiry(const struct nbns *nbns, uint32_t ttl)
{
	uint64_t when;

	if (!ttl)
		return 0;
	when = nbns_now(nbns) + (uint64_t)ttl * nbns->settings.expiry_percent / PERCENT;
	return when < UINT32_MAX ? when : UINT32_MAX;
}

/* A list that is full loses whom we have not heard of for longest (P-05) */
static void make_room(struct nbns *nbns, struct entry *entry, const struct claim *claim)
{
	struct owner *owners = entry_owners(entry), *oldest = owners;
	uint32_t i;

	if (entry_is_group(entry) && claim->name.octets[NETBIOS_NAME_LEN - 1] != NBNS_INTERNET_GROUP)
		return;
	if (entry->n < NBNS_HOMES_MAX || entry_owner(entry, claim->owner.addr))
		return;
	for (i = 1; i < entry->n; i++)
		if (owners[i].expires && (!oldest->expires ||
					  owners[i].expires < oldest->expires))
			oldest = &owners[i];
	names_drop(nbns->names, entry, oldest->addr);
}

static void grant(struct nbns *nbns, const struct claim *claim, struct entry *entry)
{
	uint32_t ttl = grant_ttl(nbns, claim->ttl);
	struct owner owner = claim->owner, *old;
	bool depends = true;

	owner.expires = expiry(nbns, ttl);
	if (entry)
		make_room(nbns, entry, claim);
	old = entry ? entry_owner(entry, owner.addr) : NULL;
	if (old && (old->flags & (NS_GROUP | NS_ONT)) == owner.flags) {
		/* Nothing that has to be saved at once, see names_refresh() */
		names_refresh(nbns->names, old, owner.expires);
		depends = entry->changes;
	} else if (names_set(nbns->names, &claim->name, &owner)) {
		refuse(nbns, claim, NS_SRV_ERR, NULL);
		return;
	}
	answer(nbns, claim, flags_of(claim), ttl, &owner)->depends = depends;
}

static void replace(struct nbns *nbns, const struct claim *claim, struct entry *entry)
{
	if (entry)
		names_clear(nbns->names, entry);
	grant(nbns, claim, NULL);
}

/* END-NODE CHALLENGE REGISTRATION RESPONSE (NS-019): no RA */
static void challenge_yourself(struct nbns *nbns, const struct claim *claim,
			       struct entry *entry)
{
	answer(nbns, claim, flags_of(claim) & ~NS_RA, 0, entry_owners(entry));
}

static void dispute(struct nbns *nbns, const struct claim *claim, struct entry *entry)
{
	bool release = claim->opcode == NS_OP_RELEASE;

	if (!nbns->settings.secured && !release) {
		/* A refresh has no such answer: it is refused (NS-074) */
		if (claim->opcode == NS_OP_REFRESH)
			refuse(nbns, claim, NS_ACT_ERR, entry);
		else
			challenge_yourself(nbns, claim, entry);
		return;
	}
	if (!challenge_start(nbns, claim, entry))
		refuse(nbns, claim, NS_SRV_ERR, NULL);
}

static bool is_update(const struct claim *claim)
{
	return claim->opcode == NS_OP_REGISTER && !(claim->flags & NS_RD);
}

static enum verdict judge_group(const struct claim *claim, struct entry *entry)
{
	if (entry_is_group(entry))
		return GRANT;		/* NS-092 */
	/* The only owner may make a group of its name */
	if (entry->n == 1 && entry_owner(entry, claim->owner.addr))
		return REPLACE;
	return DISPUTE;
}

/* Registration, multihomed registration, refresh */
static enum verdict judge(const struct nbns *nbns, const struct claim *claim,
			  struct entry *entry)
{
	if (claim->name.octets[0] == '*')
		return REFUSE_STRANGE;
	if (is_update(claim)) {
		/* Samba claims its names in this way, too: there is nothing to refuse */
		if (!entry)
			return GRANT;
		if (nbns->settings.secured)
			return entry_owner(entry, claim->owner.addr) ? GRANT : REFUSE_UPDATE;
		return entry_is_group(entry) &&
		       claim->owner.flags & NS_GROUP ? GRANT : REPLACE;
	}
	if (!entry)
		return GRANT;
	if (claim->owner.flags & NS_GROUP)
		return judge_group(claim, entry);
	if (entry_is_group(entry))
		return REFUSE;		/* NS-091 */
	return entry_owner(entry, claim->owner.addr) ? GRANT : DISPUTE;
}

/* A name that is granted to everybody, see struct nbns_settings */
static bool is_of_subnet(const struct nbns *nbns, const struct claim *claim)
{
	return nbns->settings.wins &&
	       claim->name.octets[NETBIOS_NAME_LEN - 1] == NBNS_MASTER_BROWSER;
}

static void register_name(struct nbns *nbns, const struct claim *claim,
			  struct entry *entry)
{
	if (is_of_subnet(nbns, claim)) {
		answer(nbns, claim, flags_of(claim), grant_ttl(nbns, claim->ttl),
		       &claim->owner);
		return;
	}
	switch (judge(nbns, claim, entry)) {
	case GRANT:
		grant(nbns, claim, entry);
		break;
	case REPLACE:
		replace(nbns, claim, entry);
		break;
	case DISPUTE:
		dispute(nbns, claim, entry);
		break;
	case REFUSE:
		refuse(nbns, claim, NS_ACT_ERR, entry);
		break;
	case REFUSE_STRANGE:
		refuse(nbns, claim, NS_RFS_ERR, NULL);
		break;
	case REFUSE_UPDATE:
		refuse(nbns, claim, NS_IMP_ERR, NULL);
		break;
	}
}

static void released(struct nbns *nbns, const struct claim *claim)
{
	answer(nbns, claim, flags_of(claim), 0, &claim->owner)->depends = true;
}

/* A group without members, see struct nbns_settings */
static bool is_lasting_group(const struct nbns *nbns, const struct claim *claim,
			     struct entry *entry)
{
	return nbns->settings.wins && entry_is_group(entry) &&
	       claim->name.octets[NETBIOS_NAME_LEN - 1] != NBNS_INTERNET_GROUP;
}

/*
 * An owner releases its own names. Everybody else may say that an address is
 * wrong (NS-082), which we look into.
 */
static void release(struct nbns *nbns, const struct claim *claim, struct entry *entry)
{
	if (!entry || is_lasting_group(nbns, claim, entry)) {
		released(nbns, claim);
	} else if (!entry_owner(entry, claim->owner.addr)) {
		refuse(nbns, claim, NS_ACT_ERR, entry);
	} else if (claim->from.addr == claim->owner.addr ||
		   (!entry_is_group(entry) && entry_owner(entry, claim->from.addr))) {
		names_drop(nbns->names, entry, claim->owner.addr);
		released(nbns, claim);
	} else {
		dispute(nbns, claim, entry);
	}
}

void claim_decided(struct nbns *nbns, const struct claim *claim, bool owned)
{
	struct entry *entry = names_find(nbns->names, &claim->name, nbns_now(nbns));

	if (owned)
		refuse(nbns, claim, NS_ACT_ERR, entry);
	else if (claim->opcode == NS_OP_RELEASE)
		released(nbns, claim);
	else if (!entry)
		grant(nbns, claim, NULL);
	/* Somebody else was faster */
	else if (judge(nbns, claim, entry) == GRANT)
		grant(nbns, claim, entry);
	else
		refuse(nbns, claim, NS_ACT_ERR, entry);
}

void claim_joins(struct nbns *nbns, const struct claim *claim)
{
	struct entry *entry = names_find(nbns->names, &claim->name, nbns_now(nbns));

	if (claim->owner.flags & NS_GROUP || (entry && entry_is_group(entry)))
		refuse(nbns, claim, NS_ACT_ERR, entry);
	else
		grant(nbns, claim, entry);
}

/*
 * "This network", loopback, multicast and what is behind that, broadcast
 * included: no host has such an address for others (RFC 1122 3.2.1.3), and
 * nobody may be sent there. WINS grants names to addresses of loopback; Samba's
 * tests take one for a host that is silent. Where a network ends, and so what its
 * broadcast address is, is not known here.
 */
static bool bad_address(const struct nbns *nbns, uint32_t addr)
{
	uint8_t first = ntohl(addr) >> 24;

	return !first || first >= MULTICAST ||
	       (first == IN_LOOPBACKNET && !nbns->settings.wins);
}

/* Return: false if there is no owner in it, or none that can be */
static bool take_claim(const struct nbns *nbns, struct claim *claim,
		       const struct nbns_peer *from, const struct ns_packet *packet)
{
	const struct ns_record *record = &packet->record[0];
	struct ns_entry entry;

	*claim = (struct claim) {
		.from = *from,
		.id = packet->id,
		.flags = packet->flags,
		.opcode = ns_opcode(packet),
		.name = packet->question,
	};
	if (packet->qtype != NS_TYPE_NB || packet->qclass != NS_CLASS_IN ||
	    !packet->records || !ns_entries(record) ||
	    !ns_name_equal(&record->name, &packet->question))
		return false;
	entry = ns_entry(record, 0);
	claim->ttl = record->ttl;
	claim->owner.addr = entry.addr;
	claim->owner.flags = entry.flags & (NS_GROUP | NS_ONT);
	return !bad_address(nbns, entry.addr);
}

static void count(struct nbns *nbns, const struct claim *claim)
{
	if (claim->opcode == NS_OP_RELEASE)
		nbns->counter[NBNS_RELEASES]++;
	else if (claim->opcode == NS_OP_REFRESH)
		nbns->counter[NBNS_REFRESHES]++;
	else if (is_update(claim))
		nbns->counter[NBNS_OVERWRITES]++;
	else
		nbns->counter[NBNS_REGISTRATIONS]++;
}

void claim_request(struct nbns *nbns, const struct nbns_peer *from,
		   const struct ns_packet *packet)
{
	struct claim claim;
	struct entry *entry;

	if (!take_claim(nbns, &claim, from, packet)) {
		refuse(nbns, &claim, NS_FMT_ERR, NULL);
		return;
	}
	count(nbns, &claim);
	if (challenge_again(nbns, &claim))
		return;
	entry = names_find(nbns->names, &claim.name, nbns_now(nbns));
	if (claim.opcode == NS_OP_RELEASE)
		release(nbns, &claim, entry);
	else
		register_name(nbns, &claim, entry);
}
