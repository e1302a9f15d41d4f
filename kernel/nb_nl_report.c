// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: what the helper tells the kernel, so that everybody can see it.
 */
#include "nb_adapter.h"
#include "nb_genl.h"
#include "nb_netlink.h"

/**
 * nb_nl_check_helper() - whether a request comes from the helper
 * @info: request
 *
 * An administrator may set things; how they are, only the helper knows.
 *
 * Context: process.
 * Return: 0 or -EPERM.
 */
int nb_nl_check_helper(struct genl_info *info)
{
	struct nb_net *nn = nb_net(genl_info_net(info));

	if (READ_ONCE(nn->helper_portid) == info->snd_portid)
		return 0;
	NL_SET_ERR_MSG(info->extack, "Only the attached helper may report");
	return -EPERM;
}

static int get_condition(struct genl_info *info, struct nb_adapter_condition *c)
{
	struct nlattr **attrs = info->attrs;

	if (!attrs[NETBIOS_A_ADAPTER_TYPE])
		return 0;
	c->type = nla_get_u32(attrs[NETBIOS_A_ADAPTER_TYPE]);
	if (c->type == NETBIOS_NODE_TYPE_AUTO) {
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[NETBIOS_A_ADAPTER_TYPE],
				    "auto is not a type that can be in force");
		return -EINVAL;
	}
	if (attrs[NETBIOS_A_ADAPTER_ADDR])
		c->addr = nla_get_in_addr(attrs[NETBIOS_A_ADAPTER_ADDR]);
	if (attrs[NETBIOS_A_ADAPTER_BROADCAST])
		c->broadcast = nla_get_in_addr(attrs[NETBIOS_A_ADAPTER_BROADCAST]);
	if (attrs[NETBIOS_A_ADAPTER_NBNS_AVAILABLE])
		c->nbns_available =
			nla_get_u8(attrs[NETBIOS_A_ADAPTER_NBNS_AVAILABLE]);
	if (attrs[NETBIOS_A_ADAPTER_NBNS_CURRENT])
		c->nbns_current =
			nla_get_in_addr(attrs[NETBIOS_A_ADAPTER_NBNS_CURRENT]);
	if (attrs[NETBIOS_A_ADAPTER_NBDD_AVAILABLE])
		c->nbdd_available =
			nla_get_u8(attrs[NETBIOS_A_ADAPTER_NBDD_AVAILABLE]);
	if (attrs[NETBIOS_A_ADAPTER_NBDD_CURRENT])
		c->nbdd_current =
			nla_get_in_addr(attrs[NETBIOS_A_ADAPTER_NBDD_CURRENT]);
	return 0;
}

int netbios_nl_adapter_report_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_net *nn = nb_net(genl_info_net(info));
	struct nb_adapter_condition condition = {};
	int ifindex, err;

	err = nb_nl_check_helper(info);
	if (err)
		return err;
	ifindex = nb_nl_adapter(info);
	if (ifindex < 0)
		return ifindex;
	err = get_condition(info, &condition);
	if (err)
		return err;
	mutex_lock(&nn->adapter_lock);
	err = nb_adapter_report(nn, ifindex, &condition);
	mutex_unlock(&nn->adapter_lock);
	return err;
}

/* The event has the attributes of the report, as they are. */
static int put_alert(struct sk_buff *skb, struct nlattr **attrs)
{
	int i;

	for (i = 1; i <= NETBIOS_A_ALERT_MAX; i++)
		if (attrs[i] && nla_put(skb, i, nla_len(attrs[i]),
					nla_data(attrs[i])))
			return -EMSGSIZE;
	return 0;
}

int netbios_nl_alert_report_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_net *nn = nb_net(genl_info_net(info));
	struct sk_buff *event;
	void *hdr;
	int err;

	err = nb_nl_check_helper(info);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, NETBIOS_A_ALERT_KIND)) {
		NL_SET_ERR_MSG(info->extack, "The kind is missing");
		return -EINVAL;
	}
	if (!nb_nl_watched(nn, NB_MCGRP_EVENT))
		return 0;
	event = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!event)
		goto send;
	hdr = genlmsg_put(event, 0, 0, &nb_genl_family, 0,
			  NETBIOS_CMD_ALERT_EVENT);
	if (WARN_ON_ONCE(!hdr || put_alert(event, info->attrs))) {
		nlmsg_free(event);
		return -EMSGSIZE;
	}
	genlmsg_end(event, hdr);
send:
	nb_nl_event(nn, event, NB_MCGRP_EVENT, GFP_KERNEL);
	return 0;
}

int netbios_nl_ns_stats_report_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_net *nn = nb_net(genl_info_net(info));
	int err, stat;

	err = nb_nl_check_helper(info);
	if (err)
		return err;
	spin_lock(&nn->ns_stats.lock);
	for (stat = NB_NS_FIRST; stat <= NB_NS_LAST; stat++)
		if (info->attrs[stat])
			nn->ns_stats.now[stat - NB_NS_FIRST] =
				nla_get_u64(info->attrs[stat]);
	spin_unlock(&nn->ns_stats.lock);
	return 0;
}
