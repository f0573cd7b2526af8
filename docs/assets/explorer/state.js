// What is asked, as the address says it: `?release=4.18&platform=none&…`. A link shows the same rows to whoever opens it,
// so the release and the profile always stand in it, and nothing of the reader's own (no addresses of machines).
(() => {
  "use strict"
  const explorer = (window.portspecExplorer ??= {})

  const CHOICES = {
    phase: ["install", "running"],
    direction: ["in", "out"],
    necessity: ["required", "recommended", "optional"],
    group: ["service", "port", "from", "to", "via", "necessity", "phases"],
    view: ["request"],
  }
  const SORTS = ["port", "service", "from", "to", "via", "necessity", "phases", "reach"]
  const LONGEST = 200

  const first = (names, wished) => (names.includes(wished) ? wished : names[0])

  // What the address asks for, as it stands there; `fitted` makes sense of it.
  function read(search) {
    const given = new URLSearchParams(search)
    const state = { features: (given.get("features") ?? "").split(" ").filter(Boolean), text: (given.get("text") ?? "").slice(0, LONGEST) }
    for (const name of ["release", "platform", "network", "topology", "role", "from", "to"]) state[name] = given.get(name) ?? ""
    for (const [name, known] of Object.entries(CHOICES)) state[name] = known.includes(given.get(name)) ? given.get(name) : ""
    const sort = given.get("sort") ?? ""
    state.sort = SORTS.includes(sort.replace(/^-/, "")) ? sort : ""
    return state
  }

  // The state with a profile that the release has, and the values of the address that it has not.
  function fitted(state, release) {
    const made = { ...state, release: release.release }
    const refused = []
    for (const [name, known, usual] of [
      ["platform", release.platforms, "none"],
      ["network", release.networks, "OVNKubernetes"],
      ["topology", release.topologies, "ha"],
    ]) {
      made[name] = Object.hasOwn(known, state[name]) ? state[name] : first(Object.keys(known), usual)
      if (state[name] && made[name] !== state[name]) refused.push(state[name])
    }
    made.features = state.features.filter((name) => Object.hasOwn(release.features, name)).sort()
    refused.push(...state.features.filter((name) => !Object.hasOwn(release.features, name)))
    for (const name of ["role", "from", "to"]) {
      const asked = state[name]
      const role = Object.keys(release.roles).find((id) => id === asked || (release.roles[id].aliases ?? []).includes(asked))
      made[name] = role ?? ""
      if (asked && !role) refused.push(asked)
    }
    return [made, refused]
  }

  // The query of a state.
  function written(state) {
    const query = new URLSearchParams()
    for (const name of ["release", "platform", "network", "topology"]) query.set(name, state[name])
    if (state.features.length) query.set("features", state.features.join(" "))
    for (const name of ["from", "to", "role", "direction", "phase", "necessity", "text", "sort", "group", "view"]) {
      if (state[name]) query.set(name, state[name])
    }
    return `?${query}`
  }

  Object.assign(explorer, { read, fitted, written, CHOICES })
})()
