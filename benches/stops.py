"""How long somebody waits who presses Ctrl-C: python3 benches/stops.py SRL TIMES SCRIPT...

Each script is run once to its end (`SRL run SCRIPT`), then TIMES times, each of them interrupted at a random instant. Of each it prints in
milliseconds from the signal to the error on standard error, and to the end of the process: the median, the 99th of 100, and the longest.
"""

import random
import signal
import subprocess
import sys
import time


def start(srl, script):
    return subprocess.Popen([srl, "run", script], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def takes(srl, script):
    begun = time.monotonic()
    start(srl, script).communicate()
    return time.monotonic() - begun


def interrupted(srl, script, after):
    """Milliseconds to the error and to the end; nothing if it was over, or had not begun."""
    process = start(srl, script)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    raised = time.monotonic()
    told = None
    for line in process.stderr:
        if b"E0410" in line:
            told = time.monotonic()
    process.wait()
    ended = time.monotonic()
    return told and ((told - raised) * 1e3, (ended - raised) * 1e3)


def figures(waits):
    waits = sorted(waits)
    return "  ".join(f"{waits[min(len(waits) - 1, len(waits) * share // 100)]:6.1f}" for share in (50, 99, 100))


def main():
    srl, times, *scripts = sys.argv[1:]
    for script in scripts:
        whole = takes(srl, script)
        waits = [interrupted(srl, script, random.uniform(0, whole)) for _ in range(int(times))]
        waits = [wait for wait in waits if wait]
        if waits:
            told, ended = zip(*waits)
            print(f"{script}: {whole:.2f} s, {len(waits)} times stopped; error {figures(told)}; end {figures(ended)}")
        else:
            print(f"{script}: {whole:.2f} s, over before it could be stopped")


main()
