// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "nbdd.h"

#define FRAGMENT_TO_MS	2000	/* RFC 1002 6 */
#define FRAGMENTS_MAX	256	/* datagrams of which the rest has to come */

/**
 * struct pending - where the rest of a datagram goes
 * @addr: SOURCE_IP; with @id what its fragments have in common
 * @id: DGM_ID
 * @type: of the first fragment
 * @until: ms, then it is forgotten; 0: free
 * @destination: name of the first fragment
 */
struct pending {
	uint32_t	addr;
	uint16_t	id;
	uint8_t		type;
	uint64_t	until;
	struct ns_name	destination;
};

/**
 * struct nodes - addresses that datagrams go to
 * @addr: they
 * @n: how many
 * @room: in @addr
 */
struct nodes {
	uint32_t	*addr;
	unsigned int	n;
	unsigned int	room;
};

struct nbdd {
	const struct nbdd_world	*world;
	void			*data;
	struct names		*names;
	bool			registered_only;
	struct nodes		to;		/* of the packet in hand */
	struct nodes		all;		/* the nodes of @scope */
	struct ns_name		scope;		/* only its scope counts */
	uint32_t		generation;	/* of the names, for @all */
	bool			have_all;
	uint64_t		counter[NBDD_COUNTERS];
	struct pending		pending[FRAGMENTS_MAX];
};

static void add_node(struct nodes *nodes, uint32_t addr)
{
	unsigned int room = nodes->room ? nodes->room * 2 : 64;
	uint32_t *more;

	if (nodes->n == nodes->room) {
		more = realloc(nodes->addr, room * sizeof(*more));
		if (!more)
			return;
		nodes->addr = more;
		nodes->room = room;
	}
	nodes->addr[nodes->n++] = addr;
}

static void add_owners(struct nodes *nodes, struct entry *entry)
{
	struct owner *owners = entry_owners(entry);
	uint32_t i;

	for (i = 0; i < entry->n; i++)
		add_node(nodes, owners[i].addr);
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(uint32_t));
}

/* Each once, and not @without: the sender has had it (DG-038) */
static void make_unique(struct nodes *nodes, uint32_t without)
{
	unsigned int from, to = 0;

	if (nodes->n)
		qsort(nodes->addr, nodes->n, sizeof(*nodes->addr), compare);
	for (from = 0; from < nodes->n; from++)
		if (nodes->addr[from] != without &&
		    (!to || nodes->addr[from] != nodes->addr[to - 1]))
			nodes->addr[to++] = nodes->addr[from];
	nodes->n = to;
}

static void add_if_in_scope(void *data, struct entry *entry)
{
	struct nbdd *nbdd = data;
	struct ns_name name = { .scope_len = entry->scope_len };

	memcpy(name.scope, entry->key + NETBIOS_NAME_LEN, entry->scope_len);
	if (ns_name_equal(&name, &nbdd->scope))
		add_owners(&nbdd->all, entry);
}

/* Kept until names or the scope change: broadcasts come in bursts */
static void find_all(struct nbdd *nbdd, const struct ns_name *name)
{
	struct ns_name scope = *name;

	memset(scope.octets, 0, sizeof(scope.octets));
	if (nbdd->have_all && nbdd->generation == names_generation(nbdd->names) &&
	    ns_name_equal(&scope, &nbdd->scope))
		return;
	nbdd->scope = scope;
	nbdd->generation = names_generation(nbdd->names);
	nbdd->have_all = true;
	nbdd->all.n = 0;
	names_each(nbdd->names, add_if_in_scope, nbdd);
	make_unique(&nbdd->all, 0);
}

static bool is_everybody(uint8_t type, const struct ns_name *name)
{
	return type == DGM_BROADCAST || ns_name_is_wildcard(name);
}

/* Fills nbdd->to */
static void find_nodes(struct nbdd *nbdd, uint8_t type, const struct ns_name *name,
		       uint32_t without, uint32_t now)
{
	struct entry *entry;
	unsigned int i;

	nbdd->to.n = 0;
	if (is_everybody(type, name)) {
		find_all(nbdd, name);
		for (i = 0; i < nbdd->all.n; i++)
			add_node(&nbdd->to, nbdd->all.addr[i]);
	} else {
		entry = names_find(nbdd->names, name, now);
		if (entry)
			add_owners(&nbdd->to, entry);
	}
	make_unique(&nbdd->to, without);
}

static struct pending *find_pending(struct nbdd *nbdd, const struct dgm_packet *packet,
				    uint64_t ms)
{
	struct pending *pending;

	for (pending = nbdd->pending; pending < nbdd->pending + FRAGMENTS_MAX; pending++)
		if (pending->until > ms && pending->addr == packet->addr &&
		    pending->id == packet->id && pending->type == packet->type)
			return pending;
	return NULL;
}

/* The oldest has to go when there is none free: it ends soonest anyway */
static struct pending *new_pending(struct nbdd *nbdd, uint64_t ms)
{
	struct pending *pending, *oldest = nbdd->pending;

	for (pending = nbdd->pending; pending < nbdd->pending + FRAGMENTS_MAX; pending++) {
		if (pending->until <= ms)
			return pending;
		if (pending->until < oldest->until)
			oldest = pending;
	}
	return oldest;
}

/* Where the packet goes, NULL: nowhere. Remembers a first fragment (DG-041) */
static const struct ns_name *destination(struct nbdd *nbdd, const struct dgm_packet *packet)
{
	uint64_t ms = nbdd->world->now(nbdd->data);
	struct pending *pending = find_pending(nbdd, packet, ms);

	if (packet->names) {
		if (!(packet->flags & DGM_MORE))
			return &packet->destination;
		if (!pending)
			pending = new_pending(nbdd, ms);
		*pending = (struct pending) {
			.addr = packet->addr,
			.id = packet->id,
			.type = packet->type,
			.until = ms + FRAGMENT_TO_MS,
			.destination = packet->destination,
		};
		return &packet->destination;
	}
	if (!pending)
		return NULL;
	if (!(packet->flags & DGM_MORE))
		pending->until = 0;	/* what it says is used before the next one */
	return &pending->destination;
}

static bool is_registered(struct nbdd *nbdd, const struct dgm_packet *packet, uint32_t now)
{
	struct entry *entry;

	if (!nbdd->registered_only || !packet->names)
		return true;
	entry = names_find(nbdd->names, &packet->source, now);
	return entry && entry_owner(entry, packet->addr);
}

/* Both names have the one scope of their node (RFC 1002 5.3.1) */
static bool is_of_one_scope(const struct dgm_packet *packet)
{
	struct ns_name name = packet->source;

	memcpy(name.octets, packet->destination.octets, sizeof(name.octets));
	return !packet->names || ns_name_equal(&name, &packet->destination);
}

static void forward(struct nbdd *nbdd, const struct nbdd_from *from, uint32_t now,
		    const struct dgm_packet *packet, const void *data, size_t len)
{
	const struct ns_name *name;

	/*
	 * Members answer to SOURCE_IP: nobody may have us send them there in
	 * somebody else's name
	 */
	if (packet->addr != from->addr || !is_of_one_scope(packet) ||
	    !is_registered(nbdd, packet, now)) {
		nbdd->counter[NBDD_DROPPED]++;
		return;
	}
	name = destination(nbdd, packet);
	if (!name) {
		nbdd->counter[NBDD_DROPPED]++;
		return;
	}
	find_nodes(nbdd, packet->type, name, from->addr, now);
	if (!nbdd->to.n) {
		nbdd->counter[NBDD_UNKNOWN]++;
		return;
	}
	nbdd->counter[NBDD_FORWARDED]++;
	nbdd->counter[NBDD_COPIES] += nbdd->to.n;
	nbdd->world->send(nbdd->data, from, nbdd->to.addr, nbdd->to.n, DGM_PORT,
			  data, len);
}

/*
 * Positive if the name has an owner to whom a datagram could go, also if it is
 * only the sender; everybody can always be reached
 */
static void query(struct nbdd *nbdd, const struct nbdd_from *from, uint32_t now,
		  const struct dgm_packet *packet)
{
	struct dgm_packet answer = {
		.type = DGM_QUERY_POSITIVE,
		.flags = DGM_SNT_NBDD | DGM_FIRST,
		.id = packet->id,
		.addr = from->local,
		.port = DGM_PORT,
		.destination = packet->destination,
	};
	uint8_t buf[DGM_QUERY_HEADER_LEN + NS_NAME_WIRE_MAX];
	size_t len;

	nbdd->counter[NBDD_QUERIES]++;
	if (!is_everybody(packet->type, &packet->destination) &&
	    !names_find(nbdd->names, &packet->destination, now))
		answer.type = DGM_QUERY_NEGATIVE;
	len = dgm_build_query(buf, sizeof(buf), &answer);
	nbdd->world->send(nbdd->data, from, &from->addr, 1, from->port, buf, len);
}

void nbdd_packet(struct nbdd *nbdd, const struct nbdd_from *from, uint32_t now,
		 const void *data, size_t len)
{
	struct dgm_packet packet;

	if (len > DGM_PACKET_MAX || dgm_parse(&packet, data, len)) {
		nbdd->counter[NBDD_DROPPED]++;
		return;
	}
	switch (packet.type) {
	case DGM_DIRECT_UNIQUE:
	case DGM_DIRECT_GROUP:
	case DGM_BROADCAST:
		forward(nbdd, from, now, &packet, data, len);
		break;
	case DGM_QUERY:
		query(nbdd, from, now, &packet);
		break;
	default:
		/*
		 * DATAGRAM ERROR is not for us: what we forward has the address
		 * of its sender in it. Answers to queries are not either.
		 */
		nbdd->counter[NBDD_DROPPED]++;
	}
}

const uint64_t *nbdd_counters(const struct nbdd *nbdd)
{
	return nbdd->counter;
}

struct nbdd *nbdd_new(const struct nbdd_world *world, void *data, struct names *names,
		      bool registered_only)
{
	struct nbdd *nbdd = calloc(1, sizeof(*nbdd));

	if (!nbdd)
		return NULL;
	nbdd->world = world;
	nbdd->data = data;
	nbdd->names = names;
	nbdd->registered_only = registered_only;
	return nbdd;
}

void nbdd_free(struct nbdd *nbdd)
{
	if (!nbdd)
		return;
	free(nbdd->to.addr);
	free(nbdd->all.addr);
	free(nbdd);
}
