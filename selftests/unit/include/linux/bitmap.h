/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of the kernel's bitmaps as its pure code needs, in user space. A bit
 * that is not there is noticed.
 */
#ifndef _LINUX_BITMAP_H
#define _LINUX_BITMAP_H

#include <limits.h>
#include <stdbool.h>

#define BITS_PER_LONG	(CHAR_BIT * sizeof(long))
#define DECLARE_BITMAP(name, bits) \
	unsigned long name[((bits) + BITS_PER_LONG - 1) / BITS_PER_LONG]

static inline bool test_bit(unsigned long nr, const unsigned long *map)
{
	return map[nr / BITS_PER_LONG] >> nr % BITS_PER_LONG & 1;
}

static inline void bitmap_set(unsigned long *map, unsigned int start, int n)
{
	for (; n > 0; start++, n--)
		map[start / BITS_PER_LONG] |= 1UL << start % BITS_PER_LONG;
}

static inline unsigned long find_next_value(const unsigned long *map,
					    unsigned long size,
					    unsigned long at, bool value)
{
	while (at < size && test_bit(at, map) != value)
		at++;
	return at < size ? at : size;
}

#define find_next_bit(map, size, at)	  find_next_value(map, size, at, true)
#define find_next_zero_bit(map, size, at) find_next_value(map, size, at, false)

#endif /* _LINUX_BITMAP_H */
