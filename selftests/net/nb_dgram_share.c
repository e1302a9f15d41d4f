// SPDX-License-Identifier: GPL-2.0
/*
 * One port 138 for all programs of a node, and one node on two networks: who
 * shares the port and who does not, and what SO_BINDTODEVICE, the LANA number,
 * SO_MARK and SO_PRIORITY confine. DG-001, DG-022, DG-035, API-028.
 */
#include <grp.h>
#include <net/if.h>

#include "nb_dg_fixture.h"

#define UID	4321
#define GID	4321
#define LANA	1	/* of veth1 */

DG_FIXTURE(port, 2)

static int allow_group(const struct nb_host *host, uint32_t gid)
{
	struct nlmsghdr *nlh = nb_nl_start(host->nl, NETBIOS_CMD_NODE_SET, 0);

	mnl_attr_put_u32(nlh, NETBIOS_A_NODE_BIND_GID_MIN, gid);
	mnl_attr_put_u32(nlh, NETBIOS_A_NODE_BIND_GID_MAX, gid);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

/*
 * A program of an ordinary user: binds its name, says so by @ready, and waits
 * for 30 octets, which it returns to CLIENT. Its exit status is 0, a number of
 * the step that failed, or what bind() said.
 */
static int program(int uid, const char *name, unsigned int seed, int ready)
{
	int fd, err;

	if (setgroups(0, NULL) || setresgid(GID, GID, GID) ||
	    setresuid(uid, uid, uid))
		return 201;
	fd = socket(AF_NETBIOS, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	err = fd < 0 ? -errno : nb_bind(fd, name, NETBIOS_UNIQUE_NAME);
	if (write(ready, &err, sizeof(err)) != sizeof(err) || err)
		return -err;
	if (dg_recv_filled(fd, "CLIENT", 30, seed))
		return 203;
	/* and nothing of the other one's */
	if (!dg_silent(fd))
		return 204;
	return dg_send_filled(fd, "CLIENT", 30, seed) == 30 ? 0 : 205;
}

/* Return: its process, when it has bound the name or failed. */
static pid_t start_program(const struct nb_host *host, int uid,
			   const char *name, unsigned int seed)
{
	int ready[2], err = -EIO;
	pid_t pid;

	if (nb_enter(host) || pipe(ready))
		return -1;
	pid = fork();
	if (!pid)
		_exit(program(uid, name, seed, ready[1]));
	close(ready[1]);
	if (read(ready[0], &err, sizeof(err)) != sizeof(err))
		err = -EIO;
	close(ready[0]);
	return pid;
}

/* Two users without any capability, side by side on the same port. */
TEST_F(port, unprivileged_programs_share_it_by_name)
{
	const char *addr = "10.9.0.2", *back = "10.9.0.1";
	pid_t pid[2];
	int i;

	ASSERT_EQ(0, allow_group(self->server, GID));
	for (i = 0; i < 2; i++) {
		const char *name = i ? "BETA" : "ALPHA";

		ASSERT_EQ(0, nb_name_add(self->server, name));
		ASSERT_EQ(0, nb_cache_put(self->host, name, &addr, 1, false,
					  600));
		pid[i] = start_program(self->server, UID + i, name, i);
		ASSERT_LT(0, pid[i]);
	}
	ASSERT_EQ(0, nb_cache_put(self->server, "CLIENT", &back, 1, false,
				  600));
	ASSERT_EQ(30, dg_send_filled(self->client, "BETA", 30, 1));
	ASSERT_EQ(30, dg_send_filled(self->client, "ALPHA", 30, 0));
	EXPECT_EQ(0, nb_child_end(pid[0]));
	EXPECT_EQ(0, nb_child_end(pid[1]));
	for (i = 0; i < 2; i++)
		EXPECT_EQ(POLLIN, nb_poll(self->client, POLLIN, NB_BOUND));
	/* who is not permitted gets neither */
	ASSERT_EQ(0, allow_group(self->server, GID + 1));
	EXPECT_EQ(EACCES, nb_child_end(start_program(self->server, UID, "ALPHA",
						     0)));
}

static int udp_beside(const struct nb_host *host, const char *addr, int reuse,
		      const char *device)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_port = htons(DG_PORT),
		.sin_addr.s_addr = inet_addr(addr),
	};
	int fd, err;

	nb_enter(host);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (reuse)
		dg_setopt(fd, SOL_SOCKET, reuse, 1);
	if (device)
		setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
			   strlen(device));
	err = bind(fd, (void *)&sin, sizeof(sin)) ? -errno : 0;
	close(fd);
	return err;
}

/* Our socket lets no other one bind beside it, whatever that asks for. */
TEST_F(port, nobody_binds_beside_us)
{
	static const int reuse[] = { 0, SO_REUSEADDR, SO_REUSEPORT };
	static const char *const addr[] = { "0.0.0.0", "10.9.0.2", "127.0.0.1" };
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(reuse); i++) {
		for (j = 0; j < ARRAY_SIZE(addr); j++) {
			EXPECT_EQ(-EADDRINUSE, udp_beside(self->server, addr[j],
							  reuse[i], NULL));
			EXPECT_EQ(-EADDRINUSE, udp_beside(self->server, addr[j],
							  reuse[i], "veth0"));
		}
	}
}

/* nor do we bind beside somebody, and the error has the port in it */
TEST_F(port, taken_port_is_named)
{
	struct nb_host *host = self->server;
	int udp, reuse;

	for (reuse = 0; reuse < 2; reuse++) {
		ASSERT_EQ(0, nb_set(host, NETBIOS_A_NODE_ENABLED, 0));
		EXPECT_STREQ("", host->nl->text);
		nb_enter(host);
		udp = socket(AF_INET, SOCK_DGRAM, 0);
		if (reuse) {
			dg_setopt(udp, SOL_SOCKET, SO_REUSEADDR, 1);
			dg_setopt(udp, SOL_SOCKET, SO_REUSEPORT, 1);
		}
		ASSERT_EQ(0, bind(udp, (void *)&(struct sockaddr_in) {
					.sin_family = AF_INET,
					.sin_port = htons(DG_PORT) },
				  sizeof(struct sockaddr_in)));
		/* sessions are served all the same, with a warning */
		ASSERT_EQ(0, nb_set(host, NETBIOS_A_NODE_ENABLED, 1));
		EXPECT_NE(NULL, strstr(host->nl->text, "UDP port 138"));
		EXPECT_EQ(0, nb_get(host, NETBIOS_A_NODE_DGRAM_OPEN));
		/* who asks for this very port gets an error */
		ASSERT_EQ(0, nb_set(host, NETBIOS_A_NODE_DGRAM_PORT, 1138));
		EXPECT_EQ(-EADDRINUSE, nb_set(host, NETBIOS_A_NODE_DGRAM_PORT,
					      DG_PORT));
		EXPECT_NE(NULL, strstr(host->nl->text, "UDP port 138"));
		close(udp);
		EXPECT_EQ(0, nb_set(host, NETBIOS_A_NODE_DGRAM_PORT, DG_PORT));
	}
}

/* SO_MARK and SO_PRIORITY are on each packet, fragments and broadcasts too. */
TEST_F(port, mark_and_priority)
{
	int fd = nb_watch(&self->host[0], 77, 5);

	ASSERT_LE(0, fd);
	ASSERT_EQ(10, dg_send_filled(self->client, "SERVER", 10, 1));
	EXPECT_EQ(0, nb_watched(fd));
	ASSERT_EQ(0, dg_setopt(self->client, SOL_SOCKET, SO_MARK, 77));
	ASSERT_EQ(10, dg_send_filled(self->client, "SERVER", 10, 1));
	EXPECT_EQ(0, nb_watched(fd));
	ASSERT_EQ(0, dg_setopt(self->client, SOL_SOCKET, SO_PRIORITY, 5));
	ASSERT_EQ(10, dg_send_filled(self->client, "SERVER", 10, 1));
	EXPECT_EQ(1, nb_watched(fd));
	ASSERT_EQ(512, dg_send_filled(self->client, "SERVER", 512, 1));
	EXPECT_EQ(2, nb_watched(fd));
	ASSERT_EQ(512, dg_send_filled(self->client, "TEAM", 512, 1));
	EXPECT_EQ(2, nb_watched(fd));
	close(fd);
}

/*
 * A second network, 10.8.0.0/24 on veth1, LANA 1 of the node @host[0]; the peer
 * is on plain UDP 138 in @host[1].
 */
FIXTURE(lans) {
	struct nb_host host[2];
	int udp;
	struct dg_packet p;
};

static int second_network(const struct nb_host *host)
{
	struct nlmsghdr *nlh;
	int err;

	err = nb_veth_add(host, "veth1");
	if (!err)
		err = nb_addr_add(&host[0], "veth1", "10.8.0.1", 24);
	if (!err)
		err = nb_addr_add(&host[1], "veth1", "10.8.0.2", 24);
	if (!err)
		err = nb_link_set(&host[0], "veth1", true);
	if (!err)
		err = nb_link_set(&host[1], "veth1", true);
	if (err)
		return err;
	nb_enter(&host[0]);
	/* fails if these are two adapters */
	nlh = nb_nl_start(host->nl, NETBIOS_CMD_ADAPTER_GET, 0);
	mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_IFINDEX,
			 if_nametoindex("veth1"));
	mnl_attr_put_u32(nlh, NETBIOS_A_ADAPTER_LANA, LANA);
	return nb_nl_call(host->nl, nlh, NULL, NULL);
}

/* Both links are up when something has come through. */
static int wait_for_links(const struct nb_host *node, int udp)
{
	int fd = dg_unique(node, "CLIENT"), err = 0;
	uint64_t end = nb_now() + NB_BOUND;
	struct dg_packet p;
	unsigned int seen = 0;

	while (seen != 3 && !err) {
		if (nb_now() > end)
			err = -ETIME;
		else if (dg_send(fd, "TEAM", "x", 1) != 1)
			err = -EIO;
		while (!err && nb_poll(udp, POLLIN, NB_QUIET) > 0) {
			err = dg_get(udp, &p, NULL);
			seen |= p.source.s_addr == inet_addr("10.9.0.1") ? 1 : 2;
		}
	}
	close(fd);
	return err;
}

FIXTURE_SETUP(lans)
{
	ASSERT_EQ(0, dg_network(self->host, 2));
	ASSERT_EQ(0, nb_set(&self->host[1], NETBIOS_A_NODE_ENABLED, 0));
	ASSERT_EQ(0, second_network(self->host));
	self->udp = udp_open(&self->host[1], DG_PORT);
	ASSERT_LE(0, self->udp);
	ASSERT_EQ(0, wait_for_links(&self->host[0], self->udp));
}

FIXTURE_TEARDOWN(lans)
{
	close(self->udp);
	nb_hosts_free(self->host, 2);
}

/* How a socket is confined to veth1, or not. */
enum confined { NOT, BY_DEVICE, BY_LANA };

static int confined_socket(const struct nb_host *host, enum confined how,
			   const char *name, int type)
{
	int fd;

	nb_enter(host);
	fd = socket(AF_NETBIOS, SOCK_DGRAM | SOCK_CLOEXEC,
		    how == BY_LANA ? -LANA : 0);
	if (fd < 0)
		return -errno;
	if (how == BY_DEVICE && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE,
					   "veth1", 5))
		return -errno;
	return nb_bind(fd, name, type) ?: fd;
}

FIXTURE_VARIANT(lans) {
	enum confined how;
};

FIXTURE_VARIANT_ADD(lans, by_device) { BY_DEVICE };
FIXTURE_VARIANT_ADD(lans, by_lana) { BY_LANA };

/* DG-022: to a group and to all, by one adapter or by both */
TEST_F(lans, sending)
{
	static const char *const to[] = { "TEAM", "*" };
	int any, one;
	size_t i;

	any = confined_socket(self->host, NOT, "CLIENT", 0);
	one = confined_socket(self->host, variant->how, "CLIENT", 0);
	ASSERT_LE(0, any);
	ASSERT_LE(0, one);
	dg_setopt(any, SOL_SOCKET, SO_BROADCAST, 1);
	dg_setopt(one, SOL_SOCKET, SO_BROADCAST, 1);
	for (i = 0; i < ARRAY_SIZE(to); i++) {
		in_addr_t seen = 0;

		ASSERT_EQ(5, dg_send_filled(any, to[i], 5, 5));
		ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
		seen ^= self->p.source.s_addr;
		ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
		seen ^= self->p.source.s_addr;
		EXPECT_EQ(inet_addr("10.9.0.1") ^ inet_addr("10.8.0.1"), seen);
		ASSERT_EQ(5, dg_send_filled(one, to[i], 5, 5));
		ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
		EXPECT_EQ(inet_addr("10.8.0.1"), self->p.source.s_addr);
		EXPECT_TRUE(udp_silent(self->udp));
	}
}

/* What comes by the other adapter is not for who is confined. */
TEST_F(lans, receiving)
{
	static const char *const to[] = {
		"10.9.0.1", "10.8.0.1", "10.9.0.255", "10.8.0.255",
	};
	struct in_addr addr;
	int any, one;
	size_t i;

	any = confined_socket(self->host, NOT, "TEAM", NETBIOS_GROUP_NAME);
	one = confined_socket(self->host, variant->how, "TEAM",
			      NETBIOS_GROUP_NAME);
	ASSERT_LE(0, any);
	ASSERT_LE(0, one);
	ASSERT_EQ(0, nb_setopt(one, NB_RECV_BROADCAST, 1));
	for (i = 0; i < ARRAY_SIZE(to); i++) {
		inet_aton(to[i], &addr);
		dg_make(&self->p, DG_GROUP, i, &self->host[1], "SERVER", "TEAM",
			7, i);
		ASSERT_EQ(0, dg_put(self->udp, &addr, &self->p));
		dg_make(&self->p, DG_BROADCAST, i, &self->host[1], "SERVER",
			"*", 8, i);
		ASSERT_EQ(0, dg_put(self->udp, &addr, &self->p));
		EXPECT_EQ(0, dg_recv_filled(any, "SERVER", 7, i));
		if (i & 1) {
			EXPECT_EQ(0, dg_recv_filled(one, "SERVER", 7, i));
			EXPECT_EQ(0, dg_recv_filled(one, "SERVER", 8, i));
		}
	}
	EXPECT_TRUE(dg_silent(any));
	EXPECT_TRUE(dg_silent(one));
}

/* On this node: one socket hears what the other one may have sent there. */
TEST_F(lans, local)
{
	int any, one, other;

	any = confined_socket(self->host, NOT, "CLIENT", 0);
	one = confined_socket(self->host, variant->how, "TEAM",
			      NETBIOS_GROUP_NAME);
	nb_enter(self->host);
	other = socket(AF_NETBIOS, SOCK_DGRAM, 0);
	ASSERT_EQ(0, setsockopt(other, SOL_SOCKET, SO_BINDTODEVICE, "veth0",
				5));
	ASSERT_EQ(0, nb_bind(other, "CLIENT", 0));
	ASSERT_EQ(6, dg_send_filled(any, "TEAM", 6, 1));
	EXPECT_EQ(0, dg_recv_filled(one, "CLIENT", 6, 1));
	ASSERT_EQ(6, dg_send_filled(other, "TEAM", 6, 1));
	EXPECT_TRUE(dg_silent(one));
	close(other);
}

/* A name that is ours on one network may be somebody else's on the other. */
TEST_F(lans, name_of_another_adapter)
{
	const char *addr = "10.8.0.2";
	struct nb_name_info info = { .permanent = true, .owner = NB_ANYBODY };
	int one = confined_socket(self->host, variant->how, "CLIENT", 0), any;

	ASSERT_LE(0, one);
	info.ifindex = if_nametoindex("veth0");
	ASSERT_EQ(0, nb_name_put(&self->host[0], "DOUBLE", &info));
	ASSERT_EQ(0, nb_cache_put(&self->host[0], "DOUBLE", &addr, 1, false,
				  600));
	any = dg_unique(&self->host[0], "DOUBLE");
	ASSERT_LE(0, any);
	ASSERT_EQ(6, dg_send_filled(one, "DOUBLE", 6, 1));
	ASSERT_EQ(0, dg_get(self->udp, &self->p, NULL));
	EXPECT_EQ(DG_UNIQUE, self->p.type);
	EXPECT_TRUE(dg_names_are(&self->p, "CLIENT", "DOUBLE"));
	EXPECT_TRUE(dg_silent(any));
}

TEST_HARNESS_MAIN
