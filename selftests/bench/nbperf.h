/* SPDX-License-Identifier: GPL-2.0 */
/*
 * nbperf: what AF_NETBIOS costs beside the other ways to move messages that
 * are framed as RFC 1002 4.3 wants it. Every way is a transport; a metric runs
 * all of them one after the other, so that a ratio compares neighbours.
 */
#ifndef NBPERF_H
#define NBPERF_H

#include <err.h>

#include "../net/nb_nl.h"
#include "process.h"

#define HEADER_LEN	4
#define REQUEST_LEN	68	/* body of a SESSION REQUEST with two names */
#define BATCH_MAX	32	/* messages in one sendmmsg() or recvmmsg() */
#define READ_MAX	(256 * 1024)
#define BUFFER_MAX	(512 * 1024)

/**
 * struct path - the network between the two ends
 * @name: as in the results
 * @host: network namespaces, one or two
 * @client: host that connects
 * @server: host that listens
 */
struct path {
	const char	*name;
	struct nb_host	host[2];
	struct nb_host	*client;
	struct nb_host	*server;
};

/**
 * struct side - one end of a connection
 * @t: how it moves messages
 * @fd: socket
 * @len: octets of every message, without header
 * @out: BATCH_MAX times header and body, as far as they fit
 * @in: receive buffer
 * @pos: buffered reader: where the next message begins in @in
 * @fill: octets in @in; for the raw stream: of an unfinished message
 */
struct side {
	const struct transport *t;
	int	fd;
	size_t	len;
	char	*out;
	char	*in;
	size_t	pos;
	size_t	fill;
};

enum {
	T_LOCAL = 1,	/* loopback only */
	T_SESSION = 2,	/* connect() and accept() exchange the names */
	T_HEADER = 4,	/* records with header: nobody below adds it */
	T_VARIANT = 8,	/* set up and kept as another one: no setup, no mem */
};

/**
 * struct transport - a way to move messages
 * @name: as in the results
 * @text: what it does
 * @family: of the socket that connects
 * @type: of that socket
 * @flags: T_*
 * @batch: messages that one call may move
 * @rmem: net.ipv4.tcp_rmem that it needs, NULL for the stock value
 * @wrap: puts something on top of the connected socket
 * @send: sends up to @n messages, gives how many
 * @recv: receives up to @n messages, gives how many
 */
struct transport {
	const char	*name;
	const char	*text;
	int		family;
	int		type;
	unsigned int	flags;
	int		batch;
	const char	*rmem;
	void		(*wrap)(struct side *side);
	int		(*send)(struct side *side, int n);
	int		(*recv)(struct side *side, int n);
};

/* path.c */
extern struct path paths[];
extern const int path_count;
void paths_init(void);
void path_rmem(const struct path *path, const char *value);

/* stream.c: framing in user space, and none */
int tcp_send(struct side *side, int n);
int tcp_recv(struct side *side, int n);
int tcpmsg_recv(struct side *side, int n);
int tcpmm_send(struct side *side, int n);
int tcpmm_recv(struct side *side, int n);
int samba_send(struct side *side, int n);
int samba_recv(struct side *side, int n);
int buffered_recv(struct side *side, int n);
int bufbatch_send(struct side *side, int n);

/* record.c: sockets that keep messages apart */
int record_send(struct side *side, int n);
int record_recv(struct side *side, int n);
int recordmm_send(struct side *side, int n);
int recordmm_recv(struct side *side, int n);

/* kcm.c */
void kcm_wrap(struct side *side);

/* transport.c */
extern const struct transport transports[];
extern const int transport_count;
bool transport_works(const struct transport *t);
int transport_listen(const struct transport *t, const struct path *path);
int transport_connect(const struct transport *t, const struct path *path);
int transport_accept(const struct transport *t, int listener);
void transport_reset(int fd);
void side_init(struct side *side, const struct transport *t, int fd, size_t len);
void pair_open(struct side pair[2], const struct transport *t,
	       const struct path *path, size_t len);
int batch_of(const struct side *side, int n);
void expect(const struct side *side, ssize_t got, size_t want, const char *what);

/* metric.c */
extern const size_t sizes[];
extern const int size_count;
void metric_report(int round, const struct path *path, const char *metric,
		   const struct transport *t, size_t len, double value,
		   double switches);
void metric_transfer(const char *metric, int round, const struct path *path,
		     const struct transport *t, int size);
bool metric_wants(const char *metric, const struct transport *t, int size);
void metric_setup(int round, const struct path *path, const struct transport *t);
void metric_memory(int round, const struct path *path, const struct transport *t);

/* large.c */
void large_test(const struct path *path, const struct transport *t);

#endif /* NBPERF_H */
