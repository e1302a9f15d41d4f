// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: the helper of AF_NETBIOS. README.md tells how it is made.
 */
#include <argp.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sysexits.h>
#include <linux/capability.h>

#include "daemon.h"
#include "files.h"
#include "service/log.h"
#include "service/options.h"
#include "service/priv.h"

const char *argp_program_version = "netbiosd " NETBIOS_VERSION;

static const char doc[] =
	"Helper of AF_NETBIOS: keeps the names of this network namespace alive, and finds "
	"those of other nodes. Runs in the foreground and logs to standard error.\v"
	"Settings are in /etc/netbiosd.conf. SIGHUP reads the files again, SIGUSR1 logs the "
	"state, SIGTERM ends; names stay. See netbiosd(8).";

/*
 * Octets from which on malloc() maps memory that free() gives back. Left alone it
 * raises this, and with it what it keeps for itself, to the size of the largest
 * block ever freed, which is the text of the settings.
 */
#define MMAP_THRESHOLD	(64 << 10)

static const unsigned int needed[] = { CAP_NET_BIND_SERVICE, CAP_NET_ADMIN };

int main(int argc, char **argv)
{
	struct service_options options;
	struct files files;
	bool bad;

	mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD);
	priv_fill_standard();
	signal(SIGPIPE, SIG_IGN);
	service_options_parse(&options, "/etc/netbiosd.conf", doc, argc, argv);
	log_init(options.level);
	if (options.check) {
		if (!files_read(&files, &options))
			return EX_CONFIG;
		bad = files.hosts_bad;
		files_free(&files);
		return bad ? EX_CONFIG : EXIT_SUCCESS;
	}
	/* First: files that only root can read could not be read again later */
	if (priv_drop(options.user, needed, 2))
		return EXIT_FAILURE;
	/* Without a good LMHOSTS there is still the network */
	if (!files_read(&files, &options))
		return EX_CONFIG;
	return daemon_run(&options, &files);
}
