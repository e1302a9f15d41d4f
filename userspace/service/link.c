// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "link.h"
#include "user.h"

/* Bursts arrive faster than the other process gets its turn */
#define BUFFER		(1 << 20)

#define SERVICES	(LINK_NAMES | LINK_DATAGRAMS)

/* Abstract: the octet in front of it is 0 */
static const char address[] = "netbios-name-server";

static bool fits_kind(const struct link_record *record)
{
	switch (record->kind) {
	case LINK_HELLO:
		return record->services && !record->len;
	case LINK_WELCOME:
		return !record->n && !record->len;
	case LINK_REFUSED:
		return !record->n;
	case LINK_PACKET:
		return (record->services == LINK_NAMES || record->services == LINK_DATAGRAMS) &&
		       record->n && record->port && record->len;
	default:
		return false;
	}
}

int link_decode(struct link_record *record, const struct link_buffer *buffer, size_t len)
{
	const struct link_header *header = &buffer->header;
	size_t addrs;

	if (len < sizeof(*header))
		return -EPROTO;
	if (header->version != LINK_VERSION)
		return -EPROTONOSUPPORT;
	addrs = header->n * sizeof(uint32_t);
	if (header->n > LINK_ADDRS_MAX || header->ifindex < 0 || header->zero ||
	    header->services & ~SERVICES || len - sizeof(*header) < addrs ||
	    len - sizeof(*header) - addrs > LINK_DATA_MAX)
		return -EPROTO;
	*record = (struct link_record) {
		.kind = header->kind,
		.services = header->services,
		.ifindex = header->ifindex,
		.local = header->local,
		.port = header->port,
		.n = header->n,
		.addr = (const uint32_t *)(header + 1),
		.len = len - sizeof(*header) - addrs,
		.data = buffer->octets + sizeof(*header) + addrs,
	};
	return fits_kind(record) ? 0 : -EPROTO;
}

int link_send(int fd, const struct link_record *record)
{
	struct link_header header = {
		.version = LINK_VERSION,
		.kind = record->kind,
		.services = record->services,
		.n = record->n,
		.ifindex = record->ifindex,
		.local = record->local,
		.port = record->port,
	};
	struct iovec iov[] = {
		{ &header, sizeof(header) },
		{ (void *)record->addr, record->n * sizeof(*record->addr) },
		{ (void *)record->data, record->len },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = sizeof(iov) / sizeof(*iov) };

	if (record->n > LINK_ADDRS_MAX || record->len > LINK_DATA_MAX)
		return -EMSGSIZE;
	return sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int link_receive(int fd, struct link_record *record, struct link_buffer *buffer)
{
	ssize_t len = recv(fd, buffer, sizeof(*buffer), MSG_DONTWAIT);

	if (len < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	/* No record is empty */
	if (!len)
		return -ECONNRESET;
	return link_decode(record, buffer, len);
}

/* Best effort: beyond net.core.wmem_max it takes a capability */
static void widen(int fd)
{
	int size = BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static socklen_t set_address(struct sockaddr_un *un)
{
	*un = (struct sockaddr_un) { .sun_family = AF_UNIX };
	memcpy(un->sun_path + 1, address, sizeof(address) - 1);
	return offsetof(struct sockaddr_un, sun_path) + sizeof(address);
}

static int new_socket(void)
{
	return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static int close_with(int fd)
{
	int err = -errno;

	close(fd);
	return err;
}

static int get_user(int fd, uid_t *uid)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len))
		return close_with(fd);
	*uid = cred.uid;
	widen(fd);
	return fd;
}

int link_listen(void)
{
	struct sockaddr_un un;
	socklen_t len = set_address(&un);
	int fd = new_socket();

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&un, len) || listen(fd, SOMAXCONN))
		return close_with(fd);
	return fd;
}

int link_accept(int fd, uid_t *uid)
{
	int link = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	return link < 0 ? -errno : get_user(link, uid);
}

int link_connect(uid_t *uid)
{
	struct sockaddr_un un;
	socklen_t len = set_address(&un);
	int fd = new_socket();

	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&un, len))
		return close_with(fd);
	return get_user(fd, uid);
}

bool link_trusts(uid_t uid, const char *user)
{
	return !uid || uid == geteuid() || user_is(user, uid);
}
