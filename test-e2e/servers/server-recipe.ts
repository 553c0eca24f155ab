/** The servers that tests may ask for. */
export type ServerKind = 'postgresql' | 'redis' | 'slapd';

/** A server that answers. `stop` ends it if this process started it, and leaves a foreign one alone. */
export interface RunningServer {
  readonly url: string;
  /** The same over TLS from the first byte, where the server has it. */
  readonly secureUrl?: string;
  stop(): Promise<void>;
}

/** How one kind of server is found and started, in the order of its fields. */
export interface ServerRecipe {
  /** Environment variable that holds the address of a server which runs already. */
  readonly addressVariable: string;
  /** Path of the server's binary on this machine, if it is here and can be run. */
  findBinary(): string | undefined;
  /** Starts it on a free loopback port in a directory of its own; resolves when it answers. */
  startBinary(binary: string): Promise<RunningServer>;
  readonly container: ContainerRecipe;
}

/** How the same server runs where only a container engine is at hand. */
export interface ContainerRecipe {
  readonly image: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** A line of the server's log that says it answers. */
  readonly readyLine: { readonly pattern: RegExp; readonly times: number };
  url(host: string, port: number): string;
}
