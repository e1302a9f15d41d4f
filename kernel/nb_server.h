/* SPDX-License-Identifier: GPL-2.0 */
/* The session server on TCP 139, one per network namespace. */
#ifndef _NB_SERVER_H
#define _NB_SERVER_H

#include <linux/wait.h>

struct nb_net;

/**
 * struct nb_server_helper - a process that waits and can serve meanwhile
 * @entry: in the wait queue of the server
 * @wait: how the process waits
 * @called: it was woken to help
 */
struct nb_server_helper {
	struct wait_queue_entry	entry;
	struct wait_queue_entry	*wait;
	bool			called;
};

int nb_server_init(struct nb_net *nn);
void nb_server_exit(struct nb_net *nn);
int nb_server_start(struct nb_net *nn);
void nb_server_stop(struct nb_net *nn);
void nb_server_helper_add(struct nb_net *nn, struct nb_server_helper *helper,
			  struct wait_queue_entry *wait);
void nb_server_helper_remove(struct nb_net *nn,
			     struct nb_server_helper *helper);

#endif /* _NB_SERVER_H */
