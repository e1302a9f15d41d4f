#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A byte-level NetBIOS session peer (RFC 1002 4.3), for the interoperability tests.

peer.py serve ADDRESS:PORT=ANSWER[,ANSWER...]...
    listens on each ADDRESS:PORT; the first connection gets the first ANSWER and
    so on, the last one again and again. Prints a line a connection. ANSWERs:
      accept              positive response; sends the first message back
      HH                  negative response with error HH (hexadecimal)
      ADDRESS:PORT        retarget response
      close               reads the request and hangs up
      silent              reads the request and waits
peer.py call ADDRESS:PORT CALLED CALLING [early]
    sends a SESSION REQUEST, prints the answer; early: with a message in the same
    segment, and again the answer to that. Names as FILES<20>.
"""
import socket
import struct
import sys
import threading

MESSAGE, REQUEST, POSITIVE, NEGATIVE, RETARGET = 0x00, 0x81, 0x82, 0x83, 0x84
TIMEOUT = 30
PRINT_LOCK = threading.Lock()


def say(text):
    with PRINT_LOCK:
        print("peer: " + text, flush=True)


def packet(kind, body=b""):
    return struct.pack(">BBH", kind, len(body) >> 16, len(body) & 0xFFFF) + body


def read_exactly(sock, count):
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def read_packet(sock):
    kind, flags, length = struct.unpack(">BBH", read_exactly(sock, 4))
    return kind, read_exactly(sock, (flags & 1) << 16 | length)


def encode_name(text):
    name, suffix = text.rstrip(">").split("<")
    raw = name.encode("ascii").ljust(15) + bytes([int(suffix, 16)])
    half_octets = b"".join(bytes([65 + (c >> 4), 65 + (c & 15)]) for c in raw)
    return bytes([len(half_octets)]) + half_octets + b"\0"


def decode_name(encoded):
    if len(encoded) != 34 or encoded[0] != 32 or encoded[33] != 0:
        raise ValueError("not a name without scope: " + encoded.hex())
    raw = bytes((encoded[i] - 65) << 4 | (encoded[i + 1] - 65) for i in range(1, 33, 2))
    return "%s<%02x>" % (raw[:15].decode("ascii").rstrip(), raw[15])


def endpoint(text):
    address, port = text.split(":")
    return address, int(port)


def request(called, calling):
    return packet(REQUEST, encode_name(called) + encode_name(calling))


def read_request(sock):
    kind, body = read_packet(sock)
    if kind != REQUEST or len(body) != 68:
        raise ValueError("no SESSION REQUEST of 68 octets: type %02x, %d" % (kind, len(body)))
    return decode_name(body[:34]), decode_name(body[34:])


def give(sock, answer):
    if answer == "accept":
        sock.sendall(packet(POSITIVE))
        kind, body = read_packet(sock)
        sock.sendall(packet(kind, body))
        say("message of %d octets sent back" % len(body))
        sock.recv(1)
    elif answer == "silent":
        sock.recv(1)
    elif ":" in answer:
        address, port = endpoint(answer)
        sock.sendall(packet(RETARGET, socket.inet_aton(address) + struct.pack(">H", port)))
    elif answer != "close":
        sock.sendall(packet(NEGATIVE, bytes([int(answer, 16)])))


def serve_connection(sock, where, answer):
    sock.settimeout(TIMEOUT)
    try:
        called, calling = read_request(sock)
        say("%s: %s calls %s: %s" % (where, calling, called, answer))
        give(sock, answer)
    except (EOFError, OSError, ValueError) as error:
        say("%s: %s: %r" % (where, answer, error))
    finally:
        sock.close()


def serve_endpoint(listener, where, answers):
    while True:
        sock, _ = listener.accept()
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        threading.Thread(target=serve_connection, args=(sock, where, answer), daemon=True).start()


def serve(specifications):
    threads = []
    for specification in specifications:
        where, answers = specification.split("=")
        listener = socket.create_server(endpoint(where), backlog=64)
        threads.append(threading.Thread(target=serve_endpoint, daemon=True,
                                        args=(listener, where, answers.split(","))))
    for thread in threads:
        thread.start()
    say("ready")
    for thread in threads:
        thread.join()


def show_answer(sock):
    try:
        kind, body = read_packet(sock)
    except EOFError:
        say("hung up without an answer")
        return False
    if kind == POSITIVE:
        say("positive")
    elif kind == NEGATIVE:
        say("negative %s" % body.hex())
    elif kind == RETARGET:
        say("retarget %s:%d" % (socket.inet_ntoa(body[:4]), struct.unpack(">H", body[4:])[0]))
    else:
        say("type %02x, %d octets" % (kind, len(body)))
    return kind == POSITIVE


def call(where, called, calling, early):
    message = b"a message that did not wait for the answer"
    with socket.create_connection(endpoint(where), timeout=TIMEOUT) as sock:
        sock.sendall(request(called, calling) + (packet(MESSAGE, message) if early else b""))
        if show_answer(sock) and early:
            kind, body = read_packet(sock)
            say("early message came back" if (kind, body) == (MESSAGE, message)
                else "other answer: type %02x, %d octets" % (kind, len(body)))


def main(arguments):
    if arguments[:1] == ["serve"] and len(arguments) > 1:
        serve(arguments[1:])
    elif arguments[:1] == ["call"] and len(arguments) in (4, 5):
        call(*arguments[1:4], arguments[4:] == ["early"])
    else:
        sys.exit(__doc__)


main(sys.argv[1:])
