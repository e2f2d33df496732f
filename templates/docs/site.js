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

  // --- Search. It reads and ranks a wish as `ascgen search` does (explore/reading.py, ranking.py):
  // the words, the figures and the rules for endings come with the index, and a test compares the
  // two. Only what has not been typed to its end is a matter of this page alone.

  const SHOWN = 40;
  const DISTINCT = 25;
  const NAME = /^(?:[A-Za-z]+(?:[a-z0-9][A-Z]|[_.[=]).*|[A-Z][A-Z0-9_]{3,}$)/;
  const [HELPER, GUIDE, OPERATION, FIELD] = [0, 1, 2, 5]; // places in index.kinds
  const [DEPRECATED, TWIN, HIDDEN] = [1, 2, 4];
  let index = null;

  function split(text) {
    const found = text.replace(/['\u2019]/g, "").match(prepared().pattern) || [];
    return found.filter((word) => !/^V[0-9]+$/.test(word)).map((word) => word.toLowerCase());
  }

  const stemmed = new Map();
  function stem(word) {
    let known = stemmed.get(word);
    if (known === undefined) stemmed.set(word, (known = cut(word)));
    return known;
  }
  function cut(word) {
    const { whole, endings, last } = window.ASC_INDEX.words;
    if (Object.hasOwn(whole, word)) return whole[word];
    for (const [ending, instead] of endings) {
      if (word.endsWith(ending) && word.length - ending.length >= (ending === "s" ? 2 : 3)) {
        word = word.slice(0, -ending.length) + instead;
        break;
      }
    }
    for (const ending of last) {
      if (word.endsWith(ending) && word.length - ending.length >= 3) {
        word = word.slice(0, -ending.length);
        break;
      }
    }
    return word.length > 3 && word.at(-1) === word.at(-2) ? word.slice(0, -1) : word;
  }

  function prepared() {
    if (index || !window.ASC_INDEX) return index;
    const data = window.ASC_INDEX;
    index = { ...data, pattern: new RegExp(data.words.pattern, "g") };
    const stems = (text) => [...new Set(split(text).map(stem))];
    const counts = new Map();
    let operations = 0;
    index.entries = data.entries.map(([kind, id, flags, places, called, method = "", fields = 0, values = 0]) => {
      const about = places[0][2] || "";
      const name = called || (kind === FIELD ? id.split(".").at(-1) : id);
      const entry = {
        kind, id, name, about, flags, method, places, fields, values,
        lower: [id.toLowerCase()],
      };
      if (kind === OPERATION) {
        const [root, ...rest] = about.split("/").slice(2);
        const member = rest.length > 1 ? rest.at(-1) : "";
        entry.words = new Set([...stems(root), ...stems(member)]);
        entry.subject = new Set(stems(member || root));
        entry.lower.push(name, about.toLowerCase());
        if (about.startsWith("GET ")) entry.lower.push(about.slice(4).toLowerCase());
        operations += 1;
        for (const word of entry.words) counts.set(word, (counts.get(word) || 0) + 1);
      } else if (kind < OPERATION) {
        entry.words = entry.subject = new Set();
        const tail = id.split(".").at(-1).toLowerCase();
        if (kind < GUIDE && tail.includes("_")) entry.lower.push(tail);
      } else {
        if (kind === FIELD) entry.lower.push(name.toLowerCase());
        Object.defineProperty(entry, "words", { get: () => (entry.known ||= new Set(stems(id))) });
        Object.defineProperty(entry, "subject", { get: () => entry.words });
      }
      return entry;
    });
    index.weights = new Map();
    for (const [word, n] of counts) {
      index.weights.set(word, Math.min(data.tuning.rarest, Math.log(1 + operations / (1 + n))));
    }
    const byStem = (names) => {
      const found = new Map();
      names.forEach((name, place) => {
        for (const word of stems(name)) found.set(word, (found.get(word) || new Set()).add(place));
      });
      return found;
    };
    index.fieldsBy = byStem(data.fields);
    index.valuesBy = byStem(data.values);
    index.byId = new Map(index.entries.filter(({ kind }) => kind <= OPERATION).map((entry) => [entry.id, entry]));
    index.same = new Map(Object.entries(data.same));
    index.compounds = new Map(Object.entries(data.compounds));
    index.verbs = new Map(Object.entries(data.verbs));
    for (const name of ["ignored", "details"]) index[name] = new Set(data[name]);
    index.known = new Set([
      ...index.weights.keys(),
      ...[...index.verbs.keys()].flatMap((words) => words.split(" ")),
      ...data.terms.flatMap(([words]) => words),
      ...data.notOffered.flatMap(({ asks }) => asks.flat()),
    ]);
    index.spellings = [...new Set([...index.known, ...index.compounds.keys(), ...index.same.keys()])].sort();
    return index;
  }

  const weightOf = (word) => index.weights.get(word) ?? index.tuning.rarest;

  // The word that was meant: the known one with the fewest slips, as far as the length allows any.
  const corrections = new Map();
  function mended(word) {
    let known = corrections.get(word);
    if (known === undefined) corrections.set(word, (known = nearest(word)));
    return known;
  }
  function nearest(word) {
    const allowed = word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
    let best = "";
    let least = allowed + 1;
    for (const other of index.spellings) {
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

  // The word that most operations have of those that begin like this.
  function completed(said) {
    if (said.length < 2) return "";
    const rank = (word) => [weightOf(word), word.length];
    let best = "";
    for (const word of index.spellings) {
      if (!word.startsWith(said)) continue;
      const [weight, length] = rank(word);
      const [least, shortest] = best ? rank(best) : [Infinity, Infinity];
      if (weight < least || (weight === least && length < shortest)) best = word;
    }
    return best;
  }

  function meant(said, isLast) {
    const word = stem(said);
    const isKnown = index.ignored.has(said) || index.known.has(word)
      || (word.length > 3 && (index.fieldsBy.has(word) || index.valuesBy.has(word)));
    let spelled = said;
    if (!isKnown && !index.same.has(said) && !index.compounds.has(said)) {
      spelled = (isLast && completed(said)) || mended(word) || said;
    }
    const parts = index.same.get(spelled) || index.compounds.get(spelled) || [spelled];
    return parts.map((part) => ({ said: part, stem: stem(part), isIgnored: index.ignored.has(part) }));
  }

  function verbsOf(words) {
    const found = new Map();
    words.forEach((word, place) => {
      if (found.has(word.stem) || /^.+(?:ion|ment)s?$/.test(word.said)) return;
      const other = words.slice(place + 1).find(({ stem: next }) => index.verbs.has(`${word.stem} ${next}`));
      if (other) {
        found.set(word.stem, index.verbs.get(`${word.stem} ${other.stem}`));
        found.set(other.stem, []);
      } else if (index.verbs.has(word.stem)) found.set(word.stem, index.verbs.get(word.stem));
    });
    return found;
  }

  function fits(verbs, leads) {
    const { lesser, later } = index.tuning;
    const found = leads ? {} : { ...index.unasked };
    let rank = leads ? 1 : lesser;
    for (const methods of verbs) {
      let worth = rank;
      for (const method of methods) {
        found[method] = Math.max(found[method] || 0, worth);
        worth *= lesser;
      }
      rank *= later;
    }
    return found;
  }

  function isTogether(term, said) {
    const count = term.length;
    return said.some((_, place) => {
      const part = new Set(said.slice(place, place + count));
      return place + count <= said.length && part.size === count && term.every((word) => part.has(word));
    });
  }

  // Whether a set of the index has one of these, asked once a query instead of once an entry.
  function having(wanted) {
    return (numbers) => Boolean(wanted) && numbers.some((number) => wanted.has(number));
  }

  function understood(words, query) {
    const { tuning } = index;
    const said = words.map((word) => word.stem);
    const every = new Set(said);
    const terms = index.terms.filter(([mine]) => mine.every((word) => every.has(word)))
      .map(([mine, targets]) => ({ mine, targets, worth: isTogether(mine, said) ? 1 : tuning.apart }));
    const verbs = verbsOf(words);
    const meanings = new Map();
    for (const { stem: word, isIgnored } of words) {
      const own = terms.filter(({ mine }) => mine.includes(word));
      let weight = weightOf(word);
      if (isIgnored || verbs.has(word)) {
        weight *= isIgnored ? tuning.ignored_weight : tuning.verb_weight;
        if (!own.length && !(index.weights.has(word) && word.length > 3)) continue;
      } else if (index.details.has(word)) weight *= tuning.detail_weight;
      const longest = Math.max(0, ...own.map(({ mine }) => mine.length));
      meanings.set(word, {
        word, weight,
        inFields: index.fieldSets.map(having(index.fieldsBy.get(word))),
        inValues: index.valueSets.map(having(index.valuesBy.get(word))),
        targets: own.flatMap(({ mine, targets, worth }) => targets.map(([name, entry, field, own_]) => (
          { name, entry, field, worth: own_ * worth * (mine.length === longest ? 1 : tuning.shorter) }))),
      });
    }
    const first = words.find((word) => !word.isIgnored);
    const methods = fits([...verbs.values()].filter((found) => found.length), Boolean(first) && verbs.has(first.stem));
    if (verbs.size && methods.get !== undefined && methods.list !== undefined) {
      const isPlural = words.some(({ said: word, isIgnored }) => (
        !isIgnored && word.endsWith("s") && !word.endsWith("ss")));
      const [less, more] = [methods.get, methods.list].sort((one, other) => one - other);
      [methods.get, methods.list] = isPlural ? [less, more] : [more, less];
    }
    const isVerbless = ![...verbs.values()].some((found) => found.length);
    const isField = [...meanings.values()].some(({ targets }) => targets.some(({ field }) => field !== -1));
    if (isVerbless && isField) methods.update = tuning.named_field;
    const parts = query.trim().split(/\s+/);
    const names = new Set(parts.filter((part) => parts.length === 1 || NAME.test(part)).map((part) => part.toLowerCase()));
    const called = parts.join(" ").replace(/^(?:await )?(?:asc|client)\.|\([^]*$/g, "").toLowerCase();
    if (called) names.add(called);
    names.delete("");
    const isTerm = words.length === 1 && index.terms.some(([mine]) => mine.length === 1 && every.has(mine[0]));
    return { every, isTerm, meanings: [...meanings.values()], methods, names, isName: parts.length === 1 || /[[/_.=]/.test(called), called };
  }

  function score(entry, { every, isTerm, meanings, methods, names, isName, called }) {
    const { tuning } = index;
    let covered = 0;
    let total = 0;
    let asked = every;
    for (const meaning of meanings) {
      total += meaning.weight;
      let best = 0;
      if (entry.words.has(meaning.word)) best = 1;
      else if (meaning.inFields[entry.fields]) best = tuning.field;
      else if (meaning.inValues[entry.values]) best = tuning.value;
      for (const target of meaning.targets) {
        let { worth } = target;
        if (target.entry) {
          if (target.entry !== entry.id) continue;
        } else if (!target.name.every((word) => entry.words.has(word))) continue;
        else if (target.field !== -1 && !index.fieldSets[entry.fields].includes(target.field)) worth *= tuning.without_field;
        asked = new Set([...asked, ...(target.entry ? entry.words : target.name)]);
        if (worth > best) best = worth;
      }
      covered += meaning.weight * best;
    }
    let points = 0;
    if (!(isTerm && entry.kind === FIELD)) {
      points = entry.lower.some((name) => names.has(name)) ? tuning.exact : isName ? begun(entry, called) : 0;
    }
    if (!covered) return points;
    const others = [...entry.words].filter((word) => !asked.has(word)).map(weightOf).sort((one, other) => one - other);
    points += covered / total - tuning.extra * (others.reduce((sum, weight) => sum + weight, 0) / tuning.rarest);
    const [first] = meanings;
    if (entry.subject.has(first.word) || first.targets.some(({ name, entry: only }) => (
      only ? only === entry.id : name.every((word) => entry.subject.has(word))))) points += tuning.subject;
    if (entry.method) {
      points += tuning.method * (methods[entry.method] || 0);
      if (entry.flags & TWIN) points -= tuning.twin;
    } else points += entry.kind === GUIDE ? tuning.method : -tuning.other_kind;
    if (entry.kind < OPERATION) points += tuning.helper;
    return Math.max(tuning.faintest, points - (entry.flags & DEPRECATED ? tuning.deprecated : 0));
  }

  // A name of which only the beginning has been typed.
  function begun(entry, text) {
    const name = text.length > 1 && entry.lower.find((other) => other.startsWith(text));
    return name ? index.tuning.begun * (text.length / name.length) : 0;
  }

  // Most names have nothing to do with the wish: a look at their letters is enough to see it.
  function probeOf({ meanings, isName, called }) {
    const probes = new Set(isName && called ? [called.replace(/[^a-z0-9]/g, "\\$&")] : []);
    const telling = Math.max(0, ...meanings.map(({ weight }) => weight)) * index.tuning.telling;
    for (const { word, weight, targets } of meanings) {
      if (weight < telling) continue;
      for (const text of [word, ...targets.flatMap(({ name }) => name)]) probes.add(text.slice(0, 4));
    }
    return probes.size ? new RegExp([...probes].join("|"), "i") : null;
  }

  function search(query) {
    if (!prepared() || !query.trim()) return { hits: [], wish: "" };
    const said = split(query);
    const last = /[A-Za-z0-9]$/.test(query) ? said.length - 1 : -1;
    const words = said.flatMap((word, place) => meant(word, place === last));
    const wanted = understood(words, query);
    const probe = probeOf(wanted);
    const best = [];
    const own = new Map();
    for (const entry of index.entries) {
      if (entry.kind > OPERATION && !probe?.test(entry.id)) continue;
      if (entry.flags & HIDDEN && !wanted.names.has(entry.id.toLowerCase())) continue;
      const points = Math.floor(score(entry, wanted) * 1000 + 0.5) / 1000;
      if (entry.kind <= OPERATION) own.set(entry.id, points);
      if (points > 0 && entry.kind !== HELPER) place(best, { points, entry });
    }
    // After each operation comes the workflow that does it with others.
    for (const [id, does] of Object.entries(index.does)) {
      const done = Math.max(0, ...does.map((operation) => own.get(operation) || 0));
      const points = Math.max(own.get(id), done - index.tuning.instead);
      if (points > 0) place(best, { points, entry: index.byId.get(id) });
    }
    const wish = wished(words);
    const near = wish ? wish.instead.map((id) => index.byId.get(id)).filter(Boolean) : [];
    const entries = [...near, ...best.map(({ entry }) => entry).filter((entry) => !near.includes(entry))];
    return { hits: shown(entries.slice(0, DISTINCT)), wish: wish ? wish.text : "" };
  }

  // Each hit where it is first, then the other places of the same name, as far as there is room.
  function shown(entries) {
    const at = (entry, [page_, anchor, about = ""]) => ({
      kind: entry.kind, id: entry.id, name: entry.name, about, late: entry.flags & DEPRECATED,
      address: index.pages[page_] + (anchor ? `#${anchor}` : ""),
    });
    const first = entries.map((entry) => at(entry, entry.places[0]));
    const more = entries.flatMap((entry) => entry.places.slice(1).map((other) => at(entry, other)));
    return [...first, ...more].slice(0, SHOWN);
  }

  // Puts a hit where it belongs among the best, if it does; most do not, which is seen at once.
  function place(best, hit) {
    if (best.length === DISTINCT && !isBetter(hit, best[DISTINCT - 1])) return;
    let at = best.length;
    while (at > 0 && isBetter(hit, best[at - 1])) at -= 1;
    best.splice(at, 0, hit);
    if (best.length > DISTINCT) best.pop();
  }
  function isBetter(one, other) {
    if (one.points !== other.points) return one.points > other.points;
    if (one.entry.kind !== other.entry.kind) return one.entry.kind < other.entry.kind;
    const longer = one.entry.id.length - other.entry.id.length;
    return longer ? longer < 0 : one.entry.id < other.entry.id;
  }

  function wished(words) {
    const every = new Set(words.map((word) => word.stem));
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
    if (entry.kind === OPERATION) {
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
