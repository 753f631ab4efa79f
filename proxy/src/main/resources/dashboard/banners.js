// What is wrong: one banner for each cause, with what it means for clients.
import {html} from './ui.js';
import {clock, duration, list} from './format.js';

/** What the sidecars that are left admit, by sync.on-partition. */
function leftAdmit(model) {
  const members = model.sidecars.filter(sidecar => sidecar.state !== 'left');
  const live = members.filter(sidecar => sidecar.state === 'live').length;
  const isPair = members.length <= 2;
  const left = live === 1 ? 'The one that is left' : 'Those that are left';
  const verb = live === 1 ? 'holds' : 'hold';
  const whole = why => `${left} ${verb} all limits (on-partition = ${model.onPartition}: ${why}).`;
  const part = why => `${left} ${live === 1 ? 'admits' : 'admit'} ${live} of ${members.length} parts of each limit `
    + `(on-partition = ${model.onPartition}: ${why}).`;
  switch (model.onPartition) {
    case 'open':
      return whole('the whole limit');
    case 'static':
      return part('always a part in proportion');
    case 'auto':
      if (isPair) {
        return whole('in a cluster of two, the whole limit');
      }
    // falls through: with more than two, as with quorum
    default:
      return live * 2 > members.length ? whole('more than half are left') : part('half or fewer are left');
  }
}

const DESCRIPTIONS = {
  'peer-silent': (problem, model) => ({
    title: `${problem.sidecars.length === 1 ? 'Sidecar' : 'Sidecars'} ${list(problem.sidecars)} ${
      problem.sidecars.length === 1 ? 'is' : 'are'} silent`,
    meaning: `Clients that go to ${problem.sidecars.length === 1 ? 'it' : 'them'} get no answer. ${leftAdmit(model)} `
      + `What ${problem.sidecars.length === 1 ? 'it' : 'they'} used is freed as it ages.`,
  }),
  'gateway-down': problem => ({
    title: `The gateway of ${list(problem.sidecars)} can't be reached`,
    meaning: `Clients of ${list(problem.sidecars)} get 502. Nothing is charged for requests that never reached it.`,
  }),
  'limits-file-bad': problem => ({
    title: 'The limits file has a mistake',
    after: ` on ${list(problem.sidecars)}: the old limits stay in force`,
    hasNoSince: true,
  }),
  'limits-differ': (problem, model) => ({
    title: `${list(problem.sidecars)} ${problem.sidecars.length === 1 ? 'has' : 'have'} other limits than ${model.node}`,
    meaning: 'Each sidecar holds clients to its own. Bring the same limits file to all of them.',
  }),
  'sync-failing': (problem, model) => ({
    title: `${list(problem.sidecars.length ? problem.sidecars : [model.node])} can't exchange usage with the others`,
    meaning: 'It does not know what the others admit, and they do not know what it admits.',
  }),
};

export function describe(problem, model) {
  const description = DESCRIPTIONS[problem.kind];
  return description
    ? description(problem, model)
    : {title: problem.kind.replace(/-/g, ' '), after: ` on ${list(problem.sidecars)}`};
}

const Warning = () => html`
  <svg class="sign" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
    <path d="M10 2.6 18.4 17H1.6Z" /><path d="M10 8v4.2M10 14.3v.4" />
  </svg>`;

export function Banners({model, now}) {
  return model.problems.map(problem => {
    const {title, after, meaning, hasNoSince} = describe(problem, model);
    const level = problem.level === 'error' ? 'bad' : 'warn';
    return html`
      <div class=${`banner ${level}`} key=${`${problem.kind} ${problem.sidecars.join()}`}
        data-problem=${problem.kind}>
        <${Warning} />
        <div class="banner-text" role="alert">
          <div><b>${title}</b>${after}${!hasNoSince && ` since ${clock(problem.since)}`}</div>
          ${problem.message && html`<code>${problem.message}</code>`}
          ${meaning && html`<div>${meaning}</div>`}
        </div>
        <span class="muted small elapsed" aria-hidden="true">${duration(now - problem.since)}</span>
      </div>`;
  });
}
