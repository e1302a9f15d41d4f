/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the service manager is told: the datagrams of sd_notify(3).
 *
 * The protocol is one socket and lines of text, and it is stable. libsystemd
 * would bring it together with compression and encryption that a process of
 * 4 MB which listens to the network had better not map.
 */
#ifndef SERVICE_NOTIFY_H
#define SERVICE_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/**
 * notify_init() - read the environment, and take the variables out of it
 *
 * Without NOTIFY_SOCKET all that follows does nothing.
 *
 * Return: microseconds of the watchdog, 0 if none watches this process.
 */
uint64_t notify_init(void);

/**
 * notify_ready() - started, or a reload has ended
 */
void notify_ready(void);

/**
 * notify_reloading() - a reload begins
 */
void notify_reloading(void);

/**
 * notify_stopping() - about to exit
 */
void notify_stopping(void);

/**
 * notify_watchdog() - still alive
 */
void notify_watchdog(void);

/**
 * notify_status() - a line for systemctl status; sent when it has changed
 * @format: as printf(3)
 */
void notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* SERVICE_NOTIFY_H */
