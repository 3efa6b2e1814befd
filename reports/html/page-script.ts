// The page's script: sorts tables, copies commands, saves charts, opens everything for paper. The page reads without it.

/** Plain JavaScript for the browsers of today; it touches nothing but this page. */
export const PAGE_SCRIPT = `"use strict";
(() => {
  const said = document.getElementById("said");
  const say = (text) => { said.textContent = ""; said.textContent = text; };
  const button = (text, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    if (label !== "") made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };

  const keyOf = (row, column) => {
    const cell = row.cells[column];
    const value = cell.dataset.value;
    return value === undefined ? cell.textContent : Number(value);
  };
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
  const sort = (table, head, column) => {
    const descends = head.getAttribute("aria-sort") === "ascending" || (head.classList.contains("number") && !head.hasAttribute("aria-sort"));
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descends ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [keyOf(row, column), row]);
    rows.sort(([a], [b]) => descends ? compare(b, a) : compare(a, b));
    body.append(...rows.map(([, row]) => row));
    say("sorted by " + head.textContent + ", " + head.getAttribute("aria-sort"));
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const text = head.textContent;
      head.textContent = "";
      head.append(button(text, "", () => sort(table, head, column)));
    });
  }

  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  for (const command of document.querySelectorAll(".command")) {
    const code = command.querySelector("code");
    const label = document.getElementById(command.getAttribute("aria-labelledby"));
    command.append(button("Copy", "Copy the command: " + label.textContent, async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        say("copied");
      } catch {
        select(code);
        say("selected: copy it with the keyboard");
      }
    }));
  }

  const visiblePlot = (figure) => {
    const plots = [...figure.querySelectorAll("svg.plot")];
    return plots.find((plot) => plot.getBoundingClientRect().width > 0) || plots[0];
  };
  const STYLED = ["fill", "stroke", "color", "font-family", "font-size", "font-weight", "fill-opacity", "stroke-opacity"];
  const standAlone = (plot) => {
    const copy = plot.cloneNode(true);
    const from = [plot, ...plot.querySelectorAll("*")];
    const to = [copy, ...copy.querySelectorAll("*")];
    from.forEach((element, index) => {
      const style = getComputedStyle(element);
      for (const name of STYLED) to[index].setAttribute(name, style.getPropertyValue(name));
    });
    const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    ground.setAttribute("width", "100%");
    ground.setAttribute("height", "100%");
    ground.setAttribute("fill", getComputedStyle(document.body).backgroundColor);
    copy.insertBefore(ground, copy.querySelector("desc").nextSibling);
    return new XMLSerializer().serializeToString(copy);
  };
  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const saveSvg = (figure) => save(new Blob([standAlone(visiblePlot(figure))], { type: "image/svg+xml" }), figure.dataset.name + ".svg");
  const savePng = (figure) => {
    const plot = visiblePlot(figure);
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 2 * plot.viewBox.baseVal.width;
      canvas.height = 2 * plot.viewBox.baseVal.height;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, figure.dataset.name + ".png"), "image/png");
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(standAlone(plot));
  };
  for (const figure of document.querySelectorAll("figure")) {
    const title = figure.querySelector("h3").textContent;
    const row = document.createElement("div");
    row.className = "save";
    row.append(button("Save as SVG", "Save as SVG: " + title, () => saveSvg(figure)), button("Save as PNG", "Save as PNG: " + title, () => savePng(figure)));
    figure.querySelector("figcaption").after(row);
  }

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
})();
`;
