// SPDX-License-Identifier: GPL-2.0
/*
 * One datagram out of its fragments (RFC 1001 17.1.2): they may come in any
 * order. A piece that overlaps another one is the end of its datagram, unless
 * it is the same piece once more: no two readers shall disagree on what a
 * datagram says.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "nb_dgram_join.h"

/* A piece is never as long as the whole: then it is its own length (E-10). */
static u16 length_for_all(const struct nb_dgm_header *hdr, size_t len)
{
	return hdr->len == len ? 0 : hdr->len;
}

/* DG-016: only flags and offset differ. */
static bool same_header(const struct nb_dgm_join *join,
			const struct nb_dgm_header *hdr, size_t len)
{
	return join->type == hdr->type && join->port == hdr->port &&
	       join->length == length_for_all(hdr, len);
}

/* Return: 0, -EEXIST for a piece that is there already, -EBADMSG for others. */
static int check_piece(const struct nb_dgm_join *join, const u8 *section,
		       const struct nb_dgm_header *hdr, const u8 *data,
		       size_t len)
{
	unsigned long from = hdr->offset, to = hdr->offset + len;
	bool last = !(hdr->flags & NB_DGM_MORE);

	if (join->have && !same_header(join, hdr, len))
		return -EBADMSG;
	if (join->total && (last ? to != join->total : to >= join->total))
		return -EBADMSG;
	if (last && find_next_bit(join->map, NB_DGM_SECTION_MAX, to) <
		    NB_DGM_SECTION_MAX)
		return -EBADMSG;
	if (find_next_bit(join->map, to, from) >= to)
		return 0;
	/* once more, or something else in its place? */
	if (find_next_zero_bit(join->map, to, from) < to ||
	    memcmp(section + from, data, len))
		return -EBADMSG;
	return -EEXIST;
}

/**
 * nb_dgm_join_add() - a fragment has come (DG-015, DG-016, DG-019, DG-021)
 * @join: what is there already
 * @section: NB_DGM_SECTION_MAX octets, where the fragments go
 * @hdr: header of the fragment; nb_dgm_fits() found that its length is right
 * @data: octets of the fragment
 * @len: how many, 1 at least
 *
 * Context: any; the caller serialises.
 * Return: octets of the section if it is whole now; 0 if something is
 * missing, or the piece was there; -EBADMSG if it contradicts another one:
 * then nothing can become of the datagram any more.
 */
int nb_dgm_join_add(struct nb_dgm_join *join, u8 *section,
		    const struct nb_dgm_header *hdr, const u8 *data,
		    size_t len)
{
	int err = check_piece(join, section, hdr, data, len);

	if (err)
		return err == -EEXIST ? 0 : err;
	memcpy(section + hdr->offset, data, len);
	bitmap_set(join->map, hdr->offset, len);
	join->type = hdr->type;
	join->port = hdr->port;
	join->length = length_for_all(hdr, len);
	join->have += len;
	if (!(hdr->flags & NB_DGM_MORE))
		join->total = hdr->offset + len;
	return join->have == join->total ? join->total : 0;
}
