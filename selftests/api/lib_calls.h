/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls of <netbios/netbios.h> for tests: that header and nb_util.h have an
 * nb_socket() each, so no file can include both. A negative errno is a failure.
 */
#ifndef LIB_CALLS_H
#define LIB_CALLS_H

#include <stdbool.h>
#include <linux/netbios.h>

/* nb_register() and nb_find(); @scope may be NULL */
int lib_register(const struct sockaddr_nb *name, const char *scope, int timeout);
int lib_find(const struct sockaddr_nb *name, int timeout, struct nb_resolve *answer);
/* nb_node_status(): how many names, and the first of them */
int lib_node_status(const char *addr, int timeout, char *name, unsigned int *flags);

#endif /* LIB_CALLS_H */
