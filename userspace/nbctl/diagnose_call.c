// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl diagnose: does the host that has the name let itself be called? The call
 * is a real one, and is hung up on at once.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "diagnose.h"
#include "status.h"

#define DIRECT_PORT	445

void diagnose_status(struct diagnosis *d)
{
	static const uint8_t wildcard[NETBIOS_NAME_LEN] = "*";
	json_t *answer = NULL, *names, *row;
	bool found = false, conflict = false;
	struct ns_ask ask = { .fd = -1 };
	size_t i;

	if (!ns_ask_open(&ask, d->addr.s_addr, wildcard, d->scope) &&
	    !ns_ask_run(&ask, NS_ASK_TRIES * NS_ASK_TIMEOUT))
		answer = status_decode(&ask);
	ns_ask_close(&ask);
	d->heard = answer;
	if (!answer) {
		step(d, "status", d->given ? STEP_FAILED : STEP_NOTE,
		     "%s does not answer on UDP port 137",
		     inet_ntoa(d->addr));
		return;
	}
	names = json_object_get(answer, "names");
	json_array_foreach(names, i, row) {
		if (strcmp(json_string_value(json_object_get(row, "name")), d->text))
			continue;
		found = true;
		conflict = json_is_true(json_object_get(row, "conflict"));
	}
	step(d, "status", conflict ? STEP_FAILED : found ? STEP_OK : STEP_NOTE, "%s has %zu names, %s",
	     inet_ntoa(d->addr), json_array_size(names),
	     conflict ? "this one in conflict" : found ? "this one among them" :
	     "but not this one");
	json_decref(answer);
	if (conflict)
		conclude(d, "conflict", "rename one of the two, and restart its NetBIOS",
			 "%s has the name, but another host has it, too, so it does not listen on it",
			 inet_ntoa(d->addr));
}

static int wait_socket(const struct diagnosis *d, int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(int);
	int err = 0;

	if (poll(&pfd, 1, d->ctl->wait * 1000) <= 0)
		return ETIMEDOUT;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) ? errno : err;
}

static bool has_direct(const struct diagnosis *d)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(DIRECT_PORT),
		.sin_addr = d->addr,
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), err = 0;

	if (fd < 0)
		return false;
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
		err = errno == EINPROGRESS ? wait_socket(d, fd) : errno;
	close(fd);
	return !err;
}

/* The octet of the NEGATIVE SESSION RESPONSE (RFC 1002 4.3.4) */
static void refused(struct diagnosis *d, int octet)
{
	const char *addr = inet_ntoa(d->addr);

	step(d, "call", STEP_FAILED, "%s (%02X)", nb_wire_strerror(octet), octet);
	switch (octet) {
	case 0x80:
		conclude(d, "no-listener", "start the service there",
			 "%s has the name, but no program listens on it", addr);
		break;
	case 0x81:
		conclude(d, "other-caller", "nbctl node set permanent-name, or ask who runs it",
			 "%s listens on the name, but only for other callers", addr);
		break;
	case 0x82:
		diagnose_scopes(d);
		if (d->given)
			conclude(d, "wrong-host", "nbctl status ADDRESS, for the names that it has",
				 "%s does not have the name", addr);
		else
			conclude(d, "wrong-host", "nbctl status ADDRESS; nbctl cache del NAME",
				 "%s does not have the name, although the name service, the cache or lmhosts says so",
				 addr);
		break;
	case 0x83:
		conclude(d, "busy", "try again later",
			 "%s has no room for one more session", addr);
		break;
	default:
		conclude(d, "refused", "the log of the server there",
			 "%s refuses the call, and does not say why", addr);
	}
}

static void closed(struct diagnosis *d)
{
	bool direct = has_direct(d);
	const char *addr = inet_ntoa(d->addr);

	step(d, "call", STEP_FAILED, "TCP port %d is closed", d->port);
	if (!direct) {
		conclude(d, "port-closed", "start the service there",
			 "%s is there, but no NetBIOS session service runs on it", addr);
		return;
	}
	step(d, "direct", STEP_OK, "TCP port 445 is open");
	conclude(d, "direct-only", "port 445, or nbproxy(8) for programs that know NetBIOS only",
		 "%s offers SMB on port 445 only, without NetBIOS", addr);
}

static void silent(struct diagnosis *d)
{
	const char *addr = inet_ntoa(d->addr);

	step(d, "call", STEP_FAILED, "no answer from TCP port %d", d->port);
	if (d->heard)
		conclude(d, "firewall", "let that TCP port through on that host, or on the way",
			 "%s answers on UDP port 137, but a firewall swallows what goes to TCP port %d",
			 addr, d->port);
	else
		conclude(d, "silent",
			 "is it switched on? Does it have another address now (nbctl cache del NAME)?",
			 "%s does not answer at all: it is off, gone, or behind a firewall", addr);
}

static void failed(struct diagnosis *d, int err, int octet)
{
	if (octet > 0) {
		refused(d, octet);
		return;
	}
	switch (err) {
	case ECONNREFUSED:
	case ECONNRESET:
		closed(d);
		return;
	case ETIMEDOUT:
	case EHOSTUNREACH:
	case ENETUNREACH:
		silent(d);
		return;
	case EADDRNOTAVAIL:
		step(d, "call", STEP_FAILED, "there is no name to call from");
		conclude(d, "no-own-name", "nbctl name; nbctl node set permanent-name NAME",
			 "this node has no permanent name that is registered in the scope \"%s\", and nobody can call without one",
			 d->scope);
		return;
	}
	step(d, "call", STEP_FAILED, "%s", strerror(err));
	if (err == EPROTO)
		conclude(d, "call-failed", "which program has that port there?",
			 "what answers on TCP port %d of %s does not speak NetBIOS",
			 d->port, inet_ntoa(d->addr));
	conclude(d, "call-failed", "connect() in af_netbios(7) has what the error means",
		 "the call of %s fails: %s", inet_ntoa(d->addr), strerror(err));
}

/*
 * To that address, so that nobody else is asked about the name, or told about it.
 * Return: 0 or an error, with the octet of a refusal.
 */
static int call(const struct diagnosis *d, int *octet)
{
	int fd, err = 0;

	*octet = 0;
	fd = nb_socket(SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, NB_LANA_ANY);
	if (fd < 0)
		return errno;
	setsockopt(fd, SOL_NETBIOS, NB_SCOPE, d->scope, strlen(d->scope));
	if (setsockopt(fd, SOL_NETBIOS, NB_ADDRESS, &d->addr, sizeof(d->addr)) ||
	    connect(fd, (const struct sockaddr *)&d->name, sizeof(d->name)))
		err = errno == EINPROGRESS ? wait_socket(d, fd) : errno;
	if (err)
		*octet = nb_wire_error(fd);
	close(fd);
	return err;
}

/* Would connect() go on to the next address? */
static bool goes_on(int err, int octet)
{
	return octet == 0x82 || (octet <= 0 && (err == ECONNREFUSED || err == ECONNRESET ||
						err == ETIMEDOUT || err == EHOSTUNREACH));
}

/* Where connect() stops, or the first one, if that is nowhere */
void diagnose_choose(struct diagnosis *d, const struct nb_resolve *answer)
{
	unsigned int i;
	int err, octet;

	for (i = 0; answer->nrs_count > 1 && i < answer->nrs_count; i++) {
		d->addr.s_addr = answer->nrs_addr[i];
		err = call(d, &octet);
		if (!goes_on(err, octet))
			return;
		step(d, "address", STEP_NOTE, "%s: %s", inet_ntoa(d->addr),
		     octet > 0 ? nb_wire_strerror(octet) : strerror(err));
	}
	d->addr.s_addr = answer->nrs_addr[0];
}

void diagnose_call(struct diagnosis *d)
{
	int octet, err = call(d, &octet);

	if (err) {
		failed(d, err, octet);
		return;
	}
	step(d, "call", STEP_OK, "it was called, and hung up on");
	if (d->given && !d->heard)
		conclude(d, "firewall", "let that UDP port through on that host, or on the way",
			 "%s can be called, but does not answer on UDP port 137, which is closed there or swallowed by a firewall: who looks for the name does not find it",
			 inet_ntoa(d->addr));
	conclude(d, "ok", "", "nothing is wrong: the name is found, and can be called");
}
