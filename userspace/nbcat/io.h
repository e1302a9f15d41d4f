/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NBCAT_IO_H
#define _NBCAT_IO_H

#include <stdbool.h>
#include <stddef.h>

#include "loop.h"

/**
 * struct feed - makes messages of a stream of octets
 * @src: where the octets come from
 * @max: longest message; a longer line becomes several
 * @binary: what one read gives is a message, otherwise a line is
 * @zero: an empty line is a message without octets, otherwise none
 * @eof: nothing more comes from @src
 * @buf: octets that were read, @len of them from @start on
 * @scanned: so many of them hold no end of line
 * @size: room in @buf
 */
struct feed {
	struct source	src;
	size_t		max;
	bool		binary;
	bool		zero;
	bool		eof;
	char		*buf;
	size_t		start;
	size_t		len;
	size_t		scanned;
	size_t		size;
};

/**
 * struct drain - writes messages to a stream, and keeps what does not fit
 * @src: where the octets go
 * @buf: octets to write, @len of them from @start on
 * @size: room in @buf
 */
struct drain {
	struct source	src;
	char		*buf;
	size_t		start;
	size_t		len;
	size_t		size;
};

/* Reads once. Returns how much, 0 at the end, -EAGAIN, or another error. */
long feed_fill(struct feed *feed);
/* Takes the next whole message; it is valid until feed_fill(). */
bool feed_next(struct feed *feed, const char **data, size_t *len);
void feed_free(struct feed *feed);

/* Keeps a copy; drain_flush() writes. */
int drain_put(struct drain *drain, const void *data, size_t len);
/* Writes what goes. Returns 0, or an error; -EAGAIN is none. */
int drain_flush(struct drain *drain);
void drain_free(struct drain *drain);

#endif /* _NBCAT_IO_H */
