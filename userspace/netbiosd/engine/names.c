// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: the names of this node, a copy of the kernel's table with what the
 * network knows of each.
 */
#include <stdlib.h>
#include <string.h>

#include "node.h"

#define BUCKETS_MIN	256

/* Names a bucket, at most: a longer chain costs a query next to nothing */
#define LOAD_MAX	2

/*
 * Memory of a name on one adapter: itself and a registration, one pointer in the
 * hash table at worst, one in the heap of timers.
 */
_Static_assert(sizeof(struct name) + sizeof(struct reg) + 2 * sizeof(void *) <= 200,
	       "a name takes too much memory");

static uint64_t mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint8_t fold(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Keyed, so that programs cannot choose names that fall into one bucket */
static uint32_t name_hash(const struct names *names, const uint8_t *octets,
			  const struct ns_name *scope)
{
	uint64_t half[2], hash;
	unsigned int i;

	memcpy(half, octets, sizeof(half));
	hash = mix(half[0] ^ names->seed[0], half[1] ^ names->seed[1]);
	for (i = 0; i < scope->scope_len; i++)
		hash = mix(hash ^ fold(scope->scope[i]), names->seed[0] | 1);
	return hash ^ hash >> 32;
}

static struct name **bucket(struct names *names, uint32_t hash)
{
	return &names->bucket[hash & (names->buckets - 1)];
}

static bool same_scope(const struct scope *scope, const struct ns_name *name)
{
	unsigned int i;

	if (scope->name.scope_len != name->scope_len)
		return false;
	for (i = 0; i < name->scope_len; i++)
		if (fold(scope->name.scope[i]) != fold(name->scope[i]))
			return false;
	return true;
}

/**
 * names_init() - an empty table
 * @e: engine
 */
void names_init(struct nbd_engine *e)
{
	e->ops->random(e->os, e->names.seed, sizeof(e->names.seed));
	e->names.pool.size = sizeof(struct name);
	e->names.reg_pool.size = sizeof(struct reg);
	e->names.buckets = BUCKETS_MIN;
	e->names.bucket = alloc_zeroed(BUCKETS_MIN * sizeof(struct name *));
}

/**
 * names_free() - forget all names
 * @e: engine
 */
void names_free(struct nbd_engine *e)
{
	while (e->names.scopes)
		name_free(e, e->names.scopes->names);
	free(e->names.bucket);
}

static void grow(struct names *names)
{
	struct name **old = names->bucket, *name, *next, **to;
	uint32_t i, n = names->buckets;

	names->buckets = 2 * n;
	names->bucket = alloc_zeroed(names->buckets * sizeof(*names->bucket));
	for (i = 0; i < n; i++) {
		for (name = old[i]; name; name = next) {
			next = name->hash_next;
			to = bucket(names, name_hash(names, name->octets, &name->scope->name));
			name->hash_next = *to;
			*to = name;
		}
	}
	free(old);
}

/**
 * scope_find() - the scope of a name from the wire
 * @e: engine
 * @name: name
 *
 * Return: the scope, NULL if no name of ours is in it.
 */
struct scope *scope_find(struct nbd_engine *e, const struct ns_name *name)
{
	struct scope *scope;

	for (scope = e->names.scopes; scope; scope = scope->next)
		if (same_scope(scope, name))
			return scope;
	return NULL;
}

static struct scope *scope_get(struct nbd_engine *e, const struct ns_name *name,
			       const char *text)
{
	struct scope *scope = scope_find(e, name);

	if (scope)
		return scope;
	scope = alloc_zeroed(sizeof(*scope));
	scope->name = *name;
	strncpy(scope->text, text, sizeof(scope->text) - 1);
	scope->next = e->names.scopes;
	e->names.scopes = scope;
	return scope;
}

static void scope_free(struct nbd_engine *e, struct scope *scope)
{
	struct scope **p;

	for (p = &e->names.scopes; *p != scope; p = &(*p)->next)
		;
	*p = scope->next;
	free(scope);
}

/**
 * name_find() - is this name in the table?
 * @e: engine
 * @name: name
 *
 * Return: the name in any state, or NULL.
 */
struct name *name_find(struct nbd_engine *e, const struct ns_name *name)
{
	struct name *n = *bucket(&e->names, name_hash(&e->names, name->octets, name));

	while (n && (memcmp(n->octets, name->octets, NETBIOS_NAME_LEN) ||
		     !same_scope(n->scope, name)))
		n = n->hash_next;
	return n;
}

/**
 * name_new() - enter a name that is not there yet
 * @e: engine
 * @name: name
 * @scope: its scope as text
 *
 * Return: the entry, in state GONE.
 */
struct name *name_new(struct nbd_engine *e, const struct ns_name *name, const char *scope)
{
	struct name *n = pool_alloc(&e->names.pool), **to;

	if (e->names.n >= LOAD_MAX * e->names.buckets)
		grow(&e->names);
	memcpy(n->octets, name->octets, NETBIOS_NAME_LEN);
	n->scope = scope_get(e, name, scope);
	n->next = n->scope->names;
	if (n->next)
		n->next->prev = n;
	n->scope->names = n;
	to = bucket(&e->names, name_hash(&e->names, n->octets, name));
	n->hash_next = *to;
	*to = n;
	e->names.n++;
	return n;
}

/**
 * name_free() - take a name out, end what runs for it, tell nobody
 * @e: engine
 * @name: name
 */
void name_free(struct nbd_engine *e, struct name *name)
{
	struct scope *scope = name->scope;
	struct name **p;

	if (name->claim)
		claim_drop(name->claim);
	if (name->state == NETBIOS_NAME_STATE_RELEASING)
		release_forget(e, name);
	name_forget_regs(e, name);
	p = bucket(&e->names, name_hash(&e->names, name->octets, &scope->name));
	while (*p != name)
		p = &(*p)->hash_next;
	*p = name->hash_next;
	if (name->prev)
		name->prev->next = name->next;
	else
		scope->names = name->next;
	if (name->next)
		name->next->prev = name->prev;
	if (!scope->names)
		scope_free(e, scope);
	e->names.n--;
	pool_free(&e->names.pool, name);
}

/**
 * name_wire() - a name for the wire
 * @name: name
 * @wire: result
 */
void name_wire(const struct name *name, struct ns_name *wire)
{
	const struct ns_name *scope = &name->scope->name;

	memcpy(wire->octets, name->octets, NETBIOS_NAME_LEN);
	wire->scope_len = scope->scope_len;
	memcpy(wire->scope, scope->scope, scope->scope_len);
}

/**
 * name_key() - a name for the kernel
 * @name: name
 *
 * Return: the key; its scope is valid as long as @name.
 */
struct nbd_key name_key(const struct name *name)
{
	struct nbd_key key = { .scope = name->scope->text };

	memcpy(key.name, name->octets, NETBIOS_NAME_LEN);
	return key;
}

/**
 * name_held() - is it this node's? Names in conflict are not (NS-078)
 * @name: name or NULL
 *
 * Return: true if so.
 */
bool name_held(const struct name *name)
{
	return name && (name->state == NETBIOS_NAME_STATE_REGISTERED ||
			name->state == NETBIOS_NAME_STATE_PROVISIONAL);
}

/**
 * name_granted() - is it this node's for a name server? It may ask us, by then, for
 *	that of the next adapter, while the claim goes on
 * @name: name or NULL
 *
 * Return: true if so.
 */
bool name_granted(const struct name *name)
{
	const struct reg *reg;

	if (name_held(name))
		return true;
	if (!name || !name->claim)
		return false;
	for (reg = name->regs; reg; reg = reg->next)
		if (reg->state == REG_SERVER)
			return true;
	return false;
}

/**
 * name_on() - does a name belong to an adapter?
 * @name: name
 * @a: adapter
 *
 * Return: true if so.
 */
bool name_on(const struct name *name, const struct adapter *a)
{
	return !name->ifindex || name->ifindex == a->conf.ifindex;
}

/**
 * name_state() - a name has another state, and the kernel is told
 * @e: engine
 * @name: name
 * @state: REGISTERED, PROVISIONAL or CONFLICT
 */
void name_state(struct nbd_engine *e, struct name *name, enum netbios_name_state state)
{
	const struct nbd_key key = name_key(name);

	name->state = state;
	name->changed = e->now / 1000;
	e->ops->name_set(e->os, &key, state);
}

/**
 * name_settle() - a registration has changed: is the name provisional now, or
 *	is it not any more?
 * @e: engine
 * @name: name
 */
void name_settle(struct nbd_engine *e, struct name *name)
{
	enum netbios_name_state state = NETBIOS_NAME_STATE_REGISTERED;
	const struct reg *reg;

	if (!name_held(name))
		return;
	for (reg = name->regs; reg; reg = reg->next) {
		if (reg->state == REG_LEFT && !e->adapter[reg->slot].active)
			continue;
		if (reg->state == REG_UNCLAIMED || reg->state == REG_LEFT)
			return;	/* no news until all are through */
		if (reg->state == REG_PROVISIONAL)
			state = NETBIOS_NAME_STATE_PROVISIONAL;
	}
	if (name->state != state)
		name_state(e, name, state);
}

/**
 * reg_find() - the registration of a name on an adapter
 * @name: name
 * @a: adapter
 *
 * Return: the registration, or NULL.
 */
struct reg *reg_find(const struct name *name, const struct adapter *a)
{
	struct reg *reg = name->regs;

	while (reg && reg->slot != a->slot)
		reg = reg->next;
	return reg;
}

/**
 * reg_get() - the registration of a name on an adapter, made if need be
 * @name: name
 * @a: adapter
 *
 * Return: the registration.
 */
struct reg *reg_get(struct name *name, struct adapter *a)
{
	struct reg *reg = reg_find(name, a);

	if (reg)
		return reg;
	reg = pool_alloc(&a->engine->names.reg_pool);
	reg->timer.kind = TIMER_REG;
	reg->name = name;
	reg->slot = a->slot;
	reg->next = name->regs;
	name->regs = reg;
	return reg;
}

/**
 * reg_free() - forget a registration, end what runs for it
 * @e: engine
 * @reg: registration
 */
void reg_free(struct nbd_engine *e, struct reg *reg)
{
	struct reg **p;

	if (reg->leg)
		leg_free(reg->leg);
	timer_stop(&e->background, &reg->timer);
	e->adapter[reg->slot].n_left -= reg->state == REG_LEFT;
	for (p = &reg->name->regs; *p != reg; p = &(*p)->next)
		;
	*p = reg->next;
	pool_free(&e->names.reg_pool, reg);
}

/**
 * name_forget_regs() - forget all registrations of a name
 * @e: engine
 * @name: name
 */
void name_forget_regs(struct nbd_engine *e, struct name *name)
{
	while (name->regs)
		reg_free(e, name->regs);
}

/**
 * names_on_adapter() - do something for all names that belong to an adapter
 * @a: adapter
 * @fn: what; may take out this name, but no other
 * @data: for @fn
 */
void names_on_adapter(struct adapter *a,
		      void (*fn)(struct adapter *a, struct name *name, const void *data),
		      const void *data)
{
	struct scope *scope, *next_scope;
	struct name *name, *next;

	for (scope = a->engine->names.scopes; scope; scope = next_scope) {
		next_scope = scope->next;
		for (name = scope->names; name; name = next) {
			next = name->next;
			if (name_on(name, a))
				fn(a, name, data);
		}
	}
}

/**
 * names_unique() - some unique name that is held on an adapter, for polls
 * @e: engine
 * @a: adapter
 *
 * Return: the permanent name if it will do, else another one, or NULL.
 */
struct name *names_unique(struct nbd_engine *e, const struct adapter *a)
{
	struct ns_name permanent;
	struct scope *scope;
	struct name *name;

	if (e->has_permanent && !ns_name_set(&permanent, e->permanent, e->scope)) {
		name = name_find(e, &permanent);
		if (name_held(name) && name_on(name, a))
			return name;
	}
	for (scope = e->names.scopes; scope; scope = scope->next)
		for (name = scope->names; name; name = name->next)
			if (name_held(name) && !name->group && name_on(name, a))
				return name;
	return NULL;
}
