/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NBCTL_STATUS_H
#define _NBCTL_STATUS_H

#include <jansson.h>
#include <wire/ns_ask.h>

/**
 * status_decode() - what does the answer say?
 * @ask: answered question
 *
 * Return: an object.
 */
json_t *status_decode(const struct ns_ask *ask);

/**
 * status_print() - show it to people
 * @status: of status_decode()
 * @all: with the statistics
 */
void status_print(const json_t *status, bool all);

#endif /* _NBCTL_STATUS_H */
