/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses as the wire has them.
 */
#ifndef _WIRE_ADDR_H
#define _WIRE_ADDR_H

#include <arpa/inet.h>
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

/**
 * addr_parse_host() - the address of one host as text
 * @text: dotted, all four numbers
 * @addr: result
 *
 * Return: false if it is none; see addr_is_host().
 */
static inline bool addr_parse_host(const char *text, uint32_t *addr)
{
	return inet_pton(AF_INET, text, addr) == 1 && addr_is_host(*addr);
}

#endif /* _WIRE_ADDR_H */
