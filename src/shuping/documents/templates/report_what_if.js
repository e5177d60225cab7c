// Totals and ranks under other weights. Figures are whole numbers (BigInt) over whole numbers: no float is involved.
(() => {
  "use strict";
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const language = () => (document.getElementById("lang-en").checked ? "en" : "zh");
  const abs = (n) => (n < 0n ? -n : n);
  const pair = (given) => (given ? [BigInt(given[0]), BigInt(given[1])] : null);
  const plus = (a, b) => (a[1] === b[1] ? [a[0] + b[0], a[1]] : [a[0] * b[1] + b[0] * a[1], a[1] * b[1]]);
  const minus = (a, b) => plus(a, [-b[0], b[1]]);
  const compare = (a, b) => { const d = a[0] * b[1] - b[0] * a[1]; return d < 0n ? -1 : d > 0n ? 1 : 0; };
  const least = (a, b) => (compare(a, b) <= 0 ? a : b);
  const most = (a, b) => (compare(a, b) >= 0 ? a : b);
  const NOTHING = [0n, 1n];

  // The four ways of rounding, in units of the last place; as shuping.values.rounding does it.
  function rounded([top, bottom], places, mode) {
    const scaled = abs(top) * 10n ** BigInt(places);
    const whole = scaled / bottom, twice = 2n * (scaled % bottom);
    let up = false;
    if (mode === "half_up") up = twice >= bottom;
    else if (mode === "half_up_positive") up = top > 0n ? twice >= bottom : twice > bottom;
    else if (mode === "half_even") up = twice > bottom || (twice === bottom && whole % 2n === 1n);
    const found = whole + (up ? 1n : 0n);
    return top < 0n ? -found : found;
  }

  // Of a number that is known to 50 digits only: whether they cannot tell how it is rounded.
  function undecided([top, bottom], places, mode) {
    const power = 10n ** BigInt(places);
    const beyond = abs(2n * ((abs(top) * power) % bottom) - (mode === "down" ? 0n : bottom));
    const near = beyond < 2n * bottom - beyond ? beyond : 2n * bottom - beyond;
    return near * 10n ** 30n < 2n * bottom * power;
  }

  function read(text) {
    const given = JSON.parse(text);
    const units = given.units.map((unit) => ({
      ...unit,
      q: BigInt(unit.q),
      s: unit.s.map(BigInt),
      l: unit.l ? unit.l.map(BigInt) : null,
      c: BigInt(unit.c || 0),
      gain: pair(unit.g) || NOTHING,
      loss: pair(unit.x) || NOTHING,
      was: unit.was ? { total: BigInt(unit.was[0]), rank: unit.was[1] } : null,
    }));
    const weights = given.weights.map(BigInt);
    return {
      ...given, units, weights,
      base: BigInt(given.base), step: BigInt(given.step), full: pair(given.full),
      whole: weights.reduce((sum, weight) => sum + weight, 0n),
      caps: { bonus: pair(given.caps.bonus), floor: pair(given.caps.floor), total: pair(given.caps.total) },
    };
  }

  // The weights with some of them held: the others share what is left in their own proportion. Over `below`.
  function weighed(group, held) {
    let set = 0n, free = 0n;
    group.weights.forEach((weight, at) => { if (held.has(at)) set += held.get(at); else free += weight; });
    const left = group.whole - set;
    return {
      over: group.weights.map((weight, at) => (held.has(at) ? held.get(at) * free : weight * left)),
      below: group.base * free,
    };
  }

  function total(group, unit, { over, below }) {
    if (unit.none) return null;
    let top = unit.c * below, whole = 0n, lacking = 0n;
    for (let at = 0; at < over.length; at += 1) {
      if (unit.t && !unit.t[at]) continue;
      top += over[at] * unit.s[at];
      whole += over[at];
      if (unit.l) lacking += over[at] * unit.l[at];
    }
    if (whole === 0n) return null;
    whole *= unit.q;
    return settled(group, unit, [group.full[0] * top, group.full[1] * (whole > lacking ? whole - lacking : whole)]);
  }

  // Bonuses, deductions and their limits, step by step in the rule book's order.
  function settled(group, unit, from) {
    const { bonus, floor, total: cap } = group.caps;
    let now = from, counted = NOTHING, deduction = NOTHING;
    for (const step of group.order) {
      const before = now;
      if (step === "bonus") { now = plus(now, unit.gain); counted = NOTHING; }
      else if (step === "bonus_cap" && bonus) now = minus(now, most(minus(counted, bonus), NOTHING));
      else if (step === "deductions") {
        let lowest = minus(now, unit.loss);
        if (floor) lowest = most(lowest, least(now, floor));
        deduction = minus(now, lowest);
        now = lowest;
      } else if (step === "total_cap" && cap) now = least(now, cap);
      else if (step === "round") now = [rounded(now, group.places, group.mode), 10n ** BigInt(group.places)];
      counted = plus(counted, minus(now, before));
    }
    const open = unit.i === 1 && undecided(now, group.places, group.mode);
    return { exact: now, published: rounded(now, group.places, group.mode), deduction, open };
  }

  function order(group, a, b) {
    let found = group.published
      ? (a.settled.published < b.settled.published ? -1 : a.settled.published > b.settled.published ? 1 : 0)
      : compare(a.settled.exact, b.settled.exact);
    let fixed = 0;
    for (const [kind, sign] of group.keys) {
      if (found) break;
      if (kind === "fixed") { found = a.unit.k[fixed] - b.unit.k[fixed]; }
      else if (kind === "unrounded") found = sign * compare(a.settled.exact, b.settled.exact);
      else found = sign * compare(a.settled.deduction, b.settled.deduction);
      if (kind === "fixed") fixed += 1;
    }
    return found;
  }

  // Equal units share a place: 1, 2, 2, 4, or 1, 2, 2, 3 where the rule book ranks densely.
  function ranked(group, held) {
    const weights = weighed(group, held);
    const rows = group.units.map((unit, at) => ({ at, unit, settled: total(group, unit, weights), rank: null }));
    const inside = rows.filter((row) => row.settled && !row.unit.out && !row.settled.open);
    inside.sort((a, b) => order(group, b, a) || a.at - b.at);
    inside.forEach((row, place) => {
      const before = inside[place - 1];
      if (before && order(group, before, row) === 0) row.rank = before.rank;
      else row.rank = group.style === "dense" ? (before ? before.rank + 1 : 1) : place + 1;
    });
    return { weights, rows: [...inside, ...rows.filter((row) => row.rank === null)] };
  }

  function text(scaled, places) {
    const digits = String(abs(scaled)).padStart(places + 1, "0");
    const end = digits.length - places;
    return (scaled < 0n ? "\u2212" : "") + digits.slice(0, end) + (places ? "." + digits.slice(end) : "");
  }

  const trimmed = (shown) => (shown.includes(".") ? shown.replace(/\.?0+$/, "") : shown);

  function shown(group, [top, bottom], places = 2) {
    const number = group.percent ? [top * 100n * group.base, bottom * group.whole] : [top, bottom];
    return trimmed(text(rounded(number, places, "half_up"), places)) + (group.percent ? "%" : "");
  }

  function speaking(tag, zh, en, name) {
    const holder = document.createElement(tag);
    if (name) holder.className = name;
    for (const [lang, words] of [["zh", zh], ["en", en]]) {
      const span = document.createElement("span");
      span.lang = lang;
      span.textContent = words;
      holder.append(span);
    }
    return holder;
  }

  function moved(section, by) {
    const found = document.createElement("span");
    const way = by > 0 ? "up" : "down";
    found.className = "moved " + way;
    const arrow = document.createElement("span");
    arrow.setAttribute("aria-hidden", "true");
    arrow.textContent = by > 0 ? "▲" : "▼";
    found.append(arrow, speaking("span", section.getAttribute(`data-${way}-zh`), section.getAttribute(`data-${way}-en`), "hidden"), String(Math.abs(by)));
    return found;
  }

  function start(section, box) {
    const group = read(box.querySelector(".weigh-data").textContent);
    const sliders = all("input[type=range]", box);
    const body = box.querySelector("tbody");
    const lines = [...body.rows];
    const held = new Map(); // in the order in which they were moved, the last one last

    function show() {
      const { weights, rows } = ranked(group, held);
      sliders.forEach((slider, at) => {
        const weight = [weights.over[at], weights.below];
        if (!held.has(at)) slider.value = String(rounded([weight[0] * group.base, weight[1] * group.step], 0, "half_up"));
        slider.closest(".slider").classList.toggle("held", held.has(at));
        slider.closest(".slider").querySelector(".weigh-weight").textContent = shown(group, weight);
      });
      let ranks = 0, totals = 0;
      for (const row of rows) {
        const line = lines[row.at], was = row.unit.was, now = row.settled;
        const place = line.querySelector(".weigh-rank"), change = line.querySelector(".weigh-change");
        place.textContent = row.rank === null ? "–" : String(row.rank);
        line.querySelector(".weigh-total").textContent = now === null ? "–" : now.open ? "?" : text(now.published, group.places);
        change.replaceChildren();
        if (now && was && !now.open) {
          const by = now.published - was.total;
          if (by !== 0n) { totals += 1; change.append((by > 0n ? "+" : "") + text(by, group.places)); }
          const up = row.rank === null || was.rank === null ? 0 : was.rank - row.rank;
          if (up) { ranks += 1; change.append(" ", moved(section, up)); }
        }
      }
      body.append(...rows.map((row) => lines[row.at]));
      say(ranks, totals);
    }

    function say(ranks, totals) {
      const lang = language();
      const said = held.size ? section.getAttribute("data-said-" + lang) : section.getAttribute("data-same-" + lang);
      box.querySelector(".weigh-said").textContent = said.replace("{count}", ranks).replace("{totals}", totals);
      const given = [...held].map(([at, weight]) => ` --weight ${group.names[at]}=${shown(group, [weight, group.base], 6)}`);
      const command = box.querySelector(".weigh-command");
      command.hidden = !held.size;
      command.querySelector("code").textContent = "shuping whatif …" + given.join("");
      for (const slider of sliders) {
        const words = section.getAttribute("data-value-" + lang);
        const output = slider.closest(".slider").querySelector(".weigh-weight");
        const spoken = words.replace("{weight}", output.textContent);
        slider.setAttribute("aria-valuetext", spoken.replace("{declared}", slider.dataset.declared).replace("{whole}", slider.dataset.whole));
      }
    }

    // A slider that was moved keeps its weight; of those all moved, the one moved longest ago is let go.
    function hold(at) {
      held.delete(at);
      if (held.size === sliders.length - 1) held.delete(held.keys().next().value);
      let left = group.whole;
      for (const weight of held.values()) left -= weight;
      const asked = BigInt(sliders[at].value) * group.step;
      const weight = asked < left ? asked : left - (left % group.step);
      held.set(at, weight);
      sliders[at].value = String(weight / group.step);
      show();
    }

    sliders.forEach((slider, at) => slider.addEventListener("input", () => hold(at)));
    box.querySelector(".weigh-reset").addEventListener("click", () => { held.clear(); show(); });
    for (const choice of all("input[name=language]")) choice.addEventListener("change", show);
    show();
  }

  document.addEventListener("DOMContentLoaded", () => {
    const section = document.getElementById("weights");
    for (const box of section ? all(".weighed", section) : []) start(section, box);
  });
})();
