import { createLogger } from './create-logger.ts';
import { createRequestIdSource } from './create-request-id-source.ts';

test('writes JSON lines with service, level and request id; -v opens debug', () => {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  const quiet = createLogger({ service: 'master', stream });
  quiet.debug('unseen');
  quiet.child({ requestId: 'R1' }).info({ volumeId: 3 }, 'grown');
  createLogger({ service: 'master', verbosity: 1, stream }).debug('seen');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 'info', service: 'master', requestId: 'R1', volumeId: 3, msg: 'grown' }),
    expect.objectContaining({ level: 'debug', msg: 'seen' }),
  ]);
});

test('request ids are 16 hex digits and differ within and between sources', () => {
  const first = createRequestIdSource();
  const second = createRequestIdSource(() => new Uint8Array([0xab, 0, 0, 1]));
  const ids = new Set([first(), first(), first(), second()]);
  expect(ids.size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^[0-9A-F]{16}$/);
  expect(second()).toBe('AB00000100000002');
});
