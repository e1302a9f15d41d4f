// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl diagnose: why a name cannot be found or called, in plain words, and what
 * was tried to find out.
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <string.h>

#include "diagnose.h"

#define SUFFIX_SERVER	0x20
#define WAIT_DEFAULT	8

static const char *const results[] = {
	[STEP_OK] = "ok",
	[STEP_NOTE] = "note",
	[STEP_FAILED] = "failed",
};

void step(struct diagnosis *d, const char *name, enum step_result result, const char *format,
	  ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_array_append_new(d->steps, json_pack("{s:s, s:s, s:s}", "step", name, "result",
						  results[result], "text", text));
}

void conclude(struct diagnosis *d, const char *verdict, const char *advice,
	      const char *format, ...)
{
	va_list args;

	if (d->verdict)
		return;
	d->verdict = verdict;
	snprintf(d->advice, sizeof(d->advice), "%s", advice);
	va_start(args, format);
	vsnprintf(d->reason, sizeof(d->reason), format, args);
	va_end(args);
}

static const struct column columns[] = {
	{ "STEP", "step", NULL },
	{ "RESULT", "result", NULL },
	{ "WHAT WAS SEEN", "text", NULL },
	{ 0 }
};

static int report(const struct diagnosis *d)
{
	char addr[INET_ADDRSTRLEN];
	json_t *all;
	int status;

	if (d->ctl->json) {
		all = json_pack("{s:s, s:s, s:s, s:s, s:s, s:O}", "name", d->text, "scope",
				d->scope, "verdict", d->verdict, "reason", d->reason, "advice",
				d->advice, "steps", d->steps);
		if (d->addr.s_addr)
			json_object_set_new(all, "addr",
					    json_string(inet_ntop(AF_INET, &d->addr, addr,
								  sizeof(addr))));
		status = json_print(all);
		json_decref(all);
	} else {
		status = rows_print(d->ctl, d->steps, columns);
		printf("\n%s%s%s: %s\n", color(COLOR_TITLE), d->text, color(COLOR_END),
		       d->reason);
		if (*d->advice)
			printf("Try: %s\n", d->advice);
	}
	return status ? status : strcmp(d->verdict, "ok") ? STATUS_FAILED : STATUS_OK;
}

/* NAME [address ADDRESS] [scope SCOPE] */
static int operands(struct diagnosis *d, int argc, char **argv)
{
	const char *scope;
	int status, i;

	if (nb_sockaddr_parse(&d->name, argv[0], SUFFIX_SERVER, NETBIOS_UNIQUE_NAME)) {
		ctl_error(d->ctl, "%s: not a NetBIOS name", argv[0]);
		return STATUS_USAGE;
	}
	d->word = argv[0];
	nb_name_format(d->text, d->name.snb_name);
	status = node_scope(d->ctl, d->scope);
	if (status)
		return status;
	for (i = 1; i < argc; i += 2) {
		if (i + 1 == argc)
			return ctl_missing(d->ctl, argv[i]);
		if (!strcmp(argv[i], "address")) {
			status = address_operand(d->ctl, argv[i + 1], &d->addr);
			if (status)
				return status;
			d->given = true;
		} else if (!strcmp(argv[i], "scope")) {
			status = scope_operand(d->ctl, argv[i + 1], &scope);
			if (status)
				return status;
			snprintf(d->scope, sizeof(d->scope), "%s", scope);
		} else {
			return ctl_usage(d->ctl, argv[i]);
		}
	}
	return STATUS_OK;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct diagnosis d = { .ctl = ctl, .steps = json_array() };
	int status;

	if (!ctl->wait)
		ctl->wait = WAIT_DEFAULT;
	status = operands(&d, argc, argv);
	if (!status)
		status = diagnose_node(&d);
	if (!status && !d.verdict && !d.given)
		status = diagnose_own(&d);
	if (!status && !d.verdict)
		diagnose_resolve(&d);
	if (!status && !d.verdict)
		diagnose_status(&d);
	if (!status && !d.verdict)
		diagnose_call(&d);
	if (!status)
		status = report(&d);
	json_decref(d.steps);
	return status;
}

static const struct argp_option options[] = {
	{ "wait", 'w', "SECONDS", 0, "Wait so long at most for an answer, 8 if not given", 0 },
	{ 0 }
};

const struct command diagnose_commands[] = {
	{ "", "NAME [address ADDRESS] [scope SCOPE]",
	  "Find out why a name cannot be found or called.", options, 1, 5, run },
	{ 0 }
};
