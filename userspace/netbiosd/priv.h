/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What netbiosd may do: ports below 1024 and the settings of the network. It
 * needs no more, whoever starts it.
 */
#ifndef NETBIOSD_PRIV_H
#define NETBIOSD_PRIV_H

/**
 * priv_drop() - keep CAP_NET_BIND_SERVICE and CAP_NET_ADMIN, nothing else
 * @user: name or number of the user to become, NULL to stay who we are
 *
 * No new privileges can be had afterwards, by nothing that is executed.
 *
 * Return: 0 or -1; what went wrong is in the log.
 */
int priv_drop(const char *user);

#endif /* NETBIOSD_PRIV_H */
