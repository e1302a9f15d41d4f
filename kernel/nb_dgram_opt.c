// SPDX-License-Identifier: GPL-2.0
/*
 * Options of datagram sockets at level SOL_NETBIOS. Those that sessions have
 * too are in nb_sockopt.c.
 */
#include <linux/net.h>

#include "nb_dgram.h"

/**
 * nb_dgram_set_broadcast() - receive broadcast datagrams, or do not (DG-036)
 * @ds: socket, outer lock held
 * @on: which
 *
 * Context: process.
 */
void nb_dgram_set_broadcast(struct nb_dgram_sock *ds, bool on)
{
	struct nb_dgram *dg = nb_net(sock_net(&ds->nb.sk))->dgram;

	spin_lock_bh(&dg->lock);
	if (on && !ds->broadcast)
		hlist_add_head(&ds->receiver, &dg->receivers);
	else if (!on && ds->broadcast)
		hlist_del_init(&ds->receiver);
	ds->broadcast = on;
	spin_unlock_bh(&dg->lock);
}

/**
 * nb_dgram_set_filter() - change who is received from
 * @ds: socket, outer lock held
 * @has: &ds->has_peer or &ds->has_caller
 * @name: the name that belongs to it
 * @value: what it shall be, NULL for none
 *
 * Context: process.
 */
void nb_dgram_set_filter(struct nb_dgram_sock *ds, bool *has, u8 *name,
			 const u8 *value)
{
	spin_lock_bh(&ds->lock);
	WRITE_ONCE(*has, value);
	if (value)
		memcpy(name, value, NETBIOS_NAME_LEN);
	spin_unlock_bh(&ds->lock);
}

/**
 * nb_dgram_set_scope() - change the scope of an unbound socket
 * @ds: socket, outer lock held
 * @scope: scope, whose reference passes to the socket
 *
 * Context: process. Return: the scope that it had, with its reference.
 */
struct nb_scope *nb_dgram_set_scope(struct nb_dgram_sock *ds,
				    struct nb_scope *scope)
{
	struct nb_dgram *dg = nb_net(sock_net(&ds->nb.sk))->dgram;
	struct nb_scope *old;

	/* who delivers holds the one, who sends the other */
	spin_lock_bh(&dg->lock);
	spin_lock(&ds->lock);
	old = ds->nb.scope;
	WRITE_ONCE(ds->nb.scope, scope);
	spin_unlock(&ds->lock);
	spin_unlock_bh(&dg->lock);
	return old;
}

static int get_bool(sockptr_t optval, unsigned int len, bool *on)
{
	int val;

	if (len != sizeof(val))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	if (val != 0 && val != 1)
		return -EINVAL;
	*on = val;
	return 0;
}

static int set_caller(struct nb_dgram_sock *ds, sockptr_t optval,
		      unsigned int len)
{
	struct sockaddr_nb addr;

	if (!len) {
		nb_dgram_set_filter(ds, &ds->has_caller, ds->caller, NULL);
		return 0;
	}
	if (len != sizeof(addr))
		return -EINVAL;
	if (copy_from_sockptr(&addr, optval, sizeof(addr)))
		return -EFAULT;
	if (addr.snb_family != AF_NETBIOS || addr.snb_name[0] == '*')
		return -EINVAL;
	nb_dgram_set_filter(ds, &ds->has_caller, ds->caller, addr.snb_name);
	return 0;
}

static int set_option(struct nb_dgram_sock *ds, int opt, sockptr_t optval,
		      unsigned int len)
{
	bool on;
	int err;

	if (opt == NB_CALLER)
		return set_caller(ds, optval, len);
	err = get_bool(optval, len, &on);
	if (err)
		return err;
	if (opt == NB_RECV_BROADCAST)
		nb_dgram_set_broadcast(ds, on);
	else
		WRITE_ONCE(ds->info, on);
	return 0;
}

/**
 * nb_dgram_setsockopt() - set an option of SOL_NETBIOS
 * @sock: socket
 * @level: SOL_NETBIOS, or SOL_SOCKET with NB_CUSTOM_SOCKOPT()
 * @opt: NB_*
 * @optval: value
 * @len: its length
 *
 * Context: process. Return: 0, -ENOPROTOOPT (level, option, or read only),
 * -EINVAL (length, value, or state), -EFAULT, -ENOMEM.
 */
int nb_dgram_setsockopt(struct socket *sock, int level, int opt,
			sockptr_t optval, unsigned int len)
{
	struct sock *sk = sock->sk;
	int err;

	if (level == SOL_SOCKET)
		return nb_sock_setsockopt(sock, level, opt, optval, len);
	if (level != SOL_NETBIOS)
		return -ENOPROTOOPT;
	switch (opt) {
	case NB_SCOPE:
		return nb_sock_setsockopt(sock, level, opt, optval, len);
	case NB_CALLER:
	case NB_DGRAM_INFO:
	case NB_RECV_BROADCAST:
		lock_sock(sk);
		err = set_option(nb_dgram_sk(sk), opt, optval, len);
		release_sock(sk);
		return err;
	}
	return -ENOPROTOOPT;
}

/**
 * nb_dgram_getsockopt() - read an option of SOL_NETBIOS
 * @sock: socket
 * @level: SOL_NETBIOS
 * @opt: NB_*
 * @optval: where the value goes
 * @optlen: room there, then the length; a value that does not fit is cut
 *
 * Context: process. Return: 0, -ENOPROTOOPT, -EINVAL (length), -EFAULT.
 */
int nb_dgram_getsockopt(struct socket *sock, int level, int opt,
			char __user *optval, int __user *optlen)
{
	struct nb_dgram_sock *ds = nb_dgram_sk(sock->sk);
	struct sockaddr_nb addr = { .snb_family = AF_NETBIOS };
	const void *from = &addr;
	int len, n, val = 0;

	if (level != SOL_NETBIOS)
		return -ENOPROTOOPT;
	switch (opt) {
	case NB_KEEP_REST:
	case NB_KEEPALIVE:
	case NB_RETARGET:
	case NB_SESSION_INFO:
	case NB_REUSEPORT:
	case NB_STREAM:
		return -ENOPROTOOPT;
	case NB_CALLER:
		spin_lock_bh(&ds->lock);
		n = ds->has_caller ? sizeof(addr) : 0;
		memcpy(addr.snb_name, ds->caller, NETBIOS_NAME_LEN);
		spin_unlock_bh(&ds->lock);
		break;
	case NB_DGRAM_INFO:
	case NB_RECV_BROADCAST:
		val = opt == NB_DGRAM_INFO ? ds->info : ds->broadcast;
		from = &val;
		n = sizeof(val);
		break;
	default:
		return nb_sock_getsockopt(sock, level, opt, optval, optlen);
	}
	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	len = min(len, n);
	if (put_user(len, optlen) || copy_to_user(optval, from, len))
		return -EFAULT;
	return 0;
}
