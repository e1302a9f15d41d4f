// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets, messages, tasks and waiting; see nb_util.h.
 */
#include <sys/syscall.h>

#include "nb_util.h"

uint64_t nb_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000;
}

void nb_pause(int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

int nb_put_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

int nb_poll(int fd, int events, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = events };
	uint64_t end = nb_now() + ms;
	int ret;

	do {
		int left = (int)(end - nb_now());

		ret = poll(&pfd, 1, left > 0 ? left : 0);
	} while (ret < 0 && errno == EINTR);
	/* what is found only when the time is over has woken nobody */
	if (ret > 0 && ms && nb_now() >= end)
		return 0;
	return ret < 0 ? -errno : ret ? pfd.revents : 0;
}

/* "NAME" or "NAME#1d" */
struct sockaddr_nb nb_addr(const char *text)
{
	struct sockaddr_nb addr = { .snb_family = AF_NETBIOS };
	const char *hash = strchr(text, '#');
	size_t len = hash ? (size_t)(hash - text) : strlen(text);

	memset(addr.snb_name, ' ', NETBIOS_NAME_LEN - 1);
	memcpy(addr.snb_name, text, len < 15 ? len : 15);
	addr.snb_name[15] = hash ? (char)strtoul(hash + 1, NULL, 16) : 0;
	return addr;
}

bool nb_name_is(const struct sockaddr_nb *addr, const char *text)
{
	struct sockaddr_nb want = nb_addr(text);

	return addr->snb_family == AF_NETBIOS &&
	       !memcmp(addr->snb_name, want.snb_name, NETBIOS_NAME_LEN);
}

int nb_socket_in(const struct nb_host *host, int domain, int type, int protocol)
{
	int fd;

	if (nb_enter(host))
		return -errno;
	fd = socket(domain, type, protocol);
	return fd < 0 ? -errno : fd;
}

int nb_socket(const struct nb_host *host, int flags)
{
	return nb_socket_in(host, AF_NETBIOS, SOCK_SEQPACKET | flags, 0);
}

int nb_bind(int fd, const char *text, int type)
{
	struct sockaddr_nb addr = nb_addr(text);

	addr.snb_type = type;
	return bind(fd, (void *)&addr, sizeof(addr)) ? -errno : 0;
}

int nb_bound(const struct nb_host *host, const char *text, int flags)
{
	int fd, err;

	fd = nb_socket(host, flags);
	if (fd < 0)
		return fd;
	err = nb_bind(fd, text, NETBIOS_UNIQUE_NAME);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int nb_listener(const struct nb_host *host, const char *text, int backlog)
{
	int fd, err;

	fd = nb_bound(host, text, 0);
	if (fd < 0 || !listen(fd, backlog))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int nb_connect(int fd, const char *text)
{
	struct sockaddr_nb addr = nb_addr(text);

	return connect(fd, (void *)&addr, sizeof(addr)) ? -errno : 0;
}

int nb_connect_begin(int fd, const char *text)
{
	int err = nb_connect(fd, text);

	return err == -EINPROGRESS ? 0 : err;
}

int nb_call(const struct nb_host *host, const char *from, const char *to)
{
	int fd, err;

	fd = from ? nb_bound(host, from, 0) : nb_socket(host, 0);
	if (fd < 0)
		return fd;
	err = nb_connect(fd, to);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int nb_accept(int fd)
{
	int child;

	if (nb_poll(fd, POLLIN, NB_BOUND) <= 0)
		return -ETIMEDOUT;
	child = accept(fd, NULL, NULL);
	return child < 0 ? -errno : child;
}

/* sk[0] called from CLIENT, sk[1] was called as SERVER. */
int nb_session(const struct nb_host *from, const struct nb_host *to, int sk[2])
{
	int listener, err = 0;

	listener = nb_listener(to, "SERVER", 8);
	if (listener < 0)
		return listener;
	sk[0] = nb_call(from, "CLIENT", "SERVER");
	if (sk[0] < 0)
		err = sk[0];
	if (!err)
		sk[1] = nb_accept(listener);
	if (!err && sk[1] < 0)
		err = sk[1];
	close(listener);
	return err;
}

int nb_setopt(int fd, int opt, int value)
{
	return setsockopt(fd, SOL_NETBIOS, opt, &value, sizeof(value)) ?
	       -errno : 0;
}

int nb_getopt(int fd, int opt)
{
	int value = 0;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_NETBIOS, opt, &value, &len) ? -errno : value;
}

int nb_so_error(int fd)
{
	int value = 0;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &len) ?
	       -errno : value;
}

int nb_wire_error(int fd)
{
	return nb_getopt(fd, NB_WIRE_ERROR);
}

int nb_outcome(int fd)
{
	return nb_poll(fd, POLLOUT, NB_BOUND) <= 0 ? -ETIME : -nb_so_error(fd);
}

int nb_send(int fd, const void *buf, size_t len, int flags)
{
	ssize_t ret = send(fd, buf, len, flags | MSG_NOSIGNAL);

	return ret < 0 ? -errno : (int)ret;
}

int nb_recv(int fd, void *buf, size_t len, int *flags)
{
	struct iovec iov = { .iov_base = buf, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t ret;

	ret = recvmsg(fd, &msg, flags ? *flags : 0);
	if (ret < 0)
		return -errno;
	if (flags)
		*flags = msg.msg_flags;
	return (int)ret;
}

/* Octets that differ by place and by message, so that a shift is seen. */
void nb_fill(void *buf, size_t len, unsigned int seed)
{
	uint8_t *p = buf;
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = (uint8_t)(i ^ (i >> 8) ^ (i >> 16) ^ (seed * 31));
}

bool nb_filled(const void *buf, size_t len, unsigned int seed)
{
	const uint8_t *p = buf;
	size_t i;

	for (i = 0; i < len; i++)
		if (p[i] != (uint8_t)(i ^ (i >> 8) ^ (i >> 16) ^ (seed * 31)))
			return false;
	return true;
}

int nb_send_filled(int fd, size_t len, unsigned int seed)
{
	char *buf = malloc(len + 1);
	int ret;

	nb_fill(buf, len, seed);
	ret = nb_send(fd, buf, len, 0);
	free(buf);
	return ret;
}

/* 0 if the next message has this length and content */
int nb_recv_filled(int fd, size_t len, unsigned int seed)
{
	char *buf = malloc(len + 1);
	int flags = 0, ret;

	ret = nb_recv(fd, buf, len + 1, &flags);
	if (ret >= 0 && (size_t)ret != len)
		ret = -EMSGSIZE;
	else if (ret >= 0 && !(flags & MSG_EOR))
		ret = -EBADMSG;
	else if (ret >= 0)
		ret = nb_filled(buf, len, seed) ? 0 : -EILSEQ;
	free(buf);
	return ret;
}

int nb_send_full(int fd, size_t len)
{
	int n = 0, ret;

	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	do {
		while ((ret = nb_send_filled(fd, len, n)) == (int)len)
			n++;
	} while (ret == -EAGAIN && nb_poll(fd, POLLOUT, 100));
	return ret == -EAGAIN ? n : ret;
}

static void *task_main(void *arg)
{
	struct nb_task *task = arg;

	__atomic_store_n(&task->tid, (int)syscall(SYS_gettid), __ATOMIC_RELEASE);
	task->ret = task->fn(task->arg);
	__atomic_store_n(&task->done, true, __ATOMIC_RELEASE);
	return NULL;
}

int nb_task_start(struct nb_task *task, int (*fn)(void *arg), void *arg)
{
	memset(task, 0, sizeof(*task));
	task->fn = fn;
	task->arg = arg;
	return -pthread_create(&task->thread, NULL, task_main, task);
}

bool nb_pid_sleeps(int pid, int tid)
{
	char path[64], line[512] = "", *state;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return false;
	if (read(fd, line, sizeof(line) - 1) < 0)
		line[0] = 0;
	close(fd);
	state = strrchr(line, ')');
	return state && state[2] == 'S';
}

/* Asleep in two looks in a row: a lock that is waited for does not count. */
int nb_task_sleeps(struct nb_task *task)
{
	int seen = 0;

	return nb_wait(__atomic_load_n(&task->done, __ATOMIC_ACQUIRE) ||
		       (seen = nb_pid_sleeps(getpid(), __atomic_load_n(&task->tid,
								       __ATOMIC_ACQUIRE)) ?
			seen + 1 : 0) >= 3) &&
	       !__atomic_load_n(&task->done, __ATOMIC_ACQUIRE) ? 0 : -ETIMEDOUT;
}

int nb_task_end(struct nb_task *task)
{
	if (!nb_wait(__atomic_load_n(&task->done, __ATOMIC_ACQUIRE)))
		return -ETIMEDOUT;
	pthread_join(task->thread, NULL);
	return task->ret;
}

int nb_child_end(pid_t pid)
{
	pid_t got = 0;
	int status = 0;

	nb_wait((got = waitpid(pid, &status, WNOHANG)) != 0);
	if (got < 0)
		return -errno;
	if (!got) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		return -ETIMEDOUT;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}
