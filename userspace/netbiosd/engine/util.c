// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: small things that every file of the engine needs.
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "node.h"

/**
 * alloc_zeroed() - memory that is there
 * @size: octets
 *
 * Return: zeroed memory, for free(). Out of memory ends the process: the kernel
 * keeps the names, and the next helper goes on.
 */
void *alloc_zeroed(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		abort();
	return p;
}

/**
 * random32() - an unpredictable number
 * @e: engine
 *
 * Return: the number.
 */
uint32_t random32(struct nbd_engine *e)
{
	uint32_t value;

	e->ops->random(e->os, &value, sizeof(value));
	return value;
}

/**
 * say() - a line for the log
 * @e: engine
 * @level: how important
 * @format: as in printf()
 */
void say(struct nbd_engine *e, enum nbd_log_level level, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	e->ops->log(e->os, level, text);
}

/**
 * addr_text() - an address as text
 * @addr: IPv4 address
 * @buf: ADDR_TEXT octets
 *
 * Return: @buf.
 */
const char *addr_text(uint32_t addr, char *buf)
{
	const struct in_addr in = { .s_addr = addr };

	return inet_ntop(AF_INET, &in, buf, ADDR_TEXT);
}

/**
 * in_node_scope() - is a name in the scope of the node?
 * @e: engine
 * @name: name
 *
 * Return: true if so.
 */
bool in_node_scope(const struct nbd_engine *e, const struct ns_name *name)
{
	struct ns_name own;

	return !ns_name_set(&own, name->octets, e->scope) && ns_name_equal(&own, name);
}
