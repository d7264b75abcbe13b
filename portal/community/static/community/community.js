// Shortens the way for those who write: a look at the text, what looks like it, numbers that are
// taken out, and a text that survives a closed tab. Everything works without it.
"use strict";

(() => {
  const PAUSE = 500; // milliseconds without a key before we look
  const form = document.querySelector("form[data-writes]");
  if (!form) return;

  const title = form.querySelector("[data-title]");
  const body = form.querySelector("[data-body]");
  const boxes = [title, body].filter((box) => box && box.type !== "hidden");
  const pane = form.querySelector("[data-pane]");
  const numbers = form.querySelector("[data-numbers]");
  const similar = form.querySelector("[data-similar-pane]");

  // The look comes by itself now; the button for it is for those without script.
  if (pane) form.querySelector("[data-without-script]")?.remove();

  // --- asking the server, once after each pause -----------------------------------------------

  function asker(address, use) {
    let waits = 0;
    let running = null;
    return () => {
      clearTimeout(waits);
      waits = setTimeout(async () => {
        running?.abort();
        running = new AbortController();
        try {
          const sent = { method: "POST", body: new FormData(form), signal: running.signal };
          const answer = await fetch(address, sent);
          if (answer.ok) await use(answer);
        } catch {
          // No answer now; the next pause asks again.
        }
      }, PAUSE);
    };
  }

  function takeOut(masked) {
    for (const box of boxes) {
      const text = masked[box.name];
      if (text !== undefined && text !== box.value) box.value = text;
    }
    boxes[0].dispatchEvent(new Event("input", { bubbles: true }));
    boxes[boxes.length - 1].focus();
  }

  function warn(words, masked) {
    const shown = numbers.querySelector("p")?.textContent || "";
    if (words === shown && !words) return;
    numbers.replaceChildren();
    if (!words) return;
    const piece = document.querySelector("[data-numbers-template]").content.cloneNode(true);
    piece.querySelector("[data-words]").textContent = words;
    piece.querySelector("[data-take-out]").addEventListener("click", () => takeOut(masked));
    numbers.append(piece);
  }

  const look = asker(form.dataset.preview, async (answer) => {
    const { html, language, warning, masked } = await answer.json();
    if (numbers) warn(warning, masked || {});
    if (!pane) return;
    const text = pane.querySelector("[data-pane-text]");
    text.innerHTML = html; // made safe by the server, as on the finished page
    text.lang = language;
    pane.hidden = !html;
  });

  const compare = asker(form.dataset.similar, async (answer) => {
    const html = await answer.text();
    // What one is about to press must not move away.
    if (similar.contains(document.activeElement)) return;
    similar.innerHTML = html;
  });

  // --- what is written survives a closed connection and a reload --------------------------------

  const place = `community:${form.dataset.writes}`;
  const key = form.elements.form_key.value;
  const last = form.dataset.last;

  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(place)) || {};
    } catch {
      return {};
    }
  }

  function keep(sent) {
    const texts = Object.fromEntries(boxes.map((box) => [box.name, box.value]));
    sessionStorage.setItem(place, JSON.stringify({ texts: { ...kept().texts, ...texts }, key, last, sent }));
  }

  const before = kept();
  // Published since it was kept: the form then had another key, and there is something newer.
  if (before.sent && before.key !== key && before.last !== last) {
    sessionStorage.removeItem(place);
  } else {
    for (const box of boxes) if (!box.value && before.texts?.[box.name]) box.value = before.texts[box.name];
  }

  form.addEventListener("input", (event) => {
    if (!boxes.includes(event.target)) return;
    keep(false);
    look();
    if (similar) compare();
  });
  form.addEventListener("change", (event) => {
    if (similar && event.target.name === "product") compare();
  });
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    keep(!button?.name || button.value === "publish");
  });

  if (boxes.some((box) => box.value)) {
    look();
    if (similar && title?.value) compare();
  }
})();
