// Forms and grids of records: drafts kept while one types, and cells pasted from a spreadsheet. Everything works without.
"use strict";
for (const form of document.querySelectorAll("form[data-draft]")) {
  const said = form.querySelector("[data-kept]");
  let changed = false, sent = false, waits = null;
  const keep = async () => {
    clearTimeout(waits);
    waits = null;
    if (!changed || sent) return;
    changed = false;
    const data = new FormData(form);
    data.delete("files"); // files go when the form is sent, not every few seconds
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body: data, headers: {accept: "application/json"}, keepalive: true, redirect: "error",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      said.textContent = (await answer.json()).text;
    } catch { // the line is down, or the session has expired: what is typed stays on the page, and the next word tries again
      changed = true;
      if (!sent) said.textContent = said.dataset.lost;
    }
  };
  const note = () => {
    changed = true;
    if (waits === null) waits = setTimeout(keep, 4000);
  };
  form.addEventListener("input", note);
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => { sent = true; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  if (form.dataset.grid === undefined) continue;

  const body = form.querySelector("tbody");
  const most = Number(form.dataset.most);
  const fields = (row) => [...row.querySelectorAll("input, select")];
  const addRow = () => {
    const number = body.rows.length;
    const row = body.rows[number - 1].cloneNode(true);
    row.querySelectorAll(".error").forEach((one) => one.remove());
    row.cells[0].textContent = String(number + 1);
    const last = fields(body.rows[number - 1]);
    fields(row).forEach((one, at) => {
      one.name = one.name.replace(/^r\d+_/, `r${number}_`);
      one.setAttribute("aria-label", one.getAttribute("aria-label").replace(/\d+$/, String(number + 1)));
      one.removeAttribute("aria-invalid");
      one.removeAttribute("aria-describedby");
      one.value = /_(unit|period)$/.test(one.name) ? last[at].value : "";
      one.closest("td").classList.remove("wrong");
    });
    body.append(row);
  };
  const put = (one, text) => {
    const given = text.trim();
    if (one.tagName !== "SELECT") {
      one.value = given;
      return;
    }
    const same = [...one.options].find((option) => option.value === given || option.text.trim() === given);
    if (!same && given) { // what the list does not have is kept as it is, so that it is said and not lost
      one.append(new Option(given, given));
      one.value = given;
    } else one.value = same ? same.value : "";
  };
  // a cell with line breaks or tabs stands in quotation marks, as spreadsheets copy it
  const cut = (text) => {
    const lines = [[""]];
    let quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const mark = text[at], line = lines[lines.length - 1], last = line.length - 1;
      if (quoted) {
        if (mark !== '"') line[last] += mark;
        else if (text[at + 1] === '"') { line[last] += '"'; at += 1; } else quoted = false;
      } else if (mark === '"' && line[last] === "") quoted = true;
      else if (mark === "\t") line.push("");
      else if (mark === "\n") lines.push([""]);
      else line[last] += mark;
    }
    if (lines.length > 1 && lines[lines.length - 1].join("") === "") lines.pop();
    return lines;
  };
  // where the text has no tabs (a table of a page or a document), the cells are those of the table that came with it
  const tabled = (html) => {
    const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
    if (!table) return null;
    const lines = [...table.rows].map((row) => [...row.cells].flatMap((cell) => {
      for (const end of cell.querySelectorAll("br")) end.replaceWith("\n");
      return [cell.textContent.trim(), ...Array(Math.max(0, cell.colSpan - 1)).fill("")];
    }));
    return lines.length ? lines : null;
  };
  body.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n");
    const lines = (text.includes("\t") ? null : tabled(event.clipboardData.getData("text/html"))) ?? cut(text);
    const start = event.target.closest("input, select");
    if (!start || (lines.length === 1 && lines[0].length === 1 && start.tagName !== "SELECT")) return;
    event.preventDefault();
    const row = start.closest("tr");
    const first = [...body.rows].indexOf(row), column = fields(row).indexOf(start);
    lines.slice(0, most - first).forEach((cells, down) => {
      while (body.rows.length <= first + down) addRow();
      const into = fields(body.rows[first + down]);
      cells.forEach((cell, right) => { if (into[column + right]) put(into[column + right], cell); });
    });
    if (lines.length > most - first) said.textContent = form.dataset.tooMany;
    note();
  });
}
