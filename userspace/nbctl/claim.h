/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NBCTL_CLAIM_H
#define _NBCTL_CLAIM_H

#include "nbctl.h"

/**
 * struct claim - a claim of a name whose end is waited for
 * @events: client that listens to events
 * @scope: scope of the node
 * @name: name and scope that are claimed
 * @end: the event that ended it, NULL before
 */
struct claim {
	struct nb_genl	*events;
	json_t		*scope;
	json_t		*name;
	json_t		*end;
};

/* In this order; each but the last returns an exit status */
int claim_watch(struct ctl *ctl, struct claim *claim);
void claim_expect(struct claim *claim, const struct nlmsghdr *nlh);
int claim_wait(struct ctl *ctl, struct claim *claim);
void claim_free(struct claim *claim);

#endif /* _NBCTL_CLAIM_H */
