// SPDX-License-Identifier: GPL-2.0
/*
 * Half-open connections: accepted by the session server, but no session yet
 * (RFC 1001 16.1.1, RFC 1002 5.2.1.2).
 *
 * A connection has a deadline to bring one SESSION REQUEST, and is then handed
 * to a listener or refused. Until then it counts against a cap of the
 * namespace and one of its source address. After a refusal the server closes
 * first (SS-019), but goes on to discard what the caller sends for a moment:
 * closing at once with octets unread would send RST, and RST may overtake the
 * answer in the caller's stack.
 *
 * Ownership
 * =========
 *
 * A half-open connection belongs to one context at a time: to the work that
 * accepted it, which tries one step and then queues @work and looks at it no
 * more; from then on to @work, which never runs twice at once. Only @work
 * hooks, steps, hands over and frees. Others may do no more than queue it:
 * the callbacks of a hooked connection, with its lock held, and
 * nb_halfopens_end(), with the list locked. Unhooking and unlisting therefore
 * end that, and what was queued until then is cancelled before the free.
 */
#include <linux/inetdevice.h>
#include <linux/net.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "nb_halfopen.h"
#include "nb_name.h"
#include "nb_sock.h"

/* How long a refused connection may take to go. */
#define REFUSED_TIMEOUT	(2 * HZ)

/**
 * struct nb_halfopen - a connection that is no session yet
 * @list: in nb_halfopens.list
 * @all: the half-open connections of the namespace
 * @tcp: connection; NULL when a session has it
 * @data_ready: TCP's own callback
 * @state_change: TCP's own callback
 * @hooked: the callbacks of @tcp lead here
 * @source: address of the caller
 * @deadline: jiffies when it is given up
 * @refused: answered; what comes is discarded
 * @work: looks after it, and owns it once it was queued
 */
struct nb_halfopen {
	struct list_head	list;
	struct nb_halfopens	*all;
	struct socket		*tcp;
	void			(*data_ready)(struct sock *sk);
	void			(*state_change)(struct sock *sk);
	bool			hooked;
	__be32			source;
	unsigned long		deadline;
	bool			refused;
	struct delayed_work	work;
};

static void halfopen_event(struct sock *tcp)
{
	struct nb_halfopen *ho;

	ho = rcu_dereference_protected(__sk_user_data(tcp),
				       lockdep_sock_is_held(tcp));
	if (ho)
		mod_delayed_work(nb_wq, &ho->work, 0);
}

static void halfopen_data_ready(struct sock *tcp)
{
	trace_sk_data_ready(tcp);
	halfopen_event(tcp);
}

/* From here on events queue @work: only @work itself may do this. */
static void hook(struct nb_halfopen *ho)
{
	struct sock *tcp = ho->tcp->sk;

	if (ho->hooked)
		return;
	ho->hooked = true;
	lock_sock(tcp);
	write_lock_bh(&tcp->sk_callback_lock);
	ho->data_ready = tcp->sk_data_ready;
	ho->state_change = tcp->sk_state_change;
	rcu_assign_sk_user_data(tcp, ho);
	tcp->sk_data_ready = halfopen_data_ready;
	tcp->sk_state_change = halfopen_event;
	write_unlock_bh(&tcp->sk_callback_lock);
	release_sock(tcp);
}

static void unhook(struct nb_halfopen *ho)
{
	struct sock *tcp = ho->tcp->sk;

	if (!ho->hooked)
		return;
	lock_sock(tcp);
	write_lock_bh(&tcp->sk_callback_lock);
	rcu_assign_sk_user_data(tcp, NULL);
	tcp->sk_data_ready = ho->data_ready;
	tcp->sk_state_change = ho->state_change;
	write_unlock_bh(&tcp->sk_callback_lock);
	release_sock(tcp);
	ho->hooked = false;
}

/*
 * Close a connection. What is still on its way, the FIN at least, needs the
 * timers of TCP, which a socket has only with a reference to its namespace.
 * When the namespace goes, or the service, the connection is reset instead.
 */
static void let_go(struct nb_halfopen *ho)
{
	struct sock *tcp = ho->tcp->sk;
	struct net *net = NULL;

	if (!READ_ONCE(ho->all->ending))
		net = maybe_get_net(ho->all->nn->net);
	if (!net)
		nb_tcp_reset_on_free(ho->tcp);
	else if (!tcp->sk_net_refcnt)
		sk_net_refcnt_upgrade(tcp);
	sock_release(ho->tcp);
	if (net)
		put_net(net);
}

static void halfopen_free(struct nb_halfopen *ho)
{
	struct nb_halfopens *all = ho->all;

	if (ho->tcp) {
		unhook(ho);
		let_go(ho);
	}
	spin_lock(&all->lock);
	list_del(&ho->list);
	/* Under the lock, since the waiter may free @all. */
	if (!--all->count)
		wake_up(&all->empty);
	spin_unlock(&all->lock);
	/* An event may have queued the work once more before the unhooking. */
	cancel_delayed_work(&ho->work);
	kfree(ho);
}

static void refuse(struct nb_halfopen *ho, u8 *packet, size_t len)
{
	struct sock *tcp = ho->tcp->sk;
	int err;

	lock_sock(tcp);
	err = nb_tcp_send(tcp, packet, len);
	release_sock(tcp);
	if (!err)
		kernel_sock_shutdown(ho->tcp, SHUT_WR);
	ho->refused = true;
	ho->deadline = err ? jiffies : jiffies + REFUSED_TIMEOUT;
}

static void refuse_error(struct nb_halfopen *ho, u8 error)
{
	u8 packet[NB_WIRE_HDR_LEN + NB_WIRE_NEGATIVE_LEN];
	struct nb_net *nn = ho->all->nn;

	switch (error) {
	case NB_ERR_NO_LISTEN:
		NB_INC_STATS(nn, NB_STAT_REFUSED_NO_LISTEN);
		break;
	case NB_ERR_NO_LISTEN_CALLER:
		NB_INC_STATS(nn, NB_STAT_REFUSED_CALLER);
		break;
	case NB_ERR_NO_NAME:
		NB_INC_STATS(nn, NB_STAT_REFUSED_NO_NAME);
		break;
	default:
		NB_INC_STATS(nn, NB_STAT_REFUSED_RESOURCES);
	}
	nb_wire_put_header(packet, NB_SSN_NEGATIVE, NB_WIRE_NEGATIVE_LEN);
	packet[NB_WIRE_HDR_LEN] = error;
	refuse(ho, packet, sizeof(packet));
}

static void send_retarget(struct nb_halfopen *ho, const struct nb_retarget *to)
{
	u8 packet[NB_WIRE_HDR_LEN + NB_WIRE_RETARGET_LEN];
	__be32 addr = to->nr_addr;

	if (!addr)
		addr = inet_sk(ho->tcp->sk)->inet_rcv_saddr;
	nb_wire_put_header(packet, NB_SSN_RETARGET, NB_WIRE_RETARGET_LEN);
	memcpy(packet + NB_WIRE_HDR_LEN, &addr, sizeof(addr));
	memcpy(packet + NB_WIRE_HDR_LEN + sizeof(addr), &to->nr_port,
	       sizeof(to->nr_port));
	NB_INC_STATS(ho->all->nn, NB_STAT_RETARGETS_SENT);
	refuse(ho, packet, sizeof(packet));
}

/*
 * The adapter that a local address belongs to. 0: a loopback address, the
 * call comes from this node, which sees the names of all its adapters.
 */
static int addr_ifindex(struct net *net, __be32 addr)
{
	struct net_device *dev;
	int ifindex = -ENODEV;

	if (ipv4_is_loopback(addr))
		return 0;
	rcu_read_lock();
	dev = __ip_dev_find(net, addr, false);
	if (dev)
		ifindex = dev->ifindex;
	rcu_read_unlock();
	return ifindex;
}

/* Called names that nobody can register reach the file server (P-02). */
static const u8 smbserver[NETBIOS_NAME_LEN] = "*SMBSERVER     \x20";

static struct nb_name *find_called(struct nb_net *nn,
				   const struct nb_wire_request *req)
{
	u8 alias[NETBIOS_NAME_LEN];
	struct nb_key key = {
		.name = req->called,
		.scope = req->scope,
		.scope_len = req->scope_len,
	};

	if (!memcmp(req->called, smbserver, NETBIOS_NAME_LEN) &&
	    nb_net_smbserver(nn, alias))
		key.name = alias;
	return nb_name_find(nn, &key);
}

/* The four situations of RFC 1001 16.1.1. */
static void answer(struct nb_halfopen *ho, const struct nb_wire_request *req)
{
	struct nb_net *nn = ho->all->nn;
	struct nb_sock *nsk = NULL;
	struct nb_retarget retarget = {};
	u8 error = NB_ERR_NO_NAME;
	struct nb_name *name;
	int ifindex;

	ifindex = addr_ifindex(nn->net, inet_sk(ho->tcp->sk)->inet_rcv_saddr);
	name = find_called(nn, req);
	if (name && nb_name_held_at(name, ifindex))
		nsk = nb_listener_match(name, req->calling, ifindex, &error,
					&retarget);
	if (!nsk) {
		refuse_error(ho, error);
	} else if (retarget.nr_port) {
		send_retarget(ho, &retarget);
	} else {
		unhook(ho);
		if (nb_listener_hand_over(nsk, name->name, ho->tcp,
					  req->calling))
			refuse_error(ho, NB_ERR_NO_RESOURCES);
		else
			ho->tcp = NULL;
	}
	if (nsk)
		sock_put(&nsk->sk);	/* held in nb_listener_match() */
	if (name)
		nb_name_put(name);
}

/*
 * Take the SESSION REQUEST off the connection, and not an octet more: what
 * follows belongs to the session. Keep-alives before it are dropped, as
 * everywhere (SS-013).
 * Return: octets of its trailer, -EAGAIN to wait, or -EBADMSG.
 */
static int read_request(struct nb_halfopen *ho, u8 *packet)
{
	struct sock *tcp = ho->tcp->sk;
	u32 len;
	u8 type;

	while (nb_tcp_peek(tcp, packet, NB_WIRE_HDR_LEN)) {
		if (nb_wire_get_header(packet, &type, &len))
			return -EBADMSG;
		if (type == NB_SSN_KEEPALIVE) {
			NB_INC_STATS(ho->all->nn, NB_STAT_KEEPALIVES_RECEIVED);
			nb_tcp_eat(tcp, NB_WIRE_HDR_LEN);
			continue;
		}
		if (type != NB_SSN_REQUEST ||
		    len > NB_WIRE_REQUEST_MAX - NB_WIRE_HDR_LEN)
			return -EBADMSG;
		if (!nb_tcp_peek(tcp, packet, NB_WIRE_HDR_LEN + len))
			return -EAGAIN;
		nb_tcp_eat(tcp, NB_WIRE_HDR_LEN + len);
		return len;
	}
	return -EAGAIN;
}

/* Return: true if @ho is done with and may go. */
static bool step(struct nb_halfopen *ho)
{
	struct nb_net *nn = ho->all->nn;
	u8 packet[NB_WIRE_REQUEST_MAX];
	struct sock *tcp = ho->tcp->sk;
	struct nb_wire_request req;
	bool over;
	int len;

	lock_sock(tcp);
	if (ho->refused) {
		nb_tcp_eat(tcp, tcp_inq(tcp));
		len = -EAGAIN;
	} else {
		len = read_request(ho, packet);
	}
	over = tcp->sk_shutdown & RCV_SHUTDOWN || tcp->sk_state == TCP_CLOSE;
	release_sock(tcp);

	if (len == -EBADMSG) {
		NB_INC_STATS(nn, NB_STAT_BAD_REQUEST);
		return true;
	}
	if (len >= 0) {
		if (nb_wire_get_request(packet + NB_WIRE_HDR_LEN, len, &req)) {
			NB_INC_STATS(nn, NB_STAT_BAD_REQUEST);
			refuse_error(ho, NB_ERR_NO_NAME);
		} else {
			answer(ho, &req);
		}
		return !ho->tcp;
	}
	if (over)
		return true;
	if (time_before(jiffies, ho->deadline))
		return false;
	if (!ho->refused)
		NB_INC_STATS(nn, NB_STAT_HALFOPEN_TIMEOUT);
	return true;
}

static void halfopen_work(struct work_struct *work)
{
	struct nb_halfopen *ho = container_of(to_delayed_work(work),
					      struct nb_halfopen, work);
	unsigned long now;

	/* Before the step: what comes after it makes an event. */
	hook(ho);
	if (READ_ONCE(ho->all->ending) || step(ho)) {
		halfopen_free(ho);
		return;
	}
	/*
	 * An event meanwhile has queued the work for now: it stays. A hand-over
	 * that failed has unhooked the connection: again, to hook it.
	 */
	now = jiffies;
	queue_delayed_work(nb_wq, &ho->work,
			   ho->hooked && time_after(ho->deadline, now) ?
			   ho->deadline - now : 0);
}

/* Room for one more half-open connection from its source? */
static bool admit(struct nb_halfopens *all, struct nb_halfopen *ho)
{
	const struct nb_settings *set = &all->nn->settings;
	u32 max = READ_ONCE(set->halfopen_max), same = 0;
	struct nb_halfopen *other;
	int stat = -1;

	spin_lock(&all->lock);
	list_for_each_entry(other, &all->list, list)
		same += other->source == ho->source;
	if (all->count >= max)
		stat = NB_STAT_HALFOPEN_CAP;
	else if (same >= READ_ONCE(set->halfopen_source_max))
		stat = NB_STAT_HALFOPEN_SOURCE_CAP;
	if (stat < 0) {
		list_add_tail(&ho->list, &all->list);
		all->count++;
	}
	spin_unlock(&all->lock);
	if (stat >= 0)
		NB_INC_STATS(all->nn, stat);
	return stat < 0;
}

/**
 * nb_halfopens_take() - look after a connection until it is a session
 * @all: half-open connections of the namespace
 * @tcp: accepted connection with TCP's own callbacks; owned from here on
 *
 * Context: process, may sleep; not while nb_halfopens_end() runs.
 */
void nb_halfopens_take(struct nb_halfopens *all, struct socket *tcp)
{
	const struct nb_settings *set = &all->nn->settings;
	struct nb_halfopen *ho;

	ho = kzalloc(sizeof(*ho), GFP_KERNEL);
	if (!ho)
		goto err_release;
	ho->all = all;
	ho->tcp = tcp;
	ho->source = inet_sk(tcp->sk)->inet_daddr;
	ho->deadline = jiffies +
		       msecs_to_jiffies(READ_ONCE(set->request_timeout));
	INIT_DELAYED_WORK(&ho->work, halfopen_work);
	if (!admit(all, ho))
		goto err_free;
	/* Often the request is here already, which saves a work. */
	if (step(ho))
		halfopen_free(ho);
	else
		queue_delayed_work(nb_wq, &ho->work, 0);
	return;

err_free:
	kfree(ho);
err_release:
	nb_tcp_reset_on_free(tcp);
	sock_release(tcp);
}

/**
 * nb_halfopens_end() - reset all half-open connections
 * @all: half-open connections of the namespace
 *
 * Context: process; waits for their work.
 */
void nb_halfopens_end(struct nb_halfopens *all)
{
	struct nb_halfopen *ho;

	spin_lock(&all->lock);
	all->ending = true;
	list_for_each_entry(ho, &all->list, list)
		mod_delayed_work(nb_wq, &ho->work, 0);
	spin_unlock(&all->lock);
	wait_event(all->empty, !READ_ONCE(all->count));
	/* Whoever woke us has the lock until it is done with @all. */
	spin_lock(&all->lock);
	all->ending = false;
	spin_unlock(&all->lock);
}

/**
 * nb_halfopens_init() - there are no half-open connections yet
 * @all: is initialised
 * @nn: node
 *
 * Context: any.
 */
void nb_halfopens_init(struct nb_halfopens *all, struct nb_net *nn)
{
	all->nn = nn;
	spin_lock_init(&all->lock);
	INIT_LIST_HEAD(&all->list);
	all->count = 0;
	all->ending = false;
	init_waitqueue_head(&all->empty);
}
