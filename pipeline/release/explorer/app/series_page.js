// One consequence of one target group, all years: the three-step table and its picture.
"use strict";
{
  const { html, t, label, said, number } = explorer;

  explorer.pages.series = async ([group, consequence]) => {
    const row = explorer.groups.get(group);
    const about = explorer.consequences.get(consequence);
    if (!row || !about) return null;
    const data = await explorer.load(`group_${group}`);
    const series = explorer.makeSeries(data, consequence);
    if (!series.some((year) => year.soem_classic)) return null;
    const estimates = series.map((year) => year.estimate).filter((part) => part?.status === "estimated");
    const unit = explorer.unitOf(consequence);
    const arms = [t("success_group"), t("others")];
    const means = estimates.flatMap((part) => [
      { relative_year: part.relative_year, arm: arms[0], mean: part.mean_success },
      { relative_year: part.relative_year, arm: arms[1], mean: part.mean_others },
    ]);
    const profile = series.map((year) => year.soem_classic).filter((part) => part && Number.isFinite(part.value));
    const names = [t("adjusted_with_interval"), t("published_classic")];
    const first = series.find((year) => year.estimate);
    const digits = explorer.digitsFor(estimates.flatMap((part) => [part.mean_success, part.adjusted_difference]));
    const people = estimates.map((part) => [part.relative_year, number(part.n_success), number(part.n_others), number(part.n_persons_success), number(part.n_persons_others), number(part.n_users_success), number(part.n_users_others), explorer.percent(part.share_observed_success), explorer.percent(part.share_observed_others)]);
    const head = [t("year"), `${t("success_group")}, ${t("person_years")}`, `${t("others")}, ${t("person_years")}`, `${t("success_group")}, ${t("persons")}`, `${t("others")}, ${t("persons")}`, `${t("success_group")}, ${t("users")}`, `${t("others")}, ${t("users")}`, `${t("success_group")}, ${t("observed")}`, `${t("others")}, ${t("observed")}`];
    const body = html`<p class="over">${explorer.link(said(row, "name"), "group", group)} · ${explorer.link(said(about, "name"), "consequence", consequence)}</p>
<h1>${said(row, "name")}: ${said(about, "name").toLowerCase()}</h1>
${first ? html`<p class="lead">${explorer.tellDifference(first.estimate, consequence, digits)}</p>` : ""}
<h2>${t("three_steps")}</h2><p>${t("three_steps_lead")}</p>
${explorer.threeSteps(group, consequence, series)}
${estimates.length ? html`<h2>${t("picture")}</h2>
${explorer.chart(explorer.meansSpec(means, { year: t("year_after"), unit }, arms), t("means_told", { unit }))}
${explorer.chart(explorer.differencesSpec(estimates, profile, { year: t("year_after"), unit, names }, explorer.core.profile_end), t("differences_told", { unit }))}
<h2>${t("people_behind")}</h2>${explorer.table({ caption: t("people_behind"), head, numeric: [1, 2, 3, 4, 5, 6, 7, 8], rows: people })}` : html`<p>${t("no_estimates")} ${[...new Set(series.map((year) => label("status", year.estimate?.status)).filter(Boolean))].join(", ")}.</p>`}
<p>${explorer.link(t("see_price"), "price", consequence)}</p>`;
    return { title: `${said(row, "name")}: ${said(about, "name")}`, body };
  };
}
