// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of ncb_table.h: what names make of commands, and datagrams. API-010 to
 * API-018, API-025.
 */
#include "ncb_table.h"

/* A user without rights */
#define NOBODY	65534

static uint8_t receive_datagram(struct stage *st, uint8_t command, uint16_t room)
{
	int fd = dg_unique(st->server, "SERVER");
	struct ncb ncb;
	uint8_t code;

	dg_setopt(fd, SOL_SOCKET, SO_BROADCAST, 1);
	stage_fill(st, &ncb, command | ASYNCH);
	ncb.ncb_length = room;
	code = ncb_go(&ncb);
	if (!code)
		dg_send(fd, command == NCBDGRECV ? "CLIENT" : "*", "hello", 5);
	close(fd);
	return code ?: ncb_end(&ncb);
}

static uint8_t receive_whole_datagram(struct stage *st, uint8_t command)
{
	return receive_datagram(st, command, 5);
}

static uint8_t receive_cut_datagram(struct stage *st, uint8_t command)
{
	return receive_datagram(st, command, 4);
}

static uint8_t other_number(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	stage_fill(st, &ncb, command);
	ncb.ncb_num++;
	return ncb_go(&ncb);
}

static uint8_t with_names(uint8_t command, struct stage *st, const char *own,
			  const char *called)
{
	struct ncb ncb, names;

	stage_fill(st, &ncb, command);
	ncb_init(&names, command, own, called);
	if (own)
		memcpy(ncb.ncb_name, names.ncb_name, NCBNAMSZ);
	if (called)
		memcpy(ncb.ncb_callname, names.ncb_callname, NCBNAMSZ);
	return ncb_go(&ncb);
}

static uint8_t nobody_has_it(struct stage *st, uint8_t command)
{
	return with_names(command, st, NULL, "NOBODYKNOWS");
}

static uint8_t not_ours(struct stage *st, uint8_t command)
{
	return with_names(command, st, "NOTOURS", NULL);
}

static uint8_t nobody_can_have_it(struct stage *st, uint8_t command)
{
	return with_names(command, st, "*ALL", "*");
}

static uint8_t no_name_at_all(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	stage_fill(st, &ncb, command);
	memset(ncb.ncb_callname, 0, NCBNAMSZ);
	return ncb_go(&ncb);
}

static uint8_t ours_already(struct stage *st, uint8_t command)
{
	return with_names(command, st, "CLIENT", NULL);
}

static uint8_t one_name_only(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	ncb_init(&ncb, NCBRESET, NULL, NULL);
	ncb.ncb_callname[2] = 1;
	if (ncb_go(&ncb) || ncb_do(&ncb, NCBADDNAME, "CLIENT", NULL))
		return NRC_PENDING;
	return just_do(st, command);
}

static uint8_t no_helper(struct stage *st, uint8_t command)
{
	return with_names(command, st, "FRESH", NULL);
}

static uint8_t no_helper_for(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	stage_fill(st, &ncb, command);
	memcpy(ncb.ncb_callname, "NOBODY         ", NCBNAMSZ);
	return ncb_go(&ncb);
}

static uint8_t helper_says(struct stage *st, uint8_t command, uint32_t status)
{
	struct nb_nl *nl = nb_helper(st->host);
	struct nb_work work;
	struct ncb ncb;
	uint8_t code;

	stage_fill(st, &ncb, command | ASYNCH);
	memcpy(ncb.ncb_name, "FRESH          ", NCBNAMSZ);
	memcpy(ncb.ncb_callname, "FRESH          ", NCBNAMSZ);
	code = ncb_go(&ncb);
	/* what was asked before, and nobody waits for, comes too */
	while (!code && !nb_work_take(nl, &work, NB_BOUND)) {
		nb_work_done(nl, work.id, status, NULL);
		if (!memcmp(work.name, "FRESH ", 6))
			break;
	}
	code = code ?: ncb_end(&ncb);
	nb_nl_close(nl);
	return code;
}

static uint8_t network_refuses(struct stage *st, uint8_t command)
{
	return helper_says(st, command, NETBIOS_WORK_STATUS_REFUSED);
}

static uint8_t network_is_silent(struct stage *st, uint8_t command)
{
	return helper_says(st, command, NETBIOS_WORK_STATUS_TIMEOUT);
}

static uint8_t has_sessions(struct stage *st, uint8_t command)
{
	stage_session(st, 0, 0);
	return just_do(st, command);
}

static uint8_t name_goes(struct stage *st, uint8_t command)
{
	struct ncb ncb, del;

	if (!stage_pending(st, &ncb, command) || ncb_do(&del, NCBDELNAME, "CLIENT", NULL))
		return NRC_PENDING;
	return ncb_end(&ncb);
}

static uint8_t name_of_call_goes(struct stage *st, uint8_t command)
{
	struct nb_nl *nl = nb_helper(st->host);
	struct ncb ncb, del;
	uint8_t code;

	stage_fill(st, &ncb, command | ASYNCH);
	memcpy(ncb.ncb_callname, "NOBODYKNOWS    ", NCBNAMSZ);
	code = ncb_go(&ncb) ?: ncb_do(&del, NCBDELNAME, "CLIENT", NULL) ?: ncb_end(&ncb);
	nb_nl_close(nl);
	return code;
}

static uint8_t in_conflict(struct stage *st, uint8_t command)
{
	uint8_t code;

	nb_name_state(st->host, "CLIENT", NETBIOS_NAME_STATE_CONFLICT);
	code = just_do(st, command);
	nb_name_state(st->host, "CLIENT", NETBIOS_NAME_STATE_REGISTERED);
	return code;
}

/* API-025: also what is under way */
static uint8_t conflict_comes(struct stage *st, uint8_t command)
{
	struct ncb ncb;
	uint8_t code = NRC_PENDING;

	if (stage_pending(st, &ncb, command)) {
		nb_name_state(st->host, "CLIENT", NETBIOS_NAME_STATE_CONFLICT);
		code = ncb_end(&ncb);
	}
	nb_name_state(st->host, "CLIENT", NETBIOS_NAME_STATE_REGISTERED);
	return code;
}

/* It is already when it is added */
static uint8_t conflict_before(struct stage *st, uint8_t command)
{
	uint8_t code;

	nb_name_state(st->host, stage_name(command), NETBIOS_NAME_STATE_CONFLICT);
	code = just_do(st, command);
	nb_name_state(st->host, stage_name(command), NETBIOS_NAME_STATE_REGISTERED);
	return code;
}

static uint8_t not_permitted(struct stage *st, uint8_t command)
{
	struct ncb ncb;
	uint8_t code;

	stage_fill(st, &ncb, command);
	nb_enter(st->host);
	if (seteuid(NOBODY))
		return NRC_PENDING;
	code = Netbios(&ncb);
	return seteuid(0) ? NRC_PENDING : code;
}

const struct row of_names[] = {
	{ NRC_GOODRET, just_do, { DG_SENDS, ADDS, NCBDELNAME, NCBFINDNAME } },
	{ NRC_GOODRET, receive_whole_datagram, { DG_RECEIVES } },
	{ NRC_INCOMP, receive_cut_datagram, { DG_RECEIVES } },
	{ NRC_CMDCAN, cancel_pending, { DG_RECEIVES } },
	{ NRC_CMDCAN, cancel_search, { NCBFINDNAME, NCBASTAT } },
	{ NRC_ILLNN, other_number, { DG_SENDS, DG_RECEIVES, NCBRECVANY } },
	{ NRC_NOCALL, nobody_has_it, { NCBCALL, NCBFINDNAME } },
	{ NRC_CMDTMO, nobody_has_it, { NCBASTAT } },
	{ NRC_NOWILD, not_ours, { NCBCALL, NCBLISTEN, NCBDELNAME, NCBSSTAT } },
	{ NRC_NOWILD, nobody_can_have_it, { NCBCALL, ADDS, NCBDGSEND, NCBFINDNAME } },
	{ NRC_NOWILD, no_name_at_all, { NCBCALL, NCBDGSEND, NCBFINDNAME, NCBASTAT } },
	{ NRC_DUPNAME, ours_already, { ADDS } },
	{ NRC_NAMTFUL, one_name_only, { ADDS } },
	{ NRC_OPENERR, no_helper, { ADDS } },
	{ NRC_OPENERR, no_helper_for, { NCBDGSEND } },
	{ NRC_INUSE, network_refuses, { ADDS } },
	{ NRC_CMDTMO, network_is_silent, { ADDS, NCBFINDNAME } },
	{ NRC_SYSTEM, not_permitted, { ADDS } },
	{ NRC_ACTSES, has_sessions, { NCBDELNAME } },
	{ NRC_NAMERR, name_goes, { NCBLISTEN, NCBRECVANY, DG_RECEIVES } },
	{ NRC_NAMERR, name_of_call_goes, { NCBCALL } },
	{ NRC_NAMCONF, in_conflict, { NCBCALL, NCBLISTEN, NCBRECVANY, DG_SENDS, DG_RECEIVES,
				      NCBSSTAT } },
	{ NRC_NAMCONF, conflict_comes, { NCBLISTEN, NCBDGRECV } },
	{ NRC_NAMCONF, conflict_before, { ADDS } },
};

const size_t n_of_names = sizeof(of_names) / sizeof(of_names[0]);
