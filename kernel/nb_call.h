/* SPDX-License-Identifier: GPL-2.0 */
/* A call on its way: what nb_connect.c and nb_call.c share. */
#ifndef _NB_CALL_H
#define _NB_CALL_H

#include "nb_sock.h"

enum nb_call_phase {
	CALL_RESOLVE,		/* to look the name up */
	CALL_ASKED,		/* the helper works on it */
	CALL_CONNECT,		/* to connect to addrs[next] or the retarget */
	CALL_CONNECTING,	/* TCP works on it */
	CALL_REQUESTED,		/* SESSION REQUEST is out */
	CALL_PAUSE,		/* SESSION_RETRY_TIMER runs, then CONNECT */
};

/**
 * struct nb_call - a call on its way
 * @waiter: answer of the helper, when phase is CALL_ASKED
 * @nsk: the socket
 * @answered: the helper has answered: @answer_err, @addrs
 * @answer_err: 0 or a negative errno
 * @waits: connect() waits and runs the call itself
 * @phase: what comes next
 * @addrs: where the name is
 * @next: index in @addrs of the current try
 * @tries: connections made; at most SSN_RETRY_COUNT (SS-038)
 * @local: the name is held by this very node
 * @refused: refused once already (SS-030)
 * @retargeted: the current try goes to @target
 * @told: the helper was told that an address is suspect
 * @suspect: that address
 * @target: address from a RETARGET RESPONSE
 * @target_port: and its port
 * @deadline: jiffies when the current phase is given up
 */
struct nb_call {
	struct nb_waiter	waiter;
	struct nb_sock		*nsk;
	bool			answered;
	int			answer_err;
	bool			waits;
	u8			phase;
	struct nb_addrs		addrs;
	unsigned int		next;
	unsigned int		tries;
	bool			local;
	bool			refused;
	bool			retargeted;
	bool			told;
	__be32			suspect;
	__be32			target;
	__be16			target_port;
	unsigned long		deadline;
};

int nb_call_step(struct nb_call *call);
void nb_call_answered(struct nb_waiter *w, int err,
		      const struct nb_addrs *addrs);

#endif /* _NB_CALL_H */
