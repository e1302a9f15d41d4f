// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd.conf by libconfuse. Every value is checked as it is read, so that
 * the message names its line.
 */
#include <arpa/inet.h>
#include <confuse.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netbios/netbios.h>
#include "config.h"
#include "wire/addr.h"

#define LMHOSTS_PATH	"/etc/netbios-lmhosts"
#define SERVER_USER	"nbnsd"

#define HOUR_MS		3600000L
#define YEAR		(366L * 24 * 3600)

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

/* Numbers of struct nbd_config */
static const struct conf_number numbers[] = {
#define NUMBER(name, field, min, max) \
	{ name, offsetof(struct nbd_config, field), 0, min, max }
	NUMBER("broadcast-timeout", bcast_timeout, 10, HOUR_MS),
	NUMBER("broadcast-count", bcast_count, 1, 100),
	NUMBER("unicast-timeout", ucast_timeout, 10, HOUR_MS),
	NUMBER("unicast-count", ucast_count, 1, 100),
	NUMBER("conflict-timer", conflict_timer, 0, HOUR_MS),
	NUMBER("wack-max", wack_max, 0, HOUR_MS),
	NUMBER("claim-ttl", claim_ttl, 0, YEAR),
	NUMBER("min-ttl", min_ttl, 1, YEAR),
	NUMBER("refresh-percent", refresh_percent, 1, 99),
	NUMBER("refresh-opcode", refresh_opcode, 8, 9),
	NUMBER("poll-interval", poll_interval, 10, 24 * HOUR_MS),
	NUMBER("cache-ttl", cache_ttl, 0, YEAR),
	NUMBER("negative-ttl", negative_ttl, 0, YEAR),
	NUMBER("rate-limit", rate_limit, 0, 1000000),
	NUMBER("claims-in-flight", claims_in_flight, 1, 65536),
	NUMBER("canary-interval", canary_interval, 0, 24 * HOUR_MS),
#undef NUMBER
};

/* The same with booleans */
static const struct flag {
	const char	*name;
	size_t		offset;
} flags[] = {
#define FLAG(name, field) { name, offsetof(struct nbd_config, field) }
	FLAG("multihomed", multihomed),
	FLAG("overwrite-demand", overwrite_demand),
	FLAG("strict-release", strict_release),
	FLAG("conflict-demands", conflict_demands),
	FLAG("trust-strangers", trust_strangers),
	FLAG("all-addresses", all_addresses),
	FLAG("response-ra", response_ra),
	FLAG("tcp", tcp),
	FLAG("lmhosts-first", lmhosts_first),
#undef FLAG
};

static const char * const types[] = {
	[NBD_TYPE_AUTO] = "auto",
	[NBD_TYPE_B] = "b",
	[NBD_TYPE_P] = "p",
	[NBD_TYPE_M] = "m",
	[NBD_TYPE_H] = "h",
};

static int check_number(cfg_t *cfg, cfg_opt_t *opt)
{
	return conf_check_number(cfg, opt, numbers, ARRAY_SIZE(numbers));
}

static int parse_type(const char *text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcasecmp(types[i], text))
			return i;
	return -1;
}

static int check_type(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *text = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);

	if (parse_type(text) >= 0)
		return 0;
	cfg_error(cfg, "%s is auto, b, p, m or h, not \"%s\"", opt->name, text);
	return -1;
}

/* Called for each value of the list */
static int check_server(cfg_t *cfg, cfg_opt_t *opt)
{
	unsigned int n = cfg_opt_size(opt);
	const char *text = n ? cfg_opt_getnstr(opt, n - 1) : NULL;
	uint32_t addr;

	if (text && !addr_parse_host(text, &addr)) {
		cfg_error(cfg, "\"%s\" is not the address of a server", text);
		return -1;
	}
	if (n > NBD_SERVERS_MAX) {
		cfg_error(cfg, "%s has more than %d servers", opt->name, NBD_SERVERS_MAX);
		return -1;
	}
	return 0;
}

static int check_broadcast(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *text = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
	uint32_t addr;

	if (inet_pton(AF_INET, text, &addr) == 1 && ntohl(addr) >> 24)
		return 0;
	cfg_error(cfg, "\"%s\" is no broadcast address and no multicast group", text);
	return -1;
}

static int check_scope(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *text = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);

	if (!nb_scope_check(text))
		return 0;
	cfg_error(cfg, "\"%s\" is no scope: labels of 1 to 63 octets with dots between", text);
	return -1;
}

static int check_permanent(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *text = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
	char name[NETBIOS_NAME_LEN];

	if (!strcmp(text, "host") || !strcmp(text, "none"))
		return 0;
	if (!nb_name_parse(name, text, 0x00) && name[0] != '*')
		return 0;
	cfg_error(cfg, "\"%s\" is no name, nor \"host\" or \"none\"", text);
	return -1;
}

/* Options that stand for all adapters, and in the part for some of them */
#define ADAPTER_OPTIONS						\
	CFG_BOOL("enabled", cfg_true, CFGF_NODEFAULT),		\
	CFG_STR("node-type", NULL, CFGF_NODEFAULT),		\
	CFG_STR_LIST("nbns", NULL, CFGF_NODEFAULT),		\
	CFG_STR_LIST("nbdd", NULL, CFGF_NODEFAULT),		\
	CFG_STR("broadcast", NULL, CFGF_NODEFAULT)

#define FIXED_OPTIONS	13

static cfg_t *make_parser(void)
{
	static cfg_opt_t section[] = { ADAPTER_OPTIONS, CFG_END() };
	static cfg_opt_t opts[FIXED_OPTIONS + ARRAY_SIZE(numbers) + ARRAY_SIZE(flags) + 1];
	const cfg_opt_t fixed[FIXED_OPTIONS] = {
		ADAPTER_OPTIONS,
		CFG_STR("lmhosts", LMHOSTS_PATH, CFGF_NONE),
		CFG_STR("permanent-name", "host", CFGF_NONE),
		CFG_STR("scope", NULL, CFGF_NODEFAULT),
		CFG_BOOL("session-service", cfg_false, CFGF_NODEFAULT),
		CFG_BOOL("release-at-exit", cfg_false, CFGF_NONE),
		CFG_BOOL("name-server", cfg_true, CFGF_NONE),
		CFG_STR("name-server-user", SERVER_USER, CFGF_NONE),
		CFG_SEC("adapter", section, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	};
	size_t n = FIXED_OPTIONS, i;
	cfg_t *cfg;

	memcpy(opts, fixed, sizeof(fixed));
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		opts[n++] = (cfg_opt_t)CFG_INT(numbers[i].name, 0, CFGF_NODEFAULT);
	for (i = 0; i < ARRAY_SIZE(flags); i++)
		opts[n++] = (cfg_opt_t)CFG_BOOL(flags[i].name, cfg_false, CFGF_NODEFAULT);
	opts[n] = (cfg_opt_t)CFG_END();

	cfg = cfg_init(opts, CFGF_NONE);
	if (!cfg)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		cfg_set_validate_func(cfg, numbers[i].name, check_number);
	cfg_set_validate_func(cfg, "node-type", check_type);
	cfg_set_validate_func(cfg, "nbns", check_server);
	cfg_set_validate_func(cfg, "nbdd", check_server);
	cfg_set_validate_func(cfg, "broadcast", check_broadcast);
	cfg_set_validate_func(cfg, "adapter|broadcast", check_broadcast);
	cfg_set_validate_func(cfg, "scope", check_scope);
	cfg_set_validate_func(cfg, "permanent-name", check_permanent);
	cfg_set_validate_func(cfg, "adapter|node-type", check_type);
	cfg_set_validate_func(cfg, "adapter|nbns", check_server);
	cfg_set_validate_func(cfg, "adapter|nbdd", check_server);
	return cfg;
}

/* Also by an empty list: that takes away what nbctl(8) had set */
static bool is_set(cfg_t *cfg, const char *name)
{
	return cfg_getopt(cfg, name)->flags & CFGF_MODIFIED;
}

static unsigned int take_servers(cfg_t *cfg, const char *name, uint32_t *addr)
{
	unsigned int n = cfg_size(cfg, name), i;

	for (i = 0; i < n; i++)
		addr_parse_host(cfg_getnstr(cfg, name, i), &addr[i]);
	return n;
}

static void take_adapter(cfg_t *cfg, struct adapter_config *adapter)
{
	adapter->has_enabled = is_set(cfg, "enabled");
	if (adapter->has_enabled)
		adapter->enabled = cfg_getbool(cfg, "enabled");
	adapter->has_type = is_set(cfg, "node-type");
	if (adapter->has_type)
		adapter->type = parse_type(cfg_getstr(cfg, "node-type"));
	adapter->has_nbns = is_set(cfg, "nbns");
	adapter->n_nbns = take_servers(cfg, "nbns", adapter->nbns);
	adapter->has_nbdd = is_set(cfg, "nbdd");
	adapter->n_nbdd = take_servers(cfg, "nbdd", adapter->nbdd);
	adapter->has_broadcast = is_set(cfg, "broadcast");
	if (adapter->has_broadcast)
		inet_pton(AF_INET, cfg_getstr(cfg, "broadcast"), &adapter->broadcast);
}

static int take_adapters(cfg_t *cfg, struct config *config)
{
	size_t n = cfg_size(cfg, "adapter"), i;
	struct adapter_config *adapter;
	cfg_t *section;

	take_adapter(cfg, &config->all);
	config->adapters = calloc(n ? n : 1, sizeof(*config->adapters));
	if (!config->adapters)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		section = cfg_getnsec(cfg, "adapter", i);
		adapter = &config->adapters[config->n_adapters++];
		take_adapter(section, adapter);
		adapter->pattern = strdup(cfg_title(section));
		if (!adapter->pattern)
			return -ENOMEM;
	}
	return 0;
}

static void take_name(cfg_t *cfg, struct config *config)
{
	const char *text = cfg_getstr(cfg, "permanent-name");

	if (!strcmp(text, "host")) {
		config->permanent = PERMANENT_HOST;
	} else if (!strcmp(text, "none")) {
		config->permanent = PERMANENT_NONE;
	} else {
		config->permanent = PERMANENT_NAME;
		nb_name_parse((char *)config->permanent_name, text, 0x00);
	}
}

static int take_all(cfg_t *cfg, void *data)
{
	struct config *config = data;
	char *ns = (char *)&config->ns;
	size_t i;

	nbd_config_default(&config->ns);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (is_set(cfg, numbers[i].name))
			*(uint32_t *)(ns + numbers[i].offset) =
				cfg_getint(cfg, numbers[i].name);
	for (i = 0; i < ARRAY_SIZE(flags); i++)
		if (is_set(cfg, flags[i].name))
			*(bool *)(ns + flags[i].offset) = cfg_getbool(cfg, flags[i].name);
	take_name(cfg, config);
	config->has_scope = is_set(cfg, "scope");
	if (config->has_scope)
		snprintf(config->scope, sizeof(config->scope), "%s",
			 cfg_getstr(cfg, "scope"));
	config->has_sessions = is_set(cfg, "session-service");
	if (config->has_sessions)
		config->sessions = cfg_getbool(cfg, "session-service");
	config->release_at_exit = cfg_getbool(cfg, "release-at-exit");
	config->server = cfg_getbool(cfg, "name-server");
	config->server_user = strdup(cfg_getstr(cfg, "name-server-user"));
	config->lmhosts = strdup(cfg_getstr(cfg, "lmhosts"));
	if (!config->lmhosts || !config->server_user)
		return -ENOMEM;
	return take_adapters(cfg, config);
}

void config_free(void *data)
{
	struct config *config = data;
	size_t i;

	if (!config)
		return;
	for (i = 0; i < config->n_adapters; i++)
		free(config->adapters[i].pattern);
	free(config->adapters);
	free(config->server_user);
	free(config->lmhosts);
	free(config);
}

const struct conf_kind config_kind = {
	.optional = true,
	.size = sizeof(struct config),
	.make = make_parser,
	.take = take_all,
	.free = config_free,
};

void config_adapter(struct adapter_config *result, const struct config *config,
		    const char *name)
{
	const struct adapter_config *own = NULL;
	size_t i;

	*result = config->all;
	for (i = 0; i < config->n_adapters && !own; i++)
		if (!fnmatch(config->adapters[i].pattern, name, 0))
			own = &config->adapters[i];
	if (!own)
		return;
	if (own->has_enabled) {
		result->has_enabled = true;
		result->enabled = own->enabled;
	}
	if (own->has_type) {
		result->has_type = true;
		result->type = own->type;
	}
	if (own->has_nbns) {
		result->has_nbns = true;
		result->n_nbns = own->n_nbns;
		memcpy(result->nbns, own->nbns, sizeof(own->nbns));
	}
	if (own->has_nbdd) {
		result->has_nbdd = true;
		result->n_nbdd = own->n_nbdd;
		memcpy(result->nbdd, own->nbdd, sizeof(own->nbdd));
	}
	if (own->has_broadcast) {
		result->has_broadcast = true;
		result->broadcast = own->broadcast;
	}
}
