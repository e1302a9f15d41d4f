/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The classic NetBIOS interface, inside.
 *
 * Design
 * ------
 * A command is a sequence of system calls that must not block for ever: it ends
 * early when it is cancelled, when its name or session goes, or when its time
 * is over. Two ways were weighed. One thread with epoll and a state machine per
 * command costs little, but needs every step to be pollable (resolving a name
 * is not), turns the code inside out, and a post routine that issues a command
 * and waits for it would stop all others. One thread per outstanding ASYNCH
 * command is what is done here: each command is plain code from top to bottom,
 * the same with and without ASYNCH, post routines may do what they like, and
 * the number of commands is limited to 255 per adapter. Threads have small
 * stacks and all signals blocked.
 *
 * Waiting. Sockets are never waited for in the kernel, only in poll(), which
 * watches the eventfd of the command as well (ncb_wait()). ncb_stop() writes
 * to that, with the code that the command shall end with. That makes
 * cancelling prompt, and is the only way in which one command ends another, or in
 * which an adapter that goes away ends all of its own (ncb_watch.c).
 *
 * Steps of a command (struct ncb_op). prepare: under the lock, in the thread of
 * the caller: numbers become objects, the command takes its place in a lane.
 * begin: without the lock, still there: what must be so when an ASYNCH Netbios()
 * returns, e.g. that a LISTEN listens. run: the rest. Then ncb_cmd.c writes the
 * result, and from there on does not look at the control block any more.
 *
 * Order. Commands that take turns stand in a lane: the sends of a session, its
 * receives, the RECEIVE ANYs of a name. The head of a lane acts, the others
 * wait. Turns are given at prepare, so they are those of the calls.
 *
 * Names. A name is held by every socket that is bound to it, so DELETE NAME ends
 * when the commands that it ends have closed theirs. A receive of datagrams for
 * all names opens and closes sockets as names come and go; ADD NAME and
 * DELETE NAME wait until it has.
 *
 * State. The kernel has names, sessions and messages; here are numbers of
 * descriptors, and the commands under way. What the kernel forgets and NetBIOS
 * does not is kept too: how a session ended, and between whom it was. Time-outs
 * are in the sockets (SO_RCVTIMEO, SO_SNDTIMEO).
 *
 * Locking. ncb_lock protects everything here but what a running command keeps to
 * itself. It is never held across a system call that waits. A session is
 * closed when it has ended and its last command is gone (ncb_session_put()).
 */
#ifndef _NCB_IMPL_H
#define _NCB_IMPL_H

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <netbios/ncb.h>
#include <netbios/netbios.h>

#define NCB_MAX_COMMANDS	255
#define NCB_MAX_NAMES		253	/* 2 to 254; 1 is the adapter's own */
#define NCB_MAX_SESSIONS	254	/* 1 to 254 */
#define NCB_FIRST_NUM		2
#define NCB_LAST_NUM		254

struct ncb_cmd;
TAILQ_HEAD(ncb_cmds, ncb_cmd);

/**
 * struct ncb_name - a name that was added
 * @fd: the socket that holds it, -1 while it is being claimed
 * @addr: the name
 */
struct ncb_name {
	int			fd;
	struct sockaddr_nb	addr;
};

/**
 * struct ncb_session - what a session number stands for
 * @fd: its socket, -1 before and after
 * @lsn: the number
 * @num: number of the local name, 0 if that was deleted
 * @users: commands that use it
 * @listed: in the table
 * @listens: a LISTEN makes it, not a CALL
 * @closing: a HANG UP is under way
 * @end: NRC_SCLOSED or NRC_SABORT when it has ended
 * @told: somebody was told so
 * @local: name of this end
 * @peer: name of the other end
 * @sends: its sends, in their order
 * @receives: its receives
 */
struct ncb_session {
	int			fd;
	uint8_t			lsn;
	uint8_t			num;
	unsigned int		users;
	bool			listed;
	bool			listens;
	bool			closing;
	uint8_t			end;
	bool			told;
	char			local[NETBIOS_NAME_LEN];
	char			peer[NETBIOS_NAME_LEN];
	struct ncb_cmds		sends;
	struct ncb_cmds		receives;
};

/**
 * struct ncb_env - an adapter as this process uses it
 * @lana: its number
 * @max_names: limits, see RESET
 * @n_resets: RESETs under way: nothing else begins meanwhile
 * @n_changes: how often a name has come or gone
 * @next_num: where the search for a free number begins
 * @next_any: session that RECEIVE ANY looks at first
 * @any: RECEIVE ANY by number of the name
 * @cmds: commands under way
 * @link: socket that tells of links, -1: none
 * @ifindex: the interface of the adapter; 0 for NCB_LANA_ANY
 * @gone: it is not there any more
 */
struct ncb_env {
	uint8_t			lana;
	unsigned int		max_names;
	unsigned int		max_sessions;
	unsigned int		max_cmds;
	unsigned int		n_cmds;
	unsigned int		n_resets;
	unsigned int		n_changes;
	uint8_t			next_num;
	uint8_t			next_lsn;
	uint8_t			next_any;
	struct ncb_name		*names[256];
	struct ncb_session	*sessions[256];
	struct ncb_cmds		any[256];
	struct ncb_cmds		cmds;
	int			link;
	unsigned int		ifindex;
	bool			gone;
};

/* What ncb_wait() itself waits for, behind the descriptors that it is given */
#define NCB_WAIT_MORE		2

/* ncb_op.flags */
#define NCB_CANCELLABLE		0x1
#define NCB_ASYNCH_ONLY		0x2
#define NCB_DG_RECEIVE		0x4	/* counts as such in NCBSSTAT */

/**
 * struct ncb_op - a command of the interface
 * @prepare: ncb_lock is held
 * @begin: in the caller's thread; may be NULL
 * @run: may be NULL
 *
 * All return NRC_*; if the first or second one is not 0 the command ends there.
 */
struct ncb_op {
	unsigned int	flags;
	uint8_t		(*prepare)(struct ncb_cmd *cmd);
	uint8_t		(*begin)(struct ncb_cmd *cmd);
	uint8_t		(*run)(struct ncb_cmd *cmd);
};

/**
 * struct ncb_cancel - a CANCEL that waits for its victim
 * @code: how the victim ended, NRC_PENDING before
 */
struct ncb_cancel {
	uint8_t		code;
};

/**
 * struct ncb_fds - sockets of several names
 * @seen: ncb_env.n_changes when these were the names
 * @n: how many
 * @num: numbers of the names
 * @name: the names
 * @fd: the sockets, -1: none; and places for ncb_wait()
 */
struct ncb_fds {
	unsigned int		seen;
	unsigned int		n;
	uint8_t			num[256];
	struct sockaddr_nb	name[256];
	struct pollfd		fd[256 + NCB_WAIT_MORE];
};

/**
 * struct ncb_cmd - a command under way
 * @all: in ncb_env.cmds
 * @turn: in @lane
 * @ncb: control block
 * @session: that it uses
 * @lane: that it stands in
 * @cancel: who waits for it
 * @deadline: ncb_now() when its time is over, -1: never
 * @wake: eventfd
 * @fd: socket of its own, -1 if it has none
 * @fds: more of them, or NULL
 * @num: number of the name that it is about, 0 if it is about none
 * @stop: the code that it shall end with, 0: it may go on
 * @taken: it has had its effect, and cannot be stopped any more
 * @result: what run shall return, if prepare knows
 * @change: ncb_env.n_changes when it changed the table of names
 * @post: copy of ncb_post
 * @event: copy of ncb_event
 * @from: the local name
 */
struct ncb_cmd {
	TAILQ_ENTRY(ncb_cmd)	all;
	TAILQ_ENTRY(ncb_cmd)	turn;
	struct ncb		*ncb;
	const struct ncb_op	*op;
	struct ncb_env		*env;
	struct ncb_session	*session;
	struct ncb_cmds		*lane;
	struct ncb_cancel	*cancel;
	int64_t			deadline;
	int			wake;
	int			fd;
	struct ncb_fds		*fds;
	uint8_t			command;
	uint8_t			num;
	uint8_t			stop;
	bool			taken;
	uint8_t			result;
	unsigned int		change;
	void			(*post)(struct ncb *ncb);
	int			event;
	struct sockaddr_nb	from;
};

extern struct ncb_env *ncb_envs[256];	/* by LANA number */
extern pthread_mutex_t ncb_lock;
extern pthread_cond_t ncb_gone;		/* a command has ended, or given up sockets or sessions */

/* ncb_cmd.c */
uint8_t ncb_check_buffer(const struct ncb *ncb);
int64_t ncb_now(void);
uint8_t ncb_wait(struct ncb_cmd *cmd, struct pollfd *fds, unsigned int n);
uint8_t ncb_wait_fd(struct ncb_cmd *cmd, int fd, short events);
bool ncb_stop(struct ncb_cmd *cmd, uint8_t code);
bool ncb_take(struct ncb_cmd *cmd);
void ncb_wake(struct ncb_cmd *cmd);
int ncb_thread(void *(*fn)(void *arg), void *arg);
void ncb_fd_close(struct ncb_cmd *cmd);
void ncb_fds_close(struct ncb_fds *fds);

/* ncb_lane.c */
void ncb_lane_enter(struct ncb_cmd *cmd, struct ncb_cmds *lane);
void ncb_lane_leave(struct ncb_cmd *cmd);
uint8_t ncb_lane_wait(struct ncb_cmd *cmd);
void ncb_lane_stop(struct ncb_cmds *lane, const struct ncb_cmd *but, uint8_t code);
unsigned int ncb_lane_count(const struct ncb_cmds *lane);

/* ncb_env.c */
uint8_t ncb_env_get(uint8_t lana, struct ncb_env **env);
uint8_t ncb_check_adapter(uint8_t lana);
bool ncb_in_use(const struct ncb *ncb);
uint8_t ncb_errno(int err);

/* ncb_watch.c */
void ncb_watch_open(struct ncb_env *env);
void ncb_watch_again(struct ncb_env *env);
void ncb_watch_look(struct ncb_env *env);

/* ncb_fork.c */
void ncb_fork_prepare(void);

/* ncb_name.c */
uint8_t ncb_name_find(const struct ncb_env *env, const uint8_t *octets);
uint8_t ncb_name_check(const uint8_t *octets);
bool ncb_name_number(const struct ncb_env *env, uint8_t num);
void ncb_names_drop(struct ncb_env *env);
int ncb_new_socket(const struct ncb_cmd *cmd, int type);
uint8_t ncb_bound_socket(struct ncb_cmd *cmd, int type);
uint8_t ncb_name_conflict(struct ncb_cmd *cmd);

/* ncb_session.c */
struct ncb_session *ncb_session_new(struct ncb_cmd *cmd);
uint8_t ncb_session_get(struct ncb_cmd *cmd);
void ncb_session_put(struct ncb_session *s);
void ncb_session_unlist(struct ncb_env *env, struct ncb_session *s);
void ncb_session_end(struct ncb_cmd *cmd, struct ncb_session *s, uint8_t code);
void ncb_session_abort(struct ncb_cmd *cmd, struct ncb_session *s);
void ncb_session_up(struct ncb_cmd *cmd, int fd);
void ncb_sessions_drop(struct ncb_env *env);
int64_t ncb_session_deadline(const struct ncb_session *s, int option);

/* ncb_receive.c */
void ncb_any_wake(struct ncb_env *env);

/* ncb_find.c */
uint8_t ncb_resolve(struct ncb_cmd *cmd, struct nb_resolve *answer);

/* ncb_kernel.c */
struct ncb_lana {
	uint32_t	number;
	char		ifname[16];
};

struct ncb_local_name {
	uint8_t		name[NETBIOS_NAME_LEN];
	bool		group;
	uint32_t	state;
};

int ncb_lanas(struct ncb_lana *lanas, unsigned int max);
int ncb_lana(uint8_t number, struct ncb_lana *lana);
int ncb_local_names(struct ncb_local_name **names);
uint32_t ncb_name_state(const struct sockaddr_nb *addr);

/* The commands */
extern const struct ncb_op ncb_op_add_name, ncb_op_add_group_name, ncb_op_delete_name;
extern const struct ncb_op ncb_op_call, ncb_op_listen, ncb_op_hang_up;
extern const struct ncb_op ncb_op_send, ncb_op_chain_send;
extern const struct ncb_op ncb_op_receive, ncb_op_receive_any;
extern const struct ncb_op ncb_op_send_datagram, ncb_op_send_broadcast;
extern const struct ncb_op ncb_op_receive_datagram, ncb_op_receive_broadcast;
extern const struct ncb_op ncb_op_reset, ncb_op_cancel, ncb_op_unlink, ncb_op_enum;
extern const struct ncb_op ncb_op_session_status, ncb_op_adapter_status;
extern const struct ncb_op ncb_op_find_name, ncb_op_lan_status_alert;

#endif /* _NCB_IMPL_H */
