/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program for Winsock needs on Linux besides <netbios/wsnetbs.h>: handles,
 * and nothing that has to do with NetBIOS.
 */
#ifndef WINSOCK_SHIM_H
#define WINSOCK_SHIM_H

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

typedef int SOCKET;
typedef struct sockaddr SOCKADDR;
typedef struct { int unused; } WSADATA;

#define INVALID_SOCKET		(-1)
#define SOCKET_ERROR		(-1)
#define MAKEWORD(low, high)	((low) | (high) << 8)
#define WSAStartup(version, data) ((void)(version), (data)->unused = 0)
#define WSACleanup()		((void)0)
#define WSAGetLastError()	errno
#define closesocket(s)		close(s)

#endif /* WINSOCK_SHIM_H */
