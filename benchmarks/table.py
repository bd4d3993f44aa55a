#!/usr/bin/env python3
"""Prints medians of what meter.py wrote, and for each job the ratio of every other tool to Holdfast.

usage: table.py RESULTS.tsv      Labels are "job | tool"; rows whose exit status is not 0 are shown as failed.
"""
import statistics
import sys

rows = [line.rstrip("\n").split("\t") for line in open(sys.argv[1])]
groups = {}
for row in rows:
    groups.setdefault(row[0], []).append(row)

print("| job | tool | n | wall s, median (min-max) | CPU s | machine CPU s | peak MB | stored MB | read MB |")
print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
wall = {}
for label, group in groups.items():
    job, tool = label.split(" | ")
    good = [r for r in group if r[6] == "0"]
    if not good:
        print(f"| {job} | {tool} | 0 of {len(group)} | failed | | | | | |")
        continue

    def column(i):
        return [float(r[i]) for r in good if len(r) > i and r[i] != "-"]

    def size(i):
        middle = statistics.median(column(i)) if column(i) else None
        return "-" if middle is None else f"{middle:.1f}" if middle < 100 else f"{middle:.0f}"

    walls = column(1)
    wall[job, tool] = statistics.median(walls)
    print(
        f"| {job} | {tool} | {len(good)} of {len(group)} | {wall[job, tool]:.2f} ({min(walls):.2f}-{max(walls):.2f})"
        f" | {statistics.median(column(2)):.1f} | {statistics.median(column(3)):.1f}"
        f" | {max(column(4)):.0f} | {size(5)} | {size(7)} |"
    )
print()
for job, tool in wall:
    if tool != "holdfast" and (job, "holdfast") in wall:
        print(f"{job}: {tool} / holdfast = {wall[job, tool] / wall[job, 'holdfast']:.2f} (wall, medians)")
