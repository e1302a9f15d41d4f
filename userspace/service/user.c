// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user.h"

const struct passwd *user_find(const char *user)
{
	const struct passwd *pw = getpwnam(user);
	unsigned long uid;
	char *end;

	if (pw)
		return pw;
	errno = 0;
	uid = strtoul(user, &end, 10);
	if (errno || end == user || *end || uid >= (uid_t)-1)
		return NULL;
	return getpwuid(uid);
}

/* A link from the name to the number, made for those who do without NSS */
static bool is_dynamic(const char *user, uid_t uid)
{
	char path[PATH_MAX], target[16], number[16];
	ssize_t len;

	snprintf(path, sizeof(path), "/run/systemd/dynamic-uid/direct:%s", user);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return false;
	target[len] = '\0';
	snprintf(number, sizeof(number), "%u", uid);
	return !strcmp(target, number);
}

bool user_is(const char *user, uid_t uid)
{
	const struct passwd *pw = user_find(user);

	return pw ? pw->pw_uid == uid : is_dynamic(user, uid);
}
