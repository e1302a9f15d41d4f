// SPDX-License-Identifier: GPL-2.0
/*
 * A child of fork() begins with nothing. Its copies of the descriptors would hold
 * names that the parent deletes and sessions that it ends, and no thread of the child
 * goes on with the commands. So they are closed there. That is why descriptors which a
 * command had for others to see are closed with ncb_lock: a number in there is never one
 * that has another file already.
 */
#include <unistd.h>

#include "impl.h"

static void lock(void)
{
	pthread_mutex_lock(&ncb_lock);
}

static void unlock(void)
{
	pthread_mutex_unlock(&ncb_lock);
}

static void close_all(struct ncb_env *env)
{
	struct ncb_cmd *cmd;
	unsigned int i;

	if (env->link >= 0)
		close(env->link);
	TAILQ_FOREACH(cmd, &env->cmds, all) {
		close(cmd->wake);
		ncb_fd_close(cmd);
		ncb_fds_close(cmd->fds);
	}
	for (i = 0; i < 256; i++) {
		if (env->names[i] && env->names[i]->fd >= 0)
			close(env->names[i]->fd);
		if (env->sessions[i] && env->sessions[i]->fd >= 0)
			close(env->sessions[i]->fd);
	}
}

/* Memory stays: a thread that is not there any more may have been at work in it. */
static void forget(void)
{
	unsigned int i;

	for (i = 0; i < 256; i++) {
		if (ncb_envs[i])
			close_all(ncb_envs[i]);
		ncb_envs[i] = NULL;
	}
	ncb_lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	ncb_gone = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
}

static void install(void)
{
	(void)pthread_atfork(lock, unlock, forget);
}

/* Before there is anything that a child could have */
void ncb_fork_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, install);
}
