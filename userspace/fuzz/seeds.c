// SPDX-License-Identifier: GPL-2.0
/*
 * Writes the corpus to begin with: one packet of each kind, and what
 * corpus.hex has (an input a line, # begins a comment).
 *
 *   seeds DIRECTORY < corpus.hex
 *   seeds -k DIRECTORY < corpus-dgram.hex	only that, no packets of names
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <wire/ns_packet.h>

static const char *dir;
static unsigned int number;

static void write_seed(const void *data, size_t len)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%03u", dir, number++);
	file = fopen(path, "w");
	if (!file || fwrite(data, 1, len, file) != len || fclose(file))
		err(1, "%s", path);
}

static void packets(const struct ns_name *name)
{
	static const uint16_t requests[] = { 0x2910, 0x2810, 0x2900, 0x3010, 0x3000, 0x4000, 0x4800, 0x7900 };
	static const uint16_t responses[] = { 0xad80, 0xad86, 0xad00, 0xad87, 0xb400, 0xb406, 0x8500, 0x8780 };
	struct ns_entry entry[2] = { { .addr = 0x0100000a }, { .flags = NS_GROUP, .addr = 0x0200000a } };
	struct ns_status_entry owned = { .name = "FRED            ", .flags = NS_ACT };
	struct ns_statistics statistics = { 0 };
	uint8_t buf[NS_PACKET_MAX];
	unsigned int i;

	write_seed(buf, ns_build_query(buf, sizeof(buf), 1, 0x0110, name, NS_TYPE_NB));
	write_seed(buf, ns_build_query(buf, sizeof(buf), 1, 0, name, NS_TYPE_NBSTAT));
	for (i = 0; i < 8; i++) {
		write_seed(buf, ns_build_request(buf, sizeof(buf), 1, requests[i], name, 300, entry));
		write_seed(buf, ns_build_response(buf, sizeof(buf), 1, responses[i], name, 300, entry,
						  1 + i % 2));
	}
	write_seed(buf, ns_build_null(buf, sizeof(buf), 1, 0x8503, name, 0, -1));
	write_seed(buf, ns_build_null(buf, sizeof(buf), 1, 0xbc00, name, 5, 0x2900));
	write_seed(buf, ns_build_redirect(buf, sizeof(buf), 1, name, 0x0300000a));
	write_seed(buf, ns_build_status(buf, sizeof(buf), 1, name, &owned, 1, &statistics));
}

static void kept(void)
{
	uint8_t data[4096];
	char line[8200];
	unsigned int octet;
	size_t len;
	char *p;

	while (fgets(line, sizeof(line), stdin)) {
		len = 0;
		for (p = line; sscanf(p, "%2x", &octet) == 1; p += 2)
			data[len++] = octet;
		if (len)
			write_seed(data, len);
	}
}

static int all_packets(void)
{
	struct ns_name name;

	if (ns_name_set(&name, (const uint8_t *)"FRED            ", ""))
		return 1;
	packets(&name);
	if (ns_name_set(&name, (const uint8_t *)"*\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "NETBIOS.COM"))
		return 1;
	packets(&name);
	return 0;
}

int main(int argc, char **argv)
{
	bool only_kept = argc == 3 && !strcmp(argv[1], "-k");

	if (argc != 2 && !only_kept)
		errx(2, "usage: seeds [-k] DIRECTORY");
	dir = argv[argc - 1];
	if (!only_kept && all_packets())
		return 1;
	kept();
	return 0;
}
