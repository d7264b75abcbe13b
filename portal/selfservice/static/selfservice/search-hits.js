// Hits lead straight to their pages, and opening one is told beside it, without waiting.
// Without script the links go by way of the address that notes it.
"use strict";

for (const link of document.querySelectorAll("a[data-leads-to]")) {
  const noted = link.href;
  const tell = () => {
    fetch(noted, { keepalive: true, redirect: "manual" }).catch(() => {});
  };
  link.href = link.dataset.leadsTo;
  link.addEventListener("click", tell);
  link.addEventListener("auxclick", (event) => {
    if (event.button === 1) tell();
  });
}
