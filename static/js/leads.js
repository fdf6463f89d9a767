/* The table of leads: picking rows, the panel beside it. Paging, sorting and filtering are plain links and forms. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = n => n.toLocaleString("en") + " selected";

  const count = () => {
    const form = $("#leads");
    if (!form) return;
    const boxes = $$("[name=ids]", form), on = boxes.filter(box => box.checked).length;
    const every = $("[name=all_matching]", form), all = $("[data-pick-all]", form), said = $("[data-picked]", form);
    if (every && every.checked && on < boxes.length) every.checked = false;
    if (all) { all.checked = on > 0 && on === boxes.length; all.indeterminate = on > 0 && on < boxes.length; }
    if (said) said.textContent = every?.checked ? $("span", every.parentElement).textContent : words(on);
  };
  const pick = on => { $$("#leads [name=ids]").forEach(box => { box.checked = on; }); count(); };
  const mark = id => $$("#leads tbody tr").forEach(row => row.toggleAttribute("aria-current", row.id === "lead-" + id) && row.setAttribute("aria-current", "true"));

  let last;
  document.addEventListener("change", e => {
    const box = e.target;
    if (box.matches("[data-pick-all]")) pick(box.checked);
    else if (box.matches("[name=all_matching]")) { if (box.checked) $$("#leads [name=ids]").forEach(one => { one.checked = true; }); count(); }
    else if (box.name === "ids") count();
  });
  document.addEventListener("click", e => {
    const box = e.target.closest("#leads [name=ids]");
    if (box) {
      const boxes = $$("#leads [name=ids]"), here = boxes.indexOf(box), there = boxes.indexOf(last);
      if (e.shiftKey && there >= 0) { boxes.slice(Math.min(here, there), Math.max(here, there) + 1).forEach(one => { one.checked = box.checked; }); count(); }
      last = box;
    }
    if (e.target.closest("[data-pick-none]")) { const every = $("[name=all_matching]"); if (every) every.checked = false; pick(false); }
    const close = e.target.closest("[data-panel-close]");
    if (close && $("#leads")) {
      e.preventDefault();
      const panel = $("#panel"), row = $("#leads tr[aria-current] [data-row-link]");
      panel.hidden = true;
      panel.replaceChildren();
      delete panel.dataset.lead;
      mark("");
      history.pushState({ htmx: true }, "", $("#leads").dataset.query ? "/leads?" + $("#leads").dataset.query : "/leads");
      row?.focus();
    }
    const row = e.target.closest("#leads tbody tr");
    if (row && !e.target.closest("a, button, input, label") && !getSelection().toString()) $("[data-row-link]", row)?.click();
  });
  document.addEventListener("htmx:beforeRequest", e => {
    const row = e.detail.elt.closest?.("[data-row-link]")?.closest("tr");
    if (row) mark(row.id.replace("lead-", ""));
  });
  document.addEventListener("htmx:afterSwap", () => { count(); mark($("#panel")?.dataset.lead || ""); });
  /* "Export" in the top bar follows what the table shows now */
  document.addEventListener("htmx:configRequest", e => {
    if (e.detail.elt.hasAttribute?.("data-follow-query") && $("#leads")) e.detail.path = "/exports/new?" + $("#leads").dataset.query;
    if (e.detail.elt.id === "query") for (const name of Object.keys(e.detail.parameters)) if (e.detail.parameters[name] === "") delete e.detail.parameters[name];
  });
  count();
})();
