// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tap.h"

static int passed, failed;

bool ok(bool condition, const char *format, ...)
{
	va_list args;

	if (condition)
		passed++;
	else
		failed++;
	printf("%sok %d - ", condition ? "" : "not ", passed + failed);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	return condition;
}

bool is_text(const char *got, const char *expected, const char *name)
{
	bool same = got && !strcmp(got, expected);

	if (!ok(same, "%s", name))
		printf("# got '%s', expected '%s'\n", got ? got : "(null)", expected);
	return same;
}

bool is_number(long got, long expected, const char *name)
{
	if (!ok(got == expected, "%s", name))
		printf("# got %ld, expected %ld\n", got, expected);
	return got == expected;
}

int tap_end(void)
{
	printf("1..%d\n# %d passed, %d failed\n", passed + failed, passed, failed);
	return failed || !passed;
}
