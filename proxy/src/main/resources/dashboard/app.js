// The dashboard: one stream, one model, two pages.
import {html, render, Component} from './ui.js';
import {LiveStream} from './live.js';
import {Model} from './model.js';
import {TokenForm, storedToken, storeToken} from './token.js';
import {Header} from './header.js';
import {Banners} from './banners.js';
import {Tiles} from './tiles.js';
import {Limits} from './limits.js';
import {Events, Sidecars} from './panels.js';
import {LatencyChart, RequestsChart} from './charts.js';
import {Subject} from './subject.js';

const THEME_KEY = 'sluice-theme';
const MINUTES_KEY = 'sluice-minutes';
const HIDDEN_MS_MAX = 60_000;

function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // It holds for this page alone.
  }
}

/** The subject that the address names; null: the overview. */
function route() {
  const path = location.hash.replace(/^#\/?/, '');
  if (!path) {
    return null;
  }
  const slash = path.indexOf('/');
  try {
    return slash < 0
      ? {scope: path, subject: ''}
      : {scope: path.slice(0, slash), subject: decodeURIComponent(path.slice(slash + 1))};
  } catch {
    return null;
  }
}

const preferred = () => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

class App extends Component {
  model = new Model();
  state = {
    token: storedToken(),
    needsToken: false,
    isWrong: false,
    lostAt: 0,
    problem: '',
    message: '',
    node: '',
    minutes: stored(MINUTES_KEY) === '5' ? 5 : 15,
    theme: stored(THEME_KEY) || preferred(),
    route: route(),
  };

  componentDidMount() {
    addEventListener('hashchange', () => this.setState({route: route()}));
    document.addEventListener('keydown', this.onKey);
    document.addEventListener('visibilitychange', this.onVisibility);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      if (!stored(THEME_KEY)) {
        this.setState({theme: preferred()});
      }
    });
    this.connect(this.state.token);
  }

  /** A page that nobody looks at soon takes no place among the listeners. */
  onVisibility = () => {
    clearTimeout(this.rest);
    if (document.hidden) {
      this.rest = setTimeout(() => this.stream.stop(), HIDDEN_MS_MAX);
    } else if (this.stream.isStopped && !this.state.needsToken) {
      this.connect(this.state.token);
    } else {
      this.forceUpdate();
    }
  };

  connect(token) {
    this.stream?.stop();
    this.stream = new LiveStream(token, this.onEvent, this.onProblem);
    this.stream.start();
  }

  onEvent = (name, data) => {
    if (name === 'history') {
      this.model.history(data);
    } else if (name === 'now') {
      this.model.now(data);
      const isGone = this.state.node && !this.model.nodes.includes(this.state.node);
      const change = {needsToken: false, isWrong: false, lostAt: 0, problem: '', message: ''};
      // A hidden page keeps its figures, and draws none.
      if (!document.hidden || this.state.lostAt || this.state.problem) {
        this.setState(isGone ? {...change, node: ''} : change);
      }
    }
  };

  onProblem = (problem, message) => {
    if (problem === 'unauthorized') {
      storeToken('');
      this.setState({needsToken: true, isWrong: this.state.token !== '', token: ''});
    } else {
      this.setState({problem, message, lostAt: this.model.isKnown ? this.model.time : 0});
    }
  };

  onToken = token => {
    storeToken(token);
    this.setState({token, isWrong: false});
    this.connect(token);
  };

  forget = () => {
    storeToken('');
    this.stream.stop();
    this.model = new Model();
    this.setState({token: '', needsToken: true, isWrong: false, lostAt: 0, problem: ''});
  };

  onKey = event => {
    const isTyping = event.target.matches?.('input, textarea, select');
    if (event.key === 'Escape' && !isTyping && this.state.route) {
      location.hash = '#/';
    }
  };

  onTheme = () => {
    const theme = this.state.theme === 'dark' ? 'light' : 'dark';
    store(THEME_KEY, theme);
    this.setState({theme});
  };

  skip = event => {
    event.preventDefault();
    this.main.focus();
  };

  body({route: page, node, minutes, theme, needsToken, isWrong, problem, message, token}) {
    if (needsToken) {
      return html`<${TokenForm} isWrong=${isWrong} onToken=${this.onToken} />`;
    }
    const {model} = this;
    if (!model.isKnown) {
      const words = {
        busy: ['Too many pages are open', 'This sidecar serves no more live pages at a time. This one tries again.'],
        refused: ['This sidecar does not serve the live figures', message],
        lost: ['This sidecar does not answer', 'The page tries again.'],
      }[problem] || ['Connecting', 'The figures appear in a moment.'];
      return html`<div class="card empty alone" role=${problem ? 'alert' : 'status'}><b>${words[0]}</b><p class="muted">${words[1]}</p></div>`;
    }
    const seconds = minutes * 60;
    const shared = {model, node, seconds, theme, now: model.time, token};
    if (page) {
      return html`
        <${Banners} ...${shared} />
        <${Subject} key=${`${page.scope}/${page.subject}`} ...${shared} ...${page} />`;
    }
    return html`
      <${Banners} ...${shared} />
      <${Tiles} ...${shared} />
      <div class="columns">
        <div class="left"><${Limits} ...${shared} /><${Events} ...${shared} /></div>
        <div class="right-column">
          <${RequestsChart} ...${shared} /><${Sidecars} ...${shared} /><${LatencyChart} ...${shared} />
        </div>
      </div>`;
  }

  render(props, state) {
    document.documentElement.dataset.theme = state.theme;
    const {route: page, lostAt, node, minutes, theme, token, needsToken} = state;
    const {model} = this;
    document.title = page ? `${page.subject || page.scope} · Sluice` : 'Sluice';
    return html`
      <a class="skip" href="#main" onClick=${this.skip}>Skip to the figures</a>
      <${Header} model=${model} lostAt=${lostAt} node=${node} minutes=${minutes} theme=${theme}
        isOverview=${!page || needsToken || !model.isKnown}
        onNode=${value => this.setState({node: value})} onTheme=${this.onTheme}
        onMinutes=${value => { store(MINUTES_KEY, String(value)); this.setState({minutes: value}); }} />
      <main id="main" tabindex="-1" class=${lostAt ? 'lost' : ''} ref=${main => { this.main = main; }}>
        ${this.body(state)}
      </main>
      <footer class="muted">
        ${model.isKnown && html`<span>as seen by ${model.node}, ${model.version}</span>`}
        ${!token && !needsToken && html`
          <a href="/metrics">metrics</a><a href="/api/v1/usage">usage</a><a href="/api/v1/peers">peers</a>`}
        <a href="/dashboard/vendor/vendor.json">licences</a>
        ${token && !needsToken && html`<button type="button" class="link" onClick=${this.forget}>forget the token</button>`}
      </footer>`;
  }
}

render(html`<${App} />`, document.getElementById('app'));
