/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reaching a server: by TCP, by a NetBIOS call, or by both at once, and then the
 * first one that answers is taken.
 */
#ifndef NBPROXY_BACK_H
#define NBPROXY_BACK_H

#include <ev.h>

#include "config.h"
#include "pump.h"

struct back;

/**
 * typedef back_fn - an attempt is over; it has been freed
 * @data: what the caller gave
 * @end: connected, or its fd is -1
 * @text: how the server was reached, or why it was not
 */
typedef void (*back_fn)(void *data, struct end end, const char *text);

/**
 * back_start() - begin to reach a server
 * @loop: where it is watched
 * @server: it; copied
 * @timeout: s
 * @fn: called once, later, unless it is cancelled before
 * @data: for @fn
 *
 * Return: the attempt, NULL without memory.
 */
struct back *back_start(struct ev_loop *loop, const struct server *server, double timeout,
			back_fn fn, void *data);

/**
 * back_cancel() - give it up
 * @back: attempt
 */
void back_cancel(struct back *back);

#endif /* NBPROXY_BACK_H */
