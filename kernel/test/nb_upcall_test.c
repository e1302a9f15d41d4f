// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the requests to the helper.
 */
#include <linux/delay.h>
#include <linux/inet.h>

#include "nb_node.h"

#include "../nb_upcall.c"
#include "../nb_helper.c"
#include "../nb_relay.h"

#define ALPHA	"ALPHA          \x20"

/**
 * struct test_waiter - somebody who remembers what he was told
 * @waiter: waits
 * @calls: how often it was called
 * @err: what it was told last
 * @addrs: how many addresses came with it
 */
struct test_waiter {
	struct nb_waiter	waiter;
	int			calls;
	int			err;
	int			addrs;
};

static void done(struct nb_waiter *w, int err, const struct nb_addrs *addrs)
{
	struct test_waiter *tw = container_of(w, struct test_waiter, waiter);

	tw->calls++;
	tw->err = err;
	tw->addrs = addrs ? addrs->n : 0;
}

static int resolve_as(struct nb_net *nn, const char *name, kuid_t uid,
		      struct test_waiter *tw)
{
	struct nb_key key;

	memset(tw, 0, sizeof(*tw));
	tw->waiter.done = done;
	test_key(&key, name);
	return nb_upcall_resolve(nn, &key, uid, &tw->waiter);
}

static int resolve(struct nb_net *nn, const char *name, struct test_waiter *tw)
{
	return resolve_as(nn, name, GLOBAL_ROOT_UID, tw);
}

static void attach(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, nb_helper_attach(test->priv, TEST_HELPER,
						  NULL));
}

static void one_helper(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	struct test_waiter w;
	struct nb_upcall req;

	KUNIT_EXPECT_EQ(test, -ENETDOWN, resolve(nn, ALPHA, &w));
	KUNIT_EXPECT_EQ(test, 1, (int)test_stat(nn, NB_STAT_UPCALL_NO_HELPER));
	attach(test);
	attach(test);
	KUNIT_EXPECT_EQ(test, -EBUSY, nb_helper_attach(nn, 1, NULL));
	KUNIT_EXPECT_EQ(test, -EPERM, nb_helper_take(nn, 1, &req));
	KUNIT_EXPECT_EQ(test, -ENOENT, test_take(nn, &req));
}

static void answer_is_shared(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	struct test_waiter a, b, c;
	struct nb_addrs addrs;
	struct nb_upcall req;
	struct nb_key key;

	attach(test);
	KUNIT_EXPECT_EQ(test, 0, resolve(nn, ALPHA, &a));
	KUNIT_EXPECT_EQ(test, 0, resolve(nn, ALPHA, &b));
	KUNIT_EXPECT_EQ(test, 0, resolve(nn, "BETA            ", &c));
	KUNIT_EXPECT_EQ(test, 2, test_events.ready);
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	KUNIT_EXPECT_EQ(test, 0, test_answer(nn, req.id, NETBIOS_WORK_STATUS_OK,
					     "10.0.0.1"));
	KUNIT_EXPECT_EQ(test, 1, a.calls);
	KUNIT_EXPECT_EQ(test, 0, a.err);
	KUNIT_EXPECT_EQ(test, 1, a.addrs);
	KUNIT_EXPECT_EQ(test, 1, b.calls);
	KUNIT_EXPECT_EQ(test, 0, c.calls);
	test_key(&key, ALPHA);
	KUNIT_EXPECT_EQ(test, 0, nb_cache_lookup(nn, &key, &addrs));
	/* once is enough */
	KUNIT_EXPECT_EQ(test, -ENOENT,
			test_answer(nn, req.id, NETBIOS_WORK_STATUS_OK,
				    "10.0.0.1"));
	KUNIT_EXPECT_EQ(test, 1, a.calls);
	KUNIT_EXPECT_TRUE(test, nb_upcall_cancel(nn, &c.waiter));
	KUNIT_EXPECT_FALSE(test, nb_upcall_cancel(nn, &a.waiter));
}

static void last_waiter_cancels(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	struct test_waiter a, b;
	struct nb_upcall req;

	attach(test);
	KUNIT_EXPECT_EQ(test, 0, resolve(nn, ALPHA, &a));
	KUNIT_EXPECT_EQ(test, 0, resolve(nn, ALPHA, &b));
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	KUNIT_EXPECT_TRUE(test, nb_upcall_cancel(nn, &a.waiter));
	KUNIT_EXPECT_EQ(test, 0, test_events.cancel);
	KUNIT_EXPECT_TRUE(test, nb_upcall_cancel(nn, &b.waiter));
	KUNIT_EXPECT_EQ(test, 1, test_events.cancel);
	KUNIT_EXPECT_EQ(test, 0, (int)nn->upcall_count);
	KUNIT_EXPECT_EQ(test, -ENOENT,
			test_answer(nn, req.id, NETBIOS_WORK_STATUS_NOT_FOUND,
				    NULL));
	KUNIT_EXPECT_EQ(test, 0, a.calls + b.calls);
}

static void nonsense_is_refused(struct kunit *test)
{
	static const char * const wrong[] = {
		NULL, "0.0.0.0", "224.0.0.1", "255.255.255.255",
	};
	struct nb_net *nn = test->priv;
	struct nb_answer answer = {};
	struct test_waiter w;
	struct nb_upcall req;
	int i;

	attach(test);
	KUNIT_EXPECT_EQ(test, 0, resolve(nn, ALPHA, &w));
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_EQ(test, -EINVAL,
				test_answer(nn, req.id, NETBIOS_WORK_STATUS_OK,
					    wrong[i]));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			test_answer(nn, req.id, NETBIOS_WORK_STATUS_NOT_FOUND,
				    "10.0.0.1"));
	answer.id = req.id;
	answer.status = NETBIOS_WORK_STATUS_NOT_FOUND;
	KUNIT_EXPECT_EQ(test, -EPERM, nb_helper_answer(nn, 1, &answer, NULL));
	answer.state = NETBIOS_NAME_STATE_REGISTERED;
	KUNIT_EXPECT_EQ(test, -EINVAL, nb_helper_answer(nn, TEST_HELPER,
							&answer, NULL));
	KUNIT_EXPECT_EQ(test, 7, (int)test_stat(nn, NB_STAT_UPCALL_BAD_ANSWER));
	KUNIT_EXPECT_EQ(test, 0, w.calls);
	KUNIT_EXPECT_EQ(test, 0,
			test_answer(nn, req.id, NETBIOS_WORK_STATUS_NOT_FOUND,
				    NULL));
	KUNIT_EXPECT_EQ(test, -EHOSTUNREACH, w.err);
}

static void helper_may_die(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	struct test_waiter w, late;
	struct nb_upcall req, again;

	attach(test);
	KUNIT_EXPECT_EQ(test, 0, resolve(nn, ALPHA, &w));
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	detach(nn, TEST_HELPER);
	KUNIT_EXPECT_EQ(test, 0, w.calls);
	KUNIT_EXPECT_EQ(test, -ENETDOWN, resolve(nn, ALPHA, &late));
	attach(test);
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &again));
	KUNIT_EXPECT_TRUE(test, req.id == again.id);
	KUNIT_EXPECT_EQ(test, 0, test_answer(nn, req.id, NETBIOS_WORK_STATUS_OK,
					     "10.0.0.1"));
	KUNIT_EXPECT_EQ(test, 1, w.calls);
}

static void deadline(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	struct test_waiter w, slow;
	int i;

	attach(test);
	KUNIT_EXPECT_EQ(test, 0, resolve(nn, "SLOW            ", &slow));
	nn->settings.upcall_timeout = 10;
	KUNIT_EXPECT_EQ(test, 0, resolve(nn, ALPHA, &w));
	for (i = 0; i < 5000 && !READ_ONCE(w.calls); i++)
		usleep_range(1000, 2000);
	flush_delayed_work(&nn->upcall_alarm.work);
	KUNIT_EXPECT_EQ(test, 1, w.calls);
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, w.err);
	KUNIT_EXPECT_EQ(test, 0, slow.calls);
	KUNIT_EXPECT_EQ(test, 1, (int)test_stat(nn, NB_STAT_UPCALL_TIMEOUTS));
	nb_upcall_cancel(nn, &slow.waiter);
}

static void too_many(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	char name[NETBIOS_NAME_LEN + 1];
	struct test_waiter *w, more;
	int i;

	w = kunit_kcalloc(test, NB_UPCALL_MAX, sizeof(*w), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, w);
	attach(test);
	for (i = 0; i < NB_UPCALL_MAX; i++) {
		snprintf(name, sizeof(name), "NAME%-12d", i);
		KUNIT_ASSERT_EQ(test, 0, resolve(nn, name, &w[i]));
	}
	KUNIT_EXPECT_EQ(test, -ENOBUFS, resolve(nn, ALPHA, &more));
	/* who asks for what is asked already takes no place */
	KUNIT_EXPECT_EQ(test, 0, resolve(nn, name, &more));
	KUNIT_EXPECT_EQ(test, 1, (int)test_stat(nn, NB_STAT_UPCALL_OVERFLOW));
	fail_late(nn, true);
	KUNIT_EXPECT_EQ(test, -ENETDOWN, w[0].err);
	KUNIT_EXPECT_EQ(test, 1, more.calls);
}

/* Nobody but root takes all places from the others. */
static void share_of_a_user(struct kunit *test)
{
	const kuid_t last = KUIDT_INIT(1003);
	struct nb_net *nn = test->priv;
	char name[NETBIOS_NAME_LEN + 1];
	struct test_waiter *w, more;
	int i, uid;

	w = kunit_kcalloc(test, 3 * NB_UPCALL_SHARE, sizeof(*w), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, w);
	attach(test);
	for (i = 0; i < 3 * NB_UPCALL_SHARE; i++) {
		uid = 1000 + i / NB_UPCALL_SHARE;
		snprintf(name, sizeof(name), "NAME%-12d", i);
		KUNIT_ASSERT_EQ(test, 0, resolve_as(nn, name, KUIDT_INIT(uid),
						    &w[i]));
		if (i == NB_UPCALL_SHARE - 1)
			KUNIT_EXPECT_EQ(test, -ENOBUFS,
					resolve_as(nn, ALPHA, KUIDT_INIT(uid),
						   &more));
	}
	/* the last places are root's; and who asks the same needs none */
	KUNIT_EXPECT_EQ(test, -ENOBUFS, resolve_as(nn, ALPHA, last, &more));
	KUNIT_EXPECT_EQ(test, 2, (int)test_stat(nn, NB_STAT_UPCALL_USER_CAP));
	KUNIT_EXPECT_EQ(test, 0, resolve(nn, ALPHA, &more));
	nb_upcall_cancel(nn, &more.waiter);
	KUNIT_EXPECT_EQ(test, 0, resolve_as(nn, name, last, &more));
	/* a place that is free again is free for him */
	nb_upcall_cancel(nn, &w[0].waiter);
	KUNIT_EXPECT_EQ(test, -ENOBUFS,
			resolve_as(nn, ALPHA, KUIDT_INIT(1001), &w[0]));
	KUNIT_EXPECT_EQ(test, 0,
			resolve_as(nn, ALPHA, KUIDT_INIT(1000), &w[0]));
	KUNIT_EXPECT_EQ(test, 0, (int)test_stat(nn, NB_STAT_UPCALL_OVERFLOW));
	fail_late(nn, true);
}

static void suspect_forgets(struct kunit *test)
{
	struct nb_cache_value value = {
		.addrs	= { .n = 1, .addr = { in_aton("10.0.0.1") } },
		.source	= NETBIOS_CACHE_SOURCE_QUERY,
	};
	struct test_waiter w = { .waiter.done = done };
	struct nb_net *nn = test->priv;
	struct nb_addrs addrs;
	struct nb_upcall req;
	struct nb_key key;

	test_key(&key, ALPHA);
	KUNIT_ASSERT_EQ(test, 0, nb_cache_add(nn, &key, &value));
	attach(test);
	KUNIT_EXPECT_EQ(test, 0, nb_upcall_suspect(nn, &key,
						   in_aton("10.0.0.1"), 0x82,
						   GLOBAL_ROOT_UID, &w.waiter));
	KUNIT_EXPECT_EQ(test, -ENOENT, nb_cache_lookup(nn, &key, &addrs));
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	KUNIT_EXPECT_EQ(test, (int)NETBIOS_WORK_KIND_SUSPECT, (int)req.kind);
	KUNIT_EXPECT_EQ(test, 0x82, (int)req.wire_error);
	KUNIT_EXPECT_EQ(test, 0, test_answer(nn, req.id, NETBIOS_WORK_STATUS_OK,
					     "10.0.0.7"));
	KUNIT_EXPECT_EQ(test, 1, w.addrs);
	/* nobody waits for this one, and it is done all the same */
	KUNIT_EXPECT_EQ(test, 0, nb_upcall_suspect(nn, &key,
						   in_aton("10.0.0.7"), 0,
						   GLOBAL_ROOT_UID, NULL));
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	KUNIT_EXPECT_EQ(test, 0, test_answer(nn, req.id,
					     NETBIOS_WORK_STATUS_NOT_FOUND,
					     NULL));
}

#define CLAIMS	10000
#define WINDOW	250

/* Takes @n claims out of many; Return: the time for that, in ns. */
static u64 answer_claims(struct kunit *test, const u64 *ids, int n)
{
	u64 begin = ktime_get_ns();

	while (n--)
		KUNIT_EXPECT_EQ(test, 0,
				test_answer(test->priv, ids[n],
					    NETBIOS_WORK_STATUS_OK, NULL));
	return ktime_get_ns() - begin;
}

/*
 * The time that a claim takes does not depend on how many there are: the newest
 * of 10,000 are answered as fast as the last that are left. Through a list they
 * would take many times as long.
 */
static void many_claims(struct kunit *test)
{
	struct nb_upcall req, ask = {
		.kind = NETBIOS_WORK_KIND_CLAIM, .any_owner = true,
	};
	u64 full = U64_MAX, empty = U64_MAX, *ids, ns;
	struct nb_net *nn = test->priv;
	int i;

	ids = kvcalloc(CLAIMS, sizeof(*ids), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, ids);
	attach(test);
	for (i = 0; i < CLAIMS; i++) {
		snprintf(ask.name, sizeof(ask.name), "NAME%-11d", i);
		KUNIT_EXPECT_EQ(test, 0, submit(nn, &ask, NULL));
	}
	for (i = 0; i < CLAIMS && !test_take(nn, &req); i++)
		ids[i] = req.id;
	KUNIT_EXPECT_EQ(test, CLAIMS, i);
	/* the best of several: others use the processor as well */
	for (i = CLAIMS - WINDOW; i >= 0; i -= WINDOW) {
		ns = answer_claims(test, ids + i, WINDOW);
		if (i >= CLAIMS - 10 * WINDOW)
			full = min(full, ns);
		else if (i < 5 * WINDOW)
			empty = min(empty, ns);
	}
	KUNIT_EXPECT_EQ(test, 0, (int)nn->upcall_count);
	kunit_info(test, "%llu ns among many, %llu ns among few\n", full, empty);
	KUNIT_EXPECT_LT(test, full, 15 * empty);
	kvfree(ids);
}

/* A dump goes on where it was, also if that has been answered meanwhile. */
static void one_after_the_other(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	struct test_waiter w[4];
	struct nb_upcall req;
	u64 seq = 0, id = 0;
	char name[NETBIOS_NAME_LEN + 1];
	int i;

	attach(test);
	for (i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "NAME%-12d", i);
		KUNIT_ASSERT_EQ(test, 0, resolve(nn, name, &w[i]));
	}
	for (i = 0; i < 4; i++) {
		KUNIT_ASSERT_EQ(test, 0, nb_helper_next(nn, TEST_HELPER, seq,
							id, &req));
		KUNIT_EXPECT_EQ(test, '0' + i, (int)req.name[4]);
		nb_scope_put(req.scope);
		seq = req.seq;
		id = req.id;
		if (i & 1)
			test_answer(nn, id, NETBIOS_WORK_STATUS_NOT_FOUND,
				    NULL);
	}
	KUNIT_EXPECT_EQ(test, -ENOENT, nb_helper_next(nn, TEST_HELPER, seq, id,
						      &req));
	/* all were taken; the next helper gets those that are left, in order */
	KUNIT_EXPECT_EQ(test, -ENOENT, test_take(nn, &req));
	detach(nn, TEST_HELPER);
	attach(test);
	for (i = 0; i < 4; i += 2) {
		KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
		KUNIT_EXPECT_EQ(test, '0' + i, (int)req.name[4]);
		test_answer(nn, req.id, NETBIOS_WORK_STATUS_NOT_FOUND, NULL);
	}
	KUNIT_EXPECT_EQ(test, -ENOENT, test_take(nn, &req));
}

/* DG-024, DG-025: what is found out of a server, and for how long */
static void relay(struct kunit *test)
{
	struct test_waiter w = { .waiter.done = done };
	__be32 nbdd = in_aton("10.0.0.9");
	struct nb_net *nn = test->priv;
	struct nb_addrs members;
	struct nb_upcall req;
	struct nb_key key;

	test_key(&key, ALPHA);
	attach(test);
	KUNIT_EXPECT_EQ(test, -ENOENT, nb_relay_find(nn, &key, nbdd, NULL));
	KUNIT_EXPECT_EQ(test, 0, nb_upcall_relay(nn, &key, nbdd, 2,
						 GLOBAL_ROOT_UID, &w.waiter));
	/* another server is another question */
	KUNIT_EXPECT_EQ(test, 0, nb_upcall_relay(nn, &key, 0, 2,
						 GLOBAL_ROOT_UID, NULL));
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	KUNIT_EXPECT_TRUE(test, req.addr == nbdd && req.ifindex == 2);
	KUNIT_EXPECT_EQ(test, 0, test_answer(nn, req.id, NETBIOS_WORK_STATUS_OK,
					     NULL));
	KUNIT_EXPECT_EQ(test, 1, w.calls);
	KUNIT_EXPECT_EQ(test, 1, nb_relay_find(nn, &key, nbdd, &members));
	KUNIT_EXPECT_EQ(test, -ENOENT, nb_relay_find(nn, &key, 0, NULL));
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	KUNIT_EXPECT_EQ(test, 0, test_answer(nn, req.id, NETBIOS_WORK_STATUS_OK,
					     "10.0.0.7"));
	KUNIT_EXPECT_EQ(test, 0, nb_relay_find(nn, &key, 0, &members));
	KUNIT_EXPECT_EQ(test, 1, (int)members.n);
	/* it is no remote name that can be called */
	KUNIT_EXPECT_EQ(test, -ENOENT, nb_cache_lookup(nn, &key, &members));
	nb_relay_learn(nn, &key, nbdd, NULL, 0);
	KUNIT_EXPECT_EQ(test, -ENOENT, nb_relay_find(nn, &key, nbdd, NULL));
}

static struct kunit_case upcall_cases[] = {
	KUNIT_CASE(one_helper),
	KUNIT_CASE(answer_is_shared),
	KUNIT_CASE(last_waiter_cancels),
	KUNIT_CASE(nonsense_is_refused),
	KUNIT_CASE(helper_may_die),
	KUNIT_CASE(deadline),
	KUNIT_CASE(too_many),
	KUNIT_CASE(share_of_a_user),
	KUNIT_CASE(suspect_forgets),
	KUNIT_CASE(many_claims),
	KUNIT_CASE(one_after_the_other),
	KUNIT_CASE(relay),
	{}
};

static struct kunit_suite upcall_suite = {
	.name		= "netbios-upcall",
	.init		= test_node_init,
	.exit		= test_node_exit,
	.test_cases	= upcall_cases,
};

kunit_test_suite(upcall_suite);
