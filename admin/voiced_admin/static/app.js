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

// A vendor's list is shown below its field; what is chosen in it is filled in. Else the list is a page of its own.
async function list(link) {
  const place = document.getElementById(`${link.dataset.offers}-offers`);
  place.textContent = link.dataset.asking;
  const answer = await fetch(link.href, { redirect: "error" });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(...document.adoptNode(page.getElementById("offers")).children);
}

function choose(link) {
  const place = link.closest("[id$='-offers']");
  const field = document.getElementById(place.id.slice(0, -"-offers".length));
  field.value = link.dataset.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  place.replaceChildren();
}

addEventListener("click", (event) => {
  const asked = event.target.closest("a[data-offers]");
  const chosen = event.target.closest("[id$='-offers'] a[data-value]");
  if (asked || chosen) event.preventDefault();
  if (asked) list(asked).catch(() => { location.href = asked.href; });
  if (chosen) choose(chosen);
});

next();
