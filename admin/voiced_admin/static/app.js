// What the pages do by themselves: parts marked data-live="SECONDS" are fetched again, so that nobody has to reload.
// Everything works without this file.
"use strict";

const parts = () => [...document.querySelectorAll("[data-live][id]")];

const busy = (part) => part.contains(document.activeElement) && document.activeElement !== document.body;

async function refresh() {
  const answer = await fetch(location.href, { headers: { "X-Requested-With": "refresh" }, redirect: "error" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts()) {
    const other = fresh.getElementById(part.id);
    if (other && !busy(part) && part.innerHTML !== other.innerHTML) part.replaceWith(document.adoptNode(other));
  }
}

function next() {
  const waits = parts().map((part) => Number(part.dataset.live));
  if (!waits.length) return;
  setTimeout(async () => {
    if (!document.hidden) await refresh().catch(() => {});
    next();
  }, 1000 * Math.min(...waits));
}

// Whoever leaves a form with changes is asked.
let changed = false;
for (const form of document.querySelectorAll("form[data-guard]")) {
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
}
addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

next();
