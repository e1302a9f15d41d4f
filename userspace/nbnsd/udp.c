// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>

#include "udp.h"

#define SOCKETS_MAX	40
/* Packets of one system call */
#define BATCH		64
/* No packet of either service is longer, but some are */
#define PACKET_MAX	1536
/* Bursts arrive when a whole network is switched on */
#define RCVBUF		(1 << 20)
/*
 * A host that is gone keeps what is sent to it for the seconds in which ARP looks
 * for it, up to the 208 kB of one usual send buffer; others need the rest.
 */
#define SNDBUF		(1 << 20)
/* Milliseconds that a full send buffer is waited for: with 20 Mbit/s it has emptied */
#define ROOM_WAIT	100
/* Seconds without waiting if that was in vain, and the time of ARP */
#define ROOM_PAUSE	3
/*
 * Asking for one packet is cheaper than asking for many of which there is only
 * one. So often we look whether there are more.
 */
#define LOOK_EVERY	8

struct udp_socket {
	ev_io		io;		/* first, see on_readable() */
	int		number;
	uint32_t	addr;		/* 0: all, packets tell theirs */
	uint16_t	port;
	udp_fn		fn;
	time_t		no_room;	/* when waiting for some was in vain; 0: never */
	unsigned int	batch;		/* to ask for */
	unsigned int	turns;
};

static struct {
	struct ev_loop		*loop;
	struct udp_socket	socket[SOCKETS_MAX];
	int			n;
	int			loopback;
} udp;

/* Control data, with room for the address of ours */
union control {
	char		octets[CMSG_SPACE(sizeof(struct in_pktinfo))];
	struct cmsghdr	align;
};

struct batch {
	union control		control[BATCH];
	struct sockaddr_in	peer[BATCH];
	struct iovec		iov[BATCH];
	struct mmsghdr		msg[BATCH];
};

static struct batch in, out;
static char packets[BATCH][PACKET_MAX];

static void prepare(unsigned int n)
{
	struct msghdr *hdr;
	unsigned int i;

	for (i = 0; i < n; i++) {
		hdr = &in.msg[i].msg_hdr;
		in.iov[i].iov_base = packets[i];
		in.iov[i].iov_len = PACKET_MAX;
		hdr->msg_name = &in.peer[i];
		hdr->msg_namelen = sizeof(in.peer[i]);
		hdr->msg_iov = &in.iov[i];
		hdr->msg_iovlen = 1;
		hdr->msg_control = in.control[i].octets;
		hdr->msg_controllen = sizeof(in.control[i].octets);
	}
}

static const struct in_pktinfo *packet_info(struct msghdr *hdr)
{
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(hdr); cmsg; cmsg = CMSG_NXTHDR(hdr, cmsg))
		if (cmsg->cmsg_level == IPPROTO_IP && cmsg->cmsg_type == IP_PKTINFO)
			return (const void *)CMSG_DATA(cmsg);
	return NULL;
}

/*
 * What we send to an address that turns out to be one of this host comes back
 * to us, and we would answer ourselves: a challenge, for one, that its owner
 * has long been gone for. Nobody else here has our port.
 */
static bool from_ourselves(const struct udp_socket *sock, const struct sockaddr_in *from,
			   const struct in_pktinfo *info)
{
	int i;

	if (from->sin_port != htons(sock->port))
		return false;
	if (info)
		return info->ipi_ifindex == udp.loopback;
	for (i = 0; i < udp.n; i++)
		if (udp.socket[i].addr == from->sin_addr.s_addr)
			return true;
	return false;
}

static void take_packet(const struct udp_socket *sock, struct mmsghdr *msg)
{
	const struct sockaddr_in *from = msg->msg_hdr.msg_name;
	const struct in_pktinfo *info = NULL;
	struct udp_peer peer = {
		.addr = from->sin_addr.s_addr,
		.port = ntohs(from->sin_port),
		.local = sock->addr,
		.socket = sock->number,
	};

	if (msg->msg_hdr.msg_flags & MSG_TRUNC)
		return;
	if (!sock->addr) {
		info = packet_info(&msg->msg_hdr);
		/* ip(7): they differ for a broadcast, our own ones too (NS-042) */
		if (!info || info->ipi_addr.s_addr != info->ipi_spec_dst.s_addr)
			return;
		peer.local = info->ipi_addr.s_addr;
	}
	if (!from_ourselves(sock, from, info))
		sock->fn(&peer, msg->msg_hdr.msg_iov->iov_base, msg->msg_len);
}

static void on_readable(struct ev_loop *loop, ev_io *io, int revents)
{
	struct udp_socket *sock = (struct udp_socket *)io;
	unsigned int ask = sock->batch;
	int n, i;

	(void)loop;
	(void)revents;
	if (ask == 1 && ++sock->turns % LOOK_EVERY == 0)
		ask = 2;
	prepare(ask);
	n = recvmmsg(io->fd, in.msg, ask, MSG_DONTWAIT, NULL);
	for (i = 0; i < n; i++)
		take_packet(sock, &in.msg[i]);
	if (n > 1)
		sock->batch = BATCH;
	else if (ask > 1)
		sock->batch = 1;
}

static int set_option(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

static int open_socket(uint32_t addr, uint16_t port, const char *interface)
{
	struct sockaddr_in local = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = addr,
	};
	int fd, err;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if ((*interface && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
				      strlen(interface) + 1)) ||
	    (!addr && set_option(fd, IPPROTO_IP, IP_PKTINFO, 1)) ||
	    bind(fd, (struct sockaddr *)&local, sizeof(local))) {
		err = -errno;
		close(fd);
		return err;
	}
	/* Best effort: net.core.rmem_max and wmem_max are the limits */
	(void)set_option(fd, SOL_SOCKET, SO_RCVBUF, RCVBUF);
	(void)set_option(fd, SOL_SOCKET, SO_SNDBUF, SNDBUF);
	return fd;
}

int udp_open(struct ev_loop *loop, uint32_t addr, uint16_t port, const char *interface,
	     udp_fn fn)
{
	struct udp_socket *sock = &udp.socket[udp.n];
	int fd;

	if (udp.n == SOCKETS_MAX)
		return -EMFILE;
	fd = open_socket(addr, port, interface);
	if (fd < 0)
		return fd;
	*sock = (struct udp_socket) {
		.number = udp.n,
		.addr = addr,
		.port = port,
		.fn = fn,
		.batch = 1,
	};
	ev_io_init(&sock->io, on_readable, fd, EV_READ);
	ev_io_start(loop, &sock->io);
	udp.loop = loop;
	udp.loopback = if_nametoindex("lo");
	return udp.n++;
}

static struct udp_socket *find(int number, uint16_t port)
{
	int i;

	if (number >= 0)
		return &udp.socket[number];
	for (i = 0; i < udp.n; i++)
		if (udp.socket[i].port == port)
			return &udp.socket[i];
	return NULL;
}

/* The answer comes from where the question went */
static void set_source(struct msghdr *hdr, union control *control, uint32_t local)
{
	struct in_pktinfo info = { .ipi_spec_dst.s_addr = local };
	struct cmsghdr *cmsg = &control->align;

	cmsg->cmsg_level = IPPROTO_IP;
	cmsg->cmsg_type = IP_PKTINFO;
	cmsg->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(cmsg), &info, sizeof(info));
	hdr->msg_control = control->octets;
	hdr->msg_controllen = sizeof(control->octets);
}

static void put_packet(const struct udp_socket *sock, const struct udp_packet *packet,
		       unsigned int i)
{
	struct msghdr *hdr = &out.msg[i].msg_hdr;

	out.peer[i] = (struct sockaddr_in) {
		.sin_family = AF_INET,
		.sin_port = htons(packet->to.port),
		.sin_addr.s_addr = packet->to.addr,
	};
	out.iov[i] = (struct iovec) { (void *)packet->data, packet->len };
	*hdr = (struct msghdr) {
		.msg_name = &out.peer[i],
		.msg_namelen = sizeof(out.peer[i]),
		.msg_iov = &out.iov[i],
		.msg_iovlen = 1,
	};
	if (!sock->addr && packet->to.local)
		set_source(hdr, &out.control[i], packet->to.local);
}

/*
 * Copies for a large group are made faster than they leave. But those who ask shall
 * not wait all the time for what is on its way to the dead.
 */
static bool wait_for_room(struct udp_socket *sock)
{
	struct pollfd room = { .fd = sock->io.fd, .events = POLLOUT };
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (sock->no_room && now.tv_sec - sock->no_room < ROOM_PAUSE)
		return false;
	if (poll(&room, 1, ROOM_WAIT) > 0)
		return true;
	sock->no_room = now.tv_sec;
	return false;
}

/* sendmmsg() stops at what cannot be sent: the rest has to be sent all the same */
static void send_all(struct udp_socket *sock, unsigned int n)
{
	unsigned int at = 0;
	int fd = sock->io.fd, sent;

	while (at < n) {
		if (n - at == 1)
			sent = sendmsg(fd, &out.msg[at].msg_hdr, MSG_DONTWAIT) < 0 ? -1 : 1;
		else
			sent = sendmmsg(fd, out.msg + at, n - at, MSG_DONTWAIT);
		if (sent < 0 && errno == EAGAIN && wait_for_room(sock))
			continue;
		at += sent > 0 ? sent : 1;
	}
}

void udp_send(uint16_t port, const struct udp_packet *packet, unsigned int n)
{
	struct udp_socket *sock = n ? find(packet->to.socket, port) : NULL;
	unsigned int i = 0;

	if (!sock)
		return;
	for (; n; n--, packet++) {
		put_packet(sock, packet, i++);
		if (i == BATCH || n == 1) {
			send_all(sock, i);
			i = 0;
		}
	}
}

void udp_close_all(void)
{
	while (udp.n) {
		udp.n--;
		ev_io_stop(udp.loop, &udp.socket[udp.n].io);
		close(udp.socket[udp.n].io.fd);
	}
}
