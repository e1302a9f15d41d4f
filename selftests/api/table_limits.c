// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of ncb_table.h: buffers, limits, control blocks, and commands that have to do
 * with neither sessions nor names. API-019 to API-022.
 */
#include <sys/resource.h>

#include "ncb_table.h"

static uint8_t cancel_one(struct stage *st, uint8_t command)
{
	struct ncb victim;

	return stage_pending(st, &victim, NCBDGRECV) ? ncb_cancel(&victim) : NRC_PENDING;
}

static uint8_t link_goes_down(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	if (!stage_pending(st, &ncb, command) || nb_link_set(st->host, "veth0", false))
		return NRC_PENDING;
	return ncb_end(&ncb);
}

static uint8_t no_buffer(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	stage_fill(st, &ncb, command);
	ncb.ncb_buffer = NULL;
	return ncb_go(&ncb);
}

static uint8_t no_second_buffer(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	stage_fill(st, &ncb, command);
	ncb_chain_set(&ncb, NULL, 1);
	return ncb_go(&ncb);
}

static uint8_t with_length(struct stage *st, uint8_t command, uint16_t length)
{
	struct ncb ncb;

	stage_fill(st, &ncb, command);
	ncb.ncb_length = length;
	return ncb_go(&ncb);
}

static uint8_t long_datagram(struct stage *st, uint8_t command)
{
	return with_length(st, command, 513);
}

/* What an answer begins with; ENUM has one octet of it, and may have more. */
static uint16_t header_of(uint8_t command)
{
	switch (command) {
	case NCBASTAT:
		return 60;
	case NCBENUM:
		return 1;
	default:
		return 4;
	}
}

static uint8_t no_room_for_header(struct stage *st, uint8_t command)
{
	return with_length(st, command, header_of(command) - 1);
}

static uint8_t room_for_header(struct stage *st, uint8_t command)
{
	stage_session(st, 0, 0);
	return with_length(st, command, header_of(command));
}

static uint8_t out_of_descriptors(struct stage *st, uint8_t command)
{
	struct rlimit limit = { 3, 3 }, old;
	struct ncb ncb;
	uint8_t code;

	stage_fill(st, &ncb, command);
	if (getrlimit(RLIMIT_NOFILE, &old))
		return NRC_PENDING;
	limit.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	code = ncb_go(&ncb);
	setrlimit(RLIMIT_NOFILE, &old);
	return code;
}

static uint8_t block_in_use(struct stage *st, uint8_t command)
{
	struct ncb ncb;
	uint8_t code;

	if (!stage_pending(st, &ncb, NCBDGRECVBC))
		return NRC_PENDING;
	ncb.ncb_command = stage_form(command);
	code = ncb_go(&ncb);
	return ncb_pending(&ncb) && !ncb_cancel(&ncb) ? code : NRC_PENDING;
}

/* One command at most, on any adapter, since ENUM asks none in particular */
static uint8_t one_command_only(struct stage *st, uint8_t command)
{
	struct ncb ncb, first, end;
	uint8_t code;

	ncb_init(&ncb, NCBRESET, NULL, NULL);
	ncb.ncb_lana_num = NCB_LANA_ANY;
	ncb.ncb_callname[1] = 1;
	if (ncb_go(&ncb))
		return NRC_PENDING;
	ncb_init(&first, NCBDGRECVBC | ASYNCH, NULL, NULL);
	first.ncb_lana_num = NCB_LANA_ANY;
	first.ncb_num = NCB_ANY_NAME;
	ncb_init(&ncb, stage_form(command), NULL, NULL);
	ncb.ncb_lana_num = NCB_LANA_ANY;
	code = ncb_go(&first) ? NRC_PENDING : ncb_go(&ncb);
	ncb_init(&end, NCBRESET, NULL, NULL);
	end.ncb_lana_num = NCB_LANA_ANY;
	return ncb_go(&end) ? NRC_PENDING : code;
}

static uint8_t wrong_form(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	return ncb_do(&ncb, command, NULL, NULL);
}

static uint8_t no_adapter(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	stage_fill(st, &ncb, command);
	ncb.ncb_lana_num = 77;
	return ncb_go(&ncb);
}

static uint8_t victim_is_over(struct stage *st, uint8_t command)
{
	struct ncb victim;

	stage_fill(st, &victim, NCBUNLINK);
	return ncb_go(&victim) ?: ncb_cancel(&victim);
}

static uint8_t victim_may_not(struct stage *st, uint8_t command)
{
	struct ncb ncb;

	ncb_init(&ncb, command, NULL, NULL);
	ncb.ncb_buffer = (void *)&ncb;
	return ncb_go(&ncb);
}

const struct row of_all[] = {
	{ NRC_GOODRET, just_do, { NCBASTAT, NCBENUM, NCBUNLINK, NCBRESET } },
	{ NRC_GOODRET, cancel_one, { NCBCANCEL } },
	{ NRC_CMDCAN, cancel_pending, { NCBLANSTALERT } },
	{ NRC_ILLCMD, wrong_form, { NCBLANSTALERT } },
	{ NRC_BADDR, no_buffer, { SENDS, NCBRECV, NCBRECVANY, DG_SENDS, DG_RECEIVES, NCBFINDNAME,
				  NCBASTAT, NCBSSTAT, NCBENUM } },
	{ NRC_BADDR, no_second_buffer, { NCBCHAINSEND, NCBCHAINSENDNA } },
	{ NRC_BUFLEN, long_datagram, { DG_SENDS } },
	{ NRC_BUFLEN, no_room_for_header, { NCBFINDNAME, NCBASTAT, NCBSSTAT, NCBENUM } },
	{ NRC_INCOMP, room_for_header, { NCBFINDNAME, NCBASTAT, NCBSSTAT, NCBENUM } },
	{ NRC_NORES, out_of_descriptors, { ORDINARY, NCBENUM, NCBRESET, NCBCANCEL } },
	{ NRC_IFBUSY, block_in_use, { ORDINARY, NCBENUM, NCBRESET, NCBCANCEL } },
	{ NRC_TOOMANY, one_command_only, { ORDINARY, NCBENUM } },
	{ NRC_BRIDGE, no_adapter, { ORDINARY, NCBRESET, NCBCANCEL } },
	{ NRC_CANOCCR, victim_is_over, { NCBCANCEL } },
	{ NRC_CANCEL, victim_may_not, { NCBCANCEL } },
	/* the last one: nothing comes through any more */
	{ NRC_GOODRET, link_goes_down, { NCBLANSTALERT } },
};

const size_t n_of_all = sizeof(of_all) / sizeof(of_all[0]);
