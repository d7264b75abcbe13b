// The desk's keys, the line about new cases, and text that survives. The pages work without it.
"use strict";

(() => {
  const keysOff = () => localStorage.getItem("desk-keys") === "off";
  const dialog = document.getElementById("desk-keys");
  const table = document.querySelector(".desk-table");
  const composer = document.getElementById("composer");
  const several = document.getElementById("desk-several");

  // --- keys -------------------------------------------------------------------------------------

  function writing(target) {
    const places = "input:not(.desk-choose), textarea, select, [contenteditable], dialog[open]";
    return target.closest(places);
  }

  function move(step) {
    const links = [...table.querySelectorAll("[data-row] .desk-subject > a")];
    const row = document.activeElement.closest("[data-row]");
    const here = row ? links.findIndex((link) => row.contains(link)) : step > 0 ? -1 : links.length;
    const next = links[Math.min(links.length - 1, Math.max(0, here + step))];
    next.focus();
    next.closest("[data-row]").scrollIntoView({ block: "nearest" });
  }

  function openTab(tab) {
    const box = composer.querySelector("textarea");
    if (composer.dataset.kind === tab) {
      box.focus();
      box.scrollIntoView({ block: "center" });
    } else {
      composer.querySelector(`[data-tab="${tab}"]`)?.click();
    }
  }

  const keys = {
    j: () => table && move(1),
    k: () => table && move(-1),
    r: () => composer && openTab("answer"),
    n: () => composer && openTab("note"),
    x: () => table && document.activeElement.closest("[data-row]")?.querySelector(".desk-choose")?.click(),
    b: () => several?.querySelector("button:enabled")?.focus(),
    u: () => document.querySelector("[data-back]")?.click(),
    "?": () => dialog && !dialog.open && dialog.showModal(),
  };

  for (const way of document.querySelectorAll("[data-accept]")) {
    keys[way.dataset.accept] = () => way.click();
  }
  for (const way of document.querySelectorAll("[data-key]")) {
    keys[way.dataset.key] = () => way.click();
  }

  // Ctrl and Enter send what is being written, as the button under it does.
  composer?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const send = event.target.form?.querySelector(".desk-send button[type=submit]");
    if (!send || event.isComposing || event.repeat || keysOff()) return;
    event.preventDefault();
    send.click();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!keys[event.key] || writing(event.target) || keysOff()) return;
    event.preventDefault();
    if (event.repeat && event.key !== "j" && event.key !== "k") return;
    keys[event.key]();
  });

  document.querySelector('[data-opens="desk-keys"]')?.addEventListener("click", (event) => {
    if (!dialog?.showModal) return;
    event.preventDefault();
    dialog.showModal();
  });

  const use = document.getElementById("desk-keys-on");
  if (use) {
    use.checked = !keysOff();
    use.addEventListener("change", () => {
      localStorage.setItem("desk-keys", use.checked ? "on" : "off");
    });
  }

  // --- the chosen rows: what can be done with them shows when there are some ----------------------

  if (several) {
    const boxes = [...table.querySelectorAll(".desk-choose")];
    const count = several.querySelector("[role=status]");
    const all = several.querySelector("[data-choose-all]");
    for (const button of [all, several.querySelector("[type=reset]")]) button.hidden = false;
    const show = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      several.dataset.chosen = chosen;
      for (const button of several.querySelectorAll("button")) button.disabled = !chosen;
      count.textContent =
        chosen === 1 ? count.dataset.one : count.dataset.many.replace("{n}", chosen);
    };
    table.addEventListener("change", show);
    all.addEventListener("click", () => {
      for (const box of boxes) box.checked = true;
      show();
    });
    several.addEventListener("reset", () => {
      boxes.find((box) => box.checked)?.closest("[data-row]").querySelector(".desk-subject > a").focus();
      setTimeout(show);
    });
    window.addEventListener("pageshow", show); // a page gone back to keeps what was chosen
    show();
  }

  // --- new cases: a line one may press; nothing moves by itself -----------------------------------

  const line = document.querySelector("[data-news]");
  if (line) {
    let etag = "";
    const look = async () => {
      if (document.hidden) return;
      const address = `${line.dataset.news}&since=${encodeURIComponent(line.dataset.since)}`;
      try {
        const headers = etag ? { "If-None-Match": etag } : {};
        const answer = await fetch(address, { headers, cache: "no-store" });
        if (answer.status !== 200) return;
        etag = answer.headers.get("ETag") || "";
        const { words } = await answer.json();
        line.replaceChildren();
        if (!words) return;
        const link = document.createElement("a");
        link.href = line.dataset.address;
        link.textContent = words;
        line.append(link);
      } catch {
        // No answer now; there is another look in a while.
      }
    };
    setInterval(look, 30_000);
    document.addEventListener("visibilitychange", look);
  }

  // --- what is written survives a closed connection, a reload and a change of tab ------------------

  const form = document.querySelector("form[data-keeps]");
  if (form) {
    const box = form.querySelector("textarea");
    const place = `desk:${form.dataset.keeps}`;
    const key = (form.elements.submission_key ?? form.elements.form_key).value;
    const ends = document.querySelectorAll(".desk-message:last-of-type, .bridge-post:last-of-type");
    const last = [...ends].map((end) => end.id).join(" ");
    const read = () => {
      try {
        return JSON.parse(sessionStorage.getItem(place)) || {};
      } catch {
        return {};
      }
    };
    const kept = read();
    // Sent since it was kept: the form then had another key, and there is a later message.
    const sent = kept.sent && kept.key !== key && kept.last !== last;
    if (sent) sessionStorage.removeItem(place);
    else if (kept.text && !box.value) box.value = kept.text;
    const keep = (wasSent) => {
      const state = { text: box.value, key, last, sent: wasSent };
      sessionStorage.setItem(place, JSON.stringify(state));
    };
    box.addEventListener("input", () => keep(false));
    form.addEventListener("submit", (event) => {
      keep(!event.submitter?.name);
    });
  }

  // --- texts put in where the cursor is, or last before anybody has been there ---------------------

  let beenThere = false;
  composer?.addEventListener("focusin", (event) => {
    if (event.target.matches("form[data-keeps$='-answer'] textarea")) beenThere = true;
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name='insert']");
    const box = composer?.querySelector("form[data-keeps$='-answer'] textarea");
    if (!button || !box) return;
    event.preventDefault();
    const [from, to] = beenThere
      ? [box.selectionStart, box.selectionEnd]
      : [box.value.length, box.value.length];
    const before = box.value.slice(0, from).trimEnd();
    const after = box.value.slice(to).trimStart();
    const gap = "\n\n";
    const put = `${before && gap}${button.value}${after && gap}`;
    box.setRangeText(put, before.length, box.value.length - after.length, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });
})();
