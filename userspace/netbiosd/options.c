// SPDX-License-Identifier: GPL-2.0
#include <syslog.h>

#include "options.h"

static error_t on_option(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

void options_parse(struct service_options *options, int argc, char **argv)
{
	static const struct argp_child children[] = { { &service_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.parser = on_option,
		.children = children,
		.doc = "Helper of AF_NETBIOS: keeps the names of this network namespace "
		       "alive, and finds those of other nodes. Runs in the foreground "
		       "and logs to standard error.\v"
		       "Settings are in /etc/netbiosd.conf. SIGHUP reads the files again, "
		       "SIGUSR1 logs the state, SIGTERM ends; names stay. See netbiosd(8).",
	};

	*options = (struct service_options){
		.config = "/etc/netbiosd.conf",
		.level = LOG_NOTICE,
	};
	argp_parse(&argp, argc, argv, 0, NULL, options);
}
