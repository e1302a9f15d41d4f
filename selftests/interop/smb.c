// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "smb.h"

#define SMB1_HEADER		32
#define SMB1_COM_NEGOTIATE	0x72
#define SMB1_FLAGS		9
#define SMB1_FLAG_REPLY		0x80
#define SMB2_HEADER		64
#define SMB2_STATUS		8
#define SMB2_COMMAND		12

static const unsigned char smb1_magic[4] = { 0xff, 'S', 'M', 'B' };
static const unsigned char smb2_magic[4] = { 0xfe, 'S', 'M', 'B' };

static unsigned int get16(const unsigned char *p)
{
	return p[0] | p[1] << 8;
}

static void put16(unsigned char *p, unsigned int value)
{
	p[0] = value;
	p[1] = value >> 8;
}

static size_t smb1_negotiate_request(unsigned char *buf)
{
	static const char dialect[] = "\x02NT LM 0.12";

	memset(buf, 0, SMB1_HEADER);
	memcpy(buf, smb1_magic, sizeof(smb1_magic));
	buf[4] = SMB1_COM_NEGOTIATE;
	buf[SMB1_FLAGS] = 0x18;			/* canonical, caseless paths */
	put16(buf + 10, 0x4001);		/* NT status codes, long names */
	put16(buf + 24, 0xffff);		/* no tree yet */
	put16(buf + 26, 1);			/* process */
	buf[SMB1_HEADER] = 0;			/* words of parameters */
	put16(buf + SMB1_HEADER + 1, sizeof(dialect));
	memcpy(buf + SMB1_HEADER + 3, dialect, sizeof(dialect));
	return SMB1_HEADER + 3 + sizeof(dialect);
}

static size_t smb2_negotiate_request(unsigned char *buf)
{
	unsigned char *body = buf + SMB2_HEADER;

	memset(buf, 0, SMB2_HEADER + 40);
	memcpy(buf, smb2_magic, sizeof(smb2_magic));
	put16(buf + 4, SMB2_HEADER);
	put16(buf + 14, 1);			/* credits */
	put16(body, 36);			/* structure size */
	put16(body + 2, 2);			/* dialects */
	put16(body + 4, 1);			/* signing enabled */
	memset(body + 12, 0x4e, 16);		/* client's GUID, not zero */
	put16(body + 36, 0x0202);
	put16(body + 38, 0x0210);
	return SMB2_HEADER + 40;
}

size_t smb_negotiate_request(unsigned char *buf, int version)
{
	return version == 1 ? smb1_negotiate_request(buf) :
			      smb2_negotiate_request(buf);
}

static const char *smb1_negotiated(const unsigned char *buf, size_t len)
{
	/* an answer for NT LM 0.12, the only one offered, has 17 words */
	if (len < SMB1_HEADER + 3 || buf[4] != SMB1_COM_NEGOTIATE ||
	    !(buf[SMB1_FLAGS] & SMB1_FLAG_REPLY) || buf[SMB1_HEADER] != 17 ||
	    get16(buf + SMB1_HEADER + 1) != 0)
		return NULL;
	return "NT LM 0.12";
}

static const char *smb2_negotiated(const unsigned char *buf, size_t len)
{
	static const unsigned char success[4];

	if (len < SMB2_HEADER + 64 || get16(buf + SMB2_COMMAND) ||
	    memcmp(buf + SMB2_STATUS, success, sizeof(success)))
		return NULL;
	switch (get16(buf + SMB2_HEADER + 4)) {
	case 0x0202:
		return "SMB 2.0.2";
	case 0x0210:
		return "SMB 2.1";
	}
	return NULL;
}

const char *smb_negotiated(const unsigned char *buf, size_t len)
{
	if (len >= 4 && !memcmp(buf, smb1_magic, 4))
		return smb1_negotiated(buf, len);
	if (len >= 4 && !memcmp(buf, smb2_magic, 4))
		return smb2_negotiated(buf, len);
	return NULL;
}

int smb_is_negotiate_request(const unsigned char *buf, size_t len)
{
	if (len >= SMB1_HEADER + 3 && !memcmp(buf, smb1_magic, 4) &&
	    buf[4] == SMB1_COM_NEGOTIATE && buf[SMB1_HEADER] == 0 &&
	    len == SMB1_HEADER + 3 + get16(buf + SMB1_HEADER + 1))
		return 1;
	if (len >= SMB2_HEADER + 36 && !memcmp(buf, smb2_magic, 4) &&
	    get16(buf + SMB2_COMMAND) == 0 && get16(buf + SMB2_HEADER) == 36 &&
	    len >= SMB2_HEADER + 36 + 2 * get16(buf + SMB2_HEADER + 2))
		return 2;
	return 0;
}

size_t smb_refuse_dialects(unsigned char *buf, const unsigned char *request)
{
	memcpy(buf, request, SMB1_HEADER);
	buf[SMB1_FLAGS] |= SMB1_FLAG_REPLY;
	buf[SMB1_HEADER] = 1;
	put16(buf + SMB1_HEADER + 1, 0xffff);
	put16(buf + SMB1_HEADER + 3, 0);
	return SMB1_HEADER + 5;
}
