// Effect studies: filters, a forest plot and a table of the same rows, a page at a time.
"use strict";
{
  const { html, t, label, number } = explorer;
  const FILTERS = ["target_group", "intervention_type", "country", "design", "quality"];
  const ON_A_PAGE = 40;
  const QUALITY_ORDER = ["Høj", "Mellem", "Lav"];

  function nameOf(filter, value) {
    if (filter === "target_group") return explorer.groupName(value);
    return filter === "country" ? label("country", value) : label(filter, value);
  }

  function offer(studies, filter, chosen) {
    const values = [...new Set(studies.map((row) => row[filter]))];
    if (filter === "quality") values.sort((a, b) => QUALITY_ORDER.indexOf(a) - QUALITY_ORDER.indexOf(b));
    else values.sort((a, b) => nameOf(filter, a).localeCompare(nameOf(filter, b), explorer.language));
    return html`<span class="filter">${explorer.select(filter, t(filter === "target_group" ? "group" : filter), [["", t("all")], ...values.map((value) => [value, nameOf(filter, value)])], chosen)}</span>`;
  }

  function choose(studies, parameters) {
    const wanted = FILTERS.filter((filter) => parameters.get(filter));
    const words = (parameters.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const isScandinavian = parameters.get("scandinavian") === "1";
    return studies.filter((row) => {
      if (isScandinavian && !row.is_scandinavian) return false;
      if (!wanted.every((filter) => row[filter] === parameters.get(filter))) return false;
      const text = `${row.intervention} ${row.effect_measure} ${row.reference}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  function show(studies, parameters) {
    const chosen = choose(studies, parameters).sort((a, b) => a.effect_size - b.effect_size || a.effect_study.localeCompare(b.effect_study));
    const nPages = Math.max(1, Math.ceil(chosen.length / ON_A_PAGE));
    const page = Math.min(Math.max(Number(parameters.get("page") ?? 1), 1), nPages);
    const rows = chosen.slice((page - 1) * ON_A_PAGE, page * ON_A_PAGE);
    const kinds = [t("significant"), t("not_significant")];
    const points = rows.map((row) => ({ name: `${row.intervention} · ${row.effect_study}`, value: row.effect_size, low: row.effect_size - 1.96 * row.effect_size_standard_error, high: row.effect_size + 1.96 * row.effect_size_standard_error, kind: kinds[row.is_significant ? 0 : 1] }));
    const lines = rows.map((row) => [
      html`<span lang="da">${row.intervention}</span>`,
      explorer.link(explorer.groupName(row.target_group), "group", row.target_group),
      html`<span lang="da">${row.effect_measure}</span> (${label("direction", row.direction)})`,
      number(row.effect_size, 2),
      number(row.effect_size_standard_error, 2),
      label("country", row.country),
      label("design", row.design),
      label("quality", row.quality),
      `${number(row.n_intervention)} / ${number(row.n_control)}`,
      Number.isFinite(row.time_horizon_months) ? number(row.time_horizon_months) : "–",
      html`<span lang="da">${row.reference}</span>${row.is_synthetic ? html` <span class="badge note">${t("synthetic")}</span>` : ""}`,
    ]);
    const turn = (other, text) => (other >= 1 && other <= nPages ? html`<button type="button" data-page="${other}">${text}</button>` : "");
    const head = [t("intervention"), t("group"), t("effect_measure"), t("effect_size"), t("standard_error"), t("country"), t("design"), t("quality"), t("n_arms"), t("months"), t("reference")];
    return html`<p role="status"><strong>${t("n_of_studies", { n: number(chosen.length), of: number(studies.length) })}</strong> ${nPages > 1 ? t("page_of", { page, of: nPages }) : ""}</p>
${rows.length ? html`${explorer.chart(explorer.forestSpec(points, { axis: t("effect_size"), kinds }), t("studies_told"))}
<p class="choose">${turn(page - 1, t("page_before"))} ${turn(page + 1, t("page_after"))}</p>
${explorer.table({ caption: t("studies_told"), head, numeric: [3, 4, 8, 9], rows: lines })}` : html`<p>${t("nothing_found")}</p>`}`;
  }

  explorer.pages.studies = async (_, parameters) => {
    const { effect_studies: studies } = await explorer.load("studies");
    const body = html`<h1>${t("studies")}</h1><p class="lead">${t("studies_lead")}</p>${studies.some((row) => row.is_synthetic) ? html`<p class="warning">${t("studies_synthetic")}</p>` : ""}
<form id="filters" class="filters" aria-label="${t("filters")}">${FILTERS.map((filter) => offer(studies, filter, parameters.get(filter) ?? ""))}
<span class="filter"><label for="words">${t("words")}</label> <input id="words" type="search" value="${parameters.get("q") ?? ""}"></span>
<span class="filter"><label><input id="scandinavian" type="checkbox"${parameters.get("scandinavian") === "1" ? html` checked` : ""}> ${t("scandinavian")}</label></span>
<button type="reset">${t("reset")}</button></form>
<div id="found">${show(studies, parameters)}</div>`;
    const after = (main) => {
      const form = main.querySelector("#filters");
      const read = () => ({ ...Object.fromEntries(FILTERS.map((filter) => [filter, form.querySelector(`#${filter}`).value])), q: form.querySelector("#words").value, scandinavian: form.querySelector("#scandinavian").checked ? "1" : "" });
      const refresh = (page = "") => {
        const chosen = explorer.replaceParameters({ ...read(), page });
        main.querySelector("#found").innerHTML = show(studies, chosen).text;
        explorer.drawCharts(main);
      };
      form.addEventListener("input", () => refresh());
      form.addEventListener("submit", (event) => event.preventDefault());
      form.addEventListener("reset", (event) => {
        event.preventDefault();
        form.querySelectorAll("select, #words").forEach((field) => (field.value = ""));
        form.querySelector("#scandinavian").checked = false;
        refresh();
      });
      main.querySelector("#found").addEventListener("click", (event) => {
        const { page } = event.target.dataset;
        if (!page) return;
        refresh(page);
        main.querySelector("#found").scrollIntoView();
        main.querySelector("#found [data-page]")?.focus();
      });
    };
    return { title: t("studies"), body, after };
  };
}
