/** JSON values one after the other, and parts of them, as the text that they were written in: numbers keep their digits. */

/** Values of a text, each as its own text. What is no value is passed over. */
export function* readJsonValues(text: string): Generator<string> {
  for (let at = skipToValue(text, 0); at < text.length; at = skipToValue(text, at)) {
    const end = endOfValue(text, at);
    yield text.slice(at, end);
    at = end;
  }
}

/**
 * The part of an object or array that a path names, as its text; undefined when there is none. Names and positions are parted by dots;
 * a backslash in front of a dot makes it part of a name; `#` is the length of an array.
 */
export function selectJson(json: string, path: string): string | undefined {
  let value: string | undefined = json;
  for (const step of path.split(/(?<!\\)\./)) {
    value = stepInto(value, step.replace(/\\\./g, '.'));
    if (value === undefined) return undefined;
  }
  return value;
}

/** The text of a JSON string; undefined for any other value. */
export function jsonText(value: string): string | undefined {
  if (!value.startsWith('"')) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' ? parsed : undefined;
  } catch {
    return value.slice(1, -1);
  }
}

function stepInto(value: string, step: string): string | undefined {
  if (value.startsWith('{')) return memberOf(value, step);
  if (!value.startsWith('[')) return undefined;
  const items = [...itemsOf(value)];
  if (step === '#') return String(items.length);
  return /^\d+$/.test(step) ? items[Number(step)] : undefined;
}

function memberOf(object: string, name: string): string | undefined {
  let at = skipBetween(object, 1);
  while (at < object.length && object[at] !== '}') {
    const keyEnd = endOfValue(object, at);
    const key = jsonText(object.slice(at, keyEnd));
    const valueAt = skipBetween(object, keyEnd);
    const valueEnd = endOfValue(object, valueAt);
    if (key === name) return object.slice(valueAt, valueEnd);
    at = skipBetween(object, valueEnd);
  }
  return undefined;
}

function* itemsOf(array: string): Generator<string> {
  let at = skipBetween(array, 1);
  while (at < array.length && array[at] !== ']') {
    const end = endOfValue(array, at);
    yield array.slice(at, end);
    at = skipBetween(array, end);
  }
}

/** Behind the value that starts there; always farther than `at`. */
function endOfValue(text: string, at: number): number {
  const first = text[at];
  if (first === '"') return endOfString(text, at);
  if (first !== '{' && first !== '[') return endOfScalar(text, at);
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    const character = text[i];
    if (character === '"') i = endOfString(text, i) - 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth === 0) return i + 1;
  }
  return text.length;
}

function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

function endOfScalar(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && !/[\s,:\]}{["]/.test(text[end] ?? '')) end += 1;
  return end;
}

function skipToValue(text: string, from: number): number {
  let at = from;
  while (at < text.length && !/[{["\w-]/.test(text[at] ?? '')) at += 1;
  return at;
}

function skipBetween(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\s,:]/.test(text[at] ?? '')) at += 1;
  return at;
}
