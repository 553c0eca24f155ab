import { SESSION_SPARE_BUFFERS_MAX } from '../limits.ts';
import { BatchStream, type FrameSink } from './batch-stream.ts';
import { openFrame } from './session-service.ts';

/** A sink that takes every frame and says when it is told that one went out. */
class SlowSink implements FrameSink {
  readonly taken: { readonly frame: Buffer; readonly onWritten: () => void }[] = [];

  write(frame: Buffer, onWritten: () => void): boolean {
    this.taken.push({ frame, onWritten });
    return true;
  }

  end(): void {}

  once(): void {}
}

const send = (stream: BatchStream, text: string): void => {
  stream.writer.raw(Buffer.from(text));
  stream.flush();
};

const textOf = (frame: Buffer | undefined): string => openFrame(frame ?? Buffer.alloc(0)).toString();

test('a frame stays as it is until it went out; then its memory is used again', () => {
  const sink = new SlowSink();
  const stream = new BatchStream(sink, { reusesMemory: true });
  send(stream, 'first');
  send(stream, 'second');
  send(stream, 'third');
  expect(sink.taken.map(({ frame }) => textOf(frame))).toEqual(['first', 'second', 'third']);
  sink.taken[0]?.onWritten();
  send(stream, 'fourth');
  send(stream, 'fifth');
  expect(sink.taken.slice(1).map(({ frame }) => textOf(frame))).toEqual(['second', 'third', 'fourth', 'fifth']);
  const memory = sink.taken.map(({ frame }) => frame.buffer);
  // The fourth was begun before the first went out.
  expect(memory[4]).toBe(memory[0]);
  expect(new Set(memory.slice(0, 4)).size).toBe(4);
});

test('no more memory is kept than the limit says', () => {
  const sink = new SlowSink();
  const stream = new BatchStream(sink, { reusesMemory: true });
  const waves = SESSION_SPARE_BUFFERS_MAX + 4;
  for (let wave = 0; wave < waves; wave += 1) send(stream, 'a');
  for (const { onWritten } of sink.taken) onWritten();
  const before = new Set(sink.taken.splice(0).map(({ frame }) => frame.buffer));
  for (let wave = 0; wave < waves; wave += 1) send(stream, 'b');
  const reused = sink.taken.filter(({ frame }) => before.has(frame.buffer));
  expect(reused).toHaveLength(SESSION_SPARE_BUFFERS_MAX);
});

test('without leave to do so, memory is never written again', () => {
  const sink = new SlowSink();
  const stream = new BatchStream(sink, { reusesMemory: false });
  send(stream, 'first');
  sink.taken[0]?.onWritten();
  send(stream, 'second');
  send(stream, 'third');
  expect(sink.taken.map(({ frame }) => textOf(frame))).toEqual(['first', 'second', 'third']);
});
