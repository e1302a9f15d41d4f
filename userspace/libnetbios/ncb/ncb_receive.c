// SPDX-License-Identifier: GPL-2.0
/*
 * RECEIVE and RECEIVE ANY. What does not fit stays for the next one.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "impl.h"

/* Not a return code: there is nothing yet */
#define NOTHING		0xfe

/* Is there a message longer than a buffer of no octets? Takes it only if not. */
static uint8_t take_nothing(int fd)
{
	char octet;
	struct iovec iov = { &octet, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t len;

	len = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_PEEK);
	if (len > 0)
		return NRC_INCOMP;
	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? NOTHING : ncb_errno(errno);
	if (!(msg.msg_flags & MSG_EOR))
		return NRC_SCLOSED;
	return recv(fd, &octet, 1, MSG_DONTWAIT) < 0 ? NOTHING : 0;
}

static uint8_t take_message(struct ncb *ncb, int fd)
{
	struct iovec iov = { ncb->ncb_buffer, ncb->ncb_length };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t len;

	if (!ncb->ncb_length)
		return take_nothing(fd);
	len = recvmsg(fd, &msg, MSG_DONTWAIT);
	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? NOTHING : ncb_errno(errno);
	if (!len && !(msg.msg_flags & MSG_EOR))
		return NRC_SCLOSED;
	ncb->ncb_length = len;
	return msg.msg_flags & MSG_EOR ? 0 : NRC_INCOMP;
}

/* One message, or the end of the session, or NOTHING */
static uint8_t receive(struct ncb_cmd *cmd, struct ncb_session *s)
{
	uint8_t code = take_message(cmd->ncb, s->fd);

	switch (code) {
	case NRC_CMDTMO:		/* ETIMEDOUT: TCP's, not that of the command */
		code = NRC_SABORT;
		/* fallthrough */
	case NRC_SABORT:
	case NRC_SCLOSED:
		ncb_session_end(cmd, s, code);
	}
	if (code != 0 && code != NRC_INCOMP && code != NOTHING)
		cmd->ncb->ncb_length = 0;
	return code;
}

static uint8_t receive_prepare(struct ncb_cmd *cmd)
{
	uint8_t code = ncb_check_buffer(cmd->ncb);

	if (!code)
		code = ncb_session_get(cmd);
	if (code)
		return code;
	cmd->deadline = ncb_session_deadline(cmd->session, SO_RCVTIMEO);
	ncb_lane_enter(cmd, &cmd->session->receives);
	return 0;
}

static uint8_t receive_run(struct ncb_cmd *cmd)
{
	struct ncb_session *s = cmd->session;
	uint8_t code;

	code = ncb_lane_wait(cmd);
	while (!code) {
		code = receive(cmd, s);
		if (code != NOTHING)
			break;
		code = ncb_wait_fd(cmd, s->fd, POLLIN);
	}
	/* RECEIVE ANY leaves sessions alone that have receives */
	pthread_mutex_lock(&ncb_lock);
	ncb_lane_leave(cmd);
	if (TAILQ_EMPTY(&s->receives))
		ncb_any_wake(cmd->env);
	pthread_mutex_unlock(&ncb_lock);
	return code;
}

const struct ncb_op ncb_op_receive = {
	.flags = NCB_CANCELLABLE,
	.prepare = receive_prepare,
	.run = receive_run,
};

static uint8_t any_prepare(struct ncb_cmd *cmd)
{
	uint8_t code = ncb_check_buffer(cmd->ncb);

	if (code)
		return code;
	cmd->num = cmd->ncb->ncb_num;
	if (cmd->num != NCB_ANY_NAME && !ncb_name_number(cmd->env, cmd->num))
		return NRC_ILLNN;
	if (cmd->num != NCB_ANY_NAME)
		cmd->from = cmd->env->names[cmd->num]->addr;
	ncb_lane_enter(cmd, &cmd->env->any[cmd->num]);
	return 0;
}

/* ncb_lock is held. The sessions that a RECEIVE ANY waits for have changed. */
void ncb_any_wake(struct ncb_env *env)
{
	struct ncb_cmd *cmd;

	TAILQ_FOREACH(cmd, &env->cmds, all) {
		if (cmd->op == &ncb_op_receive_any)
			ncb_wake(cmd);
	}
}

/* RECEIVE comes first, then RECEIVE ANY of the name, then that of all names. */
static bool wanted(const struct ncb_cmd *cmd, const struct ncb_session *s)
{
	if (!s || s->fd < 0 || s->closing || (s->end && s->told) || !TAILQ_EMPTY(&s->receives))
		return false;
	if (cmd->num == NCB_ANY_NAME)
		return TAILQ_EMPTY(&cmd->env->any[s->num]);
	return cmd->num == s->num;
}

/* The sessions that count, the one behind the last that had something first */
static unsigned int get_sessions(struct ncb_cmd *cmd, struct ncb_session **sessions)
{
	struct ncb_env *env = cmd->env;
	struct ncb_session *s;
	unsigned int i, n = 0;

	pthread_mutex_lock(&ncb_lock);
	for (i = 0; i < 256; i++) {
		s = env->sessions[(env->next_any + i) & 255];
		if (!wanted(cmd, s))
			continue;
		s->users++;
		sessions[n++] = s;
	}
	pthread_mutex_unlock(&ncb_lock);
	return n;
}

static void put_sessions(struct ncb_session **sessions, unsigned int n)
{
	pthread_mutex_lock(&ncb_lock);
	while (n--)
		ncb_session_put(sessions[n]);
	pthread_cond_broadcast(&ncb_gone);
	pthread_mutex_unlock(&ncb_lock);
}

/* One look at all of them: what the first one has that has anything */
static uint8_t look(struct ncb_cmd *cmd, struct ncb_session **sessions, unsigned int n)
{
	unsigned int i;
	uint8_t code;

	for (i = 0; i < n; i++) {
		code = receive(cmd, sessions[i]);
		if (code == NOTHING)
			continue;
		cmd->ncb->ncb_lsn = sessions[i]->lsn;
		pthread_mutex_lock(&ncb_lock);
		cmd->ncb->ncb_num = sessions[i]->num;
		cmd->env->next_any = sessions[i]->lsn + 1;
		pthread_mutex_unlock(&ncb_lock);
		return code;
	}
	return NOTHING;
}

static uint8_t wait_sessions(struct ncb_cmd *cmd, struct ncb_session **sessions,
			     unsigned int n)
{
	struct pollfd fds[256 + NCB_WAIT_MORE];
	unsigned int i;

	for (i = 0; i < n; i++) {
		fds[i].fd = sessions[i]->fd;
		fds[i].events = POLLIN;
	}
	return ncb_wait(cmd, fds, n);
}

static uint8_t any_run(struct ncb_cmd *cmd)
{
	struct ncb_session *sessions[256];
	bool found = false, first = true;
	unsigned int n;
	uint8_t code;

	code = ncb_lane_wait(cmd);
	while (!code && !found) {
		n = get_sessions(cmd, sessions);
		code = look(cmd, sessions, n);
		found = code != NOTHING;
		if (!found)
			code = first ? ncb_name_conflict(cmd) : 0;
		first = false;
		if (!found && !code)
			code = wait_sessions(cmd, sessions, n);
		put_sessions(sessions, n);
	}
	/* Its sessions are for RECEIVE ANY of all names again */
	pthread_mutex_lock(&ncb_lock);
	ncb_lane_leave(cmd);
	ncb_any_wake(cmd->env);
	pthread_mutex_unlock(&ncb_lock);
	return code;
}

const struct ncb_op ncb_op_receive_any = {
	.flags = NCB_CANCELLABLE,
	.prepare = any_prepare,
	.run = any_run,
};
