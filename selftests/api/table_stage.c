// SPDX-License-Identifier: GPL-2.0
/*
 * Where the commands of the table are done, see ncb_table.h.
 */
#include "ncb_table.h"

uint8_t stage_clean(struct stage *st)
{
	struct ncb ncb;
	uint8_t code;

	if (st->lsn)
		close(st->peer);
	st->lsn = 0;
	code = ncb_do(&ncb, NCBRESET, NULL, NULL) ?: ncb_do(&ncb, NCBADDNAME, "CLIENT", NULL);
	st->client = ncb.ncb_num;
	return code;
}

bool stage_session(struct stage *st, uint8_t rto, uint8_t sto)
{
	int lsn = ncb_session(st->server, &st->peer, rto, sto);

	st->lsn = lsn > 0 ? lsn : 0;
	return st->lsn;
}

static bool is_chain(uint8_t command)
{
	return command == NCBCHAINSEND || command == NCBCHAINSENDNA;
}

static bool needs_session(uint8_t command)
{
	static const uint8_t commands[] = { SENDS, NCBRECV, NCBHANGUP };

	return memchr(commands, command, sizeof(commands));
}

const char *stage_name(uint8_t command)
{
	switch (command) {
	case NCBADDNAME:
		return "NEW";
	case NCBADDGRNAME:
		return "TEAM";
	default:
		return "CLIENT";
	}
}

uint8_t stage_form(uint8_t command)
{
	return command == NCBLANSTALERT ? command | ASYNCH : command;
}

void stage_fill(struct stage *st, struct ncb *ncb, uint8_t command)
{
	uint8_t asynch = command & ASYNCH;
	bool any;

	command &= ~ASYNCH;
	any = command == NCBLISTEN || command == NCBASTAT;
	if (needs_session(command) && !st->lsn)
		stage_session(st, 0, 0);
	ncb_init(ncb, stage_form(command) | asynch, stage_name(command), any ? "*" : "SERVER");
	ncb->ncb_lsn = st->lsn;
	ncb->ncb_num = st->client;
	ncb->ncb_buffer = st->buf;
	ncb->ncb_length = command == NCBDGSEND || command == NCBDGSENDBC ? 10 : 4096;
	if (is_chain(command))
		ncb_chain_set(ncb, st->buf, 10);
	if (command == NCBRESET)
		memset(ncb->ncb_callname, 0, NCBNAMSZ);
}

bool stage_pending(struct stage *st, struct ncb *ncb, uint8_t command)
{
	stage_fill(st, ncb, command | ASYNCH);
	return !ncb_go(ncb) && ncb_pending(ncb);
}

uint8_t stage_cancelled(struct ncb *ncb)
{
	return ncb_cancel(ncb) ? NRC_PENDING : ncb_end(ncb);
}

uint8_t just_do(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	stage_fill(st, &ncb, command);
	return ncb_go(&ncb);
}

uint8_t cancel_pending(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	return stage_pending(st, &ncb, command) ? stage_cancelled(&ncb) : NRC_PENDING;
}

/* Without a helper that answers, a name that is not known takes long to find */
uint8_t cancel_search(struct stage *st, uint8_t command)
{
	struct nb_nl *nl = nb_helper(st->host);
	struct ncb ncb;
	uint8_t code;

	stage_fill(st, &ncb, command | ASYNCH);
	memcpy(ncb.ncb_callname, "NOBODYKNOWS    ", NCBNAMSZ);
	code = ncb_go(&ncb) ?: stage_cancelled(&ncb);
	nb_nl_close(nl);
	return code;
}
