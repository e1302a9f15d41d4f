/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The file of settings, nbnsd.conf(5).
 */
#ifndef NBNSD_CONFIG_H
#define NBNSD_CONFIG_H

#include <net/if.h>

#include "nbns.h"
#include "service/conf.h"

/* Addresses that one process listens at */
#define CONFIG_LISTEN_MAX	16

/**
 * enum nbdd_mode - the datagram distribution server
 * @NBDD_AUTO: if port 138 can be had
 * @NBDD_NO: not here
 * @NBDD_YES: without port 138 there is nothing
 */
enum nbdd_mode {
	NBDD_AUTO,
	NBDD_NO,
	NBDD_YES,
};

/**
 * enum beside_mode - a node of the same host, whose ports the server shares
 * @BESIDE_AUTO: if there is one at start
 * @BESIDE_NO: the server has its own
 * @BESIDE_YES: always, and wait for it
 */
enum beside_mode {
	BESIDE_AUTO,
	BESIDE_NO,
	BESIDE_YES,
};

/**
 * struct config - all settings
 * @ns: of the name server
 * @n_listen: addresses in @listen; 0: all of the host
 * @listen: network order
 * @interface: device that all sockets are bound to, "": none
 * @database: file
 * @power_safe: what is acknowledged survives a loss of power
 * @max_owners: of all names
 * @tcp: serve TCP 137, too
 * @nbdd: see above
 * @registered_only: forward only for source names that are registered
 * @beside: see above
 * @node_user: user whose netbiosd that may be, name or number
 */
struct config {
	struct nbns_settings	ns;
	unsigned int		n_listen;
	uint32_t		listen[CONFIG_LISTEN_MAX];
	char			interface[IF_NAMESIZE];
	char			*database;
	bool			power_safe;
	uint32_t		max_owners;
	bool			tcp;
	enum nbdd_mode		nbdd;
	bool			registered_only;
	enum beside_mode	beside;
	char			*node_user;
};

/* The file, for conf_read(), which gives a struct config */
extern const struct conf_kind config_kind;

/**
 * config_free() - free settings
 * @config: struct config, or NULL
 */
void config_free(void *config);

/**
 * config_listen() - one more address to listen at
 * @config: settings
 * @text: dotted
 *
 * Return: false if it is none, or there are too many.
 */
bool config_listen(struct config *config, const char *text);

/**
 * config_restart() - settings that another file says, and that only a restart can
 *	change
 * @config: settings that count
 * @next: those of the file
 * @changed: called with the name of each one
 */
void config_restart(const struct config *config, const struct config *next,
		    void (*changed)(const char *name));

#endif /* NBNSD_CONFIG_H */
