import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Words that cells' names hold, separated by commas; empty for all. */
  readonly cells: string;
  readonly seconds: number;
  /** Keys in the bucket that is listed. */
  readonly listKeys: number;
  /** Another S3 endpoint to measure beside the store: its address, or `seaweedfs` for one that is started. */
  readonly vs: string | undefined;
  /** Each service in a process of its own. */
  readonly isManyProcesses: boolean;
  /** Measure the floor server; alone, without the store, for `only`. */
  readonly floor: 'beside' | 'none' | 'only';
  /** Keep the figures as `bench/results/<date>-<what>.{json,md}`. */
  readonly save: string | undefined;
  /** End with status 1 when a cell is below its gate. */
  readonly isGate: boolean;
  /** Run mixed load for so many minutes and watch memory, in place of the cells. */
  readonly soakMinutes: number | undefined;
  /** Directory for CPU profiles of the store. */
  readonly profile: string | undefined;
  readonly help: boolean;
}

export const USAGE = `npm run bench -- [options]

  --cells WORDS      only cells whose name holds one of the words, separated by commas: --cells "PUT 4 KiB by 16,LIST"
  --seconds N        length of each run of a cell (3)
  --list-keys N      keys in the bucket that is listed (100000)
  --vs URL           measure another S3 endpoint in turn; its keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
  --vs seaweedfs     start SeaweedFS by the program that WEED_BINARY names, and measure it in turn
  --processes        start each service in a process of its own
  --no-floor         leave the floor server out
  --floor-only       measure the floor server alone
  --gate             end with status 1 when a cell is misses its gate (README.md)
  --soak MINUTES     mixed load for so long, memory watched, in place of the cells
  --profile DIR      write CPU profiles of the store there and print where its time went
  --save WHAT        keep the figures as bench/results/<date>-WHAT.json and .md
`;

/** @throws TypeError or RangeError with a sentence for the user */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cells: { type: 'string', default: '' },
      seconds: { type: 'string', default: '3' },
      'list-keys': { type: 'string', default: '100000' },
      vs: { type: 'string' },
      processes: { type: 'boolean', default: false },
      'no-floor': { type: 'boolean', default: false },
      'floor-only': { type: 'boolean', default: false },
      gate: { type: 'boolean', default: false },
      soak: { type: 'string' },
      save: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
  return {
    cells: values.cells,
    seconds: parsePositive('seconds', values.seconds),
    listKeys: Math.max(1_001, parsePositive('list-keys', values['list-keys'])),
    vs: values.vs,
    isManyProcesses: values.processes,
    floor: values['floor-only'] ? 'only' : values['no-floor'] ? 'none' : 'beside',
    save: values.save,
    profile: values.profile,
    isGate: values.gate,
    soakMinutes: values.soak === undefined ? undefined : parsePositive('soak', values.soak),
    help: values.help,
  };
}

function parsePositive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`--${name} must be a number above 0, not ${text}`);
  return value;
}
