// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "log.h"
#include "notify.h"

static struct sockaddr_un manager;
static socklen_t manager_len;
static int fd = -1;

/* An absolute path, or "@" and a name in the abstract name space */
static bool set_address(const char *path)
{
	size_t len = strlen(path);

	if ((path[0] != '/' && path[0] != '@') || len >= sizeof(manager.sun_path))
		return false;
	manager.sun_family = AF_UNIX;
	memcpy(manager.sun_path, path, len + 1);
	manager_len = offsetof(struct sockaddr_un, sun_path) + len;
	if (path[0] == '@')
		manager.sun_path[0] = '\0';
	else
		manager_len++;
	return true;
}

static void send_text(const char *text)
{
	if (fd < 0)
		return;
	/* It does not read fast enough? Then the next one tells it. */
	if (sendto(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL,
		   (struct sockaddr *)&manager, manager_len) < 0)
		log_debug("service manager: %m");
}

static uint64_t watchdog_interval(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");

	if (!usec || (pid && atol(pid) != getpid()))
		return 0;
	return strtoull(usec, NULL, 10);
}

uint64_t notify_init(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	uint64_t watchdog = watchdog_interval();

	if (!path)
		return 0;
	if (!set_address(path)) {
		log_warning("NOTIFY_SOCKET=%s is no address of a socket", path);
		return 0;
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		log_warning("service manager: %m");
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	return fd < 0 ? 0 : watchdog;
}

void notify_ready(void)
{
	send_text("READY=1");
}

void notify_reloading(void)
{
	char text[64];
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%llu",
		 ts.tv_sec * 1000000ULL + ts.tv_nsec / 1000);
	send_text(text);
}

void notify_stopping(void)
{
	send_text("STOPPING=1");
}

void notify_watchdog(void)
{
	send_text("WATCHDOG=1");
}

void notify_status(const char *format, ...)
{
	static char last[256];
	char text[sizeof(last)] = "STATUS=";
	va_list args;

	va_start(args, format);
	vsnprintf(text + strlen(text), sizeof(text) - strlen(text), format, args);
	va_end(args);
	if (!strcmp(text, last))
		return;
	memcpy(last, text, sizeof(last));
	send_text(text);
}
