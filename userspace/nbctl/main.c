// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl: shows and changes the NetBIOS node of a network namespace.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nbctl.h"

const char *argp_program_version = "nbctl " NETBIOS_VERSION;

/* Seconds; the milliseconds fit an int, as poll() needs it */
#define WAIT_MAX	86400

static const struct noun nouns[] = {
	{ "node", "settings, adapters and condition of the node", node_commands },
	{ "name", "local names", name_commands },
	{ "cache", "remote names", cache_commands },
	{ "session", "sockets and their sessions", session_commands },
	{ "resolve", "addresses of a name", resolve_commands },
	{ "status", "names of another node", status_commands },
	{ "diagnose", "why a name cannot be found or called", diagnose_commands },
	{ "stats", "counters", stats_commands },
	{ "monitor", "events as they happen", monitor_commands },
	{ 0 }
};

static const struct argp_option json_option[] = {
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{ 0 }
};

struct run {
	struct ctl	*ctl;
	int		argc;
	char		**argv;
};

static error_t parse_json(int key, char *arg, struct argp_state *state)
{
	struct run *run = state->input;

	(void)arg;
	if (key != 'j')
		return ARGP_ERR_UNKNOWN;
	run->ctl->json = true;
	return 0;
}

static error_t parse_command(int key, char *arg, struct argp_state *state)
{
	struct run *run = state->input;
	char *end;

	switch (key) {
	case 'a':
		run->ctl->all = true;
		return 0;
	case 'w':
		run->ctl->wait = strtoul(arg, &end, 10);
		if (*end || !run->ctl->wait || run->ctl->wait > WAIT_MAX)
			argp_error(state, "%s: not a number of seconds", arg);
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = run;
		return 0;
	case ARGP_KEY_ARGS:
		run->argc = state->argc - state->next;
		run->argv = state->argv + state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* argv[0] is the verb, or what stands in its place */
static int run_command(struct ctl *ctl, const struct command *command, int argc,
		       char **argv)
{
	static const struct argp common = { json_option, parse_json, NULL, NULL, NULL, NULL, NULL };
	const struct argp_child children[] = { { &common, 0, NULL, 0 }, { 0 } };
	struct argp argp = { command->options, parse_command, command->args,
			     command->doc, children, NULL, NULL };
	struct run run = { ctl, 0, NULL };
	char name[80];
	int status;

	ctl->args = *command->args ? command->args : "nothing";

	snprintf(name, sizeof(name), "nbctl %s", ctl->command);
	argv[0] = name;
	/* A batch goes on to the next line, or says itself that it does not */
	if (argp_parse(&argp, argc, argv, ctl->file ? ARGP_NO_EXIT : 0, NULL, &run)) {
		ctl_error(ctl, "wrong option");
		return STATUS_USAGE;
	}
	if (run.argc < command->min || run.argc > command->max) {
		ctl_error(ctl, "too %s words; it takes: %s",
			  run.argc < command->min ? "few" : "many", ctl->args);
		return STATUS_USAGE;
	}
	status = ctl_open(ctl);
	return status ? status : command->run(ctl, run.argc, run.argv);
}

static void noun_help(FILE *out, const struct noun *noun)
{
	const struct command *command;
	const struct argp_option *option;

	for (command = noun->commands; command->verb; command++) {
		fprintf(out, "  nbctl %s%s%s %s\n        %s\n", noun->name,
			*command->verb ? " " : "", command->verb, command->args,
			command->doc);
		for (option = command->options; option && option->name; option++)
			fprintf(out, "        -%c, --%s%s%s: %s\n", option->key, option->name,
				option->arg ? "=" : "", option->arg ? option->arg : "",
				option->doc);
	}
}

static const struct command *find_command(const struct noun *noun, const char *verb)
{
	const struct command *command;

	/* The one that needs no verb is not meant by an empty word either */
	for (command = noun->commands; command->verb; command++)
		if (*verb && !strcmp(command->verb, verb))
			return command;
	return NULL;
}

static void nouns_help(FILE *out)
{
	const struct noun *noun;

	for (noun = nouns; noun->name; noun++)
		fprintf(out, "  %-10s%s\n", noun->name, noun->doc);
}

static const struct noun *find_noun(const char *name)
{
	const struct noun *noun;

	for (noun = nouns; noun->name; noun++)
		if (!strcmp(noun->name, name))
			return noun;
	return NULL;
}

/* @argv is the noun, and what follows */
static int dispatch(struct ctl *ctl, int argc, char **argv)
{
	const struct noun *noun = find_noun(argv[0]);
	const struct command *command;

	if (!noun) {
		ctl_error(ctl, "%s: no such thing; these are:", argv[0]);
		nouns_help(stderr);
		return STATUS_USAGE;
	}
	if (argc > 1 && !strcmp(argv[1], "--help")) {
		noun_help(stdout, noun);
		return STATUS_OK;
	}
	command = argc > 1 ? find_command(noun, argv[1]) : NULL;
	if (!command) {
		command = noun->commands;
		/* Options and, where the only verb takes any, words follow the noun */
		if (argc > 1 && argv[1][0] != '-' && (command[1].verb || !command->max)) {
			ctl_error(ctl, "%s %s: cannot be done; this can:", noun->name, argv[1]);
			noun_help(stderr, noun);
			return STATUS_USAGE;
		}
	} else {
		argc--;
		argv++;
	}
	snprintf(ctl->command, sizeof(ctl->command), "%s%s%s", noun->name,
		 *command->verb ? " " : "", command->verb);
	return run_command(ctl, command, argc, argv);
}

int ctl_run(struct ctl *ctl, int argc, char **argv)
{
	bool json = ctl->json;
	int status;

	ctl->all = false;
	ctl->wait = 0;
	ctl->object = NULL;
	status = dispatch(ctl, argc, argv);
	ctl->json = json;
	return status;
}

struct start {
	struct ctl	*ctl;
	const char	*batch;
	bool		force;
	int		argc;
	char		**argv;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct start *start = state->input;

	switch (key) {
	case 'j':
		start->ctl->json = true;
		return 0;
	case 'b':
		start->batch = arg;
		return 0;
	case 'f':
		start->force = true;
		return 0;
	case ARGP_KEY_ARGS:
		start->argc = state->argc - state->next;
		start->argv = state->argv + state->next;
		return 0;
	case ARGP_KEY_END:
		if (start->batch && start->argc)
			argp_error(state, "--batch and a command exclude each other");
		if (!start->batch && !start->argc)
			argp_error(state, "nothing to do");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static char *help(int key, const char *text, void *input)
{
	char *buf = NULL;
	size_t size;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	out = open_memstream(&buf, &size);
	if (!out)
		return NULL;
	fputs("NOUN is one of\n", out);
	nouns_help(out);
	fputs("nbctl NOUN --help tells what can be done with it; "
	      "see nbctl(8).", out);
	fclose(out);
	return buf;
}

int main(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "json", 'j', NULL, 0, "Print JSON", 0 },
		{ "batch", 'b', "FILE", 0, "Take commands from FILE, - is standard input", 0 },
		{ "force", 'f', NULL, 0, "With --batch: go on after a command that fails", 0 },
		{ 0 }
	};
	static const struct argp argp = {
		options, parse, "NOUN [VERB] [WORD...]",
		"Shows and changes the NetBIOS node of this network namespace.",
		NULL, help, NULL
	};
	struct ctl ctl = { 0 };
	struct start start = { .ctl = &ctl };
	int status;

	/* One write for a line: others may write to the same place */
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	argp_err_exit_status = STATUS_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &start);
	if (start.batch)
		status = batch_run(&ctl, start.batch, start.force);
	else
		status = ctl_run(&ctl, start.argc, start.argv);
	nb_genl_close(ctl.genl);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "nbctl: write: %s\n", strerror(errno));
		status = status ? status : STATUS_FAILED;
	}
	return status;
}
