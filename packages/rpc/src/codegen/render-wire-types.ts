import protobuf from 'protobufjs';

const HEAD = '// Made from /proto by `node packages/rpc/src/codegen/main.ts`. Do not edit.\n';

const SHAPES = ['UnaryMethod', 'ServerStreamMethod', 'ClientStreamMethod', 'BidiMethod'] as const;

interface TypePair {
  readonly received: string;
  readonly given: string;
}

const NUMBER: TypePair = { received: 'number', given: 'number' };
const LONG: TypePair = { received: 'string', given: 'string | number | bigint' };

const SCALARS: Readonly<Record<string, TypePair>> = {
  double: NUMBER,
  float: NUMBER,
  int32: NUMBER,
  uint32: NUMBER,
  sint32: NUMBER,
  fixed32: NUMBER,
  sfixed32: NUMBER,
  int64: LONG,
  uint64: LONG,
  sint64: LONG,
  fixed64: LONG,
  sfixed64: LONG,
  bool: { received: 'boolean', given: 'boolean' },
  string: { received: 'string', given: 'string' },
  bytes: { received: 'Buffer', given: 'Uint8Array' },
};

/** The name of a message or enum inside its package, nesting spelled with underscores. */
const localName = (type: protobuf.ReflectionObject, pkg: string): string =>
  type.fullName.slice(pkg.length + 2).replaceAll('.', '_');

const packageOf = (type: protobuf.ReflectionObject): string => {
  let scope = type.parent;
  while (scope !== null && scope instanceof protobuf.Type) scope = scope.parent;
  return scope?.fullName.slice(1) ?? '';
};

/** `master_pb` is written to `master-pb.ts`. */
export const wireFileName = (pkg: string): string => `${pkg.replaceAll('_', '-')}.ts`;

class PackageRenderer {
  readonly #pkg: string;
  readonly #imports = new Map<string, Set<string>>();
  readonly #shapes = new Set<string>();
  readonly #blocks: string[] = [];

  constructor(pkg: string) {
    this.#pkg = pkg;
  }

  render(namespace: protobuf.Namespace): string {
    for (const item of namespace.nestedArray) this.#renderObject(item);
    const imports = [...this.#imports].sort().map(([pkg, names]) => {
      const list = [...names].sort().join(', ');
      return `import type { ${list} } from './${wireFileName(pkg)}';\n`;
    });
    const shapes = [...this.#shapes].sort().join(', ');
    if (shapes !== '') imports.unshift(`import type { ${shapes} } from '../method-types.ts';\n`);
    return `${HEAD}${imports.join('')}\n${this.#blocks.join('\n')}`;
  }

  #renderObject(item: protobuf.ReflectionObject): void {
    if (item instanceof protobuf.Service) this.#renderService(item);
    else if (item instanceof protobuf.Enum) this.#renderEnum(item);
    else if (item instanceof protobuf.Type) {
      this.#renderMessage(item);
      for (const nested of item.nestedArray) this.#renderObject(nested);
    }
  }

  #renderEnum(type: protobuf.Enum): void {
    const names = Object.keys(type.values).map((name) => `'${name}'`);
    this.#blocks.push(`export type ${localName(type, this.#pkg)} = ${names.join(' | ')};\n`);
  }

  #renderMessage(type: protobuf.Type): void {
    const received: string[] = [];
    const given: string[] = [];
    for (const field of type.fieldsArray) {
      const pair = this.#fieldTypes(field);
      const optional = field.partOf !== null ? '?' : '';
      received.push(`  readonly ${field.name}${optional}: ${pair.received};\n`);
      given.push(`  readonly ${field.name}?: ${pair.given} | undefined;\n`);
    }
    for (const oneof of type.oneofsArray) if (!isSynthetic(oneof)) received.push(renderOneof(oneof));
    const name = localName(type, this.#pkg);
    this.#blocks.push(
      type.fieldsArray.length === 0
        ? `export type ${name} = Record<never, never>;\nexport type ${name}Init = Record<never, never>;\n`
        : `export interface ${name} {\n${received.join('')}}\nexport interface ${name}Init {\n${given.join('')}}\n`,
    );
  }

  #fieldTypes(field: protobuf.Field): TypePair {
    const { received, given } = this.#valueTypes(field.resolve());
    if (field instanceof protobuf.MapField) {
      return {
        received: `Readonly<Record<string, ${received}>>`,
        given: `Readonly<Record<string, ${given}>>`,
      };
    }
    if (field.repeated) return { received: `readonly ${wrap(received)}[]`, given: `readonly ${wrap(given)}[]` };
    const nullable = field.resolvedType instanceof protobuf.Type && field.partOf === null;
    return { received: nullable ? `${received} | null` : received, given };
  }

  #valueTypes(field: protobuf.Field): TypePair {
    const type = field.resolvedType;
    if (type === null) {
      const scalar = SCALARS[field.type];
      if (scalar === undefined) throw new Error(`${field.fullName}: no rule for type ${field.type}`);
      return scalar;
    }
    const name = this.#nameOf(type);
    return type instanceof protobuf.Enum
      ? { received: name, given: name }
      : { received: name, given: this.#nameOf(type, 'Init') };
  }

  #nameOf(type: protobuf.ReflectionObject, suffix = ''): string {
    const pkg = packageOf(type);
    const name = localName(type, pkg) + suffix;
    if (pkg !== this.#pkg) {
      const names = this.#imports.get(pkg) ?? new Set();
      this.#imports.set(pkg, names.add(name));
    }
    return name;
  }

  #renderService(service: protobuf.Service): void {
    const lines = service.methodsArray.map((method) => {
      method.resolve();
      const { resolvedRequestType: request, resolvedResponseType: response } = method;
      if (request === null || response === null) throw new Error(`${method.fullName} is not resolved`);
      const shape = SHAPES[(method.responseStream === true ? 1 : 0) + (method.requestStream === true ? 2 : 0)];
      if (shape === undefined) throw new Error(`${method.fullName} has no shape`);
      this.#shapes.add(shape);
      const names = [
        this.#nameOf(request, 'Init'),
        this.#nameOf(request),
        this.#nameOf(response, 'Init'),
        this.#nameOf(response),
      ];
      return `  readonly ${method.name}: ${shape}<${names.join(', ')}>;\n`;
    });
    this.#blocks.push(`export interface ${service.name} {\n${lines.join('')}}\n`);
  }
}

const wrap = (type: string): string => (type.includes('|') ? `(${type})` : type);

/** The oneof that stands for a proto3 `optional` field. */
const isSynthetic = (oneof: protobuf.OneOf): boolean => oneof.fieldsArray.length === 1 && oneof.name.startsWith('_');

const renderOneof = (oneof: protobuf.OneOf): string =>
  `  readonly ${oneof.name}?: ${oneof.fieldsArray.map(({ name }) => `'${name}'`).join(' | ')};\n`;

/**
 * TypeScript for the messages and services of one package, as this package's loader shows them: `X` is a message as
 * received, with every field, `XInit` as given, with any. A service is the type that `bindService` and
 * `createGrpcClient` take.
 */
export const renderWireTypes = (namespace: protobuf.Namespace): string =>
  new PackageRenderer(namespace.fullName.slice(1)).render(namespace);
