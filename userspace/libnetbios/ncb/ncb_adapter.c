// SPDX-License-Identifier: GPL-2.0
/*
 * ADAPTER STATUS, ENUM and LAN STATUS ALERT.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netbios_netlink.h>
#include <wire/ns_ask.h>

#include "impl.h"

_Static_assert(sizeof(struct adapter_status) == 60, "as it always was");
_Static_assert(sizeof(struct name_buffer) == 18, "as it always was");
_Static_assert(sizeof(struct session_buffer) == 36, "as it always was");
_Static_assert(sizeof(struct find_name_buffer) == 33, "as it always was");

static uint8_t status_prepare(struct ncb_cmd *cmd)
{
	const struct ncb *ncb = cmd->ncb;

	if (ncb->ncb_length < sizeof(struct adapter_status))
		return NRC_BUFLEN;
	if (!ncb->ncb_buffer)
		return NRC_BADDR;
	return ncb->ncb_callname[0] ? 0 : NRC_NOWILD;
}

/* Puts as many names as fit behind the header, which is completed. */
static uint8_t put_status(struct ncb *ncb, struct adapter_status *header,
			  const struct name_buffer *names, unsigned int n, bool more)
{
	unsigned int room = (ncb->ncb_length - sizeof(*header)) / sizeof(*names);
	unsigned int fit = n < room ? n : room;

	header->name_count = fit;
	memcpy(ncb->ncb_buffer, header, sizeof(*header));
	memcpy(ncb->ncb_buffer + sizeof(*header), names, fit * sizeof(*names));
	ncb->ncb_length = sizeof(*header) + fit * sizeof(*names);
	return more || fit < n ? NRC_INCOMP : 0;
}

static uint8_t flags_of_state(uint32_t state)
{
	switch (state) {
	case NETBIOS_NAME_STATE_CLAIMING:
		return REGISTERING;
	case NETBIOS_NAME_STATE_CONFLICT:
		return DUPLICATE;
	case NETBIOS_NAME_STATE_RELEASING:
		return DEREGISTERED;
	default:
		return REGISTERED;
	}
}

/* An ioctl() of the interface below an adapter: 0, -ENODEV if it is gone, or another errno */
static int ask_interface(uint8_t lana, unsigned long request, struct ifreq *ifr)
{
	struct ncb_lana adapter;
	int fd, err;

	err = ncb_lana(lana, &adapter);
	if (err)
		return err;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	memset(ifr, 0, sizeof(*ifr));
	memcpy(ifr->ifr_name, adapter.ifname, IFNAMSIZ);
	if (ioctl(fd, request, ifr))
		err = -errno;
	close(fd);
	return err;
}

static void get_address(uint8_t lana, struct adapter_status *header)
{
	struct ifreq ifr;

	if (lana != NCB_LANA_ANY && !ask_interface(lana, SIOCGIFHWADDR, &ifr))
		memcpy(header->adapter_address, ifr.ifr_hwaddr.sa_data, 6);
}

/* What belongs to this interface; the rest is not counted per adapter */
static void own_numbers(struct ncb_cmd *cmd, struct adapter_status *header)
{
	const struct ncb_env *env = cmd->env;
	unsigned int i;

	memset(header, 0, sizeof(*header));
	header->rev_major = 3;
	header->adapter_type = 0xfe;	/* Ethernet */
	header->max_dgram_size = NETBIOS_MAX_DATAGRAM;
	header->max_sess_pkt_size = UINT16_MAX;
	pthread_mutex_lock(&ncb_lock);
	header->free_ncbs = env->n_cmds < env->max_cmds ? env->max_cmds - env->n_cmds : 0;
	header->max_cfg_ncbs = env->max_cmds;
	header->max_ncbs = NCB_MAX_COMMANDS;
	header->max_cfg_sess = env->max_sessions;
	header->max_sess = NCB_MAX_SESSIONS;
	for (i = 0; i < 256; i++)
		header->pending_sess += !!env->sessions[i];
	pthread_mutex_unlock(&ncb_lock);
}

static uint8_t local_status(struct ncb_cmd *cmd)
{
	struct adapter_status header;
	struct ncb_local_name *local;
	struct name_buffer *names;
	uint8_t code = NRC_NORES;
	int n, i;

	n = ncb_local_names(&local);
	if (n < 0)
		return NRC_OPENERR;
	own_numbers(cmd, &header);
	get_address(cmd->env->lana, &header);
	names = calloc(n + 1, sizeof(*names));
	if (names) {
		pthread_mutex_lock(&ncb_lock);
		for (i = 0; i < n; i++) {
			memcpy(names[i].name, local[i].name, NCBNAMSZ);
			names[i].name_num = ncb_name_find(cmd->env, local[i].name);
			names[i].name_flags = (local[i].group ? GROUP_NAME : UNIQUE_NAME) |
					      flags_of_state(local[i].state);
		}
		pthread_mutex_unlock(&ncb_lock);
		code = put_status(cmd->ncb, &header, names, n, false);
	}
	free(names);
	free(local);
	return code;
}

static void take_statistics(const struct ns_statistics *s, struct adapter_status *header)
{
	memset(header, 0, sizeof(*header));
	memcpy(header->adapter_address, s->unit_id, sizeof(header->adapter_address));
	header->rev_major = s->version >> 8;
	header->rev_minor = s->version & 0xff;
	header->adapter_type = 0xfe;
	header->duration = s->period;
	header->iframe_recv_err = s->crcs;
	header->iframe_xmit_err = s->alignment_errors;
	header->xmit_aborts = s->send_aborts;
	header->xmit_success = s->good_sends;
	header->recv_success = s->good_receives;
	header->t1_timeouts = s->retransmits;
	header->recv_buff_unavail = s->no_resource_conditions;
	header->free_ncbs = s->free_command_blocks;
	header->max_cfg_ncbs = s->total_command_blocks;
	header->max_ncbs = s->max_command_blocks;
	header->pending_sess = s->pending_sessions;
	header->max_cfg_sess = s->max_pending_sessions;
	header->max_sess = s->max_sessions;
	header->max_sess_pkt_size = s->packet_size;
}

static uint8_t take_answer(struct ncb_cmd *cmd, const struct ns_ask *ask)
{
	struct name_buffer names[255];
	struct adapter_status header;
	struct ns_status_entry entry;
	unsigned int i;

	take_statistics(&ask->status.statistics, &header);
	memset(names, 0, sizeof(names));
	for (i = 0; i < ask->status.n; i++) {
		entry = ns_status_entry(&ask->status, i);
		memcpy(names[i].name, entry.name, NCBNAMSZ);
		names[i].name_flags = entry.flags & NS_GROUP ? GROUP_NAME : UNIQUE_NAME;
		if (entry.flags & NS_CNF)
			names[i].name_flags |= DUPLICATE;
		else
			names[i].name_flags |= entry.flags & NS_DRG ? DEREGISTERED : REGISTERED;
	}
	return put_status(cmd->ncb, &header, names, ask->status.n, ask->truncated);
}

/* NRC_CMDTMO if the node does not answer */
static uint8_t ask_node(struct ncb_cmd *cmd, struct ns_ask *ask)
{
	uint8_t code = NRC_CMDTMO;
	int try, err = 0;

	for (try = 0; try < NS_ASK_TRIES && code == NRC_CMDTMO; try++) {
		cmd->deadline = ncb_now() + NS_ASK_TIMEOUT;
		err = ns_ask_send(ask);
		code = 0;
		while (!err && !code) {
			code = ncb_wait_fd(cmd, ask->fd, POLLIN);
			if (!code && !ns_ask_read(ask))
				return take_answer(cmd, ask);
		}
	}
	return err ? ncb_errno(-err) : code;
}

static uint8_t remote_status(struct ncb_cmd *cmd)
{
	char scope[NETBIOS_SCOPE_MAX + 1];
	struct nb_resolve answer;
	struct ns_ask *ask;
	uint8_t code;
	int err;

	code = ncb_resolve(cmd, &answer);
	if (code)
		return code == NRC_NOCALL ? NRC_CMDTMO : code;
	ask = malloc(sizeof(*ask));
	if (!ask)
		return NRC_NORES;
	ask->fd = -1;
	err = nb_node_scope(scope);
	if (!err)
		err = ns_ask_open(ask, answer.nrs_addr[0], cmd->ncb->ncb_callname, scope);
	code = err ? ncb_errno(-err) : ask_node(cmd, ask);
	ns_ask_close(ask);
	free(ask);
	return code;
}

/* API-019 */
static uint8_t status_run(struct ncb_cmd *cmd)
{
	return cmd->ncb->ncb_callname[0] == '*' ? local_status(cmd) : remote_status(cmd);
}

const struct ncb_op ncb_op_adapter_status = {
	.flags = NCB_CANCELLABLE,
	.prepare = status_prepare,
	.run = status_run,
};

static uint8_t enum_run(struct ncb_cmd *cmd)
{
	struct ncb_lana lanas[MAX_LANA + 1];
	struct ncb *ncb = cmd->ncb;
	struct lana_enum list;
	unsigned int len;
	int n, i;

	if (!ncb->ncb_buffer)
		return NRC_BADDR;
	if (!ncb->ncb_length)
		return NRC_BUFLEN;
	n = ncb_lanas(lanas, MAX_LANA + 1);
	if (n < 0)
		return NRC_OPENERR;
	memset(&list, 0, sizeof(list));
	for (i = 0; i < n; i++) {
		if (lanas[i].number <= MAX_LANA)
			list.lana[list.length++] = lanas[i].number;
	}
	len = 1 + list.length;
	if (len <= ncb->ncb_length) {
		ncb->ncb_length = len;
		memcpy(ncb->ncb_buffer, &list, len);
		return 0;
	}
	list.length = ncb->ncb_length - 1;
	memcpy(ncb->ncb_buffer, &list, ncb->ncb_length);
	return NRC_INCOMP;
}

const struct ncb_op ncb_op_enum = {
	.run = enum_run,
};

/* The socket that tells of links, before the first look at them */
static uint8_t alert_begin(struct ncb_cmd *cmd)
{
	struct sockaddr_nl groups = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };

	if (cmd->env->lana == NCB_LANA_ANY)
		return NRC_BRIDGE;
	cmd->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (cmd->fd < 0 || bind(cmd->fd, (struct sockaddr *)&groups, sizeof(groups)))
		return ncb_errno(errno);
	return 0;
}

/* It does not if it is gone, down, or without a carrier; who cannot ask does not know */
static bool adapter_works(const struct ncb_cmd *cmd)
{
	struct ifreq ifr;
	int err;

	err = ask_interface(cmd->env->lana, SIOCGIFFLAGS, &ifr);
	return err ? err != -ENODEV : ifr.ifr_flags & IFF_RUNNING;
}

static uint8_t alert_run(struct ncb_cmd *cmd)
{
	char event[4096];
	uint8_t code = 0;

	while (!code && adapter_works(cmd)) {
		code = ncb_wait_fd(cmd, cmd->fd, POLLIN);
		/* What it is does not matter, nor do lost ones */
		while (recv(cmd->fd, event, sizeof(event), MSG_DONTWAIT) >= 0 ||
		       errno == ENOBUFS)
			;
	}
	return code;
}

const struct ncb_op ncb_op_lan_status_alert = {
	.flags = NCB_CANCELLABLE | NCB_ASYNCH_ONLY,
	.begin = alert_begin,
	.run = alert_run,
};
