// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "file.h"
#include "log.h"

/* More is no file of settings */
#define TEXT_MAX	(1 << 20)

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

static void ignore_error(cfg_t *cfg, const char *format, va_list args)
{
	(void)cfg;
	(void)format;
	(void)args;
}

static unsigned int count_lines(const char *text, size_t len)
{
	unsigned int n = 1;
	size_t i;

	for (i = 0; i + 1 < len; i++)
		n += text[i] == '\n';
	return n;
}

/* Return: length or a negative errno. */
static ssize_t read_text(char *text, const char *path)
{
	ssize_t len;
	int err;
	FILE *file = file_open(path, &err);

	if (!file)
		return err;
	len = fread(text, 1, TEXT_MAX, file);
	if (ferror(file))
		len = -errno;
	else if (len == TEXT_MAX)
		len = -EFBIG;
	else if (memchr(text, '\0', len))
		len = -EILSEQ;	/* for libconfuse the text would end there */
	fclose(file);
	return len;
}

static int parse_text(cfg_t *cfg, const char *text, size_t len)
{
	FILE *file = fmemopen((void *)text, len, "r");
	int err;

	if (!file)
		return -ENOMEM;
	err = cfg_parse_fp(cfg, file) == CFG_SUCCESS ? 0 : -EINVAL;
	fclose(file);
	return err;
}

/*
 * libconfuse takes the end of the file for the end of the part that is open.
 * Where none is, one closing brace more is wrong.
 */
static bool part_is_open(cfg_t *(*make)(void), char *text, size_t len)
{
	cfg_t *cfg = make();
	bool open;

	if (!cfg)
		return false;
	/* The end of a line, since this one may be a comment */
	text[len] = '\n';
	text[len + 1] = '}';
	cfg_set_error_function(cfg, ignore_error);
	open = !parse_text(cfg, text, len + 2);
	cfg_free(cfg);
	return open;
}

static int parse(cfg_t *(*make)(void), cfg_t *cfg, char *text, size_t len)
{
	int err = 0;

	/* fmemopen() has no files without octets */
	if (len)
		err = parse_text(cfg, text, len);
	if (err == -EINVAL && !report.text[0])
		snprintf(report.text, report.size, "%s:%d: syntax error", cfg->filename,
			 cfg->line);
	if (!err && part_is_open(make, text, len)) {
		snprintf(report.text, report.size,
			 "%s:%u: the file ends inside of a part, or of a comment",
			 cfg->filename, count_lines(text, len));
		err = -EINVAL;
	}
	return err;
}

static int load(cfg_t *(*make)(void), cfg_t *cfg, const char *path)
{
	/* Room for what part_is_open() puts behind it */
	char *text = malloc(TEXT_MAX + 2);
	ssize_t len = -ENOMEM;
	int err;

	cfg->filename = strdup(path);
	if (text && cfg->filename)
		len = read_text(text, path);
	err = len < 0 ? len : parse(make, cfg, text, len);
	free(text);
	return err;
}

static const char *reason(int err)
{
	return err == -EILSEQ ? "This is no text" : file_strerror(err);
}

void *conf_load(const struct conf_kind *kind, const char *path, int *err, char *error,
		size_t size)
{
	void *config = calloc(1, kind->size);
	cfg_t *cfg = kind->make();

	report.text = error;
	report.size = size;
	error[0] = '\0';
	*err = config && cfg ? 0 : -ENOMEM;
	if (cfg)
		cfg_set_error_function(cfg, on_error);
	if (!*err && path)
		*err = load(kind->make, cfg, path);
	if (!*err)
		*err = kind->take(cfg, config);
	cfg_free(cfg);
	if (!*err)
		return config;
	if (!error[0])
		snprintf(error, size, "%s%s%s", path ? path : "", path ? ": " : "",
			 reason(*err));
	kind->free(config);
	return NULL;
}

void *conf_read(const struct conf_kind *kind, const struct service_options *options)
{
	char error[512];
	void *config;
	int err;

	config = conf_load(kind, options->config, &err, error, sizeof(error));
	if (err == -ENOENT && kind->optional && !options->config_given) {
		log_info("%s, so all settings are as they come", error);
		config = conf_load(kind, NULL, &err, error, sizeof(error));
	}
	if (err)
		log_error("%s", error);
	return config;
}

int conf_check_number(cfg_t *cfg, cfg_opt_t *opt, const struct conf_number *numbers, size_t n)
{
	long value = cfg_opt_getnint(opt, cfg_opt_size(opt) - 1);
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(numbers[i].name, opt->name))
			continue;
		if (value >= numbers[i].min && value <= numbers[i].max)
			return 0;
		cfg_error(cfg, "%s is %ld to %ld, not %ld", opt->name, numbers[i].min,
			  numbers[i].max, value);
	}
	return -1;
}
