// SPDX-License-Identifier: GPL-2.0
/*
 * What is set for an adapter, and what the helper tells of it. The kernel
 * keeps both for whoever asks; the datagram service reads them on its way.
 */
#include <linux/slab.h>
#include <linux/xarray.h>

#include "nb_adapter.h"

/**
 * nb_adapter_init() - prepare a node for adapters
 * @nn: node
 *
 * Context: process.
 */
void nb_adapter_init(struct nb_net *nn)
{
	mutex_init(&nn->adapter_lock);
	xa_init(&nn->adapters);
}

/**
 * nb_adapter_exit() - forget what is left of the adapters
 * @nn: node; nobody looks at it any more
 *
 * Context: process, may sleep.
 */
void nb_adapter_exit(struct nb_net *nn)
{
	struct nb_adapter *adapter;
	unsigned long ifindex;

	xa_for_each(&nn->adapters, ifindex, adapter)
		kfree(adapter);
	xa_destroy(&nn->adapters);
}

/**
 * nb_adapter_add() - an adapter has come
 * @nn: node
 * @lana: its number
 * @ifindex: its interface
 *
 * Context: process, may sleep. Takes nb_net.adapter_lock.
 * Return: 0 or -ENOMEM.
 */
int nb_adapter_add(struct nb_net *nn, u32 lana, int ifindex)
{
	struct nb_adapter *adapter;
	int err;

	adapter = kzalloc(sizeof(*adapter), GFP_KERNEL_ACCOUNT);
	if (!adapter)
		return -ENOMEM;
	adapter->lana = lana;
	adapter->ifindex = ifindex;
	adapter->settings.enabled = true;
	mutex_lock(&nn->adapter_lock);
	err = xa_err(xa_store(&nn->adapters, ifindex, adapter, GFP_KERNEL));
	mutex_unlock(&nn->adapter_lock);
	if (err)
		kfree(adapter);
	return err;
}

/**
 * nb_adapter_del() - an adapter has gone, and its settings with it
 * @nn: node
 * @ifindex: its interface; need not be known
 *
 * Context: process, may sleep. Takes nb_net.adapter_lock.
 */
void nb_adapter_del(struct nb_net *nn, int ifindex)
{
	struct nb_adapter *adapter;

	mutex_lock(&nn->adapter_lock);
	adapter = xa_erase(&nn->adapters, ifindex);
	mutex_unlock(&nn->adapter_lock);
	if (adapter)
		kfree_rcu(adapter, rcu);
}

/**
 * nb_adapter_find() - settings and condition of an adapter
 * @nn: node
 * @ifindex: its interface
 *
 * Context: RCU read side, or nb_net.adapter_lock is held; the entry is valid
 * until its end.
 * Return: the entry, or NULL if no such adapter has a LANA number.
 */
const struct nb_adapter *nb_adapter_find(struct nb_net *nn, int ifindex)
{
	return xa_load(&nn->adapters, ifindex);
}

/*
 * Puts a changed copy in the place of an adapter and tells of it. What takes
 * the place of an entry needs no memory but its own.
 */
static int replace(struct nb_net *nn, const struct nb_adapter *old,
		   const struct nb_adapter_settings *settings,
		   const struct nb_adapter_condition *condition)
{
	struct nb_adapter *adapter;

	lockdep_assert_held(&nn->adapter_lock);
	adapter = kmemdup(old, sizeof(*old), GFP_KERNEL_ACCOUNT);
	if (!adapter)
		return -ENOMEM;
	if (settings)
		adapter->settings = *settings;
	if (condition)
		adapter->condition = *condition;
	xa_store(&nn->adapters, adapter->ifindex, adapter, GFP_KERNEL);
	nb_event_adapter(nn, adapter);
	kfree_rcu((struct nb_adapter *)old, rcu);
	return 0;
}

static bool servers_equal(const struct nb_servers *a,
			  const struct nb_servers *b)
{
	return a->n == b->n &&
	       !memcmp(a->addr, b->addr, a->n * sizeof(a->addr[0]));
}

static bool settings_equal(const struct nb_adapter_settings *a,
			   const struct nb_adapter_settings *b)
{
	return a->enabled == b->enabled && a->node_type == b->node_type &&
	       servers_equal(&a->nbns, &b->nbns) &&
	       servers_equal(&a->nbdd, &b->nbdd);
}

/**
 * nb_adapter_configure() - change the settings of an adapter
 * @nn: node; @nn->adapter_lock is held
 * @ifindex: its interface
 * @settings: what they shall be
 *
 * Tells of it if anything is different.
 *
 * Context: process, may sleep.
 * Return: 0, -ENODEV if there is no such adapter, -ENOMEM.
 */
int nb_adapter_configure(struct nb_net *nn, int ifindex,
			 const struct nb_adapter_settings *settings)
{
	const struct nb_adapter *adapter = nb_adapter_find(nn, ifindex);

	if (!adapter)
		return -ENODEV;
	if (settings_equal(&adapter->settings, settings))
		return 0;
	return replace(nn, adapter, settings, NULL);
}

static bool condition_equal(const struct nb_adapter_condition *a,
			    const struct nb_adapter_condition *b)
{
	return a->type == b->type && a->addr == b->addr &&
	       a->broadcast == b->broadcast &&
	       a->nbns_available == b->nbns_available &&
	       a->nbns_current == b->nbns_current &&
	       a->nbdd_available == b->nbdd_available &&
	       a->nbdd_current == b->nbdd_current;
}

/**
 * nb_adapter_report() - change the condition of an adapter
 * @nn: node; @nn->adapter_lock is held
 * @ifindex: its interface
 * @condition: what it is now
 *
 * Tells of it if anything is different.
 *
 * Context: process, may sleep.
 * Return: 0, -ENODEV if there is no such adapter, -ENOMEM.
 */
int nb_adapter_report(struct nb_net *nn, int ifindex,
		      const struct nb_adapter_condition *condition)
{
	const struct nb_adapter *adapter = nb_adapter_find(nn, ifindex);

	if (!adapter)
		return -ENODEV;
	if (condition_equal(&adapter->condition, condition))
		return 0;
	return replace(nn, adapter, NULL, condition);
}

/**
 * nb_adapter_forget() - the helper is gone: no adapter is served any more
 * @nn: node
 *
 * Context: process, may sleep. Takes nb_net.adapter_lock.
 */
void nb_adapter_forget(struct nb_net *nn)
{
	static const struct nb_adapter_condition none;
	struct nb_adapter *adapter;
	unsigned long ifindex;

	mutex_lock(&nn->adapter_lock);
	xa_for_each(&nn->adapters, ifindex, adapter)
		nb_adapter_report(nn, ifindex, &none);
	mutex_unlock(&nn->adapter_lock);
}
