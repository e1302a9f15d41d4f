// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "lmhosts.h"
#include "service/log.h"

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
	struct files new = { .config = conf_read(&config_kind, options) };

	if (!new.config)
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
