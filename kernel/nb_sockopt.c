// SPDX-License-Identifier: GPL-2.0
/*
 * Socket options at level SOL_NETBIOS; uapi/linux/netbios.h says what each
 * of them means.
 */
#include <linux/inetdevice.h>
#include <linux/net.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "nb_dgram.h"
#include "nb_resolve.h"

#define KEEPALIVE_MAX	86400	/* seconds */

/* Largest value of any option. */
union nb_optval {
	int			num;
	struct sockaddr_nb	addr;
	struct nb_retarget	retarget;
	struct in_addr		where;
	char			scope[NETBIOS_SCOPE_MAX + 1];
};

static int set_keepalive(struct nb_sock *nsk, int val)
{
	if (val < 0 || val > KEEPALIVE_MAX)
		return -EINVAL;
	WRITE_ONCE(nsk->keepalive, val);
	if (val && nsk->sk.sk_state == TCP_ESTABLISHED)
		nb_sock_kick(nsk, 0);
	return 0;
}

static int set_caller(struct nb_sock *nsk, const struct sockaddr_nb *addr,
		      unsigned int len)
{
	struct nb_listener *lsn;

	if (nsk->sk.sk_state != TCP_CLOSE)
		return -EINVAL;
	if (len && (addr->snb_family != AF_NETBIOS || addr->snb_name[0] == '*'))
		return -EINVAL;
	lsn = nb_listener_get(nsk);
	if (!lsn)
		return -ENOMEM;
	lsn->has_caller = len;
	if (len)
		memcpy(lsn->caller, addr->snb_name, NETBIOS_NAME_LEN);
	return 0;
}

static void put_retarget(struct nb_listener *lsn,
			 const struct nb_retarget *val, unsigned int len)
{
	lsn->has_retarget = len;
	if (len)
		lsn->retarget = *val;
}

static int set_retarget(struct nb_sock *nsk, const struct nb_retarget *val,
			unsigned int len)
{
	struct nb_name *name = nsk->name;
	struct nb_listener *lsn;

	if (nsk->sk.sk_state != TCP_CLOSE && nsk->sk.sk_state != TCP_LISTEN)
		return -EINVAL;
	if (len && (!val->nr_port || val->__nr_pad ||
		    ipv4_is_multicast(val->nr_addr) ||
		    ipv4_is_lbcast(val->nr_addr)))
		return -EINVAL;
	lsn = nb_listener_get(nsk);
	if (!lsn)
		return -ENOMEM;
	if (!name) {
		put_retarget(lsn, val, len);
		return 0;
	}
	/* The server looks at it with the lock of the name held. */
	spin_lock_bh(&name->lock);
	put_retarget(lsn, val, len);
	spin_unlock_bh(&name->lock);
	return 0;
}

static int set_scope(struct nb_sock *nsk, const char *text, unsigned int len)
{
	u8 labels[NB_WIRE_SCOPE_MAX];
	struct nb_scope *scope;
	int n;

	nb_sock_bind_failed(nsk);
	if (nsk->name || nsk->sk.sk_state != TCP_CLOSE)
		return -EINVAL;
	/* A final NUL is welcome, but not needed. */
	len = strnlen(text, len);
	if (len > NETBIOS_SCOPE_MAX)
		return -EINVAL;
	n = nb_wire_scope_from_text(text, len, labels, sizeof(labels));
	if (n < 0)
		return n;
	scope = nb_scope_new(labels, n, GFP_KERNEL_ACCOUNT);
	if (IS_ERR(scope))
		return PTR_ERR(scope);
	if (nsk->sk.sk_type == SOCK_DGRAM)
		scope = nb_dgram_set_scope(nb_dgram_sk(&nsk->sk), scope);
	else
		swap(nsk->scope, scope);
	nb_scope_put(scope);
	return 0;
}

/* Broadcast addresses of a net are refused by TCP itself. */
static int set_address(struct nb_sock *nsk, const struct in_addr *where)
{
	if (nsk->sk.sk_state != TCP_CLOSE)
		return -EINVAL;
	if (ipv4_is_multicast(where->s_addr) || ipv4_is_lbcast(where->s_addr))
		return -EINVAL;
	nsk->call_addr = where->s_addr;
	return 0;
}

static int set_stream(struct nb_sock *nsk, int val)
{
	if (val != 0 && val != 1)
		return -EINVAL;
	if (nsk->sk.sk_state != TCP_CLOSE)
		return -EINVAL;
	nsk->stream = val;
	return 0;
}

static int set_reuseport(struct nb_sock *nsk, int val)
{
	if (val != 0 && val != 1)
		return -EINVAL;
	if (nsk->sk.sk_state != TCP_CLOSE)
		return -EINVAL;
	nsk->sk.sk_reuseport = val;
	return 0;
}

/* May option @opt be written, and be @len octets long? */
static int check_length(int opt, unsigned int len)
{
	bool good;

	switch (opt) {
	case NB_KEEP_REST:
	case NB_KEEPALIVE:
	case NB_REUSEPORT:
	case NB_STREAM:
		good = len == sizeof(int);
		break;
	case NB_CALLER:
		good = !len || len == sizeof(struct sockaddr_nb);
		break;
	case NB_RETARGET:
		good = !len || len == sizeof(struct nb_retarget);
		break;
	case NB_SCOPE:
		good = len <= sizeof(union nb_optval);
		break;
	case NB_ADDRESS:
		good = len == sizeof(struct in_addr);
		break;
	default:
		return -ENOPROTOOPT;
	}
	return good ? 0 : -EINVAL;
}

static int write_option(struct nb_sock *nsk, int opt,
			const union nb_optval *val, unsigned int len)
{
	switch (opt) {
	case NB_KEEP_REST:
		if (val->num != 0 && val->num != 1)
			return -EINVAL;
		WRITE_ONCE(nsk->keep_rest, val->num);
		return 0;
	case NB_KEEPALIVE:
		return set_keepalive(nsk, val->num);
	case NB_CALLER:
		return set_caller(nsk, &val->addr, len);
	case NB_RETARGET:
		return set_retarget(nsk, &val->retarget, len);
	case NB_SCOPE:
		return set_scope(nsk, val->scope, len);
	case NB_REUSEPORT:
		return set_reuseport(nsk, val->num);
	case NB_ADDRESS:
		return set_address(nsk, &val->where);
	case NB_STREAM:
		return set_stream(nsk, val->num);
	}
	return -ENOPROTOOPT;
}

/*
 * SOL_SOCKET, where the kernel lets the family look first: SO_REUSEPORT, which
 * the core keeps for IP, and the rest as ever.
 */
static int set_core_option(struct socket *sock, int opt, sockptr_t optval,
			   unsigned int len)
{
	struct sock *sk = sock->sk;
	int val;

	if (opt != SO_REUSEPORT)
		return sock_setsockopt(sock, SOL_SOCKET, opt, optval, len);
	if (len < sizeof(val))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	lock_sock(sk);
	sk->sk_reuseport = !!val;
	release_sock(sk);
	return 0;
}

/**
 * nb_sock_setsockopt() - set an option of SOL_NETBIOS
 * @sock: socket
 * @level: SOL_NETBIOS, or SOL_SOCKET with NB_CUSTOM_SOCKOPT()
 * @opt: NB_*
 * @optval: value
 * @len: its length
 *
 * Context: process. Return: 0, -ENOPROTOOPT (level, option, or read only),
 * -EINVAL (length, value, or state), -EFAULT, -ENOMEM.
 */
int nb_sock_setsockopt(struct socket *sock, int level, int opt,
		       sockptr_t optval, unsigned int len)
{
	struct sock *sk = sock->sk;
	union nb_optval val = {};
	int err;

	if (level == SOL_SOCKET)
		return set_core_option(sock, opt, optval, len);
	if (level != SOL_NETBIOS)
		return -ENOPROTOOPT;
	err = check_length(opt, len);
	if (err)
		return err;
	if (copy_from_sockptr(&val, optval, len))
		return -EFAULT;
	lock_sock(sk);
	err = write_option(nb_sk(sk), opt, &val, len);
	release_sock(sk);
	return err;
}

static int session_ifindex(struct net *net, __be32 addr)
{
	struct net_device *dev;
	int ifindex = 0;

	rcu_read_lock();
	dev = __ip_dev_find(net, addr, false);
	if (dev)
		ifindex = dev->ifindex;
	rcu_read_unlock();
	return ifindex;
}

static int get_info(struct nb_sock *nsk, struct nb_session_info *info)
{
	const struct inet_sock *inet;
	const struct tcp_sock *tp;

	if (nsk->sk.sk_state != TCP_ESTABLISHED)
		return -ENOTCONN;
	inet = inet_sk(nsk->tcp->sk);
	tp = tcp_sk(nsk->tcp->sk);
	memset(info, 0, sizeof(*info));
	info->nsi_flags = nsk->called ? NB_SESSION_CALLED : 0;
	info->nsi_keepalive = nsk->keepalive;
	info->nsi_local_addr = inet->inet_saddr;
	info->nsi_peer_addr = inet->inet_daddr;
	info->nsi_local_port = inet->inet_sport;
	info->nsi_peer_port = inet->inet_dport;
	info->nsi_ifindex = session_ifindex(sock_net(&nsk->sk),
					    inet->inet_saddr);
	memcpy(info->nsi_called, nsk->called ? nsk->local_name : nsk->peer_name,
	       NETBIOS_NAME_LEN);
	memcpy(info->nsi_calling, nsk->called ? nsk->peer_name : nsk->local_name,
	       NETBIOS_NAME_LEN);
	info->nsi_rx_bytes = tp->bytes_received;
	info->nsi_tx_bytes = tp->bytes_acked;
	return 0;
}

/* Return: length of the value, or a negative errno. */
static int read_option(struct nb_sock *nsk, int opt, void *val, size_t room)
{
	const struct nb_listener *lsn = nsk->listener;
	struct sockaddr_nb *addr = val;

	switch (opt) {
	case NB_KEEP_REST:
		*(int *)val = nsk->keep_rest;
		return sizeof(int);
	case NB_KEEPALIVE:
		*(int *)val = nsk->keepalive;
		return sizeof(int);
	case NB_WIRE_ERROR:
		*(int *)val = READ_ONCE(nsk->wire_error);
		return sizeof(int);
	case NB_REUSEPORT:
		*(int *)val = nsk->sk.sk_reuseport;
		return sizeof(int);
	case NB_STREAM:
		*(int *)val = nsk->stream;
		return sizeof(int);
	case NB_CALLER:
		if (!lsn || !lsn->has_caller)
			return 0;
		memset(addr, 0, sizeof(*addr));
		addr->snb_family = AF_NETBIOS;
		memcpy(addr->snb_name, lsn->caller, NETBIOS_NAME_LEN);
		return sizeof(*addr);
	case NB_RETARGET:
		if (!lsn || !lsn->has_retarget)
			return 0;
		memcpy(val, &lsn->retarget, sizeof(lsn->retarget));
		return sizeof(lsn->retarget);
	case NB_SCOPE:
		return nsk->scope ? nb_wire_scope_to_text(nsk->scope->labels,
							  nsk->scope->len,
							  val, room) : 0;
	case NB_ADDRESS:
		*(__be32 *)val = nsk->call_addr;
		return sizeof(struct in_addr);
	case NB_SESSION_INFO:
		return get_info(nsk, val) ?: sizeof(struct nb_session_info);
	}
	return -ENOPROTOOPT;
}

/* It waits, so it cannot be with the others, under the lock of the socket. */
static int get_resolve(struct socket *sock, char __user *optval, int len)
{
	bool nonblock = sock->file && (sock->file->f_flags & O_NONBLOCK);
	struct nb_resolve val;
	int err;

	if (len < (int)sizeof(val))
		return -EINVAL;
	if (copy_from_user(&val, optval, sizeof(val)))
		return -EFAULT;
	err = nb_resolve(nb_sk(sock->sk), &val,
			 sock_rcvtimeo(sock->sk, nonblock));
	if (err)
		return err;
	return copy_to_user(optval, &val, sizeof(val)) ? -EFAULT : sizeof(val);
}

/**
 * nb_sock_getsockopt() - read an option of SOL_NETBIOS
 * @sock: socket
 * @level: SOL_NETBIOS
 * @opt: NB_*
 * @optval: where the value goes
 * @optlen: room there, then the length; a value that does not fit is cut
 *
 * Context: process. Return: 0, -ENOPROTOOPT, -EINVAL (length), -ENOTCONN
 * (NB_SESSION_INFO), -EFAULT; NB_RESOLVE: as nb_resolve().
 */
int nb_sock_getsockopt(struct socket *sock, int level, int opt,
		       char __user *optval, int __user *optlen)
{
	union {
		union nb_optval		val;
		struct nb_session_info	info;
		char			text[NETBIOS_SCOPE_MAX + 1];
	} buf = {};
	struct sock *sk = sock->sk;
	int len, ret;

	if (level != SOL_NETBIOS)
		return -ENOPROTOOPT;
	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	if (opt == NB_RESOLVE) {
		ret = get_resolve(sock, optval, len);
		return ret < 0 ? ret : put_user(ret, optlen);
	}
	lock_sock(sk);
	ret = read_option(nb_sk(sk), opt, &buf, sizeof(buf));
	release_sock(sk);
	if (ret < 0)
		return ret;
	len = min(len, ret);
	if (put_user(len, optlen) || copy_to_user(optval, &buf, len))
		return -EFAULT;
	return 0;
}
