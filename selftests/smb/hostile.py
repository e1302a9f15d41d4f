#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Peers of nbproxy on TCP, with the framing of port 445, good and bad.

hostile.py call ADDRESS PORT HOW [ARGUMENT]   connects; behind it somebody echoes
hostile.py serve PORT HOW                     accepts one connection after the other

The last line of output is the result; the exit status is 0 if it is as it should be.
"""

import os
import socket
import struct
import sys
import time

PATIENCE = float(os.environ.get("HOSTILE_PATIENCE", "30"))
MAX = 131071


def frame(body):
    return struct.pack(">I", len(body)) + body


def read(sock, size):
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            raise EOFError(f"ended after {len(data)} of {size}")
        data += part
    return data


def read_frame(sock):
    (size,) = struct.unpack(">I", read(sock, 4))
    return read(sock, size)


def echoed(sock, body):
    sock.sendall(frame(body))
    return read_frame(sock) == body


def was_reset(sock):
    """The other end must not take it for an end that was meant."""
    try:
        while sock.recv(65536):
            pass
    except ConnectionResetError:
        return True
    return False


def call_echo(sock):
    return all(echoed(sock, os.urandom(size)) for size in (1, 3, 1000, 70000, MAX, 2))


def call_dribble(sock):
    body = os.urandom(20)
    for octet in frame(body) + frame(body):
        sock.sendall(bytes([octet]))
    return read_frame(sock) == body and read_frame(sock) == body


def call_together(sock):
    """Many frames in one segment, and keep-alives, which are not passed on."""
    bodies = [os.urandom(size) for size in range(1, 200)]
    sock.sendall(b"".join(b"\x85\0\0\0" + frame(body) for body in bodies))
    return all(read_frame(sock) == body for body in bodies)


def call_type(sock):
    sock.sendall(b"\x81\0\0\x44" + b"A" * 68)
    return was_reset(sock)


def call_long(sock):
    sock.sendall(struct.pack(">I", MAX + 1) + b"A" * 1000)
    return was_reset(sock)


def call_cut(sock):
    sock.sendall(frame(b"A" * 100)[:50])
    sock.shutdown(socket.SHUT_WR)
    return was_reset(sock)


def call_stall(sock):
    sock.sendall(frame(b"A" * 100)[:50])
    return was_reset(sock)


def flood(sock):
    """Sends and never reads, until everybody on the way is full; was that stopped?"""
    sock.settimeout(1)
    frames = memoryview(frame(b"A" * 60000) * 1000)
    sent = 0
    try:
        while sent < 1 << 28:
            sent += sock.send(frames[sent % len(frames):])
    except (TimeoutError, ConnectionError):
        pass
    print(f"{sent} octets until nobody took more", flush=True)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            print("and was reset", flush=True)
            return sent < 1 << 28
        time.sleep(0.1)
    return False


def call_flood(sock):
    """Somebody behind it echoes, and is not listened to."""
    return flood(sock)


def call_hold(sock, path):
    """An echo now, and another one when the file is there."""
    if not echoed(sock, b"before"):
        return False
    print("holds", flush=True)
    end = time.monotonic() + PATIENCE
    while not os.path.exists(path) and time.monotonic() < end:
        time.sleep(0.05)
    return echoed(sock, b"after")


def call_many(address, number):
    """How many of several connections are served while all are open?"""
    socks = []
    for _ in range(number):
        try:
            socks.append(socket.create_connection(address, PATIENCE))
        except ConnectionResetError:
            pass    # the refusal was here before connect() looked
    served = 0
    for sock in socks:
        sock.settimeout(5)
        try:
            served += echoed(sock, b"one of many")
        except (OSError, EOFError):
            pass
    print(f"{served} of {number} served")
    return True


def answer(sock, how):
    read_frame(sock)
    if how == "type":
        sock.sendall(b"\x83\0\0\1\x82")
    elif how == "long":
        sock.sendall(struct.pack(">I", MAX + 1) + b"A" * 1000)
    elif how == "cut":
        sock.sendall(frame(b"A" * 100)[:50])
        sock.shutdown(socket.SHUT_WR)
    elif how == "flood":
        flood(sock)
        return
    elif how == "reset":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
        return
    was_reset(sock)


def serve(port, how):
    listener = socket.create_server(("0.0.0.0", port))
    print("serves", flush=True)
    while True:
        sock, _ = listener.accept()
        sock.settimeout(PATIENCE)
        try:
            answer(sock, how)
        except (OSError, EOFError) as error:
            print(error, flush=True)
        sock.close()


def call(address, how, arguments):
    if how == "many":
        return call_many(address, int(arguments[0]))
    with socket.create_connection(address, PATIENCE) as sock:
        sock.settimeout(PATIENCE)
        return globals()["call_" + how](sock, *arguments)


def main():
    what, *arguments = sys.argv[1:]
    if what == "serve":
        serve(int(arguments[0]), arguments[1])
    good = call((arguments[0], int(arguments[1])), arguments[2], arguments[3:])
    print("good" if good else "bad")
    sys.exit(not good)


main()
