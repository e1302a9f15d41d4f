#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A plot (SVG, to standard output) of the ratios to raw TCP that nbperf measured."""

import sys
from xml.sax.saxutils import escape

from results import Results

SERIES = [("netbios", "AF_NETBIOS"), ("tcpmsg", "TCP, one recv of known length"),
          ("samba", "header, then body (Samba)"), ("buffered", "buffered reader"),
          ("kcm", "AF_KCM")]
PANELS = [("rtt", "lo", "Round trips, loopback"), ("rtt", "veth", "Round trips, veth"),
          ("burst", "lo", "Bursts, loopback"), ("burst", "veth", "Bursts, veth")]
SIZES = {64: "64 B", 1024: "1 KiB", 16384: "16 KiB", 65536: "64 KiB",
         131071: "128 KiB"}

WIDTH, HEIGHT = 920, 640
LEFT, TOP = 52, 84
PANEL_WIDTH, PANEL_HEIGHT = 390, 200
GAP_X, GAP_Y = 60, 62
TOP_RATIO = 1.1

STYLE = """\
text { font: 13px sans-serif; fill: #24292f; }
.title { font-size: 17px; font-weight: bold; }
.panel { font-weight: bold; }
.small { font-size: 11px; fill: #57606a; }
.back { fill: #ffffff; }
.grid { stroke: #d0d7de; }
.one { stroke: #57606a; stroke-dasharray: 4 3; }
.s0 { fill: #0550ae; } .s1 { fill: #afb8c1; } .s2 { fill: #bf8700; }
.s3 { fill: #2da44e; } .s4 { fill: #cf222e; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .small { fill: #9198a1; } .back { fill: #0d1117; }
.grid { stroke: #30363d; } .one { stroke: #9198a1; }
.s0 { fill: #58a6ff; } .s1 { fill: #6e7681; } .s2 { fill: #d29922; }
.s3 { fill: #3fb950; } .s4 { fill: #f85149; }
}"""


def text(x, y, content, style="", anchor="start"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" '
            f'text-anchor="{anchor}">{escape(content)}</text>')


def panel(results, metric, path, title, left, top):
    bottom = top + PANEL_HEIGHT
    scale = PANEL_HEIGHT / TOP_RATIO
    out = [text(left, top - 10, title, "panel")]
    for tenth in range(0, 11, 2):
        y = bottom - tenth / 10 * scale
        style = "one" if tenth == 10 else "grid"
        out.append(f'<line x1="{left}" x2="{left + PANEL_WIDTH}" y1="{y:.1f}" '
                   f'y2="{y:.1f}" class="{style}"/>')
        out.append(text(left - 6, y + 4, f"{tenth / 10:.1f}", "small", "end"))
    group = PANEL_WIDTH / len(SIZES)
    bar = group * 0.8 / len(SERIES)
    for i, (size, label) in enumerate(SIZES.items()):
        start = left + i * group + group * 0.1
        out.append(text(left + (i + 0.5) * group, bottom + 16, label, "small",
                        "middle"))
        for j, (name, _) in enumerate(SERIES):
            ratio = results.ratio((metric, path, size), name)
            if ratio is None:
                continue
            height = min(ratio, TOP_RATIO) * scale
            out.append(f'<rect x="{start + j * bar:.1f}" y="{bottom - height:.1f}" '
                       f'width="{bar - 1:.1f}" height="{height:.1f}" class="s{j}">'
                       f'<title>{escape(name)} {label}: {ratio:.3f}</title></rect>')
    return out


def draw(results):
    release = results.kernel.split()[0]
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           f'width="{WIDTH}" height="{HEIGHT}">', f"<style>{STYLE}</style>",
           f'<rect width="{WIDTH}" height="{HEIGHT}" class="back"/>',
           text(LEFT, 28, "Messages a second, as ratio to raw TCP (Linux "
                f"{release}; more is better)", "title")]
    x = LEFT
    for j, (_, label) in enumerate(SERIES):
        out.append(f'<rect x="{x}" y="42" width="12" height="12" class="s{j}"/>')
        out.append(text(x + 17, 53, label))
        x += 40 + 7.2 * len(label)
    for i, (metric, path, title) in enumerate(PANELS):
        left = LEFT + i % 2 * (PANEL_WIDTH + GAP_X)
        top = TOP + 22 + i // 2 * (PANEL_HEIGHT + GAP_Y)
        out += panel(results, metric, path, title, left, top)
    return "\n".join(out + ["</svg>"])


if __name__ == "__main__":
    print(draw(Results(sys.argv[1:])))
