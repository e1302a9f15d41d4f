/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netbios() for programs that were written for Windows: the type names of its
 * nb30.h, and those constants that mean nothing here. ncb_event is an eventfd(2), not a
 * HANDLE.
 */
#ifndef _NETBIOS_NB30_H
#define _NETBIOS_NB30_H

#include <netbios/ncb.h>

typedef struct ncb NCB, *PNCB;
typedef struct adapter_status ADAPTER_STATUS, *PADAPTER_STATUS;
typedef struct name_buffer NAME_BUFFER, *PNAME_BUFFER;
typedef struct session_header SESSION_HEADER, *PSESSION_HEADER;
typedef struct session_buffer SESSION_BUFFER, *PSESSION_BUFFER;
typedef struct lana_enum LANA_ENUM, *PLANA_ENUM;
typedef struct find_name_header FIND_NAME_HEADER, *PFIND_NAME_HEADER;
typedef struct find_name_buffer FIND_NAME_BUFFER, *PFIND_NAME_BUFFER;

/* What a post routine has before its name there */
#define NCB_POST

/* Commands that are not done: NRC_ILLCMD */
#define NCBACTION	0x77
#define NCBTRACE	0x79

/* What NCBACTION has its buffer begin with, and its transport_id */
typedef struct {
	uint32_t	transport_id;
	uint16_t	action_code;
	uint16_t	reserved;
} ACTION_HEADER, *PACTION_HEADER;

#define ALL_TRANSPORTS	"M\0\0\0"
#define MS_NBF		"MNBF"

/* Codes that are never returned, and a state that no name has */
#define NRC_DUPENV	0x30
#define NRC_ENVNOTDEF	0x34
#define NRC_OSRESNOTAV	0x35
#define NRC_MAXAPPS	0x36
#define NRC_NOSAPS	0x37
#define NRC_NORESOURCES	0x38
#define NRC_INVDDID	0x3b
#define NRC_LOCKFAIL	0x3c
#define DUPLICATE_DEREG	0x07

#endif /* _NETBIOS_NB30_H */
