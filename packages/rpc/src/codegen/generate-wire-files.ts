import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { PROTO_DIRECTORY } from '../load-protos.ts';
import { renderWireTypes, wireFileName } from './render-wire-types.ts';

/** The wire types of every package in /proto, by file name. */
export const generateWireFiles = (): Map<string, string> => {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => join(PROTO_DIRECTORY, target);
  const files = readdirSync(PROTO_DIRECTORY).filter((name) => name.endsWith('.proto'));
  root.loadSync(files, { keepCase: true });
  root.resolveAll();
  const rendered = new Map<string, string>();
  for (const namespace of root.nestedArray) {
    if (namespace instanceof protobuf.Namespace && namespace.name !== 'google') {
      rendered.set(wireFileName(namespace.name), renderWireTypes(namespace));
    }
  }
  return rendered;
};
