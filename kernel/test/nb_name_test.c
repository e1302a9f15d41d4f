// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the local name table.
 */
#include "nb_node.h"

#include "../nb_name.c"
#include "../nb_name_admin.c"
#include "../nb_name_hold.c"
#include "../nb_name_op.c"

#define ALPHA	"ALPHA          \x20"

static void attach(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, nb_helper_attach(test->priv, TEST_HELPER,
						  NULL));
}

static int bind(struct test_sock *sock, const char *name, bool group)
{
	struct nb_key key;

	test_key(&key, name);
	return nb_name_hold(&sock->nsk, &key, group);
}

/* -1: not in the table */
static int state_of(struct nb_net *nn, const char *text)
{
	struct nb_name *name;
	struct nb_key key;
	int state;

	test_key(&key, text);
	name = nb_name_find(nn, &key);
	if (!name)
		return -1;
	state = name->state;
	nb_name_put(name);
	return state;
}

static int add(struct nb_net *nn, const char *text, u8 state, bool permanent)
{
	struct nb_name_spec spec = {
		.any_owner	= true,
		.permanent	= permanent,
		.state		= state,
	};
	struct nb_key key;

	test_key(&key, text);
	return nb_name_add(nn, &key, &spec, NULL);
}

static void bind_needs_helper(struct kunit *test)
{
	struct test_sock *sock = test_sock(test);

	KUNIT_EXPECT_EQ(test, -ENETDOWN, bind(sock, ALPHA, false));
	KUNIT_EXPECT_EQ(test, -1, state_of(test->priv, ALPHA));
	KUNIT_EXPECT_EQ(test, -EINVAL, bind(sock, "*              ", false));
	KUNIT_EXPECT_FALSE(test, sock->nsk.name);
}

static void bind_registered_without_helper(struct kunit *test)
{
	struct test_sock *a = test_sock(test), *b = test_sock(test);
	struct nb_net *nn = test->priv;

	KUNIT_ASSERT_EQ(test, 0, add(nn, ALPHA, NETBIOS_NAME_STATE_REGISTERED,
				     true));
	KUNIT_EXPECT_EQ(test, -EEXIST,
			add(nn, ALPHA, NETBIOS_NAME_STATE_REGISTERED, true));
	KUNIT_EXPECT_EQ(test, 0, bind(a, ALPHA, false));
	KUNIT_EXPECT_EQ(test, -EADDRINUSE, bind(b, ALPHA, true));
	KUNIT_EXPECT_EQ(test, 0, bind(b, ALPHA, false));
	nb_name_unhold(&a->nsk);
	nb_name_unhold(&b->nsk);
	/* permanent: stays */
	KUNIT_EXPECT_EQ(test, (int)NETBIOS_NAME_STATE_REGISTERED,
			state_of(nn, ALPHA));
}

static void claim_is_shared(struct kunit *test)
{
	struct test_sock *a = test_sock(test), *b = test_sock(test);
	struct nb_net *nn = test->priv;
	struct nb_upcall req;

	attach(test);
	KUNIT_EXPECT_EQ(test, -EINPROGRESS, bind(a, ALPHA, false));
	KUNIT_EXPECT_EQ(test, -EINPROGRESS, bind(b, ALPHA, false));
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	KUNIT_EXPECT_EQ(test, (int)NETBIOS_WORK_KIND_CLAIM, (int)req.kind);
	KUNIT_EXPECT_EQ(test, -ENOENT, test_take(nn, &req));
	KUNIT_EXPECT_EQ(test, 0, test_answer(nn, req.id, NETBIOS_WORK_STATUS_OK,
					     NULL));
	KUNIT_EXPECT_EQ(test, 1, a->claims);
	KUNIT_EXPECT_EQ(test, 0, a->err);
	KUNIT_EXPECT_EQ(test, 1, b->claims);
	KUNIT_EXPECT_EQ(test, (int)NETBIOS_NAME_STATE_REGISTERED,
			state_of(nn, ALPHA));

	nb_name_unhold(&a->nsk);
	KUNIT_EXPECT_EQ(test, -ENOENT, test_take(nn, &req));
	nb_name_unhold(&b->nsk);
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	KUNIT_EXPECT_EQ(test, (int)NETBIOS_WORK_KIND_RELEASE, (int)req.kind);
	KUNIT_EXPECT_EQ(test, 0, test_answer(nn, req.id, NETBIOS_WORK_STATUS_OK,
					     NULL));
	KUNIT_EXPECT_EQ(test, -1, state_of(nn, ALPHA));
	KUNIT_EXPECT_EQ(test, 0, atomic_read(&nn->name_count));
}

static void claim_refused(struct kunit *test)
{
	struct test_sock *a = test_sock(test);
	struct nb_net *nn = test->priv;
	struct nb_upcall req;

	attach(test);
	KUNIT_EXPECT_EQ(test, -EINPROGRESS, bind(a, ALPHA, false));
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	KUNIT_EXPECT_EQ(test, 0, test_answer(nn, req.id,
					     NETBIOS_WORK_STATUS_REFUSED,
					     NULL));
	KUNIT_EXPECT_EQ(test, -EADDRINUSE, a->err);
	KUNIT_EXPECT_EQ(test, -1, state_of(nn, ALPHA));
	nb_name_unhold(&a->nsk);
	KUNIT_EXPECT_EQ(test, -ENOENT, test_take(nn, &req));
}

static void claim_given_up(struct kunit *test)
{
	struct test_sock *a = test_sock(test);
	struct nb_net *nn = test->priv;
	struct nb_upcall req;

	attach(test);
	KUNIT_EXPECT_EQ(test, -EINPROGRESS, bind(a, ALPHA, false));
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	nb_name_unhold(&a->nsk);
	KUNIT_EXPECT_EQ(test, 1, test_events.cancel);
	KUNIT_EXPECT_EQ(test, -1, state_of(nn, ALPHA));
	KUNIT_EXPECT_EQ(test, -ENOENT, test_answer(nn, req.id,
						   NETBIOS_WORK_STATUS_OK,
						   NULL));
	KUNIT_EXPECT_EQ(test, 0, a->claims);
}

static void bind_again(struct kunit *test, bool taken)
{
	struct test_sock *a = test_sock(test);
	struct nb_net *nn = test->priv;
	struct nb_upcall req;

	KUNIT_ASSERT_EQ(test, 0, add(nn, ALPHA, NETBIOS_NAME_STATE_REGISTERED,
				     false));
	attach(test);
	KUNIT_ASSERT_EQ(test, 0, bind(a, ALPHA, false));
	nb_name_unhold(&a->nsk);
	KUNIT_EXPECT_EQ(test, (int)NETBIOS_NAME_STATE_RELEASING,
			state_of(nn, ALPHA));
	if (taken)
		KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	/* what the helper has begun to release has to be claimed anew */
	KUNIT_EXPECT_EQ(test, taken ? -EINPROGRESS : 0, bind(a, ALPHA, false));
	KUNIT_EXPECT_EQ(test, taken ? 0 : -ENOENT, test_take(nn, &req));
	if (taken)
		KUNIT_EXPECT_EQ(test, (int)NETBIOS_WORK_KIND_CLAIM,
				(int)req.kind);
	nb_name_unhold(&a->nsk);
}

static void bound_again_before_release(struct kunit *test)
{
	bind_again(test, false);
}

static void bound_again_during_release(struct kunit *test)
{
	bind_again(test, true);
}

static void release_waits_for_helper(struct kunit *test)
{
	struct test_sock *a = test_sock(test);
	struct nb_net *nn = test->priv;
	struct nb_upcall req;

	KUNIT_ASSERT_EQ(test, 0, add(nn, ALPHA, NETBIOS_NAME_STATE_REGISTERED,
				     false));
	KUNIT_ASSERT_EQ(test, 0, bind(a, ALPHA, false));
	nb_name_unhold(&a->nsk);
	KUNIT_EXPECT_EQ(test, (int)NETBIOS_NAME_STATE_RELEASING,
			state_of(nn, ALPHA));
	attach(test);
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	KUNIT_EXPECT_EQ(test, (int)NETBIOS_WORK_KIND_RELEASE, (int)req.kind);
	/* H-018: the name server refuses */
	KUNIT_EXPECT_EQ(test, 0, test_answer(nn, req.id,
					     NETBIOS_WORK_STATUS_REFUSED,
					     NULL));
	KUNIT_EXPECT_EQ(test, (int)NETBIOS_NAME_STATE_REGISTERED,
			state_of(nn, ALPHA));
}

static void conflict(struct kunit *test)
{
	struct test_sock *a = test_sock(test), *b = test_sock(test);
	struct nb_net *nn = test->priv;
	struct nb_key key;

	KUNIT_ASSERT_EQ(test, 0, add(nn, ALPHA, NETBIOS_NAME_STATE_REGISTERED,
				     false));
	KUNIT_ASSERT_EQ(test, 0, bind(a, ALPHA, false));
	test_key(&key, ALPHA);
	KUNIT_EXPECT_EQ(test, 0, nb_name_set(nn, &key,
					     NETBIOS_NAME_STATE_CONFLICT, -1,
					     NULL));
	KUNIT_EXPECT_EQ(test, 1, a->conflicts);
	KUNIT_EXPECT_EQ(test, -EADDRNOTAVAIL, bind(b, ALPHA, false));
	KUNIT_EXPECT_EQ(test, 1, (int)test_stat(nn, NB_STAT_NAME_CONFLICTS));
	/* another node's name: nothing to release */
	nb_name_unhold(&a->nsk);
	KUNIT_EXPECT_EQ(test, -1, state_of(nn, ALPHA));
}

static void deleted_while_bound(struct kunit *test)
{
	struct test_sock *a = test_sock(test), *b = test_sock(test);
	struct nb_net *nn = test->priv;
	struct nb_upcall req;
	struct nb_key key;

	test_key(&key, ALPHA);
	KUNIT_EXPECT_EQ(test, -ENOENT, nb_name_delete(nn, &key, false, NULL));
	KUNIT_ASSERT_EQ(test, 0, add(nn, ALPHA, NETBIOS_NAME_STATE_REGISTERED,
				     true));
	KUNIT_ASSERT_EQ(test, 0, bind(a, ALPHA, false));
	attach(test);
	KUNIT_EXPECT_EQ(test, 0, nb_name_delete(nn, &key, false, NULL));
	KUNIT_EXPECT_EQ(test, 1, a->conflicts);
	KUNIT_EXPECT_EQ(test, (int)NETBIOS_NAME_STATE_RELEASING,
			state_of(nn, ALPHA));
	KUNIT_ASSERT_EQ(test, 0, test_take(nn, &req));
	/* somebody else's turn; the old socket does not take part */
	KUNIT_EXPECT_EQ(test, -EINPROGRESS, bind(b, ALPHA, false));
	nb_name_unhold(&a->nsk);
	KUNIT_EXPECT_EQ(test, (int)NETBIOS_NAME_STATE_CLAIMING,
			state_of(nn, ALPHA));
	nb_name_unhold(&b->nsk);
	KUNIT_EXPECT_EQ(test, -1, state_of(nn, ALPHA));
}

static void table_full(struct kunit *test)
{
	struct nb_net *nn = test->priv;
	char text[NETBIOS_NAME_LEN + 1];
	int i;

	for (i = 0; i < 16; i++) {
		snprintf(text, sizeof(text), "NAME%-12d", i);
		KUNIT_EXPECT_EQ(test, 0,
				add(nn, text, NETBIOS_NAME_STATE_REGISTERED,
				    false));
	}
	KUNIT_EXPECT_EQ(test, -ENOBUFS,
			add(nn, ALPHA, NETBIOS_NAME_STATE_REGISTERED, false));
	KUNIT_EXPECT_EQ(test, 16, atomic_read(&nn->name_count));
	KUNIT_EXPECT_EQ(test, 1, (int)test_stat(nn, NB_STAT_NAMES_FULL));
}

static void scopes_differ(struct kunit *test)
{
	static const u8 labels[] = "\001a", upper[] = "\001A";
	struct nb_key key = { .name = (const u8 *)ALPHA };
	struct nb_name_spec spec = {
		.any_owner	= true,
		.state		= NETBIOS_NAME_STATE_REGISTERED,
	};
	struct nb_net *nn = test->priv;

	KUNIT_EXPECT_EQ(test, 0, nb_name_add(nn, &key, &spec, NULL));
	key.scope = labels;
	key.scope_len = 2;
	KUNIT_EXPECT_EQ(test, 0, nb_name_add(nn, &key, &spec, NULL));
	key.scope = upper;
	KUNIT_EXPECT_EQ(test, -EEXIST, nb_name_add(nn, &key, &spec, NULL));
}

static struct kunit_case name_cases[] = {
	KUNIT_CASE(bind_needs_helper),
	KUNIT_CASE(bind_registered_without_helper),
	KUNIT_CASE(claim_is_shared),
	KUNIT_CASE(claim_refused),
	KUNIT_CASE(claim_given_up),
	KUNIT_CASE(bound_again_before_release),
	KUNIT_CASE(bound_again_during_release),
	KUNIT_CASE(release_waits_for_helper),
	KUNIT_CASE(conflict),
	KUNIT_CASE(deleted_while_bound),
	KUNIT_CASE(table_full),
	KUNIT_CASE(scopes_differ),
	{}
};

static struct kunit_suite name_suite = {
	.name		= "netbios-name",
	.init		= test_node_init,
	.exit		= test_node_exit,
	.test_cases	= name_cases,
};

kunit_test_suite(name_suite);
