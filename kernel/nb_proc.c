// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/netbios: one line a socket, for people. Programs use netlink.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

#include "nb_net.h"
#include "nb_sock.h"

static const char * const states[] = {
	[NETBIOS_SESSION_STATE_CLOSED]		= "closed",
	[NETBIOS_SESSION_STATE_BOUND]		= "bound",
	[NETBIOS_SESSION_STATE_LISTEN]		= "listen",
	[NETBIOS_SESSION_STATE_CALLING]		= "calling",
	[NETBIOS_SESSION_STATE_CONNECTED]	= "connected",
	[NETBIOS_SESSION_STATE_CLOSING]		= "closing",
};

/* What is shown has a reference, so that it may sleep to be shown. */
static void *after(struct seq_file *seq, void *v)
{
	struct nb_sock *prev = v == SEQ_START_TOKEN ? NULL : v;
	struct nb_sock *nsk;

	nsk = nb_net_next_sock(nb_net(seq_file_net(seq)), prev);
	if (prev)
		sock_put(&prev->sk);
	return nsk;
}

static void *start(struct seq_file *seq, loff_t *pos)
{
	void *v = SEQ_START_TOKEN;
	loff_t skip;

	for (skip = *pos; v && skip; skip--)
		v = after(seq, v);
	return v;
}

static void *next(struct seq_file *seq, void *v, loff_t *pos)
{
	++*pos;
	return after(seq, v);
}

static void stop(struct seq_file *seq, void *v)
{
	struct nb_sock *nsk = v;

	if (v && v != SEQ_START_TOKEN)
		sock_put(&nsk->sk);
}

/* Names are any octets: show as text what is text, so that a line is a line. */
static void show_name(struct seq_file *seq, bool has, const u8 *name)
{
	char text[NETBIOS_NAME_LEN - 1 + sizeof("<00>")];
	int i, len = NETBIOS_NAME_LEN - 1;

	if (!has) {
		seq_printf(seq, " %-19s", "-");
		return;
	}
	while (len && name[len - 1] == ' ')
		len--;
	for (i = 0; i < len; i++)
		text[i] = name[i] > ' ' && name[i] < 0x7f ? name[i] : '.';
	snprintf(text + len, sizeof(text) - len, "<%02x>",
		 name[NETBIOS_NAME_LEN - 1]);
	seq_printf(seq, " %-19s", text);
}

static void show_addr(struct seq_file *seq, __be32 addr, __be16 port)
{
	char text[sizeof("255.255.255.255:65535")];

	snprintf(text, sizeof(text), "%pI4:%u", &addr, ntohs(port));
	seq_printf(seq, " %-21s", addr ? text : "-");
}

static int show(struct seq_file *seq, void *v)
{
	struct nb_sock_info info;

	if (v == SEQ_START_TOKEN) {
		seq_printf(seq, "%-5s %-9s %-19s %-19s %-21s %-21s %-5s %-10s %-7s %-7s %s\n",
			   "type", "state", "local", "peer", "local-address",
			   "peer-address", "uid", "inode", "rx", "tx",
			   "queue/backlog");
		return 0;
	}
	nb_sock_fill_info(v, &info);
	seq_printf(seq, "%-5s %-9s", info.type == SOCK_DGRAM ? "dgram" : "seq",
		   states[info.state]);
	show_name(seq, info.has_local, info.local_name);
	show_name(seq, info.has_peer, info.peer_name);
	show_addr(seq, info.local_addr, info.local_port);
	show_addr(seq, info.peer_addr, info.peer_port);
	seq_printf(seq, " %-5u %-10lu %-7u %-7u %u/%u\n",
		   from_kuid_munged(seq_user_ns(seq), info.uid), info.inode,
		   info.rx_queue, info.tx_queue, info.queue, info.backlog);
	return 0;
}

static const struct seq_operations seq_ops = {
	.start	= start,
	.next	= next,
	.stop	= stop,
	.show	= show,
};

/**
 * nb_proc_init() - make /proc/net/netbios of a namespace
 * @nn: node
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int nb_proc_init(struct nb_net *nn)
{
	if (IS_ENABLED(CONFIG_PROC_FS) &&
	    !proc_create_net("netbios", 0444, nn->net->proc_net, &seq_ops,
			     sizeof(struct seq_net_private)))
		return -ENOMEM;
	return 0;
}

/**
 * nb_proc_exit() - the reverse of nb_proc_init()
 * @nn: node
 *
 * Context: process, may sleep.
 */
void nb_proc_exit(struct nb_net *nn)
{
	remove_proc_entry("netbios", nn->net->proc_net);
}
