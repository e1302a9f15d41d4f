// SPDX-License-Identifier: GPL-2.0
/*
 * nbproxy.conf by libconfuse. Numbers are checked as they are read, so that the
 * message names their line; a section is checked when all of it is there.
 */
#include <arpa/inet.h>
#include <confuse.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "wire/addr.h"

#define SUFFIX_SERVER	0x20
#define ANY_SERVER	"*SMBSERVER"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

/* A number: where it is kept, what it is without the file, what it may be */
static const struct conf_number numbers[] = {
#define NUMBER(name, field, value, min, max) \
	{ name, offsetof(struct config, field), value, min, max }
	NUMBER("max-sessions", sessions_max, 256, 1, 100000),
	NUMBER("max-sessions-source", source_max, 64, 1, 100000),
	NUMBER("connect-timeout", connect_timeout, 20, 1, 600),
	NUMBER("stall-timeout", stall_timeout, 120, 1, 86400),
	/* SSN_CLOSE_TIMEOUT (RFC 1002 6) */
	NUMBER("close-timeout", close_timeout, 30, 1, 600),
#undef NUMBER
};

static int check_number(cfg_t *cfg, cfg_opt_t *opt)
{
	return conf_check_number(cfg, opt, numbers, ARRAY_SIZE(numbers));
}

static int check_port(cfg_t *cfg, cfg_opt_t *opt)
{
	long value = cfg_opt_getnint(opt, cfg_opt_size(opt) - 1);

	if (value > 0 && value < 65536)
		return 0;
	cfg_error(cfg, "%s is 1 to 65535, not %ld", opt->name, value);
	return -1;
}

static const struct {
	const char	*word;
	unsigned int	methods;
} methods[] = {
	{ "direct", METHOD_DIRECT },
	{ "netbios", METHOD_NETBIOS },
	{ "both", METHOD_DIRECT | METHOD_NETBIOS },
};

static unsigned int find_methods(const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(methods); i++)
		if (!strcasecmp(methods[i].word, word))
			return methods[i].methods;
	return 0;
}

static int check_method(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *word = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);

	if (find_methods(word))
		return 0;
	cfg_error(cfg, "method is direct, netbios or both, not \"%s\"", word);
	return -1;
}

/* Numbers only: nobody has to be asked for them */
static bool parse_address(struct address *addr, const char *text, unsigned int port)
{
	struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM,
	}, *info;
	struct in_addr whole;
	char service[8];

	/* A name may be a number, and getaddrinfo() takes 10.9.1 for an address */
	if (!strchr(text, ':') && inet_pton(AF_INET, text, &whole) != 1)
		return false;
	snprintf(service, sizeof(service), "%u", port);
	if (getaddrinfo(text, service, &hints, &info))
		return false;
	addr->len = info->ai_addrlen;
	memcpy(&addr->any, info->ai_addr, info->ai_addrlen);
	freeaddrinfo(info);
	return true;
}

/* Not any, not all, not many */
static bool is_host(const struct address *addr)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&addr->any;
	const struct sockaddr_in *in = (const struct sockaddr_in *)&addr->any;
	uint32_t ip;

	if (in6->sin6_family == AF_INET6 && !IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		return !IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr) &&
		       !IN6_IS_ADDR_MULTICAST(&in6->sin6_addr);
	memcpy(&ip, in6->sin6_family == AF_INET6 ? (const void *)&in6->sin6_addr.s6_addr[12] :
	       &in->sin_addr, sizeof(ip));
	return addr_is_host(ip);
}

static bool is_any(const struct address *addr)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&addr->any;
	const struct sockaddr_in *in = (const struct sockaddr_in *)&addr->any;

	return in6->sin6_family == AF_INET6 ? IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr) :
	       in->sin_addr.s_addr == INADDR_ANY;
}

static bool same_address(const struct address *a, const struct address *b)
{
	return a->len == b->len && !memcmp(&a->any, &b->any, a->len);
}

static int bad(cfg_t *cfg, const char *what)
{
	cfg_error(cfg, "%s \"%s\": %s", cfg_name(cfg), cfg_title(cfg), what);
	return -1;
}

/* What a server is reached by if the file does not say */
static unsigned int usual_methods(const struct service *service)
{
	if (service->server.addr.any.ss_family == AF_INET6)
		return METHOD_DIRECT;
	if (!service->netbios)
		return METHOD_DIRECT | METHOD_NETBIOS;
	return service->server.by_name ? METHOD_NETBIOS : METHOD_DIRECT;
}

static bool is_circle(const struct service *service)
{
	const struct server *server = &service->server;

	if (service->netbios)
		return server->by_name && !memcmp(service->name.snb_name,
						  server->called.snb_name, NETBIOS_NAME_LEN);
	return server->methods & METHOD_DIRECT && same_address(&service->addr, &server->addr);
}

static int take_server(cfg_t *cfg, struct service *service)
{
	const char *text = cfg_getstr(cfg, "server"), *called = cfg_getstr(cfg, "called-name");
	const char *method = cfg_getstr(cfg, "method");
	struct server *server = &service->server;

	if (!text)
		return bad(cfg, "has no server");
	server->port = cfg_getint(cfg, "port");
	server->by_name = !parse_address(&server->addr, text, server->port);
	if (!server->by_name && !is_host(&server->addr))
		return bad(cfg, "server is no address of a host");
	if (server->by_name && called)
		return bad(cfg, "called-name is for a server with an address");
	if (!called)
		called = server->by_name ? text : ANY_SERVER;
	if (nb_sockaddr_parse(&server->called, called, SUFFIX_SERVER, NETBIOS_UNIQUE_NAME))
		return bad(cfg, "server is neither an address nor a name");
	if (server->by_name && server->called.snb_name[0] == '*')
		return bad(cfg, "server needs an address to be called by this name");
	server->methods = method ? find_methods(method) : usual_methods(service);
	if (server->by_name && server->methods == METHOD_DIRECT)
		return bad(cfg, "method direct needs an address");
	if (server->methods & METHOD_NETBIOS && server->addr.any.ss_family == AF_INET6)
		return bad(cfg, "NetBIOS has no IPv6");
	if (is_circle(service))
		return bad(cfg, "would call itself");
	snprintf(server->text, sizeof(server->text), "%s", text);
	return 0;
}

/* 192.0.2.1, 192.0.2.1:1445, 2001:db8::1, [2001:db8::1]:1445, *:1445 */
static bool parse_entrance(struct address *addr, const char *title)
{
	char host[PLACE_TEXT_MAX];
	unsigned int port = DIRECT_PORT;
	char *colon, end;

	if (strlen(title) >= sizeof(host))
		return false;
	strcpy(host, title);
	colon = strrchr(host, ':');
	if (colon && (colon == strchr(host, ':') || colon[-1] == ']')) {
		*colon++ = '\0';
		if (sscanf(colon, "%u%c", &port, &end) != 1 || !port || port > 65535)
			return false;
	}
	if (host[0] == '[' && host[strlen(host) - 1] == ']') {
		host[strlen(host) - 1] = '\0';
		memmove(host, host + 1, strlen(host));
	}
	if (!strcmp(host, "*"))
		return parse_address(addr, "0.0.0.0", port);
	return parse_address(addr, host, port) && (is_host(addr) || is_any(addr));
}

bool config_same_entrance(const struct service *a, const struct service *b)
{
	if (a->netbios != b->netbios)
		return false;
	if (a->netbios)
		return !memcmp(a->name.snb_name, b->name.snb_name, NETBIOS_NAME_LEN);
	return same_address(&a->addr, &b->addr);
}

/* Where callers come in. Return: NULL, or what is wrong with it. */
static const char *take_entrance(cfg_t *cfg, struct service *service, bool netbios)
{
	const char *title = cfg_title(cfg);

	service->netbios = netbios;
	if (!netbios) {
		snprintf(service->text, sizeof(service->text), "%s", title);
		return parse_entrance(&service->addr, title) ? NULL : "is no address";
	}
	if (nb_sockaddr_parse(&service->name, title, SUFFIX_SERVER, NETBIOS_UNIQUE_NAME) ||
	    service->name.snb_name[0] == '*')
		return "is no name that can be had";
	nb_name_format(service->text, service->name.snb_name);
	return NULL;
}

/* Different texts can mean the same; the last section is @service itself */
static bool is_there_already(cfg_t *cfg, const struct service *service)
{
	const char *kind = service->netbios ? "called" : "listen";
	unsigned int i, n = cfg_size(cfg, kind);

	for (i = 0; i + 1 < n; i++) {
		struct service other = { 0 };

		take_entrance(cfg_getnsec(cfg, kind, i), &other, service->netbios);
		if (config_same_entrance(&other, service))
			return true;
	}
	return false;
}

static int check_section(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	struct service service = { 0 };
	const char *wrong = take_entrance(section, &service, !strcmp(opt->name, "called"));

	if (wrong)
		return bad(section, wrong);
	if (take_server(section, &service))
		return -1;
	return is_there_already(cfg, &service) ? bad(section, "there twice") : 0;
}

static cfg_t *make_parser(void)
{
	static cfg_opt_t section[] = {
		CFG_STR("server", NULL, CFGF_NODEFAULT),
		CFG_STR("method", NULL, CFGF_NODEFAULT),
		CFG_STR("called-name", NULL, CFGF_NODEFAULT),
		CFG_INT("port", DIRECT_PORT, CFGF_NONE),
		CFG_END()
	};
	const cfg_opt_t sections[] = {
		CFG_SEC("called", section, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		CFG_SEC("listen", section, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	};
	static cfg_opt_t opts[ARRAY_SIZE(sections) + ARRAY_SIZE(numbers) + 1];
	size_t n = ARRAY_SIZE(sections), i;
	cfg_t *cfg;

	memcpy(opts, sections, sizeof(sections));
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		opts[n++] = (cfg_opt_t)CFG_INT(numbers[i].name, numbers[i].value, CFGF_NONE);
	opts[n] = (cfg_opt_t)CFG_END();
	cfg = cfg_init(opts, CFGF_NONE);
	if (!cfg)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		cfg_set_validate_func(cfg, numbers[i].name, check_number);
	for (i = 0; i < ARRAY_SIZE(sections); i++) {
		char option[32];

		cfg_set_validate_func(cfg, sections[i].name, check_section);
		snprintf(option, sizeof(option), "%s|method", sections[i].name);
		cfg_set_validate_func(cfg, option, check_method);
		snprintf(option, sizeof(option), "%s|port", sections[i].name);
		cfg_set_validate_func(cfg, option, check_port);
	}
	return cfg;
}

static int take_all(cfg_t *cfg, void *data)
{
	size_t called = cfg_size(cfg, "called"), all = called + cfg_size(cfg, "listen"), i;
	struct config *config = data;

	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		*(unsigned int *)((char *)config + numbers[i].offset) =
			cfg_getint(cfg, numbers[i].name);
	if (!all) {
		cfg_error(cfg, "neither \"called\" nor \"listen\": nothing to do");
		return -EINVAL;
	}
	config->services = calloc(all, sizeof(*config->services));
	if (!config->services)
		return -ENOMEM;
	/* They were checked when they were read */
	for (i = 0; i < all; i++) {
		cfg_t *section = i < called ? cfg_getnsec(cfg, "called", i) :
					      cfg_getnsec(cfg, "listen", i - called);

		take_entrance(section, &config->services[i], i < called);
		take_server(section, &config->services[i]);
	}
	config->n_services = all;
	return 0;
}

void config_free(void *data)
{
	struct config *config = data;

	if (!config)
		return;
	free(config->services);
	free(config);
}

const struct conf_kind config_kind = {
	.size = sizeof(struct config),
	.make = make_parser,
	.take = take_all,
	.free = config_free,
};
