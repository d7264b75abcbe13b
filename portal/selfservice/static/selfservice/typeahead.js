// Titles offered under a search box while one writes: an ARIA combobox with a list box.
// Without script, or when nothing comes back, the box is an ordinary search box.
"use strict";

(() => {
  const WAIT = 160; // milliseconds after the last key
  const FEWEST = 2; // characters

  for (const input of document.querySelectorAll("input[data-suggests]")) attach(input);

  function attach(input) {
    const holder = input.parentElement;
    const list = document.createElement("ul");
    const status = document.createElement("p");
    let timer = 0;
    let request = null;
    let active = -1;

    list.id = `${input.id}-list`;
    list.className = "typeahead__list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.dataset.suggestsLabel);
    list.hidden = true;
    status.className = "ds-sr-only";
    status.setAttribute("role", "status");
    holder.append(list, status);

    // A search field may not be a combobox; a text field may.
    input.type = "text";
    input.inputMode = "search";
    input.enterKeyHint = "search";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    input.addEventListener("input", () => {
      clearTimeout(timer);
      request?.abort();
      leave();
      const words = input.value.trim();
      if (words.length < FEWEST) close();
      else timer = setTimeout(() => ask(words), WAIT);
    });

    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (list.hidden || !list.children.length) return;
        event.preventDefault();
        move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && !list.hidden && active >= 0) {
        event.preventDefault();
        open(list.children[active]);
      } else if (event.key === "Escape") {
        if (!list.hidden) event.preventDefault();
        close(); // also what has been asked for and is not there yet
      }
    });

    // Before blur, so that the list is still there when the button of the mouse comes up.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) open(option);
    });
    input.addEventListener("blur", close);
    input.form.addEventListener("submit", close);

    async function ask(words) {
      const mine = (request = new AbortController());
      try {
        const address = `${input.dataset.suggests}?q=${encodeURIComponent(words)}`;
        const answer = await fetch(address, { signal: mine.signal });
        const found = answer.ok ? (await answer.json()).suggestions : [];
        if (!mine.signal.aborted && document.activeElement === input) show(found);
      } catch {
        // No network; but where a key was pressed meanwhile, the next words are being asked for.
        if (!mine.signal.aborted) close();
      }
    }

    function show(found) {
      leave();
      list.replaceChildren(...found.map(option));
      list.hidden = found.length === 0;
      input.setAttribute("aria-expanded", String(found.length > 0));
      status.textContent = found.length
        ? input.dataset.suggestsCount.replace("{count}", found.length)
        : "";
    }

    function option(each, number) {
      const item = document.createElement("li");
      const title = document.createElement("span");
      const kind = document.createElement("span");
      item.id = `${list.id}-${number}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.address = each.address;
      title.textContent = each.title;
      if (each.language) title.lang = each.language;
      kind.className = "typeahead__kind";
      kind.textContent = each.kind;
      item.append(title, " ", kind);
      return item;
    }

    function move(step) {
      const count = list.children.length;
      list.children[active]?.setAttribute("aria-selected", "false");
      active = active < 0 && step < 0 ? count - 1 : (active + step + count) % count;
      const chosen = list.children[active];
      chosen.setAttribute("aria-selected", "true");
      chosen.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", chosen.id);
    }

    // Enter searches for what is written again.
    function leave() {
      list.children[active]?.setAttribute("aria-selected", "false");
      active = -1;
      input.removeAttribute("aria-activedescendant");
    }

    function open(chosen) {
      location.assign(chosen.dataset.address);
    }

    function close() {
      clearTimeout(timer);
      request?.abort();
      leave();
      list.hidden = true;
      list.replaceChildren();
      status.textContent = "";
      input.setAttribute("aria-expanded", "false");
    }
  }
})();
