// The flows of a release as a profile sees them: the same as `portspec.policy.flows` and `policy.paths` in Python, rule
// by rule, which the tests hold for every release and thousands of profiles. Nothing here touches the page.
(() => {
  "use strict"
  const explorer = (window.portspecExplorer ??= {})

  const PHASES = ["install", "running"]
  const NECESSITIES = ["required", "recommended", "optional"]
  const USER_MANAGED = "user-managed-balancer"
  const HOSTED = "hosted-control-planes"

  const distinct = (list) => [...new Set(list)]

  function holds(condition, profile) {
    if (!condition) return true
    for (const name of ["platform", "network", "topology"]) {
      const choice = condition[name]
      if (choice && !(choice.among ? choice.among.includes(profile[name]) : !choice.without.includes(profile[name]))) return false
    }
    return (
      (condition.features ?? []).every((one) => profile.features.includes(one)) &&
      !(condition.without ?? []).some((one) => profile.features.includes(one))
    )
  }

  // Whether a balancer of its own stands in front of the API, so that `via` is two legs.
  function hasBalancer(release, profile) {
    if (profile.topology === "single-node") return false
    const platform = release.platforms[profile.platform]
    return !platform || platform.balancer !== "none" || profile.features.includes(USER_MANAGED)
  }

  function exists(release, role, profile) {
    const known = release.roles[role]
    return !known || holds(known.condition, profile)
  }

  // Who runs the routers in a topology, and who does the workers' work.
  function actualRole(role, profile) {
    if (role !== "ingress-node" && role !== "worker") return role
    return profile.topology === "ha" || profile.features.includes(HOSTED) ? "worker" : "control-plane"
  }

  // Talk of a role to itself that never leaves its one host.
  const isOneHost = (role, profile) => role === "bootstrap" || profile.topology === "single-node"

  function shared(release, phases, sender) {
    const role = release.roles[sender]
    return role ? phases.filter((phase) => role.phases.includes(phase)) : phases
  }

  function listenersOf(release, port, profile) {
    const found = new Map()
    for (const holder of port.holders ?? []) {
      const role = actualRole(holder.role, profile)
      if (!holds(holder.condition, profile) || !exists(release, role, profile)) continue
      found.set(role, [...(found.get(role) ?? []), holder])
    }
    return found
  }

  function* pathsOf(release, profile, port, balancerRoles) {
    const between = hasBalancer(release, profile)
    const listening = listenersOf(release, port, profile)
    for (const flow of port.flows) {
      if (!holds(flow.condition, profile)) continue
      const stands = between && flow.via && exists(release, release.balancers[flow.via].role, profile)
      const via = stands ? flow.via : null
      for (const written of flow.senders) {
        const sender = actualRole(written, profile)
        if ((balancerRoles.has(written) && !between) || !exists(release, sender, profile)) continue
        const wanted = (flow.targets ?? []).map((role) => actualRole(role, profile))
        const phases = shared(release, flow.phases, sender)
        for (const target of distinct(wanted.length ? wanted : listening.keys())) {
          const there = listening.get(target) ?? []
          const common = phases.filter((phase) => there.some((holder) => holder.phases.includes(phase)))
          const inside = via === null && target === sender && isOneHost(sender, profile)
          if (common.length && !inside) yield { flow, sender, target, via, phases: common }
        }
        if (via !== null && !listening.size) yield { flow, sender, target: release.balancers[via].role, via, phases }
      }
    }
  }

  function record(service, port, path) {
    const { flow } = path
    return {
      service: service.id,
      title: service.title,
      port: port.port ?? null,
      transport: port.transport,
      from: path.sender,
      to: path.target,
      via: path.via,
      necessity: flow.necessity,
      phases: path.phases,
      reach: port.reach,
      purpose: flow.purpose ?? port.purpose,
      sources: distinct([...(flow.sources ?? []), ...(port.sources ?? [])]),
      conflicts: [...(flow.conflicts ?? []), ...(port.conflicts ?? [])],
      carried: Boolean(flow.carried),
    }
  }

  // Two records of one flow: the more binding one, with the phases and sources of both.
  function merged(one, other) {
    const rank = (given) => NECESSITIES.indexOf(given.necessity)
    return {
      ...(rank(other) < rank(one) ? other : one),
      phases: PHASES.filter((phase) => one.phases.includes(phase) || other.phases.includes(phase)),
      sources: distinct([...one.sources, ...other.sources]),
    }
  }

  // Every flow of a profile, in the spec's order.
  function flows(release, profile) {
    const balancerRoles = new Set(Object.values(release.balancers).map((balancer) => balancer.role))
    const found = new Map()
    for (const service of release.services) {
      for (const port of service.ports) {
        if (!holds(port.condition, profile)) continue
        for (const path of pathsOf(release, profile, port, balancerRoles)) {
          const made = record(service, port, path)
          const key = [made.service, made.port ?? "", made.transport, made.from, made.to, made.via ?? ""].join("\n")
          found.set(key, found.has(key) ? merged(found.get(key), made) : made)
        }
      }
    }
    return [...found.values()]
  }

  // What a packet filter sees of a flow: one leg, or two when a balancer stands between.
  function legs(release, flow) {
    if (flow.via === null) return [[flow.from, flow.to]]
    const balancer = release.balancers[flow.via].role
    return flow.to === balancer ? [[flow.from, balancer]] : [[flow.from, balancer], [balancer, flow.to]]
  }

  Object.assign(explorer, { PHASES, NECESSITIES, flows, legs, actualRole, exists, hasBalancer })
})()
