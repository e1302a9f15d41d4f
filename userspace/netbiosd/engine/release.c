// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: giving names up.
 *
 *   B  by broadcast (RFC 1002 5.1.1.4)
 *   P  at the name server (5.1.2.4)
 *   M  at the server, then by broadcast (5.1.3.4)
 *   H  the same; a server that cannot be reached is left to forget the name
 *      in its own time, or with strict_release asked when it is back (E-37)
 */
#include <stdlib.h>

#include "node.h"

/**
 * struct release_step - one adapter
 * @release: back
 * @adapter: where
 * @left: server that believes something that is no longer true, 0 if none
 * @entry: what the network believes
 * @txn: what runs; NULL: nothing any more
 */
struct release_step {
	struct release	*release;
	struct adapter	*adapter;
	uint32_t	left;
	struct ns_entry	entry;
	struct txn	*txn;
};

/**
 * struct release - a name that is given up
 * @next: list of all
 * @engine: back
 * @name: in the table, state RELEASING; NULL: what is released is not in it
 * @wire: the name
 * @group: it is a group name
 * @work: who waits, or NULL
 * @told: the kernel asked for it, so it need not be told that the name is gone
 * @released: a server says that it is gone
 * @refused: a server says that the name stays (H-018)
 * @withheld: a server has still to be asked (H-019)
 * @pending: steps that run, and one more while they are started
 * @n: steps
 * @step: they
 */
struct release {
	struct release		*next;
	struct nbd_engine	*engine;
	struct name		*name;
	struct ns_name		wire;
	bool			group;
	struct work		*work;
	bool			told;
	bool			released;
	bool			refused;
	bool			withheld;
	unsigned int		pending;
	unsigned int		n;
	struct release_step	step[];
};

static void forget(struct release *release)
{
	struct nbd_engine *e = release->engine;
	struct release **p;
	unsigned int i;

	for (p = &e->releases; *p != release; p = &(*p)->next)
		;
	*p = release->next;
	for (i = 0; i < release->n; i++)
		txn_end(&release->step[i].txn);
	work_drop(e, release->work);
	free(release);
}

/* The name stays with this node, without a holder */
static void keep(struct release *release)
{
	struct nbd_engine *e = release->engine;
	struct name *name = release->name;

	name->state = NETBIOS_NAME_STATE_REGISTERED;
	name->release_due = release->withheld;
	name_settle(e, name);
	for (struct reg *reg = name->regs; reg; reg = reg->next) {
		if (reg->state == REG_SERVER)
			refresh_schedule(reg, &e->adapter[reg->slot]);
		else if (reg->state == REG_LEFT)
			reg_soon(e, reg, 0);
	}
}

static void end(struct release *release)
{
	struct nbd_engine *e = release->engine;
	struct name *name = release->name;
	/* nmbd refuses the second address of a name of which it has released the first */
	bool refused = release->refused && !release->released;
	bool stays = name && (refused || release->withheld);
	struct nbd_key key;

	/* Nobody waits any more: the kernel has taken our silence for consent */
	if (release->told && !release->work)
		stays = false;

	work_status(e, release->work, stays ? NETBIOS_WORK_STATUS_REFUSED :
		    NETBIOS_WORK_STATUS_OK);
	release->work = NULL;
	if (stays) {
		keep(release);
	} else if (name) {
		key = name_key(name);
		if (!release->told)
			e->ops->name_del(e->os, &key);
		name->state = NETBIOS_NAME_STATE_GONE;
		name_free(e, name);
	}
	forget(release);
}

static void step_done(struct release_step *step)
{
	struct release *release = step->release;

	txn_end(&step->txn);
	if (!--release->pending)
		end(release);
}

static void broadcast_silence(struct txn *txn)
{
	step_done(txn->owner);
}

static const struct txn_ops broadcast_ops = {
	.answer = txn_unanswered,
	.silence = broadcast_silence,
};

static void broadcast(struct release_step *step)
{
	struct release *release = step->release;

	txn_end(&step->txn);
	if (!adapter_broadcasts(step->adapter)) {
		step_done(step);
		return;
	}
	step->txn = txn_start(step->adapter, &(struct request) {
		.ops = &broadcast_ops,
		.owner = step,
		.name = &release->wire,
		.opcode = NS_OP_RELEASE,
		.background = true,
		.entry = step->entry,
	});
}

static void server_answer(struct txn *txn, const struct ns_packet *packet, uint32_t from)
{
	struct release_step *step = txn->owner;
	unsigned int rcode = packet->flags & NS_RCODE;

	(void)from;
	if (!rcode || rcode == NS_NAM_ERR) {	/* it is gone, or was not there */
		step->release->released = true;
		broadcast(step);	/* H-017, NS-067 */
		return;
	}
	/* No demand; with ACT_ERR the name is another node's (H-018) */
	if (step->adapter->type != NBD_TYPE_H || rcode != NS_ACT_ERR)
		step->release->refused = true;
	step_done(step);
}

/* An H node without a server */
static void without_server(struct release_step *step)
{
	if (step->release->name && step->release->engine->config.strict_release) {
		step->release->withheld = true;	/* H-019 */
		step_done(step);
	} else {
		broadcast(step);		/* H-020 */
	}
}

static void server_silence(struct txn *txn)
{
	struct release_step *step = txn->owner;

	if (step->adapter->type == NBD_TYPE_H)
		without_server(step);
	else
		step_done(step);	/* silence is consent (E-33) */
}

static const struct txn_ops server_ops = {
	.answer = server_answer,
	.silence = server_silence,
};

/* To the server in use, or to @step->left */
static void ask_server(struct release_step *step)
{
	step->txn = txn_start(step->adapter, &(struct request) {
		.ops = &server_ops,
		.owner = step,
		.name = &step->release->wire,
		.opcode = NS_OP_RELEASE,
		.dest = step->left,
		.nbns = !step->left,
		.background = true,
		.entry = step->entry,
	});
}

static void start_step(struct release_step *step, enum reg_state state)
{
	struct adapter *a = step->adapter;

	if (!leave_can_send(a)) {
		step_done(step);
	} else if (step->left) {
		ask_server(step);
	} else if (!adapter_has_servers(a) || state == REG_PROVISIONAL ||
		   state == REG_BROADCAST || state == REG_LEFT) {
		broadcast(step);
	} else if (state != REG_SERVER) {
		step_done(step);
	} else if (nbns_usable(a)) {
		ask_server(step);
	} else if (a->type == NBD_TYPE_H) {
		without_server(step);
	} else {
		step_done(step);
	}
}

/* May a server believe that the name is here? */
static bool with_server(const struct reg *reg)
{
	return reg->state == REG_SERVER || leg_at_server(reg->leg) ||
	       (reg->state == REG_LEFT && reg->nbns);
}

static void add_step(struct release *release, struct reg *reg)
{
	struct release_step *step = &release->step[release->n++];

	step->release = release;
	step->adapter = &release->engine->adapter[reg->slot];
	step->entry = adapter_entry(step->adapter, release->group);
	if (reg->state == REG_LEFT) {
		step->left = reg->nbns;
		step->entry = leave_entry(step->adapter, release->group);
	}
	release->pending++;
}

/* Start a release of what @name is registered for; with @undo the name goes at once */
static void start(struct nbd_engine *e, struct name *name, struct work *work, bool undo)
{
	enum reg_state state[ADAPTERS_MAX];
	struct release *release;
	struct reg *reg;
	unsigned int n = 0, i;

	for (reg = name->regs; reg; reg = reg->next)
		n++;
	release = alloc_zeroed(sizeof(*release) + n * sizeof(release->step[0]));
	release->engine = e;
	release->name = undo ? NULL : name;
	name_wire(name, &release->wire);
	release->group = name->group;
	release->work = work;
	release->told = work;
	if (work)
		work->owner = release;
	release->next = e->releases;
	e->releases = release;
	release->pending = 1;
	for (reg = name->regs; reg; reg = reg->next) {
		if (undo && !with_server(reg))
			continue;
		state[release->n] = leg_at_server(reg->leg) ? REG_SERVER : reg->state;
		if (reg->leg)
			leg_free(reg->leg);
		timer_stop(&e->background, &reg->timer);
		add_step(release, reg);
	}
	for (i = 0; i < release->n; i++)
		start_step(&release->step[i], state[i]);
	if (!--release->pending)
		end(release);
}

/**
 * release_undo() - give back what servers have granted to a failed claim, or are
 *	just about to
 * @e: engine
 * @name: name; it goes afterwards
 */
void release_undo(struct nbd_engine *e, struct name *name)
{
	const struct reg *reg;

	for (reg = name->regs; reg; reg = reg->next) {
		if (with_server(reg)) {
			start(e, name, NULL, true);
			return;
		}
	}
}

/**
 * release_due() - a server is back that has to release a name (H-019)
 * @e: engine
 * @name: name
 */
void release_due(struct nbd_engine *e, struct name *name)
{
	name->release_due = false;
	name->state = NETBIOS_NAME_STATE_RELEASING;
	start(e, name, NULL, false);
}

/**
 * release_forget() - a name that was being released is claimed again, or gone
 * @e: engine
 * @name: name
 */
void release_forget(struct nbd_engine *e, const struct name *name)
{
	struct release *release = e->releases;

	while (release && release->name != name)
		release = release->next;
	if (release)
		forget(release);
}

/**
 * release_cancel() - the kernel does not wait any more; the network is told all
 *	the same
 * @release: release
 */
void release_cancel(struct release *release)
{
	work_drop(release->engine, release->work);
	release->work = NULL;
}

/**
 * release_deadline() - the kernel will not wait much longer
 * @release: release
 */
void release_deadline(struct release *release)
{
	struct work *work = release->work;

	release->work = NULL;
	work_status(release->engine, work, NETBIOS_WORK_STATUS_OK);
}

/**
 * release_adapter_gone() - nothing can be sent there any more
 * @a: adapter
 */
void release_adapter_gone(struct adapter *a)
{
	struct release *release, *next;
	unsigned int i;

	for (release = a->engine->releases; release; release = next) {
		next = release->next;
		for (i = 0; i < release->n; i++) {
			if (release->step[i].adapter == a && release->step[i].txn) {
				step_done(&release->step[i]);
				break;	/* there is one an adapter, and it may be gone */
			}
		}
	}
}

/**
 * release_runs() - is a name being released on an adapter?
 * @a: adapter
 *
 * Return: true if so.
 */
bool release_runs(const struct adapter *a)
{
	const struct release *release;
	unsigned int i;

	for (release = a->engine->releases; release; release = release->next)
		for (i = 0; i < release->n; i++)
			if (release->step[i].adapter == a && release->step[i].txn)
				return true;
	return false;
}

/*
 * A name that the helper before us held, and was to release: it goes from where
 * it may be
 */
static struct name *inherit(struct nbd_engine *e, const struct nbd_work *w,
			    const struct ns_name *wire)
{
	struct name *name = name_new(e, wire, w->key.scope);
	struct adapter *a;

	name->state = NETBIOS_NAME_STATE_REGISTERED;
	name->group = w->group;
	name->ifindex = w->ifindex;
	for_each_adapter(e, a)
		if (name_on(name, a))
			reg_get(name, a)->state = adapter_has_servers(a) ? REG_SERVER :
									   REG_BROADCAST;
	return name;
}

/**
 * release_work() - the kernel has given a name up
 * @e: engine
 * @w: work
 */
void release_work(struct nbd_engine *e, const struct nbd_work *w)
{
	struct ns_name wire;
	struct name *name = NULL;

	if (!ns_name_set(&wire, w->key.name, w->key.scope)) {
		name = name_find(e, &wire);
		if (!name)
			name = inherit(e, w, &wire);
	}
	if (name_held(name)) {
		name->state = NETBIOS_NAME_STATE_RELEASING;
		start(e, name, work_new(e, w, NULL), false);
		return;
	}
	/* In conflict: not this node's, nothing to tell the network */
	if (name && name->state != NETBIOS_NAME_STATE_RELEASING)
		name_free(e, name);
	e->ops->work_done(e->os, w->id, &(struct nbd_answer) {
		.status = NETBIOS_WORK_STATUS_OK });
}

/**
 * releases_free() - forget all
 * @e: engine
 */
void releases_free(struct nbd_engine *e)
{
	while (e->releases)
		forget(e->releases);
}
