/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dgperf: AF_NETBIOS datagrams beside UDP, see dgperf.c.
 */
#ifndef DGPERF_H
#define DGPERF_H

#include <err.h>

#include "../../net/nb_dg.h"
#include "../process.h"

#define MEMBERS		100	/* sockets of a group */

/**
 * struct place - the network between the two ends
 * @name: as in the results
 * @host: network namespaces, one or two
 * @client: host that sends
 * @server: host that receives
 */
struct place {
	const char	*name;
	struct nb_host	host[2];
	struct nb_host	*client;
	struct nb_host	*server;
};

enum { GROUPS_NONE, GROUPS_TOO, GROUPS_ONLY };

/**
 * struct way - a way to move datagrams
 * @name: as in the results
 * @text: what it does
 * @family: of the sockets
 * @connected: both ends are: no address goes along with a datagram
 * @limit: MAX_DATAGRAM_LENGTH, 0 for that of RFC 1002
 * @groups: whether it reaches the members of a group, or nothing else
 * @once: one datagram reaches all of them
 */
struct way {
	const char	*name;
	const char	*text;
	int		family;
	bool		connected;
	uint32_t	limit;
	int		groups;
	bool		once;
};

/**
 * struct end - a socket
 * @way: how it moves datagrams
 * @fd: socket
 * @len: octets of each datagram
 * @peer: where to, unless it is connected
 * @peer_len: octets in @peer
 */
struct end {
	const struct way	*way;
	int			fd;
	size_t			len;
	struct sockaddr_storage	peer;
	socklen_t		peer_len;
};

/**
 * struct group - a sender, and those who receive
 * @sender: its peer is the group, or one member after the other
 * @member: those who receive
 */
struct group {
	struct end	sender;
	struct end	member[MEMBERS];
};

/* place.c */
extern struct place places[];
extern const int place_count;
void places_init(void);

/* end.c */
extern const struct way ways[];
extern const int way_count;
void end_peer(struct end *end, const void *addr, socklen_t len);
int end_udp(const struct nb_host *host, struct in_addr addr, uint16_t port);
int end_netbios(const struct nb_host *host, const char *name, bool group);
void end_send(const struct end *end);
void end_recv(const struct end *end);
void pair_open(struct end pair[2], const struct way *way,
	       const struct place *place, size_t len);
void pair_close(const struct end pair[2]);

/* group.c */
void group_open(struct group *group, const struct way *way,
		const struct place *place, size_t len);
void group_send(struct group *group);
void group_recv(const struct group *group);
void group_close(const struct group *group);

#endif /* DGPERF_H */
