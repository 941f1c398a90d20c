// Shows under a date box, while somebody types, how the words are understood and how they sort.
// Without this module the same echo appears after saving.

const PAUSE = 300; // milliseconds without a key before asking
const waiting = new WeakMap();

async function echo(box) {
    const place = document.getElementById(`${box.id}_echo`);
    const words = box.value;
    if (!place) {
        return;
    }
    const response = await fetch(`${box.dataset.echo}?words=${encodeURIComponent(words)}`, {
        headers: {Accept: "application/json"},
    });
    // Somebody may have typed on while the answer was under way, or been signed out.
    if (!response.ok || response.redirected || box.value !== words) {
        return;
    }
    const {understood, message} = await response.json();
    place.textContent = message;
    place.classList.toggle("refused", !understood);
}

document.addEventListener("input", (event) => {
    const box = event.target;
    if (!box.matches("input[data-echo]")) {
        return;
    }
    clearTimeout(waiting.get(box));
    waiting.set(box, setTimeout(() => echo(box), PAUSE));
});

// Django counts the names and ids of an added row, and leaves out what describes them.
document.addEventListener("formset:added", (event) => {
    const index = event.target.id.match(/\d+$/)?.[0];
    event.target.querySelectorAll("[aria-describedby*='__prefix__']").forEach((box) => {
        const ids = box.getAttribute("aria-describedby");
        box.setAttribute("aria-describedby", ids.replaceAll("__prefix__", index));
    });
});
