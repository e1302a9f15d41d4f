// SPDX-License-Identifier: GPL-2.0
/*
 * Names and scopes as text.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <netbios/netbios.h>

#include "tap.h"

static const struct {
	const char	*text;
	const char	*octets;	/* 16 of them */
} good[] = {
	{ "FRED<>ABCDEFGHI>", "FRED<>ABCDEFGHI>" },
	{ "\"A<zz>\"", "A<zz>           " },
	{ "FRED", "FRED                " },
	{ "fred", "FRED                " },
	{ "FRED<00>", "FRED           \0" },
	{ "FRED#1c", "FRED           \x1c" },
	{ "fred<1B>", "FRED           \x1b" },
	{ "\"Fred\"", "Fred                " },
	{ "\"Fred\"<03>", "Fred           \x03" },
	{ "\"MY PC\"#20", "MY PC           " },
	{ "MY PC<20>", "MY PC           " },
	{ "FIFTEEN-OCTETS1", "FIFTEEN-OCTETS1 " },
	{ "SIXTEEN-OCTETS12", "SIXTEEN-OCTETS12" },
	{ "\\x01\\x02__MSBROWSE__\\x02<01>", "\x01\x02__MSBROWSE__\x02\x01" },
	{ "A\\\\B\\\"C<00>", "A\\B\"C          \0" },
	{ "A#20<00>", "A#20           \0" },
	{ "A<20><00>", "A<20>          \0" },
	{ "A#2", "A#2                 " },
	{ "*", "*\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" },
	{ "*<00>", "*              \0" },
	{ "*SMBSERVER", "*SMBSERVER          " },
	{ "0x46524544202020202020202020202000", "FRED           \0" },
	{ "0xBEEF", "0XBEEF              " },
	{ "\"\"<20>", "                " },
	{ "\\x66red<20>", "fRED            " },
	{ "\xe4<20>", "\xe4               " },
};

static const struct {
	const char	*text;
	int		err;
} bad[] = {
	{ "", -EINVAL },
	{ "<20>", -EINVAL },
	{ "#20", -EINVAL },
	{ "SIXTEEN-OCTETS12<20>", -ENAMETOOLONG },
	{ "SEVENTEEN-OCTETS-", -ENAMETOOLONG },
	{ "A\\", -EINVAL },
	{ "A\\x4", -EINVAL },
	{ "A\\xZZ", -EINVAL },
	{ "A\\n", -EINVAL },
	{ "A\"B", -EINVAL },
	{ "\"A", -EINVAL },
	{ "\"A\\\"<20>", -EINVAL },
	{ "\"", -EINVAL },
	{ "FRED<2>", -EINVAL },
	{ "FRED<zz>", -EINVAL },
	{ "FRED<0x20>", -EINVAL },
};

static const struct {
	const char	*octets;
	const char	*text;
} formatted[] = {
	{ "FRED            ", "FRED<20>" },
	{ "FRED           \0", "FRED<00>" },
	{ "Fred           \x1d", "\"Fred\"<1D>" },
	{ "MY PC           ", "\"MY PC\"<20>" },
	{ "\x01\x02__MSBROWSE__\x02\x01", "\\x01\\x02__MSBROWSE__\\x02<01>" },
	{ "                ", "\"\"<20>" },
	{ "*\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "*" },
	{ "*SMBSERVER      ", "*SMBSERVER<20>" },
	{ "A\0              ", "A\\x00<20>" },
};

static void test_octets(void)
{
	char name[NETBIOS_NAME_LEN];

	nb_name_pad(name, "Fred\\x41", 8, 0x1c);
	is_number(memcmp(name, "Fred\\x41       \x1c", 16), 0, "padded, nothing is an escape");
	nb_name_upper(name);
	is_number(memcmp(name, "FRED\\X41       \x1c", 16), 0, "in upper case");
	nb_name_pad(name, "SIXTEEN-OCTETS12", 16, 'a');
	is_number(memcmp(name, "SIXTEEN-OCTETS1a", 16), 0, "15 octets count");
	nb_name_upper(name);
	is_number(name[15], 'a', "the last octet stays");
	memset(name, 0xe4, sizeof(name));
	nb_name_upper(name);
	is_number((uint8_t)name[0], 0xe4, "only ASCII has cases");
}

static void test_tables(void)
{
	char name[NETBIOS_NAME_LEN], text[NB_NAME_TEXT_MAX];
	size_t i;
	int err;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		err = nb_name_parse(name, good[i].text, NB_SUFFIX_PAD);
		ok(!err && !memcmp(name, good[i].octets, sizeof(name)), "parse %s",
		   good[i].text);
	}
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		err = nb_name_parse(name, bad[i].text, NB_SUFFIX_PAD);
		ok(err == bad[i].err, "refuse %s", bad[i].text);
	}
	for (i = 0; i < sizeof(formatted) / sizeof(*formatted); i++)
		is_text(nb_name_format(text, formatted[i].octets), formatted[i].text,
			formatted[i].text);
}

/* Octets that mean something to the parser come often */
static char random_octet(void)
{
	static const char special[] = "\\\"<>#x0 *aZ\0\x7f\xff";

	return rand() % 2 ? special[rand() % sizeof(special)] : rand();
}

static void test_round_trip(void)
{
	char name[NETBIOS_NAME_LEN], back[NETBIOS_NAME_LEN], text[NB_NAME_TEXT_MAX];
	size_t longest = 0, len;
	bool same = true;
	int i, n;

	srand(1);
	for (n = 0; n < 300000 && same; n++) {
		for (i = 0; i < NETBIOS_NAME_LEN; i++)
			name[i] = random_octet();
		len = strlen(nb_name_format(text, name));
		longest = len > longest ? len : longest;
		same = !nb_name_parse(back, text, 0x55) && !memcmp(name, back, sizeof(name));
	}
	ok(same, "text of any octets gives the same octets");
	memset(name, 0xff, sizeof(name));
	name[0] = 'a';
	len = strlen(nb_name_format(text, name));
	longest = len > longest ? len : longest;
	ok(longest < NB_NAME_TEXT_MAX, "text fits its buffer (%zu octets)", longest);
}

/* Text that is a name is one with the same octets in the form of the library */
static bool parsed_well(const char *text)
{
	static const char before[NETBIOS_NAME_LEN] = "as it was before";
	char name[NETBIOS_NAME_LEN], back[NETBIOS_NAME_LEN], again[NB_NAME_TEXT_MAX];

	memcpy(name, before, sizeof(name));
	if (nb_name_parse(name, text, 0x20))
		return !memcmp(name, before, sizeof(name));
	return !nb_name_parse(back, nb_name_format(again, name), 0x55) &&
	       !memcmp(name, back, sizeof(name));
}

/* The sanitizers are judges, too */
static void test_any_text(void)
{
	bool well = true;
	char *text;
	int i, len, n;

	for (n = 0; n < 300000; n++) {
		len = rand() % 40;
		text = malloc(len + 1);
		for (i = 0; i < len; i++)
			text[i] = random_octet();
		text[len] = '\0';
		well &= parsed_well(text);
		nb_scope_check(text);
		free(text);
	}
	ok(well, "no text does harm");
	ok(parsed_well("0x465245442020202020202020202020ZZ"),
	   "a wrong hex digit at the end leaves the name as it was");
}

static void test_scope(void)
{
	char scope[300], *end = scope;
	int i;

	is_number(nb_scope_check(""), 0, "the empty scope");
	is_number(nb_scope_check("NETBIOS.COM"), 0, "a scope of two labels");
	is_number(nb_scope_check(".COM"), -EINVAL, "empty label in front");
	is_number(nb_scope_check("COM."), -EINVAL, "empty label behind");
	is_number(nb_scope_check("A..B"), -EINVAL, "empty label inside");
	is_number(nb_scope_check("A B"), -EINVAL, "a blank");
	is_number(nb_scope_check("A\x7f"), -EINVAL, "a control character");
	is_number(nb_scope_check("B\xc3\xbcRO"), -EINVAL, "more than ASCII");
	memset(scope, 'A', 64);
	scope[63] = '\0';
	is_number(nb_scope_check(scope), 0, "label of 63 octets");
	memcpy(scope + 63, "A", 2);
	is_number(nb_scope_check(scope), -EINVAL, "label of 64 octets");
	for (i = 0; i < 111; i++)
		end = stpcpy(end, "A.");
	scope[219] = '\0';
	is_number(nb_scope_check(scope), 0, "scope of 219 octets");
	scope[219] = '.';
	scope[221] = '\0';
	is_number(nb_scope_check(scope), -ENAMETOOLONG, "scope of 221 octets");
}

static void test_sockaddr(void)
{
	struct sockaddr_nb addr;

	memset(&addr, 0xff, sizeof(addr));
	is_number(sizeof(addr), 20, "address has the 20 octets of Winsock");
	is_number(nb_sockaddr_parse(&addr, "team#1c", 0, NETBIOS_GROUP_NAME), 0,
		  "address from text");
	is_number(addr.snb_family, AF_NETBIOS, "family");
	is_number(addr.snb_type, NETBIOS_GROUP_NAME, "type");
	ok(!memcmp(addr.snb_name, "TEAM           \x1c", 16), "name");
	addr.snb_type = 77;
	is_number(nb_sockaddr_parse(&addr, "", 0, 0), -EINVAL, "no address from no text");
	is_number(addr.snb_type, 77, "failure leaves the address alone");
	is_text(nb_wire_strerror(0x82), "called name not present", "meaning of error 82");
	is_text(nb_wire_strerror(0x42), "unknown error octet", "meaning of error 42");
}

int main(void)
{
	test_octets();
	test_tables();
	test_round_trip();
	test_any_text();
	test_scope();
	test_sockaddr();
	return tap_end();
}
