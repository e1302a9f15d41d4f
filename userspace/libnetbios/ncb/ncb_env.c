// SPDX-License-Identifier: GPL-2.0
/*
 * Adapters as this process uses them, RESET and UNLINK, and what an errno is in
 * return codes.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "impl.h"

struct ncb_env *ncb_envs[256];

/* ncb_lock is held. Is it the control block of a command, of whatever adapter? */
bool ncb_in_use(const struct ncb *ncb)
{
	const struct ncb_cmd *cmd;
	unsigned int i;

	for (i = 0; i < 256; i++) {
		if (!ncb_envs[i])
			continue;
		TAILQ_FOREACH(cmd, &ncb_envs[i]->cmds, all) {
			if (cmd->ncb == ncb)
				return true;
		}
	}
	return false;
}

static struct ncb_env *new_env(uint8_t lana)
{
	struct ncb_env *env = calloc(1, sizeof(*env));
	unsigned int i;

	if (!env)
		return NULL;
	env->lana = lana;
	env->max_names = NCB_MAX_NAMES;
	env->max_sessions = NCB_MAX_SESSIONS;
	env->max_cmds = NCB_MAX_COMMANDS;
	TAILQ_INIT(&env->cmds);
	for (i = 0; i < 256; i++)
		TAILQ_INIT(&env->any[i]);
	ncb_watch_open(env);
	return env;
}

/* Another thread was faster */
static void free_env(struct ncb_env *env)
{
	if (env->link >= 0)
		close(env->link);
	free(env);
}

/* NRC_BRIDGE if there is none with this number, NRC_OPENERR if nobody can tell */
uint8_t ncb_check_adapter(uint8_t lana)
{
	struct ncb_lana found;
	int err;

	err = lana == NCB_LANA_ANY ? 0 : ncb_lana(lana, &found);
	if (err == -ENODEV)
		return NRC_BRIDGE;
	return err ? NRC_OPENERR : 0;
}

/* An adapter is there since it was used first: RESET is not needed for that. */
uint8_t ncb_env_get(uint8_t lana, struct ncb_env **env)
{
	struct ncb_env *fresh;
	uint8_t code;
	bool gone;

	pthread_mutex_lock(&ncb_lock);
	*env = ncb_envs[lana];
	gone = *env && (*env)->gone;
	pthread_mutex_unlock(&ncb_lock);
	if (gone)
		ncb_watch_again(*env);
	if (*env)
		return 0;
	code = ncb_check_adapter(lana);
	if (code)
		return code;
	ncb_fork_prepare();
	fresh = new_env(lana);
	if (!fresh)
		return NRC_NORES;
	pthread_mutex_lock(&ncb_lock);
	if (!ncb_envs[lana]) {
		ncb_envs[lana] = fresh;
		fresh = NULL;
	}
	*env = ncb_envs[lana];
	pthread_mutex_unlock(&ncb_lock);
	if (fresh)
		free_env(fresh);
	return 0;
}

/* Errors that mean the same to all commands; the others are told apart before */
uint8_t ncb_errno(int err)
{
	switch (err) {
	case 0:
		return NRC_GOODRET;
	case EADDRNOTAVAIL:
		return NRC_NAMCONF;
	case EAFNOSUPPORT:
		return NRC_OPENERR;
	case EFAULT:
		return NRC_BADDR;
	case EHOSTUNREACH:
	case ENETDOWN:
	case ENETUNREACH:
		return NRC_NOCALL;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return NRC_NORES;
	case ETIMEDOUT:
		return NRC_CMDTMO;
	case EPIPE:
	case ENOTCONN:
		return NRC_SCLOSED;
	case ECONNABORTED:
	case ECONNRESET:
	case EPROTO:
		return NRC_SABORT;
	default:
		return NRC_SYSTEM;
	}
}

/* ncb_callname of RESET; 0 is the default, which is the most there can be */
static unsigned int limit(uint8_t asked, unsigned int max)
{
	return !asked || asked > max ? max : asked;
}

/*
 * ncb_lsn 0: ncb_callname[0] sessions, [1] commands, [2] names; what was granted
 * stands in [8] to [10]. Another ncb_lsn: all limits as in the beginning. Both end
 * everything that there is (API-020).
 */
static uint8_t reset_prepare(struct ncb_cmd *cmd)
{
	uint8_t *call = cmd->ncb->ncb_callname;
	struct ncb_env *env = cmd->env;
	bool begin = !cmd->ncb->ncb_lsn;
	struct ncb_cmd *other;

	env->max_sessions = limit(begin ? call[0] : 0, NCB_MAX_SESSIONS);
	env->max_cmds = limit(begin ? call[1] : 0, NCB_MAX_COMMANDS);
	env->max_names = limit(begin ? call[2] : 0, NCB_MAX_NAMES);
	if (begin) {
		call[8] = env->max_sessions;
		call[9] = env->max_cmds;
		call[10] = env->max_names;
	}
	env->n_resets++;
	TAILQ_FOREACH(other, &env->cmds, all) {
		if (other->op != cmd->op)
			ncb_stop(other, NRC_CMDCAN);
	}
	return 0;
}

static bool alone(const struct ncb_cmd *cmd)
{
	const struct ncb_cmd *other;

	TAILQ_FOREACH(other, &cmd->env->cmds, all) {
		if (other->op != cmd->op)
			return false;
	}
	return true;
}

static uint8_t reset_run(struct ncb_cmd *cmd)
{
	pthread_mutex_lock(&ncb_lock);
	while (!alone(cmd))
		pthread_cond_wait(&ncb_gone, &ncb_lock);
	ncb_sessions_drop(cmd->env);
	ncb_names_drop(cmd->env);
	cmd->env->n_resets--;
	pthread_mutex_unlock(&ncb_lock);
	/* What was kept for an adapter that is gone is free all the same */
	return ncb_check_adapter(cmd->env->lana) == NRC_BRIDGE ? NRC_BRIDGE : 0;
}

const struct ncb_op ncb_op_reset = {
	.prepare = reset_prepare,
	.run = reset_run,
};

/* The adapter is not in use for a boot server: nothing to do (API-022). */
const struct ncb_op ncb_op_unlink = { 0 };
