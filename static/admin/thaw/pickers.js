// Names pickers and their search boxes for screen readers, after the field that each belongs to. The
// pickers are Select2's, and have no label of their own.

function labelFor(select) {
    return document.querySelector(`label[for="${select.id}"]`);
}

function wordsFor(select) {
    return labelFor(select)?.textContent.replace(/:\s*$/, "") ?? "Search";
}

function nameBoxes(place) {
    place.querySelectorAll("select.admin-autocomplete").forEach((select) => {
        const picker = select.parentElement.querySelector(".select2-container");
        const label = labelFor(select);
        if (!picker || !label) {
            return;
        }
        const words = wordsFor(select);
        picker.querySelector(".select2-search__field")?.setAttribute("aria-label", words);
        const shown = picker.querySelector(".select2-selection__rendered[role='textbox']");
        if (shown) {
            // Its field's name and then what is chosen, so that an empty picker has a name too.
            label.id ||= `${select.id}_label`;
            shown.setAttribute("aria-label", words);
            const box = picker.querySelector("[role='combobox']");
            box?.setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
        }
    });
}

function nameOpenBox(event) {
    const box = document.querySelector(".select2-container--open .select2-search__field");
    box?.setAttribute("aria-label", `Search: ${wordsFor(event.target)}`);
}

// jQuery calls back in the order of asking, and Django asked first, to make the pickers.
window.django?.jQuery(() => {
    nameBoxes(document);
    window.django.jQuery(document).on("select2:open", nameOpenBox);
});

document.addEventListener("formset:added", (event) => setTimeout(() => nameBoxes(event.target), 0));
