/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/netbios.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_NETBIOS_GEN_H
#define _LINUX_NETBIOS_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/netbios_netlink.h>

extern const struct nla_policy netbios_node_get_nl_policy[NETBIOS_A_NODE_PAD + 1];

extern const struct nla_policy netbios_node_set_nl_policy[NETBIOS_A_NODE_SCOPE + 1];

extern const struct nla_policy netbios_adapter_get_nl_policy[NETBIOS_A_ADAPTER_IFINDEX + 1];

extern const struct nla_policy netbios_name_add_nl_policy[NETBIOS_A_NAME_IFINDEX + 1];

extern const struct nla_policy netbios_name_del_nl_policy[NETBIOS_A_NAME_SCOPE + 1];

extern const struct nla_policy netbios_name_set_nl_policy[NETBIOS_A_NAME_PERMANENT + 1];

extern const struct nla_policy netbios_name_get_nl_policy[NETBIOS_A_NAME_SCOPE + 1];

extern const struct nla_policy netbios_cache_add_nl_policy[NETBIOS_A_CACHE_NEGATIVE + 1];

extern const struct nla_policy netbios_cache_del_nl_policy[NETBIOS_A_CACHE_SCOPE + 1];

extern const struct nla_policy netbios_cache_flush_nl_policy[NETBIOS_A_CACHE_SOURCE + 1];

extern const struct nla_policy netbios_cache_get_nl_policy[NETBIOS_A_CACHE_SCOPE + 1];

extern const struct nla_policy netbios_session_get_nl_policy[NETBIOS_A_SESSION_INODE + 1];

extern const struct nla_policy netbios_stats_get_nl_policy[NB_STAT_PAD + 1];

extern const struct nla_policy netbios_helper_attach_nl_policy[NETBIOS_A_NODE_PAD + 1];

extern const struct nla_policy netbios_work_get_nl_policy[NETBIOS_A_WORK_PAD + 1];

extern const struct nla_policy netbios_work_done_nl_policy[NETBIOS_A_WORK_STATE + 1];

extern const struct nla_policy netbios_adapter_set_nl_policy[NETBIOS_A_ADAPTER_NBDD + 1];

extern const struct nla_policy netbios_adapter_report_nl_policy[NETBIOS_A_ADAPTER_NBDD_CURRENT + 1];

extern const struct nla_policy netbios_alert_report_nl_policy[NETBIOS_A_ALERT_TEXT + 1];

extern const struct nla_policy netbios_ns_stats_report_nl_policy[NB_STAT_NS_CANARIES_ANSWERED + 1];

extern const struct nla_policy netbios_nbdd_query_nl_policy[NETBIOS_A_NBDD_SCOPE + 1];

extern const struct nla_policy netbios_nbdd_send_nl_policy[NETBIOS_A_NBDD_PACKET + 1];

/* Ops table for netbios */
extern const struct genl_ops netbios_nl_ops[22];

int netbios_nl_node_get_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_node_set_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_adapter_get_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_adapter_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int netbios_nl_name_add_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_name_del_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_name_set_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_name_get_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_name_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int netbios_nl_cache_add_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_cache_del_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_cache_flush_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_cache_get_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_cache_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int netbios_nl_session_get_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_session_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int netbios_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_helper_attach_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_work_get_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_work_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int netbios_nl_work_done_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_adapter_set_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_adapter_report_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_alert_report_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_ns_stats_report_doit(struct sk_buff *skb,
				    struct genl_info *info);
int netbios_nl_nbdd_query_doit(struct sk_buff *skb, struct genl_info *info);
int netbios_nl_nbdd_send_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* _LINUX_NETBIOS_GEN_H */
