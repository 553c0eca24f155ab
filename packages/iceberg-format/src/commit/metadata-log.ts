import { METADATA_PREVIOUS_VERSIONS_MAX_DEFAULT } from '../limits.ts';
import type { MetadataLogEntry } from '../snapshot.ts';
import type { TableMetadata } from '../table-metadata.ts';

/** The property that bounds the log (Iceberg's table properties). */
const PREVIOUS_VERSIONS_MAX = 'write.metadata.previous-versions-max';
/** The property that asks for the deletion of files that left the log. */
const DELETE_AFTER_COMMIT = 'write.metadata.delete-after-commit.enabled';

export interface LoggedMetadata {
  readonly metadata: TableMetadata;
  /** Files that left the log and, by the table's own wish, may be deleted once the commit has landed. */
  readonly deletableFiles: readonly string[];
}

/** Notes the file that the new state replaces, under that file's own time, and trims the log from its old end. */
export function logPreviousFile(metadata: TableMetadata, previous: MetadataLogEntry | undefined): LoggedMetadata {
  if (previous === undefined) return { metadata, deletableFiles: [] };
  const log = [...metadata['metadata-log'], previous];
  const trimmed = log.splice(0, Math.max(0, log.length - readVersionsMax(metadata.properties)));
  const mayDelete = readProperty(metadata.properties, DELETE_AFTER_COMMIT)?.toLowerCase() === 'true';
  return {
    metadata: { ...metadata, 'metadata-log': log },
    deletableFiles: mayDelete ? trimmed.map((entry) => entry['metadata-file']) : [],
  };
}

function readVersionsMax(properties: Readonly<Record<string, string>>): number {
  const text = readProperty(properties, PREVIOUS_VERSIONS_MAX);
  const max = text !== undefined && /^-?[0-9]{1,9}$/.test(text) ? Number(text) : METADATA_PREVIOUS_VERSIONS_MAX_DEFAULT;
  return Math.max(1, max);
}

function readProperty(properties: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
