#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The Python module: python.py [-r TEST]. TAP."""
import copy
import ctypes
import errno
import select
import socket
import struct
import subprocess
import sys
import threading
import time
import warnings

import netbios

BOUND = 25
CLONE_NEWNET = 0x40000000


def node():
    """A network namespace with names that anybody may bind."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    lines = ["node set enabled on"]
    lines += [f"name add {name} state registered permanent"
              for name in ("HERE<00>", "THERE<20>")]
    lines += ["name add TEAM<00> group state registered permanent"]
    subprocess.run(["nbctl", "-b", "-"], input="\n".join(lines), text=True, check=True)


def listener():
    """A socket that listens, and a thread that sends messages back."""
    server = netbios.Socket()
    server.settimeout(BOUND)
    server.bind("THERE<20>")
    server.listen(1)
    callers = []

    def serve():
        session, caller = server.accept()
        callers.append(caller)
        session.settimeout(BOUND)
        with session:
            message = session.recv()
            while message is not None:
                session.send(message)
                message = session.recv()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return server, thread, callers


def names():
    name = netbios.Name("server<20>")
    assert name.octets == b"SERVER          ", name.octets
    assert name.suffix == 0x20 and str(name) == "SERVER<20>"
    assert netbios.Name('"Mixed Case"#1c').octets == b"Mixed Case     \x1c"
    assert netbios.Name("FRED", suffix=0) == "FRED<00>"
    for octet in range(256):
        for place in range(16):
            octets = b"A" * place + bytes([octet]) + b" " * (15 - place)
            name = netbios.Name(octets)
            assert netbios.Name(str(name)) == name and name.octets == octets, octets
    assert name != "SEVENTEEN-OCTETS-" and name != 5
    for bad in (("",), ("SEVENTEEN-OCTETS-",), (b"short",), ("A\0B",), ("A", 256), ("A", -1)):
        refuses(netbios.Name, *bad)
    assert says(netbios.Name, "SEVENTEEN-OCTETS-").endswith("longer than a NetBIOS name")
    assert says(netbios.Name, "") == "'': not a NetBIOS name"
    refuses(netbios.find, "A", "lab\0example")
    refuses(netbios.node_status, "127.0.0.1", "", -1)


def refuses(function, *args):
    says(function, *args)


def says(function, *args):
    try:
        function(*args)
    except ValueError as error:
        return str(error)
    raise AssertionError(args)


def session():
    server, thread, callers = listener()
    with netbios.Socket() as client:
        client.settimeout(BOUND)
        client.bind("HERE<00>")
        client.connect("THERE<20>")
        assert client.getsockname() == "HERE<00>"
        assert client.getpeername() == "THERE<20>"
        for message in (b"hello", b"", b"x" * netbios.MAX_MESSAGE):
            client.send(message)
            assert client.recv() == message, len(message)
        client.shutdown(socket.SHUT_WR)
        assert client.recv() is None
    thread.join(BOUND)
    assert callers == [netbios.Name("HERE<00>")], callers
    server.close()


def time_outs():
    with netbios.Socket() as server:
        server.bind("THERE<20>")
        server.listen()
        server.settimeout(0.1)
        try:
            server.accept()
        except TimeoutError:
            return
    raise AssertionError("accept() came back")


def receives_at_once():
    """MSG_DONTWAIT does not wait, nor does a blocking socket after its SO_RCVTIMEO."""
    with netbios.Socket(socket.SOCK_DGRAM) as here:
        here.bind("HERE<00>")
        fails(errno.EAGAIN, here.recvfrom, 10, socket.MSG_DONTWAIT)
        here.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 100000))
        fails(errno.EAGAIN, here.recvfrom)
        here.settimeout(BOUND)
        fails(errno.EAGAIN, here.recvfrom, 10, socket.MSG_DONTWAIT)
        here.settimeout(0)
        fails(errno.EAGAIN, here.recvfrom)


def time_out_is_one():
    """What wakes a call without anything for it does not give it more time."""
    with netbios.Socket() as server:
        server.bind("THERE<20>")
        server.listen(4)
        server.settimeout(1)
        real, calls = select.poll, []

        class Poll:
            """Ready at once, but the last time"""

            def register(self, *args):
                self.poller = real()
                self.poller.register(*args)

            def poll(self, ms):
                calls.append(ms)
                time.sleep(0.3)
                return [True] if ms > 0 else self.poller.poll(ms)

        select.poll = Poll
        try:
            server.accept()
        except TimeoutError:
            assert calls[0] > 900 and calls[-1] == 0 and len(calls) < 6, calls
            return
        finally:
            select.poll = real
    raise AssertionError("accept() came back")


def datagrams():
    with netbios.Socket(socket.SOCK_DGRAM) as here, netbios.Socket(socket.SOCK_DGRAM) as team:
        here.settimeout(BOUND)
        team.settimeout(BOUND)
        here.bind("HERE<00>")
        team.bind(netbios.Name("TEAM<00>", group=True))
        assert team.getsockname().group
        for data in (b"", b"y" * netbios.MAX_DATAGRAM):
            assert here.sendto(data, "TEAM<00>") == len(data)
            assert team.recvfrom() == (data, netbios.Name("HERE<00>"))
        poll = select.poll()
        poll.register(team, select.POLLIN)
        assert not poll.poll(0)


def broadcasts():
    """To all nodes of the scope, and to those sockets only that ask for it."""
    kind = socket.SOCK_DGRAM
    with netbios.Socket(kind) as here, netbios.Socket(kind) as everybody, \
            netbios.Socket(kind) as team:
        here.bind("HERE<00>")
        team.bind(netbios.Name("TEAM<00>", group=True))
        fails(errno.EACCES, here.sendto, b"all", netbios.BROADCAST)
        here.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        everybody.setsockopt(netbios.SOL_NETBIOS, netbios.NB_RECV_BROADCAST, 1)
        everybody.settimeout(BOUND)
        assert here.sendto(b"all", netbios.BROADCAST) == 3
        assert everybody.recvfrom() == (b"all", netbios.Name("HERE<00>"))
        team.settimeout(0.1)
        try:
            team.recvfrom()
        except TimeoutError:
            return
    raise AssertionError("a group got a broadcast")


def scopes():
    """A name of another scope is another name."""
    with netbios.Socket(scope="lab.example") as s:
        fails(errno.ENETDOWN, s.bind, "HERE<00>")
    with warnings.catch_warnings(record=True) as left_open:
        warnings.simplefilter("always")
        fails(errno.EINVAL, netbios.Socket, socket.SOCK_DGRAM, None, "a..b")
    assert not left_open, left_open[0]
    fails(errno.ENETDOWN, netbios.find, "THERE<20>", "lab.example")


def parts():
    """What does not fit is kept, if that is asked for."""
    with netbios.Socket() as server, netbios.Socket() as client:
        server.bind("THERE<20>")
        server.listen(1)
        client.bind("HERE<00>")
        client.connect("THERE<20>")
        session, _ = server.accept()
        with session:
            client.send(b"one, two")
            client.send(b"one, two")
            assert session.recv(3) == b"one"
            session.setsockopt(netbios.SOL_NETBIOS, netbios.NB_KEEP_REST, 1)
            assert session.recv(3) == b"one"
            assert session.recv() == b", two"


def fails(code, function, *args):
    try:
        function(*args)
    except OSError as error:
        assert error.errno == code, error
        return
    raise AssertionError(f"no error {errno.errorcode[code]}")


def errors():
    with netbios.Socket() as s:
        fails(errno.ENETDOWN, s.bind, "NEW<00>")
        fails(errno.ENOTCONN, s.getpeername)
        s.bind("HERE<00>")
        assert s.wire_error()[0] == 0
        fails(errno.ECONNREFUSED, s.connect, "THERE<20>")
        assert s.wire_error() == (0x80, "not listening on the called name"), s.wire_error()
        fails(errno.EINVAL, s.bind, "HERE<00>")
    fails(errno.EADDRNOTAVAIL, netbios.Socket(lana=99).bind, "HERE<00>")


def looking():
    assert netbios.find("THERE<20>") == ["127.0.0.1"]
    fails(errno.ENETDOWN, netbios.find, "NOWHERE")
    fails(errno.ECONNREFUSED, netbios.node_status, "127.0.0.1", None, 2)


def misuse():
    for lana in (-5, 256, 1 << 40):
        refuses(lambda lana: netbios.Socket(lana=lana), lana)
    with netbios.Socket(socket.SOCK_DGRAM) as s:
        for wrong in (5, "text", None):
            try:
                s.sendto(wrong, "THERE<20>")
            except TypeError:
                continue
            raise AssertionError(f"{wrong!r} was sent")
        assert copy.copy(s).fileno() == s.fileno()


def answer_status(port):
    """The answer of a node with a unique name and a group (RFC 1002 4.2.18)."""
    request, client = port.recvfrom(1000)
    entries = b"OVER THERE     \x20\x04\x00" + b"TEAM           \x00\x84\x00"
    rdata = bytes([2]) + entries + bytes(46)
    # the name, type and class are those of the question
    port.sendto(request[:2] + bytes.fromhex("8400 0000 0001 0000 0000") + request[12:] +
                bytes(4) + len(rdata).to_bytes(2, "big") + rdata, client)


def status():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 137))
        node = threading.Thread(target=answer_status, args=[port], daemon=True)
        node.start()
        found = netbios.node_status("127.0.0.1", timeout=BOUND)
        node.join(BOUND)
    assert found == ["OVER THERE<20>", "TEAM<00>"], found
    assert [name.group for name in found] == [False, True]


TESTS = [names, session, time_outs, receives_at_once, time_out_is_one, datagrams,
         broadcasts, scopes, parts, errors, misuse, looking, status]


def main():
    wanted = [t for t in TESTS if sys.argv[1:] in ([], ["-r", t.__name__])]
    print(f"1..{len(wanted)}")
    node()
    failed = 0
    for number, test in enumerate(wanted, 1):
        try:
            test()
            print(f"ok {number} {test.__name__}", flush=True)
        except Exception as error:      # whatever it is, it is a failure
            failed += 1
            print(f"# {test.__name__}: {error!r}")
            print(f"not ok {number} {test.__name__}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
