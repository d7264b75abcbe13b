// What was searched for in this browser, kept in the browser alone: the server is not told.
"use strict";

(() => {
  const NAME = "recent-searches";
  const MOST = 6;
  const LONGEST = 100; // characters
  const MASKED_OR_ADDRESS = /[[\]@]|\d{6}/; // what may be of a person is not kept

  function read() {
    try {
      const kept = JSON.parse(localStorage.getItem(NAME));
      return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
    } catch {
      return []; // the browser keeps nothing, or something else was written there
    }
  }

  function write(words) {
    try {
      if (words.length) localStorage.setItem(NAME, JSON.stringify(words));
      else localStorage.removeItem(NAME);
    } catch {
      // The browser keeps nothing.
    }
  }

  const found = document.querySelector("[data-searched-for]");
  if (found) {
    const words = found.dataset.searchedFor.trim();
    if (words && words.length <= LONGEST && !MASKED_OR_ADDRESS.test(words)) {
      const others = read().filter((each) => each.toLowerCase() !== words.toLowerCase());
      write([words, ...others].slice(0, MOST));
    }
  }

  const section = document.querySelector("[data-recent-searches]");
  if (!section) return;
  const recent = read();
  const list = section.querySelector("ul");
  const status = document.querySelector("[data-recent-status]");
  for (const words of recent) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.className = "ds-link";
    link.href = `${section.dataset.recentSearches}?q=${encodeURIComponent(words)}`;
    link.textContent = words;
    item.append(link);
    list.append(item);
  }
  section.hidden = recent.length === 0;
  section.querySelector("button").addEventListener("click", () => {
    write([]);
    list.replaceChildren();
    section.hidden = true;
    status.textContent = status.dataset.recentStatus;
    document.querySelector("#search-words")?.focus();
  });
})();
