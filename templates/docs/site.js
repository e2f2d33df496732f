"use strict";
(() => {
  const page = document.documentElement;
  const root = document.currentScript.dataset.root;

  // --- What the reader chose, kept where the browser lets a page from disk keep it.

  function remembered(name) {
    try { return localStorage.getItem(`asc-${name}`); } catch { return null; }
  }
  function remember(name, value) {
    try { localStorage.setItem(`asc-${name}`, value); } catch { /* it holds for this page */ }
  }

  const theme = remembered("theme");
  if (theme === "dark" || theme === "light") page.dataset.theme = theme;
  page.dataset.flavour = remembered("flavour") === "async" ? "async" : "sync";

  function isDark() {
    return page.dataset.theme
      ? page.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  // --- Words: the same as in Python (explore/words.py); a test compares them.

  const WORD = /(?:i|ipad|mac|tv|watch|vision)OS(?![a-z])|dSYMs?|V[0-9]+(?![A-Za-z0-9])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g;
  const WHOLE = { listing: "listing", listings: "listing", setting: "setting", settings: "setting" };
  const ENDINGS = [
    ["ifications", "ify"], ["ification", "ify"], ["ified", "ify"], ["ifies", "ify"],
    ["izations", "iz"], ["ization", "iz"], ["isations", "iz"], ["isation", "iz"],
    ["izing", "iz"], ["ising", "iz"], ["ized", "iz"], ["ised", "iz"], ["ize", "iz"], ["ise", "iz"],
    ["missions", "mit"], ["mission", "mit"],
    ["abilities", "abl"], ["ability", "abl"], ["able", "abl"],
    ["ionals", ""], ["ional", ""],
    ["ations", "ate"], ["ation", "ate"], ["ating", "ate"], ["ated", "ate"],
    ["ions", ""], ["ion", ""],
    ["ies", "y"], ["ied", "y"], ["sses", "s"], ["ings", ""], ["ing", ""], ["eds", ""], ["ed", ""],
    ["ss", "s"], ["s", ""],
  ];

  function split(text) {
    const found = text.replace(/['\u2019]/g, "").match(WORD) || [];
    return found.filter((word) => !/^V[0-9]+$/.test(word)).map((word) => word.toLowerCase());
  }

  const stemmed = new Map();
  function stem(word) {
    let known = stemmed.get(word);
    if (known === undefined) stemmed.set(word, (known = cut(word)));
    return known;
  }
  function cut(word) {
    if (Object.hasOwn(WHOLE, word)) return WHOLE[word];
    for (const [ending, instead] of ENDINGS) {
      if (word.endsWith(ending) && word.length - ending.length >= (ending === "s" ? 2 : 3)) {
        word = word.slice(0, -ending.length) + instead;
        break;
      }
    }
    for (const ending of ["ate", "e"]) {
      if (word.endsWith(ending) && word.length - ending.length >= 3) {
        word = word.slice(0, -ending.length);
        break;
      }
    }
    return word.length > 3 && word.at(-1) === word.at(-2) ? word.slice(0, -1) : word;
  }

  // --- Search. What a word of the query is worth is decided once for each word of the index, so
  // that a keystroke looks at every entry but compares no text.

  const SHOWN = 40;
  const RAREST = 5;
  const UNASKED = {
    list: 0.6, create: 0.55, get: 0.5, metrics: 0.45, update: 0.4, set: 0.2, add: 0.2,
    replace: 0.1, delete: 0.1, remove: 0.05,
  };
  const NAMED = [2, 2, 1.5, 0.8, 1.6, 1.8];
  const LATE = [0, 0.3, 0.8];
  let index = null;

  // What is an entry's own name, spelled as somebody may have it at hand.
  function namesOf(kind, name, about, anchor) {
    if (kind === 0) return [name, anchor, about, about.split(" ")[1]];
    if (kind === 1) return [name, about];
    if (kind === 3) return [name, name.replace(/^.*\[|\].*$|=.*$/g, "")];
    return kind === 2 ? [name, `${about}.${name}`] : [name];
  }

  function prepared() {
    if (index || !window.ASC_INDEX) return index;
    const data = window.ASC_INDEX;
    const places = new Map();
    const words = [];
    const counts = [];
    const numbered = (text) => [...new Set(split(text).map(stem))].map((word) => {
      if (!places.has(word)) {
        places.set(word, words.length);
        words.push(word);
        counts.push(0);
      }
      return places.get(word);
    });
    let operations = 0;
    const entries = data.entries.map(([kind, name, where, anchor, about, method = "", late = 0]) => {
      const isOperation = kind === 0;
      let ids, subject;
      if (isOperation) {
        const path = about.split("/").slice(2).filter((part) => part !== "{id}" && part !== "relationships");
        ids = numbered(path.join(" "));
        subject = new Set(numbered(path.at(-1)));
        operations += 1;
        for (const id of ids) counts[id] += 1;
      } else {
        subject = new Set(numbered(kind === 3 ? name.replace(/^(?:filter|exists|include)\b/, "") : name));
        ids = [...new Set([...subject, ...numbered(kind === 3 || kind === 5 ? "" : about)])];
      }
      return {
        kind, name, about, method, late, ids, subject,
        address: data.pages[where] + (anchor ? `#${anchor}` : ""),
        lower: name.toLowerCase(),
        names: namesOf(kind, name, about, anchor).map((text) => text.toLowerCase()),
        id: isOperation ? anchor.toLowerCase() : "",
        also: `${about}\n${anchor}`.toLowerCase(),
      };
    });
    const weights = counts.map((n) => (n ? Math.min(RAREST, Math.log(1 + operations / (1 + n))) : RAREST));
    const thesaurus = data.thesaurus;
    const same = new Map(Object.entries(thesaurus.same));
    const verbs = new Map(Object.entries(thesaurus.verbs));
    // Names whose words people write together: betagroups.
    const compounds = new Map();
    for (const { kind, name, about } of entries) {
      if (kind !== 1) continue;
      for (const text of [name, about]) {
        const parts = split(text);
        if (parts.length > 1) compounds.set(parts.join(""), parts);
      }
    }
    const known = new Set([...words, ...verbs.keys(), ...thesaurus.terms.flatMap(([said]) => said)]);
    index = {
      entries, words, places, weights, same, verbs, known, compounds,
      ignored: new Set(thesaurus.ignored),
      vocabulary: [...known, ...compounds.keys()].sort(),
      kinds: data.kinds,
      terms: thesaurus.terms.map(([said, targets]) => ({
        said,
        targets: targets.map(([names, operation, worth]) => ({
          ids: names.map((name) => places.get(name)), operation: operation.toLowerCase(), worth,
        })).filter(({ ids }) => !ids.includes(undefined)),
      })),
      notOffered: data.not_offered,
    };
    return index;
  }

  // The word that was meant: the known one with the fewest slips, as far as the length allows any.
  function meant(word) {
    const allowed = word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
    let best = null;
    let least = allowed + 1;
    for (const other of index.vocabulary) {
      if (Math.abs(other.length - word.length) >= least || other.length < 3) continue;
      const slips = distance(word, other, least);
      if (slips < least) { least = slips; best = other; }
    }
    return best;
  }
  function distance(one, other, limit) {
    let before = null;
    let last = Array.from({ length: other.length + 1 }, (_, place) => place);
    for (let i = 1; i <= one.length; i += 1) {
      const row = [i];
      let least = i;
      for (let j = 1; j <= other.length; j += 1) {
        const same = one[i - 1] === other[j - 1];
        let cost = Math.min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (same ? 0 : 1));
        if (before && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
          cost = Math.min(cost, before[j - 2] + 1);
        }
        row.push(cost);
        if (cost < least) least = cost;
      }
      if (least >= limit) return limit;
      before = last;
      last = row;
    }
    return last[other.length];
  }

  // A word by those that count the same, or by those it is written together of, slips and all.
  function inWords(said) {
    const same = index.same.get(said) || index.compounds.get(said);
    if (same || said.length < 6 || index.known.has(stem(said))) return same || [said];
    if (index.words.some((word) => word.startsWith(said))) return [said];
    for (const [name, parts] of index.compounds) if (name.startsWith(said)) return parts;
    return index.compounds.get(meant(said)) || [said];
  }

  function understood(query) {
    const spelled = split(query).flatMap(inWords);
    const isOpen = /[A-Za-z0-9]$/.test(query);
    const words = spelled.map((said, place) => {
      const isLast = isOpen && place === spelled.length - 1;
      const word = { said, stem: stem(said), isIgnored: index.ignored.has(said), isLast };
      const isKnown = index.known.has(word.stem);
      // It may be the beginning of a word that is still being typed.
      word.begins = isLast && !isKnown && index.vocabulary.some((other) => other.startsWith(said));
      if (!word.isIgnored && !word.begins && !isKnown) {
        word.stem = meant(word.stem) || meant(said) || word.stem;
      }
      return word;
    });
    const every = new Set(words.map((word) => word.stem));
    const last = words.at(-1);
    const isSaid = (word) => every.has(word)
      || (last.begins && last.said.length > 2 && word.startsWith(last.said));
    const terms = index.terms.filter(({ said }) => said.every(isSaid));
    const verbs = new Map();
    for (const word of words) {
      const methods = index.verbs.get(word.stem);
      if (methods && !/.(?:ion|ment)s?$/.test(word.said)) verbs.set(word.stem, methods);
    }
    const meanings = [];
    for (const word of words) {
      const mine = terms.filter(({ said }) => said.includes(word.stem)
        || (word.begins && said.some((other) => other.startsWith(word.said))));
      let weight = index.weights[index.places.get(word.stem)] || RAREST;
      if (word.isIgnored || verbs.has(word.stem)) {
        weight *= 0.35;
        if (!mine.length && (word.isIgnored || !index.places.has(word.stem)) && words.length > 1) continue;
      }
      const longest = Math.max(0, ...mine.map(({ said }) => said.length));
      meanings.push({
        weight,
        worth: worths(word),
        targets: mine.flatMap(({ said, targets }) => targets.map((target) => (
          { ...target, worth: target.worth * (said.length === longest ? 1 : 0.85) }))),
      });
    }
    const first = words.find((word) => !word.isIgnored);
    // What a word of the index has to do with any of it, so that most entries need no closer look.
    const said = new Uint8Array(index.words.length);
    const near = new Uint8Array(index.words.length);
    const called = new Set();
    for (const { worth, targets } of meanings) {
      worth.forEach((value, id) => {
        if (value > 0.5) said[id] = 1;
        if (value > 0) near[id] = 1;
      });
      for (const { ids, operation } of targets) {
        for (const id of ids) near[id] = 1;
        if (operation) called.add(operation);
      }
    }
    return { every, words, meanings, said, near, called, methods: fits(verbs, Boolean(first) && verbs.has(first.stem)) };
  }

  // What each word of the index is worth for a word of the query.
  function worths(word) {
    const found = new Float32Array(index.words.length);
    const stump = word.said.length > 1 ? word.said : "";
    index.words.forEach((other, id) => {
      if (other === word.stem || other === word.said) found[id] = 1;
      else if (word.isLast && other.startsWith(word.said)) found[id] = 0.6 + 0.35 * (word.said.length / other.length);
      else if (stump.length > 3 && other.startsWith(stump)) found[id] = 0.7;
      else if (stump.length > 2 && other.includes(stump)) found[id] = 0.4;
    });
    return found;
  }

  function fits(verbs, leads) {
    const found = leads ? {} : { ...UNASKED };
    let rank = leads ? 1 : 0.8;
    for (const methods of verbs.values()) {
      let worth = rank;
      for (const method of methods) {
        found[method] = Math.max(found[method] || 0, worth);
        worth *= 0.8;
      }
      rank *= 0.4;
    }
    return found;
  }

  function search(query) {
    if (!prepared()) return { hits: [], wish: "" };
    const text = query.trim().toLowerCase().replace(/^(?:await )?asc\./, "").replace(/\($/, "");
    if (!text) return { hits: [], wish: "" };
    const wanted = understood(query);
    const total = wanted.meanings.reduce((sum, { weight }) => sum + weight, 0);
    const wish = wished(wanted);
    const best = [];
    for (const entry of index.entries) {
      const points = score(entry, wanted, total, text)
        + (wish && entry.kind === 0 && wish.instead.includes(entry.address) ? 3 : 0);
      if (points > 0.15) place(best, { points, entry });
    }
    return { hits: best.map(({ entry }) => entry), wish: wish ? wish.text : "" };
  }

  // Puts a hit where it belongs among the best, if it does; most do not, which is seen at once.
  function place(best, hit) {
    if (best.length === SHOWN && !isBetter(hit, best[SHOWN - 1])) return;
    let at = best.length;
    while (at > 0 && isBetter(hit, best[at - 1])) at -= 1;
    best.splice(at, 0, hit);
    if (best.length > SHOWN) best.pop();
  }
  function isBetter(one, other) {
    if (one.points !== other.points) return one.points > other.points;
    if (one.entry.kind !== other.entry.kind) return one.entry.kind < other.entry.kind;
    const longer = one.entry.name.length - other.entry.name.length;
    return longer ? longer < 0 : one.entry.lower < other.entry.lower;
  }

  function score(entry, { meanings, methods, said, near, called }, total, text) {
    let points = 0;
    // Its own name, request or id, or the beginning of one; a part only of what is no plain word.
    if (entry.names.includes(text)) points += NAMED[entry.kind];
    else if (text.length > 1 && entry.lower.startsWith(text)) points += 0.35 * (text.length / entry.lower.length) + 0.1;
    else if (text.length > 3 && /[^a-z ]/.test(text) && (entry.lower.includes(text) || entry.also.includes(text))) points += 0.9;
    if (!entry.ids.some((id) => near[id]) && !(called.size && called.has(entry.id))) return points;
    let covered = 0;
    let extra = 0;
    let asked = null;
    for (const { weight, worth, targets } of meanings) {
      let best = 0;
      for (const id of entry.ids) if (worth[id] > best) best = worth[id];
      for (const target of targets) {
        if (target.worth <= best && !asked) continue;
        if (target.operation ? target.operation !== entry.id
          : !target.ids.length || !target.ids.every((id) => entry.ids.includes(id))) continue;
        asked = asked || new Set();
        for (const id of target.operation ? entry.ids : target.ids) asked.add(id);
        if (target.worth > best) best = target.worth;
      }
      covered += weight * best;
    }
    if (!covered) return points;
    for (const id of entry.ids) if (!said[id] && !asked?.has(id)) extra += index.weights[id];
    points += (covered / total) - 0.07 * (extra / RAREST);
    const first = meanings[0];
    for (const id of entry.subject) if (first.worth[id] > 0.9) { points += 0.04; break; }
    // A single word that is all of a path's name: its own operations.
    if (entry.kind === 0 && meanings.length === 1 && entry.ids.length === 1 && first.worth[entry.ids[0]] === 1) points += 0.95;
    if (entry.kind === 0) points += 0.3 * (methods[entry.method] || 0);
    else points -= entry.kind === 1 ? 0.1 : entry.kind === 5 ? 0.5 : 0.4;
    return points - LATE[entry.late];
  }

  function wished({ every, words }) {
    const telling = new Set(words.filter((word) => !word.isIgnored).map((word) => word.stem));
    return index.notOffered.find(({ asks, besides }) => [every, telling].some((said) => asks.some((ask) => (
      ask.every((word) => said.has(word))
      && (!besides || [...said].every((word) => ask.includes(word) || besides.includes(word)))))));
  }

  window.ASC = { search, split, stem };

  // --- The page.

  function element(tag, className, text) {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  }

  function hitRow(entry, place) {
    const link = document.createElement("a");
    link.href = root + entry.address;
    link.tabIndex = -1;
    if (entry.kind === 0) {
      const [method, path] = entry.about.split(" ");
      link.append(
        element("span", `verb ${method.toLowerCase()}`, method),
        element("span", "hit-name", entry.name), element("span", "hit-about", path),
      );
    } else {
      link.append(
        element("span", "kind", index.kinds[entry.kind]),
        element("span", "hit-name", entry.name), element("span", "hit-about", entry.about),
      );
    }
    const row = element("li", entry.late ? "hit old" : "hit", "");
    row.id = `site:hit:${place}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    row.append(link);
    return row;
  }

  function setUpSearch() {
    const [field, panel, list, wish, status] = ["search", "found", "hits", "wish", "status"]
      .map((name) => document.getElementById(`site:${name}`));
    let chosen = -1;

    function choose(place) {
      const rows = list.children;
      if (!rows.length) return;
      rows[chosen]?.setAttribute("aria-selected", "false");
      chosen = (place + rows.length) % rows.length;
      rows[chosen].setAttribute("aria-selected", "true");
      rows[chosen].scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", rows[chosen].id);
    }
    function open(isOpen) {
      panel.hidden = !isOpen;
      field.setAttribute("aria-expanded", String(isOpen));
      if (!isOpen) field.removeAttribute("aria-activedescendant");
    }
    function show() {
      const query = field.value;
      chosen = -1;
      if (!query.trim()) { open(false); return; }
      const found = search(query);
      list.replaceChildren(...found.hits.map(hitRow));
      list.scrollTop = 0;
      wish.hidden = !found.wish;
      wish.textContent = found.wish && `Not in the public API: ${found.wish}`;
      status.textContent = found.hits.length ? "" : index ? "Nothing is like that." : "The index is missing.";
      open(true);
      choose(0);
    }
    function close() {
      open(false);
      field.blur();
    }

    field.addEventListener("input", show);
    field.addEventListener("focus", () => { prepared(); if (field.value && panel.hidden) show(); });
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const link = list.children[chosen]?.firstElementChild;
      if (event.key === "ArrowDown") choose(chosen + 1);
      else if (event.key === "ArrowUp") choose(chosen - 1);
      else if (event.key === "Enter" && link && !panel.hidden) { close(); link.click(); }
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
    list.addEventListener("click", (event) => { if (event.target.closest("a")) close(); });
    document.addEventListener("pointerdown", (event) => {
      if (!event.target.closest(".search")) open(false);
    });
    document.addEventListener("focusin", (event) => {
      if (!event.target.closest(".search")) open(false);
    });
    document.addEventListener("keydown", (event) => {
      const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
      event.preventDefault();
      field.focus();
      field.select();
    });
  }

  function setUpTheme() {
    const button = document.getElementById("site:theme");
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.addEventListener("click", () => {
      page.dataset.theme = isDark() ? "light" : "dark";
      remember("theme", page.dataset.theme);
      show();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
    show();
  }

  function setUpFlavours() {
    const buttons = document.querySelectorAll(".flavours button");
    function show() {
      for (const button of buttons) {
        button.setAttribute("aria-pressed", String(button.dataset.flavour === page.dataset.flavour));
      }
    }
    for (const button of buttons) {
      button.addEventListener("click", () => {
        // What the reader looks at stays where it is, however many lines the snippets above have.
        const before = button.getBoundingClientRect().top;
        page.dataset.flavour = button.dataset.flavour;
        remember("flavour", page.dataset.flavour);
        show();
        scrollBy({ top: button.getBoundingClientRect().top - before, behavior: "instant" });
      });
    }
    show();
  }

  function setUpCopying() {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll(".copy")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const code = button.parentElement.querySelector(`.${page.dataset.flavour}`);
        try {
          await navigator.clipboard.writeText(code.textContent);
          button.textContent = "Copied";
        } catch {
          button.textContent = "Select it";
        }
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
    }
  }

  // A deep link opens what it leads into: the parameters of an operation, a long list of values.
  function reveal() {
    const name = location.hash.slice(1);
    let target = document.getElementById(name);
    try { target = target || document.getElementById(decodeURIComponent(name)); } catch { /* no anchor */ }
    if (!target) return;
    for (let place = target; place; place = place.parentElement) {
      if (place.tagName === "DETAILS") place.open = true;
    }
    target.scrollIntoView();
  }

  document.addEventListener("DOMContentLoaded", () => {
    setUpSearch();
    setUpTheme();
    setUpFlavours();
    setUpCopying();
    if (matchMedia("(max-width: 60rem)").matches) {
      for (const contents of document.querySelectorAll(".contents > details")) contents.open = false;
    }
    reveal();
  });
  addEventListener("hashchange", reveal);
})();
