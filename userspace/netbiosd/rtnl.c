// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "service/log.h"
#include "rtnl.h"

/* Changes come in bursts; s that are waited for the end of one */
#define SETTLE		0.1

#define ANSWER_MAX	(16 << 10)

/* A dump that changes meet is begun again, but not for ever */
#define TRIES		5

static struct {
	struct ev_loop		*loop;
	rtnl_fn			fn;
	void			*data;
	struct mnl_socket	*sock;
	ev_io			io;
	ev_timer		settle;
} rtnl;

/* What is being read */
struct reading {
	struct rtnl_link	*links;
	size_t			n;
	size_t			room;
};

static void on_settled(struct ev_loop *loop, ev_timer *timer, int revents)
{
	(void)loop;
	(void)timer;
	(void)revents;
	rtnl.fn(rtnl.data);
}

static void on_bell(struct ev_loop *loop, ev_io *io, int revents)
{
	char buf[4096];

	(void)revents;
	/* ENOBUFS counts as a bell, too */
	while (recv(io->fd, buf, sizeof(buf), MSG_DONTWAIT) >= 0 || errno == ENOBUFS)
		;
	if (!ev_is_active(&rtnl.settle)) {
		ev_timer_set(&rtnl.settle, SETTLE, 0);
		ev_timer_start(loop, &rtnl.settle);
	}
}

int rtnl_init(struct ev_loop *loop, rtnl_fn fn, void *data)
{
	int err;

	rtnl.loop = loop;
	rtnl.fn = fn;
	rtnl.data = data;
	rtnl.sock = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!rtnl.sock)
		return -errno;
	if (mnl_socket_bind(rtnl.sock, RTMGRP_LINK | RTMGRP_IPV4_IFADDR,
			    MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
		mnl_socket_close(rtnl.sock);
		rtnl.sock = NULL;
		return err;
	}
	ev_timer_init(&rtnl.settle, on_settled, SETTLE, 0);
	ev_io_init(&rtnl.io, on_bell, mnl_socket_get_fd(rtnl.sock), EV_READ);
	ev_io_start(loop, &rtnl.io);
	return 0;
}

void rtnl_exit(void)
{
	if (!rtnl.sock)
		return;
	ev_timer_stop(rtnl.loop, &rtnl.settle);
	ev_io_stop(rtnl.loop, &rtnl.io);
	mnl_socket_close(rtnl.sock);
	rtnl.sock = NULL;
}

static void take_link_attr(struct rtnl_link *link, const struct nlattr *attr,
			   bool *carrier)
{
	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		if (!mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
			strncpy(link->name, mnl_attr_get_str(attr), IF_NAMESIZE - 1);
		break;
	case IFLA_ADDRESS:
		if (mnl_attr_get_payload_len(attr) == sizeof(link->mac))
			memcpy(link->mac, mnl_attr_get_payload(attr), sizeof(link->mac));
		break;
	case IFLA_CARRIER:
		if (!mnl_attr_validate(attr, MNL_TYPE_U8))
			*carrier = mnl_attr_get_u8(attr);
		break;
	}
}

static int on_link(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(nlh);
	struct reading *reading = data;
	const struct nlattr *attr;
	struct rtnl_link *link;
	bool carrier = true;

	if (nlh->nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(nlh) < sizeof(*info))
		return MNL_CB_OK;
	if (reading->n == reading->room) {
		reading->room = reading->room ? 2 * reading->room : 16;
		link = reallocarray(reading->links, reading->room, sizeof(*link));
		if (!link)
			return MNL_CB_ERROR;
		reading->links = link;
	}
	link = &reading->links[reading->n++];
	memset(link, 0, sizeof(*link));
	link->ifindex = info->ifi_index;
	link->loopback = info->ifi_flags & IFF_LOOPBACK;
	mnl_attr_for_each(attr, nlh, sizeof(*info))
		take_link_attr(link, attr, &carrier);
	link->up = (info->ifi_flags & IFF_UP) && carrier;
	return MNL_CB_OK;
}

static struct rtnl_link *find_link(struct reading *reading, int ifindex)
{
	size_t i;

	for (i = 0; i < reading->n; i++)
		if (reading->links[i].ifindex == ifindex)
			return &reading->links[i];
	return NULL;
}

static uint32_t get_address(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) == 4 ? mnl_attr_get_u32(attr) : 0;
}

/* Primary addresses come first, in the order in which they were set */
static int on_address(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *info = mnl_nlmsg_get_payload(nlh);
	uint32_t local = 0, peer = 0, broadcast = 0;
	const struct nlattr *attr;
	struct rtnl_link *link;

	if (nlh->nlmsg_type != RTM_NEWADDR ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*info) || info->ifa_family != AF_INET)
		return MNL_CB_OK;
	link = find_link(data, info->ifa_index);
	if (!link || link->addr)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, nlh, sizeof(*info)) {
		switch (mnl_attr_get_type(attr)) {
		case IFA_LOCAL:
			local = get_address(attr);
			break;
		case IFA_ADDRESS:
			peer = get_address(attr);
			break;
		case IFA_BROADCAST:
			broadcast = get_address(attr);
			break;
		}
	}
	link->addr = local ? local : peer;
	/* Tools that do not set it mean the usual one; /31 and /32 have none */
	if (!broadcast && info->ifa_prefixlen < 31 && local == peer)
		broadcast = link->addr | htonl(0xffffffffU >> info->ifa_prefixlen);
	link->broadcast = broadcast;
	return MNL_CB_OK;
}

static int dump(struct mnl_socket *sock, uint16_t type, mnl_cb_t fn, struct reading *reading)
{
	char buf[ANSWER_MAX];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtgenmsg *gen;
	ssize_t len;
	int ret;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = type;
	gen = mnl_nlmsg_put_extra_header(nlh, sizeof(*gen));
	gen->rtgen_family = type == RTM_GETADDR ? AF_INET : AF_UNSPEC;
	if (mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	do {
		len = mnl_socket_recvfrom(sock, buf, sizeof(buf));
		if (len < 0)
			return -errno;
		ret = mnl_cb_run(buf, len, type, mnl_socket_get_portid(sock), fn, reading);
	} while (ret == MNL_CB_OK);
	return ret < 0 ? -errno : 0;
}

/* Each time with a socket of its own: an interrupted dump leaves a rest behind */
static int read_once(struct reading *reading)
{
	struct mnl_socket *sock;
	int err;

	sock = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!sock)
		return -errno;
	err = mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0 ? -errno : 0;
	if (!err)
		err = dump(sock, RTM_GETLINK, on_link, reading);
	if (!err)
		err = dump(sock, RTM_GETADDR, on_address, reading);
	mnl_socket_close(sock);
	return err;
}

int rtnl_read(struct rtnl_link **links, size_t *n)
{
	struct reading reading = { 0 };
	int tries, err = -EINTR;

	for (tries = 0; err == -EINTR && tries < TRIES; tries++) {
		reading.n = 0;
		err = read_once(&reading);
	}
	if (err) {
		free(reading.links);
		return err;
	}
	*links = reading.links;
	*n = reading.n;
	return 0;
}
