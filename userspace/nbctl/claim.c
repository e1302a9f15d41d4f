// SPDX-License-Identifier: GPL-2.0
/*
 * How does the claim of a name end? The events tell. The name itself is not
 * asked for: a claim that failed at once leaves nothing behind but its event.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "claim.h"

/* Listen, and learn which scope is meant when the command gives none */
int claim_watch(struct ctl *ctl, struct claim *claim)
{
	json_t *node;
	int err, status;

	err = nb_genl_open(&claim->events);
	if (!err)
		err = nb_genl_join(claim->events, NETBIOS_MCGRP_EVENT);
	if (err) {
		ctl_error(ctl, "events: %s", strerror(-err));
		return STATUS_FAILED;
	}
	ctl_new(ctl, NETBIOS_CMD_NODE_GET, 0);
	status = ctl_get(ctl, node_attrs, &node);
	if (status)
		return status;
	claim->scope = json_incref(json_object_get(node, "scope"));
	json_decref(node);
	return STATUS_OK;
}

/* @nlh is the request that adds the name */
void claim_expect(struct claim *claim, const struct nlmsghdr *nlh)
{
	claim->name = attr_decode(name_attrs, nlh);
	if (!json_object_get(claim->name, "scope"))
		json_object_set(claim->name, "scope", claim->scope);
}

static bool is_state(const json_t *row, const char *state)
{
	const char *is = json_string_value(json_object_get(row, "state"));

	return is && !strcmp(is, state);
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
	return json_equal(json_object_get(a, key), json_object_get(b, key));
}

static int on_event(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	struct claim *claim = data;
	json_t *row;

	if (cmd != NETBIOS_CMD_NAME_EVENT || claim->end)
		return 0;
	row = attr_decode(name_attrs, nlh);
	if (row && !is_state(row, "claiming") && same(row, claim->name, "name") &&
	    same(row, claim->name, "scope"))
		claim->end = row;
	else
		json_decref(row);
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * (int64_t)1000 + ts.tv_nsec / 1000000;
}

static int judge(const struct ctl *ctl, const json_t *end)
{
	char state[64], error[64];

	if (is_state(end, "registered") || is_state(end, "provisional"))
		return STATUS_OK;
	value_format(state, sizeof(state), json_object_get(end, "state"));
	value_format(error, sizeof(error), json_object_get(end, "error"));
	ctl_error(ctl, "claim failed: the name is %s, error %s", state, error);
	return STATUS_FAILED;
}

int claim_wait(struct ctl *ctl, struct claim *claim)
{
	struct pollfd pfd = { .fd = nb_genl_fd(claim->events), .events = POLLIN };
	int64_t until = now_ms() + ctl->wait * (int64_t)1000, left;
	int err;

	while (!claim->end) {
		left = until - now_ms();
		if (left <= 0 || !poll(&pfd, 1, left)) {
			ctl_error(ctl, "still claiming");
			return STATUS_FAILED;
		}
		err = nb_genl_listen(claim->events, on_event, claim);
		if (err && err != -EINTR) {
			ctl_error(ctl, "events: %s", strerror(-err));
			return STATUS_FAILED;
		}
	}
	return judge(ctl, claim->end);
}

void claim_free(struct claim *claim)
{
	nb_genl_close(claim->events);
	json_decref(claim->scope);
	json_decref(claim->name);
	json_decref(claim->end);
}
