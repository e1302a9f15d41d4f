// SPDX-License-Identifier: GPL-2.0
/*
 * Datagram sockets and plain UDP; see nb_dg.h.
 */
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/udp.h>

#include "nb_dg.h"

int dg_group_add(const struct nb_host *host, const char *text)
{
	struct nb_name_info info = {
		.group = true, .permanent = true, .owner = NB_ANYBODY,
	};

	return nb_name_put(host, text, &info);
}

int dg_network(struct nb_host *host, int n)
{
	const char *addr = "10.9.0.2";
	int i, err;

	err = nb_hosts(host, n);
	for (i = 0; i < n && !err; i++) {
		err = nb_set(&host[i], NETBIOS_A_NODE_ENABLED, 1);
		if (!err)
			err = dg_group_add(&host[i], "TEAM");
	}
	if (!err)
		err = nb_name_add(&host[0], "CLIENT");
	if (!err)
		err = nb_name_add(&host[n - 1], "SERVER");
	if (!err && n == 2)
		err = nb_cache_put(&host[0], "SERVER", &addr, 1, false, 600);
	return err;
}

int dg_node_and_peer(struct nb_host *host, int *udp, int *client, int *team)
{
	const char *addr = "10.9.0.2";
	struct dg_packet p;
	int err;

	err = nb_hosts(host, 2);
	if (!err)
		err = nb_set(host, NETBIOS_A_NODE_ENABLED, 1);
	/* nothing runs out by itself */
	if (!err)
		err = nb_set(host, NETBIOS_A_NODE_FRAGMENT_TIMEOUT, 20000);
	if (!err)
		err = nb_name_add(host, "CLIENT");
	if (!err)
		err = dg_group_add(host, "TEAM");
	if (!err)
		err = nb_cache_put(host, "SERVER", &addr, 1, false, 600);
	if (err)
		return err;
	*udp = udp_open(&host[1], DG_PORT);
	*client = dg_unique(host, "CLIENT");
	*team = dg_group(host, "TEAM");
	if (*udp < 0 || *client < 0 || *team < 0)
		return -EBADF;
	/* the link is up when something has come through */
	err = dg_send(*client, "SERVER", "x", 1);
	return err < 0 ? err : dg_get(*udp, &p, NULL);
}

int dg_socket(const struct nb_host *host, const char *text, int type)
{
	int err, fd = nb_socket_in(host, AF_NETBIOS, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return fd;
	err = text ? nb_bind(fd, text, type) : 0;
	if (!err)
		return fd;
	close(fd);
	return err;
}

int dg_unique(const struct nb_host *host, const char *text)
{
	return dg_socket(host, text, NETBIOS_UNIQUE_NAME);
}

int dg_group(const struct nb_host *host, const char *text)
{
	return dg_socket(host, text, NETBIOS_GROUP_NAME);
}

int dg_setopt(int fd, int level, int opt, int value)
{
	return setsockopt(fd, level, opt, &value, sizeof(value)) ? -errno : 0;
}

int dg_send(int fd, const char *to, const void *buf, size_t len)
{
	struct sockaddr_nb addr;
	ssize_t ret;

	if (!to)
		return nb_send(fd, buf, len, 0);
	addr = nb_addr(to);
	ret = sendto(fd, buf, len, MSG_NOSIGNAL, (void *)&addr, sizeof(addr));
	return ret < 0 ? -errno : (int)ret;
}

int dg_send_filled(int fd, const char *to, size_t len, unsigned int seed)
{
	uint8_t buf[1024];

	nb_fill(buf, len, seed);
	return dg_send(fd, to, buf, len);
}

static void read_control(struct msghdr *hdr, struct dg_msg *msg)
{
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(hdr); cmsg; cmsg = CMSG_NXTHDR(hdr, cmsg)) {
		if (cmsg->cmsg_level != SOL_NETBIOS ||
		    cmsg->cmsg_type != NB_DGRAM_INFO ||
		    cmsg->cmsg_len != CMSG_LEN(sizeof(msg->info)))
			continue;
		memcpy(&msg->info, CMSG_DATA(cmsg), sizeof(msg->info));
		msg->has_info = true;
	}
}

int dg_recv(int fd, struct dg_msg *msg, int flags)
{
	char control[256];
	struct iovec iov = { msg->data, sizeof(msg->data) };
	struct msghdr hdr = {
		.msg_name = &msg->from, .msg_namelen = sizeof(msg->from),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};

	memset(msg, 0, sizeof(*msg));
	if (!(flags & MSG_DONTWAIT) && nb_poll(fd, POLLIN, NB_BOUND) <= 0)
		return -ETIME;
	msg->len = recvmsg(fd, &hdr, flags);
	if (msg->len < 0)
		return -errno;
	msg->flags = hdr.msg_flags;
	msg->from_len = hdr.msg_namelen;
	read_control(&hdr, msg);
	return msg->len;
}

int dg_recv_filled(int fd, const char *from, size_t len, unsigned int seed)
{
	struct dg_msg msg;
	int ret = dg_recv(fd, &msg, 0);

	if (ret < 0)
		return ret;
	if ((size_t)ret != len)
		return -EMSGSIZE;
	if (!nb_filled(msg.data, len, seed))
		return -EILSEQ;
	if (msg.from_len != sizeof(msg.from) || !nb_name_is(&msg.from, from))
		return -EXDEV;
	return 0;
}

bool dg_silent(int fd)
{
	return nb_poll(fd, POLLIN, NB_QUIET) == 0;
}

int udp_open(const struct nb_host *host, int port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_port = htons(port),
	};
	int err, fd = nb_socket_in(host, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return fd;
	dg_setopt(fd, SOL_SOCKET, SO_BROADCAST, 1);
	dg_setopt(fd, IPPROTO_IP, IP_PKTINFO, 1);
	if (!bind(fd, (void *)&sin, sizeof(sin)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static void put16(uint8_t *p, uint16_t value)
{
	p[0] = value >> 8;
	p[1] = value;
}

static uint16_t get16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

void dg_make(struct dg_packet *p, uint8_t type, uint16_t id,
	     const struct nb_host *source, const char *from, const char *to,
	     size_t len, unsigned int seed)
{
	struct sockaddr_nb name = nb_addr(from);
	size_t used;

	memset(p, 0, sizeof(*p));
	p->type = type;
	p->flags = DG_FIRST;
	p->id = id;
	p->source = source->addr;
	p->port = DG_PORT;
	used = ss_name(p->data, &name, NULL);
	name = nb_addr(to);
	if (!strcmp(to, "*"))
		memset(name.snb_name + 1, 0, NETBIOS_NAME_LEN - 1);
	used += ss_name(p->data + used, &name, NULL);
	nb_fill(p->data + used, len, seed);
	p->len = used + len;
	p->length = p->len;
}

static bool is_data(uint8_t type)
{
	return type >= DG_UNIQUE && type <= DG_BROADCAST;
}

int dg_put_raw(int fd, const struct in_addr *to, const void *buf, size_t len)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_port = htons(DG_PORT),
		.sin_addr = *to,
	};
	ssize_t ret = sendto(fd, buf, len, 0, (void *)&sin, sizeof(sin));

	return ret < 0 ? -errno : 0;
}

size_t dg_pack(uint8_t *buf, const struct dg_packet *p)
{
	size_t hdr = is_data(p->type) ? DG_HDR_LEN : DG_SHORT_LEN;

	buf[0] = p->type;
	buf[1] = p->flags;
	put16(buf + 2, p->id);
	memcpy(buf + 4, &p->source, 4);
	put16(buf + 8, p->port);
	if (hdr == DG_HDR_LEN) {
		put16(buf + 10, p->length);
		put16(buf + 12, p->offset);
	}
	memcpy(buf + hdr, p->data, p->len);
	return hdr + p->len;
}

int dg_put(int fd, const struct in_addr *to, const struct dg_packet *p)
{
	uint8_t buf[DG_HDR_LEN + sizeof(p->data)];

	return dg_put_raw(fd, to, buf, dg_pack(buf, p));
}

int raw_open(const struct nb_host *host)
{
	int fd = nb_socket_in(host, AF_INET, SOCK_RAW | SOCK_CLOEXEC,
			      IPPROTO_RAW);

	if (fd < 0)
		return fd;
	dg_setopt(fd, SOL_SOCKET, SO_BROADCAST, 1);
	return fd;
}

/* A packet with all that is in front of it, but for the checksums. */
struct ip_packet {
	struct iphdr	ip;
	struct udphdr	udp;
	uint8_t		data[DG_HDR_LEN + sizeof(((struct dg_packet *)0)->data)];
};

/* Return: its length. */
static size_t make_ip(struct ip_packet *buf, in_addr_t from, in_addr_t to,
		      const struct dg_packet *p)
{
	size_t len = sizeof(buf->udp) + dg_pack(buf->data, p);

	buf->ip = (struct iphdr) {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP,
		.tot_len = htons(sizeof(buf->ip) + len),
		.saddr = from, .daddr = to,
	};
	buf->udp = (struct udphdr) {
		.source = htons(DG_PORT), .dest = htons(DG_PORT),
		.len = htons(len),
	};
	return sizeof(buf->ip) + len;
}

int dg_put_from(int raw, const char *from, const struct in_addr *to,
		const struct dg_packet *p)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr = *to };
	struct ip_packet buf;
	size_t len = make_ip(&buf, inet_addr(from), to->s_addr, p);
	ssize_t ret;

	ret = sendto(raw, &buf, len, 0, (void *)&sin, sizeof(sin));
	return ret < 0 ? -errno : 0;
}

static uint16_t ip_checksum(const struct iphdr *ip)
{
	const uint8_t *p = (const uint8_t *)ip;
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < sizeof(*ip); i += 2)
		sum += get16(p + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

/* Where frames to veth0 of a host go. */
static int frame_address(const struct nb_host *host, struct sockaddr_ll *addr)
{
	struct ifreq ifr = { .ifr_name = "veth0" };
	int err, fd = nb_socket_in(host, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return fd;
	err = ioctl(fd, SIOCGIFHWADDR, &ifr) ? -errno : 0;
	close(fd);
	*addr = (struct sockaddr_ll) {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
		.sll_halen = ETH_ALEN,
	};
	memcpy(addr->sll_addr, ifr.ifr_hwaddr.sa_data, ETH_ALEN);
	return err;
}

int dg_put_frame(const struct nb_host *from, const struct nb_host *to,
		 const char *daddr, const struct dg_packet *p)
{
	struct sockaddr_ll addr;
	struct ip_packet buf;
	size_t len = make_ip(&buf, from->addr.s_addr, inet_addr(daddr), p);
	int fd, err = frame_address(to, &addr);

	if (err)
		return err;
	fd = nb_socket_in(from, AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fd;
	buf.ip.check = ip_checksum(&buf.ip);
	addr.sll_ifindex = if_nametoindex("veth0");
	if (sendto(fd, &buf, len, 0, (void *)&addr, sizeof(addr)) < 0)
		err = -errno;
	close(fd);
	return err;
}

int dg_get(int fd, struct dg_packet *p, struct sockaddr_in *from)
{
	uint8_t buf[DG_HDR_LEN + sizeof(p->data)];
	char control[128];
	struct sockaddr_in sin;
	struct iovec iov = { buf, sizeof(buf) };
	struct msghdr msg = {
		.msg_name = &sin, .msg_namelen = sizeof(sin),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct in_pktinfo info = { 0 };
	ssize_t len;
	size_t hdr;

	memset(p, 0, sizeof(*p));
	if (nb_poll(fd, POLLIN, NB_BOUND) <= 0)
		return -ETIME;
	len = recvmsg(fd, &msg, 0);
	if (len < 0)
		return -errno;
	if (from)
		*from = sin;
	hdr = is_data(buf[0]) ? DG_HDR_LEN : DG_SHORT_LEN;
	if ((size_t)len < hdr)
		return -EBADMSG;
	if (CMSG_FIRSTHDR(&msg))
		memcpy(&info, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(info));
	p->to = info.ipi_addr;
	p->type = buf[0];
	p->flags = buf[1];
	p->id = get16(buf + 2);
	memcpy(&p->source, buf + 4, 4);
	p->port = get16(buf + 8);
	if (hdr == DG_HDR_LEN) {
		p->length = get16(buf + 10);
		p->offset = get16(buf + 12);
	}
	p->len = len - hdr;
	memcpy(p->data, buf + hdr, p->len);
	return 0;
}

bool udp_silent(int fd)
{
	return nb_poll(fd, POLLIN, NB_QUIET) == 0;
}

bool dg_names_are(const struct dg_packet *p, const char *from, const char *to)
{
	struct nb_host nobody = { 0 };
	struct dg_packet want;

	dg_make(&want, p->type, 0, &nobody, from, to, 0, 0);
	return p->len >= want.len && !memcmp(p->data, want.data, want.len);
}

int dg_set_type(const struct nb_host *host, uint32_t type,
		const struct nb_host *nbdd)
{
	struct nlmsghdr *nlh = nb_nl_start(host->nl, NETBIOS_CMD_ADAPTER_SET, 0);

	nb_enter(host);
	mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_IFINDEX,
			 if_nametoindex("veth0"));
	mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_NODE_TYPE, type);
	if (nbdd)
		mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_NBDD,
				 nbdd->addr.s_addr);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

int dg_report(struct nb_nl *nl, uint32_t type, const struct nb_host *nbdd)
{
	struct nlmsghdr *nlh = nb_nl_start(nl, NETBIOS_CMD_ADAPTER_REPORT, 0);

	mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_IFINDEX,
			 if_nametoindex("veth0"));
	mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_TYPE, type);
	mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_ADDR, inet_addr("10.9.0.1"));
	mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_BROADCAST,
			 inet_addr("10.9.0.255"));
	mnl_attr_put_u8(nlh, NETBIOS_A_ADAPTER_NBDD_AVAILABLE, !!nbdd);
	if (nbdd)
		mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_NBDD_CURRENT,
				 nbdd->addr.s_addr);
	return nb_nl_call(nl, nlh, NULL, NULL);
}

bool dg_only_errors(int fd)
{
	struct dg_packet p;

	while (nb_poll(fd, POLLIN, NB_QUIET) > 0)
		if (dg_get(fd, &p, NULL) || p.type != DG_ERROR || p.len != 1)
			return false;
	return true;
}
