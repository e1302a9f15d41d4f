// SPDX-License-Identifier: GPL-2.0
/*
 * nbnsd.conf(5).
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nbnsd/config.h"
#include "scratch.h"
#include "tap.h"

static char error[512];

static struct config *load(const char *text)
{
	return conf_from(&config_kind, text, error, sizeof(error));
}

static const char *error_of(const char *text)
{
	config_free(load(text));
	return *error ? error + strlen(scratch_dir) + 1 : "nothing";
}

static void test_values(void)
{
	struct config *config = load("listen = { 10.0.0.1, 240.0.0.1 }\nredirect = 10.0.0.2\n"
				     "practice = WINS\nttl-min = 60\ndatabase = \"/tmp/x\"\n");

	if (!ok(config, "every kind of value"))
		return;
	is_number(config->n_listen, 2, "a list");
	ok(config->listen[0] == inet_addr("10.0.0.1"), "of addresses");
	ok(config->ns.redirect == inet_addr("10.0.0.2"), "an address");
	ok(config->ns.wins && config->ns.secured, "a word, and one as it comes");
	is_number(config->ns.ttl_min, 60, "a number");
	is_text(config->database, "/tmp/x", "a path");
	ok(config->tcp && !config->power_safe, "as they come");
	is_number(config->beside, BESIDE_AUTO, "beside a node if there is one");
	is_text(config->node_user, "netbiosd", "that of this user");
	config_free(config);
}

static void test_errors(void)
{
	static const char * const nobody[] = { "0.0.0.0", "0.1.2.3", "224.0.0.1",
					       "255.255.255.255", "10.1", "fred" };
	char text[80], expected[80];
	size_t i;

	for (i = 0; i < sizeof(nobody) / sizeof(*nobody); i++) {
		snprintf(text, sizeof(text), "\nlisten = { %s }", nobody[i]);
		snprintf(expected, sizeof(expected), "c:2: \"%s\" is no address of a host",
			 nobody[i]);
		is_text(error_of(text), expected, nobody[i]);
	}
	is_text(error_of("practice = best"), "c:1: practice is rfc, wins, not \"best\"", "a word");
	is_text(error_of("beside-node = maybe"),
		"c:1: beside-node is auto, no, yes, not \"maybe\"", "one of three");
	is_text(error_of("challenges = 70000"), "c:1: challenges is 0 to 65536, not 70000",
		"a number");
	unlink(path_of("c"));
	if (mkfifo(path_of("c"), 0600))
		abort();
	ok(!conf_load(&config_kind, path_of("c"), &(int){ 0 }, error, sizeof(error)), "a pipe");
	is_text(error + strlen(scratch_dir) + 1, "c: it is no regular file", "and says so");
	unlink(path_of("c"));
}

static char changes[256];

static void changed(const char *name)
{
	snprintf(changes + strlen(changes), sizeof(changes) - strlen(changes), " %s", name);
}

static const char *needs_restart(const char *before, const char *after)
{
	struct config *a = load(before), *b = load(after);

	changes[0] = '\0';
	config_restart(a, b, changed);
	config_free(a);
	config_free(b);
	return changes;
}

static void test_restart(void)
{
	is_text(needs_restart("", "challenge = end-node\nttl-min = 7\nredirect = 10.0.0.2\n"
			      "ttl-default = 9\nexpiry-percent = 300\nchallenges = 1\n"
			      "challenge-timeout = 10\nchallenge-count = 1\n"), "",
		"what a reload can change");
	is_text(needs_restart("listen = { 10.0.0.1 }", "listen = { 10.0.0.2 }"), " listen",
		"another address");
	is_text(needs_restart("practice = wins\ninterface = eth0\n", "tcp = no\n"),
		" interface tcp practice", "what only a restart can");
	is_text(needs_restart("beside-node = yes\nnode-user = fred\n", ""), " node-user beside-node",
		"whose ports they are");
	is_text(needs_restart("max-owners = 9\npower-safe = yes\nnbdd = no\n",
			      "database = \"/tmp/x\"\nnbdd-registered-only = yes\n"),
		" database nbdd nbdd-registered-only max-owners power-safe", "and the rest of it");
}

int main(void)
{
	if (!mkdtemp(scratch_dir))
		return 1;
	test_values();
	test_errors();
	test_restart();
	unlink(path_of("c"));
	rmdir(scratch_dir);
	return tap_end();
}
