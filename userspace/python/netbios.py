# SPDX-License-Identifier: GPL-2.0
"""AF_NETBIOS sockets for Python, and the names of NetBIOS.

The socket module knows neither the family nor its addresses: a socket of it
can be made, but not bound. This module wraps such sockets; addresses are Name
objects, or text as nbctl takes it.

    import netbios

    with netbios.Socket() as server:
        server.bind("ECHO<21>")
        server.listen()
        session, caller = server.accept()
        message = session.recv()
        while message is not None:
            session.send(message)
            message = session.recv()

It needs libnetbios.so.1 and nothing else. netbios_python(3) is its manual.
"""
import ctypes
import errno
import math
import os
import select
import socket
import sys
import time

__all__ = ["AF_NETBIOS", "SOL_NETBIOS", "MAX_MESSAGE", "MAX_DATAGRAM", "BROADCAST",
           "NB_KEEP_REST", "NB_KEEPALIVE", "NB_RECV_BROADCAST", "Name", "Socket", "find",
           "node_status"]

AF_NETBIOS = 13
SOL_NETBIOS = 267
MAX_MESSAGE = 131071
MAX_DATAGRAM = 512
UNIQUE, GROUP = 0, 1

# SOL_NETBIOS
NB_KEEP_REST, NB_KEEPALIVE, NB_CALLER, NB_SCOPE, NB_WIRE_ERROR = 1, 2, 3, 5, 6
NB_RECV_BROADCAST = 11

_SUFFIX = 0x20
# libc is in it, too: addresses of this family need the calls themselves
_lib = ctypes.CDLL("libnetbios.so.1", use_errno=True)
_lib.nb_wire_strerror.restype = ctypes.c_char_p
_lib.sendto.restype = _lib.recvmsg.restype = ctypes.c_ssize_t


class _Address(ctypes.Structure):
    _fields_ = [("family", ctypes.c_uint16), ("type", ctypes.c_uint16),
                ("name", ctypes.c_char * 16)]


class _Resolve(ctypes.Structure):
    _fields_ = [("name", _Address), ("flags", ctypes.c_uint32),
                ("count", ctypes.c_uint32), ("addr", ctypes.c_uint8 * 4 * 25)]


class _InAddr(ctypes.Structure):
    _fields_ = [("addr", ctypes.c_uint32)]


class _StatusName(ctypes.Structure):
    _fields_ = [("name", ctypes.c_uint8 * 16), ("flags", ctypes.c_uint16)]


class _NodeStatus(ctypes.Structure):
    _fields_ = [("unit_id", ctypes.c_uint8 * 6), ("truncated", ctypes.c_bool),
                ("count", ctypes.c_uint), ("names", _StatusName * 255)]


class _Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class _MsgHdr(ctypes.Structure):
    _fields_ = [("name", ctypes.POINTER(_Address)), ("namelen", ctypes.c_uint32),
                ("iov", ctypes.POINTER(_Iovec)), ("iovlen", ctypes.c_size_t),
                ("control", ctypes.c_void_p), ("controllen", ctypes.c_size_t),
                ("flags", ctypes.c_int)]


def _error(code, what=None):
    raise OSError(code, os.strerror(code), what)


def _text(text, what):
    """For a library that ends text at a NUL"""
    octets = os.fsencode(text)
    if b"\0" in octets:
        raise ValueError(f"{what}: embedded NUL")
    return octets


def _scope(scope):
    return None if scope is None else _text(scope, "scope")


def _milliseconds(timeout):
    """As the library has it: negative is none"""
    if timeout is None:
        return -1
    if timeout < 0:
        raise ValueError("time-out: negative")
    return min(math.ceil(timeout * 1000), 0x7fffffff)


def _check(err, what=None):
    """Of functions that return a negative errno"""
    if err < 0:
        _error(-err, what)
    return err


class Name:
    """The 16 octets of a name, and whether it is a group.

    Name("SERVER<20>"), Name("SERVER#20"), Name('"Mixed Case"<00>'): see nbctl(8).
    Name(octets) takes bytes as they are.
    """

    def __init__(self, text, suffix=_SUFFIX, group=False):
        if isinstance(text, Name):
            text, group = text.octets, text.group or group
        if isinstance(text, (bytes, bytearray)):
            if len(text) != 16:
                raise ValueError("a name has 16 octets")
            self.octets = bytes(text)
        else:
            if not 0 <= suffix <= 255:
                raise ValueError(f"suffix {suffix}: one octet")
            octets = ctypes.create_string_buffer(16)
            err = _lib.nb_name_parse(octets, _text(text, "name"), ctypes.c_uint8(suffix))
            if err:
                raise ValueError(f"{text!r}: " + ("longer than a NetBIOS name" if
                                 err == -errno.ENAMETOOLONG else "not a NetBIOS name"))
            self.octets = octets.raw
        self.group = bool(group)

    @property
    def suffix(self):
        """The last octet, which tells the service"""
        return self.octets[15]

    def __str__(self):
        text = ctypes.create_string_buffer(72)
        _lib.nb_name_format(text, self.octets)
        return text.value.decode("ascii")

    def __repr__(self):
        return f"netbios.Name({str(self)!r}{', group=True' if self.group else ''})"

    def __eq__(self, other):
        if isinstance(other, str):
            try:
                other = Name(other)
            except ValueError:
                return False
        return isinstance(other, Name) and self.octets == other.octets

    def __hash__(self):
        return hash(self.octets)

    def _address(self):
        address = _Address(AF_NETBIOS, GROUP if self.group else UNIQUE)
        ctypes.memmove(ctypes.addressof(address) + _Address.name.offset, self.octets, 16)
        return address

    @classmethod
    def _from(cls, address):
        octets = ctypes.string_at(ctypes.addressof(address) + _Address.name.offset, 16)
        return cls(octets, group=address.type == GROUP)


BROADCAST = Name("*")


class Socket:
    """A session (SOCK_SEQPACKET) or datagram (SOCK_DGRAM) socket of AF_NETBIOS.

    lana is the number of an adapter, None is any; scope is dotted text, None is that of
    the node. Time-outs are those of settimeout(), as with socket.socket, whose object
    is in the attribute sock; what it can do besides is there under its own name.
    """

    def __init__(self, type=socket.SOCK_SEQPACKET, lana=None, scope=None, *, _sock=None):
        if lana is not None and not 0 <= lana <= 255:
            raise ValueError(f"lana {lana}: one octet")
        if _sock is None:
            fd = _lib.nb_socket(type | socket.SOCK_CLOEXEC, -1 if lana is None else lana)
            if fd < 0:
                _error(ctypes.get_errno())
            _sock = socket.socket(AF_NETBIOS, type, 0, fileno=fd)
        self.sock = _sock
        try:
            if scope is not None:
                self.sock.setsockopt(SOL_NETBIOS, NB_SCOPE, _scope(scope))
        except BaseException:
            self.sock.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def __getattr__(self, name):
        # fileno, setsockopt, settimeout, shutdown, detach and so on; copy and pickle
        # look at objects that are not made yet
        if name == "sock":
            raise AttributeError(name)
        return getattr(self.sock, name)

    def close(self):
        """Close it; what was sent is still delivered."""
        self.sock.close()

    def _deadline(self):
        """When a call that begins now is over, None: never"""
        timeout = self.sock.gettimeout()
        return None if timeout is None else time.monotonic() + timeout

    def _wait(self, event, deadline):
        """Of a socket with a time-out, which is a non-blocking one for the kernel. False
        for the others: a blocking one has waited there as long as its options say."""
        if deadline is None or not self.sock.gettimeout():
            return False
        poll = select.poll()
        poll.register(self.sock, event)
        left = max(deadline - time.monotonic(), 0)
        if not poll.poll(math.ceil(left * 1000)):
            raise TimeoutError("timed out")
        return True

    def _again(self, event, deadline, what=None, flags=0):
        """After a call that failed: returns if it is to be made again"""
        code = ctypes.get_errno()
        if code == errno.EINTR:
            return
        if code == errno.EAGAIN and not flags & socket.MSG_DONTWAIT and \
                self._wait(event, deadline):
            return
        _error(code, what)

    def _call(self, function, name):
        """bind() or connect(), which may go on in the background"""
        name, deadline = Name(name), self._deadline()
        address = name._address()
        while function(self.sock.fileno(), ctypes.byref(address), 20):
            code = ctypes.get_errno()
            if code == errno.EINTR:
                continue        # Python has run the handlers; it is made anew
            if code != errno.EINPROGRESS or not self._wait(select.POLLOUT, deadline):
                _error(code, str(name))
            code = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                _error(code, str(name))
            return

    def bind(self, name):
        """Claim a name, and wait until it is this node's."""
        self._call(_lib.bind, name)

    def connect(self, name):
        """Call a name."""
        self._call(_lib.connect, name)

    def listen(self, backlog=128):
        """Be called by the name."""
        self.sock.listen(backlog)

    def accept(self):
        """The next session, and the Name of who called."""
        deadline = self._deadline()
        while True:
            fd = _lib.accept4(self.sock.fileno(), None, None, socket.SOCK_CLOEXEC)
            if fd >= 0:
                break
            self._again(select.POLLIN, deadline)
        session = Socket(_sock=socket.socket(AF_NETBIOS, socket.SOCK_SEQPACKET, 0, fileno=fd))
        return session, session.getpeername()

    def _name(self, function):
        address, length = _Address(), ctypes.c_uint32(20)
        if function(self.sock.fileno(), ctypes.byref(address), ctypes.byref(length)):
            _error(ctypes.get_errno())
        return Name._from(address)

    def getsockname(self):
        """The Name of this end"""
        return self._name(_lib.getsockname)

    def getpeername(self):
        """The Name of the other end"""
        return self._name(_lib.getpeername)

    def wire_error(self):
        """Why a call was refused: the octet that the other end sent, 0 if none, and text."""
        octet = _check(_lib.nb_wire_error(self.sock.fileno()))
        return octet, _lib.nb_wire_strerror(octet).decode("ascii")

    def send(self, message, flags=0):
        """One message, whole or not at all."""
        return self.sock.send(message, flags)

    def _recvmsg(self, size, flags):
        """Octets, flags and address of what comes next; recvmsg() refuses the family"""
        data, address = ctypes.create_string_buffer(max(size, 1)), _Address()
        iov, deadline = _Iovec(ctypes.addressof(data), size), self._deadline()
        while True:
            msg = _MsgHdr(ctypes.pointer(address), 20, ctypes.pointer(iov), 1)
            got = _lib.recvmsg(self.sock.fileno(), ctypes.byref(msg), flags)
            if got >= 0:
                return data.raw[:min(got, size)], msg.flags, address
            self._again(select.POLLIN, deadline, flags=flags)

    def recv(self, size=MAX_MESSAGE, flags=0):
        """One message, or datagram; None when the session is over."""
        data, got, _ = self._recvmsg(size, flags)
        if data or got & socket.MSG_EOR or self.sock.type & 0xf == socket.SOCK_DGRAM:
            return data
        return None

    def sendto(self, data, name):
        """One datagram to a name, a group, or BROADCAST (needs SO_BROADCAST)."""
        name, data, deadline = Name(name), bytes(memoryview(data)), self._deadline()
        address = name._address()
        while True:
            sent = _lib.sendto(self.sock.fileno(), data, ctypes.c_size_t(len(data)), 0,
                               ctypes.byref(address), 20)
            if sent >= 0:
                return sent
            self._again(select.POLLOUT, deadline, str(name))

    def recvfrom(self, size=MAX_DATAGRAM, flags=0):
        """A datagram, and the Name of its sender."""
        data, _, address = self._recvmsg(size, flags)
        return data, Name._from(address)


def find(name, scope=None, timeout=None):
    """Where a name is: a list of IPv4 addresses. OSError if it is nowhere."""
    name, scope, answer = Name(name), _scope(scope), _Resolve()
    address, left = name._address(), _milliseconds(timeout)
    end = None if timeout is None else time.monotonic() + timeout
    while (err := _lib.nb_find(ctypes.byref(address), scope, left,
                               ctypes.byref(answer))) == -errno.EINTR:
        # Python has run the handlers, and none of them raised
        left = -1 if end is None else _milliseconds(max(end - time.monotonic(), 0))
    _check(err, str(name))
    return [socket.inet_ntoa(bytes(a)) for a in answer.addr[:answer.count]]


def node_status(address, scope=None, timeout=None):
    """The names of the node with this IPv4 address: a list of Name objects."""
    status = _NodeStatus()
    node = _InAddr(int.from_bytes(socket.inet_aton(address), sys.byteorder))
    _check(_lib.nb_node_status(node, _scope(scope), _milliseconds(timeout),
                               ctypes.byref(status)), address)
    return [Name(bytes(n.name), group=n.flags & 0x8000) for n in status.names[:status.count]]
