// SPDX-License-Identifier: GPL-2.0
/*
 * nsload: asks a node or a name server for names, one request after the other,
 * and counts the right answers (RFC 1002 4.2). What that costs the other side is
 * read elsewhere: see measure.sh.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <wire/ns_packet.h>

#define PATIENCE		60000	/* ms for one answer: the clock may run ahead */

static const char usage[] =
	"usage: nsload ADDRESS MODE COUNT NAMES [STEM]\n"
	"Asks ADDRESS COUNT times for STEM00000000<20> and up (NB), NAMES different\n"
	"ones. MODE is query; absent: for names that are not there; status: for all\n"
	"names; register, refresh or release: of unique names, as a P node does.\n";

#define TTL	300000	/* seconds that a name is asked for */

/**
 * struct mode - a kind of request
 * @name: word on the command line
 * @stem: the names asked for start with it; "" is the wildcard
 * @opcode: NS_OP_*
 * @type: type of the question
 * @rcode: of the right answer
 */
struct mode {
	const char	*name;
	const char	*stem;
	unsigned int	opcode;
	uint16_t	type;
	unsigned int	rcode;
};

static const struct mode modes[] = {
	{ "query",    "NB", NS_OP_QUERY, NS_TYPE_NB, 0 },
	{ "absent",   "NX", NS_OP_QUERY, NS_TYPE_NB, NS_NAM_ERR },
	{ "status",   "",   NS_OP_QUERY, NS_TYPE_NBSTAT, 0 },
	{ "register", "NB", NS_OP_REGISTER, NS_TYPE_NB, 0 },
	{ "refresh",  "NB", NS_OP_REFRESH, NS_TYPE_NB, 0 },
	{ "release",  "NB", NS_OP_RELEASE, NS_TYPE_NB, 0 },
};

static const struct mode *find_mode(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(modes[i].name, name))
			return &modes[i];
	errx(2, "%s", usage);
}

static int connect_to(const char *address)
{
	struct sockaddr_in node = {
		.sin_family = AF_INET,
		.sin_port = htons(NS_PORT),
	};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		err(1, "socket");
	if (inet_pton(AF_INET, address, &node.sin_addr) != 1)
		errx(2, "%s is no IPv4 address", address);
	if (connect(fd, (struct sockaddr *)&node, sizeof(node)))
		err(1, "%s", address);
	return fd;
}

/* The address that the server sees: nobody else has the name. */
static struct ns_entry owner(int fd)
{
	struct ns_entry entry = { .flags = NS_ONT_P };
	struct sockaddr_in own;
	socklen_t len = sizeof(own);

	if (getsockname(fd, (struct sockaddr *)&own, &len))
		err(1, "getsockname");
	entry.addr = own.sin_addr.s_addr;
	return entry;
}

static size_t build(uint8_t *packet, const struct mode *mode, const char *stem,
		    uint16_t id, unsigned long number,
		    const struct ns_entry *entry)
{
	uint16_t flags = NS_OPCODE_FLAGS(mode->opcode);
	uint8_t octets[NETBIOS_NAME_LEN] = { '*' };
	struct ns_name name;
	char text[24];

	if (*mode->stem) {
		snprintf(text, sizeof(text), "%.2s%08lu     %c", stem,
			 number % 100000000, 0x20);
		memcpy(octets, text, sizeof(octets));
	}
	if (ns_name_set(&name, octets, ""))
		errx(1, "cannot encode a name");
	if (*mode->stem &&
	    (mode->opcode == NS_OP_QUERY || mode->opcode == NS_OP_REGISTER))
		flags |= NS_RD;
	if (mode->opcode != NS_OP_QUERY)
		return ns_build_request(packet, NS_PACKET_MAX, id, flags, &name,
					TTL, entry);
	return ns_build_query(packet, NS_PACKET_MAX, id, flags, &name, mode->type);
}

/* Wait for the answer to question @id. */
static void wait_answer(int fd, const struct mode *mode, uint16_t id)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct ns_packet answer;
	uint8_t buf[4096];
	ssize_t len;

	while (poll(&pfd, 1, PATIENCE) == 1) {
		len = recv(fd, buf, sizeof(buf), 0);
		if (len < 0)
			err(1, "recv");
		if (ns_parse(&answer, buf, len) || answer.id != id)
			continue;
		if (!(answer.flags & NS_RESPONSE) ||
		    (answer.flags & NS_RCODE) != mode->rcode)
			errx(1, "a wrong answer, flags %04x", answer.flags);
		return;
	}
	errx(1, "no answer within %d ms", PATIENCE);
}

int main(int argc, char **argv)
{
	uint8_t packet[NS_PACKET_MAX];
	unsigned long i, count, names;
	const struct mode *mode;
	struct ns_entry entry;
	const char *stem;
	size_t len;
	int fd;

	if (argc != 5 && argc != 6)
		errx(2, "%s", usage);
	mode = find_mode(argv[2]);
	count = strtoul(argv[3], NULL, 10);
	names = strtoul(argv[4], NULL, 10);
	if (!count || !names)
		errx(2, "%s", usage);
	stem = argc == 6 ? argv[5] : mode->stem;
	fd = connect_to(argv[1]);
	entry = owner(fd);
	for (i = 0; i < count; i++) {
		/* a stride that visits all of them, in no order of the table */
		len = build(packet, mode, stem, i, i * 7919 % names,
			    &entry);
		if (send(fd, packet, len, 0) != (ssize_t)len)
			err(1, "send");
		wait_answer(fd, mode, i);
	}
	printf("%lu\n", count);
	close(fd);
	return 0;
}
