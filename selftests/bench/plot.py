#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A plot (SVG, to standard output) of the ratios to raw TCP that nbperf measured."""

import sys

from bars import Panel, Scale, draw
from results import Results

SERIES = {"netbios": "AF_NETBIOS", "tcpmsg": "TCP, one recv of known length",
          "samba": "header, then body (Samba)", "buffered": "buffered reader",
          "kcm": "AF_KCM"}
PANELS = [("rtt", "lo", "Round trips, loopback"), ("rtt", "veth", "Round trips, veth"),
          ("burst", "lo", "Bursts, loopback"), ("burst", "veth", "Bursts, veth")]
SIZES = {64: "64 B", 1024: "1 KiB", 16384: "16 KiB", 65536: "64 KiB",
         131071: "128 KiB"}


def main():
    results = Results(sys.argv[1:])
    panels = [Panel(title, {label: [results.ratio((metric, path, size), name)
                                    for name in SERIES]
                            for size, label in SIZES.items()})
              for metric, path, title in PANELS]
    release = results.kernel.split()[0]
    print(draw(f"Messages a second, as ratio to raw TCP (Linux {release}; more is "
               "better)", SERIES.values(), panels, Scale(1.1, 0.2, 1)))


if __name__ == "__main__":
    main()
