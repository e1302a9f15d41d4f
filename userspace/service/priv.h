/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a service may do, whoever starts it.
 */
#ifndef SERVICE_PRIV_H
#define SERVICE_PRIV_H

#include <stddef.h>

#define PRIV_MAX	4

/**
 * priv_drop() - keep a few capabilities, nothing else
 * @user: name or number of the user to become, NULL to stay who we are
 * @needed: CAP_*, those to keep
 * @n: how many, PRIV_MAX at most
 *
 * No new privileges can be had afterwards, by nothing that is executed.
 *
 * Return: 0 or -1; what went wrong is in the log.
 */
int priv_drop(const char *user, const unsigned int *needed, size_t n);

/**
 * priv_fill_standard() - open descriptors 0 to 2 if they are closed: they must
 *	not be had by sockets
 */
void priv_fill_standard(void);

#endif /* SERVICE_PRIV_H */
