// SPDX-License-Identifier: GPL-2.0
/*
 * All directions share one buffer and one pipe, in which octets are only as long
 * as it takes to pass them on. What is left then goes into a buffer of its own, or
 * stays in the pipe, and there is a new one for the others.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pump.h"

/* Read at once, unless long frames are expected */
#define READ_SIZE	16384
/* To splice less costs more than to copy it */
#define SPLICE_MIN	8192
#define ROOM		(FRAME_HEADER + READ_SIZE)
#define PIPE_SIZE	(256 * 1024)
/* What one direction may do before others have their turn */
#define TURN_OCTETS	(1024 * 1024)
/* Octets that are no frames: both ends are direct */
#define NO_FRAMES	UINT64_MAX

/* Buffers and pipes that were given back, and are likely to be wanted again */
#define SPARE_MAX	16

static uint8_t shared[ROOM];
static uint8_t *spare[SPARE_MAX];
static unsigned int n_spare;
static int spare_pipe[SPARE_MAX][2];
static unsigned int n_spare_pipes;

static uint8_t *get_buffer(void)
{
	return n_spare ? spare[--n_spare] : malloc(ROOM);
}

static void put_buffer(uint8_t *buf)
{
	if (n_spare < SPARE_MAX)
		spare[n_spare++] = buf;
	else
		free(buf);
}

/* Return: false if there is none: then octets are copied */
static bool get_pipe(struct pump *pump)
{
	if (pump->pipe[0] >= 0)
		return true;
	if (n_spare_pipes) {
		memcpy(pump->pipe, spare_pipe[--n_spare_pipes], sizeof(pump->pipe));
		return true;
	}
	if (pipe2(pump->pipe, O_CLOEXEC | O_NONBLOCK)) {
		pump->pipe[0] = -1;
		return false;
	}
	/* Users have a limit for that; then it is a smaller one */
	fcntl(pump->pipe[1], F_SETPIPE_SZ, PIPE_SIZE);
	return true;
}

static void put_pipe(struct pump *pump)
{
	if (pump->pipe[0] < 0)
		return;
	if (!pump->piped && n_spare_pipes < SPARE_MAX) {
		memcpy(spare_pipe[n_spare_pipes++], pump->pipe, sizeof(pump->pipe));
	} else {
		close(pump->pipe[0]);
		close(pump->pipe[1]);
	}
	pump->pipe[0] = -1;
	pump->piped = 0;
}

static bool fail(struct pump *pump, enum pump_fault fault, long detail)
{
	pump->fault = fault;
	pump->detail = detail;
	pump->state = PUMP_FAILED;
	return false;
}

static bool not_taken(struct pump *pump)
{
	if (errno != EAGAIN && errno != EINTR)
		return fail(pump, FAULT_WRITE, errno);
	pump->state = PUMP_WAITS_OUT;
	return false;
}

/* @n is what a call gave that did not give any octets */
static bool not_read(struct pump *pump, ssize_t n)
{
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return fail(pump, FAULT_READ, errno);
	if (n < 0)
		return false;
	if (pump->header_len || (pump->rest && pump->rest != NO_FRAMES))
		return fail(pump, FAULT_CUT, 0);
	pump->state = PUMP_ENDED;
	return false;
}

static void drop_buffer(struct pump *pump)
{
	if (pump->buf)
		put_buffer(pump->buf);
	pump->buf = NULL;
	pump->start = 0;
	pump->end = 0;
}

/*
 * What was read goes out; inside a frame TCP need not hurry.
 * Return: false if not all of it.
 */
static bool pass_on(struct pump *pump)
{
	const uint8_t *buf = pump->buf ? pump->buf : shared;
	bool inside = pump->rest && pump->rest != NO_FRAMES;
	ssize_t n;

	for (; pump->start < pump->end; pump->start += n, pump->octets += n) {
		n = send(pump->to.fd, buf + pump->start, pump->end - pump->start,
			 MSG_NOSIGNAL | (inside ? MSG_MORE : 0));
		if (n < 0)
			return not_taken(pump);
	}
	drop_buffer(pump);
	for (; pump->piped; pump->piped -= n, pump->octets += n) {
		n = splice(pump->pipe[0], NULL, pump->to.fd, NULL, pump->piped,
			   SPLICE_F_MOVE | SPLICE_F_NONBLOCK | (inside ? SPLICE_F_MORE : 0));
		if (n < 0)
			return not_taken(pump);
	}
	pump->state = PUMP_WAITS_IN;
	return true;
}

/* Find the frames in the first @n octets of the shared buffer */
static bool scan(struct pump *pump, size_t n)
{
	size_t at = 0, len = 0, skip;

	if (pump->rest == NO_FRAMES)
		at = n;
	for (; at < n; at += skip) {
		skip = pump->rest < n - at ? pump->rest : n - at;
		pump->rest -= skip;
		if (skip)
			continue;
		switch (frame_parse(shared + at, n - at, &len)) {
		case FRAME_SHORT:
			pump->header_len = n - at;
			memcpy(pump->header, shared + at, n - at);
			n = at;
			break;
		case FRAME_KEEPALIVE:
			n -= FRAME_HEADER;
			memmove(shared + at, shared + at + FRAME_HEADER, n - at);
			break;
		case FRAME_TOO_LONG:
			return fail(pump, FAULT_TOO_LONG, len);
		case FRAME_UNKNOWN:
			return fail(pump, FAULT_FRAMING, shared[at]);
		case FRAME_MESSAGE:
			pump->rest = FRAME_HEADER + len;
			pump->large = len >= SPLICE_MIN;
			break;
		}
	}
	pump->start = 0;
	pump->end = n;
	return true;
}

static bool copy_in(struct pump *pump)
{
	size_t had = pump->header_len;
	ssize_t n;

	n = recv(pump->from.fd, shared + had, READ_SIZE, 0);
	if (n <= 0)
		return not_read(pump, n);
	memcpy(shared, pump->header, had);
	pump->header_len = 0;
	pump->drained = n < READ_SIZE;
	return scan(pump, had + n);
}

/* Return: is the next frame, which is not read yet, a long one? */
static bool large_follows(struct pump *pump)
{
	uint8_t header[FRAME_HEADER];
	size_t len = 0;
	ssize_t n;

	if (!pump->large || pump->header_len)
		return false;
	n = recv(pump->from.fd, header, sizeof(header), MSG_PEEK);
	pump->drained = n < 0 && errno == EAGAIN;
	if (n < 0 || frame_parse(header, n, &len) != FRAME_MESSAGE || len < SPLICE_MIN)
		return false;
	pump->rest = FRAME_HEADER + len;
	return true;
}

/* Frames, as many as there are and fit, before the first of them goes out */
static bool splice_in(struct pump *pump)
{
	size_t room;
	ssize_t n;

	do {
		room = PIPE_SIZE - pump->piped;
		n = splice(pump->from.fd, NULL, pump->pipe[1], NULL,
			   pump->rest < room ? pump->rest : room,
			   SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
		if (n <= 0)
			return pump->piped || not_read(pump, n);
		pump->piped += n;
		if (pump->rest == NO_FRAMES)
			return true;
		pump->rest -= n;
	} while (pump->piped < PIPE_SIZE && (pump->rest || large_follows(pump)));
	return true;
}

/* Return: false if nothing was read; @pump->state tells why */
static bool take_in(struct pump *pump)
{
	if (pump->drained)
		return false;
	if ((pump->rest >= SPLICE_MIN || (!pump->rest && large_follows(pump))) &&
	    get_pipe(pump))
		return splice_in(pump);
	return !pump->drained && copy_in(pump);
}

/* Keep what is left */
static void hold(struct pump *pump)
{
	size_t left = pump->end - pump->start;

	if (!pump->piped)
		put_pipe(pump);
	if (!left || pump->buf)
		return;
	pump->buf = get_buffer();
	if (!pump->buf) {
		pump->end = pump->start;
		fail(pump, FAULT_MEMORY, 0);
		return;
	}
	memcpy(pump->buf, shared + pump->start, left);
	pump->start = 0;
	pump->end = left;
}

void pump_init(struct pump *pump, struct end from, struct end to)
{
	*pump = (struct pump){ .from = from, .to = to, .pipe = { -1, -1 } };
	if (from.direct && to.direct)
		pump->rest = NO_FRAMES;
}

enum pump_state pump_run(struct pump *pump)
{
	uint64_t first = pump->octets;

	if (pump->state == PUMP_ENDED || pump->state == PUMP_FAILED)
		return pump->state;
	pump->drained = false;
	while (pass_on(pump) && pump->octets - first < TURN_OCTETS && take_in(pump))
		;
	hold(pump);
	return pump->state;
}

bool pump_holds(const struct pump *pump)
{
	return pump->end > pump->start || pump->piped || pump->header_len ||
	       (pump->rest && pump->rest != NO_FRAMES);
}

void pump_keepalive(struct pump *pump)
{
	uint8_t keepalive[FRAME_HEADER];

	if (pump->to.direct || pump_holds(pump) || pump->state != PUMP_WAITS_IN)
		return;
	frame_put_keepalive(keepalive);
	send(pump->to.fd, keepalive, sizeof(keepalive), MSG_NOSIGNAL);
}

void pump_free(struct pump *pump)
{
	drop_buffer(pump);
	put_pipe(pump);
}

char *pump_explain(const struct pump *pump, char *buf, size_t size)
{
	switch (pump->fault) {
	case FAULT_NONE:
		snprintf(buf, size, "nothing");
		break;
	case FAULT_READ:
	case FAULT_WRITE:
		snprintf(buf, size, "%s", strerror(pump->detail));
		break;
	case FAULT_CUT:
		snprintf(buf, size, "ended inside a frame");
		break;
	case FAULT_TOO_LONG:
		snprintf(buf, size, "a frame of %ld octets, and NetBIOS carries %d: limit what the server offers, see MESSAGE LENGTH in nbproxy(8)",
			 pump->detail, FRAME_MAX);
		break;
	case FAULT_FRAMING:
		snprintf(buf, size, "no frame of SMB: it begins with %02lX", pump->detail);
		break;
	case FAULT_MEMORY:
		snprintf(buf, size, "no memory");
		break;
	}
	return buf;
}
