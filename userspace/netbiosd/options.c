// SPDX-License-Identifier: GPL-2.0
#include <argp.h>
#include <syslog.h>

#include "options.h"

#define CONFIG_PATH	"/etc/netbiosd.conf"

enum {
	KEY_CHECK = 0x100,
};

static const struct argp_option table[] = {
	{ "config", 'c', "FILE", 0, "Settings, " CONFIG_PATH " if not given", 0 },
	{ "check-config", KEY_CHECK, NULL, 0, "Look for errors in the files, and exit", 0 },
	{ "user", 'u', "USER", 0, "User to become when started by root", 0 },
	{ "verbose", 'v', NULL, 0, "Say more; twice: what debugging needs", 0 },
	{ "debug", 'd', NULL, 0, "As -v -v", 0 },
	{ "quiet", 'q', NULL, 0, "Only errors and warnings", 0 },
	{ 0 },
};

static error_t on_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'c':
		options->config = arg;
		options->config_given = true;
		break;
	case 'u':
		options->user = arg;
		break;
	case 'v':
		if (options->level < LOG_DEBUG)
			options->level++;
		break;
	case 'd':
		options->level = LOG_DEBUG;
		break;
	case 'q':
		options->level = LOG_WARNING;
		break;
	case KEY_CHECK:
		options->check = true;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "there are no arguments: %s", arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

void options_parse(struct options *options, int argc, char **argv)
{
	static const struct argp argp = {
		.options = table,
		.parser = on_option,
		.doc = "Helper of AF_NETBIOS: keeps the names of this network namespace "
		       "alive, and finds those of other nodes. Runs in the foreground "
		       "and logs to standard error.\v"
		       "SIGHUP reads the files again, SIGUSR1 logs the state, SIGTERM "
		       "ends; names stay. See netbiosd(8).",
	};

	*options = (struct options){
		.config = CONFIG_PATH,
		.level = LOG_NOTICE,
	};
	argp_parse(&argp, argc, argv, 0, NULL, options);
}
