// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd.conf(5), and who has a port.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <netbios/netbios.h>
#include "../netbiosd/config.h"
#include "../service/port.h"
#include "scratch.h"
#include "tap.h"

static struct config *load(const char *text)
{
	char error[512];

	return conf_from(&config_kind, text, error, sizeof(error));
}

/* What is wrong with a file, without its directory */
static const char *error_in(const char *file)
{
	static char error[512];
	int err;
	struct config *config = conf_load(&config_kind, path_of(file), &err, error, sizeof(error));

	ok(!config == !!err, "an error gives nothing");
	config_free(config);
	return err ? error + strlen(scratch_dir) + 1 : "nothing";
}

static const char *error_of(const char *text)
{
	put_file("c", text);
	return error_in("c");
}

static const char *servers(const uint32_t *addr, unsigned int n)
{
	static char all[8 * INET_ADDRSTRLEN];
	unsigned int i;

	all[0] = '\0';
	for (i = 0; i < n; i++) {
		inet_ntop(AF_INET, &addr[i], all + strlen(all), INET_ADDRSTRLEN);
		if (i + 1 < n)
			strcat(all, " ");
	}
	return all;
}

static void test_defaults(void)
{
	struct nbd_config ns;
	struct config *config;
	char error[512];
	int err;

	nbd_config_default(&ns);
	config = conf_load(&config_kind, NULL, &err, error, sizeof(error));
	if (!ok(config && !err, "no file"))
		return;
	ok(!memcmp(&config->ns, &ns, sizeof(ns)), "all as it comes");
	is_text(config->lmhosts, "/etc/netbios-lmhosts", "lmhosts");
	is_number(config->permanent, PERMANENT_HOST, "host name");
	ok(!config->has_scope && !config->has_sessions && !config->all.has_enabled &&
	   !config->all.has_type && !config->all.has_nbns && !config->all.has_nbdd,
	   "nothing is set over nbctl's head");
	ok(config->server, "a name server may serve beside the node");
	is_text(config->server_user, "nbnsd", "if it is this user's");
	config_free(config);
	ok(!conf_load(&config_kind, path_of("none"), &err, error, sizeof(error)) && err == -ENOENT,
	   "no such file");
	is_text(error + strlen(scratch_dir) + 1, "none: No such file or directory", "and says so");
}

static void test_values(void)
{
	struct config *config;

	config = load("# all kinds\n"
		      "broadcast-timeout = 750\npoll-interval = 1000\nrate-limit = 0\n"
		      "multihomed = yes\ntcp = off\n"
		      "scope = \"netbios.com\"\nsession-service = true\n"
		      "permanent-name = \"Fred\"\nlmhosts = \"\"\nrelease-at-exit = on\n");
	if (!ok(config, "every kind of value"))
		return;
	is_number(config->ns.bcast_timeout, 750, "number");
	is_number(config->ns.poll_interval, 1000, "another");
	is_number(config->ns.rate_limit, 0, "zero");
	ok(config->ns.multihomed && !config->ns.tcp, "booleans");
	ok(config->has_scope && !strcmp(config->scope, "netbios.com"), "scope");
	ok(config->has_sessions && config->sessions, "session service");
	is_number(config->permanent, PERMANENT_NAME, "a name of its own");
	ok(!memcmp(config->permanent_name, "FRED           ", 16), "with suffix 00");
	is_text(config->lmhosts, "", "no lmhosts");
	ok(config->release_at_exit, "release at exit");
	config_free(config);

	config = load("");
	ok(config, "empty file");
	config_free(config);
	config = load("tcp = no # }");
	ok(config && !config->ns.tcp, "ends within a comment");
	config_free(config);
	config = load("adapter eth0 { enabled = no }");
	ok(config && config->n_adapters == 1, "ends with a part");
	config_free(config);

	config = load("permanent-name = none\n");
	is_number(config ? (int)config->permanent : -1, PERMANENT_NONE, "no name");
	config_free(config);
}

static void test_adapters(void)
{
	struct adapter_config eth0, eth1, other;
	struct config *config;

	config = load("node-type = h\nnbns = {10.0.0.1, 10.0.0.2}\nenabled = no\n"
		      "adapter eth0 {\n\tenabled = yes\n\tnbns = {10.0.0.3}\n"
		      "\tnbdd = {10.0.0.4}\n}\n"
		      "adapter \"eth*\" { node-type = B nbns = {} broadcast = 239.1.2.3 }\n");
	if (!ok(config, "adapters"))
		return;
	config_adapter(&eth0, config, "eth0");
	config_adapter(&eth1, config, "eth1");
	config_adapter(&other, config, "wlan0");
	ok(eth0.has_enabled && eth0.enabled, "its own setting");
	ok(eth0.has_type && eth0.type == NBD_TYPE_H, "else that for all");
	is_text(servers(eth0.nbns, eth0.n_nbns), "10.0.0.3", "its own servers instead");
	is_text(servers(eth0.nbdd, eth0.n_nbdd), "10.0.0.4", "and the other kind");
	ok(eth1.has_enabled && !eth1.enabled, "a pattern");
	is_number(eth1.type, NBD_TYPE_B, "with its type");
	ok(eth1.has_nbns && !eth1.n_nbns, "and no servers, which is said");
	ok(eth1.has_broadcast && eth1.broadcast == inet_addr("239.1.2.3"), "a group");
	ok(!other.has_broadcast, "the others as the interface has it");
	ok(!eth1.has_nbdd, "of the other kind nothing is said");
	ok(!other.enabled && other.type == NBD_TYPE_H, "all others");
	is_text(servers(other.nbns, other.n_nbns), "10.0.0.1 10.0.0.2", "in their order");
	config_free(config);
}

static void test_errors(void)
{
	is_text(error_of("\nnonsense = 1\n"), "c:2: no such option 'nonsense'", "option");
	is_text(error_of("broadcast-timeout = 9\n"),
		"c:1: broadcast-timeout is 10 to 3600000, not 9", "too small");
	is_text(error_of("tcp = yes\nrefresh-opcode = 10\n"),
		"c:2: refresh-opcode is 8 to 9, not 10", "too great");
	is_text(error_of("wack-max = fred\n"),
		"c:1: invalid integer value for option 'wack-max'", "no number");
	is_text(error_of("tcp = perhaps\n"), "c:1: invalid boolean value for option 'tcp'",
		"no boolean");
	is_text(error_of("node-type = x\n"), "c:1: node-type is auto, b, p, m or h, not \"x\"",
		"no type");
	is_text(error_of("\n\nnbns = {10.0.0.1, fred}\n"),
		"c:3: \"fred\" is not the address of a server", "no address");
	is_text(error_of("nbns = {224.0.0.1}\n"),
		"c:1: \"224.0.0.1\" is not the address of a server", "multicast");
	is_text(error_of("nbdd = {1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,"
			 "1.1.1.8,1.1.1.9}\n"),
		"c:1: nbdd has more than 8 servers", "too many servers");
	is_text(error_of("broadcast = 0.0.0.1\n"),
		"c:1: \"0.0.0.1\" is no broadcast address and no multicast group", "no group");
	is_text(error_of("scope = \"a..b\"\n"),
		"c:1: \"a..b\" is no scope: labels of 1 to 63 octets with dots between",
		"no scope");
	is_text(error_of("permanent-name = ABCDEFGHIJKLMNOPQ\n"),
		"c:1: \"ABCDEFGHIJKLMNOPQ\" is no name, nor \"host\" or \"none\"", "no name");
	is_text(error_of("adapter eth0 {\n\ttcp = yes\n}\n"), "c:2: no such option 'tcp'",
		"not in a part");
	is_text(error_of("adapter eth0 {\n\tnode-type = q\n}\n"),
		"c:2: node-type is auto, b, p, m or h, not \"q\"", "wrong inside of a part");
	is_text(error_of("adapter eth0 { }\nadapter eth0 { }\n"),
		"c:2: found duplicate title 'eth0'", "twice the same");
	is_text(error_of("nbns = {10.0.0.1\n"), "c:2: premature end of file", "no end");
	is_text(error_of("tcp = yes\nadapter eth0 {\n\tnode-type = b\n"),
		"c:3: the file ends inside of a part, or of a comment", "part without end");
	is_text(error_of("adapter eth0 { enabled = no"),
		"c:1: the file ends inside of a part, or of a comment", "nor end of line");
	is_text(error_of("/* tcp = yes\n"),
		"c:1: the file ends inside of a part, or of a comment", "no end of comment");
	is_text(error_of("tcp = yes\n}\n"), "c:2: unexpected closing brace", "one too many");
	is_text(error_of("scope = \"a\n"), "c:2: premature end of file", "no quote");
	is_text(error_of("tcp yes\n"), "c:1: missing equal sign after option 'tcp'",
		"no equal sign");
}

/* Nothing that would have us wait, or has no end */
static void test_not_regular(void)
{
	ok(!mkfifo(path_of("pipe"), 0600), "a pipe");
	is_text(error_in("pipe"), "pipe: it is no regular file", "is not read");
	ok(!symlink("/dev/zero", path_of("device")), "a device");
	is_text(error_in("device"), "device: it is no regular file", "nor is that");
	is_text(error_in("."), ".: Is a directory", "nor a directory");
	unlink(path_of("device"));
	ok(!symlink("/dev/null", path_of("device")), "one that is always empty");
	is_text(error_in("device"), "nothing", "is as good as an empty file");
}

/* A connection that is over has nobody, and comes first here */
static void test_tcp_port(void)
{
	static const char table[] =
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
		"   0: 0100007F:008B 0100007F:D3A2 06 00000000:00000000 03:00000F2C 00000000     0        0 0 3 0\n"
		"   1: 0100007F:008B 0100007F:D3A3 01 00000000:00000000 00:00000000 00000000     0        0 1111 1 0\n";
	static const char listens[] =
		"   2: 00000000:008B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5678 1 0\n";
	static const struct port_hints hints = { .netbiosd = "one is enough", .other = "stop it" };
	char buf[300], both[sizeof(table) + sizeof(listens)];

	put_file("net/tcp", table);
	ok(!port_tcp_owner_at(scratch_dir, buf, sizeof(buf), 139, &hints),
	   "what is left of connections does not have a TCP port");
	snprintf(both, sizeof(both), "%s%s", table, listens);
	put_file("net/tcp", both);
	put_file("42/comm", "smbd\033[2J\n");
	mkdir(path_of("42/fd"), 0700);
	if (symlink("socket:[5678]", path_of("42/fd/3")))
		abort();
	is_text(port_tcp_owner_at(scratch_dir, buf, sizeof(buf), 139, &hints),
		"by smbd?[2J (process 42): stop it", "who listens does, by a name without controls");
	unlink(path_of("42/fd/3"));
	rmdir(path_of("42/fd"));
}

/* A /proc with the sockets of one process */
static void test_port(void)
{
	static const char format[] =
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n"
		"  100: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1234 2 0 0\n"
		"  101: 00000000:0089 00000000:0000 07 00000000:00000000 00:00000000 00000000 %5u        0 5678 2 0 0\n";
	static const struct port_hints hints = { .netbiosd = "one is enough", .other = "stop it" };
	static const struct port_hints beside = { .nbnsd = "start it again", .other = "stop it" };
	const struct passwd *me = getpwuid(getuid());
	char buf[300], table[sizeof(format) + 16], user[64];

	/* Ours, as what scratch_dir has is: nobody else's can be made without root */
	snprintf(table, sizeof(table), format, getuid());
	snprintf(user, sizeof(user), "a process of user %s", me ? me->pw_name : "?");
	mkdir(path_of("net"), 0700);
	put_file("net/udp", table);
	is_text(port_owner_at(scratch_dir, buf, sizeof(buf), 138, &hints),
		"by somebody who has gone meanwhile", "port is free");
	ok(strstr(port_owner_at(scratch_dir, buf, sizeof(buf), 137, &hints),
		  user),
	   "only its user is known");
	mkdir(path_of("42"), 0700);
	mkdir(path_of("42/fd"), 0700);
	put_file("42/comm", "named\n");
	ok(strstr(port_owner_at(scratch_dir, buf, sizeof(buf), 137, &hints), user),
	   "not the process that is there");
	if (symlink("socket:[5678]", path_of("42/fd/3")))
		abort();
	ok(strstr(port_owner_at(scratch_dir, buf, sizeof(buf), 137, &hints), "named (process 42)"),
	   "process");
	put_file("42/comm", "nmbd\n");
	ok(strstr(port_owner_at(scratch_dir, buf, sizeof(buf), 137, &hints),
		  "disable netbios = yes"),
	   "nmbd, and what to do");
	unlink(path_of("42/fd/3"));
	ok(strstr(port_owner_at(scratch_dir, buf, sizeof(buf), 137, &hints), user),
	   "not an nmbd that can be seen not to have it");
	rmdir(path_of("42/fd"));
	ok(strstr(port_owner_at(scratch_dir, buf, sizeof(buf), 137, &hints),
		  "probably by nmbd (process 42)"),
	   "nmbd is named though its descriptors cannot be seen");
	put_file("42/comm", "nbnsd\n");
	ok(strstr(port_owner_at(scratch_dir, buf, sizeof(buf), 137, &hints),
		  "probably by nbnsd (process 42): stop it"),
	   "so is nbnsd");
	ok(strstr(port_owner_at(scratch_dir, buf, sizeof(buf), 137, &beside), ": start it again"),
	   "with what to do about it");
	put_file("42/comm", "netbiosd\n");
	ok(strstr(port_owner_at(scratch_dir, buf, sizeof(buf), 137, &hints),
		  "probably by netbiosd (process 42)"),
	   "and so is netbiosd");
	mkdir(path_of("17"), 0700);
	mkdir(path_of("99"), 0700);
	put_file("17/comm", "nmbd\n");
	put_file("99/comm", "netbiosd\n");
	ok(strstr(port_owner_at(scratch_dir, buf, sizeof(buf), 137, &hints),
		  "probably by nmbd (process 17)"),
	   "nmbd rather than one of several netbiosd");
	ok(strlen(port_owner_at(scratch_dir, buf, 20, 137, &hints)) == 19, "short buffer");
}

int main(void)
{
	static const char * const files[] = { "c", "net/udp", "net/tcp", "17/comm", "42/comm", "99/comm", "pipe", "device" };
	static const char * const dirs[] = { "net", "17", "42", "99", "" };
	size_t i;

	if (!mkdtemp(scratch_dir))
		return 1;
	test_defaults();
	test_values();
	test_adapters();
	test_errors();
	test_not_regular();
	test_port();
	test_tcp_port();
	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		unlink(path_of(files[i]));
	for (i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		rmdir(path_of(dirs[i]));
	return tap_end();
}
