// What is typed into a form stays in this tab until it is saved: a session that ends, a page left by mistake or a
// machine that restarts the browser loses nothing. Forms with a password, and those marked data-keep="no", are left
// alone. Nothing of it is sent anywhere; it goes when the person signs out or closes the tab.
"use strict";
(() => {
  const START = "typed:", SENT = "typed-sent", who = document.body.dataset.who;
  let box;
  try { box = window.sessionStorage; box.getItem(SENT); } catch { return; }
  const here = location.pathname + location.search;
  const keys = () => Object.keys(box).filter((key) => key.startsWith(START));
  const forget = (start) => keys().filter((key) => key.startsWith(start)).forEach((key) => box.removeItem(key));
  if (!who) {
    // asked to sign in again (there is a way back): keep; signed out: forget
    box.removeItem(SENT);
    if (location.pathname.endsWith("/sign-in/") && !location.search.includes("next=")) forget(START);
    return;
  }
  const mine = `${START}${who}:`;
  keys().filter((key) => !key.startsWith(mine)).forEach((key) => box.removeItem(key));
  const wrong = document.querySelector("main .error, main .errors") !== null;
  const sent = box.getItem(SENT);
  box.removeItem(SENT);
  if (sent !== null && !(sent === here && wrong)) forget(`${mine}${sent}#`);

  const fields = (form) => [...form.elements].filter(
    (one) => one.name && one.name !== "csrfmiddlewaretoken" && !["file", "submit", "button", "password"].includes(one.type)
  );
  const ticked = (one) => one.type === "checkbox" || one.type === "radio";
  const state = (form) => fields(form).map((one) => [one.name, one.value, ticked(one) ? one.checked : null]);
  const written = (form) => fields(form).some((one) => one.type !== "hidden" && one.type !== "search");

  function restore(form, kept) {
    const now = fields(form);
    let changed = false;
    if (now.length !== kept.length || now.some((one, at) => one.name !== kept[at][0])) return false;
    now.forEach((one, at) => {
      const [, value, on] = kept[at];
      if (ticked(one)) { changed ||= one.checked !== on; one.checked = on; }
      // hidden ones come back too: the version that the text was written for, so that a change in between is told
      else { changed ||= one.type !== "hidden" && one.value !== value; one.value = value; }
    });
    return changed;
  }

  function say(form, key) {
    const note = document.getElementById("typed-back").content.firstElementChild.cloneNode(true);
    note.querySelector("button").addEventListener("click", () => { box.removeItem(key); location.reload(); });
    form.before(note);
  }

  const seen = {};
  document.querySelectorAll("main form[method=post]").forEach((form) => {
    if (form.dataset.keep === "no" || form.querySelector("[type=password],[autocomplete=one-time-code]")) return;
    if (!written(form)) return;
    // by where the form sends to, not by its place: a list of drafts may stand above it the next time
    const to = form.getAttribute("action") ?? "";
    seen[to] = (seen[to] ?? 0) + 1;
    const key = `${mine}${here}#${to}#${seen[to]}`, kept = box.getItem(key);
    if (kept !== null && !wrong && restore(form, JSON.parse(kept))) say(form, key);
    const keep = () => { try { box.setItem(key, JSON.stringify(state(form))); } catch { /* full: nothing is lost yet */ } };
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
    form.addEventListener("submit", () => { if (box.getItem(key) !== null) box.setItem(SENT, here); });
  });
})();
