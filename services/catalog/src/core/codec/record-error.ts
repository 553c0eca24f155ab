/** A row of the store that does not decode: damage, or a version that this program does not know. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}
