/* SPDX-License-Identifier: GPL-2.0 */
/*
 * AF_NETBIOS for programs that were written for Winsock: the names of its
 * wsnetbs.h. With shims for SOCKET, closesocket() and WSAGetLastError() their
 * calls are those of Linux. What is different is in netbios_winsock(3).
 */
#ifndef _NETBIOS_WSNETBS_H
#define _NETBIOS_WSNETBS_H

#include <string.h>
#include <linux/netbios.h>

#define NETBIOS_NAME_LENGTH		NETBIOS_NAME_LEN

/*
 * snb_type: names that are used without a claim. There are none: the kernel
 * would not know whose they are. bind() fails with EINVAL.
 */
#define NETBIOS_TYPE_QUICK_UNIQUE	2
#define NETBIOS_TYPE_QUICK_GROUP	3

typedef struct sockaddr_nb SOCKADDR_NB, *PSOCKADDR_NB, *LPSOCKADDR_NB;

/**
 * NETBIOS_LANA_PROTOCOL() - third argument of socket() for an adapter
 * @lana: number of the adapter
 *
 * Minus the number; adapter 0 has INT_MIN, since 0 is any adapter.
 */
#define NETBIOS_LANA_PROTOCOL(lana)	((lana) ? -(int)(lana) : NETBIOS_LANA_0)

/**
 * SET_NETBIOS_SOCKADDR() - fill an address
 * @snb: struct sockaddr_nb *
 * @type: NETBIOS_UNIQUE_NAME or NETBIOS_GROUP_NAME
 * @name: text of at most 15 octets, signed or not, which is padded with blanks, as
 *	it is: case matters, and most names are in upper case
 * @port: 16th octet
 */
#define SET_NETBIOS_SOCKADDR(snb, type, name, port)			\
	netbios_set_sockaddr((snb), (type), (const char *)(name), (port))

/* C89 has no inline, and old programs are C89. */
static __inline__ void netbios_set_sockaddr(struct sockaddr_nb *snb, int type,
					    const char *name, int port)
{
	size_t len = strlen(name);

	if (len > NETBIOS_NAME_LEN - 1)
		len = NETBIOS_NAME_LEN - 1;
	snb->snb_family = AF_NETBIOS;
	snb->snb_type = (__u16)type;
	memset(snb->snb_name, ' ', NETBIOS_NAME_LEN - 1);
	memcpy(snb->snb_name, name, len);
	snb->snb_name[NETBIOS_NAME_LEN - 1] = (char)port;
}

#endif /* _NETBIOS_WSNETBS_H */
