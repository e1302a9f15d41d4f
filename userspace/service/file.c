// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "file.h"

/* No error of the system says this */
#define NOT_REGULAR	(-EBADFD)

static bool is_null_device(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

/* A pipe would have us wait for whoever writes to it, and a device has no end */
FILE *file_open(const char *path, int *err)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	FILE *stream;

	*err = 0;
	if (fd < 0 || fstat(fd, &st))
		*err = -errno;
	else if (!S_ISREG(st.st_mode) && !is_null_device(&st))
		*err = S_ISDIR(st.st_mode) ? -EISDIR : NOT_REGULAR;
	if (!*err) {
		stream = fdopen(fd, "r");
		if (stream)
			return stream;
		*err = -errno;
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

const char *file_strerror(int err)
{
	return err == NOT_REGULAR ? "it is no regular file" : strerror(-err);
}
