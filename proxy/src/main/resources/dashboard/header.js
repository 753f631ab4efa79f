// The sticky line at the top: how it goes, what is shown, and since when.
import {html, Dot} from './ui.js';
import {clock, number} from './format.js';
import {healthOf} from './model.js';

/** With more sidecars than this a list takes less room than buttons. */
const BUTTONS_MAX = 5;

function Health({model, lostAt}) {
  if (lostAt) {
    return html`<span class="pill bad" role="status" data-health="lost"><${Dot} kind="bad" />no news since ${clock(lostAt)}</span>`;
  }
  const wrong = model.problems.length;
  if (wrong === 0) {
    return html`<span class="pill good" role="status" data-health="good"><${Dot} kind="good" />Healthy</span>`;
  }
  const level = model.problems.some(problem => problem.level === 'error') ? 'bad' : 'warn';
  return html`
    <span class=${`pill ${level}`} role="status" data-health=${level}>
      <${Dot} kind=${level} />${wrong === 1 ? '1 thing is wrong' : `${wrong} things are wrong`}
    </span>`;
}

function SidecarSwitch({model, node, onNode}) {
  const names = model.nodes;
  if (names.length > BUTTONS_MAX) {
    return html`
      <select class="choice" aria-label="Sidecar" value=${node} onChange=${event => onNode(event.currentTarget.value)}>
        <option value="">All ${names.length} sidecars</option>
        ${model.sidecars.map(({node: name, state}) => html`
          <option key=${name} value=${name}>${name}${state === 'live' ? '' : ` (${state})`}</option>`)}
      </select>`;
  }
  const choice = (value, content) => html`
    <button type="button" key=${value} aria-pressed=${node === value} onClick=${() => onNode(value)}>${content}</button>`;
  return html`
    <div class="switch sidecar-switch" role="group" aria-label="Sidecar">
      ${choice('', 'All')}
      ${model.sidecars.map(sidecar => choice(sidecar.node, html`
        <${Dot} kind=${healthOf(sidecar)} /><span class="name">${sidecar.node}</span>`))}
    </div>`;
}

export function Header({model, lostAt, node, onNode, minutes, onMinutes, theme, onTheme, isOverview}) {
  const over = model.isKnown ? model.counts.over : 0;
  const brand = html`<img src="/dashboard/logo.svg" width="26" height="26" alt="" />Sluice`;
  return html`
    <header>
      ${isOverview ? html`<h1 class="brand">${brand}</h1>` : html`<a class="brand" href="#/">${brand}</a>`}
      ${model.isKnown && html`
        <span class="cluster muted">cluster ${model.cluster}</span>
        <${Health} model=${model} lostAt=${lostAt} />
        ${over > 0 && !lostAt && html`
          <span class="pill bad over" data-over=${over}>${number(over)}<span class=${model.problems.length > 1 ? 'wide' : ''}>${
            over === 1 ? ' limit' : ' limits'}</span>${over === 1 ? ' rejects' : ' reject'}</span>`}`}
      <span class="grow"></span>
      ${model.isKnown && html`
        <${SidecarSwitch} model=${model} node=${node} onNode=${onNode} />
        <div class="switch minutes" role="group" aria-label="Time shown">
          ${[5, 15].map(count => html`
            <button type="button" key=${count} aria-pressed=${minutes === count} onClick=${() => onMinutes(count)}>${count} min</button>`)}
        </div>`}
      <button type="button" class="button theme" aria-label=${theme === 'dark' ? 'Light colours' : 'Dark colours'}
        title=${theme === 'dark' ? 'Light colours' : 'Dark colours'} onClick=${onTheme}>
        <span aria-hidden="true">${theme === 'dark' ? '☀' : '☾'}</span>
      </button>
      ${model.isKnown && html`<span class="time muted" title="Time of the last news">${clock(model.time)}</span>`}
    </header>`;
}
