// The demo page: asks the server for its state each second and shows what changed, so that focus,
// scrolling and what a screen reader announces are left alone by everything that did not.

const POLL_MS = 1000;
const GIVE_UP_MS = 20000;
const LEVELS = ["critical", "high", "low"];
const STATES = { open: "Open", acknowledged: "Acknowledged", resolved: "Resolved" };
const SILENT = {
  stopped: "has stopped; nothing more is sent. Only START takes it back.",
  watched: "may not hold the phone alone; nothing is sent by itself.",
};
const SEEN = "besa-demo-seen";

// [as people type it, what it means]
const EXAMPLES = {
  sq: [
    ["po", "yes"],
    ["jam mire", "I am fine"],
    ["me ka marre pasaporten dhe celesat", "he has taken my passport and the keys"],
  ],
  ar: [
    ["اه", "yes"],
    ["لا باس", "I am fine"],
    ["خدا ليا الباسبور و سد عليا الباب", "he took my passport and locked me in"],
  ],
  uk: [
    ["так", "yes"],
    ["не дуже", "not so well"],
    ["він знову стоїть під дверима", "he is standing at the door again"],
  ],
};
const LANGUAGES = { sq: "Albanian", ar: "Arabic", uk: "Ukrainian" };
const PLACEHOLDERS = { sq: "Mesazh", ar: "رسالة", uk: "Повідомлення" };

const byId = (id) => document.getElementById(id);
const seen = JSON.parse(sessionStorage.getItem(SEEN) ?? "{}"); // case code -> ids of the messages that were on the screen
let state = null;
let chosen = null;
let asked = 0; // requests for the state sent
let shown = 0; // the newest of them that was shown
let timer = null;

function make(tag, { text, data = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  Object.assign(node.dataset, data);
  if (text !== undefined) node.textContent = text;
  node.append(...children);
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Builds the children of `parent` anew, only when what they are made from has changed. */
function redraw(parent, from, build) {
  const made = JSON.stringify(from);
  if (parent.madeFrom === made) return false;
  parent.madeFrom = made;
  parent.replaceChildren(...build());
  return true;
}

// Words

const formats = new Map();

/** A day and a time as they are in a zone. */
function moment(iso, zone = "UTC", more = {}) {
  const key = JSON.stringify([zone, more]);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat("en-GB", {
      weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: zone, ...more,
    }));
  }
  return formats.get(key).format(new Date(iso));
}

const plain = (word) => word.replaceAll("_", " ");
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

function duration(minutes) {
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (days) return hours ? `${days} d ${hours} h` : `${days} d`;
  return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

function timeLeft(alert) {
  if (alert.state !== "open" || !alert.due_at) return { text: "", late: false };
  const minutes = Math.round((new Date(alert.due_at) - new Date(state.now)) / 60000);
  if (minutes < 0) return { text: `Overdue by ${duration(-minutes)}`, late: true };
  return { text: minutes ? `Due in ${duration(minutes)}` : "Due now", late: false };
}

// The server

async function ask(path, body) {
  const options = { signal: AbortSignal.timeout(GIVE_UP_MS), cache: "no-store" };
  if (body) {
    options.method = "POST";
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

async function refresh() {
  const mine = ++asked;
  const next = await (await ask("/demo/state")).json();
  if (mine < shown) return;
  shown = mine;
  state = next;
  show();
}

async function poll() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    await refresh();
    if (byId("status").dataset.trouble === "away") say("");
  } catch {
    say("The demo does not answer. Is it still running? Trying again…", "away");
  }
  clearTimeout(timer);
  timer = setTimeout(poll, POLL_MS);
}

function say(text, trouble) {
  const status = byId("status");
  setText(status, text);
  if (trouble) status.dataset.trouble = trouble;
  else delete status.dataset.trouble;
}

/** Sends one act of the visitor, with its controls marked busy; true when the server took it. */
async function act(controls, path, body, meanwhile = "") {
  if (controls.some((control) => control.getAttribute("aria-disabled") === "true")) return false;
  for (const control of controls) control.setAttribute("aria-disabled", "true");
  if (meanwhile) say(meanwhile);
  try {
    await ask(path, body);
    say("");
    await refresh().catch(poll);
    return true;
  } catch {
    say("That did not work. Please try again.", "refused");
    return false;
  } finally {
    for (const control of controls) control.removeAttribute("aria-disabled");
  }
}

// The phone

const person = () => state.people.find(({ code }) => code === chosen);
const messagesOf = (code) => state.phones[code] ?? [];

function unread(code) {
  const known = new Set(seen[code]);
  return messagesOf(code).filter((message) => !message.mine && !known.has(message.id)).length;
}

function remember(code) {
  seen[code] = messagesOf(code).map(({ id }) => id);
  sessionStorage.setItem(SEEN, JSON.stringify(seen));
}

function choose(code) {
  chosen = code;
  byId("compose").value = "";
  show();
}

function showPeople() {
  const list = byId("people");
  const from = state.people.map(({ code, name, language }) => ({ code, name, language }));
  redraw(list, from, () => from.map((one) => make(
    "button",
    { type: "button", role: "tab", id: `tab-${one.code}`, "aria-controls": "phone", data: { person: one.code } },
    make("b", { text: one.name }),
    make("small", { text: LANGUAGES[one.language] ?? one.language }),
    make("small", { class: "fresh" }),
  )));
  for (const tab of list.children) {
    const current = tab.dataset.person === chosen;
    const fresh = current ? 0 : unread(tab.dataset.person);
    tab.setAttribute("aria-selected", String(current));
    tab.tabIndex = current ? 0 : -1;
    setText(tab.lastElementChild, fresh ? `${fresh} new` : "");
  }
}

function bubble(message, isNew) {
  return make(
    "div",
    { class: `bubble${message.mine ? " mine" : ""}${isNew ? " is-new" : ""}`, data: { message: message.id } },
    make("p", { dir: "auto", text: message.text }),
    make("time", { lang: "en", dir: "ltr", datetime: message.at, text: moment(message.at, person().zone) }),
  );
}

function showMessages() {
  const list = byId("messages");
  const messages = messagesOf(chosen);
  const made = JSON.stringify([chosen, messages]);
  if (list.madeFrom === made) return;
  const onScreen = [...list.querySelectorAll(".bubble")].map((node) => node.dataset.message);
  const grown = list.dataset.of === chosen && onScreen.length > 0 && onScreen.length < messages.length
    && onScreen.every((id, index) => String(messages[index].id) === id);
  if (grown) {
    list.append(...messages.slice(onScreen.length).map((message) => bubble(message, true)));
  } else if (messages.length) {
    list.replaceChildren(...messages.map((message) => bubble(message, false)));
  } else {
    list.replaceChildren(make("p", { class: "empty", lang: "en", dir: "ltr", text: "No messages yet. Move the clock forward." }));
  }
  list.madeFrom = made;
  list.dataset.of = chosen;
  list.scrollTop = list.scrollHeight;
  remember(chosen);
}

/** The choices of the last question, until the person has written something after it. */
function openChoices() {
  const messages = messagesOf(chosen);
  const after = messages.slice(messages.findLastIndex(({ mine }) => mine) + 1);
  return after.findLast(({ buttons }) => buttons?.length)?.buttons ?? [];
}

function showPhone() {
  const { code, name, language, dir, place, zone, silent } = person();
  const phone = byId("phone");
  phone.lang = language;
  phone.dir = dir;
  phone.setAttribute("aria-labelledby", `tab-${code}`);
  setText(byId("phone-owner"), `${name}, ${place}`);
  setText(byId("phone-time"), moment(state.now, zone));
  setText(byId("silent"), silent ? `${name} ${SILENT[silent]}` : "");
  byId("to-checkin").disabled = Boolean(silent);
  byId("compose").placeholder = PLACEHOLDERS[language] ?? "";
  showMessages();
  const choices = openChoices();
  const changed = redraw(byId("choices"), [code, choices], () => choices.map(({ data, label }) => make(
    "button", { type: "button", dir: "auto", data: { button: data }, text: label },
  )));
  if (changed) byId("messages").scrollTop = byId("messages").scrollHeight;
  const examples = byId("examples");
  examples.dir = dir;
  redraw(examples, language, () => (EXAMPLES[language] ?? []).map(([text, meaning]) => make(
    "button", { type: "button", dir, data: { example: text } },
    make("span", { lang: language, text }),
    make("small", { lang: "en", dir: "ltr", text: meaning }),
  )));
}

// The inbox

/** Sorts what nobody has taken yet before what someone has, then by level, then by time. */
function urgency(one, other) {
  const rank = (alert) => [
    Object.keys(STATES).indexOf(alert.state),
    LEVELS.indexOf(alert.level),
    new Date(alert.due_at ?? alert.opened_at).getTime(),
  ];
  const [a, b] = [rank(one), rank(other)];
  const differs = a.findIndex((value, index) => value !== b[index]);
  return differs < 0 ? one.id - other.id : a[differs] - b[differs];
}

/** What a signal is, said by where it came from. */
function named({ category, level, source, kind, review, evidence }) {
  if (source === "silence") return `Silence, ${level}`;
  if (source === "delivery") return `Message not delivered, ${level}`;
  if (source === "duress") return `Agreed word, ${level}`;
  if (review && kind === "button") return "An answer that came late or was changed: please read";
  if (review) return evidence ? "Not understood: please read" : "Came without words: please look";
  return `${capital(plain(category))}, ${level}, from ${source === "answer" ? "an answer" : "a text"}`;
}

function why(signal, told) {
  const item = make("li", { data: { level: signal.level } }, make("p", {},
    make("span", { text: named(signal) }), make("time", { datetime: signal.at, text: moment(signal.at) })));
  if (signal.evidence) item.append(make("blockquote", { dir: "auto", lang: told, text: signal.evidence }));
  return item;
}

/** The worst first, and of these the newest. */
function worstFirst(one, other) {
  return LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level) || new Date(other.at) - new Date(one.at);
}

/** That the clock of an alert was started anew: by a graver signal, or by a new one after it was in hand. */
function raised({ level, raised_at: at, signals }) {
  if (!at) return "";
  const before = signals.filter((signal) => new Date(signal.at) < new Date(at));
  return before.some((signal) => signal.level === level)
    ? `Opened again at ${moment(at)}`
    : `Raised to ${level} at ${moment(at)}`;
}

/** Who has been told of an alert, how often, and when last. */
function whoWasTold({ told }) {
  if (!told.length) return "Nobody was told yet";
  const last = told.reduce((one, other) => (new Date(other.last_at) > new Date(one.last_at) ? other : one));
  const people = told.map(({ role, name, times }) => `${role} ${name}${times > 1 ? ` (${times} times)` : ""}`);
  return `Told: ${people.join(", ")}; last ${moment(last.last_at)}`;
}

function acts(alert) {
  const button = (name, text) => make("button", {
    type: "button", data: { act: name, alert: alert.id },
    "aria-label": `${text} ${alert.level}, ${alert.case}, A ${alert.id}`, text,
  });
  if (alert.state === "resolved") return [];
  const inHand = make("p", { class: "in-hand", text: `Acknowledged by ${alert.acknowledged_by ?? "someone"}` });
  return [alert.state === "open" ? button("acknowledge", "Acknowledge") : inHand, button("resolve", "Resolve")];
}

function alertCard(alert, about) {
  return [
    make("div", { class: "alert-head" },
      make("h3", {},
        make("span", { class: "level" }, icon(LEVELS.includes(alert.level) ? alert.level : "low"), alert.level.toUpperCase()),
        make("span", { text: alert.case })),
      make("span", { class: "state", text: `A ${alert.id} · ${STATES[alert.state] ?? alert.state}` })),
    make("p", { class: "silent", text: about?.silent ? `${about.name} ${SILENT[about.silent]}` : "" }),
    make("ul", { class: "why" }, ...alert.signals.toSorted(worstFirst).map((signal) => why(signal, about?.language ?? ""))),
    make("p", { class: "facts" },
      make("span", { text: `Opened ${moment(alert.opened_at)}` }),
      make("span", { class: "raised", text: raised(alert) }),
      make("span", { class: "left", "aria-live": "off" }),
      make("span", { class: "whom", text: whoWasTold(alert) })),
    make("div", { class: "acts" }, ...acts(alert)),
  ];
}

function showAlerts() {
  const list = byId("alerts");
  const first = !list.dataset.filled;
  const alerts = [...state.alerts].sort(urgency);
  const cards = new Map([...list.children].map((card) => [card.dataset.id, card]));
  alerts.forEach((alert, index) => {
    const id = String(alert.id);
    const card = cards.get(id) ?? make("article", { class: `alert${first ? "" : " is-new"}`, data: { id }, tabindex: "-1" });
    cards.delete(id);
    const hadFocus = card.contains(document.activeElement);
    card.dataset.level = alert.level;
    card.dataset.state = alert.state;
    const about = state.people.find(({ code }) => code === alert.case);
    const changed = redraw(card, [alert, about?.silent], () => alertCard(alert, about));
    const left = card.querySelector(".left");
    const { text, late } = timeLeft(alert);
    setText(left, text);
    left.toggleAttribute("data-late", late);
    if (list.children[index] !== card) list.insertBefore(card, list.children[index] ?? null);
    if (changed && hadFocus) card.focus({ preventScroll: true });
  });
  for (const card of cards.values()) card.remove();
  list.dataset.filled = "yes";
  byId("no-alerts").hidden = alerts.length > 0;
  const open = alerts.filter((alert) => alert.state === "open").length;
  setText(byId("open-count"), open ? `${open} open` : "");
  setText(byId("jump-count"), open ? `(${open} open)` : "");
  document.title = open ? `(${open}) Besa demo` : "Besa demo";
}

function showNotifications() {
  const { notifications } = state;
  redraw(byId("notifications"), notifications, () => notifications.map(({ to, text, at }) => make(
    "li", {}, make("b", { text }), make("span", { text: `to ${to}, ${moment(at)}` }),
  )));
  byId("no-notifications").hidden = notifications.length > 0;
}

function show() {
  if (!state?.people.length) return;
  if (!person()) chosen = state.people[0].code;
  const clock = byId("clock");
  clock.dateTime = state.now;
  setText(clock, `${moment(state.now, "UTC", { year: "numeric" })} UTC`);
  showPhone();
  showPeople();
  showAlerts();
  showNotifications();
}

// What the visitor does

byId("people").addEventListener("click", ({ target }) => {
  const tab = target.closest("[data-person]");
  if (tab) choose(tab.dataset.person);
});

byId("people").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const codes = state.people.map(({ code }) => code);
  choose(codes.at((codes.indexOf(chosen) + step) % codes.length));
  byId(`tab-${chosen}`).focus();
});

byId("writing").addEventListener("submit", async (event) => {
  event.preventDefault();
  const compose = byId("compose");
  const code = chosen;
  const text = compose.value.trim();
  if (!text) return;
  const taken = await act([byId("send")], "/demo/say", { code, text });
  if (taken && chosen === code && compose.value.trim() === text) compose.value = "";
});

byId("choices").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-button]");
  if (!button) return;
  byId("messages").focus({ preventScroll: true });
  act([byId("send")], "/demo/say", { code: chosen, button: button.dataset.button });
});

byId("examples").addEventListener("click", ({ target }) => {
  const example = target.closest("[data-example]");
  if (example) act([byId("send")], "/demo/say", { code: chosen, text: example.dataset.example });
});

byId("alerts").addEventListener("click", ({ target, detail }) => {
  const button = target.closest("[data-act]");
  // The second tap of a double tap may land on another alert that has moved up under the finger.
  if (!button || detail > 1) return;
  act([...button.parentElement.children], `/demo/alerts/${button.dataset.alert}/${button.dataset.act}`, {});
});

document.querySelector(".clock-buttons").addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-clock]");
  if (!button) return;
  const all = [...button.parentElement.children];
  button.classList.add("is-busy");
  const to = button.dataset.clock === "checkin" ? { checkin_of: chosen } : { minutes: Number(button.dataset.clock) };
  await act(all, "/demo/clock", to, "Moving the clock…");
  button.classList.remove("is-busy");
});

document.addEventListener("visibilitychange", poll);
poll();
