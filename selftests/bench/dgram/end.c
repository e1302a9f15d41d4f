// SPDX-License-Identifier: GPL-2.0
/*
 * The ways to move datagrams, and the two ends.
 */
#include "dgperf.h"

#define WHOLE	1500	/* octets: MAX_DATAGRAM_LENGTH at the MTU of a veth */
#define STOCK_LIMIT	576

const struct way ways[] = {
	{
		.name = "udp", .text = "UDP, sendto and recvfrom; a group is "
			"one sendto for each member",
		.family = AF_INET, .groups = GROUPS_TOO,
	}, {
		.name = "udpconn", .text = "UDP, connected sockets",
		.family = AF_INET, .connected = true,
	}, {
		.name = "multicast", .text = "UDP, one sendto for all members",
		.family = AF_INET, .groups = GROUPS_ONLY, .once = true,
	}, {
		.name = "netbios", .text = "AF_NETBIOS, sendto and recvfrom; "
			"a group is one sendto",
		.family = AF_NETBIOS, .groups = GROUPS_TOO, .once = true,
	}, {
		.name = "nbwhole", .text = "AF_NETBIOS, sendto and recvfrom, "
			"never more than one packet",
		.family = AF_NETBIOS, .limit = WHOLE,
	}, {
		.name = "nbconn", .text = "AF_NETBIOS, connected sockets",
		.family = AF_NETBIOS, .connected = true,
	},
};

const int way_count = ARRAY_SIZE(ways);

static char out[600], in[600];

void end_send(const struct end *end)
{
	const struct sockaddr *peer = (const struct sockaddr *)&end->peer;
	ssize_t n;

	if (end->way->connected)
		n = send(end->fd, out, end->len, MSG_NOSIGNAL);
	else
		n = sendto(end->fd, out, end->len, MSG_NOSIGNAL, peer,
			   end->peer_len);
	if (n != (ssize_t)end->len)
		err(1, "%s: send", end->way->name);
}

void end_recv(const struct end *end)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	ssize_t n;

	if (end->way->connected)
		n = recv(end->fd, in, sizeof(in), 0);
	else
		n = recvfrom(end->fd, in, sizeof(in), 0,
			     (struct sockaddr *)&from, &len);
	if (n < 0)
		err(1, "%s: recv", end->way->name);
	if (n != (ssize_t)end->len)
		errx(1, "%s: %zd octets instead of %zu", end->way->name, n,
		     end->len);
}

void end_peer(struct end *end, const void *addr, socklen_t len)
{
	memcpy(&end->peer, addr, len);
	end->peer_len = len;
}

/* Multicast members share a port. */
int end_udp(const struct nb_host *host, struct in_addr addr, uint16_t port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_addr = addr, .sin_port = htons(port),
	};
	int one = 1, fd;

	if (nb_enter(host))
		err(1, "namespace");
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&sin, sizeof(sin)))
		err(1, "udp: no socket");
	return fd;
}

int end_netbios(const struct nb_host *host, const char *name, bool group)
{
	int fd = group ? dg_group(host, name) : dg_unique(host, name);

	if (fd < 0)
		errx(1, "%s: %s", name, strerror(-fd));
	return fd;
}

static void udp_peer(struct end *end, const struct end *peer)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	if (getsockname(peer->fd, (struct sockaddr *)&addr, &len))
		err(1, "getsockname");
	end_peer(end, &addr, len);
}

static void netbios_peer(struct end *end, const char *name)
{
	struct sockaddr_nb addr = nb_addr(name);

	end_peer(end, &addr, sizeof(addr));
}

static void end_connect(const struct end *end)
{
	if (connect(end->fd, (const struct sockaddr *)&end->peer,
		    end->peer_len))
		err(1, "%s: connect", end->way->name);
}

/* 0: the octets that RFC 1002 has */
static void set_limit(const struct place *place, uint32_t limit)
{
	const struct nb_host *host;

	for (host = place->host; host <= place->server; host++)
		if (nb_set(host, NETBIOS_A_NODE_MAX_DATAGRAM,
			   limit ? limit : STOCK_LIMIT))
			errx(1, "max-datagram");
}

/* pair[0] is on the client's host, pair[1] on the server's. */
void pair_open(struct end pair[2], const struct way *way,
	       const struct place *place, size_t len)
{
	memset(pair, 0, 2 * sizeof(*pair));
	pair[0].way = way;
	pair[1].way = way;
	pair[0].len = len;
	pair[1].len = len;
	if (way->family == AF_INET) {
		pair[0].fd = end_udp(place->client, place->client->addr, 0);
		pair[1].fd = end_udp(place->server, place->server->addr, 0);
		udp_peer(&pair[0], &pair[1]);
		udp_peer(&pair[1], &pair[0]);
	} else {
		set_limit(place, way->limit);
		pair[0].fd = end_netbios(place->client, "CLIENT", false);
		pair[1].fd = end_netbios(place->server, "SERVER", false);
		netbios_peer(&pair[0], "SERVER");
		netbios_peer(&pair[1], "CLIENT");
	}
	if (way->connected) {
		end_connect(&pair[0]);
		end_connect(&pair[1]);
	}
}

void pair_close(const struct end pair[2])
{
	close(pair[0].fd);
	close(pair[1].fd);
}
