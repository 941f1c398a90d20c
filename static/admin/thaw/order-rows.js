// Puts rows into order by dragging. Only the order numbers are written, and the rows are shown by
// them: the rows themselves stay where they are in the page, because their names count upwards.
// With a keyboard, or without this module, the number in each row does the same.

let dragged = null;

function rowsOf(group) {
    const rows = [...group.querySelectorAll(".inline-related:not(.empty-form)")];
    // A stable sort keeps rows of one number as they stand.
    return rows.sort((first, second) => shownAt(first) - shownAt(second));
}

function shownAt(row) {
    return Number(row.style.order) || 0;
}

function write(group, rows) {
    rows.forEach((row, place) => {
        const number = row.querySelector("input[name$='-order']");
        row.style.order = String(place + 1);
        if (number && number.value !== String(place + 1)) {
            number.value = String(place + 1);
            number.dispatchEvent(new Event("change", {bubbles: true}));
        }
    });
    let message = group.querySelector(".order-message");
    if (!message) {
        message = document.createElement("p");
        message.className = "order-message help";
        message.setAttribute("role", "status");
        group.append(message);
    }
    message.textContent = "The new order is kept when you save.";
}

function move(row, target) {
    const group = row.closest(".ordered-rows");
    const before = rowsOf(group);
    const rows = before.filter((each) => each !== row);
    const down = before.indexOf(row) < before.indexOf(target);
    rows.splice(rows.indexOf(target) + (down ? 1 : 0), 0, row);
    write(group, rows);
}

function addHandle(row) {
    const heading = row.querySelector("h3");
    if (!heading || heading.querySelector(".drag-handle") || !row.querySelector("input[name$='-order']")) {
        return;
    }
    const handle = document.createElement("span");
    handle.className = "drag-handle";
    handle.draggable = true;
    handle.title = "Drag to another place, or change the number";
    handle.setAttribute("aria-hidden", "true");
    handle.textContent = "⠿";
    heading.prepend(handle);
}

function rowUnder(event) {
    const row = event.target.closest?.(".ordered-rows .inline-related:not(.empty-form)");
    const same = row && dragged && row.closest(".ordered-rows") === dragged.closest(".ordered-rows");
    return same && row !== dragged ? row : null;
}

function clearTarget() {
    document.querySelectorAll(".is-target").forEach((row) => row.classList.remove("is-target"));
}

document.querySelectorAll(".ordered-rows .inline-related:not(.empty-form)").forEach(addHandle);

document.addEventListener("formset:added", (event) => {
    const group = event.target.closest(".ordered-rows");
    if (!group) {
        return;
    }
    addHandle(event.target);
    const number = event.target.querySelector("input[name$='-order']");
    const others = rowsOf(group).filter((row) => row !== event.target);
    const numbers = others.map((row) => Number(row.querySelector("input[name$='-order']")?.value) || 0);
    if (number) {
        number.value = String(Math.max(0, ...numbers) + 1);
        event.target.style.order = String(others.length + 1);
    }
});

document.addEventListener("dragstart", (event) => {
    const handle = event.target.closest?.(".drag-handle");
    if (handle) {
        dragged = handle.closest(".inline-related");
        dragged.classList.add("is-dragged");
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", dragged.id);
    }
});

document.addEventListener("dragover", (event) => {
    const row = rowUnder(event);
    clearTarget();
    if (row) {
        event.preventDefault();
        row.classList.add("is-target");
    }
});

document.addEventListener("drop", (event) => {
    const row = rowUnder(event);
    if (row) {
        event.preventDefault();
        move(dragged, row);
    }
});

document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    clearTarget();
});
