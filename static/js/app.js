/* What every page can do beyond its forms: toasts, dialogs, keyboard, times in the reader's clock, theme, streams that fall back to asking.
   Everything here is an extra: each page works without it. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const root = document.documentElement;
  root.classList.add("js");
  if (/Mac|iP(hone|ad)/.test(navigator.platform)) $$("[data-keys]").forEach(kbd => { kbd.textContent = "⌘ " + kbd.dataset.keys; });

  /* Toasts */
  const hide = toast => toast.remove();
  /* One that is put away by hand is not shown again by the next page */
  const dismiss = toast => {
    if (toast.dataset.act) document.cookie = `dismissed=${toast.dataset.act};path=/;samesite=lax;max-age=600`;
    hide(toast);
  };
  const start = toast => {
    if (toast.started) return;
    toast.started = true;
    let left = (Number(toast.dataset.toast) || 6) * 10;
    const clock = setInterval(() => {
      if (!toast.isConnected) return clearInterval(clock);
      if (!toast.matches(":hover, :focus-within") && --left <= 0) hide(toast);
    }, 100);
  };
  const toast = (text, kind = "info") => {
    const shape = $("#toast-shape");
    if (!shape) return;
    const made = shape.content.firstElementChild.cloneNode(true);
    $(".dot", made).dataset.kind = kind;
    $("p", made).textContent = text;
    $("#toasts").append(made);
    start(made);
  };
  document.body.addEventListener("toast", e => toast(e.detail.text || e.detail.value, e.detail.kind));

  /* Times: sent in UTC, shown in the reader's own clock */
  const two = n => String(n).padStart(2, "0");
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const ago = (at, now) => {
    const s = Math.max(0, Math.round((now - at) / 1000));
    if (s < 3) return "now";
    if (s < 60) return s + " s";
    if (s < 3600) return Math.floor(s / 60) + " min";
    if (s < 86400) return Math.floor(s / 3600) + " h";
    if (s < 2592000) return Math.floor(s / 86400) + " d";
    return at.getDate() + " " + months[at.getMonth()] + (at.getFullYear() === now.getFullYear() ? "" : " " + at.getFullYear());
  };
  const tell = (within = document) => {
    const now = new Date();
    for (const time of $$("time", within)) {
      const at = new Date(time.dateTime);
      if (isNaN(at)) continue;
      const clock = two(at.getHours()) + ":" + two(at.getMinutes());
      const day = at.getDate() + " " + months[at.getMonth()];
      const data = time.dataset;
      const said = "rel" in data ? ago(at, now) : "ago" in data ? ago(at, now).replace(/^(\d+ (s|min|h|d))$/, "$1 ago").replace(/^now$/, "just now") : "clock" in data ? clock : "day" in data ? day + " " + clock : "date" in data ? day + " " + at.getFullYear() : "";
      if (said && time.textContent !== said) time.textContent = said;
      if (said) time.title = at.toLocaleString();
    }
    for (const wait of $$("[data-until]", within)) if (new Date(wait.dataset.until) - now < 60000) wait.textContent = "Resumes in a moment";
  };
  tell();
  setInterval(tell, 5000);

  /* What is said aloud of a job: not every change, the latest at most every eight seconds */
  let said = 0;
  const say = () => {
    const from = $("[data-say]"), to = $("#said");
    if (!from || !to || Date.now() - said < 8000 || to.textContent === from.dataset.say) return;
    said = Date.now();
    to.textContent = from.dataset.say;
  };

  /* A fold that somebody opened stays open when its fragment is sent again */
  const kept = new Set();
  document.addEventListener("toggle", e => {
    if (e.target.matches("details[data-keep]") && e.target.isConnected) kept[e.target.open ? "add" : "delete"](e.target.id);
  }, true);

  const arrived = within => {
    for (const id of kept) { const fold = $("#" + id); if (fold && !fold.open) fold.open = true; }
    tell(within);
    say();
    question();
    $$("[data-toast]").forEach(start);
    $$("[data-retry-after]").forEach(retry);
    apart();
    for (const zone of $$("[data-zone]")) if (!zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  };
  document.addEventListener("htmx:load", e => arrived(e.detail.elt));
  document.addEventListener("htmx:oobAfterSwap", () => arrived(document));

  /* A page that could not be served tries again by itself, with what was typed */
  function retry(form) {
    if (form.counting) return;
    let left = form.counting = Math.max(1, Number(form.dataset.retryAfter) || 5);
    const clock = setInterval(() => {
      if (!form.isConnected) return clearInterval(clock);
      $("[data-left]", form).textContent = --left > 0 ? `Trying again in ${left} s` : "Trying again";
      if (left <= 0) { clearInterval(clock); form.requestSubmit(); }
    }, 1000);
  }

  /* Theme: a cookie, so that the next page is right from its first paint */
  const themed = () => $$("[data-theme-to]").forEach(b => b.setAttribute("aria-pressed", String((root.dataset.theme || "") === b.dataset.themeTo)));
  const setTheme = name => {
    if (name) root.dataset.theme = name; else delete root.dataset.theme;
    document.cookie = `theme=${name};path=/;samesite=lax;max-age=${name ? 31536000 : 0}`;
    themed();
  };
  themed();

  /* Dialogs: a fragment put into #dialog opens it, an answer that went elsewhere closes it */
  const dialog = $("#dialog");
  document.addEventListener("htmx:afterSwap", e => {
    if (e.detail.target === dialog && dialog.innerHTML.trim() && !dialog.open) dialog.showModal();
  });
  document.addEventListener("htmx:beforeSwap", e => {
    if (dialog && dialog.open && e.detail.shouldSwap && !dialog.contains(e.detail.target) && dialog.contains(e.detail.requestConfig?.elt)) dialog.close();
  });
  document.addEventListener("htmx:afterRequest", e => {
    const undone = e.detail.successful && e.detail.elt.closest?.("[data-toast]");
    if (undone) hide(undone);
  });

  /* Asking first, with the exact count in the question. A stream may put another form in the place of the one that asks:
     the question then says what that one says, and the answer goes to it, or, where none came, is sent as it was asked. */
  let asking = null;
  const latest = () => {
    if (!asking.isConnected) asking = $$("form[data-ask]").find(one => one.getAttribute("action") === asking.getAttribute("action")) || asking;
    return asking;
  };
  const question = () => {
    if (!asking) return;
    const { ask, askMore, verb } = latest().dataset;
    for (const [id, text] of [["ask-title", ask], ["ask-more", askMore || ""], ["ask-yes", verb]]) if ($("#" + id).textContent !== text) $("#" + id).textContent = text;
  };
  const confirmed = () => {
    const form = latest();
    asking = null;
    form.asked = true;
    if (form.isConnected) return form.requestSubmit();
    const to = name => form.getAttribute(name);
    if (to("hx-post")) return htmx.ajax("POST", to("hx-post"), { target: to("hx-target"), swap: to("hx-swap"), values: Object.fromEntries(new FormData(form)) });
    form.hidden = true;
    document.body.append(form);
    form.submit();
  };
  const ask = form => {
    const box = $("#ask");
    asking = form;
    question();
    box.returnValue = "";
    box.onclose = () => { if (box.returnValue === "yes") confirmed(); else asking = null; };
    box.showModal();
  };
  document.addEventListener("htmx:confirm", e => {
    const form = e.detail.elt;
    if (!form.matches("form[data-ask]")) return;
    if (form.asked) { form.asked = false; return; }
    e.preventDefault();
    ask(form);
  });
  document.addEventListener("submit", e => {
    const form = e.target;
    if (!form.dataset.ask || form.hasAttribute("hx-post")) return;
    if (form.asked) { form.asked = false; return; }
    e.preventDefault();
    ask(form);
  });

  /* Requests that fail say so; those nobody looks at wait */
  document.addEventListener("htmx:beforeRequest", e => {
    if (document.hidden && /every/.test(e.detail.elt.getAttribute("hx-trigger") || "")) e.preventDefault();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) htmx.trigger(document.body, "balance"); });
  const quiet = e => /every|load|input/.test(e.detail.elt.getAttribute("hx-trigger") || "");
  document.addEventListener("htmx:responseError", e => {
    const status = e.detail.xhr.status, after = e.detail.xhr.getResponseHeader("Retry-After");
    if (status === 401) return location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search));
    if (quiet(e) && status !== 429) return;
    const words = { 403: "You may not do that.", 404: "That is gone, or was never yours.", 409: "That is already under way.", 413: "That is too much at once.",
      429: `Too many requests${after ? `, try again in ${after} s` : ", slow down a little"}.`, 503: "A store is away. Nothing was lost, try again in a moment." };
    toast(words[status] || (status === 400 ? "This page is too old for that. Reload it." : "That did not work. Nothing was changed."), "error");
  });
  document.addEventListener("htmx:sendError", e => { if (!quiet(e)) toast("The server did not answer. What you typed is still here.", "error"); });
  document.addEventListener("htmx:timeout", e => { if (!quiet(e)) toast("The server took too long. What you typed is still here.", "error"); });
  const online = () => { const bar = $("#offline"); if (bar) bar.hidden = navigator.onLine; };
  addEventListener("online", () => { online(); htmx.trigger(document.body, "balance"); });
  addEventListener("offline", online);
  online();

  /* Streams: when one breaks, ask instead. An answer that asks on by itself carries its own trigger; the stream's first full fragments, once it is
     back, have none and so end the asking. Once the job has ended nobody tries again. */
  document.addEventListener("htmx:sseError", e => {
    if (!$("[data-open-job]")) return $("[data-stream]")?.remove();
    for (const way of $$("[data-poll]", e.detail.elt || document)) {
      const target = $(way.getAttribute("hx-target"));
      if (target && !target.hasAttribute("hx-trigger")) htmx.ajax("GET", way.dataset.poll, { target, swap: "outerHTML", source: target });
    }
  });
  addEventListener("pageshow", e => { if (e.persisted) location.reload(); });

  /* Clicks and keys */
  document.addEventListener("click", e => {
    const on = selector => e.target.closest(selector);
    let it;
    if ((it = on("[data-theme-to]"))) setTheme(it.dataset.themeTo);
    if ((it = on("[data-open]"))) $("#" + it.dataset.open).showModal();
    if ((it = on("[data-close]"))) {
      const box = it.closest("dialog[open]"), note = it.closest(".toast");
      if (box) { e.preventDefault(); box.close(); } else if (note) dismiss(note);
    }
    if (e.target.matches("dialog")) e.target.close();
    $$("details.menu[open]").forEach(menu => { if (!menu.contains(e.target) || on("[data-open]")) menu.open = false; });
  });
  /* What was chosen in one field is no choice of another: the list that others are combined with */
  const apart = () => {
    for (const first of $$("[data-not-among]")) for (const box of $$(`[name="${first.dataset.notAmong}"]`, first.form)) {
      box.closest("label").hidden = box.value === first.value;
      if (box.value === first.value) box.checked = false;
    }
  };
  document.addEventListener("change", e => { if (e.target.matches("[data-not-among]")) apart(); });
  const move = step => {
    const links = $$("[data-rows] [data-row-link]");
    const at = links.findIndex(link => link.closest("tr").matches(":focus-within, [data-at]"));
    const next = links[Math.min(links.length - 1, Math.max(0, at + step))];
    if (!next) return;
    $$("[data-at]").forEach(row => row.removeAttribute("data-at"));
    next.closest("tr").dataset.at = "";
    next.focus();
    next.closest("tr").scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", e => {
    if (e.key.toLowerCase() === "k" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); const all = $("#search"); return all && (all.focus(), all.select()); }
    if (e.key === "Escape") {
      const menu = $("details.menu[open]");
      if (menu) { menu.open = false; return $("summary", menu).focus(); }
      if (!$("dialog[open]")) $("[data-panel-close]")?.click();
    }
    if (e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]") || e.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const row = document.activeElement.closest?.("tr");
    if (e.key === "/") { const box = $("[data-find]") || $("#search"); if (box) { e.preventDefault(); box.focus(); box.select(); } }
    else if (e.key === "j" || e.key === "k") move(e.key === "j" ? 1 : -1);
    else if (e.key === "x") (row || $("[data-at]"))?.querySelector(".tick")?.click();
    else if (e.key === "z") { const last = $$("[data-undo]").pop() || $("#undo-last"); last?.requestSubmit(); }
    else if (e.key === "?") $("#keys")?.showModal();
  });
  arrived(document);
})();
