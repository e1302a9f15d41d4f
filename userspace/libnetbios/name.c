// SPDX-License-Identifier: GPL-2.0
/*
 * NetBIOS names and scopes as text. Pure functions: no sockets, no allocation.
 */
#include <errno.h>
#include <string.h>

#include <netbios/netbios.h>

/* Octets of a name in front of its suffix */
#define BASE_LEN	(NETBIOS_NAME_LEN - 1)

#define LABEL_MAX	63

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Two hex digits; -1 when there are less. Safe at the end of a string. */
static int hex_octet(const char *text)
{
	int high = hex_digit(text[0]);
	int low = high < 0 ? -1 : hex_digit(text[1]);

	return low < 0 ? -1 : high << 4 | low;
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

/* 0x and exactly 32 hex digits: no other text of a name is that long */
static bool parse_hex(char name[NETBIOS_NAME_LEN], const char *text)
{
	char octets[NETBIOS_NAME_LEN];
	int octet, i;

	if (strlen(text) != 2 + 2 * NETBIOS_NAME_LEN ||
	    text[0] != '0' || (text[1] != 'x' && text[1] != 'X'))
		return false;
	for (i = 0; i < NETBIOS_NAME_LEN; i++) {
		octet = hex_octet(text + 2 + 2 * i);
		if (octet < 0)
			return false;
		octets[i] = octet;
	}
	memcpy(name, octets, sizeof(octets));
	return true;
}

/* Length of @text without the suffix that ends it; -1 in @suffix if none does */
static size_t split_suffix(const char *text, int *suffix)
{
	size_t len = strlen(text);

	*suffix = -1;
	if (len >= 4 && text[len - 4] == '<' && text[len - 1] == '>') {
		*suffix = hex_octet(text + len - 3);
		if (*suffix >= 0)
			return len - 4;
	}
	if (len >= 3 && text[len - 3] == '#') {
		*suffix = hex_octet(text + len - 2);
		if (*suffix >= 0)
			return len - 3;
	}
	return len;
}

/* One octet of the name, escaped or not; returns the characters it took */
static int next_octet(const char *text, size_t len, bool fold, char *octet)
{
	int value;

	if (*text != '\\') {
		if (*text == '"')
			return -EINVAL;
		*octet = fold ? upper(*text) : *text;
		return 1;
	}
	if (len >= 2 && (text[1] == '\\' || text[1] == '"')) {
		*octet = text[1];
		return 2;
	}
	if (len < 4 || text[1] != 'x')
		return -EINVAL;
	value = hex_octet(text + 2);
	if (value < 0)
		return -EINVAL;
	*octet = value;
	return 4;
}

/* Quotes that enclose everything are taken off; they keep the case */
static bool unquote(const char **text, size_t *len)
{
	if (*len < 2 || (*text)[0] != '"' || (*text)[*len - 1] != '"')
		return false;
	(*text)++;
	*len -= 2;
	return true;
}

int nb_name_parse(char name[NETBIOS_NAME_LEN], const char *text, uint8_t suffix)
{
	char octets[NETBIOS_NAME_LEN];
	bool quoted, hash_or_angle;
	int given, taken;
	size_t n, len;

	if (!strcmp(text, "*")) {
		memset(name, 0, NETBIOS_NAME_LEN);
		name[0] = '*';
		return 0;
	}
	if (parse_hex(name, text))
		return 0;

	len = split_suffix(text, &given);
	hash_or_angle = given >= 0;
	quoted = unquote(&text, &len);
	if (!len && !quoted)
		return -EINVAL;
	/* FRED<2> is an error: quotes or all 16 octets say that no suffix is meant */
	if (!quoted && given < 0 && len < NETBIOS_NAME_LEN && text[len - 1] == '>' &&
	    memchr(text, '<', len))
		return -EINVAL;

	for (n = 0; len; n++, text += taken, len -= taken) {
		if (n == (hash_or_angle ? BASE_LEN : NETBIOS_NAME_LEN))
			return -ENAMETOOLONG;
		taken = next_octet(text, len, !quoted, &octets[n]);
		if (taken < 0)
			return taken;
	}
	if (n < NETBIOS_NAME_LEN) {
		memset(octets + n, ' ', NETBIOS_NAME_LEN - n);
		octets[BASE_LEN] = hash_or_angle ? given : suffix;
	}
	memcpy(name, octets, NETBIOS_NAME_LEN);
	return 0;
}

static bool printable(char c)
{
	return c >= 0x20 && c < 0x7f;
}

static char *put_hex(char *out, unsigned char octet)
{
	static const char digits[] = "0123456789ABCDEF";

	*out++ = digits[octet >> 4];
	*out++ = digits[octet & 15];
	return out;
}

static char *put_octet(char *out, char c)
{
	if (printable(c)) {
		if (c == '\\' || c == '"')
			*out++ = '\\';
		*out++ = c;
		return out;
	}
	*out++ = '\\';
	*out++ = 'x';
	return put_hex(out, c);
}

char *nb_name_format(char *buf, const char name[NETBIOS_NAME_LEN])
{
	static const char broadcast[NETBIOS_NAME_LEN] = { '*' };
	size_t len = BASE_LEN, i;
	bool quote = false;
	char *out = buf;

	if (!memcmp(name, broadcast, NETBIOS_NAME_LEN))
		return strcpy(buf, "*");

	while (len && name[len - 1] == ' ')
		len--;
	for (i = 0; i < len; i++)
		quote |= name[i] == ' ' || name[i] != upper(name[i]);
	quote |= !len;

	if (quote)
		*out++ = '"';
	for (i = 0; i < len; i++)
		out = put_octet(out, name[i]);
	if (quote)
		*out++ = '"';
	*out++ = '<';
	out = put_hex(out, name[BASE_LEN]);
	*out++ = '>';
	*out = '\0';
	return buf;
}

void nb_name_pad(char name[NETBIOS_NAME_LEN], const void *octets, size_t len, uint8_t suffix)
{
	memset(name, ' ', BASE_LEN);
	memcpy(name, octets, len < BASE_LEN ? len : BASE_LEN);
	name[BASE_LEN] = suffix;
}

void nb_name_upper(char name[NETBIOS_NAME_LEN])
{
	size_t i;

	for (i = 0; i < BASE_LEN; i++)
		name[i] = upper(name[i]);
}

int nb_scope_check(const char *scope)
{
	size_t len = strlen(scope), label, i;

	if (len > NETBIOS_SCOPE_MAX)
		return -ENAMETOOLONG;
	if (!len)
		return 0;
	/* What the kernel takes: printing ASCII, no blank */
	for (i = 0; i < len; i++)
		if (scope[i] <= ' ' || scope[i] > '~')
			return -EINVAL;
	for (;;) {
		label = strcspn(scope, ".");
		if (!label || label > LABEL_MAX)
			return -EINVAL;
		if (!scope[label])
			return 0;
		scope += label + 1;
	}
}
