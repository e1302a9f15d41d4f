/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Adapters: interfaces with their addresses (rtnetlink), their settings (the
 * kernel's family) and their sockets. The engine is told of what has changed.
 */
#ifndef NETBIOSD_ADAPTERS_H
#define NETBIOSD_ADAPTERS_H

#include <ev.h>

#include "config.h"
#include "engine.h"

/**
 * adapters_init() - none yet
 * @loop: for the timer that tries taken ports again
 * @engine: is told
 */
void adapters_init(struct ev_loop *loop, struct nbd_engine *engine);

/**
 * adapters_exit() - forget all of them
 */
void adapters_exit(void);

/**
 * adapters_configure() - there is a (new) file of settings
 * @config: kept, so it has to live until the next call
 *
 * What it says goes to the kernel. What the one before said and this one does
 * not becomes what it is without any.
 */
void adapters_configure(const struct config *config);

/**
 * adapters_read() - read everything anew, at start and after a change
 *
 * Return: 0 or a negative errno.
 */
int adapters_read(void);

/**
 * adapters_settings() - the kernel told the settings of an adapter
 * @settings: index, name and settings; the rest does not count
 */
void adapters_settings(const struct nbd_adapter *settings);

/**
 * adapters_condition() - the engine told how an adapter is doing
 * @condition: it; shows in the status of the service
 */
void adapters_condition(const struct nbd_condition *condition);

/**
 * adapters_left() - the engine told that an adapter has given its names up
 * @ifindex: adapter; its port is closed once the loop goes on
 */
void adapters_left(int ifindex);

#endif /* NETBIOSD_ADAPTERS_H */
