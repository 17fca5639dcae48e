"""What `dagster dev` shows when it is started in the repository root: the flow of the default project.

Belongs here: the definitions object alone. Does not belong here: how a table becomes an asset (`dagster_assets`), or
building from the command line (`build`).
"""

from pipeline.checks import check_written
from pipeline.dagster_assets import make_definitions
from pipeline.project import Project
from pipeline.stages.in_order import FLOW

defs = make_definitions(FLOW, Project(), check_written)
