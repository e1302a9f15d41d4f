/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netbiosd: what is done for a name: claims, one leg an adapter, refreshes, releases,
 * and what an adapter leaves behind.
 */
#ifndef _NETBIOSD_LEG_H
#define _NETBIOSD_LEG_H

#include <stdbool.h>
#include <stdint.h>
#include <wire/ns_packet.h>
#include "../engine.h"
#include "txn.h"

struct claim;
struct name;
struct nbd_adapter;
struct reg;
struct release;
struct work;

/**
 * struct leg - the claim of a name on one adapter, or a refresh, or its end
 * @engine: back
 * @reg: what it works for
 * @adapter: where
 * @claim: on behalf of; NULL: in the background
 * @broadcast: broadcast part, while it runs
 * @unicast: part with the name server, or a challenge, while it runs
 * @step: enum leg_step of leg.c
 * @owner: putative owner who is challenged
 * @rival: who claims the same name by broadcast, 0: nobody was heard
 * @result: reg_state that it will have
 * @plain: no multihomed registration any more
 * @several: multihomed registration, whatever the settings
 */
struct leg {
	struct nbd_engine	*engine;
	struct reg		*reg;
	struct adapter		*adapter;
	struct claim		*claim;
	struct txn		*broadcast;
	struct txn		*unicast;
	uint8_t			step;
	uint8_t			result;
	bool			plain;
	bool			several;
	uint32_t		owner;
	uint32_t		rival;
};

void leg_start(struct reg *reg, struct adapter *a, struct claim *claim);
void leg_server(struct reg *reg, struct adapter *a);
void leg_free(struct leg *leg);
bool leg_gives_way(struct leg *leg, uint32_t other);
void leg_yield(struct leg *leg, uint32_t to);
bool leg_can_hurry(const struct leg *leg);
bool leg_at_server(const struct leg *leg);
void leg_hurry(struct leg *leg);

/* refresh.c */
void refresh_start(struct reg *reg, struct adapter *a);
void refresh_schedule(struct reg *reg, struct adapter *a);
void reg_timer(struct nbd_engine *e, struct timer *timer);
void reg_soon(struct nbd_engine *e, struct reg *reg, uint32_t ms);
void refresh_all(struct adapter *a);
void refresh_hasten(struct nbd_engine *e, const struct nbd_config *old);

/* leave.c */
void leave_begin(struct adapter *a, const struct nbd_adapter *next);
void leave_reg(struct reg *reg, struct adapter *a, const struct nbd_adapter *next);
bool leave_is_over(struct reg *reg, struct adapter *a);
void leave_start(struct reg *reg, struct adapter *a);
struct ns_entry leave_entry(const struct adapter *a, bool group);
bool leave_can_send(const struct adapter *a);
bool leave_goes_on(const struct adapter *a);
void leave_look(struct nbd_engine *e);

/* claim.c */
void claim_work(struct nbd_engine *e, const struct nbd_work *work);
void claim_leg_done(struct claim *claim);
void claim_leg_failed(struct claim *claim, uint32_t status, uint32_t by);
void claim_leg_gone(struct claim *claim);
void claim_cancel(struct claim *claim);
void claim_deadline(struct claim *claim);
void claim_drop(struct claim *claim);
void claim_demand(struct adapter *a, const struct name *name);

/* release.c */
void release_work(struct nbd_engine *e, const struct nbd_work *work);
void release_cancel(struct release *release);
void release_deadline(struct release *release);
void release_undo(struct nbd_engine *e, struct name *name);
void release_due(struct nbd_engine *e, struct name *name);
void release_forget(struct nbd_engine *e, const struct name *name);
void release_adapter_gone(struct adapter *a);
bool release_runs(const struct adapter *a);
void releases_free(struct nbd_engine *e);

#endif /* _NETBIOSD_LEG_H */
