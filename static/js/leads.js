/* The table of leads: picking rows, acting on them by key and by menu, the panel beside it. Paging, sorting and filtering are plain links and forms. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = n => n.toLocaleString("en") + " selected";

  /* What changed without the focus being there is said aloud, the last of several at once */
  let saying;
  const say = text => {
    clearTimeout(saying);
    saying = setTimeout(() => { const to = $("#announce"); if (to) to.textContent = text; }, 300);
  };

  let picked = 0;
  const count = () => {
    const form = $("#leads");
    if (!form) return;
    const boxes = $$("[name=ids]", form), on = boxes.filter(box => box.checked).length;
    const every = $("[name=all_matching]", form), all = $("[data-pick-all]", form), said = $("[data-picked]", form);
    if (every && every.checked && on < boxes.length) every.checked = false;
    if (all) { all.checked = on > 0 && on === boxes.length; all.indeterminate = on > 0 && on < boxes.length; }
    const told = every?.checked ? $("span", every.parentElement).textContent : words(on);
    if (said) said.textContent = told;
    if (on !== picked || every?.checked) say(told);
    picked = on;
  };
  const pick = on => { $$("#leads [name=ids]").forEach(box => { box.checked = on; }); count(); };
  const clear = () => { const every = $("[name=all_matching]"); if (every) every.checked = false; pick(false); };
  const mark = id => $$("#leads tbody tr").forEach(row => row.toggleAttribute("aria-current", row.id === "lead-" + id) && row.setAttribute("aria-current", "true"));

  let last;
  const range = box => {
    const boxes = $$("#leads [name=ids]"), here = boxes.indexOf(box), there = boxes.indexOf(last);
    if (there >= 0) boxes.slice(Math.min(here, there), Math.max(here, there) + 1).forEach(one => { one.checked = box.checked; });
    count();
  };
  document.addEventListener("change", e => {
    const box = e.target;
    if (box.matches("[data-pick-all]")) pick(box.checked);
    else if (box.matches("[name=all_matching]")) { if (box.checked) $$("#leads [name=ids]").forEach(one => { one.checked = true; }); count(); }
    else if (box.name === "ids") count();
  });

  /* The row one is on: where the focus is, where J and K came to, else the one in the panel */
  const rowOf = at => at?.closest?.("#leads tbody tr[id]");
  const current = () => rowOf(document.activeElement) || $("#leads tr[data-at]") || $("#leads tr[aria-current]");
  /* What a key or the menu does goes through the button of the bar that has the key, for the picked rows or the row alone */
  const act = (key, row) => {
    const button = $(`#bulk [data-key="${key}"]`);
    if (!button || document.body.matches(".looks")) return;
    htmx.process(button); // a key may be quicker than htmx after a swap
    if (!row && $("#leads [name=ids]:checked")) return button.click();
    row ||= current();
    if (!row) return say("Pick a lead first: J and K move, X picks");
    htmx.ajax("POST", button.getAttribute("hx-post"), { target: "#dialog", swap: "innerHTML", values: { ids: $("[name=ids]", row).value, csrf_token: $("#leads [name=csrf_token]").value } });
  };

  /* One menu for all rows, put beside the button that asks for it */
  const menu = $("#row-menu");
  let asker;
  const shut = back => {
    if (!menu || menu.hidden) return;
    menu.hidden = true;
    asker?.setAttribute("aria-expanded", "false");
    if (back) asker?.focus();
  };
  const open = button => {
    if (!menu.hidden && asker === button) return shut(true);
    shut();
    asker = button;
    button.setAttribute("aria-expanded", "true");
    menu.hidden = false;
    const box = button.getBoundingClientRect(), size = menu.getBoundingClientRect();
    menu.style.left = Math.max(8, box.right - size.width) + "px";
    menu.style.top = (box.bottom + size.height + 8 > innerHeight ? Math.max(8, box.top - size.height - 4) : box.bottom + 4) + "px";
    $("button", menu).focus();
  };
  menu?.addEventListener("keydown", e => {
    const items = $$("button", menu).filter(item => item.checkVisibility()), at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[e.key];
    e.stopPropagation();
    if (to !== undefined) { e.preventDefault(); items[to % items.length].focus(); }
    else if (e.key === "Escape" || e.key === "Tab") { e.preventDefault(); shut(true); }
    else if (e.key.length === 1 && !e.ctrlKey && !e.metaKey) $(`[data-act="${e.key}"]`, menu)?.click();
  });
  document.addEventListener("scroll", () => shut(), true);

  document.addEventListener("click", e => {
    const box = e.target.closest("#leads [name=ids]");
    if (box) {
      if (e.shiftKey) range(box);
      last = box;
    }
    if (e.target.closest("[data-pick-none]")) clear();
    const more = e.target.closest("[data-row-menu]"), item = e.target.closest("#row-menu [data-act]"), inline = e.target.closest("[data-row-act]");
    if (more) return open(more);
    if (item) {
      const row = rowOf(asker);
      shut(true);
      return item.dataset.act === "Enter" ? $("[data-row-link]", row).click() : act(item.dataset.act, row);
    }
    shut();
    if (inline) return act(inline.dataset.rowAct, rowOf(inline));
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
    if (row && !e.target.closest("a, button, input, label, summary, form form") && !getSelection().toString()) $("[data-row-link]", row)?.click();
  });

  document.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || !$("#leads") || $("dialog[open]") || e.target.closest("input:not([type=checkbox]), textarea, select")) return;
    if (e.key === "X") {
      const box = current()?.querySelector("[name=ids]");
      if (box) { box.checked = true; range(box); last = box; }
    } else if (e.key === "a") pick(!$$("#leads [name=ids]").every(box => box.checked));
    else if ("ltueh".includes(e.key)) { e.preventDefault(); act(e.key); }
    else if (e.key === "Escape" && $("#panel")?.hidden && picked) clear();
  });

  document.addEventListener("htmx:beforeRequest", e => {
    const row = e.detail.elt.closest?.("[data-row-link]")?.closest("tr");
    if (row) mark(row.id.replace("lead-", ""));
  });

  /* A fresh table keeps the picks that are still in it, and the place one was at */
  let before;
  document.addEventListener("htmx:beforeSwap", e => {
    if (e.detail.target?.id !== "leads" || !e.detail.shouldSwap) return;
    const row = current();
    before = { ids: new Set($$("#leads [name=ids]:checked").map(box => box.value)), row: row?.id, at: $$("#leads tbody tr").indexOf(row) };
  });
  document.addEventListener("htmx:afterSwap", e => {
    if (before && $("#leads") && e.detail.target?.id === "leads") {
      const { ids, row, at } = before;
      before = undefined;
      for (const box of $$("#leads [name=ids]")) if (ids.has(box.value)) box.checked = true;
      last = undefined;
      const rows = $$("#leads tbody tr[id]"), there = (row && document.getElementById(row)) || (at >= 0 && rows[Math.min(at, rows.length - 1)]);
      if (there) {
        there.dataset.at = "";
        if (!document.activeElement || document.activeElement === document.body) $("[data-row-link]", there)?.focus({ preventScroll: true });
      }
      say($("#leads caption")?.textContent || "");
    }
    count();
    mark($("#panel")?.dataset.lead || "");
  });
  /* "Export" in the top bar follows what the table shows now */
  document.addEventListener("htmx:configRequest", e => {
    if (e.detail.elt.hasAttribute?.("data-follow-query") && $("#leads")) e.detail.path = "/exports/new?" + $("#leads").dataset.query;
    if (e.detail.elt.id === "query") for (const name of Object.keys(e.detail.parameters)) if (e.detail.parameters[name] === "") delete e.detail.parameters[name];
  });
  count();
})();
