/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands of the classic NetBIOS interface, in a line each.
 */
#ifndef NCB_CALLS_H
#define NCB_CALLS_H

#include <stdbool.h>
#include <netbios/ncb.h>

struct nb_host;

/* The host of this process */
extern const struct nb_host *ncb_here;

/* Netbios(), there: the functions of nb_util.h leave us elsewhere. */
uint8_t ncb_go(struct ncb *ncb);

/* Names as nb_addr() has them, NULL leaves zeroes. */
void ncb_init(struct ncb *ncb, uint8_t command, const char *name, const char *called);
/* The same, and done: NRC_* */
uint8_t ncb_do(struct ncb *ncb, uint8_t command, const char *name, const char *called);

/* Is the command under way? As who waits for it has to ask. */
bool ncb_pending(const struct ncb *ncb);
/* Waits for the end of an ASYNCH command: NRC_*, NRC_PENDING if it does not come. */
uint8_t ncb_end(struct ncb *ncb);
uint8_t ncb_cancel(struct ncb *victim);

/* On a session; they are done when they return. */
uint8_t ncb_on(struct ncb *ncb, uint8_t command, uint8_t lsn, void *buf, uint16_t len);
/* With the number of a name. */
uint8_t ncb_by(struct ncb *ncb, uint8_t command, uint8_t num, void *buf, uint16_t len);

/*
 * A session: the number here, the socket of the peer there. Called from CLIENT
 * to SERVER; half seconds of time-outs. -1 or a negative errno if it fails.
 */
int ncb_session(const struct nb_host *server, int *peer, uint8_t rto, uint8_t sto);

/*
 * Takes a NODE STATUS REQUEST, 50 octets with the empty scope, and answers with one
 * name, that of a group, and the unit id 02:04:06:01:03:05.
 */
int ncb_answer_status(int fd, const char *name);

#endif /* NCB_CALLS_H */
