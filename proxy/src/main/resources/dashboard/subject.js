// The page of one subject: its limits over time, by sidecar, and who is behind it.
import {html, Card, Component, Dot} from './ui.js';
import {amount, clock, dimension, isBytes, keyParts, limitText, number, percent} from './format.js';
import {nodeClass} from './bars.js';
import {pressureOf} from './model.js';
import {Chart} from './charts.js';
import {Sidecars} from './panels.js';
import {get} from './live.js';

const POLL_MS = 1000;

function Pressure({row}) {
  const pill = (kind, text) => html`<span class=${`pill ${kind}`}><${Dot} kind=${kind} />${text}</span>`;
  switch (pressureOf(row)) {
    case 'over':
      return pill('bad', `${number(row.rejected_per_second)}/s rejected`);
    case 'shadow':
      return pill('would', `${number(row.would_reject_per_second)}/s would be rejected`);
    case 'waiting':
      return pill('warn', `slowed: ${row.waiting} wait`);
    case 'near':
      return pill('warn', `near its limit: ${percent(row.used_ratio)} used`);
    default:
      return pill('good', `${percent(row.used_ratio)} used`);
  }
}

/** One limit: what each sidecar admitted, what was rejected on top, and the limit as it was then. */
function LimitChart({row, model, node, seconds, theme}) {
  const limit = model.limits.get(row.key);
  const {nodes} = model;
  const title = dimension(row.dimension);
  const words = [limitText(row), `meter ${row.meter}`, row.on_exceed && row.on_exceed !== 'reject' && `on-exceed ${row.on_exceed}`];
  const series = [];
  if (limit) {
    nodes.filter(of => limit.admitted.has(of) && (!node || node === of)).forEach(of => {
      const kind = nodeClass(nodes, of);
      series.push({
        label: `${row.period_seconds > 0 ? 'admitted by' : 'in progress at'} ${of}`, mark: kind, colour: kind, alpha: 0.45, values: model.cut(limit.admitted.get(of), seconds),
      });
    });
    // Rejected requests have no bytes.
    if (!isBytes(row.dimension) && !node) {
      series.push(row.on_exceed === 'shadow'
        ? {label: 'of these would be rejected', mark: 'square-would', colour: 'would', alpha: 0.3, values: []}
        : {label: 'rejected', mark: 'square-bad', colour: 'bad', alpha: 0.3, values: model.cut(limit.rejected, seconds)});
    }
  }
  const shown = series.filter(one => one.values.length > 0);
  const period = row.period_seconds || 1;
  return html`
    <section class="card" aria-label=${title}>
      <div class="card-head"><h2>${title}</h2><span class="muted small">${words.filter(Boolean).join(' · ')}</span>
        <span class="grow"></span><${Pressure} row=${row} /></div>
      ${shown.length > 0
        ? html`<${Chart} times=${model.times(seconds)} series=${shown} theme=${theme} height=${190} isStacked=${true}
            unit=${isBytes(row.dimension) ? 'bytes' : 'ops'}
            line=${{label: 'limit', values: model.cut(limit.amount, seconds).map(x => (x === null ? null : x / period))}}
            label=${`${title} over time: ${amount(row.used, row.dimension)} of ${limitText(row)} used`} />`
        : html`<p class="nothing muted">Nothing is known of the last minutes.</p>`}
    </section>`;
}

function Now({rows, model, chosen, onChoose}) {
  const row = rows.find(candidate => candidate.dimension === chosen) || rows[0];
  const of = x => amount(x, row.dimension);
  const admitted = Object.values(row.admitted || {}).reduce((a, b) => a + b, 0);
  const perSecond = row.period_seconds > 0 ? row.used / row.period_seconds : row.used;
  const unit = row.period_seconds > 0 ? '/s' : '';
  const isWindow = row.period_seconds > 0;
  const facts = [[isWindow ? 'used in the last second' : 'in progress', `${of(isWindow ? admitted : row.used)}${
    row.period_seconds <= 1 ? ` of ${of(row.limit_amount)}` : ''}`]];
  if (row.period_seconds > 1) {
    facts.push([`used of ${limitText(row)}`, percent(row.used_ratio)]);
  }
  if (row.asked_ratio !== null && row.dimension.endsWith('-ops')) {
    facts.push(['asked for', `${of(row.asked_ratio * row.limit_amount / (row.period_seconds || 1))}${unit}`]);
  }
  if (isWindow && row.period_seconds <= 10) {
    facts.push(['admitted', `${of(perSecond)}${unit}`]);
  }
  facts.push(['rejected', `${number(row.rejected_per_second)}/s`, row.rejected_per_second > 0 && 'bad-text']);
  if (row.would_reject_per_second > 0) {
    facts.push(['would be rejected', `${number(row.would_reject_per_second)}/s`, 'would-text']);
  }
  if (row.waiting > 0) {
    facts.push(['waiting', number(row.waiting), 'warn-text']);
  }
  model.nodes.filter(node => row.shares?.[node] !== undefined || model.nodes.length <= 4).forEach(node => {
    facts.push([`share of ${node}`, percent(row.shares?.[node] || 0)]);
  });
  if (row.excess !== null && row.excess !== undefined) {
    const part = row.limit_amount > 0 ? ` (${percent(row.excess / row.limit_amount)})` : '';
    facts.push(['over the limit at most, since start', `${of(row.excess)}${row.excess > 0 ? part : ''}`]);
  }
  return html`
    <section class="card now" aria-label="Now">
      <div class="card-head"><h2>Now</h2>
        ${rows.length === 1
          ? html`<span class="muted small">${dimension(row.dimension)}</span>`
          : html`<div class="tabs" role="group" aria-label="Limit">${rows.map(one => html`
              <button type="button" key=${one.key} aria-pressed=${one === row} onClick=${() => onChoose(one.dimension)}>${
                dimension(one.dimension)}</button>`)}</div>`}
      </div>
      <dl>${facts.map(([name, value, kind]) => html`<div key=${name}><dt>${name}</dt><dd class=${kind || ''}>${value}</dd></div>`)}</dl>
      ${row.origin && html`<code class="origin" title=${row.origin}>${row.origin.replace(/^.*\//, '')}  ${row.dimension} = ${row.limit}</code>`}
    </section>`;
}

const Clients = ({clients}) => html`
  <${Card} title="Clients" sub="addresses, at the sidecar that is asked">
    <table>
      <thead><tr><th scope="col">address</th><th scope="col" class="right">rejected</th><th scope="col" class="right">last seen</th></tr></thead>
      <tbody>${clients.map(client => html`
        <tr key=${client.address}><td><code>${client.address}</code></td>
          <td class=${`right ${client.rejected > 0 ? 'bad-text' : ''}`}>${number(client.rejected)}</td>
          <td class="right muted">${clock(client.last_seen)}</td></tr>`)}</tbody>
    </table>
  <//>`;

const Rejections = ({rejections}) => html`
  <${Card} title="Recent rejections" sub="newest first">
    <table>
      <thead><tr><th scope="col">time</th><th scope="col">what</th><th scope="col">from</th><th scope="col" class="right">come back in</th></tr></thead>
      <tbody>${rejections.slice(0, 10).map((one, i) => html`
        <tr key=${i}><td class="muted">${clock(one.time)}</td><td>${one.operation} <span class="muted">${
          dimension(keyParts(one.key).dimension)}</span></td><td><code>${one.address}</code></td>
          <td class="right">${number(one.retry_after_seconds)} s</td></tr>`)}</tbody>
    </table>
  <//>`;

export class Subject extends Component {
  state = {chosen: '', detail: null, isFailing: false};

  componentDidMount() {
    this.poll();
    // The reader of a screen starts at the heading, and the page at its top.
    window.scrollTo(0, 0);
  }

  componentWillUnmount() {
    clearTimeout(this.timer);
    this.isGone = true;
    this.abort?.abort();
    this.props.model.detail([]);
  }

  async poll() {
    const {scope, subject, token} = this.props;
    this.abort = new AbortController();
    const cut = setTimeout(() => this.abort.abort(), POLL_MS * 4);
    try {
      const path = `/api/v1/live/${encodeURIComponent(scope)}/${encodeURIComponent(subject || '-')}`;
      const detail = await get(path, token, this.abort.signal);
      if (!this.isGone) {
        this.props.model.detail(detail.rows || []);
        this.setState({detail, isFailing: false});
      }
    } catch {
      if (!this.isGone) {
        this.setState({isFailing: true});
      }
    }
    clearTimeout(cut);
    if (!this.isGone) {
      this.timer = setTimeout(() => this.poll(), POLL_MS);
    }
  }

  /** Its limits: what the stream has is newest; the others come with the answer for this subject alone. */
  rows() {
    const {model, scope, subject} = this.props;
    const here = model.rows.filter(row => row.scope === scope && row.subject === subject);
    const keys = new Set(here.map(row => row.key));
    return here.concat((this.state.detail?.rows || []).filter(row => !keys.has(row.key)));
  }

  render({model, scope, subject, seconds, theme, node, now}, {chosen, detail, isFailing}) {
    const rows = this.rows();
    return html`
      <div class="title">
        <h1>${subject ? html`<span class="muted-scope">${scope}</span> ${subject}` : scope}</h1>
        <a href="#/">← all limits</a>
      </div>
      <div class="columns subject">
        <div class="left">
          ${rows.map(row => html`
            <${LimitChart} key=${row.key} row=${row} model=${model} node=${node} seconds=${seconds} theme=${theme} />`)}
          ${rows.length === 0 && html`
            <div class="card empty"><b>${detail ? 'No limit of it is in use' : isFailing ? 'Its limits can’t be read' : 'Reading its limits'}</b>
              <p class="muted">A limit appears here with its next request.</p></div>`}
          ${detail?.rejections?.length > 0 && html`<${Rejections} rejections=${detail.rejections} />`}
        </div>
        <div class="right-column">
          ${rows.length > 0 && html`<${Now} rows=${rows} model=${model} chosen=${chosen}
            onChoose=${dimensionName => this.setState({chosen: dimensionName})} />`}
          ${detail?.clients?.length > 0 && html`<${Clients} clients=${detail.clients} />`}
          <${Sidecars} model=${model} now=${now} />
        </div>
      </div>`;
  }
}
