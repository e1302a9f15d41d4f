// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of the datagram service that are for a distribution server beside the
 * node: a socket of its own, which loses packets as the network does, and
 * nothing else. kernel.c sends the server's.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/netbios_netlink.h>
#include <linux/netlink.h>

#include <netlink/genl.h>
#include "kernel.h"

/* Packets that have one turn, as those of a socket */
#define BATCH		16

static struct {
	struct nb_genl		*genl;	/* NULL: not joined */
	struct ev_loop		*loop;
	ev_io			io;
	kernel_nbdd_fn		fn;
	void			*data;
} nbdd;

static int on_packet(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	struct nbdd_packet packet;

	(void)data;
	if (cmd == NETBIOS_CMD_NBDD_PACKET && msg_get_nbdd_packet(nlh, &packet))
		nbdd.fn(nbdd.data, &packet);
	return 0;
}

static void on_readable(struct ev_loop *loop, ev_io *io, int revents)
{
	unsigned int n = BATCH;
	int err = 0;

	(void)loop;
	(void)io;
	(void)revents;
	while (n-- && !err)
		err = nb_genl_listen(nbdd.genl, on_packet, NULL);
	/* The module was unloaded, which others tell */
	if (err == -ENODEV)
		kernel_nbdd_leave();
}

static int join(void)
{
	int fd = nb_genl_fd(nbdd.genl), one = 1, err;

	/* What is lost the kernel counts: no need to be told, or to recover */
	if (setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &one, sizeof(one)))
		return -errno;
	err = nb_genl_join(nbdd.genl, NETBIOS_MCGRP_NBDD);
	if (!err && fcntl(fd, F_SETFL, O_NONBLOCK))
		err = -errno;
	return err;
}

int kernel_nbdd_join(struct ev_loop *loop, kernel_nbdd_fn fn, void *data)
{
	int err;

	kernel_nbdd_leave();
	err = nb_genl_open(&nbdd.genl);
	if (err)
		return err;
	err = join();
	if (err) {
		nb_genl_close(nbdd.genl);
		nbdd.genl = NULL;
		return err;
	}
	nbdd.loop = loop;
	nbdd.fn = fn;
	nbdd.data = data;
	ev_io_init(&nbdd.io, on_readable, nb_genl_fd(nbdd.genl), EV_READ);
	ev_io_start(loop, &nbdd.io);
	return 0;
}

void kernel_nbdd_leave(void)
{
	if (!nbdd.genl)
		return;
	ev_io_stop(nbdd.loop, &nbdd.io);
	nb_genl_close(nbdd.genl);
	nbdd.genl = NULL;
}
