// Search: target groups, consequences, prices and numbers by their words, or a number by its id.
"use strict";
{
  const { html, t, said, number } = explorer;
  const MOST = 40;

  const plain = (text) => text.toLowerCase().normalize("NFC");
  const split = (query) => plain(query).split(/[\s,/·]+/).filter((word) => word && !["år", "year", "i", "in", "pris", "price"].includes(word));

  /** A row's own words, and all words a search looks through; names in both languages, whichever is shown. */
  function readRows(rows, key, texts) {
    return rows.map((row) => {
      const name = plain(`${row[key].replaceAll("_", " ")} ${row[key]} ${row.name_da} ${row.name_en}`);
      return { key: row[key], name, text: plain(`${name} ${texts.map((text) => row[text] ?? "").join(" ")}`), row };
    });
  }

  function findNumbers(words, groups, consequences) {
    const years = words.filter((word) => /^\d{1,2}$/.test(word)).map(Number);
    const rest = words.filter((word) => !/^\d{1,2}$/.test(word));
    const hits = [];
    for (const group of groups) {
      const own = rest.filter((word) => group.name.includes(word));
      if (!own.length) continue;
      for (const consequence of consequences) {
        const others = rest.filter((word) => consequence.name.includes(word));
        if (others.length && rest.every((word) => own.includes(word) || others.includes(word))) hits.push([group.key, consequence.key]);
      }
    }
    return hits.map(([group, consequence]) => ({ group, consequence, year: years[0] ?? null }));
  }

  function find(query) {
    const words = split(query);
    const groups = readRows(explorer.core.target_groups, "target_group", ["membership_da", "membership_en", "success_da", "success_en"]);
    const consequences = readRows(explorer.core.consequences, "consequence", ["notes_da", "notes_en", "register"]);
    const holds = (part) => words.every((word) => part.text.includes(word));
    const isNamed = (part) => words.every((word) => part.name.includes(word));
    const order = (a, b) => Number(isNamed(b)) - Number(isNamed(a));
    return {
      groups: words.length ? groups.filter(holds).sort(order) : [],
      consequences: words.length ? consequences.filter(holds).sort(order) : [],
      numbers: findNumbers(words, groups.filter((part) => explorer.estimated.includes(part.key)), consequences),
    };
  }

  function show(query) {
    const { groups, consequences, numbers } = find(query);
    const total = groups.length + consequences.length + numbers.length;
    const list = (title, rows, write) => (rows.length ? html`<h2>${title} (${number(rows.length)})</h2><ul class="hits">${rows.slice(0, MOST).map((row) => html`<li>${write(row)}</li>`)}</ul>${rows.length > MOST ? html`<p>${t("more_hits")}</p>` : ""}` : "");
    return html`<p role="status">${query.trim() ? t("n_hits", { n: number(total) }) : t("search_help")}</p>
${list(t("numbers"), numbers, ({ group, consequence, year }) => explorer.link(`${explorer.groupName(group)} · ${explorer.consequenceName(consequence)}${year ? ` · ${t("year").toLowerCase()} ${year}` : ""}`, ...(year ? ["number", group, consequence, year] : ["series", group, consequence])))}
${list(t("groups"), groups, ({ key, row }) => html`${explorer.link(said(row, "name"), "group", key)} <span class="soft">${said(row, "membership") ?? ""}</span>`)}
${list(t("consequences"), consequences, ({ key, row }) => html`${explorer.link(said(row, "name"), "consequence", key)} · ${explorer.link(t("price_word"), "price", key)} <span class="soft">${said(row, "unit")}</span>`)}`;
  }

  /** Where an id leads: `homeless/cash_benefit/3`, `price/shelter/state/2022`; null for anything else. */
  explorer.findNumber = (query) => {
    const parts = query.trim().split("/");
    const isDifference = parts.length === 3 && explorer.groups.has(parts[0]) && explorer.consequences.has(parts[1]) && /^\d+$/.test(parts[2]);
    const isPrice = parts.length >= 4 && parts[0] === "price" && explorer.consequences.has(parts[1]);
    return isDifference || isPrice ? explorer.address("number", ...parts) : null;
  };

  explorer.pages.search = async ([query = ""]) => ({ title: `${t("search")}: ${query}`, body: html`<h1>${query ? t("search_for", { query }) : t("search")}</h1>${show(query)}` });
}
