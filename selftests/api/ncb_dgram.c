// SPDX-License-Identifier: GPL-2.0
/*
 * The classic NetBIOS interface: datagrams. API-010 to API-014, DG-035, DG-036.
 */
#include <time.h>

#include "ncb_test.h"

NCB_FIXTURE(dgram)

TEST_F(dgram, sent_to_a_name)
{
	int fd = dg_unique(self->server, "SERVER");
	uint8_t octets[512];
	struct ncb ncb;

	nb_fill(octets, sizeof(octets), 5);
	ncb_init(&ncb, NCBDGSEND, NULL, "SERVER");
	ncb.ncb_num = self->client;
	ncb.ncb_buffer = octets;
	ncb.ncb_length = sizeof(octets);
	EXPECT_EQ(0, ncb_go(&ncb));
	EXPECT_EQ(0, dg_recv_filled(fd, "CLIENT", sizeof(octets), 5));
	close(fd);
}

TEST_F(dgram, sent_to_all)
{
	int fd = dg_socket(self->server, NULL, 0);
	uint8_t octets[100];
	struct ncb ncb;

	ASSERT_EQ(0, dg_setopt(fd, SOL_NETBIOS, NB_RECV_BROADCAST, 1));
	nb_fill(octets, sizeof(octets), 5);
	EXPECT_EQ(0, ncb_by(&ncb, NCBDGSENDBC, self->client, octets, sizeof(octets)));
	EXPECT_EQ(0, dg_recv_filled(fd, "CLIENT", sizeof(octets), 5));
	close(fd);
}

/* One datagram ends all receives that it fits; API-014: and no others */
TEST_F(dgram, all_receives_get_it)
{
	struct ncb receive[3], any, broadcast[2];
	uint8_t buf[3][20], any_buf[20], all[2][20];
	int fd = dg_unique(self->server, "SERVER"), i;

	ASSERT_EQ(0, nb_cache_add(self->server, "CLIENT", "10.9.0.1"));
	ASSERT_EQ(0, dg_setopt(fd, SOL_SOCKET, SO_BROADCAST, 1));
	for (i = 0; i < 3; i++)
		ASSERT_EQ(0, ncb_by(&receive[i], NCBDGRECV | ASYNCH, self->client, buf[i], 20));
	ASSERT_EQ(0, ncb_by(&any, NCBDGRECV | ASYNCH, NCB_ANY_NAME, any_buf, 20));
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, ncb_by(&broadcast[i], NCBDGRECVBC | ASYNCH, self->client,
				    all[i], 20));

	ASSERT_EQ(7, dg_send(fd, "CLIENT", "for you", 7));
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(0, ncb_end(&receive[i]));
		EXPECT_EQ(7, receive[i].ncb_length);
		EXPECT_EQ(0, memcmp(buf[i], "for you", 7));
		EXPECT_EQ(0, memcmp(receive[i].ncb_callname, "SERVER         ", 16));
		EXPECT_EQ(self->client, receive[i].ncb_num);
	}
	EXPECT_EQ(0, ncb_end(&any));
	EXPECT_EQ(self->client, any.ncb_num);
	EXPECT_EQ(NRC_PENDING, broadcast[0].ncb_cmd_cplt);

	ASSERT_EQ(0, ncb_by(&receive[0], NCBDGRECV | ASYNCH, self->client, buf[0], 20));
	ASSERT_EQ(3, dg_send(fd, "*", "all", 3));
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(0, ncb_end(&broadcast[i]));
		EXPECT_EQ(3, broadcast[i].ncb_length);
		EXPECT_EQ(0, memcmp(broadcast[i].ncb_callname, "SERVER         ", 16));
	}
	EXPECT_EQ(NRC_PENDING, receive[0].ncb_cmd_cplt);
	ncb_cancel(&receive[0]);
	close(fd);
}

/* API-012: the rest of one that is too long is lost */
TEST_F(dgram, too_long)
{
	int fd = dg_unique(self->server, "SERVER");
	struct ncb ncb;
	uint8_t buf[20];

	ASSERT_EQ(0, nb_cache_add(self->server, "CLIENT", "10.9.0.1"));
	ASSERT_EQ(0, ncb_by(&ncb, NCBDGRECV | ASYNCH, self->client, buf, 4));
	ASSERT_EQ(9, dg_send(fd, "CLIENT", "too long!", 9));
	EXPECT_EQ(NRC_INCOMP, ncb_end(&ncb));
	EXPECT_EQ(4, ncb.ncb_length);
	EXPECT_EQ(0, memcmp(buf, "too ", 4));
	close(fd);
}

/* DG-029: nothing is pending: it is lost */
TEST_F(dgram, lost_without_a_receive)
{
	int fd = dg_unique(self->server, "SERVER");
	struct ncb ncb;
	uint8_t buf[20];

	ASSERT_EQ(0, nb_cache_add(self->server, "CLIENT", "10.9.0.1"));
	ASSERT_EQ(1, dg_send(fd, "CLIENT", "1", 1));
	ASSERT_TRUE(nb_wait(nb_stat(self->host, NB_STAT_DGRAM_NO_RECEIVER) == 1));
	ASSERT_EQ(0, ncb_by(&ncb, NCBDGRECV | ASYNCH, self->client, buf, 20));
	ASSERT_EQ(1, dg_send(fd, "CLIENT", "2", 1));
	EXPECT_EQ(0, ncb_end(&ncb));
	EXPECT_EQ('2', buf[0]);
	close(fd);
}

/* A group: everybody who has joined, here and there */
TEST_F(dgram, group)
{
	int fd = dg_group(self->server, "TEAM");
	struct ncb team, receive, ncb;
	uint8_t buf[20];

	ASSERT_EQ(0, ncb_do(&team, NCBADDGRNAME, "TEAM", NULL));
	ASSERT_EQ(0, ncb_by(&receive, NCBDGRECV | ASYNCH, team.ncb_num, buf, 20));
	ncb_init(&ncb, NCBDGSEND, NULL, "TEAM");
	ncb.ncb_num = self->client;
	ncb.ncb_buffer = (void *)"us";
	ncb.ncb_length = 2;
	EXPECT_EQ(0, ncb_go(&ncb));
	EXPECT_EQ(0, ncb_end(&receive));
	EXPECT_EQ(0, memcmp(receive.ncb_callname, "CLIENT         ", 16));
	EXPECT_EQ(POLLIN, nb_poll(fd, POLLIN, NB_BOUND));
	close(fd);
}

/* A receive for all names knows those that come and go while it is pending. */
TEST_F(dgram, all_names_as_they_come_and_go)
{
	int fd = dg_unique(self->server, "SERVER");
	struct ncb second, receive, ncb;
	uint8_t buf[20];

	ASSERT_EQ(0, nb_name_add(self->host, "SECOND"));
	ASSERT_EQ(0, nb_cache_add(self->server, "SECOND", "10.9.0.1"));
	ASSERT_EQ(0, nb_cache_add(self->server, "CLIENT", "10.9.0.1"));
	ASSERT_EQ(0, ncb_by(&receive, NCBDGRECV | ASYNCH, NCB_ANY_NAME, buf, 20));
	ASSERT_EQ(0, ncb_do(&second, NCBADDNAME, "SECOND", NULL));
	ASSERT_EQ(0, ncb_do(&ncb, NCBDELNAME, "CLIENT", NULL));
	ASSERT_EQ(4, dg_send(fd, "CLIENT", "gone", 4));
	EXPECT_TRUE(nb_wait(nb_stat(self->host, NB_STAT_DGRAM_NO_RECEIVER) == 1));
	ASSERT_EQ(4, dg_send(fd, "SECOND", "here", 4));
	EXPECT_EQ(0, ncb_end(&receive));
	EXPECT_EQ(second.ncb_num, receive.ncb_num);
	EXPECT_EQ(0, memcmp(buf, "here", 4));
	close(fd);
}

static int cpu_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* API-025: a receive for all names goes on without one in conflict, and sleeps */
TEST_F(dgram, all_names_but_one_in_conflict)
{
	int fd = dg_unique(self->server, "SERVER"), cpu;
	struct ncb second, receive;
	uint8_t buf[20];

	ASSERT_EQ(0, nb_name_add(self->host, "SECOND"));
	ASSERT_EQ(0, nb_cache_add(self->server, "SECOND", "10.9.0.1"));
	ASSERT_EQ(0, ncb_do(&second, NCBADDNAME, "SECOND", NULL));
	ASSERT_EQ(0, ncb_by(&receive, NCBDGRECV | ASYNCH, NCB_ANY_NAME, buf, 20));
	ASSERT_EQ(0, nb_name_state(self->host, "CLIENT", NETBIOS_NAME_STATE_CONFLICT));
	cpu = cpu_ms();
	nb_pause(500);
	EXPECT_GT(250, cpu_ms() - cpu);
	EXPECT_EQ(NRC_PENDING, receive.ncb_cmd_cplt);
	ASSERT_EQ(2, dg_send(fd, "SECOND", "up", 2));
	EXPECT_EQ(0, ncb_end(&receive));
	EXPECT_EQ(second.ncb_num, receive.ncb_num);
	close(fd);
}

TEST_HARNESS_MAIN
