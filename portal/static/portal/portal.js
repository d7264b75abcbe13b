// Shortens the way for those with script; every page works without it.
"use strict";

// Designsystemet's own warnings are for developers.
window.dsWarnings = false;

// A summary of what to mend takes focus, so that it is read first.
document.querySelector("[data-takes-focus]")?.focus();

// A form is sent once: the second press of the button does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});

// A page brought back by the Back button may send its forms again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Buttons that copy the text of an element.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copies);
  await navigator.clipboard.writeText(source.innerText);
  button.querySelector("[data-copied]")?.removeAttribute("hidden");
});
