/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of settings by libconfuse, with errors that name the line.
 */
#ifndef SERVICE_CONF_H
#define SERVICE_CONF_H

#include <confuse.h>
#include <stddef.h>

/**
 * struct conf_number - a setting that is a number
 * @name: its name in the file
 * @offset: where a program keeps it
 * @value: what it is without the file, for programs that say so here
 * @min: the least it may be
 * @max: the most it may be
 */
struct conf_number {
	const char	*name;
	size_t		offset;
	long		value;
	long		min;
	long		max;
};

/**
 * conf_load() - read a file
 * @result: what was read, for cfg_free(); untouched on error
 * @make: makes a parser; validating functions report by cfg_error()
 * @path: file, NULL for none: then all is as it comes
 * @error: on error, one line: file, number of the line, reason
 * @size: room in @error
 *
 * Return: 0 or a negative errno; -ENOENT if the file is missing.
 */
int conf_load(cfg_t **result, cfg_t *(*make)(void), const char *path, char *error, size_t size);

/**
 * conf_check_number() - the job of a validating function for a number
 * @cfg: of the validating function
 * @opt: of the validating function
 * @numbers: all numbers of the program
 * @n: how many
 *
 * Return: 0, or -1 with an error reported.
 */
int conf_check_number(cfg_t *cfg, cfg_opt_t *opt, const struct conf_number *numbers, size_t n);

#endif /* SERVICE_CONF_H */
