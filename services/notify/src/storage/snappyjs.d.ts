/** The part of snappyjs that is used; the package carries no types. */
declare module 'snappyjs' {
  export function compress(input: Uint8Array): Uint8Array;
  /** Throws when the input is damaged or would expand beyond `maxLength` bytes. */
  export function uncompress(input: Uint8Array, maxLength?: number): Uint8Array;
}
