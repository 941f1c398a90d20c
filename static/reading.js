/*
 * Text size, spacing, colours and evidence, as the reader chose them. The choice stays on this device.
 *
 * A plain file in the head, not deferred, so that the choice holds before anything is painted.
 * Each choice becomes an attribute of <html>, to which static/thaw.css gives its looks.
 */
(() => {
  "use strict";
  const KEPT = "thaw-reading";
  const CHOICES = {
    size: ["small", "large", "larger"],
    spacing: ["wide", "wider"],
    theme: ["light", "dark"],
    evidence: ["all"],
  };
  const page = document.documentElement;
  let chosen = {};

  const known = (choice) =>
    Object.fromEntries(
      Object.keys(CHOICES)
        .filter((name) => CHOICES[name].includes(choice?.[name]))
        .map((name) => [name, choice[name]]),
    );

  // A browser may refuse to keep anything, or hold what another version wrote: then the reader
  // gets the page as it is, and a choice holds until the next one is opened.
  const recall = () => {
    try {
      return known(JSON.parse(localStorage.getItem(KEPT)));
    } catch {
      return chosen;
    }
  };
  const keep = () => {
    try {
      if (Object.keys(chosen).length) localStorage.setItem(KEPT, JSON.stringify(chosen));
      else localStorage.removeItem(KEPT);
    } catch {
      // The choice holds on this page only.
    }
  };

  const show = () => {
    for (const name in CHOICES) {
      if (chosen[name]) page.dataset[name] = chosen[name];
      else delete page.dataset[name];
    }
    for (const meta of document.querySelectorAll("meta[data-scheme]")) {
      const scheme = meta.dataset.scheme;
      const media = `(prefers-color-scheme: ${scheme})`;
      meta.media = !chosen.theme ? media : chosen.theme === scheme ? "all" : "not all";
    }
  };

  // What is folded opens as a whole; what a reader opened alone stays until they choose again.
  const unfold = () => {
    for (const fold of document.querySelectorAll("details.fold")) {
      fold.open = chosen.evidence === "all";
    }
  };

  const tick = (form) => {
    for (const input of form.elements) {
      if (input.name) input.checked = input.value === (chosen[input.name] ?? "");
    }
  };

  chosen = recall();
  page.dataset.reading = "";
  show();

  // On paper notes are there, also where style cannot open a fold.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details.fold:not(.stays, [open])")];
    for (const fold of folded) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of folded) fold.open = false;
  });

  // What a search box suggests is loaded when one is first used.
  addEventListener("focusin", (event) => {
    const box = event.target.closest?.("form.find:not([data-ready])");
    if (!box) return;
    for (const each of document.querySelectorAll("form.find")) each.dataset.ready = "";
    import(box.dataset.script);
  });

  addEventListener("DOMContentLoaded", () => {
    if (chosen.evidence) unfold();
    const form = document.querySelector(".reading form");
    if (!form) return;
    tick(form);
    form.addEventListener("change", () => {
      const before = chosen.evidence;
      chosen = known(Object.fromEntries(new FormData(form)));
      keep();
      show();
      if (chosen.evidence !== before) unfold();
    });
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      chosen = {};
      keep();
      show();
      unfold();
      tick(form);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    // Chosen in another window, or before the reader came back to this page.
    const again = () => {
      chosen = recall();
      show();
      tick(form);
    };
    addEventListener("storage", again);
    addEventListener("pageshow", again);
  });
})();
