/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses as the wire has them.
 */
#ifndef _WIRE_ADDR_H
#define _WIRE_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * addr_is_host() - can this be the address of one host?
 * @addr: IPv4 address
 *
 * Return: false for 0.0.0.0/8, multicast and 255.255.255.255, which the kernel
 * refuses, too.
 */
static inline bool addr_is_host(uint32_t addr)
{
	uint32_t host = ntohl(addr);

	return host >> 24 && !IN_MULTICAST(host) && host != INADDR_BROADCAST;
}

#endif /* _WIRE_ADDR_H */
