"""How long somebody waits who presses Ctrl-C or has set a limit: python3 benches/stops.py WAY SRL TIMES SCRIPT...

WAY is one of these. Each script is taken once to its end, and then TIMES times, each of them stopped at a random
instant or limit.

    run     `SRL run SCRIPT` gets the signal; from there to the error on standard error, and to the end of the process
    prompt  the lines of the script are typed at a prompt, and Ctrl-C after the last one; from there to the error, and to the next prompt
    time    the same, but the last line has a limit on its time; how much later than this the error comes, and the next prompt
    memory  `SRL run SCRIPT` with a random limit on memory that it needs more than; from when it has more at last to the error, and to the end

It prints milliseconds: the median, the 99th of 100, and the longest.
"""

import os
import pty
import random
import re
import select
import signal
import subprocess
import sys
import time

NEXT = re.compile(rb"srl (\d+)> ")
LONGEST = 120
STOPPED = re.compile(rb"E041[012]")
MEBIBYTE = 1 << 20


class Run:
    """Scripts that a process runs."""

    def __init__(self, srl, script):
        self.command = [srl, "run", script]

    def start(self):
        return subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def takes(self):
        begun = time.monotonic()
        self.start().communicate()
        return time.monotonic() - begun

    def stopped(self, after):
        """Seconds to the error and to the end; nothing if it was over, or had not begun."""
        process = self.start()
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        raised = time.monotonic()
        told = None
        for line in process.stderr:
            if STOPPED.search(line):
                told = time.monotonic()
        process.wait()
        return told and (told - raised, time.monotonic() - raised)


class Memory(Run):
    """Scripts that get less memory than they would take."""

    def __init__(self, srl, script):
        super().__init__(srl, script)
        _, self.least = self.run([self.command[0], "--version"], None)

    def run(self, command, limit):
        """When a process had more memory than a limit and when it told so, in seconds; and the most that it had, in mebibytes."""
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        had, told, most, is_over = None, None, 0, False
        with open(f"/proc/{process.pid}/statm") as file:
            while process.poll() is None:
                file.seek(0)
                taken = int((file.read().split() or [0, 0])[1]) * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE
                most = max(most, taken)
                # What it had for a moment only, some time before, counts for nothing.
                was_over, is_over = is_over, bool(limit) and taken > limit
                if is_over and not was_over and told is None:
                    had = time.monotonic()
                if told is None and select.select([process.stderr], [], [], 0.0005)[0]:
                    told = time.monotonic() if STOPPED.search(os.read(process.stderr.fileno(), 1 << 16)) else None
        return (had, told, time.monotonic()), most

    def takes(self):
        begun = time.monotonic()
        _, self.most = self.run(self.command, None)
        self.whole = time.monotonic() - begun
        return self.whole

    def stopped(self, after):
        limit = int(self.least + 1 + after / self.whole * max(0, self.most - self.least - 1))
        (had, told, ended), _ = self.run([*self.command, "--max-memory", str(limit)], limit)
        return had and told and (told - had, ended - had)


class Prompt:
    """Scripts that are typed at a prompt, a line each."""

    def __init__(self, srl, script):
        self.srl, self.folder = os.path.abspath(srl), os.path.dirname(script) or "."
        with open(script) as file:
            *self.lines, self.last = [line for line in file.read().splitlines() if line and not line.startswith("#")]
        self.terminal = None

    def begin(self):
        process, self.terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.environ["TERM"] = "dumb"
            os.execv(self.srl, [self.srl, "repl"])
        self.number, self.shown, self.first = 1, b"", None
        self.wait()
        for line in self.lines:
            self.enter(line)

    def end(self):
        if self.terminal is not None:
            os.close(self.terminal)
            os.wait()
            self.terminal = None

    def wait(self):
        """Reads up to the next prompt; gives when an error came first, if one did."""
        told = None
        while True:
            self.shown += self.read()
            if told is None and STOPPED.search(self.shown):
                told = time.monotonic()
            if any(int(found) == self.number for found in NEXT.findall(self.shown)):
                self.shown = b""
                return told
            self.shown = self.shown[-10_000:]

    def read(self):
        if not select.select([self.terminal], [], [], LONGEST)[0]:
            raise TimeoutError(f"nothing has come for {LONGEST} s after {self.shown!r}")
        return os.read(self.terminal, 1 << 16)

    def send(self, line):
        os.write(self.terminal, line.encode() + b"\n")
        self.number += 1

    def enter(self, line):
        self.send(line)
        return self.wait()

    def takes(self):
        self.end()
        self.begin()
        begun = time.monotonic()
        self.enter(self.last)
        taken = time.monotonic() - begun
        self.end()
        return taken

    def interrupted(self, after):
        self.send(self.last)
        time.sleep(after)
        os.write(self.terminal, b"\3")
        return time.monotonic()

    def stopped(self, after):
        if self.terminal is None:
            self.begin()
        raised = self.interrupted(after)
        told = self.wait()
        ended = time.monotonic()
        if told is None:
            # It was over, and would not be computed once more.
            self.end()
            return None
        return told - raised, ended - raised


class Time(Prompt):
    def interrupted(self, after):
        limit = max(1, round(after * 1e3)) / 1e3
        self.enter(f":limits max-time {limit}")
        begun = time.monotonic()
        self.send(self.last)
        return begun + limit


def figures(waits):
    waits = sorted(waits)
    return "  ".join(f"{waits[min(len(waits) - 1, len(waits) * share // 100)] * 1e3:6.1f}" for share in (50, 99, 100))


def main():
    way, srl, times, *scripts = sys.argv[1:]
    for script in scripts:
        stopping = {"run": Run, "prompt": Prompt, "time": Time, "memory": Memory}[way](srl, script)
        whole = stopping.takes()
        waits = [stopping.stopped(random.uniform(0, whole)) for _ in range(int(times))]
        waits = [wait for wait in waits if wait]
        if waits:
            told, ended = zip(*waits)
            print(f"{script}: {whole:.2f} s, {len(waits)} times stopped; error {figures(told)}; end {figures(ended)}", flush=True)
        else:
            print(f"{script}: {whole:.2f} s, over before it could be stopped", flush=True)


main()
