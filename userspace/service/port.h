/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who has a port that we want, for a message that helps.
 */
#ifndef SERVICE_PORT_H
#define SERVICE_PORT_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct port_hints - what to do about an owner
 * @netbiosd: if it is netbiosd
 * @nbnsd: if it is nbnsd, NULL: as @other
 * @other: if it is nobody whom we know
 */
struct port_hints {
	const char	*netbiosd;
	const char	*nbnsd;
	const char	*other;
};

/**
 * port_owner() - put into words which process has a UDP port
 * @buf: result, "by nmbd (process 42): ..." with what to do about it
 * @size: room in @buf
 * @port: in host order
 * @hints: what to do about it
 *
 * Looks through /proc. Descriptors of other users' processes cannot be seen
 * without privileges; then there is nmbd, netbiosd or nbnsd, if it runs, and the
 * user of the socket.
 *
 * Return: @buf.
 */
char *port_owner(char *buf, size_t size, uint16_t port, const struct port_hints *hints);

/**
 * port_tcp_owner() - the same for a TCP port, if somebody listens on it
 * @buf: result
 * @size: room in @buf
 * @port: in host order
 * @hints: what to do about it
 *
 * Return: @buf, NULL if nobody has it.
 */
char *port_tcp_owner(char *buf, size_t size, uint16_t port, const struct port_hints *hints);

/**
 * port_owner_at() - the same from files that look like those of /proc
 * @proc: "/proc"
 */
char *port_owner_at(const char *proc, char *buf, size_t size, uint16_t port,
		    const struct port_hints *hints);

/**
 * port_tcp_owner_at() - port_tcp_owner() from files that look like those of /proc
 * @proc: "/proc"
 */
char *port_tcp_owner_at(const char *proc, char *buf, size_t size, uint16_t port,
			const struct port_hints *hints);

#endif /* SERVICE_PORT_H */
