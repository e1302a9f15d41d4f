/* SPDX-License-Identifier: GPL-2.0 */
/*
 * struct nbd_os with system calls behind it.
 */
#ifndef NETBIOSD_WORLD_H
#define NETBIOSD_WORLD_H

#include <ev.h>

#include "engine.h"

/**
 * world_init() - clock and timer
 * @loop: where they are
 *
 * Return: the table, for nbd_engine_new().
 */
const struct nbd_os *world_init(struct ev_loop *loop);

/**
 * world_start() - the engine is there
 * @engine: which is called when its time has come
 */
void world_start(struct nbd_engine *engine);

#endif /* NETBIOSD_WORLD_H */
