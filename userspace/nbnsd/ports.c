// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "node.h"
#include "ports.h"
#include "service/log.h"
#include "service/port.h"
#include "stream.h"
#include "udp.h"

#define SEND_BATCH	64

static struct {
	struct ev_loop		*loop;
	const struct config	*config;
	struct ports_fns	fns;
	bool			beside;		/* they are the node's */
} self;

/* What comes */

static void on_name_packet(const struct udp_peer *from, const void *data, size_t len)
{
	self.fns.names(&(struct nbns_peer) {
		.addr = from->addr,
		.port = from->port,
		.local = from->local,
		.socket = from->socket,
	}, data, len);
}

static void on_stream_packet(uint64_t id, uint32_t addr, uint16_t port, uint32_t local,
			     const void *data, size_t len)
{
	self.fns.names(&(struct nbns_peer) {
		.addr = addr,
		.port = port,
		.local = local,
		.socket = -1,
		.stream = id,
	}, data, len);
}

static void on_datagram(const struct udp_peer *from, const void *data, size_t len)
{
	self.fns.datagrams(&(struct nbdd_from) {
		.addr = from->addr,
		.port = from->port,
		.local = from->local,
		.socket = from->socket,
	}, data, len);
}

/* The socket of an answer is the adapter of the node */
static void on_node_packet(const struct link_record *record)
{
	if (record->services == LINK_NAMES)
		self.fns.names(&(struct nbns_peer) {
			.addr = record->addr[0],
			.port = record->port,
			.local = record->local,
			.socket = record->ifindex,
		}, record->data, record->len);
	else if (self.fns.datagrams)
		self.fns.datagrams(&(struct nbdd_from) {
			.addr = record->addr[0],
			.port = record->port,
			.local = record->local,
			.socket = record->ifindex,
		}, record->data, record->len);
}

/* What goes */

static void to_packet(struct udp_packet *packet, const struct nbns_out *out)
{
	*packet = (struct udp_packet) {
		.to = {
			.addr = out->to.addr,
			.port = out->to.port,
			.local = out->to.local,
			.socket = out->to.socket,
		},
		.data = out->data,
		.len = out->len,
	};
}

/* A question, to an owner, goes where the route leads: that may be another adapter */
static void send_by_node(const struct nbns_out *out)
{
	bool answer = out->data[2] << 8 & NS_RESPONSE;

	node_send(&(struct link_record) {
		.kind = LINK_PACKET,
		.services = LINK_NAMES,
		.ifindex = answer && out->to.socket > 0 ? out->to.socket : 0,
		.local = out->to.local,
		.port = out->to.port,
		.n = 1,
		.addr = &out->to.addr,
		.data = out->data,
		.len = out->len,
	});
}

/* Those of one socket together, in their order */
void ports_send(void *world, const struct nbns_out *out, unsigned int n)
{
	struct udp_packet packet[SEND_BATCH];
	unsigned int i = 0;

	(void)world;
	for (; n; n--, out++) {
		if (i == SEND_BATCH || (i && (out->to.stream ||
					      out->to.socket != packet[0].to.socket))) {
			udp_send(NS_PORT, packet, i);
			i = 0;
		}
		if (out->to.stream)
			stream_send(out->to.stream, out->data, out->len);
		else if (self.beside)
			send_by_node(out);
		else
			to_packet(&packet[i++], out);
	}
	udp_send(NS_PORT, packet, i);
}

void ports_send_stream(void *world, const struct nbns_peer *to, const void *octets, size_t len)
{
	(void)world;
	stream_send(to->stream, octets, len);
}

/*
 * As many addresses at a time as a record has. An answer goes by the adapter that was
 * asked, copies where the routes lead.
 */
static void distribute_by_node(const struct nbdd_from *from, const uint32_t *addr,
			       unsigned int n, uint16_t port, const void *octets, size_t len)
{
	unsigned int some;

	for (; n; n -= some, addr += some) {
		some = n < LINK_ADDRS_MAX ? n : LINK_ADDRS_MAX;
		node_send(&(struct link_record) {
			.kind = LINK_PACKET,
			.services = LINK_DATAGRAMS,
			.ifindex = *addr == from->addr ? from->socket : 0,
			.local = from->local,
			.port = port,
			.n = some,
			.addr = addr,
			.data = octets,
			.len = len,
		});
	}
}

void ports_distribute(void *world, const struct nbdd_from *from, const uint32_t *addr,
		      unsigned int n, uint16_t port, const void *octets, size_t len)
{
	struct udp_packet packet[SEND_BATCH];
	unsigned int i = 0;

	(void)world;
	if (self.beside) {
		distribute_by_node(from, addr, n, port, octets, len);
		return;
	}
	for (; n; n--, addr++) {
		packet[i++] = (struct udp_packet) {
			.to = {
				.addr = *addr,
				.port = port,
				.local = from->local,
				.socket = from->socket,
			},
			.data = octets,
			.len = len,
		};
		if (i == SEND_BATCH || n == 1) {
			udp_send(DGM_PORT, packet, i);
			i = 0;
		}
	}
}

void ports_show(void)
{
	if (self.beside)
		log_notice("packets lost on the way to netbiosd %llu", node_lost());
}

/* Start and end */

static const struct port_hints hints = {
	.netbiosd = "its node and nbnsd share the ports unless \"name-server = no\" in netbiosd.conf, or \"beside-node = no\" in nbnsd.conf, says otherwise; or give nbnsd an adapter of its own: set \"interface\" in nbnsd.conf, and take that adapter from the helper with \"enabled = no\"",
	.other = "stop it, or set \"listen\" or \"interface\" in nbnsd.conf to what it does not use; port 138 may be that of AF_NETBIOS itself, which has it on all adapters: set \"nbdd = no\" here, or \"nbctl node set dgram-port 0\" for the node",
};

static void say_why(uint16_t port, int err, int level)
{
	char why[512] = "";

	if (err == -EADDRINUSE)
		port_owner(why, sizeof(why), port, &hints);
	if (level == LOG_ERR)
		log_error("UDP port %d: %s%s%s", port, strerror(-err), *why ? ", " : "", why);
	else
		log_notice("no datagram distribution, UDP port %d: %s%s%s", port,
			   strerror(-err), *why ? ", " : "", why);
}

static int open_udp(uint32_t addr)
{
	const struct config *config = self.config;
	int err;

	err = udp_open(self.loop, addr, NS_PORT, config->interface, on_name_packet);
	if (err < 0) {
		say_why(NS_PORT, err, LOG_ERR);
		return err;
	}
	if (!self.fns.datagrams)
		return 0;
	err = udp_open(self.loop, addr, DGM_PORT, config->interface, on_datagram);
	if (err >= 0)
		return 0;
	say_why(DGM_PORT, err, config->nbdd == NBDD_YES ? LOG_ERR : LOG_NOTICE);
	return config->nbdd == NBDD_YES ? err : 0;
}

static int open_at(uint32_t addr)
{
	const struct config *config = self.config;
	int err = self.beside ? 0 : open_udp(addr);

	if (err || !config->tcp)
		return err;
	err = stream_listen(self.loop, addr, NS_PORT, config->interface, on_stream_packet);
	if (err)
		log_error("TCP port %d: %s", NS_PORT, strerror(-err));
	return err;
}

/*
 * An interface is set so that the server has one of its own. Otherwise a node that is
 * there has the ports, or is about to take them.
 */
static bool is_beside_node(void)
{
	unsigned int services = LINK_NAMES | (self.fns.datagrams ? LINK_DATAGRAMS : 0);
	const struct config *config = self.config;
	int err;

	if (config->beside == BESIDE_NO || (config->beside == BESIDE_AUTO && *config->interface))
		return false;
	err = node_open(self.loop, config, services, on_node_packet);
	if (!err || config->beside == BESIDE_YES)
		return true;
	node_close();
	return false;
}

int ports_open(struct ev_loop *loop, const struct config *config, const struct ports_fns *fns)
{
	unsigned int i;
	int err = 0;

	self.loop = loop;
	self.config = config;
	self.fns = *fns;
	self.beside = is_beside_node();
	if (!config->n_listen)
		return open_at(0);
	for (i = 0; i < config->n_listen && !err; i++)
		err = open_at(config->listen[i]);
	return err;
}

void ports_close(void)
{
	node_close();
	udp_close_all();
	stream_close_all();
}
