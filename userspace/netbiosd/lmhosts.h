/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The file of names and addresses, netbios-lmhosts(5).
 */
#ifndef NETBIOSD_LMHOSTS_H
#define NETBIOSD_LMHOSTS_H

#include <stddef.h>

#include "engine.h"

/* Files that include each other */
#define LMHOSTS_DEPTH	8

/* Names, all files together */
#define LMHOSTS_MAX	65536

/**
 * lmhosts_load() - read a file and what it includes
 * @entries: result in the order of the file, from malloc(); untouched on error
 * @n: number of entries
 * @path: file
 * @error: on error, one line: file, number of the line, reason
 * @size: room in @error
 *
 * An error anywhere makes nothing of it all.
 *
 * Return: 0 or a negative errno; -ENOENT only if @path itself is missing.
 */
int lmhosts_load(struct nbd_lmhosts_entry **entries, size_t *n, const char *path,
		 char *error, size_t size);

#endif /* NETBIOSD_LMHOSTS_H */
