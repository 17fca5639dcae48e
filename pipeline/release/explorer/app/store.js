// Data of the page: loading a file when it is first asked for, and rows from columns.
// A page opened from disk may not fetch, but may run a script: every data file calls explorer.receive.
"use strict";
{
  const waiting = new Map();
  const loaded = new Map();

  function addScript(source) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${source} is missing from the folder`));
      document.head.append(script);
    });
  }

  /** Turn an encoded table (columnar.py) into an array of rows; a column that is left out is null in every row. */
  function makeRows(table) {
    const rows = Array.from({ length: table.n }, () => ({}));
    for (const [name, column] of Object.entries(table.columns)) {
      for (let i = 0; i < table.n; i += 1) {
        if (Array.isArray(column)) rows[i][name] = column[i];
        else if ("all" in column) rows[i][name] = column.all;
        else rows[i][name] = column.values[column.at[i]];
      }
    }
    return rows;
  }

  function decode(content) {
    const isTable = (part) => part !== null && typeof part === "object" && "columns" in part && "n" in part;
    return Object.fromEntries(Object.entries(content).map(([name, part]) => [name, isTable(part) ? makeRows(part) : part]));
  }

  explorer.receive = (name, content) => waiting.set(name, content);

  /** Return the data of a file, its tables as arrays of rows. */
  explorer.load = (name) => {
    if (!loaded.has(name)) {
      loaded.set(name, addScript(`data/${name}.js`).then(() => {
        const content = decode(waiting.get(name));
        waiting.delete(name);
        return content;
      }));
    }
    return loaded.get(name);
  };

  let library = null;
  explorer.loadCharts = () => (library ??= addScript("vega.js"));

  /** Group rows by a column, in order of appearance. */
  explorer.groupBy = (rows, column) => {
    const groups = new Map();
    for (const row of rows) {
      if (!groups.has(row[column])) groups.set(row[column], []);
      groups.get(row[column]).push(row);
    }
    return groups;
  };
}
