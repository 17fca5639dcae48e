"""The flow in one picture, made from the assets themselves, so that README cannot drift from the code.

Belongs here: drawing. Does not belong here: anything that is built. `python -m pipeline.flow_picture` prints it.
"""

from __future__ import annotations

from pipeline.flow import Flow

TITLES = {
    "stage_1_registers": "1 registers<br/>as delivered, typed",
    "stage_2_person_years": "2 person-years<br/>events and quantities",
    "stage_3_cohorts": "3 cohorts<br/>members, success, attrition",
    "stage_4_panels": "4 panels<br/>followed year by year",
    "stage_5_estimates": "5 estimates<br/>adjusted differences",
    "stage_6_profiles": "6 profiles<br/>filter, taper to year 20",
    "stage_7_knowledge": "7 knowledge<br/>prices, rates, studies",
    "stage_8_validation": "8 validation<br/>the gate",
    "stage_9_publication": "9 publication<br/>a release",
}


def draw_flow(flow: Flow) -> str:
    """Draw the stages and what flows between them as a Mermaid diagram.

    Parameters
    ----------
    flow : Flow

    Returns
    -------
    str
        An arrow goes from a stage to another when the second reads a table of the first.
    """
    stage_of = {table: asset.stage for asset in flow.assets for table in asset.tables}
    stages = list(dict.fromkeys(asset.stage for asset in flow.assets))
    arrows = {
        (stage_of[name], asset.stage)
        for asset in flow.assets
        for name in asset.inputs
        if stage_of[name] != asset.stage
    }
    lines = ["flowchart LR"]
    for stage in stages:
        tables = [table for asset in flow.assets if asset.stage == stage for table in asset.tables]
        shown = ", ".join(tables) if len(tables) <= 4 else f"{len(tables)} tables"
        lines.append(f'  {stage}["<b>{TITLES[stage]}</b><br/><i>{shown}</i>"]')
    ordered = sorted(arrows, key=lambda arrow: (stages.index(arrow[0]), stages.index(arrow[1])))
    lines += [f"  {source} --> {target}" for source, target in ordered]
    return "\n".join(lines)


if __name__ == "__main__":
    from pipeline.stages.in_order import FLOW

    print(draw_flow(FLOW))
