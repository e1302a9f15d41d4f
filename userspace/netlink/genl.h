/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small client of the generic netlink family "netbios". Functions that return
 * int give 0 (or what is said) or a negative errno.
 */
#ifndef _NETLINK_GENL_H
#define _NETLINK_GENL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlattr;
struct nlmsghdr;

/* A generic netlink socket that knows the family "netbios". */
struct nb_genl;

/**
 * typedef nb_genl_fn - called for each message that answers a request, and for
 *	each event
 * @cmd: NETBIOS_CMD_*
 * @nlh: the message; its attributes begin behind struct genlmsghdr
 * @data: what the caller gave
 *
 * Return: 0, or a negative errno, which becomes the result of the call.
 */
typedef int (*nb_genl_fn)(uint8_t cmd, const struct nlmsghdr *nlh, void *data);

/**
 * nb_genl_open() - open a netlink socket and look up the family
 * @genl: result
 *
 * Return: 0; -ENOENT tells that the module is not loaded.
 */
int nb_genl_open(struct nb_genl **genl);

/**
 * nb_genl_close() - close the socket and free everything
 * @genl: client, or NULL
 */
void nb_genl_close(struct nb_genl *genl);

/**
 * nb_genl_fd() - the file descriptor, to poll
 * @genl: open client
 *
 * Return: the descriptor.
 */
int nb_genl_fd(const struct nb_genl *genl);

/**
 * nb_genl_new() - begin a request
 * @genl: open client
 * @cmd: NETBIOS_CMD_*
 * @flags: NLM_F_DUMP or 0, NLM_F_* of the operation
 *
 * Return: the message, in a buffer that belongs to @genl, to which attributes
 * are added with mnl_attr_put_*_check() and nb_genl_room().
 */
struct nlmsghdr *nb_genl_new(struct nb_genl *genl, uint8_t cmd, uint16_t flags);

/**
 * nb_genl_room() - octets that a request may have in all
 * @genl: open client
 *
 * Return: the number.
 */
size_t nb_genl_room(const struct nb_genl *genl);

/**
 * nb_genl_run() - send the request of nb_genl_new() and take all answers
 * @genl: open client
 * @fn: called for each answer, may be NULL
 * @data: for @fn
 *
 * Return: 0, what the kernel or @fn says, or -EINTR when the table changed
 * during a dump, which is then incomplete.
 */
int nb_genl_run(struct nb_genl *genl, nb_genl_fn fn, void *data);

/**
 * nb_genl_dump() - read a table, from its start again while it changes meanwhile
 * @genl: open client
 * @cmd: NETBIOS_CMD_*
 * @fn: called for each entry
 * @restart: called before each try: @fn sees what it has seen before; may be NULL
 * @data: for @fn and @restart
 *
 * Return: as nb_genl_run(); -EINTR if the table would not stay the same: then
 * something may be missing, or there twice.
 */
int nb_genl_dump(struct nb_genl *genl, uint8_t cmd, nb_genl_fn fn,
		 void (*restart)(void *data), void *data);

/**
 * nb_genl_join() - subscribe to a multicast group of the family
 * @genl: open client
 * @group: "event" or "upcall"
 *
 * Return: 0; -ENOENT if there is no such group, -EPERM.
 */
int nb_genl_join(struct nb_genl *genl, const char *group);

/**
 * nb_genl_listen() - take the events that have arrived, wait for at least one
 * @genl: client that joined a group
 * @fn: called for each
 * @data: for @fn
 *
 * Return: 0; -ENOBUFS when events were lost, and it can be called again;
 * -EINTR on a signal; -ENODEV when the module was unloaded: there will be no
 * event any more, and every request fails.
 */
int nb_genl_listen(struct nb_genl *genl, nb_genl_fn fn, void *data);

/**
 * nb_genl_message() - what the kernel said about the last refused request
 * @genl: open client
 *
 * Return: text of its extended acknowledgement, "" if it gave none.
 */
const char *nb_genl_message(const struct nb_genl *genl);

/**
 * nb_genl_culprit() - which attribute the kernel refused or missed
 * @genl: open client
 *
 * Return: its number, -1 if the kernel did not say.
 */
int nb_genl_culprit(const struct nb_genl *genl);

#endif /* _NETLINK_GENL_H */
