// SPDX-License-Identifier: GPL-2.0
/*
 * AF_KCM: record boundaries on TCP, kept by the kernel with a BPF program.
 *
 * Two defects of the kernels since 5.16 shape this file. The offset of a
 * message lies in a part of skb->cb that the program cannot read, so it looks
 * at the start of the skb, which is another place as soon as messages share
 * one; the program here therefore loads the header, as a real one would, but
 * returns the length that is known anyway. What it costs is thus less than
 * what KCM costs in use. And a message above sk_rcvbuf stalls, so struct
 * transport.rmem asks for more than the stock value.
 */
#include <linux/bpf.h>
#include <linux/kcm.h>
#include <sys/syscall.h>

#include "nbperf.h"

static int load_parser(size_t len)
{
	struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_6,
		  .src_reg = BPF_REG_1 },
		{ .code = BPF_LD | BPF_ABS | BPF_W },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0,
		  .imm = len + HEADER_LEN },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (uintptr_t)insns,
		.insn_cnt = ARRAY_SIZE(insns),
		.license = (uintptr_t)"GPL",
	};
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (fd < 0)
		err(1, "bpf");
	return fd;
}

/* The program for messages of @len octets; there are few lengths. */
static int parser(size_t len)
{
	static struct { size_t len; int fd; } cache[16];
	static unsigned int used;
	unsigned int i;

	for (i = 0; i < used; i++)
		if (cache[i].len == len)
			return cache[i].fd;
	if (used == ARRAY_SIZE(cache))
		errx(1, "too many lengths for kcm");
	cache[used].len = len;
	cache[used].fd = load_parser(len);
	return cache[used++].fd;
}

void kcm_wrap(struct side *side)
{
	struct kcm_attach attach = { .fd = side->fd, .bpf_fd = parser(side->len) };
	int fd = socket(AF_KCM, SOCK_SEQPACKET | SOCK_CLOEXEC, KCMPROTO_CONNECTED);

	if (fd < 0)
		err(1, "socket of kcm");
	if (ioctl(fd, SIOCKCMATTACH, &attach))
		err(1, "SIOCKCMATTACH");
	close(side->fd);	/* the kernel holds it */
	side->fd = fd;
}
