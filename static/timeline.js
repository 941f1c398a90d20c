// What a timeline adds where scripts run: arrow keys between the items of its list, and on the drawing
// the words of what is under the pointer, and turning to the span before or after by pulling it
// sideways. Without this module nothing is missing: the list has the words, and links the spans.

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

// A share of the drawing’s width: pulled less far than this, it goes back to where it was.
const FAR_ENOUGH = 0.15;

for (const drawing of document.querySelectorAll(".drawing")) {
  const picture = drawing.querySelector("svg");
  const frame = picture.parentElement;
  // Where it is wider than its frame, arrow keys move it.
  if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
  const detail = document.createElement("p");
  detail.className = "detail small";
  detail.hidden = true;
  // The list says it all; this is for the eye only.
  detail.setAttribute("aria-hidden", "true");
  drawing.append(detail);

  // While ours is shown, the browser's own words, late and small, would stand beside it.
  let over = null;
  let title = null;
  const hide = () => {
    if (title) over.prepend(title);
    [over, title] = [null, null];
    detail.hidden = true;
  };
  picture.addEventListener("pointerover", (event) => {
    const mark = event.target.closest("a");
    if (mark && mark === over) return;
    hide();
    title = mark?.querySelector("title") ?? null;
    if (!title) return;
    over = mark;
    title.remove();
    detail.textContent = title.textContent;
    detail.hidden = false;
    const [box, around] = [mark.getBoundingClientRect(), drawing.getBoundingClientRect()];
    const most = around.width - detail.offsetWidth;
    detail.style.left = `${Math.max(0, Math.min(box.left - around.left, most))}px`;
    detail.style.top = `${box.bottom - around.top + 4}px`;
  });
  drawing.addEventListener("pointerleave", hide);
  addEventListener("keydown", (event) => event.key === "Escape" && hide());

  const [earlier, later] = ["prev", "next"].map((way) =>
    document.querySelector(`.zoom a[rel=${way}]`),
  );
  if (!earlier && !later) continue;
  drawing.classList.add("pulls");
  let from = null;
  let pulled = 0;
  // Touch and wheel stay with the browser, which moves the page by them.
  picture.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) from = event.clientX;
  });
  addEventListener("pointermove", (event) => {
    if (from === null) return;
    pulled = event.clientX - from;
    hide();
    if (Math.abs(pulled) > 4) picture.style.transform = `translateX(${pulled}px)`;
  });
  addEventListener("pointerup", () => {
    if (from === null) return;
    from = null;
    picture.style.transform = "";
    const span = pulled > 0 ? earlier : later;
    if (Math.abs(pulled) > FAR_ENOUGH * picture.clientWidth) span?.click();
  });
  // What was pulled was not meant to be opened.
  picture.addEventListener("click", (event) => {
    if (Math.abs(pulled) > 4) event.preventDefault();
    pulled = 0;
  });
  picture.addEventListener("dragstart", (event) => event.preventDefault());
}
