#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Table and plot of what dgperf measured, and whether that is good enough."""

import sys

from bars import Panel, Scale, draw
from report import parse_arguments, print_goals, size_text, write_report
from results import Goal, Results

BASE = "udp"
BASES = {"nbconn": "udpconn"}

UNITS = {
    "pass": "datagrams that one process sends and receives, and never waits",
    "rtt": "round trips between two processes",
    "burst": "datagrams, 32 of them one way and one back",
    "group": "deliveries to 100 sockets, sent and received by one process",
    "spread": "the same without receiving",
}

METHOD = """\
The guest has one CPU and QEMU counts instructions: the figures are instructions of
both ends together, softirq, wake-ups and process switches included, and equal boots
differ by less than 1 %. `lo` is one host with all names: AF_NETBIOS delivers there
without the network. `veth` are two hosts; all names are resolved. All ways run in
one boot, one after the other; the tables give medians.

RFC 1002 has 576 octets for MAX_DATAGRAM_LENGTH, headers and names included, so a
datagram with 512 octets of data is two packets, each with a header of its own, and
costs about two datagrams of UDP: `netbios` and `nbconn`. `nbwhole` is the same with
the limit at the MTU of the link (`nbctl node set max-datagram 1500`), one packet as
with UDP. On `lo` there are no packets and no difference.

Of the 10,500 instructions for 64 octets on `veth`, some 450 write and read the two
names, 500 look them up (the destination here and there, and where it is), and 1,500
are the rest of AF_NETBIOS. It leaves out as much of UDP: the route is kept, nothing
is corked. A connected UDP socket saves 2,000 more: its route, too, and the one of
the packet that arrives, which UDP finds with the socket. Port 138 belongs to all
names, and its socket cannot be connected.

A group has 100 sockets on the receiving host, and its one datagram, which on `veth`
is broadcast, reaches each of them. The cost to compare with is that of 100 UDP
datagrams to 100 sockets (`udp`); one UDP multicast datagram to 100 members
(`multicast`) is the limit.
"""

PLOT = [("rtt", "lo", "Round trips, one host"),
        ("rtt", "veth", "Round trips, veth"),
        ("burst", "lo", "32 and one back, one host"),
        ("burst", "veth", "32 and one back, veth"),
        ("pass", "veth", "Send and receive, veth"),
        ("group", "veth", "To 100 members, veth")]
SERIES = {"udp": "UDP", "udpconn": "UDP, connected", "netbios": "AF_NETBIOS",
          "nbconn": "AF_NETBIOS, connected", "nbwhole": "AF_NETBIOS, one packet"}


def goals():
    """At least 0.80 of UDP; a group at most 1.2 times as much as 100 datagrams."""
    found = []
    for path in ("lo", "veth"):
        for size in (64, 512):
            two = (path, size) == ("veth", 512)
            for metric in ("pass", "rtt", "burst"):
                key = (metric, path, size)
                found.append(Goal(key, "netbios", BASE, 0.8, None if two else 0.8))
                if two:
                    found.append(Goal(key, "nbwhole", BASE, 0.8, 0.8))
                found.append(Goal(key, "nbconn", "udpconn", 0.8, None))
            for metric in ("group", "spread"):
                found.append(Goal((metric, path, size), "netbios", BASE, 1 / 1.2,
                                  1 / 1.2))
    return found


def instructions(results, key, way):
    """The clock of the guest has 10^9 of them in a second."""
    return 1e9 / results.value(key, way)


def print_metric(results, metric, out):
    ways = results.transports(metric)
    print(f"\n## {metric}: {UNITS[metric]}\n", file=out)
    print("Instructions for each, and the rate as a ratio to UDP.\n", file=out)
    print("| path | size | " + " | ".join(ways) + " |", file=out)
    print("|---|--:|" + "--:|" * len(ways), file=out)
    for key in sorted(k for k in results.values if k[0] == metric):
        cells = []
        for way in ways:
            if way not in results.values[key]:
                cells.append("")
                continue
            cell = f"{instructions(results, key, way):,.0f}"
            if way not in (BASE, "udpconn"):
                base = BASES.get(way, BASE)
                cell += f" ({results.ratio(key, way, base):.2f})"
            cells.append(cell)
        print(f"| {key[1]} | {size_text(key[2])} | " + " | ".join(cells) + " |",
              file=out)


def print_report(results, plot, out):
    print("# What datagrams cost\n", file=out)
    print("Made by `make bench` (selftests/bench/run --datagrams). Linux "
          f"{results.kernel}, {results.boots} boot{'s'[:results.boots != 1]}.\n",
          file=out)
    print(METHOD, file=out)
    for name, text in results.texts.items():
        print(f"* `{name}`: {text}", file=out)
    if plot:
        print(f"\n![Instructions for each datagram]({plot})", file=out)
    failed = print_goals(results, goals(), out)
    for metric in UNITS:
        print_metric(results, metric, out)
    return failed


def plot(results):
    panels = []
    for metric, path, title in PLOT:
        groups = {}
        for size in (64, 512):
            key = (metric, path, size)
            groups[f"{size} octets"] = [
                instructions(results, key, way)
                if way in results.values.get(key, {}) else None for way in SERIES]
        panels.append(Panel(title, groups))
    release = results.kernel.split()[0]
    return draw(f"Instructions for a datagram (Linux {release}; less is better)",
                SERIES.values(), panels, Scale(40000, 10000, -1, "{:,.0f}"))


def main():
    args = parse_arguments(__doc__, "write the plot there")
    results = Results(args.logs)
    name = None
    if args.plot:
        name = args.plot.rsplit("/", 1)[-1]
        with open(args.plot, "w", encoding="utf-8") as out:
            print(plot(results), file=out)
    return write_report(args, print_report, results, name)


if __name__ == "__main__":
    sys.exit(main())
