/* Dropping a file where one can be chosen, and saying at once that it is too large; and going on once the work on it is done. */
(() => {
  "use strict";
  document.addEventListener("htmx:afterSettle", () => {
    if (document.querySelector("[data-while-working]") && !document.querySelector("[data-open-job]")) setTimeout(() => location.reload(), 400);
  });
  const drop = document.querySelector("[data-drop]");
  if (!drop) return;
  const input = drop.querySelector("input[type=file]"), name = drop.querySelector("[data-drop-name]");
  const size = n => n < 1e6 ? `${Math.ceil(n / 1e3)} kB` : `${(n / 1e6).toFixed(1)} MB`;
  const say = () => {
    const file = input.files[0];
    if (!file) return;
    const most = Number(input.dataset.most);
    name.textContent = `${file.name}, ${size(file.size)}`;
    input.setCustomValidity(file.size > most ? `This file has ${size(file.size)}; ${size(most)} is the most. Split it.` : "");
    input.reportValidity();
  };
  input.addEventListener("change", say);
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, e => { e.preventDefault(); drop.dataset.over = ""; });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => delete drop.dataset.over);
  drop.addEventListener("drop", e => {
    e.preventDefault();
    if (!e.dataTransfer.files.length) return;
    input.files = e.dataTransfer.files;
    say();
  });
})();
