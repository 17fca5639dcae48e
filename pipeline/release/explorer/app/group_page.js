// One target group: who they are, definition, success, attrition, limitations, consequences, how much its numbers bear.
"use strict";
{
  const { html, t, label, said, number } = explorer;
  const FEWEST = 5; // fewer are not told, nor shown as the difference of two steps
  const BY_SIZE = new Set(["employment", "education", "origin", "sex", "mother_employment", "mother_education", "father_employment", "father_education"]);

  function describeRules(row) {
    const rule = (key, basis, reason) => html`<h3>${t(key)} ${explorer.badge("basis", row[basis])}</h3>${explorer.paragraphs(said(row, key))}
${row[reason] ? html`<p class="soft"><span lang="da">${row[reason]}</span></p>` : ""}`;
    return html`${rule("membership", "basis_membership", "reason_membership")}${rule("success", "basis_success", "reason_success")}`;
  }

  function describePeople(rows) {
    const parts = [...explorer.groupBy(rows, "characteristic")].filter(([name]) => name !== "age");
    return parts.map(([characteristic, part]) => {
      const name = label("characteristic", characteristic);
      const shown = part.filter((row) => row.share !== null && row.share !== undefined);
      if (BY_SIZE.has(characteristic)) shown.sort((a, b) => b.share - a.share);
      else shown.sort((a, b) => parseInt(a.category, 10) - parseInt(b.category, 10));
      const bars = shown.map((row) => ({ name: label("category", row.category), value: row.share }));
      const lines = [...shown, ...part.filter((row) => !shown.includes(row))];
      const told = t("characteristic_told", { name });
      return html`<section class="part"><h3>${name}</h3>${explorer.chart(explorer.barSpec(bars, { axis: t("share_of_person_years"), format: ".0%" }), told)}
${explorer.details(t("as_table"), explorer.table({ caption: told, head: [name, t("share"), t("persons"), t("person_years")], numeric: [1, 2, 3], rows: lines.map((row) => [label("category", row.category), explorer.percent(row.share), Number.isFinite(row.n_persons) ? number(row.n_persons) : t("few"), number(row.n_person_years)]) }), "plain")}</section>`;
    });
  }

  /** Attrition as a flow chart: a box a step, and beside it who left between two steps. */
  function drawFlow(rows) {
    const count = (row) => (Number.isFinite(row.n_persons) ? t("persons_and_years", { persons: number(row.n_persons), years: number(row.n_person_years) }) : t("few"));
    const name = (row) => said(row, "description") ?? label("attrition_reason", row.reason);
    const steps = [...explorer.groupBy(rows.filter((row) => (row.relative_year ?? null) === null), "step")];
    let last = null;
    return html`<ol class="flow">${steps.map(([, part]) => {
      const kept = part.filter((row) => row.reason === "remaining");
      const arms = part.filter((row) => row.reason === "success" || row.reason === "other");
      const left = part.filter((row) => !kept.includes(row) && !arms.includes(row));
      const now = kept[0] ?? (arms.length || left.length ? null : part[0]);
      const gone = now && last && Number.isFinite(now.n_person_years) && Number.isFinite(last.n_person_years) ? last.n_person_years - now.n_person_years : 0;
      if (now) last = now;
      const out = html`${gone > 0 ? html`<p class="out">${t("left_out")}: ${t("n_person_years", { years: gone < FEWEST ? t("few") : number(gone) })}${left.length ? html`<br>${left.map((row) => html`<span>${label("attrition_reason", row.reason)}: ${count(row)} </span>`)}` : ""}</p>` : left.map((row) => html`<p class="out">${name(row)}: ${count(row)}</p>`)}`;
      return html`<li>${out}${now ? html`<div class="box"><strong>${name(now)}</strong><br>${count(now)}</div>` : ""}${arms.length ? html`<div class="arms">${arms.map((row) => html`<div class="box ${row.reason}"><strong>${t(row.reason === "success" ? "success_group" : "others")}</strong><br>${count(row)}</div>`)}</div>` : ""}</li>`;
    })}</ol>`;
  }

  function followYears(rows) {
    const years = rows.filter((row) => row.relative_year && !row.event_table);
    if (!years.length) return "";
    const caption = t("attrition_years");
    const lines = years.map((row) => [row.relative_year, said(row, "description") ?? label("attrition_reason", row.reason), number(row.n_persons), number(row.n_person_years)]);
    const covered = rows.filter((row) => row.event_table).map((row) => [row.relative_year, row.event_table, number(row.n_persons), number(row.n_person_years)]);
    return html`${explorer.details(caption, explorer.table({ caption, head: [t("year"), t("step"), t("persons"), t("person_years")], numeric: [2, 3], rows: lines }))}
${explorer.details(t("attrition_coverage"), explorer.table({ caption: t("attrition_coverage"), head: [t("year"), t("events"), t("persons"), t("person_years")], numeric: [2, 3], rows: covered }))}`;
  }

  function summarise(group, data, year) {
    const areas = explorer.groupBy(explorer.core.consequences, "area");
    const found = new Map(data.estimates.filter((row) => row.relative_year === year).map((row) => [row.consequence, row]));
    const views = new Map(data.profiles.filter((row) => row.relative_year === year && row.view === "soem_classic").map((row) => [row.consequence, row]));
    const line = ({ consequence }) => {
      const row = found.get(consequence) ?? {};
      const view = views.get(consequence);
      const digits = explorer.digitsFor([row.mean_success, row.mean_others, row.adjusted_difference, view.value]);
      const interval = Number.isFinite(row.ci_low) ? html`${number(row.ci_low, digits)} ${t("to")} ${number(row.ci_high, digits)}` : "–";
      const published = number(view.value, digits);
      return [
        html`${explorer.link(explorer.consequenceName(consequence), "series", group, consequence)}, <span class="soft">${said(explorer.consequences.get(consequence), "unit")}</span>`,
        html`<strong>${explorer.link(html`${published}<span class="hidden"> ${explorer.consequenceName(consequence)}</span>`, "number", group, consequence, year)}</strong>`,
        number(row.mean_success, digits),
        number(row.mean_others, digits),
        number(row.adjustment, digits),
        number(row.adjusted_difference, digits),
        interval,
        html`${label("status", view.status)}${row.reason ? html` (${label("reason", row.reason)})` : ""}${row.in_success_rule ? html` <span class="badge note">${t("in_success_rule")}</span>` : ""}`,
      ];
    };
    const head = [t("consequence"), t("published"), t("success_group"), t("others"), t("adjustment"), t("adjusted_difference"), t("interval"), t("status_word")];
    return [...areas].map(([area, rows]) => {
      const lines = rows.filter((row) => views.has(row.consequence)).map(line);
      return lines.length ? explorer.table({ caption: `${explorer.areaName(area)}, ${t("year").toLowerCase()} ${year}`, head, numeric: [1, 2, 3, 4, 5, 6], rows: lines }) : "";
    });
  }

  function drawOverview(group, data) {
    const rows = data.estimates.map((row) => {
      const isKnown = row.status === "estimated" && row.standard_error > 0;
      const ratio = isKnown ? row.adjusted_difference / row.standard_error : null;
      return { name: explorer.consequenceName(row.consequence), relative_year: row.relative_year, ratio, told: isKnown ? number(ratio, 1) : label("status", row.status), href: explorer.address("number", group, row.consequence, row.relative_year) };
    });
    return explorer.chart(explorer.overviewSpec(rows, { year: t("year_after"), legend: t("in_standard_errors") }), t("overview_told"));
  }

  function describeDiagnostics(rows) {
    if (!rows.length) return html`<p>${t("no_diagnostics")}</p>`;
    return [...explorer.groupBy(rows, "measure")].map(([measure, part]) => {
      const name = label("measure", measure);
      const lines = part.map((row) => [
        row.consequence ? explorer.consequenceName(row.consequence) : t("all"),
        row.relative_year ?? "–",
        (row.category ?? "–").split(" + ").map((key) => explorer.definitionName(key)).join(" + "),
        number(row.value, explorer.digitsFor([row.value])),
        explorer.probability(row.p_value),
        row.verdict ? label("verdict", row.verdict.replace(/ \(.*/, "")) + (/ \(.*/.exec(row.verdict)?.[0] ?? "") : "–",
      ]);
      return explorer.details(`${name} (${number(part.length)})`, explorer.table({ caption: name, head: [t("consequence"), t("year"), t("category"), t("value"), "p", t("verdict")], numeric: [1, 3, 4], rows: lines }));
    });
  }

  explorer.pages.group = async ([group], parameters) => {
    const row = explorer.groups.get(group);
    if (!row) return null;
    const data = await explorer.load(`group_${group}`);
    const isEstimated = data.estimates.length > 0;
    const year = Math.min(Math.max(Number(parameters.get("year") ?? 1), 1), explorer.core.profile_end);
    const age = data.target_group_characteristics.find((part) => part.characteristic === "age");
    const years = Array.from({ length: explorer.core.profile_end }, (_, i) => [i + 1, `${t("year")} ${i + 1}`]);
    const nStudies = explorer.core.studies_by_group[group] ?? 0;
    const studies = html`<h2 id="studies">${t("studies")}</h2><p>${t("n_studies", { n: number(nStudies) })} <a href="#/studies?target_group=${group}">${t("see_studies")}</a></p>`;
    const top = html`<p class="over">${label("area", row.area)}</p><h1>${said(row, "name")}</h1>`;
    const limits = html`<h2>${t("limitations")}</h2>${said(row, "limitations") ? html`<ul>${said(row, "limitations").split("\n").map((text) => html`<li>${text}</li>`)}</ul>` : html`<p>${t("none_said")}</p>`}`;
    if (!isEstimated) {
      return { title: said(row, "name"), body: html`${top}<p class="lead">${label("kind", row.kind)}</p>${limits}${studies}<p class="soft">${t("source")}: <span lang="da">${row.source}</span></p>` };
    }
    const body = html`${top}
${explorer.facts([
  [t("persons"), number(row.n_persons)],
  [t("person_years"), number(row.n_person_years)],
  [t("success_group"), number(row.n_success)],
  [t("others"), number(row.n_others)],
  age && [t("mean_age"), number(age.mean, 1)],
  row.base_year_first && [t("base_years"), `${row.base_year_first}–${row.base_year_last}`],
])}
<h2>${t("definition")}</h2>${describeRules(row)}
<p>${label("entry", row.entry)} ${row.union_of ? html`${t("union_of")}: ${row.union_of.split(", ").map((key) => explorer.definitionName(key)).join(", ")}.` : ""}</p>
<p class="soft">${t("source")}: <span lang="da">${row.source}</span></p>
${explorer.details(t("definition_sql"), html`<h4>${t("membership")}</h4>${explorer.code(data.membership_sql, t("membership"))}<h4>${t("success")}</h4>${explorer.code(data.success_sql, t("success"))}<p>${t("definition_hash")}: <code>${row.definition_hash}</code></p>`)}
${limits}
<h2>${t("who_they_are")}</h2><div class="parts">${describePeople(data.target_group_characteristics)}</div>
<h2>${t("attrition")}</h2><p>${t("attrition_lead")}</p>${drawFlow(data.attrition)}${followYears(data.attrition)}
<h2>${t("consequences")}</h2><p>${t("consequences_of_group")}</p>
${drawOverview(group, data)}
<p class="choose">${explorer.select("year", t("year_after"), years, year)}</p>
<div id="summary" aria-live="polite">${summarise(group, data, year)}</div>
${studies}
<h2>${t("diagnostics")}</h2><p>${t("diagnostics_lead")}</p>${describeDiagnostics(data.diagnostics)}`;
    const after = (main) => {
      main.querySelector("#year").addEventListener("change", (event) => {
        const chosen = Number(event.target.value);
        explorer.replaceParameters({ year: chosen });
        main.querySelector("#summary").innerHTML = html`${summarise(group, data, chosen)}`.text;
      });
    };
    return { title: said(row, "name"), body, after };
  };
}
