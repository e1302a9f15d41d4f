/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a namespace. They are listed once, in the set "stats" of
 * Documentation/netlink/specs/netbios.yaml: the number of the netlink
 * attribute, NB_STAT_*, is the index here.
 */
#ifndef _NB_STATS_H
#define _NB_STATS_H

#include <linux/percpu.h>
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

/*
 * Adds one to a counter of struct nb_net @nn. Any context.
 */
#define NB_INC_STATS(nn, stat)	this_cpu_inc((nn)->stats->count[stat])

u64 nb_stats_read(const struct nb_net *nn, unsigned int stat);
int nb_stats_put(const struct nb_net *nn, struct sk_buff *skb);

#endif /* _NB_STATS_H */
