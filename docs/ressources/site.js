// What the theme makes in the page, after it is read, said to who does not see it: copy buttons, and tables that scroll.
const said = () => {
  document.querySelectorAll("nav.md-code__nav:not([aria-label])").forEach((nav, at) => {
    nav.setAttribute("aria-label", `Copier l'exemple ${at + 1}`);
  });
  document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])").forEach((wrap) => {
    wrap.tabIndex = 0;
  });
};
said();
new MutationObserver(said).observe(document.body, { childList: true, subtree: true });
