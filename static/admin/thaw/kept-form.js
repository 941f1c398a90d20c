// Keeps what is typed into the form of a record on this device until it is saved, and offers it
// again: after a crash, a session that ended, a stray click. docs/admin-guide.md says what a teacher
// sees of it. Without this module nothing is kept, and everything else works.

const PREFIX = "thaw-form";
const SENT = "thaw-form-sent"; // in this tab: which form was sent and has no answer yet
const LONGEST = 400_000; // characters for one form, of the five million that a browser gives a site
const DAYS = 14;
const PAUSE = 400; // milliseconds without a key before keeping

const account = document.querySelector("script[data-account]")?.dataset.account;
const mine = `${PREFIX}:${account}:`;

// --- the store, which may be full, refused or damaged ---------------------------------------------

function remove(key) {
    try {
        localStorage.removeItem(key);
    } catch {
        // A browser that keeps nothing has nothing to remove.
    }
}

function keys(start) {
    try {
        return Object.keys(localStorage).filter((key) => key.startsWith(start));
    } catch {
        return [];
    }
}

// What was kept under a key: null where there is nothing. Throws where it cannot be read.
function recall(key) {
    const words = localStorage.getItem(key);
    if (words === null) {
        return null;
    }
    const kept = JSON.parse(words);
    const isBox = (box) => typeof box.name === "string" && typeof box.words === "string";
    if (!Number.isFinite(kept.at) || !kept.boxes.every(isBox)) {
        throw new SyntaxError("not a kept form");
    }
    return kept;
}

function dropOld() {
    for (const key of keys(`${PREFIX}:`)) {
        try {
            if (Date.now() - recall(key).at > DAYS * 86_400_000) {
                remove(key);
            }
        } catch {
            // Said on the page of its own form.
        }
    }
}

function sent(value) {
    try {
        if (value !== undefined) {
            sessionStorage.setItem(SENT, value);
        }
        return sessionStorage.getItem(SENT);
    } catch {
        return null;
    }
}

// --- boxes ----------------------------------------------------------------------------------------

const UNKEPT = /^(csrfmiddlewaretoken|_.*|.*-(INITIAL|MIN_NUM|MAX_NUM)_FORMS|.*__prefix__.*)$/;
const ROW = /^(.+)-(\d+)-([^-]+)$/;
const TOTAL = "-TOTAL_FORMS";
const VERSION = /^(record_version|.+-owner_version)$/;

function boxesOf(form) {
    return [...form.elements].filter(
        (box) =>
            box.name && !UNKEPT.test(box.name) && !box.disabled && !/^(submit|button|image|reset)$/.test(box.type),
    );
}

// What was chosen when the box came, because pickers and small windows add options, which then look as
// if the server had sent them.
const first = new WeakMap();

function chosenAtFirst(box) {
    if (!first.has(box)) {
        let chosen = [...box.options].filter((option) => option.defaultSelected);
        if (!chosen.length && !box.multiple && !box.matches(".admin-autocomplete")) {
            chosen = [...box.options].slice(0, 1);
        }
        first.set(box, chosen.map((option) => option.value).filter(Boolean).sort().join());
    }
    return first.get(box);
}

// As the server sent it. Of a hidden box nobody can tell, and none is typed in.
function isAsSent(box) {
    if (box.type === "checkbox" || box.type === "radio") {
        return box.checked === box.defaultChecked;
    }
    if (box.tagName === "SELECT") {
        const chosen = [...box.selectedOptions].map((option) => option.value).filter(Boolean);
        return chosen.sort().join() === chosenAtFirst(box);
    }
    return box.value === box.defaultValue;
}

function valueOf(box) {
    if (box.type === "checkbox" || box.type === "radio") {
        return box.checked;
    }
    if (box.tagName === "SELECT") {
        // With their words: what a picker found is not among its options on a fresh page.
        return [...box.selectedOptions].map((option) => [option.value, option.text]);
    }
    return box.value;
}

function put(box, value) {
    if (box.type === "checkbox" || box.type === "radio") {
        box.checked = value === true;
    } else if (box.tagName === "SELECT") {
        const chosen = Array.isArray(value) ? value : [];
        for (const [key, words] of chosen) {
            if (![...box.options].some((option) => option.value === key)) {
                box.add(new Option(words, key));
            }
        }
        for (const option of box.options) {
            option.selected = chosen.some(([key]) => key === option.value);
        }
    } else {
        box.value = String(value);
    }
    // A picker for one of several kinds may be folded away.
    box.closest(".form-row.hidden")?.classList.remove("hidden");
    box.closest("details")?.setAttribute("open", "");
    box.dispatchEvent(new Event("input", {bubbles: true}));
    box.dispatchEvent(new Event("change", {bubbles: true}));
    window.django?.jQuery?.(box).trigger("change.select2");
}

function wordsFor(box) {
    const label = box.labels?.[0]?.textContent.trim().replace(/:\s*$/, "") || box.getAttribute("aria-label");
    const row = box.closest(".inline-related")?.querySelector("h3 .inline_label")?.textContent.trim();
    return [label || box.name, row && !row.startsWith("#") ? `(${row})` : ""].join(" ").trim();
}

function named(form, name) {
    const found = form.elements.namedItem(name);
    // Several radio buttons share a name; none of our forms has a kept box like that.
    return found instanceof Element ? found : null;
}

const numberIn = (form, name) => Number(named(form, name)?.value ?? 0);

// Where a box of a row was: the number of the stored row, or the place among the new ones.
function placeOf(form, box) {
    const [, rows, index] = ROW.exec(box.name) ?? [];
    if (rows === undefined) {
        return {};
    }
    const stored = named(form, `${rows}-${index}-id`)?.value;
    return stored ? {row: stored} : {added: Number(index) - numberIn(form, `${rows}-INITIAL_FORMS`)};
}

// The box that a kept one belongs into now, though rows may have come or gone; null without one.
function boxFor(form, kept) {
    const [, rows, index, name] = ROW.exec(kept.name) ?? [];
    if (rows === undefined || (kept.row === undefined && kept.added === undefined)) {
        return named(form, kept.name);
    }
    if (kept.row === undefined) {
        return named(form, `${rows}-${numberIn(form, `${rows}-INITIAL_FORMS`) + kept.added}-${name}`);
    }
    const ids = [...form.elements].filter((box) => ROW.exec(box.name)?.[1] === rows && box.name.endsWith("-id"));
    const id = ids.find((box) => box.value === kept.row);
    return id ? named(form, id.name.replace(/-id$/, `-${name}`)) : null;
}

function addRows(form, boxes) {
    for (const kept of boxes.filter((box) => box.rows !== undefined)) {
        const rows = kept.name.slice(0, -TOTAL.length);
        const button = document.querySelector(`#${CSS.escape(rows)}-group .add-row a`);
        let left = Math.min(Number(kept.rows) || 0, 200);
        left -= numberIn(form, kept.name) - numberIn(form, `${rows}-INITIAL_FORMS`);
        for (; button && left > 0; left -= 1) {
            button.click();
        }
    }
}

// --- the page of one form -------------------------------------------------------------------------

function element(name, properties, ...inside) {
    const one = Object.assign(document.createElement(name), properties);
    one.append(...inside);
    return one;
}

function watch(form, mark) {
    // An address without what only leads back to a list.
    const query = [...new URLSearchParams(location.search)].filter(([name]) => !name.startsWith("_"));
    const key = `${mine}${location.pathname}${query.length ? `?${new URLSearchParams(query)}` : ""}`;
    const isRefused = "refused" in mark.dataset;
    // A small window for another record closes once it is saved, and cannot say so.
    const isSmall = new URLSearchParams(location.search).has("_popup");
    const status = element("p", {className: "kept-status"});
    status.setAttribute("role", "status");
    form.before(status);

    const newRows = (total) =>
        Number(total.value) - numberIn(form, total.name.replace(TOTAL, "-INITIAL_FORMS"));
    const totals = boxesOf(form).filter((box) => box.name.endsWith(TOTAL));
    // The page of a refused form has the new rows that were sent; they are as unsaved as before.
    const atFirst = new Map(totals.map((total) => [total.name, isRefused ? 0 : newRows(total)]));
    let before = []; // kept earlier, and not in the boxes as changes of this page
    let isDirty = isRefused;
    let isLeaving = false;
    let waiting = 0;

    function changed() {
        const boxes = boxesOf(form).filter((box) => !/^(hidden|file)$/.test(box.type) && !isAsSent(box));
        const rows = totals.filter((total) => newRows(total) !== atFirst.get(total.name));
        return [
            ...rows.map((total) => ({name: total.name, words: "", rows: newRows(total)})),
            ...boxes.map((box) => ({name: box.name, value: valueOf(box), words: wordsFor(box), ...placeOf(form, box)})),
        ];
    }

    // What was kept earlier of a row that was taken out again is kept no longer.
    function isGone(box) {
        const rows = box.rows === undefined && box.added !== undefined && ROW.exec(box.name)?.[1];
        const total = rows && named(form, `${rows}${TOTAL}`);
        return isRefused && total && box.added >= newRows(total);
    }

    function keep() {
        clearTimeout(waiting);
        if (isSmall || isLeaving) {
            return;
        }
        const boxes = changed();
        const now = new Set(boxes.map((box) => box.name));
        boxes.push(...before.filter((box) => !now.has(box.name) && !isGone(box)));
        if (!boxes.length) {
            remove(key);
            isDirty = isRefused;
            return;
        }
        const versions = [...form.elements].filter((box) => VERSION.test(box.name));
        const words = JSON.stringify({
            at: Date.now(),
            boxes,
            versions: versions.map((box) => [box.name, box.value]),
        });
        const advice = "What you type here is not kept on this device: ";
        if (words.length > LONGEST) {
            status.textContent = `${advice}it is too long. Save before you leave the page.`;
            return;
        }
        try {
            localStorage.setItem(key, words);
            if (status.textContent.startsWith(advice)) {
                status.textContent = "";
            }
        } catch {
            status.textContent = `${advice}the browser has no room for it, or does not allow it. Save before you leave the page.`;
        }
    }

    function touched(event) {
        if (!event.target.name || event.target.form !== form) {
            return;
        }
        isDirty = true;
        isLeaving = false;
        clearTimeout(waiting);
        waiting = setTimeout(keep, PAUSE);
    }

    function putBack(kept) {
        before = [];
        addRows(form, kept.boxes);
        // With the version that was written on, a colleague's change since then is found on saving.
        for (const [name, value] of kept.versions ?? []) {
            const box = named(form, name);
            if (box && VERSION.test(name)) {
                box.value = value;
            }
        }
        const lost = [];
        for (const each of kept.boxes.filter((box) => box.rows === undefined)) {
            const box = boxFor(form, each);
            if (box && !box.disabled) {
                put(box, each.value);
            } else {
                lost.push(`${each.words}: “${Array.isArray(each.value) ? each.value.map(([, text]) => text).join(", ") : each.value}”`);
            }
        }
        status.textContent = "Your words are back in the boxes. Look through them, then save.";
        if (lost.length) {
            status.textContent += ` These have no box here any more: ${lost.join("; ")}.`;
        }
        isDirty = true;
        keep();
    }

    function offer(kept) {
        const when = new Date(kept.at).toLocaleString("en-GB", {dateStyle: "long", timeStyle: "short"});
        const names = [...new Set(kept.boxes.map((box) => box.words).filter(Boolean))];
        const list = names.length ? ` Written in: ${names.slice(0, 12).join(", ")}${names.length > 12 ? " and more" : ""}.` : "";
        const bar = element(
            "section",
            {className: "kept-form"},
            element("p", {textContent: `You left this form unsaved on ${when}.${list}`}),
        );
        bar.setAttribute("aria-label", "Unsaved words");
        const answer = (words, act) => {
            const button = element("button", {type: "button", className: "button", textContent: words});
            button.addEventListener("click", () => {
                bar.remove();
                act();
            });
            return button;
        };
        bar.append(
            answer("Put it back", () => putBack(kept)),
            answer("Discard it", () => {
                before = [];
                remove(key);
                keep();
                status.textContent = "Discarded.";
            }),
        );
        status.after(bar);
    }

    let kept = null;
    try {
        kept = recall(key);
    } catch (error) {
        if (error instanceof SyntaxError || error instanceof TypeError) {
            remove(key);
            status.textContent = "What was kept of this form on this device is damaged and cannot be put back.";
        }
    }
    before = kept?.boxes ?? [];
    if (kept && !isRefused) {
        offer(kept);
    }

    form.querySelectorAll("select").forEach(chosenAtFirst);
    document.addEventListener("formset:added", (event) => event.target.querySelectorAll("select").forEach(chosenAtFirst));
    form.addEventListener("input", touched);
    form.addEventListener("change", touched);
    // Pickers say so through jQuery alone.
    window.django?.jQuery?.(form).on("change", "select", (event) => touched({target: event.target}));
    const rowsTouched = () => touched({target: named(form, "csrfmiddlewaretoken")});
    document.addEventListener("formset:added", rowsTouched);
    document.addEventListener("formset:removed", rowsTouched);
    form.addEventListener("submit", () => {
        keep();
        isDirty = false;
        isLeaving = true;
        sent(isSmall ? "" : key);
    });
    document.addEventListener("visibilitychange", () => document.hidden && isDirty && keep());
    window.addEventListener("beforeunload", (event) => {
        if (isDirty) {
            keep();
            event.preventDefault();
        }
    });
    // Back from another page by the browser's own way, the form is as it was left.
    window.addEventListener("pageshow", (event) => {
        if (event.persisted) {
            isLeaving = false;
            isDirty = changed().length > 0;
        }
    });
    document.querySelector("#logout-form")?.addEventListener("submit", () => (isLeaving = true));
}

dropOld();
// The answer to what was sent: kept in the record, or still on this device alone.
if (sent() && document.querySelector(".messagelist .form-saved")) {
    remove(sent());
    sent("");
}
for (const form of document.querySelectorAll("form[method=post][action$='/logout/']")) {
    form.addEventListener("submit", () => keys(mine).forEach(remove));
}
const mark = document.querySelector("#kept-form");
if (mark && account && mark.closest("form") && !mark.closest("form").querySelector("input[type=password]")) {
    watch(mark.closest("form"), mark);
}
