
"use strict";
// Reads a chart out where the pointer, a finger or the arrow keys are. Everything it says stands
// in the drawing already; it is put on the page as text.
for (const picture of document.querySelectorAll(".picture")) {
  const reading = picture.querySelector(".reading");
  let chosen = null;
  const marks = () =>
    [...picture.querySelectorAll("svg [aria-label][role='graphics-symbol']")].filter((one) => one.getClientRects().length);
  const clear = () => {
    if (chosen) chosen.classList.remove("read", "read-bar");
    chosen = null;
    reading.hidden = true;
  };
  const choose = (mark) => {
    if (mark === chosen) return;
    clear();
    chosen = mark;
    chosen.classList.add(mark.getAttribute("opacity") === "0" ? "read" : "read-bar");
    reading.textContent = mark.getAttribute("aria-label").split(" | ").join("\n");
    reading.hidden = false;
    const area = picture.getBoundingClientRect();
    const box = mark.getBoundingClientRect();
    const right = box.right - area.left + 8;
    const left = box.left - area.left - reading.offsetWidth - 8;
    const room = area.width - reading.offsetWidth;
    const place = right <= room ? right : left >= 0 ? left : Math.max(0, room);
    reading.style.left = `${place}px`;
    reading.style.top = `${Math.max(0, box.top - area.top + 24)}px`;
  };
  picture.addEventListener("pointermove", (event) => {
    const mark = event.target.closest("[aria-label][role='graphics-symbol']");
    if (mark) choose(mark);
    else clear();
  });
  picture.addEventListener("pointerdown", (event) => {
    const mark = event.target.closest("[aria-label][role='graphics-symbol']");
    if (mark) choose(mark);
  });
  picture.addEventListener("pointerleave", clear);
  picture.addEventListener("blur", clear);
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") clear();
    if (!step) return;
    event.preventDefault();
    const all = marks();
    const next = all.indexOf(chosen) + step;
    choose(all[Math.min(all.length - 1, Math.max(0, next))]);
  });
}
