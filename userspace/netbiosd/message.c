// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <linux/genetlink.h>

#include "message.h"

/* Attributes of a message of the family, by number; what we do not know is left out */
static void get_attrs(const struct nlmsghdr *nlh, const struct nlattr **attrs, int max)
{
	const struct nlattr *attr;

	memset(attrs, 0, (max + 1) * sizeof(*attrs));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) <= max)
			attrs[mnl_attr_get_type(attr)] = attr;
}

static uint8_t get_u8(const struct nlattr *attr, uint8_t none)
{
	return attr && mnl_attr_get_payload_len(attr) >= 1 ? mnl_attr_get_u8(attr) : none;
}

static uint16_t get_u16(const struct nlattr *attr, uint16_t none)
{
	return attr && mnl_attr_get_payload_len(attr) >= 2 ? mnl_attr_get_u16(attr) : none;
}

static uint32_t get_u32(const struct nlattr *attr, uint32_t none)
{
	return attr && mnl_attr_get_payload_len(attr) >= 4 ? mnl_attr_get_u32(attr) : none;
}

static const char *get_string(const struct nlattr *attr)
{
	return attr && !mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) ?
	       mnl_attr_get_str(attr) : "";
}

static bool get_name(const struct nlattr *attr, uint8_t *name)
{
	if (!attr || mnl_attr_get_payload_len(attr) != NETBIOS_NAME_LEN)
		return false;
	memcpy(name, mnl_attr_get_payload(attr), NETBIOS_NAME_LEN);
	return true;
}

static bool get_id(const struct nlattr *attr, uint64_t *id)
{
	if (!attr || mnl_attr_get_payload_len(attr) != sizeof(*id))
		return false;
	*id = mnl_attr_get_u64(attr);
	return true;
}

bool msg_get_work(const struct nlmsghdr *nlh, struct nbd_work *work)
{
	const struct nlattr *attrs[NETBIOS_A_WORK_MAX + 1];

	get_attrs(nlh, attrs, NETBIOS_A_WORK_MAX);
	work->kind = get_u32(attrs[NETBIOS_A_WORK_KIND], UINT32_MAX);
	work->key.scope = get_string(attrs[NETBIOS_A_WORK_SCOPE]);
	work->group = get_u8(attrs[NETBIOS_A_WORK_GROUP], 0);
	work->ifindex = get_u32(attrs[NETBIOS_A_WORK_IFINDEX], 0);
	work->addr = get_u32(attrs[NETBIOS_A_WORK_ADDR], 0);
	work->wire_error = get_u8(attrs[NETBIOS_A_WORK_WIRE_ERROR], 0);
	work->deadline = get_u32(attrs[NETBIOS_A_WORK_DEADLINE], 0);
	return get_id(attrs[NETBIOS_A_WORK_ID], &work->id) &&
	       get_name(attrs[NETBIOS_A_WORK_NAME], work->key.name) &&
	       work->kind <= NETBIOS_WORK_KIND_RELAY;
}

bool msg_get_work_id(const struct nlmsghdr *nlh, uint64_t *id)
{
	const struct nlattr *attrs[NETBIOS_A_WORK_MAX + 1];

	get_attrs(nlh, attrs, NETBIOS_A_WORK_MAX);
	return get_id(attrs[NETBIOS_A_WORK_ID], id);
}

bool msg_get_nbdd(const struct nlmsghdr *nlh, struct nbd_nbdd_answer *answer)
{
	const struct nlattr *attrs[NETBIOS_A_NBDD_MAX + 1];

	get_attrs(nlh, attrs, NETBIOS_A_NBDD_MAX);
	answer->ifindex = get_u32(attrs[NETBIOS_A_NBDD_IFINDEX], 0);
	answer->addr = get_u32(attrs[NETBIOS_A_NBDD_ADDR], 0);
	answer->key.scope = get_string(attrs[NETBIOS_A_NBDD_SCOPE]);
	answer->relays = get_u8(attrs[NETBIOS_A_NBDD_RELAYS], 0);
	return answer->addr && attrs[NETBIOS_A_NBDD_RELAYS] &&
	       get_name(attrs[NETBIOS_A_NBDD_NAME], answer->key.name);
}

bool msg_get_nbdd_packet(const struct nlmsghdr *nlh, struct nbdd_packet *packet)
{
	const struct nlattr *attrs[NETBIOS_A_NBDD_MAX + 1];
	const struct nlattr *addr, *data;

	get_attrs(nlh, attrs, NETBIOS_A_NBDD_MAX);
	addr = attrs[NETBIOS_A_NBDD_ADDR];
	data = attrs[NETBIOS_A_NBDD_PACKET];
	if (!addr || mnl_attr_get_payload_len(addr) < sizeof(*packet->addr) || !data)
		return false;
	packet->ifindex = get_u32(attrs[NETBIOS_A_NBDD_IFINDEX], 0);
	packet->local = get_u32(attrs[NETBIOS_A_NBDD_LOCAL], 0);
	packet->port = get_u16(attrs[NETBIOS_A_NBDD_PORT], 0);
	packet->n = 1;
	packet->addr = mnl_attr_get_payload(addr);
	packet->data = mnl_attr_get_payload(data);
	packet->len = mnl_attr_get_payload_len(data);
	return true;
}

bool msg_put_nbdd_packet(struct nlmsghdr *nlh, size_t room, const struct nbdd_packet *packet)
{
	unsigned int i;
	bool fits = true;

	if (packet->ifindex)
		fits = mnl_attr_put_u32_check(nlh, room, NETBIOS_A_NBDD_IFINDEX, packet->ifindex);
	if (packet->local)
		fits = fits && mnl_attr_put_u32_check(nlh, room, NETBIOS_A_NBDD_LOCAL,
						      packet->local);
	if (packet->port)
		fits = fits && mnl_attr_put_u16_check(nlh, room, NETBIOS_A_NBDD_PORT,
						      packet->port);
	for (i = 0; fits && i < packet->n; i++)
		fits = mnl_attr_put_u32_check(nlh, room, NETBIOS_A_NBDD_TO, packet->addr[i]);
	return fits && mnl_attr_put_check(nlh, room, NETBIOS_A_NBDD_PACKET, packet->len,
					  packet->data);
}

bool msg_get_name(const struct nlmsghdr *nlh, struct nbd_local_name *name)
{
	const struct nlattr *attrs[NETBIOS_A_NAME_MAX + 1];

	get_attrs(nlh, attrs, NETBIOS_A_NAME_MAX);
	name->key.scope = get_string(attrs[NETBIOS_A_NAME_SCOPE]);
	name->state = get_u32(attrs[NETBIOS_A_NAME_STATE], NETBIOS_NAME_STATE_GONE);
	name->group = get_u8(attrs[NETBIOS_A_NAME_GROUP], 0);
	name->permanent = get_u8(attrs[NETBIOS_A_NAME_PERMANENT], 0);
	name->ifindex = get_u32(attrs[NETBIOS_A_NAME_IFINDEX], 0);
	return attrs[NETBIOS_A_NAME_STATE] &&
	       get_name(attrs[NETBIOS_A_NAME_NAME], name->key.name);
}

bool msg_get_node(const struct nlmsghdr *nlh, struct node_info *node)
{
	const struct nlattr *attrs[NETBIOS_A_NODE_MAX + 1];

	get_attrs(nlh, attrs, NETBIOS_A_NODE_MAX);
	node->scope = get_string(attrs[NETBIOS_A_NODE_SCOPE]);
	node->sessions = get_u32(attrs[NETBIOS_A_NODE_SESSIONS], 0);
	node->has_permanent = get_name(attrs[NETBIOS_A_NODE_PERMANENT_NAME],
				       node->permanent);
	return true;
}

bool msg_get_adapter(const struct nlmsghdr *nlh, struct nbd_adapter *adapter)
{
	const struct nlattr *attr;
	bool found = false;

	adapter->n_nbns = 0;
	adapter->n_nbdd = 0;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case NETBIOS_A_ADAPTER_IFINDEX:
			adapter->ifindex = get_u32(attr, 0);
			found = adapter->ifindex > 0;
			break;
		case NETBIOS_A_ADAPTER_IFNAME:
			strncpy(adapter->name, get_string(attr), sizeof(adapter->name) - 1);
			break;
		case NETBIOS_A_ADAPTER_ENABLED:
			adapter->enabled = get_u8(attr, 0);
			break;
		case NETBIOS_A_ADAPTER_NODE_TYPE:
			adapter->type = (enum nbd_type)get_u32(attr, NBD_TYPE_AUTO);
			break;
		case NETBIOS_A_ADAPTER_NBNS:
			if (adapter->n_nbns < NBD_SERVERS_MAX)
				adapter->nbns[adapter->n_nbns++] = get_u32(attr, 0);
			break;
		case NETBIOS_A_ADAPTER_NBDD:
			if (adapter->n_nbdd < NBD_SERVERS_MAX)
				adapter->nbdd[adapter->n_nbdd++] = get_u32(attr, 0);
			break;
		}
	}
	return found;
}

bool msg_has_cached_answer(const struct nlmsghdr *nlh, uint32_t addr)
{
	uint32_t source = NETBIOS_CACHE_SOURCE_STATIC;
	const struct nlattr *attr;
	bool found = !addr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == NETBIOS_A_CACHE_SOURCE)
			source = get_u32(attr, source);
		if (mnl_attr_get_type(attr) == NETBIOS_A_CACHE_ADDR)
			found |= get_u32(attr, 0) == addr;
	}
	return found && source == NETBIOS_CACHE_SOURCE_QUERY;
}

bool msg_put_answer(struct nlmsghdr *nlh, size_t room, uint64_t id,
		    const struct nbd_answer *answer)
{
	bool ok = answer->status == NETBIOS_WORK_STATUS_OK;
	bool fits;
	unsigned int i;

	fits = mnl_attr_put_u64_check(nlh, room, NETBIOS_A_WORK_ID, id) &&
	       mnl_attr_put_u32_check(nlh, room, NETBIOS_A_WORK_STATUS, answer->status);
	/* A state belongs to a claim, which has no addresses */
	if (ok && !answer->n && answer->state)
		fits = fits && mnl_attr_put_u32_check(nlh, room, NETBIOS_A_WORK_STATE,
						      answer->state);
	if (ok && answer->n)
		fits = fits && mnl_attr_put_u8_check(nlh, room, NETBIOS_A_WORK_GROUP,
						     answer->group);
	for (i = 0; ok && i < answer->n; i++)
		fits = fits && mnl_attr_put_u32_check(nlh, room, NETBIOS_A_WORK_ADDR,
						      answer->addr[i]);
	if ((ok && (answer->n || (!answer->state && answer->ttl))) ||
	    answer->status == NETBIOS_WORK_STATUS_NOT_FOUND)
		fits = fits && mnl_attr_put_u32_check(nlh, room, NETBIOS_A_WORK_TTL,
						      answer->ttl);
	return fits;
}

/* 0 is none: it is left out */
static bool put_addr(struct nlmsghdr *nlh, size_t room, uint16_t attr, uint32_t addr)
{
	return !addr || mnl_attr_put_u32_check(nlh, room, attr, addr);
}

bool msg_put_condition(struct nlmsghdr *nlh, size_t room, const struct nbd_condition *c)
{
	bool fits;

	fits = mnl_attr_put_u32_check(nlh, room, NETBIOS_A_ADAPTER_IFINDEX, c->ifindex);
	/* Without a type nobody serves the adapter */
	if (!fits || !c->active)
		return fits;
	return mnl_attr_put_u32_check(nlh, room, NETBIOS_A_ADAPTER_TYPE, c->type) &&
	       put_addr(nlh, room, NETBIOS_A_ADAPTER_ADDR, c->addr) &&
	       put_addr(nlh, room, NETBIOS_A_ADAPTER_BROADCAST, c->broadcast) &&
	       mnl_attr_put_u8_check(nlh, room, NETBIOS_A_ADAPTER_NBNS_AVAILABLE,
				     c->nbns_available) &&
	       put_addr(nlh, room, NETBIOS_A_ADAPTER_NBNS_CURRENT, c->nbns) &&
	       mnl_attr_put_u8_check(nlh, room, NETBIOS_A_ADAPTER_NBDD_AVAILABLE,
				     c->nbdd_available) &&
	       put_addr(nlh, room, NETBIOS_A_ADAPTER_NBDD_CURRENT, c->nbdd);
}

bool msg_put_alert(struct nlmsghdr *nlh, size_t room, uint32_t kind,
		   const struct nbd_alert *alert)
{
	bool fits;

	fits = mnl_attr_put_u32_check(nlh, room, NETBIOS_A_ALERT_KIND, kind) &&
	       put_addr(nlh, room, NETBIOS_A_ALERT_ADDR, alert->addr) &&
	       put_addr(nlh, room, NETBIOS_A_ALERT_ADDR2, alert->addr2);
	if (fits && alert->key)
		fits = mnl_attr_put_check(nlh, room, NETBIOS_A_ALERT_NAME,
					  NETBIOS_NAME_LEN, alert->key->name) &&
		       mnl_attr_put_strz_check(nlh, room, NETBIOS_A_ALERT_SCOPE,
					       alert->key->scope);
	if (fits && alert->ifindex)
		fits = mnl_attr_put_u32_check(nlh, room, NETBIOS_A_ALERT_IFINDEX,
					      alert->ifindex);
	if (fits && alert->text)
		fits = mnl_attr_put_strz_check(nlh, room, NETBIOS_A_ALERT_TEXT,
					       alert->text);
	return fits;
}

static const uint16_t stat_of_counter[NBD_COUNTERS] = {
	[NBD_QUERIES_RECEIVED] = NB_STAT_NS_QUERIES_RECEIVED,
	[NBD_QUERIES_SENT] = NB_STAT_NS_QUERIES_SENT,
	[NBD_REGISTRATIONS_RECEIVED] = NB_STAT_NS_REGISTRATIONS_RECEIVED,
	[NBD_REGISTRATIONS_SENT] = NB_STAT_NS_REGISTRATIONS_SENT,
	[NBD_RELEASES_RECEIVED] = NB_STAT_NS_RELEASES_RECEIVED,
	[NBD_RELEASES_SENT] = NB_STAT_NS_RELEASES_SENT,
	[NBD_REFRESHES_SENT] = NB_STAT_NS_REFRESHES_SENT,
	[NBD_STATUS_RECEIVED] = NB_STAT_NS_STATUS_RECEIVED,
	[NBD_RESPONSES_RECEIVED] = NB_STAT_NS_RESPONSES_RECEIVED,
	[NBD_RESPONSES_SENT] = NB_STAT_NS_RESPONSES_SENT,
	[NBD_RESPONSES_BAD] = NB_STAT_NS_RESPONSES_BAD,
	[NBD_PACKETS_BAD] = NB_STAT_NS_PACKETS_BAD,
	[NBD_RATE_LIMITED] = NB_STAT_NS_RATE_LIMITED,
	[NBD_WACKS_RECEIVED] = NB_STAT_NS_WACKS_RECEIVED,
	[NBD_REDIRECTS_RECEIVED] = NB_STAT_NS_REDIRECTS_RECEIVED,
	[NBD_TIMEOUTS] = NB_STAT_NS_TIMEOUTS,
	[NBD_DEFENDED] = NB_STAT_NS_DEFENDED,
	[NBD_CONFLICTS] = NB_STAT_NS_CONFLICTS,
	[NBD_CONFLICT_DEMANDS_SENT] = NB_STAT_NS_CONFLICT_DEMANDS_SENT,
	[NBD_FOREIGN_DEMANDS] = NB_STAT_NS_FOREIGN_DEMANDS,
	[NBD_TWO_OWNERS] = NB_STAT_NS_TWO_OWNERS,
	[NBD_NBNS_FAILOVERS] = NB_STAT_NS_NBNS_FAILOVERS,
	[NBD_CANARIES_SENT] = NB_STAT_NS_CANARIES_SENT,
	[NBD_CANARIES_ANSWERED] = NB_STAT_NS_CANARIES_ANSWERED,
};

bool msg_put_counters(struct nlmsghdr *nlh, size_t room, const uint64_t *counter)
{
	bool fits = true;
	int i;

	for (i = 0; fits && i < NBD_COUNTERS; i++)
		fits = mnl_attr_put_u64_check(nlh, room, stat_of_counter[i], counter[i]);
	return fits;
}

bool msg_put_servers(struct nlmsghdr *nlh, size_t room, uint16_t attr,
		     const uint32_t *addr, unsigned int n)
{
	bool fits = true;
	unsigned int i;

	if (!n)
		return mnl_attr_put_u32_check(nlh, room, attr, 0);
	for (i = 0; fits && i < n; i++)
		fits = mnl_attr_put_u32_check(nlh, room, attr, addr[i]);
	return fits;
}

int msg_alert_kind(enum nbd_alert_kind kind)
{
	static const int kinds[NBD_ALERT_KINDS] = {
		[NBD_ALERT_NAME_CONFLICT] = NETBIOS_ALERT_KIND_NAME_CONFLICT,
		[NBD_ALERT_TWO_OWNERS] = NETBIOS_ALERT_KIND_TWO_OWNERS,
		[NBD_ALERT_FOREIGN_RELEASE] = NETBIOS_ALERT_KIND_FOREIGN_RELEASE,
		[NBD_ALERT_FOREIGN_CONFLICT] = NETBIOS_ALERT_KIND_FOREIGN_CONFLICT_DEMAND,
		[NBD_ALERT_POISONER] = NETBIOS_ALERT_KIND_POISONER,
		[NBD_ALERT_B_NODE_HEARD] = NETBIOS_ALERT_KIND_B_NODE_HEARD,
		[NBD_ALERT_FLOOD] = NETBIOS_ALERT_KIND_FLOOD,
		[NBD_ALERT_NBNS_LOST] = -1,
		[NBD_ALERT_NBNS_BACK] = -1,
		[NBD_ALERT_ANSWER_REJECTED] = NETBIOS_ALERT_KIND_ANSWER_REJECTED,
		[NBD_ALERT_NBNS_REFUSED] = NETBIOS_ALERT_KIND_NBNS_REFUSED,
	};

	return kind < NBD_ALERT_KINDS ? kinds[kind] : -1;
}
