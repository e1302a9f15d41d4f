/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Users by what a setting or an option says.
 */
#ifndef SERVICE_USER_H
#define SERVICE_USER_H

#include <pwd.h>
#include <stdbool.h>

/**
 * user_find() - find a user
 * @user: name or number
 *
 * Return: as getpwnam(3), NULL if there is none.
 */
const struct passwd *user_find(const char *user);

/**
 * user_is() - is this the number of a user?
 * @user: name or number
 * @uid: user
 *
 * A unit of systemd with DynamicUser=yes has a user whose name only libnss-systemd
 * knows, which need not be there; so systemd is asked, too.
 *
 * Return: true if so.
 */
bool user_is(const char *user, uid_t uid);

#endif /* SERVICE_USER_H */
