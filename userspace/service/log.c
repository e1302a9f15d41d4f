// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "log.h"

#define LOG_LINE_MAX	1024

static int max_level = LOG_NOTICE;
static bool journal;

/* Is standard error the stream that the journal gave us? systemd.exec(5) */
static bool to_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	return stream && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 &&
	       !fstat(STDERR_FILENO, &st) && st.st_dev == dev && st.st_ino == ino;
}

void log_init(int level)
{
	max_level = level;
	journal = to_journal();
}

int log_level(void)
{
	return max_level;
}

void log_text(int priority, const char *text)
{
	char line[LOG_LINE_MAX + 16];
	int len;

	if (priority > max_level)
		return;
	if (journal)
		len = snprintf(line, sizeof(line), "<%d>%.*s\n", priority, LOG_LINE_MAX, text);
	else
		len = snprintf(line, sizeof(line), "%s: %.*s\n",
			       program_invocation_short_name, LOG_LINE_MAX, text);
	/* One write for a line; nobody can be told that it failed */
	if (len > 0 && write(STDERR_FILENO, line, len) < 0)
		return;
}

void log_va(int priority, const char *format, va_list args)
{
	char text[LOG_LINE_MAX];

	if (priority > max_level)
		return;
	vsnprintf(text, sizeof(text), format, args);
	log_text(priority, text);
}

#define DEFINE_LOG(name, priority)			\
	void log_##name(const char *format, ...)	\
	{						\
		va_list args;				\
							\
		va_start(args, format);			\
		log_va(priority, format, args);		\
		va_end(args);				\
	}

DEFINE_LOG(error, LOG_ERR)
DEFINE_LOG(warning, LOG_WARNING)
DEFINE_LOG(notice, LOG_NOTICE)
DEFINE_LOG(info, LOG_INFO)
DEFINE_LOG(debug, LOG_DEBUG)
