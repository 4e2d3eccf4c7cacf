// The letter beside the conversation, over it on a narrow screen. Without this file the links lead to its own page.

const WIDE = matchMedia("(min-width: 70rem)");

const reader = document.querySelector("#reader");
const letter = document.querySelector("#reader-letter");
let opener = null;
let shownDocument = null;
let shownFrom = null;

const links = () => [...(opener?.closest(".passages")?.querySelectorAll("a.open-letter") ?? [])];

const textNodes = (paragraph) => {
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node.nodeType === Node.ELEMENT_NODE && node.classList.contains("note")
      ? NodeFilter.FILTER_REJECT
      : node.nodeType === Node.TEXT_NODE ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP,
  );
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
};

// A range over the characters from start to end of a paragraph's own text, its notes not counted.
const rangeOf = (paragraph, start, end) => {
  const range = new Range();
  let position = 0;
  for (const node of textNodes(paragraph)) {
    const next = position + node.length;
    if (position <= start && start < next) range.setStart(node, start - position);
    if (position < end && end <= next) range.setEnd(node, end - position);
    position = next;
  }
  return range;
};

const mark = (place, spans) => {
  for (const old of letter.querySelectorAll(".is-cited")) old.classList.remove("is-cited");
  place?.classList.add("is-cited");
  if (!globalThis.CSS?.highlights) return;
  const text = place?.querySelector(".text");
  CSS.highlights.delete("cited");
  if (text) {
    const ranges = spans.trim().split(/\s+/).filter(Boolean).map((span) => rangeOf(text, ...span.split("-").map(Number)));
    CSS.highlights.set("cited", new Highlight(...ranges));
  }
};

const fill = async (address) => {
  const id = address.pathname;
  if (shownDocument === id) return;
  const response = await fetch(`${address.pathname}?beside`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const article = page.querySelector("article.letter");
  if (!response.ok || !article) throw new Error(`status ${response.status}`);
  for (const own of article.querySelectorAll(".ask-this")) own.remove();
  letter.replaceChildren(document.adoptNode(article));
  shownDocument = id;
};

const open = async (link) => {
  const address = new URL(link.href);
  const passage = link.closest(".passage");
  opener = link;
  try {
    await fill(address);
  } catch {
    // Its own page may still be had, or says what is wrong.
    location.assign(link.href);
    return;
  }
  if (!reader.open) {
    shownFrom = document.activeElement;
    if (WIDE.matches) reader.show();
    else reader.showModal();
    document.body.classList.add("is-reading");
  }
  document.querySelector("#reader-page").href = link.href;
  const all = links();
  const at = document.querySelector("#reader-at");
  at.textContent = at.dataset.hit.replace("#", all.indexOf(link) + 1).replace("%", all.length);
  document.querySelector("#reader-previous").disabled = all.indexOf(link) <= 0;
  document.querySelector("#reader-next").disabled = all.indexOf(link) >= all.length - 1;
  const place = document.getElementById(address.hash.slice(1));
  mark(place, address.hash.startsWith("#al-") ? passage.dataset.spans : "");
  (place ?? letter).focus({ preventScroll: true });
  place?.scrollIntoView({ block: "start" });
};

export const step = (by) => {
  const all = links();
  const next = all[all.indexOf(opener) + by];
  if (reader.open && next) open(next);
};

export const closeLetter = () => {
  if (reader.open) reader.close();
};

export const setUpReading = () => {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.open-letter");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(link);
  });
  // Within the letter an address of a place moves there without changing the page's own address.
  letter.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const place = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!place) return;
    event.preventDefault();
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "start" });
  });
  document.querySelector("#reader-close").addEventListener("click", closeLetter);
  document.querySelector("#reader-next").addEventListener("click", () => step(1));
  document.querySelector("#reader-previous").addEventListener("click", () => step(-1));
  reader.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && WIDE.matches) closeLetter();
  });
  reader.addEventListener("close", () => {
    document.body.classList.remove("is-reading");
    // The browser gave focus back to where it was when the letter opened; if it has moved on since, it stays there.
    if (![document.body, shownFrom].includes(document.activeElement)) return;
    const back = opener?.isConnected ? opener : document.querySelector("#question");
    back.closest("details.passage")?.setAttribute("open", "");
    back.focus();
  });
};
