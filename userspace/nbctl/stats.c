// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl stats
 */
#include "nbctl.h"

static int show(struct ctl *ctl, int argc, char **argv)
{
	const char *key;
	json_t *stats, *value;
	int status;

	(void)argc;
	(void)argv;
	ctl_new(ctl, NETBIOS_CMD_STATS_GET, 0);
	status = ctl_get(ctl, stats_attrs, &stats);
	if (status)
		return status;
	if (ctl->json)
		status = json_print(stats);
	else
		json_object_foreach(stats, key, value)
			if (ctl->all || json_integer_value(value))
				printf("%-28s  %" JSON_INTEGER_FORMAT "\n", key,
				       json_integer_value(value));
	json_decref(stats);
	return status;
}

static const struct argp_option options[] = {
	{ "all", 'a', NULL, 0, "Show counters that are 0, too", 0 },
	{ 0 }
};

const struct command stats_commands[] = {
	{ "show", "", "Show the counters of this network namespace.", options, 0, 0, show },
	{ 0 }
};
