// Keys of the moderators' queue: the page works without them.
"use strict";

(() => {
  const posts = [...document.querySelectorAll("[data-post]")];
  const off = () => localStorage.getItem("moderation-keys") === "off";
  if (!posts.length) return;

  const writing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const current = () => document.activeElement?.closest("[data-post]");

  function move(step) {
    const at = posts.indexOf(current());
    const next = at < 0 ? (step > 0 ? 0 : posts.length - 1) : at + step;
    const post = posts[Math.min(posts.length - 1, Math.max(0, next))];
    post.querySelector("[data-opens]")?.focus();
    post.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (off() || writing(event.target)) return;
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      move(event.key === "j" ? 1 : -1);
      return;
    }
    const way = /^[a-z]$/.test(event.key) && current()?.querySelector(`[data-key="${event.key}"]`);
    if (!way) return;
    event.preventDefault();
    way.click();
  });

  const line = document.querySelector("[data-keys-switch]");
  if (line) {
    const box = line.querySelector("input");
    line.hidden = false;
    box.checked = !off();
    box.addEventListener("change", () =>
      localStorage.setItem("moderation-keys", box.checked ? "on" : "off"));
  }
})();
