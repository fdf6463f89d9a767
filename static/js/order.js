/* Lists a person puts in order, by buttons or by dragging: the order of the rows is the order their inputs are sent in. */
(() => {
  "use strict";
  const changed = at => at.dispatchEvent(new Event("change", { bubbles: true }));

  document.addEventListener("click", e => {
    const move = e.target.closest("[data-move]");
    if (!move) return;
    e.preventDefault();
    const row = move.closest("li"), up = move.dataset.move === "up", other = up ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (up) other.before(row); else other.after(row);
    move.focus();
    changed(row);
  });

  let dragged;
  document.addEventListener("dragstart", e => {
    dragged = e.target.closest?.("[data-sortable] > li");
    if (dragged) { dragged.classList.add("dragged"); e.dataTransfer.effectAllowed = "move"; e.dataTransfer.setDragImage(dragged, 20, 20); }
  });
  document.addEventListener("dragover", e => {
    const over = dragged && e.target.closest?.("[data-sortable] > li");
    if (!over || over.parentElement !== dragged.parentElement) return;
    e.preventDefault();
    const box = over.getBoundingClientRect();
    if (over !== dragged) over[e.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
  });
  document.addEventListener("dragend", () => {
    if (dragged) { dragged.classList.remove("dragged"); changed(dragged); }
    dragged = undefined;
  });
})();
