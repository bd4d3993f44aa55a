#!/usr/bin/env python3
"""Runs one command and appends what it cost to a TSV file.

usage: meter.py OUT LABEL STORED|- COMMAND...

Columns: label, wall s, CPU s of the command, CPU s of the machine, peak resident MB (sum over the
process tree, sampled every 20 ms), MB below STORED afterwards, exit status, MB read. `foreign` CPU is the
machine's minus the command's: a row where it is large was disturbed.

STORED is a directory, or several with commas between; with a + before them it is how much they grew.
MB read is `rchar` of /proc/PID/io: what read() returned to the command and its children, from whatever
cache; it counts neither sockets nor mapped files. If METER_SERVER is the pid of a PostgreSQL server, what
its backends read that served the command is added.
"""
import os
import resource
import subprocess
import sys
import tempfile
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


def grown(directories):
    return sum(stored(path) for path in directories.lstrip("+").split(","))


def read_by(pid):
    """What a process and the children it has waited for have read."""
    with open(f"/proc/{pid}/io") as f:
        return int(f.readline().split()[1])


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return set(f.read().split())


class Server:
    """A server's finished backends: the postmaster waits for them, and their reads become its own."""

    def __init__(self, pid):
        self.pid = pid
        self.before = (children(pid), read_by(pid)) if pid else None

    def read(self):
        if not self.pid:
            return 0
        deadline = time.monotonic() + 5
        while children(self.pid) - self.before[0] and time.monotonic() < deadline:
            time.sleep(0.005)
        return read_by(self.pid) - self.before[1]


# A shell of its own, so that what this script reads itself is not counted.
COUNTED = '"$@"; status=$?; cat /proc/$$/io > "$METER_IO"; exit $status'


def main():
    out, label, directory, command = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    os.sync()
    stored_before = grown(directory) if directory.startswith("+") else 0
    server = Server(os.environ.get("METER_SERVER"))
    io = tempfile.NamedTemporaryFile("r")
    peak, done = [0], threading.Event()
    busy, begun = machine_cpu(), time.monotonic()
    process = subprocess.Popen(
        ["sh", "-c", COUNTED, "sh", *command],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "METER_IO": io.name},
    )

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
        "-" if directory == "-" else f"{(grown(directory) - stored_before) / 1e6:.2f}",
        str(status),
        f"{(int(io.readline().split()[1]) + server.read()) / 1e6:.1f}",
    ]
    with open(out, "a") as f:
        f.write("\t".join(row) + "\n")
    print("\t".join(row), file=sys.stderr)
    sys.exit(status)


main()
