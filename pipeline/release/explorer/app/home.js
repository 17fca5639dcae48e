// The first page: which release, what to be careful of, what is new, how to read the numbers.
"use strict";
{
  const { html, t, label, said, number } = explorer;
  const OPEN = 2;

  /** Paragraphs, lists and tables of a Markdown text as plain HTML; only what CHANGES.md uses. */
  explorer.renderMarkdown = (text, caption = t("whats_new")) => {
    const inline = (line) => html`${line.split("`").map((part, i) => (i % 2 ? html`<code>${part}</code>` : part.split("**").map((piece, j) => (j % 2 ? html`<strong>${piece}</strong>` : piece))))}`;
    const cells = (line) => line.replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
    return text.trim().split(/\n\s*\n/).map((block) => {
      const lines = block.split("\n");
      const heading = /^#+ (.*)/.exec(lines[0]);
      if (heading) return html`<h3>${inline(heading[1])}</h3>${lines.length > 1 ? explorer.renderMarkdown(lines.slice(1).join("\n"), caption) : ""}`;
      if (lines.every((line) => /^\s*[-*] /.test(line))) return html`<ul>${lines.map((line) => html`<li>${inline(line.replace(/^\s*[-*] /, ""))}</li>`)}</ul>`;
      if (lines[0].startsWith("|")) {
        const [head, rule, ...rows] = lines.map(cells);
        const numeric = rule.flatMap((cell, place) => (cell.endsWith(":") ? [place] : []));
        return explorer.table({ caption, head: head.map(inline), numeric, rows: rows.map((row) => row.map(inline)) });
      }
      return html`<p>${inline(lines.join(" "))}</p>`;
    });
  };

  /** What changed: what it means and why at once, each list of numbers when it is asked for. */
  function showChanges(text) {
    const [lead, ...sections] = text.trim().split(/\n(?=## )/);
    const shown = sections.map((section, place) => {
      const [heading, ...rest] = section.split("\n");
      const name = heading.replace(/^## /, "");
      const body = explorer.renderMarkdown(rest.join("\n"), name);
      return place < OPEN ? html`<h3>${name}</h3>${body}` : explorer.details(name, body);
    });
    return html`${explorer.renderMarkdown(lead)}${shown}`;
  }

  function countStatuses() {
    const counts = new Map();
    for (const row of explorer.core.status_counts) {
      const kind = row.status === "estimated" ? (row.is_significant ? "significant" : "not_significant") : row.status;
      counts.set(kind, (counts.get(kind) ?? 0) + row.n_cells);
    }
    return [...counts].sort((a, b) => b[1] - a[1]);
  }

  explorer.pages[""] = async () => {
    const release = explorer.core.release[0];
    const { made } = await explorer.load("origins");
    const counts = countStatuses();
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    const rows = counts.map(([kind, count]) => ({ name: label("cell", kind), value: count }));
    const changes = said(explorer.core, "changes");
    const body = html`<h1>${t("home_title", { version: release.version })}</h1>
<p class="lead">${t("home_lead")}</p>
${explorer.facts([
  [t("groups"), number(explorer.core.target_groups.length)],
  [t("consequences"), number(explorer.core.consequences.length)],
  [t("numbers"), number(total)],
  [t("register_years"), `${release.year_first}–${release.year_last}`],
  [t("price_year"), release.price_year],
])}
<h2>${t("caveats")}</h2>
<ul><li>${said(release, "caveat")}</li><li>${t("caveat_causal")}</li><li>${t("caveat_basis")}</li><li>${t("caveat_unknown")}</li><li>${t("caveat_filter", { level: explorer.percent(release.significance_level, 0) })}</li></ul>
<h2>${t("whats_new")}</h2>
${changes ? showChanges(changes) : html`<p>${made.previous ? t("no_changes", { previous: made.previous }) : t("first_release")}</p>`}
<h2>${t("how_to_read")}</h2>
<ol><li>${t("step_1")}</li><li>${t("step_2")}</li><li>${t("step_3")}</li></ol>
<p>${t("example_number")} ${explorer.estimated.slice(0, 1).map((group) => explorer.link(explorer.groupName(group), "group", group))}. ${t("every_number")}</p>
<h2>${t("what_cells_are")}</h2>
${explorer.chart(explorer.barSpec(rows, { axis: t("numbers"), format: ",~d" }), t("what_cells_are_told"))}
${explorer.table({ caption: t("what_cells_are_told"), head: [t("status_word"), t("numbers"), t("share")], numeric: [1, 2], rows: counts.map(([kind, count]) => [label("cell", kind), number(count), explorer.percent(count / total)]) })}
<h2>${t("not_measured")}</h2>
<ul>${explorer.core.not_measured.map((row) => html`<li><strong>${said(row, "name")}.</strong> ${said(row, "reason")} <span class="soft">${t("source")}: ${row.source}</span></li>`)}</ul>
<h2>${t("made_from")}</h2>
${explorer.pairs([
  [t("version"), release.version],
  [t("previous"), made.previous ?? t("none")],
  [t("contract"), release.contract],
  [t("code_commit"), html`<code>${release.code_commit}</code>`],
  [t("data_version"), html`<code>${release.data_version}</code>`],
  ["Python", made.python],
  [t("made_at"), html`<a href="../manifest.json">manifest.json</a>`],
])}
${explorer.details(t("packages"), explorer.table({ caption: t("packages"), head: [t("package"), t("version")], rows: Object.entries(made.packages ?? {}) }))}
${explorer.details(t("register_files"), explorer.table({ caption: t("register_files"), head: [t("file"), "SHA-256"], rows: Object.entries(made.register_files ?? {}).map(([file, hash]) => [file, html`<code>${hash}</code>`]) }))}
${explorer.details(t("declarations"), explorer.table({ caption: t("declarations"), head: [t("file"), "SHA-256"], rows: Object.entries(made.declarations ?? {}).map(([file, hash]) => [html`<a href="../${file}">${file}</a>`, html`<code>${hash}</code>`]) }))}`;
    return { title: t("home"), body };
  };
}
