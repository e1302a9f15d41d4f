/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the AF_NETBIOS tests share: hosts (network namespaces), sockets with
 * names, and a byte-level peer on plain TCP.
 *
 * Functions that return int give a file descriptor, a count or 0, and a
 * negative errno when they fail; they never end the test themselves.
 */
#ifndef NB_UTIL_H
#define NB_UTIL_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/netbios.h>
#include <linux/netbios_netlink.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(arr) (sizeof(arr) / sizeof((arr)[0]))
#endif

/* ms: bound on what must happen, and how long nothing may happen */
#define NB_BOUND	25000
#define NB_QUIET	150

/* The packet types and the answers, RFC 1002 4.3.1 and 4.3.4. */
#define SS_MESSAGE	0x00
#define SS_REQUEST	0x81
#define SS_POSITIVE	0x82
#define SS_NEGATIVE	0x83
#define SS_RETARGET	0x84
#define SS_KEEPALIVE	0x85

#define SS_PORT		139
#define SS_REQUEST_LEN	72	/* with two names in the empty scope */

struct nb_nl;

/**
 * struct nb_host - a host of the test network
 * @ns: its network namespace
 * @nl: generic netlink socket in there
 * @addr: address of its veth, or 127.0.0.1 when it is alone
 */
struct nb_host {
	int		ns;
	struct nb_nl	*nl;
	struct in_addr	addr;
};

/* Hosts. 10.9.0.1/24 and 10.9.0.2/24 on veth0 if there are two. */
int nb_hosts(struct nb_host *host, int n);
void nb_hosts_free(struct nb_host *host, int n);
int nb_enter(const struct nb_host *host);
/* A link between two hosts: the same name in both, without an address. */
int nb_veth_add(const struct nb_host *host, const char *ifname);
int nb_link_set(const struct nb_host *host, const char *ifname, bool up);
int nb_link_del(const struct nb_host *host, const char *ifname);
int nb_addr_add(const struct nb_host *host, const char *ifname,
		const char *addr, int prefix);
int nb_sysctl(const struct nb_host *host, const char *path, const char *value);
/*
 * A socket that sees what goes out by veth0 with this mark and priority, and how
 * many packets that were by now.
 */
int nb_watch(const struct nb_host *host, uint32_t mark, uint32_t priority);
int nb_watched(int fd);

/*
 * The network that most tests use: CLIENT on @host[0] may call SERVER on the
 * last host, where the service runs; timers are short. @n is 1 or 2.
 */
int nb_network(struct nb_host *host, int n);

/* "NAME" is padded with blanks to 15 octets; octet 16 is 00 or NAME#xx. */
struct sockaddr_nb nb_addr(const char *text);
bool nb_name_is(const struct sockaddr_nb *addr, const char *text);

/* Sockets; @flags as for socket(2), and @text may be NULL for no bind. */
int nb_socket_in(const struct nb_host *host, int domain, int type, int protocol);
int nb_socket(const struct nb_host *host, int flags);
int nb_bound(const struct nb_host *host, const char *text, int flags);
int nb_listener(const struct nb_host *host, const char *text, int backlog);
int nb_bind(int fd, const char *text, int type);
int nb_connect(int fd, const char *text);
/* The same on a non-blocking socket: 0 if it is on its way, or done already. */
int nb_connect_begin(int fd, const char *text);
int nb_call(const struct nb_host *host, const char *from, const char *to);
int nb_accept(int fd);
int nb_session(const struct nb_host *from, const struct nb_host *to, int sk[2]);
int nb_setopt(int fd, int opt, int value);
int nb_getopt(int fd, int opt);
int nb_so_error(int fd);
int nb_wire_error(int fd);
/* Waits for a connect() or bind() on its way: 0 or a negative errno. */
int nb_outcome(int fd);

/* Waiting. nb_poll() gives the events, 0 after @ms. */
int nb_poll(int fd, int events, int ms);
uint64_t nb_now(void);
void nb_pause(int ms);

/* What the kernel is told by a file in /proc or /sys: 0 or a negative errno. */
int nb_put_text(const char *path, const char *text);

#define nb_wait(cond) ({						\
	uint64_t __end = nb_now() + NB_BOUND;				\
	bool __ok;							\
	while (!(__ok = (cond)) && nb_now() < __end)			\
		nb_pause(5);						\
	__ok;								\
})

/*
 * Tasks: what would block the test runs in a thread. nb_task_end() gives what
 * it returned, -ETIMEDOUT after NB_BOUND. nb_task_sleeps() waits until it
 * really blocks.
 */
struct nb_task {
	pthread_t	thread;
	int		(*fn)(void *arg);
	void		*arg;
	int		ret;
	int		tid;
	bool		done;
};

int nb_task_start(struct nb_task *task, int (*fn)(void *arg), void *arg);
int nb_task_sleeps(struct nb_task *task);
int nb_task_end(struct nb_task *task);
bool nb_pid_sleeps(int pid, int tid);

/* Waits for a child: its exit status, or -signal, or -ETIMEDOUT. */
int nb_child_end(pid_t pid);

/* Messages. nb_recv() gives what recvmsg() does, flags in @flags. */
int nb_send(int fd, const void *buf, size_t len, int flags);
int nb_recv(int fd, void *buf, size_t len, int *flags);
void nb_fill(void *buf, size_t len, unsigned int seed);
bool nb_filled(const void *buf, size_t len, unsigned int seed);
int nb_send_filled(int fd, size_t len, unsigned int seed);
int nb_recv_filled(int fd, size_t len, unsigned int seed);
/*
 * Makes the socket non-blocking and sends until nothing goes any more, also
 * not when acknowledgements had time to come: the number of messages.
 */
int nb_send_full(int fd, size_t len);

/* Byte-level peer on plain TCP. */
int tcp_listen(const struct nb_host *host, int port);
int tcp_connect(const struct nb_host *from, const struct nb_host *to, int port);
int tcp_accept(int fd);
int tcp_put(int fd, const void *buf, size_t len);
int tcp_get(int fd, void *buf, size_t len);
bool tcp_silent(int fd);
int tcp_end(int fd);
void tcp_reset(int fd);

/* Packets of the session service, built into @buf; give their length. */
size_t ss_header(uint8_t *buf, uint8_t type, uint32_t len);
size_t ss_name(uint8_t *buf, const struct sockaddr_nb *name, const char *scope);
size_t ss_request(uint8_t *buf, const char *called, const char *calling,
		  const char *scope);
int ss_put_request(int fd, const char *called, const char *calling);
int ss_put_message(int fd, size_t len, unsigned int seed);
/* Reads one answer: its type, error octet or body in @body (8 octets). */
int ss_get_answer(int fd, uint8_t *body);
/* Reads a request of 72 octets and checks the names. */
int ss_get_request(int fd, const char *called, const char *calling);

#endif /* NB_UTIL_H */
