// SPDX-License-Identifier: GPL-2.0
/*
 * Lanes: commands that take turns. The caller holds ncb_lock, but for
 * ncb_lane_wait().
 */
#include "impl.h"

void ncb_lane_enter(struct ncb_cmd *cmd, struct ncb_cmds *lane)
{
	TAILQ_INSERT_TAIL(lane, cmd, turn);
	cmd->lane = lane;
}

void ncb_lane_leave(struct ncb_cmd *cmd)
{
	struct ncb_cmds *lane = cmd->lane;

	if (!lane)
		return;
	TAILQ_REMOVE(lane, cmd, turn);
	cmd->lane = NULL;
	if (!TAILQ_EMPTY(lane))
		ncb_wake(TAILQ_FIRST(lane));
}

/* Wait for one's turn: 0, NRC_CMDTMO, or why the command shall end. */
uint8_t ncb_lane_wait(struct ncb_cmd *cmd)
{
	struct pollfd wait[NCB_WAIT_MORE];
	uint8_t code;
	bool first;

	for (;;) {
		pthread_mutex_lock(&ncb_lock);
		first = TAILQ_FIRST(cmd->lane) == cmd;
		pthread_mutex_unlock(&ncb_lock);
		if (first)
			return 0;
		code = ncb_wait(cmd, wait, 0);
		if (code)
			return code;
	}
}

void ncb_lane_stop(struct ncb_cmds *lane, const struct ncb_cmd *but, uint8_t code)
{
	struct ncb_cmd *cmd;

	TAILQ_FOREACH(cmd, lane, turn) {
		if (cmd != but)
			ncb_stop(cmd, code);
	}
}

unsigned int ncb_lane_count(const struct ncb_cmds *lane)
{
	const struct ncb_cmd *cmd;
	unsigned int n = 0;

	TAILQ_FOREACH(cmd, lane, turn)
		n++;
	return n;
}
