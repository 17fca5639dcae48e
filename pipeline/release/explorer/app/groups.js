// All target groups.
"use strict";
{
  const { html, t, label, said, number } = explorer;

  explorer.pages.groups = async () => {
    const areas = explorer.groupBy(explorer.core.target_groups, "area");
    const ages = (row) => (row.age_from === null || row.age_from === undefined ? "–" : `${row.age_from}–${row.age_to ?? ""}`);
    const line = (row) => [
      explorer.link(said(row, "name"), "group", row.target_group),
      ages(row),
      number(row.n_persons),
      number(row.n_success),
      number(row.n_others),
      row.basis_membership ? explorer.badge("basis", row.basis_membership) : label("kind", row.kind),
      explorer.badge("basis", row.basis_success),
      number(explorer.core.studies_by_group[row.target_group] ?? 0),
    ];
    const head = [t("group"), t("ages"), t("persons"), t("success_group"), t("others"), t("membership"), t("success"), t("studies")];
    const body = html`<h1>${t("groups")}</h1><p class="lead">${t("groups_lead")}</p>
${[...areas].map(([area, rows]) => html`<h2>${label("area", area)}</h2>${explorer.table({ caption: label("area", area), head, numeric: [1, 2, 3, 4, 7], rows: rows.map(line) })}`)}
<p class="soft">${t("person_years_note")}</p>`;
    return { title: t("groups"), body };
  };
}
