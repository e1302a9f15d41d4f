# SPDX-License-Identifier: GPL-2.0
"""The output of nbperf, and what is expected of it."""

import statistics

# The base of all ratios, and what a column is called in the tables.
BASE = "tcp"

UNITS = {
    "rtt": "round trips a second",
    "burst": "messages a second, in bursts with one reply each",
    "thr": "messages a second, one way",
    "setup": "sessions a second",
    "mem": "octets of slab for a pair of idle sessions",
}


class Results:
    """Values by (metric, path, size), transport and (log, round)."""

    def __init__(self, names):
        self.values = {}
        self.switches = {}
        self.texts = {}
        self.kernel = ""
        self.large = []
        self.boots = 0
        for name in names:
            with open(name, encoding="utf-8") as log:
                self._read(name, log)

    def _read(self, name, log):
        measured = False
        for line in log:
            word = line.split()
            if line.startswith("R ") and len(word) == 8:
                _, turn, path, metric, transport, size, value, waits = word
                key = (metric, path, int(size))
                run = (name, int(turn))
                row = self.values.setdefault(key, {})
                row.setdefault(transport, {})[run] = float(value)
                row = self.switches.setdefault(key, {})
                row.setdefault(transport, {})[run] = float(waits)
                measured = True
            elif line.startswith("T "):
                self.texts[word[1]] = " ".join(word[2:])
            elif line.startswith("K "):
                self.kernel = " ".join(word[1:])
            elif line.startswith("L "):
                self.large.append((name, " ".join(word[1:])))
        self.boots += measured

    def transports(self, metric):
        """Those that were measured, in the order of nbperf."""
        found = {t for key, row in self.values.items() if key[0] == metric
                 for t in row}
        return [t for t in self.texts if t in found]

    def value(self, key, transport):
        return statistics.median(self.values[key][transport].values())

    def waits(self, key, transport):
        return statistics.median(self.switches[key][transport].values())

    def ratios(self, key, transport, base=BASE):
        """One for each time that both were measured."""
        row = self.values.get(key, {})
        ours, theirs = row.get(transport, {}), row.get(base, {})
        return [ours[run] / theirs[run] for run in ours if run in theirs]

    def ratio(self, key, transport, base=BASE):
        ratios = self.ratios(key, transport, base)
        return statistics.median(ratios) if ratios else None


class Goal:
    """A ratio to reach, and the one it must not fall below (or exceed)."""

    def __init__(self, key, transport, base, goal, limit):
        self.key = key
        self.transport = transport
        self.base = base
        self.goal = goal
        self.limit = limit
        self.less_is_better = key[0] == "mem"

    def reached(self, ratio, bound):
        if bound is None:
            return True
        if self.less_is_better:
            return round(ratio, 3) <= bound
        return round(ratio, 3) >= bound


def goals():
    found = []

    def add(metric, path, size, goal, limit, base=BASE, transport="netbios"):
        found.append(Goal((metric, path, size), transport, base, goal, limit))

    for path in ("lo", "veth"):
        for size in (64, 1024, 16384):
            add("rtt", path, size, 0.95, 0.92)
        for size in (65536, 131071):
            add("rtt", path, size, 0.99 if path == "lo" else 0.98, 0.97)
        for size in (64, 1024):
            add("burst", path, size, 0.95, 0.92, "tcpmsg")
        add("burst", path, 16384, 0.95, 0.93, "tcpmsg")
        for metric in ("burst", "thr"):
            for size in (65536, 131071):
                add(metric, path, size, 0.97, 0.95)
        add("burst", path, 64, 2.1 if path == "lo" else 2.0, 1.8, BASE,
            "netbiosmm")
        add("burst", path, 64, 0.19, None, "bufbatch", "netbiosmm")
        add("setup", path, 0, 1.0, 0.88)
    add("mem", "lo", 0, 1.5, 1.6)
    return found
