/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The file of settings, nbproxy.conf(5).
 */
#ifndef NBPROXY_CONFIG_H
#define NBPROXY_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include <netbios/netbios.h>
#include "service/conf.h"

/* Port of direct-hosted SMB */
#define DIRECT_PORT	445

/* Name or address with port, as text */
#define PLACE_TEXT_MAX	80

/* Ways to reach a server */
#define METHOD_DIRECT	0x1
#define METHOD_NETBIOS	0x2

/**
 * struct address - of TCP
 * @len: of the address in @any, 0: none
 * @any: IPv4 or IPv6
 */
struct address {
	socklen_t		len;
	struct sockaddr_storage	any;
};

/**
 * struct server - where sessions go
 * @text: as the file has it
 * @methods: METHOD_*
 * @by_name: the name service knows where it is, and @addr is empty
 * @port: for METHOD_DIRECT
 * @addr: with @port; where to call, too
 * @called: the name to call
 */
struct server {
	char			text[PLACE_TEXT_MAX];
	unsigned int		methods;
	bool			by_name;
	unsigned int		port;
	struct address		addr;
	struct sockaddr_nb	called;
};

/**
 * struct service - where sessions come in, and where these go
 * @text: name or address
 * @netbios: callers of @name, else connections to @addr
 * @name: that is listened on
 * @addr: that is listened at
 * @server: where they go
 */
struct service {
	char			text[PLACE_TEXT_MAX];
	bool			netbios;
	struct sockaddr_nb	name;
	struct address		addr;
	struct server		server;
};

/**
 * struct config - all settings
 * @sessions_max: at the same time
 * @source_max: of one address
 * @connect_timeout: to reach a server, s
 * @stall_timeout: for somebody who takes nothing, or sends half a frame, s
 * @close_timeout: SSN_CLOSE_TIMEOUT: from the end of one direction to that of
 *	both, s
 * @n_services: entries in @services
 * @services: from malloc()
 */
struct config {
	unsigned int	sessions_max;
	unsigned int	source_max;
	unsigned int	connect_timeout;
	unsigned int	stall_timeout;
	unsigned int	close_timeout;
	size_t		n_services;
	struct service	*services;
};

/* The file, for conf_read(), which gives a struct config */
extern const struct conf_kind config_kind;

/**
 * config_free() - free settings
 * @config: struct config, or NULL
 */
void config_free(void *config);

/**
 * config_same_entrance() - do two services listen at the same place?
 * @a: service
 * @b: service
 *
 * Return: true if they do; where their sessions go does not count.
 */
bool config_same_entrance(const struct service *a, const struct service *b);

#endif /* NBPROXY_CONFIG_H */
