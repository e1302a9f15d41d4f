// SPDX-License-Identifier: GPL-2.0
/*
 * A line of a batch file to words.
 */
#include <string.h>

#include "nbctl.h"

/*
 * Words end at blanks. Double quotes keep blanks and stay in the word, since
 * they are part of how names are written: "MY PC"<20>. Returns how many words
 * there are, or -1: too many, or a quote that nothing closes.
 */
int words_split(char *line, char **words, int max)
{
	bool quoted = false;
	int n = 0;

	for (;;) {
		line += strspn(line, " \t\r\n");
		if (!*line)
			return n;
		if (n == max)
			return -1;
		words[n++] = line;
		for (; *line && (quoted || !strchr(" \t\r\n", *line)); line++) {
			if (*line == '"')
				quoted = !quoted;
			else if (*line == '\\' && line[1])
				line++;
		}
		if (quoted)
			return -1;
		if (*line)
			*line++ = '\0';
	}
}
