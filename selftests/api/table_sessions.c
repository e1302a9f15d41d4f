// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of ncb_table.h: what sessions make of commands. API-001 to API-008, API-026,
 * API-027.
 */
#include "ncb_table.h"

static uint8_t be_answered(struct stage *st, uint8_t command)
{
	int listener = nb_listener(st->server, "SERVER", 1);
	uint8_t code = just_do(st, command);

	close(listener);
	return code;
}

static uint8_t be_called(struct stage *st, uint8_t command)
{
	struct ncb ncb;
	uint8_t code;
	int fd;

	if (!stage_pending(st, &ncb, command))
		return NRC_PENDING;
	fd = nb_call(st->server, "SERVER", "CLIENT");
	code = ncb_end(&ncb);
	close(fd);
	return code;
}

static uint8_t receive(struct stage *st, uint8_t command, uint16_t room)
{
	struct ncb ncb;

	if (!stage_session(st, 0, 0) || nb_send(st->peer, "hello", 5, 0) != 5)
		return NRC_PENDING;
	stage_fill(st, &ncb, command);
	ncb.ncb_length = room;
	return ncb_go(&ncb);
}

static uint8_t receive_all(struct stage *st, uint8_t command)
{
	return receive(st, command, 5);
}

static uint8_t receive_part(struct stage *st, uint8_t command)
{
	return receive(st, command, 4);
}

static uint8_t other_session(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	stage_fill(st, &ncb, command);
	ncb.ncb_lsn++;
	return ncb_go(&ncb);
}

/* The first who looks is told, and from then on everybody: RECEIVE ANY is the first */
static uint8_t peer_ends(struct stage *st, uint8_t command, bool reset)
{
	struct linger now = { 1, 0 };
	struct ncb ncb;

	if (!stage_session(st, 0, 0))
		return NRC_PENDING;
	if (reset)
		setsockopt(st->peer, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(st->peer);
	st->peer = -1;
	if (command != NCBRECVANY)
		ncb_on(&ncb, NCBRECV, st->lsn, st->buf, 1);
	return just_do(st, command);
}

static uint8_t peer_hangs_up(struct stage *st, uint8_t command)
{
	return peer_ends(st, command, false);
}

static uint8_t peer_resets(struct stage *st, uint8_t command)
{
	return peer_ends(st, command, true);
}

/* A SEND in front of it times out, or nobody reads, or nobody sends: half a second */
static uint8_t until_time_is_over(struct stage *st, uint8_t command)
{
	struct ncb ncb;
	uint8_t code;
	int n;

	stage_fill(st, &ncb, command);
	ncb.ncb_length = sizeof(st->buf);
	for (n = 0, code = 0; n < 10000 && !code; n++)
		code = ncb_go(&ncb);
	return code;
}

static uint8_t time_passes(struct stage *st, uint8_t command)
{
	return stage_session(st, 1, 1) ? until_time_is_over(st, command) : NRC_PENDING;
}

/* API-027: who LISTENs says so, too */
static uint8_t time_passes_when_called(struct stage *st, uint8_t command)
{
	struct ncb listen;

	stage_fill(st, &listen, NCBLISTEN | ASYNCH);
	listen.ncb_rto = 1;
	listen.ncb_sto = 1;
	if (ncb_go(&listen))
		return NRC_PENDING;
	st->peer = nb_call(st->server, "SERVER", "CLIENT");
	if (ncb_end(&listen))
		return NRC_PENDING;
	st->lsn = listen.ncb_lsn;
	return until_time_is_over(st, command);
}

/* Until one does not come back soon, and no longer: that one is cancelled. */
static uint8_t fill_and_cancel(struct stage *st, uint8_t command, struct ncb *behind)
{
	struct ncb ncb;
	int n, ms;

	for (n = 0; n < 10000; n++) {
		stage_fill(st, &ncb, command | ASYNCH);
		ncb.ncb_length = sizeof(st->buf);
		if (ncb_go(&ncb))
			break;
		for (ms = 0; ms < 100 && ncb_pending(&ncb); ms++)
			nb_pause(1);
		if (ms < 100)
			continue;
		if (behind)
			return ncb_go(behind) ?: stage_cancelled(behind);
		if (!ncb_cancel(&ncb))
			return ncb.ncb_retcode;
	}
	return NRC_PENDING;
}

static uint8_t cancel_send(struct stage *st, uint8_t command)
{
	return fill_and_cancel(st, command, NULL);
}

static uint8_t cancel_hang_up(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	stage_fill(st, &ncb, command | ASYNCH);
	return fill_and_cancel(st, NCBSEND, &ncb);
}

static uint8_t one_session_only(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	ncb_init(&ncb, NCBRESET, NULL, NULL);
	ncb.ncb_callname[0] = 1;
	if (ncb_go(&ncb) || ncb_do(&ncb, NCBADDNAME, "CLIENT", NULL) || !stage_session(st, 0, 0))
		return NRC_PENDING;
	return just_do(st, command);
}

static uint8_t called_is_deaf(struct stage *st, uint8_t command)
{
	return just_do(st, command);
}

/* What is called is TCP that does not answer, or that resets two tries */
static uint8_t call_tcp(struct stage *st, uint8_t command, bool reset)
{
	struct ncb ncb;
	int listener, fd;
	uint8_t code;

	nb_set(st->server, NETBIOS_A_NODE_ENABLED, 0);
	nb_set(st->host, NETBIOS_A_NODE_RETRY_COUNT, reset ? 2 : 1);
	listener = tcp_listen(st->server, SS_PORT);
	stage_fill(st, &ncb, command | ASYNCH);
	code = ncb_go(&ncb);
	while (!code && reset && ncb_pending(&ncb)) {
		fd = nb_poll(listener, POLLIN, 10) > 0 ? tcp_accept(listener) : -1;
		if (fd >= 0 && !ss_get_request(fd, "SERVER", "CLIENT"))
			tcp_reset(fd);
	}
	code = code ?: ncb_end(&ncb);
	close(listener);
	nb_set(st->server, NETBIOS_A_NODE_ENABLED, 1);
	return code;
}

static uint8_t called_is_silent(struct stage *st, uint8_t command)
{
	return call_tcp(st, command, false);
}

static uint8_t called_resets(struct stage *st, uint8_t command)
{
	return call_tcp(st, command, true);
}

const struct row of_sessions[] = {
	{ NRC_GOODRET, just_do, { SENDS, NCBHANGUP, NCBSSTAT } },
	{ NRC_GOODRET, be_answered, { NCBCALL } },
	{ NRC_GOODRET, be_called, { NCBLISTEN } },
	{ NRC_GOODRET, receive_all, { NCBRECV, NCBRECVANY } },
	{ NRC_INCOMP, receive_part, { NCBRECV, NCBRECVANY } },
	{ NRC_SNUMOUT, other_session, { SENDS, NCBRECV, NCBHANGUP } },
	{ NRC_SCLOSED, peer_hangs_up, { SENDS, NCBRECV, NCBRECVANY, NCBHANGUP } },
	{ NRC_SABORT, peer_resets, { SENDS, NCBRECV, NCBRECVANY, NCBHANGUP } },
	{ NRC_CMDTMO, time_passes, { SENDS, NCBRECV } },
	{ NRC_CMDTMO, time_passes_when_called, { SENDS, NCBRECV } },
	{ NRC_CMDCAN, cancel_send, { SENDS } },
	{ NRC_CMDCAN, cancel_hang_up, { NCBHANGUP } },
	{ NRC_CMDCAN, cancel_pending, { NCBRECV, NCBRECVANY, NCBLISTEN } },
	{ NRC_CMDCAN, cancel_search, { NCBCALL } },
	{ NRC_LOCTFUL, one_session_only, { NCBCALL, NCBLISTEN } },
	{ NRC_REMTFUL, called_is_deaf, { NCBCALL } },
	{ NRC_CMDTMO, called_is_silent, { NCBCALL } },
	{ NRC_SABORT, called_resets, { NCBCALL } },
};

const size_t n_of_sessions = sizeof(of_sessions) / sizeof(of_sessions[0]);
