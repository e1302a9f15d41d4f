/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NBPROXY_REPORT_H
#define NBPROXY_REPORT_H

/**
 * report_warning() - a line in the log that somebody outside has caused
 * @format: as printf(3)
 *
 * At most REPORT_BURST lines in REPORT_INTERVAL seconds; how many were left out
 * is said with the next one.
 */
void report_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define REPORT_BURST	20
#define REPORT_INTERVAL	10

#endif /* NBPROXY_REPORT_H */
