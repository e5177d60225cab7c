// The page of work in the background: its content is renewed every two seconds until the work has ended. Without
// JavaScript the page itself is renewed (a meta element inside noscript).
"use strict";
(function () {
  async function renew() {
    const shown = document.querySelector("[data-at-work]");
    if (!shown) return;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("work");
        if (fresh) shown.replaceWith(document.adoptNode(fresh));
      }
    } catch {
      // the server may be starting again: asked once more below
    }
    setTimeout(renew, 2000);
  }
  setTimeout(renew, 1000);
})();
