// What the page knows: series of the last 900 seconds, and the state now. All series end at the same second.

export const KEPT_SECONDS = 900;
const RATE_SECONDS = 5;
const EVENTS_MAX = 200;
const LIMITS_MAX = 120;

const COUNTS = ['admitted', 'rejected', 'failed', 'bytes_to_clients', 'bytes_from_clients'];
const MEDIANS = ['latency_seconds', 'upstream_seconds'];

/** A series of `length` that ends with `values`. An empty one holds `filler` for as long as its siblings are known. */
function padded(values, length, known, filler) {
  const from = values && values.length > 0 ? values : new Array(known).fill(filler);
  const tail = from.slice(-length);
  return new Array(length - tail.length).fill(null).concat(tail);
}

const longest = arrays => arrays.reduce((max, values) => Math.max(max, values ? values.length : 0), 0);

/** Adds two numbers of which one may not be known. */
const plus = (a, b) => (a === null ? b : b === null ? a : a + b);

export function sum(series) {
  if (series.length === 0) {
    return [];
  }
  const total = series[0].slice();
  for (let s = 1; s < series.length; s++) {
    for (let i = 0; i < total.length; i++) {
      total[i] = plus(total[i], series[s][i]);
    }
  }
  return total;
}

/** The mean of the last five seconds; null: nothing is known of them. */
export function recent(values) {
  let total = 0;
  let count = 0;
  for (let i = Math.max(0, values.length - RATE_SECONDS); i < values.length; i++) {
    if (values[i] !== null && values[i] !== undefined) {
      total += values[i];
      count++;
    }
  }
  return count === 0 ? null : total / count;
}

/** The series of one limit. */
class LimitSeries {
  constructor(length) {
    this.amount = new Array(length).fill(null);
    this.admitted = new Map();
    this.rejected = this.amount.slice();
    this.would = this.amount.slice();
    this.lastSeen = 0;
  }

  static of(history, length) {
    const limit = new LimitSeries(length);
    const admitted = Object.entries(history.admitted || {});
    const known = longest([history.amount, history.rejected, history.would_reject, ...admitted.map(e => e[1])]);
    limit.amount = padded(history.amount, length, known, null);
    limit.rejected = padded(history.rejected, length, known, 0);
    limit.would = padded(history.would_reject, length, known, 0);
    for (const [node, values] of admitted) {
      limit.admitted.set(node, padded(values, length, known, 0));
    }
    return limit;
  }

  /** Appends a point; null: the limit is not among those sent. */
  push(row) {
    const length = this.amount.length;
    this.amount.push(row ? row.amount : null);
    this.rejected.push(row ? row.rejected || 0 : null);
    this.would.push(row ? row.would_reject || 0 : null);
    for (const node of Object.keys((row && row.admitted) || {})) {
      if (!this.admitted.has(node)) {
        this.admitted.set(node, this.amount.slice(0, length).map(x => (x === null ? null : 0)));
      }
    }
    for (const [node, values] of this.admitted) {
      values.push(row ? row.admitted?.[node] || 0 : null);
    }
  }

  trim() {
    for (const values of [this.amount, this.rejected, this.would, ...this.admitted.values()]) {
      values.splice(0, Math.max(0, values.length - KEPT_SECONDS));
    }
  }
}

export class Model {
  constructor() {
    this.isKnown = false;
    /** Limits of the subject that is shown, which may not be among those of the stream. */
    this.extra = [];
  }

  /** Takes what was asked for of one subject. */
  detail(rows) {
    this.extra = rows;
  }

  /** Starts anew with what a stream sends first. */
  history(message) {
    this.time = message.time;
    this.node = message.node;
    this.cluster = message.cluster;
    this.version = message.version;
    this.onPartition = message.on_partition;
    const limits = message.limits || [];
    const length = Math.min(KEPT_SECONDS, Math.max(2, longest([
      ...(message.sidecars || []).flatMap(sidecar => [...COUNTS, ...MEDIANS].map(name => sidecar[name])),
      ...limits.flatMap(limit => [limit.amount, limit.rejected, ...Object.values(limit.admitted || {})]),
    ])));
    this.length = length;
    this.series = new Map();
    for (const sidecar of message.sidecars || []) {
      const known = longest([...COUNTS, ...MEDIANS].map(name => sidecar[name]));
      const own = {};
      COUNTS.forEach(name => { own[name] = padded(sidecar[name], length, known, 0); });
      MEDIANS.forEach(name => { own[name] = padded(sidecar[name], length, known, null); });
      this.series.set(sidecar.node, own);
    }
    const total = message.total || {};
    this.total = {};
    MEDIANS.forEach(name => { this.total[name] = padded(total[name], length, 0, null); });
    this.limits = new Map(limits.map(limit => [limit.key, LimitSeries.of(limit, length)]));
    this.limits.forEach(limit => { limit.lastSeen = message.time; });
    this.events = (message.events || []).slice(0, EVENTS_MAX);
    this.isKnown = false;
  }

  /** Takes the state of a second, and appends it to the series. */
  now(message) {
    const steps = Math.min(KEPT_SECONDS, Math.round(message.time - this.time));
    this.state = message;
    this.sidecars = message.sidecars || [];
    this.rows = message.limits?.rows || [];
    this.counts = {inUse: 0, over: 0, more: 0, moreRatio: 0};
    if (message.limits) {
      const {in_use: inUse, over, more, more_used_ratio: moreRatio} = message.limits;
      this.counts = {inUse, over, more, moreRatio};
    }
    this.problems = message.problems || [];
    this.events = [...(message.events || [])].reverse().concat(this.events).slice(0, EVENTS_MAX);
    for (let i = steps; i > 0; i--) {
      this.push(i === 1 ? message : null);
    }
    this.time = Math.max(this.time, message.time);
    this.isKnown = true;
  }

  push(message) {
    const sidecars = new Map((message ? this.sidecars : []).map(sidecar => [sidecar.node, sidecar]));
    for (const node of sidecars.keys()) {
      if (!this.series.has(node)) {
        const own = {};
        [...COUNTS, ...MEDIANS].forEach(name => { own[name] = new Array(this.length).fill(null); });
        this.series.set(node, own);
      }
    }
    for (const [node, own] of this.series) {
      for (const name of Object.keys(own)) {
        own[name].push(sidecars.get(node)?.[name] ?? null);
        own[name].splice(0, Math.max(0, own[name].length - KEPT_SECONDS));
      }
    }
    MEDIANS.forEach(name => {
      this.total[name].push(message?.total?.[name] ?? null);
      this.total[name].splice(0, Math.max(0, this.total[name].length - KEPT_SECONDS));
    });
    const rows = new Map((message ? this.extra.concat(this.rows) : []).map(row => [row.key, row]));
    this.pushLimits(rows, message ? message.time : 0);
    this.length = Math.min(KEPT_SECONDS, this.length + 1);
    // A sidecar that is shown no more, and was silent for as long as the series are, is forgotten.
    for (const [node, own] of this.series) {
      if (message && !sidecars.has(node) && own.admitted.every(x => x === null)) {
        this.series.delete(node);
      }
    }
  }

  pushLimits(rows, time) {
    for (const key of rows.keys()) {
      if (!this.limits.has(key)) {
        this.limits.set(key, new LimitSeries(this.length));
      }
    }
    for (const [key, limit] of this.limits) {
      const row = rows.get(key);
      limit.push(row);
      limit.trim();
      if (row) {
        limit.lastSeen = time;
      }
    }
    if (this.limits.size > LIMITS_MAX) {
      const oldest = [...this.limits].sort((a, b) => a[1].lastSeen - b[1].lastSeen);
      oldest.slice(0, this.limits.size - LIMITS_MAX).forEach(([key]) => this.limits.delete(key));
    }
  }

  /** The names of the sidecars in the order of their colours. */
  get nodes() {
    return this.sidecars.map(sidecar => sidecar.node);
  }

  /** Those whose figures are shown: one, or all. */
  shown(node) {
    return node ? this.sidecars.filter(sidecar => sidecar.node === node) : this.sidecars;
  }

  /** A series of one sidecar, or the sum of all. */
  counts5(name, node) {
    return recent(this.countSeries(name, node)) ?? 0;
  }

  countSeries(name, node) {
    const of = node ? [this.series.get(node)] : [...this.series.values()];
    const total = sum(of.filter(Boolean).map(own => own[name]));
    return total.length > 0 ? total : new Array(this.length).fill(null);
  }

  medianSeries(name, node) {
    const own = node ? this.series.get(node) : this.total;
    return own ? own[name] : new Array(this.length).fill(null);
  }

  /** The newest `seconds` of a series. */
  cut(values, seconds) {
    return values.slice(-Math.min(seconds, this.length));
  }

  /** The times of the newest `seconds`. */
  times(seconds) {
    const count = Math.min(seconds, this.length);
    return Array.from({length: count}, (unused, i) => this.time - count + 1 + i);
  }
}

/** Whether something is wrong with a sidecar, and how much: the kind of its dot. */
export function healthOf(sidecar) {
  if (sidecar.state === 'left') {
    return 'off';
  }
  if (sidecar.state === 'silent' || sidecar.gateway?.state === 'down') {
    return 'bad';
  }
  const lacksPeers = sidecar.peers_live !== null && sidecar.peers_live < sidecar.peers_known;
  return lacksPeers || sidecar.limits?.state === 'stale' || sidecar.limits?.is_same === false ? 'warn' : 'good';
}

/** In which way a limit is under pressure: `over`, `shadow`, `waiting`, `near`, or none. */
export function pressureOf(row) {
  if (row.rejected_per_second > 0) {
    return 'over';
  }
  if (row.would_reject_per_second > 0) {
    return 'shadow';
  }
  if (row.waiting > 0) {
    return 'waiting';
  }
  return row.used_ratio >= 0.8 ? 'near' : '';
}
