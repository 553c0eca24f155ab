/** Names and values: u16 count, then a text each. */
import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';

export function writeTextMap(writer: RecordWriter, map: Readonly<Record<string, string>>): void {
  const names = Object.keys(map);
  writer.u16(names.length);
  for (const name of names) writer.text(name).text(map[name] ?? '');
}

export function readTextMap(reader: RecordReader): Record<string, string> {
  const map: Record<string, string> = {};
  for (let left = reader.u16(); left > 0; left -= 1) {
    const name = reader.text();
    const value = reader.text();
    // A user's metadata may be named __proto__.
    if (name === '__proto__') Object.defineProperty(map, name, { value, enumerable: true, configurable: true });
    else map[name] = value;
  }
  return map;
}
