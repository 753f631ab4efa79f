// The five figures at the top.
import {html} from './ui.js';
import {bytes, bytesParts, millis, number, plural, wholePercent} from './format.js';
import {Spark} from './bars.js';

function Tile({title, value, unit, kind, series, metric, exact, children}) {
  return html`
    <div class="card tile" data-metric=${metric} data-value=${exact}>
      <div class="tile-title">${title}</div>
      <div class="tile-value"><b>${value}</b> <span class="unit">${unit}</span></div>
      <div class="tile-sub">${children}</div>
      <${Spark} values=${series} kind=${kind} />
    </div>`;
}

const exact = x => (Math.round(x * 1000) / 1000).toString();

export function Tiles({model, node, seconds}) {
  const series = name => model.cut(model.countSeries(name, node), seconds);
  const [admitted, rejected, failed] = ['admitted', 'rejected', 'failed'].map(name => model.counts5(name, node));
  const all = name => exact(model.counts5(name));
  const asked = admitted + rejected + failed;
  const shown = model.shown(node);
  const total = name => shown.reduce((sum, sidecar) => sum + (sidecar[name] || 0), 0);
  const [toValue, toUnit] = bytesParts(model.counts5('bytes_to_clients', node));
  const latency = (node ? shown[0] : model.state.total) || {};
  const latencies = model.cut(model.medianSeries('latency_seconds', node), seconds);
  const isQuiet = latency.latency_seconds === null || latency.latency_seconds === undefined;
  return html`
    <section class="tiles" aria-label="Now, a second">
      <${Tile} title="Admitted" value=${number(admitted)} unit="/s" kind="ok" series=${series('admitted')} metric="admitted"
        exact=${all('admitted')}>
        ${number(total('in_flight'))} under way · ${plural(total('connections'), 'connection', 'connections')}
      <//>
      <${Tile} title="Rejected by limits" value=${number(rejected)} unit="/s" kind="bad" series=${series('rejected')}
        metric="rejected" exact=${all('rejected')}>
        ${rejected > 0
          ? html`<b class="bad-text">${wholePercent(rejected / asked)}</b> of all requests`
          : 'nobody is over a limit'}
      <//>
      <${Tile} title="Failed at the gateway" value=${number(failed)} unit="/s" kind=${failed > 0 ? 'warn' : 'quiet'}
        series=${series('failed')} metric="failed" exact=${all('failed')}>
        ${failed > 0 ? html`<b class="warn-text">502, 504</b>: not a limit` : 'no 502 or 504'}
      <//>
      <${Tile} title="To clients" value=${toValue} unit=${`${toUnit}/s`} kind="ok" series=${series('bytes_to_clients')}>
        from clients ${bytes(model.counts5('bytes_from_clients', node))}/s
      <//>
      <${Tile} title="Latency, median" value=${millis(latency.latency_seconds)} unit="ms" kind="ok2"
        series=${latencies}>
        ${isQuiet
          ? (latencies.some(x => x !== null) ? 'no small request lately' : 'no requests yet')
          : `gateway ${millis(latency.upstream_seconds)} · added ${millis(latency.added_seconds)} · p99 ${
            millis(latency.latency_p99_seconds)}`}
      <//>
    </section>`;
}
