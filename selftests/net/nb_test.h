/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Each test program includes this, and only this: the harness keeps its state
 * in variables of the file that includes it.
 */
#ifndef NB_TEST_H
#define NB_TEST_H

#include "nb_nl.h"
#include "kselftest_harness.h"

/* Under TCG with sanitizers a test takes several times as long. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	90

/* The usual network, as fixture @name with @n hosts; see nb_network(). */
#define NB_FIXTURE(name, n)						\
FIXTURE(name) {								\
	struct nb_host host[n];						\
	struct nb_host *server;						\
};									\
FIXTURE_SETUP(name)							\
{									\
	ASSERT_EQ(0, nb_network(self->host, n));			\
	self->server = &self->host[(n) - 1];				\
}									\
FIXTURE_TEARDOWN(name)							\
{									\
	nb_hosts_free(self->host, n);					\
}

/* The same with a session: sk[0] is the caller's, sk[1] the called one's. */
#define NB_SESSION_FIXTURE(name, n)					\
FIXTURE(name) {								\
	struct nb_host host[n];						\
	struct nb_host *server;						\
	int sk[2];							\
};									\
FIXTURE_SETUP(name)							\
{									\
	ASSERT_EQ(0, nb_network(self->host, n));			\
	self->server = &self->host[(n) - 1];				\
	ASSERT_EQ(0, nb_session(&self->host[0], self->server, self->sk)); \
}									\
FIXTURE_TEARDOWN(name)							\
{									\
	close(self->sk[0]);						\
	close(self->sk[1]);						\
	nb_hosts_free(self->host, n);					\
}

#endif /* NB_TEST_H */
