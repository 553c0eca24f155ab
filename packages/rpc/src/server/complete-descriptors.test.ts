import { readdirSync } from 'node:fs';
import descriptor, { type IDescriptorProto, type IFileDescriptorProto } from 'protobufjs/ext/descriptor/index.js';
import { loadProtos, PROTO_DIRECTORY } from '../load-protos.ts';
import { completeDescriptors } from './complete-descriptors.ts';

const readFiles = (): Map<string, IFileDescriptorProto> => {
  const protos = loadProtos(readdirSync(PROTO_DIRECTORY).filter((name) => name.endsWith('.proto')));
  const files = new Map<string, IFileDescriptorProto>();
  for (const definition of Object.values(completeDescriptors(protos))) {
    if (!('fileDescriptorProtos' in definition) || !Array.isArray(definition.fileDescriptorProtos)) continue;
    for (const bytes of definition.fileDescriptorProtos) {
      const { FileDescriptorProto } = descriptor;
      const file: IFileDescriptorProto = FileDescriptorProto.toObject(FileDescriptorProto.decode(bytes));
      files.set(file.name ?? '', file);
    }
  }
  return files;
};

const files = readFiles();

const typesOf = (scope: string, message: IDescriptorProto): string[] => {
  const full = `${scope}.${message.name}`;
  return [
    full,
    ...(message.enumType ?? []).map(({ name }) => `${full}.${name}`),
    ...(message.nestedType ?? []).flatMap((nested) => typesOf(full, nested)),
  ];
};

const declared = (file: IFileDescriptorProto): string[] => [
  ...(file.messageType ?? []).flatMap((message) => typesOf(`.${file.package}`, message)),
  ...(file.enumType ?? []).map(({ name }) => `.${file.package}.${name}`),
];

const allMessages = (messages: readonly IDescriptorProto[]): IDescriptorProto[] =>
  messages.flatMap((message) => [message, ...allMessages(message.nestedType ?? [])]);

test('every type that a file names is declared in it or in a file that it imports', () => {
  expect(files.size).toBeGreaterThanOrEqual(3);
  for (const file of files.values()) {
    const known = new Set(
      [file, ...(file.dependency ?? []).map((name: string) => files.get(name))].flatMap((other) =>
        other === undefined ? [] : declared(other),
      ),
    );
    for (const { field = [] } of allMessages(file.messageType ?? [])) {
      for (const { typeName = '' } of field) if (typeName !== '') expect(known).toContain(typeName);
    }
    for (const { method = [] } of file.service ?? []) {
      for (const { inputType, outputType } of method) {
        expect(known).toContain(inputType);
        expect(known).toContain(outputType);
      }
    }
  }
});

test('imports, map entries, JSON names and optional fields are what protoc would write', () => {
  const master = files.get('master_pb.proto');
  expect(master?.dependency).toEqual(['volume_server_pb.proto']);
  const heartbeat = master?.messageType?.find(({ name }) => name === 'Heartbeat');
  expect(heartbeat?.nestedType?.map(({ name }) => name)).toContain('MaxVolumeCountsEntry');
  const field = (name: string) => heartbeat?.field?.find((candidate) => candidate.name === name);
  expect(field('max_volume_counts')).toMatchObject({
    typeName: '.master_pb.Heartbeat.MaxVolumeCountsEntry',
    jsonName: 'maxVolumeCounts',
  });
  expect(field('volume_digest')).toMatchObject({ proto3Optional: true });
  expect(field('ip')).not.toMatchObject({ proto3Optional: true });
  const dataNode = master?.messageType?.find(({ name }) => name === 'DataNodeInfo');
  expect(dataNode?.nestedType?.map(({ name }) => name)).toEqual(['DiskInfosEntry']);
});

test('oneofs that only stand for `optional` come after all others, as strict readers demand, with one field each', () => {
  let mixed = 0;
  for (const file of files.values()) {
    for (const { name, field = [], oneofDecl = [] } of allMessages(file.messageType ?? [])) {
      const kinds = oneofDecl.map((oneof, index) => {
        const fields = field.filter(({ oneofIndex }) => oneofIndex === index);
        const isSynthetic = fields.some((one) => 'proto3Optional' in one && one.proto3Optional === true);
        if (isSynthetic) expect(fields.map((one) => `_${one.name}`)).toEqual([oneof.name]);
        else expect([name, oneof.name, fields.length > 0]).toEqual([name, oneof.name, true]);
        return isSynthetic ? 'optional' : 'oneof';
      });
      if (new Set(kinds).size === 2) mixed += 1;
      expect([name, ...kinds]).toEqual([name, ...kinds.toSorted()]);
    }
  }
  expect(mixed).toBeGreaterThan(0);
});
