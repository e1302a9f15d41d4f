/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where callers come in: names of AF_NETBIOS, and TCP ports.
 */
#ifndef NBPROXY_FRONT_H
#define NBPROXY_FRONT_H

#include <ev.h>
#include <stdbool.h>

#include "config.h"

/**
 * typedef front_fn - a place listens, or cannot be had now
 */
typedef void (*front_fn)(void);

/**
 * front_init() - before the first settings
 * @loop: where they are watched
 * @changed: told about each place
 */
void front_init(struct ev_loop *loop, front_fn changed);

/**
 * front_set() - listen for these services, and no others
 * @config: settings; what is needed of them is copied
 *
 * What cannot be had is tried again; the log says why. Sessions go on.
 *
 * Return: 0 or -ENOMEM.
 */
int front_set(const struct config *config);

/**
 * front_room() - accept callers, or let them wait
 * @room: accept
 *
 * Those who wait are in the backlog; when that is full NetBIOS callers are
 * answered 83, insufficient resources.
 */
void front_room(bool room);

/**
 * front_count() - how many places listen
 *
 * Return: the number; others wait for their name or port.
 */
unsigned int front_count(void);

/* Room for front_waits(): a place, the reason, and a number */
#define FRONT_WAITS_MAX	(PLACE_TEXT_MAX + 112)

/**
 * front_waits() - those that do not listen
 * @buf: result: one of them and why, and how many more there are; "" if all listen
 * @size: room in @buf
 *
 * Return: how many.
 */
unsigned int front_waits(char *buf, size_t size);

/**
 * front_claims() - is there a place that has not been tried to the end?
 *
 * Return: true if the first claim of a name is not decided yet.
 */
bool front_claims(void);

/**
 * front_close_all() - stop listening
 */
void front_close_all(void);

#endif /* NBPROXY_FRONT_H */
