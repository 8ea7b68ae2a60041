(() => {
  "use strict";
  const main = document.querySelector("main");
  const state = document.getElementById("state");
  const seconds = 2;

  const age = (since) => {
    const minutes = Math.floor((Date.now() - Date.parse(since)) / 60000);
    if (minutes < 1) return "just now";
    if (minutes < 120) return `${minutes} minute${minutes === 1 ? "" : "s"} ago`;
    if (minutes < 2880) return `${Math.floor(minutes / 60)} hours ago`;
    return `${Math.floor(minutes / 1440).toLocaleString("en")} days ago`;
  };
  const showAges = () => {
    for (const one of document.querySelectorAll("[data-since]")) {
      one.textContent = `(${age(one.dataset.since)})`;
    }
  };
  showAges();
  setInterval(showAges, 30000);
  if (!("live" in document.body.dataset)) return;

  let tag = document.body.dataset.tag;
  const say = (text) => { if (state.textContent !== text) state.textContent = text; };
  const figures = () => new Map(
    [...main.querySelectorAll("[data-key]")].map((one) => [one.dataset.key, one.textContent]));

  // What the server sends is escaped there: it is the same markup as that of the page.
  const show = (content) => {
    const before = figures();
    const wasOpen = main.querySelector("details")?.open;
    main.innerHTML = content;
    if (wasOpen) main.querySelector("details").open = true;
    for (const one of main.querySelectorAll("[data-key]")) {
      const old = before.get(one.dataset.key);
      if (old !== undefined && old !== one.textContent) one.classList.add("changed");
    }
    showAges();
  };
  const look = async () => {
    try {
      const answer = await fetch("content", { headers: { "If-None-Match": tag }, cache: "no-store" });
      if (answer.status === 200) {
        show(await answer.text());
        tag = answer.headers.get("ETag");
      }
      say("Live: new releases appear here by themselves.");
    } catch {
      say("The server does not answer; trying again.");
    }
    setTimeout(look, seconds * 1000);
  };
  setTimeout(look, seconds * 1000);
})();
