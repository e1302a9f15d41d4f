// SPDX-License-Identifier: GPL-2.0
/*
 * Packets to the servers of nbnsd. The input is a row of steps: an octet that
 * says what and who, one with the length, and the packet or what one is made of;
 * the id of a response is made that of the last packet sent, so that challenges
 * end. At the end the process is killed, and what was acknowledged
 * has to be there: names_new() reads it all.
 */
#include <stdlib.h>
#include <string.h>

#include "../tests/nbnsd_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t host(uint8_t who)
{
	uint8_t octets[4] = { 10, 0, 0, who & 7 };
	uint32_t addr;

	memcpy(&addr, octets, sizeof(addr));
	return addr;
}

static void deliver(uint8_t what, uint8_t *packet, size_t len)
{
	struct nbns_peer from = { .addr = host(what), .port = 137 };

	if (what & 0x08)
		from.stream = 1;
	if (len > 2 && packet[2] & 0x80 && world.n_sent)
		memcpy(packet, sent[world.n_sent - 1].data, 2);
	nbns_packet(world.nbns, &from, packet, len);
}

/* One of few names, so that requests are about the same */
static struct ns_name few(uint8_t which)
{
	struct ns_name name = { .octets = "NAME", .scope_len = 0 };

	name.octets[0] = which & 8 ? '*' : 'N';
	name.octets[15] = which & 1 ? 0x1c : which & 2;
	if (which & 4)
		ns_name_set(&name, name.octets, "a.scope");
	return name;
}

/* A copy that ends where the octets end */
static uint8_t *copy(const void *data, size_t len)
{
	uint8_t *result = malloc(len + 1);

	if (!result)
		abort();
	memcpy(result, data, len);
	return result;
}

/*
 * A well-formed packet of the octets: flags, name, address, NB_FLAGS, TTL; and
 * two that damage it, a place and what is put there
 */
static void made(uint8_t what, const uint8_t *data, size_t len)
{
	uint8_t octet[8] = { 0 }, buf[NS_PACKET_MAX], *packet;
	struct ns_entry entry[2];
	struct ns_name name;
	uint16_t flags;

	memcpy(octet, data, len < 8 ? len : 8);
	flags = octet[0] << 8 | octet[1];
	name = few(octet[2]);
	entry[0] = (struct ns_entry) { octet[4] << 8, host(octet[3]) };
	entry[1] = (struct ns_entry) { octet[4] << 8, host(octet[3] >> 3) };
	if (flags & NS_RESPONSE)
		len = ns_build_response(buf, sizeof(buf), flags, flags, &name, octet[5],
					entry, 1 + (octet[3] >> 7));
	else if (octet[5])
		len = ns_build_request(buf, sizeof(buf), flags, flags, &name,
				       octet[5] - 1, entry);
	else
		len = ns_build_query(buf, sizeof(buf), flags, flags, &name,
				     octet[4] & 1 ? NS_TYPE_NBSTAT : NS_TYPE_NB);
	if (octet[7])
		buf[octet[6] % len] ^= octet[7];
	packet = copy(buf, len);
	deliver(what, packet, len);
	free(packet);
}

static void datagram(uint8_t what, const uint8_t *data, size_t len)
{
	struct nbdd_from from = { .addr = host(what), .port = 138, .local = host(7) };
	struct dgm_packet made = { .addr = from.addr, .port = 138, .data = data };
	uint8_t buf[DGM_PACKET_MAX], *packet;

	if (what & 0x08 && len > 4) {
		made.type = data[0];
		made.flags = data[1];
		made.id = data[2];
		made.source = few(data[3]);
		made.destination = few(data[4]);
		made.len = len;
		if (made.type == DGM_QUERY)
			len = dgm_build_query(buf, sizeof(buf), &made);
		else
			len = dgm_build_data(buf, sizeof(buf), &made);
		data = buf;
	}
	packet = copy(data, len);
	nbdd_packet(world.nbdd, &from, nbns_now(world.nbns), packet, len);
	free(packet);
}

static void step(uint8_t what, const uint8_t *data, size_t len)
{
	uint8_t *packet;

	switch (what >> 6) {
	case 0:
		packet = copy(data, len);
		deliver(what, packet, len);
		free(packet);
		break;
	case 1:
		made(what, data, len);
		break;
	case 2:
		datagram(what, data, len);
		break;
	default:
		world_sleep(what & 0x1f);
	}
	world.store_full = what & 0x10;
	if (what & 0x20)
		world_turn();
	if (world.n_sent > SENT_MAX / 2)
		world.n_sent = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int owners, before;
	size_t len;

	world_new();
	world.settings.secured = size & 1;
	world.settings.wins = size & 2;
	nbns_config(world.nbns, &world.settings);
	while (size >= 2) {
		len = data[1] < size - 2 ? data[1] : size - 2;
		step(data[0], data + 2, len);
		data += 2 + len;
		size -= 2 + len;
	}
	world.store_full = false;
	world_turn();
	names_count(world.names, &before);
	world_again();
	names_count(world.names, &owners);
	if (owners != before)
		abort();
	return 0;
}
