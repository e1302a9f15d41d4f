// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl diagnose: where is the name, and if it is nowhere, why not?
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/time.h>
#include <unistd.h>

#include "diagnose.h"
#include <wire/ns_packet.h>

/* As long as a B node asks: BCAST_REQ_RETRY_COUNT times BCAST_REQ_RETRY_TIMEOUT */
#define LISTEN_MS	750
#define SCOPES_MAX	16
/* Packets that are looked at, whoever sends them */
#define PACKETS_MAX	32

/* Return: 0 or a negative errno, as nb_resolve(). */
static int ask(const struct diagnosis *d, const struct sockaddr_nb *name,
	       struct nb_resolve *answer)
{
	struct timeval wait = { .tv_sec = d->ctl->wait };
	int fd, err;

	fd = nb_socket(SOCK_SEQPACKET | SOCK_CLOEXEC, NB_LANA_ANY);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	setsockopt(fd, SOL_NETBIOS, NB_SCOPE, d->scope, strlen(d->scope));
	err = nb_resolve(fd, name, answer);
	close(fd);
	return err;
}

static bool says_yes(const uint8_t *buf, ssize_t len, uint16_t id, const struct ns_name *name)
{
	struct ns_packet packet;

	return len > 0 && !ns_parse(&packet, buf, len) && packet.id == id &&
	       packet.flags & NS_RESPONSE && ns_opcode(&packet) == NS_OP_QUERY &&
	       !(packet.flags & NS_RCODE) && packet.records &&
	       ns_entries(&packet.record[0]) && ns_name_equal(&packet.record[0].name, name);
}

/* Has the host there, or anybody who hears a broadcast, the name in this scope? */
static bool heard_in_scope(const struct diagnosis *d, const char *dest,
			   const char *scope, struct in_addr *from)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(NS_PORT) };
	struct sockaddr_in peer = { 0 };
	struct pollfd pfd = { .events = POLLIN };
	unsigned int left = PACKETS_MAX;
	struct ns_name name;
	uint8_t buf[NS_PACKET_MAX];
	bool heard = false;
	socklen_t len;
	ssize_t n;
	uint16_t id;
	int on = 1;

	if (ns_name_set(&name, (const uint8_t *)d->name.snb_name, scope) ||
	    inet_pton(AF_INET, dest, &to.sin_addr) != 1 ||
	    getrandom(&id, sizeof(id), 0) < 0)
		return false;
	pfd.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (pfd.fd < 0)
		return false;
	setsockopt(pfd.fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	n = ns_build_query(buf, sizeof(buf), id, d->addr.s_addr ? NS_RD : NS_B, &name,
			   NS_TYPE_NB);
	if (sendto(pfd.fd, buf, n, 0, (struct sockaddr *)&to, sizeof(to)) == n)
		while (!heard && left-- && poll(&pfd, 1, LISTEN_MS) > 0) {
			len = sizeof(peer);
			n = recvfrom(pfd.fd, buf, sizeof(buf), MSG_DONTWAIT,
				     (struct sockaddr *)&peer, &len);
			heard = says_yes(buf, n, id, &name);
		}
	close(pfd.fd);
	*from = peer.sin_addr;
	return heard;
}

static unsigned int add_scope(const char **scopes, unsigned int n, const json_t *row,
			      const char *not)
{
	const char *scope = json_string_value(json_object_get(row, "scope"));
	unsigned int i;

	if (!scope)
		scope = "";
	for (i = 0; i < n; i++)
		if (!strcasecmp(scopes[i], scope))
			return n;
	if (n < SCOPES_MAX && strcasecmp(scope, not))
		scopes[n++] = scope;
	return n;
}

/* Those that anything here is in, and the empty one; @rows keep them alive */
static unsigned int known_scopes(const struct diagnosis *d, const json_t *names,
				 const json_t *cache, const char **scopes)
{
	unsigned int n = add_scope(scopes, 0, NULL, d->scope);
	const json_t *row;
	size_t i;

	json_array_foreach(names, i, row)
		n = add_scope(scopes, n, row, d->scope);
	json_array_foreach(cache, i, row)
		n = add_scope(scopes, n, row, d->scope);
	return n;
}

/* Return: it is there in one of the scopes, and that is the reason */
static bool try_scopes(struct diagnosis *d, const char *dest, const char **scopes,
		       unsigned int n)
{
	struct in_addr from;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!heard_in_scope(d, dest, scopes[i], &from))
			continue;
		step(d, "scope", STEP_FAILED, "%s has it in the scope \"%s\"",
		     inet_ntoa(from), scopes[i]);
		conclude(d, "wrong-scope",
			 "nbctl node set scope, \"scope\" in netbiosd.conf(5), or in smb.conf of the other host",
			 "it is in the scope \"%s\", and was looked for in \"%s\": hosts of different scopes do not see each other",
			 scopes[i], d->scope);
		return true;
	}
	return false;
}

/* At the host, if it is known which one, else everywhere */
void diagnose_scopes(struct diagnosis *d)
{
	json_t *names = NULL, *cache = NULL, *adapters = NULL, *adapter;
	const char *scopes[SCOPES_MAX], *broadcast;
	char addr[INET_ADDRSTRLEN];
	bool found = false;
	unsigned int n = 0;
	size_t i;

	if (!ctl_dump(d->ctl, NETBIOS_CMD_NAME_GET, name_attrs, &names) &&
	    !ctl_dump(d->ctl, NETBIOS_CMD_CACHE_GET, cache_attrs, &cache) &&
	    !ctl_dump(d->ctl, NETBIOS_CMD_ADAPTER_GET, adapter_attrs, &adapters))
		n = known_scopes(d, names, cache, scopes);
	if (d->addr.s_addr)
		found = try_scopes(d, inet_ntop(AF_INET, &d->addr, addr, sizeof(addr)), scopes, n);
	else
		json_array_foreach(adapters, i, adapter) {
			broadcast = json_string_value(json_object_get(adapter, "broadcast"));
			if (!found && broadcast)
				found = try_scopes(d, broadcast, scopes, n);
		}
	if (n && !found)
		step(d, "scope", STEP_OK, "nobody has it in another scope that this node knows");
	json_decref(names);
	json_decref(cache);
	json_decref(adapters);
}

/* The host may be there, but not what is asked for */
static void other_suffix(struct diagnosis *d)
{
	struct sockaddr_nb other = d->name;
	struct nb_resolve answer;
	char text[NB_NAME_TEXT_MAX];

	other.snb_name[NETBIOS_NAME_LEN - 1] = other.snb_name[NETBIOS_NAME_LEN - 1] ? 0 : 0x20;
	if (ask(d, &other, &answer))
		return;
	nb_name_format(text, other.snb_name);
	step(d, "suffix", STEP_FAILED, "there is %s", text);
	conclude(d, "no-service", "start that service there, for shares: file sharing",
		 "the host is there, as %s, but the service that this name is for does not run on it",
		 text);
}

static void not_found(struct diagnosis *d)
{
	bool has_nbns = diagnose_has_nbns(d);
	struct in_addr addr;

	step(d, "resolve", STEP_FAILED, "nobody has the name");
	diagnose_scopes(d);
	if (!d->verdict)
		other_suffix(d);
	if (!d->verdict && diagnose_nbns_down(d))
		conclude(d, "nbns-down",
			 "\"nbns\" in netbiosd.conf(5); is the server there, and UDP port 137 not filtered?",
			 "the name server does not answer, and nobody on the own network has the name");
	if (inet_pton(AF_INET, d->word, &addr) == 1)
		conclude(d, "not-found", "nbctl status ADDRESS, for the names of a host",
			 "no host has this name, which looks like an address");
	conclude(d, "not-found",
		 has_nbns ?
		 "is the host switched on, does it use the same name server and scope, and is the name spelt like there?" :
		 "is the host switched on, on this network and in this scope, is the name spelt like there, and does no firewall swallow UDP port 137? Other networks take a name server or lmhosts",
		 has_nbns ? "the name server does not have the name, and no host answers to it" :
		 "no host on this network answers to the name");
}

void diagnose_resolve(struct diagnosis *d)
{
	char addr[INET_ADDRSTRLEN];
	struct nb_resolve answer;
	int err;

	if (d->given)
		return;
	err = ask(d, &d->name, &answer);
	switch (err) {
	case 0:
		d->addr.s_addr = answer.nrs_addr[0];
		step(d, "resolve", STEP_OK, "%s%s, from %s",
		     inet_ntop(AF_INET, &d->addr, addr, sizeof(addr)),
		     answer.nrs_count > 1 ? " and others" : "",
		     answer.nrs_flags & NB_RESOLVE_OWN ? "this node" :
		     answer.nrs_flags & NB_RESOLVE_CACHED ? "the cache" : "the network");
		diagnose_choose(d, &answer);
		return;
	case -EHOSTUNREACH:
		not_found(d);
		return;
	case -EINVAL:
		step(d, "resolve", STEP_FAILED, "it begins with an asterisk");
		conclude(d, "not-found", "with address ADDRESS the host there is called by it",
			 "no host can have a name that begins with an asterisk, so nobody is asked for it");
		return;
	case -ENETDOWN:
		step(d, "resolve", STEP_FAILED, "it is not in the cache");
		conclude(d, "no-helper",
			 "systemctl start netbiosd, or nbctl cache add NAME ADDRESS",
			 "nobody looks names up here: netbiosd does not run");
		return;
	}
	step(d, "resolve", STEP_FAILED, "%s", err == -EAGAIN ? "no answer in time" : strerror(-err));
	if (diagnose_nbns_down(d))
		conclude(d, "nbns-down", "\"nbns\" in netbiosd.conf(5)",
			 "the name server does not answer");
	if (diagnose_has_nbns(d))
		conclude(d, "helper-silent", "wait longer with -w; journalctl -u netbiosd",
			 "netbiosd did not answer within %u seconds: perhaps it still waits for the name server",
			 d->ctl->wait);
	conclude(d, "helper-silent", "journalctl -u netbiosd; systemctl restart netbiosd",
		 "netbiosd did not answer within %u seconds", d->ctl->wait);
}
