#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tables of what smb/measure.sh printed, and whether that is good enough."""

import fileinput
import statistics
import sys

from report import parse_arguments, write_report

HEAD = """\
# What nbproxy costs

Made by `selftests/bench/run --smb`. Linux {kernel}.

The guest has one CPU and QEMU counts instructions, one of them being a nanosecond of
its clock. Client, server and nbproxy take turns on this CPU, so that whatever
nbproxy does is added to the time that a transfer takes. With a CPU for each they
could work at the same time, and the slowest one set the pace.
Where nothing runs the clock jumps to the next timer, so a wait looks like work. What
smbclient says differs by a tenth from round to round: of files the median of {files} is
given, and from what to what they went; of bare messages the best of {rounds}.
(cifs.ko is left out: there are waits in all that it does, and its figures differ by a
factor of 50.)

* `direct`: the client connects to port 445 of the server's host.
* `called`: it calls a name on port 139 of that host, where nbproxy joins it with
  port 445 (`called` in nbproxy.conf).
* `listen`: nbproxy on the client's host listens on port 445 and calls the server,
  which has port 139 only (`listen`).
* `spliced`: TCP on both sides of nbproxy, which then moves octets with splice(2) and
  does not look at them: what a proxy costs at least. AF_NETBIOS is not in it.
"""

REASONS = """
## What this means

With one CPU for all of them a proxy is one more TCP connection, whose cost is added
to what smbclient and smbd do for a message: here some 215,000 instructions to read
64 KiB, and 310,000 to write them. `spliced` shows that cost: it has no frames to find and
no AF_NETBIOS in it. nbproxy is within three hundredths of that, and meets the goal
in both directions; of files that are written by way of `listen` a round here and there
misses it. (nbproxy was at 0.77 to 0.83 when messages were copied in and out: two copies and
the pages for them, which Debian's kernel clears.) A speed far below the others of its row
has a wait in it, see above: that happens when the machine below the guest has other work.

nbproxy is SCHED_BATCH. Woken, it does not interrupt who sends to it, but runs when that
one waits, and then finds more to pass on at a time. The two policies turn by turn in one
guest, medians of four rounds of smbclient, and what nbproxy's own process takes for
64 KiB, its system calls included:

| | | usual policy | own | SCHED_BATCH | own |
|---|---|--:|--:|--:|--:|
| called | get | 0.89 | 30,600 | 0.93 | 25,300 |
| | put | 0.90 | 34,100 | 0.91 | 33,400 |
| listen | get | 0.91 | 33,400 | 0.93 | 30,200 |
| | put | 0.89 | 37,800 | 0.91 | 31,500 |

The price is that on a processor which has other work, too, a message may wait until that
has had its turn. With one message at a time whoever sent it waits anyhow, and where
nothing else is to be done nbproxy runs at once.

The rest of this was found with the usual policy. For 64 KiB that are read there are 3.4
system calls: one and a half splice(), one and a quarter recv(), most of which look at
a header, a quarter of a send() and a third of an epoll_wait(). Beside these, of what
`perf record` shows in all processes, two things stand out. A page that comes from a pipe
becomes a fragment of its own in what TCP sends, of AF_NETBIOS and of TCP alike, where a
program that sends 64 KiB fills two or three: some 2,500 instructions to make them, and
several thousand in the program that reads, which copies each by itself. And each
splice() from a socket is followed by an acknowledgment, for which the sender has to run.

There would be fewer turns still if nbproxy slept until all of a message is there
(SO_RCVLOWAT); but then each message would come as much later as it takes on the first
network, which is long where that is a slow one, with an old PC. This was not measured.

Two processors cannot be counted so: QEMU counts with one. By the clock, which in an
emulated guest says little (rounds differ by half; medians of nine, each against the direct
transfer of its round): with each processor a thread of a quiet machine of two cores,
read 0.79 called, 0.64 by listen, 0.82 spliced; written 0.93, 0.86, 0.87. With both of them
taking turns in one thread (seven rounds) read 0.65, 0.73, 0.71; written 0.75, 0.64, 0.79.
So there a proxy costs more, with or without AF_NETBIOS: client and server keep both
processors busy, and to wake a process on another processor is dear in an emulated one.

Nothing waits for the end of its message in nbproxy, so long messages on a new session
no longer wait for a delayed acknowledgement. (Programs that receive messages still
may: a message that is larger than the window of a new session waits once, up to a
jiffy. Its octets stay in TCP's queue until it is whole, and while they do the window
does not grow, and TCP delays what it would acknowledge at once to a reader.)
"""

FILES = """
## Files

smbd, a file in memory, messages of 64 KiB; MB/s, and the ratio to `direct` of the same
round. The goal is {goal}.

| client | | direct | called | | listen | | spliced | |
|---|---|--:|--:|--:|--:|--:|--:|--:|
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
    """Files of each round, and the best of messages; but for the first, which warms up."""
    kernel, rounds, files, frames = "", {"S": set(), "F": set()}, {}, {}
    for words in map(str.split, lines):
        if words[:1] == ["K"]:
            kernel = words[1]
        if words[:1] not in (["S"], ["F"]) or words[1] == "0":
            continue
        rounds[words[0]].add(words[1])
        if words[0] == "S":
            files.setdefault((words[3], words[4], words[2]), []).append(int(words[5]))
        else:
            key = int(words[3]), int(words[4]), words[5], words[2]
            found = int(words[6]), int(words[7])
            frames[key] = min(frames.get(key, found), found)
    return kernel, rounds, files, frames


def median_and_range(values, form):
    """A cell for each of two rows."""
    return [format(statistics.median(values), form),
            f"{format(min(values), form)} to {format(max(values), form)}"]


def print_files(files, out):
    """Gives what misses the goal."""
    missed = []
    print(FILES.format(goal=GOAL), end="", file=out)
    for client, direction in sorted({key[:2] for key in files}):
        direct = files[client, direction, "direct"]
        cells = [median_and_range([speed / 1024 for speed in direct], ".0f")]
        for way in WAYS + ["spliced"]:
            speeds = files[client, direction, way]
            ratios = [speed / of for speed, of in zip(speeds, direct, strict=True)]
            cells += [median_and_range([speed / 1024 for speed in speeds], ".0f"),
                      median_and_range(ratios, ".2f")]
            if way in WAYS and round(statistics.median(ratios), 2) < GOAL:
                missed.append(f"{client} {direction} {way}: {cells[-1][0]}")
        for label, row in zip([f"{client} | {direction}", " | "], zip(*cells)):
            print(f"| {label} | " + " | ".join(row) + " |", file=out)
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
    turns = {kind: f"{len(n)} round{'s'[:len(n) != 1]}" for kind, n in rounds.items()}
    print(HEAD.format(kernel=kernel, rounds=turns["F"], files=turns["S"]), end="", file=out)
    missed = print_files(files, out)
    print_frames(frames, out)
    print(REASONS, end="", file=out)
    return missed


def main():
    args = parse_arguments(__doc__, "not used")
    with fileinput.input(args.logs, encoding="utf-8") as lines:
        figures = read(lines)
    if not figures[2]:
        sys.exit("report_smb.py: no figures")
    return write_report(args, print_report, figures, None)


if __name__ == "__main__":
    sys.exit(main())
