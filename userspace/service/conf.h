/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of settings by libconfuse, with errors that name the line.
 */
#ifndef SERVICE_CONF_H
#define SERVICE_CONF_H

#include <confuse.h>
#include <stdbool.h>
#include <stddef.h>

#include "options.h"

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
 * struct conf_kind - the settings of a program
 * @optional: without a file all is as it comes
 * @size: of its structure of settings
 * @make: makes a parser; validating functions report by cfg_error()
 * @take: fills the structure, which is zeroed, from what was read; 0 or a negative
 *	errno, with the reason reported by cfg_error() if there is more to say
 * @free: frees the structure, also one that was not filled to the end
 */
struct conf_kind {
	bool	optional;
	size_t	size;
	cfg_t	*(*make)(void);
	int	(*take)(cfg_t *cfg, void *config);
	void	(*free)(void *config);
};

/**
 * conf_load() - read a file
 * @kind: what is in it
 * @path: file, NULL for none: then all is as it comes
 * @err: 0 or a negative errno; -ENOENT if the file is missing
 * @error: on error, one line: file, number of the line, reason
 * @size: room in @error
 *
 * Return: settings, for @kind->free(); NULL on error.
 */
void *conf_load(const struct conf_kind *kind, const char *path, int *err, char *error,
		size_t size);

/**
 * conf_read() - read the file that the command line says
 * @kind: what is in it
 * @options: command line; the file need not be there if it was not named and
 *	@kind has no need of it
 *
 * Return: settings, for @kind->free(); NULL: the reason is in the log.
 */
void *conf_read(const struct conf_kind *kind, const struct service_options *options);

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
