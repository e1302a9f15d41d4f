// SPDX-License-Identifier: GPL-2.0
/*
 * AF_NETBIOS sockets: addresses, adapters, what a session tells.
 */
#include <errno.h>
#include <string.h>

#include <netbios/netbios.h>

void nb_sockaddr_set(struct sockaddr_nb *addr, const char name[NETBIOS_NAME_LEN],
		     uint16_t type)
{
	memset(addr, 0, sizeof(*addr));
	addr->snb_family = AF_NETBIOS;
	addr->snb_type = type;
	memcpy(addr->snb_name, name, NETBIOS_NAME_LEN);
}

int nb_sockaddr_parse(struct sockaddr_nb *addr, const char *text, uint8_t suffix,
		      uint16_t type)
{
	char name[NETBIOS_NAME_LEN];
	int err;

	err = nb_name_parse(name, text, suffix);
	if (!err)
		nb_sockaddr_set(addr, name, type);
	return err;
}

int nb_socket(int type, int lana)
{
	int protocol = 0;

	/* As in Winsock: the protocol is -LANA, and -0 has to be told from 0 */
	if (lana == 0)
		protocol = NETBIOS_LANA_0;
	else if (lana > 0)
		protocol = -lana;
	return socket(AF_NETBIOS, type, protocol);
}

int nb_wire_error(int fd)
{
	socklen_t len = sizeof(int);
	int octet = 0;

	if (getsockopt(fd, SOL_NETBIOS, NB_WIRE_ERROR, &octet, &len))
		return -errno;
	return octet;
}

const char *nb_wire_strerror(int octet)
{
	switch (octet) {
	case 0:
		return "no error octet arrived";
	case 0x80:
		return "not listening on the called name";
	case 0x81:
		return "not listening for this calling name";
	case 0x82:
		return "called name not present";
	case 0x83:
		return "called name present, but no resources";
	case 0x8f:
		return "unspecified error";
	default:
		return "unknown error octet";
	}
}

int nb_session_info(int fd, struct nb_session_info *info)
{
	socklen_t len = sizeof(*info);

	memset(info, 0, sizeof(*info));
	if (getsockopt(fd, SOL_NETBIOS, NB_SESSION_INFO, info, &len))
		return -errno;
	return 0;
}

int nb_resolve(int fd, const struct sockaddr_nb *name, struct nb_resolve *answer)
{
	socklen_t len = sizeof(*answer);

	memset(answer, 0, sizeof(*answer));
	answer->nrs_name = *name;
	if (getsockopt(fd, SOL_NETBIOS, NB_RESOLVE, answer, &len))
		return -errno;
	return 0;
}
