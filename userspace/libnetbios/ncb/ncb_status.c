// SPDX-License-Identifier: GPL-2.0
/*
 * SESSION STATUS (API-009): what this process has, and nothing is asked of
 * anybody.
 */
#include <poll.h>
#include <string.h>

#include "impl.h"

static bool all_names(const struct ncb *ncb)
{
	return ncb->ncb_name[0] == '*';
}

static bool peer_is_gone(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLRDHUP };

	return poll(&pfd, 1, 0) > 0 && pfd.revents & (POLLRDHUP | POLLERR | POLLHUP);
}

static uint8_t state_of(const struct ncb_session *s)
{
	if (s->end)
		return s->end == NRC_SABORT ? SESSION_ABORTED : HANGUP_COMPLETE;
	if (s->fd < 0)
		return s->listens ? LISTEN_OUTSTANDING : CALL_PENDING;
	if (s->closing)
		return HANGUP_PENDING;
	return peer_is_gone(s->fd) ? HANGUP_COMPLETE : SESSION_ESTABLISHED;
}

static void put_session(const struct ncb_cmd *cmd, const struct ncb_session *s,
			struct session_buffer *entry)
{
	const struct ncb_cmd *maker;

	memset(entry, 0, sizeof(*entry));
	entry->lsn = s->lsn;
	entry->state = state_of(s);
	entry->rcvs_outstanding = ncb_lane_count(&s->receives);
	entry->sends_outstanding = ncb_lane_count(&s->sends);
	memcpy(entry->local_name, s->local, NCBNAMSZ);
	memcpy(entry->remote_name, s->peer, NCBNAMSZ);
	if (s->fd >= 0 || s->end)
		return;
	/* Still to come: the names are those of the LISTEN or the CALL */
	TAILQ_FOREACH(maker, &cmd->env->cmds, all) {
		if (maker->session != s)
			continue;
		memcpy(entry->local_name, maker->from.snb_name, NCBNAMSZ);
		memcpy(entry->remote_name, maker->ncb->ncb_callname, NCBNAMSZ);
	}
}

static void count_receives(const struct ncb_cmd *cmd, struct session_header *header)
{
	const struct ncb_cmd *other;

	TAILQ_FOREACH(other, &cmd->env->cmds, all) {
		if (cmd->num != NCB_ANY_NAME && other->num != cmd->num)
			continue;
		if (other->op->flags & NCB_DG_RECEIVE)
			header->rcv_dg_outstanding++;
		if (other->op == &ncb_op_receive_any)
			header->rcv_any_outstanding++;
	}
}

static uint8_t prepare(struct ncb_cmd *cmd)
{
	const struct ncb *ncb = cmd->ncb;

	if (ncb->ncb_length < sizeof(struct session_header))
		return NRC_BUFLEN;
	if (!ncb->ncb_buffer)
		return NRC_BADDR;
	cmd->num = all_names(ncb) ? NCB_ANY_NAME : ncb_name_find(cmd->env, ncb->ncb_name);
	if (!cmd->num)
		return NRC_NOWILD;
	if (cmd->num != NCB_ANY_NAME)
		cmd->from = cmd->env->names[cmd->num]->addr;
	return 0;
}

/* ncb_lock is held. As many sessions as fit, then the header. */
static uint8_t put_sessions(struct ncb_cmd *cmd)
{
	struct ncb *ncb = cmd->ncb;
	struct session_header header = { .sess_name = cmd->num };
	struct session_buffer entry;
	const struct ncb_session *s;
	unsigned int i, len = sizeof(header);
	uint8_t code = 0;

	count_receives(cmd, &header);
	for (i = 0; i < 256; i++) {
		s = cmd->env->sessions[i];
		if (!s || (cmd->num != NCB_ANY_NAME && s->num != cmd->num))
			continue;
		if (len + sizeof(entry) > ncb->ncb_length) {
			code = NRC_INCOMP;
			break;
		}
		put_session(cmd, s, &entry);
		memcpy(ncb->ncb_buffer + len, &entry, sizeof(entry));
		len += sizeof(entry);
		header.num_sess++;
	}
	memcpy(ncb->ncb_buffer, &header, sizeof(header));
	ncb->ncb_length = len;
	return code;
}

static uint8_t run(struct ncb_cmd *cmd)
{
	uint8_t code;

	pthread_mutex_lock(&ncb_lock);
	code = put_sessions(cmd);
	pthread_mutex_unlock(&ncb_lock);
	return code;
}

const struct ncb_op ncb_op_session_status = {
	.prepare = prepare,
	.begin = ncb_name_conflict,
	.run = run,
};
