/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * AF_NETBIOS: NetBIOS over TCP/IP (RFC 1001, RFC 1002) as a socket family.
 *
 * Documentation/netbios.rst goes through the calls one by one.
 */
#ifndef _UAPI_LINUX_NETBIOS_H
#define _UAPI_LINUX_NETBIOS_H

#include <linux/socket.h>
#include <linux/types.h>

/*
 * The number that Linux and glibc reserve as AF_NETBEUI and never used.
 * Winsock's number for AF_NETBIOS, 17, is AF_PACKET here.
 */
#define AF_NETBIOS	13
#define PF_NETBIOS	AF_NETBIOS

/* Level of getsockopt() and setsockopt(); the kernel's SOL_NETBEUI. */
#define SOL_NETBIOS	267

/* Octets of a NetBIOS name; the last one tells the service (RFC 1001 14). */
#define NETBIOS_NAME_LEN	16

/* Longest session message, octets (RFC 1002 4.3.1: a 17-bit length). */
#define NETBIOS_MAX_MESSAGE	131071

/* Longest datagram, octets (RFC 1001 17.1.2). */
#define NETBIOS_MAX_DATAGRAM	512

/* Longest scope identifier in dotted form, octets without a final NUL. */
#define NETBIOS_SCOPE_MAX	220

/* sockaddr_nb.snb_type */
#define NETBIOS_UNIQUE_NAME	0
#define NETBIOS_GROUP_NAME	1

/**
 * struct sockaddr_nb - address of an AF_NETBIOS socket, Winsock's 20 bytes
 * @snb_family: AF_NETBIOS
 * @snb_type: NETBIOS_UNIQUE_NAME or NETBIOS_GROUP_NAME; read by bind(),
 *	ignored by connect(), where the name service knows what the name is
 * @snb_name: the name, padded with blanks; all 16 octets are compared
 */
struct sockaddr_nb {
	__kernel_sa_family_t	snb_family;
	__u16			snb_type;
	char			snb_name[NETBIOS_NAME_LEN];
};

/* protocol argument of socket(): LANA 0; LANA n is -n; 0 is any adapter. */
#define NETBIOS_LANA_0		(-2147483647 - 1)

/*
 * Socket options at level SOL_NETBIOS. An unknown one fails with
 * ENOPROTOOPT, a wrong length or value with EINVAL.
 */
enum {
	/*
	 * int, 0 or 1 (default 0): what does not fit the buffer of a receive
	 * call comes with the next one, as NetBIOS, Winsock and XTI do it,
	 * instead of being dropped with MSG_TRUNC.
	 */
	NB_KEEP_REST = 1,
	/*
	 * int, seconds, 0 is off, at most 86400: idle time after which
	 * SESSION KEEP ALIVE is sent (RFC 1002 5.2.2.3). Default: the
	 * namespace's setting. Accepted sessions inherit it.
	 */
	NB_KEEPALIVE = 2,
	/*
	 * struct sockaddr_nb, before listen(): accept sessions from this
	 * caller only. Length 0 takes the filter away. No authentication:
	 * callers name themselves.
	 */
	NB_CALLER = 3,
	/*
	 * struct nb_retarget: a listener answers callers with SESSION
	 * RETARGET RESPONSE (RFC 1002 4.3.5). Length 0 takes it away.
	 */
	NB_RETARGET = 4,
	/*
	 * string of at most NETBIOS_SCOPE_MAX octets, before bind() or
	 * connect(): scope identifier in dotted form, "" is the empty scope.
	 * Default: the namespace's setting.
	 */
	NB_SCOPE = 5,
	/*
	 * int, read only: error octet of the last NEGATIVE SESSION RESPONSE
	 * that connect() met (RFC 1002 4.3.4), 0 if there was none.
	 */
	NB_WIRE_ERROR = 6,
	/* struct nb_session_info, read only, on a connected socket. */
	NB_SESSION_INFO = 7,
	/*
	 * int, 0 or 1 (default 0), before listen(): several listeners with
	 * the same caller share a name if each of them has set it. The same as
	 * SO_REUSEPORT, which Linux 6.1 refuses to families other than IP.
	 */
	NB_REUSEPORT = 8,
	/*
	 * struct nb_resolve, read only, its name is input too: where the name
	 * is. What the cache does not know the helper is asked for; that waits
	 * as recv() does (SO_RCVTIMEO; a non-blocking socket gets EAGAIN). It
	 * fails as connect() does when the name is not found.
	 */
	NB_RESOLVE = 9,
	/*
	 * int, 0 or 1 (default 0), SOCK_DGRAM: each received datagram comes
	 * with a control message of this level and type, struct
	 * nb_dgram_info.
	 */
	NB_DGRAM_INFO = 10,
	/*
	 * int, 0 or 1 (default 0), SOCK_DGRAM: receive the broadcast
	 * datagrams of the socket's scope too, bound or not.
	 */
	NB_RECV_BROADCAST = 11,
	/*
	 * struct in_addr, before connect(), SOCK_SEQPACKET: where to call,
	 * instead of where the name service says that the name is. 0.0.0.0
	 * takes it away. For names that are not unique on the network, such as
	 * *SMBSERVER, and for hosts that the name service does not know.
	 */
	NB_ADDRESS = 12,
	/*
	 * int, 0 or 1 (default 0), before listen() or connect(),
	 * SOCK_SEQPACKET: the session is a stream of octets, in which each
	 * message, and each SESSION KEEP ALIVE, has its header (RFC 1002 4.3).
	 * The kernel puts in none, and looks at none. For relays, which may
	 * splice() it. Accepted sessions inherit it.
	 */
	NB_STREAM = 13
};

/**
 * struct nb_retarget - value of NB_RETARGET
 * @nr_addr: IPv4 address, network order; 0: the one the caller reached
 * @nr_port: TCP port, network order, not 0
 * @__nr_pad: must be 0
 */
struct nb_retarget {
	__be32	nr_addr;
	__be16	nr_port;
	__u16	__nr_pad;
};

/* Addresses of one name, at most; a group may have more members. */
#define NB_RESOLVE_ADDRS	25

/* nb_resolve.nrs_flags */
#define NB_RESOLVE_GROUP	0x1	/* a group name, the list may be short */
#define NB_RESOLVE_CACHED	0x2	/* nobody had to be asked */
#define NB_RESOLVE_OWN		0x4	/* a name of this node, of nobody else */

/**
 * struct nb_resolve - value of NB_RESOLVE
 * @nrs_name: in: the name, of which snb_type does not matter
 * @nrs_flags: out: NB_RESOLVE_GROUP and so on
 * @nrs_count: out: entries used in @nrs_addr
 * @nrs_addr: out: IPv4 addresses, network order
 */
struct nb_resolve {
	struct sockaddr_nb	nrs_name;
	__u32			nrs_flags;
	__u32			nrs_count;
	__be32			nrs_addr[NB_RESOLVE_ADDRS];
};

/* nb_session_info.nsi_flags */
#define NB_SESSION_CALLED	0x1	/* this end was called (accept) */

/**
 * struct nb_session_info - value of NB_SESSION_INFO
 * @nsi_flags: NB_SESSION_CALLED
 * @nsi_keepalive: seconds, 0 is off
 * @nsi_local_addr: IPv4 address of this end, network order
 * @nsi_peer_addr: IPv4 address of the other end, network order
 * @nsi_local_port: TCP port of this end, network order
 * @nsi_peer_port: TCP port of the other end, network order
 * @nsi_ifindex: interface that the local address belongs to, 0 if none
 * @nsi_called: called name; of a call to *SMBSERVER the name that it reached
 * @nsi_calling: calling name
 * @nsi_rx_bytes: octets received, framing included
 * @nsi_tx_bytes: octets sent and acknowledged, framing included
 */
struct nb_session_info {
	__u32	nsi_flags;
	__u32	nsi_keepalive;
	__be32	nsi_local_addr;
	__be32	nsi_peer_addr;
	__be16	nsi_local_port;
	__be16	nsi_peer_port;
	__u32	nsi_ifindex;
	char	nsi_called[NETBIOS_NAME_LEN];
	char	nsi_calling[NETBIOS_NAME_LEN];
	__u64	nsi_rx_bytes;
	__u64	nsi_tx_bytes;
};

/* nb_dgram_info.ndi_type, as on the wire (RFC 1002 4.4.1) */
#define NB_DGRAM_UNIQUE		0x10	/* to a unique name */
#define NB_DGRAM_GROUP		0x11	/* to a group name */
#define NB_DGRAM_BROADCAST	0x12	/* to all */

/**
 * struct nb_dgram_info - control message NB_DGRAM_INFO
 * @ndi_destination: name that the datagram was sent to; "*" and 15 zeroes if
 *	it was sent to all
 * @ndi_source_addr: IPv4 address of the sender, as its header says, network
 *	order; 0 if the sender is on this node
 * @ndi_from_addr: address that the packet came from: another one than
 *	@ndi_source_addr if a server distributed it
 * @ndi_to_addr: address that it arrived at; may be a broadcast address
 * @ndi_ifindex: interface that it came in by, 0 if by none
 * @ndi_type: NB_DGRAM_UNIQUE and so on
 */
struct nb_dgram_info {
	struct sockaddr_nb	ndi_destination;
	__be32			ndi_source_addr;
	__be32			ndi_from_addr;
	__be32			ndi_to_addr;
	__u32			ndi_ifindex;
	__u32			ndi_type;
};

#endif /* _UAPI_LINUX_NETBIOS_H */
