// SPDX-License-Identifier: GPL-2.0
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "options.h"
#include "service/log.h"

#define CONFIG_PATH	"/etc/nbnsd.conf"

enum {
	KEY_CHECK = 0x100,
};

static const struct argp_option table[] = {
	{ "config", 'c', "FILE", 0, "Settings, " CONFIG_PATH " if not given", 0 },
	{ "listen", 'l', "ADDRESS", 0, "Serve at this address of the host; may be repeated", 0 },
	{ "database", 'D', "FILE", 0, "Where names survive", 0 },
	{ "check-config", KEY_CHECK, NULL, 0, "Look for errors in the file, and exit", 0 },
	{ "user", 'u', "USER", 0, "User to become when started by root", 0 },
	{ "verbose", 'v', NULL, 0, "Say more; twice: what debugging needs", 0 },
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
	case 'l':
		if (options->n_listen == CONFIG_LISTEN_MAX)
			argp_error(state, "more than %d addresses", CONFIG_LISTEN_MAX);
		options->listen[options->n_listen++] = arg;
		break;
	case 'D':
		options->database = arg;
		break;
	case 'u':
		options->user = arg;
		break;
	case 'v':
		if (options->level < LOG_DEBUG)
			options->level++;
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
		.doc = "NetBIOS name server (NBNS, \"WINS\") and datagram distribution "
		       "server (NBDD) of RFC 1001 and RFC 1002. Runs in the foreground "
		       "and logs to standard error.\v"
		       "SIGHUP reads the settings again, SIGUSR1 logs counters, SIGTERM "
		       "ends; names survive. See nbnsd(8).",
	};

	*options = (struct options){
		.config = CONFIG_PATH,
		.level = LOG_NOTICE,
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
	struct config *config = NULL;
	char error[512];
	int err;

	err = config_load(&config, options->config, error, sizeof(error));
	if (err == -ENOENT && !options->config_given) {
		log_info("%s, so all settings are as they come", error);
		err = config_load(&config, NULL, error, sizeof(error));
	}
	if (err) {
		log_error("%s", error);
		return NULL;
	}
	if (!put_in(options, config)) {
		config_free(config);
		return NULL;
	}
	return config;
}
