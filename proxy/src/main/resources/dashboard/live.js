// Reads GET /api/v1/live: server-sent events by fetch, which can send a token.
import {authorization} from './token.js';

/** A stream that is silent for longer is given up. */
const SILENCE_MS_MAX = 4000;
const RETRY_MS_MAX = 5000;
/** No message is longer; what is would fill the memory. */
const MESSAGE_CHARS_MAX = 16 << 20;

/** Splits text into the events of the format. */
export class EventParser {
  constructor(onEvent) {
    this.onEvent = onEvent;
    this.rest = '';
  }

  feed(text) {
    this.rest += text;
    if (this.rest.length > MESSAGE_CHARS_MAX) {
      throw new Error('a message is too long');
    }
    let end;
    while ((end = this.rest.indexOf('\n\n')) >= 0) {
      const block = this.rest.slice(0, end);
      this.rest = this.rest.slice(end + 2);
      this.event(block);
    }
  }

  event(block) {
    let name = 'message';
    const data = [];
    for (const line of block.split('\n')) {
      if (line.startsWith('event:')) {
        name = line.slice(6).trim();
      } else if (line.startsWith('data:')) {
        data.push(line.slice(5));
      }
    }
    if (data.length > 0) {
      this.onEvent(name, JSON.parse(data.join('\n')));
    }
  }
}

/**
 * Keeps a stream open: connects again when it ends, with pauses that grow. Reports each event, and what is wrong:
 * `unauthorized`, `busy` (too many listeners), `refused` (with a message), `lost`.
 */
export class LiveStream {
  constructor(token, onEvent, onProblem) {
    this.token = token;
    this.onEvent = onEvent;
    this.onProblem = onProblem;
    this.attempts = 0;
    this.isStopped = false;
  }

  start() {
    this.run();
  }

  stop() {
    this.isStopped = true;
    clearTimeout(this.retry);
    clearTimeout(this.watch);
    this.abort?.abort();
  }

  async run() {
    this.abort = new AbortController();
    let problem = 'lost';
    let message = '';
    try {
      this.await();
      const response = await fetch('/api/v1/live', {
        headers: {Accept: 'text/event-stream', ...authorization(this.token)},
        cache: 'no-store',
        signal: this.abort.signal,
      });
      if (response.ok) {
        await this.read(response.body.getReader());
      } else {
        problem = {401: 'unauthorized', 503: 'busy'}[response.status] || 'refused';
        message = (await response.json().catch(() => ({}))).msg || `HTTP ${response.status}`;
      }
    } catch {
      // The sidecar is gone, or the stream is silent: the retry shows which.
    }
    clearTimeout(this.watch);
    this.abort.abort();
    if (this.isStopped) {
      return;
    }
    this.onProblem(problem, message);
    if (problem !== 'unauthorized') {
      const pause = Math.min(RETRY_MS_MAX, 500 * 2 ** this.attempts++);
      this.retry = setTimeout(() => this.run(), pause * (0.75 + Math.random() / 2));
    }
  }

  await() {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.abort.abort(), SILENCE_MS_MAX);
  }

  async read(reader) {
    const decoder = new TextDecoder();
    const parser = new EventParser((name, data) => {
      this.attempts = 0;
      this.onEvent(name, data);
    });
    for (;;) {
      this.await();
      const {value, done} = await reader.read();
      if (done || this.isStopped) {
        return;
      }
      parser.feed(decoder.decode(value, {stream: true}));
    }
  }
}

/** One JSON object of the admin port. */
export async function get(path, token, signal) {
  const response = await fetch(path, {headers: authorization(token), cache: 'no-store', signal});
  if (!response.ok) {
    throw new Error(`HTTP ${response.status}`);
  }
  return response.json();
}
