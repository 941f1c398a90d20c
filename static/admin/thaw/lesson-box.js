// Beside the box of a section: a picker that writes a link or a citation at the place of the cursor.
// Without this module the key is typed, as the help under the box says.

const PAUSE = 250; // milliseconds without a key before asking
let made = 0;

function element(name, properties, ...inside) {
    const one = Object.assign(document.createElement(name), properties);
    one.append(...inside);
    return one;
}

function write(box, kind, record) {
    const chosen = box.value.slice(box.selectionStart, box.selectionEnd);
    const isSource = kind === "source";
    const words = isSource
        ? `${/\S$/.test(box.value.slice(0, box.selectionEnd)) ? " " : ""}[@${record.key}, place]`
        : `[${chosen || record.title}](${kind}:${record.key})`;
    const start = isSource ? box.selectionEnd : box.selectionStart;
    box.setRangeText(words, start, box.selectionEnd, "end");
    if (isSource) {
        // What is left to write is chosen, so that typing replaces it.
        const end = box.selectionEnd;
        box.setSelectionRange(end - "place]".length, end - 1);
    }
    box.dispatchEvent(new Event("change", {bubbles: true}));
    box.focus();
}

async function find(box, kinds, words, list, status) {
    const asked = `${kinds.value} ${words.value}`;
    const address = `${box.dataset.keys}?kind=${kinds.value}&words=${encodeURIComponent(words.value)}`;
    const response = await fetch(address, {headers: {Accept: "application/json"}});
    // Somebody may have typed on while the answer was under way, or been signed out.
    if (!response.ok || response.redirected || asked !== `${kinds.value} ${words.value}`) {
        return;
    }
    const {results} = await response.json();
    status.textContent = results.length ? `${results.length} found` : "Nothing found";
    list.replaceChildren(...results.map((record) => {
        const text = record.public ? record.text : `${record.text} (readers do not see it)`;
        const button = element("button", {type: "button", textContent: text});
        button.addEventListener("click", () => write(box, kinds.value, record));
        return element("li", {}, button);
    }));
}

function prepare(box) {
    if (!box.dataset.kinds || box.dataset.ready || box.id.includes("__prefix__")) {
        return;
    }
    box.dataset.ready = "yes";
    made += 1;
    const kinds = element("select", {id: `lesson-kind-${made}`});
    for (const [name, noun] of JSON.parse(box.dataset.kinds)) {
        kinds.add(new Option(name === "source" ? "source, to cite it" : noun, name));
    }
    kinds.value = "event";
    const words = element("input", {type: "search", id: `lesson-words-${made}`, className: "vTextField"});
    const list = element("ul", {className: "lesson-found"});
    const status = element("span", {className: "help"});
    status.setAttribute("role", "status");
    const place = element(
        "div",
        {className: "lesson-picker"},
        element("label", {htmlFor: kinds.id, textContent: "Insert a"}), kinds,
        element("label", {htmlFor: words.id, textContent: "Find it by its name"}), words,
        status, list,
    );
    // Over the line with the label and the box, so that both keep their width.
    (box.closest(".flex-container") ?? box).before(place);
    let waiting = 0;
    const ask = () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => find(box, kinds, words, list, status), PAUSE);
    };
    words.addEventListener("input", ask);
    kinds.addEventListener("change", ask);
    // In a form, Enter would save the whole record.
    words.addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
            event.preventDefault();
            ask();
        }
    });
}

document.querySelectorAll("textarea.lesson-text").forEach(prepare);

document.addEventListener("formset:added", (event) => {
    event.target.querySelectorAll("textarea.lesson-text").forEach(prepare);
});
