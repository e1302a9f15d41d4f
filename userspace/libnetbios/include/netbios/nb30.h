/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netbios() for programs that were written for Windows: the type names of its
 * nb30.h. ncb_event is an eventfd(2), not a HANDLE.
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

#endif /* _NETBIOS_NB30_H */
