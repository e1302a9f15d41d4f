/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between Linux 6.1 and 6.12. The sources are written for 6.12;
 * no other file looks at the version. Kbuild includes this one everywhere.
 */
#ifndef _NB_COMPAT_H
#define _NB_COMPAT_H

#include <linux/fs.h>
#include <linux/version.h>
#include <net/sock.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

/*
 * proto_ops.accept got a struct in 6.10. NB_ACCEPT_DEFINE(fn) stands behind
 * the function, NB_ACCEPT(fn) in the table.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define NB_ACCEPT_DEFINE(fn)
#define NB_ACCEPT(fn)		(fn)
#else
struct proto_accept_arg {
	int	flags;
	int	err;
	int	is_empty;
	bool	kern;
};

#define NB_ACCEPT_DEFINE(fn)						\
static int fn##_old(struct socket *sock, struct socket *newsock,	\
		    int flags, bool kern)				\
{									\
	struct proto_accept_arg arg = { .flags = flags, .kern = kern };	\
									\
	return fn(sock, newsock, &arg);					\
}
#define NB_ACCEPT(fn)		(fn##_old)
#endif

/*
 * Leave this variable out of CONFIG_INIT_STACK_ALL_*: what is read of it is
 * written before. The kernel has no name for the attribute before 6.13.
 */
#if __has_attribute(uninitialized)
#define __nb_uninitialized	__attribute__((uninitialized))
#else
#define __nb_uninitialized
#endif

/*
 * 6.1 turns sendfile() into one message a page when there is no .sendpage; on
 * 6.12 it asks for MSG_SPLICE_PAGES, which is refused. Refuse it there too.
 * But octets of a stream go to its inner socket, on which nobody may wait.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#define NB_MSG_SPLICE_PAGES	MSG_SPLICE_PAGES
#define NB_NO_SENDPAGE
#define NB_SENDPAGE
#else
#define NB_MSG_SPLICE_PAGES	0
#define copy_splice_read	generic_file_splice_read

static inline ssize_t nb_no_sendpage(struct socket *sock, struct page *page,
				     int offset, size_t size, int flags)
{
	return -EOPNOTSUPP;
}

#define NB_NO_SENDPAGE		.sendpage = nb_no_sendpage,

struct socket *nb_stream_tcp(struct socket *sock);

static inline ssize_t nb_sendpage(struct socket *sock, struct page *page,
				  int offset, size_t size, int flags)
{
	struct socket *tcp = nb_stream_tcp(sock);
	ssize_t n;

	if (!tcp)
		return -EOPNOTSUPP;
	n = kernel_sendpage(tcp, page, offset, size, flags | MSG_DONTWAIT);
	if (n != -EAGAIN || flags & MSG_DONTWAIT)
		return n;
	if (flags & MSG_SENDPAGE_NOTLAST)
		flags = (flags & ~MSG_SENDPAGE_NOTLAST) | MSG_MORE;
	return sock_no_sendpage(sock, page, offset, size, flags);
}

#define NB_SENDPAGE		.sendpage = nb_sendpage,
#endif

/* 6.6 made nla_policy.range const, as the generated policies have it */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#include <net/netlink.h>
#undef NLA_POLICY_FULL_RANGE
#define NLA_POLICY_FULL_RANGE(tp, _range) {				\
	.type = NLA_ENSURE_UINT_OR_BINARY_TYPE(tp),			\
	.validation_type = NLA_VALIDATE_RANGE_PTR,			\
	.range = (struct netlink_range_validation *)(_range),		\
}
#endif

/*
 * Since 6.7 a family may see SOL_SOCKET options first. On 6.1 the core decides
 * alone, and refuses SO_REUSEPORT: there is NB_REUSEPORT.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
#define NB_CUSTOM_SOCKOPT(sock)	set_bit(SOCK_CUSTOM_SOCKOPT, &(sock)->flags)
#else
#define NB_CUSTOM_SOCKOPT(sock)	do { } while (0)
#endif

/* 6.5 added the tracepoint */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#include <trace/events/sock.h>
#else
#define trace_sk_data_ready(sk)	do { } while (0)
#endif

/*
 * 6.6 added a sysctl that lets TCP take back a window which it has promised.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define nb_tcp_window_shrinks(sk) \
	READ_ONCE(sock_net(sk)->ipv4.sysctl_tcp_shrink_window)
#else
#define nb_tcp_window_shrinks(sk)	(false)
#endif

/*
 * Makes a kernel socket hold its namespace. It allocates: no lock may be
 * held.
 */
#ifndef NB_HAVE_SK_NET_REFCNT_UPGRADE
static inline void sk_net_refcnt_upgrade(struct sock *sk)
{
	struct net *net = sock_net(sk);

	sk->sk_net_refcnt = 1;
	get_net_track(net, &sk->ns_tracker, GFP_KERNEL);
	sock_inuse_add(net, 1);
}
#endif

#endif /* _NB_COMPAT_H */
