// Prices: all of them, those of one consequence with their derivation, and the passport of one price.
"use strict";
{
  const { html, t, label, said, number } = explorer;
  const PAYERS = ["municipality", "region", "state"];
  const UNIT = "kr.";

  function splitByPrice(prices) {
    const parts = new Map();
    for (const row of prices) {
      const key = `${row.consequence}|${row.target_group ?? ""}|${row.price_year}|${row.valid_from}`;
      if (!parts.has(key)) parts.set(key, { ...row, payers: {} });
      parts.get(key).payers[row.payer] = row;
    }
    return [...parts.values()];
  }

  const whose = (price) => (price.target_group ? explorer.groupName(price.target_group) : t("all_groups"));
  function nameRule(rule, parameters) {
    const row = parameters.find((part) => part.parameter === `payer_share_${rule}_municipality`);
    const name = row && said(row, "name");
    return name ? name.replace(/: [^:]*$/, "") : rule;
  }
  const amount = (price, payer) => {
    const row = price.payers[payer];
    if (!row) return "–";
    const parts = [price.consequence, payer, price.price_year, ...(price.target_group ? [price.target_group] : [])];
    return explorer.link(html`${number(row.price_dkk, 2)}<span class="hidden"> ${label("payer", payer)}</span>`, "number", "price", ...parts);
  };
  const payerChart = (prices, name, told) => {
    const payers = PAYERS.map((payer) => label("payer", payer));
    const rows = prices.flatMap((price) => PAYERS.map((payer, order) => ({ name: name(price), payer: payers[order], order, value: price.payers[payer]?.price_dkk ?? 0 })));
    return explorer.chart(explorer.payerSpec(rows, { axis: t("price_axis"), payers }), told);
  };

  explorer.pages.prices = async () => {
    const { unit_prices: prices, parameters, discount_rates: rates, price_index: index } = await explorer.load("prices");
    const general = splitByPrice(prices.filter((row) => !row.target_group));
    const areas = explorer.groupBy(general.map((price) => ({ ...price, area: explorer.consequences.get(price.consequence).area })), "area");
    const head = [t("consequence"), t("price_per"), t("gross"), ...PAYERS.map((payer) => label("payer", payer)), t("rule"), t("basis_word")];
    const line = (price) => [explorer.link(explorer.consequenceName(price.consequence), "price", price.consequence), said(explorer.consequences.get(price.consequence), "unit"), number(price.gross_dkk, 2), ...PAYERS.map((payer) => amount(price, payer)), nameRule(price.rule, parameters), explorer.badge("basis", price.basis)];
    const own = splitByPrice(prices.filter((row) => row.target_group));
    const body = html`<h1>${t("prices")}</h1><p class="lead">${t("prices_lead")}</p><p>${t("prices_order")}</p>
${[...areas].map(([area, rows]) => html`<h2>${explorer.areaName(area)}</h2>${explorer.table({ caption: `${explorer.areaName(area)}, ${UNIT}`, head, numeric: [2, 3, 4, 5], rows: rows.map(line) })}`)}
${own.length ? html`<h2>${t("prices_of_groups")}</h2><p>${t("prices_of_groups_lead")}</p>${explorer.table({ caption: t("prices_of_groups"), head: [head[0], t("group"), ...head.slice(2)], numeric: [2, 3, 4, 5], rows: own.map((price) => [line(price)[0], whose(price), ...line(price).slice(2)]) })}` : ""}
<h2>${t("other_knowledge")}</h2>
${explorer.details(t("price_index"), explorer.table({ caption: t("price_index"), head: [t("year"), t("index"), t("basis_word"), t("source")], numeric: [1], rows: index.map((row) => [row.year, number(row.index, 1), label("basis", row.basis), html`<span lang="da">${row.source}</span>`]) }))}
${explorer.details(t("discount_rates"), explorer.table({ caption: t("discount_rates"), head: [t("valid_from"), t("horizon"), t("rate"), t("basis_word"), t("source")], numeric: [2], rows: rates.map((row) => [explorer.date(row.valid_from), `${row.horizon_from}–${row.horizon_to ?? ""}`, explorer.percent(row.rate), label("basis", row.basis), html`<span lang="da">${row.source}</span>`]) }))}
${explorer.details(t("parameters"), explorer.table({ caption: t("parameters"), head: [t("what"), t("value"), t("unit"), t("valid_from"), t("basis_word"), t("source")], numeric: [1], rows: parameters.map((row) => [said(row, "name") ?? row.parameter, explorer.exact(row.value), label("parameter_unit", row.unit), explorer.date(row.valid_from), label("basis", row.basis), html`<span lang="da">${row.source}</span>`]) }))}`;
    return { title: t("prices"), body };
  };

  function describeFigures(figures) {
    if (!figures.length) return "";
    return explorer.table({ caption: t("figures"), head: [t("what"), t("value"), t("unit"), t("year"), t("in_price_year"), t("basis_word"), t("source")], numeric: [1, 3, 4], rows: figures.map((row) => [html`<span lang="da">${row.figure_name}${row.konto ? ` (konto ${row.konto})` : ""}</span>`, explorer.exact(row.value), html`<span lang="da">${row.figure_unit}</span>`, row.figure_year, number(row.value_in_price_year, 2), explorer.badge("basis", row.basis), html`<span lang="da">${row.source}</span>`]) });
  }

  function describePrice(price, knowledge) {
    const { parameters, price_figures: figures = [] } = knowledge;
    const lines = PAYERS.map((payer) => {
      const row = price.payers[payer];
      return [label("payer", payer), amount(price, payer), row && row.gross_dkk ? explorer.percent(row.price_dkk / row.gross_dkk) : "–", html`<span lang="da">${row?.derivation ?? "–"}</span>`];
    });
    const own = figures.filter((row) => row.consequence === price.consequence && (row.target_group ?? null) === (price.target_group ?? null));
    return html`<h2>${whose(price)}</h2>
${explorer.pairs([
  [t("gross"), `${number(price.gross_dkk, 2)} ${UNIT}`],
  [t("price_year"), price.price_year],
  [t("method"), label("price_method", price.method)],
  [t("rule"), nameRule(price.rule, parameters)],
  [t("valid_from"), explorer.date(price.valid_from)],
  price.valid_to && [t("valid_to"), explorer.date(price.valid_to)],
  [t("basis_word"), explorer.badge("basis", price.basis)],
  [t("source"), html`<span lang="da">${price.source}</span>`],
])}
${explorer.table({ caption: t("payers_of_price"), head: [t("payer"), UNIT, t("share"), t("derivation")], numeric: [1, 2], rows: lines })}${describeFigures(own)}`;
  }

  explorer.pages.price = async ([consequence]) => {
    const about = explorer.consequences.get(consequence);
    if (!about) return null;
    const knowledge = await explorer.load("prices");
    const prices = splitByPrice(knowledge.unit_prices.filter((row) => row.consequence === consequence));
    const title = t("price_of", { name: said(about, "name").toLowerCase() });
    const body = html`<p class="over">${explorer.link(t("prices"), "prices")} · ${explorer.link(said(about, "name"), "consequence", consequence)}</p><h1>${title}</h1>
<p class="lead">${t("price_lead", { unit: said(about, "unit") })} ${t(about.budget_sign < 0 ? "revenue_told" : "expense_told")}</p>
${payerChart(prices, whose, t("payers_told"))}
${prices.map((price) => describePrice(price, knowledge))}`;
    return { title, body };
  };

  explorer.pages.price_number = async ([consequence, payer, yearText, group = null]) => {
    const about = explorer.consequences.get(consequence);
    const knowledge = await explorer.load("prices");
    const isThis = (row) => row.consequence === consequence && row.payer === payer && String(row.price_year) === yearText && (row.target_group ?? null) === group;
    const row = knowledge.unit_prices.find(isThis);
    if (!about || !row) return null;
    const identity = ["price", consequence, payer, yearText, ...(group ? [group] : [])].join("/");
    const price = splitByPrice(knowledge.unit_prices.filter((part) => part.consequence === consequence && (part.target_group ?? null) === group && String(part.price_year) === yearText))[0];
    const shares = knowledge.parameters.filter((part) => part.parameter.startsWith(`payer_share_${row.rule}_`));
    const body = html`<p class="over">${explorer.link(t("price_of", { name: said(about, "name").toLowerCase() }), "price", consequence)} · ${t("passport")}</p>
<h1>${t("price_of", { name: said(about, "name").toLowerCase() })}, ${label("payer", payer).toLowerCase()}, ${yearText}</h1>
<p class="identity"><code>${identity}</code></p>
<p class="big"><strong>${number(row.price_dkk, 2)}</strong> ${t("dkk_per_unit", { unit: said(about, "unit") })}</p>
<p class="lead" lang="da">${row.derivation ?? ""}</p>
${describePrice(price, knowledge)}
${shares.length ? html`<h2>${t("rule")}</h2>${explorer.table({ caption: nameRule(row.rule, knowledge.parameters), head: [t("what"), t("share"), t("valid_from"), t("basis_word"), t("source")], numeric: [1], rows: shares.map((part) => [said(part, "name") ?? part.parameter, explorer.percent(part.value), explorer.date(part.valid_from), label("basis", part.basis), html`<span lang="da">${part.source}</span>`]) })}` : ""}
${await explorer.describeChanges((knowledge.changes ?? []).filter((part) => part.number_id === identity), 2)}
${await explorer.describeOrigins([["price", consequence]])}
<p class="soft">${t("explain_hint")} <code>soem explain ${identity}</code></p>`;
    return { title: identity, body };
  };
}
