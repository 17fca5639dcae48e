// Addresses after the #, language, and what happens when a page is shown.
"use strict";
{
  const { html, t } = explorer;
  const main = document.getElementById("main");
  const query = document.getElementById("query");
  let shown = 0;

  function decode(part) {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  }

  function readAddress() {
    const [path, parameters = ""] = location.hash.replace(/^#\/?/, "").split("?");
    return { parts: path.split("/").filter(Boolean).map(decode), parameters: new URLSearchParams(parameters) };
  }
  explorer.routeParts = () => readAddress().parts;

  /** Change parameters of the address without leaving the page; empty ones go. Returns all of them. */
  explorer.replaceParameters = (changed) => {
    const { parameters } = readAddress();
    for (const [name, value] of Object.entries(changed)) {
      if (value === "" || value === null) parameters.delete(name);
      else parameters.set(name, value);
    }
    const path = location.hash.split("?")[0] || "#/";
    const text = parameters.toString();
    history.replaceState(null, "", text ? `${path}?${text}` : path);
    return parameters;
  };

  function write(language) {
    document.documentElement.lang = language;
    document.querySelectorAll("[data-word]").forEach((place) => (place.textContent = t(place.dataset.word)));
    document.querySelectorAll("[data-name]").forEach((place) => place.setAttribute("aria-label", t(place.dataset.name)));
    query.placeholder = t("search_hint");
    const button = document.getElementById("language");
    button.textContent = language === "da" ? "English" : "Dansk";
    button.lang = language === "da" ? "en" : "da";
    const caveat = explorer.said(explorer.core.release[0], "caveat");
    document.getElementById("caveat").innerHTML = html`<strong>${t("caveat")}:</strong> ${caveat}`.text;
  }

  async function findPage({ parts: [name = "", ...rest], parameters }) {
    const page = Object.hasOwn(explorer.pages, name) ? await explorer.pages[name](rest, parameters) : null;
    return page ?? { title: t("not_found"), body: html`<h1>${t("not_found")}</h1><p>${t("not_found_told")} <a href="#/">${t("home")}</a></p>` };
  }

  async function show({ keepsPlace = false } = {}) {
    const turn = (shown += 1);
    const address = readAddress();
    const page = await findPage(address).catch((error) => ({ title: t("failed_to_load"), body: html`<h1>${t("failed_to_load")}</h1><p>${error.message}</p>` }));
    if (turn !== shown) return; // the reader has gone on
    const place = window.scrollY;
    main.innerHTML = page.body.text;
    document.title = `${page.title} · SØM ${explorer.core.release[0].version}`;
    document.querySelectorAll("nav a").forEach((link) => {
      const isHere = link.getAttribute("href") === `#/${address.parts[0] ?? ""}`;
      if (isHere) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    page.after?.(main);
    if (keepsPlace) window.scrollTo(0, place);
    else if (turn > 1) {
      window.scrollTo(0, 0);
      main.focus({ preventScroll: true });
    }
    await explorer.drawCharts(main);
    main.dataset.shown = location.hash || "#/";
  }

  function listen() {
    window.addEventListener("hashchange", () => show());
    document.getElementById("search").addEventListener("submit", (event) => {
      event.preventDefault();
      location.hash = explorer.findNumber(query.value) ?? explorer.address("search", query.value.trim());
    });
    document.querySelector(".skip").addEventListener("click", (event) => {
      event.preventDefault();
      main.focus();
    });
    document.getElementById("language").addEventListener("click", async () => {
      explorer.setLanguage(explorer.language === "da" ? "en" : "da");
      write(explorer.language);
      await show({ keepsPlace: true });
    });
    const closed = [];
    const isShort = (part) => part.querySelectorAll("tr").length <= 60;
    window.addEventListener("beforeprint", () => [...main.querySelectorAll("details:not([open])")].filter(isShort).forEach((part) => {
      closed.push(part);
      part.open = true;
    }));
    window.addEventListener("afterprint", () => closed.splice(0).forEach((part) => (part.open = false)));
  }

  async function start() {
    explorer.core = await explorer.load("core");
    explorer.groups = new Map(explorer.core.target_groups.map((row) => [row.target_group, row]));
    explorer.consequences = new Map(explorer.core.consequences.map((row) => [row.consequence, row]));
    explorer.estimated = explorer.core.estimated;
    write(explorer.language);
    listen();
    await show();
  }
  start();
}
