// SPDX-License-Identifier: GPL-2.0
/*
 * The node that the tests share, and what stands in for the rest of
 * netbios.ko.
 */
#include <linux/inet.h>
#include <linux/module.h>

#include "nb_node.h"

#include "../nb_adapter.c"
#include "../nb_dgram_join.c"
#include "../nb_dgram_wire.c"
#include "../nb_key.c"
#include "../nb_relay.c"
#include "../nb_pending.c"
#include "../nb_stats.c"
#include "../nb_wire.c"

#include "../nb_cache.h"
#include "../nb_name.h"
#include "../nb_netlink.h"

static struct nb_net node;
struct test_events test_events;
struct workqueue_struct *nb_wq;

struct nb_net *nb_net(const struct net *net)
{
	return &node;
}

void nb_event_work(struct nb_net *nn, u8 cmd, u64 id)
{
	if (cmd == NETBIOS_CMD_WORK_READY)
		test_events.ready++;
	else
		test_events.cancel++;
}

void nb_event_name(struct nb_name *name, u8 state, int err)
{
	test_events.names++;
}

void nb_event_adapter(struct nb_net *nn, const struct nb_adapter *adapter)
{
	test_events.adapters++;
}

void nb_event_node(struct nb_net *nn)
{
}

void nb_sock_claimed(struct nb_sock *nsk, int err)
{
	struct test_sock *sock = container_of(nsk, struct test_sock, nsk);

	sock->claims++;
	sock->err = err;
	nsk->bind_err = err;
}

void nb_sock_conflict(struct nb_sock *nsk)
{
	container_of(nsk, struct test_sock, nsk)->conflicts++;
}

/**
 * test_node_init() - a fresh node, before each test
 * @test: test; gets the node as its priv
 *
 * Context: process. Return: 0 or a negative errno.
 */
int test_node_init(struct kunit *test)
{
	int err;

	memset(&node, 0, sizeof(node));
	memset(&test_events, 0, sizeof(test_events));
	nb_wq = system_unbound_wq;
	node.net = &init_net;
	node.settings.upcall_timeout = 60000;
	node.settings.release_timeout = 60;
	node.settings.name_max = 16;
	node.settings.cache_max = 8;
	node.settings.bind_reserved = true;
	spin_lock_init(&node.conf_lock);
	spin_lock_init(&node.ns_stats.lock);
	node.stats = alloc_percpu(struct nb_stats);
	if (!node.stats)
		return -ENOMEM;
	err = nb_upcall_init(&node);
	if (err)
		goto err_stats;
	nb_adapter_init(&node);
	err = nb_name_init(&node);
	if (err)
		goto err_upcall;
	err = nb_cache_init(&node);
	if (err)
		goto err_name;
	err = nb_relay_init(&node);
	if (err)
		goto err_cache;
	test->priv = &node;
	return 0;

err_cache:
	nb_cache_exit(&node);
err_name:
	nb_name_exit(&node);
err_upcall:
	nb_upcall_exit(&node);
err_stats:
	free_percpu(node.stats);
	node.stats = NULL;
	return err;
}

/**
 * test_node_exit() - after each test: everything has to go without a complaint
 * @test: test
 *
 * Context: process.
 */
void test_node_exit(struct kunit *test)
{
	if (!test->priv)
		return;
	node.draining = true;
	nb_upcall_exit(&node);
	nb_name_exit(&node);
	nb_cache_exit(&node);
	nb_relay_exit(&node);
	nb_adapter_exit(&node);
	KUNIT_EXPECT_EQ(test, 0, node.upcall_count);
	KUNIT_EXPECT_EQ(test, 0, node.upcall_lookups);
	KUNIT_EXPECT_TRUE(test, list_empty(&node.upcalls));
	KUNIT_EXPECT_TRUE(test, list_empty(&node.upcall_calling));
	rcu_barrier();
	free_percpu(node.stats);
}

/**
 * test_key() - key of a name in the empty scope
 * @key: gets the key
 * @name: 16 octets
 *
 * Context: any.
 */
void test_key(struct nb_key *key, const char *name)
{
	nb_key_init(key, (const u8 *)name, NULL);
}

/**
 * test_sock() - a socket that is not bound
 * @test: test, which frees it in the end
 *
 * Context: process. Return: the socket.
 */
struct test_sock *test_sock(struct kunit *test)
{
	struct test_sock *sock = kunit_kzalloc(test, sizeof(*sock), GFP_KERNEL);

	KUNIT_ASSERT_TRUE(test, sock);
	rwlock_init(&sock->nsk.sk.sk_callback_lock);
	sock_net_set(&sock->nsk.sk, &init_net);
	INIT_LIST_HEAD(&sock->nsk.name_node);
	return sock;
}

/**
 * test_take() - what the helper does first
 * @nn: node
 * @copy: gets the request
 *
 * Context: process. Return: as nb_helper_take().
 */
int test_take(struct nb_net *nn, struct nb_upcall *copy)
{
	int err = nb_helper_take(nn, TEST_HELPER, copy);

	if (!err)
		nb_scope_put(copy->scope);
	return err;
}

/**
 * test_answer() - what the helper does then
 * @nn: node
 * @id: request
 * @status: enum netbios_work_status
 * @addr: an address or NULL
 *
 * Context: process. Return: as nb_helper_answer().
 */
int test_answer(struct nb_net *nn, u64 id, u32 status, const char *addr)
{
	struct nb_answer answer = { .id = id, .status = status };

	if (addr) {
		answer.addrs.n = 1;
		answer.addrs.addr[0] = in_aton(addr);
	}
	return nb_helper_answer(nn, TEST_HELPER, &answer, NULL);
}

MODULE_DESCRIPTION("Tests of netbios.ko");
MODULE_LICENSE("GPL");
