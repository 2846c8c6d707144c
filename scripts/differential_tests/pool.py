"""Examines many cases in forked children: the reference runtime may take a process down, or never return.

A child examines a chunk of cases and ends; what it finds it writes to a pipe, a line an event. A child that dies is
charged to the case it was at, the rest of the chunk goes to another.
"""

import json
import os
import pickle
import resource
import selectors
import signal
import time

from . import examine

CHUNK = 40
CPU_SECONDS = 5  # of one case, and of our program
WALL_SECONDS = 120


class Child:
    def __init__(self, examiner, tasks):
        """`tasks`: tuples (number, op, label, seed, recipe)."""
        self.tasks = list(tasks)
        self.done = 0
        self.ours = None  # our outcome on the case at hand
        self.started = time.monotonic()
        self.text = b""
        self.pipe, writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.pipe)
            self.work(examiner, writer)
        os.close(writer)

    def work(self, examiner, writer):
        """In the child; doesn't return."""
        status = 1
        try:
            silent = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silent, 1)
            os.dup2(silent, 2)

            def say(event):
                os.write(writer, (json.dumps(event) + "\n").encode())

            for _, op, label, seed, recipe in self.tasks:
                used = resource.getrusage(resource.RUSAGE_SELF)
                limit = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
                resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
                verdict = examiner.examine(
                    op, label, seed, recipe, lambda ours: say(["ours", ours.status, ours.message[:500]])
                )
                say(["done", verdict.__dict__])
            status = 0
        finally:
            os._exit(status)

    def read(self):
        """The finished cases: tuples (task, verdict). False at the end of the pipe."""
        data = os.read(self.pipe, 1 << 16)
        if not data:
            return False
        *lines, self.text = (self.text + data).split(b"\n")
        finished = []
        for line in lines:
            event = json.loads(line)
            if event[0] == "ours":
                self.ours = event[1:]
                continue
            finished.append((self.tasks[self.done], examine.Verdict(**event[1])))
            self.done += 1
            self.ours = None
            self.started = time.monotonic()
        return finished

    def late(self):
        return time.monotonic() - self.started > WALL_SECONDS

    def end(self):
        """Reaps the process. If it died at a case, that case and its verdict."""
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        if self.done == len(self.tasks):
            return None
        how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"status {os.WEXITSTATUS(status)}"
        if self.ours and self.ours[0] == "crashed":
            return self.tasks[self.done], examine.Verdict("crashed", self.ours[1])
        verdict = "absent" if self.ours and self.ours[0] == "absent" else "aborted"
        return self.tasks[self.done], examine.Verdict(verdict, f"the reference runtime ended on {how}")


def run_tasks(examiner, tasks, jobs, chunk=CHUNK):
    """Yields (task, verdict) for all, in any order."""
    waiting = [tasks[first : first + chunk] for first in range(0, len(tasks), chunk)]
    waiting.reverse()
    selector = selectors.DefaultSelector()
    running = set()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                child = Child(examiner, waiting.pop())
                running.add(child)
                selector.register(child.pipe, selectors.EVENT_READ, child)
            for key, _ in selector.select(1.0):
                child = key.data
                finished = child.read()
                if finished is not False:
                    yield from finished
                    continue
                selector.unregister(child.pipe)
                running.discard(child)
                death = child.end()
                if death:
                    yield death
                    if child.tasks[child.done + 1 :]:
                        waiting.append(child.tasks[child.done + 1 :])
            for child in running:
                if child.late():
                    os.kill(child.pid, signal.SIGKILL)
                    child.started = time.monotonic()
    finally:
        for child in running:
            os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)


def run_alone(examiner, op, label, seed=None, recipe=None):
    """One case in a process of its own."""
    return next(verdict for _, verdict in run_tasks(examiner, [(0, op, label, seed, recipe)], 1))


def run_recipes(examiner, op, label, recipes):
    """The verdicts on several recipes, in order."""
    tasks = [(number, op, label, None, recipe) for number, recipe in enumerate(recipes)]
    return [verdict for _, verdict in sorted(run_tasks(examiner, tasks, 1), key=lambda pair: pair[0][0])]


def in_child(function):
    """What a function returns, run in a process of its own; None if that dies."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            with open(writer, "wb") as pipe:
                pickle.dump(function(), pipe)
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        data = pipe.read()
    os.waitpid(pid, 0)
    try:
        return pickle.loads(data)
    except (pickle.UnpicklingError, EOFError):
        return None
