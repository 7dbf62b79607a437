// What the page does beyond its forms: it stays as it is now, keeps what is being typed, and can be left in a
// hurry. Nothing here is needed to acknowledge or to resolve.
"use strict";

const byId = (id) => document.getElementById(id);

// What has changed is put in its place; what is the same, open or being typed into stays as it is.

htmx.defineExtension("merge", {
  isInlineSwap: (style) => style === "merge",
  handleSwap(style, target, fragment) {
    if (style !== "merge") return false;
    const fresh = fragment.querySelector("#main");
    return fresh ? merge(target, fresh) : [];
  },
});

function merge(target, fresh) {
  const changed = [];
  for (const list of fresh.querySelectorAll("[data-list]")) {
    const mine = list.id && byId(list.id);
    if (mine) changed.push(...mergeList(mine, list));
  }
  for (const each of fresh.querySelectorAll("[data-state]")) {
    if (each.closest("[data-list]")) continue;
    const mine = byId(each.id);
    if (mine) changed.push(...mergeOne(mine, each));
  }
  count();
  return changed;
}

function mergeList(mine, fresh) {
  const changed = [];
  const atEnd = mine.scrollTop + mine.clientHeight >= mine.scrollHeight - 40;
  const wanted = new Set([...fresh.children].map(({ id }) => id));
  for (const old of [...mine.children]) if (!wanted.has(old.id)) old.remove();
  let place = mine.firstElementChild;
  for (const each of [...fresh.children]) {
    const old = byId(each.id);
    if (!old || old.parentElement !== mine) {
      mine.insertBefore(each, place);
      changed.push(each);
      announce(each);
      continue;
    }
    const after = mergeOne(old, each);
    const now = after[0] ?? old;
    changed.push(...after);
    if (now === place || old === place) place = now.nextElementSibling;
    else mine.insertBefore(now, place);
  }
  if ("end" in mine.dataset && atEnd) mine.scrollTop = mine.scrollHeight;
  return changed;
}

function mergeOne(mine, fresh) {
  if (mine.dataset.state === fresh.dataset.state) {
    const times = [...fresh.querySelectorAll("[data-fresh]")];
    [...mine.querySelectorAll("[data-fresh]")].forEach((time, i) => {
      if (times[i] && time.textContent !== times[i].textContent) time.textContent = times[i].textContent;
    });
    return [];
  }
  keep(mine, fresh);
  const active = mine.contains(document.activeElement) ? place(mine, document.activeElement) : null;
  mine.replaceWith(fresh);
  if (active) at(fresh, active)?.focus({ preventScroll: true });
  return [fresh];
}

function keep(mine, fresh) {
  for (const open of mine.querySelectorAll("details[open]")) {
    const same = at(fresh, place(mine, open));
    if (same?.tagName === "DETAILS") same.open = true;
  }
  for (const field of mine.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    const same = at(fresh, place(mine, field));
    if (same?.name !== field.name || same.type !== field.type) continue;
    if (field.type === "checkbox") same.checked = field.checked;
    else if (field.value !== field.defaultValue) same.value = field.value;
  }
}

// Where an element stands below another, so that the like can be found in a newer one.
function place(top, element) {
  const path = [];
  for (let each = element; each && each !== top; each = each.parentElement) {
    if (each.id) return [each.id, ...path];
    path.unshift([...each.parentElement.children].indexOf(each));
  }
  return path;
}

function at(top, [first, ...rest]) {
  if (first === undefined) return top;
  let each = typeof first === "string" ? [...top.querySelectorAll("[id]")].find(({ id }) => id === first) : top.children[first];
  for (const step of rest) each = each?.children[step];
  return each;
}

function announce(element) {
  if (element.dataset.news) {
    element.classList.add("is-new");
    byId("news").textContent = element.dataset.news;
  }
}

function count() {
  const urgent = Number(byId("counts")?.dataset.urgent ?? 0);
  const bare = document.title.replace(/^\(\d+\) /, "");
  document.title = urgent ? `(${urgent}) ${bare}` : bare;
}

// After a form was taken the focus stays near, and what was done is said.

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target?.id !== "main") return;
  toEnd();
  count();
  const notice = byId("done");
  if (notice?.textContent.trim()) byId("news").textContent = notice.textContent;
});

// Live or not.

function live(on) {
  const sign = byId("live");
  if (!sign) return;
  sign.textContent = on ? sign.dataset.on : sign.dataset.off;
  sign.classList.toggle("off", !on);
}
document.addEventListener("htmx:sseOpen", () => live(true));
document.addEventListener("htmx:sseError", () => live(false));
document.addEventListener("htmx:sseClose", ({ detail }) => {
  if (detail.type === "message") location.assign("/");
});

// A ready reply is put where one writes; without this it becomes the draft.

document.addEventListener("click", (event) => {
  const ready = event.target.closest("[data-canned]");
  const text = byId("text");
  if (!ready || !text) return;
  event.preventDefault();
  text.value = ready.dataset.canned;
  text.dispatchEvent(new Event("input", { bubbles: true }));
  ready.closest("details").open = false;
  text.focus();
});

// One menu at a time, and none when one goes elsewhere.

document.addEventListener("click", ({ target }) => {
  const menu = document.querySelector(".me[open]");
  if (menu && !menu.contains(target)) menu.open = false;
});

// Leaving in a hurry.

function leave() {
  const form = byId("leave");
  const to = document.body.dataset.leave;
  const sent = form && new FormData(form);
  document.title = "\u200b";
  document.body.replaceChildren();
  if (sent) fetch("/leave", { method: "POST", body: sent, keepalive: true, redirect: "manual" }).catch(() => {});
  location.replace(to);
}

let escaped = 0;
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.repeat) return;
  if (event.timeStamp - escaped < 800) leave();
  escaped = event.timeStamp;
  const menu = document.querySelector(".me[open]");
  if (menu) menu.open = false;
});
document.addEventListener("submit", (event) => {
  if (event.target.id !== "leave") return;
  event.preventDefault();
  leave();
});

function toEnd() {
  const talk = document.querySelector("[data-end]");
  if (talk) talk.scrollTop = talk.scrollHeight;
}
toEnd();
count();
