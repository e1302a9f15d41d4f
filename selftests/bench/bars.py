# SPDX-License-Identifier: GPL-2.0
"""Bar charts in SVG: panels, in each of them groups of bars, one for each series."""

from xml.sax.saxutils import escape

WIDTH = 920
LEFT, TOP = 52, 106
PANEL_WIDTH, PANEL_HEIGHT = 390, 200
GAP_X, GAP_Y = 60, 62

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


class Panel:
    """One panel; @groups maps the label of a group to one value a series."""

    def __init__(self, title, groups):
        self.title = title
        self.groups = groups


class Scale:
    """What the height of a bar means: @line is dashed, steps have a label."""

    def __init__(self, top, step, line, form="{:g}"):
        self.top = top
        self.step = step
        self.line = line
        self.form = form


def text(x, y, content, style="", anchor="start"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" '
            f'text-anchor="{anchor}">{escape(content)}</text>')


def grid(scale, left, top):
    bottom = top + PANEL_HEIGHT
    out = []
    for i in range(int(scale.top / scale.step + 1e-9) + 1):
        value = i * scale.step
        y = bottom - value / scale.top * PANEL_HEIGHT
        style = "one" if abs(value - scale.line) < 1e-9 else "grid"
        out.append(f'<line x1="{left}" x2="{left + PANEL_WIDTH}" y1="{y:.1f}" '
                   f'y2="{y:.1f}" class="{style}"/>')
        out.append(text(left - 6, y + 4, scale.form.format(value), "small", "end"))
    return out


def draw_panel(panel, series, scale, left, top):
    bottom = top + PANEL_HEIGHT
    out = [text(left, top - 10, panel.title, "panel")] + grid(scale, left, top)
    group = PANEL_WIDTH / len(panel.groups)
    bar = group * 0.8 / len(series)
    for i, (label, values) in enumerate(panel.groups.items()):
        start = left + i * group + group * 0.1
        out.append(text(left + (i + 0.5) * group, bottom + 16, label, "small",
                        "middle"))
        for j, (name, value) in enumerate(zip(series, values)):
            if value is None:
                continue
            height = min(value, scale.top) / scale.top * PANEL_HEIGHT
            out.append(f'<rect x="{start + j * bar:.1f}" y="{bottom - height:.1f}" '
                       f'width="{bar - 1:.1f}" height="{height:.1f}" class="s{j}">'
                       f'<title>{escape(name)} {label}: {value:,.3f}</title></rect>')
    return out


def draw(title, series, panels, scale):
    rows = (len(panels) + 1) // 2
    height = TOP + rows * (PANEL_HEIGHT + GAP_Y)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
           f'width="{WIDTH}" height="{height}">', f"<style>{STYLE}</style>",
           f'<rect width="{WIDTH}" height="{height}" class="back"/>',
           text(LEFT, 28, title, "title")]
    x = LEFT
    for j, label in enumerate(series):
        out.append(f'<rect x="{x}" y="42" width="12" height="12" class="s{j}"/>')
        out.append(text(x + 17, 53, label))
        x += 40 + 7.2 * len(label)
    for i, panel in enumerate(panels):
        left = LEFT + i % 2 * (PANEL_WIDTH + GAP_X)
        top = TOP + i // 2 * (PANEL_HEIGHT + GAP_Y)
        out += draw_panel(panel, series, scale, left, top)
    return "\n".join(out + ["</svg>"])
