// SPDX-License-Identifier: GPL-2.0
/*
 * Counts live network namespaces.
 *
 * A leaked reference on a struct net is silent: no sanitizer and no reference
 * tracker reports an object that is still referenced.  The test runner
 * compares /proc/nsguard before and after a test instead.
 */
#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <net/net_namespace.h>

static atomic_t live = ATOMIC_INIT(0);

static int __net_init nsguard_net_init(struct net *net)
{
	atomic_inc(&live);
	return 0;
}

/* called when the last reference has gone, not when the name has */
static void __net_exit nsguard_net_exit(struct net *net)
{
	atomic_dec(&live);
}

static struct pernet_operations nsguard_net_ops = {
	.init = nsguard_net_init,
	.exit = nsguard_net_exit,
};

static int nsguard_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", atomic_read(&live));
	return 0;
}

static int __init nsguard_init(void)
{
	int err;

	err = register_pernet_subsys(&nsguard_net_ops);
	if (err)
		return err;
	if (!proc_create_single("nsguard", 0444, NULL, nsguard_show)) {
		unregister_pernet_subsys(&nsguard_net_ops);
		return -ENOMEM;
	}
	return 0;
}

static void __exit nsguard_exit(void)
{
	remove_proc_entry("nsguard", NULL);
	unregister_pernet_subsys(&nsguard_net_ops);
}

module_init(nsguard_init);
module_exit(nsguard_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("count of live network namespaces");
