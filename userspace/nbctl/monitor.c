// SPDX-License-Identifier: GPL-2.0
/*
 * nbctl monitor
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "nbctl.h"

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	(void)sig;
	stopped = 1;
}

struct kind {
	uint8_t		cmd;
	const char	*name;
	const struct attr *set;
};

static const struct kind kinds[] = {
	{ NETBIOS_CMD_NAME_EVENT, "name", name_attrs },
	{ NETBIOS_CMD_SESSION_EVENT, "session", session_attrs },
	{ NETBIOS_CMD_NODE_EVENT, "node", node_attrs },
	{ NETBIOS_CMD_ADAPTER_EVENT, "adapter", adapter_attrs },
	{ NETBIOS_CMD_ALERT_EVENT, "alert", alert_attrs },
	{ 0 }
};

struct monitor {
	const struct ctl *ctl;
	char		**wanted;	/* kinds; all of them if there are none */
	int		n_wanted;
	bool		lost;		/* some events did not arrive */
};

/* UTC, to the microsecond, in one form for people and programs */
static void timestamp(char *buf, size_t size)
{
	struct timespec ts;
	struct tm tm;
	size_t len;

	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	len = strftime(buf, size, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf + len, size - len, ".%06ldZ", ts.tv_nsec / 1000);
}

static void print_plain(const char *stamp, const char *event, json_t *object)
{
	char text[512];
	const char *key;
	json_t *value;

	printf("%s ", stamp);
	color_print(strcmp(event, "lost") ? COLOR_TITLE : COLOR_BAD, 0, event);
	json_object_foreach(object, key, value) {
		/* The empty scope in every line would only hide the rest */
		if (json_is_string(value) && !json_string_length(value))
			continue;
		value_format(text, sizeof(text), value);
		printf(" %s=", key);
		color_print(strcmp(key, "state") ? COLOR_NONE : color_of(text), 0, text);
	}
	putchar('\n');
}

/* Each line goes out at once: whoever reads it may act on it */
static int print_event(const struct ctl *ctl, const char *event, json_t *object)
{
	char stamp[64];
	json_t *line;

	timestamp(stamp, sizeof(stamp));
	if (ctl->json) {
		line = json_pack("{s:s, s:s}", "time", stamp, "event", event);
		json_object_update(line, object);
		json_dumpf(line, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(line);
	} else {
		print_plain(stamp, event, object);
	}
	return fflush(stdout) ? -errno : 0;
}

static int print_bare(const struct ctl *ctl, const char *event)
{
	json_t *nothing = json_object();
	int err = print_event(ctl, event, nothing);

	json_decref(nothing);
	return err;
}

static bool is_wanted(const struct monitor *monitor, const char *name)
{
	int i;

	for (i = 0; i < monitor->n_wanted; i++)
		if (!strcmp(monitor->wanted[i], name))
			return true;
	return !monitor->n_wanted;
}

static int on_event(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	const struct monitor *monitor = data;
	const struct kind *kind;
	json_t *object;
	int err;

	for (kind = kinds; kind->name && kind->cmd != cmd; kind++)
		;
	if (!kind->name || !is_wanted(monitor, kind->name))
		return 0;
	object = attr_decode(kind->set, nlh);
	err = print_event(monitor->ctl, kind->name, object);
	json_decref(object);
	return err;
}

/* Signals are blocked but for the wait, so none slips in before it */
static int loop(struct ctl *ctl, struct monitor *monitor, const sigset_t *unblocked)
{
	struct pollfd pfd = { .fd = nb_genl_fd(ctl->genl), .events = POLLIN };
	int err = 0;

	while (!stopped) {
		if (ppoll(&pfd, 1, NULL, unblocked) < 0 && errno != EINTR)
			return -errno;
		if (stopped)
			break;
		if (!pfd.revents)
			continue;
		err = nb_genl_listen(ctl->genl, on_event, monitor);
		if (err == -ENOBUFS) {
			monitor->lost = true;
			ctl_error(ctl, "events were lost, since too many came at once; "
				  "nbctl name, session and node show what is now");
			err = print_bare(ctl, "lost");
		}
		if (err && err != -EINTR)
			return err;
	}
	return 0;
}

static int check_kinds(const struct ctl *ctl, int argc, char **argv)
{
	const struct kind *kind;
	int i;

	for (i = 0; i < argc; i++) {
		for (kind = kinds; kind->name && strcmp(kind->name, argv[i]); kind++)
			;
		if (kind->name)
			continue;
		ctl_error(ctl, "%s: none of name, session, node, adapter, alert", argv[i]);
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

static void catch_signals(sigset_t *unblocked)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t block;

	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, unblocked);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static int show(struct ctl *ctl, int argc, char **argv)
{
	struct monitor monitor = { ctl, argv, argc, false };
	sigset_t unblocked;
	int err, status;

	if (ctl->file) {
		ctl_error(ctl, "not in a batch");
		return STATUS_USAGE;
	}
	status = check_kinds(ctl, argc, argv);
	if (status)
		return status;
	catch_signals(&unblocked);
	err = nb_genl_join(ctl->genl, NETBIOS_MCGRP_EVENT);
	/* From here on nothing is missed: whoever waits for that can go on */
	if (!err)
		err = print_bare(ctl, "start");
	if (!err)
		err = loop(ctl, &monitor, &unblocked);
	if (!err)
		return monitor.lost ? STATUS_FAILED : STATUS_OK;
	if (err == -ENODEV) {
		ctl_error(ctl, "the module netbios was unloaded");
		return STATUS_ABSENT;
	}
	ctl_error(ctl, "%s", strerror(-err));
	return STATUS_FAILED;
}

const struct command monitor_commands[] = {
	{ "show", "[name] [session] [node] [adapter] [alert]",
	  "Print events, one a line, until a signal; \"start\" is printed when it listens.",
	  NULL, 0, ARRAY_SIZE(kinds) - 1, show },
	{ 0 }
};
