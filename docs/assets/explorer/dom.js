// Pieces of the page. Texts of the spec become text nodes and attributes, never markup.
(() => {
  "use strict"
  const explorer = (window.portspecExplorer ??= {})

  // An element: `make("a", { href: "…", class: "…", on: { click } }, "words", child)`; what is null or false is left out.
  function make(tag, attributes = {}, ...children) {
    const made = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "on") for (const [event, react] of Object.entries(value)) made.addEventListener(event, react)
      else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value)
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""))
    return made
  }

  const button = (words, react, attributes = {}) => make("button", { type: "button", on: { click: react }, ...attributes }, words)

  // A labelled choice. `options` are pairs of value and words; a third member names the group that an option is in.
  function choice(name, label, options, react) {
    const select = make("select", { name, on: { change: () => react(name, select.value) } })
    const offer = (list) => {
      const groups = new Map()
      select.replaceChildren(
        ...list.flatMap(([value, words, group]) => {
          const option = make("option", { value }, words)
          if (!group) return [option]
          if (groups.has(group)) return groups.get(group).append(option) ?? []
          groups.set(group, make("optgroup", { label: group }, option))
          return [groups.get(group)]
        }),
      )
    }
    offer(options)
    return { name, select, offer, element: make("label", { class: "ex-field" }, make("span", {}, label), select) }
  }

  // A template's words: `{name}` is replaced.
  const filled = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole)

  // A template of which some places are elements: its parts, in order.
  const parts = (template, values) => template.split(/(\{\w+\})/).map((part) => (/^\{\w+\}$/.test(part) ? values[part.slice(1, -1)] ?? part : part))

  function save(content, name, type) {
    const blob = content instanceof Blob ? content : new Blob([content], { type })
    const link = make("a", { href: URL.createObjectURL(blob), download: name, hidden: true })
    document.body.append(link)
    link.click()
    link.remove()
    setTimeout(() => URL.revokeObjectURL(link.href), 60000)
  }

  // Whether the words are on the clipboard now. Where a page may not write there, a field that is copied from does.
  async function copy(words) {
    try {
      await navigator.clipboard.writeText(words)
      return true
    } catch {
      const field = make("textarea", { class: "ex-hidden", "aria-hidden": "true" })
      const before = document.activeElement
      field.value = words
      document.body.append(field)
      field.select()
      const copied = document.execCommand("copy")
      field.remove()
      before?.focus()
      return copied
    }
  }

  Object.assign(explorer, { make, button, choice, filled, parts, save, copy })
})()
