// The bar of a limit, and sparklines.
import {html} from './ui.js';
import {limitText, list, number, amount, percent} from './format.js';
import {pressureOf} from './model.js';

/** The part of the track that stands for the limit. */
const LIMIT_PERCENT = 66;
const BEYOND_PERCENT = 100 - LIMIT_PERCENT;
const REFUSED_PERCENT_MIN = 1.5;
/** Of what is refused where it isn't known how much was asked for. */
const REFUSED_PERCENT_UNKNOWN = 8;
const NODE_COLOURS = 6;

export const nodeClass = (nodes, node) => `node${Math.max(0, nodes.indexOf(node)) % NODE_COLOURS}`;

/** How long the hatched part is, for any factor. */
export function refusedPercent(row) {
  if (!(row.rejected_per_second > 0) && !(row.would_reject_per_second > 0)) {
    return 0;
  }
  if (row.asked_ratio === null || row.asked_ratio === undefined) {
    return REFUSED_PERCENT_UNKNOWN;
  }
  return Math.max(REFUSED_PERCENT_MIN, BEYOND_PERCENT * (1 - 1 / Math.max(1, row.asked_ratio)));
}

/** What the bar shows, in words. */
export function barText(row) {
  const shares = Object.entries(row.shares || {}).map(([node, share]) => `${node} ${percent(share)}`);
  const refused = row.rejected_per_second > 0
    ? `, ${number(row.rejected_per_second)} a second rejected`
    : row.would_reject_per_second > 0 ? `, ${number(row.would_reject_per_second)} a second would be rejected` : '';
  return `${amount(row.used, row.dimension)} of ${limitText(row)} used${shares.length ? `: ${list(shares)}` : ''}${refused}`;
}

export function LimitBar({row, nodes, only}) {
  const used = Math.min(1, Math.max(0, row.used_ratio)) * LIMIT_PERCENT;
  const refused = refusedPercent(row);
  const kind = pressureOf(row) === 'shadow' ? 'would' : 'refused';
  return html`
    <div class="bar" role="img" aria-label=${barText(row)}>
      <div class="bar-used">
        ${nodes.map(node => {
          const share = row.shares?.[node] || 0;
          const isFaint = only && only !== node;
          return share > 0 && html`<span key=${node} class=${`seg ${nodeClass(nodes, node)} ${isFaint ? 'faint' : ''}`}
            style=${{width: `${share * used}%`}}></span>`;
        })}
      </div>
      ${refused > 0 && html`<span class=${`bar-${kind}`} style=${{left: `${LIMIT_PERCENT}%`, width: `${refused}%`}}></span>`}
      <span class="tick" style=${{left: `${LIMIT_PERCENT}%`}}></span>
    </div>`;
}

/** Means of groups, so that there is one point for each pixel or so. */
function thinned(values, count) {
  if (values.length <= count) {
    return values;
  }
  const thin = [];
  for (let i = 0; i < count; i++) {
    const group = values
      .slice(Math.floor(i * values.length / count), Math.floor((i + 1) * values.length / count))
      .filter(x => x !== null);
    thin.push(group.length === 0 ? null : group.reduce((a, b) => a + b, 0) / group.length);
  }
  return thin;
}

const point = (x, y) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;

/** A line without axes; decoration, as the figures stand beside it. */
export function Spark({values, kind, limit, width = 104, height = 30}) {
  const thin = thinned(values, width);
  let max = limit || 0;
  thin.forEach(x => { max = Math.max(max, x || 0); });
  const scale = max > 0 ? (height - 4) / max : 0;
  const step = thin.length > 1 ? width / (thin.length - 1) : 0;
  let line = '';
  let area = '';
  let start = -1;
  const close = end => {
    if (start >= 0) {
      area += `L${point(end * step, height)}L${point(start * step, height)}Z`;
      start = -1;
    }
  };
  thin.forEach((value, i) => {
    if (value === null || value === undefined) {
      close(i - 1);
      return;
    }
    const at = point(i * step, height - 1.5 - value * scale);
    line += (start < 0 ? 'M' : 'L') + at;
    area += (start < 0 ? 'M' : 'L') + at;
    if (start < 0) {
      start = i;
    }
  });
  close(thin.length - 1);
  const limitY = limit ? height - 1.5 - limit * scale : 0;
  return html`
    <svg class=${`spark ${kind}`} viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height} aria-hidden="true"
      preserveAspectRatio="none">
      <path class="spark-area" d=${area} />
      <path class="spark-line" d=${line} />
      ${limit > 0 && html`<path class="spark-limit" d=${`M${point(0, limitY)}L${point(width, limitY)}`} />`}
    </svg>`;
}
