// SPDX-License-Identifier: GPL-2.0
/*
 * nbnsd.conf by libconfuse. Every value is checked as it is read, so that the
 * message names its line.
 */
#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "wire/addr.h"

#define DATABASE	"/var/lib/nbnsd/names.mdb"
#define NODE_USER	"netbiosd"
#define YEAR		(366L * 24 * 3600)
#define DAY		(24L * 3600)

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

/* A number: where it is kept, what it is without the file, what it may be */
static const struct conf_number numbers[] = {
#define NUMBER(name, field, value, min, max) \
	{ name, offsetof(struct config, field), value, min, max }
	/* UCAST_REQ_RETRY_TIMEOUT and _COUNT (RFC 1002 6) */
	NUMBER("challenge-timeout", ns.challenge_timeout, 5000, 10, 60000),
	NUMBER("challenge-count", ns.challenge_count, 3, 1, 20),
	NUMBER("challenges", ns.challenges_max, 1024, 0, 65536),
	NUMBER("ttl-default", ns.ttl_default, 3 * DAY, 0, YEAR),
	NUMBER("ttl-min", ns.ttl_min, 600, 1, YEAR),
	NUMBER("expiry-percent", ns.expiry_percent, 200, 100, 10000),
	NUMBER("max-owners", max_owners, 200000, 1, 100000000),
#undef NUMBER
};

/* A word: of one of two, or of three; its place is the value */
static const struct word {
	const char	*name;
	const char	*words[3];
} words[] = {
	{ "challenge", { "secured", "end-node", NULL } },
	{ "practice", { "rfc", "wins", NULL } },
	{ "nbdd", { [NBDD_AUTO] = "auto", [NBDD_NO] = "no", [NBDD_YES] = "yes" } },
	{ "beside-node", { [BESIDE_AUTO] = "auto", [BESIDE_NO] = "no", [BESIDE_YES] = "yes" } },
};

enum { WORD_CHALLENGE, WORD_PRACTICE, WORD_NBDD, WORD_BESIDE };

static int check_number(cfg_t *cfg, cfg_opt_t *opt)
{
	return conf_check_number(cfg, opt, numbers, ARRAY_SIZE(numbers));
}

static int find_word(const struct word *word, const char *text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(word->words) && word->words[i]; i++)
		if (!strcasecmp(word->words[i], text))
			return i;
	return -1;
}

static int check_word(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *text = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(words[i].name, opt->name))
			continue;
		if (find_word(&words[i], text) >= 0)
			return 0;
		cfg_error(cfg, "%s is %s, %s%s%s, not \"%s\"", opt->name,
			  words[i].words[0], words[i].words[1],
			  words[i].words[2] ? ", " : "",
			  words[i].words[2] ? words[i].words[2] : "", text);
	}
	return -1;
}

static int check_address(cfg_t *cfg, cfg_opt_t *opt)
{
	unsigned int n = cfg_opt_size(opt);
	const char *text = n ? cfg_opt_getnstr(opt, n - 1) : NULL;
	uint32_t addr;

	if (text && !addr_parse_host(text, &addr)) {
		cfg_error(cfg, "\"%s\" is no address of a host", text);
		return -1;
	}
	if (n > CONFIG_LISTEN_MAX) {
		cfg_error(cfg, "%s has more than %d addresses", opt->name,
			  CONFIG_LISTEN_MAX);
		return -1;
	}
	return 0;
}

static int check_interface(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *text = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);

	if (strlen(text) < IF_NAMESIZE)
		return 0;
	cfg_error(cfg, "\"%s\" is too long for an interface", text);
	return -1;
}

#define FIXED_OPTIONS	8

static cfg_t *make_parser(void)
{
	static cfg_opt_t opts[FIXED_OPTIONS + ARRAY_SIZE(numbers) + ARRAY_SIZE(words) + 1];
	const cfg_opt_t fixed[FIXED_OPTIONS] = {
		CFG_STR_LIST("listen", NULL, CFGF_NODEFAULT),
		CFG_STR("interface", "", CFGF_NONE),
		CFG_STR("database", DATABASE, CFGF_NONE),
		CFG_STR("node-user", NODE_USER, CFGF_NONE),
		CFG_STR("redirect", NULL, CFGF_NODEFAULT),
		CFG_BOOL("power-safe", cfg_false, CFGF_NONE),
		CFG_BOOL("tcp", cfg_true, CFGF_NONE),
		CFG_BOOL("nbdd-registered-only", cfg_false, CFGF_NONE),
	};
	size_t n = FIXED_OPTIONS, i;
	cfg_t *cfg;

	memcpy(opts, fixed, sizeof(fixed));
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		opts[n++] = (cfg_opt_t)CFG_INT(numbers[i].name, numbers[i].value, CFGF_NONE);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		opts[n++] = (cfg_opt_t)CFG_STR(words[i].name, words[i].words[0], CFGF_NONE);
	opts[n] = (cfg_opt_t)CFG_END();

	cfg = cfg_init(opts, CFGF_NONE);
	if (!cfg)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		cfg_set_validate_func(cfg, numbers[i].name, check_number);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		cfg_set_validate_func(cfg, words[i].name, check_word);
	cfg_set_validate_func(cfg, "listen", check_address);
	cfg_set_validate_func(cfg, "redirect", check_address);
	cfg_set_validate_func(cfg, "interface", check_interface);
	return cfg;
}

static int get_word(cfg_t *cfg, unsigned int which)
{
	return find_word(&words[which], cfg_getstr(cfg, words[which].name));
}

static int take_all(cfg_t *cfg, void *data)
{
	const char *redirect = cfg_getstr(cfg, "redirect");
	struct config *config = data;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		*(uint32_t *)((char *)config + numbers[i].offset) =
			cfg_getint(cfg, numbers[i].name);
	for (i = 0; i < cfg_size(cfg, "listen"); i++)
		config_listen(config, cfg_getnstr(cfg, "listen", i));
	snprintf(config->interface, sizeof(config->interface), "%s",
		 cfg_getstr(cfg, "interface"));
	if (redirect)
		addr_parse_host(redirect, &config->ns.redirect);
	config->ns.secured = get_word(cfg, WORD_CHALLENGE) == 0;
	config->ns.wins = get_word(cfg, WORD_PRACTICE) == 1;
	config->nbdd = get_word(cfg, WORD_NBDD);
	config->beside = get_word(cfg, WORD_BESIDE);
	config->power_safe = cfg_getbool(cfg, "power-safe");
	config->tcp = cfg_getbool(cfg, "tcp");
	config->registered_only = cfg_getbool(cfg, "nbdd-registered-only");
	config->database = strdup(cfg_getstr(cfg, "database"));
	config->node_user = strdup(cfg_getstr(cfg, "node-user"));
	return config->database && config->node_user ? 0 : -ENOMEM;
}

void config_free(void *data)
{
	struct config *config = data;

	if (!config)
		return;
	free(config->database);
	free(config->node_user);
	free(config);
}

const struct conf_kind config_kind = {
	.optional = true,
	.size = sizeof(struct config),
	.make = make_parser,
	.take = take_all,
	.free = config_free,
};

bool config_listen(struct config *config, const char *text)
{
	if (config->n_listen == CONFIG_LISTEN_MAX ||
	    !addr_parse_host(text, &config->listen[config->n_listen]))
		return false;
	config->n_listen++;
	return true;
}

/* Sockets, the database and the table of names: they are made once */
static const struct {
	const char	*name;
	size_t		offset;
	size_t		size;
} fixed_settings[] = {
#define FIXED(name, field) \
	{ name, offsetof(struct config, field), sizeof(((struct config *)NULL)->field) }
	FIXED("interface", interface),
	FIXED("beside-node", beside),
	FIXED("tcp", tcp),
	FIXED("nbdd", nbdd),
	FIXED("nbdd-registered-only", registered_only),
	FIXED("practice", ns.wins),
	FIXED("max-owners", max_owners),
	FIXED("power-safe", power_safe),
#undef FIXED
};

void config_restart(const struct config *config, const struct config *next,
		    void (*changed)(const char *name))
{
	size_t i;

	if (config->n_listen != next->n_listen ||
	    memcmp(config->listen, next->listen, sizeof(config->listen)))
		changed("listen");
	if (strcmp(config->database, next->database))
		changed("database");
	if (strcmp(config->node_user, next->node_user))
		changed("node-user");
	for (i = 0; i < ARRAY_SIZE(fixed_settings); i++)
		if (memcmp((const char *)config + fixed_settings[i].offset,
			   (const char *)next + fixed_settings[i].offset, fixed_settings[i].size))
			changed(fixed_settings[i].name);
}
