"""The nine stages as assets: thin functions, no arithmetic. `FLOW` is all of them, in the order they are built."""

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
