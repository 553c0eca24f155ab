import type { PackageDefinition } from '@grpc/proto-loader';
import descriptor, {
  type IDescriptorProto,
  type IFieldDescriptorProto,
  type IFileDescriptorProto,
} from 'protobufjs/ext/descriptor/index.js';

const { FileDescriptorProto } = descriptor;

/** Which file declares a type, by the type's full name without a leading dot. */
type Symbols = ReadonlyMap<string, string>;

/** The library's types have not heard of proto3 `optional` yet. */
type FieldDescriptor = IFieldDescriptorProto & { proto3Optional?: boolean };

const joinName = (scope: string, name: string): string => (scope === '' ? name : `${scope}.${name}`);

/** `volume_id` is `volumeId` in JSON. */
const jsonName = (fieldName: string): string =>
  fieldName.replace(/_+(.?)/g, (_match, letter: string) => letter.toUpperCase());

/** Gives fields their JSON names, and marks those of a oneof that only stands for `optional`. */
const completeFields = (message: IDescriptorProto): void => {
  const fields: readonly FieldDescriptor[] = message.field ?? [];
  for (const field of fields) {
    field.jsonName = jsonName(field.name ?? '');
    if (field.oneofIndex === undefined) continue;
    if (message.oneofDecl?.[field.oneofIndex]?.name === `_${field.name}`) field.proto3Optional = true;
  }
  moveOptionalsLast(message, fields);
  for (const nested of message.nestedType ?? []) completeFields(nested);
};

/** The loader keeps oneofs in the order of their fields; those that stand for `optional` must follow all others. */
const moveOptionalsLast = (message: IDescriptorProto, fields: readonly FieldDescriptor[]): void => {
  const oneofs = message.oneofDecl ?? [];
  const optional = new Set(fields.filter((field) => field.proto3Optional === true).map((field) => field.oneofIndex));
  const order = [...oneofs.keys()].sort((left, right) => Number(optional.has(left)) - Number(optional.has(right)));
  const places = new Map(order.map((from, to) => [from, to]));
  message.oneofDecl = order.flatMap((from) => oneofs[from] ?? []);
  for (const field of fields) {
    const to = field.oneofIndex === undefined ? undefined : places.get(field.oneofIndex);
    if (to !== undefined) field.oneofIndex = to;
  }
};

/** `max_volume_counts` has entries of type `MaxVolumeCountsEntry`. */
const mapEntryName = (fieldName: string): string =>
  `${fieldName.replace(/(?:^|_+)(.?)/g, (_match, letter: string) => letter.toUpperCase())}Entry`;

const nameMapEntries = (message: IDescriptorProto): void => {
  for (const nested of message.nestedType ?? []) {
    nameMapEntries(nested);
    if (nested.options?.mapEntry !== true) continue;
    const field = message.field?.find(({ typeName }) => typeName === nested.name);
    if (field?.name === undefined) continue;
    nested.name = mapEntryName(field.name);
    field.typeName = nested.name;
  }
};

/** The loader gives the last reserved number, the format wants the one after it. */
const openReservedRanges = (message: IDescriptorProto): void => {
  for (const range of message.reservedRange ?? []) if (range.end !== undefined) range.end += 1;
  for (const nested of message.nestedType ?? []) openReservedRanges(nested);
};

const collectSymbols = (file: IFileDescriptorProto, symbols: Map<string, string>): void => {
  const fileName = file.name ?? '';
  const add = (scope: string, name: string | undefined): string => {
    const full = joinName(scope, name ?? '');
    symbols.set(full, fileName);
    return full;
  };
  const addMessage = (scope: string, message: IDescriptorProto): void => {
    const full = add(scope, message.name);
    for (const nested of message.nestedType ?? []) addMessage(full, nested);
    for (const nested of message.enumType ?? []) add(full, nested.name);
  };
  for (const message of file.messageType ?? []) addMessage(file.package ?? '', message);
  for (const type of file.enumType ?? []) add(file.package ?? '', type.name);
};

/** The full name, with its leading dot, of what a name means inside a scope. */
const resolveName = (name: string, scope: string, symbols: Symbols): string => {
  if (name.startsWith('.')) return name;
  for (let outer = scope; ; outer = outer.slice(0, Math.max(0, outer.lastIndexOf('.')))) {
    const full = joinName(outer, name);
    if (symbols.has(full)) return `.${full}`;
    if (outer === '') throw new Error(`a descriptor in ${scope} names the unknown type ${name}`);
  }
};

const resolveFile = (file: IFileDescriptorProto, symbols: Symbols): void => {
  const dependencies = new Set<string>();
  const resolve = (name: string, scope: string): string => {
    const full = resolveName(name, scope, symbols);
    const declaredIn = symbols.get(full.slice(1));
    if (declaredIn !== undefined && declaredIn !== file.name) dependencies.add(declaredIn);
    return full;
  };
  const resolveField = (field: IFieldDescriptorProto, scope: string): void => {
    if (field.typeName !== undefined && field.typeName !== '') field.typeName = resolve(field.typeName, scope);
  };
  const resolveMessage = (message: IDescriptorProto, scope: string): void => {
    const full = joinName(scope, message.name ?? '');
    for (const field of message.field ?? []) resolveField(field, full);
    for (const nested of message.nestedType ?? []) resolveMessage(nested, full);
  };
  for (const message of file.messageType ?? []) resolveMessage(message, file.package ?? '');
  for (const service of file.service ?? []) {
    for (const method of service.method ?? []) {
      method.inputType = resolve(method.inputType ?? '', file.package ?? '');
      method.outputType = resolve(method.outputType ?? '', file.package ?? '');
    }
  }
  file.dependency = [...dependencies];
};

/** The files behind the definitions. Each definition repeats all files of its load, so the bytes are compared by identity. */
const readFiles = (protos: PackageDefinition): Map<string, IFileDescriptorProto> => {
  const seen = new Set<Buffer>();
  const files = new Map<string, IFileDescriptorProto>();
  for (const definition of Object.values(protos)) {
    if (!hasFiles(definition)) continue;
    for (const bytes of definition.fileDescriptorProtos) {
      if (seen.has(bytes)) continue;
      seen.add(bytes);
      const file: IFileDescriptorProto = FileDescriptorProto.toObject(FileDescriptorProto.decode(bytes));
      files.set(file.name ?? '', files.get(file.name ?? '') ?? file);
    }
  }
  return files;
};

type DefinitionWithFiles = PackageDefinition[string] & { readonly fileDescriptorProtos: Buffer[] };

const hasFiles = (definition: PackageDefinition[string]): definition is DefinitionWithFiles =>
  'fileDescriptorProtos' in definition && Array.isArray(definition.fileDescriptorProtos);

/**
 * Rewrites the descriptors that the loader makes so that strict readers such as grpcurl take them: full type names,
 * imports, the names of map entries and of fields in JSON, reserved ranges. The answer is only for the reflection
 * service: it has one definition, which carries all files. Calls do not use descriptors.
 */
export const completeDescriptors = (protos: PackageDefinition): PackageDefinition => {
  const files = readFiles(protos);
  const symbols = new Map<string, string>();
  for (const file of files.values()) {
    for (const message of file.messageType ?? []) {
      nameMapEntries(message);
      openReservedRanges(message);
      completeFields(message);
    }
    collectSymbols(file, symbols);
  }
  for (const file of files.values()) resolveFile(file, symbols);
  const fileDescriptorProtos = [...files.values()].map((file) =>
    Buffer.from(FileDescriptorProto.encode(FileDescriptorProto.fromObject(file)).finish()),
  );
  const carrier = Object.entries(protos).find(([, definition]) => hasFiles(definition));
  return carrier === undefined ? {} : { [carrier[0]]: { ...carrier[1], fileDescriptorProtos } as DefinitionWithFiles };
};
