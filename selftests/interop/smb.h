/* SPDX-License-Identifier: GPL-2.0 */
/* Just enough of SMB to negotiate: requests, answers, and what they say. */
#ifndef _INTEROP_SMB_H
#define _INTEROP_SMB_H

#include <stddef.h>
#include <sys/types.h>

#define SMB_NEGOTIATE_MAX	256

/* version is 1 or 2; returns the length */
size_t smb_negotiate_request(unsigned char *buf, int version);

/* text of the dialect that the answer chose, NULL if it is no good answer */
const char *smb_negotiated(const unsigned char *buf, size_t len);

/* 1 or 2 if buf is one whole SMB1 or SMB2 negotiate request, 0 if not */
int smb_is_negotiate_request(const unsigned char *buf, size_t len);

/* answer to an SMB1 request: none of your dialects; returns the length */
size_t smb_refuse_dialects(unsigned char *buf, const unsigned char *request);

#endif /* _INTEROP_SMB_H */
