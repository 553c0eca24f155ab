/**
 * JSON documents of any size, streamed along the path of FROM: containers on the path are walked member by member, what lies beside
 * the path is skipped, and only the values at its end are held. A step that finds nothing gives one MISSING row; of several members
 * with the name of a step the first is taken, as the others cannot be known yet.
 */
import { RECORD_MAX_BYTES } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';
import type { NameStep, PathStep } from '../sql/ast/path-node.ts';
import type { Value } from '../value/value.ts';
import { ByteWindow } from './byte-window.ts';
import type { InputRow, RowReader } from './input-row.ts';
import { JsonBulkSkip } from './json-bulk-skip.ts';
import { JsonValueRow, rowNameOf } from './json-value-row.ts';
import { parseJson, parseString } from './parse-json.ts';
import { NEED_MORE, skipBlanks, skipMemberName, skipString, skipValue } from './skip-json.ts';

const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const COMMA = 44;

/** A container that the path goes through. */
interface Frame {
  readonly step: PathStep;
  readonly isObject: boolean;
  itemCount: number;
  matchCount: number;
}

/** What the next byte belongs to. */
type Expectation = 'value' | 'first-item' | 'item' | 'separator' | 'bulk';

export class JsonPathScanner implements RowReader {
  readonly #window = new ByteWindow(0);
  readonly #steps: readonly PathStep[];
  readonly #row: JsonValueRow;
  readonly #frames: Frame[] = [];
  readonly #bulk = new JsonBulkSkip();
  #expectation: Expectation = 'value';
  /** The value that comes is on the path; else it is skipped. */
  #isOnPath = true;
  /** The row that `next` is to answer; set while the machine runs. */
  #found: { readonly value: Value } | undefined;
  readonly rowOffset = 0;

  constructor(steps: readonly PathStep[], wanted: readonly NameStep[]) {
    this.#steps = steps;
    this.#row = new JsonValueRow(wanted, rowNameOf(steps));
  }

  get row(): InputRow {
    return this.#row;
  }

  push(chunk: Uint8Array): void {
    this.#window.push(chunk);
  }

  finish(): void {
    this.#window.finish();
  }

  next(): boolean {
    if (!this.#window.takeByteOrderMark()) return false;
    this.#found = undefined;
    while (this.#found === undefined) {
      const window = this.#window;
      window.position = skipBlanks(window.buffer, window.position);
      const isBetween = this.#frames.length === 0 && this.#expectation === 'value';
      if (isBetween && window.position >= window.buffer.length) return false;
      if (!this.#advance()) {
        if (window.isFinal) throw new SelectFailure('JSONParsingError', 'the input ends inside a document');
        return false;
      }
    }
    const { value } = this.#found;
    this.#row.set(value);
    return true;
  }

  /** One move of the machine; false when it needs more bytes. */
  #advance(): boolean {
    if (this.#window.position >= this.#window.buffer.length) return false;
    switch (this.#expectation) {
      case 'value':
        return this.#takeValue();
      case 'first-item':
      case 'item':
        return this.#takeItem();
      case 'separator':
        return this.#takeSeparator();
      case 'bulk':
        return this.#skipBulk();
    }
  }

  #takeValue(): boolean {
    const { buffer, position } = this.#window;
    const step = this.#steps[this.#frames.length];
    if (!this.#isOnPath) return this.#passValue(undefined);
    if (step === undefined) return this.#passValue('row');
    const isObject = step.kind === 'name' || step.kind === 'eachMember';
    if (buffer[position] !== (isObject ? OPEN_OBJECT : OPEN_LIST)) return this.#passValue('missing');
    this.#frames.push({ step, isObject, itemCount: 0, matchCount: 0 });
    this.#window.position += 1;
    this.#expectation = 'first-item';
    return true;
  }

  /** Goes over a whole value: one that is a row, one in whose place a MISSING row stands, or one beside the path. */
  #passValue(found: 'row' | 'missing' | undefined): boolean {
    const window = this.#window;
    const { buffer, position, isFinal } = window;
    const end = skipValue(buffer, position, isFinal, this.#frames.length);
    if (end === NEED_MORE) {
      if (buffer.length - position <= RECORD_MAX_BYTES) return false;
      if (found === 'row') throw new SelectFailure('OverMaxRecordSize', `a row is over ${RECORD_MAX_BYTES} bytes`);
      if (found === 'missing') this.#found = { value: undefined };
      this.#bulk.start();
      this.#expectation = 'bulk';
      return true;
    }
    if (found === 'row') {
      if (end - position > RECORD_MAX_BYTES)
        throw new SelectFailure('OverMaxRecordSize', `a row is over ${RECORD_MAX_BYTES} bytes`);
      window.assertText(position, end);
      this.#found = { value: parseJson(buffer, position) };
    } else if (found === 'missing') this.#found = { value: undefined };
    window.position = end;
    this.#endValue();
    return true;
  }

  #skipBulk(): boolean {
    const window = this.#window;
    const { position, isDone } = this.#bulk.skip(window.buffer, window.position, window.isFinal);
    window.position = position;
    if (isDone) this.#endValue();
    return isDone;
  }

  #endValue(): void {
    this.#expectation = this.#frames.length === 0 ? 'value' : 'separator';
    this.#isOnPath = true;
  }

  #takeItem(): boolean {
    const frame = this.#frames.at(-1);
    const { buffer, position } = this.#window;
    if (frame === undefined) return false;
    const close = frame.isObject ? CLOSE_OBJECT : CLOSE_LIST;
    if (this.#expectation === 'first-item' && buffer[position] === close) return this.#closeFrame(frame);
    if (frame.isObject) return this.#takeMember(frame);
    const { step } = frame;
    this.#begin(frame, step.kind === 'eachItem' || (step.kind === 'index' && step.index === frame.itemCount));
    return true;
  }

  #takeMember(frame: Frame): boolean {
    const window = this.#window;
    const { buffer, position } = window;
    const value = skipMemberName(buffer, position);
    if (value < 0) {
      window.assertRecordSize(buffer.length);
      return false;
    }
    const { step } = frame;
    if (step.kind === 'name') {
      const name = parseString(buffer, position, skipString(buffer, position));
      this.#begin(frame, frame.matchCount === 0 && isCalled(name, step));
    } else this.#begin(frame, true);
    window.position = value;
    return true;
  }

  #begin(frame: Frame, isMatch: boolean): void {
    frame.itemCount += 1;
    if (isMatch) frame.matchCount += 1;
    this.#isOnPath = isMatch;
    this.#expectation = 'value';
  }

  #takeSeparator(): boolean {
    const frame = this.#frames.at(-1);
    const window = this.#window;
    const byte = window.buffer[window.position];
    if (frame === undefined) return false;
    if (byte === (frame.isObject ? CLOSE_OBJECT : CLOSE_LIST)) return this.#closeFrame(frame);
    if (byte !== COMMA) {
      throw new SelectFailure('JSONParsingError', `no comma at offset ${window.offsetOf(window.position)}`);
    }
    window.position += 1;
    this.#expectation = 'item';
    return true;
  }

  #closeFrame(frame: Frame): boolean {
    if (frame.matchCount === 0) this.#found = { value: undefined };
    this.#frames.pop();
    this.#window.position += 1;
    this.#endValue();
    return true;
  }
}

const isCalled = (name: string, step: NameStep): boolean =>
  name === step.name || (!step.isQuoted && name.toLowerCase() === step.name.toLowerCase());
