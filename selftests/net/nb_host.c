// SPDX-License-Identifier: GPL-2.0
/*
 * Hosts of the test network: network namespaces, joined by a veth pair; see
 * nb_util.h. All through rtnetlink: a process costs 0.2 s on a debug kernel.
 */
#include <stddef.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/syscall.h>

#include "nb_nl.h"

static int rtnl_call(struct nlmsghdr *nlh)
{
	char buf[4096];
	struct mnl_socket *sock;
	ssize_t len = -1;
	int err = 0;

	nlh->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	sock = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!sock)
		return -errno;
	if (mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) >= 0)
		len = mnl_socket_recvfrom(sock, buf, sizeof(buf));
	if (len < 0 || mnl_cb_run(buf, len, 0, 0, NULL, NULL) < 0)
		err = -errno;
	mnl_socket_close(sock);
	return err;
}

int nb_enter(const struct nb_host *host)
{
	return setns(host->ns, CLONE_NEWNET) ? -errno : 0;
}

/* @change: flags to be set to those of @flags */
static int link_request(const struct nb_host *host, const char *ifname, int type,
			unsigned int change, unsigned int flags)
{
	char buf[1024];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi;

	nb_enter(host);
	nlh->nlmsg_type = type;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = if_nametoindex(ifname);
	ifi->ifi_change = change;
	ifi->ifi_flags = flags;
	return rtnl_call(nlh);
}

int nb_link_set(const struct nb_host *host, const char *ifname, bool up)
{
	return link_request(host, ifname, RTM_NEWLINK, IFF_UP, up ? IFF_UP : 0);
}

int nb_link_del(const struct nb_host *host, const char *ifname)
{
	return link_request(host, ifname, RTM_DELLINK, 0, 0);
}

int nb_addr_add(const struct nb_host *host, const char *ifname,
		const char *addr, int prefix)
{
	char buf[1024];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifaddrmsg *ifa;

	nb_enter(host);
	nlh->nlmsg_type = RTM_NEWADDR;
	nlh->nlmsg_flags = NLM_F_CREATE;
	ifa = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifa));
	ifa->ifa_family = AF_INET;
	ifa->ifa_prefixlen = prefix;
	ifa->ifa_index = if_nametoindex(ifname);
	mnl_attr_put_u32(nlh, IFA_LOCAL, inet_addr(addr));
	mnl_attr_put_u32(nlh, IFA_ADDRESS, inet_addr(addr));
	return rtnl_call(nlh);
}

int nb_veth_add(const struct nb_host *host, const char *ifname)
{
	char buf[1024];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlattr *info, *data, *peer;

	nb_enter(&host[0]);
	nlh->nlmsg_type = RTM_NEWLINK;
	nlh->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, ifname);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(nlh, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, ifname);
	mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, host[1].ns);
	mnl_attr_nest_end(nlh, peer);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	return rtnl_call(nlh);
}

int nb_sysctl(const struct nb_host *host, const char *path, const char *value)
{
	char name[128];

	nb_enter(host);
	snprintf(name, sizeof(name), "/proc/sys/net/%s", path);
	return nb_put_text(name, value);
}

int nb_watch(const struct nb_host *host, uint32_t mark, uint32_t priority)
{
	struct bpf_insn prog[] = {
		{ .code = BPF_LDX | BPF_W | BPF_MEM, .dst_reg = 0, .src_reg = 1,
		  .off = offsetof(struct __sk_buff, mark) },
		{ .code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = 0, .off = 4,
		  .imm = mark },
		{ .code = BPF_LDX | BPF_W | BPF_MEM, .dst_reg = 0, .src_reg = 1,
		  .off = offsetof(struct __sk_buff, priority) },
		{ .code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = 0, .off = 2,
		  .imm = priority },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0,
		  .imm = 2000 },
		{ .code = BPF_JMP | BPF_EXIT },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (uintptr_t)prog, .insn_cnt = ARRAY_SIZE(prog),
		.license = (uintptr_t)"GPL",
	};
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
	};
	int fd, bpf;

	bpf = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (bpf < 0)
		return -errno;
	nb_enter(host);
	sll.sll_ifindex = if_nametoindex("veth0");
	fd = socket(AF_PACKET, SOCK_DGRAM, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &bpf,
				 sizeof(bpf)) ||
	    bind(fd, (void *)&sll, sizeof(sll)))
		return -errno;
	close(bpf);
	return fd;
}

int nb_watched(int fd)
{
	char buf[2000];
	int n = 0;

	while (nb_poll(fd, POLLIN, NB_QUIET) > 0 &&
	       recv(fd, buf, sizeof(buf), 0) > 0)
		n++;
	return n;
}

static int host_init(struct nb_host *host)
{
	if (unshare(CLONE_NEWNET))
		return -errno;
	host->ns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (host->ns < 0)
		return -errno;
	host->nl = nb_nl_open();
	if (!host->nl) {
		fprintf(stderr, "# no netlink family netbios: %m\n");
		return -errno;
	}
	inet_aton("127.0.0.1", &host->addr);
	return nb_link_set(host, "lo", true);
}

int nb_hosts(struct nb_host *host, int n)
{
	char addr[] = "10.9.0.1";
	int i, err = 0;

	for (i = 0; i < n && !err; i++)
		err = host_init(&host[i]);
	if (!err && n == 2)
		err = nb_veth_add(host, "veth0");
	for (i = 0; i < n && n == 2 && !err; i++) {
		addr[sizeof(addr) - 2] = '1' + i;
		inet_aton(addr, &host[i].addr);
		err = nb_addr_add(&host[i], "veth0", addr, 24);
		if (!err)
			err = nb_link_set(&host[i], "veth0", true);
	}
	return err;
}

void nb_hosts_free(struct nb_host *host, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (host[i].nl)
			nb_nl_close(host[i].nl);
		close(host[i].ns);
	}
}

int nb_network(struct nb_host *host, int n)
{
	struct nb_host *server = &host[n - 1];
	int err;

	err = nb_hosts(host, n);
	if (!err)
		err = nb_name_add(&host[0], "CLIENT");
	if (!err)
		err = nb_cache_add(&host[0], "SERVER", inet_ntoa(server->addr));
	if (!err)
		err = nb_set(&host[0], NETBIOS_A_NODE_RETRY_INTERVAL, 50);
	if (!err)
		err = nb_set(server, NETBIOS_A_NODE_ENABLED, 1);
	if (!err)
		err = nb_name_add(server, "SERVER");
	return err;
}
