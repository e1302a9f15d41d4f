/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a service says, on standard error. The journal takes the priority of a
 * line from its prefix (sd-daemon(3)); a terminal does not get one.
 */
#ifndef SERVICE_LOG_H
#define SERVICE_LOG_H

#include <stdarg.h>
#include <syslog.h>

/**
 * log_init() - where standard error leads, and how much to say
 * @level: greatest priority that is printed: LOG_ERR ... LOG_DEBUG
 */
void log_init(int level);

/**
 * log_level() - how much is said
 *
 * Return: LOG_ERR ... LOG_DEBUG; what is costly to put into words can ask.
 */
int log_level(void);

/**
 * log_va() - one line
 * @priority: LOG_ERR ... LOG_DEBUG
 * @format: as printf(3), without the end of the line
 * @args: for @format
 */
void log_va(int priority, const char *format, va_list args);

/**
 * log_text() - one line that is ready
 * @priority: LOG_ERR ... LOG_DEBUG
 * @text: the line, without its end
 */
void log_text(int priority, const char *text);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* SERVICE_LOG_H */
