// The admin token, kept for this tab alone.
import {html, Component} from './ui.js';

const KEY = 'sluice-token';

export function storedToken() {
  try {
    return sessionStorage.getItem(KEY) || '';
  } catch {
    return '';
  }
}

export function storeToken(token) {
  try {
    if (token) {
      sessionStorage.setItem(KEY, token);
    } else {
      sessionStorage.removeItem(KEY);
    }
  } catch {
    // A browser that keeps nothing asks again after a reload.
  }
}

export const authorization = token => (token ? {Authorization: `Bearer ${token}`} : {});

/** Asks for the token. */
export class TokenForm extends Component {
  componentDidMount() {
    this.input.focus();
  }

  submit = event => {
    event.preventDefault();
    const token = event.currentTarget.elements.token.value.trim();
    // A header takes nothing else, and a token has nothing else.
    if (/^[\x21-\x7e]+$/.test(token)) {
      this.props.onToken(token);
    } else {
      this.setState({isOdd: true});
    }
  };

  render({isWrong}, {isOdd}) {
    const problem = isOdd
      ? 'A token has visible ASCII characters only.'
      : isWrong && 'This is not the token of this sidecar.';
    return html`
      <form class="card token" onSubmit=${this.submit}>
        <h2>This sidecar asks for its token</h2>
        <p class="muted" id="token-hint">It is in the file that <code>admin.token-file</code> names. This tab keeps it until
          it is closed.</p>
        <label for="token">Token</label>
        <div class="token-row">
          <input id="token" name="token" type="password" autocomplete="off" spellcheck=${false} required
            aria-describedby="token-hint" ref=${input => { this.input = input; }} />
          <button class="button primary" type="submit">Show the dashboard</button>
        </div>
        ${problem && html`<p class="bad-text" role="alert">${problem}</p>`}
      </form>`;
  }
}
