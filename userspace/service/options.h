/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every service can be told on its command line.
 */
#ifndef SERVICE_OPTIONS_H
#define SERVICE_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

/**
 * struct service_options - options of every service
 * @config: file of settings; set to the usual one beforehand
 * @config_given: it was named, so it has to be there
 * @user: user to become, NULL to stay
 * @level: what goes to the log, LOG_ERR ... LOG_DEBUG; LOG_NOTICE beforehand
 * @check: only look at the files
 */
struct service_options {
	const char	*config;
	bool		config_given;
	const char	*user;
	int		level;
	bool		check;
};

/* Child of the parser of a program with more options; its input is the structure */
extern const struct argp service_argp;

/**
 * service_options_parse() - read the command line of a program with these alone
 * @options: result
 * @config: the usual file of settings
 * @doc: what --help says, as in struct argp
 * @argc: of main()
 * @argv: of main()
 *
 * Ends the process if something is wrong with it.
 */
void service_options_parse(struct service_options *options, const char *config,
			   const char *doc, int argc, char **argv);

#endif /* SERVICE_OPTIONS_H */
