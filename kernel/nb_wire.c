// SPDX-License-Identifier: GPL-2.0
/*
 * Encoding and decoding of names and session packets, RFC 1002 4.1 and 4.3.
 *
 * Every reader checks a length before it looks at the octets, and takes
 * nothing on trust: what arrives here was written by a stranger.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "nb_wire.h"

#define NAME_LABEL_LEN	(2 * NETBIOS_NAME_LEN)

/* Not tolower(): domain labels fold ASCII only, whatever the locale. */
static u8 fold(u8 c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Any printing octet may stand in a label but the blank and the separator. */
static bool label_octet(u8 c)
{
	return c > ' ' && c < 0x7f && c != '.';
}

/*
 * Every datagram has two names to encode and to decode, so both do four octets
 * at a time: each has a lane of 16 bits, where its two letters are in the end,
 * that of the high half first.
 */
#define LANES(x)	((x) * 0x0001000100010001ull)

static void put_letters(u8 *p, const u8 *octets)
{
	u64 lanes = get_unaligned_le32(octets);

	lanes = (lanes | lanes << 16) & 0x0000ffff0000ffffull;
	lanes = (lanes | lanes << 8) & LANES(0xff);
	lanes = (lanes >> 4 | lanes << 8) & LANES(0x0f0f);
	put_unaligned_le64(lanes + LANES('A' | 'A' << 8), p);
}

/* Return: whether the eight letters are all between A and P. */
static bool get_letters(u8 *octets, const u8 *p)
{
	u64 lanes = get_unaligned_le64(p) - LANES('A' | 'A' << 8);

	/* the first letter that is not leaves more than four bits */
	if (lanes & LANES(0xf0f0))
		return false;
	lanes = (lanes << 4 | lanes >> 8) & LANES(0xff);
	lanes = (lanes | lanes >> 8) & 0x0000ffff0000ffffull;
	put_unaligned_le32(lanes | lanes >> 16, octets);
	return true;
}

/*
 * Octets of the labels at @p, final zero not included. A length octet with
 * one of the top two bits set is a pointer or reserved: neither is legal
 * outside the name service (NAME-010, NAME-012).
 */
static int measure_labels(const u8 *p, size_t len)
{
	size_t used = 0;

	while (used < len && p[used]) {
		if (p[used] > NB_WIRE_LABEL_MAX)
			return -EBADMSG;
		used += 1 + p[used];
		if (used > NB_WIRE_SCOPE_MAX)
			return -EBADMSG;
	}
	return used < len ? (int)used : -EBADMSG;
}

/**
 * nb_wire_put_name() - encode a name, both levels (NAME-004, NAME-007)
 * @p: where to
 * @room: octets there
 * @name: NETBIOS_NAME_LEN octets
 * @scope: labels in wire form without the final zero; not read if @scope_len
 *	is 0
 * @scope_len: octets in @scope
 *
 * Context: any.
 * Return: octets written, or -EMSGSIZE if @room is too small or the whole
 * would be longer than NB_WIRE_NAME_MAX.
 */
int nb_wire_put_name(u8 *p, size_t room, const u8 *name,
		     const u8 *scope, u8 scope_len)
{
	size_t need = NB_WIRE_NAME_MIN + scope_len;
	int i;

	if (need > NB_WIRE_NAME_MAX || need > room)
		return -EMSGSIZE;
	*p++ = NAME_LABEL_LEN;
	for (i = 0; i < NETBIOS_NAME_LEN; i += 4, p += 8)
		put_letters(p, name + i);
	if (scope_len)
		memcpy(p, scope, scope_len);
	p[scope_len] = 0;
	return need;
}

/**
 * nb_wire_get_name() - decode a name (NAME-005, NAME-008, NAME-010, NAME-012)
 * @p: where it begins
 * @len: octets there; there may be more than the name
 * @name: gets NETBIOS_NAME_LEN octets
 * @scope: gets where the scope labels begin, inside @p
 * @scope_len: gets how many octets they take, final zero not included
 *
 * Context: any.
 * Return: octets that the name takes, or -EBADMSG; then what the pointers
 * lead to is undefined.
 */
int nb_wire_get_name(const u8 *p, size_t len, u8 *name,
		     const u8 **scope, u8 *scope_len)
{
	int i, used;

	if (len < NB_WIRE_NAME_MIN || *p != NAME_LABEL_LEN)
		return -EBADMSG;
	p++;
	for (i = 0; i < NETBIOS_NAME_LEN; i += 4, p += 8)
		if (!get_letters(name + i, p))
			return -EBADMSG;
	used = measure_labels(p, len - 1 - NAME_LABEL_LEN);
	if (used < 0)
		return used;
	*scope = p;
	*scope_len = used;
	return NB_WIRE_NAME_MIN + used;
}

/**
 * nb_wire_put_header() - write the header of a session packet (SS-003, SS-006)
 * @p: where to, NB_WIRE_HDR_LEN octets
 * @type: NB_SSN_*
 * @len: octets that follow, at most NETBIOS_MAX_MESSAGE
 *
 * Context: any.
 */
void nb_wire_put_header(u8 *p, u8 type, u32 len)
{
	p[0] = type;
	p[1] = len >> 16 & 1;
	p[2] = len >> 8;
	p[3] = len;
}

static bool length_fits(u8 type, u32 len)
{
	switch (type) {
	case NB_SSN_MESSAGE:
		return true;
	case NB_SSN_REQUEST:
		return len >= NB_WIRE_REQUEST_MIN - NB_WIRE_HDR_LEN &&
		       len <= NB_WIRE_REQUEST_MAX - NB_WIRE_HDR_LEN;
	case NB_SSN_POSITIVE:
	case NB_SSN_KEEPALIVE:
		return !len;
	case NB_SSN_NEGATIVE:
		return len == NB_WIRE_NEGATIVE_LEN;
	case NB_SSN_RETARGET:
		return len == NB_WIRE_RETARGET_LEN;
	default:
		return false;
	}
}

/**
 * nb_wire_get_header() - read the header of a session packet
 * @p: NB_WIRE_HDR_LEN octets
 * @type: gets NB_SSN_*
 * @len: gets how many octets follow; it fits @type (SS-005, SS-008, SS-009)
 *
 * Context: any.
 * Return: 0, or -EBADMSG for an unknown type, a reserved flag bit (SS-007) or
 * a length that the type cannot have.
 */
int nb_wire_get_header(const u8 *p, u8 *type, u32 *len)
{
	*type = p[0];
	*len = (u32)(p[1] & 1) << 16 | p[2] << 8 | p[3];
	if (p[1] & ~1)
		return -EBADMSG;
	return length_fits(*type, *len) ? 0 : -EBADMSG;
}

/**
 * nb_wire_put_request() - write a SESSION REQUEST, header included (SS-009)
 * @p: where to
 * @room: octets there; NB_WIRE_REQUEST_MAX is always enough
 * @called: NETBIOS_NAME_LEN octets
 * @calling: NETBIOS_NAME_LEN octets
 * @scope: scope of both, labels in wire form without the final zero
 * @scope_len: octets in @scope
 *
 * Context: any.
 * Return: octets written, or -EMSGSIZE.
 */
int nb_wire_put_request(u8 *p, size_t room, const u8 *called,
			const u8 *calling, const u8 *scope, u8 scope_len)
{
	size_t used = NB_WIRE_HDR_LEN;
	int n;

	if (room < used)
		return -EMSGSIZE;
	n = nb_wire_put_name(p + used, room - used, called, scope, scope_len);
	if (n < 0)
		return n;
	used += n;
	n = nb_wire_put_name(p + used, room - used, calling, scope, scope_len);
	if (n < 0)
		return n;
	used += n;
	nb_wire_put_header(p, NB_SSN_REQUEST, used - NB_WIRE_HDR_LEN);
	return used;
}

/**
 * nb_wire_get_request() - read the trailer of a SESSION REQUEST (SS-009)
 * @trailer: what follows the header
 * @len: octets there, as the header said
 * @req: gets the names; its scopes point into @trailer
 *
 * Context: any.
 * Return: 0, or -EBADMSG if one of the names is malformed or the two do not
 * fill @trailer exactly; then @req is undefined.
 */
int nb_wire_get_request(const u8 *trailer, size_t len,
			struct nb_wire_request *req)
{
	int called, calling;

	called = nb_wire_get_name(trailer, len, req->called,
				  &req->scope, &req->scope_len);
	if (called < 0)
		return called;
	calling = nb_wire_get_name(trailer + called, len - called, req->calling,
				   &req->calling_scope,
				   &req->calling_scope_len);
	if (calling < 0)
		return calling;
	return (size_t)called + calling == len ? 0 : -EBADMSG;
}

/**
 * nb_wire_scope_from_text() - scope from dotted to wire form
 * @text: labels with dots between them, not at the ends (NAME-006); need not
 *	end with a NUL
 * @len: octets in @text, 0 for the empty scope
 * @labels: gets length octet and label in turn, no final zero
 * @room: octets in @labels; NB_WIRE_SCOPE_MAX is always enough
 *
 * A label has 1 to 63 printing ASCII octets, no blank and no dot. RFC 1002
 * wants letters, digits and hyphens, but scopes with underscores are around.
 *
 * Context: any.
 * Return: octets written, or -EINVAL; then @labels is undefined.
 */
int nb_wire_scope_from_text(const char *text, size_t len, u8 *labels,
			    size_t room)
{
	size_t start = 0, i;

	if (!len)
		return 0;
	/* each dot becomes a length octet, and the first label has one more */
	if (len + 1 > NB_WIRE_SCOPE_MAX || len + 1 > room)
		return -EINVAL;
	for (i = 0; i <= len; i++) {
		u8 c = i < len ? text[i] : '.';

		if (c == '.') {
			size_t label = i - start;

			if (!label || label > NB_WIRE_LABEL_MAX)
				return -EINVAL;
			labels[start] = label;
			start = i + 1;
		} else if (label_octet(c)) {
			labels[i + 1] = c;
		} else {
			return -EINVAL;
		}
	}
	return len + 1;
}

/**
 * nb_wire_scope_to_text() - scope from wire to dotted form
 * @labels: length octet and label in turn, no final zero
 * @len: octets in @labels
 * @text: gets the text and a NUL
 * @room: octets in @text; NETBIOS_SCOPE_MAX + 1 is always enough
 *
 * The way back from nb_wire_scope_from_text(): it does not care whether
 * the text could be read again.
 *
 * Context: any.
 * Return: length of the text, or -EINVAL if @room is too small or @labels
 * is malformed.
 */
int nb_wire_scope_to_text(const u8 *labels, u8 len, char *text, size_t room)
{
	size_t i = 0;

	if (!room)
		return -EINVAL;
	text[0] = 0;
	if (!len)
		return 0;
	if (len > NB_WIRE_SCOPE_MAX || len > room)
		return -EINVAL;
	while (i < len) {
		u8 label = labels[i];

		if (!label || label > NB_WIRE_LABEL_MAX || i + 1 + label > len)
			return -EINVAL;
		memcpy(text + i, labels + i + 1, label);
		i += 1 + label;
		text[i - 1] = '.';
	}
	text[len - 1] = 0;
	return len - 1;
}

/**
 * nb_wire_scope_equal() - compare two scopes, without regard to case (NAME-020)
 * @a: labels in wire form without the final zero
 * @a_len: octets in @a
 * @b: the other one
 * @b_len: octets in @b
 *
 * Length octets are at most 63 and below the letters, so folding all
 * octets alike cannot make two different scopes equal.
 *
 * Context: any.
 * Return: whether they are the same scope.
 */
bool nb_wire_scope_equal(const u8 *a, u8 a_len, const u8 *b, u8 b_len)
{
	u8 i;

	if (a_len != b_len)
		return false;
	for (i = 0; i < a_len; i++)
		if (fold(a[i]) != fold(b[i]))
			return false;
	return true;
}

/**
 * nb_wire_scope_fold() - the form of a scope that is hashed
 * @to: gets @len octets; equal scopes give equal octets
 * @labels: labels in wire form
 * @len: octets in @labels
 *
 * Context: any.
 */
void nb_wire_scope_fold(u8 *to, const u8 *labels, u8 len)
{
	u8 i;

	for (i = 0; i < len; i++)
		to[i] = fold(labels[i]);
}

/**
 * nb_wire_error() - errno of a NEGATIVE SESSION RESPONSE (SS-010)
 * @error: its error octet
 *
 * Context: any.
 * Return: -ECONNREFUSED for nobody listens, no such name and no resources,
 * -EACCES for nobody listens for this caller, -EIO for all others.
 */
int nb_wire_error(u8 error)
{
	switch (error) {
	case NB_ERR_NO_LISTEN:
	case NB_ERR_NO_NAME:
	case NB_ERR_NO_RESOURCES:
		return -ECONNREFUSED;
	case NB_ERR_NO_LISTEN_CALLER:
		return -EACCES;
	default:
		return -EIO;
	}
}

/**
 * nb_wire_reserved_suffix() - whether other machines trust in a name
 * @suffix: last octet of the name
 *
 * The domain master browser, the domain controllers, the master browser and
 * the file server (P-01): a user who may bind names need not be allowed to
 * pose as one of them.
 *
 * Context: any.
 * Return: true for 1B, 1C, 1D and 20.
 */
bool nb_wire_reserved_suffix(u8 suffix)
{
	return (suffix >= 0x1b && suffix <= 0x1d) || suffix == 0x20;
}
