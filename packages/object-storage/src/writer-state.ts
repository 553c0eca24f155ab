/**
 * States of a BufferedMultipartWriter and what each call does in them. The table is complete: a pair that is not allowed says so.
 *
 * | state | append | part sent | seal | fail or dispose |
 * |---|---|---|---|---|
 * | empty | buffering | – | sealed, one PUT of nothing | aborted, no request |
 * | buffering | buffering | uploading | sealed, one PUT | aborted, no request |
 * | uploading | uploading | uploading | sealed, last part and Complete | aborted, Abort |
 * | sealed | refused | – | refused | nothing to do |
 * | aborted | refused | – | refused | nothing to do |
 */
export const WRITER_STATES = ['empty', 'buffering', 'uploading', 'sealed', 'aborted'] as const;
export type WriterState = (typeof WRITER_STATES)[number];

export const WRITER_EVENTS = ['append', 'send-part', 'seal', 'abort'] as const;
export type WriterEvent = (typeof WRITER_EVENTS)[number];

const REFUSED = 'refused';

const TRANSITIONS: Readonly<Record<WriterState, Readonly<Record<WriterEvent, WriterState | typeof REFUSED>>>> = {
  empty: { append: 'buffering', 'send-part': REFUSED, seal: 'sealed', abort: 'aborted' },
  buffering: { append: 'buffering', 'send-part': 'uploading', seal: 'sealed', abort: 'aborted' },
  uploading: { append: 'uploading', 'send-part': 'uploading', seal: 'sealed', abort: 'aborted' },
  // A seal that fails aborts; an abort of what is done changes nothing and is the caller's to leave out.
  sealed: { append: REFUSED, 'send-part': REFUSED, seal: REFUSED, abort: 'aborted' },
  aborted: { append: REFUSED, 'send-part': REFUSED, seal: REFUSED, abort: REFUSED },
};

/** The state after the event; undefined when the event must not happen there. */
export function nextWriterState(state: WriterState, event: WriterEvent): WriterState | undefined {
  const next = TRANSITIONS[state][event];
  return next === REFUSED ? undefined : next;
}
