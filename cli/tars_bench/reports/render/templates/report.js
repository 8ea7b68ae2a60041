
"use strict";
// Reads a chart out where the pointer, a finger or the arrow keys are. Everything it says stands
// in the drawing already; it is put on the page as text.
for (const picture of document.querySelectorAll(".picture")) {
  const reading = picture.querySelector(".reading");
  let chosen = null;
  const marks = () =>
    [...picture.querySelectorAll("svg [role='graphics-symbol']:not([aria-roledescription='axis'], [aria-roledescription='legend'])[aria-label]")].filter((one) => one.getClientRects().length);
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
  const away = (mark, event) => {
    const box = mark.getBoundingClientRect();
    const across = Math.max(box.left - event.clientX, 0, event.clientX - box.right);
    return across + Math.max(box.top - event.clientY, 0, event.clientY - box.bottom);
  };
  const follow = (event) => {
    if (!event.target.closest("svg")) return;
    const all = marks().map((mark) => [away(mark, event), mark]);
    if (all.length) choose(all.reduce((best, one) => (one[0] < best[0] ? one : best))[1]);
  };
  picture.addEventListener("pointermove", follow);
  picture.addEventListener("pointerdown", follow);
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
// What the answers rest on is folded: a link to it opens it, and paper shows all of it.
const proofs = document.querySelectorAll("details.proof");
const open = () => {
  const section = location.hash && document.getElementById(location.hash.slice(1));
  const proof = section && section.querySelector("details.proof");
  if (proof) proof.open = true;
};
addEventListener("hashchange", open);
addEventListener("beforeprint", () => proofs.forEach((proof) => (proof.open = true)));
open();
