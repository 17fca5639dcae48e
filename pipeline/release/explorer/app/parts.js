// Parts that several pages share: tables, facts, links, badges, the three-step table.
"use strict";
{
  const { html, t, label, said, number } = explorer;
  explorer.pages = {};

  explorer.address = (...parts) => `#/${parts.map((part) => encodeURIComponent(part)).join("/")}`;
  explorer.link = (text, ...parts) => html`<a href="${explorer.address(...parts)}">${text}</a>`;
  explorer.groupName = (key) => said(explorer.groups.get(key) ?? {}, "name") ?? key;
  explorer.consequenceName = (key) => said(explorer.consequences.get(key) ?? {}, "name") ?? key;
  explorer.areaName = (area) => {
    const row = explorer.core.consequences.find((part) => part.area === area) ?? {};
    return said(row, "area_name") ?? area;
  };
  /** The name of a definition, which one or several target groups by age are made of. */
  explorer.definitionName = (key) => {
    const group = explorer.core.target_groups.find((row) => row.target_group === key || row.target_group.replace(/(_\d+)+$/, "") === key);
    return group ? said(group, "name").replace(/,? \(?\d+–\d+.*$/, "") : key;
  };
  explorer.unitOf = (key) => t("unit_a_year", { unit: said(explorer.consequences.get(key), "unit") });
  explorer.badge = (section, code) =>
    code ? html`<span class="badge ${section} ${code}">${label(section, code)}</span>` : html`–`;

  /** A table: head is a list of texts, rows a list of lists; the columns in `numeric` are set as numbers. */
  explorer.table = ({ caption, head, rows, numeric = [], headed = true }) => {
    const side = (i) => (numeric.includes(i) ? html` class="number"` : "");
    const cell = (value, i) =>
      headed && i === 0 ? html`<th scope="row"${side(i)}>${value}</th>` : html`<td${side(i)}>${value}</td>`;
    return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${head.map((text, i) => html`<th scope="col"${side(i)}>${text}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody></table></div>`;
  };
  explorer.facts = (pairs) =>
    html`<dl class="facts">${pairs.filter((pair) => pair).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
  explorer.pairs = (pairs) =>
    html`<dl class="pairs">${pairs.filter((pair) => pair).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
  explorer.details = (summary, body, level = "h3") =>
    html`<details><summary>${level === "h3" ? html`<h3>${summary}</h3>` : summary}</summary><div class="inside">${body}</div></details>`;
  explorer.paragraphs = (text) => (text ?? "").split("\n").map((line) => html`<p>${line}</p>`);
  explorer.code = (text, name) => html`<pre tabindex="0" aria-label="${name}"><code>${text}</code></pre>`;

  /** A list to choose from; the page listens to it by its id. */
  explorer.select = (id, name, options, chosen) =>
    html`<label for="${id}">${name}</label> <select id="${id}">${options.map(
      ([value, text]) => html`<option value="${value}"${String(value) === String(chosen) ? html` selected` : ""}>${text}</option>`,
    )}</select>`;

  /** What stands in place of a number that is not there. */
  explorer.statusOf = (row) =>
    row.reason ? html`${label("status", row.status)}: ${label("reason", row.reason)}` : label("status", row.status);

  /** How a difference reads aloud. */
  explorer.tellDifference = (row, consequence, digits) => {
    const value = row.adjusted_difference;
    if (value === null || value === undefined) return explorer.statusOf(row);
    const values = {
      year: row.relative_year,
      amount: number(Math.abs(value), digits),
      unit: said(explorer.consequences.get(consequence), "unit"),
      low: number(row.ci_low, digits),
      high: number(row.ci_high, digits),
    };
    const key = row.status !== "estimated" ? "told_zero" : value < 0 ? "told_less" : "told_more";
    return t(key, values) + (row.status === "estimated" ? ` ${t(row.is_significant ? "told_significant" : "told_not_significant")}` : "");
  };

  /** Years of one group and consequence: the estimate and both views of every year, to the profile's end. */
  explorer.makeSeries = (data, consequence) => {
    const years = Array.from({ length: explorer.core.profile_end }, (_, i) => ({ relative_year: i + 1 }));
    for (const row of data.estimates) if (row.consequence === consequence) years[row.relative_year - 1].estimate = row;
    for (const row of data.profiles) if (row.consequence === consequence) years[row.relative_year - 1][row.view] = row;
    return years;
  };

  /** Bring the chosen year of a wide table into view. */
  explorer.showChosen = (main) => {
    const cell = main.querySelector(".steps th.chosen");
    const frame = cell?.closest(".scroll");
    if (frame) frame.scrollLeft = cell.offsetLeft - frame.clientWidth / 2;
  };

  const ROWS = [
    ["mean_success", "success_group"],
    ["mean_others", "others"],
    ["raw_difference", "raw_difference"],
    ["adjustment", "adjustment"],
    ["adjusted_difference", "adjusted_difference"],
  ];
  /** The three-step table: success group, others, adjustment, published; a column a year. */
  explorer.threeSteps = (group, consequence, series, chosen = null) => {
    const digits = explorer.digitsFor(series.flatMap((year) => [year.estimate?.mean_success, year.estimate?.mean_others, year.soem_classic?.value]));
    const mark = (year) => (year.relative_year === chosen ? html` class="number chosen"` : html` class="number"`);
    const line = (name, cell, kind = "") =>
      html`<tr class="${kind}"><th scope="row">${name}</th>${series.map((year) => html`<td${mark(year)}>${cell(year)}</td>`)}</tr>`;
    const published = (year) => {
      const row = year.soem_classic;
      if (!row) return "–";
      const text = number(row.value, digits);
      const open = explorer.link(text === "–" ? html`–<span class="hidden"> ${t("year")} ${year.relative_year}</span>` : text, "number", group, consequence, year.relative_year);
      return html`<strong>${open}</strong>`;
    };
    const name = `${explorer.groupName(group)}, ${explorer.consequenceName(consequence)}, ${explorer.unitOf(consequence)}`;
    return html`<div class="scroll" tabindex="0" role="region" aria-label="${t("three_steps")}"><table class="steps"><caption>${name}</caption>
<thead><tr><th scope="col">${t("year_after")}</th>${series.map((year) => html`<th scope="col"${mark(year)}>${year.relative_year}</th>`)}</tr></thead><tbody>
${ROWS.map(([column, key]) => line(t(key), (year) => number(year.estimate?.[column], digits), column === "adjusted_difference" ? "sum" : ""))}
${line(t("interval"), (year) => (Number.isFinite(year.estimate?.ci_low) ? html`${number(year.estimate.ci_low, digits)}<br>${t("to")} ${number(year.estimate.ci_high, digits)}` : "–"), "small")}
${line(t("published_classic"), published, "published")}
${line(t("published_all"), (year) => number(year.all_estimates?.value, digits))}
${line(t("status_word"), (year) => label("status", year.soem_classic?.status), "small")}
</tbody></table></div>`;
  };
}
