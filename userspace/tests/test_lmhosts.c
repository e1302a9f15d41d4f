// SPDX-License-Identifier: GPL-2.0
/*
 * The syntax of netbios-lmhosts(5).
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <arpa/inet.h>

#include <netbios/netbios.h>
#include "../netbiosd/lmhosts.h"
#include "service/log.h"
#include "scratch.h"
#include "tap.h"

static void append(char *all, size_t size, const char *format, ...)
{
	size_t len = strlen(all);
	va_list args;

	va_start(args, format);
	vsnprintf(all + len, size - len, format, args);
	va_end(args);
}

/* What a file says: address, name, flags; or the error without the directory */
static const char *load(const char *file)
{
	static char all[4096];
	char error[512] = "", addr[INET_ADDRSTRLEN], name[NB_NAME_TEXT_MAX];
	struct nbd_lmhosts_entry *entries = NULL;
	size_t n = 0, i;

	all[0] = '\0';
	if (lmhosts_load(&entries, &n, path_of(file), error, sizeof(error))) {
		ok(!entries && !n, "%s: an error gives nothing", file);
		snprintf(all, sizeof(all), "%s", error + strlen(scratch_dir) + 1);
		return all;
	}
	for (i = 0; i < n; i++) {
		inet_ntop(AF_INET, &entries[i].addr, addr, sizeof(addr));
		nb_name_format(name, (const char *)entries[i].name);
		if (!entries[i].suffix)
			strcpy(name + strlen(name) - 4, "<*>");
		append(all, sizeof(all), "%s %s%s%s;", addr, name,
		       entries[i].pre ? " pre" : "", entries[i].group ? " group" : "");
	}
	free(entries);
	return all;
}

static const char *lines(const char *text)
{
	put_file("f", text);
	return load("f");
}

static void test_entries(void)
{
	is_text(lines(""), "", "empty");
	is_text(lines("# comment\n\n   \n#PREfix\n"), "", "comments");
	is_text(lines("10.0.0.1 fred\n"), "10.0.0.1 FRED<*>;", "upper case, any suffix");
	is_text(lines("10.0.0.1\tfred  \r\n"), "10.0.0.1 FRED<*>;", "lines of others");
	is_text(lines("10.0.0.1 fred"), "10.0.0.1 FRED<*>;", "last line without its end");
	is_text(lines("10.0.0.1 fred#1b #PRE\n"), "10.0.0.1 FRED<1B> pre;", "suffix");
	is_text(lines("10.0.0.1 fred #PRE # one\n10.0.0.2 fred#PRE\n"),
		"10.0.0.1 FRED<*> pre;10.0.0.2 FRED<*> pre;", "preloaded");
	is_text(lines("10.0.0.1 dc #PRE #DOM:corp #MH\n"),
		"10.0.0.1 DC<*> pre;10.0.0.1 CORP<1C> pre group;", "domain");
	is_text(lines("10.0.0.1 dc #DOM:corp\n"),
		"10.0.0.1 DC<*>;10.0.0.1 CORP<1C> group;", "domain, not preloaded");
	is_text(lines("10.0.0.1 fred # #PRE\n"), "10.0.0.1 FRED<*>;", "keyword in a comment");
	is_text(lines("10.0.0.1 ABCDEFGHIJKLMNO\n"), "10.0.0.1 ABCDEFGHIJKLMNO<*>;",
		"15 octets");
}

static void test_quotes(void)
{
	is_text(lines("10.0.0.1 \"Fred\"\n"), "10.0.0.1 \"Fred\"<*>;", "quotes keep the case");
	is_text(lines("10.0.0.1 \"Fred \"#20\n"), "10.0.0.1 \"Fred\"<20>;",
		"quotes and a suffix");
	is_text(lines("10.0.0.1 \"a # b\" #PRE\n"), "10.0.0.1 \"a # b\"<*> pre;",
		"blanks and a hash");
	is_text(lines("10.0.0.1 \"APPNAME        \\0x14\"\n"), "10.0.0.1 APPNAME<14>;",
		"escaped suffix");
	is_text(lines("10.0.0.1 \"A\\0x01B            \\0xfF\"\n"),
		"10.0.0.1 A\\x01B<FF>;", "any octet");
}

static void test_errors(void)
{
	is_text(lines("\n10.0.0 fred\n"), "f:2: a line begins with an IPv4 address or a #",
		"no address");
	is_text(lines("fred 10.0.0.1\n"), "f:1: a line begins with an IPv4 address or a #",
		"wrong order");
	is_text(lines("255.255.255.255 fred\n"), "f:1: 255.255.255.255 is not the address of a host",
		"broadcast");
	is_text(lines("224.0.0.1 fred\n"), "f:1: 224.0.0.1 is not the address of a host",
		"multicast");
	is_text(lines("10.0.0.1\n"), "f:1: a name is missing", "no name");
	is_text(lines("10.0.0.1 #PRE\n"), "f:1: a name is missing", "only a keyword");
	is_text(lines("10.0.0.1 fred barney\n"),
		"f:1: only keywords and comments follow a name, both begin with #", "alias");
	is_text(lines("10.0.0.1 ABCDEFGHIJKLMNOP\n"), "f:1: the name has more than 15 octets",
		"16 octets");
	is_text(lines("10.0.0.1 \"ABCDEFGHIJKLMNOPQ\"\n"),
		"f:1: the name has more than 16 octets", "17 octets");
	is_text(lines("10.0.0.1 \"fred\n"), "f:1: the quote is not closed", "open quote");
	is_text(lines("10.0.0.1 fr\"ed\n"), "f:1: quotes stand around a whole name",
		"quote inside");
	is_text(lines("10.0.0.1 \"\"\n"), "f:1: the name is empty", "empty name");
	is_text(lines("10.0.0.1 \"a\\x20\"\n"),
		"f:1: behind a backslash stands 0x and two hex digits", "wrong escape");
	is_text(lines("10.0.0.1 \"a\\0x2\""),
		"f:1: behind a backslash stands 0x and two hex digits", "short escape");
	is_text(lines("10.0.0.1 *SMBSERVER\n"),
		"f:1: no node is called by a name that begins with an asterisk", "asterisk");
	is_text(lines("10.0.0.1 a #DOM:ABCDEFGHIJKLMNOP\n"),
		"f:1: the name has more than 15 octets", "long domain");
	is_text(lines("10.0.0.1 a #DOM:\n"), "f:1: a name is missing", "no domain");
	is_text(lines("10.0.0.1 good\n10.0.0.2 bad name\n10.0.0.3 good\n"),
		"f:2: only keywords and comments follow a name, both begin with #",
		"one bad line");
	is_text(load("none"), "none: No such file or directory", "no file");
}

static void test_long(void)
{
	static char text[2000];

	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "10.0.0.1 ", 9);
	is_text(lines(text), "f:1: the line is too long", "long line");
}

static void test_include(void)
{
	put_file("a", "10.0.0.2 two\n");
	put_file("bad", "nonsense\n");
	is_text(lines("10.0.0.1 one\n#INCLUDE a\n10.0.0.3 three\n"),
		"10.0.0.1 ONE<*>;10.0.0.2 TWO<*>;10.0.0.3 THREE<*>;", "file beside this one");
	is_text(lines("#INCLUDE none\n"), "f:1: cannot include none: No such file or directory",
		"missing file");
	is_text(lines("#INCLUDE bad\n"),
		"bad:1: a line begins with an IPv4 address or a #", "error in an included file");
	is_text(lines("#INCLUDE\n"), "f:1: #INCLUDE without a file", "no file named");
	is_text(lines("#INCLUDE f\n"), "f:1: more than 8 files include each other", "loop");
	is_text(lines("#INCLUDE \\\\server\\public\\lmhosts\n10.0.0.1 one\n"),
		"10.0.0.1 ONE<*>;", "files of other hosts are left out");
}

/* Nobody writes to the pipe: that must not keep us waiting */
static void test_not_regular(void)
{
	ok(!mkfifo(path_of("pipe"), 0600), "a pipe");
	is_text(lines("#INCLUDE pipe\n"), "f:1: cannot include pipe: it is no regular file",
		"is not included");
	is_text(load("pipe"), "pipe: it is no regular file", "nor read");
	is_text(lines("#INCLUDE /dev/zero\n"),
		"f:1: cannot include /dev/zero: it is no regular file", "nor is a device");
	is_text(lines("#INCLUDE .\n"), "f:1: cannot include .: Is a directory", "nor a directory");
	is_text(lines("#BEGIN_ALTERNATE\n#INCLUDE pipe\n#INCLUDE a\n#END_ALTERNATE\n"),
		"10.0.0.2 TWO<*>;", "an alternate file stands in for it");
}

static void test_bom(void)
{
	is_text(lines("\xef\xbb\xbf#PRE\n10.0.0.1 one\n"), "10.0.0.1 ONE<*>;", "a file of Notepad");
	is_text(lines("\xef\xbb\xbf" "10.0.0.1 one\r\n"), "10.0.0.1 ONE<*>;", "likewise");
	is_text(lines("\n\xef\xbb\xbf" "10.0.0.1 one\n"),
		"f:2: a line begins with an IPv4 address or a #", "only at the beginning");
}

static void test_alternate(void)
{
	put_file("b", "10.0.0.3 three\n");
	is_text(lines("#BEGIN_ALTERNATE\n#INCLUDE none\n#INCLUDE a\n#INCLUDE b\n"
		      "#END_ALTERNATE\n10.0.0.1 one\n"),
		"10.0.0.2 TWO<*>;10.0.0.1 ONE<*>;", "first that is there");
	is_text(lines("#BEGIN_ALTERNATE\n#INCLUDE \\\\a\\b\n#INCLUDE b\n#END_ALTERNATE\n"),
		"10.0.0.3 THREE<*>;", "not that of another host");
	is_text(lines("#BEGIN_ALTERNATE\n#INCLUDE none\n#END_ALTERNATE\n10.0.0.1 one\n"),
		"10.0.0.1 ONE<*>;", "none of them");
	is_text(lines("#BEGIN_ALTERNATE\n#INCLUDE bad\n#INCLUDE a\n#END_ALTERNATE\n"),
		"bad:1: a line begins with an IPv4 address or a #",
		"one with an error is not one that is missing");
	is_text(lines("#BEGIN_ALTERNATE\n#BEGIN_ALTERNATE\n"),
		"f:2: #BEGIN_ALTERNATE inside of another", "nested");
	is_text(lines("#END_ALTERNATE\n"), "f:1: #END_ALTERNATE without its beginning",
		"end alone");
	is_text(lines("\n#BEGIN_ALTERNATE\n#INCLUDE a\n"),
		"f:3: no #END_ALTERNATE for that of line 2", "no end");
}

static void test_many(void)
{
	struct nbd_lmhosts_entry *entries;
	FILE *stream = fopen(path_of("many"), "w");
	char error[512];
	size_t n = 0;
	int i;

	for (i = 0; i < LMHOSTS_MAX; i++)
		fprintf(stream, "10.1.2.3 N%d\n", i);
	fclose(stream);
	is_number(lmhosts_load(&entries, &n, path_of("many"), error, sizeof(error)), 0, "many");
	is_number(n, LMHOSTS_MAX, "all of them");
	free(entries);
	stream = fopen(path_of("many"), "a");
	fputs("10.1.2.3 one\n", stream);
	fclose(stream);
	ok(!strcmp(load("many"), "many:65537: more than 65536 names"), "but not more");
}

int main(void)
{
	static const char * const files[] = { "f", "a", "b", "bad", "many", "pipe" };
	size_t i;

	log_init(LOG_ERR);
	if (!mkdtemp(scratch_dir))
		return 1;
	test_entries();
	test_quotes();
	test_errors();
	test_long();
	test_include();
	test_not_regular();
	test_bom();
	test_alternate();
	test_many();
	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		unlink(path_of(files[i]));
	rmdir(scratch_dir);
	return tap_end();
}
