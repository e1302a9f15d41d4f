// SPDX-License-Identifier: GPL-2.0
/*
 * nbproxy: SMB over NetBIOS for those who know port 445 only, and the other way
 * round.
 */
#include <argp.h>
#include <signal.h>
#include <stdlib.h>
#include <sysexits.h>
#include <linux/capability.h>

#include "daemon.h"
#include "service/log.h"
#include "service/options.h"
#include "service/priv.h"

const char *argp_program_version = "nbproxy " NETBIOS_VERSION;

static const unsigned int needed[] = { CAP_NET_BIND_SERVICE };

static const char doc[] =
	"Joins SMB over NetBIOS (port 139) with direct-hosted SMB (port 445), in both "
	"directions. Runs in the foreground and logs to standard error.\v"
	"Settings are in /etc/nbproxy.conf. SIGHUP reads them again, SIGUSR1 logs counters, "
	"SIGTERM ends. See nbproxy(8).";

int main(int argc, char **argv)
{
	struct service_options options;
	struct config *config;

	priv_fill_standard();
	signal(SIGPIPE, SIG_IGN);
	service_options_parse(&options, "/etc/nbproxy.conf", doc, argc, argv);
	log_init(options.level);
	config = conf_read(&config_kind, &options);
	if (!config)
		return EX_CONFIG;
	if (options.check) {
		config_free(config);
		return EXIT_SUCCESS;
	}
	if (priv_drop(options.user, needed, 1))
		return EXIT_FAILURE;
	return daemon_run(&options, config);
}
