/** JSON to and from protobuf messages by the JSON mapping of proto3, without its leniency: what does not fit is an error. */
import protobuf, { type Field, type Type } from 'protobufjs';

const INTEGER_TYPES = new Set('int32 uint32 sint32 fixed32 sfixed32 int64 uint64 sint64 fixed64 sfixed64'.split(' '));

/** As `toObject` gives them with longs as text. */
const DEFAULTS: ReadonlySet<unknown> = new Set(['', false, 0, '0']);

/** `volume_id` is `volumeId` in JSON. */
export const jsonNameOf = (fieldName: string): string =>
  fieldName.replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase());

/** @throws Error that names the first field which the message does not have, or whose value does not fit it */
export function encodeJson(type: Type, json: unknown): Buffer {
  return Buffer.from(type.encode(type.fromObject(toMessageObject(type, json, type.name))).finish());
}

/** As grpcurl prints it, JSON names, what has its default value left out; only maps stay lists of their entries. */
export function decodeJson(type: Type, bytes: Buffer): unknown {
  const object = type.toObject(type.decode(bytes), { longs: String, enums: String, bytes: String });
  return renameKeys(type, object);
}

function toMessageObject(type: Type, json: unknown, at: string): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(asObject(json, at))) {
    const field = type.fieldsArray.find((one) => one.name === name || jsonNameOf(one.name) === name);
    if (field === undefined) throw new Error(`${at} has no field ${name}`);
    object[field.name] = toFieldValue(field.resolve(), value, `${at}.${name}`);
  }
  return object;
}

function toFieldValue(field: Field, value: unknown, at: string): unknown {
  if (!field.repeated) return toSingleValue(field, value, at);
  if (isMap(field)) {
    const entries = Object.entries(asObject(value, at));
    return entries.map(([key, item]) => toSingleValue(field, { key, value: item }, at));
  }
  if (!Array.isArray(value)) throw new Error(`${at} is not a list`);
  return value.map((item, index) => toSingleValue(field, item, `${at}[${index}]`));
}

/** On the wire a map is a list of entries; a descriptor gives it as that, its entries marked. */
function isMap({ resolvedType }: Field): boolean {
  return (
    resolvedType instanceof protobuf.Type &&
    resolvedType.getOption('map_entry') === true &&
    /Entry$/.test(resolvedType.name)
  );
}

function toSingleValue(field: Field, value: unknown, at: string): unknown {
  const { resolvedType, type } = field;
  if (resolvedType instanceof protobuf.Type) return toMessageObject(resolvedType, value, at);
  if (resolvedType instanceof protobuf.Enum)
    return requireThat(typeof value === 'string' && value in resolvedType.values, value, at);
  if (INTEGER_TYPES.has(type)) return requireThat(/^-?\d+$/.test(String(value)), value, at);
  if (type === 'string' || type === 'bytes') return requireThat(typeof value === 'string', value, at);
  if (type === 'bool') return requireThat(typeof value === 'boolean', value, at);
  return requireThat(typeof value === 'number', value, at);
}

function requireThat(fits: boolean, value: unknown, at: string): unknown {
  if (!fits) throw new Error(`${at} cannot be ${JSON.stringify(value)}`);
  return value;
}

function asObject(json: unknown, at: string): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error(`${at} is not an object`);
  return Object.fromEntries(Object.entries(json));
}

function renameKeys(type: Type, object: Record<string, unknown>): unknown {
  const given = Object.entries(object).filter(([, value]) => !DEFAULTS.has(value));
  return Object.fromEntries(
    given.map(([name, value]) => {
      const { resolvedType } = type.fields[name]?.resolve() ?? {};
      const rename = (item: unknown): unknown =>
        resolvedType instanceof protobuf.Type ? renameKeys(resolvedType, asObject(item, name)) : item;
      return [jsonNameOf(name), Array.isArray(value) ? value.map(rename) : rename(value)];
    }),
  );
}
