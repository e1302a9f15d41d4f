/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TAP_H
#define _TAP_H

#include <stdbool.h>

/* One test; the format is its name */
bool ok(bool condition, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool is_text(const char *got, const char *expected, const char *name);
bool is_number(long got, long expected, const char *name);
/* To be returned from main(): prints the plan and the sum */
int tap_end(void);

#endif /* _TAP_H */
