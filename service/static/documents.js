// Files can be dropped, and a build is followed live. Without this file the forms work, and the page reloads itself.

const said = document.querySelector("#said");
const form = document.querySelector("#add");

const capitalised = (phase) => `phase${phase[0].toUpperCase()}${phase.slice(1)}`;

// Only a change is said: every step would drown out everything else.
const say = (words) => {
  if (words && said.textContent !== words) said.textContent = words;
};

const follow = async () => {
  const build = document.querySelector("#build");
  if (!build.dataset.build) return;
  const response = await fetch(`/v1/index-builds/${build.dataset.build}`).catch(() => null);
  const state = response?.ok ? await response.json() : null;
  if (state && (state.status === "queued" || state.status === "running")) {
    const bar = build.querySelector("progress");
    const phase = said.dataset[capitalised(state.phase)];
    if (phase) build.querySelector("label").textContent = phase;
    say(phase);
    if (bar && state.total) {
      bar.max = state.total;
      bar.value = state.done;
      build.querySelector("#build-count").textContent = `${state.done} / ${state.total}`;
    }
    setTimeout(follow, 500);
  } else {
    refresh();
  }
};

// Takes over the server's parts as nodes; the reader stays where they are.
const refresh = async () => {
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok) return setTimeout(refresh, 2000);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const focused = document.activeElement?.id;
  for (const id of ["build", "collection"]) {
    document.getElementById(id).replaceWith(document.adoptNode(page.getElementById(id)));
  }
  if (focused && document.activeElement?.id !== focused) {
    (document.getElementById(focused) ?? document.querySelector("#main")).focus({ preventScroll: true });
  }
  const build = document.querySelector("#build");
  if (!build.dataset.build) say(build.querySelector(".utrecht-alert--error") ? said.dataset.failed : said.dataset.done);
  follow();
};

if (form) {
  const button = form.querySelector("button[type=submit]");
  const label = button.textContent;
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("aria-busy")) event.preventDefault();
    form.setAttribute("aria-busy", "true");
    button.textContent = button.dataset.adding;
    say(button.dataset.adding);
  });
  // Back to this page as it was left.
  addEventListener("pageshow", () => {
    form.removeAttribute("aria-busy");
    button.textContent = label;
  });
  document.querySelector("#add-drop").hidden = false;
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) form.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    form.classList.remove("is-over");
    form.querySelector("#file").files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

follow();
