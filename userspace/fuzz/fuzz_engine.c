// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: the whole logic of netbiosd, in the world of the unit tests. The
 * input is a script: packets of strangers, answers to what was asked, work,
 * changes of adapters and settings, and time. The world aborts when something
 * malformed is sent; at the end no request may be left over.
 */
#include <stdlib.h>
#include <string.h>

#include "../tests/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct script {
	const uint8_t	*p;
	size_t		left;
};

static unsigned int octet(struct script *s)
{
	if (!s->left)
		return 0;
	s->left--;
	return *s->p++;
}

static const char *const hosts[] = { HOST, HOST2, NBNS, NBNS2, ME, "10.0.0.66", "10.0.1.9", "0.0.0.1" };
static const char *const names[] = { FRED, MARY, TEAM, "*\0\0\0\0\0\0\0\0\0\0\0\0\0\0" };
static const char *const scopes[] = { "", "A.B" };

static void packet(struct script *s)
{
	unsigned int from = octet(s), how = octet(s), len = octet(s) * 3;

	if (len > s->left)
		len = s->left;
	arrive(0, how & 4 ? 3 : IFINDEX, addr(hosts[from % 8]), how & 2 ? 4000 : NS_PORT, how & 1,
	       s->p, len);
	s->p += len;
	s->left -= len;
	world_run(0);
}

/* An answer that fits something that was sent lately, in most respects */
static void fitting(struct script *s)
{
	unsigned int back = octet(s), who = octet(s), flags = octet(s) << 8 | octet(s), n;
	struct ns_entry entry[4];
	const struct sent *sent;
	uint8_t buf[NS_PACKET_MAX];
	size_t len;

	if (!world.n_sent)
		return;
	sent = &world.sent[world.n_sent - 1 - back % world.n_sent];
	if (!sent->packet.questions)
		return;
	for (n = 0; n < 4; n++)
		entry[n] = (struct ns_entry) { .flags = octet(s) << 8,
					       .addr = n == 3 ? UINT32_MAX : addr(hosts[octet(s) % 8]) };
	if (sent->packet.qtype == NS_TYPE_NBSTAT && !(who & 0x40))
		len = ns_build_status(buf, sizeof(buf), sent->packet.id, &sent->packet.question,
				      &(struct ns_status_entry){ .flags = flags }, 1,
				      &(struct ns_statistics){ .jumpers = who });
	else if (who & 0x40)
		len = ns_build_redirect(buf, sizeof(buf), sent->packet.id, &sent->packet.question,
					entry[0].addr);
	else if (who & 0x80)
		len = ns_build_null(buf, sizeof(buf), sent->packet.id, flags, &sent->packet.question,
				    octet(s), 0);
	else
		len = ns_build_response(buf, sizeof(buf), sent->packet.id, flags,
					&sent->packet.question, octet(s), entry, 1 + who / 8 % 4);
	arrive(0, sent->ifindex, sent->broadcast ? addr(hosts[who % 8]) : sent->addr, NS_PORT, false,
	       buf, len);
	world_run(0);
}

static void work(struct script *s)
{
	unsigned int what = octet(s);
	struct nbd_work w = { .id = octet(s) % 32 + 1, .kind = what % 5, .group = what & 8,
			      .ifindex = what & 16 ? 3 : 0, .addr = addr(hosts[octet(s) % 8]),
			      .deadline = octet(s) * 100, .key = { .scope = scopes[what >> 5 & 1] } };

	memcpy(w.key.name, names[what >> 6], NETBIOS_NAME_LEN);
	if (names[what >> 6][0] == '*' && w.kind < NETBIOS_WORK_KIND_RESOLVE)
		return;		/* the kernel has no such names */
	if (w.kind == NETBIOS_WORK_KIND_RELAY)
		w.ifindex = IFINDEX;
	nbd_engine_work(world.engine, &w);
}

static void change_adapter(struct script *s)
{
	unsigned int how = octet(s), more = octet(s);
	struct nbd_adapter conf;
	int ifindex = how & 1 ? 3 : IFINDEX;

	if (how & 2 && how & 4) {
		nbd_engine_adapter_gone(world.engine, ifindex);
		return;
	}
	adapter_conf(&conf, ifindex, how & 1 ? "10.0.1.1" : ME, how >> 3 & 3,
		     how & 32 ? NBNS : NULL, how & 64 ? NBNS2 : NULL);
	if ((how >> 3 & 3) == 0 && how & 128)
		conf.type = NBD_TYPE_H;
	conf.up = !(how & 2);
	conf.enabled = !(more & 1);
	if (more & 2)
		conf.addr = more & 4 ? 0 : addr("10.0.0.2");
	if (how & 4)
		conf.broadcast = 0;
	if (conf.n_nbns && more & 8)
		conf.nbns[0] = addr(ME);
	conf.n_nbdd = 1;
	conf.nbdd[0] = addr(HOST2);
	nbd_engine_adapter(world.engine, &conf);
}

static void change_config(struct script *s)
{
	struct nbd_config c = config();
	unsigned int how = octet(s);

	c.multihomed = how & 1;
	c.overwrite_demand = how & 2;
	c.strict_release = how & 4;
	c.trust_strangers = how & 8;
	c.lmhosts_first = how & 16;
	c.canary_interval = how & 32 ? 3000 : 0;
	c.claims_in_flight = how & 64 ? 1 : 512;
	c.rate_limit = how & 128 ? 1 : 0;
	nbd_engine_config(world.engine, &c);
}

static void name_event(struct script *s)
{
	unsigned int how = octet(s);
	struct nbd_local_name name = { .state = how % 7, .group = how & 8, .permanent = how & 16,
				       .key = { .scope = scopes[how >> 5 & 1] } };

	memcpy(name.key.name, names[(how >> 6) % 3], NETBIOS_NAME_LEN);
	nbd_engine_name(world.engine, &name);
}

/* A program has us ask a node for its names */
static void status_ask(unsigned int id)
{
	struct ns_name name = wire(names[id % 4]);
	uint8_t buf[NS_PACKET_MAX];

	asked(buf, ns_build_status_ask(buf, sizeof(buf), id, &name, addr(hosts[id / 4 % 8])),
	      false, ME, 4000);
}

/* A name server at our address comes and goes, and does not serve everywhere */
static void server(unsigned int how)
{
	world.server = how & 8 ? addr(ME) : 0;
	world.server_not_at = how & 16 ? 3 : 0;
	nbd_engine_server(world.engine, how & 8);
}

static void other(struct script *s)
{
	unsigned int how = octet(s);

	switch (how % 8) {
	case 7:
		server(how);
		break;
	case 6:
		status_ask(octet(s));
		break;
	case 0:
		nbd_engine_cancel(world.engine, octet(s) % 32 + 1);
		break;
	case 1:
		nbd_engine_tcp(world.engine, world.tcp_cookie, how & 8 ? s->p : NULL, s->left);
		break;
	case 2:
		if (world.nbdd_queries)
			nbdd_answers(how & 8);
		break;
	case 3:
		nbd_engine_permanent(world.engine, how & 8 ? (const uint8_t *)FRED : NULL);
		break;
	case 4:
		world.too_late = how & 8;
		break;
	case 5:
		world.host[how >> 3 & 1].dead = how & 64;
		world.host[1].rcode = how & 32 ? NS_ACT_ERR : 0;
		world.host[1].challenges = how & 16;
		break;
	}
}

static void step(struct script *s)
{
	switch (octet(s) % 9) {
	case 0:
		packet(s);
		break;
	case 1:
	case 2:
		fitting(s);
		break;
	case 3:
	case 4:
		work(s);
		break;
	case 5:
		change_adapter(s);
		break;
	case 6:
		change_config(s);
		break;
	case 7:
		name_event(s);
		break;
	case 8:
		other(s);
		break;
	}
	world_run(octet(s) * 20);
}

static void no_request_open(void *data, const char *line)
{
	(void)data;
	if (!strncmp(line, "requests:", 9) && strcmp(line, "requests: 0 open, 0 of them in the background"))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct script script = { .p = data, .left = len };
	unsigned int steps = 0;

	world_begin();
	adapter(IFINDEX, ME, NBD_TYPE_H, NBNS, NULL);
	host_owns(host_new(HOST, b_node), MARY, 0);
	host_new(NBNS, name_server)->ttl = 60;
	while (script.left && steps++ < 64)
		step(&script);
	nbd_engine_adapter_gone(world.engine, IFINDEX);
	nbd_engine_adapter_gone(world.engine, 3);
	world_run(60000);
	nbd_engine_dump(world.engine, no_request_open, NULL);
	world_end();
	return 0;
}
