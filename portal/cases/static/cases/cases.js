// Shortens the way for those who write: answers while writing, drafts that save themselves, and a
// warning where an identity number is typed. The pages work without it.
"use strict";

(() => {
  const PAUSE = 800; // ms without a key before we look or save

  const later = (action, wait) => {
    let timer;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(action, wait);
    };
  };

  const saved = (form) => {
    const line = form.querySelector("[data-saved]");
    if (line) line.textContent = line.dataset.words;
  };

  // --- answers while writing (step 1) -----------------------------------------------------------

  const ask = document.querySelector("form[data-ask]");
  const offers = document.querySelector("[data-offers]");
  if (ask && offers) {
    let asked = "";
    let running = null;
    const look = async () => {
      const words = new FormData(ask);
      const now = ["product", "subject", "body"].map((name) => words.get(name)).join("\n");
      if (now === asked || !`${words.get("subject")}${words.get("body")}`.trim()) return;
      asked = now;
      running?.abort();
      running = new AbortController();
      try {
        const answer = await fetch(ask.dataset.lookup, {
          method: "POST",
          body: words,
          signal: running.signal,
        });
        if (answer.status !== 200) return;
        offers.innerHTML = await answer.text();
        // Who has seen the answers here does not need them once more on a page of their own.
        ask.elements.seen.value = offers.querySelector(".offer") ? "yes" : "";
        ask.elements.key.value = answer.headers.get("Draft-Key");
        const address = answer.headers.get("Draft-Address");
        ask.action = address;
        history.replaceState(history.state, "", address);
        saved(ask);
      } catch {
        // No answer: the draft is saved when the form is sent.
      }
    };
    const soon = later(look, PAUSE);
    ask.addEventListener("input", soon);
    if (offers.querySelector(".offer")) ask.elements.seen.value = "yes";
    ask.addEventListener("submit", () => running?.abort());
  }

  // --- drafts that save themselves (step 2, replies) ----------------------------------------------

  for (const form of document.querySelectorAll("form[data-autosave]")) {
    let sending = false;
    const save = async () => {
      if (sending) return;
      const words = new FormData(form);
      for (const input of form.querySelectorAll('input[type="file"]')) words.delete(input.name);
      words.set("autosave", "1");
      try {
        const answer = await fetch(form.action, { method: "POST", body: words });
        if (answer.status === 204) saved(form);
      } catch {
        // Saved when the form is sent.
      }
    };
    form.addEventListener("input", later(save, PAUSE));
    form.addEventListener("submit", () => {
      sending = true;
    });
    // Chosen files are attached at once, so that nothing is lost if the form does not pass.
    const files = form.querySelector('input[type="file"]');
    const attach = form.querySelector('button[name="attach"]');
    if (files && attach) files.addEventListener("change", () => files.files.length && attach.click());
  }

  // --- identity numbers as they are typed -----------------------------------------------------------
  // The same rule as search/text/redaction.py, which decides.

  const GAP = "[ \\t\\u200b-\\u200f\\u2060\\ufeff\\u00a0\\u2007\\u2009\\u202f\\u00ad.\\-\\u2010\\u2011\\u2013]";
  const CANDIDATE = new RegExp(
    `(?<!\\d)(\\d\\d${GAP}?\\d\\d${GAP}?\\d\\d${GAP}{0,3}\\d{3}${GAP}?\\d\\d)(?!\\d)`,
    "g",
  );
  const TAKEN =
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-z])(?=[0-9a-f]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{20,}(?![0-9a-z])|(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d(?::[0-6]\d(?:[.,]\d+)?)?/gi;
  const FIRST = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
  const SECOND = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];
  const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const sum = (weights, digits) => weights.reduce((all, w, at) => all + w * digits[at], 0) % 11;

  const kindOf = (written) => {
    const digits = [...written].filter((char) => char >= "0" && char <= "9").map(Number);
    if (digits.length !== 11 || sum(FIRST, digits) > 3 || sum(SECOND, digits) !== 0) return "";
    let day = digits[0] * 10 + digits[1];
    let month = digits[2] * 10 + digits[3];
    let kind = "birthNumber";
    if (day > 40) [day, kind] = [day - 40, "dNumber"];
    if (month > 80) [month, kind] = [month - 80, "synthetic"];
    else if (month > 40) [month, kind] = [month - 40, "helpNumber"];
    return month >= 1 && month <= 12 && day >= 1 && day <= DAYS[month - 1] ? kind : "";
  };

  const findNumber = (text) => {
    const taken = [...text.matchAll(TAKEN)].map((m) => [m.index, m.index + m[0].length]);
    CANDIDATE.lastIndex = 0;
    let match;
    while ((match = CANDIDATE.exec(text))) {
      const [start, end] = [match.index, match.index + match[0].length];
      CANDIDATE.lastIndex = start + 1; // candidates may overlap
      const inside = taken.some(([from, to]) => start < to && end > from);
      const kind = inside ? "" : kindOf(match[0]);
      if (kind) return { start, end, kind, text: match[0] };
    }
    return null;
  };

  const template = document.getElementById("number-warning");
  const warnings = new WeakMap();

  const check = (field) => {
    const found = findNumber(field.value);
    let box = warnings.get(field);
    if (!found) {
      box?.remove();
      warnings.delete(field);
      return;
    }
    if (!box) {
      box = template.content.firstElementChild.cloneNode(true);
      box.querySelector("button").addEventListener("click", () => mask(field));
      field.insertAdjacentElement("afterend", box);
      warnings.set(field, box);
    }
    box.querySelector("[data-found]").textContent = found.text;
  };

  const mask = (field) => {
    let found;
    while ((found = findNumber(field.value))) {
      const words = template.dataset[found.kind];
      field.value = field.value.slice(0, found.start) + words + field.value.slice(found.end);
    }
    check(field);
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  if (template) {
    for (const field of document.querySelectorAll("[data-no-numbers]")) {
      field.addEventListener("input", () => check(field));
      check(field);
    }
  }

  // --- the newest message is what one came for ------------------------------------------------------

  const newest = document.querySelector("[data-newest]");
  if (newest && !location.hash && document.querySelectorAll(".said").length > 3) {
    newest.scrollIntoView({ block: "nearest" });
  }
})();
