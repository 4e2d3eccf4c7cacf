// Conversations in this browser: the tab's own until it closes, and those that the visitor keeps on the device.
// Only questions are stored; their answers are found anew.

const KEPT = "vindplaats-kept";
const TAB = "vindplaats-tab";
const TAB_KEY = "vindplaats-tab-kept";

const read = (storage, key, otherwise) => {
  try {
    return JSON.parse(storage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
};

const write = (storage, key, value) => {
  try {
    storage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
};

const turnsIn = (form) => {
  const scopes = [...form.querySelectorAll("input[name=history-scope]")].map((input) => input.value);
  return [...form.querySelectorAll("input[name=history]")].map((input, at) => [input.value, scopes[at] ?? ""]);
};

const kept = () => {
  const list = read(localStorage, KEPT, []);
  return Array.isArray(list) ? list.filter((one) => one && Array.isArray(one.turns) && one.turns.length) : [];
};

export const tabTurns = () => read(sessionStorage, TAB, []);

// Remembers the conversation for this tab, and keeps a kept one up to date.
export const saveTurns = (form) => {
  const turns = turnsIn(form);
  write(sessionStorage, TAB, turns);
  const id = read(sessionStorage, TAB_KEY, null);
  if (!turns.length) sessionStorage.removeItem(TAB_KEY);
  else if (id && kept().some((one) => one.id === id)) keep(id, turns);
};

const keep = (id, turns) => {
  const others = kept().filter((one) => one.id !== id);
  return write(localStorage, KEPT, [{ id, at: new Date().toISOString(), turns }, ...others]);
};

export const setUpKeeping = (form, say) => {
  const button = form.querySelector("#keep");
  if (!button) return;
  const done = () => {
    button.textContent = button.dataset.kept;
    button.setAttribute("aria-disabled", "true");
  };
  const id = read(sessionStorage, TAB_KEY, null);
  button.hidden = false;
  if (id && kept().some((one) => one.id === id)) done();
  button.addEventListener("click", () => {
    if (button.hasAttribute("aria-disabled")) return;
    const fresh = crypto.randomUUID?.() ?? String(Date.now());
    if (!keep(fresh, turnsIn(form))) return;
    write(sessionStorage, TAB_KEY, fresh);
    done();
    say(button.dataset.kept);
  });
};

export const listKept = (resume, say) => {
  const section = document.querySelector("#kept");
  if (!section) return;
  const list = section.querySelector("ul");
  const template = section.querySelector("template");
  const show = () => {
    list.replaceChildren(
      ...kept().map((one) => {
        const item = template.content.cloneNode(true);
        const open = item.querySelector(".kept-open");
        const remove = item.querySelector(".kept-remove");
        const time = item.querySelector("time");
        open.textContent = one.turns[0][0];
        time.dateTime = one.at;
        time.textContent = new Date(one.at).toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
        remove.setAttribute("aria-label", `${remove.textContent}: ${one.turns[0][0]}`);
        open.addEventListener("click", () => {
          write(sessionStorage, TAB_KEY, one.id);
          resume(one.turns);
        });
        remove.addEventListener("click", () => {
          write(localStorage, KEPT, kept().filter((other) => other.id !== one.id));
          show();
          say(section.dataset.removed);
          (list.querySelector(".kept-remove") ?? document.querySelector("#question")).focus();
        });
        return item;
      }),
    );
    section.hidden = !list.children.length;
  };
  show();
};
