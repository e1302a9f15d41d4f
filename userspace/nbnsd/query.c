// SPDX-License-Identifier: GPL-2.0
/*
 * NAME QUERY REQUEST and NODE STATUS REQUEST.
 */
#include <string.h>

#include "nbns_impl.h"

#define TCP_PACKET_MAX		65535
#define ALL_ONES		0xffffffffu

/* More than fit in any UDP packet, so that ns_build_response() sets TC */
#define UDP_OWNERS		(NS_PACKET_MAX / NS_ENTRY_LEN + 1)
#define TCP_OWNERS		(TCP_PACKET_MAX / NS_ENTRY_LEN)

static uint16_t flags_of(struct nbns *nbns, const struct ns_packet *packet,
			 unsigned int rcode)
{
	return NS_RESPONSE | NS_AA | (packet->flags & NS_RD) |
	       (nbns->settings.secured ? NS_RA : 0) | rcode;
}

static bool hide_members(const struct nbns *nbns, struct entry *entry)
{
	return nbns->settings.wins && entry_is_group(entry) &&
	       entry->key[NETBIOS_NAME_LEN - 1] != NBNS_INTERNET_GROUP;
}

/* How long a node may believe it: no longer than the owner has to refresh */
static uint32_t ttl_of(const struct owner *owner, uint32_t now)
{
	if (!owner->expires)
		return 0;
	return owner->expires > now ? owner->expires - now : 1;
}

static unsigned int list(struct nbns *nbns, struct entry *entry, struct ns_entry *result,
			 unsigned int max)
{
	const struct owner *owner = entry_owners(entry);
	unsigned int n = entry->n < max ? entry->n : max, i;

	if (hide_members(nbns, entry)) {
		result[0] = (struct ns_entry) { .flags = NS_GROUP, .addr = ALL_ONES };
		return 1;
	}
	for (i = 0; i < n; i++)
		result[i] = (struct ns_entry) {
			.flags = owner[i].flags & (NS_GROUP | NS_ONT),
			.addr = owner[i].addr,
		};
	return n;
}

static void found(struct nbns *nbns, const struct nbns_peer *from,
		  const struct ns_packet *packet, struct entry *entry)
{
	static uint8_t buf[TCP_PACKET_MAX];
	static struct ns_entry all[TCP_OWNERS];
	uint32_t ttl = ttl_of(entry_owners(entry), nbns_now(nbns));
	uint16_t flags = flags_of(nbns, packet, 0);
	struct nbns_out *out;
	size_t len;

	nbns->counter[NBNS_FOUND]++;
	if (from->stream) {
		len = ns_build_response(buf, sizeof(buf), packet->id, flags,
					&packet->question, ttl, all,
					list(nbns, entry, all, TCP_OWNERS));
		nbns->world->send_stream(nbns->data, from, buf, len);
		return;
	}
	out = nbns_out(nbns, from);
	out->len = ns_build_response(out->data, sizeof(out->data), packet->id, flags,
				     &packet->question, ttl, all,
				     list(nbns, entry, all, UDP_OWNERS));
}

static void not_found(struct nbns *nbns, const struct nbns_peer *from,
		      const struct ns_packet *packet)
{
	struct nbns_out *out = nbns_out(nbns, from);

	if (nbns->settings.redirect)
		out->len = ns_build_redirect(out->data, sizeof(out->data), packet->id,
					     &packet->question, nbns->settings.redirect);
	else
		out->len = ns_build_null(out->data, sizeof(out->data), packet->id,
					 flags_of(nbns, packet, NS_NAM_ERR),
					 &packet->question, 0, -1);
}

/*
 * A name server has no names and no sessions, but who asks for the status of
 * the host gets an answer that says so, and need not wait.
 */
static void status(struct nbns *nbns, const struct nbns_peer *from,
		   const struct ns_packet *packet)
{
	static const struct ns_statistics none;
	struct nbns_out *out;

	if (!ns_name_is_wildcard(&packet->question)) {
		nbns->counter[NBNS_IGNORED]++;
		return;
	}
	nbns->counter[NBNS_STATUS]++;
	out = nbns_out(nbns, from);
	out->len = ns_build_status(out->data, sizeof(out->data), packet->id,
				   &packet->question, NULL, 0, &none);
}

void query_request(struct nbns *nbns, const struct nbns_peer *from,
		   const struct ns_packet *packet)
{
	struct entry *entry;

	if (packet->qclass != NS_CLASS_IN) {
		nbns->counter[NBNS_IGNORED]++;
	} else if (packet->qtype == NS_TYPE_NBSTAT) {
		status(nbns, from, packet);
	} else if (packet->qtype == NS_TYPE_NB) {
		nbns->counter[NBNS_QUERIES]++;
		entry = names_find(nbns->names, &packet->question, nbns_now(nbns));
		if (entry)
			found(nbns, from, packet, entry);
		else
			not_found(nbns, from, packet);
	} else {
		nbns->counter[NBNS_IGNORED]++;
	}
}
