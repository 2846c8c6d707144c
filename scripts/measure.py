"""What scripts/benchmark measures with: the cost of a command, medians, a description of the computer, and .npy files.

Costs are those the kernel accounts to the process and the children it waited for: user and system CPU time, which other load
on the computer disturbs less than elapsed time, and the largest resident set.
"""
import datetime
import os
import pathlib
import platform
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from statistics import median

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Cost:
    cpu_seconds: float
    peak_bytes: int
    elapsed_seconds: float = 0.0


@dataclass
class Row:
    """A measured command, or one derived from others; costs are those of its runs, in order."""
    what: str
    costs: list = field(default_factory=list)
    cpu_floor: float = None  # at most so many CPU seconds ...
    peak_floor: int = None  # ... and bytes

    @property
    def cpu_seconds(self):
        return median(cost.cpu_seconds for cost in self.costs)

    @property
    def peak_bytes(self):
        return int(median(cost.peak_bytes for cost in self.costs))

    @property
    def floors_met(self):
        """True, False, or None without a floor."""
        checks = []
        if self.cpu_floor is not None:
            checks.append(self.cpu_seconds <= self.cpu_floor)
        if self.peak_floor is not None:
            checks.append(self.peak_bytes <= self.peak_floor)
        return all(checks) if checks else None

    def as_json(self):
        result = {"what": self.what, "cpu_seconds": self.cpu_seconds, "peak_bytes": self.peak_bytes,
                  "runs_cpu_seconds": [cost.cpu_seconds for cost in self.costs],
                  "runs_peak_bytes": [cost.peak_bytes for cost in self.costs]}
        if self.floors_met is not None:
            result["floor"] = {"cpu_seconds": self.cpu_floor, "peak_bytes": self.peak_floor, "met": self.floors_met}
        return result


def cost_of(command):
    """The cost of a command that must end with status 0; its output is shown only when it doesn't."""
    before = datetime.datetime.now()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode != 0:
        sys.stderr.buffer.write(output)
        raise RuntimeError(f"status {process.returncode} from: {' '.join(map(str, command))}")
    elapsed = (datetime.datetime.now() - before).total_seconds()
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, elapsed)


def further(what, one, many, extra):
    """The row of one inference more: from runs with one and with 1 + extra inferences, pair by pair."""
    costs = [Cost((b.cpu_seconds - a.cpu_seconds) / extra, b.peak_bytes) for a, b in zip(one.costs, many.costs)]
    return Row(what, costs)


def write_npy(path, shape, kind, data):
    """A NumPy array file, version 1.0. kind: '|u1', '|i1', '<f4'."""
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({', '.join(map(str, shape))},), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    pathlib.Path(path).write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data)


def first_value(path, key):
    """The value of the first 'key : value' line of a file of /proc; None when there is none."""
    try:
        for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == key:
                return value.strip()
    except OSError:
        pass
    return None


def output_of(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def describe_computer():
    memory = first_value("/proc/meminfo", "MemTotal")
    return {"date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "processor": first_value("/proc/cpuinfo", "model name") or platform.machine(),
            "processors": os.cpu_count(),
            "memory_gigabytes": round(int(memory.split()[0]) * 1024 / 1e9, 1) if memory else None,
            "system": platform.platform(),
            "compiler": (output_of(["c++", "--version"]) or "").partition("\n")[0],
            "load_average": os.getloadavg()[0],
            "commit": output_of(["git", "rev-parse", "--short", "HEAD"])}
