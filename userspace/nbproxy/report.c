// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <time.h>

#include "report.h"
#include "service/log.h"

void report_warning(const char *format, ...)
{
	static unsigned int said, left_out;
	static time_t since;
	struct timespec now;
	va_list args;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (now.tv_sec - since >= REPORT_INTERVAL) {
		if (left_out)
			log_warning("%u more lines of this kind", left_out);
		since = now.tv_sec;
		said = 0;
		left_out = 0;
	}
	if (said == REPORT_BURST) {
		left_out++;
		return;
	}
	said++;
	va_start(args, format);
	log_va(LOG_WARNING, format, args);
	va_end(args);
}
