// SPDX-License-Identifier: GPL-2.0
/*
 * What only netlink tells: adapters, and the names of the whole node.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netbios_netlink.h>
#include <netlink/genl.h>

#include "impl.h"

/* A client for one table */
static int read_table(uint8_t cmd, nb_genl_fn fn, void (*restart)(void *list), void *list)
{
	struct nb_genl *genl;
	int err;

	err = nb_genl_open(&genl);
	if (err)
		return err;
	err = nb_genl_dump(genl, cmd, fn, restart, list);
	nb_genl_close(genl);
	return err;
}

struct lana_list {
	struct ncb_lana	*lanas;
	unsigned int	max, n;
};

static void forget_lanas(void *data)
{
	struct lana_list *list = data;

	list->n = 0;
}

static void parse_lana(const struct nlmsghdr *nlh, struct ncb_lana *lana)
{
	const struct nlattr *attr;

	memset(lana, 0, sizeof(*lana));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case NETBIOS_A_ADAPTER_LANA:
			lana->number = mnl_attr_get_u32(attr);
			break;
		case NETBIOS_A_ADAPTER_IFNAME:
			snprintf(lana->ifname, sizeof(lana->ifname), "%s",
				 mnl_attr_get_str(attr));
			break;
		}
	}
}

static int add_lana(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	struct lana_list *list = data;

	(void)cmd;
	if (list->n < list->max)
		parse_lana(nlh, &list->lanas[list->n++]);
	return 0;
}

/* All adapters: their number, or a negative errno. */
int ncb_lanas(struct ncb_lana *lanas, unsigned int max)
{
	struct lana_list list = { .lanas = lanas, .max = max };
	int err;

	err = read_table(NETBIOS_CMD_ADAPTER_GET, add_lana, forget_lanas, &list);
	return err ? err : (int)list.n;
}

/* 0, -ENODEV if there is no such adapter, or another errno. */
int ncb_lana(uint8_t number, struct ncb_lana *lana)
{
	struct ncb_lana lanas[MAX_LANA + 1];
	int n, i;

	n = ncb_lanas(lanas, MAX_LANA + 1);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		if (lanas[i].number == number) {
			*lana = lanas[i];
			return 0;
		}
	}
	return -ENODEV;
}

struct name_list {
	struct ncb_local_name	*names;
	int			n, room;
};

static void forget_names(void *data)
{
	struct name_list *list = data;

	list->n = 0;
}

static bool make_room(struct name_list *list)
{
	int room = list->room ? 2 * list->room : 64;
	struct ncb_local_name *names;

	if (list->n < list->room)
		return true;
	names = realloc(list->names, room * sizeof(*names));
	if (!names)
		return false;
	list->names = names;
	list->room = room;
	return true;
}

static int add_name(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	struct name_list *list = data;
	struct ncb_local_name *name;
	const struct nlattr *attr;

	(void)cmd;
	if (!make_room(list))
		return -ENOMEM;
	name = &list->names[list->n++];
	memset(name, 0, sizeof(*name));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case NETBIOS_A_NAME_NAME:
			if (mnl_attr_get_payload_len(attr) == NETBIOS_NAME_LEN)
				memcpy(name->name, mnl_attr_get_payload(attr),
				       NETBIOS_NAME_LEN);
			break;
		case NETBIOS_A_NAME_GROUP:
			name->group = mnl_attr_get_u8(attr);
			break;
		case NETBIOS_A_NAME_STATE:
			name->state = mnl_attr_get_u32(attr);
			break;
		}
	}
	return 0;
}

/* The names of the node: their number, or a negative errno. @names is freed by free(). */
int ncb_local_names(struct ncb_local_name **names)
{
	struct name_list list = { 0 };
	int err;

	*names = NULL;
	err = read_table(NETBIOS_CMD_NAME_GET, add_name, forget_names, &list);
	if (err) {
		free(list.names);
		return err;
	}
	*names = list.names;
	return list.n;
}

static int take_state(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	struct name_list list = { 0 };
	int err;

	err = add_name(cmd, nlh, &list);
	if (!err)
		*(uint32_t *)data = list.names[0].state;
	free(list.names);
	return err;
}

/* What the table of this node has: NETBIOS_NAME_STATE_*, GONE if it is not there. */
uint32_t ncb_name_state(const struct sockaddr_nb *addr)
{
	uint32_t state = NETBIOS_NAME_STATE_GONE;
	struct nb_genl *genl;
	struct nlmsghdr *nlh;

	if (nb_genl_open(&genl))
		return state;
	nlh = nb_genl_new(genl, NETBIOS_CMD_NAME_GET, 0);
	mnl_attr_put(nlh, NETBIOS_A_NAME_NAME, NETBIOS_NAME_LEN, addr->snb_name);
	(void)nb_genl_run(genl, take_state, &state);
	nb_genl_close(genl);
	return state;
}
