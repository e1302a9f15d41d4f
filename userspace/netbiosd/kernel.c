// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to the kernel. kernel_event.c has what it tells by itself.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/netbios_netlink.h>

#include <netbios/netbios.h>
#include <netlink/genl.h>
#include "kernel.h"
#include "kernel_event.h"
#include "service/log.h"

/* Hosts of one nbdd-send */
#define NBDD_TO_MAX	25

/* The helper's socket */
static struct nb_genl *genl;

/* What an operation is called in the log, and which errors are no news */
static int finish(const char *what, int err)
{
	const char *text = nb_genl_message(genl);

	if (err && err != -ENOENT)
		log_warning("%s: %s%s%s", what, strerror(-err), *text ? ": " : "", text);
	return err;
}

static int run(const char *what, struct nlmsghdr *nlh, bool fits)
{
	(void)nlh;
	return finish(what, fits ? nb_genl_run(genl, NULL, NULL) : -EMSGSIZE);
}

static struct nlmsghdr *begin(uint8_t cmd)
{
	return nb_genl_new(genl, cmd, 0);
}

static size_t room(void)
{
	return nb_genl_room(genl);
}

/* The sets of local names and of the cache begin with the same two attributes */
_Static_assert(NETBIOS_A_NAME_NAME == (int)NETBIOS_A_CACHE_NAME &&
	       NETBIOS_A_NAME_SCOPE == (int)NETBIOS_A_CACHE_SCOPE, "name and scope");

static bool put_key(struct nlmsghdr *nlh, const struct nbd_key *key)
{
	return mnl_attr_put_check(nlh, room(), NETBIOS_A_NAME_NAME, NETBIOS_NAME_LEN,
				  key->name) &&
	       mnl_attr_put_strz_check(nlh, room(), NETBIOS_A_NAME_SCOPE, key->scope);
}

static int attach(void)
{
	begin(NETBIOS_CMD_HELPER_ATTACH);
	return nb_genl_run(genl, NULL, NULL);
}

static int open_helper(void)
{
	int err = nb_genl_open(&genl);

	if (err == -ENOENT)
		log_error("the kernel has no AF_NETBIOS: load it with \"modprobe netbios\"");
	else if (err)
		log_error("netlink: %s", strerror(-err));
	return err;
}

int kernel_open(struct ev_loop *loop, const struct kernel_events *events, void *data)
{
	int err;

	err = open_helper();
	if (err)
		return err;
	/* In this order nothing is missed: what comes after the attach rings */
	err = kernel_event_open(loop, events, data);
	if (!err)
		err = attach();
	if (!err)
		return 0;
	if (err == -EBUSY)
		log_error("another helper serves this network namespace already");
	else if (err == -EPERM)
		log_error("the helper needs CAP_NET_ADMIN in this network namespace");
	else
		log_error("cannot become the helper: %s", strerror(-err));
	kernel_close();
	return err;
}

void kernel_close(void)
{
	kernel_event_close();
	nb_genl_close(genl);
	genl = NULL;
}

/* A dump has a socket of its own, since requests are made meanwhile */
static int dump(uint8_t cmd, nb_genl_fn fn, void *data)
{
	struct nb_genl *own;
	int err;

	err = nb_genl_open(&own);
	if (err)
		return err;
	err = nb_genl_dump(own, cmd, fn, NULL, data);
	nb_genl_close(own);
	/* The table is changing all the time: events tell how it ends */
	return err == -EINTR ? 0 : err;
}

struct each_name {
	void (*fn)(void *data, const struct nbd_local_name *name);
	void *data;
};

static int on_name(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	struct nbd_local_name name = { 0 };
	struct each_name *each = data;

	(void)cmd;
	if (msg_get_name(nlh, &name))
		each->fn(each->data, &name);
	return 0;
}

int kernel_names(void (*fn)(void *data, const struct nbd_local_name *name), void *data)
{
	return dump(NETBIOS_CMD_NAME_GET, on_name, &(struct each_name){ fn, data });
}

struct each_adapter {
	void (*fn)(void *data, const struct nbd_adapter *adapter);
	void *data;
};

static int on_adapter(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	struct each_adapter *each = data;
	struct nbd_adapter adapter = { 0 };

	(void)cmd;
	if (msg_get_adapter(nlh, &adapter))
		each->fn(each->data, &adapter);
	return 0;
}

int kernel_adapters(void (*fn)(void *data, const struct nbd_adapter *adapter), void *data)
{
	return dump(NETBIOS_CMD_ADAPTER_GET, on_adapter, &(struct each_adapter){ fn, data });
}

/* What node-get said; the buffer of the request is used again by @fn */
struct one_node {
	struct node_info	info;
	char			scope[NETBIOS_SCOPE_MAX + 1];
};

static int on_node(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	struct one_node *node = data;

	(void)cmd;
	msg_get_node(nlh, &node->info);
	strncpy(node->scope, node->info.scope, NETBIOS_SCOPE_MAX);
	node->info.scope = node->scope;
	return 0;
}

int kernel_node(void (*fn)(void *data, const struct node_info *node), void *data)
{
	struct one_node node = { 0 };
	int err;

	begin(NETBIOS_CMD_NODE_GET);
	err = finish("node-get", nb_genl_run(genl, on_node, &node));
	if (!err)
		fn(data, &node.info);
	return err;
}

static int on_work(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	static char scope[NETBIOS_SCOPE_MAX + 1];
	struct nbd_work *work = data;

	(void)cmd;
	if (!msg_get_work(nlh, work))
		return -EBADMSG;
	strncpy(scope, work->key.scope, NETBIOS_SCOPE_MAX);
	work->key.scope = scope;
	return 0;
}

int kernel_take_work(struct nbd_work *work)
{
	begin(NETBIOS_CMD_WORK_GET);
	return finish("work-get", nb_genl_run(genl, on_work, work));
}

int kernel_set_adapter(int ifindex, const char *name, const struct adapter_config *config)
{
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_ADAPTER_SET);
	bool fits;

	fits = mnl_attr_put_u32_check(nlh, room(), NETBIOS_A_ADAPTER_IFINDEX, ifindex);
	if (config->has_enabled)
		fits = fits && mnl_attr_put_u8_check(nlh, room(), NETBIOS_A_ADAPTER_ENABLED,
						     config->enabled);
	if (config->has_type)
		fits = fits && mnl_attr_put_u32_check(nlh, room(),
						      NETBIOS_A_ADAPTER_NODE_TYPE,
						      config->type);
	if (config->has_nbns)
		fits = fits && msg_put_servers(nlh, room(), NETBIOS_A_ADAPTER_NBNS,
					       config->nbns, config->n_nbns);
	if (config->has_nbdd)
		fits = fits && msg_put_servers(nlh, room(), NETBIOS_A_ADAPTER_NBDD,
					       config->nbdd, config->n_nbdd);
	return run(name, nlh, fits);
}

int kernel_set_node(const char *scope, const uint8_t *permanent)
{
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_NODE_SET);
	bool fits = true;

	if (scope)
		fits = mnl_attr_put_strz_check(nlh, room(), NETBIOS_A_NODE_SCOPE, scope);
	if (permanent)
		fits = fits && mnl_attr_put_check(nlh, room(), NETBIOS_A_NODE_PERMANENT_NAME,
						  NETBIOS_NAME_LEN, permanent);
	return run("scope and permanent name", nlh, fits);
}

int kernel_set_sessions(bool on)
{
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_NODE_SET);

	return run("session service", nlh,
		   mnl_attr_put_u8_check(nlh, room(), NETBIOS_A_NODE_ENABLED, on));
}

int kernel_flush_lmhosts(void)
{
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_CACHE_FLUSH);

	return run("cache-flush", nlh,
		   mnl_attr_put_u32_check(nlh, room(), NETBIOS_A_CACHE_SOURCE,
					  NETBIOS_CACHE_SOURCE_LMHOSTS));
}

int kernel_work_done(void *os, uint64_t id, const struct nbd_answer *answer)
{
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_WORK_DONE);

	(void)os;
	return run("work-done", nlh, msg_put_answer(nlh, room(), id, answer));
}

int kernel_name_set(void *os, const struct nbd_key *key, enum netbios_name_state state)
{
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_NAME_SET);

	(void)os;
	return run("name-set", nlh,
		   put_key(nlh, key) &&
		   mnl_attr_put_u32_check(nlh, room(), NETBIOS_A_NAME_STATE, state));
}

int kernel_name_del(void *os, const struct nbd_key *key)
{
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_NAME_DEL);

	(void)os;
	return run("name-del", nlh, put_key(nlh, key));
}

int kernel_name_add(void *os, const struct nbd_key *key, bool group)
{
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_NAME_ADD);
	int err;

	(void)os;
	if (!put_key(nlh, key) ||
	    !mnl_attr_put_u8_check(nlh, room(), NETBIOS_A_NAME_GROUP, group) ||
	    !mnl_attr_put_u8_check(nlh, room(), NETBIOS_A_NAME_PERMANENT, 1))
		return -EMSGSIZE;
	err = nb_genl_run(genl, NULL, NULL);
	return err == -EEXIST ? err : finish("name-add", err);
}

int kernel_cache_add(void *os, const struct nbd_key *key, bool group,
		     const uint32_t *addr, unsigned int n)
{
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_CACHE_ADD);
	unsigned int i;
	bool fits;

	(void)os;
	fits = put_key(nlh, key) &&
	       mnl_attr_put_u8_check(nlh, room(), NETBIOS_A_CACHE_GROUP, group) &&
	       mnl_attr_put_u32_check(nlh, room(), NETBIOS_A_CACHE_SOURCE,
				      NETBIOS_CACHE_SOURCE_LMHOSTS);
	for (i = 0; fits && i < n; i++)
		fits = mnl_attr_put_u32_check(nlh, room(), NETBIOS_A_CACHE_ADDR, addr[i]);
	return run("cache-add", nlh, fits);
}

struct cached {
	uint32_t	addr;
	bool		found;
};

static int on_cached(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	struct cached *cached = data;

	(void)cmd;
	cached->found = msg_has_cached_answer(nlh, cached->addr);
	return 0;
}

/*
 * The kernel deletes whole entries. One wrong address makes the others
 * doubtful, so that is what happens; but what an administrator or LMHOSTS has
 * entered is not for the network to delete.
 */
int kernel_cache_del(void *os, const struct nbd_key *key, uint32_t addr)
{
	struct cached cached = { .addr = addr };
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_CACHE_GET);
	int err;

	(void)os;
	if (!put_key(nlh, key))
		return -EMSGSIZE;
	err = nb_genl_run(genl, on_cached, &cached);
	if (err || !cached.found)
		return err ? err : -ENOENT;
	nlh = begin(NETBIOS_CMD_CACHE_DEL);
	return run("cache-del", nlh, put_key(nlh, key));
}

int kernel_adapter_report(void *os, const struct nbd_condition *condition)
{
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_ADAPTER_REPORT);
	int err;

	(void)os;
	if (!msg_put_condition(nlh, room(), condition))
		return -EMSGSIZE;
	err = nb_genl_run(genl, NULL, NULL);
	/* The interface has gone just now */
	return err == -ENODEV ? err : finish("adapter-report", err);
}

/* What becomes of it is the engine's to judge */
int kernel_nbdd_query(void *os, int ifindex, uint32_t addr, const struct nbd_key *key)
{
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_NBDD_QUERY);

	(void)os;
	if (!mnl_attr_put_u32_check(nlh, room(), NETBIOS_A_NBDD_IFINDEX, ifindex) ||
	    !mnl_attr_put_u32_check(nlh, room(), NETBIOS_A_NBDD_ADDR, addr) ||
	    !mnl_attr_put_check(nlh, room(), NETBIOS_A_NBDD_NAME, NETBIOS_NAME_LEN,
				key->name) ||
	    !mnl_attr_put_strz_check(nlh, room(), NETBIOS_A_NBDD_SCOPE, key->scope))
		return -EMSGSIZE;
	return nb_genl_run(genl, NULL, NULL);
}

int kernel_nbdd_send(const struct nbdd_packet *packet)
{
	struct nbdd_packet part = *packet;
	unsigned int left = packet->n;
	int err = -ENETUNREACH, ret;

	for (; left; left -= part.n, part.addr += part.n) {
		part.n = left < NBDD_TO_MAX ? left : NBDD_TO_MAX;
		ret = msg_put_nbdd_packet(begin(NETBIOS_CMD_NBDD_SEND), room(), &part) ?
		      nb_genl_run(genl, NULL, NULL) : -EMSGSIZE;
		err = err ? ret : 0;
	}
	return err;
}

int kernel_alert(void *os, const struct nbd_alert *alert)
{
	int kind = msg_alert_kind(alert->kind);
	struct nlmsghdr *nlh;

	(void)os;
	if (kind < 0)
		return 0;
	nlh = begin(NETBIOS_CMD_ALERT_REPORT);
	return run("alert-report", nlh, msg_put_alert(nlh, room(), kind, alert));
}

int kernel_port_taken(int ifindex, const char *text)
{
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_ALERT_REPORT);
	struct nbd_alert alert = { .ifindex = ifindex, .text = text };

	return run("alert-report", nlh,
		   msg_put_alert(nlh, room(), NETBIOS_ALERT_KIND_PORT_TAKEN, &alert));
}

int kernel_stats(void *os, const uint64_t *counter)
{
	struct nlmsghdr *nlh = begin(NETBIOS_CMD_NS_STATS_REPORT);

	(void)os;
	return run("ns-stats-report", nlh, msg_put_counters(nlh, room(), counter));
}

static void delete_name(void *data, const struct nbd_local_name *name)
{
	struct nb_genl *admin = data;
	struct nlmsghdr *nlh = nb_genl_new(admin, NETBIOS_CMD_NAME_DEL, 0);

	if (name->state != NETBIOS_NAME_STATE_RELEASING && put_key(nlh, &name->key))
		(void)nb_genl_run(admin, NULL, NULL);
}

void kernel_release_all(void)
{
	struct nb_genl *admin;

	if (nb_genl_open(&admin))
		return;
	kernel_names(delete_name, admin);
	nb_genl_close(admin);
}

static void note_name(void *data, const struct nbd_local_name *name)
{
	(void)name;
	*(bool *)data = true;
}

bool kernel_names_left(void)
{
	bool left = false;

	kernel_names(note_name, &left);
	return left;
}
