/** Buckets that refill evenly: a minute's worth at once, then as fast as they fill. In the memory of one process, and never more than `most` of them. */
export type Buckets = {
  /** Takes one; gives 0, or the whole seconds until there is one again. */
  take(who: string, perMinute: number): number;
  readonly size: number;
};

/** A store of buckets under names; the one used longest ago is forgotten first. */
export function buckets(most = 50_000, now: () => number = () => performance.now()): Buckets {
  const held = new Map<string, { left: number; at: number }>();
  return {
    take(who, perMinute) {
      const time = now();
      const before = held.get(who);
      const left = before ? Math.min(perMinute, before.left + ((time - before.at) * perMinute) / 60_000) : perMinute;
      held.delete(who);
      held.set(who, { left: left >= 1 ? left - 1 : left, at: time });
      if (held.size > most) held.delete(held.keys().next().value!);
      return left >= 1 ? 0 : Math.max(1, Math.ceil(((1 - left) * 60) / perMinute));
    },
    get size() {
      return held.size;
    },
  };
}
