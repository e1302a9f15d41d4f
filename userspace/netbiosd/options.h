/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NETBIOSD_OPTIONS_H
#define NETBIOSD_OPTIONS_H

#include <stdbool.h>

/**
 * struct options - the command line
 * @config: file of settings
 * @config_given: it was named, so it has to be there
 * @user: user to become, NULL to stay
 * @level: what goes to the log, LOG_ERR ... LOG_DEBUG
 * @check: only look at the files
 */
struct options {
	const char	*config;
	bool		config_given;
	const char	*user;
	int		level;
	bool		check;
};

/**
 * options_parse() - read the command line; ends the process if it is wrong
 * @options: result
 * @argc: of main()
 * @argv: of main()
 */
void options_parse(struct options *options, int argc, char **argv);

#endif /* NETBIOSD_OPTIONS_H */
