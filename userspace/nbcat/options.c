// SPDX-License-Identifier: GPL-2.0
/*
 * The command line, see nbcat(1).
 */
#include <argp.h>
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nbcat.h"

#define MAX_SESSIONS	1024
#define CALLER_QUIET_MS	1000

enum {
	OPT_ECHO = 256,
	OPT_KEEPALIVE,
	OPT_KEEP_REST,
	OPT_MAX_SESSIONS,
};

/* What both services limit */
#define MAX_OF(opt) ((opt)->datagrams ? NETBIOS_MAX_DATAGRAM : NETBIOS_MAX_MESSAGE)

static const struct argp_option argp_options[] = {
	{ NULL, 0, NULL, 0, "What to do:", 1 },
	{ "listen", 'l', NULL, 0, "Listen on NAME instead of calling it", 1 },
	{ "keep", 'k', NULL, 0, "Listen on after the first session", 1 },
	{ "datagrams", 'u', NULL, 0, "Send datagrams to NAME; with --listen receive them", 1 },
	{ "broadcast", 'B', NULL, 0,
	  "With --datagrams: NAME may be *, everybody; with --listen receive what is "
	  "for everybody too", 1 },
	{ "count", 'n', "N", 0, "With --datagrams: end when N have been received", 1 },
	{ "exec", 'e', "COMMAND", 0, "Run COMMAND for each session, or each datagram", 1 },
	{ "echo", OPT_ECHO, NULL, 0, "Send every message back", 1 },
	{ "max-sessions", OPT_MAX_SESSIONS, "N", 0,
	  "Sessions at a time with --keep, or commands for datagrams (default 1024)", 1 },

	{ NULL, 0, NULL, 0, "Names:", 2 },
	{ "source", 's', "NAME", 0, "Call or send from NAME", 2 },
	{ "group", 'g', NULL, 0, "The own name is a group name", 2 },
	{ "caller", 'c', "NAME", 0,
	  "With --listen: only NAME may call; receive datagrams of NAME only", 2 },
	{ "retarget", 'R', "[ADDR]:PORT", 0, "With --listen: send callers there", 2 },
	{ "scope", 'S', "SCOPE", 0, "Scope of the names", 2 },
	{ "lana", 'L', "N", 0, "Use adapter number N (see nbctl node)", 2 },
	{ "interface", 'I', "DEV", 0, "Use network interface DEV", 2 },

	{ NULL, 0, NULL, 0, "Messages:", 3 },
	{ "binary", 'b', NULL, 0, "A message for each read, not for each line", 3 },
	{ "size", 'm', "OCTETS", 0, "Longest message (default 131071; datagrams 512)", 3 },
	{ "zero", 'z', NULL, 0, "Send an empty message for an empty line", 3 },
	{ "keep-rest", OPT_KEEP_REST, NULL, 0,
	  "Get longer messages in pieces instead of cutting them", 3 },

	{ NULL, 0, NULL, 0, "Time:", 4 },
	{ "wait", 'w', "SECONDS", 0,
	  "Longest wait for the name, the answer or the first caller", 4 },
	{ "quit", 'q', "SECONDS", 0,
	  "Hang up after this silence when the input has ended; -1: never "
	  "(default 1, with --listen -1)", 4 },
	{ "keepalive", OPT_KEEPALIVE, "SECONDS", 0, "Keep-alive interval, 0 is off", 4 },

	{ NULL, 0, NULL, 0, "Other:", -1 },
	{ "verbose", 'v', NULL, 0, "Tell who is connected, or where a datagram is from", -1 },
	{ 0 }
};

static const char doc[] =
	"Sends standard input over a NetBIOS session, or as datagrams, and writes what "
	"comes back.\v"
	"NAME is FRED, FRED<20>, FRED#20 or \"Fred\"<20>; without a suffix it is padded "
	"with blanks (suffix 20). See nbcat(1).";

/* The broadcast name; no name of a node starts with an asterisk */
bool name_is_everybody(const struct sockaddr_nb *addr)
{
	return addr->snb_name[0] == '*' && !addr->snb_name[1];
}

static void get_name(struct argp_state *state, struct sockaddr_nb *addr, const char *text)
{
	int err = nb_sockaddr_parse(addr, text, NB_SUFFIX_PAD, NETBIOS_UNIQUE_NAME);

	if (err == -ENAMETOOLONG)
		argp_error(state, "%s: longer than a NetBIOS name", text);
	else if (err)
		argp_error(state, "%s: not a NetBIOS name", text);
}

static long get_number(struct argp_state *state, const char *what, const char *text,
		       long min, long max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < min || n > max)
		argp_error(state, "%s: %s: not a number from %ld to %ld", what, text,
			   min, max);
	return n;
}

/* Fractions are allowed; -1 is for ever */
static int64_t get_seconds(struct argp_state *state, const char *text)
{
	char *end;
	double n;

	n = strtod(text, &end);
	if (end == text || *end || !isfinite(n) || (n < 0 && n != -1) || n > 1e7)
		argp_error(state, "%s: not a number of seconds", text);
	return n < 0 ? -1 : (int64_t)(n * 1000);
}

static void get_retarget(struct argp_state *state, struct options *opt, const char *text)
{
	const char *colon = strrchr(text, ':');
	char addr[INET_ADDRSTRLEN] = "";
	struct in_addr in = { 0 };

	if (!colon || (size_t)(colon - text) >= sizeof(addr))
		argp_error(state, "%s: not [ADDR]:PORT", text);
	memcpy(addr, text, colon - text);
	if (*addr && inet_pton(AF_INET, addr, &in) != 1)
		argp_error(state, "%s: not an IPv4 address", addr);
	memset(&opt->retarget, 0, sizeof(opt->retarget));
	opt->retarget.nr_addr = in.s_addr;
	opt->retarget.nr_port = htons(get_number(state, "port", colon + 1, 1, 65535));
	opt->has_retarget = true;
}

static void get_scope(struct argp_state *state, struct options *opt, const char *text)
{
	if (nb_scope_check(text))
		argp_error(state, "%s: not a scope", text);
	opt->scope = text;
}

static void check_datagrams(struct argp_state *state, const struct options *opt)
{
	if (opt->has_retarget || opt->keepalive >= 0 || opt->keep_rest)
		argp_error(state, "--retarget, --keepalive and --keep-rest are for sessions");
	if (opt->echo && !opt->listen)
		argp_error(state, "--echo of datagrams needs --listen");
	if (name_is_everybody(&opt->name) && !opt->broadcast)
		argp_error(state, "*: everybody, which takes --broadcast");
}

static void check(struct argp_state *state, const struct options *opt)
{
	if (opt->listen && opt->has_own)
		argp_error(state, "--source is for calls; with --listen NAME is the own name");
	if (!opt->listen && (opt->keep || opt->has_retarget ||
			     (opt->has_caller && !opt->datagrams)))
		argp_error(state, "--keep, --caller and --retarget need --listen");
	if (opt->own_type == NETBIOS_GROUP_NAME && !opt->listen && !opt->has_own)
		argp_error(state, "--group needs --listen or --source");
	if (opt->echo && opt->command)
		argp_error(state, "--echo and --exec exclude each other");
	if (opt->max > MAX_OF(opt))
		argp_error(state, "--size: more than the %d octets of a datagram",
			   NETBIOS_MAX_DATAGRAM);
	if (opt->datagrams)
		check_datagrams(state, opt);
	else if (opt->broadcast || opt->count)
		argp_error(state, "--broadcast and --count need --datagrams");
}

static int parse_stream_option(int key, char *arg, struct argp_state *state)
{
	struct options *opt = state->input;

	switch (key) {
	case 'b':
		opt->binary = true;
		return 0;
	case 'z':
		opt->zero = true;
		return 0;
	case 'm':
		opt->max = get_number(state, "--size", arg, 1, NETBIOS_MAX_MESSAGE);
		return 0;
	case 'w':
		opt->wait_ms = get_seconds(state, arg);
		return 0;
	case 'q':
		opt->quiet_ms = get_seconds(state, arg);
		return 0;
	case 'v':
		opt->verbose = true;
		return 0;
	case OPT_KEEPALIVE:
		opt->keepalive = get_number(state, "--keepalive", arg, 0, 86400);
		return 0;
	case OPT_KEEP_REST:
		opt->keep_rest = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int parse_name_option(int key, char *arg, struct argp_state *state)
{
	struct options *opt = state->input;

	switch (key) {
	case 's':
		get_name(state, &opt->own, arg);
		opt->has_own = true;
		return 0;
	case 'g':
		opt->own_type = NETBIOS_GROUP_NAME;
		return 0;
	case 'c':
		get_name(state, &opt->caller, arg);
		opt->has_caller = true;
		return 0;
	case 'R':
		get_retarget(state, opt, arg);
		return 0;
	case 'S':
		get_scope(state, opt, arg);
		return 0;
	case 'L':
		opt->lana = get_number(state, "--lana", arg, 0, 65535);
		return 0;
	case 'I':
		opt->device = arg;
		return 0;
	default:
		return parse_stream_option(key, arg, state);
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opt = state->input;

	switch (key) {
	case 'u':
		opt->datagrams = true;
		return 0;
	case 'B':
		opt->broadcast = true;
		return 0;
	case 'n':
		opt->count = get_number(state, "--count", arg, 1, UINT_MAX);
		return 0;
	case 'l':
		opt->listen = true;
		return 0;
	case 'k':
		opt->keep = true;
		return 0;
	case 'e':
		opt->command = arg;
		return 0;
	case OPT_ECHO:
		opt->echo = true;
		return 0;
	case OPT_MAX_SESSIONS:
		opt->max_sessions = get_number(state, "--max-sessions", arg, 1, 1000000);
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num)
			argp_error(state, "one name only");
		get_name(state, &opt->name, arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no name given");
		return 0;
	case ARGP_KEY_END:
		check(state, opt);
		return 0;
	default:
		return parse_name_option(key, arg, state);
	}
}

void options_parse(struct options *opt, int argc, char **argv)
{
	static const struct argp argp = { argp_options, parse, "NAME", doc, NULL, NULL, NULL };
	const int64_t unset = -2;

	opt->lana = NB_LANA_ANY;
	opt->keepalive = -1;
	opt->max_sessions = MAX_SESSIONS;
	opt->wait_ms = -1;
	opt->quiet_ms = unset;
	argp_err_exit_status = STATUS_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, opt);
	if (!opt->max)
		opt->max = MAX_OF(opt);
	if (opt->quiet_ms == unset)
		opt->quiet_ms = opt->listen ? -1 : CALLER_QUIET_MS;
}
