import { readFileSync } from 'node:fs';
import { nextVolumeState, READ_ONLY_REASONS, type VolumeState, type VolumeStateEvent } from './volume-state.ts';

const EVENTS: readonly VolumeStateEvent[] = [
  'mark-read-only',
  'mark-writable',
  'append-hit-full-disk',
  'append-failed',
  'close',
];

test('the table in SPEC.md is the one in the code', () => {
  const spec = readFileSync(new URL('../../../SPEC.md', import.meta.url), 'utf8');
  const states: readonly VolumeState[] = ['writable', ...READ_ONLY_REASONS];
  for (const state of states) {
    const row = [state, ...EVENTS.map((event) => nextVolumeState(state, event))];
    expect(spec).toContain(`| ${row.join(' | ')} |`);
  }
});
