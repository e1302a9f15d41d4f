// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "options.h"
#include "service/log.h"

static const struct argp_option table[] = {
	{ "listen", 'l', "ADDRESS", 0, "Serve at this address of the host; may be repeated", 0 },
	{ "database", 'D', "FILE", 0, "Where names survive", 0 },
	{ 0 },
};

static error_t on_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->service;
		break;
	case 'l':
		if (options->n_listen == CONFIG_LISTEN_MAX)
			argp_error(state, "more than %d addresses", CONFIG_LISTEN_MAX);
		options->listen[options->n_listen++] = arg;
		break;
	case 'D':
		options->database = arg;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

void options_parse(struct options *options, int argc, char **argv)
{
	static const struct argp_child children[] = { { &service_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = table,
		.parser = on_option,
		.children = children,
		.doc = "NetBIOS name server (NBNS, \"WINS\") and datagram distribution "
		       "server (NBDD) of RFC 1001 and RFC 1002. Runs in the foreground "
		       "and logs to standard error.\v"
		       "Settings are in /etc/nbnsd.conf. SIGHUP reads them again, SIGUSR1 "
		       "logs counters, SIGTERM ends; names survive. See nbnsd(8).",
	};

	*options = (struct options){
		.service = {
			.config = "/etc/nbnsd.conf",
			.level = LOG_NOTICE,
		},
	};
	argp_parse(&argp, argc, argv, 0, NULL, options);
}

/* Return: false, and a line in the log, if something is wrong with it */
static bool put_in(const struct options *options, struct config *config)
{
	unsigned int i;

	if (options->database) {
		free(config->database);
		config->database = strdup(options->database);
		if (!config->database)
			return false;
	}
	if (options->n_listen)
		config->n_listen = 0;
	for (i = 0; i < options->n_listen; i++) {
		if (config_listen(config, options->listen[i]))
			continue;
		log_error("\"%s\" is no address of a host", options->listen[i]);
		return false;
	}
	return true;
}

struct config *options_config(const struct options *options)
{
	struct config *config = conf_read(&config_kind, &options->service);

	if (!config || put_in(options, config))
		return config;
	config_free(config);
	return NULL;
}
