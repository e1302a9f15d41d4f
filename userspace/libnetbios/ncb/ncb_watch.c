// SPDX-License-Identifier: GPL-2.0
/*
 * An adapter that goes away takes its names and sessions with it, and what waits
 * for these would wait for ever. So each command that waits also watches a socket
 * that tells of links. All commands of an adapter have the same one: the first that
 * wakes up looks for all of them.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "impl.h"

static unsigned int ifindex_of(uint8_t lana)
{
	struct ncb_lana adapter;

	return ncb_lana(lana, &adapter) ? 0 : if_nametoindex(adapter.ifname);
}

/* Without such a socket nobody is told; that is no reason to do nothing at all */
void ncb_watch_open(struct ncb_env *env)
{
	struct sockaddr_nl groups = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };

	env->link = -1;
	if (env->lana == NCB_LANA_ANY)
		return;
	env->link = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (env->link >= 0 && bind(env->link, (struct sockaddr *)&groups, sizeof(groups))) {
		close(env->link);
		env->link = -1;
	}
	/* After that: what goes from here on is told */
	env->ifindex = ifindex_of(env->lana);
	env->gone = !env->ifindex;
}

/* The adapter was gone; another one may have its number */
void ncb_watch_again(struct ncb_env *env)
{
	unsigned int ifindex = ifindex_of(env->lana);

	if (!ifindex)
		return;
	pthread_mutex_lock(&ncb_lock);
	env->ifindex = ifindex;
	env->gone = false;
	pthread_mutex_unlock(&ncb_lock);
}

/* What a command ends with whose adapter goes: 0 for those that end by themselves */
static uint8_t code_of(const struct ncb_cmd *cmd)
{
	switch (cmd->command) {
	case NCBRESET:
	case NCBCANCEL:
	case NCBLANSTALERT:
		return 0;
	case NCBLISTEN:
	case NCBRECVANY:
	case NCBDGRECV:
	case NCBDGRECVBC:
		return NRC_NAMERR;
	case NCBSEND:
	case NCBSENDNA:
	case NCBCHAINSEND:
	case NCBCHAINSENDNA:
	case NCBRECV:
	case NCBHANGUP:
		return NRC_SABORT;
	}
	return NRC_BRIDGE;
}

/* ncb_lock is held. The peer cannot be told any more: nothing is to be sent again */
static void abort_session(struct ncb_session *s)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (s->fd < 0 || s->end)
		return;
	(void)setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	s->end = NRC_SABORT;
	s->told = !TAILQ_EMPTY(&s->sends) || !TAILQ_EMPTY(&s->receives);
}

/* ncb_lock is held */
static void end_all(struct ncb_env *env)
{
	struct ncb_cmd *cmd;
	unsigned int i;
	uint8_t code;

	env->gone = true;
	for (i = 0; i < 256; i++) {
		if (env->sessions[i])
			abort_session(env->sessions[i]);
	}
	TAILQ_FOREACH(cmd, &env->cmds, all) {
		code = code_of(cmd);
		if (code)
			ncb_stop(cmd, code);
	}
}

/* Is there, among these messages, the end of the interface? Not that of a port of a bridge */
static bool tells_end(const struct ncb_env *env, const void *messages, unsigned int len)
{
	const struct nlmsghdr *nlh;
	const struct ifinfomsg *link;

	for (nlh = messages; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len)) {
		link = NLMSG_DATA(nlh);
		if (nlh->nlmsg_type == RTM_DELLINK && link->ifi_family == AF_UNSPEC &&
		    (unsigned int)link->ifi_index == env->ifindex)
			return true;
	}
	return false;
}

static bool is_lost(const struct ncb_env *env)
{
	char name[IF_NAMESIZE];

	return !if_indextoname(env->ifindex, name) && errno == ENXIO;
}

/* Links have changed */
void ncb_watch_look(struct ncb_env *env)
{
	char messages[8192] __attribute__((aligned(NLMSG_ALIGNTO)));
	bool ended = false;
	ssize_t len;

	pthread_mutex_lock(&ncb_lock);
	for (;;) {
		len = recv(env->link, messages, sizeof(messages), MSG_DONTWAIT);
		if (len >= 0)
			ended = ended || tells_end(env, messages, len);
		else if (errno == ENOBUFS)
			ended = ended || is_lost(env);
		else if (errno != EINTR)
			break;
	}
	if (ended && !env->gone)
		end_all(env);
	pthread_mutex_unlock(&ncb_lock);
}
