"""All stages in the order they are built: `FLOW`.

Belongs here: the order. Does not belong here: what a stage builds. It is a module of its own so that a worker, which
needs the functions of one stage, imports no other.
"""

from pipeline.flow import Flow
from pipeline.stages import (
    stage_1_registers,
    stage_2_person_years,
    stage_3_cohorts,
    stage_4_panels,
    stage_5_estimates,
    stage_6_profiles,
    stage_7_knowledge,
    stage_8_validation,
    stage_9_publication,
)

FLOW = Flow(
    (
        *stage_1_registers.ASSETS,
        *stage_2_person_years.ASSETS,
        *stage_3_cohorts.ASSETS,
        *stage_4_panels.ASSETS,
        *stage_5_estimates.ASSETS,
        *stage_6_profiles.ASSETS,
        *stage_7_knowledge.ASSETS,
        *stage_8_validation.ASSETS,
        *stage_9_publication.ASSETS,
    )
)
