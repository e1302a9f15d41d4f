// SPDX-License-Identifier: GPL-2.0
/*
 * Requests made of words, and what the kernel says to them.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "nbctl.h"

void ctl_error(const struct ctl *ctl, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("nbctl: ", stderr);
	if (ctl->file)
		fprintf(stderr, "%s:%lu: ", ctl->file, ctl->line);
	if (*ctl->command)
		fprintf(stderr, "%s: ", ctl->command);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* Return: STATUS_USAGE, for a word that cannot stand where it does */
int ctl_usage(const struct ctl *ctl, const char *word)
{
	ctl_error(ctl, "%s: not understood; it takes: %s", word, ctl->args);
	return STATUS_USAGE;
}

/* Return: STATUS_USAGE, for a word that another one has to follow */
int ctl_missing(const struct ctl *ctl, const char *word)
{
	ctl_error(ctl, "%s: value missing; it takes: %s", word, ctl->args);
	return STATUS_USAGE;
}

int ctl_open(struct ctl *ctl)
{
	int err;

	if (ctl->genl)
		return STATUS_OK;
	err = nb_genl_open(&ctl->genl);
	if (!err)
		return STATUS_OK;
	if (err == -ENOENT)
		ctl_error(ctl, "the kernel has no NetBIOS; is the module netbios loaded? "
			  "root may: modprobe netbios");
	else
		ctl_error(ctl, "netlink: %s", strerror(-err));
	return STATUS_ABSENT;
}

struct nlmsghdr *ctl_new(struct ctl *ctl, uint8_t cmd, uint16_t flags)
{
	return nb_genl_new(ctl->genl, cmd, flags);
}

/* As it is written on the command line */
static const char *word_of(const struct attr *attr)
{
	return attr->kind == ATTR_DEVICE ? "dev" : attr->key;
}

int ctl_put(struct ctl *ctl, struct nlmsghdr *nlh, const struct attr *attr,
	    const char *text)
{
	const char *wrong = attr_put(nlh, nb_genl_room(ctl->genl), attr, text);

	if (!wrong)
		return STATUS_OK;
	ctl_error(ctl, "%s %s: %s", word_of(attr), text, wrong);
	return STATUS_USAGE;
}

/* "FRED: The name is not in the table", "cache-max: integer out of range" */
static void refused(const struct ctl *ctl, const struct attr *set, int err)
{
	const char *message = nb_genl_message(ctl->genl);
	int culprit = nb_genl_culprit(ctl->genl);
	const struct attr *attr = set && culprit >= 0 ? attr_by_type(set, culprit) : NULL;
	const char *subject = attr ? word_of(attr) : ctl->object;

	if (err == -EPERM && !*message)
		message = "only root may, or who has CAP_NET_ADMIN";
	ctl_error(ctl, "%s%s%s", subject ? subject : "", subject ? ": " : "",
		  *message ? message : strerror(-err));
}

int ctl_request(struct ctl *ctl, const struct attr *set, nb_genl_fn fn, void *data)
{
	int err = nb_genl_run(ctl->genl, fn, data);

	if (!err)
		return STATUS_OK;
	refused(ctl, set, err);
	return STATUS_FAILED;
}

struct answer {
	const struct attr *set;
	json_t		*object;
	json_t		*rows;
};

static int add_row(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	struct answer *answer = data;
	json_t *row = attr_decode(answer->set, nlh);

	(void)cmd;
	return json_array_append_new(answer->rows, row) ? -ENOMEM : 0;
}

static void forget_rows(void *data)
{
	struct answer *answer = data;

	json_array_clear(answer->rows);
}

static int set_object(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	struct answer *answer = data;

	(void)cmd;
	json_decref(answer->object);
	answer->object = attr_decode(answer->set, nlh);
	return answer->object ? 0 : -ENOMEM;
}

/* The request of ctl_new() is answered by one message */
int ctl_get(struct ctl *ctl, const struct attr *set, json_t **object)
{
	struct answer answer = { .set = set };
	int status;

	status = ctl_request(ctl, set, set_object, &answer);
	if (!status && !answer.object) {
		ctl_error(ctl, "the kernel gave no answer");
		status = STATUS_FAILED;
	}
	if (status)
		json_decref(answer.object);
	else
		*object = answer.object;
	return status;
}

int ctl_dump(struct ctl *ctl, uint8_t cmd, const struct attr *set, json_t **rows)
{
	struct answer answer = { .set = set, .rows = json_array() };
	int err;

	err = nb_genl_dump(ctl->genl, cmd, add_row, forget_rows, &answer);
	if (err == -EINTR) {
		ctl_error(ctl, "it changes while it is read: something may be missing");
	} else if (err) {
		refused(ctl, set, err);
		json_decref(answer.rows);
		return STATUS_FAILED;
	}
	*rows = answer.rows;
	return STATUS_OK;
}

static const struct operand *find(const struct operand *operands, const char *word)
{
	for (; operands->word; operands++)
		if (!strcmp(operands->word, word))
			return operands;
	return NULL;
}

/* Words that are no operand become the attribute @rest, if there is one */
int ctl_operands(struct ctl *ctl, struct nlmsghdr *nlh, const struct attr *set,
		 const struct operand *operands, const char *rest, int argc,
		 char **argv)
{
	const struct operand *op;
	const char *text;
	int i, status;

	for (i = 0; i < argc; i++) {
		op = find(operands, argv[i]);
		if (!op && !rest)
			return ctl_usage(ctl, argv[i]);
		text = op ? op->value : argv[i];
		if (!text && ++i == argc) {
			ctl_error(ctl, "%s: value missing", op->word);
			return STATUS_USAGE;
		}
		if (!text)
			text = argv[i];
		if (op && op->absent && !strcmp(text, op->absent))
			continue;
		status = ctl_put(ctl, nlh, attr_by_key(set, op ? op->key : rest), text);
		if (status)
			return status;
	}
	return STATUS_OK;
}
