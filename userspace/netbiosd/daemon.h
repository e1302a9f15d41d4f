/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The life of the helper, from the first table that is read to the last signal.
 */
#ifndef NETBIOSD_DAEMON_H
#define NETBIOSD_DAEMON_H

#include "files.h"
#include "service/options.h"

/**
 * daemon_run() - serve until a signal ends it
 * @options: command line
 * @files: what was read at start; the daemon's from now on
 *
 * Return: exit status.
 */
int daemon_run(const struct service_options *options, struct files *files);

#endif /* NETBIOSD_DAEMON_H */
