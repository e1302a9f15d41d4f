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
 * front_init() - before the first settings
 * @loop: where they are watched
 */
void front_init(struct ev_loop *loop);

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

/**
 * front_close_all() - stop listening
 */
void front_close_all(void);

#endif /* NBPROXY_FRONT_H */
