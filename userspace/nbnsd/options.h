/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NBNSD_OPTIONS_H
#define NBNSD_OPTIONS_H

#include "config.h"
#include "service/options.h"

/**
 * struct options - the command line
 * @service: what every service has
 * @database: instead of that of the file, or NULL
 * @n_listen: addresses in @listen, instead of those of the file
 * @listen: dotted
 */
struct options {
	struct service_options	service;
	const char		*database;
	unsigned int		n_listen;
	const char		*listen[CONFIG_LISTEN_MAX];
};

/**
 * options_parse() - read the command line; ends the process if it is wrong
 * @options: result
 * @argc: of main()
 * @argv: of main()
 */
void options_parse(struct options *options, int argc, char **argv);

/**
 * options_config() - read the file, and put in what the command line says
 * @options: command line
 *
 * Return: settings, for config_free(); NULL: the reason is in the log.
 */
struct config *options_config(const struct options *options);

#endif /* NBNSD_OPTIONS_H */
