// SPDX-License-Identifier: GPL-2.0
#include <cap-ng.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>
#include <sys/prctl.h>

#include "log.h"
#include "priv.h"
#include "user.h"

/*
 * A capability that we do not have cannot be kept: then what needs it fails
 * with a message of its own, and the rest works, as in a test without a port
 * below 1024.
 */
static void choose(const unsigned int *needed, size_t n)
{
	capng_type_t sets = CAPNG_EFFECTIVE | CAPNG_PERMITTED;
	bool have[PRIV_MAX];
	size_t i;

	for (i = 0; i < n; i++)
		have[i] = capng_have_capability(CAPNG_PERMITTED, needed[i]);
	capng_clear(CAPNG_SELECT_BOTH);
	for (i = 0; i < n; i++)
		if (have[i])
			capng_update(CAPNG_ADD, sets, needed[i]);
}

static int become(const char *user)
{
	const struct passwd *pw = user_find(user);
	int err;

	if (!pw) {
		log_error("there is no user \"%s\"", user);
		return -1;
	}
	if (pw->pw_uid == getuid() && pw->pw_uid == geteuid())
		return capng_apply(CAPNG_SELECT_CAPS);
	if (geteuid() != 0) {
		log_error("only root can become user \"%s\"", user);
		return -1;
	}
	err = capng_change_id(pw->pw_uid, pw->pw_gid,
			      CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING);
	if (err)
		log_error("cannot become user \"%s\" (capng_change_id: %d)", user, err);
	return err;
}

int priv_drop(const char *user, const unsigned int *needed, size_t n)
{
	int err;

	if (capng_get_caps_process()) {
		log_error("cannot read the capabilities of this process");
		return -1;
	}
	choose(needed, n);
	err = user ? become(user) : capng_apply(CAPNG_SELECT_CAPS);
	if (err)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
		log_error("no_new_privs: %m");
		return -1;
	}
	return 0;
}

void priv_fill_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}
