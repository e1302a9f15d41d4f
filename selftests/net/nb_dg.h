/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of datagrams share: sockets, and a byte-level peer on plain
 * UDP. See nb_util.h for the return values.
 */
#ifndef NB_DG_H
#define NB_DG_H

#include "nb_nl.h"

#define DG_PORT		138
#define DG_HDR_LEN	14
#define DG_SHORT_LEN	10
#define DG_NAMES_LEN	68	/* two names in the empty scope */
#define DG_MORE		0x01
#define DG_FIRST	0x02

#define DG_UNIQUE	0x10
#define DG_GROUP	0x11
#define DG_BROADCAST	0x12
#define DG_ERROR	0x13
#define DG_QUERY	0x14
#define DG_POSITIVE	0x15
#define DG_NEGATIVE	0x16

/*
 * Two hosts with the datagram service on. CLIENT is a name of the first,
 * SERVER of the second, and the first knows where SERVER is; both are members
 * of the group TEAM. Or one host with all of these names.
 */
int dg_network(struct nb_host *host, int n);
int dg_group_add(const struct nb_host *host, const char *text);

/*
 * A host with the service on, CLIENT and TEAM bound, and a peer on plain UDP
 * 138 in the other host, where the first believes SERVER to be.
 */
int dg_node_and_peer(struct nb_host *host, int *udp, int *client, int *team);

/* Sockets: bound to a name as type, or not bound with NULL. */
int dg_socket(const struct nb_host *host, const char *text, int type);
int dg_unique(const struct nb_host *host, const char *text);
int dg_group(const struct nb_host *host, const char *text);
int dg_setopt(int fd, int level, int opt, int value);

/* What came: @len is what recvmsg() gave. */
struct dg_msg {
	int			len;
	int			flags;
	struct sockaddr_nb	from;
	socklen_t		from_len;
	bool			has_info;
	struct nb_dgram_info	info;
	uint8_t			data[600];
};

int dg_send(int fd, const char *to, const void *buf, size_t len);
int dg_send_filled(int fd, const char *to, size_t len, unsigned int seed);
int dg_recv(int fd, struct dg_msg *msg, int flags);
/* 0 if the next datagram has this length, content and sender */
int dg_recv_filled(int fd, const char *from, size_t len, unsigned int seed);
bool dg_silent(int fd);

/* A plain UDP socket in a host, and a packet that it sends or gets. */
struct dg_packet {
	uint8_t		type;
	uint8_t		flags;
	uint16_t	id;
	struct in_addr	source;
	uint16_t	port;
	uint16_t	length;
	uint16_t	offset;
	struct in_addr	to;		/* address it was sent to, if received */
	size_t		len;		/* octets behind the header */
	uint8_t		data[2048];
};

int udp_open(const struct nb_host *host, int port);
/* A whole datagram with names in the empty scope. */
void dg_make(struct dg_packet *p, uint8_t type, uint16_t id,
	     const struct nb_host *source, const char *from, const char *to,
	     size_t len, unsigned int seed);
int dg_put(int fd, const struct in_addr *to, const struct dg_packet *p);
int dg_put_raw(int fd, const struct in_addr *to, const void *buf, size_t len);
/* Writes a packet down: its length; @buf has room for all of struct dg_packet. */
size_t dg_pack(uint8_t *buf, const struct dg_packet *p);
/* A raw socket, and a packet that it sends from a forged address. */
int raw_open(const struct nb_host *host);
int dg_put_from(int raw, const char *from, const struct in_addr *to,
		const struct dg_packet *p);
/* In a frame to host @to alone, whatever address is in the header of IP. */
int dg_put_frame(const struct nb_host *from, const struct nb_host *to,
		 const char *daddr, const struct dg_packet *p);
int dg_get(int fd, struct dg_packet *p, struct sockaddr_in *from);
/* -ETIME within NB_QUIET */
bool udp_silent(int fd);
/* Are these the names of the packet? */
bool dg_names_are(const struct dg_packet *p, const char *from, const char *to);
/* Nothing but errors has come, if anything. */
bool dg_only_errors(int fd);

/*
 * Makes veth0 a node of this type, with an NBDD or without: as an administrator
 * sets it, and as a helper tells how it is.
 */
int dg_set_type(const struct nb_host *host, uint32_t type,
		const struct nb_host *nbdd);
int dg_report(struct nb_nl *nl, uint32_t type, const struct nb_host *nbdd);

#endif /* NB_DG_H */
