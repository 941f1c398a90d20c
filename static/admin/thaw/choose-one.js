// Where exactly one record is to be chosen among several kinds: asks for the kind first and shows
// that one picker. Without this module all pickers are there, and one of them is filled in.

function pickersOf(place) {
    return [...place.querySelectorAll(".form-row")].filter((row) => {
        const picker = row.querySelector("select.admin-autocomplete");
        return picker && row.querySelectorAll("input, select, textarea").length === 1;
    });
}

function pickerIn(row) {
    return row.querySelector("select.admin-autocomplete");
}

function show(rows, chosen) {
    rows.forEach((row) => {
        // A picker with a value or an error is never hidden.
        const speaks = pickerIn(row).value || row.querySelector(".errorlist");
        row.classList.toggle("hidden", row !== chosen && !speaks);
    });
}

function prepare(place) {
    const rows = pickersOf(place);
    if (rows.length < 2 || place.querySelector(".kind-of-record")) {
        return;
    }
    const kinds = document.createElement("select");
    kinds.id = `${pickerIn(rows[0]).id}-kind`;
    kinds.add(new Option("Choose what kind of record", ""));
    rows.forEach((row, place_) => {
        kinds.add(new Option(row.querySelector("label").textContent.replace(/:\s*$/, ""), String(place_)));
    });
    const label = document.createElement("label");
    label.htmlFor = kinds.id;
    label.textContent = "Kind of record:";
    const line = document.createElement("div");
    line.className = "form-row kind-of-record";
    const inside = document.createElement("div");
    inside.className = "flex-container";
    inside.append(label, kinds);
    line.append(inside);
    rows[0].before(line);

    const filled = rows.filter((row) => pickerIn(row).value);
    kinds.value = filled.length === 1 ? String(rows.indexOf(filled[0])) : "";
    show(rows, filled.length === 1 ? filled[0] : null);
    kinds.addEventListener("change", () => {
        const chosen = rows[Number(kinds.value)];
        if (kinds.value === "" || !chosen) {
            return;
        }
        rows.filter((row) => row !== chosen && pickerIn(row).value).forEach((row) => {
            pickerIn(row).value = "";
            pickerIn(row).dispatchEvent(new Event("change", {bubbles: true}));
        });
        show(rows, chosen);
    });
}

document.querySelectorAll("fieldset.choose-one").forEach((fieldset) => {
    const rows = fieldset.querySelectorAll(".inline-related:not(.empty-form)");
    if (fieldset.closest(".inline-group")) {
        rows.forEach(prepare);
    } else {
        prepare(fieldset);
    }
});

document.addEventListener("formset:added", (event) => {
    if (event.target.closest(".choose-one")) {
        prepare(event.target);
    }
});
