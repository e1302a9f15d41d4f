/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic-netlink family "netbios" for the tests: settings, names, cache,
 * counters, and what a helper does. See nb_util.h for the return values.
 */
#ifndef NB_NL_H
#define NB_NL_H

#include <libmnl/libmnl.h>

#include "nb_util.h"

#define NB_NL_ATTRS	192

/**
 * struct nb_nl - a generic netlink socket of a namespace
 * @sock: the socket
 * @reply: last message that came
 * @tb: its attributes
 * @cmd: its command
 * @text: what the kernel said to the last request, "" for nothing
 */
struct nb_nl {
	struct mnl_socket	*sock;
	uint32_t		seq;
	uint8_t			cmd;
	char			reply[16384];
	const struct nlattr	*tb[NB_NL_ATTRS];
	char			text[128];
};

/* Opens one in the namespace of the calling thread; NULL sets errno. */
struct nb_nl *nb_nl_open(void);
void nb_nl_close(struct nb_nl *nl);
/* The numbers of the family change when the module is loaded again. */
void nb_nl_forget(void);
int nb_nl_fd(const struct nb_nl *nl);
int nb_nl_join(struct nb_nl *nl, const char *group);

/*
 * nb_nl_start() begins a request in a buffer that the next one overwrites,
 * mnl_attr_put_*() complete it, nb_nl_call() sends it and waits: 0 with the
 * last reply in @nl, or a negative errno. @each sees every reply of a dump.
 */
struct nlmsghdr *nb_nl_start(struct nb_nl *nl, uint8_t cmd, uint16_t flags);
int nb_nl_call(struct nb_nl *nl, struct nlmsghdr *nlh,
	       void (*each)(struct nb_nl *nl, void *arg), void *arg);
/* Receives one notification within @ms: its command, or -EAGAIN. */
int nb_nl_event(struct nb_nl *nl, int ms);
void nb_nl_put_name(struct nlmsghdr *nlh, uint16_t attr, const char *text);
bool nb_nl_name_is(const struct nlattr *attr, const char *text);
uint32_t nb_nl_u32(const struct nb_nl *nl, int attr, uint32_t absent);

/* Settings, by NETBIOS_A_NODE_*. A name or scope is text, NULL clears it. */
int nb_set(const struct nb_host *host, int attr, uint32_t value);
int nb_set_name(const struct nb_host *host, int attr, const char *text);
int nb_set_scope(const struct nb_host *host, const char *scope);
int64_t nb_get(const struct nb_host *host, int attr);
int64_t nb_stat(const struct nb_host *host, int attr);

#define NB_ANYBODY	(-1)

/**
 * struct nb_name_info - an entry of the name table
 * @owner: uid or NB_ANYBODY
 * @state: NETBIOS_NAME_STATE_*; 0 in nb_name_put() leaves it out
 */
struct nb_name_info {
	bool		group;
	bool		permanent;
	int64_t		owner;
	uint32_t	state;
	uint32_t	ifindex;
	uint32_t	sockets;
	uint32_t	listeners;
	const char	*scope;
};

/* nb_name_add() registers a permanent unique name of anybody. */
int nb_name_add(const struct nb_host *host, const char *text);
int nb_name_put(const struct nb_host *host, const char *text,
		const struct nb_name_info *info);
int nb_name_state(const struct nb_host *host, const char *text, uint32_t state);
int nb_name_del(const struct nb_host *host, const char *text);
/* nb_name_get() gives the state, -ENOENT if there is no such name. */
int nb_name_get(const struct nb_host *host, const char *text,
		struct nb_name_info *info);

/* Cache; up to @n addresses, text. */
int nb_cache_add(const struct nb_host *host, const char *text,
		 const char *addr);
int nb_cache_put(const struct nb_host *host, const char *text,
		 const char *const *addr, int n, bool group, uint32_t ttl);
int nb_cache_del(const struct nb_host *host, const char *text);

/* Sockets in this state, NETBIOS_SESSION_STATE_*; -1 is any. */
int nb_sessions(const struct nb_host *host, int state);

/* Helper. */
struct nb_work {
	uint64_t	id;
	uint32_t	kind;
	char		name[NETBIOS_NAME_LEN];
	bool		group;
	struct in_addr	addr;
	uint8_t		wire_error;
	uint32_t	deadline;
};

struct nb_nl *nb_helper(const struct nb_host *host);
int nb_helper_attach(struct nb_nl *nl);
/* Waits for the doorbell if there is no work, then takes one piece. */
int nb_work_take(struct nb_nl *nl, struct nb_work *work, int ms);
/* Takes one piece and checks what it is: 0. */
int nb_work_expect(struct nb_nl *nl, struct nb_work *work, uint32_t kind,
		   const char *name);
bool nb_no_work(struct nb_nl *nl);
int nb_work_done(struct nb_nl *nl, uint64_t id, uint32_t status,
		 const char *addr);

#endif /* NB_NL_H */
