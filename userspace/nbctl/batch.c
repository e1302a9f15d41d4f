// SPDX-License-Identifier: GPL-2.0
/*
 * Commands from a file, one a line.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nbctl.h"

static int run_line(struct ctl *ctl, char *line)
{
	/* One in front for the name of the program, as in main() */
	char *words[OPERANDS_MAX + 2];
	int n;

	if (line[strspn(line, " \t")] == '#')
		return STATUS_OK;
	ctl->command[0] = '\0';
	words[0] = program_invocation_short_name;
	n = words_split(line, words + 1, OPERANDS_MAX);
	if (n < 0) {
		ctl_error(ctl, "too many words, or a quote that is not closed");
		return STATUS_USAGE;
	}
	words[n + 1] = NULL;
	return n ? ctl_run(ctl, n, words + 1) : STATUS_OK;
}

/* A directory can be opened, but no line of it read */
static int unreadable(const char *file)
{
	fprintf(stderr, "nbctl: %s: %s\n", file, strerror(errno));
	return STATUS_FAILED;
}

int batch_run(struct ctl *ctl, const char *file, bool force)
{
	int status = STATUS_OK, one;
	size_t size = 0;
	char *line = NULL;
	FILE *in = stdin;

	if (strcmp(file, "-"))
		in = fopen(file, "re");
	if (!in)
		return unreadable(file);
	ctl->file = strcmp(file, "-") ? file : "standard input";
	while (getline(&line, &size, in) > 0) {
		ctl->line++;
		one = run_line(ctl, line);
		if (!one)
			continue;
		if (!status)
			status = one;
		/* Without the module every other line would fail as well */
		if (!force || one == STATUS_ABSENT)
			break;
	}
	if (ferror(in) && !status)
		status = unreadable(file);
	free(line);
	if (in != stdin)
		fclose(in);
	return status;
}
