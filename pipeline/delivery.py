"""The check of a delivery before anything is built, remembered for files that have not changed.

Belongs here: when a delivery must be checked again. Does not belong here: the checks (`pipeline/registers`).
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from pipeline.declarations.problems import InputError
from pipeline.declarations.register_layouts import load_register_layouts
from pipeline.fingerprints import hash_code, hash_text
from pipeline.progress import tell
from pipeline.project import Project
from pipeline.registers.count_files import FILES_AT_A_TIME
from pipeline.registers.delivery import check_delivery


def check_registers(project: Project) -> None:
    """Check the delivery, unless these very files passed the same checks before.

    Parameters
    ----------
    project : Project

    Raises
    ------
    InputError
        With every problem of the declarations and of the delivery.
    """
    try:
        layouts = project.declared.layouts
    except InputError as error:
        raise _join(error, _find_delivery_problems(project)) from None
    files = sorted(project.registers.rglob("*.parquet"))
    with ThreadPoolExecutor(FILES_AT_A_TIME) as pool:
        hashes = pool.map(project.file_hashes.hash_file, files)
        contents = [
            f"{file.relative_to(project.registers)}={content}"
            for file, content in zip(files, hashes, strict=True)
        ]
    stamp = hash_text(
        hash_code("pipeline/registers"),
        project.hash_declared("registers"),
        *contents,
    )
    passed = project.outputs / "delivery_passed.json"
    if passed.exists() and json.loads(passed.read_text("utf-8")).get("stamp") == stamp:
        return
    tell("checking the delivery", 0, 1)
    report = check_delivery(project.registers, layouts)
    tell("checking the delivery", 1, 1)
    tolerated = {" ".join(key): n for key, n in sorted(report.tolerated.items())}
    passed.parent.mkdir(parents=True, exist_ok=True)
    passed.write_text(json.dumps({"stamp": stamp, "tolerated": tolerated}, indent=1), "utf-8")
    project.file_hashes.save()


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
