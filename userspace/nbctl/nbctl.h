/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NBCTL_H
#define _NBCTL_H

#include <argp.h>
#include <netinet/in.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <libmnl/libmnl.h>
#include <netbios/netbios.h>
#include <netlink/genl.h>
#include <linux/netbios_netlink.h>

#include "attr.h"

/* Exit status, as in nbctl(8) */
enum {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_ABSENT = 3,	/* the kernel has no netlink family "netbios" */
};

/**
 * struct ctl - what every command gets
 * @genl: netlink client, NULL before ctl_request() or ctl_new() opened it
 * @json: print JSON
 * @all: show what is usually left out (-a)
 * @wait: seconds to wait for the end of what was begun (-w), 0 not at all
 * @command: words in front of messages, "name add"
 * @args: operands that the command takes, for messages
 * @object: what it is about, for messages: a name, an interface; NULL: the node
 * @file: batch file, NULL outside
 * @line: its current line
 */
struct ctl {
	struct nb_genl	*genl;
	bool		json;
	bool		all;
	unsigned int	wait;
	char		command[64];
	const char	*args;
	const char	*object;
	const char	*file;
	unsigned long	line;
};

/**
 * struct command - what can be done with a noun
 * @verb: its name; the first command of a noun is meant when none is given. ""
 *	for the only one of a noun that needs no verb
 * @args: operands, for the help
 * @doc: what it does, for the help
 * @options: options besides --json, NULL if there are none
 * @min: operands at least
 * @max: operands at most
 * @run: returns the exit status
 */
struct command {
	const char	*verb;
	const char	*args;
	const char	*doc;
	const struct argp_option *options;
	int		min;
	int		max;
	int (*run)(struct ctl *ctl, int argc, char **argv);
};

struct noun {
	const char	*name;
	const char	*doc;
	const struct command *commands;
};

#define OPERANDS_MAX	256

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* node.c and so on: tables that end with an entry without a verb */
extern const struct command node_commands[];
extern const struct command name_commands[];
extern const struct command cache_commands[];
extern const struct command session_commands[];
extern const struct command resolve_commands[];
extern const struct command status_commands[];
extern const struct command diagnose_commands[];
extern const struct command stats_commands[];
extern const struct command monitor_commands[];

/* main.c */
int ctl_run(struct ctl *ctl, int argc, char **argv);

/* adapter.c */
void adapter_print(const json_t *adapter);
int adapter_run(struct ctl *ctl, int argc, char **argv);

/* resolve.c */
int resolve(struct ctl *ctl, const struct sockaddr_nb *name, const char *scope,
	    struct nb_resolve *answer);
int scope_operand(struct ctl *ctl, const char *word, const char **scope);
int address_operand(struct ctl *ctl, const char *word, struct in_addr *addr);
int name_operands(struct ctl *ctl, int argc, char **argv, const char **scope);

/* ask.c */
int node_scope(struct ctl *ctl, char scope[NETBIOS_SCOPE_MAX + 1]);

/* words.c */
int words_split(char *line, char **words, int max);

/* batch.c */
int batch_run(struct ctl *ctl, const char *file, bool force);

/* request.c: requests, and what the kernel says to them */
void ctl_error(const struct ctl *ctl, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int ctl_usage(const struct ctl *ctl, const char *word);
int ctl_missing(const struct ctl *ctl, const char *word);
int ctl_open(struct ctl *ctl);
struct nlmsghdr *ctl_new(struct ctl *ctl, uint8_t cmd, uint16_t flags);
int ctl_put(struct ctl *ctl, struct nlmsghdr *nlh, const struct attr *attr,
	    const char *text);
int ctl_request(struct ctl *ctl, const struct attr *set, nb_genl_fn fn, void *data);
int ctl_get(struct ctl *ctl, const struct attr *set, json_t **object);
int ctl_dump(struct ctl *ctl, uint8_t cmd, const struct attr *set, json_t **rows);

/**
 * struct operand - a word of the command line that stands for an attribute
 * @word: the word
 * @key: the attribute in the table of the noun
 * @value: its value; NULL: the next word is it
 * @absent: next word that stands for the absence of the attribute
 */
struct operand {
	const char	*word;
	const char	*key;
	const char	*value;
	const char	*absent;
};

int ctl_operands(struct ctl *ctl, struct nlmsghdr *nlh, const struct attr *set,
		 const struct operand *operands, const char *rest, int argc,
		 char **argv);

/* color.c: nothing of it shows unless standard output is a terminal */
enum color { COLOR_NONE, COLOR_TITLE, COLOR_GOOD, COLOR_NOTE, COLOR_BAD, COLOR_END };

bool color_wanted(bool terminal, const char *no_color, const char *term);
/* Of a state or a result; COLOR_NONE: any other word */
enum color color_of(const char *word);
/* What switches the terminal to it, "" if colours are not wanted */
const char *color(enum color color);
void color_print(enum color c, int width, const char *text);

/* table.c */
struct column {
	const char	*title;
	const char	*key;
	/* Text of the cell; NULL: as the value is */
	void (*format)(char *buf, size_t size, const json_t *row);
};

void value_format(char *buf, size_t size, const json_t *value);
void rows_sort(json_t *rows, const char *key, const char *second);
int rows_print(const struct ctl *ctl, json_t *rows, const struct column *columns);
int json_print(const json_t *value);

#endif /* _NBCTL_H */
