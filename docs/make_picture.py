# SPDX-License-Identifier: Apache-2.0
"""Draws docs/expression.svg: python3 docs/make_picture.py"""

from pathlib import Path

WIDTH, HEIGHT, ROW = 760, 250, 56
STAGES = [  # left edge, width, lines
    (10, 130, ["text", "a**2 + b**2"]),
    (10, 130, ["C++ operators", "sin(u) * 2"]),
    (175, 125, ["typed graph", "types, shapes, CSE"]),
    (330, 150, ["kernel descriptions", "primitives, schedule"]),
    (510, 150, ["cpu, compiled", "LLVM, explicit vectors"]),
    (510, 150, ["cpu, interpreted", "blocks; the reference"]),
    (510, 150, ["cuda", "CUDA C++ text"]),
    (700, 50, ["array"]),
]
TOPS = [40, 150, 95, 95, 20, 95, 170, 95]
ARROWS = [(0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (3, 6), (4, 7), (5, 7)]


def box(left, top, width, lines):
    text = f'<rect x="{left}" y="{top}" width="{width}" height="{ROW}" rx="6"/>'
    for number, line in enumerate(lines):
        y = top + ROW / 2 + 5 + (number * 2 - len(lines) + 1) * 9
        kind = "small" if number else "title"
        text += f'<text x="{left + width / 2}" y="{y}" class="{kind}">{line}</text>'
    return text


def arrow(start, end):
    x1, y1 = STAGES[start][0] + STAGES[start][1], TOPS[start] + ROW / 2
    x2, y2 = STAGES[end][0], TOPS[end] + ROW / 2
    return f'<path d="M{x1} {y1} C{(x1 + x2) / 2} {y1} {(x1 + x2) / 2} {y2} {x2 - 3} {y2}"/>'


def picture():
    style = ("rect{fill:#f4f6f9;stroke:#4a6078}text{font-family:sans-serif;text-anchor:middle;fill:#1b2733}"
             ".title{font-size:14px}.small{font-size:11px;fill:#4a6078}path{fill:none;stroke:#4a6078;marker-end:url(#tip)}")
    tip = '<marker id="tip" markerWidth="8" markerHeight="8" refX="6" refY="3" orient="auto"><path d="M0 0L6 3L0 6" style="marker-end:none"/></marker>'
    parts = [box(left, top, width, lines) for (left, width, lines), top in zip(STAGES, TOPS)] + [arrow(*one) for one in ARROWS]
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
                      'aria-label="text or operators, typed graph, kernel descriptions, device, array">',
                      f"<style>{style}</style>", f"<defs>{tip}</defs>",
                      f'<rect x="0" y="0" width="{WIDTH}" height="{HEIGHT}" style="fill:white;stroke:none"/>', *parts, "</svg>", ""])


if __name__ == "__main__":
    Path(__file__).with_name("expression.svg").write_text(picture())
