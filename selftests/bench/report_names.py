#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Documentation/bench/names.md, from what measure.sh printed."""

import sys

HEAD = """\
# What the name service costs

Made by `make bench` (selftests/bench/run --names). Linux {kernel}.

## Instructions

The guest has one CPU and QEMU counts instructions, one of them being a nanosecond
of its clock. The figures are those of the process that answers, system calls
included, per question; questions come one at a time from another host. netbiosd is
an H node whose name server is away, and all names were entered in one batch.
`absent` is the negative answer that P, M and H nodes owe to a question that was not
broadcast. nmbd is Samba's, as a B node with its own few names.

| question | names | netbiosd | nmbd | goal |
|---|--:|--:|--:|--:|
"""

MEMORY = """
| names | netbiosd, kB | nmbd, kB | goal |
|--:|--:|--:|--:|
"""

FAILOVER = """
## When the name server dies

Milliseconds to find a name of another H node, which is in no cache; `nbctl resolve`
is started for each, which is part of it, and the guest is emulated. The server is
Samba's nmbd, killed before the second row. The first search after its death pays
for finding out (three tries of 1.5 s), the others ask by broadcast at once, as
the B node does.

| node | server | 1st | 2nd to 11th, in order |
|---|---|--:|---|
"""

GOALS = {"query": 20000, "absent": 20000, "status": 25000}
RSS_GOAL = {10000: 4096}


def read(lines):
    costs, memory, searches = {}, {}, {}
    for words in map(str.split, lines):
        if words[:1] == ["N"]:
            costs[words[2], int(words[3]), words[1]] = int(words[4])
        elif words[:1] == ["M"]:
            memory[int(words[2]), words[1]] = int(words[3])
        elif words[:1] == ["F"]:
            searches.setdefault((words[1], words[2]), []).append(words[4])
    return costs, memory, searches


def main():
    costs, memory, searches = read(sys.stdin)
    if not costs or not searches:
        sys.exit("report.py: no figures on standard input")
    print(HEAD.format(kernel=sys.argv[1]), end="")
    for what, names in sorted({key[:2] for key in costs}):
        nmbd = costs.get((what, names, "nmbd"), "")
        print(f"| {what} | {names} | {costs[what, names, 'netbiosd']} | {nmbd} |"
              f" {GOALS[what]} |")
    print(MEMORY, end="")
    for names in sorted({key[0] for key in memory}):
        print(f"| {names} | {memory.get((names, 'netbiosd'), '')} |"
              f" {memory.get((names, 'nmbd'), '')} | {RSS_GOAL.get(names, '')} |")
    print(FAILOVER, end="")
    for (node, state), times in searches.items():
        print(f"| {node} | {state} | {times[0]} | {', '.join(times[1:])} |")


if __name__ == "__main__":
    main()
