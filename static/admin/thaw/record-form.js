// Makes the form of a record fit what is written in it: boxes that do not apply are folded away, a name
// fills the name to sort by, and Enter in a box does not save a half-written record. Without this
// module all boxes are there, and Enter saves.

const form = document.querySelector("body.change-form #content-main > form");

function rowOf(name) {
    return form.querySelector(`.form-row.field-${name}`);
}

// Folds a row away where it does not apply. One with words or an error in it is never folded away.
function show(row, applies) {
    const boxes = [...row.querySelectorAll("input, select, textarea")];
    const speaks = boxes.some((box) => box.value.trim()) || row.querySelector(".errorlist");
    row.classList.toggle("hidden", !applies && !speaks && !row.contains(document.activeElement));
}

function fit() {
    const status = form.elements.namedItem("status");
    for (const [name, state] of [["withdrawn_reason", "withdrawn"], ["publish_at", "review"]]) {
        const row = rowOf(name);
        if (row && status) {
            show(row, status.value === state);
        }
    }
    const undated = rowOf("undated_reason");
    if (undated) {
        const dates = undated.closest("fieldset").querySelectorAll(".date-box:not(.figure-box)");
        show(undated, ![...dates].some((box) => box.value.trim()));
    }
}

// “Nikita Khrushchev” → “Khrushchev, Nikita”, until somebody writes another.
function fillSortName() {
    const name = form.elements.namedItem("name");
    const sort = form.elements.namedItem("sort_name");
    if (!name || !sort || sort.value) {
        return;
    }
    let filled = "";
    name.addEventListener("input", () => {
        if (sort.value !== filled) {
            return;
        }
        const words = name.value.trim().split(/\s+/);
        filled = words.length > 1 ? `${words.at(-1)}, ${words.slice(0, -1).join(" ")}` : words[0];
        sort.value = filled;
        sort.dispatchEvent(new Event("input", {bubbles: true}));
    });
}

function holdEnter(event) {
    const box = event.target;
    const isBox = box.matches("input:not([type=submit], [type=button], [type=image], [type=reset])");
    if (event.key === "Enter" && isBox && !event.defaultPrevented) {
        event.preventDefault();
    }
}

// Django puts the cursor into the first box. Where that is a picker, the box that it stands behind is
// out of sight.
function showCursor() {
    const box = document.activeElement;
    if (box?.matches("select.select2-hidden-accessible")) {
        box.parentElement.querySelector(".select2-selection")?.focus();
    }
}

if (form) {
    fit();
    form.addEventListener("input", fit);
    form.addEventListener("change", fit);
    form.addEventListener("focusout", () => setTimeout(fit));
    form.addEventListener("keydown", holdEnter);
    fillSortName();
    // Whichever comes last: the cursor, or the picker.
    form.addEventListener("focusin", showCursor);
    window.addEventListener("load", () => setTimeout(showCursor));
}
