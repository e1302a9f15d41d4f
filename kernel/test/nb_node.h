/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A node for tests: tables and requests are real, sockets and netlink are
 * not. Include this before the code under test.
 */
#ifndef _NB_TEST_NODE_H
#define _NB_TEST_NODE_H

#include <kunit/test.h>

#include "../nb_helper.h"
#include "../nb_sock.h"

/* Two modules must not both have the tracepoints: here they are nothing. */
#define _NB_TRACE_H
static inline void trace_nb_name_state(const struct nb_name *name, u8 old,
				       u8 new, int err)
{
}

static inline void trace_nb_upcall(const struct nb_upcall *req, u8 step,
				   int err)
{
}

#define TEST_HELPER	4711	/* netlink port of the helper */

/**
 * struct test_sock - a socket that remembers what it was told
 * @nsk: socket
 * @claims: calls of nb_sock_claimed()
 * @err: what the last one said
 * @conflicts: calls of nb_sock_conflict()
 */
struct test_sock {
	struct nb_sock	nsk;
	int		claims;
	int		err;
	int		conflicts;
};

/**
 * struct test_events - what the node has told the world
 * @ready: doorbells
 * @cancel: requests called back
 * @names: changes of names
 * @adapters: changes of adapters
 */
struct test_events {
	int	ready;
	int	cancel;
	int	names;
	int	adapters;
};

extern struct test_events test_events;

int test_node_init(struct kunit *test);
void test_node_exit(struct kunit *test);
void test_key(struct nb_key *key, const char *name);
struct test_sock *test_sock(struct kunit *test);
int test_take(struct nb_net *nn, struct nb_upcall *copy);
int test_answer(struct nb_net *nn, u64 id, u32 status, const char *addr);

static inline u64 test_stat(struct nb_net *nn, unsigned int stat)
{
	return nb_stats_read(nn, stat);
}

#endif /* _NB_TEST_NODE_H */
