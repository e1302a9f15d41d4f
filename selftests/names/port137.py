#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A node of the name service that lies (RFC 1002 4.2), on port 137.

port137.py serve ADDR OTHER     answers queries as their names tell, see LIES;
                                OTHER is a second address of this host
port137.py poison ADDR OTHER    answers every query with its own address
port137.py old ADDR             answers node status, but only to port 137
port137.py garbage ADDR TO N    N packets that are none, to port 137 of TO
port137.py release|conflict ADDR TO NAME OWNER
                                one such demand for NAME<00>
"""
import random
import select
import socket
import struct
import sys
import time

NB, NBSTAT, IN = 0x20, 0x21, 1
ANSWER = "10.9.6.77"


def encode(name):
    octets = name.ljust(15).encode() if isinstance(name, str) else name
    octets = octets if len(octets) == 16 else octets + b"\0"
    half = b"".join(bytes((0x41 + (o >> 4), 0x41 + (o & 15))) for o in octets)
    return b"\x20" + half + b"\0"


def decode(packet):
    """The name of the question, 16 octets, or None"""
    if len(packet) < 50 or packet[12] != 0x20:
        return None
    half = packet[13:45]
    return bytes(((half[i] - 0x41) << 4 | (half[i + 1] - 0x41)) & 255
                 for i in range(0, 32, 2))


def bound(addr, broadcast=False):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("" if broadcast else addr, 137))
    return sock


def answer(ident, name, addr=ANSWER, rrtype=NB):
    return (struct.pack(">6H", ident, 0x8500, 0, 1, 0, 0) + encode(name) +
            struct.pack(">HHIHH", rrtype, IN, 60, 6, 0) + socket.inet_aton(addr))


def lie(packet, name):
    """Pairs of socket number and packet: what the name asks for"""
    ident = struct.unpack(">H", packet[:2])[0]
    text = name[:15].decode("latin-1").rstrip()
    right = answer(ident, name)
    return {
        "RIGHT": [(0, right)],
        "WRONGHOST": [(1, right)],
        "WRONGID": [(0, answer(ident ^ 1, name))],
        "WRONGNAME": [(0, answer(ident, "SOMETHINGELSE".ljust(15).encode() + b"\x20"))],
        "WRONGTYPE": [(0, answer(ident, name, rrtype=NBSTAT))],
        "CUT": [(0, right[:-5])],
        "FLOOD": [(i & 1, answer((ident + 1 + i) & 0xffff, name, "10.9.6.66"))
                  for i in range(200)] + [(0, right)],
        "TWINS": [(0, right), (1, answer(ident, name, "10.9.6.78"))],
    }.get(text, [])


def serve(addr, other, poison=False):
    # broadcasts come to the one that is bound to no address
    everything = bound(addr, broadcast=True)
    socks = [bound(addr), bound(other)]
    print("ready", flush=True)
    while True:
        for sock in select.select([everything] + socks, [], [])[0]:
            packet, sender = sock.recvfrom(2048)
            name = decode(packet)
            # questions of others: opcode query, no response, not our own
            if not name or packet[2] & 0xf8 or sender[0] in (addr, other):
                continue
            if poison:
                ident = struct.unpack(">H", packet[:2])[0]
                socks[0].sendto(answer(ident, name, addr), sender)
                continue
            for which, data in lie(packet, name):
                socks[which].sendto(data, sender)


def old(addr):
    sock = bound(addr)
    print("ready", flush=True)
    while True:
        packet, sender = sock.recvfrom(2048)
        if decode(packet) and packet[46:48] == b"\0\x21" and not packet[2] & 0x80:
            data = (packet[:2] + struct.pack(">5H", 0x8400, 0, 1, 0, 0) + packet[12:46] +
                    struct.pack(">HHIH", NBSTAT, IN, 0, 1 + 18 + 46) + b"\1" +
                    b"OLDPC".ljust(16) + struct.pack(">H", 0x0400) + bytes(46))
            sock.sendto(data, (sender[0], 137))


def garbage(addr, to, n):
    rng = random.Random(137)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((addr, 0))
    query = struct.pack(">6H", 1, 0x0110, 1, 0, 0, 0) + encode("BNODE") + b"\0\x20\0\1"
    models = [query, answer(1, "BNODE"), query[:12] + b"\xc0\x0c\0\x20\0\1",
              query[:4] + b"\xff\xff" * 4 + query[12:]]
    for i in range(n):
        if i % 4:
            data = bytearray(rng.choice(models))
            for _ in range(rng.randrange(1, 8)):
                data[rng.randrange(len(data))] = rng.randrange(256)
            data = data[:rng.randrange(len(data) + 1)]
        else:
            data = rng.randbytes(rng.randrange(600))
        sock.sendto(bytes(data), (to, 137))
        # not quicker than it can be read: it shall be read
        if not i % 50:
            time.sleep(0.005)
    print("sent", n, flush=True)


def demand(kind, addr, to, name, owner):
    if kind == "release":
        packet = (struct.pack(">6H", 7, 0x3000, 1, 0, 0, 1) + encode(name) +
                  struct.pack(">HHHHHIHH", NB, IN, 0xc00c, NB, IN, 0, 6, 0))
    else:
        packet = (struct.pack(">6H", 7, 0xad87, 0, 1, 0, 0) + encode(name) +
                  struct.pack(">HHIHH", NB, IN, 0, 6, 0))
    bound(addr).sendto(packet + socket.inet_aton(owner), (to, 137))


def main():
    what, args = sys.argv[1], sys.argv[2:]
    if what in ("serve", "poison"):
        serve(*args, poison=what == "poison")
    elif what == "old":
        old(*args)
    elif what == "garbage":
        garbage(args[0], args[1], int(args[2]))
    else:
        demand(what, *args)


main()
