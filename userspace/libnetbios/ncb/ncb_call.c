// SPDX-License-Identifier: GPL-2.0
/*
 * CALL and LISTEN make sessions, HANG UP ends them.
 */
#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "impl.h"

static int set_option(int fd, int option, int value)
{
	return setsockopt(fd, SOL_NETBIOS, option, &value, sizeof(value));
}

/* Half seconds; 0 is none, for the socket as well */
static void set_timeout(int fd, int option, uint8_t half_seconds)
{
	struct timeval tv = {
		.tv_sec = half_seconds / 2,
		.tv_usec = half_seconds % 2 * 500000,
	};

	(void)setsockopt(fd, SOL_SOCKET, option, &tv, sizeof(tv));
}

/* What both have in common: the local name, and a number for the session */
static uint8_t reserve(struct ncb_cmd *cmd)
{
	cmd->num = ncb_name_find(cmd->env, cmd->ncb->ncb_name);
	if (!cmd->num)
		return NRC_NOWILD;
	cmd->from = cmd->env->names[cmd->num]->addr;
	return ncb_session_new(cmd) ? 0 : NRC_LOCTFUL;
}

static uint8_t open_socket(struct ncb_cmd *cmd)
{
	uint8_t code = ncb_bound_socket(cmd, SOCK_SEQPACKET);

	if (!code && set_option(cmd->fd, NB_KEEP_REST, 1))
		code = ncb_errno(errno);
	if (!code) {
		set_timeout(cmd->fd, SO_RCVTIMEO, cmd->ncb->ncb_rto);
		set_timeout(cmd->fd, SO_SNDTIMEO, cmd->ncb->ncb_sto);
	}
	return code;
}

/* The number that was reserved is free again */
static uint8_t give_up(struct ncb_cmd *cmd, uint8_t code)
{
	pthread_mutex_lock(&ncb_lock);
	ncb_session_unlist(cmd->env, cmd->session);
	pthread_mutex_unlock(&ncb_lock);
	return code;
}

static uint8_t call_prepare(struct ncb_cmd *cmd)
{
	const uint8_t *called = cmd->ncb->ncb_callname;
	static const uint8_t nobody[NCBNAMSZ] = "*              ";

	/* *SMBSERVER may be called, anybody not */
	if (!called[0] || !memcmp(called, nobody, 15) || (called[0] == '*' && !called[1]))
		return NRC_NOWILD;
	return reserve(cmd);
}

/* API-001 */
static uint8_t call_failed(int fd, int err)
{
	switch (err) {
	case ECONNREFUSED:
		return nb_wire_error(fd) == 0x82 ? NRC_NOCALL : NRC_REMTFUL;
	case EACCES:
	case EIO:
		return NRC_REMTFUL;
	default:
		return ncb_errno(err);
	}
}

static uint8_t connect_socket(struct ncb_cmd *cmd)
{
	socklen_t len = sizeof(int);
	struct sockaddr_nb to;
	uint8_t code;
	int err;

	nb_sockaddr_set(&to, (const char *)cmd->ncb->ncb_callname, NETBIOS_UNIQUE_NAME);
	if (!connect(cmd->fd, (struct sockaddr *)&to, sizeof(to)))
		return 0;
	if (errno != EINPROGRESS)
		return call_failed(cmd->fd, errno);
	code = ncb_wait_fd(cmd, cmd->fd, POLLOUT);
	if (code)
		return code;
	if (getsockopt(cmd->fd, SOL_SOCKET, SO_ERROR, &err, &len))
		err = errno;
	return err ? call_failed(cmd->fd, err) : 0;
}

static uint8_t call_run(struct ncb_cmd *cmd)
{
	uint8_t code = open_socket(cmd);

	if (!code)
		code = connect_socket(cmd);
	if (!code && !ncb_take(cmd))
		code = cmd->stop;
	if (code)
		return give_up(cmd, code);
	ncb_session_up(cmd, cmd->fd);
	cmd->fd = -1;
	return 0;
}

const struct ncb_op ncb_op_call = {
	.flags = NCB_CANCELLABLE,
	.prepare = call_prepare,
	.run = call_run,
};

static uint8_t listen_prepare(struct ncb_cmd *cmd)
{
	uint8_t code = reserve(cmd);

	if (!code)
		cmd->session->listens = true;
	return code;
}

/*
 * Each LISTEN has a socket of its own, with one place: as many sessions can
 * wait as LISTENs are posted (SS-025).
 */
static uint8_t start_listening(struct ncb_cmd *cmd)
{
	struct sockaddr_nb caller;
	uint8_t code;

	code = open_socket(cmd);
	if (code)
		return code;
	if (cmd->ncb->ncb_callname[0] != '*') {
		nb_sockaddr_set(&caller, (const char *)cmd->ncb->ncb_callname,
				NETBIOS_UNIQUE_NAME);
		if (setsockopt(cmd->fd, SOL_NETBIOS, NB_CALLER, &caller, sizeof(caller)))
			return ncb_errno(errno);
	}
	if (set_option(cmd->fd, NB_REUSEPORT, 1) || listen(cmd->fd, 0))
		return ncb_errno(errno);
	return 0;
}

static uint8_t listen_begin(struct ncb_cmd *cmd)
{
	uint8_t code = start_listening(cmd);

	return code ? give_up(cmd, code) : 0;
}

/* From the first session on the socket takes no other, which nobody would have. */
static uint8_t accept_one(struct ncb_cmd *cmd, int *fd)
{
	uint8_t code;

	do {
		code = ncb_wait_fd(cmd, cmd->fd, POLLIN);
		if (code)
			return code;
		(void)shutdown(cmd->fd, SHUT_RD);
		*fd = accept4(cmd->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	} while (*fd < 0 && errno == EAGAIN);
	return *fd < 0 ? ncb_errno(errno) : 0;
}

static uint8_t listen_run(struct ncb_cmd *cmd)
{
	uint8_t code;
	int fd = -1;

	code = accept_one(cmd, &fd);
	if (!code && !ncb_take(cmd)) {
		code = cmd->stop;
		close(fd);
	}
	if (code)
		return give_up(cmd, code);
	ncb_session_up(cmd, fd);
	memcpy(cmd->ncb->ncb_callname, cmd->session->peer, NCBNAMSZ);
	return 0;
}

const struct ncb_op ncb_op_listen = {
	.flags = NCB_CANCELLABLE,
	.prepare = listen_prepare,
	.begin = listen_begin,
	.run = listen_run,
};

/* A session that is over is only forgotten, and its end told (API-008) */
static uint8_t hang_up_prepare(struct ncb_cmd *cmd)
{
	uint8_t code = ncb_session_get(cmd);
	struct ncb_session *s;

	if (!code) {
		s = cmd->session;
		s->closing = true;
		cmd->deadline = ncb_session_deadline(s, SO_SNDTIMEO);
		ncb_lane_enter(cmd, &s->sends);
		return 0;
	}
	s = cmd->env->sessions[cmd->ncb->ncb_lsn];
	if (code != NRC_SNUMOUT && s->end) {
		s->users++;
		ncb_session_unlist(cmd->env, s);
		ncb_session_put(s);
	}
	return code;
}

/*
 * After the sends that were before it; the kernel delivers what they sent. When it
 * is done so are the commands of the session, and the socket is closed.
 */
static uint8_t hang_up_run(struct ncb_cmd *cmd)
{
	struct ncb_session *s = cmd->session;
	uint8_t code;

	code = ncb_lane_wait(cmd);
	if (code == NRC_CMDTMO || code == NRC_CMDCAN)
		ncb_session_abort(cmd, s);
	else
		ncb_session_end(cmd, s, NRC_SCLOSED);
	pthread_mutex_lock(&ncb_lock);
	ncb_session_unlist(cmd->env, s);
	while (s->users > 1)
		pthread_cond_wait(&ncb_gone, &ncb_lock);
	pthread_mutex_unlock(&ncb_lock);
	return code;
}

const struct ncb_op ncb_op_hang_up = {
	.flags = NCB_CANCELLABLE,
	.prepare = hang_up_prepare,
	.run = hang_up_run,
};
