// SPDX-License-Identifier: GPL-2.0
/*
 * CANCEL (API-021). ncb_buffer is the address of the control block whose
 * command shall end.
 */
#include "impl.h"

static struct ncb_cmd *find_victim(const struct ncb_cmd *cmd)
{
	const void *ncb = cmd->ncb->ncb_buffer;
	struct ncb_cmd *victim;

	TAILQ_FOREACH(victim, &cmd->env->cmds, all) {
		if (victim->ncb == ncb)
			return victim;
	}
	return NULL;
}

/*
 * It is over when the victim is: then its control block is free. A second CANCEL
 * of the same command comes too late.
 */
static uint8_t cancel_prepare(struct ncb_cmd *cmd)
{
	struct ncb_cancel wait = { .code = NRC_PENDING };
	struct ncb_cmd *victim = find_victim(cmd);

	if (victim == cmd)
		return NRC_CANCEL;
	if (!victim)
		return NRC_CANOCCR;
	if (!(victim->op->flags & NCB_CANCELLABLE))
		return NRC_CANCEL;
	if (!ncb_stop(victim, NRC_CMDCAN))
		return NRC_CANOCCR;
	victim->cancel = &wait;
	while (wait.code == NRC_PENDING)
		pthread_cond_wait(&ncb_gone, &ncb_lock);
	return wait.code == NRC_CMDCAN ? 0 : NRC_CANOCCR;
}

const struct ncb_op ncb_op_cancel = {
	.prepare = cancel_prepare,
};
