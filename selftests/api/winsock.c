// SPDX-License-Identifier: GPL-2.0
/*
 * A server and a client of Winsock's AF_NETBIOS, in the sequence of calls that its
 * documents give: they compile with <netbios/wsnetbs.h>, and talk. P-23.
 */
#include "winsock_shim.h"
#include <netbios/nb30.h>
#include <netbios/wsnetbs.h>

#include "ncb_test.h"

#define SERVICE_PORT	0x21

static SOCKET make_socket(int type, int lana)
{
	WSADATA data;

	if (WSAStartup(MAKEWORD(2, 2), &data))
		return INVALID_SOCKET;
	return socket(AF_NETBIOS, type, NETBIOS_LANA_PROTOCOL(lana));
}

/* Takes one client, and sends each message back until it hangs up. */
static int serve_one(SOCKET listener)
{
	SOCKADDR_NB client;
	socklen_t len = sizeof(client);
	char buf[2048];
	SOCKET s;
	int n;

	s = accept(listener, (SOCKADDR *)&client, &len);
	if (s == INVALID_SOCKET)
		return -WSAGetLastError();
	if (len != sizeof(client) || client.snb_name[NETBIOS_NAME_LENGTH - 1] != SERVICE_PORT)
		return -EBADMSG;
	while ((n = recv(s, buf, sizeof(buf), 0)) > 0) {
		if (send(s, buf, n, 0) == SOCKET_ERROR)
			return -WSAGetLastError();
	}
	closesocket(s);
	return n;
}

static int server(void *arg)
{
	const struct nb_host *host = arg;
	SOCKADDR_NB local;
	SOCKET listener;
	int ret;

	nb_enter(host);
	listener = make_socket(SOCK_SEQPACKET, 0);
	if (listener == INVALID_SOCKET)
		return -WSAGetLastError();
	SET_NETBIOS_SOCKADDR(&local, NETBIOS_UNIQUE_NAME, "ECHOSRV", SERVICE_PORT);
	if (bind(listener, (SOCKADDR *)&local, sizeof(local)) == SOCKET_ERROR ||
	    listen(listener, SOMAXCONN) == SOCKET_ERROR)
		return -WSAGetLastError();
	ret = serve_one(listener);
	closesocket(listener);
	WSACleanup();
	return ret;
}

static int client(const struct nb_host *host)
{
	SOCKADDR_NB local, remote;
	char buf[100];
	int i, ret = 0;
	SOCKET s;

	nb_enter(host);
	s = make_socket(SOCK_SEQPACKET, 0);
	if (s == INVALID_SOCKET)
		return -WSAGetLastError();
	SET_NETBIOS_SOCKADDR(&local, NETBIOS_UNIQUE_NAME, "ECHOCLI", SERVICE_PORT);
	SET_NETBIOS_SOCKADDR(&remote, NETBIOS_UNIQUE_NAME, "ECHOSRV", SERVICE_PORT);
	if (bind(s, (SOCKADDR *)&local, sizeof(local)) == SOCKET_ERROR ||
	    connect(s, (SOCKADDR *)&remote, sizeof(remote)) == SOCKET_ERROR)
		ret = -WSAGetLastError();
	for (i = 1; i < 50 && !ret; i++) {
		nb_fill(buf, i, i);
		if (send(s, buf, i, 0) != i || recv(s, buf, sizeof(buf), 0) != i ||
		    !nb_filled(buf, i, i))
			ret = -EIO;
	}
	closesocket(s);
	return ret;
}

NCB_FIXTURE(winsock)

TEST_F(winsock, server_and_client)
{
	struct nb_task task;

	ASSERT_EQ(0, nb_name_add(self->server, "ECHOSRV#21"));
	ASSERT_EQ(0, nb_name_add(self->host, "ECHOCLI#21"));
	ASSERT_EQ(0, nb_cache_add(self->host, "ECHOSRV#21", "10.9.0.2"));
	ASSERT_EQ(0, nb_task_start(&task, server, self->server));
	ASSERT_TRUE(nb_wait(nb_sessions(self->server, NETBIOS_SESSION_STATE_LISTEN) == 1));
	EXPECT_EQ(0, client(self->host));
	EXPECT_EQ(0, nb_task_end(&task));
}

/* Datagrams: sendto() a group, recvfrom() tells who it was. */
TEST_F(winsock, datagram_to_a_group)
{
	SOCKADDR_NB team, from;
	socklen_t len = sizeof(from);
	SOCKET here, there;
	char buf[10];

	nb_enter(self->server);
	there = make_socket(SOCK_DGRAM, 0);
	SET_NETBIOS_SOCKADDR(&team, NETBIOS_GROUP_NAME, "TEAM", 0);
	ASSERT_EQ(0, bind(there, (SOCKADDR *)&team, sizeof(team)));
	nb_enter(self->host);
	here = make_socket(SOCK_DGRAM, 0);
	SET_NETBIOS_SOCKADDR(&from, NETBIOS_UNIQUE_NAME, "CLIENT", 0);
	ASSERT_EQ(0, bind(here, (SOCKADDR *)&from, sizeof(from)));
	ASSERT_EQ(5, sendto(here, "hello", 5, 0, (SOCKADDR *)&team, sizeof(team)));
	ASSERT_EQ(POLLIN, nb_poll(there, POLLIN, NB_BOUND));
	memset(&from, 0, sizeof(from));
	EXPECT_EQ(5, recvfrom(there, buf, sizeof(buf), 0, (SOCKADDR *)&from, &len));
	EXPECT_TRUE(nb_name_is(&from, "CLIENT"));
	closesocket(here);
	closesocket(there);
}

/* To everybody who wants it, by the name that Winsock has for that */
TEST_F(winsock, datagram_to_all)
{
	SOCKADDR_NB all, from;
	SOCKET here, there;
	char buf[10];
	int on = 1;

	nb_enter(self->server);
	there = make_socket(SOCK_DGRAM, 0);
	ASSERT_EQ(0, setsockopt(there, SOL_NETBIOS, NB_RECV_BROADCAST, &on, sizeof(on)));
	nb_enter(self->host);
	here = make_socket(SOCK_DGRAM, 0);
	SET_NETBIOS_SOCKADDR(&from, NETBIOS_UNIQUE_NAME, "CLIENT", 0);
	ASSERT_EQ(0, bind(here, (SOCKADDR *)&from, sizeof(from)));
	ASSERT_EQ(0, setsockopt(here, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)));
	SET_NETBIOS_SOCKADDR(&all, NETBIOS_UNIQUE_NAME, "*", ' ');
	ASSERT_EQ(5, sendto(here, "hello", 5, 0, (SOCKADDR *)&all, sizeof(all)));
	ASSERT_EQ(POLLIN, nb_poll(there, POLLIN, NB_BOUND));
	EXPECT_EQ(5, recv(there, buf, sizeof(buf), 0));
	closesocket(here);
	closesocket(there);
}

/* The type names of nb30.h */
TEST_F(winsock, netbios_by_its_windows_names)
{
	LANA_ENUM lanas;
	NCB ncb = { 0 };
	PNCB p = &ncb;

	p->ncb_command = NCBENUM;
	p->ncb_buffer = (void *)&lanas;
	p->ncb_length = sizeof(lanas);
	nb_enter(self->host);
	EXPECT_EQ(NRC_GOODRET, Netbios(p));
	EXPECT_EQ(1, lanas.length);
	p->ncb_command = NCBACTION;
	EXPECT_EQ(NRC_ILLCMD, Netbios(p));
	p->ncb_command = NCBTRACE;
	EXPECT_EQ(NRC_ILLCMD, Netbios(p));
}

TEST(address)
{
	SOCKADDR_NB snb;

	SET_NETBIOS_SOCKADDR(&snb, NETBIOS_GROUP_NAME, "Short", 0x1c);
	EXPECT_EQ(20, sizeof(snb));
	EXPECT_EQ(AF_NETBIOS, snb.snb_family);
	EXPECT_EQ(1, snb.snb_type);
	EXPECT_EQ(0, memcmp(snb.snb_name, "Short          \x1c", 16));
	SET_NETBIOS_SOCKADDR(&snb, NETBIOS_UNIQUE_NAME, "SEVENTEEN-OCTETS-", 0xff);
	EXPECT_EQ(0, memcmp(snb.snb_name, "SEVENTEEN-OCTET\xff", 16));
	EXPECT_EQ(NETBIOS_LANA_0, NETBIOS_LANA_PROTOCOL(0));
	EXPECT_EQ(-3, NETBIOS_LANA_PROTOCOL(3));
}

TEST_HARNESS_MAIN
