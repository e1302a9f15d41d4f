// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: what the kernel does with octets that come to its UDP port 138,
 * nb_dgram_wire.c and nb_dgram_join.c, built as selftests/unit does it.
 *
 * The input is a sequence of packets, each behind two octets of length. They
 * take the way of nb_dgram_in.c. What is accepted has to mean the same when it
 * is written again; fragments are also put together by a slow model, and both
 * have to agree.
 */
#include <stdlib.h>

#include "kernel/nb_dgram_join.h"

#define TABLE	8	/* datagrams that may be incomplete */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A datagram by the book: each octet is there or not. */
struct model {
	bool	used;
	u16	id;
	u8	type;
	bool	own;		/* each piece has its own DGM_LENGTH */
	int	length;		/* else all have this one */
	u16	port;
	int	total;
	bool	have[NB_DGM_SECTION_MAX];
	u8	octets[NB_DGM_SECTION_MAX];
};

struct slot {
	struct model		model;
	struct nb_dgm_join	join;
	u8			*section;
};

static struct slot table[TABLE];

static void expect(bool cond)
{
	if (!cond)
		abort();
}

/* Whoever reads too far shall be noticed. */
static u8 *copy(const u8 *data, size_t len)
{
	u8 *p = malloc(len ? len : 1);

	expect(p);
	memcpy(p, data, len);
	return p;
}

static bool check_names(const u8 *section, size_t len)
{
	u8 again[NB_DGM_NAMES_MAX];
	struct nb_dgm_names names;
	int used, first, second;

	used = nb_dgm_get_names(section, len, &names);
	if (used < 0) {
		expect(names.error == NB_DGM_BAD_SOURCE ||
		       names.error == NB_DGM_BAD_DESTINATION);
		return false;
	}
	expect(!names.error && (size_t)used <= len);
	first = nb_wire_put_name(again, sizeof(again), names.source,
				 names.source_scope, names.source_scope_len);
	expect(first > 0);
	second = nb_wire_put_name(again + first, sizeof(again) - first,
				  names.destination, names.scope,
				  names.scope_len);
	expect(second > 0 && first + second == used);
	expect(!memcmp(again, section, used));
	return true;
}

/* Does the piece contradict the model? Else @news tells if it adds anything. */
static bool contradicts(const struct model *m, const struct nb_dgm_header *hdr,
			const u8 *data, int len, bool *news)
{
	int from = hdr->offset, to = from + len, there = 0, i;
	bool last = !(hdr->flags & NB_DGM_MORE);

	if (m->used && (m->type != hdr->type || m->port != hdr->port ||
			m->own != (hdr->len == len) ||
			(!m->own && m->length != hdr->len)))
		return true;
	if (m->total && (last ? to != m->total : to >= m->total))
		return true;
	for (i = to; last && i < NB_DGM_SECTION_MAX; i++)
		if (m->have[i])
			return true;
	for (i = from; i < to; i++)
		there += m->have[i];
	*news = !there;
	if (!there)
		return false;
	return there < len || memcmp(m->octets + from, data, len);
}

/* Return: as nb_dgm_join_add() */
static int model_add(struct model *m, const struct nb_dgm_header *hdr,
		     const u8 *data, int len)
{
	bool news;
	int i;

	if (contradicts(m, hdr, data, len, &news))
		return -EBADMSG;
	if (!news)
		return 0;
	m->used = true;
	m->type = hdr->type;
	m->port = hdr->port;
	m->own = hdr->len == len;
	m->length = hdr->len;
	for (i = 0; i < len; i++) {
		m->have[hdr->offset + i] = true;
		m->octets[hdr->offset + i] = data[i];
	}
	if (!(hdr->flags & NB_DGM_MORE))
		m->total = hdr->offset + len;
	for (i = 0; i < m->total; i++)
		if (!m->have[i])
			return 0;
	return m->total;
}

static void fragment(const struct nb_dgm_header *hdr, const u8 *data, int len)
{
	struct slot *s = &table[hdr->id % TABLE];
	int want, ret;

	if (hdr->flags & NB_DGM_FIRST) {
		if (!check_names(data, len))
			return;
	} else if (!s->model.used) {
		return;
	}
	want = model_add(&s->model, hdr, data, len);
	ret = nb_dgm_join_add(&s->join, s->section, hdr, data, len);
	expect(ret == want);
	if (ret > 0) {
		expect(!memcmp(s->section, s->model.octets, ret));
		check_names(s->section, ret);
	}
	if (ret) {
		memset(&s->model, 0, sizeof(s->model));
		memset(&s->join, 0, sizeof(s->join));
	}
}

static void check_header(const u8 *packet, int used,
			 const struct nb_dgm_header *hdr)
{
	u8 again[NB_DGM_HDR_LEN];

	expect(nb_dgm_put_header(again, hdr) == used);
	expect((again[1] ^ packet[1]) < 0x100 &&
	       !((again[1] ^ packet[1]) & 0x0f));
	again[1] = packet[1];
	expect(!memcmp(again, packet, used));
}

static void receive(const u8 *packet, size_t len)
{
	struct nb_dgm_header hdr;
	int used, n;

	used = nb_dgm_get_header(packet, len, &hdr);
	if (used < 0)
		return;
	expect((size_t)used <= len);
	check_header(packet, used, &hdr);
	if (!nb_dgm_is_data(hdr.type))
		return;
	n = nb_dgm_fits(&hdr, len - used);
	if (n < 0)
		return;
	expect((size_t)n <= len - used &&
	       hdr.offset + n <= NB_DGM_SECTION_MAX);
	if ((hdr.flags & (NB_DGM_FIRST | NB_DGM_MORE)) == NB_DGM_FIRST)
		check_names(packet + used, n);
	else
		fragment(&hdr, packet + used, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	size_t n;
	u8 *exact;
	int i;

	for (i = 0; i < TABLE; i++) {
		memset(&table[i], 0, sizeof(table[i]));
		table[i].section = malloc(NB_DGM_SECTION_MAX);
		expect(table[i].section);
	}
	while (len >= 2) {
		n = data[0] << 8 | data[1];
		data += 2;
		len -= 2;
		if (n > len)
			n = len;
		exact = copy(data, n);
		receive(exact, n);
		free(exact);
		data += n;
		len -= n;
	}
	for (i = 0; i < TABLE; i++)
		free(table[i].section);
	return 0;
}
