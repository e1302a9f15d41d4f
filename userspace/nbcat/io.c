// SPDX-License-Identifier: GPL-2.0
/*
 * Streams of octets on one side, messages on the other.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

/* Small lines are read many at a time */
#define READ_MIN	65536

/* Room for one message of @max octets and the end of its line, at the least */
static int feed_room(struct feed *feed)
{
	if (!feed->buf) {
		feed->size = feed->max + 1 > READ_MIN ? feed->max + 1 : READ_MIN;
		feed->buf = malloc(feed->size);
		if (!feed->buf)
			return -ENOMEM;
	}
	if (feed->start) {
		memmove(feed->buf, feed->buf + feed->start, feed->len);
		feed->start = 0;
	}
	return 0;
}

long feed_fill(struct feed *feed)
{
	size_t room;
	ssize_t n;

	if (feed_room(feed))
		return -ENOMEM;
	room = feed->binary ? feed->max : feed->size;
	if (feed->len >= room)
		return -EAGAIN;
	do {
		n = read(feed->src.fd, feed->buf + feed->len, room - feed->len);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (!n)
		feed->eof = true;
	feed->len += n;
	return n;
}

static void take(struct feed *feed, const char **data, size_t *len, size_t n,
		 size_t skip)
{
	*data = feed->buf + feed->start;
	*len = n;
	feed->start += n + skip;
	feed->len -= n + skip;
	feed->scanned = 0;
}

static bool next_line(struct feed *feed, const char **data, size_t *len)
{
	char *from = feed->buf + feed->start, *end;
	size_t n;

	end = memchr(from + feed->scanned, '\n', feed->len - feed->scanned);
	n = end ? (size_t)(end - from) : feed->len;
	if (n > feed->max) {
		take(feed, data, len, feed->max, 0);
		return true;
	}
	if (end) {
		take(feed, data, len, n, 1);
		return true;
	}
	if (feed->eof && n) {
		take(feed, data, len, n, 0);
		return true;
	}
	feed->scanned = n;
	return false;
}

bool feed_next(struct feed *feed, const char **data, size_t *len)
{
	while (feed->len) {
		if (feed->binary) {
			take(feed, data, len, feed->len, 0);
			return true;
		}
		if (!next_line(feed, data, len))
			return false;
		if (*len || feed->zero)
			return true;
	}
	return false;
}

void feed_free(struct feed *feed)
{
	free(feed->buf);
	feed->buf = NULL;
	feed->len = 0;
}

static int drain_room(struct drain *drain, size_t len)
{
	size_t size;
	char *buf;

	if (drain->start + drain->len + len <= drain->size)
		return 0;
	if (drain->start) {
		memmove(drain->buf, drain->buf + drain->start, drain->len);
		drain->start = 0;
	}
	if (drain->len + len <= drain->size)
		return 0;
	for (size = drain->size ? drain->size : READ_MIN; size < drain->len + len;)
		size *= 2;
	buf = realloc(drain->buf, size);
	if (!buf)
		return -ENOMEM;
	drain->buf = buf;
	drain->size = size;
	return 0;
}

int drain_put(struct drain *drain, const void *data, size_t len)
{
	int err;

	err = drain_room(drain, len);
	if (err || !len)
		return err;
	memcpy(drain->buf + drain->start + drain->len, data, len);
	drain->len += len;
	return 0;
}

int drain_flush(struct drain *drain)
{
	ssize_t n;

	while (drain->len) {
		n = write(drain->src.fd, drain->buf + drain->start, drain->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n < 0)
			return -errno;
		drain->start += n;
		drain->len -= n;
	}
	drain->start = 0;
	return 0;
}

void drain_free(struct drain *drain)
{
	free(drain->buf);
	drain->buf = NULL;
	drain->len = 0;
}
