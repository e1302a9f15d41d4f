// SPDX-License-Identifier: GPL-2.0
/*
 * SEND and CHAIN SEND, with and without ACK: TCP acknowledges, so these are the
 * same. They end when the kernel has taken the message.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "impl.h"

static uint8_t send_prepare(struct ncb_cmd *cmd)
{
	uint8_t code = ncb_check_buffer(cmd->ncb);

	if (!code)
		code = ncb_session_get(cmd);
	if (code)
		return code;
	cmd->deadline = ncb_session_deadline(cmd->session, SO_SNDTIMEO);
	ncb_lane_enter(cmd, &cmd->session->sends);
	return 0;
}

static uint8_t failed(struct ncb_cmd *cmd, int err)
{
	uint8_t code = ncb_errno(err);

	/* What the peer sent before it hung up can still be received */
	if (code == NRC_SABORT || err == ETIMEDOUT) {
		ncb_session_end(cmd, cmd->session, NRC_SABORT);
		return NRC_SABORT;
	}
	return code;
}

static uint8_t put_message(struct ncb_cmd *cmd, struct iovec *iov, int n)
{
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = n };
	int fd = cmd->session->fd;
	uint8_t code;

	code = ncb_lane_wait(cmd);
	while (!code) {
		if (sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
			return 0;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return failed(cmd, errno);
		code = ncb_wait_fd(cmd, fd, POLLOUT);
	}
	/* Timed out or cancelled: part of a stream is missing (SS-052, SS-053) */
	if (code == NRC_CMDTMO || code == NRC_CMDCAN)
		ncb_session_abort(cmd, cmd->session);
	return code;
}

static uint8_t send_run(struct ncb_cmd *cmd)
{
	struct iovec iov = { cmd->ncb->ncb_buffer, cmd->ncb->ncb_length };

	return put_message(cmd, &iov, 1);
}

const struct ncb_op ncb_op_send = {
	.flags = NCB_CANCELLABLE,
	.prepare = send_prepare,
	.run = send_run,
};

/* The second buffer, see ncb_chain_set() */
static void get_chain(const struct ncb *ncb, struct iovec *iov)
{
	uint16_t len;

	memcpy(&len, ncb->ncb_callname, sizeof(len));
	memcpy(&iov->iov_base, ncb->ncb_callname + sizeof(len), sizeof(iov->iov_base));
	iov->iov_len = len;
}

static uint8_t chain_prepare(struct ncb_cmd *cmd)
{
	struct iovec iov;

	get_chain(cmd->ncb, &iov);
	if (iov.iov_len && !iov.iov_base)
		return NRC_BADDR;
	return send_prepare(cmd);
}

static uint8_t chain_run(struct ncb_cmd *cmd)
{
	struct iovec iov[2] = { { cmd->ncb->ncb_buffer, cmd->ncb->ncb_length } };

	get_chain(cmd->ncb, &iov[1]);
	return put_message(cmd, iov, 2);
}

const struct ncb_op ncb_op_chain_send = {
	.flags = NCB_CANCELLABLE,
	.prepare = chain_prepare,
	.run = chain_run,
};
