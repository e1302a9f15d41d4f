// SPDX-License-Identifier: GPL-2.0
/*
 * nbproxy: framing, the two directions of a session, and its settings. UNIX
 * sockets stand for TCP, and for AF_NETBIOS with NB_STREAM.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nbproxy/config.h"
#include "nbproxy/frame.h"
#include "nbproxy/pump.h"
#include "scratch.h"
#include "tap.h"

/* SMB-003, SMB-004 */
static void test_frame(void)
{
	static const struct {
		uint8_t		octets[4];
		enum frame_kind	kind;
		size_t		len;
	} headers[] = {
		{ { 0, 0, 0, 0 }, FRAME_MESSAGE, 0 },
		{ { 0, 0, 0, 1 }, FRAME_MESSAGE, 1 },
		{ { 0, 0, 0xff, 0xfe }, FRAME_MESSAGE, 0xfffe },
		{ { 0, 1, 0xff, 0xff }, FRAME_MESSAGE, FRAME_MAX },
		{ { 0, 2, 0, 0 }, FRAME_TOO_LONG, FRAME_MAX + 1 },
		{ { 0, 0xff, 0xff, 0xff }, FRAME_TOO_LONG, 0xffffff },
		{ { 0x85, 0, 0, 0 }, FRAME_KEEPALIVE, 7 },
		{ { 0x85, 0, 0, 1 }, FRAME_UNKNOWN, 7 },
		{ { 0x81, 0, 0, 0x44 }, FRAME_UNKNOWN, 7 },
		{ { 0xff, 'S', 'M', 'B' }, FRAME_UNKNOWN, 7 },
	};
	uint8_t octets[FRAME_HEADER];
	size_t i, len;

	for (i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
		len = 7;
		is_number(frame_parse(headers[i].octets, 4, &len), headers[i].kind,
			  "kind of a header");
		is_number(len, headers[i].len, "its length");
		is_number(frame_parse(headers[i].octets, 3, &len), FRAME_SHORT,
			  "three octets are none");
	}
	frame_put_keepalive(octets);
	is_number(frame_parse(octets, 4, &len), FRAME_KEEPALIVE, "a keep-alive is made");
}

/* Two pairs with a direction between them: what goes into @in comes out of @out */
static struct pump pump;
static int in, out;

static void join(bool from_direct, bool to_direct)
{
	struct end from = { .direct = from_direct }, to = { .direct = to_direct };
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		abort();
	in = pair[0];
	from.fd = pair[1];
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		abort();
	out = pair[0];
	to.fd = pair[1];
	fcntl(from.fd, F_SETFL, O_NONBLOCK);
	fcntl(to.fd, F_SETFL, O_NONBLOCK);
	fcntl(out, F_SETFL, O_NONBLOCK);
	pump_init(&pump, from, to);
}

static void part(void)
{
	pump_free(&pump);
	close(in);
	close(out);
	close(pump.from.fd);
	close(pump.to.fd);
}

static void put(const void *octets, size_t len)
{
	if (send(in, octets, len, 0) != (ssize_t)len)
		abort();
}

/* Is this what comes out, and nothing else? */
static bool comes(const void *octets, size_t len)
{
	static uint8_t got[2 * FRAME_MAX];
	ssize_t n = recv(out, got, sizeof(got), 0);

	return n == (ssize_t)len && !memcmp(got, octets, len) &&
	       recv(out, got, sizeof(got), 0) < 0 && errno == EAGAIN;
}

static void test_frames(void)
{
	static const char text[] = "\0\0\0\3abc" "\205\0\0\0" "\0\0\0\2de";
	static const bool inside[] = { 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0 };
	size_t i;

	join(true, false);
	for (i = 0; i < sizeof(inside); i++) {
		put(text + i, 1);
		is_number(pump_run(&pump), PUMP_WAITS_IN, "waits for more");
		is_number(pump_holds(&pump), inside[i], "the rest of a frame is due");
		if (i < 3)
			ok(recv(out, &(char){ 0 }, 1, 0) < 0, "a header is passed on whole");
		if (i == 6)
			ok(comes("\0\0\0\3abc", 7), "a frame");
	}
	ok(comes("\0\0\0\2de", 6), "the next one, without the keep-alive in front of it");
	is_number(pump.octets, 13, "octets that were passed on");
	put(text, sizeof(inside));
	pump_run(&pump);
	ok(comes("\0\0\0\3abc\0\0\0\2de", 13), "the same when they come together");
	close(in);
	is_number(pump_run(&pump), PUMP_ENDED, "the end");
	is_number(pump_run(&pump), PUMP_ENDED, "stays the end");
	part();
}

/* SMB-009 */
static void test_keepalive(void)
{
	join(true, false);
	pump_keepalive(&pump);
	ok(comes("\205\0\0\0", 4), "a keep-alive to an end that is AF_NETBIOS");
	put("\0\0\0\2d", 5);
	pump_run(&pump);
	pump_keepalive(&pump);
	ok(comes("\0\0\0\2d", 5), "none inside a frame");
	part();
	join(false, true);
	pump_keepalive(&pump);
	ok(recv(out, &(char){ 0 }, 1, 0) < 0, "none to an end that is direct");
	part();
}

static void test_octets(void)
{
	join(true, true);
	put("\0\0\0\3abc\0\xff", 9);
	is_number(pump_run(&pump), PUMP_WAITS_IN, "octets pass between two direct ends");
	ok(comes("\0\0\0\3abc\0\xff", 9), "as they are");
	close(in);
	is_number(pump_run(&pump), PUMP_ENDED, "the end");
	part();
}

static void bad(const char *octets, size_t len, bool end, enum pump_fault fault, long detail,
		const char *text)
{
	char buf[256];

	join(true, false);
	put(octets, len);
	if (end)
		close(in);
	if (end)
		pump_run(&pump);
	is_number(pump_run(&pump), PUMP_FAILED, "bad framing ends a direction");
	is_number(pump.fault, fault, "for the right reason");
	is_number(pump.detail, detail, "which has a number");
	ok(strstr(pump_explain(&pump, buf, sizeof(buf)), text), "and words: %s", buf);
	is_number(pump_run(&pump), PUMP_FAILED, "and stays so");
	part();
}

static void test_bad_frames(void)
{
	bad("\0\2\0\0", 4, false, FAULT_TOO_LONG, 131072, "131072 octets");
	bad("\203\0\0\1\202", 5, false, FAULT_FRAMING, 0x83, "begins with 83");
	bad("\0\0\0\3ab", 6, true, FAULT_CUT, 0, "inside a frame");
	bad("\0", 1, true, FAULT_CUT, 0, "inside a frame");
}

/* Return: octets that have come out */
static size_t drain(uint8_t *to, size_t size)
{
	size_t n = 0;
	ssize_t more;

	while ((more = recv(out, to + n, size - n, 0)) > 0)
		n += more;
	return n;
}

/* What was long may be followed by what is not (the header is only looked at) */
static void test_behind_a_long_frame(void)
{
	static const char next[][4] = { "\205\0\0", "\0\0\0\1", "\0\2\0", "\177" };
	static const enum pump_state state[] = {
		PUMP_WAITS_IN, PUMP_WAITS_IN, PUMP_FAILED, PUMP_FAILED,
	};
	static uint8_t sent[FRAME_HEADER + 60000 + 4] = { 0, 0, 60000 >> 8, 60000 & 0xff, 'x' };
	static uint8_t got[sizeof(sent)];
	size_t i, n;

	for (i = 0; i < 4; i++) {
		join(false, true);
		memcpy(sent + FRAME_HEADER + 60000, next[i], 4);
		put(sent, 20000);
		is_number(pump_run(&pump), PUMP_WAITS_IN, "the beginning");
		n = drain(got, sizeof(got));
		put(sent + 20000, sizeof(sent) - 20000);
		is_number(pump_run(&pump), state[i], "what follows");
		n += drain(got + n, sizeof(got) - n);
		is_number(n, sizeof(sent) - (i == 1 ? 0 : 4), "the frame came");
		ok(!memcmp(got, sent, n), "as it was");
		part();
	}
}

static unsigned int random_number(void)
{
	static unsigned int state = 1;

	state = state * 1103515245 + 12345;
	return state >> 8;
}

static void put_header(uint8_t *octets, size_t len)
{
	octets[0] = 0;
	octets[1] = len >> 16;
	octets[2] = len >> 8;
	octets[3] = len;
}

/* Whoever reads @out is slow: nothing is lost, and little is held */
static void flow(bool from_direct, bool to_direct)
{
	enum { COUNT = 300 };
	static uint8_t sent[FRAME_HEADER + FRAME_MAX], got[FRAME_HEADER + FRAME_MAX];
	static size_t len[COUNT];
	size_t i = 0, j = 0, done = 0, have = 0, want, step;
	bool blocked = false, good = true;
	ssize_t n;

	join(from_direct, to_direct);
	fcntl(in, F_SETFL, O_NONBLOCK);
	for (step = 0; j < COUNT && good && step < 10000000; step++) {
		/* a frame of every kind of size, in pieces */
		if (i < COUNT && !done)
			len[i] = 1 + random_number() % (i % 3 ? 500 : FRAME_MAX);
		if (i < COUNT) {
			put_header(sent, len[i]);
			memset(sent + FRAME_HEADER, i, len[i]);
			want = FRAME_HEADER + len[i] - done;
			if (want > 7)
				want = 1 + random_number() % want;
			n = send(in, sent + done, want, 0);
			if (n > 0)
				done += n;
			if (done == FRAME_HEADER + len[i]) {
				done = 0;
				i++;
			}
		}
		blocked |= pump_run(&pump) == PUMP_WAITS_OUT;
		good = pump.state <= PUMP_WAITS_OUT;
		if (step % 60 && i < COUNT)
			continue;
		n = recv(out, got + have, FRAME_HEADER + len[j] - have, 0);
		if (n < 0)
			continue;
		have += n;
		if (have < FRAME_HEADER + len[j])
			continue;
		put_header(sent, len[j]);
		good &= !memcmp(got, sent, FRAME_HEADER);
		for (want = 0; want < len[j]; want++)
			good &= got[FRAME_HEADER + want] == (uint8_t)j;
		have = 0;
		j++;
	}
	ok(good && j == COUNT, "all frames arrive as they were, %s to %s",
	   from_direct ? "direct" : "NetBIOS", to_direct ? "direct" : "NetBIOS");
	ok(blocked, "although the reader was slow at times");
	ok(!pump_holds(&pump) && !pump.buf && pump.pipe[0] < 0, "and then nothing is held");
	part();
}

static void test_flow(void)
{
	flow(true, false);
	flow(false, true);
	flow(false, false);
	flow(true, true);
}

static unsigned int line_of_error;

/* Return: the reason; @line_of_error is where it was found, 0 if that is not said */
static const char *error_of(const char *text)
{
	const char *path = path_of("nbproxy.conf");

	static char error[512];
	int err;

	put_file("nbproxy.conf", text);
	config_free(conf_load(&config_kind, path_of("nbproxy.conf"), &err, error, sizeof(error)));
	line_of_error = 0;
	if (!strncmp(error, path, strlen(path)))
		sscanf(error + strlen(path), ":%u", &line_of_error);
	return strrchr(error, ':') ? strrchr(error, ':') + 2 : error;
}

static void test_bad_settings(void)
{
	static const char *const nowhere[] = {
		"0.0.0.0", "0.1.2.3", "255.255.255.255", "224.0.0.1", "::", "ff02::1",
		"::ffff:0.0.0.0",
	};
	char text[128];
	size_t i;

	is_text(error_of("called \"*X\" { server = \"1.2.3.4\" }"), "is no name that can be had",
		"names with an asterisk cannot be listened on");
	is_text(error_of("called \"X\" { }"), "has no server", "a section needs a server");
	is_text(error_of("called \"X\" { server = \"X\" }"), "would call itself", "no circle");
	is_text(error_of("listen \"1.2.3.4\" { server = \"X\" method = direct }"),
		"method direct needs an address", "a name alone is called");
	is_text(error_of("listen \"somewhere\" { server = \"X\" }"), "is no address",
		"ports have addresses");
	is_text(error_of("listen \"1.2.3\" { server = \"X\" }"), "is no address",
		"a part of an address");
	is_text(error_of("listen \"1.2.3.4:70000\" { server = \"X\" }"), "is no address",
		"ports have an end");
	is_text(error_of("listen \"1.2.3.4\" { server = \"::1\" method = both }"),
		"NetBIOS has no IPv6", "no NetBIOS to IPv6");
	is_text(error_of("listen \"1.2.3.4\" { server = \"X\" called-name = \"Y\" }"),
		"called-name is for a server with an address", "a name is called as itself");
	is_text(error_of("listen \"*:445\" { server = \"X\" }\nlisten \"0.0.0.0\" { server = \"X\" }"),
		"there twice", "the same in other words");
	is_text(error_of("listen \"1.2.3.4\" { server = \"1.2.3.4\" }"), "would call itself",
		"no circle of ports either");
	is_text(error_of("listen \"224.0.0.1\" { server = \"X\" }"), "is no address",
		"nobody connects to a group");
	for (i = 0; i < sizeof(nowhere) / sizeof(*nowhere); i++) {
		snprintf(text, sizeof(text), "\ncalled \"X\" { server = \"%s\" }", nowhere[i]);
		is_text(error_of(text), "server is no address of a host", nowhere[i]);
		is_number(line_of_error, 2, "and the message has its line");
	}
	is_text(error_of("max-sessions = 2\n"), "nothing to do", "a service that serves nobody");
	is_text(error_of("max-sessions = 0"), "max-sessions is 1 to 100000, not 0", "limits");
	is_text(error_of("listen \"1.2.3.4\" { server = \"X\" port = 0 }"),
		"port is 1 to 65535, not 0", "port of a server");
	is_text(error_of("listen \"1.2.3.4\" { server = \"X\" method = any }"),
		"method is direct, netbios or both, not \"any\"", "methods");
}

/* What is not said follows from what is */
static void test_settings(void)
{
	char error[512], name[NB_NAME_TEXT_MAX];
	struct config *config;
	const struct service *s;
	int err;

	put_file("nbproxy.conf",
		 "stall-timeout = 5\n"
		 "called \"files\" { server = \"127.0.0.1\" }\n"
		 "called \"RELAY\" { server = \"OLDPC\" }\n"
		 "called \"SIX\" { server = \"2001:db8::1\" port = 4445 }\n"
		 "listen \"[::1]:1445\" { server = \"oldpc\" port = 446 }\n"
		 "listen \"192.0.2.1\" { server = \"192.0.2.7\" called-name = \"NAS\" }\n");
	config = conf_load(&config_kind, path_of("nbproxy.conf"), &err, error, sizeof(error));
	if (!ok(config, "settings are read %s", error))
		return;
	is_number(config->n_services, 5, "all of them");
	is_number(config->stall_timeout, 5, "a number that is set");
	is_number(config->sessions_max, 256, "a number that is not");
	s = config->services;
	is_text(s[0].text, "FILES<20>", "a name is that of a file server");
	is_number(s[0].server.methods, METHOD_DIRECT, "modern servers are reached directly");
	is_number(s[1].server.methods, METHOD_NETBIOS, "servers that have a name are called");
	is_number(s[2].server.methods, METHOD_DIRECT, "IPv6 is direct");
	is_number(s[3].server.methods, METHOD_DIRECT | METHOD_NETBIOS, "both from port 445");
	is_number(s[3].server.port, 446, "port of a server that has a name");
	is_text(nb_name_format(name, s[3].server.called.snb_name), "OLDPC<20>", "is called so");
	is_text(nb_name_format(name, s[4].server.called.snb_name), "NAS<20>", "as it is said");
	ok(!config_same_entrance(&s[3], &s[4]), "two ports");
	config_free(config);
}

int main(void)
{
	if (!mkdtemp(scratch_dir))
		abort();
	test_frame();
	test_frames();
	test_keepalive();
	test_octets();
	test_bad_frames();
	test_behind_a_long_frame();
	test_flow();
	test_bad_settings();
	test_settings();
	unlink(path_of("nbproxy.conf"));
	rmdir(scratch_dir);
	return tap_end();
}
