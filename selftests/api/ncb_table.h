/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every command times every code that it may return, as a table of situations. A
 * situation is a function that makes one of the codes happen to a command;
 * ncb_table.c says which ones there have to be, and goes through all of them.
 */
#ifndef NCB_TABLE_H
#define NCB_TABLE_H

#include "nb_dg.h"
#include "nb_nl.h"
#include "ncb_calls.h"

/* Commands that are alike */
#define SENDS		NCBSEND, NCBSENDNA, NCBCHAINSEND, NCBCHAINSENDNA
#define ADDS		NCBADDNAME, NCBADDGRNAME
#define DG_SENDS	NCBDGSEND, NCBDGSENDBC
#define DG_RECEIVES	NCBDGRECV, NCBDGRECVBC

/* Every command but ENUM, RESET and CANCEL, which are apart in some rows */
#define ORDINARY	NCBCALL, NCBLISTEN, NCBHANGUP, SENDS, NCBRECV, NCBRECVANY,	\
			DG_SENDS, DG_RECEIVES, ADDS, NCBDELNAME, NCBASTAT, NCBSSTAT,	\
			NCBUNLINK, NCBLANSTALERT, NCBFINDNAME

/**
 * struct stage - where commands are done
 * @host: this host
 * @server: the other one
 * @client: number of the name CLIENT
 * @lsn: a session from CLIENT to SERVER, 0 if there is none yet
 * @peer: its other end
 * @buf: buffer of every command
 */
struct stage {
	const struct nb_host *host;
	struct nb_host *server;
	uint8_t client;
	uint8_t lsn;
	int peer;
	uint8_t buf[60000];
};

/**
 * struct row - what happens to some commands
 * @code: what they return then
 * @make: does the command so that it happens
 * @commands: which ones; 0 ends the list
 */
struct row {
	uint8_t code;
	uint8_t (*make)(struct stage *st, uint8_t command);
	uint8_t commands[25];
};

/* Nothing is left of what was before, CLIENT is a name, and nothing else is: NRC_* */
uint8_t stage_clean(struct stage *st);

/* The session of the stage, with time-outs in half seconds */
bool stage_session(struct stage *st, uint8_t rto, uint8_t sto);

/* Another name than CLIENT for those who add one */
const char *stage_name(uint8_t command);

/* With ASYNCH if it has no other form */
uint8_t stage_form(uint8_t command);

/* A command that succeeds, or waits for something; in a session if it needs one. */
void stage_fill(struct stage *st, struct ncb *ncb, uint8_t command);

/* The same, begun with ASYNCH: true if it waits */
bool stage_pending(struct stage *st, struct ncb *ncb, uint8_t command);

/* How a command ends that is cancelled, NRC_PENDING if it cannot be */
uint8_t stage_cancelled(struct ncb *ncb);

/* Situations that are in several rows */
uint8_t just_do(struct stage *st, uint8_t command);
uint8_t cancel_pending(struct stage *st, uint8_t command);
uint8_t cancel_search(struct stage *st, uint8_t command);

extern const struct row of_sessions[], of_names[], of_all[];
extern const size_t n_of_sessions, n_of_names, n_of_all;

#endif /* NCB_TABLE_H */
