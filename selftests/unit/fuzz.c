// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz [COUNT [SEED]] - random and damaged input for nb_wire.c.
 *
 * The sanitizers watch the memory; this watches that what is accepted means
 * the same when it is written again, and that no length leads astray. The
 * input is a function of the seed: a failure can be repeated.
 */
#include <stdlib.h>

#include "../../kernel/nb_wire.h"

static u64 state;

static u32 rnd(u32 below)
{
	/* xorshift64*, Marsaglia and Vigna */
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (u32)((state * 0x2545f4914f6cdd1dULL) >> 32) % below;
}

static void fail(const char *what, const u8 *input, size_t len)
{
	size_t i;

	printf("not ok - %s:", what);
	for (i = 0; i < len; i++)
		printf(" %02x", input[i]);
	printf("\n");
	exit(1);
}

/* Exactly as large as the input, so that each octet too far is noticed. */
static u8 *copy(const u8 *input, size_t len)
{
	u8 *p = malloc(len ? len : 1);

	if (!p)
		abort();
	memcpy(p, input, len);
	return p;
}

static size_t random_octets(u8 *to, size_t room)
{
	size_t i, len = rnd(room + 1);

	for (i = 0; i < len; i++)
		to[i] = rnd(256);
	return len;
}

static int random_scope(u8 *labels)
{
	char text[NETBIOS_SCOPE_MAX];
	size_t i, len = rnd(4) ? rnd(20) : rnd(sizeof(text) + 1);
	int used;

	for (i = 0; i < len; i++)
		text[i] = rnd(6) ? 'a' + rnd(26) : '.';
	used = nb_wire_scope_from_text(text, len, labels, NB_WIRE_SCOPE_MAX);
	return used < 0 ? 0 : used;
}

static size_t random_request(u8 *to, size_t room)
{
	u8 labels[NB_WIRE_SCOPE_MAX], names[2 * NETBIOS_NAME_LEN];
	u8 packet[NB_WIRE_REQUEST_MAX];
	size_t i, damage, used;
	int len;

	for (i = 0; i < sizeof(names); i++)
		names[i] = rnd(256);
	len = nb_wire_put_request(packet, sizeof(packet), names,
				  names + NETBIOS_NAME_LEN, labels,
				  random_scope(labels));
	if (len < 0)
		fail("a request could not be written", names, sizeof(names));
	used = len - NB_WIRE_HDR_LEN;
	if (used > room)
		abort();
	memcpy(to, packet + NB_WIRE_HDR_LEN, used);
	for (damage = rnd(4); damage; damage--)
		to[rnd(used)] = rnd(2) ? rnd(256) : rnd(65);
	return rnd(8) ? used : rnd(used + 1);
}

static bool check_request(const u8 *input, size_t len)
{
	u8 again[NB_WIRE_REQUEST_MAX];
	struct nb_wire_request req;
	int first, second;

	if (nb_wire_get_request(input, len, &req))
		return false;
	first = nb_wire_put_name(again, sizeof(again), req.called, req.scope,
				 req.scope_len);
	if (first < 0)
		fail("an accepted name cannot be written", input, len);
	second = nb_wire_put_name(again + first, sizeof(again) - first,
				  req.calling, req.calling_scope,
				  req.calling_scope_len);
	if (second < 0 || (size_t)first + second != len ||
	    memcmp(again, input, len))
		fail("an accepted request reads differently", input, len);
	return true;
}

static bool check_name(const u8 *input, size_t len)
{
	u8 name[NETBIOS_NAME_LEN], again[NB_WIRE_NAME_MAX], scope_len;
	char text[NETBIOS_SCOPE_MAX + 1];
	const u8 *scope;
	int used;

	used = nb_wire_get_name(input, len, name, &scope, &scope_len);
	if (used < 0)
		return false;
	if ((size_t)used > len || used != NB_WIRE_NAME_MIN + scope_len ||
	    nb_wire_put_name(again, sizeof(again), name, scope,
			     scope_len) != used ||
	    memcmp(again, input, used))
		fail("an accepted name reads differently", input, len);
	if (nb_wire_scope_to_text(scope, scope_len, text, sizeof(text)) < 0)
		fail("an accepted scope has no text", input, len);
	return true;
}

static bool check_header(const u8 *input, size_t len)
{
	u8 again[NB_WIRE_HDR_LEN], type;
	u32 trailer;

	if (len < NB_WIRE_HDR_LEN || nb_wire_get_header(input, &type, &trailer))
		return false;
	nb_wire_put_header(again, type, trailer);
	if (trailer > NETBIOS_MAX_MESSAGE ||
	    memcmp(again, input, NB_WIRE_HDR_LEN))
		fail("an accepted header reads differently", input, len);
	return true;
}

static bool check_text(const u8 *input, size_t len)
{
	char text[NETBIOS_SCOPE_MAX + 1];
	u8 labels[NB_WIRE_SCOPE_MAX];
	int used;

	used = nb_wire_scope_from_text((const char *)input, len, labels,
				       sizeof(labels));
	if (used < 0)
		return false;
	if (nb_wire_scope_to_text(labels, used, text, sizeof(text)) !=
	    (int)len || memcmp(text, input, len) ||
	    !nb_wire_scope_equal(labels, used, labels, used))
		fail("an accepted scope reads differently", input, len);
	return true;
}

/* Any octets as labels: nothing may be read behind them. */
static bool check_labels(const u8 *input, size_t len)
{
	char text[NETBIOS_SCOPE_MAX + 1];

	if (len > 255)
		len = 255;
	return nb_wire_scope_to_text(input, len, text, sizeof(text)) >= 0;
}

static bool (* const checks[])(const u8 *input, size_t len) = {
	check_request, check_name, check_header, check_text, check_labels,
};

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000000;
	unsigned long accepted[5] = { 0 }, n;
	u8 input[2 * NB_WIRE_NAME_MAX], *exact;
	size_t len, i;

	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1001;
	if (!state)
		state = 1;
	for (n = 0; n < count; n++) {
		switch (rnd(4)) {
		case 0:
			len = random_octets(input, sizeof(input));
			break;
		case 1:
			len = rnd(24);
			for (i = 0; i < len; i++)
				input[i] = rnd(7) ? 'A' + rnd(58) : '.';
			break;
		case 2:
			len = NB_WIRE_HDR_LEN;
			input[0] = rnd(2) ? 0x80 + rnd(8) : 0;
			input[1] = rnd(3);
			input[2] = rnd(2) ? 0 : rnd(256);
			input[3] = rnd(8);
			break;
		default:
			len = random_request(input, sizeof(input));
		}
		exact = copy(input, len);
		for (i = 0; i < 5; i++)
			accepted[i] += checks[i](exact, len);
		free(exact);
	}
	/* input that never gets past the first check would test nothing */
	for (i = 0; i < 5; i++)
		if (count >= 10000 && accepted[i] < count / 1000)
			fail("too little of the input is accepted", NULL, 0);
	printf("ok 1 - %lu inputs; accepted: request %lu, name %lu, header %lu, scope %lu, labels %lu\n1..1\n",
	       count, accepted[0], accepted[1], accepted[2], accepted[3],
	       accepted[4]);
	return 0;
}
