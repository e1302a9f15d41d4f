// SPDX-License-Identifier: GPL-2.0
#include <net/netlink.h>

#include "nb_core.h"

static u64 read_ns(struct nb_ns_stats *ns, unsigned int i)
{
	u64 value;

	spin_lock(&ns->lock);
	value = ns->left[i] + ns->now[i];
	spin_unlock(&ns->lock);
	return value;
}

/**
 * nb_stats_helper_gone() - keep what the helper has counted; the next one
 *	begins at 0
 * @nn: node
 *
 * Context: process.
 */
void nb_stats_helper_gone(struct nb_net *nn)
{
	struct nb_ns_stats *ns = &nn->ns_stats;
	unsigned int i;

	spin_lock(&ns->lock);
	for (i = 0; i < NB_NS_COUNT; i++)
		ns->left[i] += ns->now[i];
	memset(ns->now, 0, sizeof(ns->now));
	spin_unlock(&ns->lock);
}

/**
 * nb_stats_read() - value of a counter
 * @nn: node
 * @stat: NB_STAT_*
 *
 * Context: process.
 * Return: the sum over all processors; what is counted meanwhile may be in it
 * or not. What the helper counts, as it has told last.
 */
u64 nb_stats_read(struct nb_net *nn, unsigned int stat)
{
	u64 sum = 0;
	int cpu;

	if (stat >= NB_NS_FIRST && stat <= NB_NS_LAST)
		return read_ns(&nn->ns_stats, stat - NB_NS_FIRST);
	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(nn->stats, cpu)->count[stat]);
	return sum;
}

/**
 * nb_stats_put() - write all counters into a netlink message
 * @nn: node
 * @skb: message
 *
 * Context: process.
 * Return: 0 or -EMSGSIZE.
 */
int nb_stats_put(struct nb_net *nn, struct sk_buff *skb)
{
	unsigned int stat;

	for (stat = NB_STAT_PAD + 1; stat <= NB_STAT_MAX; stat++)
		if (nla_put_u64_64bit(skb, stat, nb_stats_read(nn, stat),
				      NB_STAT_PAD))
			return -EMSGSIZE;
	return 0;
}
