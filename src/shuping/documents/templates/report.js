"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const language = () => (document.getElementById("lang-en").checked ? "en" : "zh");

  // Language: the style sheet hides the other one; here are the places that hold one language only.
  function speak() {
    const lang = language();
    root.lang = lang === "en" ? "en" : "zh-CN";
    for (const element of all("title[data-zh], option[data-zh]")) element.textContent = element.dataset[lang];
    for (const element of all("[data-label-zh]")) element.setAttribute("aria-label", element.getAttribute("data-label-" + lang));
    retitle();
    count();
  }

  function retitle() {
    const title = document.querySelector("title");
    const unit = document.querySelector(".unit.shown");
    const name = unit ? unit.getAttribute("data-name-" + language()) + " · " : "";
    document.title = name + title.dataset[language()];
  }

  // One unit at a time, chosen by the address; anything else shows the overview.
  let overviewAt = 0;
  function route(event) {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* a broken address shows the overview */ }
    const target = id ? document.getElementById(id) : null;
    const unit = target && target.closest(".unit");
    if (unit && !root.classList.contains("one")) overviewAt = scrollY;
    root.classList.toggle("one", Boolean(unit));
    for (const page of all(".unit")) page.classList.toggle("shown", page === unit);
    for (let at = target && target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    retitle();
    if (unit === target && unit) scrollTo(0, 0);
    else if (target) target.scrollIntoView();
    else if (event) scrollTo(0, overviewAt);
    if (!event) return;
    const heading = target && (target.matches("article, section") ? target.querySelector("h2") : target.querySelector("summary"));
    if (heading) heading.focus({ preventScroll: true });
  }

  // Filter and sort the standing.
  function count() {
    const field = document.getElementById("filter");
    const words = field.value.trim().toLocaleLowerCase();
    const rows = all(".standing tbody tr");
    let shown = 0;
    for (const row of rows) {
      const fits = !words || row.querySelector("th").textContent.toLocaleLowerCase().includes(words);
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    for (const group of all(".group")) group.hidden = !group.querySelector("tbody tr:not([hidden])");
    const output = document.getElementById("filter-count");
    output.textContent = words ? output.dataset[language()].replace("{shown}", shown).replace("{all}", rows.length) : "";
  }

  function sort(head) {
    const table = head.closest("table");
    const column = [...head.parentElement.children].indexOf(head);
    const down = head.getAttribute("aria-sort") === "ascending";
    const key = (row) => {
      const cell = row.children[column];
      if (head.dataset.sort === "text") return shownText(cell);
      return cell.dataset.v === "" ? null : Number(cell.dataset.v);
    };
    const compare = (a, b) => {
      if (a === null || b === null) return (a === null) - (b === null);
      const order = typeof a === "string" ? a.localeCompare(b, root.lang) : a - b;
      return down ? -order : order;
    };
    const rows = [...table.tBodies[0].rows].map((row) => [key(row), row]).sort((a, b) => compare(a[0], b[0]));
    table.tBodies[0].append(...rows.map(([, row]) => row));
    for (const other of head.parentElement.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  }

  function shownText(cell) {
    const spans = all(`span[lang=${language()}]`, cell);
    return (spans.length ? spans.map((span) => span.textContent).join(" ") : cell.textContent).trim();
  }

  // Highlight one unit in every panel: by the list, or by pointing at it.
  function highlight(anchor) {
    for (const row of all(".panel tr")) row.classList.toggle("marked", row.dataset.unit === anchor);
  }

  function start() {
    if (!("fixed" in root.dataset) && !(navigator.language || "zh").startsWith("zh")) document.getElementById("lang-en").checked = true;
    for (const choice of all("input[name=language]")) choice.addEventListener("change", speak);
    for (const head of all("th[data-sort]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(head));
      head.append(button);
    }
    document.getElementById("filter").addEventListener("input", count);
    const list = document.getElementById("highlight");
    list.addEventListener("change", () => highlight(list.value));
    const criteria = document.getElementById("criteria");
    criteria.addEventListener("pointerover", (event) => {
      const row = event.target.closest(".panel tr");
      highlight(row ? row.dataset.unit : list.value);
    });
    criteria.addEventListener("pointerleave", () => highlight(list.value));
    for (const button of all("button[data-open]")) {
      button.addEventListener("click", () => {
        for (const item of all("details", button.closest(".unit"))) item.open = Boolean(button.dataset.open);
      });
    }
    let closed = [];
    addEventListener("beforeprint", () => {
      closed = all(".unit.shown details:not([open])");
      for (const item of closed) item.open = true;
    });
    addEventListener("afterprint", () => { for (const item of closed) item.open = false; });
    addEventListener("hashchange", route);
    speak();
    route();
    addEventListener("load", () => { if (location.hash) route(); });
  }
  document.addEventListener("DOMContentLoaded", start);
})();
