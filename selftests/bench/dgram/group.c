// SPDX-License-Identifier: GPL-2.0
/*
 * A sender and 100 members of a group, all of them on the server's host.
 */
#include "dgperf.h"

#define MULTICAST	"239.9.0.1"
#define PORT		20000	/* of the first member */

static void put_port(struct end *end, uint16_t port)
{
	((struct sockaddr_in *)&end->peer)->sin_port = htons(port);
}

static void udp_peer(struct end *sender, struct in_addr addr)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_addr = addr, .sin_port = htons(PORT),
	};

	end_peer(sender, &to, sizeof(to));
}

static void open_udp(struct group *group, const struct place *place)
{
	struct in_addr addr = place->server->addr;
	int i;

	for (i = 0; i < MEMBERS; i++)
		group->member[i].fd = end_udp(place->server, addr, PORT + i);
	group->sender.fd = end_udp(place->client, place->client->addr, 0);
	udp_peer(&group->sender, addr);
}

static void open_multicast(struct group *group, const struct place *place)
{
	struct ip_mreq join = { .imr_interface = place->server->addr };
	struct in_addr own = place->client->addr;
	int i;

	inet_aton(MULTICAST, &join.imr_multiaddr);
	for (i = 0; i < MEMBERS; i++) {
		struct end *end = &group->member[i];

		end->fd = end_udp(place->server, join.imr_multiaddr, PORT);
		if (setsockopt(end->fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &join,
			       sizeof(join)))
			err(1, "IP_ADD_MEMBERSHIP");
	}
	group->sender.fd = end_udp(place->client, own, 0);
	if (setsockopt(group->sender.fd, IPPROTO_IP, IP_MULTICAST_IF, &own,
		       sizeof(own)))
		err(1, "IP_MULTICAST_IF");
	udp_peer(&group->sender, join.imr_multiaddr);
}

static void open_netbios(struct group *group, const struct place *place)
{
	struct sockaddr_nb to = nb_addr("TEAM");
	int i;

	for (i = 0; i < MEMBERS; i++)
		group->member[i].fd = end_netbios(place->server, "TEAM", true);
	group->sender.fd = end_netbios(place->client, "CLIENT", false);
	end_peer(&group->sender, &to, sizeof(to));
}

void group_open(struct group *group, const struct way *way,
		const struct place *place, size_t len)
{
	int i;

	memset(group, 0, sizeof(*group));
	group->sender.way = way;
	group->sender.len = len;
	for (i = 0; i < MEMBERS; i++) {
		group->member[i].way = way;
		group->member[i].len = len;
	}
	if (way->family == AF_NETBIOS)
		open_netbios(group, place);
	else if (way->once)
		open_multicast(group, place);
	else
		open_udp(group, place);
}

/* To all members. */
void group_send(struct group *group)
{
	int i;

	if (group->sender.way->once) {
		end_send(&group->sender);
		return;
	}
	for (i = 0; i < MEMBERS; i++) {
		put_port(&group->sender, PORT + i);
		end_send(&group->sender);
	}
}

void group_recv(const struct group *group)
{
	int i;

	for (i = 0; i < MEMBERS; i++)
		end_recv(&group->member[i]);
}

void group_close(const struct group *group)
{
	int i;

	close(group->sender.fd);
	for (i = 0; i < MEMBERS; i++)
		close(group->member[i].fd);
}
