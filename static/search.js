// Suggestions under a search box, as a combobox (ARIA 1.2): arrow keys choose, Enter opens, Escape
// closes and then empties. static/reading.js loads this when a box is first used; without it the box
// is a plain form.

const WAIT = 150;
const LONGEST = 200;

for (const form of document.querySelectorAll("form.find")) {
  const input = form.querySelector("[name=q]");
  const list = document.createElement("ul");
  const said = document.createElement("p");
  list.id = `${input.id}-list`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  input.parentElement.append(list, said);
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  })) {
    input.setAttribute(name, value);
  }
  let active = -1;
  let timer = 0;
  let asking = null;

  const mark = (place) => {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = place;
    const option = list.children[active];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };

  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    mark(-1);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };

  const show = (found) => {
    mark(-1);
    list.replaceChildren(
      ...found.map(({ title, kind, url }, number) => {
        const option = document.createElement("li");
        const what = document.createElement("span");
        option.id = `${list.id}-${number}`;
        option.dataset.url = url;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        what.className = "faint small";
        what.textContent = kind;
        option.append(title, " ", what);
        return option;
      }),
    );
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    said.textContent = found.length ? `${found.length} suggestions` : "No suggestions";
  };

  const ask = async () => {
    const typed = input.value.trim().slice(0, LONGEST);
    if (typed.length < 2) return close();
    asking?.abort();
    asking = new AbortController();
    try {
      const query = new URLSearchParams({ q: typed });
      const answer = await fetch(`${form.action}suggestions/?${query}`, { signal: asking.signal });
      if (answer.ok) show((await answer.json()).suggestions);
    } catch {
      // No network, or a newer question: the form itself still works.
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const many = list.hidden ? 0 : list.children.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && many) {
      event.preventDefault();
      mark(((active + step + many + 2) % (many + 1)) - 1);
    } else if (step === 1) {
      event.preventDefault();
      ask();
    } else if (event.key === "Enter" && many && active >= 0) {
      event.preventDefault();
      location.assign(list.children[active].dataset.url);
    } else if (event.key === "Escape" && many) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  input.addEventListener("blur", close);
  if (document.activeElement === input && input.value) timer = setTimeout(ask, WAIT);
}
