/* SPDX-License-Identifier: GPL-2.0 */
/* The session server on TCP 139, one per network namespace. */
#ifndef _NB_SERVER_H
#define _NB_SERVER_H

struct nb_net;

int nb_server_init(struct nb_net *nn);
void nb_server_exit(struct nb_net *nn);
int nb_server_start(struct nb_net *nn);
void nb_server_stop(struct nb_net *nn);

#endif /* _NB_SERVER_H */
