"""The progress display of the terminal: a line a piece of work.

Belongs here: how progress is shown. Does not belong here: telling it (`progress`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.progress import Listener, listen


@contextmanager
def show_progress(console: Console) -> Iterator[Listener]:
    """Show one display: a line a piece of work, the latest last; nothing where the terminal is none."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    is_hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=is_hidden) as progress:
        tasks: dict[str, int] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                for finished in progress.tasks[:-3]:
                    progress.update(finished.id, visible=False)
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        with listen(show):
            yield show
