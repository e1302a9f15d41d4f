// SPDX-License-Identifier: GPL-2.0
#include <syslog.h>

#include "options.h"

enum {
	KEY_CHECK = 0x100,
};

static const struct argp_option table[] = {
	{ "config", 'c', "FILE", 0, "Settings, instead of those in /etc", 0 },
	{ "check-config", KEY_CHECK, NULL, 0, "Look for errors in the files, and exit", 0 },
	{ "user", 'u', "USER", 0, "User to become when started by root", 0 },
	{ "verbose", 'v', NULL, 0, "Say more; twice: what debugging needs", 0 },
	{ "debug", 'd', NULL, 0, "As -v -v", 0 },
	{ "quiet", 'q', NULL, 0, "Only errors and warnings", 0 },
	{ 0 },
};

static error_t on_option(int key, char *arg, struct argp_state *state)
{
	struct service_options *options = state->input;

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

const struct argp service_argp = {
	.options = table,
	.parser = on_option,
};

void service_options_parse(struct service_options *options, const char *config,
			   const char *doc, int argc, char **argv)
{
	const struct argp argp = {
		.options = table,
		.parser = on_option,
		.doc = doc,
	};

	*options = (struct service_options){
		.config = config,
		.level = LOG_NOTICE,
	};
	argp_parse(&argp, argc, argv, 0, NULL, options);
}
