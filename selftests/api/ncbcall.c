// SPDX-License-Identifier: GPL-2.0
/*
 * A program for the NetBIOS interface of Windows, in the sequence of calls that
 * its documents give: ncbcall NAME calls NAME<20>, sends a message, wants it back,
 * hangs up, and asks for the names there; ncbcall -l asks whether it could be called. Windows, Wine and libnetbios build it
 * from this very text; wine.sh runs it both ways.
 */
#ifdef _WIN32
#include <windows.h>
#include <nb30.h>
#define pause_ms(ms)	Sleep(ms)
#else
#include <netbios/nb30.h>
#include <unistd.h>
#define pause_ms(ms)	usleep((ms) * 1000)
typedef unsigned char UCHAR;
#endif
#include <stdio.h>
#include <string.h>

static UCHAR lana, session;

static void set_name(UCHAR *octets, const char *text, UCHAR suffix)
{
	memset(octets, ' ', NCBNAMSZ);
	memcpy(octets, text, strlen(text) < 15 ? strlen(text) : 15);
	octets[NCBNAMSZ - 1] = suffix;
}

/* One command, and what it returned */
static int run(NCB *ncb, UCHAR command, const char *what, void *buffer, int length)
{
	UCHAR code;

	ncb->ncb_command = command;
	ncb->ncb_lana_num = lana;
	ncb->ncb_lsn = session;
	ncb->ncb_buffer = buffer;
	ncb->ncb_length = length;
	code = Netbios(ncb);
	printf("%s %02x\n", what, code);
	fflush(stdout);
	return code;
}

static int talk(const char *called)
{
	char message[] = "a message of Netbios()", answer[100];
	UCHAR status[sizeof(ADAPTER_STATUS) + 20 * sizeof(NAME_BUFFER)];
	NCB ncb = { 0 };

	set_name(ncb.ncb_name, "NCBCALL", 0);
	if (run(&ncb, NCBADDNAME, "ADD NAME", NULL, 0))
		return 1;
	set_name(ncb.ncb_callname, called, 0x20);
	if (run(&ncb, NCBCALL, "CALL", NULL, 0))
		return 1;
	session = ncb.ncb_lsn;
	if (run(&ncb, NCBSEND, "SEND", message, sizeof(message)) ||
	    run(&ncb, NCBRECV, "RECEIVE", answer, sizeof(answer)))
		return 1;
	if (ncb.ncb_length != sizeof(message) || memcmp(answer, message, sizeof(message)))
		return 1;
	if (run(&ncb, NCBHANGUP, "HANG UP", NULL, 0))
		return 1;
	if (run(&ncb, NCBASTAT, "ADAPTER STATUS", status, sizeof(status)))
		return 1;
	return ((ADAPTER_STATUS *)status)->name_count == 0;
}

/* Whether calls the other way are offered at all: 3 if not */
static int listens(void)
{
	NCB ncb = { 0 }, cancel = { 0 };
	int i;

	set_name(ncb.ncb_name, "NCBCALL", 0);
	if (run(&ncb, NCBADDNAME, "ADD NAME", NULL, 0))
		return 1;
	ncb.ncb_callname[0] = '*';
	if (run(&ncb, NCBLISTEN | ASYNCH, "LISTEN", NULL, 0))
		return 1;
	/* Wine takes it, and refuses it afterwards */
	for (i = 0; i < 20 && ncb.ncb_cmd_cplt == NRC_PENDING; i++)
		pause_ms(100);
	printf("LISTEN ends: %02x\n", ncb.ncb_cmd_cplt);
	if (ncb.ncb_cmd_cplt != NRC_PENDING)
		return ncb.ncb_cmd_cplt == NRC_ILLCMD ? 3 : 1;
	return run(&cancel, NCBCANCEL, "CANCEL", &ncb, 0);
}

int main(int argc, char **argv)
{
	LANA_ENUM lanas = { 0 };
	NCB ncb = { 0 };
	int failed;

	if (argc != 2 || run(&ncb, NCBENUM, "ENUM", &lanas, sizeof(lanas)) || !lanas.length)
		return 2;
	lana = lanas.lana[0];
	if (run(&ncb, NCBRESET, "RESET", NULL, 0))
		return 1;
	if (!strcmp(argv[1], "-l"))
		return listens();
	failed = talk(argv[1]);
	puts(failed ? "failed" : "the message came back");
	return failed;
}
