// SPDX-License-Identifier: GPL-2.0
/*
 * One bug per detector, for "selftest": a mode written to
 * /sys/module/broken/parameters/mode is committed at once.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <net/net_namespace.h>

#define OBJECT_SIZE 64
#define SPIN_SECONDS 8

static DEFINE_SPINLOCK(first);
static DEFINE_SPINLOCK(second);
static DEFINE_MUTEX(mutex);
static int __rcu *rcu_pointer;

static void do_none(void)
{
}

static void do_uaf(void)
{
	char *p = kmalloc(OBJECT_SIZE, GFP_KERNEL);

	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	if (p)
		WRITE_ONCE(p[3], 1);
}

static void do_oob(void)
{
	char *p = kmalloc(OBJECT_SIZE, GFP_KERNEL);
	int end = OBJECT_SIZE;

	OPTIMIZER_HIDE_VAR(end);
	if (p)
		WRITE_ONCE(p[end], 1);
	kfree(p);
}

static void do_double_free(void)
{
	void *p = kmalloc(OBJECT_SIZE, GFP_KERNEL);

	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	kfree(p);
}

static void do_lock_inversion(void)
{
	spin_lock(&first);
	spin_lock(&second);
	spin_unlock(&second);
	spin_unlock(&first);

	spin_lock(&second);
	spin_lock(&first);
	spin_unlock(&first);
	spin_unlock(&second);
}

static void do_atomic_sleep(void)
{
	spin_lock(&first);
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	spin_unlock(&first);
}

static void do_held_mutex(void)
{
	mutex_lock(&mutex);
}

static void do_rcu(void)
{
	int *p = rcu_dereference(rcu_pointer);

	pr_debug("%p\n", p);
}

static void do_shift(void)
{
	int bits = 40;

	OPTIMIZER_HIDE_VAR(bits);
	pr_info("broken: %d\n", 1 << bits);
}

static void do_list(void)
{
	LIST_HEAD(head);
	LIST_HEAD(entry);
	LIST_HEAD(stranger);

	list_add(&entry, &head);
	head.next = &stranger;
	list_del(&entry);
}

static void do_refcount(void)
{
	refcount_t count = REFCOUNT_INIT(0);

	refcount_inc(&count);
}

static void timer_callback(struct timer_list *t)
{
}

static void do_timer_free(void)
{
	struct timer_list *timer = kmalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return;
	timer_setup(timer, timer_callback, 0);
	mod_timer(timer, jiffies + 1000 * HZ);
	kfree(timer);
}

static void do_warn(void)
{
	WARN_ON(1);
}

/*
 * Several, because kmemleak takes stale values on a stack for references, and
 * zeroed, because else the slab's own free pointers in them make them a chain.
 */
static void do_leak(void)
{
	int i;

	for (i = 0; i < 16; i++)
		kzalloc(OBJECT_SIZE, GFP_KERNEL);
}

static void do_net_reference(void)
{
	get_net(current->nsproxy->net_ns);
}

static void do_device_reference(void)
{
	dev_get_by_name(&init_net, "broken0");
}

static void do_pin(void)
{
	__module_get(THIS_MODULE);
}

static void do_null(void)
{
	int *p = (void *)8;

	OPTIMIZER_HIDE_VAR(p);
	WRITE_ONCE(*p, 1);
}

static void do_lockup(void)
{
	ktime_t end = ktime_add_ms(ktime_get(), SPIN_SECONDS * MSEC_PER_SEC);

	preempt_disable();
	while (ktime_before(ktime_get(), end))
		cpu_relax();
	preempt_enable();
}

static void do_hung_task(void)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_timeout(SPIN_SECONDS * HZ);
}

static void do_hang(void)
{
	preempt_disable();
	for (;;)
		cpu_relax();
}

static const struct {
	const char *name;
	void (*commit)(void);
} bugs[] = {
	{ "none", do_none },
	{ "uaf", do_uaf },
	{ "oob", do_oob },
	{ "double-free", do_double_free },
	{ "lock-inversion", do_lock_inversion },
	{ "atomic-sleep", do_atomic_sleep },
	{ "held-mutex", do_held_mutex },
	{ "rcu", do_rcu },
	{ "shift", do_shift },
	{ "list", do_list },
	{ "refcount", do_refcount },
	{ "timer-free", do_timer_free },
	{ "warn", do_warn },
	{ "leak", do_leak },
	{ "net-reference", do_net_reference },
	{ "device-reference", do_device_reference },
	{ "pin", do_pin },
	{ "null", do_null },
	{ "lockup", do_lockup },
	{ "hung-task", do_hung_task },
	{ "hang", do_hang },
};

static int mode_set(const char *val, const struct kernel_param *kp)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++) {
		if (!sysfs_streq(val, bugs[i].name))
			continue;
		/* "selftest" cuts the console at these lines */
		pr_info("broken: mode %s\n", bugs[i].name);
		bugs[i].commit();
		return 0;
	}
	return -EINVAL;
}

static const struct kernel_param_ops mode_ops = { .set = mode_set };
module_param_cb(mode, &mode_ops, NULL, 0200);
MODULE_PARM_DESC(mode, "the bug to commit");

static int __init broken_init(void)
{
	return 0;
}

static void __exit broken_exit(void)
{
}

module_init(broken_init);
module_exit(broken_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("one bug per detector of the test runner");
