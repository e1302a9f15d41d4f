#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Messages of the browser service (MS-BRWS), for the datagrams of nbcat -u.

  browse.py announce SERVER      a host announcement, on standard output
  browse.py request SERVER       who hears it announces itself
  browse.py backup TOKEN         ask the local master browser for backup browsers
  browse.py show                 tell what the message on standard input is
"""
import struct
import sys

MAILSLOT = b'\\MAILSLOT\\BROWSE\0'
SMB_HEADER = 32
WORDS = 17          # 14 of SMB_COM_TRANSACTION, three of the mailslot
SERVER_TYPE = 0x00001003  # workstation, server, NT

HOST, REQUEST, ELECTION, BACKUP_ASK, BACKUP, DOMAIN, MASTER = 1, 2, 8, 9, 10, 12, 15


def mailslot(data):
    """SMB_COM_TRANSACTION that writes to the mailslot"""
    offset = SMB_HEADER + 1 + 2 * WORDS + 2 + len(MAILSLOT)
    smb = b'\xffSMB\x25' + bytes(SMB_HEADER - 5)
    words = struct.pack('<HHHHBBHIHHHHHBB', 0, len(data), 0, 0, 0, 0, 0, 1000, 0,
                        0, offset, len(data), offset, 3, 0)
    words += struct.pack('<HHH', 1, 1, 2)
    return (smb + bytes([WORDS]) + words +
            struct.pack('<H', len(MAILSLOT) + len(data)) + MAILSLOT + data)


def announce(server):
    name = server.encode().ljust(16, b'\0')
    return (struct.pack('<BBI16sBBIBBH', HOST, 0, 60000, name, 4, 9, SERVER_TYPE,
                        15, 1, 0xaa55) + b'AF_NETBIOS\0')


def request(server):
    return struct.pack('BB', REQUEST, 0) + server.encode() + b'\0'


def backup(token):
    return struct.pack('<BBI', BACKUP_ASK, 4, int(token))


def text(octets):
    return octets.split(b'\0')[0].decode('ascii', 'backslashreplace')


def describe(data):
    kind = data[0]
    if kind in (HOST, DOMAIN, MASTER):
        what = {HOST: 'host', DOMAIN: 'domain', MASTER: 'local master'}[kind]
        return f'{what} announcement of {text(data[6:22])}: {text(data[32:])}'
    if kind == BACKUP:
        count, token = struct.unpack('<BI', data[1:6])
        names = [text(name) for name in data[6:].split(b'\0')[:count]]
        return f'backup list {token}: {" ".join(names)}'
    if kind == ELECTION:
        return f'election request of {text(data[14:])}'
    return f'message {kind}'


def show(message):
    if message[:5] != b'\xffSMB\x25' or message[SMB_HEADER] != WORDS:
        sys.exit('not a mailslot message: ' + message[:40].hex())
    if message[SMB_HEADER + 1 + 2 * WORDS + 2:].find(MAILSLOT) != 0:
        sys.exit('another mailslot')
    count, offset = struct.unpack_from('<HH', message, SMB_HEADER + 1 + 22)
    data = message[offset:offset + count]
    if not data or len(data) != count:
        sys.exit('cut off')
    print(describe(data), flush=True)


def main():
    if sys.argv[1:] == ['show']:
        show(sys.stdin.buffer.read())
        return
    if len(sys.argv) != 3 or sys.argv[1] not in ('announce', 'request', 'backup'):
        sys.exit(__doc__)
    make = {'announce': announce, 'request': request, 'backup': backup}[sys.argv[1]]
    sys.stdout.buffer.write(mailslot(make(sys.argv[2])))


main()
