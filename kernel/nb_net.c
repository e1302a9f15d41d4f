// SPDX-License-Identifier: GPL-2.0
/*
 * The node of a network namespace: how it comes and goes, and its settings.
 */
#include <linux/module.h>
#include <linux/netlink.h>
#include <net/netns/generic.h>

#include "nb_dgram.h"
#include "nb_net.h"
#include "nb_relay.h"
#include "nb_server.h"
#include "nb_sock.h"

unsigned int nb_net_id __read_mostly;

static const struct nb_settings defaults = {
	.port			= NB_SSN_PORT,
	.call_port		= NB_SSN_PORT,
	.dgram_port		= NB_DGM_PORT,
	.max_datagram		= 576,		/* CONST-007 */
	.fragment_timeout	= 2000,		/* CONST-018 */
	.keepalive		= 60,		/* CONST-015 */
	.close_timeout		= 30,		/* CONST-014 */
	.retry_count		= 4,		/* CONST-013 */
	.retry_interval		= 1000,		/* CONST-016 */
	.request_timeout	= 10000,	/* SS-021 */
	.response_timeout	= 15000,	/* SS-029 */
	.upcall_timeout		= 20000,
	.release_timeout	= 30,
	.halfopen_max		= 1024,
	.halfopen_source_max	= 64,
	.name_max		= 16384,
	.cache_max		= 16384,
	.retarget_policy	= NETBIOS_RETARGET_POLICY_ON_LINK,
	.bind_gid		= { KGIDT_INIT(1), KGIDT_INIT(0) },
	.bind_reserved		= true,
};

/**
 * nb_net() - the node of a network namespace
 * @net: namespace; the caller keeps it alive
 *
 * Context: any.
 * Return: the node, never NULL while the module is there.
 */
struct nb_net *nb_net(const struct net *net)
{
	return net_generic(net, nb_net_id);
}

/**
 * nb_net_scope_get() - the scope that a socket has which sets none
 * @nn: node
 *
 * Context: any; takes nb_net.conf_lock.
 * Return: a reference to the scope, NULL if it is empty.
 */
struct nb_scope *nb_net_scope_get(struct nb_net *nn)
{
	struct nb_scope *scope;

	spin_lock_bh(&nn->conf_lock);
	scope = nb_scope_get(nn->scope);
	spin_unlock_bh(&nn->conf_lock);
	return scope;
}

/**
 * nb_net_permanent() - the node's permanent name (NAME-025)
 * @nn: node
 * @name: gets NETBIOS_NAME_LEN octets
 *
 * Context: any; takes nb_net.conf_lock.
 * Return: whether there is one.
 */
bool nb_net_permanent(struct nb_net *nn, u8 *name)
{
	bool has;

	spin_lock_bh(&nn->conf_lock);
	has = nn->settings.has_permanent;
	if (has)
		memcpy(name, nn->settings.permanent, NETBIOS_NAME_LEN);
	spin_unlock_bh(&nn->conf_lock);
	return has;
}

/**
 * nb_net_smbserver() - the name that callers of *SMBSERVER mean (P-02)
 * @nn: node
 * @name: gets NETBIOS_NAME_LEN octets
 *
 * Context: any; takes nb_net.conf_lock.
 * Return: whether there is one.
 */
bool nb_net_smbserver(struct nb_net *nn, u8 *name)
{
	bool has;

	spin_lock_bh(&nn->conf_lock);
	has = nn->settings.has_smbserver;
	if (has)
		memcpy(name, nn->settings.smbserver, NETBIOS_NAME_LEN);
	spin_unlock_bh(&nn->conf_lock);
	return has;
}

/* Serve @port again. If it was taken meanwhile the node is off, all of it. */
static int server_back(struct nb_net *nn, u16 port)
{
	struct nb_settings *s = &nn->settings;
	int err;

	WRITE_ONCE(s->port, port);
	if (!s->enabled)
		return 0;
	err = nb_server_start(nn);
	if (err) {
		nb_dgram_stop(nn);
		WRITE_ONCE(s->enabled, false);
	}
	return err;
}

/*
 * The service has one port at a time. If the new one cannot be had the old
 * one is served again, so that a typing error costs no session.
 */
static int switch_server(struct nb_net *nn, const struct nb_settings *to,
			 struct netlink_ext_ack *extack)
{
	struct nb_settings *s = &nn->settings;
	bool was = s->enabled;
	u16 old = s->port;
	int err;

	if (was == to->enabled && (!was || old == to->port))
		return 0;
	if (was)
		nb_server_stop(nn);
	if (!to->enabled)
		return 0;
	WRITE_ONCE(s->port, to->port);
	err = nb_server_start(nn);
	if (!err)
		return 0;

	if (err == -EADDRINUSE) {
		NB_INC_STATS(nn, NB_STAT_PORT_TAKEN);
		if (to->port == NB_SSN_PORT)
			NL_SET_ERR_MSG(extack, "TCP port 139 is in use by another socket");
		else
			NL_SET_ERR_MSG(extack, "The TCP port is in use by another socket");
	} else {
		NL_SET_ERR_MSG(extack, "The session service could not be started");
	}
	if (server_back(nn, old))
		NL_SET_ERR_MSG(extack, "Both TCP ports are taken now: the service is off");
	return err;
}

/*
 * Datagrams follow the sessions: their port may be somebody else's without
 * any harm to those. Only who asks for a port by its number is refused.
 */
static int switch_dgram(struct nb_net *nn, const struct nb_settings *to,
			struct netlink_ext_ack *extack)
{
	struct nb_settings *s = &nn->settings;
	bool on = to->enabled && to->dgram_port;
	u16 old = s->dgram_port;
	int err = 0;

	if (nb_dgram_is_open(nn) && on && old == to->dgram_port)
		return 0;
	nb_dgram_stop(nn);
	if (on) {
		WRITE_ONCE(s->dgram_port, to->dgram_port);
		err = nb_dgram_start(nn);
	}
	if (!err)
		return 0;

	if (err == -EADDRINUSE)
		NB_INC_STATS(nn, NB_STAT_PORT_TAKEN);
	if (err == -EADDRINUSE && to->dgram_port == NB_DGM_PORT)
		NL_SET_ERR_MSG(extack, "UDP port 138 is in use by another socket: no datagrams");
	else if (err == -EADDRINUSE)
		NL_SET_ERR_MSG(extack, "The UDP port is in use by another socket: no datagrams");
	else
		NL_SET_ERR_MSG(extack, "The datagram service could not be started");
	WRITE_ONCE(s->dgram_port, old);
	if (old == to->dgram_port)
		return 0;
	if (old && s->enabled)
		nb_dgram_start(nn);
	return err;
}

/**
 * nb_net_configure() - change the settings, all or none
 * @nn: node; @nn->lock is held
 * @to: what they shall be
 * @scope: the node's scope; a reference passes to the node if this succeeds
 * @extack: gets the reason of a failure
 *
 * Context: process, may sleep.
 * Return: 0, -EADDRINUSE if the port is taken, or what else starting the
 * service met; then nothing has changed.
 */
int nb_net_configure(struct nb_net *nn, const struct nb_settings *to,
		     struct nb_scope *scope, struct netlink_ext_ack *extack)
{
	struct nb_settings *s = &nn->settings;
	struct nb_scope *old;
	u16 port = s->port;
	int err;

	lockdep_assert_held(&nn->lock);
	err = switch_server(nn, to, extack);
	if (err)
		return err;
	err = switch_dgram(nn, to, extack);
	if (err) {
		/* for datagrams alone no session port changes */
		if (!s->enabled || port != s->port) {
			nb_server_stop(nn);
			server_back(nn, port);
		}
		return err;
	}

	WRITE_ONCE(s->enabled, to->enabled);
	WRITE_ONCE(s->dgram_port, to->dgram_port);
	WRITE_ONCE(s->max_datagram, to->max_datagram);
	WRITE_ONCE(s->fragment_timeout, to->fragment_timeout);
	WRITE_ONCE(s->port, to->port);
	WRITE_ONCE(s->call_port, to->call_port);
	WRITE_ONCE(s->keepalive, to->keepalive);
	WRITE_ONCE(s->close_timeout, to->close_timeout);
	WRITE_ONCE(s->retry_count, to->retry_count);
	WRITE_ONCE(s->retry_interval, to->retry_interval);
	WRITE_ONCE(s->request_timeout, to->request_timeout);
	WRITE_ONCE(s->response_timeout, to->response_timeout);
	WRITE_ONCE(s->upcall_timeout, to->upcall_timeout);
	WRITE_ONCE(s->release_timeout, to->release_timeout);
	WRITE_ONCE(s->halfopen_max, to->halfopen_max);
	WRITE_ONCE(s->halfopen_source_max, to->halfopen_source_max);
	WRITE_ONCE(s->name_max, to->name_max);
	WRITE_ONCE(s->cache_max, to->cache_max);
	WRITE_ONCE(s->retarget_policy, to->retarget_policy);
	WRITE_ONCE(s->bind_reserved, to->bind_reserved);

	spin_lock_bh(&nn->conf_lock);
	s->bind_gid[0] = to->bind_gid[0];
	s->bind_gid[1] = to->bind_gid[1];
	s->has_permanent = to->has_permanent;
	memcpy(s->permanent, to->permanent, NETBIOS_NAME_LEN);
	s->has_smbserver = to->has_smbserver;
	memcpy(s->smbserver, to->smbserver, NETBIOS_NAME_LEN);
	old = nn->scope;
	nn->scope = scope;
	spin_unlock_bh(&nn->conf_lock);
	nb_scope_put(old);
	return 0;
}

/**
 * nb_net_next_sock() - walk over the sockets of a namespace
 * @nn: node
 * @prev: socket that the caller has a reference to, or NULL to begin
 *
 * A socket stays in the list while somebody has a reference, so @prev is a
 * sound place to go on from, whatever happened meanwhile. New sockets come in
 * front.
 *
 * Context: any; takes nb_net.socks_lock.
 * Return: the next socket, with a reference, or NULL at the end. The
 * reference to @prev remains the caller's.
 */
struct nb_sock *nb_net_next_sock(struct nb_net *nn, struct nb_sock *prev)
{
	struct hlist_node *node;
	struct nb_sock *nsk;

	spin_lock_bh(&nn->socks_lock);
	for (node = prev ? prev->node.next : nn->socks.first; node;
	     node = node->next) {
		nsk = hlist_entry(node, struct nb_sock, node);
		/* the last reference may be gone: about to leave the list */
		if (refcount_inc_not_zero(&nsk->sk.sk_refcnt))
			break;
	}
	spin_unlock_bh(&nn->socks_lock);
	return node ? nsk : NULL;
}

static int net_init_tables(struct nb_net *nn)
{
	int err;

	err = nb_upcall_init(nn);
	if (err)
		return err;
	err = nb_name_init(nn);
	if (err)
		goto err_upcall;
	err = nb_cache_init(nn);
	if (err)
		goto err_name;
	err = nb_relay_init(nn);
	if (err)
		goto err_cache;
	err = nb_lana_init(nn);
	if (err)
		goto err_relay;
	return 0;

err_relay:
	nb_relay_exit(nn);
err_cache:
	nb_cache_exit(nn);
err_name:
	nb_name_exit(nn);
err_upcall:
	nb_upcall_exit(nn);
	return err;
}

static void net_exit_tables(struct nb_net *nn)
{
	nb_lana_exit(nn);
	/* names may still wait for the helper: their callbacks come first */
	nb_upcall_exit(nn);
	nb_name_exit(nn);
	nb_cache_exit(nn);
	nb_relay_exit(nn);
}

static int __net_init net_init(struct net *net)
{
	struct nb_net *nn = nb_net(net);
	int err;

	nn->net = net;
	nn->settings = defaults;
	mutex_init(&nn->lock);
	spin_lock_init(&nn->conf_lock);
	INIT_HLIST_HEAD(&nn->socks);
	spin_lock_init(&nn->socks_lock);
	spin_lock_init(&nn->ns_stats.lock);
	nn->stats = alloc_percpu(struct nb_stats);
	if (!nn->stats)
		return -ENOMEM;
	err = net_init_tables(nn);
	if (err)
		goto err_stats;
	err = nb_server_init(nn);
	if (err)
		goto err_tables;
	err = nb_dgram_init(nn);
	if (err)
		goto err_server;
	err = nb_proc_init(nn);
	if (err)
		goto err_dgram;
	return 0;

err_dgram:
	nb_dgram_exit(nn);
err_server:
	nb_server_exit(nn);
err_tables:
	net_exit_tables(nn);
err_stats:
	free_percpu(nn->stats);
	return err;
}

/*
 * No socket of a user is left, each of them held the namespace. What comes
 * from outside is stopped first, while everything that it may touch is there.
 */
static void __net_exit net_pre_exit(struct net *net)
{
	struct nb_net *nn = nb_net(net);

	WRITE_ONCE(nn->draining, true);
	mutex_lock(&nn->lock);
	nb_dgram_stop(nn);
	if (nn->settings.enabled) {
		nb_server_stop(nn);
		WRITE_ONCE(nn->settings.enabled, false);
	}
	mutex_unlock(&nn->lock);
}

static void __net_exit net_exit(struct net *net)
{
	struct nb_net *nn = nb_net(net);

	nb_proc_exit(nn);
	nb_dgram_exit(nn);
	nb_server_exit(nn);
	net_exit_tables(nn);
	nb_scope_put(nn->scope);
	free_percpu(nn->stats);
}

static struct pernet_operations net_ops = {
	.init		= net_init,
	.pre_exit	= net_pre_exit,
	.exit		= net_exit,
	.id		= &nb_net_id,
	.size		= sizeof(struct nb_net),
};

/**
 * nb_net_init() - make the node of every namespace
 *
 * Context: process, may sleep; module init.
 * Return: 0 or a negative errno.
 */
int __init nb_net_init(void)
{
	return register_pernet_subsys(&net_ops);
}

/**
 * nb_net_exit() - take all nodes away
 *
 * Context: process, may sleep; module exit or a failed init, no socket is
 * left.
 */
void nb_net_exit(void)
{
	unregister_pernet_subsys(&net_ops);
	/* names and cache entries that call_rcu() still has to free */
	rcu_barrier();
}
