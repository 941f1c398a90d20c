"""A management command that is killed before one of its lines, as by a power cut.

Run as a program: `python -m tests.support.killed FOLDER LINES COMMAND …`. In a process of its own
for each of the line numbers in LINES (“0,25,50”), it runs the command and kills it (SIGKILL) before
the so manieth line of the modules in FOLDER that it comes to, each line counted once. Prints a line
of JSON for each: the number, where that was, and what the command left, as the function named by
the variable `LEFT` (`module:function`) says. Ends after the first that was not killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any


def kill_before(folder: str, number: int, told: int) -> Any:
    """A tracer. In: the number of the line, and the file descriptor that is told where that is."""
    seen: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        name = frame.f_code.co_filename
        if folder not in name:
            return None
        if event == "line":
            seen.add((name, frame.f_lineno))
            if len(seen) > number:
                os.write(told, f"{Path(name).name}:{frame.f_lineno}".encode())
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def main() -> None:
    folder, lines, *command = sys.argv[1:]
    import django

    django.setup()
    from django.core.management import call_command, get_commands, load_command_class

    # Loaded once, before any process is made, so that each begins with the same lines.
    load_command_class(get_commands()[command[0]], command[0])
    module, _, function = os.environ["LEFT"].partition(":")
    left = getattr(import_module(module), function)
    for number in map(int, lines.split(",")):
        listening, told = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.settrace(kill_before(folder, number, told))
            call_command(*command)
            os._exit(0)
        os.close(told)
        _, status = os.waitpid(child, 0)
        where = os.read(listening, 1000).decode()
        os.close(listening)
        was_killed = os.WIFSIGNALED(status)
        said = {
            "line": number,
            "where": where,
            "killed": was_killed,
            "status": status,
            "left": left(),
        }
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        if not was_killed:
            break


if __name__ == "__main__":
    main()
