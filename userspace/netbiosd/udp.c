// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>

#include "service/log.h"
#include "udp.h"

/*
 * Packets that one system call takes at most. The rest has its turn after
 * timers and the kernel have had theirs: a flood does not starve them.
 */
#define BATCH		16

/* No packet of the name service is longer (RFC 1002 4.2.1), but some are */
#define PACKET_MAX	2048

/* Bursts arrive while the table of names is being read */
#define RCVBUF		(1 << 20)

struct udp_socket {
	ev_io			io;		/* first, see on_readable() */
	struct udp_socket	*next;
	int			ifindex;
	uint32_t		addr;		/* network order, 0: loopback device */
	uint32_t		group;		/* joined, 0 if none */
};

static struct {
	struct ev_loop		*loop;
	udp_fn			fn;
	void			*data;
	struct udp_socket	*sockets;	/* of adapters */
	struct udp_socket	*local;		/* of the loopback device */
} udp;

/* The unicast packet that is at work, if any, and the socket that it came to */
static struct {
	const struct udp_socket	*sock;
	const struct sockaddr_in *from;
	uint32_t		to;
} request;

static struct {
	char			packet[BATCH][PACKET_MAX];
	char			control[BATCH][CMSG_SPACE(sizeof(struct in_pktinfo))];
	struct sockaddr_in	from[BATCH];
	struct iovec		iov[BATCH];
	struct mmsghdr		msg[BATCH];
} in;

static struct udp_socket *find_index(int ifindex)
{
	struct udp_socket *sock;

	for (sock = udp.sockets; sock; sock = sock->next)
		if (sock->ifindex == ifindex)
			return sock;
	return NULL;
}

static struct udp_socket *find_address(uint32_t addr)
{
	struct udp_socket *sock;

	for (sock = udp.sockets; sock; sock = sock->next)
		if (sock->addr == addr)
			return sock;
	return NULL;
}

/* What the kernel changed in the last round has to be as it was */
static void prepare(unsigned int n)
{
	struct msghdr *hdr;
	unsigned int i;

	for (i = 0; i < n; i++) {
		hdr = &in.msg[i].msg_hdr;
		hdr->msg_namelen = sizeof(in.from[i]);
		hdr->msg_controllen = sizeof(in.control[i]);
	}
}

static void prepare_all(void)
{
	struct msghdr *hdr;
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		hdr = &in.msg[i].msg_hdr;
		in.iov[i].iov_base = in.packet[i];
		in.iov[i].iov_len = PACKET_MAX;
		hdr->msg_name = &in.from[i];
		hdr->msg_iov = &in.iov[i];
		hdr->msg_iovlen = 1;
		hdr->msg_control = in.control[i];
	}
	prepare(BATCH);
}

static const struct in_pktinfo *packet_info(struct msghdr *hdr)
{
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(hdr); cmsg; cmsg = CMSG_NXTHDR(hdr, cmsg))
		if (cmsg->cmsg_level == IPPROTO_IP && cmsg->cmsg_type == IP_PKTINFO)
			return (const void *)CMSG_DATA(cmsg);
	return NULL;
}

static void take_packet(struct udp_socket *sock, struct mmsghdr *msg)
{
	const struct in_pktinfo *info = packet_info(&msg->msg_hdr);
	const struct sockaddr_in *from = msg->msg_hdr.msg_name;
	bool broadcast;

	if (!info || (msg->msg_hdr.msg_flags & MSG_TRUNC))
		return;
	/* Our own broadcasts come back (NS-042); nobody else has this port */
	if (from->sin_port == htons(NS_PORT) && find_address(from->sin_addr.s_addr))
		return;
	/*
	 * ip(7): ipi_addr is the destination in the header, ipi_spec_dst the
	 * address of ours that it reached. They differ for a broadcast.
	 */
	broadcast = info->ipi_addr.s_addr != info->ipi_spec_dst.s_addr;
	request.sock = sock;
	if (!sock->addr) {
		if (broadcast)
			return;
		/* One of the loopback is that of the whole node */
		sock = find_address(info->ipi_addr.s_addr);
		if (!sock)
			sock = udp.sockets;
	}
	request.from = broadcast ? NULL : from;
	request.to = info->ipi_addr.s_addr;
	udp.fn(udp.data, sock->ifindex, from->sin_addr.s_addr, ntohs(from->sin_port),
	       broadcast, msg->msg_hdr.msg_iov->iov_base, msg->msg_len);
	request.from = NULL;
}

static void on_readable(struct ev_loop *loop, ev_io *io, int revents)
{
	struct udp_socket *sock = (struct udp_socket *)io;
	int n, i;

	(void)loop;
	(void)revents;
	n = recvmmsg(io->fd, in.msg, BATCH, MSG_DONTWAIT, NULL);
	for (i = 0; i < n; i++)
		take_packet(sock, &in.msg[i]);
	if (n > 0)
		prepare(n);
}

static int set_option(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

static int open_socket(const char *device)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(NS_PORT),
	};
	int fd, err;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device) + 1) ||
	    set_option(fd, SOL_SOCKET, SO_BROADCAST, 1) ||
	    set_option(fd, IPPROTO_IP, IP_PKTINFO, 1) ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		err = -errno;
		close(fd);
		return err;
	}
	/* Best effort: beyond net.core.rmem_max it takes a capability */
	if (set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, RCVBUF))
		(void)set_option(fd, SOL_SOCKET, SO_RCVBUF, RCVBUF);
	return fd;
}

static int new_socket(struct udp_socket **result, const char *device)
{
	struct udp_socket *sock;
	int fd;

	fd = open_socket(device);
	if (fd < 0)
		return fd;
	sock = calloc(1, sizeof(*sock));
	if (!sock) {
		close(fd);
		return -ENOMEM;
	}
	ev_io_init(&sock->io, on_readable, fd, EV_READ);
	ev_io_start(udp.loop, &sock->io);
	*result = sock;
	return 0;
}

static void free_socket(struct udp_socket *sock)
{
	ev_io_stop(udp.loop, &sock->io);
	close(sock->io.fd);
	free(sock);
}

/* Without it the adapters work, but programs of this host cannot ask us */
static void open_local(void)
{
	int err;

	if (udp.local)
		return;
	err = new_socket(&udp.local, "lo");
	if (err)
		log_warning("UDP port %d on lo: %s", NS_PORT, strerror(-err));
}

/* Its packets go no further than this network: the time to live stays 1 */
static int set_group(struct udp_socket *sock, uint32_t group)
{
	struct ip_mreqn mreq = { .imr_ifindex = sock->ifindex };

	if (sock->group == group)
		return 0;
	if (sock->group) {
		mreq.imr_multiaddr.s_addr = sock->group;
		(void)setsockopt(sock->io.fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &mreq,
				 sizeof(mreq));
		sock->group = 0;
	}
	if (!group)
		return 0;
	mreq.imr_multiaddr.s_addr = group;
	if (setsockopt(sock->io.fd, IPPROTO_IP, IP_MULTICAST_IF, &mreq, sizeof(mreq)) ||
	    setsockopt(sock->io.fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq, sizeof(mreq)))
		return -errno;
	sock->group = group;
	return 0;
}

int udp_open(int ifindex, const char *name, uint32_t addr, uint32_t broadcast)
{
	struct udp_socket *sock = find_index(ifindex);
	int err;

	if (!sock) {
		err = new_socket(&sock, name);
		if (err)
			return err;
		sock->ifindex = ifindex;
		sock->next = udp.sockets;
		udp.sockets = sock;
	}
	sock->addr = addr;
	err = set_group(sock, IN_MULTICAST(ntohl(broadcast)) ? broadcast : 0);
	if (err) {
		udp_close(ifindex);
		return err;
	}
	open_local();
	return 0;
}

void udp_close(int ifindex)
{
	struct udp_socket **link, *sock;

	for (link = &udp.sockets; (sock = *link); link = &sock->next)
		if (sock->ifindex == ifindex)
			break;
	if (sock) {
		*link = sock->next;
		free_socket(sock);
	}
	if (!udp.sockets && udp.local) {
		free_socket(udp.local);
		udp.local = NULL;
	}
}

bool udp_is_ours(uint32_t addr)
{
	return ntohl(addr) >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET || find_address(addr);
}

uint32_t udp_asked_at(void)
{
	return request.from ? request.to : 0;
}

int udp_adapter(uint32_t addr)
{
	const struct udp_socket *sock = find_address(addr);

	return sock ? sock->ifindex : 0;
}

uint32_t udp_address(int ifindex)
{
	const struct udp_socket *sock = find_index(ifindex);

	return sock ? sock->addr : 0;
}

/* The kernel knows: it says so by the address that it would send from */
int udp_route(uint32_t addr)
{
	struct sockaddr_in in_addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = addr,
		.sin_port = htons(NS_PORT),
	};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(in_addr);
	int ifindex = 0;

	if (fd < 0)
		return 0;
	if (!connect(fd, (struct sockaddr *)&in_addr, sizeof(in_addr)) &&
	    !getsockname(fd, (struct sockaddr *)&in_addr, &len))
		ifindex = udp_adapter(in_addr.sin_addr.s_addr);
	close(fd);
	return ifindex;
}

static int send_from(const struct udp_socket *sock, uint32_t local, uint32_t addr, uint16_t port,
		     const void *packet, size_t len)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in_pktinfo))] = { 0 };
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = addr,
		.sin_port = htons(port),
	};
	struct iovec iov = { .iov_base = (void *)packet, .iov_len = len };
	struct msghdr hdr = {
		.msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&hdr);
	struct in_pktinfo *info = (void *)CMSG_DATA(cmsg);

	info->ipi_spec_dst.s_addr = local;
	/* To ourselves: the device of the adapter does not lead there */
	if (udp.local && udp_is_ours(addr))
		sock = udp.local;
	cmsg->cmsg_level = IPPROTO_IP;
	cmsg->cmsg_type = IP_PKTINFO;
	cmsg->cmsg_len = CMSG_LEN(sizeof(*info));
	return sendmsg(sock->io.fd, &hdr, MSG_DONTWAIT) < 0 ? -errno : 0;
}

static bool is_answer(uint32_t addr, uint16_t port)
{
	return request.from && request.from->sin_addr.s_addr == addr &&
	       request.from->sin_port == htons(port);
}

int udp_send(int ifindex, uint32_t addr, uint16_t port, const void *packet, size_t len)
{
	const struct udp_socket *sock = find_index(ifindex);

	if (!sock)
		return -ENODEV;
	/*
	 * An adapter can have more addresses than that of the node. Who asks one of them
	 * takes no answer from another.
	 */
	if (is_answer(addr, port))
		return send_from(request.sock, request.to, addr, port, packet, len);
	return send_from(sock, sock->addr, addr, port, packet, len);
}

int udp_send_from(int ifindex, uint32_t local, uint32_t addr, uint16_t port, const void *packet,
		  size_t len)
{
	const struct udp_socket *sock = find_index(ifindex);

	return sock ? send_from(sock, local, addr, port, packet, len) : -ENODEV;
}

void udp_init(struct ev_loop *loop, udp_fn fn, void *data)
{
	udp.loop = loop;
	udp.fn = fn;
	udp.data = data;
	prepare_all();
}

void udp_exit(void)
{
	while (udp.sockets)
		udp_close(udp.sockets->ifindex);
}
