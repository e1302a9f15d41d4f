// SPDX-License-Identifier: GPL-2.0
/*
 * Documentation/netlink/specs/netbios.yaml as tables, as far as nbctl shows
 * or sets it.
 */
#include <sys/socket.h>
#include <netbios/netbios.h>
#include <linux/netbios_netlink.h>

#include "attr.h"

static const char *const name_states[] = {
	[NETBIOS_NAME_STATE_GONE] = "gone",
	[NETBIOS_NAME_STATE_CLAIMING] = "claiming",
	[NETBIOS_NAME_STATE_REGISTERED] = "registered",
	[NETBIOS_NAME_STATE_PROVISIONAL] = "provisional",
	[NETBIOS_NAME_STATE_CONFLICT] = "conflict",
	[NETBIOS_NAME_STATE_RELEASING] = "releasing",
	NULL
};

static const char *const cache_sources[] = {
	[NETBIOS_CACHE_SOURCE_STATIC] = "static",
	[NETBIOS_CACHE_SOURCE_LMHOSTS] = "lmhosts",
	[NETBIOS_CACHE_SOURCE_QUERY] = "query",
	NULL
};

static const char *const retarget_policies[] = {
	[NETBIOS_RETARGET_POLICY_NEVER] = "never",
	[NETBIOS_RETARGET_POLICY_SAME_HOST] = "same-host",
	[NETBIOS_RETARGET_POLICY_ON_LINK] = "on-link",
	[NETBIOS_RETARGET_POLICY_ANY] = "any",
	NULL
};

static const char *const session_states[] = {
	[NETBIOS_SESSION_STATE_CLOSED] = "closed",
	[NETBIOS_SESSION_STATE_BOUND] = "bound",
	[NETBIOS_SESSION_STATE_LISTEN] = "listen",
	[NETBIOS_SESSION_STATE_CALLING] = "calling",
	[NETBIOS_SESSION_STATE_CONNECTED] = "connected",
	[NETBIOS_SESSION_STATE_CLOSING] = "closing",
	NULL
};

static const char *const node_types[] = {
	[NETBIOS_NODE_TYPE_AUTO] = "auto",
	[NETBIOS_NODE_TYPE_B] = "b",
	[NETBIOS_NODE_TYPE_P] = "p",
	[NETBIOS_NODE_TYPE_M] = "m",
	[NETBIOS_NODE_TYPE_H] = "h",
	NULL
};

static const char *const alert_kinds[] = {
	[NETBIOS_ALERT_KIND_NAME_CONFLICT] = "name-conflict",
	[NETBIOS_ALERT_KIND_TWO_OWNERS] = "two-owners",
	[NETBIOS_ALERT_KIND_FOREIGN_RELEASE] = "foreign-release",
	[NETBIOS_ALERT_KIND_FOREIGN_CONFLICT_DEMAND] = "foreign-conflict-demand",
	[NETBIOS_ALERT_KIND_POISONER] = "poisoner",
	[NETBIOS_ALERT_KIND_B_NODE_HEARD] = "b-node-heard",
	[NETBIOS_ALERT_KIND_PORT_TAKEN] = "port-taken",
	[NETBIOS_ALERT_KIND_FLOOD] = "flood",
	[NETBIOS_ALERT_KIND_ANSWER_REJECTED] = "answer-rejected",
	[NETBIOS_ALERT_KIND_NBNS_REFUSED] = "nbns-refused",
	NULL
};

static const char *const socket_types[] = {
	[0] = "none",
	[SOCK_STREAM] = "stream",
	[SOCK_DGRAM] = "dgram",
	[SOCK_RAW] = "raw",
	[SOCK_RDM] = "rdm",
	[SOCK_SEQPACKET] = "seqpacket",
	NULL
};

/* The workstation service, of which Windows makes its computer name */
#define SUFFIX_WORKSTATION	0x00
#define SUFFIX_SERVER		0x20

#define GET(k, t, ...) { .key = k, .type = NETBIOS_A_NODE_##t, __VA_ARGS__ }
#define SET(k, t, ...) GET(k, t, .flags = ATTR_SETTABLE, __VA_ARGS__)
#define CLEAR(k, t, ...) GET(k, t, .flags = ATTR_SETTABLE | ATTR_CLEARABLE, __VA_ARGS__)

const struct attr node_attrs[] = {
	SET("enabled", ENABLED, .kind = ATTR_BOOL),
	SET("port", PORT, .kind = ATTR_U16),
	SET("call-port", CALL_PORT, .kind = ATTR_U16),
	SET("dgram-port", DGRAM_PORT, .kind = ATTR_U16),
	GET("dgram-open", DGRAM_OPEN, .kind = ATTR_BOOL),
	SET("max-datagram", MAX_DATAGRAM, .kind = ATTR_U32),
	SET("fragment-timeout", FRAGMENT_TIMEOUT, .kind = ATTR_MILLISECONDS),
	CLEAR("permanent-name", PERMANENT_NAME, .kind = ATTR_NAME,
	      .suffix = SUFFIX_WORKSTATION),
	CLEAR("smbserver-name", SMBSERVER_NAME, .kind = ATTR_NAME, .suffix = SUFFIX_SERVER),
	SET("scope", SCOPE, .kind = ATTR_STRING),
	SET("keepalive", KEEPALIVE, .kind = ATTR_SECONDS),
	SET("close-timeout", CLOSE_TIMEOUT, .kind = ATTR_SECONDS),
	SET("retry-count", RETRY_COUNT, .kind = ATTR_U32),
	SET("retry-interval", RETRY_INTERVAL, .kind = ATTR_MILLISECONDS),
	SET("request-timeout", REQUEST_TIMEOUT, .kind = ATTR_MILLISECONDS),
	SET("response-timeout", RESPONSE_TIMEOUT, .kind = ATTR_MILLISECONDS),
	SET("upcall-timeout", UPCALL_TIMEOUT, .kind = ATTR_MILLISECONDS),
	SET("release-timeout", RELEASE_TIMEOUT, .kind = ATTR_SECONDS),
	SET("halfopen-max", HALFOPEN_MAX, .kind = ATTR_U32),
	SET("halfopen-source-max", HALFOPEN_SOURCE_MAX, .kind = ATTR_U32),
	SET("name-max", NAME_MAX, .kind = ATTR_U32),
	SET("cache-max", CACHE_MAX, .kind = ATTR_U32),
	SET("retarget-policy", RETARGET_POLICY, .kind = ATTR_ENUM,
	    .values = retarget_policies),
	SET("bind-gid-min", BIND_GID_MIN, .kind = ATTR_U32),
	SET("bind-gid-max", BIND_GID_MAX, .kind = ATTR_U32),
	SET("bind-reserved", BIND_RESERVED, .kind = ATTR_BOOL),
	GET("helper", HELPER, .kind = ATTR_U32),
	GET("names", NAMES, .kind = ATTR_U32),
	GET("cache-entries", CACHE_ENTRIES, .kind = ATTR_U32),
	GET("sockets", SOCKETS, .kind = ATTR_U32),
	GET("sessions", SESSIONS, .kind = ATTR_U32),
	GET("pending", PENDING, .kind = ATTR_U32),
	{ 0 }
};

const struct attr adapter_attrs[] = {
	{ "lana", NETBIOS_A_ADAPTER_LANA, ATTR_U32, 0, 0, NULL },
	{ "ifindex", NETBIOS_A_ADAPTER_IFINDEX, ATTR_DEVICE, 0, 0, NULL },
	{ "ifname", NETBIOS_A_ADAPTER_IFNAME, ATTR_STRING, 0, 0, NULL },
	{ "enabled", NETBIOS_A_ADAPTER_ENABLED, ATTR_BOOL, 0, 0, NULL },
	{ "node-type", NETBIOS_A_ADAPTER_NODE_TYPE, ATTR_ENUM, 0, 0, node_types },
	{ "nbns", NETBIOS_A_ADAPTER_NBNS, ATTR_IPV4_LIST, ATTR_CLEARABLE, 0, NULL },
	{ "nbdd", NETBIOS_A_ADAPTER_NBDD, ATTR_IPV4_LIST, ATTR_CLEARABLE, 0, NULL },
	{ "type", NETBIOS_A_ADAPTER_TYPE, ATTR_ENUM, 0, 0, node_types },
	{ "addr", NETBIOS_A_ADAPTER_ADDR, ATTR_IPV4, 0, 0, NULL },
	{ "broadcast", NETBIOS_A_ADAPTER_BROADCAST, ATTR_IPV4, 0, 0, NULL },
	{ "nbns-available", NETBIOS_A_ADAPTER_NBNS_AVAILABLE, ATTR_BOOL, 0, 0, NULL },
	{ "nbns-current", NETBIOS_A_ADAPTER_NBNS_CURRENT, ATTR_IPV4, 0, 0, NULL },
	{ "nbdd-available", NETBIOS_A_ADAPTER_NBDD_AVAILABLE, ATTR_BOOL, 0, 0, NULL },
	{ "nbdd-current", NETBIOS_A_ADAPTER_NBDD_CURRENT, ATTR_IPV4, 0, 0, NULL },
	{ 0 }
};

const struct attr alert_attrs[] = {
	{ "kind", NETBIOS_A_ALERT_KIND, ATTR_ENUM, 0, 0, alert_kinds },
	{ "name", NETBIOS_A_ALERT_NAME, ATTR_NAME, 0, NB_SUFFIX_PAD, NULL },
	{ "scope", NETBIOS_A_ALERT_SCOPE, ATTR_STRING, 0, 0, NULL },
	{ "addr", NETBIOS_A_ALERT_ADDR, ATTR_IPV4, 0, 0, NULL },
	{ "addr2", NETBIOS_A_ALERT_ADDR2, ATTR_IPV4, 0, 0, NULL },
	{ "ifindex", NETBIOS_A_ALERT_IFINDEX, ATTR_DEVICE, 0, 0, NULL },
	{ "text", NETBIOS_A_ALERT_TEXT, ATTR_STRING, 0, 0, NULL },
	{ 0 }
};

const struct attr name_attrs[] = {
	{ "name", NETBIOS_A_NAME_NAME, ATTR_NAME, 0, NB_SUFFIX_PAD, NULL },
	{ "scope", NETBIOS_A_NAME_SCOPE, ATTR_STRING, 0, 0, NULL },
	{ "group", NETBIOS_A_NAME_GROUP, ATTR_BOOL, 0, 0, NULL },
	{ "state", NETBIOS_A_NAME_STATE, ATTR_ENUM, 0, 0, name_states },
	{ "permanent", NETBIOS_A_NAME_PERMANENT, ATTR_BOOL, 0, 0, NULL },
	{ "owner", NETBIOS_A_NAME_OWNER, ATTR_UID, 0, 0, NULL },
	{ "ifindex", NETBIOS_A_NAME_IFINDEX, ATTR_DEVICE, 0, 0, NULL },
	{ "sockets", NETBIOS_A_NAME_SOCKETS, ATTR_U32, 0, 0, NULL },
	{ "listeners", NETBIOS_A_NAME_LISTENERS, ATTR_U32, 0, 0, NULL },
	{ "error", NETBIOS_A_NAME_ERROR, ATTR_ERRNO, 0, 0, NULL },
	{ 0 }
};

const struct attr cache_attrs[] = {
	{ "name", NETBIOS_A_CACHE_NAME, ATTR_NAME, 0, NB_SUFFIX_PAD, NULL },
	{ "scope", NETBIOS_A_CACHE_SCOPE, ATTR_STRING, 0, 0, NULL },
	{ "group", NETBIOS_A_CACHE_GROUP, ATTR_BOOL, 0, 0, NULL },
	{ "addr", NETBIOS_A_CACHE_ADDR, ATTR_IPV4_LIST, 0, 0, NULL },
	{ "source", NETBIOS_A_CACHE_SOURCE, ATTR_ENUM, 0, 0, cache_sources },
	{ "ttl", NETBIOS_A_CACHE_TTL, ATTR_SECONDS, 0, 0, NULL },
	{ "negative", NETBIOS_A_CACHE_NEGATIVE, ATTR_BOOL, 0, 0, NULL },
	{ 0 }
};

const struct attr session_attrs[] = {
	{ "inode", NETBIOS_A_SESSION_INODE, ATTR_U64, 0, 0, NULL },
	{ "type", NETBIOS_A_SESSION_TYPE, ATTR_ENUM, 0, 0, socket_types },
	{ "state", NETBIOS_A_SESSION_STATE, ATTR_ENUM, 0, 0, session_states },
	{ "local-name", NETBIOS_A_SESSION_LOCAL_NAME, ATTR_NAME, 0, 0, NULL },
	{ "peer-name", NETBIOS_A_SESSION_PEER_NAME, ATTR_NAME, 0, 0, NULL },
	{ "scope", NETBIOS_A_SESSION_SCOPE, ATTR_STRING, 0, 0, NULL },
	{ "local-addr", NETBIOS_A_SESSION_LOCAL_ADDR, ATTR_IPV4, 0, 0, NULL },
	{ "peer-addr", NETBIOS_A_SESSION_PEER_ADDR, ATTR_IPV4, 0, 0, NULL },
	{ "local-port", NETBIOS_A_SESSION_LOCAL_PORT, ATTR_BE16, 0, 0, NULL },
	{ "peer-port", NETBIOS_A_SESSION_PEER_PORT, ATTR_BE16, 0, 0, NULL },
	{ "called", NETBIOS_A_SESSION_CALLED, ATTR_BOOL, 0, 0, NULL },
	{ "uid", NETBIOS_A_SESSION_UID, ATTR_UID, 0, 0, NULL },
	{ "ifindex", NETBIOS_A_SESSION_IFINDEX, ATTR_DEVICE, 0, 0, NULL },
	{ "keepalive", NETBIOS_A_SESSION_KEEPALIVE, ATTR_SECONDS, 0, 0, NULL },
	{ "rx-bytes", NETBIOS_A_SESSION_RX_BYTES, ATTR_U64, 0, 0, NULL },
	{ "tx-bytes", NETBIOS_A_SESSION_TX_BYTES, ATTR_U64, 0, 0, NULL },
	{ "queue", NETBIOS_A_SESSION_QUEUE, ATTR_U32, 0, 0, NULL },
	{ "backlog", NETBIOS_A_SESSION_BACKLOG, ATTR_U32, 0, 0, NULL },
	{ "drops", NETBIOS_A_SESSION_DROPS, ATTR_U32, 0, 0, NULL },
	{ "error", NETBIOS_A_SESSION_ERROR, ATTR_ERRNO, 0, 0, NULL },
	{ 0 }
};

#define STAT(k, t) { .key = k, .type = NB_STAT_##t, .kind = ATTR_U64 }

const struct attr stats_attrs[] = {
	STAT("calls-made", CALLS_MADE),
	STAT("calls-failed", CALLS_FAILED),
	STAT("calls-established", CALLS_ESTABLISHED),
	STAT("sessions-accepted", SESSIONS_ACCEPTED),
	STAT("refused-no-listen", REFUSED_NO_LISTEN),
	STAT("refused-caller", REFUSED_CALLER),
	STAT("refused-no-name", REFUSED_NO_NAME),
	STAT("refused-resources", REFUSED_RESOURCES),
	STAT("retargets-sent", RETARGETS_SENT),
	STAT("retargets-followed", RETARGETS_FOLLOWED),
	STAT("retargets-forbidden", RETARGETS_FORBIDDEN),
	STAT("retargets-exhausted", RETARGETS_EXHAUSTED),
	STAT("halfopen-timeout", HALFOPEN_TIMEOUT),
	STAT("halfopen-cap", HALFOPEN_CAP),
	STAT("halfopen-source-cap", HALFOPEN_SOURCE_CAP),
	STAT("bad-request", BAD_REQUEST),
	STAT("bad-packet", BAD_PACKET),
	STAT("urgent-data", URGENT_DATA),
	STAT("rx-reset-inside-message", RX_RESET_INSIDE_MESSAGE),
	STAT("keepalives-sent", KEEPALIVES_SENT),
	STAT("keepalives-received", KEEPALIVES_RECEIVED),
	STAT("tx-rest", TX_REST),
	STAT("tx-aborted", TX_ABORTED),
	STAT("close-timeout", CLOSE_TIMEOUT),
	STAT("session-lost", SESSION_LOST),
	STAT("upcalls", UPCALLS),
	STAT("upcall-timeouts", UPCALL_TIMEOUTS),
	STAT("upcall-no-helper", UPCALL_NO_HELPER),
	STAT("upcall-bad-answer", UPCALL_BAD_ANSWER),
	STAT("upcall-overflow", UPCALL_OVERFLOW),
	STAT("names-full", NAMES_FULL),
	STAT("cache-full", CACHE_FULL),
	STAT("name-conflicts", NAME_CONFLICTS),
	STAT("port-taken", PORT_TAKEN),
	STAT("bind-denied", BIND_DENIED),
	STAT("events-lost", EVENTS_LOST),
	STAT("cache-hits", CACHE_HITS),
	STAT("cache-misses", CACHE_MISSES),
	STAT("dgram-sent", DGRAM_SENT),
	STAT("dgram-delivered", DGRAM_DELIVERED),
	STAT("dgram-send-failed", DGRAM_SEND_FAILED),
	STAT("dgram-fragments-sent", DGRAM_FRAGMENTS_SENT),
	STAT("dgram-fragments-received", DGRAM_FRAGMENTS_RECEIVED),
	STAT("dgram-reassembled", DGRAM_REASSEMBLED),
	STAT("dgram-fragment-timeout", DGRAM_FRAGMENT_TIMEOUT),
	STAT("dgram-fragment-overlap", DGRAM_FRAGMENT_OVERLAP),
	STAT("dgram-fragment-orphan", DGRAM_FRAGMENT_ORPHAN),
	STAT("dgram-fragment-overflow", DGRAM_FRAGMENT_OVERFLOW),
	STAT("dgram-malformed", DGRAM_MALFORMED),
	STAT("dgram-unexpected", DGRAM_UNEXPECTED),
	STAT("dgram-no-name", DGRAM_NO_NAME),
	STAT("dgram-no-receiver", DGRAM_NO_RECEIVER),
	STAT("dgram-rcvbuf-full", DGRAM_RCVBUF_FULL),
	STAT("dgram-no-memory", DGRAM_NO_MEMORY),
	STAT("dgram-own", DGRAM_OWN),
	STAT("dgram-broadcast-at-p", DGRAM_BROADCAST_AT_P),
	STAT("dgram-errors-sent", DGRAM_ERRORS_SENT),
	STAT("dgram-errors-limited", DGRAM_ERRORS_LIMITED),
	STAT("dgram-errors-forbidden", DGRAM_ERRORS_FORBIDDEN),
	STAT("dgram-errors-received", DGRAM_ERRORS_RECEIVED),
	STAT("dgram-errors-ignored", DGRAM_ERRORS_IGNORED),
	STAT("dgram-queries-sent", DGRAM_QUERIES_SENT),
	STAT("dgram-answers-received", DGRAM_ANSWERS_RECEIVED),
	STAT("dgram-answers-ignored", DGRAM_ANSWERS_IGNORED),
	STAT("ns-queries-received", NS_QUERIES_RECEIVED),
	STAT("ns-queries-sent", NS_QUERIES_SENT),
	STAT("ns-registrations-received", NS_REGISTRATIONS_RECEIVED),
	STAT("ns-registrations-sent", NS_REGISTRATIONS_SENT),
	STAT("ns-releases-received", NS_RELEASES_RECEIVED),
	STAT("ns-releases-sent", NS_RELEASES_SENT),
	STAT("ns-refreshes-sent", NS_REFRESHES_SENT),
	STAT("ns-status-received", NS_STATUS_RECEIVED),
	STAT("ns-responses-received", NS_RESPONSES_RECEIVED),
	STAT("ns-responses-sent", NS_RESPONSES_SENT),
	STAT("ns-responses-bad", NS_RESPONSES_BAD),
	STAT("ns-packets-bad", NS_PACKETS_BAD),
	STAT("ns-rate-limited", NS_RATE_LIMITED),
	STAT("ns-wacks-received", NS_WACKS_RECEIVED),
	STAT("ns-redirects-received", NS_REDIRECTS_RECEIVED),
	STAT("ns-timeouts", NS_TIMEOUTS),
	STAT("ns-defended", NS_DEFENDED),
	STAT("ns-conflicts", NS_CONFLICTS),
	STAT("ns-conflict-demands-sent", NS_CONFLICT_DEMANDS_SENT),
	STAT("ns-foreign-demands", NS_FOREIGN_DEMANDS),
	STAT("ns-two-owners", NS_TWO_OWNERS),
	STAT("ns-nbns-failovers", NS_NBNS_FAILOVERS),
	STAT("ns-canaries-sent", NS_CANARIES_SENT),
	STAT("ns-canaries-answered", NS_CANARIES_ANSWERED),
	STAT("upcall-user-cap", UPCALL_USER_CAP),
	STAT("dgram-nbdd-given", DGRAM_NBDD_GIVEN),
	STAT("dgram-nbdd-lost", DGRAM_NBDD_LOST),
	STAT("dgram-nbdd-sent", DGRAM_NBDD_SENT),
	{ 0 }
};
