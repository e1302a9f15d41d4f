// SPDX-License-Identifier: GPL-2.0
#include <net/netlink.h>

#include "nb_core.h"

/**
 * nb_stats_read() - value of a counter
 * @nn: node
 * @stat: NB_STAT_*
 *
 * Context: any.
 * Return: the sum over all processors; what is counted meanwhile may be in it
 * or not.
 */
u64 nb_stats_read(const struct nb_net *nn, unsigned int stat)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(nn->stats, cpu)->count[stat]);
	return sum;
}

/**
 * nb_stats_put() - write all counters into a netlink message
 * @nn: node
 * @skb: message
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int nb_stats_put(const struct nb_net *nn, struct sk_buff *skb)
{
	unsigned int stat;

	for (stat = NB_STAT_PAD + 1; stat <= NB_STAT_MAX; stat++)
		if (nla_put_u64_64bit(skb, stat, nb_stats_read(nn, stat),
				      NB_STAT_PAD))
			return -EMSGSIZE;
	return 0;
}
