// What a timeline adds where scripts run: arrow keys between its items, and details of the drawing
// under the pointer in words. Without this module nothing is missing.

const names = [...document.querySelectorAll("#list .name")];

document.getElementById("list")?.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const here = names.indexOf(document.activeElement);
  if (!step || here < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = names[here + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

for (const drawing of document.querySelectorAll(".drawing")) {
  const detail = document.createElement("p");
  detail.className = "detail small faint";
  // The list says it all; this is for the eye only.
  detail.setAttribute("aria-hidden", "true");
  drawing.append(detail);
  drawing.addEventListener("pointerover", (event) => {
    const mark = event.target.closest("a");
    detail.textContent = mark?.querySelector("title")?.textContent ?? "";
  });
}
