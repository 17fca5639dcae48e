"""When a delivery is checked: its files before anything is built, its values while stage 1 reads them.

Belongs here: that everything wrong is told in one error, and that files which passed are not checked again. Does not
belong here: the checks (`pipeline/registers`).
"""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.declarations.problems import InputError
from pipeline.declarations.register_layout import RegisterLayouts
from pipeline.declarations.register_layouts import load_register_layouts
from pipeline.fingerprints import hash_code, hash_text
from pipeline.progress import tell
from pipeline.project import Project
from pipeline.registers.delivery import check_delivery, has_faulty_files


def check_files(project: Project) -> None:
    """Check the files of a delivery, not their values; if anything is wrong, the values, too, so that all is told.

    Parameters
    ----------
    project : Project

    Raises
    ------
    InputError
        With every problem of the declarations and of the delivery.
    """
    layouts = _read_layouts(project)
    if not _has_passed(project) and has_faulty_files(project.registers, layouts):
        check_registers(project)


def check_registers(project: Project) -> None:
    """Check the delivery, values and all, unless these very files passed the same checks before.

    Parameters
    ----------
    project : Project

    Raises
    ------
    InputError
        With every problem of the declarations and of the delivery.
    """
    layouts = _read_layouts(project)
    if _has_passed(project):
        return
    tell("checking the delivery", 0, 1)
    check_delivery(project.registers, layouts)
    tell("checking the delivery", 1, 1)
    note_passed(project)


def note_passed(project: Project) -> None:
    """Remember that the delivery passed every check: of files and of values."""
    passed = _path(project)
    passed.parent.mkdir(parents=True, exist_ok=True)
    passed.write_text(json.dumps({"stamp": _stamp(project)}), "utf-8")
    project.file_hashes.save()


def _read_layouts(project: Project) -> RegisterLayouts:
    try:
        return project.declared.layouts
    except InputError as error:
        raise _join(error, _find_delivery_problems(project)) from None


def _has_passed(project: Project) -> bool:
    passed = _path(project)
    return passed.exists() and json.loads(passed.read_text("utf-8")).get("stamp") == _stamp(project)


def _path(project: Project) -> Path:
    return project.outputs / "delivery_passed.json"


def _stamp(project: Project) -> str:
    files = sorted(project.registers.rglob("*.parquet"))
    contents = [
        f"{file.relative_to(project.registers)}={content}"
        for file, content in project.file_hashes.hash_files(files).items()
    ]
    return hash_text(hash_code("pipeline/registers"), project.hash_declared("registers"), *contents)


def _find_delivery_problems(project: Project) -> InputError | None:
    """Check the delivery although other declarations are wrong, so that everything wrong is told at once."""
    try:
        layouts = load_register_layouts(project.declarations / "registers")
    except InputError:
        return InputError("", (), ["the delivery, because the register layouts cannot be used"])
    try:
        check_delivery(project.registers, layouts)
    except InputError as error:
        return error
    return None


def _join(declarations: InputError, delivery: InputError | None) -> InputError:
    if delivery is None:
        return declarations
    title = "The declarations and the delivery cannot be used" if delivery.problems else declarations.title
    return InputError(
        title,
        (*declarations.problems, *delivery.problems),
        (*declarations.not_checked, *delivery.not_checked),
    )
