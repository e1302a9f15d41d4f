// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: the helper of AF_NETBIOS. README.md tells how it is made.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <linux/capability.h>

#include "daemon.h"
#include "files.h"
#include "service/log.h"
#include "options.h"
#include "service/priv.h"

static const unsigned int needed[] = { CAP_NET_BIND_SERVICE, CAP_NET_ADMIN };

int main(int argc, char **argv)
{
	struct service_options options;
	struct files files;
	bool bad;

	priv_fill_standard();
	signal(SIGPIPE, SIG_IGN);
	options_parse(&options, argc, argv);
	log_init(options.level);
	if (options.check) {
		if (!files_read(&files, &options))
			return EXIT_FAILURE;
		bad = files.hosts_bad;
		files_free(&files);
		return bad ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	/* First: files that only root can read could not be read again later */
	if (priv_drop(options.user, needed, 2))
		return EXIT_FAILURE;
	/* Without a good LMHOSTS there is still the network */
	if (!files_read(&files, &options))
		return EXIT_FAILURE;
	return daemon_run(&options, &files);
}
