// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl status: asks a node what names it has, from a port of its own. The
 * helper need not run; only a name has to be resolved.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "nbctl.h"
#include "status.h"

/* UCAST_REQ_RETRY_COUNT, and a time-out as others have it; RFC 1002 says 5 s */
#define TRIES		3
#define TIMEOUT		1500

struct question {
	struct sockaddr_in node;
	struct ns_name	name;
	uint16_t	id;
	uint8_t		packet[NS_PACKET_MAX];
	size_t		len;
};

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/*
 * The socket is connected, so only that node gets through. What does not fit is
 * passed over; a port unreachable may be about an earlier packet.
 */
static json_t *wait_answer(int fd, const struct question *question)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int64_t end = now() + TIMEOUT, left;
	uint8_t buf[65536];
	json_t *status;
	ssize_t len;

	while ((left = end - now()) > 0) {
		if (poll(&pfd, 1, left) <= 0)
			continue;
		len = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (len < 0 && errno == ECONNREFUSED)
			return NULL;
		if (len < 0)
			continue;
		status = status_decode(buf, len, question->id, &question->name);
		if (status)
			return status;
	}
	return NULL;
}

static json_t *ask(const struct question *question)
{
	json_t *status = NULL;
	int fd, try;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return NULL;
	if (connect(fd, (const struct sockaddr *)&question->node, sizeof(question->node)))
		goto out;
	errno = ETIMEDOUT;
	for (try = 0; try < TRIES && !status; try++) {
		if (send(fd, question->packet, question->len, 0) < 0 && errno != ECONNREFUSED)
			break;
		status = wait_answer(fd, question);
	}
out:
	close(fd);
	return status;
}

/* The scope of the node, if none is given: others in it have the same */
static int node_scope(struct ctl *ctl, char *buf, size_t size)
{
	json_t *node;
	int status;

	ctl_new(ctl, NETBIOS_CMD_NODE_GET, 0);
	status = ctl_get(ctl, node_attrs, &node);
	if (status)
		return status;
	snprintf(buf, size, "%s", json_string_value(json_object_get(node, "scope")));
	json_decref(node);
	return STATUS_OK;
}

/* An address is asked for everything, a name at the first of its addresses */
static int find_node(struct ctl *ctl, struct question *question, const char *text,
		     const char *scope)
{
	static const uint8_t wildcard[NETBIOS_NAME_LEN] = "*";
	struct nb_resolve answer;
	struct sockaddr_nb name;
	int status;

	if (inet_pton(AF_INET, text, &question->node.sin_addr) == 1)
		return ns_name_set(&question->name, wildcard, scope) ? STATUS_USAGE :
								       STATUS_OK;
	if (nb_sockaddr_parse(&name, text, NB_SUFFIX_PAD, NETBIOS_UNIQUE_NAME)) {
		ctl_error(ctl, "%s: neither an address nor a NetBIOS name", text);
		return STATUS_USAGE;
	}
	status = resolve(ctl, &name, scope, &answer);
	if (status)
		return status;
	question->node.sin_addr.s_addr = answer.nrs_addr[0];
	return ns_name_set(&question->name, (const uint8_t *)name.snb_name, scope) ?
	       STATUS_USAGE : STATUS_OK;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct question question = {
		.node = { .sin_family = AF_INET, .sin_port = htons(NS_PORT) },
	};
	char addr[INET_ADDRSTRLEN], text[NETBIOS_SCOPE_MAX + 1];
	const char *scope;
	json_t *answer;
	int status;

	status = name_operands(ctl, argc, argv, &scope);
	if (!status && !scope) {
		status = node_scope(ctl, text, sizeof(text));
		scope = text;
	}
	if (!status)
		status = find_node(ctl, &question, argv[0], scope);
	if (status)
		return status;
	if (getrandom(&question.id, sizeof(question.id), 0) < 0)
		return STATUS_FAILED;
	question.len = ns_build_query(question.packet, sizeof(question.packet), question.id,
				      0, &question.name, NS_TYPE_NBSTAT);
	inet_ntop(AF_INET, &question.node.sin_addr, addr, sizeof(addr));
	answer = ask(&question);
	if (!answer) {
		ctl_error(ctl, "%s: %s", addr, errno == ETIMEDOUT || errno == EAGAIN ?
			  "no answer" : strerror(errno));
		return STATUS_FAILED;
	}
	json_object_set_new(answer, "addr", json_string(addr));
	if (ctl->json)
		status = json_print(answer);
	else
		status_print(answer, ctl->all);
	json_decref(answer);
	return status;
}

static const struct argp_option options[] = {
	{ "all", 'a', NULL, 0, "Show the statistics, too", 0 },
	{ "wait", 'w', "SECONDS", 0, "Wait so long at most for the address of a name", 0 },
	{ 0 }
};

const struct command status_commands[] = {
	{ "", "NAME|ADDRESS [scope SCOPE]", "Ask a node for its names.", options, 1, 3, run },
	{ 0 }
};
