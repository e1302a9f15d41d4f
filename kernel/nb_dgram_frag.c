// SPDX-License-Identifier: GPL-2.0
/*
 * Reassembly of fragmented datagrams (RFC 1001 17.1.2, RFC 1002 5.3.3).
 *
 * The first fragment makes an entry, which lives for FRAGMENT_TO; what comes
 * without it is dropped, what follows may come in any order. A piece that
 * overlaps another one is the end of its datagram, unless it is the same piece
 * once more: no two readers shall disagree on what a datagram says.
 *
 * Whoever can send to us can make entries, so they are few: the newest
 * replaces the oldest, first of its own source, then of all. A datagram whose
 * fragments come in one go needs its entry for a moment only.
 */
#include <linux/bitmap.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "nb_dgram.h"

#define FRAGS_MAX		256
#define FRAGS_SOURCE_MAX	16

/**
 * struct nb_dgram_frag - a datagram of which fragments are missing
 * @list: in nb_dgram_frags.entries
 * @expires: jiffies
 * @source: SOURCE_IP
 * @from: address that the fragments come from
 * @id: DGM_ID
 * @have: octets of the section that are there
 * @total: octets of the section, 0 while the last fragment is missing
 * @section: room for the longest section
 * @map: which octets are there
 */
struct nb_dgram_frag {
	struct list_head	list;
	unsigned long		expires;
	__be32			source;
	__be32			from;
	u16			id;
	u16			have;
	u16			total;
	struct sk_buff		*section;
	DECLARE_BITMAP(map, NB_DGM_SECTION_MAX);
};

static void unlink_frag(struct nb_dgram_frags *frags,
			struct nb_dgram_frag *frag)
{
	list_del(&frag->list);
	frags->count--;
}

static void drop(struct nb_dgram_frags *frags, struct nb_dgram_frag *frag)
{
	unlink_frag(frags, frag);
	kfree_skb(frag->section);
	kfree(frag);
}

static struct nb_dgram_frag *find(struct nb_dgram_frags *frags,
				  const struct nb_dgm_header *hdr, __be32 from)
{
	struct nb_dgram_frag *frag;

	/* the newest is the most likely one */
	list_for_each_entry_reverse(frag, &frags->entries, list)
		if (frag->source == hdr->addr && frag->id == hdr->id &&
		    frag->from == from)
			return frag;
	return NULL;
}

static void make_room(struct nb_net *nn, struct nb_dgram_frags *frags,
		      __be32 from)
{
	struct nb_dgram_frag *frag, *oldest = NULL;
	unsigned int same = 0;

	list_for_each_entry_reverse(frag, &frags->entries, list) {
		if (frag->from == from) {
			same++;
			oldest = frag;
		}
	}
	if (same < FRAGS_SOURCE_MAX) {
		if (frags->count < FRAGS_MAX)
			return;
		oldest = list_first_entry(&frags->entries,
					  struct nb_dgram_frag, list);
	}
	NB_INC_STATS(nn, NB_STAT_DGRAM_FRAGMENT_OVERFLOW);
	drop(frags, oldest);
}

static struct nb_dgram_frag *new_frag(struct nb_net *nn,
				      struct nb_dgram_frags *frags,
				      const struct nb_dgm_header *hdr,
				      __be32 from)
{
	u32 timeout = READ_ONCE(nn->settings.fragment_timeout);
	struct nb_dgram_frag *frag;

	make_room(nn, frags, from);
	frag = kzalloc(sizeof(*frag), GFP_ATOMIC);
	if (!frag)
		return NULL;
	frag->section = alloc_skb(NB_DGM_SECTION_MAX, GFP_ATOMIC);
	if (!frag->section) {
		kfree(frag);
		return NULL;
	}
	frag->expires = jiffies + msecs_to_jiffies(timeout);
	frag->source = hdr->addr;
	frag->from = from;
	frag->id = hdr->id;
	list_add_tail(&frag->list, &frags->entries);
	frags->count++;
	queue_delayed_work(nb_wq, &frags->work, msecs_to_jiffies(timeout));
	return frag;
}

/* Return: 0, -EEXIST for a piece that is there already, -EBADMSG for others. */
static int check_piece(const struct nb_dgram_frag *frag,
		       const struct nb_dgm_header *hdr, const u8 *data,
		       size_t len)
{
	unsigned long from = hdr->offset, to = hdr->offset + len;
	bool last = !(hdr->flags & NB_DGM_MORE);

	if (frag->total && (last ? to != frag->total : to >= frag->total))
		return -EBADMSG;
	if (last && find_next_bit(frag->map, NB_DGM_SECTION_MAX, to) <
		    NB_DGM_SECTION_MAX)
		return -EBADMSG;
	if (find_next_bit(frag->map, to, from) >= to)
		return 0;
	/* once more, or something else in its place? */
	if (find_next_zero_bit(frag->map, to, from) < to ||
	    memcmp(frag->section->data + from, data, len))
		return -EBADMSG;
	return -EEXIST;
}

static void put_piece(struct nb_dgram_frag *frag,
		      const struct nb_dgm_header *hdr, const u8 *data,
		      size_t len)
{
	memcpy(frag->section->data + hdr->offset, data, len);
	bitmap_set(frag->map, hdr->offset, len);
	frag->have += len;
	if (!(hdr->flags & NB_DGM_MORE))
		frag->total = hdr->offset + len;
}

/* Takes a whole datagram out. Return: its section. */
static struct sk_buff *take_whole(struct nb_dgram_frags *frags,
				  struct nb_dgram_frag *frag)
{
	struct sk_buff *section = frag->section;

	skb_put(section, frag->total);
	unlink_frag(frags, frag);
	kfree(frag);
	return section;
}

/**
 * nb_dgram_frag_add() - a fragment has come (DG-018 to DG-021)
 * @nn: node, for settings and counters
 * @frags: table
 * @hdr: its header; FIRST with offset 0, or neither
 * @from: address that it came from
 * @data: its octets
 * @len: how many, 1 at least; @hdr->offset + @len is at most
 *	NB_DGM_SECTION_MAX
 *
 * Context: any.
 * Return: the section of the datagram if it is whole now, or NULL.
 */
struct sk_buff *nb_dgram_frag_add(struct nb_net *nn,
				  struct nb_dgram_frags *frags,
				  const struct nb_dgm_header *hdr, __be32 from,
				  const u8 *data, size_t len)
{
	struct sk_buff *section = NULL;
	struct nb_dgram_frag *frag;
	int err;

	spin_lock_bh(&frags->lock);
	frag = find(frags, hdr, from);
	if (!frag && hdr->flags & NB_DGM_FIRST)
		frag = new_frag(nn, frags, hdr, from);
	if (!frag) {
		NB_INC_STATS(nn, NB_STAT_DGRAM_FRAGMENT_ORPHAN);
		goto out_unlock;
	}
	err = check_piece(frag, hdr, data, len);
	if (err == -EBADMSG) {
		NB_INC_STATS(nn, NB_STAT_DGRAM_FRAGMENT_OVERLAP);
		drop(frags, frag);
	} else if (!err) {
		put_piece(frag, hdr, data, len);
		if (frag->total && frag->have == frag->total)
			section = take_whole(frags, frag);
	}
out_unlock:
	spin_unlock_bh(&frags->lock);
	return section;
}

static void expire(struct work_struct *work)
{
	struct nb_dgram_frags *frags = container_of(to_delayed_work(work),
						    struct nb_dgram_frags,
						    work);
	struct nb_dgram *dg = container_of(frags, struct nb_dgram, frags);
	struct nb_dgram_frag *frag, *next;
	unsigned long now = jiffies;
	long wait = 0;

	spin_lock_bh(&frags->lock);
	list_for_each_entry_safe(frag, next, &frags->entries, list) {
		long left = frag->expires - now;

		if (left <= 0) {
			NB_INC_STATS(dg->nn, NB_STAT_DGRAM_FRAGMENT_TIMEOUT);
			drop(frags, frag);
		} else if (!wait || left < wait) {
			wait = left;
		}
	}
	if (wait)
		queue_delayed_work(nb_wq, &frags->work, wait);
	spin_unlock_bh(&frags->lock);
}

/**
 * nb_dgram_frags_init() - an empty table
 * @frags: table, in struct nb_dgram
 *
 * Context: process.
 */
void nb_dgram_frags_init(struct nb_dgram_frags *frags)
{
	spin_lock_init(&frags->lock);
	INIT_LIST_HEAD(&frags->entries);
	INIT_DELAYED_WORK(&frags->work, expire);
}

/**
 * nb_dgram_frags_purge() - forget all fragments
 * @frags: table; nothing comes any more
 *
 * Context: process, may sleep.
 */
void nb_dgram_frags_purge(struct nb_dgram_frags *frags)
{
	struct nb_dgram_frag *frag, *next;

	cancel_delayed_work_sync(&frags->work);
	spin_lock_bh(&frags->lock);
	list_for_each_entry_safe(frag, next, &frags->entries, list)
		drop(frags, frag);
	spin_unlock_bh(&frags->lock);
}
