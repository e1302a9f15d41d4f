/* SPDX-License-Identifier: GPL-2.0 */
/*
 * nbcat: what the files share.
 *
 * A hub joins streams and sessions: what its feed gives goes to all of its
 * sessions, what they give goes to its drain. There is one hub for standard
 * input and output, or one for each session with a command (-e). With --echo
 * a session has no hub.
 *
 * With -u the socket of the datagrams is a session that has no end. When it
 * listens, -e runs a command for each datagram: an answer, which is a session
 * that only sends.
 *
 * Nothing is freed inside a round of the loop: what ended waits in cat.dead,
 * since the round may still hold events of it.
 */
#ifndef _NBCAT_H
#define _NBCAT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <netbios/netbios.h>

#include "io.h"
#include "loop.h"

/* Exit status, as in nbcat(1) */
enum {
	STATUS_OK = 0,
	STATUS_SESSION = 1,	/* a session or a stream failed */
	STATUS_USAGE = 2,
	STATUS_CALL = 3,	/* nobody there, refused */
	STATUS_NAME = 4,	/* the own name cannot be had */
	STATUS_TIMEOUT = 5,
	STATUS_ABSENT = 6,	/* no AF_NETBIOS in this kernel */
};

struct options {
	bool		datagrams;	/* -u */
	bool		broadcast;	/* -B */
	bool		listen;
	bool		keep;		/* -k */
	bool		echo;
	bool		binary;
	bool		zero;
	bool		keep_rest;
	bool		verbose;
	bool		has_own;	/* -s */
	bool		has_caller;	/* -c */
	bool		has_retarget;	/* -R */
	uint16_t	own_type;	/* -g */
	struct sockaddr_nb name;	/* to call, or to listen on */
	struct sockaddr_nb own;
	struct sockaddr_nb caller;
	struct nb_retarget retarget;
	const char	*command;	/* -e */
	const char	*scope;		/* -S, NULL: the node's */
	const char	*device;	/* -I */
	int		lana;		/* -L, NB_LANA_ANY */
	int		keepalive;	/* seconds, -1: the node's */
	size_t		max;		/* -m */
	unsigned int	max_sessions;
	unsigned int	count;		/* -n, 0: no end */
	int64_t		wait_ms;	/* -w, -1: for ever */
	int64_t		quiet_ms;	/* -q, -1: until the peer ends */
};

struct session;

struct hub {
	struct cat	*cat;
	struct feed	feed;
	struct drain	drain;
	struct session	*sessions;
	unsigned int	pending;	/* sessions that have not sent yet */
	bool		shared;		/* standard input and output */
	bool		ended;		/* only the drain is still worked on */
	bool		deaf;		/* the drain broke: drop what comes */
	bool		dirty;		/* a session left: pump again */
	bool		once;		/* the drain ends after what it has */
	bool		mute;		/* there is nobody yet to send to */
	struct hub	*next;		/* all hubs */
};

struct session {
	struct source	src;
	struct cat	*cat;
	struct hub	*hub;		/* NULL with --echo */
	struct session	*next;		/* in the hub */
	struct session	*next_dead;
	char		*pending;	/* message that the socket did not take */
	size_t		pending_len;
	bool		has_pending;
	bool		cut;		/* a message was too long, and it was said */
	bool		answer;		/* to one datagram; receives nothing */
	struct sockaddr_nb to;		/* -u: whom it sends to */
	struct nb_dgram_info info;	/* of the datagram that came last */
	char		peer[NB_NAME_TEXT_MAX];
};

struct cat {
	struct options	opt;
	struct loop	loop;
	struct source	listener;
	struct hub	*hubs;
	struct hub	*stdio;		/* NULL with -e and --echo */
	struct session	*dead;
	struct session	*datagrams;	/* -u, until it ends */
	unsigned int	received;	/* datagrams */
	unsigned int	sessions;
	bool		paused;		/* the listener waits for a session to end */
	int64_t		accept_until;	/* ms, -1: for ever */
	int64_t		quiet_until;	/* ms, -1: not set */
	char		*message;	/* room for opt.max octets */
	int		status;
};

/* main.c */
int64_t now_ms(void);
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cat_fail(struct cat *cat, int status);

/* options.c */
bool name_is_everybody(const struct sockaddr_nb *addr);
void options_parse(struct options *opt, int argc, char **argv);

/* endpoint.c: sockets and what goes wrong with them */
int endpoint_call(struct cat *cat);
int endpoint_listen(struct cat *cat);

/* listen.c */
int listener_start(struct cat *cat, int fd);
void listener_resume(struct cat *cat);
void listener_stop(struct cat *cat);

/* session.c */
struct session *session_new(struct cat *cat, int fd, const struct sockaddr_nb *peer);
void session_begin(struct session *s, struct hub *hub);
struct hub *session_command(struct session *s);
int session_start(struct cat *cat, int fd, const struct sockaddr_nb *peer, bool called);
void session_take(struct session *s, size_t len, int flags);
void session_failed(struct session *s, int err);
void session_send(struct session *s, const char *data, size_t len);
void session_update(struct session *s);
void session_end(struct session *s);
void session_reap(struct cat *cat);

/* datagram.c */
int datagram_start(struct cat *cat, int fd);
bool datagram_receive(struct session *s);
void datagram_failed(struct session *s, int err);
void datagram_resume(struct cat *cat);

/* hub.c */
struct hub *hub_new(struct cat *cat, int in, int out, bool shared);
void hub_pump(struct hub *hub);
void hub_update(struct hub *hub);
bool hub_takes(const struct hub *hub);
int hub_deliver(struct hub *hub, const char *data, size_t len, bool whole);
void hub_flush(struct hub *hub);
void hub_join(struct hub *hub, struct session *s);
void hub_leave(struct hub *hub, struct session *s);
void hub_hang_up(struct hub *hub);
bool hub_busy(const struct cat *cat);
void hub_reap(struct cat *cat);

/* child.c */
int child_start(const char *command, const struct session *s, int *in, int *out);

#endif /* _NBCAT_H */
