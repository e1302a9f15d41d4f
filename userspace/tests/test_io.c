// SPDX-License-Identifier: GPL-2.0
/*
 * nbcat: streams to messages and back, and the loop.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../nbcat/io.h"
#include "tap.h"

/* Messages that @input gives, each in brackets */
static char *messages(const char *input, size_t len, size_t max, bool binary, bool zero)
{
	static char all[4096];
	struct feed feed = { .max = max, .binary = binary, .zero = zero };
	const char *data;
	int pair[2];
	size_t n;

	if (pipe(pair))
		abort();
	feed.src.fd = pair[0];
	all[0] = '\0';
	if (write(pair[1], input, len) != (ssize_t)len)
		abort();
	close(pair[1]);
	while (!feed.eof) {
		if (feed_fill(&feed) < 0)
			abort();
		while (feed_next(&feed, &data, &n))
			sprintf(all + strlen(all), "[%.*s]", (int)n, data);
	}
	feed_free(&feed);
	close(pair[0]);
	return all;
}

#define LINES(input, max, zero) messages(input, sizeof(input) - 1, max, false, zero)

static void test_feed(void)
{
	is_text(LINES("a\nbc\n", 10, false), "[a][bc]", "a message for each line");
	is_text(LINES("a\nbc", 10, false), "[a][bc]", "last line without its end");
	is_text(LINES("a\n\nb\n", 10, false), "[a][b]", "empty line is nothing");
	is_text(LINES("a\n\nb\n", 10, true), "[a][][b]", "empty line is an empty message");
	is_text(LINES("\n", 10, true), "[]", "only an empty message");
	is_text(LINES("abc\nd\n", 3, false), "[abc][d]", "line of the greatest size");
	is_text(LINES("abcd\ne\n", 3, false), "[abc][d][e]", "longer line is cut");
	is_text(LINES("abcdef\n", 3, false), "[abc][def]", "twice the greatest size");
	is_text(LINES("abcdef\n", 3, true), "[abc][def]", "its end is no empty message");
	is_text(LINES("", 3, true), "", "no input, no message");
	is_text(messages("ab\ncd", 5, 10, true, false), "[ab\ncd]", "a message for each read");
	is_text(messages("abcde", 5, 2, true, false), "[ab][cd][e]", "read no more than a message");
}

/* Octets arrive one by one: where a line ends must not be forgotten or redone */
static void test_feed_slow(void)
{
	struct feed feed = { .max = 8 };
	const char *input = "hello\nyou\n", *data;
	char all[64] = "";
	int pair[2];
	size_t n;

	if (pipe(pair))
		abort();
	feed.src.fd = pair[0];
	for (; *input; input++) {
		if (write(pair[1], input, 1) != 1 || feed_fill(&feed) != 1)
			abort();
		while (feed_next(&feed, &data, &n))
			sprintf(all + strlen(all), "[%.*s]", (int)n, data);
	}
	is_text(all, "[hello][you]", "octets one by one");
	feed_free(&feed);
	close(pair[0]);
	close(pair[1]);
}

static void test_drain(void)
{
	struct drain drain = { 0 };
	static char big[300000], got[sizeof(big)];
	size_t i, have = 0;
	int pair[2];
	ssize_t n;

	for (i = 0; i < sizeof(big); i++)
		big[i] = rand();
	if (pipe2(pair, O_NONBLOCK))
		abort();
	drain.src.fd = pair[1];
	is_number(drain_put(&drain, big, 100000), 0, "put");
	is_number(drain_flush(&drain), 0, "a full pipe is no error");
	ok(drain.len > 0 && drain.len < 100000, "the rest is kept");
	drain_put(&drain, big + 100000, sizeof(big) - 100000);
	while (have < sizeof(big)) {
		n = read(pair[0], got + have, sizeof(got) - have);
		if (n < 0 && errno != EAGAIN)
			break;
		have += n > 0 ? n : 0;
		drain_flush(&drain);
	}
	ok(!memcmp(big, got, sizeof(big)), "everything arrives in order");
	is_number(drain.len, 0, "nothing is left");
	close(pair[0]);
	drain_put(&drain, "x", 1);
	is_number(drain_flush(&drain), -EPIPE, "nobody reads");
	drain_free(&drain);
	close(pair[1]);
}

static struct source first, second;
static int calls;

static void close_both(struct source *src, uint32_t events)
{
	(void)src;
	(void)events;
	calls++;
	source_close(&first);
	source_close(&second);
}

static void count(struct source *src, uint32_t events)
{
	(void)src;
	(void)events;
	calls++;
}

static void test_loop(void)
{
	struct loop loop;
	int a[2], b[2];

	is_number(loop_init(&loop), 0, "loop");
	if (pipe(a) || pipe(b) || write(a[1], "x", 1) != 1 || write(b[1], "x", 1) != 1)
		abort();
	source_init(&first, &loop, a[0], close_both);
	source_init(&second, &loop, b[0], close_both);
	source_want(&first, EPOLLIN);
	source_want(&second, EPOLLIN);
	loop_once(&loop, 1000);
	is_number(calls, 1, "a source that is closed in the round is not called");
	close(a[1]);

	calls = 0;
	if (pipe(a))
		abort();
	close(a[1]);
	source_init(&first, &loop, a[0], count);
	source_want(&first, EPOLLIN);
	source_want(&first, 0);
	loop_once(&loop, 0);
	is_number(calls, 0, "who wants nothing is not told of the end");
	source_close(&first);

	source_init(&first, &loop, open("/proc/self/exe", O_RDONLY), count);
	is_number(source_want(&first, EPOLLIN), 0, "a regular file can be watched");
	loop_once(&loop, 1000);
	is_number(calls, 1, "and is ready");
	source_want(&first, 0);
	loop_once(&loop, 0);
	is_number(calls, 1, "unless nobody wants it");
	source_close(&first);
	ok(!loop.always, "and is forgotten when closed");
	close(b[1]);
	close(loop.epfd);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	test_feed();
	test_feed_slow();
	test_drain();
	test_loop();
	return tap_end();
}
