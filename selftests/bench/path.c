// SPDX-License-Identifier: GPL-2.0
/*
 * The paths: loopback of one network namespace, and a veth pair between two.
 * The session service runs at their far end; see nb_network().
 */
#include "nbperf.h"

#define STOCK_RMEM	"4096 131072 6291456"

struct path paths[] = {
	{ .name = "lo" },
	{ .name = "veth" },
};

const int path_count = ARRAY_SIZE(paths);

void path_rmem(const struct path *path, const char *value)
{
	int i;

	for (i = 0; i <= path->server - path->host; i++)
		if (nb_sysctl(&path->host[i], "ipv4/tcp_rmem",
			      value ? value : STOCK_RMEM))
			err(1, "tcp_rmem");
}

void paths_init(void)
{
	int i, ret;

	for (i = 0; i < path_count; i++) {
		struct path *path = &paths[i];

		path->client = &path->host[0];
		path->server = &path->host[i];
		ret = nb_network(path->host, i + 1);
		/* sockets that are not bound call from this name */
		if (!ret)
			ret = nb_set_name(path->client,
					  NETBIOS_A_NODE_PERMANENT_NAME, "CLIENT");
		if (ret)
			errx(1, "path %s: %s", path->name, strerror(-ret));
		path_rmem(path, NULL);
	}
}
