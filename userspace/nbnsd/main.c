// SPDX-License-Identifier: GPL-2.0
/*
 * nbnsd: a NetBIOS name server and datagram distribution server.
 */
#include <argp.h>
#include <signal.h>
#include <stdlib.h>
#include <sysexits.h>
#include <linux/capability.h>

#include "daemon.h"
#include "service/log.h"
#include "service/priv.h"

const char *argp_program_version = "nbnsd " NETBIOS_VERSION;

static const unsigned int needed[] = { CAP_NET_BIND_SERVICE };

int main(int argc, char **argv)
{
	struct options options;
	struct config *config;

	priv_fill_standard();
	signal(SIGPIPE, SIG_IGN);
	options_parse(&options, argc, argv);
	log_init(options.service.level);
	config = options_config(&options);
	if (!config)
		return EX_CONFIG;
	if (options.service.check) {
		config_free(config);
		return EXIT_SUCCESS;
	}
	if (priv_drop(options.service.user, needed, 1))
		return EXIT_FAILURE;
	return daemon_run(&options, config);
}
