/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The framing of direct-hosted SMB (TCP port 445): in front of each message four
 * octets, a zero and its length in 24 bits.
 */
#ifndef NBPROXY_FRAME_H
#define NBPROXY_FRAME_H

#include <stddef.h>
#include <stdint.h>
#include <linux/netbios.h>

#define FRAME_HEADER	4
/* What a session of NetBIOS can carry: there the length has 17 bits */
#define FRAME_MAX	NETBIOS_MAX_MESSAGE

/**
 * enum frame_kind - what a header announces
 * @FRAME_SHORT: not all of it is there
 * @FRAME_MESSAGE: a message
 * @FRAME_KEEPALIVE: SESSION KEEP ALIVE, which Samba sends on port 445, too
 * @FRAME_TOO_LONG: a message that NetBIOS cannot carry
 * @FRAME_UNKNOWN: nothing that belongs here
 */
enum frame_kind {
	FRAME_SHORT,
	FRAME_MESSAGE,
	FRAME_KEEPALIVE,
	FRAME_TOO_LONG,
	FRAME_UNKNOWN,
};

/**
 * frame_parse() - read a header
 * @octets: where it begins
 * @n: octets that are there
 * @len: length behind the header; written for messages, also too long ones
 *
 * Return: what it is.
 */
enum frame_kind frame_parse(const uint8_t *octets, size_t n, size_t *len);

/**
 * frame_put_keepalive() - write a SESSION KEEP ALIVE
 * @octets: FRAME_HEADER octets
 */
void frame_put_keepalive(uint8_t *octets);

#endif /* NBPROXY_FRAME_H */
