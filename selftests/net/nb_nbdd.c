// SPDX-License-Identifier: GPL-2.0
/*
 * Datagrams by way of an NBDD, which is a peer on plain UDP 138, with this
 * program in the helper's place: questions to the NBDD and their answers,
 * groups that it relays to and groups that it does not. DG-023 to DG-025,
 * DG-027, H-005, H-023, H-024.
 */
#include <net/if.h>

#include "nb_dg.h"
#include "nb_test.h"

#define OK		NETBIOS_WORK_STATUS_OK
#define NOT_FOUND	NETBIOS_WORK_STATUS_NOT_FOUND
#define TIMEOUT		NETBIOS_WORK_STATUS_TIMEOUT
#define RELAY		NETBIOS_WORK_KIND_RELAY
#define P		NETBIOS_NODE_TYPE_P
#define M		NETBIOS_NODE_TYPE_M
#define H		NETBIOS_NODE_TYPE_H

/* further addresses of the peer: a member, a stranger */
#define MEMBER		"10.9.0.3"
#define STRANGER	"10.9.0.4"

/* @host[0] is the node; the NBDD, @udp, has port 138 of @host[1]. */
FIXTURE(nbdd) {
	struct nb_host host[2];
	struct nb_nl *nl;	/* the helper of the node */
	int udp;
	int client;
	int team;
	struct dg_packet p;
};

FIXTURE_SETUP(nbdd)
{
	const char *addr = "10.9.0.2";

	ASSERT_EQ(0, nb_hosts(self->host, 2));
	ASSERT_EQ(0, nb_addr_add(&self->host[1], "veth0", MEMBER, 24));
	ASSERT_EQ(0, nb_addr_add(&self->host[1], "veth0", STRANGER, 24));
	ASSERT_EQ(0, nb_set(&self->host[0], NETBIOS_A_NODE_ENABLED, 1));
	ASSERT_EQ(0, nb_name_add(&self->host[0], "CLIENT"));
	ASSERT_EQ(0, dg_group_add(&self->host[0], "TEAM"));
	ASSERT_EQ(0, nb_cache_put(&self->host[0], "SERVER", &addr, 1, false,
				  600));
	self->udp = udp_open(&self->host[1], DG_PORT);
	ASSERT_LE(0, self->udp);
	self->client = dg_unique(&self->host[0], "CLIENT");
	ASSERT_LE(0, self->client);
	self->team = dg_group(&self->host[0], "TEAM");
	ASSERT_LE(0, self->team);
	/* the link is up when something has come through */
	ASSERT_EQ(1, dg_send(self->client, "SERVER", "x", 1));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	self->nl = nb_helper(&self->host[0]);
	ASSERT_NE(NULL, self->nl);
}

FIXTURE_TEARDOWN(nbdd)
{
	if (self->nl)
		nb_nl_close(self->nl);
	close(self->udp);
	close(self->client);
	close(self->team);
	nb_hosts_free(self->host, 2);
}

#define STAT(name)	nb_stat(&self->host[0], NB_STAT_DGRAM_##name)
#define PUT()		dg_put(self->udp, &self->host[0].addr, &self->p)

static int query(struct nb_nl *nl, int ifindex, const char *addr,
		 const char *name)
{
	struct nlmsghdr *nlh = nb_nl_start(nl, NETBIOS_CMD_NBDD_QUERY, 0);

	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_IFINDEX, ifindex);
	mnl_attr_put_u32(nlh, NETBIOS_A_NBDD_ADDR, inet_addr(addr));
	nb_nl_put_name(nlh, NETBIOS_A_NBDD_NAME, name);
	return nb_nl_call(nl, nlh, NULL, NULL);
}

/* As netbiosd asks the peer */
#define QUERY(name)	query(self->nl, if_nametoindex("veth0"), "10.9.0.2", name)

/* Waits for the answer to a question: 1 positive, 0 negative, or an error */
static int answer(struct nb_nl *nl, const char *addr, const char *name)
{
	int cmd;

	while ((cmd = nb_nl_event(nl, NB_BOUND)) >= 0) {
		if (cmd != NETBIOS_CMD_NBDD_ANSWER)
			continue;
		if (nb_nl_u32(nl, NETBIOS_A_NBDD_ADDR, 0) != inet_addr(addr) ||
		    nb_nl_u32(nl, NETBIOS_A_NBDD_IFINDEX, 0) !=
		    if_nametoindex("veth0") ||
		    !nb_nl_name_is(nl->tb[NETBIOS_A_NBDD_NAME], name) ||
		    !nl->tb[NETBIOS_A_NBDD_SCOPE])
			return -EBADMSG;
		return mnl_attr_get_u8(nl->tb[NETBIOS_A_NBDD_RELAYS]);
	}
	return cmd;
}

/* What the peer got becomes its answer */
static void reply(struct dg_packet *p, uint8_t type)
{
	p->type = type;
	p->flags = DG_FIRST | 0x0c;
	p->source.s_addr = inet_addr("10.9.0.2");
}

/* DG-027: ten octets and the name */
TEST_F(nbdd, question_and_answer)
{
	struct sockaddr_nb team = nb_addr("TEAM");
	uint8_t name[64];
	size_t len = ss_name(name, &team, NULL);
	struct sockaddr_in from;
	int type;

	for (type = DG_POSITIVE; type <= DG_NEGATIVE; type++) {
		ASSERT_EQ(0, QUERY("TEAM"));
		ASSERT_EQ(0, dg_get(self->udp, &self->p, &from));
		EXPECT_EQ(DG_QUERY, self->p.type);
		EXPECT_EQ(DG_FIRST, self->p.flags);
		EXPECT_EQ(self->host[0].addr.s_addr, self->p.source.s_addr);
		EXPECT_EQ(DG_PORT, self->p.port);
		EXPECT_EQ(DG_PORT, ntohs(from.sin_port));
		ASSERT_EQ(len, self->p.len);
		EXPECT_EQ(0, memcmp(name, self->p.data, len));
		reply(&self->p, type);
		ASSERT_EQ(0, PUT());
		EXPECT_EQ(type == DG_POSITIVE,
			  answer(self->nl, "10.9.0.2", "TEAM"));
	}
	EXPECT_EQ(2, STAT(QUERIES_SENT));
	EXPECT_EQ(2, STAT(ANSWERS_RECEIVED));
	EXPECT_EQ(0, STAT(ANSWERS_IGNORED));
}

/* An answer needs the id, the address and the name of the question */
TEST_F(nbdd, answers_that_nobody_waits_for)
{
	struct in_addr other = { inet_addr(STRANGER) };
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_port = htons(DG_PORT),
		.sin_addr = other,
	};
	struct dg_packet good;
	int fd;

	ASSERT_EQ(0, QUERY("TEAM"));
	ASSERT_EQ(0, dg_get(self->udp, &good, NULL));
	reply(&good, DG_POSITIVE);

	self->p = good;
	self->p.id++;
	ASSERT_EQ(0, PUT());
	self->p = good;
	self->p.data[1]++;
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(ANSWERS_IGNORED) == 2));
	/* from an address that was not asked, whatever the header says */
	close(self->udp);
	nb_enter(&self->host[1]);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	ASSERT_EQ(0, bind(fd, (void *)&sin, sizeof(sin)));
	ASSERT_EQ(0, dg_put(fd, &self->host[0].addr, &good));
	ASSERT_TRUE(nb_wait(STAT(ANSWERS_IGNORED) == 3));
	close(fd);
	self->udp = udp_open(&self->host[1], DG_PORT);
	ASSERT_LE(0, self->udp);
	self->p = good;
	self->p.len -= 2;
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) == 1));
	/* the right one counts, once */
	self->p = good;
	ASSERT_EQ(0, PUT());
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(1, answer(self->nl, "10.9.0.2", "TEAM"));
	EXPECT_TRUE(nb_wait(STAT(ANSWERS_IGNORED) == 4));
	EXPECT_EQ(1, STAT(ANSWERS_RECEIVED));
	EXPECT_EQ(-EAGAIN, nb_nl_event(self->nl, NB_QUIET));
}

/* The oldest of too many is forgotten */
TEST_F(nbdd, questions_are_bounded)
{
	struct dg_packet first;
	int i;

	for (i = 0; i <= 64; i++) {
		ASSERT_EQ(0, QUERY("TEAM"));
		ASSERT_EQ(0, dg_get(self->udp, i ? &self->p : &first, NULL));
		/* jiffies tell which is the oldest */
		if (!i)
			nb_pause(20);
	}
	reply(&first, DG_POSITIVE);
	ASSERT_EQ(0, dg_put(self->udp, &self->host[0].addr, &first));
	ASSERT_TRUE(nb_wait(STAT(ANSWERS_IGNORED) == 1));
	reply(&self->p, DG_POSITIVE);
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(1, answer(self->nl, "10.9.0.2", "TEAM"));
}

TEST_F(nbdd, questions_that_are_refused)
{
	int ifindex;

	nb_enter(&self->host[0]);
	ifindex = if_nametoindex("veth0");
	EXPECT_EQ(-EPERM, query(self->host[0].nl, ifindex, "10.9.0.2", "TEAM"));
	EXPECT_EQ(-ENODEV, query(self->nl, 4711, "10.9.0.2", "TEAM"));
	EXPECT_EQ(-EINVAL, query(self->nl, ifindex, "0.0.0.0", "TEAM"));
	EXPECT_EQ(-EINVAL, query(self->nl, ifindex, "224.0.0.1", "TEAM"));
	/* nobody shall have us broadcast */
	EXPECT_EQ(-EACCES, query(self->nl, ifindex, "10.9.0.255", "TEAM"));
	ASSERT_EQ(0, nb_set(&self->host[0], NETBIOS_A_NODE_DGRAM_PORT, 0));
	EXPECT_EQ(-ENETDOWN, query(self->nl, ifindex, "10.9.0.2", "TEAM"));
	EXPECT_EQ(0, STAT(QUERIES_SENT));
	EXPECT_TRUE(udp_silent(self->udp));
}

static int send_team(void *arg)
{
	return dg_send_filled(*(int *)arg, "TEAM", 5, 5);
}

static int send_everybody(void *arg)
{
	return dg_send_filled(*(int *)arg, "*", 5, 5);
}

/* The datagram comes to the peer at this address, and at no other */
#define COMES(kind, addr) do {						\
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));		\
	EXPECT_EQ(kind, self->p.type);					\
	EXPECT_EQ(inet_addr(addr), self->p.to.s_addr);			\
	EXPECT_TRUE(udp_silent(self->udp));				\
	EXPECT_EQ(0, dg_recv_filled(self->team, "CLIENT", 5, 5));	\
	EXPECT_TRUE(dg_silent(self->team));				\
} while (0)

/* A sender asks, and waits for this answer of the helper */
#define ASKS(fn, name, nbdd, status, member) do {			\
	ASSERT_EQ(0, nb_task_start(&task, fn, &self->client));		\
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RELAY, name));	\
	EXPECT_EQ(inet_addr(nbdd), work.addr.s_addr);			\
	EXPECT_TRUE(udp_silent(self->udp));				\
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, status, member));	\
} while (0)

/* DG-023, DG-024: who waits is told, and the next one need not ask */
TEST_F(nbdd, group_goes_to_the_nbdd)
{
	struct nb_task task;
	struct nb_work work;
	uint32_t type;

	for (type = P; type <= H; type++) {
		ASSERT_EQ(0, dg_report(self->nl, type, &self->host[1]));
		if (type == P) {
			ASKS(send_team, "TEAM", "10.9.0.2", OK, NULL);
			EXPECT_EQ(5, nb_task_end(&task));
		} else {
			EXPECT_EQ(5, send_team(&self->client));
		}
		COMES(DG_GROUP, "10.9.0.2");
		EXPECT_TRUE(nb_no_work(self->nl));
	}
}

/* As long as nobody says that it does not, an NBDD is one */
TEST_F(nbdd, nbdd_that_cannot_be_asked)
{
	struct nb_task task;
	struct nb_work work;
	uint32_t type;

	dg_setopt(self->client, SOL_SOCKET, SO_BROADCAST, 1);
	ASSERT_EQ(0, dg_report(self->nl, P, &self->host[1]));
	ASKS(send_team, "TEAM", "10.9.0.2", TIMEOUT, NULL);
	EXPECT_EQ(5, nb_task_end(&task));
	COMES(DG_GROUP, "10.9.0.2");
	EXPECT_EQ(5, send_team(&self->client));
	COMES(DG_GROUP, "10.9.0.2");
	nb_nl_close(self->nl);
	self->nl = NULL;
	for (type = P; type <= M; type++) {
		ASSERT_EQ(0, dg_set_type(&self->host[0], type, &self->host[1]));
		EXPECT_EQ(5, send_team(&self->client));
		COMES(DG_GROUP, "10.9.0.2");
		EXPECT_EQ(5, send_everybody(&self->client));
		ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
		EXPECT_EQ(DG_BROADCAST, self->p.type);
		EXPECT_EQ(inet_addr("10.9.0.2"), self->p.to.s_addr);
	}
}

/* DG-025: to each member, but not to those here once more */
TEST_F(nbdd, members_of_a_group_that_is_not_relayed)
{
	struct nb_task task;
	struct nb_work work;

	ASSERT_EQ(0, dg_report(self->nl, P, &self->host[1]));
	ASKS(send_team, "TEAM", "10.9.0.2", OK, MEMBER);
	EXPECT_EQ(5, nb_task_end(&task));
	COMES(DG_GROUP, MEMBER);
	EXPECT_EQ(5, send_team(&self->client));
	COMES(DG_GROUP, MEMBER);
	EXPECT_TRUE(nb_no_work(self->nl));
	/* another server may relay it */
	ASSERT_EQ(0, dg_report(self->nl, P, &self->host[0]));
	ASKS(send_team, "TEAM", "10.9.0.1", OK, "10.9.0.1");
	EXPECT_EQ(5, nb_task_end(&task));
	EXPECT_TRUE(udp_silent(self->udp));
	EXPECT_EQ(0, dg_recv_filled(self->team, "CLIENT", 5, 5));
	EXPECT_TRUE(dg_silent(self->team));
	EXPECT_EQ(0, STAT(OWN));
}

/* Without an NBDD the members are all there is */
TEST_F(nbdd, members_without_an_nbdd)
{
	struct nb_task task;
	struct nb_work work;

	ASSERT_EQ(0, dg_report(self->nl, P, NULL));
	ASKS(send_team, "TEAM", "0.0.0.0", OK, MEMBER);
	EXPECT_EQ(5, nb_task_end(&task));
	COMES(DG_GROUP, MEMBER);
}

static int send_domain(void *arg)
{
	return dg_send_filled(*(int *)arg, "DOMAIN#1C", 5, 5);
}

/* P-06: an Internet group, of which the list is in the cache */
TEST_F(nbdd, internet_group_that_is_not_relayed)
{
	const char *members[] = { MEMBER, STRANGER, "10.9.0.1" };
	struct nb_task task;
	struct nb_work work;
	int i;

	ASSERT_EQ(0, nb_cache_put(&self->host[0], "DOMAIN#1C", members, 3, true,
				  600));
	ASSERT_EQ(0, dg_report(self->nl, M, &self->host[1]));
	ASKS(send_domain, "DOMAIN#1C", "10.9.0.2", NOT_FOUND, NULL);
	EXPECT_EQ(5, nb_task_end(&task));
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
		EXPECT_EQ(DG_GROUP, self->p.type);
		EXPECT_EQ(inet_addr(members[i]), self->p.to.s_addr);
	}
	EXPECT_TRUE(udp_silent(self->udp));
}

/* Nobody has a list of all nodes; an H node has its subnet at least */
TEST_F(nbdd, broadcast_that_is_not_relayed)
{
	struct nb_task task;
	struct nb_work work;

	dg_setopt(self->client, SOL_SOCKET, SO_BROADCAST, 1);
	ASSERT_EQ(0, dg_report(self->nl, P, NULL));
	EXPECT_EQ(-ENETUNREACH, send_everybody(&self->client));
	EXPECT_TRUE(nb_no_work(self->nl));
	ASSERT_EQ(0, dg_report(self->nl, P, &self->host[1]));
	ASSERT_EQ(0, nb_task_start(&task, send_everybody, &self->client));
	ASSERT_EQ(0, nb_work_take(self->nl, &work, NB_BOUND));
	EXPECT_EQ(RELAY, work.kind);
	EXPECT_EQ(0, memcmp("*\0\0\0\0\0\0\0\0\0\0\0\0\0\0", work.name, 16));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, NOT_FOUND, NULL));
	EXPECT_EQ(-ENETUNREACH, nb_task_end(&task));
	EXPECT_TRUE(udp_silent(self->udp));
	ASSERT_EQ(0, dg_report(self->nl, H, &self->host[1]));
	ASSERT_EQ(0, nb_task_start(&task, send_everybody, &self->client));
	if (!nb_work_take(self->nl, &work, NB_QUIET))
		nb_work_done(self->nl, work.id, NOT_FOUND, NULL);
	EXPECT_EQ(5, nb_task_end(&task));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	EXPECT_EQ(DG_BROADCAST, self->p.type);
	EXPECT_EQ(inet_addr("10.9.0.255"), self->p.to.s_addr);
}

/* Without blocking: EAGAIN, then writable, then it goes */
TEST_F(nbdd, question_without_blocking)
{
	struct sockaddr_nb to = nb_addr("TEAM");
	struct nb_work work;

	ASSERT_EQ(0, dg_report(self->nl, P, &self->host[1]));
	EXPECT_EQ(-1, sendto(self->client, "now", 3, MSG_DONTWAIT, (void *)&to,
			     sizeof(to)));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, nb_poll(self->client, POLLOUT, 0));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RELAY, "TEAM"));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, OK, MEMBER));
	EXPECT_EQ(POLLOUT, nb_poll(self->client, POLLOUT, NB_BOUND));
	EXPECT_EQ(3, sendto(self->client, "now", 3, MSG_DONTWAIT, (void *)&to,
			    sizeof(to)));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	EXPECT_EQ(inet_addr(MEMBER), self->p.to.s_addr);
	/* and an error is not asked about again and again */
	ASSERT_EQ(0, dg_report(self->nl, P, &self->host[0]));
	EXPECT_EQ(-1, sendto(self->client, "now", 3, MSG_DONTWAIT, (void *)&to,
			     sizeof(to)));
	EXPECT_EQ(EAGAIN, errno);
	nb_nl_close(self->nl);
	self->nl = NULL;
	ASSERT_EQ(0, dg_set_type(&self->host[0], P, &self->host[1]));
	EXPECT_EQ(3, sendto(self->client, "now", 3, MSG_DONTWAIT, (void *)&to,
			    sizeof(to)));
}

/* H-005, H-023, H-024 */
TEST_F(nbdd, h_node_follows_nbdd_available)
{
	struct in_addr all = { inet_addr("10.9.0.255") };
	struct nb_task task;
	struct nb_work work;
	int i;

	for (i = 0; i < 4; i++) {
		bool there = i & 1;

		ASSERT_EQ(0, dg_report(self->nl, H,
				       there ? &self->host[1] : NULL));
		if (i == 1) {
			ASKS(send_team, "TEAM", "10.9.0.2", OK, NULL);
			EXPECT_EQ(5, nb_task_end(&task));
		} else {
			EXPECT_EQ(5, send_team(&self->client));
		}
		COMES(DG_GROUP, there ? "10.9.0.2" : "10.9.0.255");
		dg_make(&self->p, DG_GROUP, i, &self->host[1], "SERVER", "TEAM",
			7, i);
		ASSERT_EQ(0, dg_put(self->udp, &all, &self->p));
		EXPECT_EQ(0, dg_recv_filled(self->team, "SERVER", 7, i));
		/* the peer's own */
		ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	}
}

/* ms: SO_SNDTIMEO of a send; when the first question is answered */
#define PATIENCE	4000
#define ANSWERED	2500

struct patient {
	int		fd;
	uint64_t	took;	/* ms */
};

static int send_patiently(void *arg)
{
	struct patient *p = arg;
	uint64_t start = nb_now();
	int ret = dg_send(p->fd, "TEAM", "x", 1);

	p->took = nb_now() - start;
	return ret;
}

/* The helper is asked twice in one call, which takes no longer for that. */
TEST_F(nbdd, time_limit_is_that_of_the_call)
{
	struct timeval patience = { .tv_sec = PATIENCE / 1000 };
	struct patient p = { .fd = self->client };
	struct nb_work work;
	struct nb_task task;

	ASSERT_EQ(0, setsockopt(p.fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
				sizeof(patience)));
	ASSERT_EQ(0, dg_set_type(&self->host[0], P, &self->host[1]));
	ASSERT_EQ(0, nb_task_start(&task, send_patiently, &p));
	ASSERT_EQ(0, nb_work_expect(self->nl, &work, RELAY, "TEAM"));
	nb_pause(ANSWERED);
	/* meanwhile there is another server */
	self->host[1].addr.s_addr = inet_addr(MEMBER);
	ASSERT_EQ(0, dg_set_type(&self->host[0], P, &self->host[1]));
	ASSERT_EQ(0, nb_work_done(self->nl, work.id, TIMEOUT, NULL));
	EXPECT_EQ(0, nb_work_expect(self->nl, &work, RELAY, "TEAM"));
	EXPECT_EQ(-EAGAIN, nb_task_end(&task));
	EXPECT_GT(ANSWERED + PATIENCE - 500, p.took);
}

TEST_HARNESS_MAIN
