// Shortens the way for those who write: a look at the text, what looks like it, numbers that are
// taken out, and drafts that save themselves. Everything works without it.
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
          const words = new FormData(form);
          words.delete("file");
          const sent = { method: "POST", body: words, signal: running.signal };
          const answer = await fetch(address, sent);
          if (answer.ok && !answer.redirected) await use(answer);
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

  // --- drafts that save themselves ----------------------------------------------------------------

  const line = form.querySelector("[data-saved]");
  let sending = false;
  let saving = 0;
  let unsaved = false;

  function written() {
    const words = new FormData(form);
    words.delete("file");
    words.set("autosave", "1");
    return words;
  }

  async function save() {
    if (sending) return;
    const words = written();
    unsaved = false;
    try {
      const answer = await fetch(form.action, { method: "POST", body: words });
      if (line && answer.status === 204) line.textContent = line.dataset.words;
    } catch {
      // Saved when the form is sent.
    }
  }

  function saveSoon() {
    clearTimeout(saving);
    unsaved = true;
    if (line) line.textContent = "";
    saving = setTimeout(save, PAUSE);
  }

  // --- tags and hints of the product that is chosen -------------------------------------------------

  const hints = form.querySelector("[data-hints-pane]");
  const tags = form.querySelector("[data-tags-pane]");
  const refit = asker(form.dataset.byProduct, async (answer) => {
    const piece = document.createElement("template");
    piece.innerHTML = await answer.text();
    hints.replaceChildren(...piece.content.querySelector("[data-hints]").childNodes);
    tags.replaceChildren(...piece.content.querySelector("[data-tags]").childNodes);
  });

  // --- pictures into the text -------------------------------------------------------------------------

  for (const button of form.querySelectorAll("[data-insert]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      // A box nobody has been in yet has its mark at the beginning; the picture goes last there.
      const at = body.selectionStart || body.value.length;
      const before = body.value.slice(0, at);
      const gap = before && !before.endsWith("\n") ? "\n\n" : "";
      body.setRangeText(`${gap}${button.dataset.insert}\n`, at, body.selectionEnd || at, "end");
      body.dispatchEvent(new Event("input", { bubbles: true }));
      body.focus();
    });
  }

  form.addEventListener("input", (event) => {
    if (event.target.type !== "file") saveSoon();
    if (!boxes.includes(event.target)) return;
    look();
    if (similar) compare();
  });
  form.addEventListener("change", (event) => {
    if (event.target.name !== "product") return;
    if (similar) compare();
    if (hints && tags) refit();
  });
  form.addEventListener("submit", () => {
    sending = true;
    clearTimeout(saving);
  });
  // Whoever leaves within the pause leaves what is written here all the same.
  window.addEventListener("pagehide", () => {
    if (unsaved && !sending) navigator.sendBeacon(form.action, written());
  });
  // Back from the next page the form is as it was, and writing goes on.
  window.addEventListener("pageshow", () => {
    sending = false;
  });

  if (boxes.some((box) => box.value)) {
    look();
    if (similar && title?.value) compare();
  }
})();
