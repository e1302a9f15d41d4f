// SPDX-License-Identifier: GPL-2.0
/*
 * Colours for people at a terminal, and for nobody else.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nbctl.h"

static const char *const sequences[] = {
	[COLOR_NONE] = "",
	[COLOR_TITLE] = "\033[1m",
	[COLOR_GOOD] = "\033[32m",
	[COLOR_NOTE] = "\033[33m",
	[COLOR_BAD] = "\033[31m",
	[COLOR_END] = "\033[0m",
};

static const struct {
	const char	*word;
	enum color	color;
} words[] = {
	{ "registered", COLOR_GOOD },
	{ "connected", COLOR_GOOD },
	{ "listen", COLOR_GOOD },
	{ "ok", COLOR_GOOD },
	{ "provisional", COLOR_NOTE },
	{ "claiming", COLOR_NOTE },
	{ "releasing", COLOR_NOTE },
	{ "calling", COLOR_NOTE },
	{ "closing", COLOR_NOTE },
	{ "negative", COLOR_NOTE },
	{ "note", COLOR_NOTE },
	{ "conflict", COLOR_BAD },
	{ "failed", COLOR_BAD },
	{ "lost", COLOR_BAD },
	{ 0 }
};

/* no-color.org: it counts when it is not empty */
bool color_wanted(bool terminal, const char *no_color, const char *term)
{
	return terminal && !(no_color && *no_color) && term && *term && strcmp(term, "dumb");
}

enum color color_of(const char *word)
{
	size_t i;

	for (i = 0; words[i].word; i++)
		if (!strcmp(words[i].word, word))
			return words[i].color;
	return COLOR_NONE;
}

const char *color(enum color color)
{
	static int wanted = -1;

	if (wanted < 0)
		wanted = color_wanted(isatty(STDOUT_FILENO), getenv("NO_COLOR"),
				      getenv("TERM"));
	return wanted ? sequences[color] : "";
}

void color_print(enum color c, int width, const char *text)
{
	if (c == COLOR_NONE)
		printf("%-*s", width, text);
	else
		printf("%s%-*s%s", color(c), width, text, color(COLOR_END));
}
