/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The classic NetBIOS interface: a control block and one function. Names,
 * sessions and datagrams are those of AF_NETBIOS sockets. netbios_ncb(3) has a
 * page for it; differences from other implementations are told there.
 */
#ifndef _NETBIOS_NCB_H
#define _NETBIOS_NCB_H

#include <stdint.h>
#include <linux/netbios.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Octets of a name */
#define NCBNAMSZ	16

/* ncb_lana_num: highest number of an adapter, and any adapter of the node */
#define MAX_LANA	254
#define NCB_LANA_ANY	255

/* ncb_num: every name, for receives */
#define NCB_ANY_NAME	255

/* Commands. With ASYNCH, Netbios() does not wait. */
#define NCBCALL		0x10
#define NCBLISTEN	0x11
#define NCBHANGUP	0x12
#define NCBSEND		0x14
#define NCBRECV		0x15
#define NCBRECVANY	0x16
#define NCBCHAINSEND	0x17
#define NCBDGSEND	0x20
#define NCBDGRECV	0x21
#define NCBDGSENDBC	0x22
#define NCBDGRECVBC	0x23
#define NCBADDNAME	0x30
#define NCBDELNAME	0x31
#define NCBRESET	0x32
#define NCBASTAT	0x33
#define NCBSSTAT	0x34
#define NCBCANCEL	0x35
#define NCBADDGRNAME	0x36
#define NCBENUM		0x37
#define NCBUNLINK	0x70
#define NCBSENDNA	0x71
#define NCBCHAINSENDNA	0x72
#define NCBLANSTALERT	0x73
#define NCBFINDNAME	0x78
#define ASYNCH		0x80

/* Return codes */
#define NRC_GOODRET	0x00	/* success */
#define NRC_BUFLEN	0x01	/* illegal length of the buffer */
#define NRC_ILLCMD	0x03	/* illegal command */
#define NRC_CMDTMO	0x05	/* timed out */
#define NRC_INCOMP	0x06	/* the buffer holds a part only */
#define NRC_BADDR	0x07	/* illegal address of the buffer */
#define NRC_SNUMOUT	0x08	/* no such session number */
#define NRC_NORES	0x09	/* no resources */
#define NRC_SCLOSED	0x0a	/* session closed */
#define NRC_CMDCAN	0x0b	/* command cancelled */
#define NRC_DUPNAME	0x0d	/* the name is in the local table */
#define NRC_NAMTFUL	0x0e	/* name table full */
#define NRC_ACTSES	0x0f	/* the name is deleted, but has sessions */
#define NRC_LOCTFUL	0x11	/* session table full */
#define NRC_REMTFUL	0x12	/* session refused, nobody listens */
#define NRC_ILLNN	0x13	/* illegal name number */
#define NRC_NOCALL	0x14	/* the called name is not there */
#define NRC_NOWILD	0x15	/* no such local name, or a name that none can have */
#define NRC_INUSE	0x16	/* another node has the name */
#define NRC_NAMERR	0x17	/* the name was deleted */
#define NRC_SABORT	0x18	/* session ended abnormally */
#define NRC_NAMCONF	0x19	/* the name is in conflict */
#define NRC_IFBUSY	0x21	/* the control block is in use, or a RESET is under way */
#define NRC_TOOMANY	0x22	/* too many commands */
#define NRC_BRIDGE	0x23	/* no such adapter */
#define NRC_CANOCCR	0x24	/* too late to cancel */
#define NRC_CANCEL	0x26	/* this command cannot be cancelled */
#define NRC_INVADDRESS	0x39	/* no control block */
#define NRC_OPENERR	0x3f	/* no module, or no helper to claim a name */
#define NRC_SYSTEM	0x40	/* error of the system */
#define NRC_PENDING	0xff	/* not done yet */

/**
 * struct ncb - control block of a command
 * @ncb_command: NCBCALL and so on, perhaps with ASYNCH
 * @ncb_retcode: NRC_*, how the command ended
 * @ncb_lsn: number of a session
 * @ncb_num: number of a local name
 * @ncb_buffer: what is sent, or where what is received goes
 * @ncb_length: octets in it; after a receive: octets received
 * @ncb_callname: the other name, 16 octets; NCBCHAINSEND: see ncb_chain_set()
 * @ncb_name: the local name, 16 octets
 * @ncb_rto: NCBCALL, NCBLISTEN: time-out of receives, half seconds, 0 is none
 * @ncb_sto: the same of sends
 * @ncb_post: ASYNCH: called at the end of the command, in a thread of the library
 * @ncb_lana_num: number of the adapter (`nbctl node adapter` shows them)
 * @ncb_cmd_cplt: NRC_PENDING until the command has ended, then @ncb_retcode
 * @ncb_reserve: not used
 * @ncb_event: ASYNCH: eventfd(2) that gets 1 at the end of the command; 0: none
 *
 * Until the command has ended it belongs to the library.
 */
struct ncb {
	uint8_t		ncb_command;
	uint8_t		ncb_retcode;
	uint8_t		ncb_lsn;
	uint8_t		ncb_num;
	uint8_t		*ncb_buffer;
	uint16_t	ncb_length;
	uint8_t		ncb_callname[NCBNAMSZ];
	uint8_t		ncb_name[NCBNAMSZ];
	uint8_t		ncb_rto;
	uint8_t		ncb_sto;
	void		(*ncb_post)(struct ncb *ncb);
	uint8_t		ncb_lana_num;
	uint8_t		ncb_cmd_cplt;
	uint8_t		ncb_reserve[18];
	int		ncb_event;
};

/**
 * struct adapter_status - NCBASTAT: what the buffer begins with, 60 octets
 * @adapter_address: unit id; the MAC address of Ethernet
 *
 * The rest are counters of RFC 1002 4.2.18, 0 if there is no such thing.
 * @name_count entries of struct name_buffer follow.
 */
struct adapter_status {
	uint8_t		adapter_address[6];
	uint8_t		rev_major;
	uint8_t		reserved0;
	uint8_t		adapter_type;
	uint8_t		rev_minor;
	uint16_t	duration;
	uint16_t	frmr_recv;
	uint16_t	frmr_xmit;
	uint16_t	iframe_recv_err;
	uint16_t	xmit_aborts;
	uint32_t	xmit_success;
	uint32_t	recv_success;
	uint16_t	iframe_xmit_err;
	uint16_t	recv_buff_unavail;
	uint16_t	t1_timeouts;
	uint16_t	ti_timeouts;
	uint32_t	reserved1;
	uint16_t	free_ncbs;
	uint16_t	max_cfg_ncbs;
	uint16_t	max_ncbs;
	uint16_t	xmit_buf_unavail;
	uint16_t	max_dgram_size;
	uint16_t	pending_sess;
	uint16_t	max_cfg_sess;
	uint16_t	max_sess;
	uint16_t	max_sess_pkt_size;
	uint16_t	name_count;
};

/* name_buffer.name_flags */
#define GROUP_NAME	0x80
#define UNIQUE_NAME	0x00
#define NAME_FLAGS_MASK	0x87
#define REGISTERING	0x00
#define REGISTERED	0x04
#define DEREGISTERED	0x05	/* being released */
#define DUPLICATE	0x06	/* in conflict */

/**
 * struct name_buffer - NCBASTAT: a name
 * @name: 16 octets
 * @name_num: its number, 0 if it was not added through this interface
 * @name_flags: GROUP_NAME and a state
 */
struct name_buffer {
	uint8_t		name[NCBNAMSZ];
	uint8_t		name_num;
	uint8_t		name_flags;
};

/**
 * struct session_header - NCBSSTAT: what the buffer begins with
 * @sess_name: number of the name, NCB_ANY_NAME for all
 * @num_sess: entries of struct session_buffer that follow
 * @rcv_dg_outstanding: receives of datagrams that are pending
 * @rcv_any_outstanding: NCBRECVANY that are pending
 */
struct session_header {
	uint8_t		sess_name;
	uint8_t		num_sess;
	uint8_t		rcv_dg_outstanding;
	uint8_t		rcv_any_outstanding;
};

/* session_buffer.state */
#define LISTEN_OUTSTANDING	0x01
#define CALL_PENDING		0x02
#define SESSION_ESTABLISHED	0x03
#define HANGUP_PENDING		0x04
#define HANGUP_COMPLETE		0x05
#define SESSION_ABORTED		0x06

/**
 * struct session_buffer - NCBSSTAT: a session
 * @lsn: its number
 * @state: SESSION_ESTABLISHED and so on
 * @local_name: name of this end
 * @remote_name: name of the other end
 * @rcvs_outstanding: receives that are pending
 * @sends_outstanding: sends that are pending
 */
struct session_buffer {
	uint8_t		lsn;
	uint8_t		state;
	uint8_t		local_name[NCBNAMSZ];
	uint8_t		remote_name[NCBNAMSZ];
	uint8_t		rcvs_outstanding;
	uint8_t		sends_outstanding;
};

/**
 * struct lana_enum - NCBENUM: the adapters
 * @length: how many
 * @lana: their numbers
 */
struct lana_enum {
	uint8_t		length;
	uint8_t		lana[MAX_LANA + 1];
};

/**
 * struct find_name_header - NCBFINDNAME: what the buffer begins with
 * @node_count: entries of struct find_name_buffer that follow
 * @reserved: 0
 * @unique_group: 0 unique, 1 group
 */
struct find_name_header {
	uint16_t	node_count;
	uint8_t		reserved;
	uint8_t		unique_group;
};

/**
 * struct find_name_buffer - NCBFINDNAME: a node that has the name
 * @length: octets of the token-ring header that would follow, always 14
 * @source_addr: the node; its IPv4 address is in the last four octets
 *
 * There is no token ring: all others are 0.
 */
struct find_name_buffer {
	uint8_t		length;
	uint8_t		access_control;
	uint8_t		frame_control;
	uint8_t		destination_addr[6];
	uint8_t		source_addr[6];
	uint8_t		routing_info[18];
};

/**
 * Netbios() - do a NetBIOS command
 * @ncb: its control block
 *
 * Without ASYNCH it returns when the command has ended. With it, it returns at
 * once: 0 if the command is under way, else why it is not; in that case
 * neither @ncb_post nor @ncb_event is used. Any number of threads may call it.
 * Not async-signal-safe. A child of fork() begins with nothing, and does not keep
 * what the parent has.
 *
 * Return: NRC_*.
 */
unsigned char Netbios(struct ncb *ncb);

/**
 * ncb_chain_set() - the second buffer of NCBCHAINSEND and NCBCHAINSENDNA
 * @ncb: control block; @ncb_callname is written
 * @buffer: the second buffer
 * @length: its octets
 *
 * The first two octets of @ncb_callname hold the length, the address of the
 * buffer stands right behind them, both in the order of the machine.
 */
void ncb_chain_set(struct ncb *ncb, const void *buffer, uint16_t length);

#ifdef __cplusplus
}
#endif

#endif /* _NETBIOS_NCB_H */
