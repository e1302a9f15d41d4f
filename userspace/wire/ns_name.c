// SPDX-License-Identifier: GPL-2.0
/*
 * NetBIOS names on the wire (RFC 1001 14, RFC 1002 4.1).
 */
#include <errno.h>
#include <string.h>

#include <netbios/netbios.h>
#include "ns_packet.h"

#define FIRST_LABEL	32	/* 16 octets as 32 letters */
#define POINTER		0xc0
#define POINTERS_MAX	4	/* followed in one name; senders need one */

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

int ns_name_set(struct ns_name *name, const uint8_t *octets, const char *scope)
{
	size_t len = strlen(scope), label;
	int err = nb_scope_check(scope);

	if (err)
		return err;
	memcpy(name->octets, octets, NETBIOS_NAME_LEN);
	name->scope_len = 0;
	while (len) {
		label = strcspn(scope, ".");
		name->scope[name->scope_len] = label;
		memcpy(&name->scope[name->scope_len + 1], scope, label);
		name->scope_len += 1 + label;
		scope += label;
		len -= label;
		if (len) {	/* a dot, and a label behind it */
			scope++;
			len--;
		}
	}
	return 0;
}

const char *ns_name_scope(const struct ns_name *name, char *buf)
{
	unsigned int at = 0, len;
	char *p = buf;

	while (at < name->scope_len) {
		len = name->scope[at++];
		if (p != buf)
			*p++ = '.';
		memcpy(p, &name->scope[at], len);
		p += len;
		at += len;
	}
	*p = '\0';
	return buf;
}

bool ns_name_equal(const struct ns_name *a, const struct ns_name *b)
{
	unsigned int i;

	if (a->scope_len != b->scope_len ||
	    memcmp(a->octets, b->octets, NETBIOS_NAME_LEN))
		return false;
	/* Length octets are below 64, so folding does not touch them */
	for (i = 0; i < a->scope_len; i++)
		if (lower(a->scope[i]) != lower(b->scope[i]))
			return false;
	return true;
}

bool ns_name_is_wildcard(const struct ns_name *name)
{
	static const uint8_t wildcard[NETBIOS_NAME_LEN] = "*";

	return !memcmp(name->octets, wildcard, NETBIOS_NAME_LEN);
}

size_t ns_name_encode(const struct ns_name *name, uint8_t *buf)
{
	uint8_t *p = buf;
	unsigned int i;

	*p++ = FIRST_LABEL;
	for (i = 0; i < NETBIOS_NAME_LEN; i++) {
		*p++ = 'A' + (name->octets[i] >> 4);
		*p++ = 'A' + (name->octets[i] & 15);
	}
	memcpy(p, name->scope, name->scope_len);
	p += name->scope_len;
	*p++ = 0;
	return p - buf;
}

static int decode_octets(uint8_t *octets, const uint8_t *letters)
{
	unsigned int i, high, low;

	for (i = 0; i < NETBIOS_NAME_LEN; i++) {
		high = letters[2 * i] - 'A';
		low = letters[2 * i + 1] - 'A';
		if (high > 15 || low > 15)
			return -EBADMSG;
		octets[i] = high << 4 | low;
	}
	return 0;
}

/* Can the labels of a scope be shown as dotted text, and have they a place? */
static bool label_fits(const struct ns_name *name, const uint8_t *label, size_t len)
{
	size_t i;

	if (name->scope_len + 1 + len > NS_SCOPE_WIRE_MAX)
		return false;
	for (i = 0; i < len; i++)
		if (label[i] <= ' ' || label[i] > '~' || label[i] == '.')
			return false;
	return true;
}

/* The label at @label, of @len octets; the first one is the name itself */
static int take_label(struct ns_name *name, bool first, const uint8_t *label, size_t len)
{
	if (first)
		return len == FIRST_LABEL ? decode_octets(name->octets, label) : -EBADMSG;
	if (!label_fits(name, label, len))
		return -EBADMSG;
	name->scope[name->scope_len] = len;
	memcpy(&name->scope[name->scope_len + 1], label, len);
	name->scope_len += 1 + len;
	return 0;
}

int ns_name_decode(struct ns_name *name, const uint8_t *packet, size_t len, size_t *at)
{
	size_t pos = *at, end = 0, limit = *at, target;
	unsigned int pointers = 0;
	bool first = true;
	uint8_t octet;

	name->scope_len = 0;
	for (;;) {
		if (pos >= len)
			return -EBADMSG;
		octet = packet[pos];
		if ((octet & POINTER) == POINTER) {
			if (pos + 2 > len || ++pointers > POINTERS_MAX)
				return -EBADMSG;
			target = (octet & ~POINTER) << 8 | packet[pos + 1];
			if (!end)
				end = pos + 2;
			/* Each one has to lead further back, so there are no loops */
			if (target >= limit || target < NS_HEADER_LEN)
				return -EBADMSG;
			limit = target;
			pos = target;
			continue;
		}
		if (octet & POINTER)
			return -EBADMSG;
		if (!octet)
			break;
		if (pos + 1 + octet > len ||
		    take_label(name, first, &packet[pos + 1], octet))
			return -EBADMSG;
		first = false;
		pos += 1 + octet;
	}
	if (first)
		return -EBADMSG;
	*at = end ? end : pos + 1;
	return 0;
}
