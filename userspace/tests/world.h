/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A world for the logic of netbiosd: a clock that moves when it is told to, a
 * network of simulated hosts, and a kernel that remembers what it was told.
 * Two runs are the same, randomness included.
 */
#ifndef _WORLD_H
#define _WORLD_H

#include <wire/ns_packet.h>

#include "../netbiosd/engine.h"
#include "tap.h"

#define IFINDEX		2
#define ME		"10.0.0.1"
#define HOST		"10.0.0.7"
#define HOST2		"10.0.0.8"
#define NBNS		"10.0.0.53"
#define NBNS2		"10.0.0.54"

/* No longer packet comes or goes, see netbiosd/udp.c */
#define PACKET_MAX	2048

/* Names of 16 octets; the last one is the padding */
#define FRED		"FRED            "
#define MARY		"MARY            "
#define TEAM		"TEAM            "

struct host;

/* A packet that the engine has sent */
struct sent {
	uint64_t	at;
	int		ifindex;
	uint32_t	addr;
	uint16_t	port;
	bool		broadcast;
	size_t		len;
	uint8_t		data[PACKET_MAX];
	struct ns_packet packet;	/* points into @data */
};

/* What a host does with a packet */
typedef void (*host_fn)(struct host *host, const struct sent *sent);

struct owned {
	struct ns_name	name;
	uint16_t	flags;
	uint32_t	addr[NBD_ADDRS_MAX];
	unsigned int	n;
};

struct host {
	uint32_t	addr;
	int		ifindex;
	host_fn		fn;
	bool		dead;
	struct owned	owned[16];
	unsigned int	n;
	/* name servers */
	uint32_t	ttl;		/* granted */
	unsigned int	wacks;		/* put off so often, ... */
	uint32_t	wack_ttl;	/* ... by so long, s */
	bool		challenges;	/* leaves the challenge to the node */
	unsigned int	rcode;		/* refuses everything with it */
	unsigned int	refresh_rcode;	/* refuses refreshes with it */
	unsigned int	release_rcode;	/* refuses releases with it */
	uint32_t	redirect;	/* sends queries there */
	unsigned int	requests;	/* seen */
};

struct done {
	uint64_t		id;
	uint64_t		at;
	struct nbd_answer	answer;
};

/* All of it; zeroed by world_begin() */
struct world {
	struct nbd_engine	*engine;
	uint64_t		now;
	uint64_t		wake;
	uint64_t		random;
	unsigned int		n_sent;
	struct host		host[16];
	unsigned int		n_hosts;
	struct done		done[64];
	unsigned int		n_done;
	bool			too_late;	/* work_done says ENOENT */
	unsigned int		name_sets;
	enum netbios_name_state	name_state;	/* of the last one */
	unsigned int		name_dels;
	unsigned int		name_adds;
	unsigned int		cache_adds;
	uint32_t		cache_addr;
	bool			cache_group;
	unsigned int		cache_dels;
	uint32_t		cache_del_addr;
	struct nbd_condition	condition;
	unsigned int		reports;
	unsigned int		lefts;
	unsigned int		warnings;
	unsigned int		alerts[NBD_ALERT_KINDS];
	struct nbd_alert	alert;		/* the last one, without pointers */
	uint64_t		counter[NBD_COUNTERS];
	unsigned int		stats_reports;
	uint64_t		tcp_cookie;
	unsigned int		tcp_queries, tcp_cancels;
	uint8_t			tcp_data[NS_PACKET_MAX];
	unsigned int		nbdd_queries;
	int			nbdd_err;	/* what the next ones give */
	struct nbd_nbdd_answer	nbdd_last;	/* question */
	char			nbdd_scope[NETBIOS_SCOPE_MAX + 1];
	struct nbd_node_stats	node_stats;
	uint32_t		server;		/* beside us, at this address of ours */
	int			server_not_at;	/* adapter where it does not serve */
	unsigned int		served;		/* packets that it got */
	uint32_t		served_addr;	/* the last one */
	uint16_t		served_port;
	size_t			served_len;
	uint64_t		next_id;
	struct sent		sent[4096];	/* the last member: not zeroed */
};

extern struct world world;

void world_begin(void);
void world_end(void);
/* Let time pass; hosts answer within a millisecond */
void world_run(uint64_t ms);
uint32_t addr(const char *text);
struct ns_name wire(const char *octets);

void adapter(int ifindex, const char *address, enum nbd_type type, const char *nbns,
	     const char *nbns2);
void adapter_conf(struct nbd_adapter *conf, int ifindex, const char *address,
		  enum nbd_type type, const char *nbns, const char *nbns2);
struct nbd_config config(void);

struct host *host_new(const char *address, host_fn fn);
struct owned *host_owns(struct host *host, const char *octets, uint16_t flags);
struct owned *host_find(struct host *host, const struct ns_name *name);
/* Kinds of host */
void b_node(struct host *host, const struct sent *sent);
void p_node(struct host *host, const struct sent *sent);
void name_server(struct host *host, const struct sent *sent);
void poisoner(struct host *host, const struct sent *sent);

/* A packet arrives at the engine at @delay ms from now */
void arrive(uint64_t delay, int ifindex, uint32_t from, uint16_t port, bool broadcast,
	    const void *data, size_t len);
/* A host answers what was sent */
void answer(struct host *host, const struct sent *sent, const void *data, size_t len);

/* Work of the kernel; the id comes back */
uint64_t claim(const char *octets, bool group);
uint64_t release(const char *octets, bool group);
uint64_t resolve(const char *octets);
uint64_t suspect(const char *octets, const char *address);
/* Name is in the table, as a dump or an event says */
void have(const char *octets, enum netbios_name_state state, bool group);
/* Claim, and wait until it is held */
void hold(const char *octets, bool group);
uint64_t relay(const char *octets, const char *nbdd);
/* The NBDD answers the last question */
void nbdd_answers(bool relays);
/* The answer to a piece of work, NULL: none yet */
const struct done *done(uint64_t id);
/* Its status, -1: none yet */
int status(uint64_t id);

/* Packets sent since @from with this flag word, to @to (NULL: by broadcast) */
unsigned int sent_count(unsigned int from, uint16_t flags, const char *to);
/* The first of them, NULL if there is none */
const struct sent *sent_find(unsigned int from, uint16_t flags, const char *to);
/* A request arrives from HOST, @port, and what is sent back at once; NULL: nothing */
const struct sent *asked(const void *data, size_t len, bool broadcast, const char *from,
			 uint16_t port);
const struct sent *queried(const char *octets, bool broadcast);

#endif /* _WORLD_H */
