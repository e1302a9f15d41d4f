/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sessions: a caller, the server that it is joined with, and two directions.
 */
#ifndef NBPROXY_SESSION_H
#define NBPROXY_SESSION_H

#include <ev.h>
#include <netinet/in.h>

#include "config.h"
#include "pump.h"

/**
 * enum session_counter - what SIGUSR1 shows
 * @SESSIONS_ACCEPTED: callers that were let in
 * @SESSIONS_REFUSED: closed at once: too many of one address
 * @SESSIONS_UNREACHED: servers that were not reached
 * @SESSIONS_FAULTY: ended for framing, length, or a peer that stalled
 * @SESSIONS_OCTETS: passed on, both ways, framing included, by sessions that are over
 */
enum session_counter {
	SESSIONS_ACCEPTED,
	SESSIONS_REFUSED,
	SESSIONS_UNREACHED,
	SESSIONS_FAULTY,
	SESSIONS_OCTETS,
	SESSION_COUNTERS,
};

/**
 * struct caller - who has come in
 * @end: its socket
 * @addr: its address; IPv4 as IPv6
 * @text: who it is
 */
struct caller {
	struct end		end;
	struct in6_addr		addr;
	char			text[PLACE_TEXT_MAX];
};

/**
 * typedef session_room_fn - the number of sessions has reached its limit, or is
 *	below it again
 * @room: there is room for one
 */
typedef void (*session_room_fn)(bool room);

/**
 * session_init() - before the first one
 * @loop: where they are watched
 * @fn: told about room
 */
void session_init(struct ev_loop *loop, session_room_fn fn);

/**
 * session_limits() - settings that count from now on
 * @config: settings
 */
void session_limits(const struct config *config);

/**
 * session_start() - join a caller with a server
 * @caller: who; its socket belongs to the session, or is closed
 * @service: where it came in
 */
void session_start(const struct caller *caller, const struct service *service);

/**
 * session_close_all() - end them all; what they sent is delivered
 */
void session_close_all(void);

/**
 * session_count() - sessions at the moment
 *
 * Return: how many, those included whose server is not reached yet.
 */
unsigned int session_count(void);

/**
 * session_counters() - what happened so far
 *
 * Return: SESSION_COUNTERS numbers.
 */
const uint64_t *session_counters(void);

#endif /* NBPROXY_SESSION_H */
