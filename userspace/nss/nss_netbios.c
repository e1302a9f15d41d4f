// SPDX-License-Identifier: GPL-2.0
/*
 * libnss_netbios: host names of glibc from NetBIOS names, see libnss_netbios(8).
 *
 * The kernel is asked as any program can ask it; it knows the names of this node
 * and what its cache has, also that a name is nowhere, and asks the helper about
 * the rest. Nothing is kept here.
 */
#include <errno.h>
#include <netdb.h>
#include <nss.h>
#include <stdalign.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <netbios/netbios.h>

/* All that one question may take, s: a program waits, and often a person */
#define PATIENCE	4
/* Octets of a name before the suffix */
#define HOST_MAX	(NETBIOS_NAME_LEN - 1)

/* What hosts have: file servers the first one, all others the second */
static const unsigned char suffixes[] = { 0x20, 0x00 };

enum nss_status _nss_netbios_gethostbyname_r(const char *name, struct hostent *host, char *buf,
					     size_t len, int *errnop, int *herrnop);
enum nss_status _nss_netbios_gethostbyname2_r(const char *name, int family,
					      struct hostent *host, char *buf, size_t len,
					      int *errnop, int *herrnop);
enum nss_status _nss_netbios_gethostbyname3_r(const char *name, int family,
					      struct hostent *host, char *buf, size_t len,
					      int *errnop, int *herrnop, int32_t *ttl,
					      char **canon);
enum nss_status _nss_netbios_gethostbyname4_r(const char *name, struct gaih_addrtuple **tuple,
					      char *buf, size_t len, int *errnop, int *herrnop,
					      int32_t *ttl);

/*
 * Names of NetBIOS may have nearly any octet; those of hosts are letters, digits
 * and hyphens, and the underscores that Windows permits. What has a dot is for
 * DNS.
 */
static bool is_host_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789-_");

	return len && len <= HOST_MAX && !name[len];
}

static void set_patience(int fd, const struct timespec *end)
{
	struct timespec now;
	struct timeval left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	left.tv_sec = end->tv_sec - now.tv_sec;
	left.tv_usec = (end->tv_nsec - now.tv_nsec) / 1000;
	if (left.tv_usec < 0) {
		left.tv_sec--;
		left.tv_usec += 1000000;
	}
	/* 0 would be for ever */
	if (left.tv_sec < 0 || (!left.tv_sec && !left.tv_usec))
		left = (struct timeval){ .tv_usec = 1 };
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &left, sizeof(left));
}

/* A signal, and be it one that stops the program for a while, is no answer */
static int resolve(int fd, const struct sockaddr_nb *addr, const struct timespec *end,
		   struct nb_resolve *answer)
{
	int err;

	do {
		set_patience(fd, end);
		err = nb_resolve(fd, addr, answer);
	} while (err == -EINTR);
	return err;
}

/* Return: 0, or a negative errno as nb_resolve(). */
static int ask(int fd, const char *name, struct nb_resolve *answer)
{
	struct sockaddr_nb addr;
	struct timespec end;
	int err = -EHOSTUNREACH;
	size_t i;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += PATIENCE;
	for (i = 0; i < sizeof(suffixes); i++) {
		err = nb_sockaddr_parse(&addr, name, suffixes[i], NETBIOS_UNIQUE_NAME);
		if (err)
			return err;
		err = resolve(fd, &addr, &end, answer);
		/* A group is no host */
		if (!err && answer->nrs_flags & NB_RESOLVE_GROUP)
			err = -EHOSTUNREACH;
		if (err != -EHOSTUNREACH)
			break;
	}
	return err;
}

static enum nss_status failed(int err, int *errnop, int *herrnop)
{
	*errnop = err;
	switch (err) {
	case EHOSTUNREACH:
		*errnop = ENOENT;
		*herrnop = HOST_NOT_FOUND;
		return NSS_STATUS_NOTFOUND;
	case EAGAIN:
	case ETIMEDOUT:
		*errnop = EAGAIN;
		*herrnop = TRY_AGAIN;
		return NSS_STATUS_TRYAGAIN;
	case ERANGE:
		*herrnop = NETDB_INTERNAL;
		return NSS_STATUS_TRYAGAIN;
	}
	/* No module, no helper: as if this were not there */
	*herrnop = NO_RECOVERY;
	return NSS_STATUS_UNAVAIL;
}

static enum nss_status look_up(const char *name, struct nb_resolve *answer, int *errnop,
			       int *herrnop)
{
	int fd, err;

	if (!is_host_name(name))
		return failed(EHOSTUNREACH, errnop, herrnop);
	fd = nb_socket(SOCK_SEQPACKET | SOCK_CLOEXEC, NB_LANA_ANY);
	if (fd < 0)
		return failed(errno, errnop, herrnop);
	err = ask(fd, name, answer);
	close(fd);
	return err ? failed(-err, errnop, herrnop) : NSS_STATUS_SUCCESS;
}

/* A piece of the caller's buffer; NULL if it is too small */
static void *take(char **buf, size_t *len, size_t size, size_t align)
{
	size_t skip = -(uintptr_t)*buf & (align - 1);
	void *piece = *buf + skip;

	if (*len < skip || *len - skip < size)
		return NULL;
	*buf += skip + size;
	*len -= skip + size;
	return piece;
}

static bool fill_host(struct hostent *host, const char *name, const struct nb_resolve *answer,
		      char *buf, size_t len)
{
	struct in_addr *addr;
	unsigned int i;

	host->h_addrtype = AF_INET;
	host->h_length = sizeof(*addr);
	host->h_aliases = take(&buf, &len, sizeof(char *), alignof(char *));
	host->h_addr_list = take(&buf, &len, (answer->nrs_count + 1) * sizeof(char *),
				 alignof(char *));
	addr = take(&buf, &len, answer->nrs_count * sizeof(*addr), alignof(struct in_addr));
	host->h_name = take(&buf, &len, strlen(name) + 1, 1);
	if (!host->h_aliases || !host->h_addr_list || !addr || !host->h_name)
		return false;
	host->h_aliases[0] = NULL;
	for (i = 0; i < answer->nrs_count; i++) {
		addr[i].s_addr = answer->nrs_addr[i];
		host->h_addr_list[i] = (char *)&addr[i];
	}
	host->h_addr_list[i] = NULL;
	strcpy(host->h_name, name);
	return true;
}

enum nss_status _nss_netbios_gethostbyname3_r(const char *name, int family,
					      struct hostent *host, char *buf, size_t len,
					      int *errnop, int *herrnop, int32_t *ttl,
					      char **canon)
{
	struct nb_resolve answer;
	enum nss_status status;

	if (family != AF_INET) {
		*errnop = EAFNOSUPPORT;
		*herrnop = NO_DATA;
		return NSS_STATUS_NOTFOUND;
	}
	status = look_up(name, &answer, errnop, herrnop);
	if (status != NSS_STATUS_SUCCESS)
		return status;
	if (!fill_host(host, name, &answer, buf, len))
		return failed(ERANGE, errnop, herrnop);
	if (ttl)
		*ttl = 0;
	if (canon)
		*canon = host->h_name;
	return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_netbios_gethostbyname2_r(const char *name, int family,
					      struct hostent *host, char *buf, size_t len,
					      int *errnop, int *herrnop)
{
	return _nss_netbios_gethostbyname3_r(name, family, host, buf, len, errnop, herrnop,
					     NULL, NULL);
}

enum nss_status _nss_netbios_gethostbyname_r(const char *name, struct hostent *host, char *buf,
					     size_t len, int *errnop, int *herrnop)
{
	return _nss_netbios_gethostbyname3_r(name, AF_INET, host, buf, len, errnop, herrnop,
					     NULL, NULL);
}

/* getaddrinfo(). The first tuple may be the caller's own. */
enum nss_status _nss_netbios_gethostbyname4_r(const char *name, struct gaih_addrtuple **tuple,
					      char *buf, size_t len, int *errnop, int *herrnop,
					      int32_t *ttl)
{
	struct gaih_addrtuple **link = tuple, *one;
	struct nb_resolve answer;
	enum nss_status status;
	char *host;
	unsigned int i;

	status = look_up(name, &answer, errnop, herrnop);
	if (status != NSS_STATUS_SUCCESS)
		return status;
	host = take(&buf, &len, strlen(name) + 1, 1);
	if (!host)
		return failed(ERANGE, errnop, herrnop);
	strcpy(host, name);
	for (i = 0; i < answer.nrs_count; i++) {
		one = i || !*tuple ? take(&buf, &len, sizeof(*one), alignof(struct gaih_addrtuple)) :
		      *tuple;
		if (!one)
			return failed(ERANGE, errnop, herrnop);
		*one = (struct gaih_addrtuple){ .name = host, .family = AF_INET };
		one->addr[0] = answer.nrs_addr[i];
		*link = one;
		link = &one->next;
	}
	if (ttl)
		*ttl = 0;
	return NSS_STATUS_SUCCESS;
}
