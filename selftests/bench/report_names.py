#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tables and plot of what names/measure.sh printed, and whether that is good enough."""

import argparse
import fileinput
import sys

from bars import Panel, Scale, draw

HEAD = """\
# What the name service costs

Made by `make bench` (selftests/bench/run --names). Linux {kernel}.

## Instructions

The guest has one CPU and QEMU counts instructions, one of them being a nanosecond
of its clock. The figures are those of the process that answers, system calls
included, per request; requests come one at a time from another host. netbiosd is
an H node whose name server is away, and all names were entered in one batch. nbnsd
and `wins`, which is Samba's nmbd with WINS support, are name servers; `nmbd` is a B
node with its own few names.

`absent` is the negative answer that P, M and H nodes owe to a question that was not
broadcast. `register` is a new name, 450 of them at a time. nbnsd has it in its
journal before it answers; every 400 or so the journal is written into the database,
which is in the figure. `refresh` changes a time that nbnsd saves within a minute;
`saved` is what that costs later, for each request.
"""

MEMORY = """
| names | netbiosd, kB | nbnsd, kB | nmbd, kB | wins, kB | goal |
|--:|--:|--:|--:|--:|--:|
"""

FLAT = """
From 1 to 10,000 names the cost of a request grows by, in percent, with a goal of {flat}:

| server | query | absent | refresh | register |
|---|--:|--:|--:|--:|
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

SERVERS = ["netbiosd", "nbnsd", "nmbd", "wins"]
OURS = ["netbiosd", "nbnsd"]
GOALS = {"query": 20000, "absent": 20000, "status": 25000, "register": 30000,
         "refresh": 25000}
METRICS = ["query", "absent", "status", "register", "refresh", "saved"]
FLAT_METRICS = ["query", "absent", "refresh", "register"]
FLAT_GOAL = 10
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


def number(value):
    return "" if value is None else f"{value:,}"


def print_costs(costs, out):
    """Gives what misses its goal."""
    missed = []
    print("\n| request | names | " + " | ".join(SERVERS) + " | goal |", file=out)
    print("|---|--:|" + "--:|" * (len(SERVERS) + 1), file=out)
    for metric in METRICS:
        for names in sorted({key[1] for key in costs if key[0] == metric}):
            cells = [number(costs.get((metric, names, s))) for s in SERVERS]
            print(f"| {metric} | {names:,} | " + " | ".join(cells) +
                  f" | {number(GOALS.get(metric))} |", file=out)
            missed += [f"{server} {metric} with {names} names: "
                       f"{costs[metric, names, server]} instructions"
                       for server in OURS if metric in GOALS and
                       costs.get((metric, names, server), 0) > GOALS[metric]]
    return missed


def growth(costs, server, metric):
    """Percent from the fewest names to the most."""
    names = sorted(n for m, n, s in costs if (m, s) == (metric, server))
    if len(names) < 2:
        return None
    few, many = (costs[metric, n, server] for n in (names[0], names[-1]))
    return 100 * (many / few - 1)


def print_growth(costs, out):
    missed = []
    print(FLAT.format(flat=FLAT_GOAL), end="", file=out)
    for server in SERVERS:
        grown = {m: growth(costs, server, m) for m in FLAT_METRICS}
        if not any(value is not None for value in grown.values()):
            continue
        cells = ["" if v is None else f"{v:.1f}" for v in grown.values()]
        print(f"| {server} | " + " | ".join(cells) + " |", file=out)
        missed += [f"{server} {metric} grows by {value:.1f} % with the names"
                   for metric, value in grown.items()
                   if server in OURS and value is not None and value > FLAT_GOAL]
    return missed


def print_report(kernel, plot, figures, out):
    costs, memory, searches = figures
    print(HEAD.format(kernel=kernel), end="", file=out)
    if plot:
        print(f"\n![Instructions for each request]({plot})", file=out)
    missed = print_costs(costs, out) + print_growth(costs, out)
    print(MEMORY, end="", file=out)
    for names in sorted({key[0] for key in memory}):
        cells = [number(memory.get((names, server))) for server in SERVERS]
        print(f"| {names:,} | " + " | ".join(cells) +
              f" | {number(RSS_GOAL.get(names))} |", file=out)
    print(FAILOVER, end="", file=out)
    for (node, state), times in searches.items():
        print(f"| {node} | {state} | {times[0]} | {', '.join(times[1:])} |", file=out)
    return missed


def plot_costs(kernel, costs):
    panels = []
    for names in (1, 10000):
        groups = {m: [costs.get((m, names, s)) for s in SERVERS]
                  for m in FLAT_METRICS}
        panels.append(Panel(f"{names:,} name{'s' if names > 1 else ''}", groups))
    return draw(f"Instructions for a request (Linux {kernel}; less is better; bars end "
                "at 100,000)", SERVERS, panels, Scale(100000, 20000, 20000, "{:,.0f}"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", metavar="FILE", help="instead of standard output")
    parser.add_argument("--plot", metavar="FILE", help="write the plot there")
    parser.add_argument("--check", action="store_true", help="fail if a goal is missed")
    parser.add_argument("kernel")
    parser.add_argument("logs", nargs="+")
    args = parser.parse_args()
    with fileinput.input(args.logs, encoding="utf-8") as lines:
        figures = read(lines)
    if not figures[0]:
        sys.exit("report_names.py: no figures")
    plot = None
    if args.plot:
        plot = args.plot.rsplit("/", 1)[-1]
        with open(args.plot, "w", encoding="utf-8") as out:
            print(plot_costs(args.kernel, figures[0]), file=out)
    with open(args.o, "w", encoding="utf-8") if args.o else sys.stdout as out:
        missed = print_report(args.kernel, plot, figures, out)
    for text in missed:
        print(f"bench: goal missed: {text}", file=sys.stderr)
    return 1 if missed and args.check else 0


if __name__ == "__main__":
    sys.exit(main())
