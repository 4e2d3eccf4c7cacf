// Files can be dropped, and a build is followed live. Without this file the forms work, and the page reloads itself.

const main = document.querySelector("#main");

const follow = async () => {
  const build = document.querySelector("#build");
  if (!build.dataset.build) return;
  const response = await fetch(`/v1/index-builds/${build.dataset.build}`).catch(() => null);
  const state = response?.ok ? await response.json() : null;
  if (state && (state.status === "queued" || state.status === "running")) {
    const bar = build.querySelector("progress");
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

// Takes over the server's page as nodes; keeps the reader where they are.
const refresh = async () => {
  const response = await fetch("/documents").catch(() => null);
  if (!response?.ok) return setTimeout(refresh, 2000);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  main.replaceChildren(...document.adoptNode(page.querySelector("#main")).childNodes);
  follow();
};

const form = () => document.querySelector("#add");

main.addEventListener("dragover", (event) => {
  if (!form()) return;
  event.preventDefault();
  form().classList.add("is-over");
});

main.addEventListener("dragleave", () => form()?.classList.remove("is-over"));

main.addEventListener("drop", (event) => {
  if (!form() || !event.dataTransfer.files.length) return;
  event.preventDefault();
  form().querySelector("input").files = event.dataTransfer.files;
  form().requestSubmit();
});

follow();
