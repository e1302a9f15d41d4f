// SPDX-License-Identifier: GPL-2.0
/*
 * LANA numbers: each adapter but the loopback has one while it is in the
 * namespace, the lowest that is free when it comes.
 */
#include <linux/netdevice.h>
#include <linux/xarray.h>

#include "nb_adapter.h"

#define LANA_MAX	65535

static int lana_add(struct nb_net *nn, const struct net_device *dev)
{
	u32 lana;
	int err;

	err = xa_alloc(&nn->lanas, &lana, xa_mk_value(dev->ifindex),
		       XA_LIMIT(0, LANA_MAX), GFP_KERNEL);
	if (err)
		return err;
	err = nb_adapter_add(nn, lana, dev->ifindex);
	if (err)
		xa_erase(&nn->lanas, lana);
	return err;
}

static void lana_del(struct nb_net *nn, const struct net_device *dev)
{
	unsigned long lana;
	void *entry;

	nb_adapter_del(nn, dev->ifindex);
	xa_for_each(&nn->lanas, lana, entry) {
		if (xa_to_value(entry) == dev->ifindex) {
			xa_erase(&nn->lanas, lana);
			return;
		}
	}
}

/* Called with RTNL held, which serialises it with itself. */
static int lana_event(struct notifier_block *nb, unsigned long event,
		      void *ptr)
{
	const struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct nb_net *nn = container_of(nb, struct nb_net, lana_nb);
	int err = 0;

	if (dev->flags & IFF_LOOPBACK)
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_REGISTER:
		/* without a number it can still be had by its name */
		err = lana_add(nn, dev);
		net_dbg_ratelimited("netbios: LANA for %s: %d\n", dev->name,
				    err);
		break;
	case NETDEV_UNREGISTER:
		lana_del(nn, dev);
		break;
	}
	return NOTIFY_DONE;
}

/**
 * nb_lana_init() - begin to number the adapters of a namespace
 * @nn: node
 *
 * Context: process, may sleep; takes RTNL.
 * Return: 0 or a negative errno.
 */
int nb_lana_init(struct nb_net *nn)
{
	nb_adapter_init(nn);
	xa_init_flags(&nn->lanas, XA_FLAGS_ALLOC);
	nn->lana_nb.notifier_call = lana_event;
	/* tells of the devices that are there already, too */
	return register_netdevice_notifier_net(nn->net, &nn->lana_nb);
}

/**
 * nb_lana_exit() - the reverse of nb_lana_init()
 * @nn: node
 *
 * Context: process, may sleep; takes RTNL.
 */
void nb_lana_exit(struct nb_net *nn)
{
	unregister_netdevice_notifier_net(nn->net, &nn->lana_nb);
	xa_destroy(&nn->lanas);
	nb_adapter_exit(nn);
}

/**
 * nb_lana_ifindex() - the adapter with a LANA number
 * @nn: node
 * @lana: number
 *
 * Context: any.
 * Return: index of the interface, or -ENODEV.
 */
int nb_lana_ifindex(struct nb_net *nn, unsigned int lana)
{
	void *entry = xa_load(&nn->lanas, lana);

	return entry ? (int)xa_to_value(entry) : -ENODEV;
}
