// Asks without reloading the page. Without this file the form works all the same.

import { listKept, saveTurns, setUpKeeping, tabTurns } from "./keeping.js";
import { closeLetter, setUpReading, step } from "./reading.js";

const form = document.querySelector("#ask");
const log = document.querySelector("#conversation");
const said = document.querySelector("#said");
const field = () => document.querySelector("#question");

const say = (words) => {
  said.textContent = words;
};

const fit = (area) => {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
};

const showCopyButtons = () => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("button.copy[hidden]")) button.hidden = false;
};

// What the server renders is taken over as nodes, never as text.
const replaceForm = (page) => {
  const fresh = document.adoptNode(page.querySelector("#ask"));
  form.replaceChildren(...fresh.childNodes);
  setUpKeeping(form, say);
};

// What was typed stays in its field, and the conversation on the page.
const showFault = (words) => {
  form.querySelector("#fault")?.remove();
  const fault = Object.assign(document.createElement("p"), { className: "fault", id: "fault", textContent: words });
  fault.setAttribute("role", "alert");
  form.querySelector(".ask-row").before(fault);
  say("");
  field().focus();
};

const takeOver = (page) => {
  const fresh = page.querySelector("#conversation");
  const first = Number(fresh.dataset.first);
  for (const turn of [...log.children].slice(first)) turn.remove();
  const turns = [...fresh.children].map((turn) => document.adoptNode(turn));
  log.append(...turns);
  for (const part of document.querySelectorAll("#intro, #begin")) part.remove();
  document.querySelector("h1").className = "visually-hidden";
  document.body.classList.remove("is-new");
  showCopyButtons();
  return turns;
};

const send = async (submitter, fields = {}) => {
  if (form.hasAttribute("aria-busy")) return;
  const body = new URLSearchParams(new FormData(form, submitter));
  body.set("shown", String(log.children.length));
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  form.setAttribute("aria-busy", "true");
  say(said.dataset.searching);
  closeLetter();
  try {
    const response = await fetch(form.action, { method: "POST", body }).catch(() => null);
    const refused = response ? { 429: said.dataset.often, 503: said.dataset.busy }[response.status] : said.dataset.offline;
    if (refused) {
      showFault(refused);
      return;
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!page.querySelector("#ask")) throw new Error(`status ${response.status}`);
    if (!response.ok) {
      replaceForm(page);
      (form.querySelector("[aria-invalid]") ?? field()).focus();
      say("");
      return;
    }
    const turns = takeOver(page);
    replaceForm(page);
    saveTurns(form);
    say(said.dataset.answered);
    if (submitter?.name === "correct") turns[0]?.querySelector(".question").focus({ preventScroll: true });
    else field().focus({ preventScroll: true });
    turns[0]?.scrollIntoView({ block: "start" });
  } catch {
    say("");
    if (submitter) {
      // The browser's own way, once, as if there were no script.
      form.removeEventListener("submit", onSubmit);
      form.requestSubmit(submitter);
    }
  } finally {
    form.removeAttribute("aria-busy");
  }
};

// Shows questions that were kept, answered anew; nothing new is asked.
const resume = async (turns) => {
  for (const old of form.querySelectorAll("input[name^=history]")) old.remove();
  for (const [question, scope] of turns) {
    for (const [name, value] of [["history", question], ["history-scope", scope]]) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      form.prepend(input);
    }
  }
  // Prepending turned their order round.
  form.prepend(...[...form.querySelectorAll("input[name^=history]")].reverse());
  await send(null, { show: "1", shown: "0" });
};

const onSubmit = (event) => {
  const submitter = event.submitter;
  if (submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  send(submitter);
};

form.addEventListener("submit", onSubmit);

document.addEventListener("keydown", (event) => {
  if (event.target === field() && event.key === "Enter" && !event.shiftKey && !event.isComposing && !event.altKey) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[type=submit]"));
  }
  if (!event.altKey || !event.shiftKey) return;
  const act = { KeyV: () => field().focus(), KeyN: () => step(1), KeyP: () => step(-1) }[event.code];
  if (act) {
    event.preventDefault();
    act();
  }
});

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea")) fit(event.target);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const label = button.dataset.label ?? (button.dataset.label = button.textContent);
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = said.dataset.copied;
  } catch {
    button.textContent = said.dataset.copyFailed;
  }
  say(button.textContent);
  setTimeout(() => (button.textContent = label), 1500);
});

showCopyButtons();
setUpKeeping(form, say);
setUpReading();
listKept(resume, say);

// Reload and Back bring the tab's own conversation back.
const [entry] = performance.getEntriesByType("navigation");
if (entry && entry.type !== "navigate" && !log.children.length) {
  const turns = tabTurns();
  if (turns.length) resume(turns);
} else saveTurns(form);
