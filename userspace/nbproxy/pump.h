/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One direction of a session: octets from one end to the other. Both ends are
 * streams of frames, see frame.h: TCP, or AF_NETBIOS with NB_STREAM.
 *
 * Headers are looked at, bodies are not: long ones pass through a pipe, without
 * being copied. What the other end does not take is held, and then nothing more
 * is read: at most what fits the pipe, and nothing while all is taken.
 */
#ifndef NBPROXY_PUMP_H
#define NBPROXY_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

/**
 * struct end - one of the two ends of a session
 * @fd: non-blocking
 * @direct: TCP, not AF_NETBIOS
 */
struct end {
	int	fd;
	bool	direct;
};

/**
 * enum pump_state - what a direction waits for
 * @PUMP_WAITS_IN: until there is something to read
 * @PUMP_WAITS_OUT: until the other end takes more
 * @PUMP_ENDED: all is passed on, and there will be no more
 * @PUMP_FAILED: see enum pump_fault
 */
enum pump_state {
	PUMP_WAITS_IN,
	PUMP_WAITS_OUT,
	PUMP_ENDED,
	PUMP_FAILED,
};

/**
 * enum pump_fault - why a direction failed
 * @FAULT_NONE: it did not
 * @FAULT_READ: the end that is read from has gone; detail is the errno
 * @FAULT_WRITE: the end that is written to has gone; detail is the errno
 * @FAULT_CUT: the stream ended inside a frame
 * @FAULT_TOO_LONG: a frame is longer than NetBIOS carries; detail is its length
 * @FAULT_FRAMING: a header is none; detail is its first octet
 * @FAULT_MEMORY: no memory
 */
enum pump_fault {
	FAULT_NONE,
	FAULT_READ,
	FAULT_WRITE,
	FAULT_CUT,
	FAULT_TOO_LONG,
	FAULT_FRAMING,
	FAULT_MEMORY,
};

/**
 * struct pump - one direction
 * @from: where octets come from
 * @to: where they go
 * @state: what pump_run() said last
 * @fault: why it failed
 * @detail: of @fault
 * @drained: nothing is left to be read
 * @header: a part of one, while the rest of it has not come
 * @header_len: octets in @header
 * @rest: octets of a frame that are still to come
 * @large: the last frame was a long one, and the next one is likely to be
 * @buf: what is held, NULL if nothing
 * @start: first octet in @buf that was not passed on
 * @end: behind the last one
 * @pipe: of this direction while there is something in it, else -1
 * @piped: octets in it
 * @octets: passed on, framing included
 */
struct pump {
	struct end		from;
	struct end		to;
	enum pump_state		state;
	enum pump_fault		fault;
	long			detail;
	bool			drained;
	uint8_t			header[FRAME_HEADER];
	size_t			header_len;
	uint64_t		rest;
	bool			large;
	uint8_t			*buf;
	size_t			start;
	size_t			end;
	int			pipe[2];
	size_t			piped;
	uint64_t		octets;
};

/**
 * pump_init() - prepare a direction
 * @pump: it
 * @from: where octets come from
 * @to: where they go
 */
void pump_init(struct pump *pump, struct end from, struct end to);

/**
 * pump_run() - pass on what can be passed on, for a short time
 * @pump: direction
 *
 * Return: @pump->state. PUMP_WAITS_IN and PUMP_WAITS_OUT are levels: the wait
 * may be over already.
 */
enum pump_state pump_run(struct pump *pump);

/**
 * pump_holds() - is there something that was read and not passed on?
 * @pump: direction
 *
 * Return: true also for a part of a frame, whose rest has not come.
 */
bool pump_holds(const struct pump *pump);

/**
 * pump_keepalive() - tell an AF_NETBIOS end that was idle that we are here
 * @pump: direction to it; nothing is done inside a frame (SMB-009)
 */
void pump_keepalive(struct pump *pump);

/**
 * pump_free() - give back what it holds; sockets stay as they are
 * @pump: direction
 */
void pump_free(struct pump *pump);

/**
 * pump_explain() - put a fault into words
 * @pump: direction that failed
 * @buf: result
 * @size: room in @buf
 *
 * Return: @buf.
 */
char *pump_explain(const struct pump *pump, char *buf, size_t size);

#endif /* NBPROXY_PUMP_H */
