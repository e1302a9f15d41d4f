// SPDX-License-Identifier: GPL-2.0
/*
 * Scopes and keys: what the tables of names share.
 */
#include <linux/jhash.h>
#include <linux/slab.h>

#include "nb_core.h"

/**
 * nb_scope_new() - make a scope (NAME-021, NAME-022)
 * @labels: wire form without the final zero, valid
 * @len: octets in @labels
 * @gfp: how to allocate
 *
 * Context: any that @gfp allows.
 * Return: a scope with one reference, NULL for the empty one, or
 * ERR_PTR(-ENOMEM).
 */
struct nb_scope *nb_scope_new(const u8 *labels, u8 len, gfp_t gfp)
{
	struct nb_scope *scope;

	if (!len)
		return NULL;
	scope = kmalloc(struct_size(scope, labels, len), gfp);
	if (!scope)
		return ERR_PTR(-ENOMEM);
	refcount_set(&scope->ref, 1);
	scope->len = len;
	memcpy(scope->labels, labels, len);
	return scope;
}

/**
 * nb_scope_get() - take a reference
 * @scope: scope or NULL
 *
 * Context: any; the caller has a reference already, or a lock that keeps one.
 * Return: @scope.
 */
struct nb_scope *nb_scope_get(struct nb_scope *scope)
{
	if (scope)
		refcount_inc(&scope->ref);
	return scope;
}

/**
 * nb_scope_put() - give a reference back
 * @scope: scope or NULL
 *
 * Freed at once with the last one: what RCU readers look at keeps its
 * reference until a grace period has passed.
 *
 * Context: any.
 */
void nb_scope_put(struct nb_scope *scope)
{
	if (scope && refcount_dec_and_test(&scope->ref))
		kfree(scope);
}

/**
 * nb_key_init() - make the key of a name
 * @key: gets it
 * @name: NETBIOS_NAME_LEN octets; @key points there
 * @scope: scope or NULL; @key points there
 *
 * Context: any.
 */
void nb_key_init(struct nb_key *key, const u8 *name,
		 const struct nb_scope *scope)
{
	key->name = name;
	key->scope = scope ? scope->labels : NULL;
	key->scope_len = scope ? scope->len : 0;
}

/**
 * nb_key_equal() - whether two names are the same one (NAME-001, NAME-019)
 * @a: key
 * @b: key
 *
 * Context: any.
 * Return: true if all octets of the names and, but for the case, of the
 * scopes (NAME-020) are equal.
 */
bool nb_key_equal(const struct nb_key *a, const struct nb_key *b)
{
	return !memcmp(a->name, b->name, NETBIOS_NAME_LEN) &&
	       nb_wire_scope_equal(a->scope, a->scope_len,
				   b->scope, b->scope_len);
}

/* Apart: kernels that clear the stack would clear the buffer for every name. */
static noinline_for_stack u32 hash_scope(const struct nb_key *key, u32 seed)
{
	u8 folded[NB_WIRE_SCOPE_MAX];

	nb_wire_scope_fold(folded, key->scope, key->scope_len);
	return jhash(folded, key->scope_len, seed);
}

/**
 * nb_key_hash() - hash of a name, for rhashtable
 * @key: key
 * @seed: secret of the table, so that nobody can choose names that collide
 *
 * Context: any.
 * Return: equal for keys that nb_key_equal() finds equal.
 */
u32 nb_key_hash(const struct nb_key *key, u32 seed)
{
	u32 words[NETBIOS_NAME_LEN / sizeof(u32)];
	u32 hash;

	memcpy(words, key->name, sizeof(words));
	hash = jhash2(words, ARRAY_SIZE(words), seed);
	return key->scope_len ? hash_scope(key, hash) : hash;
}
