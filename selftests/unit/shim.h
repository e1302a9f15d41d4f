/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the pure code of the kernel takes from the kernel, for user space.
 * Included in front of everything, as kernel/compat.h is there.
 */
#ifndef _NB_SHIM_H
#define _NB_SHIM_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

static inline void strscpy(char *to, const char *from, size_t room)
{
	snprintf(to, room, "%s", from);
}

#endif /* _NB_SHIM_H */
