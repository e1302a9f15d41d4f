// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "frame.h"

#define TYPE_MESSAGE	0x00
#define TYPE_KEEPALIVE	0x85

enum frame_kind frame_parse(const uint8_t *octets, size_t n, size_t *len)
{
	size_t length;

	if (n < FRAME_HEADER)
		return FRAME_SHORT;
	length = (size_t)octets[1] << 16 | octets[2] << 8 | octets[3];
	if (octets[0] == TYPE_KEEPALIVE && !length)
		return FRAME_KEEPALIVE;
	if (octets[0] != TYPE_MESSAGE)
		return FRAME_UNKNOWN;
	*len = length;
	return length > FRAME_MAX ? FRAME_TOO_LONG : FRAME_MESSAGE;
}

void frame_put_keepalive(uint8_t *octets)
{
	memset(octets, 0, FRAME_HEADER);
	octets[0] = TYPE_KEEPALIVE;
}
