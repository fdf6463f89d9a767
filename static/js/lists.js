/* A list: picking rows, and dragging them into order. Moving by buttons, notes and tags are plain forms. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const boxes = () => [...document.querySelectorAll("[data-picking] [name=ids]")];

  const count = () => {
    const all = $("[data-pick-all]"), every = $("#picked [name=all_matching]"), said = $("[data-picked]");
    const on = boxes().filter(box => box.checked).length, of = boxes().length;
    if (every && every.checked && on < of) every.checked = false;
    if (all) { all.checked = on > 0 && on === of; all.indeterminate = on > 0 && on < of; }
    if (said) said.textContent = every?.checked ? $("span", every.parentElement).textContent : on.toLocaleString("en") + " selected";
  };
  const pick = on => { for (const box of boxes()) box.checked = on; count(); };
  document.addEventListener("change", e => {
    const box = e.target;
    if (box.matches("[data-pick-all]")) pick(box.checked);
    else if (box.matches("#picked [name=all_matching]")) { if (box.checked) for (const one of boxes()) one.checked = true; count(); }
    else if (box.name === "ids") count();
  });
  document.addEventListener("click", e => {
    if (!e.target.closest("[data-pick-none]")) return;
    const every = $("#picked [name=all_matching]");
    if (every) every.checked = false;
    pick(false);
  });
  document.addEventListener("htmx:afterSwap", count);

  let dragged, from;
  const row = e => e.target.closest?.("[data-ordered] > tr");
  document.addEventListener("dragstart", e => {
    dragged = e.target.closest?.(".grip") && row(e);
    if (!dragged) return;
    from = dragged.nextElementSibling;
    dragged.classList.add("dragged");
    e.dataTransfer.effectAllowed = "move";
    e.dataTransfer.setDragImage(dragged, 20, 20);
  });
  document.addEventListener("dragover", e => {
    const over = dragged && row(e);
    if (!over) return;
    e.preventDefault();
    const box = over.getBoundingClientRect();
    if (over !== dragged) over[e.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
  });
  document.addEventListener("dragend", () => {
    const moved = dragged;
    dragged = undefined;
    if (!moved) return;
    moved.classList.remove("dragged");
    if (moved.nextElementSibling === from) return;
    const before = moved.previousElementSibling, beside = before || moved.nextElementSibling;
    htmx.ajax("POST", moved.dataset.at, { target: "#list-leads", swap: "outerHTML",
      values: { csrf_token: $("[name=csrf_token]", moved).value, move: before ? "after" : "before", beside: beside.dataset.contact } });
  });
  count();
})();
