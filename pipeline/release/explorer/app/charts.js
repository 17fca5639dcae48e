// Charts as Vega-Lite specifications, drawn where a page left room for them. Every chart stands beside a table.
"use strict";
{
  const { html } = explorer;
  const INK = "#1d2733";
  const SOFT = "#56616d";
  const BLUE = "#1f5a89";
  const OCHRE = "#c07d16";
  const GREY = "#aab3bd";
  const FONT = 'system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif';
  const LOCALES = {
    da: { decimal: ",", thousands: ".", grouping: [3], currency: ["", " kr."] },
    en: { decimal: ".", thousands: ",", grouping: [3], currency: ["DKK ", ""] },
  };
  const CONFIG = {
    aria: false,
    font: FONT,
    view: { stroke: null },
    axis: { labelFontSize: 12, titleFontSize: 12, labelColor: INK, titleColor: SOFT, titleFontWeight: "normal", ticks: false, grid: false, domainColor: SOFT, labelLimit: 260 },
    axisQuantitative: { grid: true, gridColor: "#e3e7eb", domain: false, labelPadding: 6 },
    legend: { labelFontSize: 12, labelColor: INK, orient: "top", title: null, labelLimit: 400 },
    text: { font: FONT, fontSize: 12, color: INK },
  };
  const lines = (rows, pixels) => pixels * Math.max(1, new Set(rows.map((row) => row.name)).size);
  const nameAxis = (widest) => ({ field: "name", type: "nominal", sort: null, title: null, axis: { domain: false, labelLimit: window.innerWidth < 600 ? 130 : widest } });
  const ZERO = (channel) => ({ data: { values: [{}] }, mark: { type: "rule", color: SOFT }, encoding: { [channel]: { datum: 0 } } });
  let drawings = [];

  /** Room for a chart: `told` says in words what it shows; the table beside it holds the numbers. */
  explorer.chart = (spec, told) => {
    drawings.push(spec);
    return html`<figure class="chart"><div class="drawing" role="img" aria-label="${told}" data-chart="${drawings.length - 1}"></div><figcaption>${told}</figcaption></figure>`;
  };

  /** Draw every chart of the page that has room on it; charts of an earlier page are forgotten. */
  explorer.drawCharts = async (root) => {
    const places = [...root.querySelectorAll("[data-chart]")].map((place) => [place, drawings[Number(place.dataset.chart)]]);
    drawings = [];
    if (places.length === 0) return;
    await explorer.loadCharts();
    for (const [place, spec] of places) {
      place.removeAttribute("data-chart");
      const options = { actions: false, renderer: "svg", formatLocale: LOCALES[explorer.language], tooltip: { theme: "custom" } };
      const whole = { $schema: "https://vega.github.io/schema/vega-lite/v6.json", width: "container", autosize: { type: "fit-x", contains: "padding" }, padding: 4, background: null, config: CONFIG, ...spec };
      await window.vegaEmbed(place, whole, options);
      place.querySelectorAll("svg").forEach((svg) => svg.setAttribute("aria-hidden", "true"));
    }
  };

  const YEAR_AXIS = { values: [1, 5, 10, 15, 20], format: "d" };
  const yearAxis = (title, last) => ({ field: "relative_year", type: "quantitative", title, scale: { domain: [0.5, last + 0.5], nice: false }, axis: last > 10 ? { ...YEAR_AXIS, grid: false } : { tickCount: last, format: "d", grid: false } });

  /** Mean use of both arms, year by year. rows: relative_year, arm, mean. */
  explorer.meansSpec = (rows, { year, unit }, arms) => ({
    height: 220,
    data: { values: rows },
    mark: { type: "line", point: { size: 50 }, strokeWidth: 2 },
    encoding: {
      x: yearAxis(year, 10),
      y: { field: "mean", type: "quantitative", title: unit, scale: { zero: true } },
      color: { field: "arm", type: "nominal", scale: { domain: arms, range: [BLUE, OCHRE] } },
      strokeDash: { field: "arm", type: "nominal", scale: { domain: arms, range: [[1, 0], [6, 3]] } },
      tooltip: [{ field: "arm", title: " " }, { field: "relative_year", title: year }, { field: "mean", title: unit, format: ",.3~f" }],
    },
  });

  /** Adjusted differences with intervals, and the published profile with its taper. */
  explorer.differencesSpec = (estimates, profile, { year, unit, names }, last) => ({
    height: 260,
    layer: [
      ZERO("y"),
      { data: { values: estimates }, mark: { type: "rule", strokeWidth: 2, color: BLUE }, encoding: { x: yearAxis(year, last), y: { field: "ci_low", type: "quantitative", title: unit }, y2: { field: "ci_high" } } },
      {
        data: { values: estimates },
        mark: { type: "point", filled: true, size: 70, opacity: 1 },
        encoding: {
          x: yearAxis(year, last),
          y: { field: "adjusted_difference", type: "quantitative" },
          color: { datum: names[0], type: "nominal", scale: { domain: names, range: [BLUE, OCHRE] } },
          tooltip: [{ field: "relative_year", title: year }, { field: "adjusted_difference", title: unit, format: ",.3~f" }, { field: "ci_low", format: ",.3~f", title: "95 % –" }, { field: "ci_high", format: ",.3~f", title: "95 % +" }],
        },
      },
      { data: { values: profile }, mark: { type: "line", interpolate: "linear", strokeWidth: 2, point: { filled: false, fill: "white", size: 40, shape: "square" } }, encoding: { x: yearAxis(year, last), y: { field: "value", type: "quantitative" }, color: { datum: names[1], type: "nominal" } } },
    ],
  });

  /** Points with intervals, one line a row. rows: name, value, low, high, kind. Rows are shown in the order given. */
  explorer.forestSpec = (rows, { axis, kinds }) => ({
    height: lines(rows, 22),
    data: { values: rows },
    layer: [
      ZERO("x"),
      { mark: { type: "rule", strokeWidth: 2 }, encoding: { y: nameAxis(400), x: { field: "low", type: "quantitative", title: axis }, x2: { field: "high" }, color: { field: "kind", type: "nominal", scale: { domain: kinds, range: [BLUE, GREY, OCHRE] } } } },
      {
        mark: { type: "point", filled: true, size: 70, opacity: 1 },
        encoding: {
          y: nameAxis(400),
          x: { field: "value", type: "quantitative" },
          color: { field: "kind", type: "nominal", scale: { domain: kinds, range: [BLUE, GREY, OCHRE] } },
          shape: { field: "kind", type: "nominal", scale: { domain: kinds, range: ["circle", "square", "triangle-up"] } },
          tooltip: [{ field: "name", title: " " }, { field: "value", format: ",.3~f", title: axis }, { field: "low", format: ",.3~f", title: "95 % –" }, { field: "high", format: ",.3~f", title: "95 % +" }],
        },
      },
    ],
  });

  /** Shares or counts as lying bars. rows: name, value. */
  explorer.barSpec = (rows, { axis, format }) => ({
    height: lines(rows, 22),
    data: { values: rows },
    mark: { type: "bar", color: BLUE, height: { band: 0.7 } },
    encoding: {
      y: nameAxis(260),
      x: { field: "value", type: "quantitative", title: axis, axis: { format, tickCount: 5 } },
      tooltip: [{ field: "name", title: " " }, { field: "value", title: axis, format: `${format.replace("~", "")}` }],
    },
  });

  /** Who pays: parts of a price. rows: name, payer, order, value. */
  explorer.payerSpec = (rows, { axis, payers }) => ({
    height: lines(rows, 24),
    data: { values: rows },
    mark: { type: "bar", height: { band: 0.7 } },
    encoding: {
      y: nameAxis(300),
      x: { field: "value", type: "quantitative", title: axis, stack: "zero", axis: { tickCount: 5, format: ",~f" } },
      color: { field: "payer", type: "nominal", scale: { domain: payers, range: [BLUE, OCHRE, "#7ba594"] } },
      order: { field: "order" },
      tooltip: [{ field: "name", title: " " }, { field: "payer", title: " " }, { field: "value", title: axis, format: ",.2f" }],
    },
  });

  /** All of a group's consequences at a glance: differences in standard errors. rows: name, relative_year, ratio, known. */
  explorer.overviewSpec = (rows, { year, legend }) => ({
    height: lines(rows, 18),
    data: { values: rows },
    encoding: {
      x: { field: "relative_year", type: "ordinal", title: year, axis: { labelAngle: 0, orient: "top" } },
      y: nameAxis(300),
      tooltip: [{ field: "name", title: " " }, { field: "relative_year", title: year }, { field: "told", title: " " }],
      href: { field: "href" },
    },
    layer: [
      { mark: { type: "rect", color: "#e9edf1" } },
      {
        transform: [{ filter: "isValid(datum.ratio)" }],
        mark: { type: "rect" },
        encoding: { color: { field: "ratio", type: "quantitative", scale: { scheme: "blueorange", domain: [-6, 6], clamp: true }, legend: { title: legend, orient: "top", titleFontSize: 12, titleFontWeight: "normal", titleLimit: 500, gradientLength: 220 } } },
      },
      { transform: [{ filter: "!isValid(datum.ratio)" }], mark: { type: "text", text: "·", color: SOFT } },
    ],
  });
}
