/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NBCTL_STATUS_H
#define _NBCTL_STATUS_H

#include <jansson.h>
#include <wire/ns_packet.h>

/**
 * status_decode() - is this packet the answer, and what does it say?
 * @data: packet from the node that was asked
 * @len: its octets
 * @id: of the request
 * @name: of the request
 *
 * Return: an object, NULL if it is something else or malformed.
 */
json_t *status_decode(const void *data, size_t len, uint16_t id,
		      const struct ns_name *name);

/**
 * status_print() - show it to people
 * @status: of status_decode()
 * @all: with the statistics
 */
void status_print(const json_t *status, bool all);

#endif /* _NBCTL_STATUS_H */
