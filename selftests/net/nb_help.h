/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For programs in the helper's place: two hosts, one has a helper. Instead of
 * nb_test.h.
 */
#ifndef NB_HELP_H
#define NB_HELP_H

#include "nb_test.h"

FIXTURE(help) {
	struct nb_host host[2];
	struct nb_nl *nl;	/* the helper of host[0] */
	int fd;			/* a socket there, not bound, non-blocking */
};

FIXTURE_SETUP(help)
{
	ASSERT_EQ(0, nb_network(self->host, 2));
	self->nl = nb_helper(self->host);
	ASSERT_NE(NULL, self->nl);
	self->fd = nb_socket(self->host, SOCK_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(help)
{
	if (self->nl)
		nb_nl_close(self->nl);
	nb_hosts_free(self->host, 2);
}

#define OK		NETBIOS_WORK_STATUS_OK
#define NOT_FOUND	NETBIOS_WORK_STATUS_NOT_FOUND
#define REFUSED		NETBIOS_WORK_STATUS_REFUSED
#define CLAIM		NETBIOS_WORK_KIND_CLAIM
#define RELEASE		NETBIOS_WORK_KIND_RELEASE
#define RESOLVE		NETBIOS_WORK_KIND_RESOLVE
#define SUSPECT		NETBIOS_WORK_KIND_SUSPECT

#endif /* NB_HELP_H */
