/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ask a node for its status, NODE STATUS REQUEST (RFC 1002 4.2.17). At first the
 * helper is asked to do it, since some nodes answer to nothing but port 137; if it
 * does not run or has no answer, the question goes out from a port of one's own.
 * Who asks waits and repeats as it likes.
 */
#ifndef _WIRE_NS_ASK_H
#define _WIRE_NS_ASK_H

#include "ns_packet.h"

/* UCAST_REQ_RETRY_COUNT, and ms, a time-out as others have it; RFC 1002 says 5 s */
#define NS_ASK_TRIES	3
#define NS_ASK_TIMEOUT	1500

/* A node has 255 names at most */
#define NS_ASK_ANSWER_MAX	8192

/**
 * struct ns_ask - a question under way
 * @fd: to poll; connected to who is asked
 * @node: IPv4 address
 * @own: ours that leads there, where the helper is
 * @by_helper: the helper was asked last
 * @sent: how often the question was sent
 * @status: after ns_ask_read(): the answer; points into @answer
 * @truncated: the node has more names
 */
struct ns_ask {
	int			fd;
	uint32_t		node;
	uint32_t		own;
	bool			by_helper;
	unsigned int		sent;
	uint16_t		id;
	struct ns_name		name;
	uint8_t			answer[NS_ASK_ANSWER_MAX];
	struct ns_status	status;
	bool			truncated;
};

/**
 * ns_ask_open() - begin
 * @ask: result; to be closed by ns_ask_close() in any case
 * @node: IPv4 address, network order
 * @name: one of its names, or an asterisk and 15 zeroes; 16 octets
 * @scope: dotted text
 *
 * Return: 0 or a negative errno.
 */
int ns_ask_open(struct ns_ask *ask, uint32_t node, const uint8_t *name, const char *scope);

/**
 * ns_ask_send() - send the question, or send it again
 * @ask: of ns_ask_open()
 *
 * Return: 0 or a negative errno.
 */
int ns_ask_send(struct ns_ask *ask);

/**
 * ns_ask_read() - is the answer there?
 * @ask: of ns_ask_open()
 *
 * What does not fit is passed over.
 *
 * Return: 0, -EAGAIN if it is not, -ECONNREFUSED if nobody is there to answer.
 */
int ns_ask_read(struct ns_ask *ask);

/**
 * ns_ask_run() - ask, and wait for the answer
 * @ask: of ns_ask_open()
 * @timeout: ms, in which the question is sent NS_ASK_TRIES times
 *
 * Return: 0, -ETIMEDOUT, -ECONNREFUSED, another negative errno.
 */
int ns_ask_run(struct ns_ask *ask, int timeout);

/**
 * ns_ask_parse() - is this the answer?
 * @ask: with the packet in its @answer
 * @len: octets of that
 *
 * Return: true if so, and @status is filled.
 */
bool ns_ask_parse(struct ns_ask *ask, size_t len);

/**
 * ns_ask_close() - the end
 * @ask: of ns_ask_open()
 */
void ns_ask_close(struct ns_ask *ask);

#endif /* _WIRE_NS_ASK_H */
