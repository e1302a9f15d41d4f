/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the interoperability programs share: names in text form, sockets,
 * and messages whole or not at all.
 */
#ifndef _INTEROP_NB_H
#define _INTEROP_NB_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <linux/netbios.h>

/* NAME<20> or NAME#20; a NAME alone has suffix 20, the file server's */
#define NB_TEXT_LEN	(NETBIOS_NAME_LEN + sizeof("<xx>"))

/* exit status of a wrong command line */
#define EXIT_USAGE	2

void nb_die(const char *what);
void nb_parse(struct sockaddr_nb *addr, const char *text);
const char *nb_text(char text[NB_TEXT_LEN], const char *name);

int nb_socket(void);
void nb_timeout(int fd, int option, unsigned int seconds);
int nb_listen(const struct sockaddr_nb *addr, int backlog, const char *caller);
int nb_accept(int listener);
void nb_session_info(int fd, struct nb_session_info *info);
int nb_wire_error(int fd);

/*
 * One message. Returns its length, or -1 with errno; *end tells the end of
 * the session from an empty message. EMSGSIZE: it did not fit or was not whole.
 */
ssize_t nb_receive(int fd, void *buf, size_t size, bool *end);

#endif /* _INTEROP_NB_H */
