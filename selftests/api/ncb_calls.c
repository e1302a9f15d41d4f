// SPDX-License-Identifier: GPL-2.0
/*
 * See ncb_calls.h.
 */
#include "nb_util.h"
#include "ncb_calls.h"

const struct nb_host *ncb_here;

uint8_t ncb_go(struct ncb *ncb)
{
	nb_enter(ncb_here);
	return Netbios(ncb);
}

void ncb_init(struct ncb *ncb, uint8_t command, const char *name, const char *called)
{
	struct sockaddr_nb addr;

	memset(ncb, 0, sizeof(*ncb));
	ncb->ncb_command = command;
	if (name) {
		addr = nb_addr(name);
		memcpy(ncb->ncb_name, addr.snb_name, NCBNAMSZ);
	}
	if (called) {
		addr = nb_addr(called);
		memcpy(ncb->ncb_callname, addr.snb_name, NCBNAMSZ);
	}
}

uint8_t ncb_do(struct ncb *ncb, uint8_t command, const char *name, const char *called)
{
	ncb_init(ncb, command, name, called);
	return ncb_go(ncb);
}

bool ncb_pending(const struct ncb *ncb)
{
	return __atomic_load_n(&ncb->ncb_cmd_cplt, __ATOMIC_ACQUIRE) == NRC_PENDING;
}

uint8_t ncb_end(struct ncb *ncb)
{
	nb_wait(!ncb_pending(ncb));
	return __atomic_load_n(&ncb->ncb_cmd_cplt, __ATOMIC_ACQUIRE);
}

uint8_t ncb_cancel(struct ncb *victim)
{
	struct ncb ncb;

	ncb_init(&ncb, NCBCANCEL, NULL, NULL);
	ncb.ncb_buffer = (void *)victim;
	return ncb_go(&ncb);
}

static uint8_t with_buffer(struct ncb *ncb, void *buf, uint16_t len)
{
	ncb->ncb_buffer = buf;
	ncb->ncb_length = len;
	return ncb_go(ncb);
}

uint8_t ncb_on(struct ncb *ncb, uint8_t command, uint8_t lsn, void *buf, uint16_t len)
{
	ncb_init(ncb, command, NULL, NULL);
	ncb->ncb_lsn = lsn;
	return with_buffer(ncb, buf, len);
}

uint8_t ncb_by(struct ncb *ncb, uint8_t command, uint8_t num, void *buf, uint16_t len)
{
	ncb_init(ncb, command, NULL, NULL);
	ncb->ncb_num = num;
	return with_buffer(ncb, buf, len);
}

int ncb_session(const struct nb_host *server, int *peer, uint8_t rto, uint8_t sto)
{
	int listener = nb_listener(server, "SERVER", 4);
	struct ncb ncb;

	ncb_init(&ncb, NCBCALL, "CLIENT", "SERVER");
	ncb.ncb_rto = rto;
	ncb.ncb_sto = sto;
	*peer = -1;
	if (!ncb_go(&ncb))
		*peer = nb_accept(listener);
	close(listener);
	return *peer < 0 ? *peer : ncb.ncb_lsn;
}

int ncb_answer_status(int fd, const char *name)
{
	uint8_t packet[600] = { 0 };
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	uint8_t *p;

	if (recvfrom(fd, packet, sizeof(packet), 0, (void *)&from, &len) != 50)
		return -EBADMSG;
	packet[2] = 0x84;
	packet[5] = 0;
	packet[7] = 1;
	p = packet + 50;		/* type and class are those of the question */
	memset(p, 0, 4);		/* TTL */
	p[5] = 1 + 18 + 46;
	p[6] = 1;
	memcpy(p + 7, name, 16);
	p[7 + 16] = 0x84;		/* group, active */
	memcpy(p + 25, "\2\4\6\1\3\5", 6);
	return sendto(fd, packet, 50 + 6 + p[5], 0, (void *)&from, len) < 0 ? -errno : 0;
}
