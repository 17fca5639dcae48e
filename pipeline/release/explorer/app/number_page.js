// The passport of one number: the three-step table, how it was adjusted, how sure it is, and everything it was made from.
"use strict";
{
  const { html, t, label, said, number, exact } = explorer;

  function describeAdjustment(rows, total, unit, digits) {
    if (!rows.length) return "";
    const sorted = [...rows].sort((a, b) => Math.abs(b.adjustment) - Math.abs(a.adjustment));
    const points = sorted.map((row) => ({ name: label("covariate", row.covariate), value: row.adjustment }));
    const lines = [...sorted.map((row) => [label("covariate", row.covariate), number(row.adjustment, digits)]), [html`<strong>${t("in_all")}</strong>`, html`<strong>${number(total, digits)}</strong>`]];
    return html`<h2>${t("adjustment_by_covariate")}</h2><p>${t("adjustment_lead")}</p>
${explorer.chart(explorer.barSpec(points, { axis: unit, format: ",.2~f" }), t("adjustment_told", { unit }))}
${explorer.table({ caption: t("adjustment_told", { unit }), head: [t("covariate"), t("adjustment")], numeric: [1], rows: lines })}`;
  }

  function describeFilter(views, weights, series) {
    const lines = views.map((row) => {
      const parts = weights.filter((weight) => weight.view === row.view);
      const sum = parts.map((part) => `${number(part.weight, 4)} × ${t("estimate_of_year", { year: part.from_relative_year })} (${exact(series[part.from_relative_year - 1].estimate?.adjusted_difference)})`);
      return [label("view", row.view), exact(row.value), exact(row.standard_error), label("status", row.status), sum.length ? sum.join(" + ") : t("no_weight")];
    });
    return html`<h2>${t("filter_and_taper")}</h2><p>${t("filter_lead")}</p>
${explorer.table({ caption: t("filter_and_taper"), head: [t("view"), t("value"), t("standard_error"), t("status_word"), t("made_of")], numeric: [1, 2], rows: lines })}`;
  }

  function describeStatistics(row, disclosure) {
    if (!row) return html`<p>${t("beyond_estimates")}</p>`;
    return explorer.pairs([
      [t("raw_difference"), exact(row.raw_difference)],
      [t("adjustment"), exact(row.adjustment)],
      [t("adjusted_difference"), exact(row.adjusted_difference)],
      [t("standard_error"), exact(row.standard_error)],
      [t("interval"), Number.isFinite(row.ci_low) ? `${exact(row.ci_low)} ${t("to")} ${exact(row.ci_high)}` : "–"],
      ["p", exact(row.p_value)],
      [t("q_value"), exact(row.q_value)],
      [t("significance"), (row.is_significant ?? null) === null ? "–" : t(row.is_significant ? "significant" : "not_significant")],
      [t("status_word"), explorer.statusOf(row)],
      row.in_success_rule && [t("in_success_rule"), t("in_success_rule_told")],
      disclosure && [t("disclosure"), label("disclosure", disclosure)],
      [t("base_years"), row.base_year_first ? `${row.base_year_first}–${row.base_year_last}` : "–"],
      [t("covariate_set"), html`<code>${row.covariate_set}</code>`],
    ]);
  }

  function describeArms(row) {
    if (!row) return "";
    const line = (key, arm, digits = null) => [t(key), number(row[`n_${arm}`]), number(row[`n_persons_${arm}`]), number(row[`n_users_${arm}`]), exact(row[`mean_${arm}`]), explorer.percent(row[`share_observed_${arm}`], digits ?? 1)];
    return html`<h2>${t("people_behind")}</h2>${explorer.table({ caption: t("people_behind"), head: [t("arm"), t("person_years"), t("persons"), t("users"), t("mean_use"), t("observed")], numeric: [1, 2, 3, 4, 5], rows: [line("success_group", "success"), line("others", "others")] })}`;
  }

  /** What each cause moved since the release before, for every way the number is shown. */
  explorer.describeChanges = async (rows, digits) => {
    const { made } = await explorer.load("origins");
    if (!made.previous) return "";
    const { previous } = made;
    const causes = (row) => row.cause.split("+").map((part) => label("cause", part)).join(" + ");
    const tables = [...explorer.groupBy(rows, "measure")].map(([measure, part]) => {
      const move = (row) => (Number.isFinite(row.value_before) && Number.isFinite(row.value_after) ? number(row.value_after - row.value_before, digits) : "–");
      const lines = [...part].sort((a, b) => a.link - b.link).map((row) => [causes(row), number(row.value_before, digits), move(row), number(row.value_after, digits)]);
      return explorer.table({ caption: label("moved_measure", measure), head: [t("cause_word"), t("before"), t("move"), t("after")], numeric: [1, 2, 3], rows: lines });
    });
    return html`<h2>${t("what_changed", { previous })}</h2>${tables.length ? html`<p>${t("what_changed_lead")}</p>${tables}` : html`<p>${t("unchanged", { previous })}</p>`}`;
  };

  /** Years without coverage: `2003, 2004 (from 2005)`; where only some municipalities lack it, how many. */
  function tellGaps(rows) {
    const gaps = new Map();
    for (const row of rows) {
      const key = `${row.year}|${row.reason ?? ""}`;
      const gap = gaps.get(key) ?? { year: row.year, reason: row.reason, municipalities: 0 };
      gaps.set(key, { ...gap, municipalities: gap.municipalities + (row.municipality_code ? 1 : 0) });
    }
    const tell = (gap) => (gap.municipalities ? `${gap.year}: ${t("n_municipalities", { n: number(gap.municipalities) })}` : gap.year);
    const byReason = explorer.groupBy([...gaps.values()].sort((a, b) => a.year - b.year), "reason");
    return [...byReason].map(([reason, part]) => `${part.map(tell).join(", ")}${reason ? ` (${reason})` : ""}`).join("; ");
  }

  function describeCoverage(rows, sources) {
    const events = [...new Set(sources.filter((row) => row.source_kind === "events").map((row) => row.source))];
    const lines = events.map((source) => {
      const [table, value = null] = source.split(": ");
      const own = rows.filter((row) => row.event_table === table && (!row.attribute_value || !value || row.attribute_value === value));
      const years = own.filter((row) => row.is_covered && !row.municipality_code).map((row) => row.year);
      return [html`<code>${source}</code>`, years.length ? `${Math.min(...years)}–${Math.max(...years)}` : "–", tellGaps(own.filter((row) => !row.is_covered)) || t("none")];
    });
    if (!lines.length) return "";
    return explorer.details(t("coverage"), explorer.table({ caption: t("coverage"), head: [t("events"), t("full_years"), t("gaps")], rows: lines }));
  }

  /** Registers, coverage, declarations with their history, corrections: once for each subject a number has. */
  explorer.describeOrigins = async (subjects) => {
    const origins = await explorer.load("origins");
    const { made } = origins;
    const release = explorer.core.release[0];
    const own = (origins.passport_sources ?? []).filter((row) => subjects.some(([kind, subject]) => row.subject_kind === kind && row.subject === subject));
    const named = (kind) => [...new Set(own.filter((row) => row.source_kind === kind).map((row) => row.source))];
    const registers = named("register");
    const files = Object.entries(made.register_files ?? {}).filter(([file]) => registers.includes(file.split("/")[0]));
    const corrections = (origins.corrections ?? []).filter((row) => registers.includes(row.register));
    const declarations = named("declaration").map((file) => {
      const changes = (origins.declaration_history ?? []).filter((row) => row.declaration === file);
      const history = changes.length ? html`<ul class="plain">${changes.map((row) => html`<li>${explorer.date(row.change_date)}: ${row.change} <code>${row.code_commit.slice(0, 8)}</code></li>`)}</ul>` : t("history_unknown");
      return [html`<a href="../declarations/${file}">${file}</a>`, html`<code>${made.declarations?.[`declarations/${file}`] ?? "–"}</code>`, history];
    });
    return html`<h2>${t("made_from")}</h2>
${own.length ? "" : html`<p>${t("no_sources")}</p>`}
${files.length ? explorer.details(t("n_register_files", { n: number(files.length), names: registers.join(", ") }), explorer.table({ caption: t("register_files"), head: [t("file"), "SHA-256"], rows: files.map(([file, hash]) => [file, html`<code>${hash}</code>`]) })) : ""}
${describeCoverage(origins.coverage ?? [], own)}
${declarations.length ? explorer.details(t("n_declarations", { n: number(declarations.length) }), explorer.table({ caption: t("declarations"), head: [t("file"), "SHA-256", t("history")], rows: declarations })) : ""}
${explorer.details(t("n_corrections", { n: number(corrections.length) }), corrections.length ? explorer.table({ caption: t("corrections"), head: [t("correction"), t("register"), t("reason_word"), t("rows"), t("reported_to")], rows: corrections.map((row) => [row.correction, row.register, said(row, "reason"), Number.isFinite(row.n_rows_corrected) ? number(row.n_rows_corrected) : t("few"), row.reported_to]) }) : html`<p>${t("no_corrections")}</p>`)}
${explorer.pairs([
  [t("version"), release.version],
  [t("made_at"), html`<a href="../manifest.json">manifest.json</a>`],
  [t("code_commit"), html`<code>${release.code_commit}</code>`],
  [t("data_version"), html`<code>${release.data_version}</code>`],
  ["Python", made.python],
  [t("seeds"), Object.entries(made.seeds ?? {}).map(([name, seed]) => `${name} ${seed}`).join(", ") || t("none")],
])}
${explorer.details(t("packages"), explorer.table({ caption: t("packages"), head: [t("package"), t("version")], rows: Object.entries(made.packages ?? {}) }))}`;
  };

  function describeAttrition(rows, year, events) {
    const own = rows.filter((row) => !row.relative_year || (row.relative_year === year && (!row.event_table || row.event_table === events)));
    const lines = own.map((row) => [row.step, said(row, "description") ?? label("attrition_reason", row.reason), Number.isFinite(row.n_persons) ? number(row.n_persons) : t("few"), number(row.n_person_years)]);
    return explorer.details(t("attrition"), explorer.table({ caption: t("attrition_step_by_step"), head: [t("step"), t("what"), t("persons"), t("person_years")], numeric: [2, 3], rows: lines }));
  }

  explorer.pages.number = async ([group, consequence, yearText]) => {
    if (group === "price") return explorer.pages.price_number([consequence, ...explorer.routeParts().slice(3)]);
    const row = explorer.groups.get(group);
    const about = explorer.consequences.get(consequence);
    const year = Number(yearText);
    if (!row || !about || !Number.isInteger(year) || year < 1 || year > explorer.core.profile_end) return null;
    const data = await explorer.load(`group_${group}`);
    const series = explorer.makeSeries(data, consequence);
    const { estimate, soem_classic: published } = series[year - 1];
    if (!published) return null;
    const ofCell = (part) => part.consequence === consequence && part.relative_year === year;
    const passport = (data.passports ?? []).find(ofCell);
    const unit = explorer.unitOf(consequence);
    const digits = explorer.digitsFor([estimate?.mean_success, estimate?.mean_others, estimate?.adjusted_difference, published.value]);
    const neighbours = [year - 1, year + 1].filter((other) => other >= 1 && other <= explorer.core.profile_end);
    const body = html`<p class="over">${explorer.link(said(row, "name"), "group", group)} · ${explorer.link(said(about, "name"), "series", group, consequence)} · ${t("passport")}</p>
<h1>${said(row, "name")}, ${said(about, "name").toLowerCase()}, ${t("year").toLowerCase()} ${year}</h1>
<p class="identity"><code>${group}/${consequence}/${year}</code></p>
<p class="big"><strong>${number(published.value, digits)}</strong> ${unit} <span class="soft">${t("published_classic")}: ${label("status", published.status)}</span></p>
<p class="lead">${estimate ? explorer.tellDifference(estimate, consequence, digits) : t("told_tapered", { year })}</p>
<p>${neighbours.map((other) => html`${explorer.link(`${t("year")} ${other}`, "number", group, consequence, other)} `)}</p>
<h2>${t("three_steps")}</h2><p>${t("three_steps_lead")}</p>${explorer.threeSteps(group, consequence, series, year)}
${describeAdjustment(data.adjustment_by_covariate.filter(ofCell), estimate?.adjustment, unit, digits)}
<h2>${t("how_sure")}</h2>${describeStatistics(estimate, passport?.disclosure)}
${describeArms(estimate)}
${describeFilter(data.profiles.filter(ofCell), data.profile_weights.filter(ofCell), series)}
${await explorer.describeChanges((data.changes ?? []).filter(ofCell), digits)}
<h2>${t("definition")}</h2>
<h3>${t("membership")} ${explorer.badge("basis", row.basis_membership)}</h3>${explorer.paragraphs(said(row, "membership"))}
<h3>${t("success")} ${explorer.badge("basis", row.basis_success)}</h3>${explorer.paragraphs(said(row, "success"))}
<p>${t("definition_hash")}: <code>${row.definition_hash}</code></p>
${explorer.details(t("definition_sql"), html`<h4>${t("membership")}</h4>${explorer.code(data.membership_sql, t("membership"))}<h4>${t("success")}</h4>${explorer.code(data.success_sql, t("success"))}`)}
${describeAttrition(data.attrition, Math.min(year, Math.max(...data.estimates.map((part) => part.relative_year))), passport?.event_table)}
${said(row, "limitations") ? html`<h2>${t("limitations")}</h2><ul>${said(row, "limitations").split("\n").map((text) => html`<li>${text}</li>`)}</ul>` : ""}
<h2>${t("price_of_unit")}</h2><p>${explorer.link(t("see_price"), "price", consequence)}</p>
${await explorer.describeOrigins([["target_group", group], ["consequence", consequence]])}
<p class="soft">${t("explain_hint")} <code>soem explain ${group}/${consequence}/${year}</code></p>`;
    return { title: `${group}/${consequence}/${year}`, body, after: explorer.showChosen };
  };
}
