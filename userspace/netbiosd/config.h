/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The file of settings, netbiosd.conf(5).
 */
#ifndef NETBIOSD_CONFIG_H
#define NETBIOSD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine.h"
#include "service/conf.h"

/**
 * struct adapter_config - what the file says of adapters; what it leaves out is
 *	for nbctl(8) to set
 * @pattern: names of interfaces, glob(7)
 * @has_enabled: the file sets @enabled; the other @has_ likewise
 * @enabled: they take part
 * @type: node type
 * @n_nbns: servers in @nbns
 * @nbns: name servers, network order
 * @n_nbdd: servers in @nbdd
 * @nbdd: datagram distribution servers
 * @broadcast: where to broadcast to, also a multicast group; network order
 */
struct adapter_config {
	char		*pattern;
	bool		has_enabled;
	bool		has_type;
	bool		has_nbns;
	bool		has_nbdd;
	bool		has_broadcast;
	bool		enabled;
	enum nbd_type	type;
	unsigned int	n_nbns;
	uint32_t	nbns[NBD_SERVERS_MAX];
	unsigned int	n_nbdd;
	uint32_t	nbdd[NBD_SERVERS_MAX];
	uint32_t	broadcast;
};

/**
 * enum permanent_mode - which permanent name the node gets if it has none
 * @PERMANENT_HOST: the host name in upper case, suffix 00
 * @PERMANENT_NONE: none
 * @PERMANENT_NAME: the one of the file, also if the node has another
 */
enum permanent_mode {
	PERMANENT_HOST,
	PERMANENT_NONE,
	PERMANENT_NAME,
};

/**
 * struct config - all settings
 * @ns: for the engine
 * @all: for all adapters
 * @adapters: for some of them, the first that fits counts
 * @n_adapters: entries in @adapters
 * @lmhosts: file of names and addresses
 * @permanent: see above
 * @permanent_name: PERMANENT_NAME: 16 octets
 * @has_scope: the file sets @scope
 * @scope: of the node
 * @has_sessions: the file sets @sessions
 * @sessions: the session service is on
 * @release_at_exit: give the names up when we end
 * @server: a name server may serve beside the node
 * @server_user: user who may, name or number
 */
struct config {
	struct nbd_config	ns;
	struct adapter_config	all;
	struct adapter_config	*adapters;
	size_t			n_adapters;
	char			*lmhosts;
	enum permanent_mode	permanent;
	uint8_t			permanent_name[NETBIOS_NAME_LEN];
	bool			has_scope;
	char			scope[NETBIOS_SCOPE_MAX + 1];
	bool			has_sessions;
	bool			sessions;
	bool			release_at_exit;
	bool			server;
	char			*server_user;
};

/* The file, for conf_read(), which gives a struct config */
extern const struct conf_kind config_kind;

/**
 * config_free() - free settings
 * @config: struct config, or NULL
 */
void config_free(void *config);

/**
 * config_adapter() - what the file says of one adapter
 * @result: the part for this adapter, and that for all where it says nothing
 * @config: settings
 * @name: of the interface
 */
void config_adapter(struct adapter_config *result, const struct config *config,
		    const char *name);

#endif /* NETBIOSD_CONFIG_H */
