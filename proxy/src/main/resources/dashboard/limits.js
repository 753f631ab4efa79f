// The limits, those under most pressure first, and the search over all of them.
import {html, Component} from './ui.js';
import {amount, dimension, limitText, number, percent, subjectHref, times, wholePercent} from './format.js';
import {LimitBar, Spark, nodeClass} from './bars.js';
import {pressureOf, sum} from './model.js';
import {get} from './live.js';

const ROWS = 8;
const FOUND_MAX = 40;
const SEARCH_PAUSE_MS = 250;

const SPARK_KIND = {over: 'bad', shadow: 'would', waiting: 'ok', near: 'ok', '': 'ok'};

/** What stands right below the bar. */
export function pressureText(row) {
  switch (pressureOf(row)) {
    case 'over':
    case 'shadow':
      return row.asked_ratio > 1 ? `asks for ${times(row.asked_ratio)}` : 'asks in bursts';
    case 'waiting':
      return html`<span class="warn-text">${row.dimension.endsWith('-bytes') ? 'slowed: ' : ''}${row.waiting} ${
        row.waiting === 1 ? 'waits' : 'wait'}</span>`;
    case 'near':
      return html`<span class="warn-text">near its limit</span>`;
    default:
      return percent(row.used_ratio);
  }
}

function Rejected({row}) {
  switch (pressureOf(row)) {
    case 'over':
      return html`<b class="bad-text">${number(row.rejected_per_second)}/s</b>
        <span class="sub">${row.rejected_ratio === null ? 'requests' : `${wholePercent(row.rejected_ratio)} of asked`}</span>`;
    case 'shadow':
      return html`<b class="would-text">${number(row.would_reject_per_second)}/s</b><span class="sub">would be</span>`;
    default:
      return html`<span class="muted none">0</span>`;
  }
}

/** Asked for each second, where requests are counted; admitted bytes else. */
function history(row, model, seconds) {
  const limit = model.limits.get(row.key);
  if (!limit) {
    return [];
  }
  const series = [...limit.admitted.values()];
  if (row.dimension.endsWith('-ops') && row.on_exceed !== 'shadow') {
    series.push(limit.rejected);
  }
  return model.cut(sum(series), seconds);
}

const exact = x => String(Math.round(x * 1000) / 1000);

export function LimitRow({row, model, node, seconds}) {
  const name = row.subject || row.scope;
  const shares = Object.entries(row.shares || {}).map(([of, share]) => `${of}=${share.toFixed(2)}`).join(' ');
  return html`
    <li class="row" data-limit=${row.key} data-used=${exact(row.used)} data-rejected=${exact(row.rejected_per_second)}
      data-shares=${shares}>
      <a href=${subjectHref(row.scope, row.subject)}>
        <div class="who"><b>${name}</b>${row.on_exceed === 'shadow' && html`<span class="tag">shadow</span>`}
          <span class="sub">${row.subject && `${row.scope} · `}${dimension(row.dimension)}</span>
        </div>
        <div class="use">
          <${LimitBar} row=${row} nodes=${model.nodes} only=${node} />
          <div class="use-text">
            <span><b>${amount(row.used, row.dimension)}</b> of ${limitText(row)}</span>
            <span>${pressureText(row)}</span>
          </div>
        </div>
        <div class="rejected"><${Rejected} row=${row} /></div>
        <div class="trend">
          <${Spark} values=${history(row, model, seconds)} kind=${SPARK_KIND[pressureOf(row)]}
            limit=${row.period_seconds > 0 ? row.limit_amount / row.period_seconds : row.limit_amount} />
        </div>
      </a>
    </li>`;
}

const matches = (row, words) => {
  const text = `${row.scope} ${row.subject} ${row.dimension} ${dimension(row.dimension)}`.toLowerCase();
  return words.every(word => text.includes(word));
};

/** A row of /api/v1/usage, as far as it has what one of the stream has. */
function fromUsage(row) {
  const used = row.used_per_second ?? row.used;
  const escaped = row.subject.replace(/%/g, '%25').replace(/\//g, '%2F');
  return {
    ...row,
    key: row.key || [row.scope, escaped, row.dimension].filter(Boolean).join('/'),
    used,
    used_ratio: row.used_ratio ?? (row.limit_amount > 0 ? row.used / row.limit_amount : 0),
    asked_ratio: row.asked_ratio ?? null,
    rejected_ratio: row.rejected_ratio ?? null,
    rejected_per_second: row.rejected_per_second ?? 0,
    would_reject_per_second: row.would_reject_per_second ?? 0,
    on_exceed: row.on_exceed ?? '',
    shares: row.shares ?? {},
    waiting: row.waiting ?? row.waiting_transfers ?? 0,
  };
}

const Legend = ({nodes}) => html`
  <div class="legend">
    ${nodes.length <= 6
      ? nodes.map(node => html`<span key=${node}><i class=${nodeClass(nodes, node)}></i>admitted by ${node}</span>`)
      : html`<span><i class="node0"></i>admitted, by sidecar</span>`}
    <span><i class="hatch-refused"></i>rejected</span>
    <span><i class="hatch-would"></i>would be rejected (shadow)</span>
    <span><i class="line"></i>limit</span>
  </div>`;

export class Limits extends Component {
  state = {query: '', found: [], isAll: false};

  componentDidMount() {
    document.addEventListener('keydown', this.onKey);
  }

  componentWillUnmount() {
    document.removeEventListener('keydown', this.onKey);
    clearTimeout(this.timer);
    this.abort?.abort();
  }

  onKey = event => {
    const isTyping = event.target.matches?.('input, textarea, select');
    if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.input.focus();
    } else if (event.key === 'Escape' && (isTyping || this.state.query)) {
      this.search('');
      this.input.blur();
    }
  };

  /** Filters what is here at once, and asks for the rest when typing pauses. */
  search = query => {
    this.setState({query, found: query ? this.state.found : []});
    clearTimeout(this.timer);
    this.abort?.abort();
    if (query.trim()) {
      this.timer = setTimeout(() => this.ask(query.trim()), SEARCH_PAUSE_MS);
    }
  };

  async ask(query) {
    this.abort = new AbortController();
    try {
      const path = `/api/v1/usage?top=${FOUND_MAX}&q=${encodeURIComponent(query)}`;
      const answer = await get(path, this.props.token, this.abort.signal);
      this.setState({found: (answer.usage || []).map(fromUsage)});
    } catch {
      // What the page has is still found.
    }
  }

  shown() {
    const {model} = this.props;
    const words = this.state.query.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) {
      return this.state.isAll ? model.rows : model.rows.slice(0, ROWS);
    }
    const here = model.rows.filter(row => matches(row, words));
    const keys = new Set(here.map(row => row.key));
    const others = this.state.found.filter(row => !keys.has(row.key) && matches(row, words));
    return here.concat(others).slice(0, FOUND_MAX);
  }

  render({model, node, seconds}, {query, isAll}) {
    const rows = this.shown();
    const {inUse, over, moreRatio} = model.counts;
    const hidden = model.rows.slice(rows.length);
    const rest = Math.max(0, inUse - rows.length);
    const restOver = Math.max(0, over - rows.filter(row => pressureOf(row) === 'over').length);
    const restRatio = Math.max(moreRatio || 0, ...hidden.map(row => row.used_ratio));
    const restText = restOver > 0
      ? `${rest} more, ${restOver} of them reject`
      : `${rest} more, all below ${Math.floor(restRatio * 100) + 1} % of their limits`;
    return html`
      <section class="card limits" aria-label="Limits, by pressure">
        <div class="card-head">
          <h2>Limits, by pressure</h2>
          <span class="muted small">${over > 0 ? `${number(over)} over · ` : ''}${number(inUse)} in use</span>
          <span class="grow"></span>
          <div class="search">
            <input type="search" aria-label="Find a user, bucket, tenant or dimension" placeholder="Find user or bucket   /"
              value=${query} ref=${input => { this.input = input; }} onInput=${event => this.search(event.currentTarget.value)} />
          </div>
        </div>
        <${Legend} nodes=${model.nodes} />
        ${rows.length > 0 && html`
          <div class="row-head muted" aria-hidden="true">
            <span>Who</span><span>Used of the limit</span><span class="right">Rejected</span><span>Last minutes</span>
          </div>
          <ul class="rows">
            ${rows.map(row => html`<${LimitRow} key=${row.key} row=${row} model=${model} node=${node} seconds=${seconds} />`)}
          </ul>`}
        ${rows.length === 0 && (query
          ? html`<div class="empty"><b>Nothing found</b><p class="muted">No limit in use matches “${query}”.</p></div>`
          : html`<div class="empty"><b>No limit is in use yet</b>
              <p class="muted">Point an S3 client at a sidecar. A limit appears here with its first request.</p></div>`)}
        ${!query && rest > 0 && html`
          <div class="more muted">${restText}
            ${hidden.length > 0 && html`<button type="button" class="link" onClick=${() => this.setState({isAll: true})}>show ${
              hidden.length === rest ? 'them' : `${hidden.length} of them`}</button>`}
          </div>`}
        ${!query && isAll && model.rows.length > ROWS && html`
          <div class="more"><button type="button" class="link" onClick=${() => this.setState({isAll: false})}>show fewer</button></div>`}
      </section>`;
  }
}
