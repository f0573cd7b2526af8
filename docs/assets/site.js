// What the theme's script leaves out.
(() => {
  "use strict"

  // For whoever moves by keyboard or hears the page: it gives every block of code a <nav> of its own, each a landmark
  // without a name, and takes long lines out of the keyboard's reach where no pointer hovers.
  const blocks = document.querySelectorAll(".md-typeset pre > code")
  const mend = () => {
    for (const bar of document.querySelectorAll(".md-code__nav:not([role])")) bar.setAttribute("role", "none")
    for (const code of blocks) if (code.scrollWidth > code.clientWidth && !code.hasAttribute("tabindex")) code.tabIndex = 0
  }
  if (blocks.length) {
    const watched = { attributeFilter: ["tabindex"], childList: true, subtree: true }
    new MutationObserver(mend).observe(document.querySelector(".md-content"), watched)
    addEventListener("resize", mend)
    mend()
  }

  // Whoever changes the language stays at the section; anchors are the same in both.
  const here = () => {
    const passed = document.querySelector(".md-sidebar--secondary .md-nav__link--active[href^='#']")
    return location.hash || (scrollY && passed ? new URL(passed.href).hash : "")
  }
  const keepPlace = (event) => {
    const link = event.target.closest?.(".md-select__link[hreflang]")
    if (link && link.hreflang !== document.documentElement.lang) link.hash = here()
  }
  for (const kind of ["pointerdown", "click"]) document.addEventListener(kind, keepPlace, true)
})()
