// The index of the search weighs more than everything else here together, and the theme asks for it as soon as it starts.
// On this page it is asked for when the reader turns to the search.
(() => {
  "use strict"
  if (location.protocol === "file:") return // there the theme itself waits
  const INDEX = /\/search\/search_index\.json$/
  const { open, send } = XMLHttpRequest.prototype
  const addresses = new WeakMap()
  const waiting = []
  let wanted = /[?&][qh]=/.test(location.search) // a link into the search

  XMLHttpRequest.prototype.open = function (method, address, ...rest) {
    addresses.set(this, String(address))
    return open.call(this, method, address, ...rest)
  }
  XMLHttpRequest.prototype.send = function (...body) {
    if (wanted || !INDEX.test(addresses.get(this) ?? "")) return send.apply(this, body)
    waiting.push(() => send.apply(this, body))
    return undefined
  }
  function ask(event) {
    if (wanted || !event.target.closest?.("[data-md-component=search], label[for=__search]")) return
    wanted = true
    waiting.splice(0).forEach((start) => start())
  }
  for (const event of ["focusin", "pointerdown"]) document.addEventListener(event, ask)
})()
