// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: the state of the engine in words.
 */
#include <stdarg.h>
#include <stdio.h>

#include "node.h"

struct out {
	void (*line)(void *data, const char *text);
	void *data;
};

static void print(const struct out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void print(const struct out *out, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	out->line(out->data, text);
}

static void dump_adapter(const struct out *out, const struct adapter *a)
{
	static const char types[] = "?BPMH";
	char addr[ADDR_TEXT], server[ADDR_TEXT];

	if (!a->active) {
		print(out, "adapter %s: does not take part, %u names to be given up",
		      a->conf.name, a->n_left);
		return;
	}
	print(out, "adapter %s: %c node, %s, NBNS %savailable (%s), NBDD %savailable",
	      a->conf.name, types[a->type], addr_text(a->conf.addr, addr),
	      a->nbns.available ? "" : "un", addr_text(nbns_current(a), server),
	      a->nbdd.available ? "" : "un");
}

static void dump_names(const struct out *out, const struct nbd_engine *e)
{
	unsigned int registered = 0, provisional = 0, conflict = 0, other = 0;
	const struct scope *scope;
	const struct name *name;

	for (scope = e->names.scopes; scope; scope = scope->next) {
		for (name = scope->names; name; name = name->next) {
			switch (name->state) {
			case NETBIOS_NAME_STATE_REGISTERED:
				registered++;
				break;
			case NETBIOS_NAME_STATE_PROVISIONAL:
				provisional++;
				break;
			case NETBIOS_NAME_STATE_CONFLICT:
				conflict++;
				break;
			default:
				other++;
			}
		}
	}
	print(out, "names: %u registered, %u provisional, %u in conflict, %u on their way",
	      registered, provisional, conflict, other);
}

void nbd_engine_dump(struct nbd_engine *e, void (*line)(void *data, const char *text),
		     void *data)
{
	const struct out out = { .line = line, .data = data };
	const struct adapter *a;
	unsigned int i;

	for (a = e->adapter; a < e->adapter + e->adapters; a++)
		if (a->used)
			dump_adapter(&out, a);
	dump_names(&out, e);
	print(&out, "requests: %u open, %u of them in the background", e->n_txns, e->in_flight);
	print(&out, "lmhosts: %zu entries", e->lmhosts.n);
	for (i = 0; i < NBD_COUNTERS; i++)
		print(&out, "%s: %llu", nbd_counter_name(i), (unsigned long long)e->counter[i]);
}
