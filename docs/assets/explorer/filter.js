// Which flows of a profile are asked for, in which order and in which groups.
(() => {
  "use strict"
  const explorer = (window.portspecExplorer ??= {})

  const REACHES = ["control-plane", "cluster", "site", "public"]
  const PORT = /^\d{1,5}$/

  const portOf = (flow) => (flow.port ? `${flow.port}/${flow.transport}` : flow.transport)
  const ends = (flow) => (flow.port ? flow.port.split("-").map(Number) : [0, 0])

  // What free text is looked for in: everything that a row shows, in both languages.
  const texts = new WeakMap()
  function textOf(release, flow) {
    if (!texts.has(flow)) {
      const titled = [release.roles[flow.from], release.roles[flow.to], flow.via && release.balancers[flow.via]]
      const parts = [flow.service, flow.title, portOf(flow), flow.from, flow.to, flow.via, flow.necessity, flow.purpose, flow.sources.join(" ")]
      const said = [...parts, ...titled.map((one) => one?.title)].flatMap((one) => (one && typeof one === "object" ? Object.values(one) : [one ?? ""]))
      texts.set(flow, said.join("\n").toLowerCase())
    }
    return texts.get(flow)
  }

  // A number is a port: also one within a range, and also the beginning of one while it is typed.
  function matches(release, flow, word) {
    if (PORT.test(word)) {
      const [low, high = low] = ends(flow)
      const wanted = Number(word)
      if (flow.port && low <= wanted && wanted <= high) return true
      return Boolean(flow.port?.split("-").some((end) => end.startsWith(word)))
    }
    return textOf(release, flow).includes(word)
  }

  // The role that a flow's balancer has.
  const between = (release, flow) => (flow.via ? release.balancers[flow.via].role : "")

  function concerns(release, flow, role, direction) {
    if (between(release, flow) === role) return true
    return (direction !== "in" && flow.from === role) || (direction !== "out" && flow.to === role)
  }

  // Whether a flow, or one of its legs, goes from one role to another; "" is any.
  function goes(release, flow, from, to) {
    return [[flow.from, flow.to], ...explorer.legs(release, flow)].some(
      ([source, target]) => (!from || source === from) && (!to || target === to),
    )
  }

  // The flows that a state asks for, of those of its profile.
  function chosen(release, flows, state) {
    const actual = (name) => state[name] && explorer.actualRole(state[name], state)
    const [role, from, to] = ["role", "from", "to"].map(actual)
    const terms = state.text.toLowerCase().split(/\s+/).filter(Boolean)
    return flows.filter(
      (flow) =>
        (!role || concerns(release, flow, role, state.direction)) &&
        (!state.phase || flow.phases.includes(state.phase)) &&
        (!state.necessity || flow.necessity === state.necessity) &&
        ((!from && !to) || goes(release, flow, from, to)) &&
        terms.every((term) => matches(release, flow, term)),
    )
  }

  const order = {
    port: (flow) => [...ends(flow), flow.transport],
    service: (flow, lang) => [flow.title[lang]],
    from: (flow) => [flow.from],
    to: (flow) => [flow.to],
    via: (flow) => [flow.via ?? ""],
    necessity: (flow) => [explorer.NECESSITIES.indexOf(flow.necessity)],
    phases: (flow) => [flow.phases.length, ...flow.phases],
    reach: (flow) => [REACHES.indexOf(flow.reach)],
  }

  function compare(one, other) {
    for (let n = 0; n < Math.max(one.length, other.length); n++) {
      const [a, b] = [one[n] ?? "", other[n] ?? ""]
      const found = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b))
      if (found) return found
    }
    return 0
  }

  // The flows in a state's order; without one, the spec's.
  function sorted(flows, sort, lang) {
    if (!sort) return flows
    const key = order[sort.replace(/^-/, "")]
    const sign = sort.startsWith("-") ? -1 : 1
    return [...flows].sort((one, other) => sign * compare(key(one, lang), key(other, lang)))
  }

  // Flows by what they have in common, in the order in which the groups first appear.
  function grouped(flows, group) {
    if (!group) return [["", flows]]
    const key = { port: portOf, phases: (flow) => flow.phases.join(" ") }[group] ?? ((flow) => flow[group] ?? "")
    const found = new Map()
    for (const flow of flows) {
      const name = key(flow)
      if (!found.has(name)) found.set(name, [])
      found.get(name).push(flow)
    }
    return [...found]
  }

  Object.assign(explorer, { chosen, sorted, grouped, portOf, goes, portEnds: ends })
})()
