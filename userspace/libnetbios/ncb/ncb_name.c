// SPDX-License-Identifier: GPL-2.0
/*
 * ADD NAME, ADD GROUP NAME, DELETE NAME: a name is held by a socket that is bound
 * to it, and its number stands for that socket.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/netbios_netlink.h>

#include "impl.h"

/* No name that a node can have (NAME-002) */
uint8_t ncb_name_check(const uint8_t *octets)
{
	return octets[0] == '*' || !octets[0] ? NRC_NOWILD : 0;
}

/* ncb_lock is held. The number of a name that may be used, 0 if there is none. */
uint8_t ncb_name_find(const struct ncb_env *env, const uint8_t *octets)
{
	unsigned int i;

	for (i = NCB_FIRST_NUM; i <= NCB_LAST_NUM; i++) {
		if (env->names[i] && env->names[i]->fd >= 0 &&
		    !memcmp(env->names[i]->addr.snb_name, octets, NETBIOS_NAME_LEN))
			return i;
	}
	return 0;
}

bool ncb_name_number(const struct ncb_env *env, uint8_t num)
{
	return env->names[num] && env->names[num]->fd >= 0;
}

/* -1 and errno */
int ncb_new_socket(const struct ncb_cmd *cmd, int type)
{
	int lana = cmd->env->lana == NCB_LANA_ANY ? NB_LANA_ANY : cmd->env->lana;

	return nb_socket(type | SOCK_NONBLOCK | SOCK_CLOEXEC, lana);
}

/* What bind() tells: EADDRNOTAVAIL is a conflict, or an adapter that is gone */
static uint8_t bind_failed(const struct ncb_cmd *cmd, int err)
{
	if (err == EADDRNOTAVAIL && ncb_check_adapter(cmd->env->lana) == NRC_BRIDGE)
		return NRC_BRIDGE;
	return ncb_errno(err);
}

/*
 * The socket of a command, with its name. It shares that with the one which
 * holds the name, so nothing is asked of the network: NRC_*.
 */
uint8_t ncb_bound_socket(struct ncb_cmd *cmd, int type)
{
	cmd->fd = ncb_new_socket(cmd, type);
	if (cmd->fd < 0)
		return ncb_errno(errno);
	if (bind(cmd->fd, (struct sockaddr *)&cmd->from, sizeof(cmd->from)))
		return bind_failed(cmd, errno);
	return 0;
}

/*
 * NRC_NAMCONF if the network has taken the name of the command away from this node
 * (API-025), NRC_BRIDGE if the adapter is gone. A socket from before that would not
 * tell. 0 for all names together.
 */
uint8_t ncb_name_conflict(struct ncb_cmd *cmd)
{
	uint8_t code;

	if (cmd->num == NCB_ANY_NAME)
		return 0;
	code = ncb_bound_socket(cmd, SOCK_SEQPACKET);
	pthread_mutex_lock(&ncb_lock);
	ncb_fd_close(cmd);
	pthread_mutex_unlock(&ncb_lock);
	return code == NRC_NAMCONF || code == NRC_BRIDGE ? code : 0;
}

/* Numbers are given out in turn, so that an old one is not soon a new name */
static uint8_t free_number(struct ncb_env *env)
{
	unsigned int i, used = 0;
	uint8_t num;

	for (i = NCB_FIRST_NUM; i <= NCB_LAST_NUM; i++)
		used += !!env->names[i];
	if (used >= env->max_names)
		return 0;
	do {
		num = env->next_num;
		if (num < NCB_FIRST_NUM || num > NCB_LAST_NUM)
			num = NCB_FIRST_NUM;
		env->next_num = num + 1;
	} while (env->names[num]);
	return num;
}

static uint8_t add_prepare(struct ncb_cmd *cmd, uint16_t type)
{
	const uint8_t *octets = cmd->ncb->ncb_name;
	struct ncb_env *env = cmd->env;
	struct ncb_name *name;
	unsigned int i;

	if (ncb_name_check(octets))
		return NRC_NOWILD;
	for (i = NCB_FIRST_NUM; i <= NCB_LAST_NUM; i++) {
		if (env->names[i] &&
		    !memcmp(env->names[i]->addr.snb_name, octets, NETBIOS_NAME_LEN))
			return NRC_DUPNAME;
	}
	cmd->num = free_number(env);
	if (!cmd->num)
		return NRC_NAMTFUL;
	name = calloc(1, sizeof(*name));
	if (!name)
		return NRC_NORES;
	nb_sockaddr_set(&cmd->from, (const char *)octets, type);
	name->fd = -1;
	name->addr = cmd->from;
	env->names[cmd->num] = name;
	return 0;
}

static uint8_t add_unique(struct ncb_cmd *cmd)
{
	return add_prepare(cmd, NETBIOS_UNIQUE_NAME);
}

static uint8_t add_group(struct ncb_cmd *cmd)
{
	return add_prepare(cmd, NETBIOS_GROUP_NAME);
}

/* API-015, API-016 */
static uint8_t claim_failed(struct ncb_cmd *cmd, int err)
{
	switch (err) {
	case EADDRINUSE:
		return ncb_name_state(&cmd->from) == NETBIOS_NAME_STATE_GONE ?
		       NRC_INUSE : NRC_DUPNAME;
	case ENOBUFS:
		return NRC_NAMTFUL;
	case ENETDOWN:
		return NRC_OPENERR;
	default:
		return bind_failed(cmd, err);
	}
}

/* Waits for the claim; the helper, or the kernel for it, ends it in time. */
static uint8_t claim(struct ncb_cmd *cmd)
{
	socklen_t len = sizeof(int);
	uint8_t code;
	int err;

	cmd->fd = ncb_new_socket(cmd, SOCK_SEQPACKET);
	if (cmd->fd < 0)
		return ncb_errno(errno);
	if (!bind(cmd->fd, (struct sockaddr *)&cmd->from, sizeof(cmd->from)))
		return 0;
	if (errno != EINPROGRESS)
		return claim_failed(cmd, errno);
	code = ncb_wait_fd(cmd, cmd->fd, POLLOUT);
	if (code)
		return code;
	if (getsockopt(cmd->fd, SOL_SOCKET, SO_ERROR, &err, &len))
		err = errno;
	return err ? claim_failed(cmd, err) : 0;
}

/* ncb_lock is held. @cmd did it. Receives for all names have to look at the table. */
static void table_changed(struct ncb_cmd *cmd)
{
	struct ncb_cmd *other;

	cmd->change = ++cmd->env->n_changes;
	TAILQ_FOREACH(other, &cmd->env->cmds, all) {
		if (other->fds)
			ncb_wake(other);
	}
}

/* A receive for all names that has still to see this change, if not later ones */
static bool is_behind(const struct ncb_cmd *cmd, unsigned int change)
{
	return cmd->num == NCB_ANY_NAME && cmd->fds && (int)(cmd->fds->seen - change) < 0;
}

/* A command that ends because its name is deleted, and may have a socket with it */
static bool is_ending(const struct ncb_cmd *cmd, uint8_t num)
{
	return cmd->num == num && cmd->stop && cmd->op != &ncb_op_delete_name;
}

static bool is_settled(const struct ncb_cmd *cmd)
{
	bool deletes = cmd->op == &ncb_op_delete_name;
	const struct ncb_cmd *other;

	TAILQ_FOREACH(other, &cmd->env->cmds, all) {
		if (is_behind(other, cmd->change) || (deletes && is_ending(other, cmd->num)))
			return false;
	}
	return true;
}

/* ncb_lock is held. Wait until the other commands have followed the table. */
static void settle(const struct ncb_cmd *cmd)
{
	while (!is_settled(cmd))
		pthread_cond_wait(&ncb_gone, &ncb_lock);
}

static uint8_t add_run(struct ncb_cmd *cmd)
{
	struct ncb_env *env = cmd->env;
	uint8_t code;

	code = claim(cmd);
	pthread_mutex_lock(&ncb_lock);
	if (!code)
		code = cmd->stop;
	if (!code) {
		env->names[cmd->num]->fd = cmd->fd;
		cmd->fd = -1;
		cmd->ncb->ncb_num = cmd->num;
		table_changed(cmd);
		settle(cmd);
	} else {
		free(env->names[cmd->num]);
		env->names[cmd->num] = NULL;
	}
	pthread_mutex_unlock(&ncb_lock);
	return code;
}

const struct ncb_op ncb_op_add_name = {
	.prepare = add_unique,
	.run = add_run,
};

const struct ncb_op ncb_op_add_group_name = {
	.prepare = add_group,
	.run = add_run,
};

static void drop_name(struct ncb_env *env, uint8_t num)
{
	if (!env->names[num] || env->names[num]->fd < 0)
		return;
	close(env->names[num]->fd);
	free(env->names[num]);
	env->names[num] = NULL;
}

/* ncb_lock is held. */
void ncb_names_drop(struct ncb_env *env)
{
	unsigned int num;

	for (num = 0; num < 256; num++)
		drop_name(env, num);
}

/* API-017: what is under way ends, sessions live on and are told of */
static uint8_t delete_prepare(struct ncb_cmd *cmd)
{
	struct ncb_env *env = cmd->env;
	struct ncb_session *s;
	struct ncb_cmd *other;
	unsigned int i;

	cmd->num = ncb_name_find(env, cmd->ncb->ncb_name);
	if (!cmd->num)
		return NRC_NOWILD;
	TAILQ_FOREACH(other, &env->cmds, all) {
		if (other != cmd && other->num == cmd->num)
			ncb_stop(other, NRC_NAMERR);
	}
	for (i = 0; i < 256; i++) {
		s = env->sessions[i];
		if (!s || s->num != cmd->num)
			continue;
		s->num = 0;
		if (s->fd >= 0 && !s->end)
			cmd->result = NRC_ACTSES;
	}
	drop_name(env, cmd->num);
	table_changed(cmd);
	return 0;
}

static uint8_t delete_run(struct ncb_cmd *cmd)
{
	pthread_mutex_lock(&ncb_lock);
	settle(cmd);
	pthread_mutex_unlock(&ncb_lock);
	return cmd->result;
}

const struct ncb_op ncb_op_delete_name = {
	.prepare = delete_prepare,
	.run = delete_run,
};
