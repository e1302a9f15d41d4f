// SPDX-License-Identifier: GPL-2.0
/*
 * The classic NetBIOS interface: what each command may return, as documents of the
 * interface have it and as it is here, and the rows of ncb_table.h that make every one
 * of these codes happen. API-001 to API-026.
 */
#include "ncb_test.h"
#include "ncb_table.h"

/* Of all commands: no memory, block in use, and of almost all: too many, no adapter */
#define OF_ALL		NRC_NORES, NRC_IFBUSY
#define OF_MOST		OF_ALL, NRC_TOOMANY, NRC_BRIDGE

/**
 * struct documented - what a command may return
 * @command: NCBCALL and so on
 * @codes: the codes; NRC_GOODRET, which all have, is not among them, and ends the list
 */
struct documented {
	uint8_t	command;
	uint8_t	codes[20];
};

#define SEND_CODES	OF_MOST, NRC_CMDTMO, NRC_BADDR, NRC_SNUMOUT, NRC_SCLOSED, NRC_CMDCAN, \
			NRC_SABORT
#define ADD_CODES	OF_MOST, NRC_CMDTMO, NRC_DUPNAME, NRC_NAMTFUL, NRC_NOWILD, NRC_INUSE, \
			NRC_NAMCONF, NRC_OPENERR, NRC_SYSTEM
#define DG_RECEIVE_CODES OF_MOST, NRC_INCOMP, NRC_BADDR, NRC_CMDCAN, NRC_ILLNN, NRC_NAMERR, \
			NRC_NAMCONF

static const struct documented documented[] = {
	{ NCBCALL, { OF_MOST, NRC_CMDTMO, NRC_CMDCAN, NRC_LOCTFUL, NRC_REMTFUL, NRC_NOCALL,
		     NRC_NOWILD, NRC_NAMERR, NRC_SABORT, NRC_NAMCONF } },
	{ NCBLISTEN, { OF_MOST, NRC_CMDCAN, NRC_LOCTFUL, NRC_NOWILD, NRC_NAMERR,
		       NRC_NAMCONF } },
	{ NCBHANGUP, { OF_MOST, NRC_SNUMOUT, NRC_SCLOSED, NRC_CMDCAN, NRC_SABORT } },
	{ NCBSEND, { SEND_CODES } },
	{ NCBSENDNA, { SEND_CODES } },
	{ NCBCHAINSEND, { SEND_CODES } },
	{ NCBCHAINSENDNA, { SEND_CODES } },
	{ NCBRECV, { OF_MOST, NRC_CMDTMO, NRC_INCOMP, NRC_BADDR, NRC_SNUMOUT, NRC_SCLOSED,
		     NRC_CMDCAN, NRC_SABORT } },
	{ NCBRECVANY, { OF_MOST, NRC_INCOMP, NRC_BADDR, NRC_SCLOSED, NRC_CMDCAN, NRC_ILLNN,
			NRC_NAMERR, NRC_SABORT, NRC_NAMCONF } },
	{ NCBDGSEND, { OF_MOST, NRC_BUFLEN, NRC_BADDR, NRC_ILLNN, NRC_NOWILD, NRC_NAMCONF,
		       NRC_OPENERR } },
	{ NCBDGSENDBC, { OF_MOST, NRC_BUFLEN, NRC_BADDR, NRC_ILLNN, NRC_NAMCONF } },
	{ NCBDGRECV, { DG_RECEIVE_CODES } },
	{ NCBDGRECVBC, { DG_RECEIVE_CODES } },
	{ NCBADDNAME, { ADD_CODES } },
	{ NCBADDGRNAME, { ADD_CODES } },
	{ NCBDELNAME, { OF_MOST, NRC_ACTSES, NRC_NOWILD } },
	{ NCBFINDNAME, { OF_MOST, NRC_BUFLEN, NRC_CMDTMO, NRC_INCOMP, NRC_BADDR, NRC_CMDCAN,
			 NRC_NOCALL, NRC_NOWILD } },
	{ NCBASTAT, { OF_MOST, NRC_BUFLEN, NRC_CMDTMO, NRC_INCOMP, NRC_BADDR, NRC_CMDCAN,
		      NRC_NOWILD } },
	{ NCBSSTAT, { OF_MOST, NRC_BUFLEN, NRC_INCOMP, NRC_BADDR, NRC_NOWILD, NRC_NAMCONF } },
	{ NCBRESET, { OF_ALL, NRC_BRIDGE } },
	{ NCBCANCEL, { OF_ALL, NRC_BRIDGE, NRC_CANOCCR, NRC_CANCEL } },
	{ NCBENUM, { OF_ALL, NRC_TOOMANY, NRC_BUFLEN, NRC_INCOMP, NRC_BADDR } },
	{ NCBLANSTALERT, { OF_MOST, NRC_ILLCMD, NRC_CMDCAN } },
	{ NCBUNLINK, { OF_MOST } },
};

NCB_FIXTURE(table)

/* How many commands of these rows did something else */
static int wrong(struct stage *st, const struct row *row, size_t n)
{
	const uint8_t *command;
	uint8_t code;
	int bad = 0;

	for (; n--; row++) {
		for (command = row->commands; *command; command++) {
			code = stage_clean(st) ? NRC_PENDING : row->make(st, *command);
			if (code == row->code)
				continue;
			ksft_print_msg("command %02x: %02x instead of %02x\n", *command, code,
				       row->code);
			bad++;
		}
	}
	return bad;
}

static int set_stage(struct stage *st, struct nb_host *host)
{
	st->host = &host[0];
	st->server = &host[1];
	return nb_cache_add(st->server, "CLIENT", "10.9.0.1") ?:
	       nb_name_add(st->host, "NEW") ?:
	       nb_set(st->host, NETBIOS_A_NODE_RETRY_INTERVAL, 10) ?:
	       nb_set(st->host, NETBIOS_A_NODE_RESPONSE_TIMEOUT, 300);
}

static struct stage stage;

TEST_F(table, sessions)
{
	ASSERT_EQ(0, set_stage(&stage, self->host));
	EXPECT_EQ(0, wrong(&stage, of_sessions, n_of_sessions));
}

TEST_F(table, names)
{
	ASSERT_EQ(0, set_stage(&stage, self->host));
	EXPECT_EQ(0, wrong(&stage, of_names, n_of_names));
}

TEST_F(table, buffers_and_limits)
{
	ASSERT_EQ(0, set_stage(&stage, self->host));
	EXPECT_EQ(0, wrong(&stage, of_all, n_of_all));
}

static void mark(bool seen[256][256], const struct row *row, size_t n)
{
	const uint8_t *command;

	for (; n--; row++) {
		for (command = row->commands; *command; command++)
			seen[*command][row->code] = true;
	}
}

/* Success and every code that is documented have a row, and no row has another */
TEST(rows_are_all)
{
	static bool seen[256][256], known[256][256];
	const uint8_t *code;
	size_t i;
	int c;

	mark(seen, of_sessions, n_of_sessions);
	mark(seen, of_names, n_of_names);
	mark(seen, of_all, n_of_all);
	EXPECT_EQ(24, ARRAY_SIZE(documented));
	for (i = 0; i < ARRAY_SIZE(documented); i++) {
		known[documented[i].command][NRC_GOODRET] = true;
		for (code = documented[i].codes; *code; code++)
			known[documented[i].command][*code] = true;
	}
	for (i = 0; i < 256; i++) {
		for (c = 0; c < 256; c++) {
			EXPECT_EQ(known[i][c], seen[i][c]) {
				TH_LOG("command %02zx, code %02x", i, c);
			}
		}
	}
}

TEST_HARNESS_MAIN
