/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NB_ALARM_H
#define _NB_ALARM_H

#include <linux/jiffies.h>
#include <linux/workqueue.h>

/* af_netbios.c: for everything of this module that needs process context */
extern struct workqueue_struct *nb_wq;

/**
 * struct nb_alarm - work for the first of several things to expire
 * @work: looks at all of them, and sets the alarm for what is left
 * @due: jiffies, when it runs; of no meaning unless it is pending
 *
 * Things that came later may expire earlier, since settings change.
 */
struct nb_alarm {
	struct delayed_work	work;
	unsigned long		due;
};

/**
 * nb_alarm_set() - something expires: have the work run by then
 * @alarm: alarm; a lock of the caller's keeps others from setting it
 * @expires: jiffies
 *
 * Context: any.
 */
static inline void nb_alarm_set(struct nb_alarm *alarm,
				unsigned long expires)
{
	long left = expires - jiffies;

	if (delayed_work_pending(&alarm->work) &&
	    !time_before(expires, alarm->due))
		return;
	alarm->due = expires;
	mod_delayed_work(nb_wq, &alarm->work, max(left, 0L));
}

#endif /* _NB_ALARM_H */
