"use strict";

// A page asks for itself again when the room says that something changed, and takes over the parts
// that are marked. Without this script everything works, too, after a reload.

const EVERY = 30000; // minutes go by even where nothing happens
const LULL = 1500;

let waiting = 0;
let last = 0;

const isTyping = (part) => {
  const at = document.activeElement;
  return part.contains(at) && ["INPUT", "TEXTAREA", "SELECT"].includes(at.tagName);
};

function replace(part, fresh) {
  if (part.innerHTML === fresh.innerHTML || isTyping(part)) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...part.querySelectorAll("details[open][id]")].map((one) => one.id);
  part.replaceWith(document.importNode(fresh, true));
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus();
}

async function refresh() {
  last = Date.now();
  let answer;
  try {
    answer = await fetch(location.href, { cache: "no-store" });
  } catch {
    return;
  }
  if (!answer.ok) {
    location.reload();
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (fresh) replace(part, fresh);
  }
}

function soon() {
  if (waiting) return;
  waiting = setTimeout(() => {
    waiting = 0;
    refresh();
  }, Math.max(0, last + LULL - Date.now()));
}

function listen(address) {
  const lost = document.getElementById("lost");
  const source = new EventSource(address);
  source.addEventListener("open", () => {
    if (lost) lost.hidden = true;
    soon();
  });
  source.addEventListener("change", soon);
  source.addEventListener("gone", () => location.reload());
  source.addEventListener("error", () => {
    if (lost) lost.hidden = false;
  });
  setInterval(soon, EVERY);
}

// A form that changes something on this page leaves the page where it is.
async function send(event) {
  const form = event.target.closest("form[data-quiet]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (answer.ok) form.reset();
    else form.submit();
  } catch {
    const lost = document.getElementById("lost");
    if (lost) lost.hidden = false;
  }
  for (const button of buttons) button.disabled = false;
  await refresh();
}

document.addEventListener("submit", send);
if (document.body.dataset.stream) listen(document.body.dataset.stream);
