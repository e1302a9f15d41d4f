#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A name server on port 137 whose answers do not fit (NS-034, NS-035).

truncates.py [short]   every query gets a group: the first of five addresses and TC
                       by UDP, all of them by TCP, where "short" hangs up half-way
"""
import select
import socket
import struct
import sys

ADDRS = [f"10.9.7.{i}" for i in range(1, 6)]
SHORT = sys.argv[1:] == ["short"]


def answer(packet, addrs, flags):
    data = b"".join(b"\x80\x00" + socket.inet_aton(a) for a in addrs)
    return (packet[:2] + struct.pack(">5H", flags, 0, 1, 0, 0) + packet[12:46] +
            struct.pack(">HHIH", 0x20, 1, 60, len(data)) + data)


udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
tcp = socket.socket()
tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
for sock in udp, tcp:
    sock.bind(("", 137))
tcp.listen()
print("serving", flush=True)
while True:
    for sock in select.select([udp, tcp], [], [])[0]:
        if sock is udp:
            packet, peer = udp.recvfrom(2048)
            if packet[2] & 0xF8 == 0:
                udp.sendto(answer(packet, ADDRS[:1], 0x8780), peer)
            continue
        conn, _ = tcp.accept()
        size = struct.unpack(">H", conn.recv(2, socket.MSG_WAITALL))[0]
        full = answer(conn.recv(size, socket.MSG_WAITALL), ADDRS, 0x8580)
        full = struct.pack(">H", len(full)) + full
        # in two pieces, which no length of the network explains
        conn.sendall(full[:1])
        if not SHORT:
            conn.sendall(full[1:40])
            conn.sendall(full[40:])
        conn.close()
        print("asked by TCP", flush=True)
