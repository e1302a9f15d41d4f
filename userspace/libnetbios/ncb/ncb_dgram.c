// SPDX-License-Identifier: GPL-2.0
/*
 * The four datagram commands. Each has a socket while it is under way: a datagram
 * goes to every receive that is pending then, and is lost without one (RFC 1001
 * 5.4, DG-035, DG-036).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "impl.h"

static uint8_t name_of_number(struct ncb_cmd *cmd)
{
	cmd->num = cmd->ncb->ncb_num;
	if (!ncb_name_number(cmd->env, cmd->num))
		return NRC_ILLNN;
	cmd->from = cmd->env->names[cmd->num]->addr;
	return 0;
}

static uint8_t send_prepare(struct ncb_cmd *cmd)
{
	if (cmd->ncb->ncb_length > NETBIOS_MAX_DATAGRAM)
		return NRC_BUFLEN;
	return ncb_check_buffer(cmd->ncb) ?: name_of_number(cmd);
}

/* Without a helper nobody can tell where to send it */
static uint8_t send_failed(int err)
{
	return err == ENETDOWN ? NRC_OPENERR : ncb_errno(err);
}

/* Sent is not delivered: it does not matter whether anybody has that name. */
static uint8_t send_to(struct ncb_cmd *cmd, const char *name)
{
	const struct ncb *ncb = cmd->ncb;
	struct sockaddr_nb to;
	uint8_t code;

	nb_sockaddr_set(&to, name, NETBIOS_UNIQUE_NAME);
	code = ncb_bound_socket(cmd, SOCK_DGRAM);
	while (!code) {
		int one = 1;

		(void)setsockopt(cmd->fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one));
		if (sendto(cmd->fd, ncb->ncb_buffer, ncb->ncb_length,
			   MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&to,
			   sizeof(to)) >= 0 || errno == EHOSTUNREACH)
			return 0;
		if (errno == EAGAIN)
			code = ncb_wait_fd(cmd, cmd->fd, POLLOUT);
		else if (errno != EINTR)
			code = send_failed(errno);
	}
	return code;
}

static uint8_t to_name_prepare(struct ncb_cmd *cmd)
{
	return ncb_name_check(cmd->ncb->ncb_callname) ?: send_prepare(cmd);
}

static uint8_t to_name_run(struct ncb_cmd *cmd)
{
	return send_to(cmd, (const char *)cmd->ncb->ncb_callname);
}

const struct ncb_op ncb_op_send_datagram = {
	.prepare = to_name_prepare,
	.run = to_name_run,
};

static uint8_t to_all_run(struct ncb_cmd *cmd)
{
	static const char all[NETBIOS_NAME_LEN] = "*";

	return send_to(cmd, all);
}

const struct ncb_op ncb_op_send_broadcast = {
	.prepare = send_prepare,
	.run = to_all_run,
};

static uint8_t take_datagram(struct ncb_cmd *cmd, int fd)
{
	struct ncb *ncb = cmd->ncb;
	struct sockaddr_nb from = { 0 };
	struct iovec iov = { ncb->ncb_buffer, ncb->ncb_length };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &iov, .msg_iovlen = 1,
	};
	ssize_t len;

	len = recvmsg(fd, &msg, MSG_DONTWAIT);
	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? NRC_PENDING : ncb_errno(errno);
	ncb->ncb_length = len;
	memcpy(ncb->ncb_callname, from.snb_name, NCBNAMSZ);
	return msg.msg_flags & MSG_TRUNC ? NRC_INCOMP : 0;
}

static uint8_t receive_prepare(struct ncb_cmd *cmd)
{
	uint8_t code = ncb_check_buffer(cmd->ncb);

	cmd->num = cmd->ncb->ncb_num;
	if (!code && cmd->num != NCB_ANY_NAME)
		code = name_of_number(cmd);
	if (code)
		return code;
	cmd->fds = calloc(1, sizeof(*cmd->fds));
	if (!cmd->fds)
		return NRC_NORES;
	/* behind from the beginning */
	cmd->fds->seen = cmd->env->n_changes - 1;
	return 0;
}

/* ncb_lock is held. The names that are wanted: one, or all that there are now */
static void list_names(const struct ncb_cmd *cmd, struct ncb_fds *fds)
{
	bool any = cmd->num == NCB_ANY_NAME;
	unsigned int i;

	fds->seen = cmd->env->n_changes;
	for (i = NCB_FIRST_NUM; i <= NCB_LAST_NUM; i++) {
		if (!ncb_name_number(cmd->env, i) || (!any && i != cmd->num))
			continue;
		fds->fd[fds->n].fd = -1;
		fds->fd[fds->n].events = POLLIN;
		fds->num[fds->n] = i;
		fds->name[fds->n++] = cmd->env->names[i]->addr;
	}
}

/* The socket of a name, from those that there were, or -1 */
static int take_socket(struct ncb_fds *from, const struct sockaddr_nb *name)
{
	unsigned int i;
	int fd;

	for (i = 0; i < from->n; i++) {
		if (memcmp(&from->name[i], name, sizeof(*name)))
			continue;
		fd = from->fd[i].fd;
		from->fd[i].fd = -1;
		return fd;
	}
	return -1;
}

/* A name in conflict receives nothing (DG-039), which is told if it is the only one */
static uint8_t open_sockets(struct ncb_cmd *cmd, struct ncb_fds *fds)
{
	unsigned int i;
	uint8_t code;

	for (i = 0; i < fds->n; i++) {
		fds->fd[i].fd = take_socket(cmd->fds, &fds->name[i]);
		if (fds->fd[i].fd >= 0)
			continue;
		cmd->from = fds->name[i];
		code = ncb_bound_socket(cmd, SOCK_DGRAM);
		pthread_mutex_lock(&ncb_lock);
		if (code)
			ncb_fd_close(cmd);
		fds->fd[i].fd = cmd->fd;
		cmd->fd = -1;
		pthread_mutex_unlock(&ncb_lock);
		if (code && cmd->num != NCB_ANY_NAME)
			return code;
	}
	return 0;
}

/* Sockets for the names that there are now, and none for others */
static uint8_t follow_table(struct ncb_cmd *cmd)
{
	struct ncb_fds *fds = calloc(1, sizeof(*fds)), *old = cmd->fds;
	uint8_t code;

	if (!fds)
		return NRC_NORES;
	pthread_mutex_lock(&ncb_lock);
	list_names(cmd, fds);
	pthread_mutex_unlock(&ncb_lock);
	code = open_sockets(cmd, fds);
	pthread_mutex_lock(&ncb_lock);
	ncb_fds_close(old);
	cmd->fds = fds;
	pthread_cond_broadcast(&ncb_gone);
	pthread_mutex_unlock(&ncb_lock);
	free(old);
	return code;
}

static bool table_is_new(const struct ncb_cmd *cmd)
{
	bool is_new;

	pthread_mutex_lock(&ncb_lock);
	is_new = cmd->num == NCB_ANY_NAME && cmd->fds->seen != cmd->env->n_changes;
	pthread_mutex_unlock(&ncb_lock);
	return is_new;
}

/* An error, and nothing to read: from now on the name is in conflict (API-025) */
static uint8_t lost(struct ncb_cmd *cmd, struct pollfd *fd)
{
	if (cmd->num != NCB_ANY_NAME)
		return NRC_NAMCONF;
	pthread_mutex_lock(&ncb_lock);
	close(fd->fd);
	fd->fd = -1;
	pthread_mutex_unlock(&ncb_lock);
	return NRC_PENDING;
}

static uint8_t look(struct ncb_cmd *cmd, struct pollfd *fd)
{
	uint8_t code;

	if (fd->fd < 0 || !fd->revents)
		return NRC_PENDING;
	code = take_datagram(cmd, fd->fd);
	if (code == NRC_PENDING && fd->revents & POLLERR)
		code = lost(cmd, fd);
	return code;
}

static uint8_t receive_run(struct ncb_cmd *cmd)
{
	struct ncb_fds *fds;
	unsigned int i;
	uint8_t code;

	for (;;) {
		code = table_is_new(cmd) ? follow_table(cmd) : 0;
		fds = cmd->fds;
		if (!code)
			code = ncb_wait(cmd, fds->fd, fds->n);
		if (code)
			return code;
		for (i = 0; i < fds->n; i++) {
			code = look(cmd, &fds->fd[i]);
			if (code == NRC_PENDING)
				continue;
			cmd->ncb->ncb_num = fds->num[i];
			return code;
		}
	}
}

const struct ncb_op ncb_op_receive_datagram = {
	.flags = NCB_CANCELLABLE | NCB_DG_RECEIVE,
	.prepare = receive_prepare,
	.begin = follow_table,
	.run = receive_run,
};

static uint8_t broadcast_prepare(struct ncb_cmd *cmd)
{
	uint8_t code = ncb_check_buffer(cmd->ncb);

	cmd->num = cmd->ncb->ncb_num;
	if (!code && cmd->num != NCB_ANY_NAME)
		code = name_of_number(cmd);
	return code;
}

/* Not bound: so it receives what is sent to all, and nothing else (API-014) */
static uint8_t broadcast_begin(struct ncb_cmd *cmd)
{
	uint8_t code = ncb_name_conflict(cmd);
	int one = 1;

	if (code)
		return code;
	cmd->fd = ncb_new_socket(cmd, SOCK_DGRAM);
	if (cmd->fd < 0 ||
	    setsockopt(cmd->fd, SOL_NETBIOS, NB_RECV_BROADCAST, &one, sizeof(one)))
		return ncb_errno(errno);
	return 0;
}

static uint8_t broadcast_run(struct ncb_cmd *cmd)
{
	uint8_t code;

	do {
		code = ncb_wait_fd(cmd, cmd->fd, POLLIN);
		if (!code)
			code = take_datagram(cmd, cmd->fd);
	} while (code == NRC_PENDING);
	return code;
}

const struct ncb_op ncb_op_receive_broadcast = {
	.flags = NCB_CANCELLABLE | NCB_DG_RECEIVE,
	.prepare = broadcast_prepare,
	.begin = broadcast_begin,
	.run = broadcast_run,
};
