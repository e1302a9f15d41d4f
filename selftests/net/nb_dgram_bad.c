// SPDX-License-Identifier: GPL-2.0
/*
 * What a datagram service must not fall for, from a peer on plain UDP 138:
 * garbage, headers and names that are malformed, what is too short and too
 * long. DG-002 to DG-007, DG-020, DG-030, DG-033.
 */
#include "nb_dg_peer.h"
#include "nb_test.h"

#define SECTION_MAX	1022	/* two names of 255 octets, 512 for the user */

DG_PEER_FIXTURE(bad)

/* What came through, by chance, is a datagram all the same. */
static bool drain(int fd)
{
	struct dg_msg msg;
	int len;

	while ((len = dg_recv(fd, &msg, MSG_DONTWAIT)) >= 0)
		if (len > NETBIOS_MAX_DATAGRAM || msg.flags & MSG_TRUNC ||
		    msg.from_len != sizeof(msg.from))
			return false;
	return len == -EAGAIN;
}

TEST_F(bad, random_octets)
{
	unsigned int seed = 1;
	uint8_t buf[1400];
	size_t len, i, n;

	for (n = 0; n < 2000; n++) {
		len = rand_r(&seed) % sizeof(buf);
		for (i = 0; i < len; i++)
			buf[i] = rand_r(&seed);
		/* most would not get past the type */
		if (n % 4)
			buf[0] = DG_UNIQUE + rand_r(&seed) % 7;
		ASSERT_EQ(0, dg_put_raw(self->udp, self->node, buf, len));
	}
	EXPECT_TRUE(drain(self->client));
	EXPECT_TRUE(drain(self->team));
	EXPECT_TRUE(dg_only_errors(self->udp));
	EXPECT_LT(500, STAT(MALFORMED));
	STILL_SERVED();
}

/* A few octets are wrong, or its end is missing. */
TEST_F(bad, damaged_datagrams)
{
	uint8_t buf[DG_HDR_LEN + sizeof(self->p.data)];
	unsigned int seed = 1;
	size_t len, n;
	int damage;

	for (n = 0; n < 2000; n++) {
		MAKE(DG_UNIQUE + n % 3, n, n % 2 ? "CLIENT" : "TEAM",
		     rand_r(&seed) % 513);
		if (n % 5 == 0)
			self->p.flags = rand_r(&seed) % 4;
		len = dg_pack(buf, &self->p);
		for (damage = rand_r(&seed) % 4; damage; damage--)
			buf[rand_r(&seed) % (damage & 1 ? len : 90)] =
				rand_r(&seed);
		if (n % 8 == 0)
			len = rand_r(&seed) % (len + 1);
		ASSERT_EQ(0, dg_put_raw(self->udp, self->node, buf, len));
		if (n % 64 == 0) {
			ASSERT_TRUE(drain(self->client));
			ASSERT_TRUE(drain(self->team));
		}
	}
	EXPECT_TRUE(drain(self->client));
	EXPECT_TRUE(drain(self->team));
	EXPECT_TRUE(dg_only_errors(self->udp));
	EXPECT_LT(100, STAT(MALFORMED));
	EXPECT_LT(100, STAT(DELIVERED));
	STILL_SERVED();
}

/* DG-002, DG-006: cut anywhere; DGM_LENGTH tells of what is missing */
TEST_F(bad, cut_anywhere)
{
	uint8_t buf[DG_HDR_LEN + sizeof(self->p.data)];
	size_t len, i;

	MAKE(DG_UNIQUE, 1, "CLIENT", 20);
	len = dg_pack(buf, &self->p);
	for (i = 0; i < len; i++)
		ASSERT_EQ(0, dg_put_raw(self->udp, self->node, buf, i));
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) == len));
	EXPECT_EQ(0, STAT(ERRORS_SENT));
	STILL_SERVED();
}

/* DG-005, DG-007: the same, and DGM_LENGTH agrees: names are malformed first */
TEST_F(bad, short_sections)
{
	size_t i;

	for (i = 0; i <= DG_NAMES_LEN + 3; i++) {
		MAKE(DG_GROUP, i, "TEAM", 3);
		self->p.len = i;
		self->p.length = i;
		ASSERT_EQ(0, PUT());
	}
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) == DG_NAMES_LEN));
	for (i = 0; i <= 3; i++)
		EXPECT_EQ(0, dg_recv_filled(self->team, "SERVER", i,
					    DG_NAMES_LEN + i));
	STILL_SERVED();
}

/* An octet of a wrong type, padding, reserved flags. */
TEST_F(bad, headers)
{
	static const uint8_t types[] = { 0, 0x0f, 0x17, 0x90, 0xff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		MAKE(DG_UNIQUE, i, "CLIENT", 20);
		self->p.type = types[i];
		ASSERT_EQ(0, PUT());
	}
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) == ARRAY_SIZE(types)));
	/* DG-006: more than DGM_LENGTH says is padding */
	MAKE(DG_UNIQUE, 1, "CLIENT", 20);
	self->p.length -= 10;
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 10, 1));
	/* DG-004: reserved bits are ignored */
	MAKE(DG_UNIQUE, 3, "CLIENT", 3);
	self->p.flags |= 0xf8;
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, dg_recv_filled(self->client, "SERVER", 3, 3));
	STILL_SERVED();
}

/* 221 octets of labels make a name of 255 octets. */
static void long_scope(char *text)
{
	static const int label[] = { 63, 63, 63, 28 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(label); i++) {
		memset(text, 'A' + i, label[i]);
		text[label[i]] = '.';
		text += label[i] + 1;
	}
	text[-1] = '\0';
}

/* DG-007, DG-020: the longest datagram there is, and what is longer */
TEST_F(bad, longest_and_longer)
{
	char scope[256];
	struct nb_name_info info = {
		.permanent = true, .owner = NB_ANYBODY, .scope = scope,
	};
	struct sockaddr_nb name = nb_addr("SERVER");
	uint8_t *buf = calloc(1, 65507);
	size_t used;
	int fd;

	long_scope(scope);
	ASSERT_EQ(0, nb_name_put(&self->host[0], "FAR", &info));
	fd = dg_socket(&self->host[0], NULL, 0);
	ASSERT_EQ(0, setsockopt(fd, SOL_NETBIOS, NB_SCOPE, scope,
				strlen(scope)));
	ASSERT_EQ(0, nb_bind(fd, "FAR", 0));
	MAKE(DG_UNIQUE, 1, "FAR", 0);
	used = ss_name(self->p.data, &name, scope);
	name = nb_addr("FAR");
	used += ss_name(self->p.data + used, &name, scope);
	ASSERT_EQ(SECTION_MAX - 512, used);
	nb_fill(self->p.data + used, 513, 1);
	self->p.len = SECTION_MAX;
	self->p.length = SECTION_MAX;
	ASSERT_EQ(0, PUT());
	EXPECT_EQ(0, dg_recv_filled(fd, "SERVER", 512, 1));
	/* one octet more, for the user or as padding */
	self->p.len++;
	ASSERT_EQ(0, PUT());
	self->p.length++;
	ASSERT_EQ(0, PUT());
	MAKE(DG_UNIQUE, 2, "CLIENT", 513);
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) == 3));
	/* as long as UDP can be, in many fragments of IP */
	dg_pack(buf, &self->p);
	ASSERT_EQ(0, dg_put_raw(self->udp, self->node, buf, 65507));
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) == 4));
	EXPECT_FALSE(nb_poll(fd, POLLIN, 0));
	STILL_SERVED();
	free(buf);
	close(fd);
}

/* A name that is wrong in one respect, 300 octets at most: its length. */
static size_t bad_name(uint8_t *p, int how)
{
	struct sockaddr_nb name = nb_addr("CLIENT");
	size_t len = ss_name(p, &name, "AB");	/* 02 'A' 'B' 00 from 33 on */

	switch (how) {
	case 0:		/* the first label: too short, too long, */
		p[0] = 31;
		return len;
	case 1:
		p[0] = 33;
		return len;
	case 2:		/* not there, */
		p[0] = 0;
		return 1;
	case 3:		/* a pointer, a reserved kind of label */
		p[0] = 0xc0;
		p[1] = 12;
		return 2;
	case 4:
		p[0] = 0x60;
		return len;
	case 5:
		p[0] = 0xa0;
		return len;
	case 6:		/* letters outside A to P, in each half of an octet */
		p[1] = '@';
		return len;
	case 7:
		p[32] = 'Q';
		return len;
	case 8:
		p[16] = 'a';
		return len;
	case 9:
		p[17] = 0xc1;
		return len;
	case 10:	/* the scope: a pointer, a reserved kind of label, */
		p[33] = 0xc0;
		return len;
	case 11:
		p[33] = 0x40;
		return len;
	case 12:
		p[33] = 0x82;
		return len;
	case 13:	/* a pointer behind a label, */
		p[36] = 0xc0;
		p[37] = 12;
		return len + 1;
	case 14:	/* a name of 256 octets, of 300 */
		memset(p + 33, 'x', 300 - 33);
		p[33] = 63;
		p[33 + 64] = 63;
		p[33 + 128] = 63;
		p[33 + 192] = 29;
		p[33 + 222] = 0;
		return 256;
	case 15:
		memset(p + 33, 'x', 300 - 33);
		p[33] = 63;
		p[33 + 64] = 63;
		p[33 + 128] = 63;
		p[33 + 192] = 63;
		p[299] = 0;
		return 300;
	case 16:	/* one that runs past the end of all */
		memset(p + 33, 'x', 300 - 33);
		p[33] = 63;
		return 40;
	}
	return 0;
}

#define BAD_NAMES	17

/* A datagram whose source, or destination, is bad_name(@how). */
static void make_bad(struct dg_packet *p, const struct nb_host *peer,
		     uint8_t type, int how, bool source)
{
	struct sockaddr_nb name = nb_addr("SERVER");
	size_t used;

	dg_make(p, type, how, peer, "SERVER", "CLIENT", 0, 0);
	if (source) {
		used = bad_name(p->data, how);
		/* else the other name would be the end that it lacks */
		if (how != 16) {
			name = nb_addr("CLIENT");
			used += ss_name(p->data + used, &name, NULL);
		}
	} else {
		used = ss_name(p->data, &name, NULL);
		used += bad_name(p->data + used, how);
	}
	p->len = used;
	p->length = used;
}

/*
 * Sends a packet until it is answered, since only so many errors are sent in a
 * second: the error octet, or a negative errno.
 */
static int error_of(const struct nb_host *node, int udp,
		    const struct dg_packet *p)
{
	uint64_t end = nb_now() + NB_BOUND;
	struct dg_packet answer;
	int64_t limited;
	int err;

	while (nb_now() < end) {
		limited = nb_stat(node, NB_STAT_DGRAM_ERRORS_LIMITED);
		err = dg_put(udp, &node->addr, p);
		if (err)
			return err;
		if (nb_poll(udp, POLLIN, NB_QUIET) > 0) {
			err = dg_get(udp, &answer, NULL);
			if (err)
				return err;
			return answer.type == DG_ERROR && answer.id == p->id &&
			       answer.len == 1 ? answer.data[0] : -EBADMSG;
		}
		if (nb_stat(node, NB_STAT_DGRAM_ERRORS_LIMITED) == limited)
			return -ENODATA;
	}
	return -ETIME;
}

/* DG-033: both names, in every way, in a datagram to one */
TEST_F(bad, malformed_names)
{
	int how;

	for (how = 0; how < BAD_NAMES; how++) {
		make_bad(&self->p, &self->host[1], DG_UNIQUE, how, true);
		EXPECT_EQ(0x83, error_of(self->host, self->udp, &self->p)) {
			TH_LOG("source, %d", how);
		}
		make_bad(&self->p, &self->host[1], DG_UNIQUE, how, false);
		EXPECT_EQ(0x84, error_of(self->host, self->udp, &self->p)) {
			TH_LOG("destination, %d", how);
		}
	}
	EXPECT_TRUE(dg_silent(self->client));
	STILL_SERVED();
}

/* DG-030: in one to a group or to all there is no error, only silence */
TEST_F(bad, malformed_names_to_many)
{
	int how, type;

	for (type = DG_GROUP; type <= DG_BROADCAST; type++) {
		for (how = 0; how < 2 * BAD_NAMES; how++) {
			make_bad(&self->p, &self->host[1], type, how / 2,
				 how % 2);
			ASSERT_EQ(0, PUT());
		}
	}
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) == 4 * BAD_NAMES));
	EXPECT_TRUE(udp_silent(self->udp));
	EXPECT_TRUE(dg_silent(self->client));
	EXPECT_EQ(0, STAT(ERRORS_SENT));
	STILL_SERVED();
}

/* NAME-002, DG-009: nobody is called so; a destination may be everybody */
TEST_F(bad, asterisk_sources)
{
	static const char * const from[] = { "*", "*SMBSERVER", "*CLIENT" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(from); i++) {
		dg_make(&self->p, DG_UNIQUE, i, &self->host[1], from[i],
			"CLIENT", 9, 0);
		EXPECT_EQ(0x83, error_of(self->host, self->udp, &self->p));
		self->p.flags |= DG_MORE;
		self->p.length += 9;
		EXPECT_EQ(0x83, error_of(self->host, self->udp, &self->p));
		dg_make(&self->p, DG_GROUP, i, &self->host[1], from[i], "TEAM",
			9, 0);
		ASSERT_EQ(0, PUT());
		dg_make(&self->p, DG_BROADCAST, i, &self->host[1], from[i], "*",
			9, 0);
		ASSERT_EQ(0, PUT());
	}
	ASSERT_TRUE(nb_wait(STAT(MALFORMED) >= 4 * (int)ARRAY_SIZE(from)));
	EXPECT_TRUE(dg_silent(self->client));
	EXPECT_TRUE(dg_silent(self->team));
	EXPECT_EQ(0, STAT(FRAGMENT_ORPHAN));
	EXPECT_EQ(0, STAT(DELIVERED));
	STILL_SERVED();
}

/* The first fragment has the names: what is wrong with them is said once. */
TEST_F(bad, malformed_names_in_fragments)
{
	make_bad(&self->p, &self->host[1], DG_UNIQUE, 6, false);
	/* 6: a letter outside A to P */
	self->p.flags = DG_FIRST | DG_MORE;
	self->p.length = 500;
	EXPECT_EQ(0x84, error_of(self->host, self->udp, &self->p));
	self->p.flags = 0;
	self->p.offset = self->p.len;
	self->p.len = 500 - self->p.offset;
	ASSERT_EQ(0, PUT());
	ASSERT_TRUE(nb_wait(STAT(FRAGMENT_ORPHAN) == 1));
	EXPECT_TRUE(udp_silent(self->udp));
	/* names that do not fit into the first one are malformed, too */
	MAKE(DG_UNIQUE, 1, "CLIENT", 100);
	self->p.flags = DG_FIRST | DG_MORE;
	self->p.len = DG_NAMES_LEN - 1;
	EXPECT_EQ(0x84, error_of(self->host, self->udp, &self->p));
	STILL_SERVED();
}

TEST_HARNESS_MAIN
