// SPDX-License-Identifier: GPL-2.0
/*
 * The steps of a call: RFC 1002 5.2.1.1, with its gaps filled as
 * Documentation/netbios.rst says (SS-027 to SS-041). Who runs them, and when,
 * is in nb_connect.c.
 *
 * All tries of one call use the same inner socket. The answer that ends
 * nearly every call, POSITIVE SESSION RESPONSE, is taken in data_ready, so
 * that it costs no switch to a worker.
 */
#include <linux/inetdevice.h>
#include <linux/net.h>
#include <linux/tcp.h>
#include <net/route.h>
#include <net/tcp.h>

#include "nb_call.h"
#include "nb_name.h"
#include "nb_resolve.h"

static struct nb_net *call_net(const struct nb_call *call)
{
	return nb_net(sock_net(&call->nsk->sk));
}

static __be32 current_addr(const struct nb_call *call)
{
	return call->retargeted ? call->target : call->addrs.addr[call->next];
}

/* nb_call_response() looks at it without the outer lock. */
static void set_phase(struct nb_call *call, u8 phase)
{
	WRITE_ONCE(call->phase, phase);
}

static void set_deadline(struct nb_call *call, u32 ms)
{
	call->deadline = jiffies + msecs_to_jiffies(ms);
}

/* A unique name of this very node, or a group that it is in: it can be called here. */
static bool resolve_local(struct nb_call *call, const struct nb_key *key, bool group)
{
	struct nb_net *nn = call_net(call);
	struct nb_name *name = nb_name_find(nn, key);
	struct net_device *dev;
	bool here = false;
	int ifindex;

	if (!name)
		return false;
	if (name->group == group && nb_name_held_at(name, 0)) {
		ifindex = nb_sock_ifindex(call->nsk);
		call->addrs.addr[0] = htonl(INADDR_LOOPBACK);
		if (ifindex > 0) {
			rcu_read_lock();
			dev = dev_get_by_index_rcu(nn->net, ifindex);
			if (dev)
				call->addrs.addr[0] = inet_select_addr(dev, 0,
								       RT_SCOPE_UNIVERSE);
			rcu_read_unlock();
		}
		call->addrs.n = 1;
		call->addrs.group = group;
		here = call->addrs.addr[0];
	}
	nb_name_put(name);
	if (here) {
		call->local = true;
		set_phase(call, CALL_CONNECT);
	}
	return here;
}

/*
 * SS-040: a call to a group goes to one of its members. If nobody else can be
 * found, this node may be the one. Return: 0, or @err if it is not.
 */
static int only_here(struct nb_call *call, int err)
{
	struct nb_key key;

	if (call->told || !nb_resolve_found_nobody(err))
		return err;
	nb_key_init(&key, call->nsk->peer_name, call->nsk->scope);
	return resolve_local(call, &key, true) ? 0 : err;
}

/* Find the addresses, or ask for them. Return: 0 or a negative errno. */
static int resolve(struct nb_call *call)
{
	struct nb_net *nn = call_net(call);
	struct nb_key key;
	int err;

	call->next = 0;
	call->retargeted = false;
	call->local = false;
	if (call->nsk->call_addr) {
		call->addrs.addr[0] = call->nsk->call_addr;
		call->addrs.n = 1;
		set_phase(call, CALL_CONNECT);
		return 0;
	}
	nb_key_init(&key, call->nsk->peer_name, call->nsk->scope);
	if (resolve_local(call, &key, false))
		return 0;
	err = nb_cache_lookup(nn, &key, &call->addrs);
	if (!err) {
		set_phase(call, CALL_CONNECT);
		return 0;
	}
	if (err != -ENOENT)
		return only_here(call, err);
	call->answered = false;
	set_phase(call, CALL_ASKED);
	err = nb_upcall_resolve(nn, &key, call->nsk->sk.sk_uid, &call->waiter);
	return err ? only_here(call, err) : 0;
}

static int asked(struct nb_call *call)
{
	int i;

	/* Pairs with the release in nb_call_answered(). */
	if (!smp_load_acquire(&call->answered))
		return -EINPROGRESS;
	if (call->answer_err)
		return only_here(call, call->answer_err);
	/* SS-041: refused with 82 there, so not there again. */
	for (i = 0; i < call->addrs.n; i++)
		if (!call->told || call->addrs.addr[i] != call->suspect ||
		    call->nsk->wire_error != NB_ERR_NO_NAME)
			break;
	if (i == call->addrs.n)
		return nb_wire_error(NB_ERR_NO_NAME);
	call->next = i;
	set_phase(call, CALL_CONNECT);
	return 0;
}

/*
 * The address did not hold what the name service promised (SS-032, SS-035):
 * try the next one of the list, else tell the helper and resolve anew, else
 * fail with @err.
 */
static int suspect(struct nb_call *call, int err)
{
	__be32 addr = current_addr(call);
	struct nb_key key;
	int ret;

	if (call->next + 1 < call->addrs.n) {
		call->next++;
		set_phase(call, CALL_CONNECT);
		return 0;
	}
	if (call->told && call->suspect == addr)
		return err;
	/* NB_ADDRESS: it was the program that promised */
	if (call->nsk->call_addr)
		return err;
	nb_key_init(&key, call->nsk->peer_name, call->nsk->scope);
	call->suspect = addr;
	call->told = true;
	call->answered = false;
	set_phase(call, CALL_ASKED);
	ret = nb_upcall_suspect(call_net(call), &key, addr,
				call->nsk->wire_error, call->nsk->sk.sk_uid,
				&call->waiter);
	/* Nobody to tell: the list of addresses was all there is. */
	return ret ? err : 0;
}

static int pause_and_retry(struct nb_call *call)
{
	set_deadline(call, READ_ONCE(call_net(call)->settings.retry_interval));
	set_phase(call, CALL_PAUSE);
	return 0;
}

/* A try failed below NetBIOS. Return: 0 to go on, or why the call fails. */
static int try_failed(struct nb_call *call, int err)
{
	if (call->retargeted) {
		/* SS-031: back to where the call was sent first. */
		call->retargeted = false;
		set_phase(call, CALL_CONNECT);
		return 0;
	}
	switch (err) {
	case -ECONNREFUSED:
	case -ECONNRESET:
		if (call->next + 1 < call->addrs.n)
			return suspect(call, err);
		if (call->refused)
			return err;
		call->refused = true;
		return pause_and_retry(call);
	case -ETIMEDOUT:
	case -EHOSTUNREACH:
		return suspect(call, err);
	}
	return err;
}

/* The session is up; runs with the inner lock held, perhaps in softirq. */
static void established(struct nb_sock *nsk)
{
	struct sock *sk = &nsk->sk, *tcp = nsk->tcp->sk;
	u32 keepalive = READ_ONCE(nsk->keepalive);
	unsigned long delay = HZ;

	NB_INC_STATS(nb_net(sock_net(sk)), NB_STAT_CALLS_ESTABLISHED);
	nb_sock_set_state(nsk, TCP_ESTABLISHED, 0);
	nb_rx_arrived(nsk);
	if (tcp->sk_shutdown & RCV_SHUTDOWN)
		nb_sock_peer_gone(nsk);
	/*
	 * The work frees the call and starts the keep-alives. It is in no
	 * hurry: a worker at every connect() would cost more than the session.
	 */
	if (keepalive)
		delay = min_t(unsigned long, delay, keepalive * HZ);
	nb_sock_kick(nsk, sk->sk_shutdown ? 0 : delay);
	sk->sk_state_change(sk);
	sk_wake_async(sk, SOCK_WAKE_IO, POLL_OUT);
}

/**
 * nb_call_response() - octets came while a call is on its way
 * @nsk: calling socket
 *
 * Context: inner lock held, softirq or process.
 */
void nb_call_response(struct nb_sock *nsk)
{
	struct nb_call *call = READ_ONCE(nsk->call);
	struct sock *tcp = nsk->tcp->sk;
	u8 hdr[NB_WIRE_HDR_LEN];
	u32 len;
	u8 type;

	/* An answer to no question yet is read when the question is out. */
	if (!call || READ_ONCE(call->phase) != CALL_REQUESTED)
		return;
	while (nb_tcp_peek(tcp, hdr, sizeof(hdr))) {
		if (nb_wire_get_header(hdr, &type, &len))
			type = NB_SSN_MESSAGE;
		if (type == NB_SSN_POSITIVE || type == NB_SSN_KEEPALIVE)
			nb_tcp_eat(tcp, sizeof(hdr));
		if (type == NB_SSN_POSITIVE)
			return established(nsk);
		if (type != NB_SSN_KEEPALIVE)
			return nb_call_kick(nsk);
	}
}

static int send_request(struct nb_call *call)
{
	struct nb_sock *nsk = call->nsk;
	struct sock *tcp = nsk->tcp->sk;
	u8 packet[NB_WIRE_REQUEST_MAX];
	int len, err;

	len = nb_wire_put_request(packet, sizeof(packet), nsk->peer_name,
				  nsk->local_name,
				  nsk->scope ? nsk->scope->labels : NULL,
				  nsk->scope ? nsk->scope->len : 0);
	if (len < 0)
		return len;
	lock_sock(tcp);
	err = nb_tcp_send(tcp, packet, len);
	if (!err)
		set_phase(call, CALL_REQUESTED);
	/* A peer in a hurry may have answered before it was asked. */
	nb_call_response(call->nsk);
	release_sock(tcp);
	/* The reset that came meanwhile may have been reported already. */
	if (err == -EPIPE)
		err = -ECONNRESET;
	return err ? try_failed(call, err) : 0;
}

static __be16 next_port(const struct nb_call *call)
{
	const struct nb_settings *set = &call_net(call)->settings;

	if (call->retargeted)
		return call->target_port;
	return htons(call->local ? READ_ONCE(set->port) :
				   READ_ONCE(set->call_port));
}

static int start_try(struct nb_call *call)
{
	const struct nb_settings *set = &call_net(call)->settings;
	struct nb_sock *nsk = call->nsk;
	__be16 port;
	int err;

	if (call->tries >= READ_ONCE(set->retry_count)) {
		if (call->retargeted) {
			NB_INC_STATS(call_net(call),
				     NB_STAT_RETARGETS_EXHAUSTED);
			return -ELOOP;
		}
		return nsk->wire_error ? nb_wire_error(nsk->wire_error) :
					 -ETIMEDOUT;
	}
	if (call->tries++) {
		err = nb_tcp_disconnect(nsk->tcp);
		if (err)
			return err;
	}
	port = next_port(call);
	set_deadline(call, READ_ONCE(set->response_timeout));
	set_phase(call, CALL_CONNECTING);
	err = nb_tcp_connect(nsk->tcp, current_addr(call), port);
	if (!err)
		return send_request(call);
	return err == -EINPROGRESS ? 0 : try_failed(call, err);
}

static int connecting(struct nb_call *call)
{
	struct sock *tcp = call->nsk->tcp->sk;

	switch (inet_sk_state_load(tcp)) {
	case TCP_SYN_SENT:
		if (time_before(jiffies, call->deadline))
			return -EINPROGRESS;
		return try_failed(call, -ETIMEDOUT);
	case TCP_ESTABLISHED:
	case TCP_CLOSE_WAIT:
		return send_request(call);
	}
	return try_failed(call, sock_error(tcp) ?: -ECONNREFUSED);
}

/* The route to an address, if it needs no gateway: its ifindex, else 0. */
static int onlink_ifindex(struct nb_sock *nsk, __be32 addr)
{
	struct net *net = sock_net(&nsk->sk);
	struct flowi4 fl4 = {
		.daddr = addr,
		.flowi4_oif = nsk->tcp->sk->sk_bound_dev_if,
		.flowi4_mark = nsk->tcp->sk->sk_mark,
		.flowi4_proto = IPPROTO_TCP,
	};
	struct rtable *rt = ip_route_output_key(net, &fl4);
	int ifindex = 0;

	if (IS_ERR(rt))
		return 0;
	if (!rt->rt_uses_gateway &&
	    !(rt->rt_flags & (RTCF_BROADCAST | RTCF_MULTICAST)))
		ifindex = rt->dst.dev->ifindex;
	ip_rt_put(rt);
	return ifindex;
}

/* May a call go where a peer sends it? The address is the peer's choice. */
static bool retarget_allowed(struct nb_call *call, __be32 addr, __be16 port)
{
	u32 policy = READ_ONCE(call_net(call)->settings.retarget_policy);
	__be32 first = call->addrs.addr[call->next];
	unsigned int type;
	int ifindex;

	if (!port || policy == NETBIOS_RETARGET_POLICY_NEVER)
		return false;
	if (addr == first)
		return true;
	type = inet_addr_type(call_net(call)->net, addr);
	if (ipv4_is_zeronet(addr) || type == RTN_BROADCAST ||
	    type == RTN_MULTICAST || ipv4_is_lbcast(addr) ||
	    ipv4_is_multicast(addr))
		return false;
	if (ipv4_is_loopback(addr) && !ipv4_is_loopback(first))
		return false;
	if (policy == NETBIOS_RETARGET_POLICY_ANY)
		return true;
	if (policy == NETBIOS_RETARGET_POLICY_SAME_HOST)
		return false;
	ifindex = onlink_ifindex(call->nsk, addr);
	return ifindex && ifindex == onlink_ifindex(call->nsk, first);
}

static int retargeted(struct nb_call *call, const u8 *trailer)
{
	__be32 addr;
	__be16 port;

	memcpy(&addr, trailer, sizeof(addr));
	memcpy(&port, trailer + sizeof(addr), sizeof(port));
	if (!retarget_allowed(call, addr, port)) {
		NB_INC_STATS(call_net(call), NB_STAT_RETARGETS_FORBIDDEN);
		return -EPERM;
	}
	NB_INC_STATS(call_net(call), NB_STAT_RETARGETS_FOLLOWED);
	call->retargeted = true;
	call->target = addr;
	call->target_port = port;
	set_phase(call, CALL_CONNECT);
	return 0;
}

static int negative(struct nb_call *call, u8 error)
{
	int err = nb_wire_error(error);

	WRITE_ONCE(call->nsk->wire_error, error);
	switch (error) {
	case NB_ERR_NO_LISTEN:
	case NB_ERR_NO_LISTEN_CALLER:
		/* SS-034; but another member of a group may listen (SS-040). */
		return call->addrs.group && !call->retargeted &&
		       call->next + 1 < call->addrs.n ? suspect(call, err) : err;
	case NB_ERR_NO_NAME:
		if (call->retargeted)
			return try_failed(call, err);
		return suspect(call, err);
	}
	/* SS-036: 83 and 8F may pass. */
	if (call->tries >= READ_ONCE(call_net(call)->settings.retry_count))
		return err;
	return pause_and_retry(call);
}

/*
 * Read what came instead of a positive response.
 * Return: 0 to go on, -EINPROGRESS to wait, or why the call fails.
 */
static int read_answer(struct nb_call *call)
{
	struct sock *tcp = call->nsk->tcp->sk;
	u8 packet[NB_WIRE_HDR_LEN + NB_WIRE_RETARGET_LEN];
	bool gone;
	u32 len;
	u8 type;

	lock_sock(tcp);
	gone = tcp->sk_shutdown & RCV_SHUTDOWN || tcp->sk_err;
	len = 0;
	if (!nb_tcp_peek(tcp, packet, NB_WIRE_HDR_LEN)) {
		type = NB_SSN_KEEPALIVE;
	} else if (nb_wire_get_header(packet, &type, &len) ||
		   (type != NB_SSN_NEGATIVE && type != NB_SSN_RETARGET)) {
		type = NB_SSN_MESSAGE;
	} else if (!nb_tcp_peek(tcp, packet, NB_WIRE_HDR_LEN + len)) {
		type = NB_SSN_KEEPALIVE;
	}
	release_sock(tcp);

	switch (type) {
	case NB_SSN_NEGATIVE:
		return negative(call, packet[NB_WIRE_HDR_LEN]);
	case NB_SSN_RETARGET:
		return retargeted(call, packet + NB_WIRE_HDR_LEN);
	case NB_SSN_MESSAGE:
		NB_INC_STATS(call_net(call), NB_STAT_BAD_PACKET);
		return -EPROTO;
	}
	if (gone)
		return try_failed(call, sock_error(tcp) ?: -ECONNRESET);
	if (time_before(jiffies, call->deadline))
		return -EINPROGRESS;
	return try_failed(call, -ETIMEDOUT);
}

/**
 * nb_call_step() - one step of a call
 * @call: call; the outer lock of its socket is held
 *
 * Context: process, may sleep.
 * Return: 0 to go on, -EINPROGRESS to wait for an event, or why it failed.
 */
int nb_call_step(struct nb_call *call)
{
	switch (call->phase) {
	case CALL_RESOLVE:
		return resolve(call);
	case CALL_ASKED:
		return asked(call);
	case CALL_CONNECT:
		return start_try(call);
	case CALL_CONNECTING:
		return connecting(call);
	case CALL_REQUESTED:
		return read_answer(call);
	case CALL_PAUSE:
		if (time_before(jiffies, call->deadline))
			return -EINPROGRESS;
		set_phase(call, CALL_CONNECT);
		return 0;
	}
	return -EINVAL;
}
