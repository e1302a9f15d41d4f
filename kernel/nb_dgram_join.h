/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One datagram out of its fragments (RFC 1001 17.1.2).
 *
 * Pure code, as nb_dgram_wire.h: built for user space too (selftests/unit).
 * Which datagrams are incomplete, and for how long, is in nb_dgram_frag.c.
 */
#ifndef _NB_DGRAM_JOIN_H
#define _NB_DGRAM_JOIN_H

#include <linux/bitmap.h>

#include "nb_dgram_wire.h"

/**
 * struct nb_dgm_join - what is there of a datagram; begins zeroed
 * @type: NB_DGM_* in every piece
 * @port: SOURCE_PORT in every piece
 * @length: DGM_LENGTH in every piece, 0 if each has its own
 * @have: octets of the section that are there
 * @total: octets of the section, 0 while the last fragment is missing
 * @map: which octets are there
 */
struct nb_dgm_join {
	u8	type;
	u16	port;
	u16	length;
	u16	have;
	u16	total;
	DECLARE_BITMAP(map, NB_DGM_SECTION_MAX);
};

int nb_dgm_join_add(struct nb_dgm_join *join, u8 *section,
		    const struct nb_dgm_header *hdr, const u8 *data,
		    size_t len);

#endif /* _NB_DGRAM_JOIN_H */
