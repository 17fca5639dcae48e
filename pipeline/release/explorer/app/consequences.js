// All consequences, and one consequence over all target groups.
"use strict";
{
  const { html, t, label, said, number } = explorer;

  const ages = (row) => {
    if ((row.age_from ?? null) === null && (row.age_to ?? null) === null) return t("all_ages");
    return `${row.age_from ?? 0}–${row.age_to ?? ""}`;
  };

  explorer.pages.consequences = async () => {
    const areas = explorer.groupBy(explorer.core.consequences, "area");
    const head = [t("consequence"), t("unit"), t("population"), t("ages"), t("register")];
    const line = (row) => [explorer.link(said(row, "name"), "consequence", row.consequence), said(row, "unit"), label("population", row.population), ages(row), row.register];
    const body = html`<h1>${t("consequences")}</h1><p class="lead">${t("consequences_lead")}</p>
${[...areas].map(([area, rows]) => html`<h2>${explorer.areaName(area)}</h2>${explorer.table({ caption: explorer.areaName(area), head, rows: rows.map(line) })}`)}
<h2>${t("not_measured")}</h2><ul>${explorer.core.not_measured.map((row) => html`<li><strong>${said(row, "name")}.</strong> ${said(row, "reason")}</li>`)}</ul>`;
    return { title: t("consequences"), body };
  };

  function compare(consequence, data, year) {
    const own = data.estimates.filter((row) => row.relative_year === year);
    const views = new Map(data.profiles.filter((row) => row.relative_year === year && row.view === "soem_classic").map((row) => [row.target_group, row]));
    const found = new Map(own.map((row) => [row.target_group, row]));
    const groups = [...views.keys()];
    groups.sort((a, b) => (found.get(a)?.adjusted_difference ?? Infinity) - (found.get(b)?.adjusted_difference ?? Infinity) || explorer.groupName(a).localeCompare(explorer.groupName(b), "da"));
    const kinds = [t("significant"), t("not_significant"), t("in_success_rule")];
    const rows = groups.map((group) => found.get(group)).filter((row) => row?.status === "estimated");
    const points = rows.map((row) => ({ name: explorer.groupName(row.target_group), value: row.adjusted_difference, low: row.ci_low, high: row.ci_high, kind: kinds[row.in_success_rule ? 2 : row.is_significant ? 0 : 1] }));
    const digits = explorer.digitsFor(rows.map((row) => row.adjusted_difference));
    const unit = explorer.unitOf(consequence);
    const told = t("forest_told", { name: explorer.consequenceName(consequence), year });
    const lines = groups.map((group) => {
      const row = found.get(group) ?? {};
      const view = views.get(group);
      return [
        explorer.link(explorer.groupName(group), "series", group, consequence),
        number(row.adjusted_difference, digits),
        Number.isFinite(row.ci_low) ? html`${number(row.ci_low, digits)} ${t("to")} ${number(row.ci_high, digits)}` : "–",
        html`<strong>${explorer.link(html`${number(view.value, digits)}<span class="hidden"> ${explorer.groupName(group)}</span>`, "number", group, consequence, year)}</strong>`,
        html`${label("status", view.status)}${row.reason ? html` (${label("reason", row.reason)})` : ""}${row.in_success_rule ? html` <span class="badge note">${t("in_success_rule")}</span>` : ""}`,
      ];
    });
    return html`${points.length ? explorer.chart(explorer.forestSpec(points, { axis: unit, kinds }), told) : html`<p>${year > 10 ? t("beyond_estimates") : t("no_estimates")}</p>`}
${explorer.table({ caption: `${told} (${unit})`, head: [t("group"), t("adjusted_difference"), t("interval"), t("published"), t("status_word")], numeric: [1, 2, 3], rows: lines })}`;
  }

  explorer.pages.consequence = async ([consequence], parameters) => {
    const row = explorer.consequences.get(consequence);
    if (!row) return null;
    const data = await explorer.load(`consequence_${consequence}`);
    const year = Math.min(Math.max(Number(parameters.get("year") ?? 1), 1), explorer.core.profile_end);
    const years = Array.from({ length: explorer.core.profile_end }, (_, i) => [i + 1, `${t("year")} ${i + 1}`]);
    const body = html`<p class="over">${explorer.areaName(row.area)}</p><h1>${said(row, "name")}</h1>
${explorer.pairs([
  [t("unit"), explorer.unitOf(consequence)],
  [t("population"), label("population", row.population)],
  [t("ages"), ages(row)],
  [t("register"), row.register],
  [t("in_budget"), t(row.budget_sign < 0 ? "revenue" : "expense")],
  row.basis && [t("basis_word"), explorer.badge("basis", row.basis)],
  [t("source"), html`<span lang="da">${row.source}</span>`],
])}
${said(row, "notes") ? html`<h2>${t("notes")}</h2>${explorer.paragraphs(said(row, "notes"))}` : ""}
<p>${explorer.link(t("see_price"), "price", consequence)}</p>
<h2>${t("over_groups")}</h2>
<p class="choose">${explorer.select("year", t("year_after"), years, year)}</p>
<div id="comparison" aria-live="polite">${compare(consequence, data, year)}</div>`;
    const after = (main) => {
      main.querySelector("#year").addEventListener("change", (event) => {
        const chosen = Number(event.target.value);
        explorer.replaceParameters({ year: chosen });
        main.querySelector("#comparison").innerHTML = compare(consequence, data, chosen).text;
        explorer.drawCharts(main);
      });
    };
    return { title: said(row, "name"), body, after };
  };
}
