// SPDX-License-Identifier: GPL-2.0
/*
 * All directions share one buffer, in which a message is only as long as it
 * takes to pass it on. What is left then goes into a buffer of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame.h"
#include "pump.h"

/* A frame, and the header of the next one */
#define ROOM		(FRAME_HEADER + FRAME_MAX + FRAME_HEADER)
/* Read at once, at least, while it is not known how long a frame is */
#define FIRST_READ	16384
/* Between two streams */
#define PIPE_SIZE	(256 * 1024)
/* What one direction may do before others have their turn */
#define TURNS		32
#define TURN_OCTETS	(1024 * 1024)

/* Buffers that were given back, and are likely to be wanted again */
#define SPARE_MAX	16

static uint8_t shared[ROOM];
static uint8_t *spare[SPARE_MAX];
static unsigned int n_spare;

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

static enum pump_state fail(struct pump *pump, enum pump_fault fault, long detail)
{
	pump->fault = fault;
	pump->detail = detail;
	return PUMP_FAILED;
}

/* Room to read into: what is held, moved to the front, or the shared buffer */
static uint8_t *open_buffer(struct pump *pump)
{
	uint8_t *buf = pump->buf ? pump->buf : shared;

	if (pump->start)
		memmove(buf, buf + pump->start, pump->end - pump->start);
	pump->end -= pump->start;
	pump->start = 0;
	return buf;
}

/* Keep what is left. Return: false without memory. */
static bool close_buffer(struct pump *pump)
{
	size_t left = pump->end - pump->start;

	if (!left) {
		if (pump->buf)
			put_buffer(pump->buf);
		pump->buf = NULL;
		pump->start = 0;
		pump->end = 0;
	} else if (!pump->buf) {
		pump->buf = get_buffer();
		if (!pump->buf) {
			pump->end = pump->start;
			return false;
		}
		memcpy(pump->buf, shared + pump->start, left);
		pump->start = 0;
		pump->end = left;
	}
	return true;
}

static bool would_block(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/*
 * One frame at pump->start goes out: as a message, whole or not at all, or as
 * octets, as many as are taken.
 * Return: PUMP_WAITS_IN: it is gone; else what the direction has come to.
 */
static enum pump_state put_frame(struct pump *pump, const uint8_t *buf, size_t len)
{
	const uint8_t *frame = buf + pump->start;
	ssize_t n;

	if (pump->to.stream) {
		n = send(pump->to.fd, frame, len, MSG_NOSIGNAL);
	} else {
		n = send(pump->to.fd, frame + FRAME_HEADER, len - FRAME_HEADER, MSG_NOSIGNAL);
		if (n >= 0)
			n = len;
	}
	if (n < 0)
		return would_block() ? PUMP_WAITS_OUT : fail(pump, FAULT_WRITE, errno);
	pump->octets += n;
	pump->start += n;
	return (size_t)n == len ? PUMP_WAITS_IN : PUMP_WAITS_OUT;
}

/* Messages: one recvmsg() is one of them */
static enum pump_state take_message(struct pump *pump, uint8_t *buf)
{
	struct iovec iov = { buf + FRAME_HEADER, FRAME_MAX };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	/* A rest of the last one, which a stream did not take */
	if (pump->end > pump->start)
		return put_frame(pump, buf, pump->end - pump->start);
	n = recvmsg(pump->from.fd, &msg, 0);
	if (n < 0)
		return would_block() ? PUMP_WAITS_IN : fail(pump, FAULT_READ, errno);
	if (!n && !(msg.msg_flags & MSG_EOR))
		return PUMP_ENDED;
	frame_put(buf, n);
	pump->start = 0;
	pump->end = FRAME_HEADER + n;
	return put_frame(pump, buf, pump->end);
}

static enum pump_state pump_messages(struct pump *pump)
{
	uint64_t first = pump->octets, before;
	enum pump_state state;
	int turns = TURNS;

	do {
		before = pump->octets;
		state = take_message(pump, pump->buf ? pump->buf : shared);
		if (!close_buffer(pump))
			return fail(pump, FAULT_MEMORY, 0);
	} while (state == PUMP_WAITS_IN && pump->octets > before && --turns &&
		 pump->octets - first < TURN_OCTETS);
	return state;
}

/*
 * Frames that are in the buffer go out; *want is how many octets have to be
 * there for the next step.
 */
static enum pump_state put_frames(struct pump *pump, const uint8_t *buf, size_t *want)
{
	enum pump_state state = PUMP_WAITS_IN;
	size_t len = 0;

	while (state == PUMP_WAITS_IN) {
		const uint8_t *frame = buf + pump->start;
		size_t there = pump->end - pump->start;

		switch (frame_parse(frame, there, &len)) {
		case FRAME_SHORT:
			*want = pump->usual > FIRST_READ ? pump->usual : FIRST_READ;
			return state;
		case FRAME_KEEPALIVE:
			pump->start += FRAME_HEADER;
			continue;
		case FRAME_TOO_LONG:
			return fail(pump, FAULT_TOO_LONG, len);
		case FRAME_UNKNOWN:
			return fail(pump, FAULT_FRAMING, frame[0]);
		case FRAME_MESSAGE:
			break;
		}
		pump->usual = FRAME_HEADER + len + FRAME_HEADER;
		if (there < FRAME_HEADER + len) {
			*want = pump->usual;
			return state;
		}
		state = put_frame(pump, buf, FRAME_HEADER + len);
	}
	return state;
}

/*
 * A stream: frames of any length in pieces of any length. Of a long frame no more
 * is read than itself and the header of the next one, so that what is left behind
 * and has to be copied is little.
 */
static enum pump_state pump_frames(struct pump *pump)
{
	uint64_t first = pump->octets;
	enum pump_state state;
	uint8_t *buf;
	bool all = false;
	size_t want;
	ssize_t n;

	for (;;) {
		state = put_frames(pump, pump->buf ? pump->buf : shared, &want);
		if (state != PUMP_WAITS_IN || all || pump->octets - first >= TURN_OCTETS)
			break;
		buf = open_buffer(pump);
		n = recv(pump->from.fd, buf + pump->end, want - pump->end, 0);
		if (!n)
			state = pump->end ? fail(pump, FAULT_CUT, 0) : PUMP_ENDED;
		if (n < 0 && !would_block())
			state = fail(pump, FAULT_READ, errno);
		if (n <= 0)
			break;
		/* Less than there was room for: that was all */
		all = (size_t)n < want - pump->end;
		pump->end += n;
	}
	return close_buffer(pump) ? state : fail(pump, FAULT_MEMORY, 0);
}

/* Two streams have the same framing: octets pass by without being looked at */
static enum pump_state pump_octets(struct pump *pump)
{
	const unsigned int flags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;
	uint64_t first = pump->octets;
	ssize_t n;

	do {
		if (!pump->piped) {
			n = splice(pump->from.fd, NULL, pump->pipe[1], NULL, PIPE_SIZE, flags);
			if (!n)
				return PUMP_ENDED;
			if (n < 0)
				return would_block() ? PUMP_WAITS_IN :
				       fail(pump, FAULT_READ, errno);
			pump->piped = n;
		}
		n = splice(pump->pipe[0], NULL, pump->to.fd, NULL, pump->piped, flags);
		if (n < 0)
			return would_block() ? PUMP_WAITS_OUT : fail(pump, FAULT_WRITE, errno);
		pump->piped -= n;
		pump->octets += n;
	} while (pump->octets - first < TURN_OCTETS);
	return pump->piped ? PUMP_WAITS_OUT : PUMP_WAITS_IN;
}

int pump_init(struct pump *pump, struct end from, struct end to)
{
	*pump = (struct pump){ .from = from, .to = to, .pipe = { -1, -1 } };
	if (!from.stream || !to.stream)
		return 0;
	if (pipe2(pump->pipe, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	/* Users have a limit for that; then it is a smaller one */
	fcntl(pump->pipe[1], F_SETPIPE_SZ, PIPE_SIZE);
	return 0;
}

enum pump_state pump_run(struct pump *pump)
{
	if (pump->state == PUMP_ENDED || pump->state == PUMP_FAILED)
		return pump->state;
	if (!pump->from.stream)
		pump->state = pump_messages(pump);
	else if (!pump->to.stream)
		pump->state = pump_frames(pump);
	else
		pump->state = pump_octets(pump);
	return pump->state;
}

bool pump_holds(const struct pump *pump)
{
	return pump->end > pump->start || pump->piped;
}

void pump_free(struct pump *pump)
{
	if (pump->buf)
		put_buffer(pump->buf);
	pump->buf = NULL;
	pump->start = 0;
	pump->end = 0;
	if (pump->pipe[0] >= 0) {
		close(pump->pipe[0]);
		close(pump->pipe[1]);
	}
	pump->pipe[0] = -1;
	pump->pipe[1] = -1;
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
