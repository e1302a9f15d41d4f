#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Events of names by the thousand, and a look at what nbctl monitor made of them.

events.py make PREFIX COUNT RATE    lines for nbctl -b: each makes one event, RATE of
                                    them a second, names PREFIX00000 and so on
events.py check PREFIX COUNT json|text FILE [lost]
                                    does the file have each once, in order? With
                                    "lost": or a line that tells that some are not there
"""
import datetime
import json
import sys
import time

BURST = 0.02


def make(prefix, count, rate):
    start = time.monotonic()
    step = max(2, int(rate * BURST) // 2 * 2)
    for first in range(0, count, step):
        wait = start + first / rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        for i in range(first, min(first + step, count)):
            print("name %s %s%05d%s" % ("del" if i % 2 else "add", prefix, i // 2,
                                        "" if i % 2 else " state registered"))
        sys.stdout.flush()


def read(form, path):
    """(time, event, name, state) of each line"""
    with open(path, encoding="utf-8") as file:
        for line in file:
            # what was said on standard error is in the same file
            if line.startswith("nbctl: "):
                yield "", "said", line, None
                continue
            if form == "json":
                event = json.loads(line)
            else:
                stamp, kind, *words = line.split()
                event = {"time": stamp, "event": kind,
                         **dict(word.split("=", 1) for word in words)}
            yield event["time"], event["event"], event.get("name", ""), event.get("state")


def seconds(stamp):
    return datetime.datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S.%fZ").timestamp()


def check(prefix, count, form, path, may_lose):
    wanted = [("%s%05d<20>" % (prefix, i // 2), "gone" if i % 2 else "registered")
              for i in range(count)]
    lines = [line for line in read(form, path)
             if line[2].startswith(prefix) or line[1] in ("lost", "said")]
    lost = sum(line[1] == "lost" for line in lines)
    said = sum(line[1] == "said" and "events were lost" in line[2] for line in lines)
    lines = [line for line in lines if line[1] == "name"]
    got = [line[2:] for line in lines]
    took = seconds(lines[-1][0]) - seconds(lines[0][0])
    print("# %s: %d of %d events, %.0f a second, %d times \"lost\"" %
          (form, len(got), count, len(got) / max(took, 0.001), lost))
    if not may_lose:
        return not lost and not said and got == wanted
    # none twice, none out of order
    rest = iter(wanted)
    return lost == said > 0 and len(got) < count and all(event in rest for event in got)


def main(what, prefix, count, *rest):
    if what == "make":
        make(prefix, int(count), float(*rest))
        return 0
    form, path, *may_lose = rest
    return not check(prefix, int(count), form, path, may_lose)


sys.exit(main(*sys.argv[1:]))
