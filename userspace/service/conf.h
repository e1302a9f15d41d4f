/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of settings by libconfuse, with errors that name the line.
 */
#ifndef SERVICE_CONF_H
#define SERVICE_CONF_H

#include <confuse.h>
#include <stddef.h>

/**
 * conf_parse() - read a file
 * @cfg: the parser; validating functions report by cfg_error()
 * @path: file
 * @error: on error, one line: file, number of the line, reason
 * @size: room in @error
 *
 * Return: 0 or a negative errno; -ENOENT if the file is missing.
 */
int conf_parse(cfg_t *cfg, const char *path, char *error, size_t size);

#endif /* SERVICE_CONF_H */
