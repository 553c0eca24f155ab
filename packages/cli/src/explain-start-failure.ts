import { GRPC_PORT_DISTANCE } from './grpc-port.ts';

type Values = Readonly<Record<string, unknown>>;

const PORT_FLAG = /(^|\.)port(\.grpc)?$/i;
const ADDRESS_FLAGS: readonly string[] = ['ip', 'ip.bind'];

/** A failure to listen, said in words of the flags that the ports came from; any other failure as it is. */
export function explainStartFailure(error: unknown, values: Values): unknown {
  if (!Error.isError(error) || !('code' in error && 'address' in error && 'port' in error)) return error;
  const { code, address, port } = error;
  if (typeof code !== 'string' || typeof address !== 'string' || typeof port !== 'number') return error;
  const message = explainPort(code, address, port, values);
  return message === undefined ? error : new Error(message, { cause: error });
}

function explainPort(code: string, address: string, port: number, values: Values): string | undefined {
  const flags = findPortFlags(values, port);
  const other = flags.length === 0 ? '' : `; ${flags.join(' or ')} chooses another one`;
  if (code === 'EADDRINUSE') {
    if (flags.length > 1) return `${flags.join(' and ')} both name port ${port} of ${address}`;
    return `port ${port} of ${address} is taken by another process${other}`;
  }
  if (code === 'EACCES') return `this user may not listen on port ${port} of ${address}${other}`;
  if (code !== 'EADDRNOTAVAIL' && code !== 'ENOTFOUND') return undefined;
  const from = ADDRESS_FLAGS.filter((name) => values[name] === address).map((name) => ` (-${name})`);
  return `${address}${from.join('')} is no address of this machine`;
}

/** The flags that lead to a port, said or by default: gRPC listens at a distance from HTTP unless it is told otherwise. */
function findPortFlags(values: Values, port: number): string[] {
  const found = new Set<string>();
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'number' || !PORT_FLAG.test(name)) continue;
    if (value === port) found.add(`-${name}`);
    const grpcName = `${name}.grpc`;
    if (grpcName in values && values[grpcName] === undefined && value + GRPC_PORT_DISTANCE === port) {
      found.add(`-${grpcName}`);
    }
  }
  return [...found];
}
