// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wire/ns_packet.h>

#include "port.h"

/* In the tables of /proc/net, where nothing has the state 0 */
#define ANY_STATE	0

struct owner {
	uint16_t	port;
	unsigned long	inode;
	unsigned int	uid;
	int		pid;
	bool		sure;		/* the process has the very socket */
	char		comm[32];
};

/* A line of /proc/net/udp: local address and port, state, later uid and inode */
static bool parse_line(const char *line, uint16_t port, unsigned int state,
		       struct owner *owner)
{
	unsigned int local_port, has;

	return sscanf(line, " %*d: %*x:%x %*x:%*x %x %*x:%*x %*x:%*x %*x %u %*u %lu",
		      &local_port, &has, &owner->uid, &owner->inode) == 4 &&
	       local_port == port && (state == ANY_STATE || has == state);
}

static bool find_socket(const char *proc, const char *table, unsigned int state,
			struct owner *owner)
{
	char line[512], path[128];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/net/%s", proc, table);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		found = parse_line(line, owner->port, state, owner);
	fclose(file);
	return found;
}

static void read_comm(int dir, struct owner *owner)
{
	int fd = openat(dir, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, owner->comm, sizeof(owner->comm) - 1);
	char *c;

	if (fd >= 0)
		close(fd);
	owner->comm[n < 0 ? 0 : n] = '\0';
	owner->comm[strcspn(owner->comm, "\n")] = '\0';
	/* A process calls itself what it likes, and this goes to terminals and logs */
	for (c = owner->comm; *c; c++)
		if (!isascii(*c) || !isprint((unsigned char)*c))
			*c = '?';
}

/* @hidden: its descriptors may not be looked at */
static bool has_socket(int dir, unsigned long inode, bool *hidden)
{
	char wanted[48], target[64];
	int fd = openat(dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *fds = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	bool found = false;
	ssize_t n;

	*hidden = !fds;
	if (!fds) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	snprintf(wanted, sizeof(wanted), "socket:[%lu]", inode);
	while (!found && (entry = readdir(fds))) {
		n = readlinkat(fd, entry->d_name, target, sizeof(target) - 1);
		if (n < 0) {
			*hidden |= errno == EACCES || errno == EPERM;
			continue;
		}
		target[n] = '\0';
		found = !strcmp(target, wanted);
	}
	closedir(fds);
	return found;
}

/*
 * How likely a program has this port. netbiosd leaves that of datagrams to the
 * kernel, and may well be that of another namespace, or whoever asks.
 */
static int likelihood(const struct owner *owner)
{
	if (!strcmp(owner->comm, "nmbd"))
		return 2;
	if (!strcmp(owner->comm, "nbnsd"))
		return 1;
	return !strcmp(owner->comm, "netbiosd") && owner->port == NS_PORT;
}

/*
 * The process that has the socket; or, since the descriptors of others may not be
 * looked at, one of the right user that is known to want this port
 */
static bool try_process(int proc, const char *name, struct owner *owner)
{
	struct owner found = *owner;
	struct stat st = { 0 };
	bool hidden;
	int dir;

	dir = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return false;
	found.pid = atoi(name);
	found.sure = has_socket(dir, owner->inode, &hidden);
	read_comm(dir, &found);
	fstat(dir, &st);
	close(dir);
	if (found.sure || (hidden && st.st_uid == owner->uid &&
			   likelihood(&found) > likelihood(owner)))
		*owner = found;
	return found.sure;
}

static void find_process(const char *proc, struct owner *owner)
{
	DIR *dir = opendir(proc);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    try_process(dirfd(dir), entry->d_name, owner))
			break;
	closedir(dir);
}

static const char *advice(const struct owner *owner, const struct port_hints *hints)
{
	if (!strcmp(owner->comm, "nmbd"))
		return "stop it with \"systemctl disable --now nmbd\", and set \"disable netbios = yes\" in smb.conf";
	if (!strcmp(owner->comm, "netbiosd"))
		return hints->netbiosd;
	if (!strcmp(owner->comm, "nbnsd") && hints->nbnsd)
		return hints->nbnsd;
	return hints->other;
}

static char *describe(const char *proc, char *buf, size_t size, struct owner *owner,
		      const struct port_hints *hints)
{
	const struct passwd *pw;

	find_process(proc, owner);
	if (owner->pid) {
		snprintf(buf, size, "%sby %s (process %d): %s", owner->sure ? "" : "probably ",
			 owner->comm, owner->pid, advice(owner, hints));
		return buf;
	}
	pw = getpwuid(owner->uid);
	snprintf(buf, size, "by a process of user %s: %s",
		 pw ? pw->pw_name : "?", advice(owner, hints));
	return buf;
}

char *port_owner_at(const char *proc, char *buf, size_t size, uint16_t port,
		    const struct port_hints *hints)
{
	struct owner owner = { .port = port };

	if (!find_socket(proc, "udp", ANY_STATE, &owner) &&
	    !find_socket(proc, "udp6", ANY_STATE, &owner)) {
		snprintf(buf, size, "by somebody who has gone meanwhile");
		return buf;
	}
	return describe(proc, buf, size, &owner, hints);
}

/* A connection that is left of the port, as in TIME_WAIT, keeps nobody from listening */
char *port_tcp_owner_at(const char *proc, char *buf, size_t size, uint16_t port,
			const struct port_hints *hints)
{
	struct owner owner = { .port = port };

	if (!find_socket(proc, "tcp", TCP_LISTEN, &owner) &&
	    !find_socket(proc, "tcp6", TCP_LISTEN, &owner))
		return NULL;
	return describe(proc, buf, size, &owner, hints);
}

char *port_tcp_owner(char *buf, size_t size, uint16_t port, const struct port_hints *hints)
{
	return port_tcp_owner_at("/proc", buf, size, port, hints);
}

char *port_owner(char *buf, size_t size, uint16_t port, const struct port_hints *hints)
{
	return port_owner_at("/proc", buf, size, port, hints);
}
