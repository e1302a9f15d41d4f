#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tables of what nbperf measured, and whether that is good enough."""

import argparse
import statistics
import sys

from results import BASE, UNITS, Results, goals

METHOD = """\
The guest has one CPU and QEMU counts instructions: one instruction is one
nanosecond of its clock, whatever else the machine does, so equal boots differ by
less than 1 %. What counts is thus the instructions of both ends together,
softirq, wake-ups and process switches included; cache misses and the latency
between CPUs do not show. All transports run in one process in one boot, one after
the other; a ratio compares neighbours, and the tables give medians.

TCP has TCP_NODELAY, everybody the stock tcp_rmem, except AF_KCM, which stalls at
131071 octets with it and gets twice as much. AF_KCM's parser returns a constant
length, since a BPF program cannot find a header that is not at the start of an
skb: its figures are better than what it could do in use. A burst is 32 KiB of
messages, at least two and at most 32, and then one reply. Streams (one way) of
small messages are left out: TCP either sends each of them or gathers them, which
differs by a factor of 3 from run to run.

A session is set up from socket() to close(): connection, SESSION REQUEST, answer,
accept(), end. The others exchange the same octets in user space.
"""


def size_text(size):
    return str(size) if size else ""


def print_metric(results, metric, out):
    names = results.transports(metric)
    if not names:
        return
    print(f"\n## {metric}: {UNITS[metric]}\n", file=out)
    print(f"`{BASE}` is absolute, the others are ratios to it.\n", file=out)
    print("| path | size | " + " | ".join(names) + " |", file=out)
    print("|---|--:|" + "--:|" * len(names), file=out)
    for key in sorted(k for k in results.values if k[0] == metric):
        cells = []
        for name in names:
            if name not in results.values[key]:
                cells.append("")
            elif name == BASE:
                cells.append(f"{results.value(key, name):,.0f}")
            else:
                cells.append(f"{results.ratio(key, name):.3f}")
        print(f"| {key[1]} | {size_text(key[2])} | " + " | ".join(cells) + " |",
              file=out)


def print_goals(results, wanted, out):
    """Gives what falls below its limit."""
    failed = []
    print("\n## Goals\n", file=out)
    print("| metric | path | size | ratio | value | goal | limit | |", file=out)
    print("|---|---|--:|---|--:|--:|--:|---|", file=out)
    for goal in wanted:
        ratio = results.ratio(goal.key, goal.transport, goal.base)
        if ratio is None:
            continue
        metric, path, size = goal.key
        name = f"{goal.transport} / {goal.base}"
        verdict = "goal"
        if not goal.reached(ratio, goal.limit):
            verdict = "**FAIL**"
            failed.append(f"{metric} {path} {size_text(size)} {name} {ratio:.3f}")
        elif not goal.reached(ratio, goal.goal):
            verdict = "missed" if goal.limit is None else "pass"
        limit = "" if goal.limit is None else f"{goal.limit:.2f}"
        print(f"| {metric} | {path} | {size_text(size)} | {name} | {ratio:.3f} |"
              f" {goal.goal:.2f} | {limit} | {verdict} |", file=out)
    print("\n`goal`: reached; `pass`: not, but above the limit; `missed`: there is "
          "no limit. For memory less is better.", file=out)
    return failed


def print_spread(results, out):
    """How far the ratios of equal boots lie apart."""
    spreads = {}
    for key, row in results.values.items():
        for name in row:
            ratios = results.ratios(key, name)
            if name != BASE and len(ratios) > 1:
                spread = (max(ratios) - min(ratios)) / statistics.median(ratios)
                spreads.setdefault(key[0], []).append((spread, name, key))
    if not spreads:
        return
    print("\n## Repeatability\n", file=out)
    print("(largest - smallest) / median of the ratios of all boots\n", file=out)
    print("| metric | median | worst |", file=out)
    print("|---|--:|---|", file=out)
    for metric in UNITS:
        found = sorted(spreads.get(metric, []))
        if found:
            worst, name, key = found[-1]
            print(f"| {metric} | {100 * statistics.median(f[0] for f in found):.2f} %"
                  f" | {100 * worst:.1f} % ({name} {key[1]} {size_text(key[2])}) |",
                  file=out)


def print_report(results, plot, out):
    print("# What AF_NETBIOS costs\n", file=out)
    print("Made by `make bench` (selftests/bench/run). Linux "
          f"{results.kernel}, {results.boots} boots.\n", file=out)
    print(METHOD, file=out)
    for name, text in results.texts.items():
        print(f"* `{name}`: {text}", file=out)
    if plot:
        print(f"\n![Ratios to raw TCP]({plot})", file=out)
    failed = print_goals(results, goals(), out)
    for metric in UNITS:
        print_metric(results, metric, out)
    print_spread(results, out)
    if results.large:
        print("\n## Messages of 131071 octets on fresh connections\n", file=out)
        for name, text in results.large:
            boot = name.rsplit("/", 1)[-1].removesuffix(".log")
            print(f"* {boot}: {text}: complete", file=out)
    return failed


def parse_arguments(description, plot):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("-o", metavar="FILE", help="instead of standard output")
    parser.add_argument("--plot", metavar="FILE", help=plot)
    parser.add_argument("--check", action="store_true",
                        help="fail if a ratio is below its limit")
    parser.add_argument("logs", nargs="+")
    return parser.parse_args()


def write_report(args, print_it, results, plot):
    """Return: the status of the program."""
    if args.o:
        with open(args.o, "w", encoding="utf-8") as out:
            failed = print_it(results, plot, out)
    else:
        failed = print_it(results, plot, sys.stdout)
    for text in failed:
        print(f"bench: below the limit: {text}", file=sys.stderr)
    return 1 if failed and args.check else 0


def main():
    args = parse_arguments(__doc__, "picture to show")
    return write_report(args, print_report, Results(args.logs), args.plot)


if __name__ == "__main__":
    sys.exit(main())
