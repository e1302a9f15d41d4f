// SPDX-License-Identifier: GPL-2.0
/*
 * Bad SESSION REQUESTs. A packet that is no request, or has a length that no
 * request has, is answered with a close; a well-framed request with malformed
 * names with 82; nothing of this makes a session, and the listener goes on.
 * NAME-004 to NAME-012, SS-007 to SS-009.
 */
#include "nb_test.h"

FIXTURE(bad) {
	struct nb_host host[2];
	int listener;
	uint8_t buf[600];
	size_t len;
};

FIXTURE_SETUP(bad)
{
	ASSERT_EQ(0, nb_network(self->host, 2));
	/* what waits for more octets shall not wait long */
	ASSERT_EQ(0, nb_set(&self->host[1], NETBIOS_A_NODE_REQUEST_TIMEOUT,
			    1500));
	self->listener = nb_listener(&self->host[1], "SERVER", 8);
	ASSERT_LE(0, self->listener);
	self->len = ss_request(self->buf, "SERVER", "CLIENT", NULL);
}

/* After each test a good request is still served. */
FIXTURE_TEARDOWN(bad)
{
	int fd = tcp_connect(&self->host[0], &self->host[1], SS_PORT);

	EXPECT_EQ(0, nb_poll(self->listener, POLLIN, 0));
	EXPECT_EQ(72, ss_put_request(fd, "SERVER", "CLIENT"));
	EXPECT_EQ(SS_POSITIVE, ss_get_answer(fd, NULL));
	EXPECT_LE(0, nb_accept(self->listener));
	nb_hosts_free(self->host, 2);
}

static int put(struct nb_host *host, const uint8_t *buf, size_t len)
{
	int fd = tcp_connect(&host[0], &host[1], SS_PORT);

	return tcp_put(fd, buf, len) == (int)len ? fd : -errno;
}

/* Closed without an octet: 0. */
static int closed(struct nb_host *host, const uint8_t *buf, size_t len)
{
	int fd = put(host, buf, len), ret;

	ret = fd < 0 ? fd : tcp_end(fd);
	close(fd);
	return ret;
}

/* Refused by 82, and then closed: 0. */
static int refused(struct nb_host *host, const uint8_t *buf, size_t len)
{
	int fd = put(host, buf, len), ret;
	uint8_t body[8];

	if (fd < 0)
		return fd;
	ret = ss_get_answer(fd, body);
	if (ret == SS_NEGATIVE && body[0] == 0x82)
		ret = tcp_end(fd);
	else if (ret >= 0)
		ret = -EBADMSG;
	close(fd);
	return ret;
}

/* SS-007: anything but a request as first packet */
TEST_F(bad, wrong_type)
{
	uint8_t type[] = { 0x00, 0x82, 0x83, 0x84, 0x01, 0x80, 0x86, 0xff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(type); i++) {
		self->buf[0] = type[i];
		EXPECT_EQ(0, closed(self->host, self->buf, self->len)) {
			TH_LOG("type %02x", type[i]);
		}
	}
	EXPECT_EQ(ARRAY_SIZE(type), nb_stat(&self->host[1],
					    NB_STAT_BAD_REQUEST));
}

/* SS-006: E and the reserved flags */
TEST_F(bad, flags_are_set)
{
	int bit;

	for (bit = 0; bit < 8; bit++) {
		self->buf[1] = 1 << bit;
		EXPECT_EQ(0, closed(self->host, self->buf, self->len)) {
			TH_LOG("flags %02x", self->buf[1]);
		}
	}
}

/* SS-013: keep-alives are dropped silently in every case, here too */
TEST_F(bad, keepalive_before_the_request_is_dropped)
{
	int fd = tcp_connect(&self->host[0], &self->host[1], SS_PORT), i;

	for (i = 0; i < 3; i++)
		ASSERT_EQ(4, tcp_put(fd, "\x85\0\0", 4));
	EXPECT_TRUE(tcp_silent(fd));
	ASSERT_EQ(6, tcp_put(fd, "\x85\0\0\0\x85\0", 6));
	EXPECT_TRUE(tcp_silent(fd));
	ASSERT_EQ(2, tcp_put(fd, "\0", 2));
	ASSERT_EQ(self->len, tcp_put(fd, self->buf, self->len));
	EXPECT_EQ(SS_POSITIVE, ss_get_answer(fd, NULL));
	EXPECT_LE(0, nb_accept(self->listener));
	EXPECT_EQ(5, nb_stat(&self->host[1], NB_STAT_KEEPALIVES_RECEIVED));
}

/* They do not prolong the time that a caller has. */
TEST_F(bad, keepalives_are_no_request)
{
	int fd = tcp_connect(&self->host[0], &self->host[1], SS_PORT);

	EXPECT_TRUE(nb_wait(tcp_put(fd, "\x85\0\0", 4) < 0 ||
			    nb_poll(fd, POLLRDHUP, 0)));
	EXPECT_EQ(0, tcp_end(fd));
	EXPECT_EQ(1, nb_stat(&self->host[1], NB_STAT_HALFOPEN_TIMEOUT));
}

TEST_F(bad, length_is_too_small_for_two_names)
{
	int len[] = { 0, 1, 33, 34, 35, 67 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(len); i++) {
		ss_header(self->buf, SS_REQUEST, len[i]);
		EXPECT_EQ(0, closed(self->host, self->buf, 4 + len[i])) {
			TH_LOG("length %d", len[i]);
		}
	}
}

/* Octets behind the second name, but inside the request. */
TEST_F(bad, length_is_too_large)
{
	ss_header(self->buf, SS_REQUEST, 69);
	self->buf[72] = 0;
	EXPECT_EQ(0, refused(self->host, self->buf, 73));
	ss_header(self->buf, SS_REQUEST, 510);
	memset(self->buf + 72, 'x', 514 - 72);
	EXPECT_EQ(0, refused(self->host, self->buf, 514));
}

/* More than two names can be: closed at once, before it has all come. */
TEST_F(bad, oversized_request)
{
	ss_header(self->buf, SS_REQUEST, 511);
	EXPECT_EQ(0, closed(self->host, self->buf, 4));
	ss_header(self->buf, SS_REQUEST, 65535);
	EXPECT_EQ(0, closed(self->host, self->buf, 72));
	EXPECT_EQ(0, nb_stat(&self->host[1], NB_STAT_HALFOPEN_TIMEOUT));
}

/* Truncated: waits for the rest until the time is up. */
TEST_F(bad, truncated_request)
{
	EXPECT_EQ(0, closed(self->host, self->buf, 71));
	EXPECT_EQ(0, closed(self->host, self->buf, 4));
	EXPECT_EQ(0, closed(self->host, self->buf, 3));
	EXPECT_LE(3, nb_stat(&self->host[1], NB_STAT_HALFOPEN_TIMEOUT));
}

/* NAME-010: the first label is 32 octets */
TEST_F(bad, first_label_length)
{
	int len[] = { 0, 1, 31, 33, 63, 64, 0x80, 0xbf, 0xff };
	size_t i, at;

	for (at = 4; at <= 38; at += 34) {
		for (i = 0; i < ARRAY_SIZE(len); i++) {
			ss_request(self->buf, "SERVER", "CLIENT", NULL);
			self->buf[at] = len[i];
			EXPECT_EQ(0, refused(self->host, self->buf, self->len)) {
				TH_LOG("%02x at %zu", len[i], at);
			}
		}
	}
}

/* NAME-005 */
TEST_F(bad, letters_outside_a_to_p)
{
	char bad[] = { '@', 'Q', 'Z', 'a', 'p', '0', 0, '\xc1', '\xff' };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ss_request(self->buf, "SERVER", "CLIENT", NULL);
		self->buf[5 + i] = bad[i];
		EXPECT_EQ(0, refused(self->host, self->buf, self->len)) {
			TH_LOG("%02x in the called name", (uint8_t)bad[i]);
		}
		ss_request(self->buf, "SERVER", "CLIENT", NULL);
		self->buf[39 + 31 - i] = bad[i];
		EXPECT_EQ(0, refused(self->host, self->buf, self->len)) {
			TH_LOG("%02x in the calling name", (uint8_t)bad[i]);
		}
	}
}

/* NAME-012: pointers are neither sent nor followed */
TEST_F(bad, label_pointers)
{
	uint8_t *p = self->buf;

	/* a calling name that points at the called one; what follows is no name */
	p[38] = 0xc0;
	p[39] = 4;
	EXPECT_EQ(0, refused(self->host, p, self->len));
	/* one that points at itself */
	p[39] = 34;
	EXPECT_EQ(0, refused(self->host, p, self->len));
	/* in place of the scope */
	ss_request(p, "SERVER", "CLIENT", NULL);
	memmove(p + 39, p + 38, 34);
	p[37] = 0xc0;
	p[38] = 4;
	ss_header(p, SS_REQUEST, 69);
	EXPECT_EQ(0, refused(self->host, p, 73));
	/* in place of the called name */
	p[4] = 0xc0;
	p[5] = 38;
	EXPECT_EQ(0, refused(self->host, p, 73));
}

TEST_F(bad, name_without_its_end)
{
	/* no zero behind the second name */
	self->buf[71] = 1;
	EXPECT_EQ(0, refused(self->host, self->buf, self->len));
	/* a scope label that runs out of the packet */
	self->buf[71] = 63;
	EXPECT_EQ(0, refused(self->host, self->buf, self->len));
	/* a scope label of the first name that swallows the second one */
	ss_request(self->buf, "SERVER", "CLIENT", NULL);
	self->buf[37] = 33;
	EXPECT_EQ(0, refused(self->host, self->buf, self->len));
}

/* NAME-008: 255 octets a name, 63 a label */
TEST_F(bad, scope_limits)
{
	char scope[300];
	size_t len, i;

	for (i = 0; i < 221; i++)
		scope[i] = i % 2 ? '.' : 'x';
	scope[221] = 0;		/* 34 + 222 = 256 octets */
	len = ss_request(self->buf, "SERVER", "CLIENT", scope);
	EXPECT_EQ(4 + 2 * 256, len);
	EXPECT_EQ(0, closed(self->host, self->buf, len));
	scope[219] = 0;		/* 254 octets: legal, but not our scope */
	len = ss_request(self->buf, "SERVER", "CLIENT", scope);
	EXPECT_EQ(0, refused(self->host, self->buf, len));
	memset(scope, 'x', 64);
	scope[64] = 0;		/* a label of 64 looks like a reserved type */
	len = ss_request(self->buf, "SERVER", "CLIENT", scope);
	EXPECT_EQ(0, refused(self->host, self->buf, len));
}

/* A request for two, one after the other, without a wait. */
TEST_F(bad, second_request_behind_the_first)
{
	int fd, child;
	char octet;

	memcpy(self->buf + 72, self->buf, 72);
	fd = put(self->host, self->buf, 144);
	EXPECT_EQ(SS_POSITIVE, ss_get_answer(fd, NULL));
	child = nb_accept(self->listener);
	ASSERT_LE(0, child);
	EXPECT_EQ(-EPROTO, nb_recv(child, &octet, 1, NULL));
	EXPECT_EQ(0, tcp_end(fd));
}

/* Garbage of many kinds, from a fixed sequence. */
TEST_F(bad, noise)
{
	uint32_t x = 1;
	int round, i, fd;

	for (round = 0; round < 60; round++) {
		int len = 1 + round * 5 % 300;

		for (i = 0; i < len; i++) {
			x = x * 1664525 + 1013904223;
			self->buf[i] = x >> 24;
		}
		if (round & 1)
			ss_header(self->buf, SS_REQUEST, len - 4 > 0 ?
				  len - 4 : 0);
		fd = tcp_connect(&self->host[0], &self->host[1], SS_PORT);
		ASSERT_LE(0, fd);
		tcp_put(fd, self->buf, len);
		close(fd);
	}
}

/* One octet of a good request is changed, each in turn. */
TEST_F(bad, every_octet_of_the_names_matters)
{
	uint8_t body[8];
	int at, fd, ret;

	for (at = 4; at < 38; at++) {
		ss_request(self->buf, "SERVER", "CLIENT", NULL);
		self->buf[at] ^= 0x01;
		fd = put(self->host, self->buf, self->len);
		ret = ss_get_answer(fd, body);
		EXPECT_NE(SS_POSITIVE, ret) {
			TH_LOG("octet %d", at);
		}
		close(fd);
	}
}

TEST_HARNESS_MAIN
