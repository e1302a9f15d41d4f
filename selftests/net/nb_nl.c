// SPDX-License-Identifier: GPL-2.0
/*
 * Generic netlink for the tests; see nb_nl.h.
 */
#include <linux/genetlink.h>

#include "nb_nl.h"

static uint16_t family;
static struct {
	char		name[16];
	uint32_t	id;
} groups[4];

static int parse_attr(const struct nlattr *attr, void *data)
{
	const struct nlattr **tb = data;

	if (mnl_attr_get_type(attr) < NB_NL_ATTRS)
		tb[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static void parse_groups(const struct nlattr *list)
{
	const struct nlattr *group, *attr;
	size_t n = 0;

	mnl_attr_for_each_nested(group, list) {
		if (n == ARRAY_SIZE(groups))
			break;
		mnl_attr_for_each_nested(attr, group) {
			if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
				groups[n].id = mnl_attr_get_u32(attr);
			if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME)
				snprintf(groups[n].name, sizeof(groups[n].name),
					 "%s", mnl_attr_get_str(attr));
		}
		n++;
	}
}

void nb_nl_forget(void)
{
	family = 0;
}

static int find_family(struct nb_nl *nl)
{
	struct nlmsghdr *nlh;
	int err;

	if (family)
		return 0;
	family = GENL_ID_CTRL;
	nlh = nb_nl_start(nl, CTRL_CMD_GETFAMILY, 0);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, NETBIOS_FAMILY_NAME);
	err = nb_nl_call(nl, nlh, NULL, NULL);
	family = 0;
	if (err || !nl->tb[CTRL_ATTR_FAMILY_ID])
		return err ? err : -ENOENT;
	family = mnl_attr_get_u16(nl->tb[CTRL_ATTR_FAMILY_ID]);
	if (nl->tb[CTRL_ATTR_MCAST_GROUPS])
		parse_groups(nl->tb[CTRL_ATTR_MCAST_GROUPS]);
	return 0;
}

struct nb_nl *nb_nl_open(void)
{
	struct nb_nl *nl = calloc(1, sizeof(*nl));
	struct timeval bound = { .tv_sec = NB_BOUND / 1000 };
	int err;

	nl->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->sock || mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID)) {
		free(nl);
		return NULL;
	}
	setsockopt(nb_nl_fd(nl), SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof(bound));
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &(int) { 1 },
			      sizeof(int));
	err = find_family(nl);
	if (!err)
		return nl;
	nb_nl_close(nl);
	errno = -err;
	return NULL;
}

void nb_nl_close(struct nb_nl *nl)
{
	mnl_socket_close(nl->sock);
	free(nl);
}

int nb_nl_fd(const struct nb_nl *nl)
{
	return mnl_socket_get_fd(nl->sock);
}

int nb_nl_join(struct nb_nl *nl, const char *group)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(groups); i++)
		if (!strcmp(groups[i].name, group))
			return mnl_socket_setsockopt(nl->sock,
					NETLINK_ADD_MEMBERSHIP, &groups[i].id,
					sizeof(groups[i].id)) ? -errno : 0;
	return -ENOENT;
}

struct nlmsghdr *nb_nl_start(struct nb_nl *nl, uint8_t cmd, uint16_t flags)
{
	static __thread char buf[4096];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	nlh->nlmsg_seq = ++nl->seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

static void parse(struct nb_nl *nl, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	memset(nl->tb, 0, sizeof(nl->tb));
	nl->cmd = genl->cmd;
	mnl_attr_parse(nlh, sizeof(*genl), parse_attr, nl->tb);
}

/* The extended acknowledgement: what is wrong, in words. */
static int parse_ack(const struct nlattr *attr, void *data)
{
	struct nb_nl *nl = data;

	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
		snprintf(nl->text, sizeof(nl->text), "%s",
			 mnl_attr_get_str(attr));
	return MNL_CB_OK;
}

static void parse_error(struct nb_nl *nl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	unsigned int len = sizeof(*err);

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		len += err->msg.nlmsg_len - sizeof(err->msg);
	mnl_attr_parse(nlh, len, parse_ack, nl);
}

struct reply {
	struct nb_nl	*nl;
	void		(*each)(struct nb_nl *nl, void *arg);
	void		*arg;
	uint32_t	seq;
	char		*keep;
};

/*
 * One message: 1 to go on, 0 at the end, or an errno. The attributes of a
 * reply must survive the acknowledgement that follows it: @keep.
 */
static int take(struct reply *reply, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_seq != reply->seq)
		return 1;
	if (nlh->nlmsg_type == NLMSG_DONE)
		return *(const int *)mnl_nlmsg_get_payload(nlh);
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		parse_error(reply->nl, nlh);
		return err->error;
	}
	memcpy(reply->keep, nlh, nlh->nlmsg_len);
	parse(reply->nl, (struct nlmsghdr *)reply->keep);
	if (reply->each)
		reply->each(reply->nl, reply->arg);
	return 1;
}

int nb_nl_call(struct nb_nl *nl, struct nlmsghdr *nlh,
	       void (*each)(struct nb_nl *nl, void *arg), void *arg)
{
	struct reply reply = { nl, each, arg, nlh->nlmsg_seq, nl->reply };
	static __thread char buf[sizeof(nl->reply)];
	ssize_t len;
	int ret = 1;

	memset(nl->tb, 0, sizeof(nl->tb));
	nl->text[0] = '\0';
	if (mnl_socket_sendto(nl->sock, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	while (ret > 0) {
		const struct nlmsghdr *at = (struct nlmsghdr *)buf;
		int left;

		len = mnl_socket_recvfrom(nl->sock, buf, sizeof(buf));
		if (len < 0)
			return -errno;
		for (left = len; ret > 0 && mnl_nlmsg_ok(at, left);
		     at = mnl_nlmsg_next(at, &left))
			ret = take(&reply, at);
	}
	return ret;
}

int nb_nl_event(struct nb_nl *nl, int ms)
{
	ssize_t len;

	if (nb_poll(nb_nl_fd(nl), POLLIN, ms) <= 0)
		return -EAGAIN;
	len = mnl_socket_recvfrom(nl->sock, nl->reply, sizeof(nl->reply));
	if (len < 0)
		return -errno;
	parse(nl, (struct nlmsghdr *)nl->reply);
	return nl->cmd;
}

void nb_nl_put_name(struct nlmsghdr *nlh, uint16_t attr, const char *text)
{
	struct sockaddr_nb addr = nb_addr(text);

	mnl_attr_put(nlh, attr, NETBIOS_NAME_LEN, addr.snb_name);
}

bool nb_nl_name_is(const struct nlattr *attr, const char *text)
{
	struct sockaddr_nb addr = nb_addr(text);

	return attr && mnl_attr_get_payload_len(attr) == NETBIOS_NAME_LEN &&
	       !memcmp(mnl_attr_get_payload(attr), addr.snb_name,
		       NETBIOS_NAME_LEN);
}

uint32_t nb_nl_u32(const struct nb_nl *nl, int attr, uint32_t absent)
{
	return nl->tb[attr] ? mnl_attr_get_u32(nl->tb[attr]) : absent;
}

int nb_set(const struct nb_host *host, int attr, uint32_t value)
{
	struct nlmsghdr *nlh = nb_nl_start(host->nl, NETBIOS_CMD_NODE_SET, 0);

	if (attr == NETBIOS_A_NODE_ENABLED || attr == NETBIOS_A_NODE_BIND_RESERVED)
		mnl_attr_put_u8(nlh, attr, value);
	else if (attr == NETBIOS_A_NODE_PORT ||
		 attr == NETBIOS_A_NODE_CALL_PORT ||
		 attr == NETBIOS_A_NODE_DGRAM_PORT)
		mnl_attr_put_u16(nlh, attr, value);
	else
		mnl_attr_put_u32(nlh, attr, value);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

int nb_set_name(const struct nb_host *host, int attr, const char *text)
{
	struct nlmsghdr *nlh = nb_nl_start(host->nl, NETBIOS_CMD_NODE_SET, 0);

	if (text)
		nb_nl_put_name(nlh, attr, text);
	else
		mnl_attr_put(nlh, attr, 0, "");
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

int nb_set_scope(const struct nb_host *host, const char *scope)
{
	struct nlmsghdr *nlh = nb_nl_start(host->nl, NETBIOS_CMD_NODE_SET, 0);

	mnl_attr_put_strz(nlh, NETBIOS_A_NODE_SCOPE, scope);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

static int64_t number(const struct nlattr *attr)
{
	switch (attr ? mnl_attr_get_payload_len(attr) : 0) {
	case 1:
		return mnl_attr_get_u8(attr);
	case 2:
		return mnl_attr_get_u16(attr);
	case 4:
		return mnl_attr_get_u32(attr);
	case 8:
		return (int64_t)mnl_attr_get_u64(attr);
	default:
		return -ENODATA;
	}
}

int64_t nb_get(const struct nb_host *host, int attr)
{
	int err;

	err = nb_nl_call(host->nl, nb_nl_start(host->nl, NETBIOS_CMD_NODE_GET,
					       0), NULL, NULL);
	return err ? err : number(host->nl->tb[attr]);
}

int64_t nb_stat(const struct nb_host *host, int attr)
{
	int err;

	err = nb_nl_call(host->nl, nb_nl_start(host->nl, NETBIOS_CMD_STATS_GET,
					       0), NULL, NULL);
	return err ? err : number(host->nl->tb[attr]);
}

int nb_name_put(const struct nb_host *host, const char *text,
		const struct nb_name_info *info)
{
	struct nlmsghdr *nlh = nb_nl_start(host->nl, NETBIOS_CMD_NAME_ADD, 0);

	nb_nl_put_name(nlh, NETBIOS_A_NAME_NAME, text);
	mnl_attr_put_u8(nlh, NETBIOS_A_NAME_GROUP, info->group);
	mnl_attr_put_u8(nlh, NETBIOS_A_NAME_PERMANENT, info->permanent);
	if (info->state)
		mnl_attr_put_u32(nlh, NETBIOS_A_NAME_STATE, info->state);
	if (info->owner != NB_ANYBODY)
		mnl_attr_put_u32(nlh, NETBIOS_A_NAME_OWNER, info->owner);
	if (info->ifindex)
		mnl_attr_put_u32(nlh, NETBIOS_A_NAME_IFINDEX, info->ifindex);
	if (info->scope)
		mnl_attr_put_strz(nlh, NETBIOS_A_NAME_SCOPE, info->scope);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

int nb_name_add(const struct nb_host *host, const char *text)
{
	struct nb_name_info info = {
		.permanent = true,
		.owner = NB_ANYBODY,
		.state = NETBIOS_NAME_STATE_REGISTERED,
	};

	return nb_name_put(host, text, &info);
}

int nb_name_state(const struct nb_host *host, const char *text, uint32_t state)
{
	struct nlmsghdr *nlh = nb_nl_start(host->nl, NETBIOS_CMD_NAME_SET, 0);

	nb_nl_put_name(nlh, NETBIOS_A_NAME_NAME, text);
	mnl_attr_put_u32(nlh, NETBIOS_A_NAME_STATE, state);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

int nb_name_del(const struct nb_host *host, const char *text)
{
	struct nlmsghdr *nlh = nb_nl_start(host->nl, NETBIOS_CMD_NAME_DEL, 0);

	nb_nl_put_name(nlh, NETBIOS_A_NAME_NAME, text);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

int nb_name_get(const struct nb_host *host, const char *text,
		struct nb_name_info *info)
{
	struct nlmsghdr *nlh = nb_nl_start(host->nl, NETBIOS_CMD_NAME_GET, 0);
	struct nb_nl *nl = host->nl;
	int err;

	nb_nl_put_name(nlh, NETBIOS_A_NAME_NAME, text);
	err = nb_nl_call(nl, nlh, NULL, NULL);
	if (err)
		return err;
	if (info) {
		info->group = number(nl->tb[NETBIOS_A_NAME_GROUP]) == 1;
		info->permanent = number(nl->tb[NETBIOS_A_NAME_PERMANENT]) == 1;
		info->owner = number(nl->tb[NETBIOS_A_NAME_OWNER]);
		if (info->owner == -ENODATA)
			info->owner = NB_ANYBODY;
		info->state = nb_nl_u32(nl, NETBIOS_A_NAME_STATE, 0);
		info->ifindex = nb_nl_u32(nl, NETBIOS_A_NAME_IFINDEX, 0);
		info->sockets = nb_nl_u32(nl, NETBIOS_A_NAME_SOCKETS, 0);
		info->listeners = nb_nl_u32(nl, NETBIOS_A_NAME_LISTENERS, 0);
	}
	return (int)nb_nl_u32(nl, NETBIOS_A_NAME_STATE, 0);
}

int nb_cache_put(const struct nb_host *host, const char *text,
		 const char *const *addr, int n, bool group, uint32_t ttl)
{
	struct nlmsghdr *nlh = nb_nl_start(host->nl, NETBIOS_CMD_CACHE_ADD, 0);
	int i;

	nb_nl_put_name(nlh, NETBIOS_A_CACHE_NAME, text);
	mnl_attr_put_u8(nlh, NETBIOS_A_CACHE_GROUP, group);
	for (i = 0; i < n; i++)
		mnl_attr_put_u32(nlh, NETBIOS_A_CACHE_ADDR, inet_addr(addr[i]));
	if (ttl)
		mnl_attr_put_u32(nlh, NETBIOS_A_CACHE_TTL, ttl);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

int nb_cache_add(const struct nb_host *host, const char *text, const char *addr)
{
	return nb_cache_put(host, text, &addr, 1, false, 0);
}

int nb_cache_del(const struct nb_host *host, const char *text)
{
	struct nlmsghdr *nlh = nb_nl_start(host->nl, NETBIOS_CMD_CACHE_DEL, 0);

	nb_nl_put_name(nlh, NETBIOS_A_CACHE_NAME, text);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

struct count {
	int	state;
	int	n;
};

static void count_one(struct nb_nl *nl, void *arg)
{
	struct count *count = arg;

	if (count->state < 0 ||
	    (int)nb_nl_u32(nl, NETBIOS_A_SESSION_STATE, 99) == count->state)
		count->n++;
}

int nb_sessions(const struct nb_host *host, int state)
{
	struct count count = { .state = state };
	int err;

	err = nb_nl_call(host->nl, nb_nl_start(host->nl,
					       NETBIOS_CMD_SESSION_GET,
					       NLM_F_DUMP), count_one, &count);
	return err ? err : count.n;
}

int nb_helper_attach(struct nb_nl *nl)
{
	return nb_nl_call(nl, nb_nl_start(nl, NETBIOS_CMD_HELPER_ATTACH, 0),
			  NULL, NULL);
}

/* the doorbell is joined first, so that no ring is missed */
struct nb_nl *nb_helper(const struct nb_host *host)
{
	struct nb_nl *nl;

	nb_enter(host);
	nl = nb_nl_open();
	if (!nl)
		return NULL;
	if (!nb_nl_join(nl, NETBIOS_MCGRP_UPCALL) && !nb_helper_attach(nl))
		return nl;
	nb_nl_close(nl);
	return NULL;
}

static int work_get(struct nb_nl *nl, struct nb_work *work)
{
	const struct nlattr **tb = nl->tb;
	int err;

	err = nb_nl_call(nl, nb_nl_start(nl, NETBIOS_CMD_WORK_GET, 0),
			 NULL, NULL);
	if (err)
		return err;
	memset(work, 0, sizeof(*work));
	if (!tb[NETBIOS_A_WORK_ID] || !tb[NETBIOS_A_WORK_KIND] ||
	    !tb[NETBIOS_A_WORK_NAME])
		return -EBADMSG;
	work->id = mnl_attr_get_u64(tb[NETBIOS_A_WORK_ID]);
	work->kind = mnl_attr_get_u32(tb[NETBIOS_A_WORK_KIND]);
	memcpy(work->name, mnl_attr_get_payload(tb[NETBIOS_A_WORK_NAME]),
	       NETBIOS_NAME_LEN);
	work->group = number(tb[NETBIOS_A_WORK_GROUP]) == 1;
	work->addr.s_addr = nb_nl_u32(nl, NETBIOS_A_WORK_ADDR, 0);
	if (tb[NETBIOS_A_WORK_WIRE_ERROR])
		work->wire_error = number(tb[NETBIOS_A_WORK_WIRE_ERROR]);
	work->deadline = nb_nl_u32(nl, NETBIOS_A_WORK_DEADLINE, 0);
	return 0;
}

int nb_work_take(struct nb_nl *nl, struct nb_work *work, int ms)
{
	uint64_t end = nb_now() + ms;
	int err;

	/*
	 * The doorbell may have rung between question and answer of work_get(),
	 * where it is not heard: look again from time to time.
	 */
	while ((err = work_get(nl, work)) == -ENOENT && nb_now() < end)
		nb_nl_event(nl, end - nb_now() < 100 ? (int)(end - nb_now()) : 100);
	return err;
}

int nb_work_expect(struct nb_nl *nl, struct nb_work *work, uint32_t kind,
		   const char *name)
{
	struct sockaddr_nb want = nb_addr(name);
	int err = nb_work_take(nl, work, NB_BOUND);

	if (err)
		return err;
	if (work->kind != kind || memcmp(work->name, want.snb_name, 16))
		return -EBADMSG;
	return work->deadline ? 0 : -ETIME;
}

bool nb_no_work(struct nb_nl *nl)
{
	struct nb_work work;

	return nb_work_take(nl, &work, NB_QUIET) == -ENOENT;
}

int nb_work_done(struct nb_nl *nl, uint64_t id, uint32_t status,
		 const char *addr)
{
	struct nlmsghdr *nlh = nb_nl_start(nl, NETBIOS_CMD_WORK_DONE, 0);

	mnl_attr_put_u64(nlh, NETBIOS_A_WORK_ID, id);
	mnl_attr_put_u32(nlh, NETBIOS_A_WORK_STATUS, status);
	if (addr)
		mnl_attr_put_u32(nlh, NETBIOS_A_WORK_ADDR, inet_addr(addr));
	return nb_nl_call(nl, nlh, NULL, NULL);
}
