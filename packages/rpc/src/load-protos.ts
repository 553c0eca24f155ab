import { fileURLToPath } from 'node:url';
import { loadSync, type PackageDefinition, type ServiceDefinition } from '@grpc/proto-loader';

/** Where the wire contracts of all services lie. */
export const PROTO_DIRECTORY = fileURLToPath(new URL('../../../proto/', import.meta.url));

/**
 * Names as in the .proto file; 64-bit integers as decimal text, which is exact for unsigned 64-bit ids (a sender may
 * also give a number or a bigint); enums by name; every field present except unset members of a oneof.
 */
const LOAD_OPTIONS = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true } as const;

const loaded = new Map<string, PackageDefinition>();

/** Loads .proto files by name, `master.proto`, with what they import. The same file is parsed once per process. */
export const loadProtos = (files: readonly string[], directory: string = PROTO_DIRECTORY): PackageDefinition => {
  const key = [directory, ...files].join('\0');
  let definition = loaded.get(key);
  if (definition === undefined) {
    definition = loadSync([...files], { ...LOAD_OPTIONS, includeDirs: [directory] });
    loaded.set(key, definition);
  }
  return definition;
};

/** A service by its full name, `master_pb.Seaweed`. Throws when the protos have none of that name. */
export const findService = (protos: PackageDefinition, name: string): ServiceDefinition => {
  const definition = protos[name];
  if (definition === undefined || 'format' in definition) throw new Error(`the protos hold no service ${name}`);
  return definition as ServiceDefinition;
};
