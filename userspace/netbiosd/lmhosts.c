// SPDX-License-Identifier: GPL-2.0
/*
 * The syntax of netbios-lmhosts(5): one line after the other, no look-ahead.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/file.h"
#include "service/log.h"
#include "wire/addr.h"
#include "lmhosts.h"

#define BASE_LEN	(NETBIOS_NAME_LEN - 1)

/* Suffix of the group of a domain's controllers */
#define SUFFIX_DOMAIN	0x1c

/* What editors of Windows begin a file of UTF-8 with */
#define BOM		"\xef\xbb\xbf"

/* What was read from all files */
struct parser {
	struct nbd_lmhosts_entry *entries;
	size_t			n;
	size_t			room;
	char			*error;
	size_t			error_size;
};

/* A file that is being read */
struct file {
	struct parser		*parser;
	const char		*path;
	unsigned int		line;
	unsigned int		depth;
	bool			alternate;	/* inside #BEGIN_ALTERNATE */
	bool			alternate_done;	/* one of them was read */
	unsigned int		alternate_line;
};

static int parse_file(struct parser *parser, const char *path, unsigned int depth);

__attribute__((format(printf, 2, 3)))
static int fail(struct file *file, const char *format, ...)
{
	struct parser *parser = file->parser;
	va_list args;
	int n;

	n = snprintf(parser->error, parser->error_size, "%s:%u: ", file->path, file->line);
	if (n < 0 || (size_t)n >= parser->error_size)
		return -EINVAL;
	va_start(args, format);
	vsnprintf(parser->error + n, parser->error_size - n, format, args);
	va_end(args);
	return -EINVAL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

/* The word at *text, which moves behind it; false if it does not fit */
static bool take_word(const char **text, char *word, size_t size)
{
	size_t len = strcspn(*text, " \t");

	if (len >= size)
		return false;
	memcpy(word, *text, len);
	word[len] = '\0';
	*text += len;
	return true;
}

/* Behind *text: "0x" and two hex digits, as in \0x1b */
static int take_escape(const char **text)
{
	const char *t = *text;
	char digits[3];

	if (t[0] != '0' || t[1] != 'x' || !isxdigit((unsigned char)t[2]) ||
	    !isxdigit((unsigned char)t[3]))
		return -1;
	digits[0] = t[2];
	digits[1] = t[3];
	digits[2] = '\0';
	*text += 4;
	return strtol(digits, NULL, 16);
}

/* "Name": octets as they are, \0xHH for any; 16 of them include the suffix */
static int take_quoted(struct file *file, const char **text, struct nbd_lmhosts_entry *line)
{
	const char *t = *text + 1;
	size_t n = 0;
	int octet;

	while (*t != '"') {
		if (!*t)
			return fail(file, "the quote is not closed");
		octet = (unsigned char)*t++;
		if (octet == '\\') {
			octet = take_escape(&t);
			if (octet < 0)
				return fail(file, "behind a backslash stands 0x and two hex digits");
		}
		if (n == NETBIOS_NAME_LEN)
			return fail(file, "the name has more than 16 octets");
		line->name[n++] = octet;
	}
	if (!n)
		return fail(file, "the name is empty");
	line->suffix = n == NETBIOS_NAME_LEN;
	memset(line->name + n, ' ', NETBIOS_NAME_LEN - n);
	*text = t + 1;
	return 0;
}

/* Name: upper case, up to 15 octets */
static int take_plain(struct file *file, const char **text, uint8_t *name)
{
	size_t len = strcspn(*text, " \t#"), i;

	if (len > BASE_LEN)
		return fail(file, "the name has more than 15 octets");
	if (!len)
		return fail(file, "a name is missing");
	for (i = 0; i < len; i++) {
		if ((*text)[i] == '"' || (*text)[i] == '\\')
			return fail(file, "quotes stand around a whole name");
		name[i] = toupper((unsigned char)(*text)[i]);
	}
	memset(name + len, ' ', NETBIOS_NAME_LEN - len);
	*text += len;
	return 0;
}

/* #HH, right behind the name and before a blank; #DOM: is none */
static void take_suffix(const char **text, struct nbd_lmhosts_entry *line)
{
	const char *t = *text;

	if (t[0] != '#' || !isxdigit((unsigned char)t[1]) ||
	    !isxdigit((unsigned char)t[2]) || (t[3] && !is_blank(t[3])))
		return;
	line->name[BASE_LEN] = strtol((char[]){ t[1], t[2], '\0' }, NULL, 16);
	line->suffix = true;
	*text += 3;
}

static int take_name(struct file *file, const char **text, struct nbd_lmhosts_entry *line)
{
	int err;

	if (**text == '"')
		err = take_quoted(file, text, line);
	else
		err = take_plain(file, text, line->name);
	if (err)
		return err;
	if (!line->suffix)
		take_suffix(text, line);
	if (line->name[0] == '*')
		return fail(file, "no node is called by a name that begins with an asterisk");
	return 0;
}

static int add_entry(struct file *file, const struct nbd_lmhosts_entry *entry)
{
	struct parser *parser = file->parser;
	struct nbd_lmhosts_entry *entries;
	size_t room;

	if (parser->n == LMHOSTS_MAX)
		return fail(file, "more than %d names", LMHOSTS_MAX);
	if (parser->n == parser->room) {
		room = parser->room ? 2 * parser->room : 64;
		entries = reallocarray(parser->entries, room, sizeof(*entries));
		if (!entries)
			return -ENOMEM;
		parser->entries = entries;
		parser->room = room;
	}
	parser->entries[parser->n++] = *entry;
	return 0;
}

/* #PRE, #DOM:name and #MH; any other # begins a comment */
static int take_keywords(struct file *file, const char *text, struct nbd_lmhosts_entry *line,
			 struct nbd_lmhosts_entry *domain)
{
	char word[64];
	const char *d;
	int err;

	for (text = skip_blanks(text); *text; text = skip_blanks(text)) {
		if (*text != '#')
			return fail(file, "only keywords and comments follow a name, both begin with #");
		if (!take_word(&text, word, sizeof(word)))
			return 0;
		if (!strcmp(word, "#PRE")) {
			line->pre = true;
		} else if (!strncmp(word, "#DOM:", 5)) {
			d = word + 5;
			err = take_plain(file, &d, domain->name);
			if (err)
				return err;
			domain->name[BASE_LEN] = SUFFIX_DOMAIN;
			domain->suffix = true;
			domain->group = true;
		} else if (strcmp(word, "#MH")) {
			return 0;
		}
	}
	return 0;
}

static int parse_entry(struct file *file, const char *text)
{
	struct nbd_lmhosts_entry line = { 0 }, domain = { 0 };
	char addr[INET_ADDRSTRLEN];
	int err;

	if (!take_word(&text, addr, sizeof(addr)) ||
	    inet_pton(AF_INET, addr, &line.addr) != 1)
		return fail(file, "a line begins with an IPv4 address or a #");
	if (!addr_is_host(line.addr))
		return fail(file, "%s is not the address of a host", addr);
	text = skip_blanks(text);
	err = take_name(file, &text, &line);
	if (!err)
		err = take_keywords(file, text, &line, &domain);
	if (!err)
		err = add_entry(file, &line);
	if (err || !domain.group)
		return err;
	domain.addr = line.addr;
	domain.pre = line.pre;
	return add_entry(file, &domain);
}

/* A relative path begins at the file that includes it */
static bool included_path(char *buf, size_t size, const struct file *file,
			  const char *path)
{
	const char *slash = strrchr(file->path, '/');
	int n;

	if (path[0] == '/' || !slash)
		n = snprintf(buf, size, "%s", path);
	else
		n = snprintf(buf, size, "%.*s/%s", (int)(slash - file->path), file->path,
			     path);
	return n > 0 && (size_t)n < size;
}

/* Files of other hosts are not read: it takes the names in this one to get there */
static bool is_remote(const char *name)
{
	return !strncmp(name, "\\\\", 2);
}

static int include(struct file *file, const char *name)
{
	char path[PATH_MAX];

	if (is_remote(name))
		return -ENOENT;
	if (!included_path(path, sizeof(path), file, name))
		return fail(file, "the path is too long");
	if (file->depth == LMHOSTS_DEPTH)
		return fail(file, "more than %d files include each other", LMHOSTS_DEPTH);
	return parse_file(file->parser, path, file->depth + 1);
}

static int parse_include(struct file *file, const char *text)
{
	int err;

	text = skip_blanks(text);
	if (!*text)
		return fail(file, "#INCLUDE without a file");
	if (file->alternate && file->alternate_done)
		return 0;
	err = include(file, text);
	if (!err)
		file->alternate_done = true;
	if (!err || err == -EINVAL || err == -ENOMEM)
		return err;
	/* Not to be had: that is what alternates are for */
	if (file->alternate)
		return 0;
	if (is_remote(text)) {
		log_warning("%s:%u: files on other hosts are not included", file->path,
			    file->line);
		return 0;
	}
	return fail(file, "cannot include %s: %s", text, file_strerror(err));
}

static int parse_alternate(struct file *file, bool begin)
{
	if (begin == file->alternate)
		return fail(file, begin ? "#BEGIN_ALTERNATE inside of another" :
			    "#END_ALTERNATE without its beginning");
	file->alternate = begin;
	if (begin) {
		file->alternate_done = false;
		file->alternate_line = file->line;
	} else if (!file->alternate_done) {
		log_warning("%s:%u: none of the alternate files can be read", file->path,
			    file->alternate_line);
	}
	return 0;
}

/* Is @text this keyword, and not the beginning of a longer word? */
static const char *keyword(const char *text, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(text, word, len) || (text[len] && !is_blank(text[len])))
		return NULL;
	return text + len;
}

static int parse_line(struct file *file, char *text)
{
	const char *t, *rest;
	size_t len = strlen(text);

	while (len && (is_blank(text[len - 1]) || text[len - 1] == '\r' ||
		       text[len - 1] == '\n'))
		text[--len] = '\0';
	t = skip_blanks(text);
	if (!*t)
		return 0;
	if (*t != '#')
		return parse_entry(file, t);
	rest = keyword(t, "#INCLUDE");
	if (rest)
		return parse_include(file, rest);
	if (keyword(t, "#BEGIN_ALTERNATE"))
		return parse_alternate(file, true);
	if (keyword(t, "#END_ALTERNATE"))
		return parse_alternate(file, false);
	return 0;
}

static int parse_lines(struct file *file, FILE *stream)
{
	char text[1024];
	int err = 0;

	while (!err && fgets(text, sizeof(text), stream)) {
		file->line++;
		if (file->line == 1 && !strncmp(text, BOM, strlen(BOM)))
			memmove(text, text + strlen(BOM), strlen(text + strlen(BOM)) + 1);
		if (strlen(text) == sizeof(text) - 1 && !strchr(text, '\n'))
			return fail(file, "the line is too long");
		err = parse_line(file, text);
	}
	if (!err && ferror(stream))
		return fail(file, "%s", strerror(errno));
	if (!err && file->alternate)
		return fail(file, "no #END_ALTERNATE for that of line %u",
			    file->alternate_line);
	return err;
}

static int parse_file(struct parser *parser, const char *path, unsigned int depth)
{
	struct file file = { .parser = parser, .path = path, .depth = depth };
	int err;
	FILE *stream = file_open(path, &err);

	if (!stream) {
		snprintf(parser->error, parser->error_size, "%s: %s", path, file_strerror(err));
		return err;
	}
	err = parse_lines(&file, stream);
	fclose(stream);
	return err;
}

int lmhosts_load(struct nbd_lmhosts_entry **entries, size_t *n, const char *path,
		 char *error, size_t size)
{
	struct parser parser = { .error = error, .error_size = size };
	int err;

	err = parse_file(&parser, path, 0);
	if (err == -ENOMEM)
		snprintf(error, size, "%s: %s", path, strerror(ENOMEM));
	if (err) {
		free(parser.entries);
		return err;
	}
	*entries = parser.entries;
	*n = parser.n;
	return 0;
}
