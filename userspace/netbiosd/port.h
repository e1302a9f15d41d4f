/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who has a UDP port that we want, for a message that helps.
 */
#ifndef NETBIOSD_PORT_H
#define NETBIOSD_PORT_H

#include <stddef.h>
#include <stdint.h>

/**
 * port_owner() - put into words which process has a UDP port
 * @buf: result, "by nmbd (process 42): ..." with what to do about it
 * @size: room in @buf
 * @port: in host order
 *
 * Looks through /proc. Descriptors of other users' processes cannot be seen
 * without privileges; then there is nmbd, if it runs, and the user of the
 * socket.
 *
 * Return: @buf.
 */
char *port_owner(char *buf, size_t size, uint16_t port);

/**
 * port_owner_at() - the same from files that look like those of /proc
 * @proc: "/proc"
 */
char *port_owner_at(const char *proc, char *buf, size_t size, uint16_t port);

#endif /* NETBIOSD_PORT_H */
