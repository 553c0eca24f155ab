/**
 * The headers of one answer as `writeHead` takes them without any copy: names and values in turn. Adding is all that most answers need;
 * replacing looks through the list.
 */
export class HeaderList {
  readonly flat: string[] = [];

  /** Appends a header whose name is not in the list. */
  add(name: string, value: string): void {
    this.flat.push(name, value);
  }

  /** Appends a header, or gives it another value. */
  set(name: string, value: string): void {
    const at = this.#find(name);
    if (at < 0) this.flat.push(name, value);
    else this.flat[at + 1] = value;
  }

  get(name: string): string | undefined {
    const at = this.#find(name);
    return at < 0 ? undefined : this.flat[at + 1];
  }

  has(name: string): boolean {
    return this.#find(name) >= 0;
  }

  remove(name: string): void {
    const at = this.#find(name);
    if (at >= 0) this.flat.splice(at, 2);
  }

  #find(name: string): number {
    for (let at = 0; at < this.flat.length; at += 2) if (isSameName(this.flat[at] ?? '', name)) return at;
    return -1;
  }
}

/** Most names differ in their length or their first letter already. */
function isSameName(a: string, b: string): boolean {
  if (a.length !== b.length || (a.charCodeAt(0) | CASE_BIT) !== (b.charCodeAt(0) | CASE_BIT)) return false;
  return a === b || a.toLowerCase() === b.toLowerCase();
}

const CASE_BIT = 0x20;
