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

/* Child of a program's parser; its input is a struct service_options */
extern const struct argp service_argp;

#endif /* SERVICE_OPTIONS_H */
