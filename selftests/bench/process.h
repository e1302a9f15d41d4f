/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes and time, for all benchmarks.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

double now(void);
long switches(void);
void process_pin(int cpu);
void process_batch(bool on);
pid_t process_fork(void);
void process_end(pid_t pid);

#endif /* PROCESS_H */
