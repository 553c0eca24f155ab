/** The bytes are no BZIP2 stream, or one that was damaged. */
export class Bzip2Damage extends Error {}
