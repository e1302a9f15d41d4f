/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of settings and names: read, looked at, and checked as a whole:
 * one that has an error anywhere says nothing.
 */
#ifndef NETBIOSD_FILES_H
#define NETBIOSD_FILES_H

#include <stdbool.h>

#include "config.h"
#include "engine.h"
#include "service/options.h"

/**
 * struct files - what was read
 * @config: settings
 * @hosts: entries of LMHOSTS
 * @n_hosts: number of them
 * @hosts_bad: LMHOSTS has an error, so there are none
 */
struct files {
	struct config			*config;
	struct nbd_lmhosts_entry	*hosts;
	size_t				n_hosts;
	bool				hosts_bad;
};

/**
 * files_read() - read both files
 * @files: result, to be freed by files_free(); untouched on error
 * @options: which file
 *
 * Return: true; false if the settings have an error. Errors are in the log.
 * Files that are not there are empty, unless the command line named them.
 */
bool files_read(struct files *files, const struct service_options *options);

/**
 * files_free() - forget what was read
 * @files: by files_read(), or all zero
 */
void files_free(struct files *files);

#endif /* NETBIOSD_FILES_H */
