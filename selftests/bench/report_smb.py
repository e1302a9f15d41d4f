#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tables of what smb/measure.sh printed, and whether that is good enough."""

import fileinput
import sys

from report import parse_arguments, write_report

HEAD = """\
# What nbproxy costs

Made by `selftests/bench/run --smb`. Linux {kernel}.

The guest has one CPU and QEMU counts instructions, one of them being a nanosecond of
its clock. Client, server and nbproxy take turns on this CPU, so that whatever
nbproxy does is added to the time that a transfer takes. With a CPU for each they
could work at the same time, and the slowest one set the pace: this was not measured.
Where nothing runs the clock jumps to the next timer, so a wait looks like work, and the
best of {rounds} is given; what smbclient says differs by a tenth from round to round.
(cifs.ko is left out: there are waits in all that it does, and its figures differ by a
factor of 50.)

* `direct`: the client connects to port 445 of the server's host.
* `called`: it calls a name on port 139 of that host, where nbproxy joins it with
  port 445 (`called` in nbproxy.conf).
* `listen`: nbproxy on the client's host listens on port 445 and calls the server,
  which has port 139 only (`listen`).
* `spliced`: TCP on both sides of nbproxy, which then uses splice(2): what a data
  path without copies costs. AF_NETBIOS is not in it.
"""

REASONS = """
## What this means

With one CPU for all of them nbproxy costs a client of large files a good part of its
speed, more for reading, which costs smbclient and smbd themselves least. nbproxy's own
process takes for a pair about what the pair costs between two bare TCP sockets: it is
one more connection, with a copy in and a copy out. `spliced` shows what these copies
and the pages for them come to: half of it where requests follow each other closely, a
seventh to a sixth where each waits for its answer. AF_NETBIOS cannot be spliced: a message goes
out with one send, all or nothing, while splice(2) hands a socket 16 fragments at a
time and does not tell where a message ends; so it would need an option that announces
the length of the next message, and a splice_read of its own.

A message that is larger than the window of a new session waits once, 40 ms and more,
for a delayed acknowledgement of the host that has AF_NETBIOS, as captures show: its
octets stay in TCP's queue until it is whole, and while they do the window does not grow,
and TCP delays what it would acknowledge at once to a reader. In the rows of 131071
octets, towards AF_NETBIOS, most of the elapsed time is this one wait.
"""

FILES = """
## Files

smbd, a file in memory, messages of 64 KiB; MB/s, and the ratio to `direct`. The goal
is {goal}.

| client | | direct | called | | listen | |
|---|---|--:|--:|--:|--:|--:|
"""

FRAMES = """
## Bare messages

Both ends only send and receive, so what is measured is the way between them: here a
hop more is bound to show. A pair is a request and its answer, one of them of 64
octets, `get`: the request; `depth` of them are on their way at a time. Nanoseconds
for a pair, elapsed, and of these what nbproxy's own process took, system calls and
the delivery to the next end (softirq) included.

| octets | depth | | direct | called | own | listen | own | spliced | own |
|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|
"""

GOAL = 0.9
WAYS = ["called", "listen"]


def read(lines):
    """The best of all rounds but the first, which warms up."""
    kernel, rounds, files, frames = "", set(), {}, {}
    for words in map(str.split, lines):
        if words[:1] == ["K"]:
            kernel = words[1]
        if words[:1] not in (["S"], ["F"]) or words[1] == "0":
            continue
        rounds.add(words[1])
        if words[0] == "S":
            key = words[3], words[4], words[2]
            files[key] = max(files.get(key, 0), int(words[5]))
        else:
            key = int(words[3]), int(words[4]), words[5], words[2]
            found = int(words[6]), int(words[7])
            frames[key] = min(frames.get(key, found), found)
    return kernel, len(rounds), files, frames


def print_files(files, out):
    """Gives what misses the goal."""
    missed = []
    print(FILES.format(goal=GOAL), end="", file=out)
    for client, direction in sorted({key[:2] for key in files}):
        direct = files[client, direction, "direct"]
        cells = [f"{direct / 1024:.0f}"]
        for way in WAYS:
            speed = files[client, direction, way]
            ratio = round(speed / direct, 2)
            cells += [f"{speed / 1024:.0f}", f"{ratio:.2f}"]
            if ratio < GOAL:
                missed.append(f"{client} {direction} {way}: {ratio:.2f}")
        print(f"| {client} | {direction} | " + " | ".join(cells) + " |", file=out)
    return missed


def print_frames(frames, out):
    print(FRAMES, end="", file=out)
    for size, depth, direction in sorted({key[:3] for key in frames}):
        cells = [f"{frames[size, depth, direction, 'direct'][0]:,}"]
        for way in WAYS + ["spliced"]:
            cells += [f"{value:,}" for value in frames[size, depth, direction, way]]
        print(f"| {size} | {depth} | {direction} | " + " | ".join(cells) + " |", file=out)


def print_report(figures, _plot, out):
    kernel, rounds, files, frames = figures
    turns = f"{rounds} round{'s'[:rounds != 1]}"
    print(HEAD.format(kernel=kernel, rounds=turns), end="", file=out)
    missed = print_files(files, out)
    print_frames(frames, out)
    print(REASONS, end="", file=out)
    return missed


def main():
    args = parse_arguments(__doc__, "not used")
    with fileinput.input(args.logs, encoding="utf-8") as lines:
        figures = read(lines)
    if not figures[1]:
        sys.exit("report_smb.py: no figures")
    return write_report(args, print_report, figures, None)


if __name__ == "__main__":
    sys.exit(main())
