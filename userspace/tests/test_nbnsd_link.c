// SPDX-License-Identifier: GPL-2.0
/*
 * The link between netbiosd and nbnsd: records, and who is at the other end.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>

#include "service/link.h"
#include "tap.h"

static int fd[2];
static struct link_buffer buffer;
static struct link_record got;

static void pair(void)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fd))
		abort();
}

static void unpair(void)
{
	close(fd[0]);
	close(fd[1]);
}

static int through(const struct link_record *record)
{
	int err = link_send(fd[0], record);

	return err ? err : link_receive(fd[1], &got, &buffer);
}

static void test_through(void)
{
	const uint32_t addr[] = { inet_addr("10.0.0.7"), inet_addr("10.0.0.8") };

	pair();
	is_number(link_receive(fd[1], &got, &buffer), -EAGAIN, "nothing there");
	ok(!through(&(struct link_record) {
		.kind = LINK_PACKET,
		.services = LINK_DATAGRAMS,
		.ifindex = 3,
		.local = addr[1],
		.port = 4000,
		.n = 2,
		.addr = addr,
		.data = "abc",
		.len = 3,
	}), "a packet");
	ok(got.kind == LINK_PACKET && got.services == LINK_DATAGRAMS && got.ifindex == 3 &&
	   got.local == addr[1] && got.port == 4000 && got.n == 2 &&
	   !memcmp(got.addr, addr, sizeof(addr)) && got.len == 3 && !memcmp(got.data, "abc", 3),
	   "as it was sent");
	ok(!through(&(struct link_record) { .kind = LINK_HELLO, .services = LINK_NAMES, .n = 1,
					    .addr = addr }) && got.kind == LINK_HELLO, "a hello");
	ok(!through(&(struct link_record) { .kind = LINK_WELCOME }) && got.kind == LINK_WELCOME,
	   "a welcome");
	ok(!through(&(struct link_record) { .kind = LINK_REFUSED, .data = "no", .len = 2 }) &&
	   got.len == 2, "a refusal");
	close(fd[0]);
	is_number(link_receive(fd[1], &got, &buffer), -ECONNRESET, "the end");
	is_number(link_send(fd[1], &(struct link_record) { .kind = LINK_WELCOME }), -EPIPE,
		  "without a signal");
	close(fd[1]);
}

static void test_limits(void)
{
	static const uint32_t addr[LINK_ADDRS_MAX + 1];
	static const char data[LINK_DATA_MAX + 1];
	struct link_record most = {
		.kind = LINK_PACKET,
		.services = LINK_NAMES,
		.port = 137,
		.n = LINK_ADDRS_MAX,
		.addr = addr,
		.data = data,
		.len = LINK_DATA_MAX,
	};
	unsigned int n = 0;

	pair();
	ok(!through(&most) && got.n == LINK_ADDRS_MAX && got.len == LINK_DATA_MAX, "the most");
	most.n++;
	is_number(through(&most), -EMSGSIZE, "one address more");
	most.n--;
	most.len++;
	is_number(through(&most), -EMSGSIZE, "one octet more");
	most.len--;
	while (!link_send(fd[0], &most))
		n++;
	ok(n > 10 && link_send(fd[0], &most) == -EAGAIN, "who does not read makes nobody wait");
	unpair();
}

/* A packet with one address and one octet of data, and what makes it malformed */
static void test_malformed(void)
{
	static const struct {
		const char	*what;
		size_t		at;
		uint8_t		value;
		int		err;
	} cases[] = {
#define AT(field) offsetof(struct link_header, field)
		{ "another version", AT(version), LINK_VERSION + 1, -EPROTONOSUPPORT },
		{ "no kind", AT(kind), 0, -EPROTO },
		{ "an unknown kind", AT(kind), LINK_KINDS, -EPROTO },
		{ "a hello with data", AT(kind), LINK_HELLO, -EPROTO },
		{ "a welcome with data", AT(kind), LINK_WELCOME, -EPROTO },
		{ "a refusal with an address", AT(kind), LINK_REFUSED, -EPROTO },
		{ "no service", AT(services), 0, -EPROTO },
		{ "a packet of two services", AT(services), 3, -EPROTO },
		{ "an unknown service", AT(services), 4, -EPROTO },
		{ "nobody at the other end", AT(n), 0, -EPROTO },
		{ "more addresses than octets", AT(n), 2, -EPROTO },
		{ "no data", AT(n), 255, -EPROTO },
		{ "what is to be zero", AT(zero), 1, -EPROTO },
#undef AT
	};
	struct packet {
		struct link_header	header;
		uint32_t		addr;
		char			data;
	} packet = {
		.header = {
			.version = LINK_VERSION,
			.kind = LINK_PACKET,
			.services = LINK_NAMES,
			.n = 1,
			.port = 137,
		},
	};
	size_t len = offsetof(struct packet, data) + 1, i;

	memcpy(&buffer, &packet, len);
	ok(!link_decode(&got, &buffer, len), "a packet");
	for (i = 0; i < len; i++)
		if (link_decode(&got, &buffer, i) != -EPROTO)
			break;
	is_number(i, len, "and none that is cut");
	ok(link_decode(&got, &buffer, sizeof(buffer)) == -EPROTO, "nor one that is too long");
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		memcpy(&buffer, &packet, len);
		buffer.octets[cases[i].at] = cases[i].value;
		is_number(link_decode(&got, &buffer, len), cases[i].err, cases[i].what);
	}
	memcpy(&buffer, &packet, len);
	buffer.header.port = 0;
	is_number(link_decode(&got, &buffer, len), -EPROTO, "no port");
	buffer.header.port = 137;
	buffer.header.ifindex = -1;
	is_number(link_decode(&got, &buffer, len), -EPROTO, "no adapter");
}

/* The address is that of a network namespace, so this has one of its own */
static void test_connection(void)
{
	int listener, link;
	uid_t uid = 1;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
		printf("# no namespaces here: %m\n");
		return;
	}
	is_number(link_connect(&uid), -ECONNREFUSED, "nobody listens");
	listener = link_listen();
	ok(listener >= 0, "somebody does");
	is_number(link_listen(), -EADDRINUSE, "and nobody else");
	fd[0] = link_connect(&uid);
	ok(fd[0] >= 0 && uid == geteuid(), "who listens is known");
	uid = 1;
	link = link_accept(listener, &uid);
	ok(link >= 0 && uid == geteuid(), "and who connects");
	fd[1] = link;
	ok(!through(&(struct link_record) { .kind = LINK_WELCOME }), "records go");
	unpair();
	close(listener);
}

static void test_users(void)
{
	const struct passwd *daemon = getpwnam("daemon");
	char number[16];

	ok(link_trusts(0, "nobody") && link_trusts(geteuid(), "nobody"), "root and ourselves");
	if (!daemon)
		return;
	snprintf(number, sizeof(number), "%u", daemon->pw_uid);
	ok(link_trusts(daemon->pw_uid, "daemon") && link_trusts(daemon->pw_uid, number),
	   "a user by name or number");
	ok(!link_trusts(daemon->pw_uid, "nobody") && !link_trusts(daemon->pw_uid, "no such user"),
	   "and no other");
}

int main(void)
{
	test_through();
	test_limits();
	test_malformed();
	test_users();
	test_connection();
	return tap_end();
}
