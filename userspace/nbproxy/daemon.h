/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NBPROXY_DAEMON_H
#define NBPROXY_DAEMON_H

#include "config.h"

/**
 * daemon_run() - serve until a signal ends it
 * @options: command line, to read the settings again
 * @config: settings, which are freed here
 *
 * Return: EXIT_SUCCESS or EXIT_FAILURE.
 */
int daemon_run(const struct service_options *options, struct config *config);

#endif /* NBPROXY_DAEMON_H */
