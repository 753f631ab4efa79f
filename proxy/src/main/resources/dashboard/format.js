// Numbers, sizes, times and names as people read them.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

const DIMENSIONS = {
  'read-ops': 'reads',
  'write-ops': 'writes',
  'list-ops': 'lists',
  'delete-ops': 'deletes',
  'read-bytes': 'bytes read',
  'write-bytes': 'bytes written',
  'concurrent-requests': 'requests at a time',
};

const isNumber = x => typeof x === 'number' && Number.isFinite(x);

/** 1,234 or 12.3 or 0.04; a dash for what isn't known. */
export function number(x) {
  if (!isNumber(x)) {
    return '–';
  }
  const size = Math.abs(x);
  if (size >= 99.95) {
    return Math.round(x).toLocaleString('en-US');
  }
  if (size > 0 && size < 0.095) {
    return size < 0.001 ? '<0.001' : String(Number(x.toPrecision(1)));
  }
  return String(Math.round(x * 10) / 10);
}

/** The number of bytes and its unit, apart. */
export function bytesParts(x) {
  if (!isNumber(x)) {
    return ['–', ''];
  }
  let unit = 0;
  let value = x;
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return [unit === 0 ? String(Math.round(value)) : number(value), UNITS[unit]];
}

export const bytes = x => bytesParts(x).join(' ').trim();

/** Milliseconds of a duration in seconds. */
export const millis = seconds => (isNumber(seconds) ? number(seconds * 1000) : '–');

export const percent = ratio => (isNumber(ratio) ? `${number(Math.round(ratio * 1000) / 10)} %` : '–');

/** Percent without a fraction, but never a plain 0 for something. */
export function wholePercent(ratio) {
  if (!isNumber(ratio)) {
    return '–';
  }
  const whole = Math.round(ratio * 100);
  return whole === 0 && ratio > 0 ? '<1 %' : `${whole} %`;
}

export const times = ratio => (ratio >= 99.5 ? `${number(ratio)}×` : `${Math.round(ratio * 10) / 10}×`);

const two = x => String(x).padStart(2, '0');

/** The time of day of seconds since 1970, in the browser's time zone. */
export function clock(seconds) {
  if (!isNumber(seconds)) {
    return '';
  }
  const date = new Date(seconds * 1000);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** A duration in its two largest units: 22 s, 3 min 5 s, 2 h 10 min. */
export function duration(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) {
    return `${s} s`;
  }
  if (s < 3600) {
    return s % 60 === 0 ? `${s / 60} min` : `${Math.floor(s / 60)} min ${s % 60} s`;
  }
  if (s < 86400) {
    return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  }
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

export const age = seconds => (seconds < 1 ? `${Math.round(seconds * 1000)} ms` : duration(seconds));

export const dimension = name => DIMENSIONS[name] || name.replace(/-/g, ' ');

export const isBytes = name => name.endsWith('-bytes');

/** An amount of a dimension, without its period. */
export const amount = (x, name) => (isBytes(name) ? bytes(x) : number(x));

/** The limit as its operator wrote it. */
export const limitText = row => (row.dimension === 'concurrent-requests' ? `${row.limit} at a time` : row.limit);

/** "a", "a and b", "a, b and c". */
export function list(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

export const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;

/** The page of a subject. */
export const subjectHref = (scope, subject) => (subject ? `#/${scope}/${encodeURIComponent(subject)}` : `#/${scope}`);

/** The three parts of the key of a limit; the subject is empty where its scope has only one. */
export function keyParts(key) {
  const parts = key.split('/').map(part => part.replace(/%2F/gi, '/').replace(/%25/g, '%'));
  return parts.length < 3
    ? {scope: parts[0], subject: '', dimension: parts[1] || ''}
    : {scope: parts[0], subject: parts[1], dimension: parts[2]};
}
