/* The search runs in a worker, and a browser starts none for a page that is read from a folder. Only there, a hidden
   frame stands in for it. The search's own script knows this stand-in by the name IFrameWorker. */
if (location.protocol === "file:") {
  globalThis.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.documentElement.appendChild(frame)
      const inside = frame.contentWindow
      const load = address => new Promise((resolve, reject) => {
        const script = inside.document.createElement("script")
        script.src = new URL(address, location.href).href
        script.onload = resolve
        script.onerror = reject
        inside.document.head.appendChild(script)
      })
      inside.postMessage = data => this.dispatchEvent(new MessageEvent("message", { data }))
      inside.importScripts = (...addresses) =>
        addresses.reduce((before, address) => before.then(() => load(address)), Promise.resolve())
      this.frame = frame
      this.ready = load(url)
    }

    postMessage(data) {
      const inside = this.frame.contentWindow
      this.ready.then(() => inside.dispatchEvent(new inside.MessageEvent("message", { data })))
    }

    terminate() {
      this.frame.remove()
    }
  }
  globalThis.Worker = globalThis.IFrameWorker
}
