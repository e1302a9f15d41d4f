// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "conf.h"

/* libconfuse has no argument for what is called back, and one file is read */
static struct {
	char	*text;
	size_t	size;
} report;

static void on_error(cfg_t *cfg, const char *format, va_list args)
{
	int n = 0;

	/* What went wrong first is what is wrong */
	if (report.text[0])
		return;
	if (cfg && cfg->filename)
		n = snprintf(report.text, report.size, "%s:%d: ", cfg->filename, cfg->line);
	if (n >= 0 && (size_t)n < report.size)
		vsnprintf(report.text + n, report.size - n, format, args);
}

int conf_parse(cfg_t *cfg, const char *path, char *error, size_t size)
{
	FILE *file = fopen(path, "re");
	int err;

	report.text = error;
	report.size = size;
	error[0] = '\0';
	cfg_set_error_function(cfg, on_error);
	if (!file) {
		err = -errno;
		snprintf(report.text, report.size, "%s: %s", path, strerror(-err));
		return err;
	}
	/* cfg_parse() would open it, too, but not tell why it cannot */
	cfg->filename = strdup(path);
	err = cfg->filename ? cfg_parse_fp(cfg, file) : CFG_PARSE_ERROR;
	fclose(file);
	if (err == CFG_SUCCESS)
		return 0;
	if (!report.text[0])
		snprintf(report.text, report.size, "%s:%d: syntax error", path, cfg->line);
	return -EINVAL;
}
