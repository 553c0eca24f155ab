/** What the tests use of parquetjs-lite, which brings no types. */
declare module 'parquetjs-lite' {
  import type { Writable } from 'node:stream';

  interface ParquetField {
    readonly type: 'INT64' | 'UTF8';
    readonly optional?: boolean;
    readonly compression?: 'SNAPPY';
  }
  interface ParquetWriter {
    appendRow(row: object): Promise<void>;
    /** Writes the footer and ends the stream. */
    close(): Promise<void>;
  }
  const parquet: {
    readonly ParquetSchema: new (fields: Readonly<Record<string, ParquetField>>) => object;
    readonly ParquetWriter: { openStream(schema: object, target: Writable): Promise<ParquetWriter> };
  };
  export default parquet;
}
