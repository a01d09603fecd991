/* A callback that answers 401 means that the session has ended: sign in, then come back here. */
(function () {
  "use strict";

  const ask = window.fetch;
  let leaving = false;

  window.fetch = async function (...request) {
    const answer = await ask.apply(this, request);
    if (answer.status === 401 && !leaving && answer.url.startsWith(window.location.origin + "/_")) {
      leaving = true;
      const here = window.location.pathname + window.location.search;
      window.location.assign("/connexion?ended=1&next=" + encodeURIComponent(here));
    }
    return answer;
  };
})();
