/* The search form: words become chips, suggestions are picked by key or click, the number is stepped. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const changed = at => at.dispatchEvent(new Event("change", { bubbles: true }));
  const listOf = input => $("#suggest-" + input.dataset.add);

  function add(input, value, label) {
    value = value.trim().replace(/\s+/g, " ");
    const chips = input.dataset.into ? $("#" + input.dataset.into) : input.closest(".chips");
    input.value = "";
    shut(input);
    if (!value) return;
    const name = input.dataset.add;
    for (const had of chips.querySelectorAll(".chip input")) if (had.name === name && had.value.toLowerCase() === value.toLowerCase()) return;
    const chip = $("#chip-shape").content.firstElementChild.cloneNode(true);
    const box = $("input", chip), [of, said] = chip.querySelectorAll("span");
    box.name = name;
    box.value = value;
    chip.title = "Take " + (label || value) + " away";
    said.textContent = label || value;
    if (input.dataset.of) of.textContent = input.dataset.of; else of.remove();
    chips.insertBefore(chip, chips.querySelector(":scope > .adder, :scope > details"));
    changed(chip);
  }
  const addAll = input => input.value.split(/[,;\n]/).forEach(one => add(input, one));
  const shut = input => {
    const list = listOf(input);
    if (list) list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const equip = within => {
    for (const input of within.querySelectorAll("input.add")) {
      for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", "suggest-" + input.dataset.add]]) input.setAttribute(name, value);
    }
  };
  const number = () => {
    const limit = $("#limit");
    limit.setAttribute("aria-invalid", String(!limit.validity.valid));
    for (const one of document.querySelectorAll("[data-limit]")) one.toggleAttribute("aria-current", one.dataset.limit === limit.value);
    for (const one of document.querySelectorAll("[data-limit][aria-current]")) one.setAttribute("aria-current", "true");
  };
  const setNumber = n => {
    const limit = $("#limit");
    limit.value = Math.min(Number(limit.max), Math.max(1, Math.round(n) || 1));
    number();
    changed(limit);
  };

  document.addEventListener("htmx:load", e => equip(e.detail.elt.parentElement || e.detail.elt));
  equip(document);

  /* What is half typed is neither part of the estimate nor worth asking for it */
  document.addEventListener("htmx:configRequest", e => {
    const { path, parameters, elt } = e.detail;
    if (path.startsWith("/find/suggest")) { const q = elt.value; delete parameters[elt.name]; parameters.q = q; }
    if (path === "/find/estimate") for (const name of Object.keys(parameters)) if (name.endsWith("_add")) delete parameters[name];
  });
  document.addEventListener("input", e => { if (e.target.matches("#limit")) number(); });
  document.addEventListener("input", e => { if (e.target.matches("[data-add]")) e.stopPropagation(); });
  document.addEventListener("htmx:afterSwap", e => {
    const input = $(`[data-add="${(e.detail.target.id || "").replace("suggest-", "")}"]`);
    if (input && listOf(input)) {
      if (document.activeElement !== input || !input.value) listOf(input).hidden = true;
      input.setAttribute("aria-expanded", String(!listOf(input).hidden));
    }
  });

  document.addEventListener("keydown", e => {
    const input = e.target;
    if (!input.matches?.("[data-add]") || input.tagName !== "INPUT") return;
    const list = listOf(input), open = list && !list.hidden, options = open ? [...list.children] : [];
    const at = options.findIndex(one => one.getAttribute("aria-selected") === "true");
    if ((e.key === "ArrowDown" || e.key === "ArrowUp") && options.length) {
      e.preventDefault();
      const next = options[(e.key === "ArrowDown" ? at + 1 : Math.max(at, 0) - 1 + options.length) % options.length];
      options.forEach(one => one.setAttribute("aria-selected", String(one === next)));
      input.setAttribute("aria-activedescendant", next.id);
      next.scrollIntoView({ block: "nearest" });
    } else if (e.key === "Enter" || e.key === ",") {
      e.preventDefault();
      /* Industries and places have spellings of their own, so Enter takes the first that begins like this; a title may be any word */
      const start = input.value.trim().toLowerCase(), first = options[0];
      const meant = e.key === "Enter" && start.length > 1 && /^(industries|locations)$/.test(input.dataset.add) && first?.dataset.value.toLowerCase().startsWith(start);
      const one = options[at] || (meant && first);
      if (one) add(input, one.dataset.value, one.firstElementChild.textContent); else addAll(input);
    } else if (e.key === "Escape" && open) { e.stopPropagation(); shut(input); }
    else if (e.key === "Backspace" && !input.value && !input.dataset.into) {
      const last = [...input.closest(".chips").querySelectorAll(".chip")].pop();
      if (last) { last.remove(); changed(input); }
    }
  }, true);
  document.addEventListener("focusout", e => {
    if (e.target.matches?.("input[data-add]")) { if (e.target.value.trim()) addAll(e.target); else shut(e.target); }
  });
  document.addEventListener("mousedown", e => {
    const one = e.target.closest(".suggestions li");
    if (!one) return;
    e.preventDefault();
    const input = one.closest(".adder").querySelector("input");
    add(input, one.dataset.value, one.firstElementChild.textContent);
    input.focus();
  });

  document.addEventListener("change", e => {
    const box = e.target;
    if (box.matches("#find .chip input") && !box.checked) {
      const chips = box.closest(".chips"), next = box.closest(".chip").nextElementSibling?.querySelector("input");
      const form = box.form;
      box.closest(".chip").remove();
      (next || chips.querySelector("input"))?.focus({ preventScroll: true });
      changed(form);
      e.stopPropagation();
    }
    if (box.matches("select[data-add]") && box.value) { add(box, box.value, box.selectedOptions[0].textContent); box.value = ""; }
    if (box.matches("#limit")) number();
    for (const facet of document.querySelectorAll(".facet")) {
      const state = facet.querySelector(".facet-state"), chosen = facet.querySelectorAll(".chip, .toggle :checked").length;
      if (state) state.textContent = chosen ? chosen + " chosen" : "Any";
    }
  }, true);

  document.addEventListener("click", e => {
    const step = e.target.closest("[data-step]"), set = e.target.closest("[data-limit]");
    if (set) setNumber(Number(set.dataset.limit));
    if (step) { const now = Number($("#limit").value) || 0; setNumber(now + Number(step.dataset.step) * (now >= 500 ? 100 : now > 50 || (now === 50 && step.dataset.step > 0) ? 50 : now > 10 || (now === 10 && step.dataset.step > 0) ? 10 : 1)); }
  });
})();
