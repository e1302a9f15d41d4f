// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions: their numbers, and how they end.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "impl.h"

static unsigned int count(const struct ncb_env *env)
{
	unsigned int i, n = 0;

	for (i = 0; i < 256; i++)
		n += !!env->sessions[i];
	return n;
}

/* Sessions that are over, and somebody knows, but nobody has hung up */
static bool reclaim(struct ncb_env *env)
{
	struct ncb_session *s;
	unsigned int i;

	for (i = 0; i < 256; i++) {
		s = env->sessions[i];
		if (s && s->end && s->told && !s->users) {
			s->users++;
			ncb_session_unlist(env, s);
			ncb_session_put(s);
			return true;
		}
	}
	return false;
}

/* ncb_lock is held. A number for the session that @cmd makes, NULL if none is left. */
struct ncb_session *ncb_session_new(struct ncb_cmd *cmd)
{
	struct ncb_env *env = cmd->env;
	struct ncb_session *s;

	if (count(env) >= env->max_sessions && !reclaim(env))
		return NULL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	TAILQ_INIT(&s->sends);
	TAILQ_INIT(&s->receives);
	s->fd = -1;
	do {
		s->lsn = env->next_lsn++;
	} while (!s->lsn || s->lsn == 255 || env->sessions[s->lsn]);
	s->num = cmd->num;
	s->users = 1;
	s->listed = true;
	env->sessions[s->lsn] = s;
	cmd->session = s;
	return s;
}

/*
 * ncb_lock is held. The session that the control block names, for a command that
 * wants to use it: 0, or why it cannot.
 */
uint8_t ncb_session_get(struct ncb_cmd *cmd)
{
	struct ncb_session *s = cmd->env->sessions[cmd->ncb->ncb_lsn];

	if (!s || (s->fd < 0 && !s->end))
		return NRC_SNUMOUT;
	if (s->closing)
		return NRC_SCLOSED;
	if (s->end) {
		s->told = true;
		return s->end;
	}
	s->users++;
	cmd->session = s;
	return 0;
}

/* ncb_lock is held. The last user of a session that is over closes it. */
void ncb_session_put(struct ncb_session *s)
{
	if (--s->users || (s->listed && !s->end))
		return;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	if (!s->listed)
		free(s);
}

/* ncb_lock is held, and the session has a user. */
void ncb_session_unlist(struct ncb_env *env, struct ncb_session *s)
{
	if (s->listed)
		env->sessions[s->lsn] = NULL;
	s->listed = false;
}

/*
 * Session and command are over, for whatever reason, and all others that use the
 * session are told (API-026).
 */
void ncb_session_end(struct ncb_cmd *cmd, struct ncb_session *s, uint8_t code)
{
	pthread_mutex_lock(&ncb_lock);
	if (!s->end)
		s->end = code;
	s->told = true;
	ncb_lane_stop(&s->sends, cmd, s->end);
	ncb_lane_stop(&s->receives, cmd, s->end);
	/* Its socket is closed when no RECEIVE ANY looks at it any more */
	ncb_any_wake(cmd->env);
	pthread_mutex_unlock(&ncb_lock);
}

/* The same, with a reset for the peer (SS-052, SS-053) */
void ncb_session_abort(struct ncb_cmd *cmd, struct ncb_session *s)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	(void)setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	ncb_session_end(cmd, s, NRC_SABORT);
}

/* CALL or LISTEN has made it: @fd is the session's from here on. */
void ncb_session_up(struct ncb_cmd *cmd, int fd)
{
	struct ncb_session *s = cmd->session;
	struct sockaddr_nb local = { 0 }, peer = { 0 };
	socklen_t len = sizeof(local);

	/* It may be over already: then the kernel does not know its peer */
	(void)getsockname(fd, (struct sockaddr *)&local, &len);
	len = sizeof(peer);
	(void)getpeername(fd, (struct sockaddr *)&peer, &len);
	cmd->ncb->ncb_lsn = s->lsn;
	pthread_mutex_lock(&ncb_lock);
	memcpy(s->local, local.snb_name, NETBIOS_NAME_LEN);
	memcpy(s->peer, peer.snb_name, NETBIOS_NAME_LEN);
	s->fd = fd;
	ncb_any_wake(cmd->env);
	pthread_mutex_unlock(&ncb_lock);
}

/* ncb_lock is held, no commands are under way. */
void ncb_sessions_drop(struct ncb_env *env)
{
	struct ncb_session *s;
	unsigned int i;

	for (i = 0; i < 256; i++) {
		s = env->sessions[i];
		if (!s)
			continue;
		s->users++;
		ncb_session_unlist(env, s);
		ncb_session_put(s);
	}
}

/* When a send or a receive that begins now is over; -1: never (API-027) */
int64_t ncb_session_deadline(const struct ncb_session *s, int option)
{
	struct timeval tv = { 0 };
	socklen_t len = sizeof(tv);

	(void)getsockopt(s->fd, SOL_SOCKET, option, &tv, &len);
	if (!tv.tv_sec && !tv.tv_usec)
		return -1;
	return ncb_now() + tv.tv_sec * 1000LL + tv.tv_usec / 1000;
}
