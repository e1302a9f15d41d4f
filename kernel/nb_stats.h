/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a namespace. They are listed once, in the set "stats" of
 * Documentation/netlink/specs/netbios.yaml: the number of the netlink
 * attribute, NB_STAT_*, is the index here.
 */
#ifndef _NB_STATS_H
#define _NB_STATS_H

#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <uapi/linux/netbios_netlink.h>

struct nb_net;
struct sk_buff;

/**
 * struct nb_stats - one processor's part of the counters
 * @count: by NB_STAT_*
 *
 * Words, so that a reader never sees half of one; the kernel's own MIBs do
 * the same.
 */
struct nb_stats {
	unsigned long	count[NB_STAT_MAX + 1];
};

/* Counters of the name service, which the helper keeps */
#define NB_NS_FIRST	NB_STAT_NS_QUERIES_RECEIVED
#define NB_NS_LAST	NB_STAT_NS_CANARIES_ANSWERED
#define NB_NS_COUNT	(NB_NS_LAST - NB_NS_FIRST + 1)

/**
 * struct nb_ns_stats - counters that come from the helper
 * @lock: protects what follows
 * @left: what earlier helpers left behind, by NB_STAT_* - NB_NS_FIRST
 * @now: what the attached helper has told last
 */
struct nb_ns_stats {
	spinlock_t	lock;		/* see above */
	u64		left[NB_NS_COUNT];
	u64		now[NB_NS_COUNT];
};

/*
 * Adds one to a counter of struct nb_net @nn. Any context.
 */
#define NB_INC_STATS(nn, stat)	this_cpu_inc((nn)->stats->count[stat])

u64 nb_stats_read(struct nb_net *nn, unsigned int stat);
int nb_stats_put(struct nb_net *nn, struct sk_buff *skb);
void nb_stats_helper_gone(struct nb_net *nn);

#endif /* _NB_STATS_H */
