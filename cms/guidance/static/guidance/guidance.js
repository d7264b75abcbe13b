// What the reading page gains with script; nothing here is needed to read or to answer.
"use strict";

for (const element of document.querySelectorAll("[data-needs-script]")) {
  element.removeAttribute("hidden");
}
