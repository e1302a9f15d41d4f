// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "lmhosts.h"
#include "service/log.h"

static bool read_config(struct files *files, const struct service_options *options)
{
	char error[512];
	int err;

	err = config_load(&files->config, options->config, error, sizeof(error));
	if (err == -ENOENT && !options->config_given) {
		log_info("%s, so all settings are as they come", error);
		err = config_load(&files->config, NULL, error, sizeof(error));
	}
	if (err)
		log_error("%s", error);
	return !err;
}

static void read_hosts(struct files *files)
{
	const char *path = files->config->lmhosts;
	char error[512];
	int err;

	if (!*path)
		return;
	err = lmhosts_load(&files->hosts, &files->n_hosts, path, error, sizeof(error));
	if (err == -ENOENT) {
		log_info("%s", error);
	} else if (err) {
		log_error("%s", error);
		files->hosts_bad = true;
	}
}

bool files_read(struct files *files, const struct service_options *options)
{
	struct files new = { 0 };

	if (!read_config(&new, options))
		return false;
	read_hosts(&new);
	*files = new;
	return true;
}

void files_free(struct files *files)
{
	config_free(files->config);
	free(files->hosts);
	memset(files, 0, sizeof(*files));
}
