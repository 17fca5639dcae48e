// What was checked before the release was published, and what came of it.
"use strict";
{
  const { html, t, label, number } = explorer;
  const verdict = (passed) => html`<span class="badge ${passed ? "passed" : "failed"}">${t(passed ? "passed" : "failed")}</span>`;

  function checksTable(checks, caption) {
    const lines = checks.map((check) => [check[explorer.language], number(check.n_checked), check.error || number(check.n_failed), verdict(check.passed)]);
    return explorer.table({ caption, head: [t("must_hold"), t("looked_at"), t("fails"), t("result")], numeric: [1, 2], rows: lines, headed: false });
  }

  function addUp(checks) {
    const tables = new Map();
    for (const check of checks) {
      const row = tables.get(check.table) ?? { table: check.table, n_rows: 0, passed: true };
      tables.set(check.table, { ...row, n_rows: row.n_rows + check.n_rows, passed: row.passed && check.passed });
    }
    return [...tables.values()];
  }

  function describeDiagnostics(rows) {
    const lines = [...explorer.groupBy(rows, "measure")].map(([measure, part]) => [label("measure", measure), number(part.length), [...new Set(part.map((row) => row.target_group))].map((group, i) => html`${i ? ", " : ""}${explorer.link(explorer.groupName(group), "group", group)}`)]);
    return explorer.table({ caption: t("diagnostics"), head: [t("measure"), t("values"), t("groups")], numeric: [1], rows: lines });
  }

  explorer.pages.validation = async () => {
    const { gate, tables, diagnostics } = await explorer.load("validation");
    const rules = gate.checks.filter((check) => check.kind === "rule");
    const failures = gate.checks.filter((check) => !check.passed);
    const byTable = explorer.groupBy(gate.checks.filter((check) => check.kind !== "rule"), "table");
    const body = html`<h1>${t("validation")}</h1><p class="lead">${t("validation_lead")}</p>
${explorer.facts([[t("result"), verdict(gate.passed)], [t("checks"), number(gate.checks.length)], [t("failed"), number(failures.length)], [t("compared_with"), gate.previous ?? t("none")]])}
${failures.length ? html`<h2>${t("failed")}</h2>${checksTable(failures, t("failed"))}` : ""}
<h2>${t("rules_across")}</h2>${checksTable(rules, t("rules_across"))}
<h2>${t("table_by_table")}</h2>${[...byTable].map(([table, checks]) => explorer.details(html`${table} (${number(checks.length)}) ${verdict(checks.every((check) => check.passed))}`, checksTable(checks, table)))}
<h2>${t("along_the_way")}</h2>${explorer.table({ caption: t("along_the_way"), head: [t("table"), t("rows"), t("result")], numeric: [1], rows: addUp(tables).map((row) => [html`<code>${row.table}</code>`, number(row.n_rows), verdict(row.passed)]) })}
${gate.waivers?.length ? html`<h2>${t("waivers")}</h2><ul>${gate.waivers.map((row) => html`<li><code>${row.covers}</code> ${row[`reason_${explorer.language}`]}</li>`)}</ul>` : ""}
<h2>${t("diagnostics")}</h2><p>${t("diagnostics_lead")}</p>${diagnostics.length ? describeDiagnostics(diagnostics) : html`<p>${t("no_diagnostics")}</p>`}
<p><a href="../validation/${explorer.language === "da" ? "index.html" : "index_en.html"}">${t("validation_page")}</a></p>`;
    return { title: t("validation"), body };
  };
}
