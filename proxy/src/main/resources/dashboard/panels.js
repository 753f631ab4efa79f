// What happened, and the sidecars.
import {html, Card, Component, Dot} from './ui.js';
import {age, clock, dimension, duration, keyParts, limitText, list, number, subjectHref} from './format.js';
import {healthOf, recent} from './model.js';
import {nodeClass} from './bars.js';

const EVENTS = 12;
/** What happens at several sidecars within seconds is one line. */
const TOGETHER_SECONDS = 3;

const DOTS = {error: 'bad', warning: 'warn', good: 'good', info: 'off'};

const TEXTS = {
  'peer-live': who => `${who} is there`,
  'peer-silent': who => `${who} is silent`,
  'peer-left': who => `${who} has shut down`,
  'gateway-down': who => `gateway of ${who} can't be reached`,
  'gateway-up': who => `gateway of ${who} is back`,
  'limits-file-bad': who => `${who}: the limits file has a mistake`,
  'limits-file-ok': who => `${who}: the limits file is good again`,
  'limits-changed': who => `${who}: new limits are in force`,
  'limits-differ': who => `${who}: limits differ`,
  'limits-same': who => `${who}: limits are the same again`,
};

/** Joins what several sidecars report of one thing. */
function joined(events) {
  const lines = [];
  for (const event of events) {
    const same = lines.find(line => line.kind === event.kind && line.key === event.key
      && Math.abs(line.time - event.time) < TOGETHER_SECONDS && event.sidecar && !event.key);
    if (same) {
      if (!same.sidecars.includes(event.sidecar)) {
        same.sidecars.push(event.sidecar);
      }
    } else if (lines.length <= EVENTS * 4) {
      lines.push({...event, sidecars: event.sidecar ? [event.sidecar] : []});
    }
  }
  return lines;
}

function LimitEvent({event, model}) {
  const {scope, subject, dimension: what} = keyParts(event.key);
  const row = model.rows.find(candidate => candidate.key === event.key);
  const limit = row ? `, ${limitText(row)}` : '';
  return html`<a href=${subjectHref(scope, subject)}>${subject || scope}</a> ${event.kind === 'rejecting'
    ? `began to be rejected: ${dimension(what)}${limit}`
    : `no longer rejected: ${dimension(what)}`}`;
}

const eventText = (event, model) => {
  if (event.key && (event.kind === 'rejecting' || event.kind === 'admitting')) {
    return html`<${LimitEvent} event=${event} model=${model} />`;
  }
  const text = TEXTS[event.kind];
  return text && event.sidecars.length > 0 ? text(list([...event.sidecars].sort())) : event.text;
};

export class Events extends Component {
  render({model, seconds}, {isAll}) {
    const since = model.time - Math.min(seconds, model.length);
    const lines = joined(model.events.filter(event => event.time >= since));
    const shown = isAll ? lines : lines.slice(0, EVENTS);
    return html`
      <${Card} title="What happened" sub="state changes, newest first" className="events">
        ${lines.length === 0
          ? html`<p class="nothing muted">Nothing in the last ${duration(Math.min(seconds, model.length))}.</p>`
          : html`
            <ol>
              ${shown.map(event => html`
                <li key=${event.id} data-event=${event.kind}>
                  <time class="muted">${clock(event.time)}</time><${Dot} kind=${DOTS[event.level] || 'off'} />
                  <span>${eventText(event, model)}</span>
                </li>`)}
            </ol>`}
        ${lines.length > EVENTS && html`
          <div class="more"><button type="button" class="link" onClick=${() => this.setState({isAll: !isAll})}>${
            isAll ? 'show fewer' : `show ${lines.length - EVENTS} more`}</button></div>`}
      <//>`;
  }
}

const isKnown = x => x !== null && x !== undefined;

function gatewayText(gateway) {
  return gateway?.state === 'down' ? html`gateway <b class="bad-text">down</b>` : `gateway ${gateway?.state || 'unknown'}`;
}

function limitsText(limits) {
  if (limits?.state === 'stale') {
    return html`limits <b class="warn-text">stale</b>`;
  }
  return limits?.is_same === false ? html`limits <b class="warn-text">differ</b>` : `limits ${limits?.state || 'unknown'}`;
}

function Facts({sidecar}) {
  const facts = [];
  if (isKnown(sidecar.peers_known) && sidecar.peers_known > 0) {
    const late = isKnown(sidecar.peer_report_age_seconds) ? `, ${age(sidecar.peer_report_age_seconds)} ago` : '';
    facts.push(`hears ${sidecar.peers_live} of ${sidecar.peers_known}${late}`);
  }
  if (sidecar.lost_reports > 0) {
    facts.push(`${number(sidecar.lost_reports)} lost`);
  }
  facts.push(gatewayText(sidecar.gateway), limitsText(sidecar.limits));
  return html`<div class="sub">${facts.map((fact, i) => html`${i > 0 && ' · '}${fact}`)}</div>`;
}

function SidecarRow({sidecar, model, total, now}) {
  const own = model.series.get(sidecar.node);
  const admitted = own ? recent(own.admitted) : null;
  const rejected = own ? recent(own.rejected) : null;
  const since = duration(now - sidecar.state_since);
  const isLive = sidecar.state === 'live';
  const share = isLive && total > 0 && admitted !== null ? admitted / total : 0;
  const right = isLive
    ? html`${isKnown(admitted) ? `${number(admitted)}/s admitted` : 'no figures'}${rejected > 0 && html` · <span class="bad-text">${
      number(rejected)}/s rejected</span>`}`
    : sidecar.state === 'silent'
      ? html`<span class="bad-text">silent for ${since}</span>`
      : html`<span class="muted">left ${since} ago</span>`;
  return html`
    <li data-peer=${sidecar.node} data-state=${sidecar.state}>
      <div class="line"><${Dot} kind=${healthOf(sidecar)} /><b class="name">${sidecar.node}</b><span class="grow"></span><span>${
        right}</span></div>
      ${isLive ? html`<${Facts} sidecar=${sidecar} />` : html`<div class="sub">no report</div>`}
      <div class="share" aria-hidden="true"><span class=${`seg ${nodeClass(model.nodes, sidecar.node)}`}
        style=${{width: `${share * 100}%`}}></span></div>
    </li>`;
}

export function Sidecars({model, now}) {
  const total = model.sidecars
    .filter(sidecar => sidecar.state === 'live')
    .reduce((sum, {node}) => sum + ((model.series.has(node) && recent(model.series.get(node).admitted)) || 0), 0);
  return html`
    <${Card} title="Sidecars" sub=${model.sidecars.length > 1 ? 'who hears whom, and how late' : 'alone'}
      className="sidecars">
      <ul>
        ${model.sidecars.map(sidecar => html`
          <${SidecarRow} key=${sidecar.node} sidecar=${sidecar} model=${model} total=${total} now=${now} />`)}
      </ul>
    <//>`;
}
