// SPDX-License-Identifier: GPL-2.0
/*
 * Netbios(): the way of a command from its control block to its end. See impl.h.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "impl.h"

/* Post routines run on it, too */
#define STACK_SIZE	(256 << 10)

pthread_mutex_t ncb_lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t ncb_gone = PTHREAD_COND_INITIALIZER;

static const struct ncb_op *const ops[ASYNCH] = {
	[NCBCALL] = &ncb_op_call,
	[NCBLISTEN] = &ncb_op_listen,
	[NCBHANGUP] = &ncb_op_hang_up,
	[NCBSEND] = &ncb_op_send,
	[NCBSENDNA] = &ncb_op_send,
	[NCBCHAINSEND] = &ncb_op_chain_send,
	[NCBCHAINSENDNA] = &ncb_op_chain_send,
	[NCBRECV] = &ncb_op_receive,
	[NCBRECVANY] = &ncb_op_receive_any,
	[NCBDGSEND] = &ncb_op_send_datagram,
	[NCBDGRECV] = &ncb_op_receive_datagram,
	[NCBDGSENDBC] = &ncb_op_send_broadcast,
	[NCBDGRECVBC] = &ncb_op_receive_broadcast,
	[NCBADDNAME] = &ncb_op_add_name,
	[NCBADDGRNAME] = &ncb_op_add_group_name,
	[NCBDELNAME] = &ncb_op_delete_name,
	[NCBRESET] = &ncb_op_reset,
	[NCBASTAT] = &ncb_op_adapter_status,
	[NCBSSTAT] = &ncb_op_session_status,
	[NCBCANCEL] = &ncb_op_cancel,
	[NCBENUM] = &ncb_op_enum,
	[NCBUNLINK] = &ncb_op_unlink,
	[NCBLANSTALERT] = &ncb_op_lan_status_alert,
	[NCBFINDNAME] = &ncb_op_find_name,
};

/* There is one if anything goes through it. */
uint8_t ncb_check_buffer(const struct ncb *ncb)
{
	return ncb->ncb_length && !ncb->ncb_buffer ? NRC_BADDR : 0;
}

int64_t ncb_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

void ncb_wake(struct ncb_cmd *cmd)
{
	(void)eventfd_write(cmd->wake, 1);
}

/* ncb_lock is held. Give: false if it is too late. */
bool ncb_stop(struct ncb_cmd *cmd, uint8_t code)
{
	if (cmd->taken || cmd->stop)
		return false;
	cmd->stop = code;
	ncb_wake(cmd);
	return true;
}

/* From here on the command cannot be stopped: false if it was already. */
bool ncb_take(struct ncb_cmd *cmd)
{
	pthread_mutex_lock(&ncb_lock);
	cmd->taken = !cmd->stop;
	pthread_mutex_unlock(&ncb_lock);
	return cmd->taken;
}

static int time_left(const struct ncb_cmd *cmd)
{
	int64_t left;

	if (cmd->deadline < 0)
		return -1;
	left = cmd->deadline - ncb_now();
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

/* Like poll(), but what becomes of the adapter is seen to here */
static int poll_all(struct ncb_cmd *cmd, struct pollfd *fds, unsigned int n)
{
	int ret;

	fds[n] = (struct pollfd){ .fd = cmd->wake, .events = POLLIN };
	fds[n + 1] = (struct pollfd){ .fd = cmd->env->link, .events = POLLIN };
	do {
		ret = poll(fds, n + NCB_WAIT_MORE, time_left(cmd));
		if (ret > 0 && fds[n + 1].revents) {
			ncb_watch_look(cmd->env);
			ret--;
			if (!ret)
				errno = EINTR;
		}
	} while (ret <= 0 && errno == EINTR);
	return ret;
}

/* NRC_BRIDGE: the adapter was gone before there was anything that could be stopped */
static uint8_t get_stop(const struct ncb_cmd *cmd)
{
	uint8_t stop;

	pthread_mutex_lock(&ncb_lock);
	stop = cmd->stop;
	if (!stop && cmd->env->gone && cmd->command != NCBLANSTALERT)
		stop = NRC_BRIDGE;
	pthread_mutex_unlock(&ncb_lock);
	return stop;
}

/*
 * Wait until one of @fds is ready, or something has changed, which the caller has
 * to look for: 0. Else NRC_CMDTMO, or the code of ncb_stop(). There is room for
 * NCB_WAIT_MORE in @fds.
 */
uint8_t ncb_wait(struct ncb_cmd *cmd, struct pollfd *fds, unsigned int n)
{
	uint8_t stop = get_stop(cmd);
	eventfd_t value;
	int ret;

	if (stop)
		return stop;
	ret = poll_all(cmd, fds, n);
	if (ret < 0)
		return NRC_SYSTEM;
	if (!ret)
		return NRC_CMDTMO;
	if (!fds[n].revents)
		return 0;
	(void)eventfd_read(cmd->wake, &value);
	return get_stop(cmd);
}

/* The same for one descriptor: it is ready when this gives 0. */
uint8_t ncb_wait_fd(struct ncb_cmd *cmd, int fd, short events)
{
	struct pollfd fds[1 + NCB_WAIT_MORE] = { { .fd = fd, .events = events } };
	uint8_t code;

	do {
		code = ncb_wait(cmd, fds, 1);
	} while (!code && !fds[0].revents);
	return code;
}

static void put_result(struct ncb *ncb, uint8_t code)
{
	ncb->ncb_retcode = code;
	/* Who sees the end here sees the results, and may use the block again */
	__atomic_store_n(&ncb->ncb_cmd_cplt, code, __ATOMIC_RELEASE);
}

/* ncb_lock is held, for ncb_fork.c. */
void ncb_fd_close(struct ncb_cmd *cmd)
{
	if (cmd->fd >= 0)
		close(cmd->fd);
	cmd->fd = -1;
}

/* ncb_lock is held. @fds may be NULL. */
void ncb_fds_close(struct ncb_fds *fds)
{
	unsigned int i;

	for (i = 0; fds && i < fds->n; i++) {
		if (fds->fd[i].fd >= 0)
			close(fds->fd[i].fd);
		fds->fd[i].fd = -1;
	}
}

/* The end of a command; the control block is the program's again */
static void finish(struct ncb_cmd *cmd, uint8_t code)
{
	pthread_mutex_lock(&ncb_lock);
	ncb_fd_close(cmd);
	ncb_fds_close(cmd->fds);
	ncb_lane_leave(cmd);
	TAILQ_REMOVE(&cmd->env->cmds, cmd, all);
	cmd->env->n_cmds--;
	if (cmd->session)
		ncb_session_put(cmd->session);
	put_result(cmd->ncb, code);
	if (cmd->cancel)
		cmd->cancel->code = code;
	pthread_cond_broadcast(&ncb_gone);
	pthread_mutex_unlock(&ncb_lock);
	close(cmd->wake);
	free(cmd->fds);
	free(cmd);
}

static void *command_thread(void *arg)
{
	struct ncb_cmd *cmd = arg;
	void (*post)(struct ncb *ncb) = cmd->post;
	struct ncb *ncb = cmd->ncb;
	int event = cmd->event;

	finish(cmd, cmd->op->run ? cmd->op->run(cmd) : 0);
	if (event)
		(void)eventfd_write(event, 1);
	if (post)
		post(ncb);
	return NULL;
}

/* A thread of the library: nobody joins it. An errno. */
int ncb_thread(void *(*fn)(void *arg), void *arg)
{
	sigset_t all, old;
	pthread_attr_t attr;
	pthread_t thread;
	int err;

	err = pthread_attr_init(&attr);
	if (err)
		return err;
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	/* Signals are for the threads of the program */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&thread, &attr, fn, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return err;
}

static struct ncb_cmd *new_command(struct ncb *ncb, const struct ncb_op *op,
				   struct ncb_env *env)
{
	struct ncb_cmd *cmd = calloc(1, sizeof(*cmd));

	if (!cmd)
		return NULL;
	cmd->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (cmd->wake < 0) {
		free(cmd);
		return NULL;
	}
	cmd->ncb = ncb;
	cmd->op = op;
	cmd->env = env;
	cmd->fd = -1;
	cmd->deadline = -1;
	cmd->command = ncb->ncb_command & ~ASYNCH;
	if (ncb->ncb_command & ASYNCH) {
		cmd->post = ncb->ncb_post;
		cmd->event = ncb->ncb_event;
	}
	return cmd;
}

/* Numbers and turns. The command is on the list from here on, or has failed. */
static uint8_t prepare(struct ncb_cmd *cmd)
{
	struct ncb_env *env = cmd->env;
	bool helps = cmd->command == NCBCANCEL || cmd->command == NCBRESET;
	uint8_t code;

	pthread_mutex_lock(&ncb_lock);
	/* The block is another command's: what stands there is not touched */
	if (ncb_in_use(cmd->ncb)) {
		pthread_mutex_unlock(&ncb_lock);
		close(cmd->wake);
		free(cmd);
		return NRC_IFBUSY;
	}
	cmd->ncb->ncb_retcode = NRC_PENDING;
	cmd->ncb->ncb_cmd_cplt = NRC_PENDING;
	TAILQ_INSERT_TAIL(&env->cmds, cmd, all);
	if (env->n_cmds++ >= env->max_cmds && !helps)
		code = NRC_TOOMANY;
	else if (env->n_resets && !helps)
		code = NRC_IFBUSY;
	else
		code = cmd->op->prepare ? cmd->op->prepare(cmd) : 0;
	pthread_mutex_unlock(&ncb_lock);
	if (!code && cmd->op->begin)
		code = cmd->op->begin(cmd);
	if (code)
		finish(cmd, code);
	return code;
}

/* The command never begins; a block that is another command's is not touched */
static uint8_t refuse(struct ncb *ncb, uint8_t code)
{
	pthread_mutex_lock(&ncb_lock);
	if (ncb_in_use(ncb))
		code = NRC_IFBUSY;
	else
		put_result(ncb, code);
	pthread_mutex_unlock(&ncb_lock);
	return code;
}

/* The rest, in a thread */
static void go_on_alone(struct ncb_cmd *cmd)
{
	if (!ncb_thread(command_thread, cmd))
		return;
	/* It is under way, so it ends as others do, only at once */
	pthread_mutex_lock(&ncb_lock);
	ncb_stop(cmd, NRC_NORES);
	pthread_mutex_unlock(&ncb_lock);
	command_thread(cmd);
}

static uint8_t submit(struct ncb *ncb)
{
	const struct ncb_op *op = ops[ncb->ncb_command & ~ASYNCH];
	bool asynch = ncb->ncb_command & ASYNCH;
	uint8_t lana = ncb->ncb_lana_num;
	struct ncb_cmd *cmd;
	struct ncb_env *env;
	uint8_t code;

	if (!op || (op->flags & NCB_ASYNCH_ONLY && !asynch))
		return refuse(ncb, NRC_ILLCMD);
	/* Who asks which adapters there are need not know one */
	if (op == &ncb_op_enum)
		lana = NCB_LANA_ANY;
	code = ncb_env_get(lana, &env);
	if (code)
		return refuse(ncb, code);
	cmd = new_command(ncb, op, env);
	if (!cmd)
		return refuse(ncb, NRC_NORES);
	code = prepare(cmd);
	if (code)
		return code;
	if (asynch) {
		go_on_alone(cmd);
		return 0;
	}
	code = op->run ? op->run(cmd) : 0;
	finish(cmd, code);
	return code;
}

unsigned char Netbios(struct ncb *ncb)
{
	return ncb ? submit(ncb) : NRC_INVADDRESS;
}

void ncb_chain_set(struct ncb *ncb, const void *buffer, uint16_t length)
{
	memset(ncb->ncb_callname, 0, sizeof(ncb->ncb_callname));
	memcpy(ncb->ncb_callname, &length, sizeof(length));
	memcpy(ncb->ncb_callname + sizeof(length), &buffer, sizeof(buffer));
}
