// SPDX-License-Identifier: GPL-2.0
/*
 * FIND NAME, and how a command learns where a name is. The kernel has that as a
 * call that waits, so it is made in a thread that the command can leave behind.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "impl.h"

/* ms: longer than a helper may take (upcall-timeout) if nobody changed that */
#define PATIENCE	30000

/*
 * struct question - what the thread and the command have in common
 * @users: the two of them
 * @done: eventfd
 * @fd: socket that asks
 * @answered: what follows is there
 * @err: negative errno
 */
struct question {
	int			users;
	int			done;
	int			fd;
	bool			answered;
	int			err;
	struct sockaddr_nb	name;
	struct nb_resolve	answer;
};

static void put(struct question *q)
{
	if (__atomic_sub_fetch(&q->users, 1, __ATOMIC_ACQ_REL))
		return;
	close(q->fd);
	close(q->done);
	free(q);
}

static void *ask(void *arg)
{
	struct question *q = arg;

	q->err = nb_resolve(q->fd, &q->name, &q->answer);
	__atomic_store_n(&q->answered, true, __ATOMIC_RELEASE);
	(void)eventfd_write(q->done, 1);
	put(q);
	return NULL;
}

/* NULL and errno */
static struct question *new_question(const struct ncb_cmd *cmd)
{
	struct timeval tv = { .tv_sec = PATIENCE / 1000 };
	struct question *q = calloc(1, sizeof(*q));
	int lana = cmd->env->lana, err;

	if (!q)
		return NULL;
	q->users = 1;
	q->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	q->fd = nb_socket(SOCK_SEQPACKET | SOCK_CLOEXEC,
			  lana == NCB_LANA_ANY ? NB_LANA_ANY : lana);
	if (q->done < 0 || q->fd < 0 ||
	    setsockopt(q->fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv))) {
		err = errno;
		put(q);
		errno = err;
		return NULL;
	}
	nb_sockaddr_set(&q->name, (const char *)cmd->ncb->ncb_callname,
			NETBIOS_UNIQUE_NAME);
	return q;
}

/* Where is the called name? NRC_NOCALL if nowhere. */
uint8_t ncb_resolve(struct ncb_cmd *cmd, struct nb_resolve *answer)
{
	struct question *q = new_question(cmd);
	uint8_t code;
	int err;

	if (!q)
		return ncb_errno(errno);
	q->users = 2;
	if (ncb_thread(ask, q)) {
		q->users = 1;
		put(q);
		return NRC_NORES;
	}
	code = ncb_wait_fd(cmd, q->done, POLLIN);
	if (!code && __atomic_load_n(&q->answered, __ATOMIC_ACQUIRE)) {
		err = q->err;
		*answer = q->answer;
		code = err == -EAGAIN ? NRC_CMDTMO : ncb_errno(-err);
	}
	put(q);
	return code;
}

static uint8_t find_prepare(struct ncb_cmd *cmd)
{
	if (cmd->ncb->ncb_length < sizeof(struct find_name_header))
		return NRC_BUFLEN;
	if (!cmd->ncb->ncb_buffer)
		return NRC_BADDR;
	return ncb_name_check(cmd->ncb->ncb_callname);
}

static void put_node(struct find_name_buffer *node, __be32 addr)
{
	memset(node, 0, sizeof(*node));
	node->length = 14;
	memcpy(node->source_addr + 2, &addr, sizeof(addr));
}

/* API-018 */
static uint8_t find_run(struct ncb_cmd *cmd)
{
	struct ncb *ncb = cmd->ncb;
	struct find_name_header header = { 0 };
	struct find_name_buffer node;
	struct nb_resolve answer;
	unsigned int i, room;
	uint8_t code;

	code = ncb_resolve(cmd, &answer);
	if (code)
		return code;
	room = (ncb->ncb_length - sizeof(header)) / sizeof(node);
	if (room < answer.nrs_count)
		code = NRC_INCOMP;
	else
		room = answer.nrs_count;
	for (i = 0; i < room; i++) {
		put_node(&node, answer.nrs_addr[i]);
		memcpy(ncb->ncb_buffer + sizeof(header) + i * sizeof(node), &node, sizeof(node));
	}
	header.node_count = room;
	header.unique_group = !!(answer.nrs_flags & NB_RESOLVE_GROUP);
	memcpy(ncb->ncb_buffer, &header, sizeof(header));
	ncb->ncb_length = sizeof(header) + room * sizeof(node);
	return code;
}

const struct ncb_op ncb_op_find_name = {
	.flags = NCB_CANCELLABLE,
	.prepare = find_prepare,
	.run = find_run,
};
