/** Flags that may stand in front of the verb and take a value of their own, as SeaweedFS's command has them. */
const VALUED = new Set(['config_dir', 'logdir', 'options']);

export interface VerbCall {
  /** As typed; undefined when there is none. */
  readonly verb: string | undefined;
  /** Flags of the verb, those that stood in front of it first. */
  readonly argv: readonly string[];
}

/** Finds the verb: `-v=2 -config_dir /etc/store volume -port=8080` is `volume -v=2 -config_dir /etc/store -port=8080`. */
export function splitVerb(argv: readonly string[]): VerbCall {
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    const name = /^--?([^-=]+)$/.exec(argument)?.[1];
    const next = argv[index + 1] ?? '';
    if (!argument.startsWith('-')) {
      return { verb: argument, argv: [...argv.slice(0, index), ...argv.slice(index + 1)] };
    }
    if (name === 'h' || name === 'help') return { verb: undefined, argv };
    if ((name !== undefined && VALUED.has(name)) || (name === 'v' && /^\d$/.test(next))) index += 1;
  }
  return { verb: undefined, argv };
}
