// SPDX-License-Identifier: GPL-2.0
/*
 * The session server (RFC 1001 16.1.1, RFC 1002 5.2.1.2): one listening TCP
 * socket per namespace, port 139, for all names of the node.
 *
 * An accepted connection has a deadline to bring one SESSION REQUEST, and is
 * then handed to a listener or refused. Until then it is half-open: it counts
 * against a cap of the namespace and one of its source address. After a
 * refusal the server closes first (SS-019), but goes on to discard what the
 * caller sends for a moment: closing at once with octets unread would send
 * RST, and RST may overtake the answer in the caller's stack.
 */
#include <linux/inetdevice.h>
#include <linux/net.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "nb_server.h"
#include "nb_sock.h"

#define SERVER_BACKLOG	1024

/*
 * A new connection is accepted when its request is there, or after this time:
 * most often the request is in the next segment, and one work does for both.
 * Not so when many connections wait.
 */
#define ACCEPT_DELAY	(HZ / 100)
#define ACCEPT_SOON	(SERVER_BACKLOG / 8)

/* How long a refused connection may take to go. */
#define REFUSED_TIMEOUT	(2 * HZ)

/**
 * struct nb_server - the server of a namespace
 * @nn: node
 * @listen: listening socket, NULL while the service is off
 * @data_ready: callback of @listen before it was hooked
 * @accept_work: takes new connections
 * @lock: protects what follows
 * @halfopen: connections without a session, oldest first
 * @count: entries of @halfopen
 * @stopping: half-open connections are to go at once
 * @empty: woken when @count falls to 0
 */
struct nb_server {
	struct nb_net		*nn;
	struct socket		*listen;
	void			(*data_ready)(struct sock *sk);
	struct delayed_work	accept_work;
	spinlock_t		lock;	/* see above */
	struct list_head	halfopen;
	unsigned int		count;
	bool			stopping;
	wait_queue_head_t	empty;
};

/**
 * struct nb_halfopen - a connection that is no session yet
 * @list: in nb_server.halfopen
 * @server: server
 * @tcp: connection; NULL when a session has it
 * @data_ready: TCP's own callback
 * @state_change: TCP's own callback
 * @hooked: the callbacks of @tcp lead here
 * @source: address of the caller
 * @deadline: jiffies when it is given up
 * @refused: answered; what comes is discarded
 * @work: looks after it; it alone touches a hooked one, and frees it
 */
struct nb_halfopen {
	struct list_head	list;
	struct nb_server	*server;
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

static void hook(struct nb_halfopen *ho)
{
	struct sock *tcp = ho->tcp->sk;

	lock_sock(tcp);
	write_lock_bh(&tcp->sk_callback_lock);
	ho->data_ready = tcp->sk_data_ready;
	ho->state_change = tcp->sk_state_change;
	rcu_assign_sk_user_data(tcp, ho);
	tcp->sk_data_ready = halfopen_data_ready;
	tcp->sk_state_change = halfopen_event;
	write_unlock_bh(&tcp->sk_callback_lock);
	release_sock(tcp);
	ho->hooked = true;
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

static void halfopen_free(struct nb_halfopen *ho)
{
	struct nb_server *server = ho->server;

	if (ho->tcp) {
		unhook(ho);
		sock_release(ho->tcp);
	}
	spin_lock(&server->lock);
	list_del(&ho->list);
	/* Under the lock, since the waiter may free the server. */
	if (!--server->count)
		wake_up(&server->empty);
	spin_unlock(&server->lock);
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
	struct nb_net *nn = ho->server->nn;

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
	NB_INC_STATS(ho->server->nn, NB_STAT_RETARGETS_SENT);
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

/* In conflict, being released or not yet ours is not held (SS-017). */
static bool held_at(const struct nb_name *name, int ifindex)
{
	int state = READ_ONCE(name->state);

	if (ifindex && name->ifindex && name->ifindex != ifindex)
		return false;
	return state == NETBIOS_NAME_STATE_REGISTERED ||
	       state == NETBIOS_NAME_STATE_PROVISIONAL;
}

/* The four situations of RFC 1001 16.1.1. */
static void answer(struct nb_halfopen *ho, const struct nb_wire_request *req)
{
	struct nb_net *nn = ho->server->nn;
	struct nb_sock *nsk = NULL;
	struct nb_retarget retarget = {};
	u8 error = NB_ERR_NO_NAME;
	struct nb_name *name;
	int ifindex;

	ifindex = addr_ifindex(nn->net, inet_sk(ho->tcp->sk)->inet_rcv_saddr);
	name = find_called(nn, req);
	if (name && held_at(name, ifindex))
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
 * follows belongs to the session.
 * Return: octets of its trailer, -EAGAIN to wait, or -EBADMSG.
 */
static int read_request(struct sock *tcp, u8 *packet)
{
	u32 len;
	u8 type;

	if (!nb_tcp_peek(tcp, packet, NB_WIRE_HDR_LEN))
		return -EAGAIN;
	if (nb_wire_get_header(packet, &type, &len) || type != NB_SSN_REQUEST ||
	    len > NB_WIRE_REQUEST_MAX - NB_WIRE_HDR_LEN)
		return -EBADMSG;
	if (!nb_tcp_peek(tcp, packet, NB_WIRE_HDR_LEN + len))
		return -EAGAIN;
	nb_tcp_eat(tcp, NB_WIRE_HDR_LEN + len);
	return len;
}

/* Return: true if @ho is done with and may go. */
static bool step(struct nb_halfopen *ho)
{
	struct nb_net *nn = ho->server->nn;
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
		len = read_request(tcp, packet);
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

/* Come back for the next event, or when the time is over. */
static void wait_on(struct nb_halfopen *ho)
{
	unsigned long now = jiffies;

	if (ho->hooked) {
		/* An event meanwhile has queued the work for now: it stays. */
		queue_delayed_work(nb_wq, &ho->work,
				   time_after(ho->deadline, now) ?
				   ho->deadline - now : 0);
	} else {
		/* What came before the hook was there made no event. */
		hook(ho);
		mod_delayed_work(nb_wq, &ho->work, 0);
	}
}

static void halfopen_work(struct work_struct *work)
{
	struct nb_halfopen *ho = container_of(to_delayed_work(work),
					      struct nb_halfopen, work);

	if (READ_ONCE(ho->server->stopping) || step(ho))
		halfopen_free(ho);
	else
		wait_on(ho);
}

/* Room for one more half-open connection from @source? */
static bool admit(struct nb_server *server, struct nb_halfopen *ho)
{
	const struct nb_settings *set = &server->nn->settings;
	u32 max = READ_ONCE(set->halfopen_max), same = 0;
	struct nb_halfopen *other;
	int stat = -1;

	spin_lock(&server->lock);
	list_for_each_entry(other, &server->halfopen, list)
		same += other->source == ho->source;
	if (server->count >= max)
		stat = NB_STAT_HALFOPEN_CAP;
	else if (same >= READ_ONCE(set->halfopen_source_max))
		stat = NB_STAT_HALFOPEN_SOURCE_CAP;
	if (stat < 0) {
		list_add_tail(&ho->list, &server->halfopen);
		server->count++;
	}
	spin_unlock(&server->lock);
	if (stat >= 0)
		NB_INC_STATS(server->nn, stat);
	return stat < 0;
}

static void take_connection(struct nb_server *server, struct socket *tcp)
{
	const struct nb_settings *set = &server->nn->settings;
	struct nb_halfopen *ho;

	/* The child inherited the callback of the listening socket. */
	write_lock_bh(&tcp->sk->sk_callback_lock);
	tcp->sk->sk_data_ready = server->data_ready;
	write_unlock_bh(&tcp->sk->sk_callback_lock);

	ho = kzalloc(sizeof(*ho), GFP_KERNEL);
	if (!ho)
		goto err_release;
	ho->server = server;
	ho->tcp = tcp;
	ho->source = inet_sk(tcp->sk)->inet_daddr;
	ho->deadline = jiffies +
		       msecs_to_jiffies(READ_ONCE(set->request_timeout));
	INIT_DELAYED_WORK(&ho->work, halfopen_work);
	if (!admit(server, ho))
		goto err_free;
	/* Often the request is here already, which saves a work. */
	if (step(ho))
		halfopen_free(ho);
	else
		wait_on(ho);
	return;

err_free:
	kfree(ho);
err_release:
	sock_release(tcp);
}

static bool has_connection(struct sock *sk)
{
	return !reqsk_queue_empty(&inet_csk(sk)->icsk_accept_queue);
}

static void accept_work(struct work_struct *work)
{
	struct nb_server *server = container_of(to_delayed_work(work),
						struct nb_server, accept_work);
	struct socket *listen = READ_ONCE(server->listen), *tcp;

	/* An accept in vain costs a socket, so look first. */
	while (listen && has_connection(listen->sk) &&
	       !kernel_accept(listen, &tcp, O_NONBLOCK)) {
		take_connection(server, tcp);
		cond_resched();
	}
}

/*
 * Runs without the lock of the listening socket when it has a new connection,
 * and for a connection that was not accepted yet when octets come.
 */
static void listen_data_ready(struct sock *sk)
{
	struct nb_server *server = nb_net(sock_net(sk))->server;

	trace_sk_data_ready(sk);
	read_lock_bh(&sk->sk_callback_lock);
	if (sk->sk_state != TCP_LISTEN ||
	    READ_ONCE(sk->sk_ack_backlog) >= ACCEPT_SOON)
		mod_delayed_work(nb_wq, &server->accept_work, 0);
	else if (sk->sk_user_data)
		queue_delayed_work(nb_wq, &server->accept_work, ACCEPT_DELAY);
	read_unlock_bh(&sk->sk_callback_lock);
}

/**
 * nb_server_start() - open the session service
 * @nn: node
 *
 * No SO_REUSEPORT: nobody binds beside us. SO_REUSEADDR only lets the port be
 * taken again while old sessions, or their TIME_WAIT, are on it; beside a
 * socket that listens it allows nothing.
 *
 * Context: process, nn->lock held.
 * Return: 0, -EADDRINUSE (the port is taken), or another negative errno.
 */
int nb_server_start(struct nb_net *nn)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_ANY),
		.sin_port = htons(nn->settings.port),
	};
	struct nb_server *server = nn->server;
	struct socket *sock;
	struct sock *sk;
	int err;

	lockdep_assert_held(&nn->lock);
	err = sock_create_kern(nn->net, PF_INET, SOCK_STREAM, IPPROTO_TCP,
			       &sock);
	if (err)
		return err;
	sock->sk->sk_reuse = SK_CAN_REUSE;
	err = kernel_bind(sock, (struct sockaddr *)&sin, sizeof(sin));
	if (err)
		goto err_release;

	sk = sock->sk;
	write_lock_bh(&sk->sk_callback_lock);
	server->data_ready = sk->sk_data_ready;
	__rcu_assign_sk_user_data_with_flags(sk, server, SK_USER_DATA_NOCOPY);
	sk->sk_data_ready = listen_data_ready;
	write_unlock_bh(&sk->sk_callback_lock);
	server->listen = sock;
	err = kernel_listen(sock, SERVER_BACKLOG);
	if (err)
		goto err_stop;
	return 0;

err_stop:
	nb_server_stop(nn);
	return err;
err_release:
	sock_release(sock);
	return err;
}

/**
 * nb_server_stop() - close the session service; sessions that are up go on
 * @nn: node
 *
 * Context: process, nn->lock held; waits for the server's work.
 */
void nb_server_stop(struct nb_net *nn)
{
	struct nb_server *server = nn->server;
	struct socket *sock = server->listen;
	struct nb_halfopen *ho;

	if (!sock)
		return;
	lock_sock(sock->sk);
	write_lock_bh(&sock->sk->sk_callback_lock);
	rcu_assign_sk_user_data(sock->sk, NULL);
	sock->sk->sk_data_ready = server->data_ready;
	write_unlock_bh(&sock->sk->sk_callback_lock);
	release_sock(sock->sk);
	/* A child may queue the work once more: it then finds nothing to accept. */
	WRITE_ONCE(server->listen, NULL);
	cancel_delayed_work_sync(&server->accept_work);
	sock_release(sock);
	/* A child may still be in listen_data_ready(), which it inherited. */
	synchronize_rcu();
	cancel_delayed_work_sync(&server->accept_work);

	spin_lock(&server->lock);
	server->stopping = true;
	list_for_each_entry(ho, &server->halfopen, list)
		mod_delayed_work(nb_wq, &ho->work, 0);
	spin_unlock(&server->lock);
	wait_event(server->empty, !READ_ONCE(server->count));
	spin_lock(&server->lock);
	server->stopping = false;
	spin_unlock(&server->lock);
}

/**
 * nb_server_init() - make the server of a namespace; it does not serve yet
 * @nn: node
 *
 * Context: process. Return: 0 or -ENOMEM.
 */
int nb_server_init(struct nb_net *nn)
{
	struct nb_server *server = kzalloc(sizeof(*server), GFP_KERNEL);

	if (!server)
		return -ENOMEM;
	server->nn = nn;
	spin_lock_init(&server->lock);
	INIT_LIST_HEAD(&server->halfopen);
	INIT_DELAYED_WORK(&server->accept_work, accept_work);
	init_waitqueue_head(&server->empty);
	nn->server = server;
	return 0;
}

/**
 * nb_server_exit() - free the server of a namespace
 * @nn: node; nb_server_stop() was called
 *
 * Context: process.
 */
void nb_server_exit(struct nb_net *nn)
{
	kfree(nn->server);
	nn->server = NULL;
}
