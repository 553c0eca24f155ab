const FNV64_OFFSET_BASIS = 0xcbf29ce484222325n;
const FNV64_PRIME = 0x100000001b3n;
const U64 = 0xffff_ffff_ffff_ffffn;

/**
 * Directory of one target below its `queue_dir`: `needlestack-<type>-<id>`. An id with characters outside `[A-Za-z0-9._-]` has them replaced
 * and FNV-1a-64 of the whole id appended, so that two such ids never share a directory.
 */
export function queueDirectoryName(type: string, id: string): string {
  const safeId = id.replace(/[^A-Za-z0-9._-]/g, '_');
  if (safeId === id) return `needlestack-${type}-${id}`;
  return `needlestack-${type}-${safeId}-${fnv1a64(id).toString(16).padStart(16, '0')}`;
}

function fnv1a64(text: string): bigint {
  let digest = FNV64_OFFSET_BASIS;
  for (const byte of Buffer.from(text)) digest = ((digest ^ BigInt(byte)) * FNV64_PRIME) & U64;
  return digest;
}
