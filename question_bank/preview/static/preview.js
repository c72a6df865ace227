"use strict";
// Check, Reset answer, marks and progress. Each question is an <article class="card">.

const page = document.getElementById("questions");
const words = JSON.parse(page.dataset.words);
const cards = [...page.querySelectorAll(".card")];
const earned = new Map();

function editorOf(card) {
  const area = card.querySelector("textarea");
  if (!area) return null;
  const plain = { get: () => area.value, set: (text) => { area.value = text; } };
  if (typeof CodeMirror === "undefined") return plain;
  const editor = CodeMirror.fromTextArea(area, {
    mode: "python", lineNumbers: true, indentUnit: 4, matchBrackets: true,
    screenReaderLabel: words.answer,
    extraKeys: {
      Tab: (e) => (e.somethingSelected() ? e.indentSelection("add") : e.execCommand("insertSoftTab")),
      "Shift-Tab": (e) => e.indentSelection("subtract"),
      Esc: () => card.querySelector(".check").focus(),
    },
  });
  editor.setSize(null, `calc(${area.rows} * 1.5em + 8px)`);
  return { get: () => editor.getValue(), set: (text) => editor.setValue(text) };
}

function answerOf(card) {
  const kind = card.dataset.kind;
  if (kind === "program") return { program: card.editor.get() };
  if (kind === "matching") return { matched: [...card.querySelectorAll("select")].map((e) => e.value) };
  return { chosen: [...card.querySelectorAll("input:checked")].map((e) => Number(e.value)) };
}

async function check(card) {
  const button = card.querySelector(".check");
  if (button.disabled) return;
  button.disabled = true;
  button.textContent = words.checking;
  const result = card.querySelector(".result");
  result.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(`/${page.dataset.language}/${card.dataset.number}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(answerOf(card)),
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    show(card, await response.json());
  } catch (error) {
    result.replaceChildren(Object.assign(document.createElement("p"), {
      className: "outcome unmarked", textContent: `${words.offline} (${error.message})`,
    }));
  } finally {
    result.removeAttribute("aria-busy");
    button.disabled = false;
    button.textContent = words.check;
  }
}

function show(card, { fraction, notes, html }) {
  for (const note of card.querySelectorAll(".note")) note.replaceChildren();
  for (const { at, right, feedback } of notes) {
    const tick = Object.assign(document.createElement("b"), {
      className: right ? "good" : "bad", textContent: right ? "✓" : "✗",
    });
    tick.setAttribute("role", "img");
    tick.setAttribute("aria-label", right ? words.right : words.wrong);
    const text = document.createElement("span");
    text.innerHTML = feedback; // the author's own
    card.querySelector(`.option[data-at="${at}"] .note`).replaceChildren(tick, text);
  }
  const result = card.querySelector(".result");
  result.innerHTML = html;
  typeset(result);
  if (fraction === null) return;
  earned.set(card, fraction);
  card.querySelector(".earned").textContent = (fraction * card.dataset.mark).toFixed(2);
  const chip = document.querySelector(`[data-chip="${card.dataset.number}"]`);
  chip.className = fraction === 1 ? "good" : fraction === 0 ? "bad" : "partly";
  total();
}

function total() {
  const sum = (values) => values.reduce((one, other) => one + other, 0);
  const possible = sum(cards.map((card) => Number(card.dataset.mark)));
  const got = sum([...earned].map(([card, fraction]) => fraction * card.dataset.mark));
  document.querySelector(".total").textContent = `${got.toFixed(2)} / ${possible.toFixed(2)}`;
  document.querySelector("progress").value = earned.size / cards.length;
}

function typeset(element) {
  if (window.MathJax && MathJax.typesetPromise) MathJax.typesetPromise([element]);
}

for (const card of cards) {
  const form = card.querySelector("form");
  if (!form) continue;
  card.editor = editorOf(card);
  const given = card.editor && card.editor.get();
  form.addEventListener("submit", (event) => { event.preventDefault(); check(card); });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) check(card);
  });
  const reset = card.querySelector(".reset");
  if (reset) reset.addEventListener("click", () => card.editor.set(given));
}
const teacher = document.getElementById("teacher");
const look = () => document.body.classList.toggle("as-teacher", teacher.checked);
teacher.addEventListener("change", look);
look();
total();
