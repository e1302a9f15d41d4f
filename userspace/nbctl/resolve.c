// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl resolve: asks as any program can, through a socket.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "nbctl.h"
#include "wire/addr.h"

/* The errors of connect(), for names */
static const char *reason(int err)
{
	switch (err) {
	case EHOSTUNREACH:
		return "no such name; nbctl diagnose may tell why";
	case EINVAL:
		return "it begins with an asterisk, so it is no name of a node";
	case ENETDOWN:
		return "not known here, and there is no helper to ask";
	case ETIMEDOUT:
	case EAGAIN:
		return "no answer in time";
	default:
		return strerror(err);
	}
}

static int open_socket(struct ctl *ctl, const char *scope)
{
	struct timeval wait = { .tv_sec = ctl->wait };
	int fd;

	fd = nb_socket(SOCK_SEQPACKET | SOCK_CLOEXEC, NB_LANA_ANY);
	if (fd < 0) {
		ctl_error(ctl, "socket: %s", strerror(errno));
		return -1;
	}
	if (ctl->wait)
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (scope && setsockopt(fd, SOL_NETBIOS, NB_SCOPE, scope, strlen(scope))) {
		ctl_error(ctl, "scope %s: %s", scope, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

/* @scope NULL: the node's */
int resolve(struct ctl *ctl, const struct sockaddr_nb *name, const char *scope,
	    struct nb_resolve *answer)
{
	char text[NB_NAME_TEXT_MAX];
	int fd, err;

	fd = open_socket(ctl, scope);
	if (fd < 0)
		return STATUS_FAILED;
	err = nb_resolve(fd, name, answer);
	close(fd);
	if (!err)
		return STATUS_OK;
	ctl_error(ctl, "%s: %s", nb_name_format(text, name->snb_name), reason(-err));
	return STATUS_FAILED;
}

static json_t *to_row(const struct nb_resolve *answer)
{
	char name[NB_NAME_TEXT_MAX], addr[INET_ADDRSTRLEN];
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < answer->nrs_count; i++)
		json_array_append_new(list, json_string(inet_ntop(AF_INET, &answer->nrs_addr[i],
								  addr, sizeof(addr))));
	return json_pack("{s:s, s:b, s:b, s:b, s:o}",
			 "name", nb_name_format(name, answer->nrs_name.snb_name),
			 "group", !!(answer->nrs_flags & NB_RESOLVE_GROUP),
			 "own", !!(answer->nrs_flags & NB_RESOLVE_OWN),
			 "cached", !!(answer->nrs_flags & NB_RESOLVE_CACHED),
			 "addr", list);
}

static void format_type(char *buf, size_t size, const json_t *row)
{
	snprintf(buf, size, "%s",
		 json_is_true(json_object_get(row, "group")) ? "group" : "unique");
}

static void format_source(char *buf, size_t size, const json_t *row)
{
	const char *source = "network";

	if (json_is_true(json_object_get(row, "own")))
		source = "this node";
	else if (json_is_true(json_object_get(row, "cached")))
		source = "cache";
	snprintf(buf, size, "%s", source);
}

static const struct column columns[] = {
	{ "NAME", "name", NULL },
	{ "TYPE", "group", format_type },
	{ "FROM", "cached", format_source },
	{ "ADDRESSES", "addr", NULL },
	{ 0 }
};

/* The address of a node as a word: nobody is called by that of everybody, or of none */
int address_operand(struct ctl *ctl, const char *word, struct in_addr *addr)
{
	if (inet_pton(AF_INET, word, addr) != 1) {
		ctl_error(ctl, "%s: not an IPv4 address", word);
		return STATUS_USAGE;
	}
	if (addr_is_host(addr->s_addr))
		return STATUS_OK;
	ctl_error(ctl, "%s: not the address of a node", word);
	return STATUS_USAGE;
}

/* A scope as a word, on the command line or in a batch file */
int scope_operand(struct ctl *ctl, const char *word, const char **scope)
{
	*scope = scope_word(word);
	if (!nb_scope_check(*scope))
		return STATUS_OK;
	ctl_error(ctl, "scope %s: not a scope", word);
	return STATUS_USAGE;
}

/* NAME [scope SCOPE], as resolve and status have them */
int name_operands(struct ctl *ctl, int argc, char **argv, const char **scope)
{
	*scope = NULL;
	if (argc == 1)
		return STATUS_OK;
	if (argc != 3 || strcmp(argv[1], "scope"))
		return ctl_usage(ctl, argv[1]);
	return scope_operand(ctl, argv[2], scope);
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct nb_resolve answer;
	struct sockaddr_nb name;
	const char *scope;
	json_t *rows;
	int status;

	status = name_operands(ctl, argc, argv, &scope);
	if (status)
		return status;
	if (nb_sockaddr_parse(&name, argv[0], NB_SUFFIX_PAD, NETBIOS_UNIQUE_NAME)) {
		ctl_error(ctl, "%s: not a NetBIOS name", argv[0]);
		return STATUS_USAGE;
	}
	status = resolve(ctl, &name, scope, &answer);
	if (status)
		return status;
	rows = json_pack("[o]", to_row(&answer));
	status = ctl->json ? json_print(json_array_get(rows, 0)) :
			     rows_print(ctl, rows, columns);
	json_decref(rows);
	return status;
}

static const struct argp_option options[] = {
	{ "wait", 'w', "SECONDS", 0, "Wait so long at most", 0 },
	{ 0 }
};

const struct command resolve_commands[] = {
	{ "", "NAME [scope SCOPE]", "Find the addresses of a name.", options, 1, 3, run },
	{ 0 }
};
