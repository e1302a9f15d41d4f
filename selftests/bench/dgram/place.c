// SPDX-License-Identifier: GPL-2.0
/*
 * The places: one host, and two with a veth pair between them. All names that
 * are sent to are known.
 */
#include "dgperf.h"

struct place places[] = {
	{ .name = "lo" },
	{ .name = "veth" },
};

const int place_count = ARRAY_SIZE(places);

void places_init(void)
{
	const char *back = "10.9.0.1";
	int i, ret;

	for (i = 0; i < place_count; i++) {
		struct place *place = &places[i];

		place->client = &place->host[0];
		place->server = &place->host[i];
		ret = dg_network(place->host, i + 1);
		if (!ret && i)
			ret = nb_cache_put(place->server, "CLIENT", &back, 1,
					   false, 600);
		if (ret)
			errx(1, "%s: %s", place->name, strerror(-ret));
	}
}
