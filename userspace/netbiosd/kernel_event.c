// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/filter.h>
#include <linux/genetlink.h>
#include <linux/netbios_netlink.h>

#include <netbios/netbios.h>
#include <netlink/genl.h>
#include "kernel_event.h"
#include "service/log.h"

static struct {
	struct nb_genl			*genl;
	struct ev_loop			*loop;
	ev_io				io;
	const struct kernel_events	*events;
	void				*data;
	bool				work;
} ev;

/*
 * Sessions come and go without us, and alerts are our own: the kernel does not
 * wake us for them.
 */
static int filter_events(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS,
			 NLMSG_HDRLEN + offsetof(struct genlmsghdr, cmd)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NETBIOS_CMD_SESSION_EVENT, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NETBIOS_CMD_ALERT_EVENT, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(*code),
		.filter = code,
	};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) ?
	       -errno : 0;
}

static int on_event(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	struct nbd_local_name name = { 0 };
	struct nbd_adapter adapter = { 0 };
	struct nbd_nbdd_answer answer;
	uint64_t id;

	(void)data;
	switch (cmd) {
	case NETBIOS_CMD_WORK_READY:
		/* Taken once for all bells that have rung */
		ev.work = true;
		break;
	case NETBIOS_CMD_WORK_CANCEL:
		if (msg_get_work_id(nlh, &id))
			ev.events->cancel(ev.data, id);
		break;
	case NETBIOS_CMD_NBDD_ANSWER:
		if (msg_get_nbdd(nlh, &answer))
			ev.events->nbdd(ev.data, &answer);
		break;
	case NETBIOS_CMD_NAME_EVENT:
		if (msg_get_name(nlh, &name))
			ev.events->name(ev.data, &name);
		break;
	case NETBIOS_CMD_NODE_EVENT:
		ev.events->node(ev.data);
		break;
	case NETBIOS_CMD_ADAPTER_EVENT:
		if (msg_get_adapter(nlh, &adapter))
			ev.events->adapter(ev.data, &adapter);
		break;
	}
	return 0;
}

static void on_readable(struct ev_loop *loop, ev_io *io, int revents)
{
	bool lost = false;
	int err;

	(void)revents;
	do {
		err = nb_genl_listen(ev.genl, on_event, NULL);
		lost |= err == -ENOBUFS;
	} while (!err || err == -ENOBUFS || err == -EINTR);
	if (err == -ENODEV) {
		ev_io_stop(loop, io);
		ev.events->gone(ev.data);
		return;
	}
	if (err != -EAGAIN)
		log_warning("netlink events: %s", strerror(-err));
	if (lost)
		ev.events->lost(ev.data);
	if (ev.work || lost) {
		ev.work = false;
		ev.events->work(ev.data);
	}
}

static int join(void)
{
	int fd = nb_genl_fd(ev.genl);
	int err;

	err = filter_events(fd);
	if (!err)
		err = nb_genl_join(ev.genl, NETBIOS_MCGRP_UPCALL);
	if (!err)
		err = nb_genl_join(ev.genl, NETBIOS_MCGRP_EVENT);
	if (!err && fcntl(fd, F_SETFL, O_NONBLOCK))
		err = -errno;
	return err;
}

int kernel_event_open(struct ev_loop *loop, const struct kernel_events *events, void *data)
{
	int err;

	ev.loop = loop;
	ev.events = events;
	ev.data = data;
	err = nb_genl_open(&ev.genl);
	if (err)
		return err;
	err = join();
	if (err) {
		nb_genl_close(ev.genl);
		ev.genl = NULL;
		return err;
	}
	ev_io_init(&ev.io, on_readable, nb_genl_fd(ev.genl), EV_READ);
	ev_io_start(loop, &ev.io);
	return 0;
}

void kernel_event_close(void)
{
	if (!ev.genl)
		return;
	ev_io_stop(ev.loop, &ev.io);
	nb_genl_close(ev.genl);
	ev.genl = NULL;
}
