// Asks without reloading the page. Without this file the form works all the same.

const form = document.querySelector("#ask");
const log = document.querySelector("#conversation");

const fit = () => {
  const field = form.querySelector("#question");
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
};

const showCopyButtons = () => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("button.copy[hidden]")) button.hidden = false;
};

const ask = async () => {
  const button = form.querySelector("button[type=submit]");
  const body = new URLSearchParams(new FormData(form));
  button.disabled = true;
  form.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, { method: "POST", body });
    // The server renders the whole conversation; only what is new is taken over, as nodes, never as text.
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const turns = page.querySelectorAll("#conversation > .turn");
    if (!page.querySelector("#ask")) throw new Error(`status ${response.status}`);
    if (!response.ok) return replaceForm(page);
    for (const node of document.querySelectorAll(".intro, .coverage, main > .notice")) node.remove();
    document.querySelector("h1").className = "visually-hidden";
    const turn = document.adoptNode(turns[turns.length - 1]);
    log.append(turn);
    replaceForm(page);
    showCopyButtons();
    turn.scrollIntoView({ block: "start" });
  } catch {
    form.submit();
  } finally {
    button.disabled = false;
    form.removeAttribute("aria-busy");
  }
};

const replaceForm = (page) => {
  const fresh = document.adoptNode(page.querySelector("#ask"));
  form.replaceChildren(...fresh.childNodes);
  document.querySelector("#question").focus({ preventScroll: true });
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!form.hasAttribute("aria-busy")) ask();
});

form.addEventListener("keydown", (event) => {
  if (event.target.matches("textarea") && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

form.addEventListener("input", fit);

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.textContent;
  button.textContent = form.dataset.copied;
  setTimeout(() => (button.textContent = label), 1500);
});

showCopyButtons();
