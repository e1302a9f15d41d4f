#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A client of a name server and a datagram distribution server, for tests.

nbns.py COMMAND SERVER ...: prints a line for each result, ends with 0 if all of
them are as they have to be.
"""
import argparse
import random
import select
import socket
import struct
import sys
import time

PATIENCE = 20
SO_RCVBUFFORCE = 33


def encode(name, suffix):
    """A name in the empty scope on the wire (RFC 1002 4.1)."""
    octets = name.encode().ljust(15)[:15] + bytes([suffix])
    return b' ' + b''.join(bytes([65 + (o >> 4), 65 + (o & 15)]) for o in octets) + b'\0'


def query(number, name, suffix=0):
    return struct.pack('>HHHHHH', number, 0x0100, 1, 0, 0, 0) + encode(name, suffix) + b'\0\x20\0\1'


def claim(number, name, addr, flags=0x2900, nb_flags=0x2000, suffix=0):
    return (struct.pack('>HHHHHH', number, flags, 1, 0, 0, 1) + encode(name, suffix) +
            struct.pack('>HHHHHIHH', 0x20, 1, 0xc00c, 0x20, 1, 3600, 6, nb_flags) +
            socket.inet_aton(addr))


def entries(packet):
    """Addresses of a positive response."""
    length, = struct.unpack('>H', packet[54:56])
    data = packet[56:56 + length]
    return [socket.inet_ntoa(data[at + 2:at + 6]) for at in range(0, length, 6)]


class Client:
    def __init__(self, server, addr='0.0.0.0', port=0):
        self.server = server
        self.addr = addr
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((addr, port))

    def ask(self, packet, wait=1.0):
        """The response to a packet that is sent until there is one; WACKs are no answer."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.socket.sendto(packet, (self.server, 137))
            until = time.monotonic() + wait
            while select.select([self.socket], [], [], max(0, until - time.monotonic()))[0]:
                try:
                    answer = self.socket.recv(2048)
                except ConnectionRefusedError:
                    continue
                if answer[:2] == packet[:2] and answer[2] & 0x80 and answer[2] >> 3 & 15 != 7:
                    return answer
        sys.exit('no answer')

    def found(self, name, suffix=0):
        answer = self.ask(query(random.randrange(65536), name, suffix))
        return entries(answer) if not answer[3] & 15 else []


def load(client, args):
    """Register names until the server dies or --count is reached; print those acknowledged.

    What the server refuses for want of room ends it, too.
    """
    waiting, sent, acked, last = {}, 0, [], time.monotonic()
    while time.monotonic() - last < 1.5 and (sent < args.count or waiting):
        while len(waiting) < 32 and sent < args.count:
            name = f'{args.prefix}{sent:06d}'
            waiting[sent & 0xffff] = name
            client.socket.sendto(claim(sent & 0xffff, name, args.address), (args.server, 137))
            sent += 1
        if not select.select([client.socket], [], [], 0.2)[0]:
            continue
        try:
            answer = client.socket.recv(2048)
        except ConnectionRefusedError:
            break
        last = time.monotonic()
        name = waiting.pop(struct.unpack('>H', answer[:2])[0], None)
        if name and answer[3] & 15 == 0:
            acked.append(name)
            if len(acked) == 200:
                print('some', flush=True)
        elif name:
            break
    with open(args.file, 'w', encoding='ascii') as file:
        file.write('\n'.join(acked))
    print(f'{len(acked)} acknowledged')
    return bool(acked)


def check(client, args):
    """Are all names there that load() has written down?"""
    with open(args.file, encoding='ascii') as file:
        names = file.read().split()
    lost = set(names)
    while names and lost:
        before = len(lost)
        todo = sorted(lost)
        for at in range(0, len(todo), 32):
            for number, name in enumerate(todo[at:at + 32], at):
                client.socket.sendto(query(number & 0xffff, name), (args.server, 137))
            for _ in todo[at:at + 32]:
                if not select.select([client.socket], [], [], 1.0)[0]:
                    break
                answer = client.socket.recv(2048)
                if answer[3] & 15 == 0 and entries(answer) == [args.address]:
                    lost.discard(todo[struct.unpack('>H', answer[:2])[0]])
        if len(lost) == before:
            break
    lost = sorted(lost)
    print(f'{len(names)} looked for, lost: {lost[:10]}')
    return names and not lost


def garbage(client, args):
    """Random packets, and packets with random damage; the server still answers."""
    client.ask(claim(1, 'ALIVE', args.address))
    rng = random.Random(1001)
    for number in range(args.count):
        packet = bytearray(claim(number & 0xffff, 'ALIVE', '192.0.2.1'))
        if number % 2:
            packet = bytearray(rng.randbytes(rng.randrange(600)))
        else:
            packet[rng.randrange(12)] ^= 1 << rng.randrange(8)
            packet[2] |= 0x80
            del packet[rng.randrange(len(packet)):]
        client.socket.sendto(packet, (args.server, 137 + number % 3 // 2))
    found = client.found('ALIVE')
    print('found', found)
    return found == [args.address]


def members(client, args):
    """A group that does not fit in a datagram: cut short by UDP, whole by TCP."""
    for number in range(args.count):
        client.ask(claim(number, 'BIG', f'10.77.{number >> 8}.{number & 255}', nb_flags=0xa000))
    answer = client.ask(query(7, 'BIG'))
    print('UDP', len(answer), 'octets,', len(entries(answer)), 'members')
    if not answer[2] & 2 or len(answer) > 548:
        return False
    with socket.create_connection((args.server, 137), timeout=PATIENCE) as tcp:
        packet = query(8, 'BIG')
        # in two parts, as TCP may do
        tcp.sendall(struct.pack('>H', len(packet)) + packet[:20])
        time.sleep(0.05)
        tcp.sendall(packet[20:])
        answer = b''
        while len(answer) < 2 or len(answer) < 2 + struct.unpack('>H', answer[:2])[0]:
            answer += tcp.recv(65536) or sys.exit('closed')
    print('TCP', len(entries(answer[2:])), 'members')
    return not answer[4] & 2 and len(set(entries(answer[2:]))) == args.count


def challenge(client, args):
    """A second node claims a name: the owner is asked, and what it says counts."""
    owner = Client(args.server, args.address, 137)
    owner.ask(claim(1, 'MINE', args.address))
    for second, positive in ((2, True), (3, False)):
        client.socket.sendto(claim(second, 'MINE', args.other), (args.server, 137))
        if not select.select([owner.socket], [], [], PATIENCE)[0]:
            sys.exit('the owner is not asked')
        asked = owner.socket.recv(2048)
        reply = asked[:2] + struct.pack('>HHHHH', 0x8500 if positive else 0x8503, 0, 1, 0, 0)
        reply += encode('MINE', 0)
        if positive:
            reply += struct.pack('>HHIHH', 0x20, 1, 0, 6, 0x2000) + socket.inet_aton(args.address)
        else:
            reply += struct.pack('>HHIH', 0x0a, 1, 0, 0)
        owner.socket.sendto(reply, (args.server, 137))
        kinds = []
        while not kinds or kinds[-1] & 0x7800 == 0x3800:
            if not select.select([client.socket], [], [], PATIENCE)[0]:
                sys.exit('no answer to the claim')
            answer = client.socket.recv(2048)
            kinds.append(struct.unpack('>H', answer[2:4])[0])
        print([f'{kind:04x}' for kind in kinds])
        if kinds != [0xbc00, 0xad86 if positive else 0xad80]:
            return False
    return client.found('MINE') == [args.other]


def datagrams(client, args):
    """A group datagram in fragments reaches the other member as it was sent."""
    del client
    one = Client(args.server, args.address, 138)
    two = Client(args.server, args.other, 138)
    for member in (one, two):
        names = Client(args.server, member.addr)
        names.ask(claim(1, 'TEAM', member.addr, nb_flags=0xa000))
    source = socket.inet_aton(args.address)
    ask = struct.pack('>BBH4sH', 0x14, 0, 99, source, 138) + encode('TEAM', 0)
    names = encode('ONE', 0) + encode('TEAM', 0)
    packets = [struct.pack('>BBH4sHHH', 0x11, 7, 5, source, 138, 168, 0) + names + b'a' * 50,
               struct.pack('>BBH4sHHH', 0x11, 4, 5, source, 138, 168, 118) + b'b' * 50]
    one.socket.sendto(ask, (args.server, 138))
    if not select.select([one.socket], [], [], PATIENCE)[0]:
        sys.exit('the query is not answered')
    answer = one.socket.recv(2048)
    print('query', answer[:4].hex())
    if answer[0] != 0x15 or answer[2:4] != ask[2:4] or answer[10:] != ask[10:]:
        return False
    for packet in packets:
        one.socket.sendto(packet, (args.server, 138))
        if not select.select([two.socket], [], [], PATIENCE)[0]:
            sys.exit('a fragment is missing')
        got, sender = two.socket.recvfrom(2048)
        print(len(got), 'octets from', sender)
        if got != packet or sender != (args.server, 138):
            return False
    return not select.select([one.socket], [], [], 0.2)[0]


def spread(client, args):
    """One datagram to the group of members() reaches all, who are --count addresses of ours."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
        receiver.bind(('', 138))
        names = encode('ONE', 0) + encode('BIG', 0)
        client.socket.sendto(struct.pack('>BBH4sHHH', 0x11, 6, 5, socket.inet_aton(args.address),
                                         138, len(names) + 512, 0) + names + b'x' * 512,
                             (args.server, 138))
        got = 0
        while got < args.count and select.select([receiver], [], [], 3)[0]:
            receiver.recv(2048)
            got += 1
    print(got, 'copies of', args.count)
    return got == args.count


def gone(client, args):
    """Many questions of a neighbour that is not there do not keep others from their answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        question = query(1, 'NOBODY')
        udp = struct.pack('>HHHH', 137, 137, 8 + len(question), 0) + question
        packet = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0,
                             socket.inet_aton(args.other), socket.inet_aton(args.server)) + udp
        for number in range(args.count):
            raw.sendto(packet, (args.server, 0))
            # not more than the queue of the server has room for
            if number % 100 < 99:
                continue
            client.socket.sendto(query(number & 0xffff, 'ALIVE'), (args.server, 137))
            if not select.select([client.socket], [], [], PATIENCE)[0]:
                print('no answer after', number, 'questions')
                return False
            client.socket.recv(2048)
    return True


def main():
    commands = (load, check, garbage, members, challenge, datagrams, spread, gone)
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('command', choices=[command.__name__ for command in commands])
    parser.add_argument('server')
    parser.add_argument('--address', default='10.9.2.2', help='of the client')
    parser.add_argument('--other', default='10.9.2.3', help='a second one')
    parser.add_argument('--count', type=int, default=200)
    parser.add_argument('--prefix', default='N')
    parser.add_argument('--file', help='names that were acknowledged')
    args = parser.parse_args()
    command = {command.__name__: command for command in commands}[args.command]
    addr = args.other if args.command == 'challenge' else args.address
    return 0 if command(Client(args.server, addr), args) else 1


sys.exit(main())
