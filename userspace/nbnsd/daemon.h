/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NBNSD_DAEMON_H
#define NBNSD_DAEMON_H

#include "options.h"

/**
 * daemon_run() - serve until a signal ends it
 * @options: command line, to read the settings again
 * @config: settings, which are freed here
 *
 * Return: EXIT_SUCCESS or EXIT_FAILURE.
 */
int daemon_run(const struct options *options, struct config *config);

#endif /* NBNSD_DAEMON_H */
