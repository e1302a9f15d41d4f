// SPDX-License-Identifier: GPL-2.0
/*
 * See lib_calls.h.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <netbios/netbios.h>

#include "lib_calls.h"

int lib_register(const struct sockaddr_nb *name, const char *scope, int timeout)
{
	int fd = nb_register(name, scope, NB_LANA_ANY, timeout);

	return fd < 0 ? -errno : fd;
}

int lib_find(const struct sockaddr_nb *name, int timeout, struct nb_resolve *answer)
{
	return nb_find(name, NULL, timeout, answer);
}

int lib_node_status(const char *addr, int timeout, char *name, unsigned int *flags)
{
	struct nb_node_status status;
	struct in_addr node;
	int err;

	inet_aton(addr, &node);
	err = nb_node_status(node, NULL, timeout, &status);
	if (err)
		return err;
	memcpy(name, status.names[0].name, NETBIOS_NAME_LEN);
	*flags = status.names[0].flags;
	return status.count;
}
