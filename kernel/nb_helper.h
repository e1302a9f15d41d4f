/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NB_HELPER_H
#define _NB_HELPER_H

#include "nb_upcall.h"

/* How long an answer is cached if the helper does not say, seconds (P-04) */
#define NB_CACHE_TTL_DEFAULT	600

/**
 * struct nb_answer - what the helper says about a request
 * @id: which request
 * @status: enum netbios_work_status
 * @addrs: addresses (resolve, suspect)
 * @has_ttl: @ttl is valid
 * @ttl: seconds that the answer may be cached
 * @state: state of the name (claim), 0 if not said
 */
struct nb_answer {
	u64		id;
	u32		status;
	struct nb_addrs	addrs;
	bool		has_ttl;
	u32		ttl;
	u8		state;
};

struct netlink_ext_ack;

int nb_helper_attach(struct nb_net *nn, u32 portid,
		     struct netlink_ext_ack *extack);
int nb_helper_take(struct nb_net *nn, u32 portid, struct nb_upcall *copy);
int nb_helper_next(struct nb_net *nn, u32 portid, u64 seq, u64 id,
		   struct nb_upcall *copy);
int nb_helper_answer(struct nb_net *nn, u32 portid,
		     const struct nb_answer *answer,
		     struct netlink_ext_ack *extack);
bool nb_helper_addr_ok(__be32 addr);
int nb_helper_init(void);
void nb_helper_exit(void);

#endif /* _NB_HELPER_H */
