// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the table of incomplete datagrams: whose fragments belong
 * together, how many there may be, and for how long.
 */
#include <linux/delay.h>
#include <linux/inet.h>

#include "nb_node.h"

#include "../nb_dgram_frag.c"

#define WHOLE	100	/* octets of a section */

static struct nb_dgram *dgram;

static int init(struct kunit *test)
{
	int err = test_node_init(test);

	if (err)
		return err;
	dgram = kunit_kzalloc(test, sizeof(*dgram), GFP_KERNEL);
	if (!dgram)
		return -ENOMEM;
	dgram->nn = test->priv;
	dgram->nn->settings.fragment_timeout = 60000;
	nb_dgram_frags_init(&dgram->frags);
	return 0;
}

static void finish(struct kunit *test)
{
	nb_dgram_frags_purge(&dgram->frags);
	KUNIT_EXPECT_EQ(test, 0, dgram->frags.count);
	KUNIT_EXPECT_TRUE(test, list_empty(&dgram->frags.entries));
	test_node_exit(test);
}

/* A fragment, all of its octets @fill. Return: octets that are whole now. */
static int add(u32 source, u32 from, u16 id, int offset, int len, u8 fill)
{
	const struct nb_dgm_header hdr = {
		.type = NB_DGM_UNIQUE,
		.flags = (offset ? 0 : NB_DGM_FIRST) |
			 (offset + len < WHOLE ? NB_DGM_MORE : 0),
		.id = id,
		.addr = htonl(source),
		.len = WHOLE,
		.offset = offset,
	};
	struct sk_buff *skb;
	u8 data[WHOLE];
	int ret;

	memset(data, fill, len);
	skb = nb_dgram_frag_add(dgram->nn, &dgram->frags, &hdr, htonl(from),
				data, len);
	if (!skb)
		return 0;
	ret = skb->len;
	if (memchr_inv(skb->data, fill, skb->len))
		ret = -EILSEQ;
	kfree_skb(skb);
	return ret;
}

static int first(u32 host, u16 id)
{
	return add(host, host, id, 0, 60, 1);
}

static int last(u32 host, u16 id)
{
	return add(host, host, id, 60, 40, 1);
}

#define STAT(name)	test_stat(dgram->nn, NB_STAT_DGRAM_FRAGMENT_##name)

/* DG-018: SOURCE_IP, DGM_ID, and the address that they come from */
static void belong_together(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, add(1, 1, 7, 0, 60, 1));
	KUNIT_EXPECT_EQ(test, 0, add(2, 1, 7, 0, 60, 2));
	KUNIT_EXPECT_EQ(test, 0, add(1, 2, 7, 0, 60, 3));
	KUNIT_EXPECT_EQ(test, 0, add(1, 1, 8, 0, 60, 4));
	KUNIT_EXPECT_EQ(test, 4, dgram->frags.count);
	KUNIT_EXPECT_EQ(test, WHOLE, add(1, 1, 8, 60, 40, 4));
	KUNIT_EXPECT_EQ(test, WHOLE, add(1, 2, 7, 60, 40, 3));
	KUNIT_EXPECT_EQ(test, WHOLE, add(2, 1, 7, 60, 40, 2));
	KUNIT_EXPECT_EQ(test, WHOLE, add(1, 1, 7, 60, 40, 1));
	KUNIT_EXPECT_EQ(test, 0, dgram->frags.count);
}

/* DG-018: nothing without the first one */
static void orphan(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, last(1, 1));
	KUNIT_EXPECT_EQ(test, 0, dgram->frags.count);
	KUNIT_EXPECT_EQ(test, 1, STAT(ORPHAN));
	KUNIT_EXPECT_EQ(test, 0, first(1, 1));
	KUNIT_EXPECT_EQ(test, WHOLE, last(1, 1));
	/* and nothing when it is gone */
	KUNIT_EXPECT_EQ(test, 0, last(1, 1));
	KUNIT_EXPECT_EQ(test, 2, STAT(ORPHAN));
}

/* DG-021: a contradiction is the end of its datagram, and of no other one */
static void contradiction(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, first(1, 1));
	KUNIT_EXPECT_EQ(test, 0, first(1, 2));
	KUNIT_EXPECT_EQ(test, 0, add(1, 1, 1, 50, 50, 1));
	KUNIT_EXPECT_EQ(test, 1, STAT(OVERLAP));
	KUNIT_EXPECT_EQ(test, 1, dgram->frags.count);
	KUNIT_EXPECT_EQ(test, 0, last(1, 1));
	KUNIT_EXPECT_EQ(test, 1, STAT(ORPHAN));
	KUNIT_EXPECT_EQ(test, WHOLE, last(1, 2));
}

/* Another datagram begins with the same DGM_ID: it takes the place */
static void begins_anew(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, first(1, 1));
	KUNIT_EXPECT_EQ(test, 0, add(1, 1, 1, 60, 20, 1));
	KUNIT_EXPECT_EQ(test, 0, add(1, 1, 1, 0, 60, 2));
	KUNIT_EXPECT_EQ(test, 1, STAT(OVERLAP));
	KUNIT_EXPECT_EQ(test, 1, dgram->frags.count);
	/* the same once more is no third one */
	KUNIT_EXPECT_EQ(test, 0, add(1, 1, 1, 0, 60, 2));
	KUNIT_EXPECT_EQ(test, 1, STAT(OVERLAP));
	KUNIT_EXPECT_EQ(test, 0, add(1, 1, 1, 60, 20, 2));
	KUNIT_EXPECT_EQ(test, WHOLE, add(1, 1, 1, 80, 20, 2));
	KUNIT_EXPECT_EQ(test, 0, dgram->frags.count);
	KUNIT_EXPECT_EQ(test, 0, STAT(ORPHAN));
}

/* One that sends beginnings only loses its own, and nobody else's. */
static void one_source(struct kunit *test)
{
	int id;

	KUNIT_EXPECT_EQ(test, 0, first(2, 1));
	for (id = 0; id < 1000; id++)
		KUNIT_EXPECT_EQ(test, 0, first(1, id));
	KUNIT_EXPECT_EQ(test, 1 + FRAGS_SOURCE_MAX, dgram->frags.count);
	KUNIT_EXPECT_EQ(test, 1000 - FRAGS_SOURCE_MAX, STAT(OVERFLOW));
	KUNIT_EXPECT_EQ(test, WHOLE, last(2, 1));
	/* the newest are there, the oldest not */
	KUNIT_EXPECT_EQ(test, WHOLE, last(1, 1000 - FRAGS_SOURCE_MAX));
	KUNIT_EXPECT_EQ(test, 0, last(1, 999 - FRAGS_SOURCE_MAX));
}

/* DG-021: from 10,000 senders, and the memory of 256 */
static void many_sources(struct kunit *test)
{
	u32 host;

	for (host = 1; host <= 10000; host++)
		KUNIT_EXPECT_EQ(test, 0, first(host, 1));
	KUNIT_EXPECT_EQ(test, FRAGS_MAX, dgram->frags.count);
	KUNIT_EXPECT_EQ(test, 10000 - FRAGS_MAX, STAT(OVERFLOW));
	for (host = 10000 - FRAGS_MAX + 1; host <= 10000; host++)
		KUNIT_EXPECT_EQ(test, WHOLE, last(host, 1));
	KUNIT_EXPECT_EQ(test, 0, dgram->frags.count);
}

/* FRAGMENT_TO: each for its own time, and what comes again is no new life. */
static void time_is_over(struct kunit *test)
{
	int id, i;

	KUNIT_EXPECT_EQ(test, 0, first(1, 1000));
	dgram->nn->settings.fragment_timeout = 200;
	KUNIT_EXPECT_EQ(test, 0, first(3, 1));
	dgram->nn->settings.fragment_timeout = 50;
	for (id = 0; id < 10; id++)
		KUNIT_EXPECT_EQ(test, 0, first(2, id));
	for (i = 0; i < 2000 && !STAT(ORPHAN); i++) {
		KUNIT_EXPECT_EQ(test, 0, add(2, 2, 3, 60, 20, 1));
		msleep(20);
	}
	for (i = 0; i < 2000 && READ_ONCE(dgram->frags.count) > 1; i++)
		msleep(20);
	KUNIT_EXPECT_EQ(test, 1, dgram->frags.count);
	KUNIT_EXPECT_EQ(test, 11, STAT(TIMEOUT));
	KUNIT_EXPECT_EQ(test, 1, STAT(ORPHAN));
	KUNIT_EXPECT_EQ(test, WHOLE, last(1, 1000));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(belong_together),
	KUNIT_CASE(orphan),
	KUNIT_CASE(contradiction),
	KUNIT_CASE(begins_anew),
	KUNIT_CASE(one_source),
	KUNIT_CASE(many_sources),
	KUNIT_CASE(time_is_over),
	{}
};

static struct kunit_suite suite = {
	.name = "netbios-dgram-frag",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
