import { type FlagTable, type FlagValues, readFlags } from '@needlestack/service-kit';

type Environment = Readonly<Record<string, string | undefined>>;

/** A verb of the command line. `run` resolves with the process's exit status. */
export interface Command {
  readonly summary: string;
  readonly run: (argv: readonly string[], environment: Environment) => Promise<number>;
}

/** A verb with its flag table: `-h` is answered here, `run` sees typed values. */
export function defineCommand<const T extends FlagTable>(definition: {
  readonly verb: string;
  readonly summary: string;
  readonly flags: T;
  readonly run: (values: FlagValues<T>, environment: Environment) => Promise<number>;
}): Command {
  const { verb, summary, flags } = definition;
  return {
    summary,
    run: async (argv, environment) => {
      const outcome = readFlags(flags, { name: `needlestack ${verb}`, summary }, { argv, env: environment });
      if (outcome.kind === 'help') {
        process.stdout.write(outcome.text);
        return 0;
      }
      return definition.run(outcome.values, environment);
    },
  };
}
