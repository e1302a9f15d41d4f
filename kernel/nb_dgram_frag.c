// SPDX-License-Identifier: GPL-2.0
/*
 * Reassembly of fragmented datagrams (RFC 1001 17.1.2, RFC 1002 5.3.3).
 *
 * The first fragment makes an entry, which lives for FRAGMENT_TO; what comes
 * without it is dropped. Another first one takes its place, the same once more
 * does not. How an entry becomes whole is in nb_dgram_join.c.
 *
 * Whoever can send to us can make entries, so they are few: the newest
 * replaces the oldest, first of its own source, then of all. A datagram whose
 * fragments come in one go needs its entry for a moment only.
 */
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "nb_dgram.h"
#include "nb_dgram_join.h"

#define FRAGS_MAX		256
#define FRAGS_SOURCE_MAX	16

/**
 * struct nb_dgram_frag - a datagram of which fragments are missing
 * @list: in nb_dgram_frags.entries
 * @expires: jiffies
 * @source: SOURCE_IP
 * @from: address that the fragments come from
 * @id: DGM_ID
 * @join: what is there
 * @section: room for the longest section
 */
struct nb_dgram_frag {
	struct list_head	list;
	unsigned long		expires;
	__be32			source;
	__be32			from;
	u16			id;
	struct nb_dgm_join	join;
	struct sk_buff		*section;
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
		goto no_memory;
	frag->section = alloc_skb(NB_DGM_SECTION_MAX, GFP_ATOMIC);
	if (!frag->section)
		goto no_memory;
	frag->expires = jiffies + msecs_to_jiffies(timeout);
	frag->source = hdr->addr;
	frag->from = from;
	frag->id = hdr->id;
	list_add_tail(&frag->list, &frags->entries);
	frags->count++;
	nb_alarm_set(&frags->alarm, frag->expires);
	return frag;

no_memory:
	kfree(frag);
	NB_INC_STATS(nn, NB_STAT_DGRAM_NO_MEMORY);
	return NULL;
}

/* Takes a whole datagram out. Return: its section. */
static struct sk_buff *take_whole(struct nb_dgram_frags *frags,
				  struct nb_dgram_frag *frag)
{
	struct sk_buff *section = frag->section;

	skb_put(section, frag->join.total);
	unlink_frag(frags, frag);
	kfree(frag);
	return section;
}

static int join(struct nb_dgram_frag *frag, const struct nb_dgm_header *hdr,
		const u8 *data, size_t len)
{
	return nb_dgm_join_add(&frag->join, frag->section->data, hdr, data,
			       len);
}

/**
 * nb_dgram_frag_add() - a fragment has come (DG-018 to DG-021)
 * @nn: node, for settings and counters
 * @frags: table
 * @hdr: its header, after nb_dgm_fits()
 * @from: address that it came from
 * @data: its octets
 * @len: how many, 1 at least
 *
 * Context: any.
 * Return: the section of the datagram if it is whole now, or NULL.
 */
struct sk_buff *nb_dgram_frag_add(struct nb_net *nn,
				  struct nb_dgram_frags *frags,
				  const struct nb_dgm_header *hdr, __be32 from,
				  const u8 *data, size_t len)
{
	bool first = hdr->flags & NB_DGM_FIRST;
	struct sk_buff *section = NULL;
	struct nb_dgram_frag *frag;
	int total = 0;

	spin_lock_bh(&frags->lock);
	frag = find(frags, hdr, from);
	if (!frag && !first)
		NB_INC_STATS(nn, NB_STAT_DGRAM_FRAGMENT_ORPHAN);
	if (frag)
		total = join(frag, hdr, data, len);
	if (total < 0) {
		NB_INC_STATS(nn, NB_STAT_DGRAM_FRAGMENT_OVERLAP);
		drop(frags, frag);
		frag = NULL;
	}
	/* always saved: another datagram begins, with the same DGM_ID */
	if (!frag && first) {
		frag = new_frag(nn, frags, hdr, from);
		total = frag ? join(frag, hdr, data, len) : 0;
	}
	if (total > 0)
		section = take_whole(frags, frag);
	spin_unlock_bh(&frags->lock);
	return section;
}

static void expire(struct work_struct *work)
{
	struct nb_dgram_frags *frags = container_of(to_delayed_work(work),
						    struct nb_dgram_frags,
						    alarm.work);
	struct nb_dgram *dg = container_of(frags, struct nb_dgram, frags);
	struct nb_dgram_frag *frag, *next;

	spin_lock_bh(&frags->lock);
	list_for_each_entry_safe(frag, next, &frags->entries, list) {
		if (time_after_eq(jiffies, frag->expires)) {
			NB_INC_STATS(dg->nn, NB_STAT_DGRAM_FRAGMENT_TIMEOUT);
			drop(frags, frag);
		} else {
			nb_alarm_set(&frags->alarm, frag->expires);
		}
	}
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
	INIT_DELAYED_WORK(&frags->alarm.work, expire);
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

	cancel_delayed_work_sync(&frags->alarm.work);
	spin_lock_bh(&frags->lock);
	list_for_each_entry_safe(frag, next, &frags->entries, list)
		drop(frags, frag);
	spin_unlock_bh(&frags->lock);
}
