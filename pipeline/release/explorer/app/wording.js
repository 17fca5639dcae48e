// Words and numbers in the language of the reader, and HTML that is escaped unless it was written here.
"use strict";
{
  class Markup {
    constructor(text) {
      this.text = text;
    }
  }
  const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  const escape = (value) => String(value).replace(/[&<>"']/g, (letter) => ENTITIES[letter]);

  function put(value) {
    if (value instanceof Markup) return value.text;
    if (Array.isArray(value)) return value.map(put).join("");
    return value === null || value === undefined || value === false ? "" : escape(value);
  }

  /** Template tag: what is put in is escaped, unless it is markup itself. */
  explorer.html = (strings, ...values) =>
    new Markup(strings.reduce((text, part, i) => text + part + (i < values.length ? put(values[i]) : ""), ""));

  const KEY = "soem-language";
  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // a browser may forbid storage for files
    }
  }
  explorer.language = remembered() === "en" ? "en" : "da";
  explorer.setLanguage = (language) => {
    explorer.language = language;
    try {
      localStorage.setItem(KEY, language);
    } catch {
      // not remembered, then
    }
  };

  function pick(section, key) {
    const entry = explorer.words[section]?.[key];
    return entry && entry[explorer.language];
  }
  /** A text of the page; {name} is replaced by the value of that name. */
  explorer.t = (key, values = {}) => {
    const text = pick("page", key);
    if (text === undefined) throw new Error(`No word ${key}`);
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
  /** The name of a code: of a status, a design …; the code itself where it has none. */
  explorer.label = (section, code) => (code === null || code === undefined ? "" : (pick(section, code) ?? code));
  /** A text that a row holds in both languages. */
  explorer.said = (row, name) => row[`${name}_${explorer.language}`] ?? null;

  const MINUS = "−";
  /** A number as people of the language write it. Unknown is a dash, never 0. */
  explorer.number = (value, digits = 0) => {
    if (value === null || value === undefined) return "–";
    const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    const text = value.toLocaleString(explorer.language === "da" ? "da-DK" : "en-GB", format).replace("-", MINUS);
    return /[1-9]/.test(text) ? text : text.replace(MINUS, "");
  };
  /** A number with every digit it has. */
  explorer.exact = (value) => {
    if (value === null || value === undefined) return "–";
    const text = String(value).replace("-", MINUS);
    return explorer.language === "da" ? text.replace(".", ",") : text;
  };
  explorer.percent = (share, digits = 1) =>
    share === null || share === undefined ? "–" : `${explorer.number(100 * share, digits)} %`;
  explorer.probability = (p) => {
    if (p === null || p === undefined) return "–";
    return p < 0.0001 ? `< ${explorer.number(0.0001, 4)}` : explorer.number(p, 4);
  };
  explorer.date = (iso) => {
    if (!iso) return "–";
    const form = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
    return new Date(iso).toLocaleDateString(explorer.language === "da" ? "da-DK" : "en-GB", form);
  };
  /** How many decimals numbers of this size are shown with, so that a table reads evenly. */
  explorer.digitsFor = (values) => {
    const largest = Math.max(0, ...values.filter((value) => Number.isFinite(value)).map(Math.abs));
    if (largest >= 1000) return 0;
    if (largest >= 100) return 1;
    return largest >= 1 ? 2 : largest >= 0.1 ? 3 : 4;
  };
}
