/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of KUnit as the tests of pure code need, in user space. Each test,
 * and each row of its table, becomes a line of TAP.
 */
#ifndef _KUNIT_TEST_H
#define _KUNIT_TEST_H

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#define KUNIT_PARAM_DESC_SIZE 128

struct kunit {
	const void	*param_value;
	int		failed;
	jmp_buf		leave;	/* of an assertion that does not hold */
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char		*name;
	struct kunit_case	*test_cases;
};

#define KUNIT_CASE(fn)			{ .run_case = fn, .name = #fn }
#define KUNIT_CASE_PARAM(fn, gen) \
	{ .run_case = fn, .name = #fn, .generate_params = gen }

#define KUNIT_ARRAY_PARAM(name, array, get_desc)			\
static const void *name##_gen_params(const void *prev, char *desc)	\
{									\
	__typeof__((array)[0]) *next = prev;				\
									\
	next = prev ? next + 1 : (array);				\
	if (next - (array) >= (long)(sizeof(array) / sizeof((array)[0])))\
		return NULL;						\
	get_desc(next, desc);						\
	return next;							\
}

#define KUNIT_FAILED(test, text) do {					\
	(test)->failed = 1;						\
	printf("# %s:%d: %s\n", __FILE__, __LINE__, text);		\
} while (0)

#define KUNIT_EXPECT_TRUE(test, cond) do {				\
	if (!(cond))							\
		KUNIT_FAILED(test, #cond);				\
} while (0)
#define KUNIT_EXPECT_FALSE(test, cond)	KUNIT_EXPECT_TRUE(test, !(cond))

#define KUNIT_EXPECT_EQ(test, a, b) do {				\
	long long __a = (a), __b = (b);					\
									\
	if (__a != __b) {						\
		KUNIT_FAILED(test, #a " == " #b);			\
		printf("#   %lld, %lld\n", __a, __b);			\
	}								\
} while (0)

#define KUNIT_EXPECT_STREQ(test, a, b)					\
	KUNIT_EXPECT_TRUE(test, !strcmp(a, b))

#define KUNIT_ASSERT_EQ(test, a, b) do {				\
	KUNIT_EXPECT_EQ(test, a, b);					\
	if ((test)->failed)						\
		longjmp((test)->leave, 1);				\
} while (0)

static inline int kunit_run_one(const struct kunit_case *c,
				const void *param, const char *desc, int n)
{
	struct kunit test = { .param_value = param };

	if (!setjmp(test.leave))
		c->run_case(&test);
	printf("%s %d - %s%s%s\n", test.failed ? "not ok" : "ok", n, c->name,
	       *desc ? ": " : "", desc);
	return test.failed;
}

static inline int kunit_run(const struct kunit_suite *suite)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";
	const struct kunit_case *c;
	int n = 0, failed = 0;
	const void *param;

	printf("TAP version 13\n# %s\n", suite->name);
	for (c = suite->test_cases; c->run_case; c++) {
		if (!c->generate_params) {
			failed += kunit_run_one(c, NULL, "", ++n);
			continue;
		}
		for (param = c->generate_params(NULL, desc); param;
		     param = c->generate_params(param, desc))
			failed += kunit_run_one(c, param, desc, ++n);
	}
	printf("1..%d\n", n);
	return failed;
}

#define kunit_test_suite(suite)						\
int main(void)								\
{									\
	return kunit_run(&(suite)) != 0;				\
}

#endif /* _KUNIT_TEST_H */
