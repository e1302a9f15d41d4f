/* SPDX-License-Identifier: GPL-2.0 */
/*
 * nbctl diagnose: what its parts share.
 */
#ifndef _NBCTL_DIAGNOSE_H
#define _NBCTL_DIAGNOSE_H

#include <netinet/in.h>

#include "nbctl.h"

/**
 * struct diagnosis - what is known about a name so far
 * @ctl: of the command
 * @name: the name that cannot be found or called
 * @word: the same as it was typed
 * @text: the same as text
 * @scope: where it is looked for
 * @port: TCP port that calls go to
 * @given: @addr was given, so the name service does not count
 * @addr: where it is, 0 before that is known
 * @heard: the host has answered on UDP port 137
 * @no_helper: nobody does the name service
 * @steps: array: what was tried, with what result
 * @verdict: a word for programs, NULL before the reason is found
 * @reason: the same for people
 * @advice: what may help, "" if nothing comes to mind
 */
struct diagnosis {
	struct ctl		*ctl;
	struct sockaddr_nb	name;
	const char		*word;
	char			text[NB_NAME_TEXT_MAX];
	char			scope[NETBIOS_SCOPE_MAX + 1];
	int			port;
	bool			given;
	struct in_addr		addr;
	bool			heard;
	bool			no_helper;
	json_t			*steps;
	const char		*verdict;
	char			reason[512];
	char			advice[512];
};

/**
 * enum step_result - how a step went
 * @STEP_OK: as it should
 * @STEP_NOTE: it does not have to be so, but may matter
 * @STEP_FAILED: this is why, or a part of it
 */
enum step_result { STEP_OK, STEP_NOTE, STEP_FAILED };

/**
 * step() - put down what was tried
 * @d: diagnosis
 * @name: one word
 * @result: how it went
 * @format: what was seen, as printf(3)
 */
void step(struct diagnosis *d, const char *name, enum step_result result, const char *format,
	  ...) __attribute__((format(printf, 4, 5)));

/**
 * conclude() - the reason is found
 * @d: diagnosis; a reason that it has already stays
 * @verdict: a word
 * @advice: what may help, or ""
 * @format: the reason, one sentence, as printf(3)
 */
void conclude(struct diagnosis *d, const char *verdict, const char *advice,
	      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* diagnose_node.c: this node. Return: STATUS_OK, or STATUS_FAILED to stop. */
int diagnose_node(struct diagnosis *d);
int diagnose_own(struct diagnosis *d);
/* Return: an adapter has name servers */
bool diagnose_has_nbns(struct diagnosis *d);
/* Return: ... and none of them answers */
bool diagnose_nbns_down(struct diagnosis *d);

/* diagnose_name.c: where the name is, or is there in another scope */
void diagnose_resolve(struct diagnosis *d);
void diagnose_scopes(struct diagnosis *d);

/* diagnose_call.c: the host that has it; of several addresses the one that counts */
void diagnose_choose(struct diagnosis *d, const struct nb_resolve *answer);
void diagnose_status(struct diagnosis *d);
void diagnose_call(struct diagnosis *d);

#endif /* _NBCTL_DIAGNOSE_H */
