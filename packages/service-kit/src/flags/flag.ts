/** One flag: how its text becomes a value, and what it is when nobody sets it. */
export interface Flag<T> {
  /** Throws FlagError with a sentence fragment such as `is not a whole number`. */
  readonly parse: (text: string) => T;
  readonly defaultValue: T;
  readonly help: string;
  /** Shown in the help as `-name=<placeholder>`. */
  readonly placeholder: string;
  /** The text that `-name` alone stands for; a flag without it needs a value. */
  readonly bareText?: string;
  /** A flag with a bare form still takes the next argument when this matches (`-v 2`). */
  readonly takesNext?: RegExp;
  /** Its default is not shown in the help. */
  readonly secret?: boolean;
}

/** Flags by name, the name as typed without dashes: `s3.port`. */
// biome-ignore lint/suspicious/noExplicitAny: a table holds flags of every value type; FlagValues recovers each.
export type FlagTable = Readonly<Record<string, Flag<any>>>;

/** The object that a table of flags yields: `values['s3.port']`. */
export type FlagValues<T extends FlagTable> = { readonly [K in keyof T]: T[K] extends Flag<infer V> ? V : never };

/** The table of a service as it appears in a bigger command: `port` becomes `volume.port`. */
export type PrefixedFlags<P extends string, T extends FlagTable> = {
  readonly [K in keyof T & string as `${P}.${K}`]: T[K];
};
