// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/netbios.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "nb_genl.h"

#include <uapi/linux/netbios_netlink.h>

/* Integer value ranges */
static const struct netlink_range_validation netbios_a_node_max_datagram_range = {
	.min	= 576ULL,
	.max	= 65535ULL,
};

static const struct netlink_range_validation netbios_a_node_fragment_timeout_range = {
	.min	= 1ULL,
	.max	= 3600000ULL,
};

static const struct netlink_range_validation netbios_a_node_keepalive_range = {
	.max	= 86400ULL,
};

static const struct netlink_range_validation netbios_a_node_close_timeout_range = {
	.max	= 86400ULL,
};

static const struct netlink_range_validation netbios_a_node_retry_interval_range = {
	.max	= 3600000ULL,
};

static const struct netlink_range_validation netbios_a_node_request_timeout_range = {
	.min	= 1ULL,
	.max	= 3600000ULL,
};

static const struct netlink_range_validation netbios_a_node_response_timeout_range = {
	.min	= 1ULL,
	.max	= 3600000ULL,
};

static const struct netlink_range_validation netbios_a_node_upcall_timeout_range = {
	.min	= 1ULL,
	.max	= 3600000ULL,
};

static const struct netlink_range_validation netbios_a_node_release_timeout_range = {
	.max	= 86400ULL,
};

static const struct netlink_range_validation netbios_a_node_halfopen_max_range = {
	.min	= 1ULL,
	.max	= 1048576ULL,
};

static const struct netlink_range_validation netbios_a_node_halfopen_source_max_range = {
	.min	= 1ULL,
	.max	= 1048576ULL,
};

static const struct netlink_range_validation netbios_a_node_name_max_range = {
	.max	= 1048576ULL,
};

static const struct netlink_range_validation netbios_a_node_cache_max_range = {
	.max	= 1048576ULL,
};

static const struct netlink_range_validation netbios_a_adapter_lana_range = {
	.max	= 65535ULL,
};

static const struct netlink_range_validation netbios_a_adapter_ifindex_range = {
	.max	= S32_MAX,
};

static const struct netlink_range_validation netbios_a_alert_ifindex_range = {
	.max	= S32_MAX,
};

static const struct netlink_range_validation netbios_a_nbdd_ifindex_range = {
	.max	= S32_MAX,
};

static const struct netlink_range_validation netbios_a_name_ifindex_range = {
	.max	= S32_MAX,
};

/* NETBIOS_CMD_NODE_GET - do */
const struct nla_policy netbios_node_get_nl_policy[NETBIOS_A_NODE_PAD + 1] = {
};

/* NETBIOS_CMD_NODE_SET - do */
const struct nla_policy netbios_node_set_nl_policy[NETBIOS_A_NODE_SCOPE + 1] = {
	[NETBIOS_A_NODE_ENABLED] = NLA_POLICY_MAX(NLA_U8, 1),
	[NETBIOS_A_NODE_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[NETBIOS_A_NODE_CALL_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[NETBIOS_A_NODE_DGRAM_PORT] = { .type = NLA_U16, },
	[NETBIOS_A_NODE_MAX_DATAGRAM] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_node_max_datagram_range),
	[NETBIOS_A_NODE_FRAGMENT_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_node_fragment_timeout_range),
	[NETBIOS_A_NODE_KEEPALIVE] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_node_keepalive_range),
	[NETBIOS_A_NODE_CLOSE_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_node_close_timeout_range),
	[NETBIOS_A_NODE_RETRY_COUNT] = NLA_POLICY_RANGE(NLA_U32, 1, 255),
	[NETBIOS_A_NODE_RETRY_INTERVAL] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_node_retry_interval_range),
	[NETBIOS_A_NODE_REQUEST_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_node_request_timeout_range),
	[NETBIOS_A_NODE_RESPONSE_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_node_response_timeout_range),
	[NETBIOS_A_NODE_UPCALL_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_node_upcall_timeout_range),
	[NETBIOS_A_NODE_RELEASE_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_node_release_timeout_range),
	[NETBIOS_A_NODE_HALFOPEN_MAX] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_node_halfopen_max_range),
	[NETBIOS_A_NODE_HALFOPEN_SOURCE_MAX] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_node_halfopen_source_max_range),
	[NETBIOS_A_NODE_NAME_MAX] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_node_name_max_range),
	[NETBIOS_A_NODE_CACHE_MAX] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_node_cache_max_range),
	[NETBIOS_A_NODE_RETARGET_POLICY] = NLA_POLICY_MAX(NLA_U32, 3),
	[NETBIOS_A_NODE_BIND_GID_MIN] = { .type = NLA_U32, },
	[NETBIOS_A_NODE_BIND_GID_MAX] = { .type = NLA_U32, },
	[NETBIOS_A_NODE_BIND_RESERVED] = NLA_POLICY_MAX(NLA_U8, 1),
	[NETBIOS_A_NODE_PERMANENT_NAME] = { .type = NLA_BINARY, },
	[NETBIOS_A_NODE_SMBSERVER_NAME] = { .type = NLA_BINARY, },
	[NETBIOS_A_NODE_SCOPE] = { .type = NLA_NUL_STRING, .len = 220, },
};

/* NETBIOS_CMD_ADAPTER_GET - do */
const struct nla_policy netbios_adapter_get_nl_policy[NETBIOS_A_ADAPTER_IFINDEX + 1] = {
	[NETBIOS_A_ADAPTER_LANA] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_adapter_lana_range),
	[NETBIOS_A_ADAPTER_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_adapter_ifindex_range),
};

/* NETBIOS_CMD_NAME_ADD - do */
const struct nla_policy netbios_name_add_nl_policy[NETBIOS_A_NAME_IFINDEX + 1] = {
	[NETBIOS_A_NAME_NAME] = NLA_POLICY_EXACT_LEN(16),
	[NETBIOS_A_NAME_SCOPE] = { .type = NLA_NUL_STRING, .len = 220, },
	[NETBIOS_A_NAME_GROUP] = NLA_POLICY_MAX(NLA_U8, 1),
	[NETBIOS_A_NAME_STATE] = NLA_POLICY_MAX(NLA_U32, 5),
	[NETBIOS_A_NAME_PERMANENT] = NLA_POLICY_MAX(NLA_U8, 1),
	[NETBIOS_A_NAME_OWNER] = { .type = NLA_U32, },
	[NETBIOS_A_NAME_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_name_ifindex_range),
};

/* NETBIOS_CMD_NAME_DEL - do */
const struct nla_policy netbios_name_del_nl_policy[NETBIOS_A_NAME_SCOPE + 1] = {
	[NETBIOS_A_NAME_NAME] = NLA_POLICY_EXACT_LEN(16),
	[NETBIOS_A_NAME_SCOPE] = { .type = NLA_NUL_STRING, .len = 220, },
};

/* NETBIOS_CMD_NAME_SET - do */
const struct nla_policy netbios_name_set_nl_policy[NETBIOS_A_NAME_PERMANENT + 1] = {
	[NETBIOS_A_NAME_NAME] = NLA_POLICY_EXACT_LEN(16),
	[NETBIOS_A_NAME_SCOPE] = { .type = NLA_NUL_STRING, .len = 220, },
	[NETBIOS_A_NAME_STATE] = NLA_POLICY_MAX(NLA_U32, 5),
	[NETBIOS_A_NAME_PERMANENT] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* NETBIOS_CMD_NAME_GET - do */
const struct nla_policy netbios_name_get_nl_policy[NETBIOS_A_NAME_SCOPE + 1] = {
	[NETBIOS_A_NAME_NAME] = NLA_POLICY_EXACT_LEN(16),
	[NETBIOS_A_NAME_SCOPE] = { .type = NLA_NUL_STRING, .len = 220, },
};

/* NETBIOS_CMD_CACHE_ADD - do */
const struct nla_policy netbios_cache_add_nl_policy[NETBIOS_A_CACHE_NEGATIVE + 1] = {
	[NETBIOS_A_CACHE_NAME] = NLA_POLICY_EXACT_LEN(16),
	[NETBIOS_A_CACHE_SCOPE] = { .type = NLA_NUL_STRING, .len = 220, },
	[NETBIOS_A_CACHE_GROUP] = NLA_POLICY_MAX(NLA_U8, 1),
	[NETBIOS_A_CACHE_ADDR] = { .type = NLA_U32, },
	[NETBIOS_A_CACHE_SOURCE] = NLA_POLICY_MAX(NLA_U32, 2),
	[NETBIOS_A_CACHE_TTL] = { .type = NLA_U32, },
	[NETBIOS_A_CACHE_NEGATIVE] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* NETBIOS_CMD_CACHE_DEL - do */
const struct nla_policy netbios_cache_del_nl_policy[NETBIOS_A_CACHE_SCOPE + 1] = {
	[NETBIOS_A_CACHE_NAME] = NLA_POLICY_EXACT_LEN(16),
	[NETBIOS_A_CACHE_SCOPE] = { .type = NLA_NUL_STRING, .len = 220, },
};

/* NETBIOS_CMD_CACHE_FLUSH - do */
const struct nla_policy netbios_cache_flush_nl_policy[NETBIOS_A_CACHE_SOURCE + 1] = {
	[NETBIOS_A_CACHE_SOURCE] = NLA_POLICY_MAX(NLA_U32, 2),
};

/* NETBIOS_CMD_CACHE_GET - do */
const struct nla_policy netbios_cache_get_nl_policy[NETBIOS_A_CACHE_SCOPE + 1] = {
	[NETBIOS_A_CACHE_NAME] = NLA_POLICY_EXACT_LEN(16),
	[NETBIOS_A_CACHE_SCOPE] = { .type = NLA_NUL_STRING, .len = 220, },
};

/* NETBIOS_CMD_SESSION_GET - do */
const struct nla_policy netbios_session_get_nl_policy[NETBIOS_A_SESSION_INODE + 1] = {
	[NETBIOS_A_SESSION_INODE] = { .type = NLA_U64, },
};

/* NETBIOS_CMD_STATS_GET - do */
const struct nla_policy netbios_stats_get_nl_policy[NB_STAT_PAD + 1] = {
};

/* NETBIOS_CMD_HELPER_ATTACH - do */
const struct nla_policy netbios_helper_attach_nl_policy[NETBIOS_A_NODE_PAD + 1] = {
};

/* NETBIOS_CMD_WORK_GET - do */
const struct nla_policy netbios_work_get_nl_policy[NETBIOS_A_WORK_PAD + 1] = {
};

/* NETBIOS_CMD_WORK_DONE - do */
const struct nla_policy netbios_work_done_nl_policy[NETBIOS_A_WORK_STATE + 1] = {
	[NETBIOS_A_WORK_ID] = { .type = NLA_U64, },
	[NETBIOS_A_WORK_STATUS] = NLA_POLICY_MAX(NLA_U32, 5),
	[NETBIOS_A_WORK_GROUP] = NLA_POLICY_MAX(NLA_U8, 1),
	[NETBIOS_A_WORK_ADDR] = { .type = NLA_U32, },
	[NETBIOS_A_WORK_TTL] = { .type = NLA_U32, },
	[NETBIOS_A_WORK_STATE] = NLA_POLICY_MAX(NLA_U32, 5),
};

/* NETBIOS_CMD_ADAPTER_SET - do */
const struct nla_policy netbios_adapter_set_nl_policy[NETBIOS_A_ADAPTER_NBDD + 1] = {
	[NETBIOS_A_ADAPTER_LANA] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_adapter_lana_range),
	[NETBIOS_A_ADAPTER_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_adapter_ifindex_range),
	[NETBIOS_A_ADAPTER_ENABLED] = NLA_POLICY_MAX(NLA_U8, 1),
	[NETBIOS_A_ADAPTER_NODE_TYPE] = NLA_POLICY_MAX(NLA_U32, 4),
	[NETBIOS_A_ADAPTER_NBNS] = { .type = NLA_U32, },
	[NETBIOS_A_ADAPTER_NBDD] = { .type = NLA_U32, },
};

/* NETBIOS_CMD_ADAPTER_REPORT - do */
const struct nla_policy netbios_adapter_report_nl_policy[NETBIOS_A_ADAPTER_NBDD_CURRENT + 1] = {
	[NETBIOS_A_ADAPTER_LANA] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_adapter_lana_range),
	[NETBIOS_A_ADAPTER_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_adapter_ifindex_range),
	[NETBIOS_A_ADAPTER_TYPE] = NLA_POLICY_MAX(NLA_U32, 4),
	[NETBIOS_A_ADAPTER_ADDR] = { .type = NLA_U32, },
	[NETBIOS_A_ADAPTER_BROADCAST] = { .type = NLA_U32, },
	[NETBIOS_A_ADAPTER_NBNS_AVAILABLE] = NLA_POLICY_MAX(NLA_U8, 1),
	[NETBIOS_A_ADAPTER_NBNS_CURRENT] = { .type = NLA_U32, },
	[NETBIOS_A_ADAPTER_NBDD_AVAILABLE] = NLA_POLICY_MAX(NLA_U8, 1),
	[NETBIOS_A_ADAPTER_NBDD_CURRENT] = { .type = NLA_U32, },
};

/* NETBIOS_CMD_ALERT_REPORT - do */
const struct nla_policy netbios_alert_report_nl_policy[NETBIOS_A_ALERT_TEXT + 1] = {
	[NETBIOS_A_ALERT_KIND] = NLA_POLICY_MAX(NLA_U32, 9),
	[NETBIOS_A_ALERT_NAME] = NLA_POLICY_EXACT_LEN(16),
	[NETBIOS_A_ALERT_SCOPE] = { .type = NLA_NUL_STRING, .len = 220, },
	[NETBIOS_A_ALERT_ADDR] = { .type = NLA_U32, },
	[NETBIOS_A_ALERT_ADDR2] = { .type = NLA_U32, },
	[NETBIOS_A_ALERT_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_alert_ifindex_range),
	[NETBIOS_A_ALERT_TEXT] = { .type = NLA_NUL_STRING, .len = 255, },
};

/* NETBIOS_CMD_NS_STATS_REPORT - do */
const struct nla_policy netbios_ns_stats_report_nl_policy[NB_STAT_NS_CANARIES_ANSWERED + 1] = {
	[NB_STAT_NS_QUERIES_RECEIVED] = { .type = NLA_U64, },
	[NB_STAT_NS_QUERIES_SENT] = { .type = NLA_U64, },
	[NB_STAT_NS_REGISTRATIONS_RECEIVED] = { .type = NLA_U64, },
	[NB_STAT_NS_REGISTRATIONS_SENT] = { .type = NLA_U64, },
	[NB_STAT_NS_RELEASES_RECEIVED] = { .type = NLA_U64, },
	[NB_STAT_NS_RELEASES_SENT] = { .type = NLA_U64, },
	[NB_STAT_NS_REFRESHES_SENT] = { .type = NLA_U64, },
	[NB_STAT_NS_STATUS_RECEIVED] = { .type = NLA_U64, },
	[NB_STAT_NS_RESPONSES_RECEIVED] = { .type = NLA_U64, },
	[NB_STAT_NS_RESPONSES_SENT] = { .type = NLA_U64, },
	[NB_STAT_NS_RESPONSES_BAD] = { .type = NLA_U64, },
	[NB_STAT_NS_PACKETS_BAD] = { .type = NLA_U64, },
	[NB_STAT_NS_RATE_LIMITED] = { .type = NLA_U64, },
	[NB_STAT_NS_WACKS_RECEIVED] = { .type = NLA_U64, },
	[NB_STAT_NS_REDIRECTS_RECEIVED] = { .type = NLA_U64, },
	[NB_STAT_NS_TIMEOUTS] = { .type = NLA_U64, },
	[NB_STAT_NS_DEFENDED] = { .type = NLA_U64, },
	[NB_STAT_NS_CONFLICTS] = { .type = NLA_U64, },
	[NB_STAT_NS_CONFLICT_DEMANDS_SENT] = { .type = NLA_U64, },
	[NB_STAT_NS_FOREIGN_DEMANDS] = { .type = NLA_U64, },
	[NB_STAT_NS_TWO_OWNERS] = { .type = NLA_U64, },
	[NB_STAT_NS_NBNS_FAILOVERS] = { .type = NLA_U64, },
	[NB_STAT_NS_CANARIES_SENT] = { .type = NLA_U64, },
	[NB_STAT_NS_CANARIES_ANSWERED] = { .type = NLA_U64, },
};

/* NETBIOS_CMD_NBDD_QUERY - do */
const struct nla_policy netbios_nbdd_query_nl_policy[NETBIOS_A_NBDD_SCOPE + 1] = {
	[NETBIOS_A_NBDD_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_nbdd_ifindex_range),
	[NETBIOS_A_NBDD_ADDR] = { .type = NLA_U32, },
	[NETBIOS_A_NBDD_NAME] = NLA_POLICY_EXACT_LEN(16),
	[NETBIOS_A_NBDD_SCOPE] = { .type = NLA_NUL_STRING, .len = 220, },
};

/* NETBIOS_CMD_NBDD_SEND - do */
const struct nla_policy netbios_nbdd_send_nl_policy[NETBIOS_A_NBDD_PACKET + 1] = {
	[NETBIOS_A_NBDD_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &netbios_a_nbdd_ifindex_range),
	[NETBIOS_A_NBDD_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[NETBIOS_A_NBDD_LOCAL] = { .type = NLA_U32, },
	[NETBIOS_A_NBDD_TO] = { .type = NLA_U32, },
	[NETBIOS_A_NBDD_PACKET] = { .type = NLA_BINARY, },
};

/* Ops table for netbios */
const struct genl_ops netbios_nl_ops[22] = {
	{
		.cmd		= NETBIOS_CMD_NODE_GET,
		.doit		= netbios_nl_node_get_doit,
		.policy		= netbios_node_get_nl_policy,
		.maxattr	= NETBIOS_A_NODE_PAD,
	},
	{
		.cmd		= NETBIOS_CMD_NODE_SET,
		.doit		= netbios_nl_node_set_doit,
		.policy		= netbios_node_set_nl_policy,
		.maxattr	= NETBIOS_A_NODE_SCOPE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_ADAPTER_GET,
		.doit		= netbios_nl_adapter_get_doit,
		.dumpit		= netbios_nl_adapter_get_dumpit,
		.policy		= netbios_adapter_get_nl_policy,
		.maxattr	= NETBIOS_A_ADAPTER_IFINDEX,
	},
	{
		.cmd		= NETBIOS_CMD_NAME_ADD,
		.doit		= netbios_nl_name_add_doit,
		.policy		= netbios_name_add_nl_policy,
		.maxattr	= NETBIOS_A_NAME_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_NAME_DEL,
		.doit		= netbios_nl_name_del_doit,
		.policy		= netbios_name_del_nl_policy,
		.maxattr	= NETBIOS_A_NAME_SCOPE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_NAME_SET,
		.doit		= netbios_nl_name_set_doit,
		.policy		= netbios_name_set_nl_policy,
		.maxattr	= NETBIOS_A_NAME_PERMANENT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_NAME_GET,
		.doit		= netbios_nl_name_get_doit,
		.dumpit		= netbios_nl_name_get_dumpit,
		.policy		= netbios_name_get_nl_policy,
		.maxattr	= NETBIOS_A_NAME_SCOPE,
	},
	{
		.cmd		= NETBIOS_CMD_CACHE_ADD,
		.doit		= netbios_nl_cache_add_doit,
		.policy		= netbios_cache_add_nl_policy,
		.maxattr	= NETBIOS_A_CACHE_NEGATIVE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_CACHE_DEL,
		.doit		= netbios_nl_cache_del_doit,
		.policy		= netbios_cache_del_nl_policy,
		.maxattr	= NETBIOS_A_CACHE_SCOPE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_CACHE_FLUSH,
		.doit		= netbios_nl_cache_flush_doit,
		.policy		= netbios_cache_flush_nl_policy,
		.maxattr	= NETBIOS_A_CACHE_SOURCE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_CACHE_GET,
		.doit		= netbios_nl_cache_get_doit,
		.dumpit		= netbios_nl_cache_get_dumpit,
		.policy		= netbios_cache_get_nl_policy,
		.maxattr	= NETBIOS_A_CACHE_SCOPE,
	},
	{
		.cmd		= NETBIOS_CMD_SESSION_GET,
		.doit		= netbios_nl_session_get_doit,
		.dumpit		= netbios_nl_session_get_dumpit,
		.policy		= netbios_session_get_nl_policy,
		.maxattr	= NETBIOS_A_SESSION_INODE,
	},
	{
		.cmd		= NETBIOS_CMD_STATS_GET,
		.doit		= netbios_nl_stats_get_doit,
		.policy		= netbios_stats_get_nl_policy,
		.maxattr	= NB_STAT_PAD,
	},
	{
		.cmd		= NETBIOS_CMD_HELPER_ATTACH,
		.doit		= netbios_nl_helper_attach_doit,
		.policy		= netbios_helper_attach_nl_policy,
		.maxattr	= NETBIOS_A_NODE_PAD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_WORK_GET,
		.doit		= netbios_nl_work_get_doit,
		.dumpit		= netbios_nl_work_get_dumpit,
		.policy		= netbios_work_get_nl_policy,
		.maxattr	= NETBIOS_A_WORK_PAD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_WORK_DONE,
		.doit		= netbios_nl_work_done_doit,
		.policy		= netbios_work_done_nl_policy,
		.maxattr	= NETBIOS_A_WORK_STATE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_ADAPTER_SET,
		.doit		= netbios_nl_adapter_set_doit,
		.policy		= netbios_adapter_set_nl_policy,
		.maxattr	= NETBIOS_A_ADAPTER_NBDD,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_ADAPTER_REPORT,
		.doit		= netbios_nl_adapter_report_doit,
		.policy		= netbios_adapter_report_nl_policy,
		.maxattr	= NETBIOS_A_ADAPTER_NBDD_CURRENT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_ALERT_REPORT,
		.doit		= netbios_nl_alert_report_doit,
		.policy		= netbios_alert_report_nl_policy,
		.maxattr	= NETBIOS_A_ALERT_TEXT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_NS_STATS_REPORT,
		.doit		= netbios_nl_ns_stats_report_doit,
		.policy		= netbios_ns_stats_report_nl_policy,
		.maxattr	= NB_STAT_NS_CANARIES_ANSWERED,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_NBDD_QUERY,
		.doit		= netbios_nl_nbdd_query_doit,
		.policy		= netbios_nbdd_query_nl_policy,
		.maxattr	= NETBIOS_A_NBDD_SCOPE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NETBIOS_CMD_NBDD_SEND,
		.doit		= netbios_nl_nbdd_send_doit,
		.policy		= netbios_nbdd_send_nl_policy,
		.maxattr	= NETBIOS_A_NBDD_PACKET,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
};
