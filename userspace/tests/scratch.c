// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "scratch.h"
#include "service/conf.h"

char scratch_dir[] = "/tmp/netbios-test.XXXXXX";

char *path_of(const char *file)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", scratch_dir, file);
	return path;
}

void put_file(const char *file, const char *text)
{
	FILE *stream = fopen(path_of(file), "w");

	if (!stream || fputs(text, stream) < 0 || fclose(stream))
		abort();
}

void *conf_from(const struct conf_kind *kind, const char *text, char *error, size_t size)
{
	void *config;
	int err;

	put_file("c", text);
	config = conf_load(kind, path_of("c"), &err, error, size);
	if (err)
		printf("# %s\n", error);
	return config;
}
