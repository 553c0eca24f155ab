import { readFileSync } from 'node:fs';
import { generateWireFiles } from '../src/codegen/generate-wire-files.ts';
import { findService, loadProtos } from '../src/index.ts';

type Definition = ReturnType<typeof loadProtos>[string];
type MessageDefinition = Extract<Definition, { serialize: unknown }>;

const isMessage = (definition: Definition): definition is MessageDefinition =>
  'serialize' in definition && typeof definition.serialize === 'function';

const withoutLayout = (text: string): string =>
  text
    .replace(/\s+/g, '')
    .replace(/,([>}])/g, '$1')
    .replace(/=\|/g, '=');

test.each([
  ['volume_server.proto', 'volume_server_pb.VolumeServer', 49],
  ['master.proto', 'master_pb.Seaweed', 27],
])('%s holds %s with %d methods', (file, service, methods) => {
  expect(Object.keys(findService(loadProtos([file]), service))).toHaveLength(methods);
});

test('every message of the wire survives a round trip of its defaults', () => {
  const protos = loadProtos(['volume_server.proto', 'master.proto', 'remote.proto']);
  let messages = 0;
  for (const definition of Object.values(protos)) {
    if (!isMessage(definition)) continue;
    messages += 1;
    const empty = definition.deserialize(Buffer.alloc(0));
    expect(definition.deserialize(definition.serialize(empty))).toEqual(empty);
  }
  expect(messages).toBe(183);
});

test('the TypeScript of the wire is what the protos say', () => {
  const files = generateWireFiles();
  expect([...files.keys()]).toEqual(expect.arrayContaining(['master-pb.ts', 'volume-server-pb.ts', 'remote-pb.ts']));
  for (const [name, text] of files) {
    const written = readFileSync(new URL(`../src/wire/${name}`, import.meta.url), 'utf8');
    expect(withoutLayout(written)).toBe(withoutLayout(text));
  }
});
