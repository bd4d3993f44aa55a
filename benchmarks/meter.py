#!/usr/bin/env python3
"""Runs one command and appends what it cost to a TSV file.

usage: meter.py OUT LABEL STORED_DIR|- COMMAND...

Columns: label, wall s, CPU s of the command, CPU s of the machine, peak resident MB (sum over the
process tree, sampled every 20 ms), MB below STORED_DIR afterwards, exit status. `foreign` CPU is the
machine's minus the command's: a row where it is large was disturbed.
"""
import os
import resource
import subprocess
import sys
import threading
import time

PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")


def tree(root):
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as f:
                    parent = int(f.read().rsplit(b") ", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(name))
    todo, seen = [root], []
    while todo:
        pid = todo.pop()
        seen.append(pid)
        todo += children.get(pid, [])
    return seen


def resident(pids):
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/statm") as f:
                total += int(f.read().split()[1]) * PAGE
        except OSError:
            pass
    return total


def machine_cpu():
    with open("/proc/stat") as f:
        fields = [int(x) for x in f.readline().split()[1:]]
    return (sum(fields) - fields[3] - fields[4]) / TICK


def stored(path):
    total = 0
    for folder, _, files in os.walk(path):
        for name in files:
            try:
                total += os.lstat(os.path.join(folder, name)).st_size
            except OSError:
                pass
    return total


def main():
    out, label, directory, command = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    os.sync()
    peak, done = [0], threading.Event()
    busy, begun = machine_cpu(), time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def sample():
        while not done.wait(0.02):
            peak[0] = max(peak[0], resident(tree(process.pid)))

    sampler = threading.Thread(target=sample)
    sampler.start()
    status = process.wait()
    wall = time.monotonic() - begun
    done.set()
    sampler.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    row = [
        label,
        f"{wall:.2f}",
        f"{used.ru_utime + used.ru_stime:.2f}",
        f"{machine_cpu() - busy:.2f}",
        f"{peak[0] / 1e6:.0f}",
        "-" if directory == "-" else f"{stored(directory) / 1e6:.0f}",
        str(status),
    ]
    with open(out, "a") as f:
        f.write("\t".join(row) + "\n")
    print("\t".join(row), file=sys.stderr)
    sys.exit(status)


main()
