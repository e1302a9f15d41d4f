// SPDX-License-Identifier: GPL-2.0
/*
 * The helper's side of the requests: it attaches, takes work, answers, and
 * may die at any moment.
 */
#include <linux/netlink.h>

#include "nb_adapter.h"
#include "nb_cache.h"
#include "nb_helper.h"
#include "nb_name.h"
#include "nb_netlink.h"
#include "nb_relay.h"
#include "nb_trace.h"

/**
 * nb_helper_attach() - make a netlink socket the helper of the namespace
 * @nn: node
 * @portid: port of the socket
 * @extack: gets the reason of a failure
 *
 * It is the helper until it is closed. Names that wait to be released are
 * put to it at once; what its predecessor had taken may be taken again.
 *
 * Context: process, may sleep.
 * Return: 0, or -EBUSY if there is another one.
 */
int nb_helper_attach(struct nb_net *nn, u32 portid,
		     struct netlink_ext_ack *extack)
{
	int err = 0;

	spin_lock_bh(&nn->upcall_lock);
	if (nn->helper_portid && nn->helper_portid != portid) {
		err = -EBUSY;
		goto out_unlock;
	}
	WRITE_ONCE(nn->helper_portid, portid);
	nb_pending_again(nn);
out_unlock:
	spin_unlock_bh(&nn->upcall_lock);
	if (err) {
		NL_SET_ERR_MSG(extack, "Another helper is attached");
		return err;
	}
	nb_name_release_pending(nn);
	nb_event_node(nn);
	return 0;
}

static void detach(struct nb_net *nn, u32 portid)
{
	bool was;

	/* it says nothing any more, and its successor says nothing yet */
	nb_stats_helper_gone(nn);
	nb_adapter_forget(nn);
	spin_lock_bh(&nn->upcall_lock);
	was = nn->helper_portid == portid;
	if (was) {
		WRITE_ONCE(nn->helper_portid, 0);
		nb_pending_again(nn);
	}
	spin_unlock_bh(&nn->upcall_lock);
	if (was)
		nb_event_node(nn);
}

/* Netlink tells of every socket that is closed, in process context. */
static int notify(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct netlink_notify *n = ptr;
	struct nb_net *nn;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	nn = nb_net(n->net);
	if (READ_ONCE(nn->helper_portid) == n->portid)
		detach(nn, n->portid);
	return NOTIFY_DONE;
}

static struct notifier_block notifier = {
	.notifier_call = notify,
};

/**
 * nb_helper_init() - begin to notice the death of helpers
 *
 * Context: process, may sleep; after nb_net_init().
 * Return: 0 or a negative errno.
 */
int __init nb_helper_init(void)
{
	return netlink_register_notifier(&notifier);
}

/**
 * nb_helper_exit() - the reverse of nb_helper_init()
 *
 * Context: process, may sleep.
 */
void nb_helper_exit(void)
{
	netlink_unregister_notifier(&notifier);
}

/*
 * The oldest request that fits: if @fresh one that nobody has read, else the
 * first one behind that with number @seq, which has or had the id @id.
 */
static int take(struct nb_net *nn, u32 portid, bool fresh, u64 seq, u64 id,
		struct nb_upcall *copy)
{
	struct nb_upcall *req;
	int err = -EPERM;

	spin_lock_bh(&nn->upcall_lock);
	if (nn->helper_portid != portid)
		goto out_unlock;
	err = -ENOENT;
	req = fresh ? nb_pending_fresh(nn) : nb_pending_after(nn, seq, id);
	if (!req)
		goto out_unlock;
	nb_pending_taken(req);
	*copy = *req;
	nb_scope_get(copy->scope);
	trace_nb_upcall(req, NB_UPCALL_TAKEN, 0);
	err = 0;
out_unlock:
	spin_unlock_bh(&nn->upcall_lock);
	return err;
}

/**
 * nb_helper_take() - give the helper the oldest request that it has not read
 * @nn: node
 * @portid: who asks
 * @copy: gets the request; the caller puts its scope
 *
 * Context: any. Takes nb_net.upcall_lock.
 * Return: 0, -ENOENT if there is none, -EPERM if @portid is not the helper.
 */
int nb_helper_take(struct nb_net *nn, u32 portid, struct nb_upcall *copy)
{
	return take(nn, portid, true, 0, 0, copy);
}

/**
 * nb_helper_next() - give the helper one request after the other
 * @nn: node
 * @portid: who asks
 * @seq: number of the one before, 0 for the first
 * @id: id of that
 * @copy: gets the request; the caller puts its scope
 *
 * Context: any. Takes nb_net.upcall_lock.
 * Return: 0, -ENOENT behind the last one, -EPERM if @portid is not the helper.
 */
int nb_helper_next(struct nb_net *nn, u32 portid, u64 seq, u64 id,
		   struct nb_upcall *copy)
{
	return take(nn, portid, false, seq, id, copy);
}

/**
 * nb_helper_addr_ok() - whether an address can be that of a node
 * @addr: IPv4 address
 *
 * Context: any.
 * Return: false for 0.0.0.0, multicast and 255.255.255.255 (P-10: that is
 * how a WINS says "ask by broadcast").
 */
bool nb_helper_addr_ok(__be32 addr)
{
	return !ipv4_is_zeronet(addr) && !ipv4_is_multicast(addr) &&
	       !ipv4_is_lbcast(addr);
}

static const char *answer_wrong(const struct nb_upcall *req,
				const struct nb_answer *answer)
{
	bool lookup = nb_upcall_is_lookup(req);
	bool ok = answer->status == NETBIOS_WORK_STATUS_OK;
	int i;

	if (answer->status == NETBIOS_WORK_STATUS_NOT_FOUND && !lookup)
		return "Only a name that was looked up can be not found";
	if (answer->status == NETBIOS_WORK_STATUS_REFUSED && lookup)
		return "Only a claim or a release can be refused";
	if (answer->addrs.n && !(lookup && ok))
		return "Addresses do not belong into this answer";
	if (lookup && ok && !answer->addrs.n &&
	    req->kind != NETBIOS_WORK_KIND_RELAY)
		return "A name was found, but no address";
	for (i = 0; i < answer->addrs.n; i++)
		if (!nb_helper_addr_ok(answer->addrs.addr[i]))
			return "An address cannot be that of a node";
	if (!answer->state)
		return NULL;
	if (req->kind != NETBIOS_WORK_KIND_CLAIM || !ok)
		return "A state does not belong into this answer";
	if (answer->state != NETBIOS_NAME_STATE_REGISTERED &&
	    answer->state != NETBIOS_NAME_STATE_PROVISIONAL)
		return "A claimed name can be registered or provisional only";
	return NULL;
}

static int status_error(u32 status)
{
	switch (status) {
	case NETBIOS_WORK_STATUS_OK:
		return 0;
	case NETBIOS_WORK_STATUS_NOT_FOUND:
		return -EHOSTUNREACH;
	case NETBIOS_WORK_STATUS_REFUSED:
		return -EADDRINUSE;
	case NETBIOS_WORK_STATUS_TIMEOUT:
		return -ETIMEDOUT;
	case NETBIOS_WORK_STATUS_UNAVAILABLE:
		return -ENETDOWN;
	default:
		return -ENOBUFS;
	}
}

/* DG-025: without addresses the server relays, or nobody can tell. */
static void keep_relay(struct nb_net *nn, const struct nb_upcall *req,
		       const struct nb_answer *answer)
{
	u32 ttl = answer->has_ttl ? answer->ttl : NB_CACHE_TTL_DEFAULT;
	const struct nb_addrs *members = NULL;
	struct nb_key key;

	if (answer->status == NETBIOS_WORK_STATUS_NOT_FOUND) {
		members = &answer->addrs;
		ttl = answer->ttl;
	} else if (answer->status != NETBIOS_WORK_STATUS_OK) {
		ttl = NB_RELAY_RETRY;
	} else if (answer->addrs.n) {
		members = &answer->addrs;
	}
	nb_key_init(&key, req->name, req->scope);
	/* whoever waits will look, so it is there for a moment at least */
	nb_relay_learn(nn, &key, req->addr, members, max(ttl, 1u));
}

static void keep_name(struct nb_net *nn, const struct nb_upcall *req,
		      const struct nb_answer *answer)
{
	struct nb_cache_value value = {
		.addrs		= answer->addrs,
		.source		= NETBIOS_CACHE_SOURCE_QUERY,
		.has_ttl	= true,
		.ttl		= answer->ttl,
	};
	struct nb_key key;

	if (answer->status == NETBIOS_WORK_STATUS_NOT_FOUND)
		value.negative = true;
	else if (answer->status != NETBIOS_WORK_STATUS_OK)
		return;
	else if (!answer->has_ttl)
		value.ttl = NB_CACHE_TTL_DEFAULT;
	if (!value.ttl)
		return;
	nb_key_init(&key, req->name, req->scope);
	/* a full cache counts what it loses; the waiters have the answer */
	nb_cache_add(nn, &key, &value);
}

/* Before the waiters are called, so that one who asks again finds it. */
static void keep_answer(struct nb_net *nn, const struct nb_upcall *req,
			const struct nb_answer *answer)
{
	if (req->kind == NETBIOS_WORK_KIND_RELAY)
		keep_relay(nn, req, answer);
	else if (nb_upcall_is_lookup(req))
		keep_name(nn, req, answer);
}

/**
 * nb_helper_answer() - the helper has done a request
 * @nn: node
 * @portid: who says so
 * @answer: what it says
 * @extack: gets the reason of a failure
 *
 * Context: process, may sleep; calls the waiters.
 * Return: 0; -EPERM if @portid is not the helper; -ENOENT if the request is
 * not pending: nobody waits any more, or it was late; -EINVAL if the answer
 * makes no sense, and the request stays pending.
 */
int nb_helper_answer(struct nb_net *nn, u32 portid,
		     const struct nb_answer *answer,
		     struct netlink_ext_ack *extack)
{
	const char *wrong = NULL;
	struct nb_upcall *req;
	int err = 0;

	spin_lock_bh(&nn->upcall_lock);
	req = nb_pending_find(nn, answer->id);
	if (nn->helper_portid != portid) {
		wrong = "Only the attached helper may answer";
		err = -EPERM;
	} else if (!req) {
		wrong = "Nobody waits for this answer";
		err = -ENOENT;
	} else {
		wrong = answer_wrong(req, answer);
		err = wrong ? -EINVAL : 0;
	}
	if (!err)
		nb_upcall_answered(nn, req);
	spin_unlock_bh(&nn->upcall_lock);
	if (err) {
		NB_INC_STATS(nn, NB_STAT_UPCALL_BAD_ANSWER);
		nb_extack_set(extack, wrong);
		return err;
	}

	err = status_error(answer->status);
	trace_nb_upcall(req, NB_UPCALL_ANSWERED, err);
	keep_answer(nn, req, answer);
	nb_upcall_finish(nn, req, err, answer->addrs.n ? &answer->addrs : NULL,
			 answer->state);
	return 0;
}
